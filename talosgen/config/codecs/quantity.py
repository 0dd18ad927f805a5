"""Codecs of quantities: durations and sizes, as Go's and Talos's own parsers take them."""

from __future__ import annotations

import re
from typing import Any, Final, NamedTuple

from talosgen.config.codecs import ABSENT, Codec, plain
from talosgen.config.codecs.text import source_text
from talosgen.goyaml.construct import scalar
from talosgen.goyaml.node import Node

__all__ = ["CODECS", "Sizes", "duration_ns", "duration_text", "parse_bytes"]

_UNITS: Final = {
    "ns": 1, "us": 10**3, "µs": 10**3, "μs": 10**3, "ms": 10**6, "s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9,
}  # fmt: skip
_PART: Final = re.compile(r"([0-9]*)(?:(\.)([0-9]*))?(ns|us|µs|μs|ms|s|m|h)")
_DURATION: Final = "expected a duration such as 1h30m or 500ms"


def duration_ns(text: str) -> int:
    """The nanoseconds of a duration in Go's notation. Raises ValueError."""
    rest = text[1:] if text[:1] in ("+", "-") else text
    if rest == "0":
        return 0
    total = 0
    end = 0
    while end < len(rest) or not rest:
        found = _PART.match(rest, end)
        if found is None or not (found[1] or found[3]):
            raise ValueError(_DURATION)
        unit = _UNITS[found[4]]
        whole = int(found[1] or "0")
        if whole > 2**63 // unit:
            raise ValueError(f"{_DURATION}, of at most 292 years")
        total += whole * unit
        if found[3]:
            total += _fraction(found[3], unit)
        if total > 2**63:
            raise ValueError(f"{_DURATION}, of at most 292 years")
        end = found.end()
    total = -total if text[0] == "-" else total
    if total >= 2**63:
        raise ValueError(f"{_DURATION}, of at most 292 years")
    return total


def _fraction(digits: str, unit: int) -> int:
    # Go multiplies in floating point and stops adding digits once they no longer fit.
    value, scale = 0, 1.0
    for digit in digits:
        if value > (2**63 - 1) // 10 or value * 10 + int(digit) > 2**63:
            break
        value = value * 10 + int(digit)
        scale *= 10
    return int(float(value) * (float(unit) / scale))


def duration_text(ns: int) -> str:
    """Nanoseconds in Go's notation: ``1h30m0s``, ``1.5s``, ``100ms``, ``0s``."""
    if ns == 0:
        return "0s"
    sign, ns = ("-", -ns) if ns < 0 else ("", ns)
    if ns < 10**9:
        for unit, size in (("ns", 1), ("µs", 10**3), ("ms", 10**6)):
            if ns < size * 1000:
                return f"{sign}{_decimal(ns, size)}{unit}"
    seconds = _decimal(ns % (60 * 10**9), 10**9)
    minutes = ns // (60 * 10**9)
    if minutes == 0:
        return f"{sign}{seconds}s"
    hours = minutes // 60
    return f"{sign}{hours}h{minutes % 60}m{seconds}s" if hours else f"{sign}{minutes}m{seconds}s"


def _decimal(value: int, unit: int) -> str:
    whole, rest = divmod(value, unit)
    if not rest:
        return str(whole)
    return f"{whole}.{str(rest).rjust(len(str(unit)) - 1, '0').rstrip('0')}"


def _duration(node: Node) -> Any:
    tag = node.tag
    if tag == "!!str":
        return duration_text(duration_ns(node.value))
    if tag == "!!int" and scalar(node) == 0:
        return "0s"
    if tag == "!!float":
        value = scalar(node)
        if isinstance(value, float) and value == value and -(2**63) <= value < 2**63 and value == int(value):
            return duration_text(int(value))
    if tag == "!!merge":
        return ABSENT
    raise ValueError(_DURATION)


_SUFFIXES: Final = {
    "": 1, "b": 1,
    **{f"{letter}{tail}": 1000 ** (power + 1) for power, letter in enumerate("kmgtpe") for tail in ("", "b")},
    **{f"{letter}i{tail}": 1024 ** (power + 1) for power, letter in enumerate("kmgtpe") for tail in ("", "b")},
}  # fmt: skip
_BYTES: Final = "expected a size such as 10GiB or 500MB"


