"""Parts of patches, by the document that they are for: what several settings give to one document becomes one tree."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from talosgen.project.located import Mapping, Sequence, Tree
from talosgen.source import Span

__all__ = ["LEGACY", "Fragment", "at", "legacy", "together"]

#: The kind of the legacy document.
LEGACY = "v1alpha1"


class Fragment(NamedTuple):
    """A part of a patch. ``tree`` holds what the document gets; None deletes the whole document."""

    kind: str
    name: str
    tree: Any


def at(path: str, tree: Any, span: Span) -> Mapping:
    """A tree below the keys of a dotted path, which all stand at ``span``."""
    for key in reversed(path.split(".")):
        tree = Mapping(span, {key: tree}, {key: span})
    assert isinstance(tree, Mapping)
    return tree


def legacy(path: str, tree: Tree) -> Fragment:
    """What the legacy document gets at a path."""
    return Fragment(LEGACY, "", at(path, tree, tree.span))


def together(fragments: Iterable[Fragment]) -> list[Fragment]:
    """One fragment for each document, in the order of their first; maps merge, lists append."""
    out: dict[tuple[str, str], Any] = {}
    for kind, name, tree in fragments:
        here = (kind, name)
        out[here] = tree if out.get(here) is None or tree is None else _joined(out[here], tree)
    return [Fragment(kind, name, tree) for (kind, name), tree in out.items()]


#: What an element of a list is known by, where two settings may name the same one.
_KEY = "interface"


def _joined(left: Any, right: Any) -> Any:
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        both = {**left, **right}
        made = {key: _joined(left[key], right[key]) if key in left and key in right else both[key] for key in both}
        return Mapping(left.span, made, {**left.keys_at, **right.keys_at})
    if isinstance(left, Sequence) and isinstance(right, Sequence):
        items = list(left)
        for item in right:
            known = [_named(other) for other in items]
            name = _named(item)
            if name is not None and name in known:
                items[known.index(name)] = _joined(items[known.index(name)], item)
            else:
                items.append(item)
        return Sequence(left.span, items)
    return right


def _named(item: Any) -> Any:
    return item.get(_KEY) if isinstance(item, Mapping) else None
