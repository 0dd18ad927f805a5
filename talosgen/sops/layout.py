"""Trees to text, as sops 3.13 lays them out: go-yaml v3, block style, lines never folded, comments kept."""

from __future__ import annotations

import re
from typing import Any, Final

from talosgen.goyaml import writer
from talosgen.goyaml.scalars import FALSE_WORDS, TRUE_WORDS
from talosgen.goyaml.writer import block_allowed, double, literal, quoted, separated
from talosgen.sops.scalars import is_text
from talosgen.sops.tree import Branch, Comment, Entry, Items, Tree

__all__ = ["INDENT", "dump"]

#: The step of indentation that sops uses unless `.sops.yaml` says otherwise.
INDENT: Final = 4

_WORDS: Final = TRUE_WORDS | FALSE_WORDS
_BASE60: Final = re.compile(r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?", re.ASCII)
_BREAK: Final = re.compile("[\n\r\x85\u2028\u2029]")
_SEPARATOR: Final = re.compile("[\x85\u2028\u2029]")
_LONGEST_KEY: Final = 128
_NO_COMMENT: Final = re.compile("[\x00-\x08\x0a-\x1f\x85\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")


def dump(tree: Tree, indent: int = INDENT) -> str:
    """The text of some documents, two or more with ``---`` between them. ``indent`` is the step, 2 to 9."""
    layout = _Layout(indent)
    return "---\n".join(layout.document(document) for document in tree)


def _scalar(text: str) -> str | None:
    """A string on one line; None for one that is written as a literal block."""
    if not text.isascii() and _is_bytes(text):
        return writer.scalar(text)
    if "\n" in text:
        # What begins with white space is no safe block: go-yaml cannot read back all that it writes so.
        if text[0] in " \t\n" or not block_allowed(text) or _SEPARATOR.search(text):
            return double(text)
        return None
    if text in _WORDS or not is_text(text) or _BASE60.fullmatch(text):
        return double(text)
    return quoted(text)


def _is_bytes(text: str) -> bool:
    """Whether a text stands for bytes that are no UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def _leaf(value: Any) -> str | None:
    """A leaf on one line; None for a string that is written as a literal block."""
    return _scalar(value) if isinstance(value, str) else writer.leaf(value)


class _Layout:
    def __init__(self, indent: int) -> None:
        self._step = indent if 2 <= indent <= 9 else 2
        self._out: list[str] = []

    def document(self, branch: Branch) -> str:
        self._out = []
        if not any(isinstance(item, Entry) for item in branch):
            self._comments(branch, 0)
            self._out.append("{}\n")
        else:
            self._branch(branch, 0)
        return "".join(self._out)

    def _next(self, column: int) -> int:
        return self._step * ((column + self._step) // self._step)

    def _comments(self, items: Branch | Items, column: int) -> None:
        for item in items:
            if isinstance(item, Comment):
                self._out.append(f"{' ' * column}{_remark(item)}\n")

    def _comment(self, comment: Comment, pad: str, inline: str) -> str:
        """What waits to stand behind the next value: this comment, or what waits already; then it gets a line."""
        if comment.inline and not inline:
            return f" {_remark(comment)}"
        self._out.append(f"{pad}{_remark(comment)}\n")
        return inline

    def _branch(self, branch: Branch, column: int) -> None:
        inline = ""
        pad = " " * column
        for item in branch:
            if isinstance(item, Comment):
                inline = self._comment(item, pad, inline)
                continue
            key = _key(item.key)
            if key is None:
                self._value(f"{pad}?", item.key, self._next(column), "")
                lead = f"{pad}:"
            else:
                lead = f"{pad}{key}:"
            if inline and _holds(item.value):
                self._out.insert(len(self._out) - (key is None), f"{pad}{inline[1:]}\n")
                inline = ""
            self._entry(lead, item.value, column, inline, explicit=key is None)
            inline = ""
        if inline:
            self._out.append(f"{pad}{inline[1:]}\n")

    def _entry(self, lead: str, value: Any, column: int, inline: str, explicit: bool) -> None:
        deeper = self._next(column)
        if isinstance(value, Branch):
            if _holds(value):
                if explicit:
                    self._below(f"{lead} ", value, deeper, hoist=False)
                else:
                    self._out.append(f"{lead}\n")
                    self._branch(value, deeper)
            else:
                self._out.append(f"{lead} {{}}{inline}\n")
                self._comments(value, column)
        elif isinstance(value, Items):
            if _holds(value):
                if explicit:
                    self._below(f"{lead} ", value, deeper, hoist=False)
                else:
                    self._out.append(f"{lead}\n")
                    self._items(value, deeper)
            else:
                self._out.append(f"{lead} []{inline}\n")
                self._comments(value, column)
        else:
            self._value(lead, value, deeper, inline)

    def _items(self, items: Items, column: int) -> None:
        inline = ""
        pad = " " * column
        for item in items:
            if isinstance(item, Comment):
                inline = self._comment(item, pad, inline)
                continue
            if inline and _holds(item):
                self._out.append(f"{pad}{inline[1:]}\n")
                inline = ""
            if isinstance(item, (Branch, Items)):
                if _holds(item):
                    self._below(f"{pad}- ", item, column + 2)
                else:
                    self._out.append(f"{pad}- {'{}' if isinstance(item, Branch) else '[]'}{inline}\n")
                    self._comments(item, column)
            else:
                self._value(f"{pad}-", item, column + 2, inline)
            inline = ""
        if inline:
            self._out.append(f"{pad}{inline[1:]}\n")

    def _below(self, lead: str, value: Branch | Items, column: int, hoist: bool = True) -> None:
        """A collection whose first line continues a dash, with the comments in front of it above; or a colon."""
        pad = " " * column
        mark = len(self._out)
        if isinstance(value, Branch):
            self._branch(value, column)
        else:
            self._items(value, column)
        first = mark
        while hoist and self._out[first].startswith(f"{pad}#"):
            self._out[first] = f"{' ' * (len(lead) - len(lead.lstrip(' ')))}{self._out[first][column:]}"
            first += 1
        self._out[first] = lead.ljust(column) + self._out[first][column:]

    def _value(self, lead: str, value: Any, column: int, inline: str) -> None:
        text = _leaf(value)
        if text is not None:
            self._out.append(f"{lead} {separated(text, column)}{inline}\n")
            return
        header, _, body = literal(value, column).partition("\n")
        self._out.append(f"{lead} {header}{inline}\n{body}")


def _remark(comment: Comment) -> str:
    # A comment that was decrypted can hold anything.
    return "#" + _NO_COMMENT.sub(" ", comment.text)


def _holds(value: Any) -> bool:
    """Whether a value is a collection with more in it than comments."""
    if isinstance(value, Branch):
        return any(isinstance(item, Entry) for item in value)
    if isinstance(value, Items):
        return any(not isinstance(item, Comment) for item in value)
    return False


def _key(text: str) -> str | None:
    """A key before its colon; None for one that takes the explicit form, ``? key``."""
    if text == "<<":
        return "!!merge <<"
    if len(text.encode("utf-8", "surrogateescape")) > _LONGEST_KEY or _is_bytes(text) or _BREAK.search(text):
        return None
    return _scalar(text)
