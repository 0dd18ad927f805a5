"""JSON6902 patches, as Talos v1.14.1 applies them: to the JSON form of a config of one document.

With idempotent semantics an operation may name its document, and what could not be repeated is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from talosgen.config.container import Container, Document
from talosgen.config.equality import same
from talosgen.config.loader import load as load_config
from talosgen.config.mergers import MergeName
from talosgen.errors import InputError, NonIdempotentPatch, Problem
from talosgen.goyaml import json, yaml2
from talosgen.goyaml.construct import construct, follow
from talosgen.goyaml.json import Raw
from talosgen.goyaml.node import MAPPING, SCALAR, SEQUENCE, Node
from talosgen.goyaml.reader import read_first
from talosgen.patching.findings import finding
from talosgen.patching.operations import GivenNull, Operation, apply, names_element, split, text_of
from talosgen.source import Span

__all__ = ["JSONPatch", "related", "relocated", "selected", "written"]

#: What names the document of an operation: kind and name; None where nothing does.
_Selected = tuple[str, str] | None
#: A list by its document and its tokens.
_List = tuple[_Selected, tuple[str, ...]]


class JSONPatch(NamedTuple):
    """Operations in order. ``merge`` is their semantics, ``notes`` are warnings and notes about them.

    ``allow_unknown``: whether what they are applied to may have documents of unknown kinds.
    """

    operations: tuple[Operation, ...]
    source: str
    merge: MergeName = "talos"
    notes: tuple[Problem, ...] = ()
    allow_unknown: bool = False

    @classmethod
    def load(
        cls, text: str, source: str = "<patch>", merge: MergeName = "talos", allow_unknown: bool = False
    ) -> JSONPatch | None:
        """The patch of a JSON list of operations, or of the same list in YAML; None when it is neither.

        Raises InputError for a list that JSON cannot hold, and with ``idempotent`` for operations that could
        not be repeated (patch algebra, U7). An empty text is a patch without operations.
        """
        operations = _operations(text, source)
        if operations is None:
            return None
        notes: list[Problem] = []
        if merge == "idempotent":
            problems = list(_unrepeatable(operations))
            if problems:
                raise InputError(problems)
        else:
            if not operations:
                message = "the patch holds nothing, yet rewrites the config and asks for a single document"
                notes.append(finding("empty-patch", message, Span(source)))
            for operation in operations:
                if "document" in operation.members:
                    message = "Talos passes over `document` beside an operation"
                    notes.append(finding("ignored-selector", message, operation.place))
        return cls(tuple(operations), source, merge, tuple(notes), allow_unknown)

    def __repr__(self) -> str:
        # No values: they may be secret.
        return f"<JSONPatch {self.source}: {len(self.operations)} operations>"

    @property
    def selects(self) -> bool:
        """Whether an operation names its document, as idempotent semantics allow."""
        return self.merge == "idempotent" and any("document" in operation.members for operation in self.operations)

    def apply(self, text: str, source: str) -> str:
        """The text of a config once the operations are applied. Raises InputError at the first that fails.

        With idempotent semantics NonIdempotentPatch when a second application would differ.
        """
        result = self._text(text, source)
        if self.merge == "idempotent":
            self._guard(lambda: self._text(result, source) == result)
        return result

    def apply_to_documents(self, config: Container, source: str) -> Container:
        """A config of several documents once the operations are applied, each to the document that it names.

        Raises InputError, NonIdempotentPatch.
        """
        result = self._documents(config, source)

        def settled() -> bool:
            again = self._documents(result, source)
            return same(*([document.tree for document in config] for config in (result, again)))

        self._guard(settled)
        return result

    def _guard(self, settled: Callable[[], bool]) -> None:
        """Make sure that a second application, which ``settled`` tries, changes nothing."""
        try:
            if settled():
                return
            message = "applied to its own result, the patch would change it again"
            problems = [Problem(message, self.operations[0].place, remedy="use `--merge talos`")]
        except InputError as error:
            problems = [problem._replace(message=f"applied again: {problem.message}") for problem in error.problems]
        raise NonIdempotentPatch(problems)

    def _text(self, text: str, source: str) -> str:
        tree = yaml2.to_json(text, source)
        growing = self._growing()
        for number, operation in enumerate(self.operations, 1):
            tree = self._one(tree, number, operation, growing)
        return yaml2.emit(tree)

    def _one(self, tree: Any, number: int, operation: Operation, growing: set[_List]) -> Any:
        path = operation.text_or_none("path") or ""
        tokens = split(path)
        grown = any((selected(operation), tuple(tokens[:size])) in growing for size in range(len(tokens)))
        try:
            return apply(tree, operation, united=self.merge == "idempotent", grown=grown)
        except ValueError as error:
            raise InputError(Problem(f"operation {number}: {error}", operation.place, path)) from None

    def _growing(self) -> set[_List]:
        """The lists that idempotent operations may add an element to."""
        out: set[_List] = set()
        for operation in self.operations if self.merge == "idempotent" else ():
            path = split(operation.text_or_none("path") or "")
            if operation.text_or_none("op") == "add" and names_element(path):
                out.add((selected(operation), tuple(path[:-1])))
        return out

    def _documents(self, config: Container, source: str) -> Container:
        documents = list(config.documents)
        trees: dict[int, Any] = {}
        touched: dict[int, list[Operation]] = {}
        growing = self._growing()
        for number, operation in enumerate(self.operations, 1):
            index = _chosen(documents, number, operation)
            if index is None:
                continue
            if not documents[index].known:
                message = f"operation {number}: a document of an unknown kind can only be added or deleted whole"
                raise InputError(Problem(message, operation.place, remedy="do so by a strategic merge patch"))
            if index not in trees:
                trees[index] = yaml2.to_json(documents[index].to_yaml(), source)
            trees[index] = self._one(trees[index], number, operation, growing)
            touched.setdefault(index, []).append(operation)
        problems: list[Problem] = []
        for index, tree in trees.items():
            try:
                (made,) = load_config(yaml2.emit(tree), source)
            except InputError as error:
                problems.extend(relocated(error.problems, touched[index]))
                continue
            documents[index] = Document(made.kind, made.tree, documents[index].node, documents[index].source)
        if problems:
            raise InputError(problems)
        return Container(documents)


def relocated(problems: tuple[Problem, ...], operations: Sequence[Operation]) -> list[Problem]:
    """Faults of a text that operations made, at the operation that wrote what is faulty."""
    return [problem._replace(place=written(operations, problem.path) or problem.place) for problem in problems]


def written(operations: Sequence[Operation], path: str, value: Any = None) -> Span | None:
    """Where the last operation that set a path, or something above or below it, stands.

    ``value`` is what stands at the path: of operations that add to one list, the one that added this is meant.
    """
    added: Span | None = None
    for operation in reversed(operations):
        tokens = split(operation.text_or_none("path") or "")
        adds = bool(tokens) and tokens[-1] == "-"
        mine = _path_text(tokens[:-1] if adds else tokens)
        if path == mine or path.startswith((f"{mine}.", f"{mine}[")) or mine.startswith((f"{path}.", f"{path}[")):
            given = operation.members.get("value")
            place: Span = operation.place
            if not adds or not isinstance(given, Raw) or str(given.value) == str(value):
                return place
            added = added or place
    return added


def _path_text(tokens: list[str]) -> str:
    out = ""
    for token in tokens:
        out += f"[{token}]" if token.isdigit() else f".{token}" if out else token
    return out


def _operations(text: str, source: str) -> list[Operation] | None:
    try:
        tree = json.load(text)
    except ValueError:
        return _from_yaml(text, source)
    if isinstance(tree, Raw) and tree == "null":
        return []
    if not isinstance(tree, list) or not all(isinstance(item, dict) or item == "null" for item in tree):
        return None
    # In JSON a member that is null is one that is missing; in YAML it is null.
    members = [
        {key: part for key, part in item.items() if part != "null"} if isinstance(item, dict) else {} for item in tree
    ]
    return [Operation(item, place) for item, place in zip(members, _places(text, source, len(tree)), strict=True)]


def _places(text: str, source: str, count: int) -> list[Span]:
    """Where the elements of a JSON list stand; as YAML it tells, unless it is JSON that YAML cannot read."""
    try:
        root = read_first(text, source)
    except InputError:
        root = None
    if root is None or root.kind != SEQUENCE or len(root.value) != count:
        return [Span(source)] * count
    return [Span(source, item.line, item.column) for item in root.value]


def _from_yaml(text: str, source: str) -> list[Operation] | None:
    root = read_first(text, source)
    node = None if root is None else follow(root)
    if node is None or (node.kind == SCALAR and node.tag == "!!null"):
        return []
    if node.kind != SEQUENCE:
        return None
    problems: list[Problem] = []

    def fail(node: Node, message: str) -> None:
        problems.append(Problem(message, Span(source, node.line, node.column)))

    operations = []
    for item in map(follow, node.value):
        if item.kind == SCALAR and item.tag == "!!null":
            continue
        if item.kind != MAPPING:
            return None
        place = Span(source, item.line, item.column)
        value = construct(item, fail)
        try:
            members = json.dump({str(key): part for key, part in value.items()})
            given = {key: GivenNull(part) if part == "null" else part for key, part in members.items()}
            operations.append(Operation(given, place))
        except ValueError as error:
            problems.append(Problem(f"the operation cannot be written as JSON: {error}", place))
    if problems:
        raise InputError(problems)
    return operations


def selected(operation: Operation) -> _Selected:
    """The document that an operation names. Raises ValueError when what names it is no selector."""
    selector = operation.members.get("document")
    if selector is None:
        return None
    if not isinstance(selector, dict) or not {"kind"} <= selector.keys() <= {"kind", "name"}:
        raise ValueError("a document is selected by kind and name: {kind: LinkConfig, name: eth0}")
    kind, name = (text_of(selector.get(key, Raw('""'))) for key in ("kind", "name"))
    if kind is None or name is None:
        raise ValueError("the kind and the name of a document are texts")
    return kind, name


def _chosen(documents: list[Document], number: int, operation: Operation) -> int | None:
    """The document of an operation; None when there is none, and none is needed."""
    wanted = selected(operation)
    if wanted is None:
        if len(documents) == 1:
            return 0
        message = f"operation {number}: the config has several documents"
        remedy = "name one beside the operation: document: {kind: …, name: …}"
        raise InputError(Problem(message, operation.place, remedy=remedy))
    for index, document in enumerate(documents):
        if (document.kind.name, document.name) == wanted:
            return index
    if operation.text_or_none("op") == "remove":
        return None
    message = f"operation {number}: the config has no document {'/'.join(wanted)}"
    raise InputError(Problem(message, operation.place, remedy="add the document by a strategic merge patch first"))


def _unrepeatable(operations: list[Operation]) -> Iterator[Problem]:
    """What idempotent semantics refuse whatever the config is (patch algebra, U7)."""
    changed: list[tuple[Operation, _Selected, list[str]]] = []
    for operation in operations:
        path = operation.text_or_none("path")
        try:
            chosen = selected(operation)
        except ValueError as error:
            yield Problem(str(error), operation.place)
            continue
        if operation.text_or_none("op") != "test" and path is not None:
            changed.append((operation, chosen, split(path)))
    for operation in operations:
        op = operation.text_or_none("op")
        if op == "move":
            message = "a move cannot be repeated"
            yield Problem(message, operation.place, remedy="copy and remove, or use `--merge talos`")
            continue
        read = operation.text_or_none({"test": "path", "copy": "from"}.get(op or "", ""))
        if read is None:
            continue
        try:
            chosen = selected(operation)
        except ValueError:
            continue
        tokens = split(read)
        if any(where == chosen and related(tokens, path) for _, where, path in changed):
            what = "what is tested" if op == "test" else "what is copied"
            message = f"the patch changes {what}"
            yield Problem(message, operation.place, read, "leave the operation out, or use `--merge talos`")


def related(one: list[str], other: list[str]) -> bool:
    """Whether one of two paths leads through the other."""
    size = min(len(one), len(other))
    return one[:size] == other[:size]
