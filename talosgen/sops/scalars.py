"""What a scalar is to sops: the resolution of go-yaml v3, which differs from that of Talos in little."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any, Final

from talosgen.goyaml import scalars
from talosgen.goyaml.node import PLAIN, Node

__all__ = ["is_text", "value_of"]

_WHOLE: Final = re.compile(r"[-+]?[0-9_]+", re.ASCII)


def _tag(text: str) -> str:
    if text in ("-0", "+0"):
        return "!!int"
    return scalars.resolve(text)


def is_text(text: str) -> bool:
    """Whether a plain scalar is a string."""
    return _tag(text) == "!!str"


def value_of(node: Node) -> Any:
    """The leaf of a scalar node. Raises ValueError, without the text, for what sops would lose or could not hold."""
    text: str = node.value
    # A mark alone, `!`, is no tag to go-yaml v3.
    if node.explicit and node.tag != "!":
        tag = node.tag
    else:
        tag = _tag(text) if node.style == PLAIN else "!!str"
    if tag == "!!null":
        return _known(tag, text, None)
    if tag == "!!bool":
        return _known(tag, text, text[:1] in ("t", "T"))
    if tag == "!!int":
        return _integer(text)
    if tag == "!!float":
        return _float(text)
    if tag == "!!timestamp":
        stamp = scalars.timestamp(text)
        if stamp is None:
            raise ValueError("this text is no timestamp, as its tag says")
        return stamp
    if tag == "!!binary":
        try:
            return base64.b64decode("".join(text.split()), validate=True).decode("utf-8", "surrogateescape")
        except (binascii.Error, ValueError):
            raise ValueError("this text is no base64, as its tag says") from None
    return text


def _known(tag: str, text: str, value: Any) -> Any:
    if scalars.resolve(text) != tag:
        raise ValueError(f"this text is no {tag.removeprefix('!!')}, as its tag says")
    return value


def _integer(text: str) -> int:
    value = 0 if text in ("-0", "+0") else scalars.integer(text)
    if value is None:
        raise ValueError("this text is no integer, as its tag says")
    if value >= 2**63:
        raise ValueError("an integer beyond 64 bits cannot be encrypted; quote it")
    return value


def _float(text: str) -> float:
    tag = _tag(text)
    if tag == "!!int":
        return float(_integer(text))
    value = scalars.real(text) if tag == "!!float" else None
    if value is None:
        raise ValueError("this text is no number, as its tag says")
    if _WHOLE.fullmatch(text) and abs(value) >= 2**63:
        raise ValueError("an integer beyond 64 bits would lose digits; quote it")
    return value
