"""Text to trees: go-yaml's nodes, with anchors followed, and every comment in its place as an item."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from talosgen.errors import InputError, Problem
from talosgen.goyaml.node import ALIAS, FLOW, MAPPING, PLAIN, SCALAR, Node
from talosgen.goyaml.reader import decode, read
from talosgen.sops.metadata import is_overlong, too_many_keys
from talosgen.sops.scalars import value_of
from talosgen.sops.tree import MAX_DEPTH, Branch, Comment, Entry, Items, Tree
from talosgen.source import Span

if TYPE_CHECKING:
    from talosgen.goyaml.comments import Remark

__all__ = ["load"]

_MAX_PROBLEMS: Final = 100
_NO_LINE: Final = 1 << 62


def _has_text(node: Node) -> bool:
    """Whether a node is a scalar that is written out, so that a comment can stand behind it."""
    if node.kind == ALIAS:
        node = node.value
    return node.kind == SCALAR and (node.style != PLAIN or bool(node.value))


class _Place(NamedTuple):
    """Where a collection stands: how deep, above which line its comments end, its parent's column, whether in flow."""

    depth: int
    until: int
    column: int
    flow: bool


def load(data: str | bytes, source: str = "<text>") -> Tree:
    """The documents of a text.

    Raises InputError with all faults: no YAML, no document, a document that is no mapping, a key that is no
    string or stands twice, a number that would lose digits, nesting beyond ``MAX_DEPTH``.
    """
    text = decode(data, source)
    if is_overlong(text):
        raise too_many_keys(source)
    roots = read(text, source)
    if not roots:
        raise InputError(Problem("the file is empty", Span(source), remedy="expected a mapping"))
    if "#" not in text:
        return _Loader(source, [], []).documents(roots)
    from talosgen.goyaml.comments import remarks

    return _Loader(source, *remarks(text, source)).documents(roots)


