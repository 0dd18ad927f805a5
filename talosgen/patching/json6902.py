"""JSON6902 patches, as Talos v1.14.1 applies them: to the JSON form of a config of one document."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from talosgen.errors import InputError, Problem
from talosgen.goyaml import json, yaml2
from talosgen.goyaml.construct import construct, follow
from talosgen.goyaml.json import Raw
from talosgen.goyaml.node import MAPPING, SCALAR, SEQUENCE, Node
from talosgen.goyaml.reader import read_first
from talosgen.source import Span

__all__ = ["JSONPatch", "Operation"]


class _GivenNull(Raw):
    """The null that a YAML operation gives as value: not the same as nothing, unlike a document's null."""

    __slots__ = ()


class Operation(NamedTuple):
    """One operation: its members as trees of JSON, and where it was written."""

    members: dict[str, Any]
    place: Span

    def text(self, name: str) -> str:
        """A member that is a text. Raises ValueError."""
        raw = self.members.get(name)
        if not isinstance(raw, Raw) or not isinstance(raw.value, str) or raw[0] != '"':
            raise ValueError(f"the operation has no {name}")
        value: str = raw.value
        return value


class JSONPatch(NamedTuple):
    """Operations in order."""

    operations: tuple[Operation, ...]
    source: str

    @classmethod
    def load(cls, text: str, source: str = "<patch>") -> JSONPatch | None:
        """The patch of a JSON list of operations, or of the same list in YAML; None when it is neither.

        Raises InputError for a list that JSON cannot hold. An empty text is a patch without operations.
        """
        try:
            tree = json.load(text)
        except ValueError:
            return cls._from_yaml(text, source)
        if isinstance(tree, Raw) and tree == "null":
            return cls((), source)
        if not isinstance(tree, list) or not all(isinstance(item, dict) or item == "null" for item in tree):
            return None
        # In JSON a member that is null is one that is missing; in YAML it is null.
        members = [
            {key: part for key, part in item.items() if part != "null"} if isinstance(item, dict) else {}
            for item in tree
        ]
        return cls(tuple(Operation(item, Span(source)) for item in members), source)

    @classmethod
    def _from_yaml(cls, text: str, source: str) -> JSONPatch | None:
        root = read_first(text, source)
        node = None if root is None else follow(root)
        if node is None or (node.kind == SCALAR and node.tag == "!!null"):
            return cls((), source)
        if node.kind != SEQUENCE:
            return None
        problems: list[Problem] = []

        def fail(node: Node, message: str) -> None:
            problems.append(Problem(message, Span(source, node.line, node.column)))

        operations = []
        for item in map(follow, node.value):
            if item.kind == SCALAR and item.tag == "!!null":
                continue
            if item.kind != MAPPING:
                return None
            place = Span(source, item.line, item.column)
            value = construct(item, fail)
            try:
                members = json.dump({str(key): part for key, part in value.items()})
                given = {key: _GivenNull(part) if part == "null" else part for key, part in members.items()}
                operations.append(Operation(given, place))
            except ValueError as error:
                problems.append(Problem(f"the operation cannot be written as JSON: {error}", place))
        if problems:
            raise InputError(problems)
        return cls(tuple(operations), source)

    def apply(self, text: str, source: str) -> str:
        """The text of a config once the operations are applied. Raises InputError at the first that fails."""
        tree = yaml2.to_json(text, source)
        for number, operation in enumerate(self.operations, 1):
            try:
                tree = _apply(tree, operation)
            except ValueError as error:
                path = operation.members.get("path")
                where = path.value if isinstance(path, Raw) and path[0] == '"' else ""
                raise InputError(Problem(f"operation {number}: {error}", operation.place, where)) from None
        return yaml2.emit(tree)


_NULL = Raw("null")


def _split(path: str) -> list[str]:
    return [part.replace("~1", "/").replace("~0", "~") for part in path.split("/")[1:]]


def _index(token: str) -> int:
    if re.fullmatch(r"[-+]?[0-9]+", token) is None:
        raise ValueError("expected the position of an element")
    return int(token)


def _position(token: str, size: int) -> int:
    """A position in a list of ``size`` elements; a negative one counts from the end."""
    index = _index(token)
    if not -size <= index < size:
        raise ValueError("the list has no element at this position")
    return index % size if size else index


