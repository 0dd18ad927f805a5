"""What a stated Talos release says of a config beyond its rules: what it does not know, what it no longer wants.

A release refuses the kinds, fields and values that came after it before any rule is asked. They are found by decoding
each document anew with the release's own table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, partial
from typing import Final

from talosgen.config.container import Container, Document
from talosgen.config.decode import Decoder, Faults
from talosgen.config.engine import decoder, sparse_encoder
from talosgen.config.equality import same
from talosgen.config.loader import children
from talosgen.config.walk import walk
from talosgen.contract import Contract
from talosgen.errors import InputError, Problem
from talosgen.goyaml.construct import follow, pairs
from talosgen.goyaml.node import MAPPING, Node
from talosgen.goyaml.reader import read
from talosgen.schema.facts import RELEASES, release_of
from talosgen.schema.releases import Version
from talosgen.schema.table import NEWEST, Table, TypeExpr, matrix, table
from talosgen.validation.checks.sizes import is_negative
from talosgen.validation.rule import Context, Step

__all__ = ["REFUSALS", "deprecated", "known", "minor_of", "stated"]

#: The findings that stand for what a release's decoder refuses: no rule is asked then.
REFUSALS: Final = frozenset(("kind-too-new", "field-too-new", "value-too-new"))
_SHOWN: Final = 3
_PART: Final = re.compile(r"\[\]|[^.\[\]]+")
#: What the generator of every release writes: no one can do without it.
_WRITTEN: Final = frozenset((("v1alpha1", "persist"),))
#: Fields that came within a release line, by kind and path: the minor releases, and the patch that has it in each.
_WITHIN: Final = {
    ("OOMConfig", "strictCgroupClassOrdering"): {12: 9, 13: 4},
    ("v1alpha1", "machine.network.kubespan.filters.excludeAdvertisedNetworks"): {12: 4},
    ("v1alpha1", "machine.systemDiskEncryption.state.keys[].tpm.checkSecurebootStatusOnEnroll"): {6: 8, 7: 6},
    ("v1alpha1", "machine.systemDiskEncryption.ephemeral.keys[].tpm.checkSecurebootStatusOnEnroll"): {6: 8, 7: 6},
}
#: The first minor release whose decoder reads sizes below zero: what no table of types says.
_SIGNED_SIZES: Final = 13


def stated(text: str) -> str:
    """The release that a version names, ``1.13`` for ``v1.13.9``; the newest for none.

    Raises InputError for one whose configs cannot be checked.
    """
    contract = Contract.parse(text)
    if not contract.current and (1, 0) <= contract < (1, int(RELEASES[0].partition(".")[2])):
        raise InputError(
            Problem(
                f"configs of Talos {contract} can be generated, but not checked",
                remedy=f"releases from v{RELEASES[0]} to v{RELEASES[-1]} can be stated",
            )
        )
    return release_of(text)


def minor_of(release: str) -> int:
    """The number by which releases are compared."""
    return int(release.partition(".")[2])


def known(context: Context, version: str) -> Container:
    """The documents of kinds that the release has; what it refuses of all of them is reported.

    ``version``: as it was stated, with a patch number or without.
    """
    release = context.release
    if release == NEWEST:
        return context.container
    kinds = table(release).kinds
    out: list[Document] = []
    for document in context.container:
        if not document.known or document.kind.name in kinds:
            out.append(document)
        else:
            since = matrix()[document.kind.name]["kind"][0]
            context.at(document)(
                "kind-too-new",
                message=f"the kind {document.kind.name} is not known to Talos v{release}; it came with v{since}",
                remedy=_instead(document.kind.name, release),
            )
        if document.known and document.kind.name in kinds:
            found = document.remembered(f"refused by {version}", None, partial(_refused, document, version, release))
            for name, steps, message in found:
                context.at(document)(name, *steps, message=message)
    return Container(out, check=False)


def _instead(kind: str, release: str) -> str:
    """What a release without a kind has in its place."""
    paths = [
        path
        for path, (since, _, _, replaced_by) in matrix()["v1alpha1"].items()
        if kind in replaced_by and minor_of(since) <= minor_of(release)
    ]
    # A section that several kinds replace says less than a part of it that this one alone does.
    paths = [path for path in paths if matrix()["v1alpha1"][path][3] == [kind]] or paths
    outermost = [path for path in paths if not any(path.startswith(f"{other}.") for other in paths)]
    if not outermost:
        return ""
    return f"v{release} wants {', '.join(outermost[:_SHOWN])}{' …' if len(outermost) > _SHOWN else ''}"


@cache
def _decoder(release: str) -> Decoder:
    return Decoder(table(release))


def _late(kind: str, version: str) -> dict[str, int]:
    """The paths of a kind that a stated version is too old for within its own line, with what has them."""
    found = Version.parse(version)
    if found is None or version.count(".") < 2:
        return {}
    rows = ((path, patches.get(found.minor, 0)) for (name, path), patches in _WITHIN.items() if name == kind)
    return {path: patch for path, patch in rows if patch > found.patch}


def _refused(document: Document, version: str, release: str) -> list[tuple[str, tuple[Step, ...], str]]:
    """What the decoder of an older release refuses of a document: names of findings, steps to them, messages."""
    kind, old = document.kind, table(release)
    out: list[tuple[str, tuple[Step, ...], str]] = []
    node = _written(document)
    faults = Faults(document.source)
    _decoder(release).root(old.kinds[kind.name].type)(node, faults)
    if minor_of(release) < _SIGNED_SIZES:
        for place in walk(document.tree, kind.type, table(), fields=True):
            if _is_size(place.type) and is_negative(place.value):
                out.append(("value-too-new", place.steps, f"Talos v{release} reads no negative size"))
    for path, patch in _late(kind.name, version).items():
        message = f"this field is not known to every Talos v{release}; it came with v{release}.{patch}"
        out += [("field-too-new", steps, message) for steps in _standing(node, _PART.findall(path))]
    if not faults.found:
        return out
    steps_to = _Steps(node)
    for where, message, _ in faults.found:
        steps = steps_to(where)
        path = _generic(table(), {"ref": kind.type}, steps)
        since = matrix()[kind.name].get(path, [""])[0]
        if since and minor_of(since) > minor_of(release):
            message = f"this field is not known to Talos v{release}; it came with v{since}"
            out.append(("field-too-new", steps, message))
        else:
            out.append(("value-too-new", steps, f"Talos v{release} does not take this value: {message}"))
    return out


def _is_size(expr: TypeExpr) -> bool:
    named = table().facts(expr["ref"]) if isinstance(expr, dict) and "ref" in expr else {}
    return named.get("codec") in ("byte-size", "size")


def _written(document: Document) -> Node:
    """The document's text as nodes: those that it was read from, if it still is what they say."""
    if document.node is not None:
        node = follow(document.node)
        if same(decoder().root(document.kind.type)(node, Faults("")), document.tree):
            return node
    return follow(read(sparse_encoder().text(document.kind.type, document.tree))[0])


