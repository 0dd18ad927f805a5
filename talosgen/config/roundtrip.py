"""What does not survive Talos's own round trip: what it prints and does not read back as it was."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from talosgen.config.container import Document
from talosgen.config.equality import difference
from talosgen.config.loader import load
from talosgen.config.provenance import path_text
from talosgen.errors import InputError

__all__ = ["Loss", "losses"]


class Loss(NamedTuple):
    """What is lost of a document, and at which path; ``steps`` is None where the text does not load again."""

    message: str
    path: str
    steps: tuple[str | int, ...] | None = None


def losses(document: Document) -> Iterator[Loss]:
    """What of a document's text does not load again, or loads as something else (go-yaml's emitter, Talos v1.14.1)."""
    try:
        (again,) = load(document.to_yaml(), document.source)
    except InputError as error:
        for path in dict.fromkeys(problem.path for problem in error.problems):
            yield Loss("what Talos prints here it does not load again", path)
        return
    # Talos prints some empty lists and texts that were not set.
    steps = difference(document.tree, again.tree, unset_is_empty=True)
    if steps is not None:
        yield Loss("Talos loads what it prints here as another value", path_text(steps), steps)