def parse_bytes(text: str) -> int:
    """The bytes of a size: a number, commas passed over, and a unit of 1000 or 1024. Raises ValueError."""
    end = 0
    while end < len(text) and (text[end].isdecimal() or text[end] in ".,"):
        end += 1
    digits = text[:end].replace(",", "")
    if re.fullmatch(r"[0-9]+\.?[0-9]*|\.[0-9]+", digits) is None:
        raise ValueError(_BYTES)
    unit = _SUFFIXES.get(text[end:].strip(_SPACE).lower())
    if unit is None:
        raise ValueError(_BYTES)
    value = float(digits) * float(unit)
    if value >= 2**64:
        raise ValueError(f"{_BYTES}, below 16 EiB")
    return int(value)


_SPACE: Final = (
    " \t\n\v\f\r\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f"
    "\u205f\u3000"
)


def _byte_size(node: Node) -> str:
    text = source_text(node)
    if text:
        parse_bytes(text[1:] if text[0] == "-" else text)
    return text


class Sizes(NamedTuple):
    """A percentage and a number of bytes, both set: a patch can leave that behind. Bytes are printed."""

    percent: str = ""
    bytes: str = ""

    @classmethod
    def of(cls, text: str) -> Sizes:
        """One size as a pair."""
        return cls(percent=text) if "%" in text else cls(bytes=text)

    def single(self) -> str | Sizes:
        """The text where only one is set."""
        return self if self.percent and self.bytes else self.percent or self.bytes


def _print_size(value: str | Sizes) -> str:
    return value.bytes if isinstance(value, Sizes) else value


def _size(node: Node) -> str:
    text = source_text(node)
    if not text:
        return text
    if "%" not in text:
        return _byte_size(node)
    number = text.removeprefix("-")
    expected = "expected a size such as 10GiB, or a percentage such as 80%"
    if not number.endswith("%"):
        raise ValueError(expected)
    value = _go_float(number[:-1], expected)
    if not 0 <= value <= 100:
        raise ValueError(f"{expected} of at most 100%")
    return text


_GO_FLOAT: Final = re.compile(
    r"[-+]?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?|inf|infinity|nan"
    r"|0[xX](?:[0-9a-fA-F]+\.?[0-9a-fA-F]*|\.[0-9a-fA-F]+)[pP][-+]?[0-9]+)",
    re.IGNORECASE,
)


def _go_float(text: str, expected: str) -> float:
    if _GO_FLOAT.fullmatch(text) is None:
        raise ValueError(expected)
    return float.fromhex(text) if "x" in text.lower() else float(text)


def _disk_size(node: Node) -> int:
    return parse_bytes(plain("string").parse(node))


def _human(value: int) -> str:
    """A size in powers of 1000, rounded to what fits two digits."""
    if value < 10:
        return f"{value} B"
    power = min((len(str(value)) - 1) // 3, 6)
    rounded = float(int(float(value) / 1000.0**power * 10 + 0.5)) / 10
    number = f"{rounded:.1f}" if rounded < 10 else f"{rounded:.0f}"
    return f"{number} {('B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB')[power]}"


def _print_disk_size(value: int) -> Any:
    if value % 1000 == 0:
        text = _human(value)
        try:
            if parse_bytes(text) == value:
                return text
        except ValueError:
            pass
    return value


_MATCHER: Final = re.compile(r"(>=|<=|>|<|==)?(.*)", re.DOTALL)


def _matcher(node: Node) -> str:
    text: str = plain("string").parse(node).strip(_SPACE)
    found = _MATCHER.fullmatch(text)
    assert found is not None
    try:
        parse_bytes(found[2].strip(_SPACE))
    except ValueError:
        raise ValueError("expected a size with or without an operator, such as >= 100GB") from None
    return text


CODECS: Final = {
    "duration": Codec("duration", _duration, "0s"),
    "byte-size": Codec("byte-size", _byte_size, ""),
    "size": Codec("size", _size, "", dump=_print_size),
    "disk-size": Codec("disk-size", _disk_size, 0, dump=_print_disk_size),
    "disk-size-matcher": Codec("disk-size-matcher", _matcher, ""),
}
