"""What is wrong with a feature itself: its manifest says one thing and its patches, or the catalogue, another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Mapping as Names
from typing import Any, Final

from talosgen.config.located import Mapping, Tree, Value, walk
from talosgen.errors import Problem, nearest
from talosgen.features.conditions import several
from talosgen.features.manifest import Manifest, Parameter, When
from talosgen.features.parameters import default_faults
from talosgen.features.template import REFERENCE
from talosgen.patching.fragments import LEGACY
from talosgen.schema.table import table
from talosgen.source import Span

__all__ = ["faults"]

_HINT: Final = re.compile(r"\$\{(params|node|vars|secrets|env)[.}]")
_CLUSTER: Final = ("name", "endpoint", "controlPlaneNetworks", "podSubnets", "serviceSubnets")
_NEEDS: Final = ("ports",)
#: What a parameter may be, or its elements, by what it names.
_NAMING: Final = {"label": ("text", "map"), "disk": ("text", "cel"), "partition": ("text", "cel")}
#: How many known names are told.
_MOST: Final = 20


def faults(
    manifest: Manifest, tree: Mapping, files: Names[str, tuple[Tree, ...]], features: frozenset[str]
) -> Iterator[Problem]:
    """What is wrong with a feature, each in its place. ``files`` are its patch files, ``features`` all names."""
    parameters = manifest.parameters
    fields = {f"{name}.{field}" for name, parameter in parameters.items() for field in parameter.fields or ()}
    for name, parameter in parameters.items():
        yield from _of_parameter(name, parameter, parameters, tree["parameters"][name])
    for place, when in _conditions(manifest, tree):
        own = [
            *(when.param or {}),
            *(name for names in (when.given, when.missing, when.many, when.named) for name in several(names)),
        ]
        for names, known, what in (
            (own, {*parameters, *fields}, "parameter"),
            ((*several(when.feature), *several(when.without)), features, "feature"),
        ):
            yield from _unknown(names, known, what, place)
    for key in ("requires", "conflicts"):
        for index, item in enumerate(getattr(manifest, key)):
            span = tree[key][index].span
            yield from _unknown([getattr(item, "feature", item)], features, "feature", span)
    for index, value in enumerate(manifest.values):
        yield from _unknown([value.kind], (LEGACY, *table().kinds), "kind", _at(tree["values"][index], "kind"))
    looked_at = [tree.get(key) for key in ("needs", "patches", "values")]
    for root in (*looked_at, *(document for documents in files.values() for document in documents)):
        if root is not None:
            yield from _references(root, parameters)
    for documents in files.values():
        for document in documents:
            yield from _of_document(document)


def _of_document(document: Tree) -> Iterator[Problem]:
    if isinstance(document, Value) and document.value is None:
        return
    if not isinstance(document, Mapping):
        yield Problem("a patch of a feature is a mapping", document.span, remedy="write a document of Talos")
        return
    kind = document.get("kind")
    if kind is not None and (not isinstance(kind, Value) or kind.value not in table().kinds):
        name = str(kind.value)[:80] if isinstance(kind, Value) else ""
        yield from _unknown([name], table().kinds, "kind", kind.span)


def _of_parameter(name: str, parameter: Parameter, beside: dict[str, Parameter], tree: Tree) -> Iterator[Problem]:
    if not isinstance(tree, Mapping):
        return
    yield from _unknown(parameter.needs or (), beside, "parameter", _at(tree, "needs"))
    yield from _unknown(parameter.excludes or (), beside, "parameter", _at(tree, "excludes"))
    yield from _unknown(several(parameter.at_least), beside, "parameter", _at(tree, "atLeast"))
    right = _NAMING.get(parameter.names or "")
    if right is not None and (parameter.of if parameter.type == "list" else parameter.type) not in right:
        remedy = f"it is of type {' or '.join(right)}, or a list of text"
        yield Problem(f"{name}: this type names no {parameter.names}", _at(tree, "names"), remedy=remedy)
    if parameter.default is not None:
        yield from default_faults(name, parameter, tree["default"])
    for field, inner in (parameter.fields or {}).items():
        yield from _of_parameter(f"{name}.{field}", inner, parameter.fields or {}, tree["fields"][field])


def _conditions(manifest: Manifest, tree: Mapping) -> Iterator[tuple[Span, When]]:
    for key in ("conflicts", "refuses", "needs", "patches", "values"):
        for index, item in enumerate(getattr(manifest, key)):
            if item.when is not None:
                yield tree[key][index]["when"].span, item.when


def _references(root: Tree, parameters: dict[str, Parameter]) -> Iterator[Problem]:
    for _, item in walk(root):
        if not isinstance(item, Value) or not isinstance(item.value, str) or "${" not in item.value:
            continue
        found = REFERENCE.fullmatch(item.value)
        if found is None:
            if (hint := _HINT.search(item.value)) is not None:
                if hint[1] == "params":
                    message = "a reference to a parameter stands alone"
                    yield Problem(message, item.span, remedy='{join: "", of: [a, ${params.x}]} makes a text of several')
                else:
                    yield _foreign(hint[1], item.span)
            continue
        scope, first = found[1], found[2].split(".")[1:2]
        if scope in ("node", "app"):
            yield _foreign(scope, item.span)
        known: Any = {"params": parameters, "cluster": _CLUSTER, "needs": _NEEDS}.get(scope)
        if known is not None:
            yield from _unknown(first or [""], known, "parameter" if scope == "params" else "fact", _at(item))


def _foreign(scope: str, place: Span) -> Problem:
    message = f"a feature's files know nothing of ${{{scope}.…}}"
    return Problem(message, place, remedy="make it a parameter, and give it where the feature is asked for")


def _at(tree: Tree, key: str = "") -> Span:
    return tree.keys_at.get(key, tree.span) if isinstance(tree, Mapping) else tree.span


def _unknown(names: Any, known: Any, what: str, place: Span) -> Iterator[Problem]:
    for name in names:
        if name not in known:
            near = nearest(name, known)
            some = sorted(known)
            listed = ", ".join(some[:_MOST]) + (" …" if len(some) > _MOST else "")
            remedy = f'did you mean "{near}"?' if near else f"known: {listed or 'none'}"
            yield Problem(f'there is no {what} "{name[:80]}"', place, remedy=remedy)
