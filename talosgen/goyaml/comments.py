"""Where the comments of a text stand, for those who keep them. Reading alone never needs this."""

from __future__ import annotations

from typing import NamedTuple

from talosgen.goyaml.scanner import Scanner
from talosgen.goyaml.tokens import DOCUMENT_START, STREAM_END

__all__ = ["Remark", "Remarks", "remarks"]


class Remark(NamedTuple):
    """A comment: its place (from 1, in characters), its text behind the ``#``, whether it has its line for itself."""

    line: int
    column: int
    text: str
    alone: bool


class Remarks(NamedTuple):
    """The comments of a stream, in order, and the lines of its ``---``."""

    remarks: list[Remark]
    starts: list[int]


def remarks(text: str, source: str = "<text>") -> Remarks:
    """The comments of a text. Raises InputError where the text is no YAML."""
    scanner = _Remarking(text, source)
    starts: list[int] = []
    while (token := scanner.take()).kind != STREAM_END:
        if token.kind == DOCUMENT_START:
            starts.append(token.line)
    return Remarks(scanner.found, starts)


class _Remarking(Scanner):
    """A scanner that writes down what it passes over."""

    def __init__(self, text: str, source: str) -> None:
        super().__init__(text, source)
        self.found: list[Remark] = []

    def _pass_comment(self) -> None:
        start, line, line_start = self._at, self._line, self._line_start
        super()._pass_comment()
        self._note(start, line, line_start)

    def _pass_comment_behind(self) -> None:
        start = self._at
        super()._pass_comment_behind()
        self._note(start, self._line, self._line_start)

    def _header(self) -> tuple[str, int]:
        start, line, line_start = self._at, self._line, self._line_start
        found = super()._header()
        end = self._text.find("\n", start, self._at)
        self._note(start, line, line_start, end if end >= 0 else self._at)
        return found

    def _note(self, start: int, line: int, line_start: int, end: int | None = None) -> None:
        """Write down the comments from a place on: the first in that line, others in lines of their own."""
        passed = self._text[start : self._at if end is None else end]
        if "#" not in passed:
            return
        for number, piece in enumerate(passed.split("\n")):
            before, mark, text = piece.partition("#")
            at = start - line_start if number == 0 else 0
            if mark:
                alone = number > 0 or not self._text[line_start:start].strip(" \t")
                self.found.append(Remark(line + number, at + len(before) + 1, text.rstrip("\r"), alone))
