"""The programs that regular expressions are compiled to: steps, laid down one behind the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

__all__ = [
    "ASSERT", "BEGIN", "BOUNDARY", "CHAR", "END", "LINE_BEGIN", "LINE_END", "MATCH", "NO_BOUNDARY", "SPLIT",
    "Fragment", "Program", "Ranges", "alternatives", "assertion", "chars", "nothing", "repeated", "sequence",
]  # fmt: skip

#: Characters, as pairs of the first and the last code of each range.
Ranges = tuple[tuple[int, int], ...]

# A CHAR step holds ranges, a SPLIT several places to go on, an ASSERT its kind.
CHAR, SPLIT, ASSERT, MATCH = range(4)
BEGIN, END, LINE_BEGIN, LINE_END, BOUNDARY, NO_BOUNDARY = range(6)

_MAX_STEPS: Final = 20_000


class Program:
    """Steps as they are laid down. A fragment falls out at its end, on to the step that is added next."""

    def __init__(self) -> None:
        self.steps: list[tuple[int, Ranges | int]] = []
        self.targets: list[tuple[int, ...]] = []

    def add(self, kind: int, detail: Ranges | int) -> int:
        """Lay down a step; its place. Raises ValueError when there are too many."""
        if len(self.steps) >= _MAX_STEPS:
            raise ValueError("it is too large once its repeats are written out")
        self.steps.append((kind, detail))
        self.targets.append((len(self.steps),))
        return len(self.steps) - 1


#: Lays a part of an expression down in a program.
Fragment = Callable[[Program], None]


def nothing(program: Program) -> None:
    """The empty expression."""


def chars(ranges: Ranges) -> Fragment:
    """One character of some ranges."""

    def lay(program: Program) -> None:
        program.add(CHAR, ranges)

    return lay


def assertion(kind: int) -> Fragment:
    """A place between characters, ``BEGIN`` and so on."""

    def lay(program: Program) -> None:
        program.add(ASSERT, kind)

    return lay


def sequence(parts: list[Fragment]) -> Fragment:
    """One part behind the other."""
    if len(parts) == 1:
        return parts[0]

    def lay(program: Program) -> None:
        for part in parts:
            part(program)

    return lay


def alternatives(parts: list[Fragment]) -> Fragment:
    """Any one of some parts."""
    if len(parts) == 1:
        return parts[0]

    def lay(program: Program) -> None:
        fork = program.add(SPLIT, 0)
        starts: list[int] = []
        ends: list[int] = []
        for part in parts:
            starts.append(len(program.steps))
            part(program)
            ends.append(program.add(SPLIT, 0))
        program.targets[fork] = tuple(starts)
        for end in ends:
            program.targets[end] = (len(program.steps),)

    return lay


def repeated(part: Fragment, least: int, most: int | None) -> Fragment:
    """A part, so often at least and at most; None is without end."""

    def lay(program: Program) -> None:
        for _ in range(least):
            part(program)
        if most is None:
            fork = program.add(SPLIT, 0)
            part(program)
            back = program.add(SPLIT, 0)
            program.targets[back] = (fork,)
            program.targets[fork] = (fork + 1, back + 1)
            return
        forks: list[int] = []
        for _ in range(most - least):
            forks.append(program.add(SPLIT, 0))
            part(program)
        for fork in forks:
            program.targets[fork] = (fork + 1, len(program.steps))

    return lay
