"""Users' files changed with their comments kept: a text is made to read as other values, and what is the same stays.

Only the lines of what differs are written anew. Entries that are gone take the comments right above them with them.
What comes out is read again, so that a text is never changed to anything but what was asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from talosgen.errors import InputError, Problem
from talosgen.goyaml.comments import remarks
from talosgen.goyaml.construct import construct, follow, pairs
from talosgen.goyaml.node import FLOW, MAPPING, SCALAR, SEQUENCE, Node
from talosgen.goyaml.reader import read
from talosgen.goyaml.writer import double, key, scalar
from talosgen.source import Span

__all__ = ["block", "flow", "revised"]

_ABSENT: Final = object()
#: What YAML 1.1 takes for a boolean, and readers of Kubernetes with it.
_WORDS: Final = frozenset(("y", "n", "yes", "no", "on", "off"))


class _Change(NamedTuple):
    """Lines from ``start`` up to ``end``, counted from 0, and what takes their place."""

    start: int
    end: int
    lines: list[str]


def revised(text: str, source: str, wanted: Sequence[Any]) -> str:
    """A text whose documents, one for one, read as these plain values.

    Raises InputError for a text that is no YAML, and where its layout does not let it be changed.
    """
    roots = read(text, source)
    if len(roots) != len(wanted):
        raise InputError(_unchangeable(source))
    found = remarks(text, source)
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    behind = {remark.line - 1: remark.column - 1 for remark in found.remarks if not remark.alone}
    alone = {remark.line - 1: remark.column - 1 for remark in found.remarks if remark.alone}
    edit = _Edit(lines, behind, alone, source)
    for root, value in zip(roots, wanted, strict=True):
        end = min((line - 1 for line in found.starts if line > root.line), default=len(lines))
        edit.change(follow(root), value, root.line - 1, end)
    for start, stop, new in sorted(edit.changes, reverse=True):
        lines[start:stop] = new
    made = "".join(f"{line}\n" for line in lines)
    try:
        right = [_plain(follow(root)) for root in read(made, source)] == list(wanted)
    except InputError:
        right = False
    if not right:
        raise InputError(_unchangeable(source))
    return made


def _unchangeable(source: str, line: int = 0) -> Problem:
    message = "the layout of this file does not let it be changed without loss"
    return Problem(message, Span(source, line, 1) if line else Span(source), remedy="make the change by hand")


class _Edit:
    def __init__(self, lines: list[str], behind: dict[int, int], alone: dict[int, int], source: str) -> None:
        self._lines = lines
        #: The comments behind values and those with a line for themselves: the column of each by its line.
        self._behind = behind
        self._alone = alone
        self._source = source
        self.changes: list[_Change] = []

    def change(self, node: Node, wanted: Any, start: int, end: int) -> None:
        """Make a collection in block style, in the lines from ``start`` up to ``end``, read as ``wanted``."""
        if _plain(node) == wanted:
            return
        if node.style != FLOW and node.kind == MAPPING and isinstance(wanted, dict) and wanted:
            self._mapping(node, wanted, end)
        elif node.style != FLOW and node.kind == SEQUENCE and isinstance(wanted, list) and wanted:
            self._sequence(node, wanted, end)
        else:
            raise InputError(_unchangeable(self._source, start + 1))

    def _mapping(self, node: Node, wanted: dict[str, Any], end: int) -> None:
        entries = list(pairs(node))
        column = entries[0][0].column - 1
        ends = self._ends([name.line - 1 for name, _ in entries], end, column)
        known = set()
        for (name, value), stop in zip(entries, ends, strict=True):
            known.add(name.value)
            start = name.line - 1
            new = wanted.get(name.value, _ABSENT)
            if new is _ABSENT:
                self.changes.append(_Change(self._above(start, column), stop, []))
            elif _plain(follow(value)) != new:
                head = self._lines[start][: name.column - 1] + (key(name.value) or double(name.value)) + ":"
                self._value(value, new, head, start, stop, column)
        more: list[str] = []
        for word, new in wanted.items():
            if word not in known:
                more += _entry(" " * column + (key(word) or double(word)) + ":", new, column)
        if more:
            self.changes.append(_Change(ends[-1], ends[-1], more))

    def _sequence(self, node: Node, wanted: list[Any], end: int) -> None:
        column = node.column - 1
        starts = [item.line - 1 for item in node.value]
        ends = self._ends(starts, end, column)
        for item, start, stop, new in zip(node.value, starts, ends, wanted, strict=False):
            if _plain(follow(item)) != new:
                head = self._lines[start][: column + 1]
                self._value(item, new, head, start, stop, column)
        for start, stop in list(zip(starts, ends, strict=True))[len(wanted) :]:
            self.changes.append(_Change(self._above(start, column), stop, []))
        more: list[str] = []
        for new in wanted[len(starts) :]:
            more += _item(" " * column, new)
        if more:
            self.changes.append(_Change(ends[-1], ends[-1], more))

    def _value(self, node: Node, new: Any, head: str, start: int, stop: int, column: int) -> None:
        """Give the entry that begins with ``head`` another value."""
        same = (node.kind == MAPPING and isinstance(new, dict)) or (node.kind == SEQUENCE and isinstance(new, list))
        if same and node.style != FLOW and new and self._keeps_its_first(node, new):
            self.change(node, new, start, stop)
            return
        lost = next((line for line in range(start + 1, stop) if line in self._behind or line in self._alone), None)
        if lost is not None:
            raise InputError(_unchangeable(self._source, lost + 1))
        one = isinstance(new, dict | list) and node.style == FLOW and node.kind != SCALAR
        made = (
            [f"{head} {flow(new)}"] if one else _item(head[:-1], new) if head[-1] == "-" else _entry(head, new, column)
        )
        if start in self._behind:
            made[0] += "  " + self._lines[start][self._behind[start] :]
        self.changes.append(_Change(start, stop, made))

    def _keeps_its_first(self, node: Node, new: Any) -> bool:
        """Whether what stands before a collection in its line, such as a dash, still has something to stand before."""
        first = node.value[0]
        before = self._lines[first.line - 1][: first.column - 1]
        return node.kind == SEQUENCE or not before.strip() or first.value in new

    def _ends(self, starts: list[int], end: int, column: int) -> list[int]:
        """Where each entry ends: before the blank lines and comments above the next one."""
        out = []
        for start, after in zip(starts, [*starts[1:], end], strict=True):
            stop = after
            while stop > start + 1 and self._between(stop - 1, column):
                stop -= 1
            out.append(stop)
        return out

    def _between(self, line: int, column: int) -> bool:
        return not self._lines[line].strip() or self._alone.get(line, column + 1) <= column

    def _above(self, start: int, column: int) -> int:
        """Where the comments that stand right above an entry begin."""
        while self._alone.get(start - 1) == column:
            start -= 1
        return start


def _plain(node: Node) -> Any:
    # What is faulty equals nothing.
    return construct(node, lambda *_: None)


def block(value: Any, indent: int = 0) -> list[str]:
    """The lines of a plain value in block style."""
    pad = " " * indent
    out: list[str] = []
    if isinstance(value, dict) and value:
        for name, item in value.items():
            out += _entry(pad + (key(name) or double(name)) + ":", item, indent)
        return out
    if isinstance(value, list) and value:
        for item in value:
            out += _item(pad, item)
        return out
    return [pad + flow(value)]


def _entry(head: str, value: Any, indent: int) -> list[str]:
    if isinstance(value, dict | list) and value:
        return [head, *block(value, indent + 2)]
    return [f"{head} {flow(value)}"]


def _item(pad: str, value: Any) -> list[str]:
    if isinstance(value, dict | list) and value:
        first, *others = block(value, len(pad) + 2)
        return [f"{pad}- {first.lstrip(' ')}", *others]
    return [f"{pad}- {flow(value)}"]


def flow(value: Any) -> str:
    """A plain value in one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_word(name)}: {flow(item)}" for name, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(flow, value)) + "]"
    if isinstance(value, str):
        return _word(value)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _word(text: str) -> str:
    if text.lower() in _WORDS or any(char in text for char in ",[]{}"):
        return double(text)
    return scalar(text) or double(text)
