"""What the scanner tells the parser: tokens, each with its place."""

from __future__ import annotations

from typing import Final

from talosgen.goyaml.node import PLAIN

__all__ = [
    "ALIAS",
    "ANCHOR",
    "BLOCK_END",
    "BLOCK_ENTRY",
    "BLOCK_MAPPING",
    "BLOCK_SEQUENCE",
    "DIRECTIVE",
    "DOCUMENT_END",
    "DOCUMENT_START",
    "FLOW_ENTRY",
    "FLOW_MAPPING",
    "FLOW_MAPPING_END",
    "FLOW_SEQUENCE",
    "FLOW_SEQUENCE_END",
    "KEY",
    "MAX_DEPTH",
    "SCALAR",
    "STREAM_END",
    "TAG",
    "VALUE",
    "Token",
]  # fmt: skip

#: The deepest nesting, of flow and of block collections each.
MAX_DEPTH: Final = 10_000

(
    STREAM_END, DIRECTIVE, DOCUMENT_START, DOCUMENT_END, BLOCK_SEQUENCE, BLOCK_MAPPING, BLOCK_END, BLOCK_ENTRY,
    FLOW_SEQUENCE, FLOW_SEQUENCE_END, FLOW_MAPPING, FLOW_MAPPING_END, FLOW_ENTRY, KEY, VALUE, ALIAS, ANCHOR, TAG,
    SCALAR,
) = range(19)  # fmt: skip


class Token:
    """One token. ``end`` is the column behind it; ``value`` and ``style`` are a scalar's."""

    __slots__ = ("column", "end", "kind", "line", "style", "value")

    def __init__(self, kind: int, line: int, column: int, end: int, value: str = "", style: int = PLAIN) -> None:
        self.kind = kind
        self.line = line
        self.column = column
        self.end = end
        self.value = value
        self.style = style
