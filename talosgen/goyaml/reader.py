"""Text to node trees, as go-yaml v4 rc.6 reads it.

Two ways give the same trees: PyYAML's libyaml, fast, for texts in which it agrees with go-yaml; and a
parser of our own (``parser``) for the rest, for the verdict on what libyaml refuses, and where there is no
libyaml.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from typing import Any, Final, NoReturn

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
from talosgen.goyaml.tokens import MAX_DEPTH
from talosgen.source import MAX_SIZE, Span

__all__ = ["MAX_NODES", "read", "read_first"]

#: The largest tree once aliases are followed, in nodes.
MAX_NODES: Final = 1_000_000

# Where libyaml takes a text that go-yaml refuses, makes another tree of it, or puts a node elsewhere. Each
# pattern is tried only where its character occurs, and none looks at a character more than a few times.
_DIRECTIVE: Final = "(?:\\A|[\n\r\x85\u2028\u2029])%"
_HARD_TAG: Final = r"(?:\A|[\s\[{,])![^\s,\[\]{}]*(?:[,\[\]{}]|%00)"
_LONGER_ANCHOR: Final = r"[&*][\w-]+[?%@`]"
_EXPLICIT_KEY: Final = r"(?:\A|[\s:\-])\?(?:\s|\Z)"
_QUESTION_IN_FLOW: Final = r"[\s:\-\[{,]\?|\?(?:\s|\Z)"

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
    if _worth_libyaml(text) and libyaml_agrees(text):
        roots = with_libyaml(text, first)
    if roots is None:
        from talosgen.goyaml.parser import parse

        roots = parse(text, source, first)
    if "*" in text:
        _bounded(roots, source)
    yield from roots


def _worth_libyaml(text: str) -> bool:
    """Whether to load libyaml: reading little takes less time without it."""
    global _read
    if "yaml" in sys.modules:
        return True
    _read += len(text)
    return _read > _LITTLE


def libyaml_agrees(text: str) -> bool:
    """Whether libyaml, if it takes a text, makes go-yaml's tree of it, but for what the tree itself shows."""
    if "\ufeff" in text or "\\/" in text:
        return False
    if "%" in text and re.search(_DIRECTIVE, text):
        return False
    if "!" in text and re.search(_HARD_TAG, text):
        return False
    if ("&" in text or "*" in text) and re.search(_LONGER_ANCHOR, text):
        return False
    if "?" not in text:
        return True
    flow = re.search(r"[\[{]", text)
    in_flow = flow is not None and re.compile(_QUESTION_IN_FLOW).search(text, flow.start())
    return not in_flow and re.search(_EXPLICIT_KEY, text) is None


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
    return text.removeprefix("\ufeff")


def _too_large(source: str) -> InputError:
    return InputError(Problem("the text is larger than 16 MiB", Span(source)))


def with_libyaml(text: str, first: bool) -> list[Node] | None:
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
    except (YAMLError, _NotForLibyamlError):
        return None
    finally:
        parser.dispose()


class _NotForLibyamlError(Exception):
    """Here libyaml's tree is not go-yaml's, or a fault has to be told with its place."""


def _compose(next_event: Any, first: bool) -> list[Node]:
    """Nodes of parser events, without recursion."""
    roots: list[Node] = []
    anchors: dict[str, Node] = {}
    # The collections that are open, and the parts of those with an anchor.
    stack: list[Node] = []
    inside: set[int] = set()
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
            if not stack:
                if style in (LITERAL, FOLDED):
                    # go-yaml lets its text begin in the first column, markers and comments included.
                    raise _NotForLibyamlError
            elif not value and style == PLAIN and stack[-1].style == FLOW:
                # go-yaml sees nothing in other places.
                raise _NotForLibyamlError
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
                inside.add(id(inner))
            if len(stack) == MAX_DEPTH:
                # Older releases of libyaml have no bound.
                raise _NotForLibyamlError
            stack.append(node)
            items = inner
        elif kind == "MappingEndEvent" or kind == "SequenceEndEvent":
            if inside:
                inside.discard(id(items))
            stack.pop()
            items = stack[-1].value if stack else roots
        elif kind == "AliasEvent":
            target = anchors.get(event.anchor)
            if target is None or id(target.value) in inside:
                raise _NotForLibyamlError
            mark = event.start_mark
            items.append(Node(ALIAS, "", target, mark.line + 1, mark.column + 1, anchor=event.anchor))
        elif kind == "DocumentEndEvent":
            if first:
                if next_event().__class__.__name__ != "StreamEndEvent":
                    # How far go-yaml looks into what follows is for the exact parser to tell.
                    raise _NotForLibyamlError
                return roots
        elif kind == "StreamEndEvent":
            return roots


def _short(tag: str) -> str:
    return f"!!{tag[len(_CORE) :]}" if tag.startswith(_CORE) else tag


def _bounded(roots: list[Node], source: str) -> None:
    """Refuse a stream that grows beyond all bounds when its aliases are followed."""
    # The size of each tree, found once, whatever refers to it: children before parents.
    sizes: dict[int, int] = {}
    total = 0
    aliased = False
    for root in roots:
        work: list[tuple[Node, bool]] = [(root, False)]
        while work:
            node, ready = work.pop()
            if id(node) in sizes:
                continue
            if node.kind == SCALAR:
                sizes[id(node)] = 1
                continue
            if node.kind == ALIAS:
                aliased = True
                children: list[Node] = [node.value]
            else:
                children = node.value
            if not ready:
                work.append((node, True))
                work.extend((child, False) for child in children if id(child) not in sizes)
                continue
            size = sum(sizes[id(child)] for child in children) + (node.kind != ALIAS)
            if size > MAX_NODES and aliased:
                _too_many(node, source)
            sizes[id(node)] = size
        total += sizes[id(root)]
        if total > MAX_NODES and aliased:
            _too_many(root, source)


def _too_many(node: Node, source: str) -> NoReturn:
    place = Span(source, node.line, node.column)
    raise InputError(Problem("aliases stand for more than a million nodes", place, remedy="write out less by aliases"))
