"""The node tree that a YAML text parses to: what was written, and where."""

from __future__ import annotations

from typing import Any, Final

__all__ = [
    "ALIAS", "DOUBLE", "FLOW", "FOLDED", "LITERAL", "MAPPING", "PLAIN", "SCALAR", "SEQUENCE",
    "SINGLE", "Node",
]  # fmt: skip

SCALAR: Final = 0
SEQUENCE: Final = 1
MAPPING: Final = 2
ALIAS: Final = 3

# Styles. A collection is PLAIN (block) or FLOW.
PLAIN: Final = 0
SINGLE: Final = 1
DOUBLE: Final = 2
LITERAL: Final = 3
FOLDED: Final = 4
FLOW: Final = 5


class Node:
    """One node. It is never changed once the reader has handed it out.

    ``value`` is the text of a scalar, the list of items of a sequence, the flat list of keys and
    values (key, value, key, value …) of a mapping, and the anchored node of an alias.
    ``tag`` is the short form (``!!str``, ``!!int``, ``!!null``, ``!!merge``, ``!local`` …), resolved
    for plain scalars by ``scalars.resolve``; an alias has the tag ``""``. ``explicit`` is true when
    the tag stood in the text. ``anchor`` is the anchor's name, for an alias the name it refers to.
    ``line`` and ``column`` count from 1, in characters, and are those of the node's first
    property or character (for a block collection: of its first key or dash).
    """

    __slots__ = ("anchor", "column", "explicit", "kind", "line", "style", "tag", "value")

    def __init__(
        self, kind: int, tag: str, value: Any, line: int, column: int,
        style: int = PLAIN, explicit: bool = False, anchor: str = "",
    ) -> None:  # fmt: skip
        self.kind = kind
        self.tag = tag
        self.value = value
        self.line = line
        self.column = column
        self.style = style
        self.explicit = explicit
        self.anchor = anchor

    def __repr__(self) -> str:
        # No value: it may be secret.
        kind = ("scalar", "sequence", "mapping", "alias")[self.kind]
        return f"<Node {kind} {self.tag} {self.line}:{self.column}>"
