"""Texts that do not survive Talos's own round trip: what it prints and does not read back as it was."""

from __future__ import annotations

from collections.abc import Iterator

from talosgen.config.container import Container
from talosgen.config.equality import difference
from talosgen.config.loader import load
from talosgen.config.provenance import path_text
from talosgen.errors import InputError, Problem
from talosgen.patching.findings import finding
from talosgen.source import Span

__all__ = ["round_trip"]


def round_trip(config: Container, source: str) -> Iterator[Problem]:
    """What of a config's text does not load again, or loads as something else (go-yaml's emitter, Talos v1.14.1)."""
    span = Span(source)
    if not len(config):
        yield finding("no-round-trip", "no document is left: Talos does not load an empty text", span)
        return
    for document in config:
        if not document.known:
            continue
        name = document.identity
        try:
            (again,) = load(document.to_yaml(), source)
        except InputError as error:
            for path in dict.fromkeys(problem.path for problem in error.problems):
                yield finding("no-round-trip", f"{name}: what Talos prints here it does not load again", span, path)
            continue
        # Talos prints some empty lists and texts that were not set.
        steps = difference(document.tree, again.tree, unset_is_empty=True)
        if steps is not None:
            message = f"{name}: Talos loads what it prints here as another value"
            yield finding("no-round-trip", message, span, path_text(steps))
