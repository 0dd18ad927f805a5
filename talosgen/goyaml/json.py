"""JSON texts as trees whose leaves keep their text, the way Go's encoder writes them."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from talosgen.goyaml.scalars import Key, Timestamp

__all__ = ["Raw", "dump", "load", "number"]


class Raw(str):
    """The JSON text of a scalar. A tree of JSON is made of dicts, lists and these."""

    __slots__ = ()

    @property
    def value(self) -> Any:
        """What the text stands for; a number as its text."""
        return json.loads(self) if self[0] == '"' else {"true": True, "false": False, "null": None}.get(self, str(self))


_ESCAPED: Final = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
_SPECIAL: Final = re.compile("[<>&\u2028\u2029]")


def _string(text: str) -> Raw:
    out = json.dumps(text.encode("utf-8", "replace").decode("utf-8", "replace"), ensure_ascii=False)
    return Raw(_SPECIAL.sub(lambda found: _ESCAPED[found[0]], out))


def number(value: float) -> str:
    """A float as Go's JSON encoder writes it: positional from 1e-6 to below 1e21. Raises ValueError."""
    if value != value or value in (float("inf"), float("-inf")):
        raise ValueError("a number that JSON does not have")
    text = repr(value)
    mantissa, _, exponent = text.partition("e")
    size = abs(value)
    if size and (size < 1e-6 or size >= 1e21):
        if not exponent:
            text = f"{value:e}"
            mantissa, _, exponent = text.partition("e")
            mantissa = mantissa.rstrip("0").rstrip(".")
        return f"{mantissa.removesuffix('.0')}e{exponent[0]}{exponent[1:].lstrip('0')}"
    if not exponent:
        return text.removesuffix(".0")
    # The shortest digits, filled up with zeros: not the digits of the exact value.
    sign, digits = ("-", mantissa[1:]) if mantissa[0] == "-" else ("", mantissa)
    whole, _, fraction = digits.partition(".")
    fraction = fraction if fraction != "0" else ""
    shift = int(exponent)
    if shift < 0:
        return f"{sign}0.{'0' * (-shift - 1)}{whole}{fraction}"
    return sign + (whole + fraction).ljust(shift + 1, "0")


def dump(value: Any) -> Any:
    """A plain value as a tree of JSON. Raises ValueError for what JSON does not have.

    Not recursive beyond what the reader has bounded; keys must be texts.
    """
    holder: list[Any] = [None]
    work: list[tuple[Any, Any, Any]] = [(value, holder, 0)]
    while work:
        item, container, slot = work.pop()
        out: Any
        if isinstance(item, dict):
            out = {}
            for key, child in item.items():
                if not isinstance(key, str) or isinstance(key, Key):
                    raise ValueError("a key that is no text")
                out[key] = None
                work.append((child, out, key))
        elif isinstance(item, list):
            out = [None] * len(item)
            work.extend((child, out, index) for index, child in enumerate(item))
        elif isinstance(item, str):
            out = _string(item)
        elif item is None or isinstance(item, bool):
            out = Raw({None: "null", True: "true", False: "false"}[item])
        elif isinstance(item, Timestamp):
            out = _string(item.text)
        else:
            out = Raw(str(item) if isinstance(item, int) else number(item))
        container[slot] = out
    return holder[0]


_TOKEN: Final = re.compile(
    r'[ \t\n\r]*([{}\[\],:]|"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"'
    r"|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?|true|false|null)"
)


def load(text: str) -> Any:
    """The tree of a JSON text. Raises ValueError when it is none."""
    end = 0
    holder: list[Any] = []
    # Each frame: the container, and the key that waits for its value.
    stack: list[tuple[Any, list[str]]] = [(holder, [])]
    expect = "value"
    while True:
        found = _TOKEN.match(text, end)
        if found is None:
            break
        token, end = found[1], found.end()
        container, keys = stack[-1]
        if token in ",:":
            if expect != token:
                raise ValueError("misplaced punctuation")
            expect = "value" if token == ":" or isinstance(container, list) else "key"
            continue
        if token in "}]":
            closing = isinstance(container, dict) == (token == "}") and len(stack) > 1
            empty = not container and expect in ("key or end", "value or end")
            if not closing or not (expect == "," or empty):
                raise ValueError("misplaced bracket")
            stack.pop()
            expect = "," if len(stack) > 1 else "nothing"
            continue
        if expect in ("key", "key or end"):
            if token[0] != '"':
                raise ValueError("a key is due")
            keys.append(json.loads(token))
            expect = ":"
            continue
        if expect not in ("value", "value or end"):
            raise ValueError("misplaced value")
        value: Any = {} if token == "{" else [] if token == "[" else Raw(token)
        if isinstance(container, dict):
            container[keys.pop()] = value
        else:
            container.append(value)
        if token in "{[":
            stack.append((value, []))
            expect = "key or end" if token == "{" else "value or end"
        else:
            expect = "," if len(stack) > 1 else "nothing"
    if text[end:].strip(" \t\n\r") or expect != "nothing" or len(holder) != 1:
        raise ValueError("no JSON")
    return holder[0]
