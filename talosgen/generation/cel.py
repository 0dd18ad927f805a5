"""Text literals of CEL, as the generator writes them (Go's quoting, Unicode 15.0)."""

from __future__ import annotations

from bisect import bisect_right
from functools import cache
from typing import Final

from talosgen.schema.table import data

__all__ = ["quote"]

_SHORT: Final = {
    '"': '\\"', "\\": "\\\\", "\a": "\\a", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\v": "\\v",
    "\f": "\\f", "\r": "\\r",
}  # fmt: skip


@cache
def _bounds() -> list[int]:
    """Where runs of printable code points above U+007F begin and end, in turn."""
    bounds: list[int] = data(__spec__, "printable.json")
    return bounds


def quote(text: str) -> str:
    """``text`` in double quotes; what is not printable is escaped."""
    if text.isascii() and text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(char: str) -> str:
    if char in _SHORT:
        return _SHORT[char]
    code = ord(char)
    if code < 0x80:
        return char if 0x20 <= code < 0x7F else f"\\x{code:02x}"
    # str.isprintable follows the Unicode of the running Python, which is not Go's.
    if bisect_right(_bounds(), code) % 2:
        return char
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
