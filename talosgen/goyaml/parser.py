"""Tokens to nodes: the exact parser. Iterative, so that depth costs no stack."""

from __future__ import annotations

from typing import Any, Final

from talosgen.goyaml import tokens as t
from talosgen.goyaml.node import ALIAS, FLOW, MAPPING, PLAIN, SCALAR, SEQUENCE, Node
from talosgen.goyaml.scalars import resolve
from talosgen.goyaml.scanner import Scanner
from talosgen.goyaml.tokens import Token

__all__ = ["parse"]

_CORE: Final = "tag:yaml.org,2002:"

# What an open collection is; a mapping waits for a key when its number of parts is even.
_BLOCK_SEQUENCE, _INDENTLESS, _BLOCK_MAPPING, _FLOW_SEQUENCE, _FLOW_MAPPING, _PAIR = range(6)

# Behind these tokens a block entry, key or value is empty.
_NO_ITEM: Final = frozenset((t.BLOCK_ENTRY, t.BLOCK_END))
_NO_INDENTLESS_ITEM: Final = frozenset((t.BLOCK_ENTRY, t.KEY, t.VALUE, t.BLOCK_END))
_NO_BLOCK_VALUE: Final = frozenset((t.KEY, t.VALUE, t.BLOCK_END))
_NO_FLOW_VALUE: Final = frozenset((t.VALUE, t.FLOW_ENTRY, t.FLOW_MAPPING_END, t.FLOW_SEQUENCE_END))


def parse(text: str, source: str, first: bool) -> list[Node]:
    """The root nodes of a stream, or of its first document alone. Raises InputError."""
    return _Parser(Scanner(text, source)).stream(first)


