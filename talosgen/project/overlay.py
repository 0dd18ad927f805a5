"""Settings of several folders laid over each other: maps merge, lists append, scalars replace, ``null`` removes."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from talosgen.config.located import Mapping, Sequence, Tree, Value
from talosgen.source import Span

if TYPE_CHECKING:
    from deepmerge import Merger

__all__ = ["merged"]


def merged(layers: Iterable[Tree], *, nulls: bool = False) -> Mapping:
    """The layers, the base first, as one: later ones win.

    Maps merge key by key; a list gets the elements that it does not have yet; everything else replaces what was
    there; a key whose value is null is removed. Each part keeps its place. The layers stay as they are. With ``nulls``
    they stay, for what this is laid over later.
    """
    out: Any = Mapping(Span(""))
    for layer in layers:
        if isinstance(layer, Mapping):
            out = _merger().merge(out, _copied(layer))
    made: Mapping = out if nulls else _without_nulls(out)
    return made


@cache
def _merger() -> Merger:
    from deepmerge import Merger

    return Merger([(list, [_append]), (dict, [_merge])], ["override"], ["override"])


#: Keys of which one layer's set all: to name one takes the place of the others.
_EXCLUSIVE: Final = {"install": ("disk", "selector", "match")}


def _merge(merger: Merger, path: list[str], base: Any, over: Any) -> Any:
    exclusive = _EXCLUSIVE.get(path[-1], ()) if path else ()
    if any(key in over for key in exclusive):
        for key in exclusive:
            base.pop(key, None)
    for key, value in over.items():
        if key in base and not _null(value) and not _null(base[key]):
            base[key] = merger.value_strategy([*path, key], base[key], value)
        else:
            base[key] = value
    base.keys_at = {**base.keys_at, **over.keys_at}
    base.span = over.span
    return base


def _append(merger: Merger, path: list[str], base: Any, over: Any) -> Any:
    return Sequence(over.span, [*base, *(item for item in over if item not in base)])


def _null(tree: Tree) -> bool:
    return isinstance(tree, Value) and tree.value is None


def _copied(tree: Any) -> Any:
    """A tree whose mappings and lists are its own; leaves are shared."""
    if isinstance(tree, Mapping):
        return Mapping(tree.span, {key: _copied(item) for key, item in tree.items()}, dict(tree.keys_at))
    if isinstance(tree, Sequence):
        return Sequence(tree.span, [_copied(item) for item in tree])
    return tree


def _without_nulls(tree: Any) -> Any:
    if isinstance(tree, Mapping):
        kept = {key: _without_nulls(item) for key, item in tree.items() if not _null(item)}
        return Mapping(tree.span, kept, tree.keys_at)
    if isinstance(tree, Sequence):
        return Sequence(tree.span, [_without_nulls(item) for item in tree])
    return tree
