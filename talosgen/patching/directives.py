"""What a patch says with ``$patch``: taken out of its documents before they are decoded."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any, NamedTuple

from talosgen.config.loader import raw_text
from talosgen.config.mergers import ReplacingList, ReplacingMap
from talosgen.errors import Problem
from talosgen.goyaml.construct import pairs
from talosgen.goyaml.node import MAPPING, SCALAR, SEQUENCE, Node
from talosgen.patching.delete import Selector
from talosgen.source import Span

__all__ = ["Directives", "extract", "marked"]

_Path = tuple[str | int, ...]


class Directives(NamedTuple):
    """The directives of one document, and what is left of it; None when nothing is.

    ``replacing``: the paths, in the decoded tree, of what replaces the base's value. ``plain``: other ``$patch``
    keys, which Talos takes for keys like any other, with their paths.
    """

    selectors: list[Selector]
    replacing: list[tuple[_Path, type]]
    plain: list[tuple[_Path, Node]]
    rest: Node | None


def extract(root: Node, source: str, problems: list[Problem], *, replacing: bool = False) -> Directives:
    """The directives of a document: delete statements, and with ``replacing`` ``$patch: replace`` as well."""
    pruner = _Pruner(replacing)
    rest = pruner.prune(root)
    texts = {raw_text(key): raw_text(value) for key, value in pairs(root) if value.kind == SCALAR}
    present = {raw_text(key) for key, _ in pairs(root)}
    selectors = []
    for path, node in pruner.deleted:
        place = Span(source, node.line, node.column)
        selector = Selector(
            texts.get("apiVersion", ""), texts.get("kind", ""), texts.get("name", ""), path, *_element(node), place
        )
        problem = _check(selector, present)
        if problem:
            problems.append(Problem(problem, place, selector.text))
        selectors.append(selector)
    return Directives(selectors, pruner.replacing, pruner.plain, rest)


def marked(tree: dict[str, Any], replacing: list[tuple[_Path, type]]) -> dict[str, Any]:
    """A decoded tree in which what stands at the paths is marked as replacing. The tree is the caller's own."""
    holder: dict[str | int, Any] = {"": tree}
    for path, kind in sorted(replacing, key=lambda entry: len(entry[0])):
        container: Any = holder
        for step in ("", *path[:-1]) if path else ():
            # A struct by value that holds nothing is not in the tree.
            container = container.setdefault(step, {}) if isinstance(container, dict) else container[step]
        last = path[-1] if path else ""
        value = container.get(last, ()) if isinstance(container, dict) else container[last]
        container[last] = kind(value)
    return holder[""]  # type: ignore[no-any-return]


def _check(selector: Selector, present: set[str]) -> str:
    path = selector.path
    if not path:
        missing = [key for key in ("apiVersion", "kind") if key not in present]
        return f"a whole document is deleted by its {' and '.join(missing)} too" if missing else ""
    if bool(selector.kind) != bool(selector.api_version):
        return "apiVersion and kind stand together, or both are left out"
    if "" in path:
        return "the path to what is deleted has an empty key"
    if isinstance(path[-1], int):
        return "" if selector.key else "an element of a list is deleted by one of its keys"
    # A key that begins with a bracket is taken for a position, as Talos does.
    if any(isinstance(step, int) or step.startswith("[") for step in path):
        return "a key inside an element of a list cannot be deleted; delete the element and add it anew"
    return ""


def _element(node: Node) -> tuple[str, str]:
    for key, value in pairs(node):
        if raw_text(key) != "$patch":
            return raw_text(key), raw_text(value) if value.kind == SCALAR else ""
    return "", ""


class _Frame:
    """An open collection: its place in the one around it, the parts still to look at, what is kept of it."""

    __slots__ = ("changed", "decoded", "kept", "key", "node", "parts", "replacing", "step")

    def __init__(self, node: Node, step: str | int = "", key: Node | None = None) -> None:
        self.node = node
        self.step = step
        self.key = key
        self.parts = _parts(node)
        self.kept: list[Node] = []
        # How many of the items kept so far the decoder gives an element: it passes over nulls.
        self.decoded = 0
        self.changed = False
        self.replacing = False

    def keep(self, key: Node | None, child: Node) -> None:
        self.kept.extend((child,) if key is None else (key, child))
        self.decoded += child.tag != "!!null"

    def rest(self) -> Node | None:
        """The node itself when all of it is kept, None when nothing is."""
        node = self.node
        if not self.changed:
            return node
        if not self.kept and not self.replacing:
            return None
        return Node(node.kind, node.tag, self.kept, node.line, node.column, node.style, node.explicit, node.anchor)


def _parts(node: Node) -> Iterator[tuple[str | int, Node | None, Node]]:
    if node.kind == MAPPING:
        return ((raw_text(key), key, value) for key, value in pairs(node))
    return ((index, None, item) for index, item in enumerate(node.value))


def _directive(key: Node | None, value: Node) -> str | None:
    """The text of a pair ``$patch: TEXT``."""
    if key is None or key.kind != SCALAR or value.kind != SCALAR or key.value != "$patch":
        return None
    text: str = value.value
    return text


class _Pruner:
    """Takes the directives out of one document. A stack of our own: depth is the input's."""

    def __init__(self, replacing: bool) -> None:
        self._takes_replacing = replacing
        self.deleted: list[tuple[_Path, Node]] = []
        self.replacing: list[tuple[_Path, type]] = []
        self.plain: list[tuple[_Path, Node]] = []

    def prune(self, root: Node) -> Node | None:
        """The document without its directives, None when nothing is left."""
        frames = [_Frame(root)]
        while True:
            frame = frames[-1]
            part = next(frame.parts, None)
            if part is None:
                result = frame.rest()
            else:
                step, key, child = part
                directive = _directive(key, child)
                if directive == "delete":
                    self.deleted.append((tuple(frame.step for frame in frames[1:]), frame.node))
                    result = None
                elif directive == "replace" and self._takes_replacing:
                    result = self._replace(frames)
                    if result is not None:
                        continue
                elif child.kind in (MAPPING, SEQUENCE) and child.value:
                    frames.append(_Frame(child, step, key))
                    continue
                else:
                    if directive is not None and key is not None:
                        self.plain.append((tuple(frame.step for frame in frames[1:]), key))
                    frame.keep(key, child)
                    continue
            frames.pop()
            if not frames:
                return result
            if result is not frame.node:
                frames[-1].changed = True
            if result is not None:
                frames[-1].keep(frame.key, result)

    def _replace(self, frames: list[_Frame]) -> Node | None:
        """Note what replaces: the mapping; or the list of which this element is the mark (then None)."""
        frame = frames[-1]
        mark = len(frames) > 1 and frames[-2].node.kind == SEQUENCE and len(frame.node.value) == 2
        target = frames[:-1] if mark else frames
        target[-1].replacing = target[-1].changed = True
        path = tuple(outer.decoded if outer.node.kind == SEQUENCE else inner.step for outer, inner in pairwise(target))
        self.replacing.append((path, ReplacingList if mark else ReplacingMap))
        return None if mark else frame.node
