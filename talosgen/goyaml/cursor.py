"""A place that moves through a text, counting lines."""

from __future__ import annotations

import re
from typing import Final, NoReturn

from talosgen.errors import InputError, Problem
from talosgen.source import Span

__all__ = ["BLANKS", "BLANK_OR_END", "BREAK", "BREAKS", "Cursor"]

BREAKS: Final = "\n\r\x85\u2028\u2029"
BLANKS: Final = " \t"
BLANK_OR_END: Final = frozenset((*BREAKS, *BLANKS, ""))
#: One line break.
BREAK: Final = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
# What no YAML text may hold, raw: C0 controls but tab and breaks, surrogates, two non-characters.
_UNREADABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class Cursor:
    """Where a scanner stands in its text. Raises InputError for a text that holds what none may hold."""

    def __init__(self, text: str, source: str) -> None:
        self._text = text
        self._source = source
        # go-yaml passes over a doubled byte-order mark as well, but counts it; a third one is content.
        self._at = int(text.startswith("\ufeff"))
        self._line = 1
        self._line_start = 0
        found = _UNREADABLE.search(text)
        if found is not None:
            line = len(BREAK.findall(text, 0, found.start()))
            start = max((text.rfind(char, 0, found.start()) for char in BREAKS), default=-1)
            self.fail("a character that no YAML text may hold", line + 1, found.start() - start)

    def fail(self, message: str, line: int, column: int, remedy: str = "") -> NoReturn:
        """Raise an InputError for a place in the text."""
        raise InputError(Problem(message, Span(self._source, line, column), remedy=remedy))

    def _fail_here(self, message: str, remedy: str = "") -> NoReturn:
        self.fail(message, self._line, self._column() + 1, remedy)

    def _column(self) -> int:
        return self._at - self._line_start

    def _char(self, offset: int = 0) -> str:
        at = self._at + offset
        return self._text[at] if at < len(self._text) else ""

    def _take_break(self) -> str:
        """Pass over a line break; what it stands for in a scalar."""
        found = BREAK.match(self._text, self._at)
        if found is None:
            return ""
        self._at = self._line_start = found.end()
        self._line += 1
        return found[0] if found[0] in "\u2028\u2029" else "\n"

    def _document_mark(self) -> bool:
        """Whether ``---`` or ``...`` begins a line here."""
        return self._column() == 0 and self._text.startswith(("---", "..."), self._at) and self._char(3) in BLANK_OR_END