class _Steps:
    """The steps to the nodes below a root, and to the values of keys. Each node knows the one that holds it."""

    def __init__(self, root: Node) -> None:
        self._holders: dict[int, tuple[int, Step]] = {}
        work = [root]
        seen = {id(root)}
        while work:
            node = work.pop()
            if node.kind == MAPPING:
                for key, _ in pairs(node):
                    self._holders.setdefault(id(key), (id(node), str(follow(key).value)))
            for step, below in children(node).items():
                inner = follow(below)
                if id(inner) not in seen:
                    seen.add(id(inner))
                    self._holders[id(inner)] = id(node), step
                    work.append(inner)

    def __call__(self, node: Node) -> tuple[Step, ...]:
        out: list[Step] = []
        at = id(node)
        while (held := self._holders.get(at)) is not None:
            at, step = held
            out.append(step)
        return tuple(reversed(out))


def _standing(node: Node, parts: list[str], steps: tuple[Step, ...] = ()) -> Iterator[tuple[Step, ...]]:
    """The steps to what stands at a path of the matrix, by the path's parts."""
    if not parts:
        yield steps
        return
    for step, below in children(follow(node)).items():
        if step == parts[0] or (parts[0] == "[]" and isinstance(step, int)):
            yield from _standing(below, parts[1:], (*steps, step))


def _generic(facts: Table, expr: TypeExpr, steps: tuple[Step, ...]) -> str:
    """A path as the matrix has it: ``[]`` for a position, ``.*`` for the key of a map."""
    path = ""
    for step in steps:
        expr = facts.opened(expr)
        if isinstance(expr, dict) and "list" in expr:
            path, expr = f"{path}[]", expr["list"]
            continue
        if isinstance(expr, dict) and "map" in expr:
            path, expr = f"{path}.*", expr["map"][1]
            continue
        name = facts.struct_name(expr)
        field = None if name is None else next((one for one in facts.struct(name).fields if one.key == step), None)
        if field is None:
            return path
        path, expr = f"{path}.{field.key}" if path else field.key, field.type
    return path


def deprecated(context: Context) -> None:
    """Note what the release deprecates: the outermost field of each."""
    release = context.release
    for document in context.container:
        if not document.known:
            continue
        at = context.at(document)
        found = document.remembered(f"deprecated by {release}", None, partial(_deprecated, document, minor_of(release)))
        for steps, path in found:
            _, _, since, replaced_by = matrix()[document.kind.name][path]
            there = [name for name in replaced_by if _is_there(name, release)]
            remedy = f"use {', '.join(there)}" if there else ""
            at("field-deprecated", *steps, message=f"deprecated since Talos v{since}", remedy=remedy)


def _deprecated(document: Document, minor: int) -> list[tuple[tuple[Step, ...], str]]:
    """The steps and paths of what a release deprecates in a document."""
    facts, expr, history = table(), {"ref": document.kind.type}, matrix()[document.kind.name]
    out: list[tuple[tuple[Step, ...], str]] = []
    within: tuple[Step, ...] | None = None
    for place in walk(document.tree, document.kind.type, facts, fields=True):
        if place.field is None or (within is not None and place.steps[: len(within)] == within):
            continue
        if place.field.deprecated:
            path = _generic(facts, expr, place.steps)
            since = history[path][2]
            if since and minor_of(since) <= minor and (document.kind.name, path) not in _WRITTEN:
                within = place.steps
                out.append((place.steps, path))
    return out


def _is_there(name: str, release: str) -> bool:
    """Whether a release has what a field was replaced by: a kind, or a path of the legacy document."""
    entry = matrix()[name]["kind"] if name in matrix() else matrix()["v1alpha1"].get(name, ["99.99"])
    return minor_of(entry[0]) <= minor_of(release)
