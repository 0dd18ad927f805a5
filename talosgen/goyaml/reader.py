"""Text to node trees, as go-yaml v4 rc.6 reads it.

Two ways give the same trees: PyYAML's libyaml, fast, for texts in which it agrees with go-yaml; and a
parser of our own (``parser``) for the rest, for the verdict on what libyaml refuses, and where there is no
libyaml.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from typing import Any, Final

from talosgen.errors import InputError, Problem
from talosgen.goyaml.node import (
    ALIAS,
    DOUBLE,
    FLOW,
    FOLDED,
    LITERAL,
    MAPPING,
    PLAIN,
    SCALAR,
    SEQUENCE,
    SINGLE,
    Node,
)  # fmt: skip
from talosgen.goyaml.scalars import resolve
from talosgen.source import Span

__all__ = ["MAX_NODES", "MAX_SIZE", "read", "read_first"]

#: The largest text, in bytes.
MAX_SIZE: Final = 16 * 1024 * 1024
#: The largest tree once aliases are followed, in nodes.
MAX_NODES: Final = 1_000_000

# Where libyaml takes a text that go-yaml refuses, makes another tree of it, or puts a node elsewhere:
# directives, `\\/`, tags with flow indicators, explicit keys, `?` in flow, empty values in flow, a byte-order
# mark inside, a block scalar at the root.
_SCREEN: Final = (
    r"(?m)(?:^|[\r\x85\u2028\u2029])%|\\/|(?:^|[\s\[{,])!\S*[,\[\]{}]|(?:^|[\s:\-\[{,])\?(?:\s|\Z)|[\[{,]\s*\?\S|[\[{][^\]}]*\?\s|:\s*[\],}]"
    r"|(?<!\A)\ufeff|(?:^|[\r\x85\u2028\u2029])(?:---[ \t]+(?:\S+[ \t]+)*)?[|>]"
)

# In characters; and how many this process has read without libyaml.
_LITTLE: Final = 32_768
_read = 0

_STYLES: Final = {None: PLAIN, "": PLAIN, "'": SINGLE, '"': DOUBLE, "|": LITERAL, ">": FOLDED}
_CORE: Final = "tag:yaml.org,2002:"


def read(text: str | bytes, source: str = "<text>") -> list[Node]:
    """The root node of each document of a stream; an empty document is a null scalar.

    Raises InputError, with the place, for text that is no YAML to go-yaml, that is larger than
    ``MAX_SIZE``, or whose aliases stand for more than ``MAX_NODES`` nodes.
    """
    return list(_documents(text, source, first=False))


def read_first(text: str | bytes, source: str = "<text>") -> Node | None:
    """The root node of the first document, whatever follows it; None when there is no document."""
    for root in _documents(text, source, first=True):
        return root
    return None


def _documents(data: str | bytes, source: str, first: bool) -> Iterator[Node]:
    text = decode(data, source)
    roots = None
    if _worth_libyaml(text) and re.search(_SCREEN, text) is None:
        roots = _with_libyaml(text, first)
    # How far go-yaml looks beyond the first document matters where its end is not yet plain.
    if roots is None or (first and roots and (roots[0].kind == SCALAR or roots[0].style == FLOW)):
        from talosgen.goyaml.parser import parse

        roots = parse(text, source, first)
    if "*" in text:
        for root in roots:
            _bounded(root, source)
    yield from roots


def _worth_libyaml(text: str) -> bool:
    """Whether to load libyaml: reading little takes less time without it."""
    global _read
    if "yaml" in sys.modules:
        return True
    _read += len(text)
    return _read > _LITTLE


def decode(data: str | bytes, source: str) -> str:
    """The characters of a text: UTF-8, or UTF-16 behind a byte-order mark, which is taken off."""
    if isinstance(data, str):
        text = data
        if len(text) * 4 > MAX_SIZE and len(text.encode("utf-8", "surrogatepass")) > MAX_SIZE:
            raise _too_large(source)
    else:
        if len(data) > MAX_SIZE:
            raise _too_large(source)
        encoding = "utf-8"
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            encoding = "utf-16"
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            column = len(data[data.rfind(b"\n", 0, error.start) + 1 : error.start].decode(encoding, "replace")) + 1
            problem = Problem("these bytes are no text", Span(source, line, column), remedy="save the file as UTF-8")
            raise InputError(problem) from None
    # go-yaml passes over a doubled mark as well; a third one is content.
    return text.removeprefix("\ufeff").removeprefix("\ufeff")


def _too_large(source: str) -> InputError:
    return InputError(Problem("the text is larger than 16 MiB", Span(source)))


def _with_libyaml(text: str, first: bool) -> list[Node] | None:
    """The roots as libyaml sees them; None when it refuses the text or is not there."""
    try:
        from yaml import YAMLError
        from yaml._yaml import CParser
    except ImportError:
        return None
    try:
        parser = CParser(text)
    except UnicodeEncodeError:
        return None
    try:
        return _compose(parser.get_event, first)
    except (YAMLError, _UnknownAliasError):
        return None
    finally:
        parser.dispose()


class _UnknownAliasError(Exception):
    """An alias without an anchor, or inside its own."""


def _compose(next_event: Any, first: bool) -> list[Node]:
    """Nodes of parser events, without recursion."""
    roots: list[Node] = []
    anchors: dict[str, Node] = {}
    # The collections that are open, and the list that takes the next node.
    stack: list[tuple[list[Node], Node]] = []
    items = roots
    while True:
        event = next_event()
        kind = event.__class__.__name__
        if kind == "ScalarEvent":
            mark = event.start_mark
            style = _STYLES[event.style]
            value = event.value
            tag = event.tag
            if tag is not None:
                node = Node(SCALAR, _short(tag), value, mark.line + 1, mark.column + 1, style, True)
            else:
                node = Node(
                    SCALAR, resolve(value) if style == PLAIN else "!!str", value, mark.line + 1, mark.column + 1,
                    style,
                )  # fmt: skip
            items.append(node)
            if event.anchor is not None:
                node.anchor = event.anchor
                anchors[event.anchor] = node
        elif kind == "MappingStartEvent" or kind == "SequenceStartEvent":
            mark = event.start_mark
            mapping = kind == "MappingStartEvent"
            tag = event.tag
            inner: list[Node] = []
            node = Node(
                MAPPING if mapping else SEQUENCE,
                ("!!map" if mapping else "!!seq") if tag is None else _short(tag),
                inner, mark.line + 1, mark.column + 1, FLOW if event.flow_style else PLAIN, tag is not None,
            )  # fmt: skip
            items.append(node)
            if event.anchor is not None:
                node.anchor = event.anchor
                anchors[event.anchor] = node
            stack.append((items, node))
            items = inner
        elif kind == "MappingEndEvent" or kind == "SequenceEndEvent":
            items, _ = stack.pop()
        elif kind == "AliasEvent":
            target = anchors.get(event.anchor)
            if target is None or any(node is target for _, node in stack):
                raise _UnknownAliasError
            mark = event.start_mark
            items.append(Node(ALIAS, "", target, mark.line + 1, mark.column + 1, anchor=event.anchor))
        elif kind == "DocumentEndEvent":
            if first:
                return roots
        elif kind == "StreamEndEvent":
            return roots


def _short(tag: str) -> str:
    return f"!!{tag[len(_CORE) :]}" if tag.startswith(_CORE) else tag


def _bounded(root: Node, source: str) -> None:
    """Refuse a tree that grows beyond all bounds when its aliases are followed."""
    # The size of each anchored tree, found once: children before parents.
    sizes: dict[int, int] = {}
    work: list[tuple[Node, bool]] = [(root, False)]
    while work:
        node, ready = work.pop()
        if id(node) in sizes:
            continue
        if node.kind == SCALAR:
            sizes[id(node)] = 1
            continue
        children: list[Node] = [node.value] if node.kind == ALIAS else node.value
        if not ready:
            work.append((node, True))
            work.extend((child, False) for child in children if id(child) not in sizes)
            continue
        size = sum(sizes[id(child)] for child in children) + (node.kind != ALIAS)
        if size > MAX_NODES:
            raise InputError(
                Problem(
                    "aliases stand for more than a million nodes",
                    Span(source, node.line, node.column),
                    remedy="write out less by aliases",
                )
            )
        sizes[id(node)] = size