class _Loader:
    def __init__(self, source: str, found: list[Remark], starts: list[int]) -> None:
        self._source = source
        # The comments that are left, the next one last.
        self._left = found[::-1]
        self._starts = starts
        self._problems: list[Problem] = []
        self._shared: dict[int, Any] = {}
        self._heights: dict[int, int] = {}

    def documents(self, roots: list[Node]) -> Tree:
        out: list[Branch] = []
        for index, root in enumerate(roots):
            until = self._end(roots[index + 1].line) if index + 1 < len(roots) else _NO_LINE
            if root.kind == SCALAR and not root.value and root.tag == "!!null" and root.style == PLAIN:
                items: Branch = Branch()
            elif root.kind != MAPPING:
                self._fail(root, "a document that is no mapping cannot be encrypted")
                continue
            else:
                items = self._branch(root, _Place(0, until, root.column - 1, False))
            out.append(Branch((*items, *self._before(until))))
        if self._problems:
            raise InputError(self._problems)
        return tuple(out)

    def _end(self, line: int) -> int:
        """The line of the last ``---`` above a line."""
        at = bisect_right(self._starts, line)
        return self._starts[at - 1] if at else line

    def _fail(self, node: Node, message: str, remedy: str = "") -> None:
        if len(self._problems) < _MAX_PROBLEMS:
            self._problems.append(Problem(message, Span(self._source, node.line, node.column), remedy=remedy))

    # -- comments ----------------------------------------------------------------------------------

    def _before(self, line: int) -> list[Comment]:
        """The comments that are left above a line."""
        out: list[Comment] = []
        while self._left and self._left[-1].line < line:
            out.append(Comment(self._left.pop().text))
        return out

    def _behind(self, line: int, inline: bool) -> list[Comment]:
        """The comments that are left above a line and share theirs with a value."""
        out: list[Comment] = []
        while self._left and self._left[-1].line < line and not self._left[-1].alone:
            out.append(Comment(self._left.pop().text, inline))
        return out

    def _tail(self, node: Node, place: _Place) -> list[Comment]:
        """The comments behind the last item of a block that are indented like its items."""
        out: list[Comment] = []
        while self._left and self._left[-1].line < place.until and self._left[-1].column >= node.column:
            if node.column == place.column:
                # A list in the column of its key: a comment right above the next key is that key's.
                last = len(self._left) - 1
                while last and self._left[last - 1].line == self._left[last].line + 1:
                    last -= 1
                if self._left[last].line + 1 == place.until:
                    break
            out.append(Comment(self._left.pop().text))
        return out

    # -- nodes -------------------------------------------------------------------------------------

    def _value(self, node: Node, place: _Place) -> Any:
        value: Any
        if node.kind == ALIAS:
            value = self._shared[id(node.value)]
            if place.depth + self._height(value) > MAX_DEPTH:
                self._fail(node, f"nesting deeper than {MAX_DEPTH} levels cannot be encrypted")
            return value
        if node.kind == SCALAR:
            try:
                value = value_of(node)
            except ValueError as error:
                self._fail(node, str(error))
                value = None
        elif place.depth >= MAX_DEPTH:
            self._fail(node, f"nesting deeper than {MAX_DEPTH} levels cannot be encrypted")
            value = None
        else:
            value = self._branch(node, place) if node.kind == MAPPING else self._items(node, place)
        if node.anchor:
            self._shared[id(node)] = value
        return value

    def _height(self, value: Any) -> int:
        """How many levels an aliased value has; each part of it is looked at once."""
        if not isinstance(value, (Branch, Items)):
            return 0
        known = self._heights.get(id(value))
        if known is None:
            parts = (item.value if isinstance(item, Entry) else item for item in value)
            known = self._heights[id(value)] = 1 + max(map(self._height, parts), default=0)
        return known

    def _branch(self, node: Node, place: _Place) -> Branch:
        out: list[Entry | Comment] = []
        seen: dict[str, int] = {}
        flow = place.flow or node.style == FLOW
        for index in range(0, len(node.value), 2):
            key, value = node.value[index], node.value[index + 1]
            until = node.value[index + 2].line if index + 2 < len(node.value) else place.until
            inner = _Place(place.depth + 1, until, key.column, flow)
            name = self._name(key, seen)
            if flow:
                out.append(Entry(name, self._value(value, inner)))
                continue
            out += self._before(key.line)
            if value.line > key.line and value.kind != ALIAS:
                out += self._behind(key.line + 1, inline=False)
                if value.kind == SCALAR:
                    out += self._before(value.line)
            held = self._value(value, inner)
            out += self._behind(until, inline=_has_text(value))
            out.append(Entry(name, held))
        if not flow:
            out += self._tail(node, place)
        return Branch(out)

    def _items(self, node: Node, place: _Place) -> Items:
        out: list[Any] = []
        flow = place.flow or node.style == FLOW
        for index, item in enumerate(node.value):
            until = node.value[index + 1].line if index + 1 < len(node.value) else place.until
            if not flow:
                out += self._before(item.line)
            held = self._value(item, _Place(place.depth + 1, until, node.column, flow))
            if not flow:
                out += self._behind(until, inline=_has_text(item))
            out.append(held)
        if not flow:
            out += self._tail(node, place)
        return Items(out)

    def _name(self, key: Node, seen: dict[str, int]) -> str:
        """A key, which must be a new string."""
        plain = key.value if key.kind == ALIAS else key
        if plain.kind != SCALAR:
            self._fail(key, "a list or a mapping cannot be a key")
            return ""
        name: str = plain.value
        if plain.tag != "!!merge":
            try:
                value = value_of(plain)
            except ValueError as error:
                self._fail(key, str(error))
                return ""
            if not isinstance(value, str):
                self._fail(key, "this key is no string; only strings can be keys", "quote it")
                return ""
            name = value
            if plain.anchor:
                self._shared[id(plain)] = name
        if name in seen:
            self._fail(key, f"this key stands already in line {seen[name]}; a key may occur once in a mapping")
        seen[name] = key.line
        return name
