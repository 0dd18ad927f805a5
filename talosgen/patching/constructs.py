"""What in a patch is not idempotent under Talos's merge, whatever it is laid over: the constructs N1 to N26.

Without a config that is all that can be said: a part that is named here changes nothing the second time on
some configs. A patch in which nothing is found is idempotent on every config in memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from talosgen.config.codecs import ABSENT
from talosgen.config.codecs.url import URL
from talosgen.config.container import Document
from talosgen.config.decode import codec_for
from talosgen.config.provenance import path_text
from talosgen.config.tree import at
from talosgen.config.walk import Place, opened, walk_merged
from talosgen.errors import Problem
from talosgen.patching.contradictions import contradictions
from talosgen.patching.delete import Selector
from talosgen.patching.findings import finding
from talosgen.patching.json6902 import JSONPatch, related
from talosgen.patching.operations import names_element, split
from talosgen.patching.places import Target, place, target
from talosgen.patching.strategic import StrategicPatch
from talosgen.schema.table import Field, TypeExpr, table

__all__ = ["constructs"]

_NAME = "may-not-be-idempotent"
_Part = Selector | Document


def constructs(patch: StrategicPatch | JSONPatch) -> Iterator[Problem]:
    """A finding for each construct of a patch that a second application can make something else of."""
    if isinstance(patch, JSONPatch):
        yield from _operations(patch)
        return
    documents: dict[Target, list[Document]] = {}
    for part in patch.parts:
        if isinstance(part, Document) and part.known:
            documents.setdefault(target(part), []).append(part)
            yield from _document(part)
        elif isinstance(part, Document):
            yield finding(_NAME, "a document of an unknown kind is added once, the second time it fails", part.place)
    for parts in documents.values():
        for found in contradictions(parts):
            yield _say(found.document, found.where, found.message)
        if len(parts) > 1:
            message = "talosctl gen config, which lays one patch over several configs, makes it grow with each of them"
            yield finding(_NAME, f"the patch has {parts[1].identity} twice: {message}", parts[1].place)
    yield from _selectors(patch.parts, documents)


def _say(document: Document, where: Place, message: str) -> Problem:
    return finding(_NAME, message, place(document, where.steps), path_text(where.steps))


def _document(document: Document) -> Iterator[Problem]:
    for where in walk_merged(document.tree, document.kind.type, table()):
        value = where.value
        if where.field is not None and where.field.merge == "replace":
            continue
        if isinstance(value, list):
            if where.keyed is None and value and _is_list(where.type):
                yield _say(document, where, "the elements of this list are appended each time")
            for index, element in enumerate(value) if where.keyed is not None else ():
                if where.keyed is not None and where.keyed.wanted(element) is None:
                    within = where._replace(steps=(*where.steps, index))
                    yield _say(document, within, "an element that no key tells apart is added each time")
            continue
        codec = None if where.free_form or not isinstance(value, str) else codec_for(where.type, table())
        if codec is not None and codec.name in ("url", "endpoint-url") and URL.parse(value).user is not None:
            yield _say(document, where, "a user in a URL cannot be merged over another one")
        elif codec is not None and codec.name == "disk-size-matcher" and value:
            yield _say(document, where, "a size that is set cannot be merged over")


def _is_list(expr: TypeExpr) -> bool:
    return expr == "any" or (isinstance(expr, dict) and "list" in expr)


def _selectors(parts: tuple[_Part, ...], documents: dict[Target, list[Document]]) -> Iterator[Problem]:
    kinds = table().kinds
    for index, part in enumerate(parts):
        if not isinstance(part, Selector):
            continue
        mine = target(part)
        if not part.path:
            yield from _whole(part, parts[index + 1 :], documents)
            continue
        kind = kinds.get(mine.kind)
        if kind is None:
            continue
        message = _refusal(part, {"ref": kind.type}, parts, documents.get(mine, []))
        if message:
            yield finding(_NAME, message, part.place, part.text)


def _whole(part: Selector, rest: tuple[_Part, ...], documents: dict[Target, list[Document]]) -> Iterator[Problem]:
    again = [index for index, other in enumerate(rest) if isinstance(other, Document) and target(other) == target(part)]
    if again and any(isinstance(other, Document) and target(other) != target(part) for other in rest[again[0] :]):
        message = "the document is deleted and added anew before another one: their order changes"
        yield finding(_NAME, message, part.place)
    message = "Talos 1.8 to 1.13 leaves an empty document behind, or dies, where there is none to delete"
    yield finding(_NAME, message, part.place)._replace(severity="note")
    if not documents:
        message = "a config that has no other document is empty afterwards, and an empty text cannot be patched"
        yield finding(_NAME, message, part.place)


def _refusal(selector: Selector, root: TypeExpr, parts: tuple[_Part, ...], documents: list[Document]) -> str:
    """Why a delete statement can fail, or hit something else, the second time."""
    path = selector.path
    if isinstance(path[-1], int):
        return "the element is gone the second time, or another one fits"
    nilable, field = _way(path, root)
    if field is None:
        return "the key is gone the second time"
    above = [path[:size] for size in range(1, len(path))]
    if not any(nilable):
        return ""
    for part in parts:
        if isinstance(part, Selector) and target(part) == target(selector) and part.path in above:
            return "what is around it is deleted as well"
    # A document that the patch creates has what the patch writes, and nothing else.
    for prefix, can_be_nil in zip(above, nilable, strict=True):
        if can_be_nil and documents and all(at(document.tree, prefix) is ABSENT for document in documents):
            return "where the patch creates the document, there is nothing around it the second time"
    return ""


def _way(path: tuple[str | int, ...], expr: TypeExpr) -> tuple[list[bool], Field | None]:
    """Of each step but the last whether what it leads to can be absent; the field that the last one names."""
    nilable: list[bool] = []
    field: Field | None = None
    for step in path:
        expr = opened(expr, table())
        name = table().struct_name(expr)
        field = None
        if name is not None:
            field = next((field for field in table().struct(name).fields if field.key == step), None)
            expr = "any" if field is None else field.type
        elif isinstance(expr, dict):
            expr = expr["map"][1] if "map" in expr else expr.get("list", "any")
        nilable.append(field is None or field.pointer or table().struct_name(opened(expr, table())) is None)
    return nilable[:-1], field


def _operations(patch: JSONPatch) -> Iterator[Problem]:
    """N13 to N16, and what comes of operations that undo one another."""
    paths = [(operation, split(operation.text_or_none("path") or "")) for operation in patch.operations]
    changing = [(operation, path) for operation, path in paths if operation.text_or_none("op") != "test"]

    def say(operation: Any, message: str) -> Problem:
        return finding(_NAME, message, operation.place, operation.text_or_none("path") or "")

    for index, (operation, path) in enumerate(paths):
        op = operation.text_or_none("op")
        if op in ("remove", "move"):
            yield say(operation, "what is removed is gone the second time")
        elif op in ("add", "copy") and names_element(path):
            yield say(operation, "in a list the element is added each time")
        elif op == "test" and any(related(path, other) for _, other in changing):
            yield say(operation, "what is tested is changed by the patch")
        elif op == "copy" and any(related(split(operation.text_or_none("from") or ""), other) for _, other in changing):
            yield say(operation, "what is copied is changed by the patch")
        elif op != "test" and any(
            other == path[: len(other)] and len(other) < len(path)
            for later, other in paths[index + 1 :]
            if later.text_or_none("op") != "test"
        ):
            yield say(operation, "a later operation changes what is around it")
