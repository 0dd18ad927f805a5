"""The header of an age file: stanzas that each hold the file key for one recipient, and a MAC over all."""

from __future__ import annotations

import hmac
import re
from typing import Final, NamedTuple

from talosgen.age import base64
from talosgen.age.errors import AgeError
from talosgen.age.kdf import hkdf

__all__ = ["INTRO", "Header", "Stanza", "encode", "failure", "parse"]

INTRO: Final = b"age-encryption.org/v1"

_COLUMNS: Final = 64
_ARGUMENTS: Final = re.compile(rb"->((?: [\x21-\x7e]+)+)")
_MAC: Final = re.compile(rb"--- ([A-Za-z0-9+/]{43})")


class Stanza(NamedTuple):
    """What one recipient needs to find the file key."""

    type: str
    arguments: tuple[str, ...]
    body: bytes


class Header(NamedTuple):
    """A header that has been read: its stanzas, its MAC, what the MAC covers, and where the payload begins."""

    stanzas: tuple[Stanza, ...]
    mac: bytes
    covered: bytes
    end: int

    def check(self, file_key: bytes) -> None:
        """Check the MAC. Raises AgeError (HMAC failure)."""
        if not hmac.compare_digest(_mac(self.covered, file_key), self.mac):
            raise AgeError(
                "HMAC failure", "the header of the age file was changed", "take the file from its source again"
            )


def encode(stanzas: tuple[Stanza, ...], file_key: bytes) -> bytes:
    """The bytes of a header."""
    lines = [INTRO]
    for stanza in stanzas:
        lines.append(" ".join(("->", stanza.type, *stanza.arguments)).encode("ascii"))
        body = base64.encode(stanza.body)
        # The last line is shorter than the others, empty if need be.
        lines += [body[start : start + _COLUMNS] for start in range(0, len(body) + 1, _COLUMNS)]
    covered = b"\n".join((*lines, b"---"))
    return covered + b" " + base64.encode(_mac(covered, file_key)) + b"\n"


def parse(data: bytes, most: int) -> Header:
    """Read the header in front of a file, of ``most`` stanzas at most. Raises AgeError (header failure)."""
    at = _line_end(data, 0)
    if data[:at] != INTRO:
        raise failure("it does not begin with age-encryption.org/v1")
    stanzas: list[Stanza] = []
    at += 1
    while not data.startswith(b"---", at):
        if len(stanzas) == most:
            raise failure(f"it has more than {most} recipients")
        end = _line_end(data, at)
        found = _ARGUMENTS.fullmatch(data, at, end)
        if found is None:
            raise failure("a recipient's first line is damaged")
        kind, *arguments = found[1].decode("ascii")[1:].split(" ")
        body, at = _body(data, end + 1)
        stanzas.append(Stanza(kind, tuple(arguments), body))
    end = _line_end(data, at)
    found = _MAC.fullmatch(data, at, end)
    if found is None:
        raise failure("its last line is damaged")
    return Header(tuple(stanzas), _decoded(found[1]), data[: at + 3], end + 1)


def failure(message: str) -> AgeError:
    """The error for a header that cannot be used."""
    return AgeError("header failure", f"the header of the age file is damaged: {message}")


def _line_end(data: bytes, start: int) -> int:
    end = data.find(b"\n", start)
    if end < 0:
        raise failure("it is cut off")
    return end


def _body(data: bytes, at: int) -> tuple[bytes, int]:
    """The body of a stanza: full lines, then a shorter one; and where the next line begins."""
    parts: list[bytes] = []
    while True:
        end = _line_end(data, at)
        line = data[at:end]
        if len(line) > _COLUMNS:
            raise failure("a line of a recipient is too long")
        parts.append(_decoded(line))
        at = end + 1
        if len(line) < _COLUMNS:
            return b"".join(parts), at


def _decoded(text: bytes) -> bytes:
    try:
        return base64.decode(text)
    except ValueError as error:
        raise failure(str(error)) from None


def _mac(covered: bytes, file_key: bytes) -> bytes:
    return hmac.digest(hkdf(file_key, b"", b"header"), covered, "sha256")
