"""The setting ``install``: the disk that Talos is installed to, and the image, for each contract."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from talosgen.config.located import Mapping, Value
from talosgen.errors import Problem
from talosgen.generation.cel import quote
from talosgen.patching.fragments import LEGACY, Fragment, at

__all__ = ["document", "expression", "legacy"]

_SIZE: Final = re.compile(r"\s*(>=|<=|>|<|==)?\s*(\d{1,19})\s*([KMGTPEkmgtpe]?)(i?)[Bb]?\s*")
_TEXTS: Final = {
    "model": "model", "serial": "serial", "modalias": "modalias", "uuid": "uuid", "wwid": "wwid", "busPath": "bus_path"
}  # fmt: skip
_TYPES: Final = {
    "nvme": 'disk.transport == "nvme"',
    "sd": 'disk.transport == "mmc"',
    "hdd": "disk.rotational",
    "ssd": "!disk.rotational",
}


def expression(selector: Mapping, problems: list[Problem]) -> str:
    """The CEL expression of a disk selector; what has none is added to ``problems`` (Talos v1.14.1)."""
    parts = []
    if not selector:
        message = "this selector selects nothing"
        problems.append(Problem(message, selector.span, "install.selector", "say what the disk must be like"))
    for key, given in selector.items():
        place = selector.keys_at.get(key, given.span)
        if key in _TEXTS:
            parts.append(f"glob({quote(given.value)}, disk.{_TEXTS[key]})")
        elif key == "type" and given.value in _TYPES:
            parts.append(_TYPES[given.value])
        elif key == "size" and (found := _SIZE.fullmatch(given.value)) is not None:
            parts.append(f"disk.size {found[1] or '=='} {_bytes(found)}u")
        elif key == "type":
            problems.append(Problem("unknown type of disk", given.span, remedy=f"known: {', '.join(_TYPES)}"))
        elif key == "size":
            problems.append(Problem("this is no size", given.span, remedy="expected a form such as >= 500GB"))
        elif key == "name":
            message = "Talos selects no disk by its name"
            problems.append(Problem(message, place, remedy="use install.disk, or select by model or serial"))
        else:
            known = ", ".join(("size", *_TEXTS, "type"))
            problems.append(Problem(f'unknown key "{key[:80]}"', place, remedy=f"known: {known}"))
    return " && ".join(parts)


def _bytes(found: re.Match[str]) -> int:
    power = " KMGTPE".index(found[3].upper() or " ")
    size: int = int(found[2]) * (1024 if found[4] else 1000) ** power
    return size


def legacy(install: Mapping, image: Value | None, problems: list[Problem]) -> Iterator[Fragment]:
    """``machine.install``. A disk that is null is that of the base, which is removed."""
    entries: dict[str, Any] = {}
    if "disk" in install:
        disk = install["disk"]
        entries["disk"] = disk if disk.value is not None else Mapping(disk.span, {"$patch": Value("delete", disk.span)})
    if "selector" in install:
        # What is wrong with it is the same for both forms.
        expression(install["selector"], problems)
        entries["diskSelector"] = install["selector"]
    if "match" in install:
        message = "a disk is matched by an expression from contract v1.14 on only"
        problems.append(Problem(message, install.keys_at["match"], remedy="use install.selector"))
    if image is not None:
        entries["image"] = image
    if "wipe" in install:
        entries["wipe"] = install["wipe"]
    yield Fragment(LEGACY, "", at("machine.install", Mapping(install.span, entries, install.keys_at), install.span))


def document(install: Mapping, image: Value | None, problems: list[Problem]) -> Iterator[Fragment]:
    """UnattendedInstallConfig, whole: a selector that is not repeated would be lost. A disk that is null removes it."""
    span = install.span
    removed = "disk" in install and install["disk"].value is None
    given = [key for key in ("disk", "selector", "match") if key in install and not (key == "disk" and removed)]
    if not given:
        if "wipe" in install:
            remedy = "write disk, selector or match beside it"
            problems.append(Problem("which disk is wiped is not said", install.keys_at["wipe"], remedy=remedy))
        if removed:
            yield Fragment("UnattendedInstallConfig", "", None)
        return
    key = given[0]
    wanted = install[key]
    if key == "disk":
        match = f"disk.dev_path == {quote(wanted.value)}"
    else:
        match = expression(wanted, problems) if key == "selector" else wanted.value
    wipe = install.get("wipe", Value(False, span))
    provisioning = Mapping(
        span, {"diskSelector": Mapping(span, {"match": Value(match, install[key].span)}), "wipe": wipe}
    )
    tree: dict[str, Any] = {"provisioning": provisioning}
    if image is not None:
        tree["installer"] = Mapping(image.span, {"image": image})
    yield Fragment("UnattendedInstallConfig", "", Mapping(span, tree))
