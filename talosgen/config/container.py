"""The container of a machine config's documents: at most one legacy document, then all others in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, TypeVar

from talosgen.config.engine import encoder
from talosgen.errors import InputError, Problem
from talosgen.goyaml.node import Node
from talosgen.goyaml.scalars import Timestamp
from talosgen.schema.table import Kind
from talosgen.source import Span

__all__ = ["Container", "Document"]

_T = TypeVar("_T")
#: So many things that were found out of a document are kept: nodes of a cluster that share one ask for the same.
_REMEMBERED: Final = 8


class Document:
    """One document: its kind, its plain tree in schema order, and where it was written, if anywhere.

    The tree is never changed: whoever wants another one makes it.
    """

    __slots__ = ("_copyable", "_printed", "_remembered", "kind", "node", "source", "tree")

    #: Whether the table has its kind.
    known = True

    def __init__(self, kind: Kind, tree: dict[str, Any], node: Node | None = None, source: str = "") -> None:
        self.kind = kind
        self.tree = tree
        self.node = node
        self.source = source
        # What is found out of a tree, which never changes, is found out once.
        self._printed: str | None = None
        self._copyable: bool | None = None
        self._remembered: list[tuple[str, object, Any]] = []

    def __reduce__(self) -> tuple[Any, ...]:
        # Without what was found out: it would be sent along.
        return type(self), (self.kind, self.tree, self.node, self.source)

    @property
    def name(self) -> str:
        """The name of a document of a named kind, else empty."""
        return self.tree.get(self.kind.name_field, "") if self.kind.name_field else ""

    @property
    def identity(self) -> str:
        """``Kind/name``, as container checks name a document (Talos v1.14 container validation)."""
        return f"{self.kind.name}/{self.name}"

    @property
    def place(self) -> Span | None:
        if not self.source:
            return None
        return Span(self.source) if self.node is None else Span(self.source, self.node.line, self.node.column)

    def to_yaml(self) -> str:
        """The document's text, comments off; ends in a newline."""
        # Nodes of a cluster share most of their documents: each is printed once.
        text = self._printed
        if text is None:
            text = self._printed = encoder().text(self.kind.type, self.tree)
        return text

    @property
    def copyable(self) -> bool:
        """Whether Talos can copy it, as it does before it merges: it holds no dates, and no keys but texts."""
        found = self._copyable
        if found is None:
            found = self._copyable = _copyable(self.tree)
        return found

    def remembered(self, what: str, of: object, make: Callable[[], _T]) -> _T:
        """What ``make`` gives, or gave lately: of this document, by the name ``what``, with one other thing or None."""
        for name, other, result in self._remembered:
            if other is of and name == what:
                found: _T = result
                return found
        made = make()
        self._remembered.append((what, of, made))
        if len(self._remembered) > _REMEMBERED:
            del self._remembered[0]
        return made

    def __repr__(self) -> str:
        # No tree: it holds secrets.
        return f"<Document {self.identity}>"


class Container:
    """The documents of one machine config. Immutable.

    Raises InputError when two documents are the same, exclude each other, or claim one link name
    (Talos v1.14 container validation).
    """

    __slots__ = ("_documents",)

    def __init__(self, documents: Iterable[Document], *, check: bool = True) -> None:
        given = list(documents)
        legacy = [document for document in given if document.kind.legacy]
        if check and (problems := _problems(given)):
            raise InputError(problems)
        others = [document for document in given if not document.kind.legacy]
        self._documents = (*legacy, *others)

    @property
    def documents(self) -> tuple[Document, ...]:
        return self._documents

    @property
    def legacy(self) -> Document | None:
        """The legacy ``v1alpha1`` document."""
        first = self._documents[0] if self._documents else None
        return first if first is not None and first.kind.legacy else None

    def of_kind(self, kind: str) -> list[Document]:
        """All documents of a kind, in order."""
        return [document for document in self._documents if document.kind.name == kind]

    def __iter__(self) -> Iterator[Document]:
        return iter(self._documents)

    def __len__(self) -> int:
        return len(self._documents)

    def __repr__(self) -> str:
        return f"<Container {', '.join(document.identity for document in self._documents)}>"

    def to_yaml(self) -> str:
        """The text of all documents, a line ``---`` between them, comments off."""
        return "---\n".join(document.to_yaml() for document in self._documents)


def _copyable(tree: object) -> bool:
    work = [tree]
    while work:
        value = work.pop()
        if isinstance(value, dict):
            if not all(isinstance(key, str) for key in value):
                return False
            work.extend(value.values())
        elif isinstance(value, list):
            work.extend(value)
        elif isinstance(value, Timestamp):
            return False
    return True


def _problems(documents: list[Document]) -> list[Problem]:
    out: list[Problem] = []
    seen: dict[str, Document] = {}
    links: dict[str, Document] = {}
    for document in documents:
        identity = document.identity
        first = seen.setdefault(identity, document)
        if first is not document:
            what = "a second v1alpha1 document" if document.kind.legacy else f"a second document {identity}"
            out.append(Problem(f"{what}; a config holds one", document.place, remedy="merge the two"))
            continue
        for other in document.kind.conflicts_with:
            twin = seen.get(f"{other}/{document.name}")
            if twin is not None:
                out.append(
                    Problem(
                        f"{identity} and {twin.identity} exclude each other",
                        document.place,
                        remedy="keep one of them",
                    )
                )
        for name in _links(document):
            if (claimant := links.get(name)) is None:
                links[name] = document
            else:
                out.append(
                    Problem(
                        f'{claimant.identity} and {identity} both configure the link "{name}"',
                        document.place,
                        remedy="configure a link in one document",
                    )
                )
    return out


def _links(document: Document) -> list[str]:
    names = []
    for path in document.kind.links:
        value: Any = document.tree
        for key in path.split("."):
            value = value.get(key, "") if isinstance(value, dict) else ""
        names.append(value)
    return names
