"""Settings of several folders laid over each other: maps merge, lists append, scalars replace, ``null`` removes."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from talosgen.config.located import Mapping, Sequence, Tree, Value
from talosgen.source import Span

if TYPE_CHECKING:
    from deepmerge import Merger

__all__ = ["merged", "without_nulls"]


def merged(layers: Iterable[Tree], *, nulls: bool = False) -> Mapping:
    """The layers, the base first, as one: later ones win.

    Maps merge key by key; a list gets the elements that it does not have yet, of which a patch is known by its file,
    wherever it is named from; everything else replaces what was
    there; a key whose value is null is removed. Each part keeps its place. The layers stay as they are. With ``nulls``
    they stay, for what this is laid over later.
    """
    out: Any = Mapping(Span(""))
    for layer in layers:
        if isinstance(layer, Mapping):
            out = _merger().merge(out, _copied(layer))
    made: Mapping = out if nulls else without_nulls(out)
    return made


@cache
def _merger() -> Merger:
    from deepmerge import Merger

    return Merger([(list, [_append]), (dict, [_merge])], ["override"], ["override"])


#: Keys that exclude each other: to set one takes the place of the others.
_EXCLUSIVE: Final = {"install": ("disk", "selector", "match")}


#: Below these and a name there are settings again.
_NAMED: Final = ("groups", "nodes")


def _setting(path: list[str]) -> str:
    """The name of the setting that a path leads to; empty for what is below one."""
    return path[-1] if len(path) == 1 or (len(path) == 3 and path[0] in _NAMED) else ""


def _merge(merger: Merger, path: list[str], base: Any, over: Any) -> Any:
    exclusive = _EXCLUSIVE.get(_setting(path), ())
    chosen = [key for key in exclusive if key in over and not _null(over[key])]
    for key in exclusive if chosen else ():
        if key not in chosen:
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
    # A file's name means another file where it is named from another folder.
    identity = _file if _setting(path) == "patches" else _identity
    known = set(map(identity, base))
    return Sequence(over.span, [*base, *(item for item in over if identity(item) not in known)])


def _identity(tree: Tree) -> Any:
    """What is the same for trees that say the same."""
    if isinstance(tree, Mapping):
        return Mapping, frozenset((key, _identity(item)) for key, item in tree.items())
    if isinstance(tree, Sequence):
        return Sequence, tuple(map(_identity, tree))
    return type(tree.value), tree.value


def _file(tree: Tree) -> Any:
    """What is the same for patches that are the same file with the same semantics."""
    if isinstance(tree, Mapping):
        parts = ((key, _file(item) if key == "file" else _identity(item)) for key, item in tree.items())
        return Mapping, frozenset(parts)
    if isinstance(tree, Value) and isinstance(tree.value, str):
        return os.path.normpath(os.path.join(os.path.dirname(tree.span.source), tree.value))
    return _identity(tree)


def _null(tree: Tree) -> bool:
    return isinstance(tree, Value) and tree.value is None


def _copied(tree: Any) -> Any:
    """A tree whose mappings and lists are its own; leaves are shared."""
    if isinstance(tree, Mapping):
        return Mapping(tree.span, {key: _copied(item) for key, item in tree.items()}, dict(tree.keys_at))
    if isinstance(tree, Sequence):
        return Sequence(tree.span, [_copied(item) for item in tree])
    return tree


def without_nulls(tree: Any) -> Any:
    """A tree without what is null: it says that nothing is there."""
    if isinstance(tree, Mapping):
        kept = {key: without_nulls(item) for key, item in tree.items() if not _null(item)}
        return Mapping(tree.span, kept, tree.keys_at)
    if isinstance(tree, Sequence):
        return Sequence(tree.span, [without_nulls(item) for item in tree if not _null(item)])
    return tree
