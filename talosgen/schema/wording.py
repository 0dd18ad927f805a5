"""What is known of a path in words, for the command line and the documentation alike."""

from __future__ import annotations

from typing import Final

from talosgen.schema.facts import Entry, MergeRule, entries
from talosgen.schema.table import Mask

__all__ = ["MERGES", "deprecation", "mask", "merge", "secrecy", "since"]

#: What a strategic patch does to a value that is set.
MERGES: Final[dict[MergeRule, str]] = {
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
_PARTS: Final = {
    "whole": "the value",
    "entries": "the entries {names}, at any depth",
    "direct-entries": "the entries {names}",
    "query": "the parameter {names} of the URL",
    "userinfo": "the user information of the URL",
    "present": "the field {names}",
}


def since(release: str) -> str:
    """The release that brought something; the oldest that is known may not have been the first."""
    return "v1.0 or before" if release == "1.0" else f"v{release}"


def deprecation(entry: Entry) -> str:
    """Since when a path is deprecated, and with what; empty where it is not."""
    if not entry.deprecated:
        return ""
    later = "" if entry.outdated else f"; not yet in v{entry.release}"
    along = f", with {entry.deprecated_with}" if entry.deprecated_with else ""
    return f"since v{entry.deprecated}{along}{later}"


def merge(entry: Entry) -> str:
    """What a patch does to the path."""
    return MERGES[entry.merge].format(keys=" or ".join(entry.merge_by))


def mask(found: Mask) -> str:
    """What of a value a mask hides."""
    return _PARTS[found.part].format(names=", ".join(found.names))


def secrecy(entry: Entry) -> str:
    """What of the path is secret, and by whose list."""
    told = [
        f"{mask(found)} ({'Talos masks it' if found.level == 'talos' else 'talosgen masks it, Talos does not'})"
        for found in entry.masks
    ]
    if told:
        return "; ".join(told)
    parts = tuple(entry.path + mark for mark in (".", "[].", ".*."))
    below = [part.path for part in entries(entry.kind, entry.release) if part.path.startswith(parts) and part.secret]
    return f"not itself; below it {', '.join(below)}" if below else "no"