def _get(tree: Any, token: str) -> Any:
    """A member or element; None when a member is not there."""
    return tree.get(token) if isinstance(tree, dict) else tree[_position(token, len(tree))]


def _container(tree: Any, tokens: list[str]) -> Any:
    """What holds the last token of a path. Raises ValueError when it is not there or holds nothing."""
    for token in [None, *tokens[:-1]]:
        try:
            tree = tree if token is None else _get(tree, token)
        except ValueError:
            tree = None
        if not isinstance(tree, (dict, list)):
            raise ValueError("the path leads through what is not there")
    return tree


def _with(tree: Any, tokens: list[str], change: Any) -> Any:
    """A tree in which the container of a path is replaced by what ``change`` makes of it."""
    if len(tokens) == 1:
        return change(tree, tokens[0])
    token = tokens[0]
    inner = _with(_get(tree, token), tokens[1:], change)
    if isinstance(tree, dict):
        return {**tree, token: inner}
    index = _position(token, len(tree))
    return [*tree[:index], inner, *tree[index + 1 :]]


def _change(tree: Any, path: str, change: Any) -> Any:
    """A tree in which ``change`` is done to what holds the last token of a path. Raises ValueError."""
    tokens = _split(path)
    if not tokens:
        raise ValueError("a path is due that names a member or an element")
    _container(tree, tokens)
    return _with(tree, tokens, change)


def _add(tree: Any, path: str, value: Any) -> Any:
    def change(holder: Any, token: str) -> Any:
        if isinstance(holder, dict):
            return {**holder, token: value}
        size = len(holder)
        index = size if token == "-" else _index(token)
        if not -size - 1 <= index <= size:
            raise ValueError("the list has no place at this position")
        if index < 0:
            index += size + 1
        return [*holder[:index], value, *holder[index:]]

    return _change(tree, path, change)


def _remove(tree: Any, path: str) -> Any:
    def change(holder: Any, token: str) -> Any:
        if isinstance(holder, dict):
            if token not in holder:
                raise ValueError("there is nothing here to remove")
            return {key: item for key, item in holder.items() if key != token}
        index = _position(token, len(holder))
        return [*holder[:index], *holder[index + 1 :]]

    return _change(tree, path, change)


def _replace(tree: Any, path: str, value: Any) -> Any:
    if not _split(path):
        if value is None or (isinstance(value, Raw) and value != "null"):
            raise ValueError("the whole document can be replaced by an object or a list only")
        return value

    def change(holder: Any, token: str) -> Any:
        if isinstance(holder, dict):
            return {**holder, token: value}
        index = _position(token, len(holder))
        return [*holder[:index], value, *holder[index + 1 :]]

    return _change(tree, path, change)


def _find(tree: Any, path: str) -> Any:
    """What stands at a path; None for a member that is not there."""
    tokens = _split(path)
    if not tokens:
        return tree
    return _get(_container(tree, tokens), tokens[-1])


def _same(a: Any, b: Any) -> bool:
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(_same(a[key], b[key]) for key in a)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(_same, a, b))
    # Scalars are compared by their text, as the library that Talos uses does.
    return type(a) is type(b) and a == b


def _apply(tree: Any, operation: Operation) -> Any:
    try:
        op = operation.text("op")
    except ValueError:
        op = ""
    if op not in ("add", "remove", "replace", "test", "copy", "move"):
        raise ValueError("unknown op; expected add, remove, replace, test, copy or move")
    path = operation.text("path")
    value = operation.members.get("value", _NULL)
    if op == "add":
        return _add(tree, path, value)
    if op == "remove":
        return _remove(tree, path)
    if op == "replace":
        return _replace(tree, path, value if path else operation.members.get("value"))
    if op == "test":
        found, wanted = _find(tree, path), operation.members.get("value")
        # What is null or not there equals a missing value alone: a null that YAML gives is a value.
        nothing = found is None or (type(found) is Raw and found == "null")
        if (wanted is not None) if nothing else not _same(found, wanted):
            raise ValueError("the test failed")
        return tree
    origin = operation.text("from")
    if not _split(origin):
        raise ValueError("a from is due that names a member or an element")
    found = _find(tree, origin)
    if op == "move":
        tree = _remove(tree, origin)
    return _add(tree, path, _NULL if found is None else found)
