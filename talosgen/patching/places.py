"""Of which document a part of a patch is, and where in its text it stands."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from talosgen.config.container import Document
from talosgen.config.loader import raw_text
from talosgen.goyaml.construct import follow, pairs
from talosgen.goyaml.node import MAPPING, SEQUENCE
from talosgen.patching.delete import Selector
from talosgen.source import Span

__all__ = ["Target", "place", "target"]


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
