"""The text of each document of a stream, as it was written."""

from __future__ import annotations

from talosgen.goyaml import tokens as t
from talosgen.goyaml.cursor import BLANKS, BREAK
from talosgen.goyaml.reader import decode
from talosgen.goyaml.scanner import Scanner
from talosgen.goyaml.tokens import Token

__all__ = ["texts"]

_ENDS = frozenset((t.DIRECTIVE, t.DOCUMENT_START, t.DOCUMENT_END, t.STREAM_END))


def texts(data: str | bytes, source: str = "<text>") -> list[str]:
    """What stands between the markers, comments and all, for each root that ``reader.read`` gives of a stream.

    Not part of it are the markers, directives, and what stands before the marker that begins the first
    document. Raises InputError for a text that cannot be scanned.
    """
    text = decode(data, source)
    lines = [0, *(found.end() for found in BREAK.finditer(text))]

    def offset(token: Token) -> int:
        # The end of a text lies on a line of its own.
        return lines[token.line - 1] + token.column - 1 if token.line <= len(lines) else len(text)

    out: list[str] = []
    tokens = Scanner(text, source)
    start = 0
    token = tokens.take()
    while token.kind != t.STREAM_END:
        if token.kind == t.DOCUMENT_END:
            start = _behind(text, offset(token) + 3)
            token = tokens.take()
            continue
        while token.kind == t.DIRECTIVE:
            token = tokens.take()
        if token.kind == t.DOCUMENT_START:
            start = _behind(text, offset(token) + 3)
            token = tokens.take()
        while token.kind not in _ENDS:
            token = tokens.take()
        out.append(text[start : offset(token)])
    return out


def _behind(text: str, at: int) -> int:
    """Where the content behind a marker begins: on its line, when something stands there, else on the next."""
    while text[at : at + 1] and text[at] in BLANKS:
        at += 1
    found = BREAK.match(text, at)
    return at if found is None else found.end()
