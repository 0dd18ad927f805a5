"""Contributions of several features made one, whatever their order.

``join`` is commutative and associative: maps unite key by key, equal values are one, lists that differ unite sorted
(in those whose elements Talos tells apart by a key, elements of one key are one), values that features add up or take
the largest of follow their rule, and everything else clashes.
"""

from __future__ import annotations

import json
from typing import Any, Final, NamedTuple

from talosgen.config.located import Mapping, Sequence, Value
from talosgen.config.walk import inner_type, keyed_list
from talosgen.errors import Problem
from talosgen.patching.fragments import Fragment, at_keys
from talosgen.schema.table import TypeExpr, table
from talosgen.source import Span

__all__ = ["NOTHING", "Clash", "Contribution", "Place", "finish", "join"]


class Place(NamedTuple):
    """Where a combined value stands, and the rule that combines it."""

    kind: str
    name: str
    path: tuple[str, ...]
    rule: str
    text: bool


class Clash(NamedTuple):
    """That values of one place differ: what they are, and of equal ones the first place where it was written."""

    values: frozenset[tuple[str, Span]]


class Contribution(NamedTuple):
    """What features give to a node: trees by document, combined values by place, and who gives to which document.

    ``owned`` are the documents that one feature alone may give to.
    """

    trees: dict[tuple[str, str], Any]
    values: dict[Place, Any]
    owners: dict[tuple[str, str], frozenset[str]]
    owned: frozenset[tuple[str, str]] = frozenset()


NOTHING: Final = Contribution({}, {}, {})


def join(left: Contribution, right: Contribution) -> Contribution:
    """Two contributions as one."""
    trees = {
        key: _join(left.trees[key], right.trees[key], _type_of(key[0]))
        if key in left.trees and key in right.trees
        else {**left.trees, **right.trees}[key]
        for key in sorted({*left.trees, *right.trees})
    }
    values = {
        key: _by_rule(key.rule, left.values[key], right.values[key])
        if key in left.values and key in right.values
        else {**left.values, **right.values}[key]
        for key in sorted({*left.values, *right.values})
    }
    none: frozenset[str] = frozenset()
    owners = {
        key: left.owners.get(key, none) | right.owners.get(key, none) for key in sorted({*left.owners, *right.owners})
    }
    return Contribution(trees, values, owners, left.owned | right.owned)


def _type_of(kind: str) -> TypeExpr:
    known = table().kinds.get(kind)
    return "any" if known is None else {"ref": known.type}


def _join(left: Any, right: Any, expr: TypeExpr = "any") -> Any:
    """Two trees of a type as one."""
    if left is None and right is None:
        return None
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        both = {**left, **right}
        made = {
            key: _join(left[key], right[key], inner_type(expr, key, table()))
            if key in left and key in right
            else both[key]
            for key in sorted(both)
        }
        keys_at = {
            key: min(place[key] for place in (left.keys_at, right.keys_at) if key in place)
            for key in sorted({*left.keys_at, *right.keys_at})
        }
        return Mapping(min(left.span, right.span), made, keys_at)
    if isinstance(left, Sequence) and isinstance(right, Sequence):
        return _unite(left, right, expr)
    if isinstance(left, Value) and left == right:
        return left if left.span <= right.span else right
    found: dict[str, Span] = {}
    for what, place in sorted((*_values(left), *_values(right))):
        found.setdefault(what, place)
    return Clash(frozenset(found.items()))


def _values(tree: Any) -> frozenset[tuple[str, Span]]:
    if isinstance(tree, Clash):
        return tree.values
    # Of what can be joined with its like only that it is one counts.
    what = f"{type(tree.value).__name__} {tree.value}" if isinstance(tree, Value) else type(tree).__name__
    return frozenset(((what, getattr(tree, "span", Span(""))),))


def _unite(left: Sequence, right: Sequence, expr: TypeExpr = "any") -> Sequence:
    span = min(left.span, right.span)
    inner = inner_type(expr, 0, table())
    if left == right:
        return Sequence(span, [_join(one, other, inner) for one, other in zip(left, right, strict=True)])
    keyed = keyed_list(expr)
    found: dict[str, Any] = {}
    for item in (*left, *right):
        settled = _settled(item)
        wanted: Any = None
        if keyed is not None and keyed.merges and isinstance(settled, dict):
            wanted = keyed.wanted({name: value for name, value in settled.items() if value is not None})
        key = _canonical(settled if wanted is None else wanted)
        found[key] = _join(found[key], item, inner) if key in found else item
    return Sequence(span, [found[key] for key in sorted(found)])


def _settled(tree: Any) -> Any:
    """The plain value of a tree that may hold clashes; what elements are told apart by never is one."""
    if isinstance(tree, Mapping):
        return {key: _settled(item) for key, item in tree.items()}
    if isinstance(tree, Sequence):
        return [_settled(item) for item in tree]
    return tree.value if isinstance(tree, Value) else None


def _canonical(tree: Any) -> str:
    return json.dumps(tree, sort_keys=True, default=repr)


def _by_rule(rule: str, left: Any, right: Any) -> Any:
    if rule == "unite" and isinstance(left, Sequence) and isinstance(right, Sequence):
        return _unite(left, right)
    numbers = all(isinstance(one, Value) and type(one.value) is int for one in (left, right))
    if rule in ("sum", "max") and numbers:
        value = left.value + right.value if rule == "sum" else max(left.value, right.value)
        return Value(value, min(left.span, right.span))
    return _join(left, right)


def finish(contribution: Contribution, problems: list[Problem]) -> list[tuple[frozenset[str], Fragment]]:
    """The fragments of a contribution with the features that own each; clashes are added to ``problems``."""
    trees = dict(contribution.trees)
    for place, value in contribution.values.items():
        if place.text and isinstance(value, Value):
            value = Value(str(value.value), value.span)
        tree = at_keys(place.path, value, getattr(value, "span", Span("")))
        key = (place.kind, place.name)
        trees[key] = _join(trees[key], tree, _type_of(place.kind)) if key in trees else tree
    out = []
    for (kind, name), tree in sorted(trees.items()):
        clashes = list(_clashes(tree))
        for path, clash in clashes:
            problems.append(_problem(kind, name, path, clash))
        if not clashes:
            out.append((contribution.owners[kind, name], Fragment(kind, name, tree)))
    return out


def _clashes(tree: Any, path: str = "") -> Any:
    if isinstance(tree, Clash):
        yield path, tree
    elif isinstance(tree, Mapping):
        for key, item in tree.items():
            yield from _clashes(item, f"{path}.{key}" if path else key)
    elif isinstance(tree, Sequence):
        for index, item in enumerate(tree):
            yield from _clashes(item, f"{path}[{index}]")


def _problem(kind: str, name: str, path: str, clash: Clash) -> Problem:
    places = sorted({place for _, place in clash.values})
    where = " and ".join(map(str, places))
    document = f"{kind}/{name}" if name else kind
    message = f"features want different values here, in {document}: {where}"
    return Problem(message, places[0], path, "leave one of the features out, or give them the same parameters")
