"""Base64 as age wants it: the standard alphabet, canonical, with or without padding; nothing else is let pass."""

from __future__ import annotations

import re
from binascii import a2b_base64, b2a_base64
from typing import Final

__all__ = ["decode", "encode"]

_ALPHABET: Final = re.compile(rb"[A-Za-z0-9+/]*")


def encode(data: bytes) -> bytes:
    """The base64 of some bytes, without padding."""
    return b2a_base64(data, newline=False).rstrip(b"=")


def decode(text: bytes) -> bytes:
    """The bytes of a text without padding. Raises ValueError for all that ``encode`` does not make."""
    if _ALPHABET.fullmatch(text) is None or len(text) % 4 == 1:
        raise ValueError("this is no base64")
    data = a2b_base64(text + b"=" * (-len(text) % 4))
    if encode(data) != text:
        raise ValueError("this base64 is not canonical")
    return data
