"""Scanning of scalars: plain, quoted and block texts, folded and unescaped as go-yaml does."""

from __future__ import annotations

import re
from collections import deque
from typing import Final

from talosgen.goyaml.cursor import BLANKS, BREAKS, Cursor
from talosgen.goyaml.node import DOUBLE, FOLDED, LITERAL, PLAIN, SINGLE
from talosgen.goyaml.tokens import SCALAR, Token

__all__ = ["LINE", "TextScanner"]

LINE: Final = re.compile("[^\n\r\x85\u2028\u2029]*")
_PLAIN_BLOCK: Final = re.compile(f"(?:[^{BREAKS} \t:]|:(?![{BREAKS} \t]|\\Z))+")
_PLAIN_FLOW: Final = re.compile(
    f"(?:[^{BREAKS} \t:?,\\[\\]{{}}]|:(?![{BREAKS} \t,\\]}}]|\\Z)|\\?(?![{BREAKS} \t]|\\Z))+"
)
_ESCAPES: Final = {
    "0": "\0", "a": "\a", "b": "\b", "t": "\t", "\t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r", "e": "\x1b",
    " ": " ", '"': '"', "'": "'", "\\": "\\", "N": "\x85", "_": "\xa0", "L": "\u2028", "P": "\u2029",
}  # fmt: skip
_HEX: Final = {"x": 2, "u": 4, "U": 8}


