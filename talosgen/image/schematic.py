"""Image Factory schematics: their canonical text and, from it, their id, without asking a factory."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, NamedTuple

from talosgen.config.decode import Decoder, Faults
from talosgen.config.encode import Encoder
from talosgen.config.loader import children
from talosgen.errors import InputError, Problem
from talosgen.goyaml.construct import follow
from talosgen.goyaml.node import SCALAR, Node
from talosgen.goyaml.reader import read_first
from talosgen.goyaml.writer import Verbatim, double, older_quotes
from talosgen.schema.table import Table, data
from talosgen.source import Span

__all__ = ["Locate", "Schematic", "Steps"]

Steps = tuple[str | int, ...]
#: Where a schematic has what stands at a path; None where that is not known.
Locate = Callable[[Steps], Span | None]


@cache
def _engines() -> tuple[Decoder, Encoder, str]:
    table = Table(data(__spec__, "schematic.json"))
    return Decoder(table), Encoder(table), table.roots["schematic"]


class Schematic(NamedTuple):
    """What an image is made of beside Talos itself: extensions, kernel arguments, an overlay …"""

    tree: dict[str, Any]

    @classmethod
    def load(cls, text: str | bytes, source: str = "<text>") -> Schematic:
        """The schematic of a YAML text; only its first document counts.

        Raises InputError with all faults for text that a factory would refuse to read (Image Factory
        client v1.4.0): syntax, unknown keys, wrong types, no text at all.
        """
        return cls.read(text, source)[0]

    @classmethod
    def read(cls, text: str | bytes, source: str = "<text>") -> tuple[Schematic, Locate]:
        """The same, and what knows where each part of it stands in the text."""
        root = read_first(text, source)
        if root is None:
            raise InputError(
                Problem("the schematic is empty", Span(source), remedy="the empty schematic is written {}")
            )
        return cls.of(root, source), _Places(root, source).place

    @classmethod
    def of(cls, root: Node, source: str) -> Schematic:
        """The schematic of a document that was read already. Raises InputError as ``load`` does."""
        node = follow(root)
        if node.kind == SCALAR and node.tag == "!!null":
            return cls({})
        faults = Faults(source, merges=True)
        decoder, _, name = _engines()
        tree = decoder.root(name)(node, faults)
        if faults.found:
            raise InputError(faults.problems(node))
        return cls(tree)

    def with_kernel_args(self, arguments: Iterable[str]) -> Schematic:
        """This schematic with further kernel arguments behind its own."""
        customization = self.tree.get("customization", {})
        given = [*customization.get("extraKernelArgs", []), *arguments]
        return Schematic({**self.tree, "customization": {**customization, "extraKernelArgs": given}})

    def with_extensions(self, names: Iterable[str]) -> Schematic:
        """This schematic with official extensions that it does not name yet behind its own."""
        customization = self.tree.get("customization", {})
        extensions = customization.get("systemExtensions", {})
        given = extensions.get("officialExtensions", [])
        more = [name for name in names if name not in given]
        if not more:
            return self
        extensions = {**extensions, "officialExtensions": [*given, *more]}
        return Schematic({**self.tree, "customization": {**customization, "systemExtensions": extensions}})

    def to_yaml(self) -> str:
        """The canonical text: the same for every spelling of one schematic."""
        _, encoder, name = _engines()
        return encoder.text(name, self.tree)

    @property
    def older_id(self) -> str:
        """The id that factories from v0.9 to v1.4 give: they quote words of YAML 1.1 (`yes`, `off`, `22:22`) otherwise.

        Raises InputError where such a word is a key of the overlay's options.
        """
        _, encoder, name = _engines()
        return _digest(encoder.text(name, _older(self.tree)))

    @property
    def id(self) -> str:
        """The 64 hexadecimal digits by which a factory knows the schematic."""
        return _digest(self.to_yaml())


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def _older(tree: Any) -> Any:
    """A tree whose texts are printed as go-yaml v4 rc.4 did."""
    root: list[Any] = [None]
    work: list[tuple[Any, Any, Any]] = [(root, 0, tree)]
    while work:
        into, step, value = work.pop()
        if isinstance(value, dict):
            for key in value:
                if isinstance(key, str) and older_quotes(key):
                    message = f"the key {key!r} is printed in another way by older factories"
                    raise InputError(Problem(message, remedy="ask the factory for the id"))
            into[step] = made = dict.fromkeys(value)
            work.extend((made, key, below) for key, below in value.items())
        elif isinstance(value, list):
            into[step] = items = [None] * len(value)
            work.extend((items, index, below) for index, below in enumerate(value))
        else:
            into[step] = Verbatim(double(value)) if type(value) is str and older_quotes(value) else value
    return root[0]


class _Places:
    """Where a document has a path. What was opened on the way is kept, so that many paths cost little."""

    def __init__(self, root: Node, source: str) -> None:
        self._root = follow(root)
        self._source = source
        self._below: dict[int, dict[str | int, Node]] = {}

    def place(self, steps: Steps) -> Span:
        """As far as the path can be followed."""
        node = self._root
        for step in steps:
            if id(node) not in self._below:
                self._below[id(node)] = children(node)
            below = self._below[id(node)].get(step)
            if below is None:
                break
            node = follow(below)
        return Span(self._source, node.line, node.column)
