"""Why a value is what it is: its history, layer by layer, with secrets masked."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from talosgen.config.attribution import Origin
from talosgen.config.codecs import ABSENT
from talosgen.errors import InputError, Problem
from talosgen.machineconfig import MachineConfig
from talosgen.outputs.masks import Masks
from talosgen.outputs.reports import visible
from talosgen.schema import paths
from talosgen.source import Span

__all__ = ["as_json", "as_text", "explain", "place_json"]


def explain(config: MachineConfig, path: str) -> list[Origin]:
    """The histories of what stands at a path and below it, and of what was deleted there.

    A path is written ``machine.certSANs[0]``, or with a document in front: ``HostnameConfig.hostname``,
    ``UserVolumeConfig/data.provisioning``. Without one all documents are looked at. Raises InputError when nothing
    stands there.
    """
    found = [origin for origin in config.origins() if _meant(origin, path)]
    if not found:
        message = "nothing of this config stands at this path, nor ever did"
        raise InputError(Problem(message, path=path, remedy=_hint(path)))
    return found


def _meant(origin: Origin, path: str) -> bool:
    kind = origin.document.partition("/")[0]
    full = origin.path
    candidates = [full, f"{kind}.{full}", f"{origin.document.rstrip('/')}.{full}"]
    wholes = (kind, origin.document, origin.document.rstrip("/"))
    return path in wholes or any(
        candidate == path or candidate.startswith((f"{path}.", f"{path}[")) for candidate in candidates
    )


def _hint(path: str) -> str:
    try:
        entries = paths.find(path)
    except InputError as error:
        return error.problems[0].remedy or error.problems[0].message
    for entry in entries:
        if entry.replaced_by:
            return f"the newest release has {', '.join(entry.replaced_by)} instead"
    return "the path is known, but not set; `schema why` tells about it"


def place_json(place: Span | None) -> dict[str, Any]:
    """A place as data."""
    if place is None:
        return {}
    found: dict[str, Any] = {"file": place.source}
    return found | ({"line": place.line, "column": place.column} if place.line else {})


def as_json(found: Iterable[Origin], masks: Masks) -> str:
    """The histories as JSON."""
    rows = [
        {
            "document": masks.identity(origin.document),
            "path": origin.path,
            "deleted": origin.deleted,
            "history": [
                {
                    "layer": link.layer,
                    **place_json(link.place),
                    "before": masks.value(origin.document, origin.steps, link.before),
                    "after": masks.value(origin.document, origin.steps, link.after),
                }
                for link in origin.chain
            ],
        }
        for origin in found
    ]
    return json.dumps(rows, indent=2, ensure_ascii=False, default=str) + "\n"


def as_text(found: Iterable[Origin], masks: Masks) -> str:
    """The histories for people: the value, and below it what set it, oldest first."""
    out = []
    for origin in found:
        last = origin.chain[-1]
        value = "deleted" if origin.deleted else shown(masks.value(origin.document, origin.steps, last.after))
        out.append(f"{masks.identity(origin.document).rstrip('/')} {origin.path}: {value}")
        for link in origin.chain:
            where = f" {link.place}" if link.place is not None else ""
            what = "deleted" if link.after is ABSENT else shown(masks.value(origin.document, origin.steps, link.after))
            out.append(f"    {link.layer or 'config'}{where}: {what}")
    return "".join(f"{visible(line)}\n" for line in out)


def shown(value: Any) -> str:
    """A value in one line."""
    if isinstance(value, bool | None):
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False, default=str)
    lines = str(value).splitlines() or [""]
    return lines[0] if len(lines) == 1 else f"{lines[0]} … ({len(lines)} lines)"
