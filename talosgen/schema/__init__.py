"""Facts about Talos's configuration types, for every release from 1.5 to 1.14, one table a release.

What programs ask is here by name and loaded when first used: ``entries`` and ``entry`` tell all about the paths of
a kind, ``find`` which fields a path means, ``json_schema`` makes schemas for editors. The engines read ``table``.
"""

from __future__ import annotations

# Not from typing: importing the package must not pay for its import.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from talosgen.schema.editor import json_schema
    from talosgen.schema.facts import RELEASES, Entry, MergeRule, entries, entry, kinds
    from talosgen.schema.paths import find
    from talosgen.schema.table import NEWEST, Mask

__all__ = ["NEWEST", "RELEASES", "Entry", "Mask", "MergeRule", "entries", "entry", "find", "json_schema", "kinds"]

_HOMES = {
    "NEWEST": "table", "RELEASES": "facts", "Entry": "facts", "Mask": "table", "MergeRule": "facts",
    "entries": "facts", "entry": "facts", "find": "paths", "json_schema": "editor", "kinds": "facts",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
