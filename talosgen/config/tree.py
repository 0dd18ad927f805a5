"""Plain trees, whatever their types: copies of them, and what stands at a path."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import Any

from talosgen.config.codecs import ABSENT

__all__ = ["at", "copied"]


def copied(tree: Any, change: Callable[[Any], Any] | None = None) -> Any:
    """A copy of a tree whose mappings and lists are the caller's own and plain; ``change`` makes its leaves of the old.

    Depth costs no stack.
    """
    holder: list[Any] = [tree]
    work: list[tuple[Any, Any]] = [(holder, 0)]
    while work:
        container, slot = work.pop()
        value = container[slot]
        if isinstance(value, dict):
            container[slot] = made = dict(value)
            work.extend((made, key) for key in made)
        elif isinstance(value, list):
            container[slot] = items = list(value)
            work.extend((items, index) for index in range(len(items)))
        elif change is not None:
            container[slot] = change(value)
    return holder[0]


def at(tree: Any, steps: Iterable[Hashable]) -> Any:
    """What stands at a path of keys; ABSENT where it leads through something else than mappings, or to nothing."""
    for step in steps:
        tree = tree.get(step, ABSENT) if isinstance(tree, dict) else ABSENT
    return tree
