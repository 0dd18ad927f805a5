"""Text of plain values, byte for byte as go-yaml v4 rc.6 marshals them (indent 4, no folding).

A dict is a Go map and printed in key order, a list a Go slice; leaves are None, bool, int, float, str,
Timestamp, Verbatim and NodeText. A str with lone surrogates is a Go string that is no UTF-8.
"""

from __future__ import annotations

import base64
import re
from typing import Any, Final

from talosgen.goyaml.order import sort_keys
from talosgen.goyaml.scalars import FALSE_WORDS, TRUE_WORDS, Key, Timestamp, float_text, resolve

__all__ = [
    "NodeText", "Verbatim", "block_allowed", "double", "emit", "entry", "explicit_key", "item", "key", "leaf",
    "literal", "nested", "older_quotes", "quoted", "round_trips", "scalar", "separated",
]  # fmt: skip


class Verbatim(str):
    """A text that is printed as it is."""

    __slots__ = ()


class NodeText(str):
    """A string that Talos hands over as a YAML node: words of YAML 1.1 stay plain."""

    __slots__ = ()


_WORDS: Final = TRUE_WORDS | FALSE_WORDS | {"<<"}
_BASE60: Final = r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?"
_WHITE: Final = "\t\n\v\f\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_BREAKS: Final = "\r\n\x85\u2028\u2029"
# Patterns as text: `re` compiles each when it is first used, which most runs never do.
_ONLY_WHITE: Final = f"[{_WHITE}]*"
_SPECIAL: Final = "[^\n\t\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd]"
_BREAK: Final = f"[{_BREAKS}]"
_SPACE_BREAK: Final = f" [{_BREAKS}]"
_BREAK_SPACE: Final = f"[{_BREAKS}] "
# What cannot begin or stand in a plain scalar of block style.
_INDICATOR: Final = (
    "^(?:---|\\.\\.\\.|[#,\\[\\]{}&*!|>'\"%@`]|[?:-](?:[ \t]|$))|:(?:[ \t]|$)|(?:[ \t\0" + _BREAKS + "])#"
)
# Most texts: nothing in them needs a second look once they resolve to a string.
_SIMPLE: Final = re.compile(r"[A-Za-z/_(][A-Za-z0-9_./()+=,~$;-]*(?: [A-Za-z0-9_./()+=,~$;-]+)*")
_ESCAPES: Final = {
    "\0": "\\0", "\a": "\\a", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\v": "\\v", "\f": "\\f", "\r": "\\r",
    "\x1b": "\\e", '"': '\\"', "\\": "\\\\", "\x85": "\\N", "\xa0": "\\_", "\u2028": "\\L", "\u2029": "\\P",
}  # fmt: skip
_ESCAPED: Final = f'[^\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd]|["\\\\{_BREAKS}]'

# A separator that single quotes copy as it is, with more of the text behind it.
_SEPARATOR: Final = "[\u2028\u2029](?=[^\u2028\u2029])(?!'\\Z)"

_scalars: dict[str, str | None] = {}
_keys: dict[str, str | None] = {}


def nested(indent: int) -> int:
    """Where the content of a collection in a mapping at ``indent`` stands: the next multiple of four."""
    return (indent + 4) // 4 * 4


def scalar(text: str) -> str | None:
    """A Go string as the value of an entry or item; None when it is written as a literal block."""
    try:
        return _scalars[text]
    except KeyError:
        if len(_scalars) > 20_000:
            _scalars.clear()
        out = _scalars[text] = _scalar(text)
        return out


def _scalar(text: str) -> str | None:
    if _SIMPLE.fullmatch(text) and text not in _WORDS and resolve(text) == "!!str":
        return text
    if _is_bytes(text):
        return _binary(text)
    if "\n" in text:
        if len(text.encode()) >= 2 and not _white(text) and block_allowed(text):
            return None
        return double(text)
    if older_quotes(text):
        return _single_or_double(text)
    if resolve(text) != "!!str":
        return double(text)
    return quoted(text)


def older_quotes(text: str) -> bool:
    """Whether go-yaml v4 up to rc.4 printed a text of one line in other quotes than rc.6 does."""
    return text in _WORDS or re.fullmatch(_BASE60, text) is not None


def _white(text: str) -> bool:
    return (not text.isascii() and bool(re.fullmatch(_ONLY_WHITE, text))) or not text.strip(" \t\n\v\f\r")


def key(text: str) -> str | None:
    """A Go string as a key before its colon; None when it takes the explicit form (``? key``)."""
    try:
        return _keys[text]
    except KeyError:
        if len(_keys) > 20_000:
            _keys.clear()
        out = _keys[text] = None if _complex(text) else _key(text)
        return out


