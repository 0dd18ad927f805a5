"""Of which document a part of a patch is, and where in its text it stands."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any, NamedTuple

from talosgen.config.container import Document
from talosgen.config.equality import fingerprint
from talosgen.config.loader import children
from talosgen.config.mergers import KeyedList
from talosgen.config.walk import walk
from talosgen.goyaml.construct import follow
from talosgen.patching.delete import Selector
from talosgen.schema.table import table
from talosgen.source import Span

__all__ = ["Origin", "Target", "of_selector", "place", "target"]


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
        below = children(follow(node)).get(step)
        if below is None:
            break
        node = below
    return Span(document.source, node.line, node.column)


class Origin:
    """Where in its text a patch's document has what stands at a path of the tree that it was merged to.

    An element of a list has another position there than in the patch: it is the same, or one with its key. What
    was found out of a list is kept, so that many paths cost little.
    """

    def __init__(self, document: Document, after: Any) -> None:
        self._document = document
        self._after = after
        self._keyed: dict[tuple[str | int, ...], KeyedList] | None = None
        self._positions: dict[tuple[str | int, ...], dict[Hashable, int]] = {}

    def __call__(self, path: tuple[str | int, ...]) -> Span | None:
        """The place of what stands at a path, or of what is around it."""
        mine: tuple[str | int, ...] = ()
        tree: Any = self._document.tree
        after = self._after
        for step in path:
            try:
                if isinstance(step, int):
                    index = self._position(mine, tree, after[step])
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
            mine = (*mine, step)
        return place(self._document, mine)

    def _position(self, steps: tuple[str | int, ...], items: Any, wanted: Any) -> int | None:
        """The position, in a list of the patch, of what became an element of the result."""
        if not isinstance(items, list):
            return None
        if self._keyed is None:
            walked = walk(self._document.tree, self._document.kind.type, table())
            self._keyed = {where.steps: where.keyed for where in walked if where.keyed}
        keyed = self._keyed.get(steps)
        positions = self._positions.get(steps)
        if positions is None:
            positions = self._positions[steps] = {}
            for index, item in enumerate(items):
                positions.setdefault(("same", fingerprint(item)), index)
                if keyed is not None and (key := keyed.wanted(item)) is not None:
                    positions.setdefault(("key", key), index)
        marks: list[Hashable] = [("same", fingerprint(wanted))]
        if keyed is not None:
            marks += [("key", key) for key in keyed.keys(wanted)]
        return min((positions[mark] for mark in marks if mark in positions), default=None)
