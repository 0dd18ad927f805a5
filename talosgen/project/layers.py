"""Settings as a layer: their fragments decoded to a patch, whose places lead back to where the settings stand."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from talosgen.errors import InputError, Problem
from talosgen.goyaml.node import Node
from talosgen.patching.strategic import StrategicPatch
from talosgen.project.cluster import Layer
from talosgen.project.fragments import LEGACY, Fragment
from talosgen.project.located import Mapping, Value, node_of
from talosgen.schema.table import table
from talosgen.source import Span

__all__ = ["settings_layer", "translated"]

_SOURCE = "<settings>"


def settings_layer(fragments: Iterable[Fragment], title: str = "settings") -> Layer | None:
    """The layer of fragments, None when there is none.

    It merges with idempotent semantics. Raises InputError, at the settings at fault, where Talos does not take them.
    """
    places: list[Span] = []
    roots = [_root(fragment, places) for fragment in fragments]
    if not roots:
        return None
    try:
        patch = StrategicPatch.of(roots, _SOURCE, "idempotent")
    except InputError as error:
        raise InputError(translated(error.problems, places)) from None
    return Layer(title, patch, partial(_place, places))


def _root(fragment: Fragment, places: list[Span]) -> Node:
    kind, name, tree = fragment
    span = tree.span if tree is not None else Span(_SOURCE)
    head: dict[str, object] = {}
    if kind != LEGACY:
        known = table().kinds[kind]
        head = {"apiVersion": Value(known.api_version, span), "kind": Value(kind, span)}
        if known.name_field and name:
            head[known.name_field] = Value(name, span)
    body = dict(tree) if tree is not None else {"$patch": Value("delete", span)}
    return node_of(Mapping(span, {**head, **body}, getattr(tree, "keys_at", {})), places, span)


def _place(places: list[Span], span: Span) -> Span:
    return places[span.line] if span.source == _SOURCE and span.line < len(places) else span


def translated(problems: Iterable[Problem], places: list[Span], source: str = _SOURCE) -> list[Problem]:
    """Problems of what was made by ``node_of``, each where its value was written."""
    return [
        problem._replace(place=places[problem.place.line])
        if problem.place is not None and problem.place.source == source and problem.place.line < len(places)
        else problem
        for problem in problems
    ]
