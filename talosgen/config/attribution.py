"""What set each value of a config: a second tree of the same form, whose leaves are the links that led to it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from talosgen.config.codecs import ABSENT
from talosgen.config.provenance import Step, mark, path_text
from talosgen.source import Span

__all__ = ["Attribution", "Chain", "Link", "Origin", "Trail"]

_Steps = tuple[str | int, ...]


class Link(NamedTuple):
    """One step in the history of a value: the layer that set it, where, and what it was before. ABSENT is nothing."""

    layer: str
    place: Span | None
    before: Any
    after: Any

    def __repr__(self) -> str:
        # No values: they may be secret.
        return f"<Link {self.layer} {self.place}>"


#: The history of a value, oldest first.
Chain = tuple[Link, ...]


class Origin(NamedTuple):
    """A value of a config and its history; one that was deleted ends in a link whose ``after`` is ABSENT."""

    document: str
    steps: tuple[str | int, ...]
    chain: Chain

    @property
    def path(self) -> str:
        return path_text(self.steps)

    @property
    def deleted(self) -> bool:
        return self.chain[-1].after is ABSENT

    def __repr__(self) -> str:
        return f"<Origin {self.document} {self.path}>"


class Attribution:
    """Follows the documents of a config through the steps of its patching."""

    def __init__(self) -> None:
        self._trees: dict[str, tuple[Any, Any]] = {}
        self._deleted: list[Origin] = []

    def follow(self, steps: Iterable[Step]) -> None:
        """Take in further steps, in order; the first of a document has nothing before it."""
        for step in steps:
            known = self._trees.get(step.document, (ABSENT, None))[1]
            holder: list[Any] = [None]
            self._follow(step, known, holder)
            self._trees[step.document] = (step.after, holder[0])

    def origins(self) -> Iterator[Origin]:
        """All values, document by document in the order of their trees; then those that were deleted for good."""
        alive = set()
        for document, (tree, known) in self._trees.items():
            if tree is ABSENT:
                continue
            for steps, chain in _leaves(known):
                alive.add((document, steps))
                yield Origin(document, steps, chain)
        for origin in self._deleted:
            if (origin.document, origin.steps) not in alive:
                yield origin

    def _follow(self, step: Step, known: Any, holder: list[Any]) -> None:
        work: list[tuple[_Steps, Any, Any, Any, Any, Any]] = [((), step.before, step.after, known, holder, 0)]
        while work:
            path, old, new, chains, container, slot = work.pop()
            if new is ABSENT:
                self._gone(step, path, chains)
            elif old is new and chains is not None:
                container[slot] = chains
            elif isinstance(new, dict) and new:
                made: Any = dict.fromkeys(new)
                container[slot] = made
                entries, known_below = (old, chains) if type(old) is type(chains) is dict else ({}, {})
                if not isinstance(chains, dict | None):
                    self._gone(step, path, chains)
                for key, item in new.items():
                    work.append(((*path, key), entries.get(key, ABSENT), item, known_below.get(key), made, key))
                for key in entries:
                    if key not in new:
                        self._gone(step, (*path, key), known_below.get(key))
            elif isinstance(new, list) and new:
                made = [None] * len(new)
                container[slot] = made
                left, under = (old, chains) if type(old) is type(chains) is list else ([], [])
                pairs = _pairs(left, new)
                for index, item in enumerate(new):
                    came = pairs.get(index)
                    before = ABSENT if came is None else left[came]
                    work.append(((*path, index), before, item, None if came is None else under[came], made, index))
                for index in sorted(set(range(len(left))) - set(pairs.values())):
                    self._gone(step, (*path, index), under[index])
            else:
                if isinstance(chains, dict | list):
                    self._gone(step, path, chains)
                container[slot] = self._leaf(step, path, old, new, chains)

    def _leaf(self, step: Step, path: _Steps, old: Any, new: Any, chains: Any) -> Chain:
        before: Chain = chains if isinstance(chains, tuple) else ()
        if before and type(old) is type(new) and old == new:
            return before
        return (*before, Link(step.layer, step.locate(path), before[-1].after if before else ABSENT, new))

    def _gone(self, step: Step, path: _Steps, chains: Any) -> None:
        if chains is None:
            return
        place = step.locate(path)
        for steps, chain in _leaves(chains):
            link = Link(step.layer, place, chain[-1].after, ABSENT)
            self._deleted.append(Origin(step.document, (*path, *steps), (*chain, link)))


class Trail:
    """Finds which of the steps that made a config set what stands at single paths of it, without following all.

    ``origin`` gives the place of a path in the documents before the steps. What was learned of a list is kept, so
    that many paths cost little.
    """

    __slots__ = ("_origin", "_positions", "_steps")

    def __init__(self, steps: Iterable[Step], origin: Callable[[str, _Steps], Span | None]) -> None:
        self._origin = origin
        self._steps: dict[str, list[Step]] = {}
        for step in steps:
            self._steps.setdefault(step.document, []).insert(0, step)
        # By the step and the list after it: the positions that the list's elements had before it.
        self._positions: dict[tuple[int, int], dict[int, int]] = {}

    def __call__(self, document: str, path: _Steps) -> tuple[Span | None, str]:
        """Where what stands at a path of a document was set, and the layer that did it; none for the origin.

        A leaf was set by the last step that changed it; of a mapping or a list it is told where it came from, or
        which step took something out of it since.
        """
        for step in self._steps.get(document, ()):
            before, mine = self._before(step, path)
            if mine:
                place = step.locate(path)
                return place, step.layer or ("" if place is None else place.source)
            path = before
        return self._origin(document, path), ""

    def _before(self, step: Step, path: _Steps) -> tuple[_Steps, bool]:
        """The path before a step, and whether the step did what is there after it."""
        old, new = step.before, step.after
        out: list[str | int] = []
        for depth, name in enumerate(path):
            if old is new:
                return (*out, *path[depth:]), False
            if old is ABSENT:
                return path, new is not ABSENT
            if isinstance(name, int):
                if not isinstance(new, list) or name >= len(new):
                    return path, isinstance(old, list) and name < len(old)
                position = self._position(step, old, new, name)
                if position is None:
                    return path, True
                out.append(position)
                old, new = old[position], new[name]
            else:
                out.append(name)
                old, new = (tree.get(name, ABSENT) if isinstance(tree, dict) else ABSENT for tree in (old, new))
        return tuple(out), _set(old, new)

    def _position(self, step: Step, old: Any, new: list[Any], index: int) -> int | None:
        """The position that an element of a list had before a step; None for a new one."""
        if not isinstance(old, list):
            return None
        known = self._positions.get((id(step.after), id(new)))
        if known is None:
            known = self._positions[id(step.after), id(new)] = _pairs(old, new)
        return known.get(index)


def _set(old: Any, new: Any) -> bool:
    """Whether a step that found one value at a path, and left the other there, is what people look for."""
    if old is new:
        return False
    if old is ABSENT or new is ABSENT or type(old) is not type(new):
        return True
    if isinstance(old, dict):
        return not old.keys() <= new.keys()
    if isinstance(old, list):
        return len(old) > len(new)
    return bool(old != new)


def _pairs(left: list[Any], right: list[Any]) -> dict[int, int]:
    """Of which element of a list each of the list after it is, or takes the place."""
    held: dict[Any, deque[int]] = {}
    for index, item in enumerate(left):
        held.setdefault(mark(item), deque()).append(index)
    out: dict[int, int] = {}
    for index, item in enumerate(right):
        if waiting := held.get(mark(item)):
            out[index] = waiting.popleft()
    free = set(range(len(left))) - set(out.values())
    out.update({index: index for index in range(len(right)) if index not in out and index in free})
    return out


def _leaves(chains: Any) -> Iterator[tuple[_Steps, Chain]]:
    work: list[tuple[_Steps, Any]] = [((), chains)]
    while work:
        path, item = work.pop()
        if isinstance(item, tuple):
            yield path, item
        elif isinstance(item, dict):
            work.extend(((*path, key), below) for key, below in reversed(item.items()))
        elif isinstance(item, list):
            work.extend(((*path, index), item[index]) for index in range(len(item) - 1, -1, -1))
