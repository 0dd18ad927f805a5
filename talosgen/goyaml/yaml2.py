"""YAML as yaml.v2 2.4 reads and prints it, around JSON6902 patches (ghodss/yaml 1.0).

Reading gives trees of JSON; YAML 1.1 rules decide what a plain scalar is. Printing is a layout of its own:
indent 2, sequences not indented, long lines folded behind column 80.
"""

from __future__ import annotations

import re
from typing import Any, Final

from talosgen.errors import InputError, Problem
from talosgen.goyaml import writer
from talosgen.goyaml.construct import Fail, follow, merged_pairs, pairs
from talosgen.goyaml.json import Raw, dump
from talosgen.goyaml.node import ALIAS, FLOW, PLAIN, SCALAR, SEQUENCE, Node
from talosgen.goyaml.order import less_natural, sort_by
from talosgen.goyaml.reader import read
from talosgen.goyaml.scalars import FALSE_WORDS, TRUE_WORDS, float32_text, float_text, integer, real, resolve
from talosgen.source import Span

__all__ = ["emit", "to_json"]

_WIDTH: Final = 80
_BASE60: Final = r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?"


def _plain(text: str) -> Any:
    """The value of a plain scalar by YAML 1.1; a date stays a text."""
    if text in TRUE_WORDS:
        return True
    if text in FALSE_WORDS:
        return False
    tag = resolve(text)
    if tag == "!!bool":
        return text[0] in "tT"
    if tag == "!!null":
        return None
    if text == "-0":
        return 0
    if tag == "!!int":
        return integer(text)
    if tag == "!!float":
        return real(text)
    return text


def _value(node: Node) -> Any:
    if node.style == PLAIN and not node.explicit:
        return _plain(node.value)
    if node.explicit and node.tag in ("!!int", "!!float", "!!bool", "!!null"):
        return _plain(node.value)
    return node.value


def _key(node: Node, fail: Fail) -> str | None:
    if node.kind != SCALAR:
        fail(node, "a list or a mapping cannot be a key")
        return None
    value = _value(node)
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and value >= 2**63):
        fail(node, "this key cannot be a key of JSON")
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return float32_text(value) if isinstance(value, float) else str(value)


def to_json(text: str, source: str) -> Any:
    """The tree of JSON that the only document of a YAML text stands for. Raises InputError."""
    roots = read(text, source)
    if len(roots) != 1:
        raise InputError(
            Problem(
                f"a JSON6902 patch needs a config of one document, this one has {len(roots)}", Span(source),
                remedy="merge strategically, or "
                "say `document: {kind, name}` beside each operation with `--merge idempotent`",
            )
        )  # fmt: skip
    problems: list[Problem] = []

    def fail(node: Node, message: str) -> None:
        problems.append(Problem(message, Span(source, node.line, node.column)))

    value = _tree(follow(roots[0]), fail)
    if problems:
        raise InputError(problems)
    try:
        return dump(value)
    except ValueError as error:
        raise InputError(Problem(f"the config cannot be written as JSON: {error}", Span(source))) from None


def _tree(root: Node, fail: Fail) -> Any:
    holder: list[Any] = [None]
    work: list[tuple[Node, Any, Any]] = [(root, holder, 0)]
    while work:
        node, container, slot = work.pop()
        value: Any
        if node.kind == SCALAR:
            value = _value(node)
        elif node.kind == SEQUENCE:
            value = [None] * len(node.value)
            for item in node.value:
                # What go-yaml v4 reads as a text, yaml.v2 takes for a colon out of place.
                if node.style == FLOW and item.kind == SCALAR and item.style == PLAIN and item.value[:1] == ":":
                    fail(item, "a text that begins with a colon cannot be read here; quote it")
            work.extend((follow(item), value, index) for index, item in enumerate(node.value))
        else:
            value = {}
            merging = any(key.kind != ALIAS and key.tag == "!!merge" for key in node.value[::2])
            # Of a repeated key the last value counts.
            last: dict[str, Node] = {}
            for key, item in merged_pairs(node, fail) if merging else pairs(node):
                name = _key(follow(key), fail)
                if name is not None:
                    last[name] = item
            for name, item in last.items():
                value[name] = None
                work.append((follow(item), value, name))
        container[slot] = value
    return holder[0]


def _scalar(raw: Raw) -> Any:
    """The value that a JSON scalar has for yaml.v2, which reads JSON as YAML."""
    value = raw.value
    if raw[0] == '"':
        return value.replace("\x85", " ") if "\x85" in value else value
    if value is None or isinstance(value, bool):
        return value
    return _plain(value)


