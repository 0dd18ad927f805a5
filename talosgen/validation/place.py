"""Where in its text a document has a path."""

from __future__ import annotations

from typing import TYPE_CHECKING

from talosgen.config.loader import children
from talosgen.goyaml.construct import follow
from talosgen.goyaml.node import Node
from talosgen.source import Span

if TYPE_CHECKING:
    from talosgen.config.container import Document
    from talosgen.validation.rule import Step

__all__ = ["Places"]


class Places:
    """Looks paths up in the nodes of documents; what it learned of a node it keeps, so that many paths cost little."""

    __slots__ = ("_known", "_nodes")

    def __init__(self) -> None:
        self._known: dict[int, dict[Step, Node]] = {}
        # The nodes that are known by identity must live.
        self._nodes: list[Node] = []

    def of(self, document: Document, steps: tuple[Step, ...]) -> Span | None:
        """The place of the value at a path, or of the nearest thing above it that is written."""
        node = document.node
        if node is None:
            return document.place
        node = follow(node)
        for step in steps:
            below = self._below(node).get(step)
            if below is None:
                break
            node = follow(below)
        return Span(document.source, node.line, node.column)

    def _below(self, node: Node) -> dict[Step, Node]:
        known = self._known.get(id(node))
        if known is None:
            known = self._known[id(node)] = children(node)
            self._nodes.append(node)
        return known
