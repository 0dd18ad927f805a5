"""Nodes to plain values where no type is given: Go's ``any`` (go-yaml v4 rc.6, decoding rules)."""

from __future__ import annotations

import base64
import binascii
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any, Final

from talosgen.goyaml import scalars
from talosgen.goyaml.node import ALIAS, MAPPING, SCALAR, SEQUENCE, Node

__all__ = ["OMITTED", "Fail", "construct", "duplicates", "follow", "merged_pairs", "pairs", "scalar"]

#: Reports a fault at a node.
Fail = Callable[[Node, str], None]


class _Omitted:
    __slots__ = ()

    def __repr__(self) -> str:
        return "OMITTED"


#: What a plain ``<<`` makes of the place it stands in: nothing at all.
OMITTED: Final = _Omitted()


def follow(node: Node) -> Node:
    """The node that an alias stands for; any other node itself."""
    while node.kind == ALIAS:
        node = node.value
    return node


def pairs(node: Node) -> Iterator[tuple[Node, Node]]:
    """The keys and values of a mapping node, as written."""
    it = iter(node.value)
    return zip(it, it, strict=True)


def duplicates(node: Node, fail: Fail) -> bool:
    """Report each key of a mapping that repeats an earlier one, by node kind and text; any found?"""
    seen: dict[tuple[int, str], Node] = {}
    found = False
    for key in node.value[::2]:
        text = key.value if key.kind == SCALAR else key.anchor if key.kind == ALIAS else ""
        first = seen.setdefault((key.kind, text), key)
        if first is not key:
            found = True
            fail(key, f"this key stands already in line {first.line}; a key may occur once in a mapping")
    return found


def merged_pairs(node: Node, fail: Fail) -> list[tuple[Node, Node]]:
    """The pairs of a mapping once its merge keys (``<<``) are followed: the first to name a key wins."""
    out: list[tuple[Node, Node]] = []
    seen: set[tuple[str, str]] = set()
    waiting = deque([node])
    while waiting:
        current = waiting.popleft()
        sources: list[Node] = []
        for key, value in pairs(current):
            if key.tag == "!!merge":
                sources.extend(_merge_sources(value, fail))
                continue
            plain = follow(key)
            identity = (plain.tag, plain.value) if plain.kind == SCALAR else ("", str(id(plain)))
            if identity not in seen:
                seen.add(identity)
                out.append((key, value))
        waiting.extendleft(reversed(sources))
    return out


def _merge_sources(value: Node, fail: Fail) -> list[Node]:
    value = follow(value)
    if value.kind == MAPPING:
        return [value]
    if value.kind == SEQUENCE:
        sources = [follow(item) for item in value.value]
        if all(item.kind == MAPPING for item in sources):
            return sources
    fail(value, "a merge key takes a mapping or a list of mappings")
    return []


def scalar(node: Node) -> Any:
    """The value of a scalar node into ``any``. Raises ValueError when its explicit tag cannot hold."""
    tag: str = node.tag
    text: str = node.value
    if tag == "!!str":
        return text
    if tag == "!!null":
        if node.explicit and scalars.resolve(text) != "!!null":
            raise ValueError("this text is no null, as its tag says")
        return None
    if tag == "!!bool":
        if scalars.resolve(text) != "!!bool":
            raise ValueError("this text is no boolean, as its tag says")
        return text[0] in "tT"
    if tag == "!!int":
        value = scalars.integer(text) if scalars.resolve(text) == "!!int" else None
        if value is None:
            raise ValueError("this text is no integer, as its tag says")
        return value
    if tag == "!!float":
        resolved = scalars.resolve(text)
        if resolved == "!!int":
            whole = scalars.integer(text)
            return None if whole is None else float(whole)
        number = scalars.real(text) if resolved == "!!float" else None
        if number is None:
            raise ValueError("this text is no number, as its tag says")
        return number
    if tag == "!!timestamp":
        stamp = scalars.timestamp(text)
        if stamp is None:
            raise ValueError("this text is no timestamp, as its tag says")
        return stamp
    if tag == "!!binary":
        try:
            data = base64.b64decode(text.replace("\n", "").replace("\r", ""), validate=True)
        except (binascii.Error, ValueError):
            raise ValueError("this text is no base64, as its tag says") from None
        return data.decode("utf-8", "surrogateescape")
    if tag == "!!merge":
        return OMITTED
    return text


def construct(root: Node, fail: Fail) -> Any:
    """The plain value of a node: dict, list, str, int, float, bool, None, Timestamp.

    Keys of a mapping are str, int, None, Timestamp, or Key (of a bool or float). Faults go to
    ``fail``; the value is then of no use. Iterative: depth costs no stack.
    """
    holder: list[Any] = [None]
    work: list[tuple[Node, Any, Any]] = [(follow(root), holder, 0)]
    while work:
        node, container, slot = work.pop()
        value: Any
        if node.kind == SCALAR:
            value = _scalar(node, fail)
            if value is OMITTED:
                value = None
        elif node.kind == SEQUENCE:
            items = [item for item in map(follow, node.value) if item.tag != "!!merge"]
            value = [None] * len(items)
            for index, item in enumerate(items):
                if item.kind == SCALAR:
                    value[index] = _scalar(item, fail)
                else:
                    work.append((item, value, index))
        else:
            value = {}
            for key, item in _entries(node, fail):
                if item.kind == SCALAR:
                    content = _scalar(item, fail)
                    if content is not OMITTED:
                        value[key] = content
                else:
                    value[key] = None
                    work.append((item, value, key))
        container[slot] = value
    return holder[0]


def _scalar(node: Node, fail: Fail) -> Any:
    try:
        return scalar(node)
    except ValueError as error:
        fail(node, str(error))
        return None


def _entries(node: Node, fail: Fail) -> Iterator[tuple[Any, Node]]:
    """The keys, as values, and the nodes of a mapping; merge keys followed."""
    if duplicates(node, fail):
        return
    merging = any(key.tag == "!!merge" for key in node.value[::2])
    for key, item in merged_pairs(node, fail) if merging else pairs(node):
        plain = follow(key)
        if plain.kind != SCALAR:
            fail(plain, "a list or a mapping cannot be a key")
            continue
        name = _scalar(plain, fail)
        yield (scalars.Key(name) if isinstance(name, (bool, float)) else name), follow(item)
