"""``schema why``, ``schema show`` and ``schema json``."""

from __future__ import annotations

import json as json_module
from typing import Any

from talosgen.cli.printing import deliver
from talosgen.outputs import files
from talosgen.schema.editor import json_schema
from talosgen.schema.facts import Entry, entries, release_of
from talosgen.schema.paths import find

__all__ = ["json", "show", "why"]

_MERGES = {
    "replace": "a patch's value replaces it",
    "append": "a patch's elements are appended",
    "elements": "elements merge that agree in {keys}; others are appended",
    "keys": "merges key by key",
    "fields": "merges field by field",
    "deep": "merges at every depth",
    "parts": "the parts of a URL that a patch has replace those that are there",
    "sides": "a percentage and a number of bytes stand side by side; the bytes win",
    "refused": "a value that is set cannot be changed; delete it first",
}
_PARTS = {
    "whole": "the value",
    "entries": "the entries {names}, at any depth",
    "direct-entries": "the entries {names}",
    "query": "the parameter {names} of the URL",
    "userinfo": "the user information of the URL",
    "present": "the field {names}",
}


def why(flags: dict[str, Any], arguments: list[str]) -> int:
    """Print all that is known of a path."""
    found = find(arguments[0], flags["talos-version"])
    deliver("\n".join(map(_told, found)).encode("utf-8", "surrogateescape"))
    return 0


def show(flags: dict[str, Any], arguments: list[str]) -> int:
    """Print the paths of a kind."""
    (kind,) = arguments
    release = release_of(flags["talos-version"])
    found = entries(kind, release)
    rows = [(entry.path, entry.type, f"v{entry.since}", _marks(entry)) for entry in found]
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(3)]
    lines = [f"{kind}, as Talos v{release} has it"]
    for *columns, marks in rows:
        padded = [text.ljust(width) for text, width in zip(columns, widths, strict=True)]
        lines.append("  ".join([*padded, marks]).rstrip())
    deliver("".join(f"{line}\n" for line in lines).encode())
    return 0


def json(flags: dict[str, Any], arguments: list[str]) -> int:
    """Print or write a JSON Schema."""
    schema = json_schema(flags["talos-version"], flags["of"])
    text = json_module.dumps(schema, indent=2, ensure_ascii=False).encode() + b"\n"
    if flags["output"]:
        files.write({flags["output"]: text}, force=flags["force"])
    else:
        deliver(text)
    return 0


def _told(entry: Entry) -> str:
    rows = [("type", entry.type), ("since", _since(entry.since)), ("deprecated", _deprecation(entry) or "no")]
    if entry.replaced_by:
        rows.append(("replaced by", ", ".join(entry.replaced_by)))
    rows += [("merge", _MERGES[entry.merge].format(keys=" or ".join(entry.merge_by)))]
    rows += [("secret", _secrecy(entry))]
    if entry.values and not entry.type.endswith(f"({'|'.join(entry.values)})"):
        rows.append(("values", ", ".join(entry.values)))
    if entry.enum and set(entry.enum) != set(entry.values):
        rows.append(("documented", ", ".join(entry.enum)))
    if entry.default is not None:
        rows.append(("default", json_module.dumps(entry.default, ensure_ascii=False)))
    lines = [f"{entry.kind} {entry.path} (Talos v{entry.release})", *(f"  {name:<12} {text}" for name, text in rows)]
    return "".join(f"{line}\n" for line in lines)


def _since(release: str) -> str:
    return "v1.0 or before" if release == "1.0" else f"v{release}"


def _deprecation(entry: Entry) -> str:
    if not entry.deprecated:
        return ""
    later = "" if entry.outdated else f"; not yet in v{entry.release}"
    along = f", with {entry.deprecated_with}" if entry.deprecated_with else ""
    return f"since v{entry.deprecated}{along}{later}"


def _secrecy(entry: Entry) -> str:
    told = []
    for mask in entry.masks:
        whose = "Talos masks it" if mask.level == "talos" else "talosgen masks it, Talos does not"
        told.append(f"{_PARTS[mask.part].format(names=', '.join(mask.names))} ({whose})")
    if told:
        return "; ".join(told)
    parts = tuple(entry.path + mark for mark in (".", "[].", ".*."))
    below = [part.path for part in entries(entry.kind, entry.release) if part.path.startswith(parts) and part.secret]
    return f"not itself; below it {', '.join(below)}" if below else "no"


def _marks(entry: Entry) -> str:
    marks = []
    if entry.outdated:
        marks.append("deprecated")
    if any(mask.part == "whole" for mask in entry.masks):
        marks.append("secret")
    if entry.required:
        marks.append("required")
    return ", ".join(marks)
