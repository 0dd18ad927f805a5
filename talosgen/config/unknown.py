"""Documents of kinds that the table does not have: carried through as the text that they were written in."""

from __future__ import annotations

from typing import Any

from talosgen.config.container import Document
from talosgen.errors import InputError, Problem
from talosgen.goyaml.construct import construct, pairs
from talosgen.goyaml.cursor import BREAKS
from talosgen.goyaml.node import ALIAS, SCALAR, Node
from talosgen.goyaml.reader import read
from talosgen.schema.table import Kind, table
from talosgen.source import Span

__all__ = ["Texts", "UnknownDocument", "is_unknown"]


class UnknownDocument(Document):
    """A document that is known by its kind, apiVersion and name alone. Its tree is there to be read.

    Its kind has no type: no engine merges, deletes in or encodes it.
    """

    __slots__ = ("_name", "_text")

    known = False

    def __init__(self, tree: dict[str, Any], text: str, node: Node, source: str) -> None:
        found = _scalar(node, "name")
        self._name = "" if found is None else str(found.value)
        self._text = text
        named = bool(self._name)
        kind = Kind(
            name=tree["kind"],
            api_version=tree["apiVersion"],
            type="",
            identity="kind+name" if named else "singleton",
            name_field="name" if named else "",
        )
        super().__init__(kind, tree, node, source)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.tree, self._text, self.node, self.source)

    @property
    def name(self) -> str:
        """The text of its ``name`` as written, empty when there is none."""
        return self._name

    def to_yaml(self) -> str:
        """The document's text as it was written, comments and all; ends in a line break."""
        return self._text


def is_unknown(root: Node) -> bool:
    """Whether the keys of a root mapping name a kind, or an apiVersion of it, that the table does not have."""
    found = [_scalar(root, key) for key in ("kind", "apiVersion")]
    name, version = (node.value if node is not None and node.tag == "!!str" else "" for node in found)
    kind = table().kinds.get(name)
    return bool(name and version) and (kind is None or not (kind.legacy or kind.api_version == version))


class Texts:
    """The texts of the documents of one stream, found when the first unknown one asks for its own."""

    def __init__(self, text: str | bytes, source: str) -> None:
        self._text = text
        self._source = source
        self._texts: list[str] | None = None

    def document(self, node: Node, index: int, problems: list[Problem]) -> UnknownDocument | None:
        """The unknown document at a position of the stream; what is wrong with it is added to ``problems``."""
        if self._texts is None:
            from talosgen.goyaml import stream

            self._texts = stream.texts(self._text, self._source)
        text = self._texts[index]
        if text[-1] not in BREAKS:
            text += "\n"
        faults: list[Problem] = []

        def fail(at: Node, message: str) -> None:
            faults.append(Problem(message, Span(self._source, at.line, at.column)))

        tree = construct(node, fail)
        if not faults and not _stands_alone(node, text):
            fail(node, "this document of an unknown kind is not the same when it stands alone")
            remedy = (
                "do without directives, anchors of other documents and byte-order marks; end the text with a line break"
            )
            faults[0] = faults[0]._replace(remedy=remedy)
        problems.extend(faults)
        return None if faults else UnknownDocument(tree, text, node, self._source)


def _scalar(root: Node, key: str) -> Node | None:
    """The scalar that a key of a root mapping has."""
    return next(
        (value for at, value in pairs(root) if at.tag == "!!str" and at.value == key and value.kind == SCALAR), None
    )


def _stands_alone(node: Node, text: str) -> bool:
    """Whether a text by itself is a stream of one document, which has this root."""
    try:
        roots = read(text)
    except InputError:
        return False
    return len(roots) == 1 and _same(node, roots[0])


def _same(left: Node, right: Node) -> bool:
    """Whether two nodes say the same, wherever they stand. A stack of our own: depth is the input's."""
    work = [(left, right)]
    while work:
        one, other = work.pop()
        if (one.kind, one.tag, one.style, one.anchor) != (other.kind, other.tag, other.style, other.anchor):
            return False
        if one.kind == SCALAR:
            if one.value != other.value:
                return False
        # What an alias stands for has been compared where its anchor is.
        elif one.kind != ALIAS:
            if len(one.value) != len(other.value):
                return False
            work.extend(zip(one.value, other.value, strict=True))
    return True
