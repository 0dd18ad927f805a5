"""The order of map keys: Go's natural order (go-yaml v4 rc.6), made steady where Go's own varies."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from functools import cmp_to_key
from typing import Any, Final

from talosgen.goyaml.scalars import Key, Timestamp

__all__ = ["less", "less_natural", "sort_by", "sort_keys"]

_INT64: Final = 1 << 64
_sorted: dict[tuple[Any, ...], tuple[Any, ...]] = {}


def sort_keys(keys: Iterable[Any]) -> Iterable[Any]:
    """The keys of a mapping in the order in which they are printed."""
    given = tuple(keys)
    if len(given) < 2:
        return given
    known = _sorted.get(given)
    if known is None:
        if len(_sorted) > 4096:
            _sorted.clear()
        known = _sorted[given] = tuple(sort_by(less, given, _steady(given)))
    return known


def sort_by(less: Callable[[Any, Any], bool], keys: Iterable[Any], steady: bool = False) -> list[Any]:
    """Keys by an order that may hold cycles: insertion from code-point order, so that the answer is one.

    ``steady`` says that no cycle is possible; an ordinary sort then gives the same, faster.
    """
    if steady:
        return sorted(keys, key=cmp_to_key(lambda a, b: -1 if less(a, b) else 1 if less(b, a) else 0))
    out: list[Any] = []
    for key in sorted(keys, key=lambda key: (isinstance(key, str), str(key))):
        index = len(out)
        while index > 0 and less(key, out[index - 1]):
            index -= 1
        out.insert(index, key)
    return out


def _steady(keys: tuple[Any, ...]) -> bool:
    """Whether no cycle is possible: no run of 19 digits, no digit of another script."""
    for key in keys:
        if isinstance(key, str) and (len(key) > 18 or not key.isascii()):
            run = 0
            for char in key:
                if char.isdecimal():
                    if char > "9":
                        return False
                    run += 1
                    if run > 18:
                        return False
                else:
                    run = 0
    return True


def _number(key: Any) -> tuple[float, int, Any] | None:
    """A numeric key as Go compares it: as a float, then by the kind of its type, then exactly."""
    if isinstance(key, Key):
        return (float(key.value), 1 if isinstance(key.value, bool) else 14, key.value)
    if isinstance(key, int):
        return (float(key), 2 if key < 2**63 else 11, key)
    return None


def _kind(key: Any) -> int:
    if key is None:
        return 20
    if isinstance(key, str):
        return 24
    if isinstance(key, Timestamp):
        return 25
    number = _number(key)
    assert number is not None
    return number[1]


def less(a: Any, b: Any) -> bool:
    """Whether key ``a`` is printed before key ``b``."""
    if isinstance(a, str) and isinstance(b, str):
        return _less_text(a, b)
    left, right = _number(a), _number(b)
    if left is not None and right is not None:
        return left < right
    if isinstance(a, Timestamp) and isinstance(b, Timestamp):
        return a.text < b.text
    return _kind(a) < _kind(b)


def _letter(char: str) -> bool:
    return char.isalpha() if char < "\x80" else unicodedata.category(char)[0] == "L"


def less_natural(a: str, b: str) -> bool:
    """Whether yaml.v2 prints key ``a`` before key ``b``: a letter behind a digit does not come first there."""
    return _less_text(a, b, letters_first=False)


def _less_text(a: str, b: str, letters_first: bool = True) -> bool:
    digits = False
    for index, (x, y) in enumerate(zip(a, b, strict=False)):
        if x == y:
            digits = x.isdecimal()
            continue
        letter = _letter(x)
        if letter != _letter(y):
            return letter if digits and letters_first else not letter
        if letter:
            return x < y
        return _less_number(a, b, index)
    return len(a) < len(b)


def _less_number(a: str, b: str, start: int) -> bool:
    first = 0
    if a[start] == "0" or b[start] == "0":
        at = start - 1
        while at >= 0 and a[at].isdecimal():
            if a[at] != "0":
                first = 1
                break
            at -= 1
    left, left_end = _run(a, start, first)
    right, right_end = _run(b, start, first)
    if left != right:
        return left < right
    if left_end != right_end:
        return left_end < right_end
    return a[start] < b[start]


def _run(text: str, start: int, value: int) -> tuple[int, int]:
    """The number whose digits begin at ``start``, in 64 bits that wrap, and where it ends."""
    end = start
    while end < len(text) and text[end].isdecimal():
        value = value * 10 + ord(text[end]) - 48
        end += 1
    value %= _INT64
    return value - _INT64 if value >= _INT64 >> 1 else value, end
