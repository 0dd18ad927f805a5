"""Where the values of a config came from: what each step of patching changed, found from the trees it shares."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from talosgen.config.codecs import ABSENT
from talosgen.config.equality import fingerprint
from talosgen.source import Span

__all__ = ["Change", "Recorder", "Step", "Trail", "changes", "mark", "path_text"]


class Change(NamedTuple):
    """What one step did at one path. ``before`` or ``after`` is ABSENT where there was, or is, nothing."""

    document: str
    path: str
    place: Span | None
    before: Any
    after: Any
    #: The layer that the step is of, in the user's words; empty where there are none.
    layer: str = ""

    @property
    def action(self) -> str:
        """``set``, ``replaced`` or ``deleted``."""
        if self.after is ABSENT:
            return "deleted"
        return "set" if self.before is ABSENT else "replaced"

    def __repr__(self) -> str:
        # No values: they may be secret.
        return f"<Change {self.action} {self.document} {self.path} {self.place}>"


_Steps = tuple[str | int, ...]


class Step(NamedTuple):
    """One step of patching: a document's trees before and after it, and where its values were written.

    It keeps what it was given; the changes are found when they are asked for. ``layer`` names what made the step,
    where that is more than the source of its places.
    """

    document: str
    before: Any
    after: Any
    locate: Callable[[_Steps], Span | None]
    layer: str = ""

    def changes(self) -> Iterator[Change]:
        """What the step changed, leaf by leaf, in the order of the trees."""
        for steps, before, after in changes(self.before, self.after):
            yield Change(self.document, path_text(steps), self.locate(steps), before, after, self.layer)

    def __repr__(self) -> str:
        return f"<Step {self.document}>"


#: Is told of each step of patching.
Recorder = Callable[[Step], None]


def path_text(steps: Iterable[str | int]) -> str:
    """The steps of a path as people write it."""
    out = ""
    for step in steps:
        out += f"[{step}]" if isinstance(step, int) else f".{step}" if out else step
    return out


def changes(before: Any, after: Any) -> Iterator[tuple[_Steps, Any, Any]]:
    """The paths, as steps, at which two trees differ, leaf by leaf, with the values before and after.

    What both share is not looked into, so that the cost is that of the change. ABSENT stands for no tree.
    """
    work: list[tuple[_Steps, Any, Any]] = [((), before, after)]
    while work:
        path, old, new = work.pop()
        if old is new:
            continue
        kind = type(new) if old is ABSENT else type(old)
        if kind is dict and (old is ABSENT or new is ABSENT or type(new) is dict):
            left, right = old if old is not ABSENT else {}, new if new is not ABSENT else {}
            if left or right:
                keys = dict.fromkeys((*left, *right))
                found = [((*path, key), left.get(key, ABSENT), right.get(key, ABSENT)) for key in keys]
                work.extend(reversed(found))
                continue
        elif kind is list and (old is ABSENT or new is ABSENT or type(new) is list):
            left, right = old if old is not ABSENT else [], new if new is not ABSENT else []
            if left or right:
                work.extend(reversed(_elements(path, left, right)))
                continue
        if type(old) is not type(new) or old != new:
            yield path, old, new


def _elements(path: _Steps, left: list[Any], right: list[Any]) -> list[tuple[_Steps, Any, Any]]:
    """Elements by what they share: one that stays is itself; one in the place of another is its successor.

    Where all stay and some change places, the places are told of.
    """
    before, after = list(map(mark, left)), list(map(mark, right))
    kept = Counter(before) & Counter(after)
    gone = {index: left[index] for index in _others(before, kept)}
    new = _others(after, kept)
    if not gone and not new:
        return [
            ((*path, index), old, becomes)
            for index, (old, becomes) in enumerate(zip(left, right, strict=True))
            if before[index] != after[index]
        ]
    out = [((*path, index), gone.pop(index, ABSENT), right[index]) for index in new]
    out.extend(((*path, index), item, ABSENT) for index, item in gone.items())
    return out


class Trail:
    """Finds which of the steps that made a config set what stands in it.

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
            known = self._positions[id(step.after), id(new)] = _moves(old, new)
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


def _moves(left: list[Any], right: list[Any]) -> dict[int, int]:
    """By position in a list after a step: the position before it. One in the place of another is its successor."""
    before, after = list(map(mark, left)), list(map(mark, right))
    places: dict[Any, list[int]] = {}
    for index in reversed(range(len(before))):
        places.setdefault(before[index], []).append(index)
    out = {index: places[key].pop() for index, key in enumerate(after) if places.get(key)}
    gone = set(range(len(left))) - set(out.values())
    out.update((index, index) for index in gone if index < len(right) and index not in out)
    return out


def mark(item: Any) -> Any:
    """What tells an element from others: a container is itself, a leaf is its value."""
    return id(item) if isinstance(item, (dict, list)) else fingerprint(item)


def _others(marks: list[Any], kept: Counter[Any]) -> list[int]:
    """The positions of what is not kept; of equal ones the first are."""
    left = Counter(kept)
    out = []
    for index, mark in enumerate(marks):
        if left[mark] > 0:
            left[mark] -= 1
        else:
            out.append(index)
    return out
