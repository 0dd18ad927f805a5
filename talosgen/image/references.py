"""Names of installer images and URLs of boot images, as the Image Factory has them."""

from __future__ import annotations

import re
from functools import cache
from typing import Any, Final, NamedTuple

from talosgen.errors import InputError, Problem
from talosgen.image.schematic import Schematic
from talosgen.schema.releases import Release
from talosgen.schema.table import data

__all__ = ["ARCHITECTURES", "EMPTY", "FACTORY", "Machine", "images", "installer", "is_platform", "platforms"]

FACTORY: Final = "factory.talos.dev"
#: The host that serves the public factory's scripts for iPXE.
_PXE: Final = "pxe.talos.dev"
#: The id of the schematic in which nothing is.
EMPTY: Final = "376567988ad370138ad8b2698212367b8edcb69b5fd68c80be1f2ec7d603b4ba"
ARCHITECTURES: Final = ("amd64", "arm64")
_HOST: Final = r"[A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\]"
_FACTORY: Final = re.compile(rf"({_HOST})(:\d{{1,5}})?(/[A-Za-z0-9._-]+)*")
_PLATFORM: Final = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,40}")


class Machine(NamedTuple):
    """What a machine is: by this its images are chosen."""

    platform: str = "metal"
    arch: str = "amd64"
    secure_boot: bool = False


class Platform(NamedTuple):
    """What the factory makes for a platform (Image Factory v1.5.0).

    ``disk``: the suffix of disk images, "" where there are none. ``boot``: what else there is, of iso, pxe and
    secureboot. ``since``: the first release, "" for all.
    """

    arch: tuple[str, ...]
    disk: str
    boot: frozenset[str]
    since: str


@cache
def platforms() -> dict[str, Platform]:
    """All platforms by name."""
    rows: dict[str, Any] = data(__spec__, "platforms.json")
    return {
        name: Platform(tuple(row["arch"]), row.get("disk", ""), frozenset(row.get("boot", ())), row.get("since", ""))
        for name, row in rows.items()
    }


def is_platform(text: str) -> bool:
    """Whether a text may be a platform's name, known or not."""
    return _PLATFORM.fullmatch(text) is not None


def installer(
    schematic: str, release: Release, platform: str = "metal", secure_boot: bool = False, factory: str = FACTORY
) -> str:
    """The installer image of a schematic's id (Image Factory client v1.4.0: one for each platform from v1.10 on)."""
    name = f"{platform}-installer" if (release.major, release.minor) >= (1, 10) else "installer"
    return f"{factory}/{name}{'-secureboot' if secure_boot else ''}/{schematic}:{release}"


def images(
    schematic: Schematic,
    release: Release,
    machine: Machine = Machine(),  # noqa: B008, a NamedTuple never changes
    factory: str = FACTORY,
    pxe: str = "",
) -> dict[str, str]:
    """All that a machine can be installed or booted from, by what it is: the installer's name, and URLs.

    Of a platform that is known only what the factory makes for it. ``factory`` and ``pxe`` are hosts, with a port where
    it is another; ``pxe`` is the public factory's, or else the factory's own. Raises InputError for one that is none,
    and for what can be no name of a platform or architecture.
    """
    pxe = pxe or (_PXE if factory == FACTORY else factory)
    _require(machine, factory, pxe)
    name = schematic.id
    known = platforms().get(machine.platform)
    boot = frozenset(("iso", "pxe")) if known is None else known.boot
    secure = "-secureboot" if machine.secure_boot else ""
    stem = f"{machine.platform}-{machine.arch}{secure}"
    base = f"https://{factory}/image/{name}/{release}"
    out = {"installer": installer(name, release, machine.platform, machine.secure_boot, factory)}
    if "iso" in boot:
        out["iso"] = f"{base}/{stem}.iso"
    if known is not None and known.disk:
        out["disk"] = f"{base}/{stem}.{_disk(known.disk, schematic, release)}"
    if "pxe" in boot:
        out["pxe"] = f"https://{pxe}/pxe/{name}/{release}/{stem}"
    out["kernel"] = f"{base}/kernel-{machine.arch}"
    out["initramfs"] = f"{base}/initramfs-{machine.arch}.xz"
    out["cmdline"] = f"{base}/cmdline-{stem}"
    if (release.major, release.minor) >= (1, 5):
        out["uki"] = f"{base}/{stem}-uki.efi"
    return out


def _disk(suffix: str, schematic: Schematic, release: Release) -> str:
    # Before v1.8 Talos made no zstd images, and the tools that flash boards read xz.
    old = (release.major, release.minor) < (1, 8) or bool(schematic.tree.get("overlay"))
    return suffix.replace(".zst", ".xz") if old else suffix


def _require(machine: Machine, factory: str, pxe: str) -> None:
    remedy = f"expected a host such as {FACTORY}, without a scheme"
    problems = [
        Problem(f"{text!r} is no host of an image factory", remedy=remedy)
        for text in dict.fromkeys((factory, pxe))
        if not _FACTORY.fullmatch(text)
    ]
    if not is_platform(machine.platform):
        remedy = f"expected one of {', '.join(platforms())}"
        problems.append(Problem(f"{machine.platform!r} is no name of a platform", remedy=remedy))
    if machine.arch not in ARCHITECTURES:
        remedy = f"expected {' or '.join(ARCHITECTURES)}"
        problems.append(Problem(f"{machine.arch!r} is no architecture of Talos", remedy=remedy))
    if problems:
        raise InputError(problems)
