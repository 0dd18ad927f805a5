"""The tokens of CEL."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from talosgen.cel.error import CelError

__all__ = ["END", "MAX_LENGTH", "Token", "tokens"]

#: The longest expression, in characters (cel-go).
MAX_LENGTH: Final = 100_000

END: Final = "end"

_ESCAPE: Final = r"""\\(?:[abfnrtv"'\\?`]|[0-3][0-7][0-7]|[xX][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})"""
_TEXT: Final = (
    rf'"""(?:{_ESCAPE}|[^\\])*?"""|\'\'\'(?:{_ESCAPE}|[^\\])*?\'\'\''
    rf'|"(?:{_ESCAPE}|[^\\"\n\r])*"|\'(?:{_ESCAPE}|[^\\\'\n\r])*\''
)
_RAW: Final = r'[rR](?:"""(?:.|\n)*?"""|\'\'\'(?:.|\n)*?\'\'\'|"[^"\n\r]*"|\'[^\'\n\r]*\')'
_TOKEN: Final = re.compile(
    rf"(?P<space>[\t \r\n\f]+|//[^\n]*)"
    rf"|(?P<bytes>[bB](?:{_RAW}|{_TEXT}))|(?P<string>{_RAW}|{_TEXT})"
    r"|(?P<float>[0-9]+\.[0-9]+(?:[eE][+-]?[0-9]+)?|[0-9]+[eE][+-]?[0-9]+|\.[0-9]+(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<uint>(?:0x[0-9a-fA-F]+|[0-9]+)[uU])|(?P<int>0x[0-9a-fA-F]+|[0-9]+)"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*)|(?P<escaped>`[A-Za-z0-9_.\-/ ]+`)"
    r"|(?P<operator>==|!=|<=|>=|&&|\|\||[<>\[\]{}().,\-!?:+*/%])"
)
_WORDS: Final = frozenset(("in", "true", "false", "null"))
_CODE: Final = re.compile(r"(\\\\)|\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})")


class Token(NamedTuple):
    """``kind``: ``name``, ``int`` … or, for operators and words of the language, the text itself."""

    kind: str
    text: str
    offset: int


def tokens(expression: str) -> list[Token]:
    """The tokens of an expression, an END last. Raises CelError."""
    if len(expression) > MAX_LENGTH:
        raise CelError(f"an expression has at most {MAX_LENGTH} characters")
    out: list[Token] = []
    offset = 0
    while offset < len(expression):
        found = _TOKEN.match(expression, offset)
        if found is None:
            quote = expression[offset] in "\"'"
            raise CelError(
                "a text is not closed, or has an unknown escape" if quote else "an unknown character", offset
            )
        kind, text = found.lastgroup or "", found[0]
        if kind in ("string", "bytes"):
            _check_escapes(kind, text, offset)
        if kind == "operator" or text in _WORDS:
            kind = text
        if kind != "space":
            out.append(Token(kind, text, offset))
        offset = found.end()
    out.append(Token(END, "", offset))
    return out


def _check_escapes(kind: str, text: str, offset: int) -> None:
    if text.lstrip("bB")[:1] in ("r", "R") or "\\" not in text:
        return
    for found in _CODE.finditer(text):
        digits = found[2] or found[3]
        if digits is None:
            continue
        if kind == "bytes":
            raise CelError("bytes have no escapes of Unicode", offset)
        code = int(digits, 16)
        if 0xD800 <= code < 0xE000 or code > 0x10FFFF:
            raise CelError("an escape is no character of Unicode", offset)
