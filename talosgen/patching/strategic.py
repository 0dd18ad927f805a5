"""Strategic merge: documents that look like configuration, laid over a config (Talos v1.14.1)."""

from __future__ import annotations

from functools import partial
from itertools import zip_longest
from typing import NamedTuple

from talosgen.config.codecs import ABSENT
from talosgen.config.container import Container, Document
from talosgen.config.engine import merger
from talosgen.config.loader import decode_document, raw_text
from talosgen.config.merge import MergeError
from talosgen.config.provenance import Recorder, Step
from talosgen.errors import InputError, Problem
from talosgen.goyaml.construct import follow, pairs
from talosgen.goyaml.node import MAPPING, SCALAR, Node
from talosgen.goyaml.reader import read
from talosgen.goyaml.scalars import Timestamp
from talosgen.patching.delete import Selector, apply, extract
from talosgen.schema.table import table
from talosgen.source import Span

__all__ = ["StrategicPatch"]


class StrategicPatch(NamedTuple):
    """The parts of a patch in the order in which they are applied: deletes, and documents to merge."""

    parts: tuple[Selector | Document, ...]
    source: str

    @classmethod
    def load(cls, text: str, source: str = "<patch>") -> StrategicPatch:
        """The patch of a YAML text. Raises InputError when it is none, or has nothing in it."""
        problems: list[Problem] = []
        first: list[Selector] = []
        parts: list[Selector | Document] = []
        for root in read(text, source):
            node = follow(root)
            if node.kind == SCALAR and node.tag == "!!null":
                continue
            if node.kind != MAPPING:
                place = Span(source, node.line, node.column)
                problems.append(Problem("expected a document: a mapping at the root", place))
                continue
            selectors, rest = extract(node, source, problems)
            # The legacy document's deletes come before everything else, wherever they stand.
            for selector in selectors:
                (first if selector.legacy else parts).append(selector)
            if rest is not None and not _empty(rest):
                document = decode_document(rest, source, problems)
                if document is not None:
                    parts.append(document)
        if problems:
            raise InputError(problems)
        if not first and not parts:
            raise InputError(Problem("the patch holds nothing", Span(source), remedy="add a field, or leave it out"))
        return cls((*first, *parts), source)

    def apply(self, config: Container, recorder: Recorder | None = None) -> Container:
        """The patched config; ``recorder`` is told of each step, whose changes know their places in the patch.

        Raises InputError when a part does not apply, or the result conflicts.
        """
        documents = list(config.documents)
        problems = [problem for document in documents if (problem := _uncopyable(document)) is not None]
        for part in self.parts:
            before = None if recorder is None else list(documents)
            try:
                if isinstance(part, Selector):
                    _delete(documents, part)
                else:
                    _merge(documents, part)
            except MergeError as error:
                problems.append(self._problem(part, error))
            if recorder is not None and before is not None:
                _record(recorder, before, documents, part)
        if problems:
            raise InputError(problems)
        return Container(documents)

    def _problem(self, part: Selector | Document, error: MergeError) -> Problem:
        if isinstance(part, Selector):
            return Problem(error.message, part.place, part.text, error.remedy)
        path = ".".join(error.path).replace(".[", "[")
        return Problem(error.message, _place(part, error.path), path, error.remedy)


def _record(recorder: Recorder, before: list[Document], after: list[Document], part: Selector | Document) -> None:
    """Tell of what a part did to the one document that it touched."""
    for left, right in zip_longest(before, after):
        if left is not right:
            break
    else:
        return
    if left is not None and len(after) < len(before):
        right = None
    document = left or right
    assert document is not None
    locate = partial(_deleted, part) if isinstance(part, Selector) else partial(_place, part)
    trees = left.tree if left is not None else ABSENT, right.tree if right is not None else ABSENT
    recorder(Step(document.identity, *trees, locate))


def _deleted(selector: Selector, path: tuple[str, ...]) -> Span | None:
    return selector.place


def _place(document: Document, path: tuple[str, ...]) -> Span | None:
    """Where in its text a document has a path, as far as it can be followed."""
    node = document.node
    if node is None:
        return document.place
    for step in path:
        node = follow(node)
        if node.kind != MAPPING:
            break
        found = [value for key, value in pairs(node) if raw_text(key) == step]
        if not found:
            break
        node = found[0]
    return Span(document.source, node.line, node.column)


# A document that holds no more than these counts as empty.
_SHELL = frozenset(("version", "kind", "name"))


def _empty(root: Node) -> bool:
    """Whether a document of a patch says nothing (Talos v1.14.1, patch loading)."""
    entries = pairs(root)
    return all(raw_text(key) in _SHELL and follow(value).kind == SCALAR for key, value in entries)


def _uncopyable(document: Document) -> Problem | None:
    """What Talos cannot copy before it merges: dates, and mappings with other keys than texts."""
    work: list[object] = [document.tree]
    while work:
        value = work.pop()
        if isinstance(value, dict):
            if not all(isinstance(key, str) for key in value):
                break
            work.extend(value.values())
        elif isinstance(value, list):
            work.extend(value)
        elif isinstance(value, Timestamp):
            break
    else:
        return None
    message = f"{document.identity} holds an unquoted date or a key that is no text, which Talos cannot patch"
    return Problem(message, document.place, remedy="quote it in the config")


def _find(documents: list[Document], kind: str, api_version: str, name: str) -> int | None:
    for index, document in enumerate(documents):
        if document.kind.name == kind and document.tree.get("apiVersion", "") == api_version and document.name == name:
            return index
    return None


def _merge(documents: list[Document], part: Document) -> None:
    index = _find(documents, part.kind.name, part.tree.get("apiVersion", ""), part.name)
    if index is None:
        documents.append(part)
        return
    base = documents[index]
    tree = merger().struct(base.kind.type)(base.tree, part.tree)
    if tree is not base.tree:
        documents[index] = Document(base.kind, tree, base.node, base.source)


def _delete(documents: list[Document], selector: Selector) -> None:
    kind = "v1alpha1" if selector.legacy else selector.kind
    index = _find(documents, kind, selector.api_version, selector.name)
    if index is None:
        return
    base = documents[index]
    if bool(selector.name) != bool(base.kind.name_field):
        # A named kind is met by its name only, another one without.
        return
    if not selector.path:
        del documents[index]
        return
    tree = apply(selector, {"ref": base.kind.type}, base.tree, table())
    documents[index] = Document(base.kind, tree, base.node, base.source)
