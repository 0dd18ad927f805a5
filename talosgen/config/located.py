"""YAML as a tree whose mappings, lists and leaves know where they were written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from talosgen.config.provenance import path_text
from talosgen.errors import Problem
from talosgen.goyaml.construct import duplicates, follow, pairs, scalar
from talosgen.goyaml.node import DOUBLE, MAPPING, PLAIN, SCALAR, SEQUENCE, Node
from talosgen.source import Span

__all__ = [
    "Mapping", "Sequence", "Tree", "Value", "located", "located_of", "node_of", "plain", "spans", "walk", "written_at",
]  # fmt: skip

_DEEPEST: Final = 100
_MOST: Final = 1_000_000


class Value:
    """A scalar and where it was written. Two are equal when the scalars are."""

    __slots__ = ("span", "value")

    def __init__(self, value: Any, span: Span) -> None:
        self.value = value
        self.span = span

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Value) and type(self.value) is type(other.value) and self.value == other.value

    def __hash__(self) -> int:
        return hash(self.value)

    def __repr__(self) -> str:
        # No value: it may be secret.
        return f"<Value {self.span}>"


class Mapping(dict[str, Any]):
    """A mapping and where it was written; ``keys_at`` has the places of its keys."""

    __slots__ = ("keys_at", "span")

    def __init__(
        self, span: Span, entries: dict[str, Any] | None = None, keys_at: dict[str, Span] | None = None
    ) -> None:
        super().__init__(entries or {})
        self.span = span
        self.keys_at = keys_at if keys_at is not None else {}

    def __repr__(self) -> str:
        return f"<Mapping {', '.join(self)} {self.span}>"


class Sequence(list[Any]):
    """A list and where it was written."""

    __slots__ = ("span",)

    def __init__(self, span: Span, items: list[Any] | None = None) -> None:
        super().__init__(items or [])
        self.span = span

    def __repr__(self) -> str:
        return f"<Sequence of {len(self)} {self.span}>"


Tree = Value | Mapping | Sequence


def located(root: Node, source: str, problems: list[Problem]) -> Tree:
    """The tree of a node; what is wrong with it is added to ``problems``.

    Aliases are followed. Keys are texts; a mapping repeats none. A date is the text that it was written as.
    """
    count = 0

    def fail(node: Node, message: str) -> None:
        problems.append(Problem(message, Span(source, node.line, node.column)))

    def tree(node: Node, depth: int) -> Tree:
        nonlocal count
        node = follow(node)
        count += 1
        span = Span(source, node.line, node.column)
        if depth > _DEEPEST or count > _MOST:
            if count <= _MOST or not problems:
                fail(node, "this is nested too deeply" if depth > _DEEPEST else "there are too many values")
            return Value(None, span)
        if node.kind == SCALAR:
            try:
                value = node.value if node.tag in ("!!timestamp", "!!merge") else scalar(node)
            except ValueError as error:
                fail(node, str(error))
                value = None
            return Value(value, span)
        if node.kind == SEQUENCE:
            return Sequence(span, [tree(item, depth + 1) for item in node.value])
        out = Mapping(span)
        if duplicates(node, fail):
            return out
        for key, item in pairs(node):
            key = follow(key)
            if key.kind != SCALAR:
                fail(key, "a list or a mapping cannot be a key")
                continue
            out[key.value] = tree(item, depth + 1)
            out.keys_at[key.value] = Span(source, key.line, key.column)
        return out

    return tree(root, 0)


def plain(tree: Tree) -> Any:
    """The plain value of a tree."""
    if isinstance(tree, Value):
        return tree.value
    if isinstance(tree, list):
        return [plain(item) for item in tree]
    return {key: plain(item) for key, item in tree.items()}


def located_of(value: Any, span: Span) -> Tree:
    """The tree of a plain value, all of which was written in one place."""
    if isinstance(value, dict):
        return Mapping(span, {str(key): located_of(item, span) for key, item in value.items()})
    if isinstance(value, list):
        return Sequence(span, [located_of(item, span) for item in value])
    return Value(value, span)


def walk(tree: Tree, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Tree]]:
    """All that stands in a tree with its path, the tree itself first."""
    yield path, tree
    if isinstance(tree, list):
        for index, item in enumerate(tree):
            yield from walk(item, (*path, index))
    elif isinstance(tree, dict):
        for key, item in tree.items():
            yield from walk(item, (*path, key))


def spans(tree: Tree) -> dict[str, Span]:
    """The places of all that stands in a tree, by the text of its path; a mapping's entry is at its key."""
    out: dict[str, Span] = {}
    for path, item in walk(tree):
        text = path_text(path)
        out.setdefault(text, item.span)
        if isinstance(item, Mapping):
            for key, span in item.keys_at.items():
                if key in item:
                    out[path_text((*path, key))] = span
    return out


def written_at(places: dict[str, Span], path: str, default: Span) -> Span:
    """The place of a path, or of the nearest part above it that has one."""
    while path not in places and path:
        path = path[: max(path.rfind("."), path.rfind("["), 0)]
    return places.get(path, default)


_TAGS: Final = {str: "!!str", bool: "!!bool", int: "!!int", float: "!!float", type(None): "!!null"}


def node_of(tree: Any, places: list[Span], span: Span) -> Node:
    """A node that reads as a tree, in which plain parts may stand; its lines are positions in ``places``.

    ``span`` is the place of what does not know its own.
    """
    span = getattr(tree, "span", span)
    places.append(span)
    line = len(places) - 1
    value = tree.value if isinstance(tree, Value) else tree
    if isinstance(value, dict):
        flat: list[Node] = []
        keys_at = getattr(value, "keys_at", {})
        for key, item in value.items():
            flat += (node_of(key, places, keys_at.get(key, span)), node_of(item, places, span))
        return Node(MAPPING, "!!map", flat, line, 0)
    if isinstance(value, list):
        return Node(SEQUENCE, "!!seq", [node_of(item, places, span) for item in value], line, 0)
    tag = _TAGS[type(value)]
    text = {True: "true", False: "false", None: "null"}[value] if isinstance(value, bool | None) else str(value)
    return Node(SCALAR, tag, text, line, 0, DOUBLE if tag == "!!str" else PLAIN)
