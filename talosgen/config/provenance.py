"""Where the values of a config came from: what each step of patching changed, found from the trees it shares."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from talosgen.config.codecs import ABSENT
from talosgen.config.equality import fingerprint
from talosgen.source import Span

if TYPE_CHECKING:
    from talosgen.config.container import Document

__all__ = ["Change", "Recorder", "Step", "changes", "mark", "path_text"]


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
    where that is more than the source of its places; ``part`` is the document that was merged, if one was.
    """

    document: str
    before: Any
    after: Any
    locate: Callable[[_Steps], Span | None]
    layer: str = ""
    part: Document | None = None

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