def _complex(text: str) -> bool:
    if _is_bytes(text):
        # The printed tag `!!binary` counts as well; only a longer text breaks into lines.
        return len(base64.b64encode(_bytes(text))) + len("!!binary") > 128
    if text.isascii():
        return len(text) > 128 or "\n" in text or "\r" in text
    return len(text.encode()) > 128 or re.search(_BREAK, text) is not None


def _key(text: str) -> str:
    # A simple key is never a block: what would be one is quoted.
    return scalar(text) or double(text)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _is_bytes(text: str) -> bool:
    if text.isascii():
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def _binary(text: str) -> str | None:
    encoded = base64.b64encode(_bytes(text)).decode("ascii")
    return None if len(encoded) > 69 else f"!!binary {quoted(encoded)}"


def _binary_lines(text: str) -> str:
    encoded = base64.b64encode(_bytes(text)).decode("ascii")
    return "".join(f"{encoded[start : start + 70]}\n" for start in range(0, len(encoded), 70))


def quoted(text: str) -> str:
    """A text plain where the block style allows it, else in single or double quotes."""
    if (
        text[:1] in (" ", *_BREAKS)
        or text[-1:] in (" ", *_BREAKS)
        or "\t" in text
        or re.search(_INDICATOR, text)
        or re.search(_BREAK, text)
        or re.search(_SPECIAL, text)
    ):
        return _single_or_double(text)
    return text


def _single_or_double(text: str) -> str:
    if "\t" in text or re.search(_SPECIAL, text) or re.search(_SPACE_BREAK, text) or re.search(_BREAK_SPACE, text):
        return double(text)
    quoted = text.replace("'", "''")
    return f"'{quoted}'"


def block_allowed(text: str) -> bool:
    """Whether a literal block can hold a text."""
    if text.isascii() and text.replace("\n", "").replace("\t", "").isprintable():
        return text[-1:] != " " and " \n" not in text
    return text[-1:] != " " and not re.search(_SPACE_BREAK, text) and not re.search(_SPECIAL, text)


def double(text: str) -> str:
    """A text in double quotes."""
    if text.startswith("\ufeff"):
        # A byte-order mark in front has every character escaped.
        return '"' + "".join(map(_escape, text)) + '"'
    return '"' + re.sub(_ESCAPED, lambda found: _escape(found[0]), text) + '"'


def _escape(char: str) -> str:
    short = _ESCAPES.get(char)
    if short is not None:
        return short
    code = ord(char)
    if code < 0x100:
        return f"\\x{code:02X}"
    return f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}"


def literal(text: str, indent: int, hint: str = "4") -> str:
    """A literal block: from ``|`` to its last newline, the lines indented to ``indent``."""
    if _is_bytes(text):
        return f"!!binary {literal(_binary_lines(text), indent)}"
    # The hint is the writer's setting, whatever the indentation is. yaml.v2 gives one before a line break as well.
    if not text.startswith(" " if hint == "4" else (" ", "\n")):
        hint = ""
    last, before = text[-1:], text[-2:-1]
    if last not in _BREAKS:
        chomp = "-"
    else:
        chomp = "+" if len(text) == 1 or before in _BREAKS else ""
    pad = " " * indent
    parts = [f"|{hint}{chomp}\n"]
    fresh = True
    for piece in re.split(f"([{_BREAKS}])", text):
        if not piece:
            continue
        if piece in _BREAKS:
            parts.append(piece)
            fresh = True
        else:
            parts.append(f"{pad}{piece}" if fresh else piece)
            fresh = False
    if last not in _BREAKS:
        parts.append("\n")
    return "".join(parts)


def leaf(value: Any) -> str | None:
    """A leaf as text; None for a string that is written as a literal block."""
    kind = type(value)
    if kind is str:
        return scalar(value)
    if value is None:
        return "null"
    if kind is bool:
        return "true" if value else "false"
    if kind is int:
        return str(value)
    if kind is Verbatim:
        return str(value)
    if kind is NodeText:
        return _node_text(value)
    if kind is float:
        return float_text(value)
    if kind is Timestamp:
        return str(value.text)
    return scalar(str(value))


def _node_text(text: str) -> str | None:
    if _is_bytes(text) or "\n" in text:
        return None if _is_bytes(text) or block_allowed(text) else double(text)
    return double(text) if resolve(text) != "!!str" else quoted(text)


def _key_leaf(value: Any) -> str | None:
    if isinstance(value, str):
        return key(value)
    return leaf(value.value if isinstance(value, Key) else value)


def separated(text: str, indent: int) -> str:
    """A quoted text in its place: what follows a line separator in it is indented to ``indent``."""
    if text.isascii():
        return text
    return re.sub(_SEPARATOR, lambda found: found[0] + " " * indent, text)


