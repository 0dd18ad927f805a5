"""Private keys in the clear, found in any bytes: PEM, age identities, and either of them in base64, once or twice.

A header alone, as prose and source code have it, is no key: something of the key must follow.
"""

from __future__ import annotations

import re
from base64 import b64encode
from binascii import a2b_base64
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from talosgen.secrets.repository import Content

__all__ = ["Leak", "find", "scan"]


class Leak(NamedTuple):
    """A key in the clear: what it is, and where it begins."""

    what: str
    line: int
    column: int


#: The most keys that are told of one file.
_MAX: Final = 20
_PIECE: Final = 4 << 20
#: So far may a key's beginning reach: header, fields, and something of its body, twice in base64.
_REACH: Final = 4096
#: So far does its header.
_HEADER: Final = 256
#: The second layer of base64 begins within so many characters.
_NEAR: Final = 32

# Line ends may be written out, as in a string of source code, and lines may be quoted or commented.
_GAP: Final = rb"""(?:\\+[rn]|[\s"'`,+>|#*\\]){0,200}+"""
_PEM: Final = re.compile(
    rb"-----BEGIN (?:[A-Z0-9]{1,20} ){0,4}PRIVATE KEY(?: BLOCK)?-----"
    + _GAP
    + rb"(?:[A-Za-z0-9+/]{20}|[A-Z][A-Za-z-]{2,20}: [!-~])"
)
_AGE: Final = re.compile(rb"AGE-SECRET-KEY-(?:PQ-)?1[02-9AC-HJ-NP-Z]{58}")
_BROKEN: Final = re.compile(rb"\\+[rn]|\s+")
_RUN: Final = re.compile(rb"[A-Za-z0-9+/]*")

_KINDS: Final = ((b"PRIVATE KEY", _PEM, "a private key"), (b"AGE-SECRET-KEY-", _AGE, "an age identity"))


class _Mark(NamedTuple):
    """What the beginning of a key looks like in base64.

    ``before`` stands for the characters ahead of it, which depend on what is there, and has the key's own bits right.
    ``inner`` is what it decodes to, where that is base64 again.
    """

    text: bytes
    before: bytes
    inner: _Mark | None


def _encoded(text: bytes, inner: _Mark | None = None) -> Iterator[_Mark]:
    for shift, cut in enumerate((0, 2, 3)):
        whole = b64encode(bytes(shift) + text)
        mark = _Mark(whole[cut : (shift + len(text)) * 8 // 6], whole[:cut], inner)
        yield mark
        if inner is None:
            yield from _encoded(mark.text, mark)


_MARKS: Final = tuple(mark for text in (b"-----BEGIN ", b"AGE-SECRET-KEY-") for mark in _encoded(text))


def _offsets(data: bytes, text: bytes) -> Iterator[int]:
    at = data.find(text)
    while at >= 0:
        yield at
        at = data.find(text, at + 1)


def _plain(data: bytes) -> Iterator[tuple[int, str]]:
    for needle, pattern, what in _KINDS:
        if needle in data:
            for found in pattern.finditer(data):
                yield found.start(), what


def _decoded(window: bytes, mark: _Mark) -> bytes:
    """What stands in base64 at the beginning of a window, lines and their ends taken out."""
    run = _RUN.match(_BROKEN.sub(b"", window).replace(b"-", b"+").replace(b"_", b"/"))
    assert run is not None
    text = mark.before + run[0]
    if len(text) % 4 == 1:
        text = text[:-1]
    return a2b_base64(text + b"=" * (-len(text) % 4))


def _innermost(data: bytes, at: int, mark: _Mark, reach: int) -> bytes:
    """What begins at a mark, decoded as often as the mark says."""
    decoded = _decoded(data[at : at + reach], mark)
    if mark.inner is None:
        return decoded
    inner = decoded.find(mark.inner.text, 0, _NEAR)
    return b"" if inner < 0 else _innermost(decoded, inner, mark.inner, reach)


def _hidden(data: bytes, at: int, mark: _Mark) -> str | None:
    """The key that begins at a mark, if one does."""
    header = _innermost(data, at, mark, _HEADER)
    if b"PRIVATE KEY" in header:
        # Not so certificates, which begin like keys.
        header = _innermost(data, at, mark, _REACH)
    return next((what for _, what in _plain(header)), None)


def _find(data: bytes) -> list[tuple[int, str]]:
    found = dict(_plain(data))
    for mark in _MARKS:
        for at in _offsets(data, mark.text):
            if len(found) > _MAX:
                break
            what = _hidden(data, at, mark)
            if what is not None:
                found.setdefault(at, f"{what} in base64")
    return sorted(found.items())


def find(data: bytes) -> list[Leak]:
    """The keys in the clear in a text, UTF-16 included. Nothing of them is in the result."""
    if b"\0" in data[:_REACH]:
        # UTF-16, which Windows writes; keys and their marks are ASCII.
        data = data.replace(b"\0", b"")
    return [_leak(data, at, what, 1) for at, what in _find(data)[:_MAX]]


def _leak(data: bytes, at: int, what: str, first_line: int) -> Leak:
    start = data.rfind(b"\n", 0, at) + 1
    line = first_line + data.count(b"\n", 0, at)
    return Leak(what, line, len(data[start:at].decode("utf-8", "replace")) + 1)


def scan(content: Content, begun: bytes = b"") -> list[Leak]:
    """The keys in the clear in a large file, of which ``begun`` was read already; it is never whole in memory."""
    out: list[Leak] = []
    line = 1
    data = begun
    wide = b"\0" in begun[:_REACH]
    while len(out) < _MAX:
        piece = content.read(_PIECE)
        data += piece.replace(b"\0", b"") if wide else piece
        # What begins near the end is looked at with the next piece.
        limit = max(len(data) - _REACH, 0) if piece else len(data)
        out += [_leak(data, at, what, line) for at, what in _find(data) if at < limit]
        if not piece:
            break
        line += data.count(b"\n", 0, limit)
        data = data[limit:]
    return out[:_MAX]
