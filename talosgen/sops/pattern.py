"""Regular expressions of RE2, as ``.sops.yaml`` and SOPS files hold them, searched in linear time.

The syntax is Go's, without a part of it that is refused (``expression``).
"""

from __future__ import annotations

from typing import Final

from talosgen.errors import InputError, Problem
from talosgen.sops.expression import parse
from talosgen.sops.steps import (
    ASSERT,
    BEGIN,
    BOUNDARY,
    END,
    LINE_BEGIN,
    LINE_END,
    MATCH,
    SPLIT,
    Program,
    Ranges,
)  # fmt: skip

__all__ = ["Pattern", "pattern"]

_MAX_LENGTH: Final = 4096
_MAX_STATES: Final = 2_000
#: The steps that all searches of one expression may take together where no state is known yet.
_MAX_WORK: Final = 1_000_000


class Pattern:
    """A compiled expression. ``search`` says whether it matches anywhere in a text."""

    __slots__ = ("_known", "_states", "_steps", "_targets", "_work", "text")

    def __init__(self, text: str, steps: list[tuple[int, Ranges | int]], targets: list[tuple[int, ...]]) -> None:
        self.text = text
        self._steps = steps
        self._targets = targets
        # Sets of places in the program, and where a character leads from each: a DFA, made as it is needed.
        self._states: dict[tuple[frozenset[int], str, str], frozenset[int]] = {}
        self._known: dict[str, bool] = {}
        self._work = 0

    def __repr__(self) -> str:
        return f"Pattern({self.text!r})"

    def search(self, text: str) -> bool:
        """Whether the expression matches somewhere in the text. Raises InputError when it takes too long to say."""
        known = self._known.get(text)
        if known is None:
            if len(self._known) > 10_000:
                self._known.clear()
            known = self._known[text] = self._search(text)
        return known

    def _search(self, text: str) -> bool:
        places: frozenset[int] = frozenset()
        before = ""
        for char in (*text, ""):
            key = places, before, char
            after = self._states.get(key)
            if after is None:
                if len(self._states) > _MAX_STATES:
                    self._states.clear()
                after = self._states[key] = self._advance(places, before, char)
            if -1 in after:
                return True
            places, before = after, char
        return False

    def _advance(self, places: frozenset[int], before: str, char: str) -> frozenset[int]:
        """Where the program is behind a character, having begun anew before it; with -1 when it has matched."""
        code = ord(char) if char else -1
        out: set[int] = set()
        seen: set[int] = set()
        work = [*places, 0]
        while work:
            at = work.pop()
            if at in seen:
                continue
            seen.add(at)
            self._work += 1
            kind, detail = self._steps[at]
            if kind == MATCH:
                return frozenset((-1,))
            if kind == SPLIT:
                work.extend(self._targets[at])
            elif kind == ASSERT:
                assert isinstance(detail, int)
                if _holds(detail, before, char):
                    work.extend(self._targets[at])
            elif char:
                assert isinstance(detail, tuple)
                if any(low <= code <= high for low, high in detail):
                    out.update(self._targets[at])
        if self._work > _MAX_WORK:
            raise InputError(Problem("a regular expression takes too long here", remedy="write a simpler one"))
        return frozenset(out)


def _holds(kind: int, before: str, after: str) -> bool:
    if kind == BEGIN:
        return not before
    if kind == END:
        return not after
    if kind == LINE_BEGIN:
        return before in ("", "\n")
    if kind == LINE_END:
        return after in ("", "\n")
    edge = _is_word(before) != _is_word(after)
    return edge if kind == BOUNDARY else not edge


def _is_word(char: str) -> bool:
    return char.isascii() and (char.isalnum() or char == "_")


def pattern(text: str) -> Pattern:
    """The compiled expression. Raises ValueError, saying what is wrong, for one that RE2 or this would not take."""
    if len(text) > _MAX_LENGTH:
        raise ValueError(f"it is longer than {_MAX_LENGTH} characters")
    program = Program()
    parse(text)(program)
    program.add(MATCH, 0)
    return Pattern(text, program.steps, program.targets)