def entry(out: list[str], indent: int, label: str, value: Any) -> None:
    """Append an entry of a mapping at ``indent``; ``label`` is the key with its colon."""
    kind = type(value)
    if kind is str:
        text = scalar(value)
        if text is not None and text.isascii():
            out.append(f"{' ' * indent}{label} {text}\n")
            return
    if kind is dict or kind is list:
        if not value:
            out.append(f"{' ' * indent}{label} {'{}' if kind is dict else '[]'}\n")
        else:
            out.append(f"{' ' * indent}{label}\n")
            _collection(out, nested(indent), value)
        return
    out.append(f"{' ' * indent}{label} {_value(value, nested(indent))}")


def item(out: list[str], indent: int, value: Any) -> None:
    """Append an item of a sequence whose dashes stand at ``indent``."""
    kind = type(value)
    if (kind is dict or kind is list) and value:
        mark = len(out)
        _collection(out, indent + 2, value)
        out[mark] = f"{' ' * indent}- {out[mark][indent + 2 :]}"
    elif kind is dict or kind is list:
        out.append(f"{' ' * indent}- {'{}' if kind is dict else '[]'}\n")
    else:
        out.append(f"{' ' * indent}- {_value(value, indent + 2)}")


def _value(value: Any, indent: int) -> str:
    """A leaf and its newline; what runs over several lines is indented to ``indent``."""
    text = leaf(value)
    if text is None:
        return literal(value, indent)
    return f"{separated(text, indent)}\n"


def _collection(out: list[str], indent: int, root: Any) -> None:
    """Append a collection that is not empty. A stack of our own: depth is the input's."""
    # Each frame: iterator over (key or None, value), indent, whether a sequence.
    stack: list[tuple[Any, int, bool]] = [_frame(root, indent)]
    # Where the line of a collection's first child is to begin with the dashes above it.
    dashes: list[int] = []
    while stack:
        children, here, sequence = stack[-1]
        for name, value in children:
            kind = type(value)
            deeper = (kind is dict or kind is list) and bool(value)
            mark = len(out)
            if sequence:
                if deeper:
                    out.append(f"{' ' * here}- ")
                    dashes.append(mark)
                    stack.append(_frame(value, here + 2))
                    break
                item(out, here, value)
            else:
                text = _key_leaf(name)
                if text is None:
                    out.append(explicit_key(name, here))
                    if deeper:
                        out.append(f"{' ' * here}: ")
                        dashes.append(len(out) - 1)
                        stack.append(_frame(value, nested(here)))
                        break
                    entry(out, here, ":", value)
                else:
                    if deeper:
                        out.append(f"{' ' * here}{separated(text, nested(here))}:\n")
                        stack.append(_frame(value, nested(here)))
                        break
                    entry(out, here, f"{separated(text, nested(here))}:", value)
        else:
            stack.pop()
    _join_dashes(out, dashes)


def explicit_key(name: Any, indent: int) -> str:
    """A key in its explicit form, ``? key``, with its newline; an entry labelled ``:`` follows it."""
    inner = nested(indent)
    text = scalar(name)
    key_text = literal(name, inner) if text is None else f"{separated(text, inner)}\n"
    return f"{' ' * indent}? {key_text}"


def _frame(value: Any, indent: int) -> tuple[Any, int, bool]:
    if type(value) is dict:
        return iter([(name, value[name]) for name in sort_keys(value)]), indent, False
    return iter([(None, child) for child in value]), indent, True


def _join_dashes(out: list[str], dashes: list[int]) -> None:
    """Let the first line below a dash (or an explicit ``:``) continue on the dash's own line."""
    for mark in dashes:
        below = out[mark + 1]
        lead = out[mark]
        width = len(below) - len(below.lstrip(" "))
        out[mark + 1] = lead.ljust(width) + below[width:]
        out[mark] = ""


def emit(value: Any) -> str:
    """The document of a value; ends in one newline."""
    out: list[str] = []
    if type(value) in (dict, list) and value:
        _collection(out, 0, value)
        return "".join(out)
    if type(value) is dict or type(value) is list:
        return "{}\n" if type(value) is dict else "[]\n"
    return _value(value, 4)


def round_trips(text: str, indent: int) -> bool:
    """Whether a literal block in a mapping or list at ``indent`` reads back as the text it was made of.

    Go itself does not read back what begins with a tab, or with a line break and a blank, nor a text
    that begins with a space where the hint is wrong (go-yaml v4 rc.6). Always true for other styles.
    """
    if scalar(text) is not None:
        return True
    if text.startswith(" "):
        return indent % 4 == 0
    first = text.lstrip("\n\u2028\u2029")
    led = first != text
    return not (first.startswith("\t") or (led and first.startswith(" ")))
