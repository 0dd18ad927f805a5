"""Codecs: how a leaf of a config is read, what stands for it in a tree, how it prints.

In a tree a leaf is its codec's canonical value, mostly the text that Talos prints, so that printing
is the identity. The codecs are those of Talos v1.14.1's scalar types.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any, Final, NamedTuple

from talosgen.goyaml.node import Node

__all__ = ["ABSENT", "NAMES", "Codec", "after_item", "codec", "enum", "plain"]


class _Absent:
    __slots__ = ()

    def __repr__(self) -> str:
        return "ABSENT"

    def __reduce__(self) -> str:
        # There is one, also in another process.
        return "ABSENT"


#: What a decoder gives when it leaves the field as it was.
ABSENT: Final[Any] = _Absent()


class Codec(NamedTuple):
    """One kind of leaf.

    ``parse`` takes a node that is neither null nor an alias, and a scalar unless ``lists``; it raises
    ValueError saying what was expected, without the value. ``dump`` gives what the writer prints;
    None: the value itself. ``nillable``: unset differs from empty even without a pointer.
    """

    name: str
    parse: Callable[[Node], Any]
    zero: Any
    dump: Callable[[Any], Any] | None = None
    nillable: bool = False
    lists: bool = False


_HOMES: Final = {
    "duration": "quantity", "byte-size": "quantity", "size": "quantity", "disk-size": "quantity",
    "disk-size-matcher": "quantity", "url": "url", "endpoint-url": "url", "ip-addr": "network",
    "ip-prefix": "network", "ip-addrport": "network", "hwaddr": "network", "port-range": "network",
    "cel": "text", "base64": "text", "base64-or-marker": "text", "octal-mode": "text", "arg-value": "text",
    "disk-type": "text",
}  # fmt: skip
#: The names of the codecs that the tables name.
NAMES: Final = tuple(_HOMES)


@cache
def codec(name: str) -> Codec:
    """The codec of that name in the tables. Raises KeyError."""
    found: Codec = import_module(f"{__name__}.{_HOMES[name]}").CODECS[name]
    return found


@cache
def plain(kind: str) -> Codec:
    """The codec of a plain Go scalar: ``string``, ``bool``, ``uint16`` …"""
    from talosgen.config.codecs.builtin import make

    return make(kind)


def enum(name: str, values: list[str], numbers: list[int] | None, parse: str) -> Codec:
    """The codec of an enumeration whose type is called ``name``."""
    from talosgen.config.codecs.text import enumeration

    return enumeration(name, tuple(values), tuple(numbers or range(len(values))), parse)


def after_item(name: str) -> Callable[[Any], Any]:
    """What is done to each item of a list type with a codec of its own."""
    from talosgen.config.codecs.text import AFTER_ITEM

    return AFTER_ITEM[name]
