"""Of which document a part of a patch is, and where in its text it stands."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from talosgen.config.container import Document
from talosgen.config.equality import same
from talosgen.config.loader import raw_text
from talosgen.config.mergers import KeyedList
from talosgen.config.walk import walk
from talosgen.goyaml.construct import follow, pairs
from talosgen.goyaml.node import MAPPING, SEQUENCE
from talosgen.patching.delete import Selector
from talosgen.schema.table import table
from talosgen.source import Span

__all__ = ["Target", "of_selector", "origin", "place", "target"]


class Target(NamedTuple):
    """By what a part of a patch finds its document (Talos v1.14 patch matching)."""

    kind: str
    api_version: str
    name: str


def target(part: Selector | Document) -> Target:
    """The document that a part of a patch is for, or that a document is."""
    if isinstance(part, Selector):
        return Target("v1alpha1" if part.legacy else part.kind, part.api_version, part.name)
    return Target(part.kind.name, part.tree.get("apiVersion", ""), part.name)


def of_selector(selector: Selector, path: tuple[str | int, ...]) -> Span:
    """Where the statement stands that deleted what was at a path."""
    return selector.place


def place(document: Document, path: Iterable[str | int]) -> Span | None:
    """Where in its text a document has a path, as far as it can be followed."""
    node = document.node
    if node is None:
        return document.place
    for step in path:
        node = follow(node)
        if node.kind == SEQUENCE and isinstance(step, int):
            found = [item for item in node.value if item.tag != "!!null"][step : step + 1]
        elif node.kind == MAPPING:
            found = [value for key, value in pairs(node) if raw_text(key) == step]
        else:
            break
        if not found:
            break
        node = found[0]
    return Span(document.source, node.line, node.column)


def origin(document: Document, after: Any, path: tuple[str | int, ...]) -> Span | None:
    """Where in its text a patch's document has what stands at a path of the tree that it was merged to.

    An element of a list has another position there than in the patch: it is the same, or one with its key.
    """
    keyed = {where.steps: where.keyed for where in walk(document.tree, document.kind.type, table()) if where.keyed}
    mine: list[str | int] = []
    tree: Any = document.tree
    for step in path:
        try:
            if isinstance(step, int):
                index = _position(tree, after[step], keyed.get(tuple(mine)))
                after = after[step]
                if index is None:
                    break
                step = index
            else:
                after = after[step]
            tree = tree[step]
        except (KeyError, IndexError, TypeError):
            # Gone from the result, or not of the patch: the place is that of what is around it.
            if not isinstance(tree, dict) or step not in tree:
                break
        mine.append(step)
    return place(document, mine)


def _position(items: Any, wanted: Any, keyed: KeyedList | None) -> int | None:
    """The position, in a list of a patch, of what became an element of the result."""
    if not isinstance(items, list):
        return None
    for index, item in enumerate(items):
        if item is wanted or same(item, wanted):
            return index
        if keyed is not None and keyed.wanted(item) is not None and keyed.wanted(item) in keyed.keys(wanted):
            return index
    return None
