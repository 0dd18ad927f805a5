"""The text form of an age file: strict PEM with lines of 64."""

from __future__ import annotations

import re
from binascii import a2b_base64, b2a_base64
from typing import Final

from talosgen.age.errors import AgeError

__all__ = ["decode", "encode", "is_armored"]

_BEGIN: Final = b"-----BEGIN AGE ENCRYPTED FILE-----"
_END: Final = b"-----END AGE ENCRYPTED FILE-----"
_COLUMNS: Final = 64
# So much white space may stand before and behind the armor.
_SLACK: Final = 1024
_WHITE: Final = b" \t\r\n"
_LINE: Final = re.compile(rb"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{4}|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==)")


def is_armored(data: bytes) -> bool:
    """Whether a file claims to be armored."""
    return data[: _SLACK + len(_BEGIN)].lstrip(_WHITE).startswith(b"-----BEGIN AGE")


def encode(data: bytes) -> bytes:
    """A binary age file as text."""
    text = b2a_base64(data, newline=False)
    lines = [text[start : start + _COLUMNS] for start in range(0, len(text), _COLUMNS)]
    return b"\n".join((_BEGIN, *lines, _END, b""))


def decode(text: bytes) -> bytes:
    """The binary age file in an armored one. Raises AgeError (armor failure)."""
    body = text.lstrip(_WHITE)
    if len(text) - len(body) > _SLACK:
        raise _failure("too much white space before the armor")
    stripped = body.rstrip(_WHITE)
    if len(body) - len(stripped) > _SLACK:
        raise _failure("too much white space behind the armor")
    lines = stripped.split(b"\n")
    if lines[0].removesuffix(b"\r") != _BEGIN or lines[-1] != _END:
        raise _failure("the armor's first or last line is missing")
    parts: list[bytes] = []
    last = len(lines) - 2
    for number, line in enumerate(lines[1:-1], 1):
        line = line.removesuffix(b"\r")
        if not line or len(line) > _COLUMNS or (number < last and len(line) < _COLUMNS):
            raise _failure("a line of the armor has not the right length")
        if _LINE.fullmatch(line) is None or (number < last and line.endswith(b"=")):
            raise _failure("a line of the armor is no base64")
        parts.append(line)
    whole = b"".join(parts)
    data = a2b_base64(whole)
    if b2a_base64(data, newline=False) != whole:
        raise _failure("the armor's base64 is not canonical")
    return data


def _failure(message: str) -> AgeError:
    return AgeError("armor failure", f"this is no age armor: {message}", "copy the file whole")
