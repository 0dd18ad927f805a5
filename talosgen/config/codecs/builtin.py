"""Plain Go scalars out of YAML scalars (go-yaml v4 rc.6, typed targets)."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from talosgen.config.codecs import ABSENT, Codec
from talosgen.goyaml.construct import scalar
from talosgen.goyaml.node import Node
from talosgen.goyaml.scalars import FALSE_WORDS, TRUE_WORDS, float32_text, integer
from talosgen.goyaml.writer import Verbatim

__all__ = ["make"]


def make(kind: str) -> Codec:
    """The codec of a Go kind. Raises KeyError for an unknown one."""
    if kind == "string":
        return Codec(kind, string, "")
    if kind == "named-string":
        return Codec(kind, named_string, "")
    if kind == "bool":
        return Codec(kind, boolean, False)
    if kind == "float64":
        return Codec(kind, floating, 0.0)
    if kind == "float32":
        return Codec(kind, floating, 0.0, dump=lambda value: Verbatim(float32_text(value)))
    low, high = _RANGES[kind]
    return Codec(kind, _whole(low, high), 0)


def _bounds(bits: int) -> tuple[int, int]:
    return -(2 ** (bits - 1)), 2 ** (bits - 1) - 1


_RANGES = {
    "int": _bounds(64), "int8": _bounds(8), "int16": _bounds(16), "int32": _bounds(32), "int64": _bounds(64),
    "uint": (0, 2**64 - 1), "uint8": (0, 2**8 - 1), "uint16": (0, 2**16 - 1), "uint32": (0, 2**32 - 1),
    "uint64": (0, 2**64 - 1),
}  # fmt: skip


def string(node: Node) -> Any:
    """The text of any scalar but a timestamp."""
    tag = node.tag
    if tag == "!!str":
        return node.value
    if tag == "!!timestamp":
        if node.explicit:
            scalar(node)
        raise ValueError("expected a text; quote what looks like a date")
    if node.explicit:
        value = scalar(node)
        if tag == "!!binary":
            return value
    return node.value


_TEXT_TAGS = frozenset(("!!str", "!!int", "!!float", "!!bool", "!!binary"))


def named_string(node: Node) -> Any:
    """The text for a type of Go's that is a string by another name: fewer tags will do."""
    if node.tag == "!!merge":
        return ABSENT
    if node.tag not in _TEXT_TAGS:
        raise ValueError("expected a text; quote what looks like a date, and leave out the tag")
    return string(node)


def boolean(node: Node) -> Any:
    """True, false, and the words of YAML 1.1, these quoted or not."""
    tag = node.tag
    if tag == "!!bool":
        return scalar(node)
    if tag == "!!str":
        if node.value in TRUE_WORDS:
            return True
        if node.value in FALSE_WORDS:
            return False
    if tag == "!!merge":
        return ABSENT
    raise ValueError("expected true or false, without quotes")


def _whole(low: int, high: int) -> Callable[[Node], Any]:
    expected = f"expected an integer from {low} to {high}"

    def whole(node: Node) -> Any:
        tag = node.tag
        value: int | float | None
        if tag == "!!int":
            value = scalar(node) if node.explicit else integer(node.value)
        elif tag == "!!float":
            value = scalar(node)
            if not isinstance(value, float) or not math.isfinite(value) or value != int(value):
                raise ValueError(expected)
            value = int(value)
        elif tag == "!!merge":
            return ABSENT
        else:
            if node.explicit and tag != "!!str":
                scalar(node)
            raise ValueError(f"{expected}, without quotes" if tag == "!!str" else expected)
        if value is None or not low <= value <= high:
            raise ValueError(expected)
        return value

    return whole


def floating(node: Node) -> Any:
    """A number."""
    if node.tag in ("!!int", "!!float"):
        value = scalar(node)
        if value is not None:
            return float(value)
    if node.tag == "!!merge":
        return ABSENT
    raise ValueError("expected a number, without quotes")
