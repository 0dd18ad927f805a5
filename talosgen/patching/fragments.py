"""Patches made in code: parts by the document that they are for, put together to one tree for each, then decoded."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from talosgen.config.located import Mapping, Sequence, Tree, Value, node_of, plain
from talosgen.errors import InputError, Problem
from talosgen.goyaml.node import Node
from talosgen.goyaml.writer import emit
from talosgen.patching.strategic import StrategicPatch
from talosgen.schema.table import table
from talosgen.source import Span

__all__ = [
    "LEGACY", "Fragment", "Made", "at", "at_keys", "legacy", "patch_of", "text_of", "together", "translated",
]  # fmt: skip

#: The kind of the legacy document.
LEGACY = "v1alpha1"


class Fragment(NamedTuple):
    """A part of a patch. ``tree`` holds what the document gets; None deletes the whole document."""

    kind: str
    name: str
    tree: Any


def at(path: str, tree: Any, span: Span) -> Mapping:
    """A tree below the keys of a dotted path, which all stand at ``span``."""
    return at_keys(path.split("."), tree, span)


def at_keys(keys: Iterable[str], tree: Any, span: Span) -> Mapping:
    """A tree below keys, at least one, which all stand at ``span``."""
    for key in reversed(list(keys)):
        tree = Mapping(span, {key: tree}, {key: span})
    assert isinstance(tree, Mapping)
    return tree


def legacy(path: str, tree: Tree) -> Fragment:
    """What the legacy document gets at a path."""
    return Fragment(LEGACY, "", at(path, tree, tree.span))


def together(fragments: Iterable[Fragment], key: str = "") -> list[Fragment]:
    """One fragment for each document, in the order of their first; maps merge, lists append.

    Elements of a list that have the same value at ``key`` are one.
    """
    out: dict[tuple[str, str], Any] = {}
    for kind, name, tree in fragments:
        here = (kind, name)
        out[here] = tree if out.get(here) is None or tree is None else _joined(out[here], tree, key)
    return [Fragment(kind, name, tree) for (kind, name), tree in out.items()]


def _joined(left: Any, right: Any, key: str) -> Any:
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        both = {**left, **right}
        made = {
            name: _joined(left[name], right[name], key) if name in left and name in right else both[name]
            for name in both
        }
        return Mapping(left.span, made, {**left.keys_at, **right.keys_at})
    if isinstance(left, Sequence) and isinstance(right, Sequence):
        items = list(left)
        for item in right:
            known = [_named(other, key) for other in items]
            name = _named(item, key)
            if name is not None and name in known:
                items[known.index(name)] = _joined(items[known.index(name)], item, key)
            else:
                items.append(item)
        return Sequence(left.span, items)
    return right


def _named(item: Any, key: str) -> Any:
    return item.get(key) if isinstance(item, Mapping) and key else None


_SOURCE = "<made>"


class Made(NamedTuple):
    """A patch made of fragments; ``place`` turns the places in it into those of the values that it was made of."""

    patch: StrategicPatch
    places: list[Span]

    def place(self, span: Span) -> Span:
        """Where a place in the made patch comes from."""
        return self.places[span.line] if span.source == _SOURCE and span.line < len(self.places) else span


def patch_of(fragments: Iterable[Fragment]) -> Made | None:
    """The patch of fragments, None when there is none; it merges with idempotent semantics.

    Raises InputError, at the values at fault, where Talos does not take them.
    """
    places: list[Span] = []
    roots = [_root(fragment, places) for fragment in fragments]
    if not roots:
        return None
    try:
        return Made(StrategicPatch.of(roots, _SOURCE, "idempotent"), places)
    except InputError as error:
        problems = translated(error.problems, places, _SOURCE)
    raise InputError(problems)


def text_of(fragments: Iterable[Fragment]) -> str:
    """The YAML text of a patch that says what fragments say."""
    return "---\n".join(_text(fragment) for fragment in fragments)


def _text(fragment: Fragment) -> str:
    head, body = _parts(fragment)
    # Written one by one, for a mapping's keys are sorted.
    return "".join(emit(plain(Mapping(value.span, {key: value}))) for key, value in head.items()) + (
        emit(plain(body)) if body else ""
    )


def _parts(fragment: Fragment) -> tuple[dict[str, Value], Mapping]:
    """What says which document a fragment is for, and the rest."""
    kind, name, tree = fragment
    span = tree.span if tree is not None else Span(_SOURCE)
    head: dict[str, Value] = {}
    if kind != LEGACY:
        known = table().kinds[kind]
        head = {"apiVersion": Value(known.api_version, span), "kind": Value(kind, span)}
        if known.name_field and name:
            places = tree.keys_at if tree is not None else {}
            head[known.name_field] = Value(name, places.get(known.name_field, span))
    return head, tree if tree is not None else Mapping(span, {"$patch": Value("delete", span)})


def _root(fragment: Fragment, places: list[Span]) -> Node:
    head, body = _parts(fragment)
    return node_of(Mapping(body.span, {**head, **body}, body.keys_at), places, body.span)


def translated(problems: Iterable[Problem], places: list[Span], source: str) -> list[Problem]:
    """Problems of what was made by ``node_of``, each where its value was written."""
    return [
        problem._replace(place=places[problem.place.line])
        if problem.place is not None and problem.place.source == source and problem.place.line < len(places)
        else problem
        for problem in problems
    ]
