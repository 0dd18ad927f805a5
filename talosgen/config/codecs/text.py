"""Codecs of texts: CEL, base64, file modes, arguments, enumerations."""

from __future__ import annotations

import binascii
import re
from collections.abc import Callable
from typing import Any, Final

from talosgen.config.codecs import Codec, plain
from talosgen.errors import nearest
from talosgen.goyaml.construct import follow, scalar
from talosgen.goyaml.node import SCALAR, Node
from talosgen.goyaml.writer import NodeText, Verbatim

__all__ = ["AFTER_ITEM", "CODECS", "MARKER", "canonical_base64", "enumeration", "source_text"]

#: What stands in the place of a key that was masked.
MARKER: Final = "******"
_BASE64: Final = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")

# As many texts of an enumeration are told as a line may hold.
MOST_LISTED: Final = 16


def source_text(node: Node) -> str:
    """The text of a scalar whatever it resolves to, as a text decoder of Go gets it.

    Raises ValueError when the scalar's own tag denies the text.
    """
    text: str = node.value
    if node.explicit:
        value = scalar(node)
        if node.tag == "!!binary":
            text = value
    return text


def canonical_base64(text: str) -> str:
    """Standard base64 with padding, as Go decodes and encodes it. Raises ValueError."""
    if "\n" in text or "\r" in text:
        text = text.replace("\n", "").replace("\r", "")
    if _BASE64.fullmatch(text) is None:
        raise ValueError("expected standard base64 with padding")
    if text.endswith("="):
        # Bits beyond the last byte are dropped.
        return binascii.b2a_base64(binascii.a2b_base64(text), newline=False).decode("ascii")
    return text


def _base64(node: Node) -> str:
    return canonical_base64(plain("string").parse(node))


def _base64_or_marker(node: Node) -> str:
    text = plain("string").parse(node)
    return MARKER if text == MARKER else canonical_base64(text)


def _mode(node: Node) -> Any:
    return plain("uint32").parse(node)


def _argument(node: Node) -> Any:
    text = plain("string").parse
    if node.kind == SCALAR:
        return text(node)
    out = []
    for item in map(follow, node.value):
        if item.kind == SCALAR and item.tag == "!!null":
            continue
        if item.kind != SCALAR:
            raise ValueError("expected a text or a list of texts")
        out.append(text(item))
    return out


def _print_argument(value: str | list[str]) -> Any:
    if isinstance(value, list):
        return [item if type(item) is Verbatim else NodeText(item) for item in value]
    if type(value) is Verbatim:
        return value
    return NodeText(value) if value else Verbatim("null")


def enumeration(name: str, values: tuple[str, ...], numbers: tuple[int, ...], parse: str) -> Codec:
    """An enumeration of texts; its zero is the text whose number is 0."""
    lowered = {value.lower(): value for value in values}
    # A list of all would be longer than anyone reads where there are hundreds, most of them numbers.
    words = [value for value in values if not value.isdecimal()]
    listed = values if len(values) <= MOST_LISTED else (*words, f"{len(values) - len(words)} numbers")
    zero = next((text for text, number in zip(values, numbers, strict=True) if number == 0), None)

    def read(node: Node) -> str:
        text = source_text(node)
        if text in values:
            return text
        if parse == "legacy-number":
            if not text:
                return values[0]
            number = int(text) if re.fullmatch(r"[-+]?[0-9]+", text) else None
            if number in numbers:
                return values[numbers.index(number)]
        elif parse == "case-insensitive" and text.lower() in lowered:
            return lowered[text.lower()]
        near = nearest(text.lower(), words)
        remedy = f'; did you mean "{near}"?' if near else ""
        raise ValueError(f"expected one of {', '.join(listed)}{remedy}")

    return Codec("enum-text", read, f"{name.rpartition('.')[2]}(0)" if zero is None else zero)


def _strip_contents(manifest: dict[str, Any]) -> dict[str, Any]:
    # A manifest pasted below its key often begins with breaks or tabs, which its literal block cannot carry.
    return {key: value.lstrip("\t\n\v\f\r") if key == "contents" else value for key, value in manifest.items()}


AFTER_ITEM: Final[dict[str, Callable[[Any], Any]]] = {"inline-manifests": _strip_contents}

CODECS: Final = {
    "cel": Codec("cel", source_text, ""),
    "disk-type": Codec("disk-type", lambda node: plain("named-string").parse(node), ""),
    "base64": Codec("base64", _base64, "", nillable=True),
    "base64-or-marker": Codec("base64-or-marker", _base64_or_marker, "", nillable=True),
    "octal-mode": Codec("octal-mode", _mode, 0, dump=lambda value: Verbatim(f"0o{value:o}")),
    "arg-value": Codec("arg-value", _argument, "", dump=_print_argument, lists=True),
}
