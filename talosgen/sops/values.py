"""Leaves and the text of their ciphertext: ``ENC[AES256_GCM,data:…,iv:…,tag:…,type:…]``."""

from __future__ import annotations

import math
import re
from binascii import Error, a2b_base64, b2a_base64
from typing import Any, Final, NamedTuple

from talosgen.goyaml.scalars import Timestamp, real
from talosgen.sops.tree import Comment

__all__ = ["Sealed", "go_float", "kind_of", "plaintext", "sealed", "text_of", "value_of"]

_ENC: Final = re.compile(r"ENC\[AES256_GCM,data:([^,\n]+),iv:([^,\n]+),tag:([^,\n]+),type:([^\]\n]+)\]")
_BASE64: Final = re.compile(r"[A-Za-z0-9+/]*={0,2}")
_TRUE: Final = frozenset(("1", "t", "T", "true", "TRUE", "True"))
_FALSE: Final = frozenset(("0", "f", "F", "false", "FALSE", "False"))
_INTEGER: Final = re.compile(r"[-+]?[0-9]+", re.ASCII)
_RFC3339: Final = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.([0-9]+))?(Z|[-+][0-9]{2}:[0-9]{2})", re.ASCII
)


class Sealed(NamedTuple):
    """A ciphertext taken apart. ``kind`` is the name of the type, which is not authenticated."""

    data: bytes
    nonce: bytes
    tag: bytes
    kind: str


def sealed(text: str) -> Sealed | None:
    """The parts of a ciphertext; None for a text that is none. What follows its last bracket is ignored, as by sops."""
    found = _ENC.match(text)
    if found is None:
        return None
    try:
        data, nonce, tag = (_decoded(found[index]) for index in (1, 2, 3))
    except ValueError:
        return None
    return Sealed(data, nonce, tag, found[4])


def _decoded(text: str) -> bytes:
    if _BASE64.fullmatch(text) is None:
        raise ValueError
    try:
        data = a2b_base64(text, strict_mode=True)
    except Error:
        raise ValueError from None
    if b2a_base64(data, newline=False).decode("ascii") != text:
        # A changed bit that is none of the data's.
        raise ValueError
    return data


def text_of(parts: Sealed) -> str:
    """The text of a ciphertext."""
    data, nonce, tag = (b2a_base64(part, newline=False).decode("ascii") for part in parts[:3])
    return f"ENC[AES256_GCM,data:{data},iv:{nonce},tag:{tag},type:{parts.kind}]"


def kind_of(value: Any) -> str:
    """The name of a leaf's type in a ciphertext. Raises TypeError for what is no leaf."""
    kind = type(value)
    if kind is bool:
        return "bool"
    if kind is int:
        return "int"
    if kind is float:
        return "float"
    if kind is Timestamp:
        return "time"
    if kind is Comment:
        return "comment"
    if isinstance(value, str):
        return "str"
    raise TypeError(kind.__name__)


def plaintext(value: Any) -> bytes:
    """The bytes that a leaf is encrypted as, and that the MAC covers."""
    kind = type(value)
    if kind is bool:
        return b"True" if value else b"False"
    if kind is int:
        return b"%d" % value
    if kind is float:
        return go_float(value).encode("ascii")
    if kind is Timestamp:
        return str(value.text).encode("ascii")
    if kind is Comment:
        return _utf8(value.text)
    return _utf8(value)


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def value_of(kind: str, data: bytes) -> Any:
    """The leaf of decrypted bytes. Raises ValueError, without the bytes, where they are none of the type."""
    if kind == "comment":
        return Comment(data.decode("utf-8", "surrogateescape"))
    if kind in ("str", "bytes"):
        return data.decode("utf-8", "surrogateescape")
    text = data.decode("ascii", "replace")
    if kind == "int":
        if _INTEGER.fullmatch(text) is None or len(text) > 20 or not -(2**63) <= int(text) < 2**63:
            raise ValueError("it is no integer of 64 bits, as its type says")
        return int(text)
    if kind == "float":
        return _float(text)
    if kind == "bool":
        if text not in _TRUE and text not in _FALSE:
            raise ValueError("it is no boolean, as its type says")
        return text in _TRUE
    if kind == "time":
        return _time(text)
    raise ValueError("its type is unknown")


def _float(text: str) -> float:
    special = {"NaN": math.nan, "+Inf": math.inf, "-Inf": -math.inf}.get(text)
    if special is not None:
        return special
    value = None if "_" in text else real(text)
    if value is None:
        raise ValueError("it is no number, as its type says")
    return value


def _time(text: str) -> Timestamp:
    found = _RFC3339.fullmatch(text)
    if found is None:
        raise ValueError("it is no time, as its type says")
    fraction = (found[2] or "")[:9].rstrip("0")
    zone = "Z" if found[3][1:] == "00:00" else found[3]
    return Timestamp(f"{found[1]}{f'.{fraction}' if fraction else ''}{zone}")


def go_float(value: float) -> str:
    """A float as Go's ``FormatFloat(v, 'f', -1, 64)``: the shortest digits, never an exponent."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    sign = "-" if math.copysign(1.0, value) < 0 else ""
    mantissa, _, exponent = repr(abs(value)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = whole + fraction
    point = len(whole) + int(exponent or 0)
    if point <= 0:
        whole, fraction = "0", "0" * -point + digits
    else:
        whole, fraction = digits[:point].ljust(point, "0"), digits[point:]
    fraction = fraction.rstrip("0")
    return f"{sign}{whole.lstrip('0') or '0'}{f'.{fraction}' if fraction else ''}"
