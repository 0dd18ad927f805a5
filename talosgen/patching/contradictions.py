"""Where a patch is at odds with itself: what makes its second application differ under any semantics."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import NamedTuple

from talosgen.config.container import Document
from talosgen.config.mergers import form, uncopyable
from talosgen.config.walk import Place, walk, walk_merged
from talosgen.schema.table import table

__all__ = ["Contradiction", "contradictions"]


#: The places at which documents merge, each with its document.
_Merged = list[tuple[Document, Place]]


class Contradiction(NamedTuple):
    """One of them: in which document of the patch, where, what it is and what to do."""

    document: Document
    where: Place
    message: str
    remedy: str


def contradictions(documents: list[Document]) -> Iterator[Contradiction]:
    """Those of the documents of a patch that merge with one document (patch algebra, U8, N6, N19, N23)."""
    merged: _Merged = []
    for document in documents:
        yield from _unpatchable(document)
        for where in walk_merged(document.tree, document.kind.type, table()):
            merged.append((document, where))
            if where.keyed is not None and where.keyed.unique:
                yield from _repeated(document, where)
    yield from _forms(merged)
    yield from _keys(merged)


def _unpatchable(document: Document) -> Iterator[Contradiction]:
    for where in walk(document.tree, document.kind.type, table()):
        if where.free_form:
            what = uncopyable(where.value)
            if what:
                yield Contradiction(document, where, f"{what} cannot be patched again", "quote it")


def _repeated(document: Document, where: Place) -> Iterator[Contradiction]:
    assert where.keyed is not None
    seen: set[Hashable] = set()
    for index, element in enumerate(where.value):
        key = where.keyed.wanted(element)
        if key is not None and key in seen:
            message = "an element with this key stands already in this list; which one is meant changes"
            within = where._replace(steps=(*where.steps, index))
            yield Contradiction(document, within, message, "write one element for each key")
        seen.add(key)


def _forms(merged: _Merged) -> Iterator[Contradiction]:
    """Two forms of value for one place of a free-form object."""
    forms: dict[tuple[Hashable, ...], str] = {}
    for document, where in merged:
        if not where.free_form:
            continue
        found = form(where.value)
        before = forms.setdefault(where.location, found)
        if before != found:
            message = f"this is {found}, and {before} elsewhere in the patch"
            yield Contradiction(document, where, message, "keep one of them")


def _keys(merged: _Merged) -> Iterator[Contradiction]:
    """An element with several keys beside one that is looked for by a later key alone."""
    both: _Merged = []
    later: set[tuple[Hashable, ...]] = set()
    for document, where in merged:
        if where.keyed is None or not where.keyed.unique:
            continue
        for index, element in enumerate(where.value):
            keys = where.keyed.keys(element)
            if len(keys) > 1 and all(key is not None for key in keys):
                both.append((document, where._replace(steps=(*where.steps, index))))
            elif keys[0] is None and where.keyed.wanted(element) is not None:
                later.add(where.location)
    for document, where in both:
        if where.location in later:
            message = "this element has a name and a selector, another one of the patch a selector alone"
            yield Contradiction(document, where, message, "name both, or leave the selector of this one out")
