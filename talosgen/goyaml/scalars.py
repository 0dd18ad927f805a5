"""What a plain scalar is: go-yaml v4 rc.6's resolution of text, and the values behind it."""

from __future__ import annotations

import math
import re
from typing import Any, Final

__all__ = [
    "FALSE_WORDS", "TRUE_WORDS", "Key", "Timestamp", "float32_text", "float_text", "integer", "real", "resolve",
    "timestamp",
]  # fmt: skip

# YAML 1.1 words that a boolean field takes, beside true and false.
TRUE_WORDS: Final = frozenset(("y", "Y", "yes", "Yes", "YES", "on", "On", "ON"))
FALSE_WORDS: Final = frozenset(("n", "N", "no", "No", "NO", "off", "Off", "OFF"))

_TABLE: Final = {
    **dict.fromkeys(("true", "True", "TRUE", "false", "False", "FALSE"), "!!bool"),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), "!!null"),
    **dict.fromkeys((".nan", ".NaN", ".NAN", "-0", "-0.0"), "!!float"),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF"), "!!float"),
    "<<": "!!merge",
}
# Only a text that begins so can be anything but a string.
_FIRST: Final = frozenset("yYnNtTfFoO~<.+-0123456789")
_NUMERIC: Final = frozenset("+-0123456789")

_DOT_FLOAT: Final = r"\.[0-9]+(?:_[0-9]+)*(?:[eE][-+]?[0-9]+(?:_[0-9]+)*)?"
_FLOAT: Final = r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"
_INTEGER: Final = r"([-+]?)(?:0[bB]([01]+)|0[oO]?([0-7]+)|0[xX]([0-9a-fA-F]+)|(0|[1-9][0-9]*))"
_TIMESTAMP: Final = (
    r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})"
    r"(?:(?:([Tt])| +)([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?:[.,]([0-9]+))?(Z|[-+][0-9]{2}:[0-9]{2})?)?"
)

_known: dict[str, str] = {}


def resolve(text: str) -> str:
    """The short tag of a plain scalar: ``!!str``, ``!!int``, ``!!float``, ``!!bool``, ``!!null`` …"""
    if text and text[0] not in _FIRST:
        return "!!str"
    tag = _known.get(text)
    if tag is None:
        if len(_known) > 20_000:
            _known.clear()
        tag = _known[text] = _resolve(text)
    return tag


def _resolve(text: str) -> str:
    tag = _TABLE.get(text)
    if tag is not None:
        return tag
    if text[0] == ".":
        return "!!float" if re.fullmatch(_DOT_FLOAT, text) and real(text) is not None else "!!str"
    if text[0] not in _NUMERIC:
        return "!!str"
    if timestamp(text) is not None:
        return "!!timestamp"
    if integer(text) is not None:
        return "!!int"
    return "!!float" if real(text) is not None else "!!str"


def integer(text: str) -> int | None:
    """The value of an integer in Go's base-0 notation, ``_`` anywhere; None when it is none or leaves 64 bits."""
    found = re.fullmatch(_INTEGER, text.replace("_", ""))
    if found is None or text[0] == "_":
        return None
    sign, binary, octal, hexadecimal, decimal = found.groups()
    digits, base = next(
        (digits, base)
        for digits, base in ((binary, 2), (octal, 8), (hexadecimal, 16), (decimal, 10))
        if digits is not None
    )
    if len(digits) > 64:
        digits = digits.lstrip("0") or "0"
        if len(digits) > 64:
            return None
    value = int(digits, base)
    if sign == "-":
        value = -value
    if sign and not -(2**63) <= value < 2**63:
        return None
    return value if -(2**63) <= value < 2**64 else None


def real(text: str) -> float | None:
    """The value of a plain number with a fraction or exponent, or ``.inf`` and ``.nan``; None when it is none."""
    if text in _TABLE:
        if _TABLE[text] != "!!float":
            return None
        # `.inf` and `.nan` without their dot are Python's; the others here are -0 and -0.0.
        return float(text if text[-1] == "0" else text.replace(".", ""))
    plain = text.replace("_", "")
    if not plain or text[0] == "_" or re.fullmatch(_FLOAT, plain) is None:
        return None
    value = float(plain)
    return value if math.isfinite(value) else None


