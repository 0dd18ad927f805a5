"""``image id``, ``image installer``, ``image urls`` and ``image node``."""

from __future__ import annotations

import json
from typing import Any

from talosgen.cli.access import read
from talosgen.cli.flags import UsageError
from talosgen.cli.printing import deliver, tell
from talosgen.errors import InputError, Problem
from talosgen.image import Machine, Schematic, check, images
from talosgen.image.check import nowhere
from talosgen.image.schematic import Locate
from talosgen.schema.releases import Release

__all__ = ["identify", "name_installer", "node", "urls"]


def identify(flags: dict[str, Any], arguments: list[str]) -> int:
    """Print the id of a schematic."""
    (file,) = arguments
    schematic = Schematic.load(read(file), file)
    if flags["canonical"] and flags["older"]:
        raise UsageError("--canonical and --older exclude each other")
    name = schematic.older_id if flags["older"] else schematic.id
    if flags["json"]:
        _print({"id": name, "schematic": schematic.to_yaml()}, as_json=True)
    else:
        deliver((schematic.to_yaml() if flags["canonical"] else f"{name}\n").encode("utf-8", "surrogateescape"))
    return 0


def name_installer(flags: dict[str, Any], arguments: list[str]) -> int:
    """Print the name of the installer image."""
    found = _images(flags, arguments)
    if flags["json"]:
        _print({key: found[key] for key in ("id", "installer")}, as_json=True)
    else:
        print(found["installer"])
    return 0


def urls(flags: dict[str, Any], arguments: list[str]) -> int:
    """Print all images of a machine."""
    _print(_images(flags, arguments), as_json=flags["json"])
    return 0


def node(flags: dict[str, Any], arguments: list[str]) -> int:
    """Print the images of a node of a project."""
    from talosgen.cli import projects
    from talosgen.cli.access import access
    from talosgen.pki.secrets import SecretsBundle
    from talosgen.project.frontends import opened

    name, *folders = arguments
    # Images hang on settings, which are never encrypted: no bundle and no key is needed.
    cluster = opened(projects.only(folders), access(), bundle=SecretsBundle(), keyless=True)
    tell(list(cluster.notes))
    found = projects.node(cluster, name)
    made = images(found.content, Release.parse(cluster.talos), found.machine, flags["factory"], flags["pxe"])
    if found.schematic not in found.image:
        # The project names an image of its own.
        made["installer"] = found.image
    _print({"id": found.schematic, **made}, as_json=flags["json"])
    return 0


def _images(flags: dict[str, Any], arguments: list[str]) -> dict[str, str]:
    """The id and all images, of a file or of the empty schematic. What is doubtful is told on standard error."""
    problems: list[Problem] = []
    release = None
    try:
        release = Release.parse(flags["talos-version"])
    except InputError as error:
        problems += [problem._replace(message=f"--talos-version: {problem.message}") for problem in error.problems]
    schematic = Schematic({})
    locate: Locate = nowhere
    if arguments:
        try:
            schematic, locate = Schematic.read(read(arguments[0]), arguments[0])
        except InputError as error:
            problems += error.problems
    if release is None or problems:
        raise InputError(problems)
    machine = Machine(flags["platform"], flags["arch"], flags["secure-boot"])
    made = images(schematic, release, machine, flags["factory"], flags["pxe"])
    # What the command line says stands in no file.
    tell(check(schematic, release, machine, lambda steps: locate(steps) if steps else None))
    return {"id": schematic.id, **made}


def _print(found: dict[str, str], *, as_json: bool) -> None:
    if as_json:
        text = json.dumps(found, indent=2, ensure_ascii=False) + "\n"
    else:
        width = max(map(len, found)) + 2
        text = "".join(f"{key:<{width}}{value}\n" for key, value in found.items())
    deliver(text.encode("utf-8", "backslashreplace"))
