"""Texts that Talos does not read back as it prints them; a node gets what is printed."""

from __future__ import annotations

from typing import Final

from talosgen.config.container import Document
from talosgen.config.roundtrip import losses
from talosgen.goyaml.writer import round_trips
from talosgen.validation.lints.leaves import leaves
from talosgen.validation.rule import LINTS, Context, Step

__all__: list[str] = []

# How far the text of a block can be set in, beyond what it stands in.
_INDENTS: Final = (0, 2)
_BREAKS: Final = "\n\u2028\u2029"


@LINTS.across
def round_trip(context: Context) -> None:
    for document in context.container:
        if not document.known:
            continue
        doubtful = _doubtful(document)
        # An unset protocol is printed as what no loader takes.
        ports = document.tree.get("portSelector") or {"protocol": ""}
        if not doubtful and "protocol" in ports:
            continue
        for loss in losses(document):
            # Where the text that was printed is at fault is no place in the one that was read.
            for steps in (doubtful or [("portSelector",)]) if loss.steps is None else [loss.steps]:
                context.at(document)("no-round-trip", *steps, message=loss.message)


def _doubtful(document: Document) -> list[tuple[Step, ...]]:
    """The texts that may not survive, for the second look takes as long as all other rules together."""
    return [
        steps
        for steps, text in leaves(document.tree)
        if any(char in text for char in _BREAKS) and not all(round_trips(text, indent) for indent in _INDENTS)
    ]
