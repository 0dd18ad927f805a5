"""Flags that several commands take."""

from __future__ import annotations

from talosgen.cli.flags import Flag

__all__ = ["ALLOW_UNKNOWN", "CONTRACT", "FORCE", "FORMAT", "MERGE"]

FORCE = Flag("force", "bool", False, "overwrite files that exist", short="f")
CONTRACT = Flag(
    "talos-version", "string", "", "the release whose config shape is wanted (v1.0 … v1.14); newest if empty",
    value="VERSION",
)  # fmt: skip

MERGE = Flag(
    "merge",
    "string",
    "talos",
    "the semantics of patches: talos, or idempotent (lists unite, deletes pass)",
    value="NAME",
)

ALLOW_UNKNOWN = Flag("allow-unknown", "bool", False, "carry documents of kinds that are not known, as their text")

FORMAT = (
    Flag("format", "string", "text", "how findings are printed: text, json, github or sarif", value="NAME"),
    Flag("json", "bool", False, "the same as --format json"),
)