def _style(text: str) -> str:
    """``plain``, ``single``, ``double`` or ``literal``, as yaml.v2 would print a text."""
    if "\n" in text:
        return "literal" if writer.block_allowed(text) and "\t" not in text else "double"
    tag = resolve(text)
    typed = tag not in ("!!str", "!!merge") or text in TRUE_WORDS or text in FALSE_WORDS
    if typed or re.fullmatch(_BASE60, text):
        return "double"
    return {"'": "single", '"': "double"}.get(writer.quoted(text)[0], "plain") if text else "double"


def _text(value: Any, column: int, indent: int, key: bool = False) -> str:
    """A scalar and its newline, folded where it is long; ``column`` is where it begins."""
    if not isinstance(value, str):
        out = {None: "null", True: "true", False: "false"}.get(value) if not _numeric(value) else None
        return f"{out if out is not None else float_text(value) if isinstance(value, float) else value}"
    style = _style(value)
    if style == "literal":
        return writer.literal(value, indent, "2") if not key else writer.double(value)
    if style == "double":
        return _fold_double(value, column, indent) if not key else writer.double(value)
    if style == "single":
        text = writer.separated(f"'{value.replace(chr(39), chr(39) * 2)}'", indent)
        return text if key else _fold(text, column, indent, 1)
    return value if key else _fold(value, column, indent, 0)


def _numeric(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _fold(text: str, column: int, indent: int, margin: int) -> str:
    """A plain or single-quoted text broken at single blanks behind the width."""
    if column + len(text) <= _WIDTH or " " not in text:
        return text
    out: list[str] = []
    blank = False
    for index, char in enumerate(text):
        inside = margin < index < len(text) - 1 - margin or not margin
        if char == " " and not blank and column > _WIDTH and inside and text[index + 1 : index + 2] != " ":
            out.append("\n" + " " * indent)
            column = indent
            blank = True
            continue
        out.append(char)
        column = indent if char in "\u2028\u2029" else column + 1
        blank = char == " "
    return "".join(out)


def _fold_double(text: str, column: int, indent: int) -> str:
    out = ['"']
    column += 1
    blank = False
    for index, char in enumerate(text):
        if char == " " and not blank and column > _WIDTH and 0 < index < len(text) - 1:
            out.append("\n" + " " * indent)
            column = indent
            if text[index + 1] == " ":
                out.append("\\")
                column += 1
            blank = True
            continue
        piece = writer.double(char)[1:-1] if not text.startswith("\ufeff") else writer.double("\ufeff" + char)[7:-1]
        out.append(piece)
        column += len(piece)
        blank = char == " "
    return "".join([*out, '"'])


def emit(tree: Any) -> str:
    """The text that yaml.v2 prints for a tree of JSON."""
    out: list[str] = []
    if isinstance(tree, (dict, list)) and tree:
        _collection(out, tree, 0, "")
    else:
        out.append(_leaf(tree, 0, 2) + "\n")
    return "".join(out)


def _leaf(value: Any, column: int, indent: int) -> str:
    if isinstance(value, dict):
        return "{}"
    if isinstance(value, list):
        return "[]"
    text = _text(_scalar(value), column, indent)
    return text[:-1] if text.endswith("\n") and text.startswith("|") else text


def _children(tree: Any) -> list[tuple[Any, Any]]:
    if isinstance(tree, list):
        return [(None, item) for item in tree]
    return [(key, tree[key]) for key in sort_by(less_natural, tree)]


def _collection(out: list[str], root: Any, indent: int, lead: str) -> None:
    """Append a collection that is not empty; ``lead`` stands in front of its first line."""
    stack: list[tuple[list[tuple[Any, Any]], int]] = [(_children(root)[::-1], indent)]
    while stack:
        waiting, here = stack[-1]
        if not waiting:
            stack.pop()
            continue
        key, value = waiting.pop()
        pad = lead if lead else " " * here
        lead = ""
        deeper = isinstance(value, (dict, list)) and bool(value)
        if key is None:
            if deeper:
                lead = f"{pad}- "
                stack.append((_children(value)[::-1], here + 2))
            else:
                _append(out, f"{pad}- ", value, here)
            continue
        label = _text(key, 0, here + 2, True)
        if len(key.encode()) > 128 or re.search("[\n\r\x85\u2028\u2029]", key):
            out.append(f"{pad}? {_text(key, here + 2, here + 2)}")
            if not out[-1].endswith("\n"):
                out.append("\n")
            label, pad = "", " " * here
        if not deeper:
            _append(out, f"{pad}{label}: ", value, here)
        elif not label:
            lead = f"{pad}: "
            stack.append((_children(value)[::-1], here + 2))
        else:
            out.append(f"{pad}{label}:\n")
            # A sequence in a mapping is not indented.
            stack.append((_children(value)[::-1], here + (2 if isinstance(value, dict) else 0)))


def _append(out: list[str], begin: str, value: Any, indent: int) -> None:
    text = _leaf(value, len(begin), indent + 2)
    out.append(f"{begin}{text}\n")
