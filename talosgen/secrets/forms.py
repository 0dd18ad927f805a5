"""What form a file of Talos has: a secrets bundle, a talosconfig, a machine config."""

from __future__ import annotations

from typing import Final, Literal

from talosgen.errors import InputError, Problem
from talosgen.goyaml.construct import follow
from talosgen.goyaml.node import MAPPING, SCALAR
from talosgen.goyaml.reader import read_first
from talosgen.source import Span

__all__ = ["Form", "form"]

#: The first two are roots of the table.
Form = Literal["secrets", "talosconfig", "config"]

#: Keys that a form has at its root, and no machine config.
_MARKS: Final[dict[Form, frozenset[str]]] = {
    "secrets": frozenset(("certs", "trustdinfo", "secrets")),
    "talosconfig": frozenset(("contexts",)),
}


def form(text: str | bytes, source: str = "<text>") -> Form:
    """The form that the first document of a text shows. Raises InputError when that is no mapping."""
    root = read_first(text, source)
    if root is None or (root := follow(root)).kind != MAPPING:
        remedy = "give a secrets bundle, a machine config or a talosconfig"
        raise InputError(Problem("this file is none that Talos knows", Span(source), remedy=remedy))
    names = {key.value for key in map(follow, root.value[::2]) if key.kind == SCALAR}
    if "kind" in names:
        return "config"
    return next((found for found, marks in _MARKS.items() if names & marks), "config")
