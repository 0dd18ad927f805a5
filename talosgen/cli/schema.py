"""``schema why``, ``schema show`` and ``schema json``."""

from __future__ import annotations

import json as json_module
from typing import Any

from talosgen import files
from talosgen.cli.printing import deliver
from talosgen.schema import wording
from talosgen.schema.editor import json_schema
from talosgen.schema.facts import Entry, entries, release_of
from talosgen.schema.paths import find

__all__ = ["json", "show", "why"]


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
    if flags["of"] in ("cluster", "node"):
        from talosgen.project import editor

        schema = editor.json_schema(flags["of"])
    else:
        schema = json_schema(flags["talos-version"], flags["of"])
    text = json_module.dumps(schema, indent=2, ensure_ascii=False).encode() + b"\n"
    if flags["output"] not in ("", "-"):
        files.write({flags["output"]: text}, force=flags["force"])
    else:
        deliver(text)
    return 0


def _told(entry: Entry) -> str:
    rows = [("type", entry.type), ("since", wording.since(entry.since))]
    rows += [("deprecated", wording.deprecation(entry) or "no")]
    if entry.replaced_by:
        rows.append(("replaced by", ", ".join(entry.replaced_by)))
    rows += [("merge", wording.merge(entry)), ("secret", wording.secrecy(entry))]
    if entry.values and not entry.type.endswith(f"({'|'.join(entry.values)})"):
        rows.append(("values", ", ".join(entry.values)))
    if entry.enum and set(entry.enum) != set(entry.values):
        rows.append(("documented", ", ".join(entry.enum)))
    if entry.default is not None:
        rows.append(("default", json_module.dumps(entry.default, ensure_ascii=False)))
    lines = [f"{entry.kind} {entry.path} (Talos v{entry.release})", *(f"  {name:<12} {text}" for name, text in rows)]
    return "".join(f"{line}\n" for line in lines)


def _marks(entry: Entry) -> str:
    marks = []
    if entry.outdated:
        marks.append("deprecated")
    if any(mask.part == "whole" for mask in entry.masks):
        marks.append("secret")
    if entry.required:
        marks.append("required")
    return ", ".join(marks)
