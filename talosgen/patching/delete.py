"""Delete statements of a patch, applied to typed trees (Talos v1.14.1)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from talosgen.config.codecs import ABSENT
from talosgen.config.decode import codec_for
from talosgen.config.mergers import MergeError
from talosgen.config.provenance import path_text
from talosgen.config.walk import opened
from talosgen.schema.table import Table, TypeExpr
from talosgen.source import Span

__all__ = ["Selector", "apply", "element_text", "matches", "target_type"]

_Path = tuple[str | int, ...]


class Selector(NamedTuple):
    """One delete statement: of which document, what in it (nothing: all of it), where it was written.

    For an element of a list the path ends in its position, and ``key`` and ``value`` say which element.
    """

    api_version: str
    kind: str
    name: str
    path: _Path
    key: str
    value: str
    place: Span

    def __repr__(self) -> str:
        # No value: it may be secret.
        return f"<Selector {self.kind}/{self.name} {self.text}>"

    @property
    def legacy(self) -> bool:
        return not self.kind and not self.api_version

    @property
    def text(self) -> str:
        """The path as people write it."""
        return path_text(self.path)


def apply(selector: Selector, expr: TypeExpr, tree: Any, table: Table, *, absent: bool = False) -> Any:
    """A tree without what a selector names. Raises MergeError when it is not there.

    With ``absent`` what is not there is deleted already; then a selector that fits two elements is refused.
    """
    try:
        return _delete(list(selector.path), selector, expr, tree, table, absent)
    except _AbsentError:
        if absent:
            return tree
        raise


def target_type(selector: Selector, expr: TypeExpr, table: Table) -> TypeExpr:
    """The type of what a selector names in a tree of a type; of an element, where it names one.

    Raises MergeError when no tree of the type can have it.
    """
    path = list(selector.path)
    while path:
        expr = opened(expr, table)
        step = path.pop(0)
        name = table.struct_name(expr)
        if name is not None and not table.facts(name).get("codec"):
            field = next((field for field in table.struct(name).fields if field.key == step), None)
            if field is None:
                raise MergeError(f"there is no field {str(step)[:80]}", "correct the path")
            expr = field.type
            continue
        shape = _shape(expr)
        if shape == "leaf":
            raise MergeError("there is nothing below a single value", "delete the value itself")
        if (shape == "list") != isinstance(step, int):
            if isinstance(step, int):
                raise MergeError("an element of this list cannot be deleted", "delete the list and set it anew")
            raise MergeError("a list has no keys", "name an element by one of its keys")
        expr = _element_type(expr)
        if shape == "list" and element_text(selector.key, expr, table) is None:
            raise MergeError("no element can be named by this key", "name it by a field that holds a text")
    return expr


def matches(selector: Selector, expr: TypeExpr, items: list[Any], table: Table) -> list[int]:
    """The positions of the elements that a selector fits, in a list of elements of a type."""
    text_of = element_text(selector.key, expr, table)
    if text_of is None:
        return []
    return [index for index, item in enumerate(items) if text_of(item) == selector.value]


class _AbsentError(MergeError):
    """What is to be deleted is not there; it could be."""


def _missing() -> MergeError:
    return _AbsentError("there is nothing here to delete", "correct the path, or use `--merge idempotent`")


def _delete(path: list[str | int], selector: Selector, expr: TypeExpr, tree: Any, table: Table, absent: bool) -> Any:
    expr = opened(expr, table)
    step = path[0]
    name = table.struct_name(expr)
    if name is not None and not table.facts(name).get("codec"):
        return _delete_field(path, selector, name, tree, table, absent)
    shape = _shape(expr)
    if shape == "list":
        if not isinstance(step, int):
            raise MergeError("a list has no keys", "name an element by one of its keys")
        if len(path) > 1:
            raise MergeError("a path cannot lead through an element of a list", "delete the element and add it anew")
        return _delete_element(selector, _element_type(expr), tree, table, absent)
    if not isinstance(tree, dict) or shape == "leaf" or step not in tree:
        raise _missing()
    out = dict(tree)
    if len(path) == 1:
        del out[step]
    else:
        out[step] = _delete(path[1:], selector, _element_type(expr), tree[step], table, absent)
    return out


def _shape(expr: TypeExpr) -> str:
    """``list``, ``map`` or ``leaf`` of an opened type; a free-form object is a map, and a list in it a leaf."""
    if isinstance(expr, str):
        return "map" if expr == "any" else "leaf"
    return "list" if "list" in expr else "map" if "map" in expr else "leaf"


def _element_type(expr: TypeExpr) -> TypeExpr:
    """The type of what an opened list or map holds."""
    if isinstance(expr, str):
        return "any"
    return expr["list"] if "list" in expr else expr["map"][1]  # type: ignore[no-any-return]


def _delete_field(path: list[str | int], selector: Selector, name: str, tree: Any, table: Table, absent: bool) -> Any:
    step = path[0]
    field = next((field for field in table.struct(name).fields if field.key == step), None)
    if field is None:
        raise _missing()
    value = tree.get(step, ABSENT)
    if len(path) == 1:
        if value is ABSENT:
            return tree
        return {key: item for key, item in tree.items() if key != step}
    if value is ABSENT:
        shape = _shape(opened(field.type, table))
        if field.pointer or (table.struct_name(field.type) is None and shape != "list"):
            raise _missing()
        value = [] if shape == "list" else {}
    inner = _delete(path[1:], selector, field.type, value, table, absent)
    if inner == value:
        return tree
    out = dict(tree)
    if inner or field.pointer or table.struct_name(field.type) is None:
        out[step] = inner
    else:
        out.pop(step, None)
    return out


def _delete_element(selector: Selector, expr: TypeExpr, items: list[Any], table: Table, absent: bool) -> list[Any]:
    found = matches(selector, expr, items, table)
    if not found:
        raise _missing()
    if absent and len(found) > 1:
        raise MergeError("the statement fits more than one element", "name the element by a key that no other has")
    return [*items[: found[0]], *items[found[0] + 1 :]]


def element_text(key: str, expr: TypeExpr, table: Table) -> Callable[[dict[str, Any]], str | None] | None:
    """The text by which an element's field is compared; None when no element of the type can be named by it."""
    name = table.struct_name(expr)
    if name is None or table.facts(name).get("codec"):
        return None
    field = next((field for field in table.struct(name).fields if field.key == key), None)
    if field is None:
        return None
    inner: Any = field.type
    codec = codec_for(inner["ptr"] if field.pointer and "ptr" in inner else inner, table)
    if codec is None or codec.name in ("arg-value", "base64"):
        return None
    if codec.dump is None and not isinstance(codec.zero, str):
        return None
    unset = ABSENT if field.pointer else codec.zero

    def text_of(item: dict[str, Any]) -> str | None:
        value = item.get(key, unset)
        if value is not ABSENT and codec.dump is not None:
            value = str(codec.dump(value))
        # An unset address is no empty text.
        return value if isinstance(value, str) and (value or not codec.name.startswith("ip-")) else None

    return text_of
