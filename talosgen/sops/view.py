"""An encrypted file in the clear, in place: each value where its ciphertext stood, each line where it was.

What reads the text then needs to know nothing of SOPS, and tells of places that its user has.
"""

from __future__ import annotations

import re
from base64 import b64encode
from typing import Any, Final

from talosgen.errors import InputError, Problem
from talosgen.goyaml import writer
from talosgen.goyaml.cursor import BREAK
from talosgen.goyaml.node import ALIAS, DOUBLE, FLOW, MAPPING, PLAIN, SCALAR, SEQUENCE, SINGLE, Node
from talosgen.goyaml.reader import decode, read
from talosgen.sops.document import load
from talosgen.sops.scalars import value_of
from talosgen.sops.tree import Branch, Comment, Entry, Items, Tree, same, without_comments
from talosgen.sops.values import sealed
from talosgen.source import Span

__all__ = ["view"]

# Anchors and tags in front of a scalar, on its line.
_PROPERTIES: Final = re.compile(r"(?:[!&][^\s,\[\]{}]*[ \t]+)*")
_TAG: Final = re.compile(r"![^\s]*")
_MARKER: Final = re.compile("(?:(?<=[\n\r\x85\u2028\u2029])|\\A)(?:---|\\.\\.\\.)(?=[\\s\x85\u2028\u2029]|\\Z)")
_VISIBLE: Final = re.compile("[^\n\r\x85\u2028\u2029]")


def view(data: str | bytes, tree: Tree, source: str = "<text>") -> str:
    """The text of an encrypted file with its values in the clear; ``tree`` is what it was decrypted to.

    Strings are written in double quotes on one line, comments keep their ciphertext, ``sops`` blocks become blank.
    The result has been read again: it holds the tree and nothing else. Raises InputError for a layout in which
    that cannot be, such as ciphertext that goes over several lines.
    """
    text = decode(data, source)
    roots = read(text, source)
    made = _View(text, source).documents(roots, tree)
    try:
        agrees = same(without_comments(load(made)), without_comments(tree))
    except InputError:
        agrees = False
    if not agrees:
        raise _odd(Span(source))
    return made


def _odd(place: Span) -> InputError:
    return InputError(
        Problem(
            "this file is encrypted, and laid out in a way in which it cannot be read in place",
            place,
            remedy="let `secrets rotate` or `sops rotate` write it anew",
            code="sops-layout",
        )
    )


class _View:
    def __init__(self, text: str, source: str) -> None:
        self._text = text
        self._source = source
        self._lines = [0, *(found.end() for found in BREAK.finditer(text))]
        # What is put where: begin, end, text.
        self._edits: list[tuple[int, int, str]] = []

    def documents(self, roots: list[Node], tree: Tree) -> str:
        for root, branch in zip(roots, tree, strict=True):
            if root.kind == MAPPING:
                self._branch(root, branch, top=True)
        out: list[str] = []
        at = 0
        for begin, end, text in sorted(self._edits):
            out += [self._text[at:begin], text]
            at = end
        return "".join((*out, self._text[at:]))

    def _offset(self, node: Node) -> int:
        return self._lines[node.line - 1] + node.column - 1

    def _fail(self, node: Node) -> InputError:
        return _odd(Span(self._source, node.line, node.column))

    # -- values ------------------------------------------------------------------------------------

    def _branch(self, node: Node, branch: Branch, top: bool = False) -> None:
        entries = (item for item in branch if isinstance(item, Entry))
        for index in range(0, len(node.value), 2):
            key, value = node.value[index], node.value[index + 1]
            if top and key.kind == SCALAR and key.value == "sops":
                self._block(node, index)
            else:
                self._value(value, next(entries).value)

    def _items(self, node: Node, items: Items) -> None:
        values = (item for item in items if not isinstance(item, Comment))
        comments = []
        for item in node.value:
            if item.kind == SCALAR and (parts := sealed(item.value)) is not None and parts.kind == "comment":
                comments.append(item)
            else:
                self._value(item, next(values))
        for index, item in enumerate(comments):
            # A list of comments alone is an empty one.
            self._comment(node, item, "[]" if index == 0 and len(comments) == len(node.value) else "#")

    def _value(self, node: Node, value: Any) -> None:
        if node.kind == ALIAS:
            # It stands for what is replaced at its anchor.
            return
        if node.kind == MAPPING:
            self._branch(node, value)
        elif node.kind == SEQUENCE:
            self._items(node, value)
        elif isinstance(value, (Branch, Items)):
            raise self._fail(node)
        else:
            self._scalar(node, value)

    def _scalar(self, node: Node, value: Any) -> None:
        if same(value_of(node), value):
            return
        at = self._offset(node)
        begin, end = self._span(node)
        # The tag said what the ciphertext is, not what is in it.
        properties = _TAG.sub("", self._text[at:begin]).lstrip(" \t")
        self._edits.append((at, end, properties + _text(value)))

    def _span(self, node: Node) -> tuple[int, int]:
        """Where the text of a scalar begins and ends; it must be on one line, without escapes."""
        at = self._offset(node)
        if node.explicit or node.anchor:
            found = _PROPERTIES.match(self._text, at)
            assert found is not None
            at = found.end()
        quote = {PLAIN: "", SINGLE: "'", DOUBLE: '"'}.get(node.style)
        written = f"{quote}{node.value}{quote}"
        if quote is None or not self._text.startswith(written, at):
            raise self._fail(node)
        return at, at + len(written)

    def _comment(self, sequence: Node, node: Node, mark: str) -> None:
        """Put a mark in the place of an encrypted comment that is written as an item, and of its dash."""
        _, end = self._span(node)
        line = self._lines[node.line - 1]
        before = self._text[line : self._offset(node)].rstrip(" \t") if sequence.style != FLOW else ""
        if not before.endswith("-") or node.anchor:
            raise self._fail(node)
        self._edits.append((line + len(before) - 1, end, mark))

    # -- the block ---------------------------------------------------------------------------------

    def _block(self, root: Node, index: int) -> None:
        """Make the ``sops`` key of a document and what it holds blank."""
        key = root.value[index]
        following = root.value[index + 2] if index + 2 < len(root.value) else None
        alone = len(root.value) == 2
        if root.style == FLOW:
            begin = self._offset(key)
            end = self._offset(following) if following is not None else self._text.rfind("}", begin, self._end(begin))
            self._edits.append((begin, end, _VISIBLE.sub(" ", self._text[begin:end])))
            return
        begin = self._lines[key.line - 1]
        end = self._lines[following.line - 1] if following is not None else self._end(begin)
        if end == len(self._text) and not alone:
            self._edits.append((begin, end, ""))
            return
        # The mark ends a text that stands above: it would take blank lines for its own.
        mark = "{}" if alone else "#"
        breaks = "".join(found[0] for found in BREAK.finditer(self._text, begin, end))
        self._edits.append((begin, end, " " * (key.column - 1) + mark + breaks))

    def _end(self, at: int) -> int:
        """Where the document ends that a place is in."""
        found = _MARKER.search(self._text, at)
        return len(self._text) if found is None else found.start()


def _text(value: Any) -> str:
    """A leaf on one line."""
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:
            return f'!!binary "{b64encode(value.encode("utf-8", "surrogateescape")).decode("ascii")}"'
        # The writer leaves the separators of lines and paragraphs as they are.
        return writer.double(value).replace("\u2028", "\\L").replace("\u2029", "\\P").replace("\x85", "\\N")
    text = writer.leaf(value)
    assert text is not None
    if type(value) is float and text.lstrip("-").isdigit():
        # Without a point it would be an integer.
        return f"{text}.0"
    return text