class TextScanner(Cursor):
    """Scans one scalar at a time, within the indentation and the flow that it stands in."""

    def __init__(self, text: str, source: str) -> None:
        super().__init__(text, source)
        self._tokens: deque[Token] = deque()
        self._flow: list[int] = []
        self._indent = -1
        self._key_allowed = True

    def _scalar(self, line: int, column: int, value: str, style: int) -> None:
        self._tokens.append(Token(SCALAR, line, column + 1, self._column() + 1, value, style))

    def _plain(self) -> None:
        line, column = self._line, self._column()
        pattern = _PLAIN_FLOW if self._flow else _PLAIN_BLOCK
        indent = self._indent + 1
        parts: list[str] = []
        blanks = ""
        first_break = ""
        more_breaks = ""
        while not (self._document_mark() or self._char() == "#"):
            found = pattern.match(self._text, self._at)
            if found is not None:
                if first_break:
                    parts.append(_folded(first_break, more_breaks))
                    first_break = more_breaks = ""
                else:
                    parts.append(blanks)
                parts.append(found[0])
                blanks = ""
                self._at = found.end()
            char = self._char()
            if (char not in BLANKS and char not in BREAKS) or not char:
                break
            while (char := self._char()) and (char in BLANKS or char in BREAKS):
                if char in BLANKS:
                    if first_break and char == "\t" and self._column() < indent:
                        self._fail_here("a tab where indentation is due", "indent with spaces")
                    if not first_break:
                        blanks += char
                    self._at += 1
                elif not first_break:
                    blanks = ""
                    first_break = self._take_break()
                else:
                    more_breaks += self._take_break()
            if not self._flow and self._column() < indent:
                break
        self._scalar(line, column, "".join(parts), PLAIN)
        if first_break:
            self._key_allowed = True

    def _quoted(self, quote: str) -> None:
        line, column = self._line, self._column()
        text = self._text
        pattern = _IN_SINGLE if quote == "'" else _IN_DOUBLE
        parts: list[str] = []
        self._at += 1
        while True:
            if self._document_mark():
                self._fail_here("a document ends inside a quoted text", "close the quote")
            if self._at >= len(text):
                self.fail("a quote that is not closed", line, column + 1, "close the quote")
            first_break = more_breaks = blanks = ""
            leading = False
            while True:
                found = pattern.match(text, self._at)
                if found is not None:
                    parts.append(found[0])
                    self._at = found.end()
                char = self._char()
                if char == quote == "'" and self._char(1) == "'":
                    parts.append("'")
                    self._at += 2
                elif char == "\\" and quote == '"':
                    if self._char(1) and self._char(1) in BREAKS:
                        self._at += 1
                        self._take_break()
                        leading = True
                        break
                    parts.append(self._escape())
                else:
                    break
            if self._char() == quote:
                self._at += 1
                self._scalar(line, column, "".join(parts), SINGLE if quote == "'" else DOUBLE)
                return
            while (char := self._char()) and (char in BLANKS or char in BREAKS):
                if char in BLANKS:
                    if not leading:
                        blanks += char
                    self._at += 1
                elif not leading:
                    blanks = ""
                    first_break = self._take_break()
                    leading = True
                else:
                    more_breaks += self._take_break()
            if leading:
                parts.append(_folded(first_break, more_breaks) if first_break else more_breaks)
            else:
                parts.append(blanks)

    def _escape(self) -> str:
        char = self._char(1)
        if char in _ESCAPES:
            self._at += 2
            return _ESCAPES[char]
        width = _HEX.get(char, 0)
        digits = self._text[self._at + 2 : self._at + 2 + width]
        if not width or re.fullmatch(f"[0-9A-Fa-f]{{{width}}}", digits) is None:
            self._fail_here("an escape that is unknown", r"write \\ for a backslash")
        code = int(digits, 16)
        if 0xD800 <= code <= 0xDFFF or code > 0x10FFFF:
            self._fail_here("an escape of no character")
        self._at += 2 + width
        return chr(code)

    def _block_scalar(self, char: str) -> None:
        line, column = self._line, self._column()
        self._at += 1
        chomp, increment = self._header()
        indent = max(self._indent, 0) + increment if increment else 0
        breaks, indent = self._block_breaks(indent)
        parts: list[str] = []
        first_break = ""
        blank = False
        text = self._text
        while self._column() == indent and self._at < len(text):
            starts_blank = self._char() in BLANKS
            if char == ">" and first_break.startswith("\n") and not blank and not starts_blank:
                if not breaks:
                    parts.append(" ")
            else:
                parts.append(first_break)
            parts.append(breaks)
            blank = starts_blank
            found = LINE.match(text, self._at)
            assert found is not None
            parts.append(found[0])
            self._at = found.end()
            first_break = self._take_break()
            breaks, indent = self._block_breaks(indent or -1)
            indent = max(indent, 0)
        if chomp != "-":
            parts.append(first_break)
        if chomp == "+":
            parts.append(breaks)
        self._scalar(line, column, "".join(parts), LITERAL if char == "|" else FOLDED)

    def _header(self) -> tuple[str, int]:
        """The chomping sign and the indentation hint behind ``|`` or ``>``, in either order."""
        chomp, increment = "", 0
        for _ in range(2):
            char = self._char()
            if char and char in "+-" and not chomp:
                chomp = char
                self._at += 1
            elif char and char in "0123456789" and not increment:
                increment = int(char)
                if not increment:
                    self._fail_here("an indentation hint of 0", "expected 1 to 9")
                self._at += 1
        while self._char() and self._char() in BLANKS:
            self._at += 1
        if self._char() == "#":
            found = LINE.match(self._text, self._at)
            assert found is not None
            self._at = found.end()
        if self._at < len(self._text) and not self._take_break():
            self._fail_here("text behind the header of a block", "begin the text on the next line")
        return chomp, increment

    def _block_breaks(self, indent: int) -> tuple[str, int]:
        """Pass over indentation and empty lines; find the indentation where it is 0: not yet known.

        An indentation of -1 is one that is known to be none.
        """
        known = indent != 0
        wanted = max(indent, 0)
        breaks = ""
        deepest = 0
        while True:
            while (not known or self._column() < wanted) and self._char() == " ":
                self._at += 1
            deepest = max(deepest, self._column())
            if (not known or self._column() < wanted) and self._char() == "\t":
                self._fail_here("a tab where indentation is due", "indent with spaces")
            found = self._take_break()
            if not found:
                break
            breaks += found
        if not known:
            wanted = max(deepest, self._indent + 1)
        return breaks, wanted


_IN_SINGLE: Final = re.compile(f"[^'{BREAKS} \t]+")
_IN_DOUBLE: Final = re.compile(f'[^"\\\\{BREAKS} \t]+')


def _folded(first: str, more: str) -> str:
    """What line breaks inside a text come to: one is a blank, of several the first is dropped."""
    if first != "\n":
        return first + more
    return more or " "