_DAYS: Final = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def timestamp(text: str) -> Timestamp | None:
    """The timestamp of a plain text; None when it is none."""
    if text[4:5] != "-":
        return None
    found = re.fullmatch(_TIMESTAMP, text)
    if found is None:
        return None
    year, month, day = int(found[1]), int(found[2]), int(found[3])
    if not 1 <= month <= 12:
        return None
    leap = month == 2 and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    if not 1 <= day <= _DAYS[month - 1] + leap:
        return None
    date = f"{year:04}-{month:02}-{day:02}"
    if found[5] is None:
        return Timestamp(f"{date}T00:00:00Z")
    hour, minute, second, zone = int(found[5]), int(found[6]), int(found[7]), found[9]
    # A zone goes with the T form only, and there it is due.
    if hour > 23 or minute > 59 or second > 59 or (zone is None) != (found[4] is None):
        return None
    if zone and zone != "Z":
        if int(zone[1:3]) > 24 or int(zone[4:6]) > 60:
            return None
        offset = int(zone[1:3]) * 60 + int(zone[4:6])
        zone = f"{zone[0]}{offset // 60:02}:{offset % 60:02}" if offset else "Z"
    # Go keeps nanoseconds and drops what is finer.
    fraction = (found[8] or "")[:9].rstrip("0")
    clock = f"T{hour:02}:{minute:02}:{second:02}" + (f".{fraction}" if fraction else "")
    return Timestamp(f"{date}{clock}{zone or 'Z'}")


class Timestamp:
    """A point in time as YAML holds it. ``text`` is RFC 3339 with up to nanoseconds."""

    __slots__ = ("text",)
    text: str

    def __init__(self, text: str) -> None:
        object.__setattr__(self, "text", text)

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError("a Timestamp is immutable")

    def __eq__(self, other: object) -> bool:
        return self.text == other.text if isinstance(other, Timestamp) else NotImplemented

    def __hash__(self) -> int:
        return hash((Timestamp, self.text))

    def __repr__(self) -> str:
        return f"Timestamp({self.text!r})"

    def __reduce__(self) -> tuple[type[Timestamp], tuple[str]]:
        return Timestamp, (self.text,)


class Key:
    """A key of a free-form mapping that is a bool or a float: Python takes 1, 1.0 and True for one key."""

    __slots__ = ("value",)
    value: bool | float

    def __init__(self, value: bool | float) -> None:
        object.__setattr__(self, "value", value)

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError("a Key is immutable")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Key):
            return NotImplemented
        return type(self.value) is type(other.value) and self.value == other.value

    def __hash__(self) -> int:
        return hash((Key, type(self.value), self.value))

    def __repr__(self) -> str:
        return f"Key({self.value!r})"

    def __reduce__(self) -> tuple[type[Key], tuple[bool | float]]:
        return Key, (self.value,)


def float_text(value: float) -> str:
    """A float as Go prints it: the shortest digits, an exponent below 1e-4 and from 1e6 on."""
    return _float_text(repr(value), value)


def float32_text(value: float) -> str:
    """A float of 32 bits as Go prints it."""
    import struct

    single = struct.unpack("<f", struct.pack("<f", value))[0]
    if not math.isfinite(single):
        return _float_text("", single)
    text = ""
    for precision in range(1, 10):
        text = f"{single:.{precision}g}"
        try:
            back = struct.unpack("<f", struct.pack("<f", float(text)))[0]
        except OverflowError:
            continue
        if back == single:
            break
    return _float_text(text, single)


def _float_text(shortest: str, value: float) -> str:
    if math.isnan(value):
        return ".nan"
    if math.isinf(value):
        return ".inf" if value > 0 else "-.inf"
    sign = "-" if math.copysign(1.0, value) < 0 else ""
    mantissa, _, exponent = shortest.lstrip("-").lower().partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = whole + fraction
    stripped = digits.lstrip("0")
    if not stripped:
        return f"{sign}0"
    # The decimal exponent of the first digit that counts.
    first = int(exponent or 0) + len(whole) - 1 - (len(digits) - len(stripped))
    stripped = stripped.rstrip("0")
    if first < -4 or first >= 6:
        tail = f".{stripped[1:]}" if len(stripped) > 1 else ""
        return f"{sign}{stripped[0]}{tail}e{'-' if first < 0 else '+'}{abs(first):02}"
    if first < 0:
        return f"{sign}0.{'0' * (-first - 1)}{stripped}"
    if len(stripped) <= first + 1:
        return sign + stripped.ljust(first + 1, "0")
    return f"{sign}{stripped[: first + 1]}.{stripped[first + 1 :]}"
