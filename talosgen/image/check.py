"""Whether the Image Factory can make an image: a schematic against a release of Talos and a machine.

A factory takes nearly every schematic, and fails only when an image is made from it: what it would say then is said
here (Image Factory v1.5.0), as far as tables know.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

from talosgen.codes import BY_NAME
from talosgen.config.provenance import path_text
from talosgen.errors import Problem, nearest
from talosgen.goyaml.writer import older_quotes
from talosgen.image.references import Machine, platforms
from talosgen.image.schematic import Locate, Schematic, Steps
from talosgen.schema.releases import Release
from talosgen.schema.table import data
from talosgen.source import Span

__all__ = ["check", "newest_name", "nowhere"]

_EXTENSIONS: Final = ("customization", "systemExtensions", "officialExtensions")
_ENROLL: Final = ("off", "manual", "if-safe", "force")
#: For how many unknown names a near one is looked for.
_NEAR: Final = 20
# What factories have printed in different ways: nobody can tell its id.
_STRANGE: Final = re.compile("[\ufeff\x85\u2028\u2029]")


_Found = Iterator[tuple[str, Steps, str, str]]


def nowhere(steps: Steps) -> Span | None:
    """Knows no place."""
    return None


@cache
def _extensions() -> dict[str, Any]:
    found: dict[str, Any] = data(__spec__, "extensions.json")
    return found


@cache
def _overlays() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = data(__spec__, "overlays.json")
    return found


def newest_name(extension: str) -> str:
    """The name that a factory tries when a release has no extension of this one."""
    renamed: dict[str, str] = _extensions()["renamed"]
    return renamed.get(extension, extension)


def check(
    schematic: Schematic,
    release: Release,
    machine: Machine = Machine(),  # noqa: B008, a NamedTuple never changes
    locate: Locate = nowhere,
) -> list[Problem]:
    """What keeps an image from being made, or has no effect in it."""
    return [
        Problem(message, locate(steps), path_text(steps), remedy, BY_NAME[name].severity, BY_NAME[name].code)
        for name, steps, message, remedy in (
            *_of_machine(release, machine),
            *_of_overlay(schematic, release, machine),
            *_of_extensions(schematic, release),
            *_of_customization(schematic, release, machine),
            *_of_texts(schematic),
        )
    ]


def _near(name: str, known: Any) -> str:
    near = nearest(name, known)
    return f"did you mean {near}?" if near else ""


def _of_machine(release: Release, machine: Machine) -> _Found:
    name = machine.platform
    known = platforms().get(name)
    if known is None:
        remedy = _near(name, platforms()) or f"expected one of {', '.join(platforms())}"
        yield "platform-unknown", (), f"the platform {name} is unknown", remedy
        return
    if known.since and not release.at_least(known.since):
        yield "platform-release", (), f"the platform {name} came with Talos {known.since}", "take a newer release"
    if machine.arch not in known.arch:
        remedy = f"expected {' or '.join(known.arch)}"
        yield "platform-image", (), f"for {name} there are no images of {machine.arch}", remedy
    if machine.secure_boot and "secureboot" not in known.boot:
        having = ", ".join(key for key, platform in platforms().items() if "secureboot" in platform.boot)
        yield "platform-image", (), f"for {name} no images for Secure Boot are offered", f"they are for {having}"


def _of_overlay(schematic: Schematic, release: Release, machine: Machine) -> _Found:
    overlay = schematic.tree.get("overlay") or {}
    name = overlay.get("name", "")
    if not name:
        return
    steps = ("overlay", "name")
    if not release.at_least("v1.7.0"):
        yield "schematic-release", ("overlay",), "overlays came with Talos v1.7.0", "take a newer release"
    known = _overlays().get(name)
    if known is None:
        remedy = _near(name, _overlays()) or "check the name against the factory's list"
        yield "overlay-unknown", steps, f"the overlay {name} is unknown", remedy
        return
    since = known.get("since")
    if since is not None and not release.at_least(since):
        yield "overlay-release", steps, f"the overlay {name} came with Talos {since}", "take a newer release"
    if overlay.get("image", "") != known["image"]:
        message = f"the image of the overlay {name} is another one"
        yield "overlay-unknown", ("overlay", "image"), message, f"write {known['image']}"
    if machine.arch != "arm64":
        yield "platform-image", ("overlay",), "boards with overlays are arm64", "choose the architecture arm64"


def _of_extensions(schematic: Schematic, release: Release) -> _Found:
    customization = schematic.tree.get("customization") or {}
    wanted = (customization.get("systemExtensions") or {}).get("officialExtensions") or []
    table = _extensions()
    known: dict[str, list[str]] = table["extensions"]
    if not release.at_least(f"{table['first']}.0"):
        # What older releases had is not in the table.
        return
    seen: set[str] = set()
    unknown = 0
    for index, name in enumerate(wanted):
        steps = (*_EXTENSIONS, index)
        if name in seen:
            yield "extension-again", steps, f"the extension {name} is named twice", "name it once"
        seen.add(name)
        if _has(known, name, release):
            continue
        other = newest_name(name)
        if other != name and _has(known, other, release):
            message = f"Talos {release.line} has no {name}; the factory takes {other} for it"
            yield "extension-renamed", steps, message, f"write {other}, which gives another id"
            continue
        span = known.get(name)
        if span is None:
            unknown += 1
            # Comparing takes its time: more is no slip of the hand.
            near = _near(name if "/" in name else f"siderolabs/{name}", known) if unknown <= _NEAR else ""
            remedy = near or "check the factory's list"
            yield "extension-unknown", steps, f"the extension {name} is unknown", remedy
        elif len(span) > 1:
            message = f"the extension {name} was there from Talos {span[0]} to {span[1]}"
            yield "extension-release", steps, message, f"write {other}" if other != name else "remove it"
        else:
            message = f"the extension {name} came with Talos {span[0]}"
            yield "extension-release", steps, message, "take a newer release, or remove it"


def _has(known: dict[str, list[str]], name: str, release: Release) -> bool:
    span = known.get(name)
    if span is None:
        return False
    line = (release.major, release.minor)
    return _line(span[0]) <= line and (len(span) < 2 or line <= _line(span[1]))


def _line(text: str) -> tuple[int, int]:
    major, minor = text.removeprefix("v").split(".")
    return int(major), int(minor)


def _of_customization(schematic: Schematic, release: Release, machine: Machine) -> _Found:
    tree = schematic.tree
    customization = tree.get("customization") or {}
    if tree.get("owner"):
        yield "schematic-owner", ("owner",), "only factories of the Enterprise edition take an owner", "remove it"
    if customization.get("embeddedMachineConfiguration") and not release.at_least("v1.12.0"):
        steps = ("customization", "embeddedMachineConfiguration")
        yield "schematic-release", steps, "embedded machine configs came with Talos v1.12.0", "take a newer release"
    secure = customization.get("secureboot") or {}
    enroll = secure.get("enrollKeys", "")
    place = ("customization", "secureboot", "enrollKeys")
    if enroll and enroll not in _ENROLL:
        yield "schematic-value", place, "no such way to enroll keys", f"expected {', '.join(_ENROLL)}"
    if secure and not machine.secure_boot:
        message = "this is for Secure Boot, which the machine does not use"
        yield "schematic-unused", ("customization", "secureboot"), message, "turn Secure Boot on, or remove it"
    if customization.get("meta"):
        message = "installers do not write this: it is in ISO and disk images only"
        yield "schematic-unused", ("customization", "meta"), message, "set it on a running node with talosctl meta"
    if customization.get("extraKernelArgs") and not machine.secure_boot and not release.at_least("v1.10.0"):
        message = f"installers of Talos {release.line} leave these out: they are in ISO and disk images only"
        remedy = "set machine.install.extraKernelArgs as well"
        yield "schematic-unused", ("customization", "extraKernelArgs"), message, remedy


def _of_texts(schematic: Schematic) -> _Found:
    for steps, text in _texts(schematic.tree):
        if _STRANGE.search(text):
            message = "in this is a character that factories print in different ways: the id may be another one"
            yield "schematic-id", steps, message, "remove the character, or ask the factory for the id"
        elif older_quotes(text):
            message = f"factories before v1.5 quote {text!r} in another way: the id that they give is another one"
            yield "schematic-id", steps, message, "with such a factory use the id that it gives"


def _texts(tree: Any) -> Iterator[tuple[Steps, str]]:
    """All texts of a tree, keys of free-form objects among them, in order."""
    work: list[tuple[Steps, Any]] = [((), tree)]
    while work:
        steps, value = work.pop()
        if isinstance(value, str):
            yield steps, value
        elif isinstance(value, dict):
            if steps[:2] == ("overlay", "options"):
                yield from (((*steps, key), key) for key in value if isinstance(key, str))
            work.extend(reversed([((*steps, key), below) for key, below in value.items()]))
        elif isinstance(value, list):
            work.extend(reversed([((*steps, index), below) for index, below in enumerate(value)]))
