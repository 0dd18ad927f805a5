"""Where in a config secrets of a project stand: the places may be told, the texts are not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from talosgen.config.container import Document
from talosgen.config.loader import load
from talosgen.errors import InputError
from talosgen.outputs.masks import Masks

__all__ = ["Finder", "texts"]

_BETWEEN: Final = re.compile(r"^---\n", re.MULTILINE)


class Finder:
    """Finds the leaves of configs that hold one of a project's texts."""

    def __init__(self, masks: Masks) -> None:
        self._masks = masks
        # Nodes share most of their documents.
        self._known: dict[str, tuple[str, ...]] = {}

    def places(self, text: str) -> tuple[str, ...]:
        """The leaves' places in the text of a config: the document's number and the steps, as in a JSON Pointer."""
        parts = enumerate(_BETWEEN.split(text))
        return tuple(f"/{number}{place}" for number, part in parts for place in self._of(part))

    def _of(self, part: str) -> tuple[str, ...]:
        found = self._known.get(part)
        if found is None:
            try:
                documents = tuple(load(part, "<config>", allow_unknown=True))
            except InputError:
                # Nobody can load it, so nobody shows what it holds.
                documents = ()
            found = tuple(
                place for document in documents for place, leaf in _leaves(document) if self._masks.hides(leaf)
            )
            self._known[part] = found
        return found


def texts(documents: Iterable[Document], places: Iterable[str]) -> set[str]:
    """What stands at places of a config. Those where no leaf is are passed over."""
    wanted = set(places)
    if not wanted:
        return set()
    return {
        str(leaf)
        for number, document in enumerate(documents)
        for place, leaf in _leaves(document)
        if f"/{number}{place}" in wanted
    }


def _leaves(document: Document) -> Iterator[tuple[str, Any]]:
    """The leaves of a document with the places that they have in it."""
    work: list[tuple[str, Any]] = [("", document.tree)]
    while work:
        place, value = work.pop()
        if isinstance(value, dict):
            work.extend((f"{place}/{_step(key)}", item) for key, item in reversed(value.items()))
        elif isinstance(value, list):
            work.extend((f"{place}/{index}", value[index]) for index in range(len(value) - 1, -1, -1))
        else:
            yield place, value


def _step(key: object) -> str:
    return str(key).replace("~", "~0").replace("/", "~1")
