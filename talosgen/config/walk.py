"""The places of a typed tree, each with its type: for whoever asks what a tree holds without changing it."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Any, NamedTuple

from talosgen.config.mergers import KEYED_LISTS, KeyedList
from talosgen.goyaml.order import sort_keys
from talosgen.schema.table import Field, Table, TypeExpr

__all__ = ["Place", "inner_type", "keyed_list", "opened", "walk", "walk_merged"]

Steps = tuple[str | int, ...]


class Place(NamedTuple):
    """One place of a tree and what stands there.

    ``location``: its steps, those into a keyed list by the element's key; the same whatever the order of the
    elements. ``type``: without pointers and other names; ``"any"`` in a free-form object. ``field``: the field
    whose value this is. ``keyed``: how the elements of this list are told apart.
    """

    steps: Steps
    location: tuple[Hashable, ...]
    type: TypeExpr
    field: Field | None
    keyed: KeyedList | None
    value: Any

    @property
    def free_form(self) -> bool:
        """Whether this is a free-form object or lies in one."""
        return self.type == "any"


def opened(expr: TypeExpr, table: Table) -> TypeExpr:
    """A type without pointers and names that only stand for another; ``"any"`` for a free-form object."""
    expr = table.opened(expr)
    name = expr.get("ref") if isinstance(expr, dict) else None
    free_form = name is not None and not table.is_struct(name) and table.facts(name).get("codec") == "unstructured"
    return "any" if free_form else expr


def keyed_list(expr: TypeExpr) -> KeyedList | None:
    """How the elements of a list of this type are told apart, None where they are not."""
    return KEYED_LISTS.get(expr.get("ref", "")) if isinstance(expr, dict) else None


def inner_type(expr: TypeExpr, step: str | int, table: Table) -> TypeExpr:
    """The type of what stands one step below a value of a type; ``"any"`` where there is no type for it."""
    expr = opened(expr, table)
    name = table.struct_name(expr) if isinstance(expr, dict) else None
    if name is not None:
        return next((field.type for field in table.struct(name).fields if field.key == step), "any")
    inner: TypeExpr = "any"
    if isinstance(expr, dict) and "map" in expr and isinstance(step, str):
        inner = expr["map"][1]
    elif isinstance(expr, dict) and "list" in expr and isinstance(step, int):
        inner = expr["list"]
    return inner


def walk(tree: dict[str, Any], struct: str, table: Table, *, fields: bool = False) -> Iterator[Place]:
    """Every place below the root of a tree of a struct type, parents first, in the order in which it is printed.

    ``fields``: only the places that lead to fields: not what is in free-form objects, and in lists and maps of leaves.
    """
    work = [Place((), (), {"ref": struct}, None, None, tree)]
    while work:
        place = work.pop()
        if place.steps:
            yield place
        if fields and not _leads_on(place.type):
            continue
        work.extend(reversed(list(_below(place, table))))


def _leads_on(expr: TypeExpr) -> bool:
    """Whether there may be fields below a type: leaves are texts, free-form objects as well."""
    if not isinstance(expr, dict):
        return False
    inner = expr["list"] if "list" in expr else expr["map"][1] if "map" in expr else None
    return not isinstance(inner, str)


def walk_merged(tree: dict[str, Any], struct: str, table: Table) -> Iterator[Place]:
    """The places of a patch's tree that merge with those of a config: not what is in what is taken whole."""
    whole: Steps | None = None
    for place in walk(tree, struct, table):
        if whole is not None and place.steps[: len(whole)] == whole:
            continue
        whole = None
        yield place
        replaced = place.field is not None and place.field.merge == "replace"
        if replaced or (isinstance(place.value, list) and (place.keyed is None or not place.keyed.merges)):
            whole = place.steps


def _below(place: Place, table: Table) -> Iterator[Place]:
    steps, location, expr, _, keyed, value = place
    if isinstance(value, dict):
        fields: dict[str, Field] = {}
        inner: TypeExpr = "any"
        if isinstance(expr, dict):
            name = table.struct_name(expr)
            if name is not None:
                fields = {field.key: field for field in table.struct(name).fields}
            elif "map" in expr:
                inner = expr["map"][1]
        for key in value if fields else sort_keys(value):
            item = value[key]
            field = fields.get(key)
            of = inner if field is None else field.type
            yield Place((*steps, key), (*location, key), opened(of, table), field, keyed_list(of), item)
    elif isinstance(value, list) and (expr == "any" or (isinstance(expr, dict) and "list" in expr)):
        of = expr["list"] if isinstance(expr, dict) else "any"
        for index, item in enumerate(value):
            key = None if keyed is None else keyed.wanted(item)
            step: Hashable = index if key is None else ("key", key)
            yield Place((*steps, index), (*location, step), opened(of, table), None, None, item)
