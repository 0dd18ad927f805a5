"""Bech32 (BIP 173) as age uses it for keys: any length, the checksum constant 1."""

from __future__ import annotations

from typing import Final

__all__ = ["decode", "encode"]

_ALPHABET: Final = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_VALUES: Final = {char: value for value, char in enumerate(_ALPHABET)}
_GENERATOR: Final = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


def encode(prefix: str, data: bytes) -> str:
    """The text of some bytes behind a human-readable part, lower or upper case as that part is."""
    values = _regroup(data, 8, 5, pad=True)
    values += _checksum(prefix.lower(), values)
    text = "".join(_ALPHABET[value] for value in values)
    return f"{prefix}1{text.upper() if prefix.isupper() else text}"


def decode(text: str) -> tuple[str, bytes]:
    """The human-readable part, in the case in which it stands, and the bytes. Raises ValueError, without the text."""
    if text.lower() != text and text.upper() != text:
        raise ValueError("upper and lower case are mixed")
    prefix, separator, tail = text.rpartition("1")
    if not separator or not prefix or len(tail) < 6:
        raise ValueError("the text is cut off")
    if not prefix.isascii() or not prefix.isprintable() or " " in prefix:
        raise ValueError("a character that is none of bech32's")
    values = [_VALUES.get(char, -1) for char in tail.lower()]
    if -1 in values:
        raise ValueError("a character that is none of bech32's")
    if _polymod(_expand(prefix.lower()) + values) != 1:
        raise ValueError("the checksum is wrong")
    return prefix, bytes(_regroup(values[:-6], 5, 8, pad=False))


def _expand(prefix: str) -> list[int]:
    return [ord(char) >> 5 for char in prefix] + [0] + [ord(char) & 31 for char in prefix]


def _polymod(values: list[int]) -> int:
    state = 1
    for value in values:
        top = state >> 25
        state = (state & 0x1FFFFFF) << 5 ^ value
        for bit, factor in enumerate(_GENERATOR):
            if top >> bit & 1:
                state ^= factor
    return state


def _checksum(prefix: str, values: list[int]) -> list[int]:
    state = _polymod([*_expand(prefix), *values, 0, 0, 0, 0, 0, 0]) ^ 1
    return [state >> 5 * (5 - index) & 31 for index in range(6)]


def _regroup(data: bytes | list[int], width: int, wanted: int, pad: bool) -> list[int]:
    """The same bits in groups of another width. Raises ValueError for bits left over that are no padding."""
    out: list[int] = []
    bits = held = 0
    for value in data:
        held = (held << width | value) & 0xFFF
        bits += width
        while bits >= wanted:
            bits -= wanted
            out.append(held >> bits & (1 << wanted) - 1)
    rest = held & (1 << bits) - 1
    if pad:
        if bits:
            out.append(rest << wanted - bits)
    elif bits >= width or rest:
        raise ValueError("the padding is wrong")
    return out