class _Parser:
    def __init__(self, tokens: Scanner) -> None:
        self._tokens = tokens
        self._anchors: dict[str, Node] = {}
        self._handles: dict[str, str] = {}
        self._stack: list[tuple[int, list[Node]]] = []
        # The parts of the open collections that have an anchor.
        self._inside: set[int] = set()
        # Flow mappings whose last key had no colon.
        self._bare: set[int] = set()

    def stream(self, first: bool) -> list[Node]:
        roots: list[Node] = []
        tokens = self._tokens
        implicit = True
        while True:
            while tokens.peek().kind == t.DOCUMENT_END:
                tokens.take()
            token = tokens.peek()
            if token.kind == t.STREAM_END:
                return roots
            self._handles = {"!": "!", "!!": _CORE}
            if token.kind in (t.DIRECTIVE, t.DOCUMENT_START):
                self._directives()
                token = tokens.peek()
                if token.kind != t.DOCUMENT_START:
                    self._fail(token, "a document is due here", "begin it with ---")
                tokens.take()
            elif not implicit:
                self._fail(token, "text behind the end of a document", "begin a new one with ---")
            self._root(roots)
            if first:
                tokens.look_ahead()
                return roots
            implicit = False
            if tokens.peek().kind == t.DOCUMENT_END:
                tokens.take()

    def _fail(self, token: Token, message: str, remedy: str = "") -> None:
        self._tokens.fail(message, token.line, token.column, remedy)

    def _directives(self) -> None:
        seen: set[str] = set()
        while self._tokens.peek().kind == t.DIRECTIVE:
            token = self._tokens.take()
            name, *words = token.value.split(" ", 2)
            what = name if name == "YAML" else words[0]
            if what in seen:
                self._fail(token, "this directive stands here twice")
            seen.add(what)
            if name == "TAG":
                self._handles[words[0]] = words[1]

    def _root(self, roots: list[Node]) -> None:
        tokens = self._tokens
        token = tokens.peek()
        if token.kind in (
            t.DIRECTIVE, t.DOCUMENT_START, t.DOCUMENT_END, t.STREAM_END,
        ):  # fmt: skip
            roots.append(_empty(token.line, token.column))
            return
        self._node(roots, block=True)
        steps = (
            self._block_sequence, self._indentless, self._block_mapping, self._flow_sequence,
            self._flow_mapping, self._pair,
        )  # fmt: skip
        while self._stack:
            kind, items = self._stack[-1]
            steps[kind](items)

    def _close(self) -> None:
        _, items = self._stack.pop()
        self._inside.discard(id(items))

    # -- what may follow in each collection ---------------------------------------------------------

    def _block_sequence(self, items: list[Node]) -> None:
        token = self._tokens.take()
        if token.kind == t.BLOCK_ENTRY:
            self._node_or_empty(items, token, _NO_ITEM, block=True)
        elif token.kind == t.BLOCK_END:
            self._close()
        else:
            self._fail(token, "an item of the list is due here", "begin it with a dash in the list's column")

    def _indentless(self, items: list[Node]) -> None:
        if self._tokens.peek().kind != t.BLOCK_ENTRY:
            self._close()
            return
        self._node_or_empty(items, self._tokens.take(), _NO_INDENTLESS_ITEM, block=True)

    def _block_mapping(self, items: list[Node]) -> None:
        token = self._tokens.peek()
        if len(items) % 2:
            if token.kind == t.VALUE:
                self._tokens.take()
                self._node_or_empty(items, token, _NO_BLOCK_VALUE, block=True, indentless=True)
            else:
                items.append(_empty(token.line, token.column))
        elif token.kind == t.KEY:
            self._tokens.take()
            self._node_or_empty(items, token, _NO_BLOCK_VALUE, block=True, indentless=True)
        elif token.kind == t.BLOCK_END:
            self._tokens.take()
            self._close()
        else:
            self._fail(token, "a key of the mapping is due here", "indent it like the keys before")

    def _flow_sequence(self, items: list[Node]) -> None:
        if not self._more(items, t.FLOW_SEQUENCE_END, "a comma or ] is due here"):
            return
        token = self._tokens.peek()
        if token.kind == t.KEY:
            self._tokens.take()
            pair = Node(MAPPING, "!!map", [], token.line, token.column, FLOW)
            items.append(pair)
            self._stack.append((_PAIR, pair.value))
            if self._tokens.peek().kind in _NO_FLOW_VALUE:
                # go-yaml passes over the token that shows the key to be empty.
                after = self._tokens.take()
                pair.value.append(_empty(after.line, after.end))
            else:
                self._node(pair.value)
        else:
            self._node(items)

    def _more(self, items: list[Node], end: int, message: str) -> bool:
        """Whether another part of a flow collection follows; its comma or its end is taken."""
        token = self._tokens.peek()
        if token.kind == end:
            self._tokens.take()
            self._close()
            return False
        if items:
            if token.kind != t.FLOW_ENTRY:
                self._fail(token, message)
            self._tokens.take()
            if self._tokens.peek().kind == end:
                self._tokens.take()
                self._close()
                return False
        return True

    def _flow_mapping(self, items: list[Node]) -> None:
        if len(items) % 2:
            self._flow_value(items)
            return
        if not self._more(items, t.FLOW_MAPPING_END, "a comma or } is due here"):
            return
        token = self._tokens.peek()
        if token.kind == t.KEY:
            self._tokens.take()
            self._node_or_next(items)
        else:
            # A key without a colon on its line: its value is empty, whatever follows.
            self._bare.add(id(items))
            self._node(items)

    def _flow_value(self, items: list[Node]) -> None:
        token = self._tokens.peek()
        if id(items) in self._bare:
            self._bare.discard(id(items))
            items.append(_empty(token.line, token.column))
        elif token.kind == t.VALUE:
            self._tokens.take()
            self._node_or_next(items)
        else:
            items.append(_empty(token.line, token.column))

    def _pair(self, items: list[Node]) -> None:
        token = self._tokens.peek()
        if len(items) % 2 == 0:
            self._close()
        elif token.kind != t.VALUE:
            items.append(_empty(token.line, token.column))
        else:
            self._tokens.take()
            if self._tokens.peek().kind in _NO_FLOW_VALUE:
                items.append(_empty(token.line, token.column))
            else:
                self._node(items)

    def _node_or_next(self, items: list[Node]) -> None:
        """A part of a flow mapping; an empty one stands where the next token begins."""
        token = self._tokens.peek()
        if token.kind in _NO_FLOW_VALUE:
            items.append(_empty(token.line, token.column))
        else:
            self._node(items)

    # -- nodes -------------------------------------------------------------------------------------

    def _node_or_empty(
        self,
        items: list[Node],
        before: Token,
        nothing: frozenset[int],
        block: bool = False,
        indentless: bool = False,
    ) -> None:
        if self._tokens.peek().kind in nothing:
            items.append(_empty(before.line, before.end))
        else:
            self._node(items, block, indentless)

    def _node(self, items: list[Node], block: bool = False, indentless: bool = False) -> None:
        """Append the node that follows; a collection stays open on the stack."""
        tokens = self._tokens
        token = tokens.peek()
        if token.kind == t.ALIAS:
            tokens.take()
            items.append(self._alias(token))
            return
        start = token
        anchor = tag = None
        while token.kind in (t.ANCHOR, t.TAG):
            if token.kind == t.ANCHOR:
                if anchor is not None:
                    break
                anchor = token
            else:
                if tag is not None:
                    break
                tag = token
            tokens.take()
            token = tokens.peek()
        name = None if tag is None else self._tag(tag)
        node: Node
        if indentless and token.kind == t.BLOCK_ENTRY:
            node = self._open(_INDENTLESS, SEQUENCE, name, start, PLAIN)
        elif token.kind == t.SCALAR:
            tokens.take()
            resolved = name or (resolve(token.value) if token.style == PLAIN else "!!str")
            node = Node(SCALAR, resolved, token.value, start.line, start.column, token.style, name is not None)
        elif token.kind in (t.FLOW_SEQUENCE, t.FLOW_MAPPING):
            tokens.take()
            if token.kind == t.FLOW_SEQUENCE:
                node = self._open(_FLOW_SEQUENCE, SEQUENCE, name, start, FLOW)
            else:
                node = self._open(_FLOW_MAPPING, MAPPING, name, start, FLOW)
        elif block and token.kind in (t.BLOCK_SEQUENCE, t.BLOCK_MAPPING):
            tokens.take()
            if token.kind == t.BLOCK_SEQUENCE:
                node = self._open(_BLOCK_SEQUENCE, SEQUENCE, name, start, PLAIN)
            else:
                node = self._open(_BLOCK_MAPPING, MAPPING, name, start, PLAIN)
        elif anchor is not None or tag is not None:
            node = _empty(start.line, start.column)
            if name is not None:
                node.tag = name
                node.explicit = True
        else:
            self._fail(token, "a value is due here")
            raise AssertionError
        items.append(node)
        if anchor is not None:
            node.anchor = anchor.value
            self._anchors[anchor.value] = node
            if node.kind != SCALAR:
                self._inside.add(id(node.value))

    def _open(self, kind: int, node_kind: int, tag: str | None, start: Token, style: int) -> Node:
        default = "!!seq" if node_kind == SEQUENCE else "!!map"
        items: list[Any] = []
        node = Node(node_kind, tag or default, items, start.line, start.column, style, tag is not None)
        self._stack.append((kind, items))
        return node

    def _alias(self, token: Token) -> Node:
        target = self._anchors.get(token.value)
        if target is None:
            self._fail(token, "an alias of an anchor that is not there", "define it earlier with &")
            raise AssertionError
        if id(target.value) in self._inside:
            self._fail(token, "an alias inside the value that it stands for")
        return Node(ALIAS, "", target, token.line, token.column, anchor=token.value)

    def _tag(self, token: Token) -> str:
        handle, _, suffix = token.value.partition(" ")
        if handle == "!" and not suffix:
            # No directive changes what a mark alone means.
            return "!"
        prefix = self._handles.get(handle, "" if not handle else None)
        if prefix is None:
            self._fail(token, "a tag handle that is not declared", "declare it with %TAG")
            raise AssertionError
        tag = prefix + suffix
        return f"!!{tag[len(_CORE) :]}" if tag.startswith(_CORE) else tag


def _empty(line: int, column: int) -> Node:
    return Node(SCALAR, "!!null", "", line, column)
