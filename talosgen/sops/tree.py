"""What a SOPS file holds: ordered mappings and lists, leaves, and comments, which are items of their own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from talosgen.errors import InputError, Problem
from talosgen.goyaml.scalars import Timestamp
from talosgen.source import Span

__all__ = [
    "MAX_DEPTH",
    "Branch",
    "Comment",
    "Entry",
    "Items",
    "Leaf",
    "Tree",
    "branch",
    "plain",
    "same",
    "too_deep",
    "without_comments",
]

#: The deepest nesting of a SOPS file.
MAX_DEPTH: Final = 100

#: What a leaf can be.
Leaf = None | bool | int | float | str | Timestamp


class Comment(NamedTuple):
    """A comment, the text behind its ``#``. An inline one stands behind the value of the item that follows it."""

    text: str
    inline: bool = False

    def __repr__(self) -> str:
        # It may be secret.
        return "Comment(***)"


class Entry(NamedTuple):
    """A key of a mapping and its value."""

    key: str
    value: Any

    def __repr__(self) -> str:
        return f"Entry({self.key!r}, ***)"


class Branch(tuple["Entry | Comment", ...]):
    """A mapping: entries and comments, in order."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<Branch of {len(self)}>"


class Items(tuple[Any, ...]):
    """A list: values and comments, in order."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<Items of {len(self)}>"


#: The documents of a file.
Tree = tuple[Branch, ...]


def branch(value: dict[str, Any]) -> Branch:
    """The branch of plain data: dicts, lists and leaves. Raises InputError for nesting beyond ``MAX_DEPTH``."""
    built = _build(value, 0)
    assert isinstance(built, Branch)
    return built


def too_deep(place: Span | None = None, path: str = "") -> InputError:
    """The error for nesting beyond ``MAX_DEPTH``."""
    return InputError(Problem(f"nesting deeper than {MAX_DEPTH} levels cannot be encrypted", place, path))


def _build(value: Any, depth: int) -> Any:
    if depth > MAX_DEPTH:
        raise too_deep()
    if isinstance(value, dict):
        return Branch(Entry(key, _build(item, depth + 1)) for key, item in value.items())
    if isinstance(value, (list, tuple)):
        return Items(_build(item, depth + 1) for item in value)
    return value


def plain(value: Any) -> Any:
    """The plain data of a branch, of items or of a leaf: comments fall away."""
    if isinstance(value, Branch):
        return {item.key: plain(item.value) for item in value if isinstance(item, Entry)}
    if isinstance(value, Items):
        return [plain(item) for item in value if not isinstance(item, Comment)]
    return value


def without_comments(tree: Iterable[Branch]) -> Tree:
    """The same documents with no comment in them."""
    return tuple(branch(plain(document)) for document in tree)


def same(left: Any, right: Any) -> bool:
    """Whether two trees, or parts of them, are the same to the last type: 1, 1.0 and true differ, NaN is itself."""
    work = [(left, right)]
    while work:
        left, right = work.pop()
        if left is right:
            continue
        if type(left) is not type(right):
            return False
        if isinstance(left, tuple):
            if len(left) != len(right):
                return False
            work += zip(left, right, strict=True)
        elif isinstance(left, float):
            # As text: zero has a sign, and NaN is not equal to itself.
            if repr(left) != repr(right):
                return False
        elif left != right:
            return False
    return True
