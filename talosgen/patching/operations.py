"""The operations of JSON6902 on trees of JSON, as the library that Talos v1.14.1 uses has them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from talosgen.goyaml.json import Raw
from talosgen.source import Span

__all__ = ["GivenNull", "Operation", "apply", "names_element", "split", "text_of"]


def text_of(tree: Any) -> str | None:
    """The text that a tree of JSON is; None when it is none."""
    if not isinstance(tree, Raw) or tree[0] != '"':
        return None
    value: str = tree.value
    return value


class GivenNull(Raw):
    """The null that a YAML operation gives as value: not the same as nothing, unlike a document's null."""

    __slots__ = ()


class Operation(NamedTuple):
    """One operation: its members as trees of JSON, and where it was written."""

    members: dict[str, Any]
    place: Span

    def text(self, name: str) -> str:
        """A member that is a text. Raises ValueError."""
        text = text_of(self.members.get(name))
        if text is None:
            raise ValueError(f"the operation has no {name}")
        return text

    def __repr__(self) -> str:
        # No values: they may be secret.
        return f"<Operation {self.place}>"

    def text_or_none(self, name: str) -> str | None:
        """A member that is a text; None where there is none."""
        return text_of(self.members.get(name))


#: Does something to what holds the last token of a path, and gives what it is then.
_Change = Callable[[Any, str], Any]
_NULL: Final = Raw("null")
_NAMES: Final = ("add", "remove", "replace", "test", "copy", "move")


def split(path: str) -> list[str]:
    """The tokens of a path."""
    return [part.replace("~1", "/").replace("~0", "~") for part in path.split("/")[1:]]


def names_element(tokens: list[str]) -> bool:
    """Whether the last token can name an element of a list; a member can be called so as well."""
    return bool(tokens) and (tokens[-1] == "-" or tokens[-1].lstrip("+-").isdigit())


class _NotThereError(ValueError):
    """The path ends before its last token."""


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
            raise _NotThereError("the path leads through what is not there")
    return tree


def _with(tree: Any, tokens: list[str], change: _Change) -> Any:
    """A tree in which the container of a path is replaced by what ``change`` makes of it."""
    if len(tokens) == 1:
        return change(tree, tokens[0])
    token = tokens[0]
    inner = _with(_get(tree, token), tokens[1:], change)
    if isinstance(tree, dict):
        return {**tree, token: inner}
    index = _position(token, len(tree))
    return [*tree[:index], inner, *tree[index + 1 :]]


def _change(tree: Any, path: str, change: _Change) -> Any:
    """A tree in which ``change`` is done to what holds the last token of a path. Raises ValueError."""
    tokens = split(path)
    if not tokens:
        raise ValueError("a path is due that names a member or an element")
    _container(tree, tokens)
    return _with(tree, tokens, change)


def _adding(value: Any, united: bool) -> _Change:
    def change(holder: Any, token: str) -> Any:
        if isinstance(holder, dict):
            return {**holder, token: value}
        if united and any(_same(item, value) for item in holder):
            return holder
        size = len(holder)
        index = size if token == "-" else _index(token)
        if not -size - 1 <= index <= size:
            raise ValueError("the list has no place at this position")
        if index < 0:
            index += size + 1
        return [*holder[:index], value, *holder[index:]]

    return change


def _removing(united: bool) -> _Change:
    def change(holder: Any, token: str) -> Any:
        if isinstance(holder, dict):
            if token not in holder and not united:
                raise ValueError("there is nothing here to remove")
            return {key: item for key, item in holder.items() if key != token}
        if united:
            raise ValueError("removing an element again would remove the next one; replace the list instead")
        index = _position(token, len(holder))
        return [*holder[:index], *holder[index + 1 :]]

    return change


def _replacing(value: Any, grown: bool) -> _Change:
    def change(holder: Any, token: str) -> Any:
        if isinstance(holder, dict):
            return {**holder, token: value}
        if grown:
            raise ValueError("the patch adds to this list: which element this is changes")
        index = _position(token, len(holder))
        return [*holder[:index], value, *holder[index + 1 :]]

    return change


def _find(tree: Any, path: str) -> Any:
    """What stands at a path; None for a member that is not there."""
    tokens = split(path)
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


def apply(tree: Any, operation: Operation, *, united: bool = False, grown: bool = False) -> Any:
    """A tree with one operation done to it. Raises ValueError when it does not apply.

    ``united``: repeating it changes nothing: what a list has is not added to it, what is absent is removed
    already, elements are not removed or copied to. ``grown``: the patch adds to the list that this path ends in.
    """
    op = operation.text_or_none("op")
    if op not in _NAMES:
        raise ValueError(f"unknown op; expected {', '.join(_NAMES[:-1])} or {_NAMES[-1]}")
    path = operation.text("path")
    value = operation.members.get("value", _NULL)
    if op == "add":
        return _change(tree, path, _adding(value, united))
    if op == "remove":
        try:
            return _change(tree, path, _removing(united))
        except _NotThereError:
            if united:
                return tree
            raise
    if op == "replace":
        if split(path):
            return _change(tree, path, _replacing(value, grown))
        value = operation.members.get("value")
        if value is None or (isinstance(value, Raw) and value != "null"):
            raise ValueError("the whole document can be replaced by an object or a list only")
        return value
    if op == "test":
        found, wanted = _find(tree, path), operation.members.get("value")
        # What is null or not there equals a missing value alone: a null that YAML gives is a value.
        nothing = found is None or (type(found) is Raw and found == "null")
        if (wanted is not None) if nothing else not _same(found, wanted):
            raise ValueError("the test failed")
        return tree
    origin = operation.text("from")
    if not split(origin):
        raise ValueError("a from is due that names a member or an element")
    found = _find(tree, origin)
    if op == "move":
        tree = _change(tree, origin, _removing(united))
    if united and isinstance(_container(tree, split(path)), list):
        raise ValueError("copying into a list again would add another element")
    return _change(tree, path, _adding(_NULL if found is None else found, united))
