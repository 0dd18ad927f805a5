"""``image`` and what stands below it."""

from __future__ import annotations

from talosgen.cli.command import Command, Group
from talosgen.cli.flags import Flag

__all__ = ["IMAGE"]

_JSON = Flag("json", "bool", False, "print JSON")
_HOSTS = (
    Flag(
        "factory",
        "string",
        "factory.talos.dev",
        "the Image Factory's host, with its port where that is another one",
        value="HOST",
    ),
    Flag("pxe", "string", "", "the host that serves scripts for iPXE; that of the factory by default", value="HOST"),
)
_MACHINE = (
    Flag("talos-version", "string", "", "the release of Talos, in full: v1.14.1", value="VERSION", required=True),
    Flag("platform", "string", "metal", "where it runs: metal, nocloud, aws, hcloud …", value="NAME"),
    Flag("arch", "string", "amd64", "amd64 or arm64", value="NAME"),
    Flag("secure-boot", "bool", False, "images for Secure Boot"),
)  # fmt: skip
_ABOUT = (
    "FILE is an Image Factory schematic; without it the empty one is meant. Nothing is asked of the factory: it must have\n"
    "been given the schematic before it makes images from it. What it could not make is told on standard error."
)

_ID = Command(
    "Print the id of a schematic",
    "image:identify",
    ("FILE",),
    (
        Flag("canonical", "bool", False, "print the text that the id is the checksum of"),
        Flag("older", "bool", False, "the id that factories from v0.9 to v1.4 give"),
        _JSON,
    ),
    "The id is computed as factories from v1.5 on do it.",
)

_INSTALLER = Command(
    "Print the name of the installer image", "image:name_installer", ("[FILE]",), (*_MACHINE, *_HOSTS, _JSON), _ABOUT
)

_URLS = Command(
    "Print the installer image, and the URLs of ISO and disk image, PXE script, kernel, initramfs and UKI",
    "image:urls",
    ("[FILE]",),
    (*_MACHINE, *_HOSTS, _JSON),
    _ABOUT,
)

_NODE = Command(
    "Print the images of a node of a project",
    "image:node",
    ("NODE", "[DIR]"),
    (*_HOSTS, _JSON),
    "Release, platform, architecture, Secure Boot and schematic are those of the project. DIR is the folder of\n"
    "cluster.yaml, by default the working folder, else cluster/ in it, else the one in clusters/. No key is needed.",
)

IMAGE = Group(
    "Tell the ids of schematics and the names of images, computed without a network.",
    {"id": _ID, "installer": _INSTALLER, "urls": _URLS, "node": _NODE},
    {},
)
