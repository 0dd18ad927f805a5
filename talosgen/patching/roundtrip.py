"""Texts that do not survive Talos's own round trip: what it prints and does not read back as it was."""

from __future__ import annotations

from collections.abc import Iterator

from talosgen.config.container import Container
from talosgen.config.roundtrip import losses
from talosgen.errors import Problem
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
        for loss in losses(document):
            yield finding("no-round-trip", f"{document.identity}: {loss.message}", span, loss.path)
