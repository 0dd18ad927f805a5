"""The union mode of the patch algebra: what its rules refuse, the order that deletes leave, and the guard."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from talosgen.config.codecs import ABSENT
from talosgen.config.container import Container, Document
from talosgen.config.engine import merger
from talosgen.config.equality import difference
from talosgen.config.merge import MergeError
from talosgen.config.mergers import replaces
from talosgen.config.provenance import Recorder, Step, path_text
from talosgen.config.tree import at
from talosgen.config.walk import Place, walk
from talosgen.errors import NonIdempotentPatch, Problem
from talosgen.patching.contradictions import contradictions
from talosgen.patching.delete import Selector, matches, target_type
from talosgen.patching.places import Target, of_selector, place, target
from talosgen.schema.table import table
from talosgen.source import Span

__all__ = ["apply", "check"]

if TYPE_CHECKING:
    from talosgen.patching.strategic import StrategicPatch

_Part = Selector | Document


def apply(patch: StrategicPatch, config: Container, recorder: Recorder | None = None) -> Container:
    """The config with a patch of idempotent semantics laid over it.

    Raises InputError when a part does not apply, NonIdempotentPatch when a second application would differ.
    """
    order = _Order(patch)
    result = order.kept(config, patch.steps(config, recorder), recorder)
    again = order.kept(result, patch.steps(result), None)
    for left, right in zip(result.documents, again.documents, strict=False):
        steps = difference(left.tree, right.tree) if left.identity == right.identity else ()
        if steps is not None:
            raise NonIdempotentPatch(
                Problem(
                    f"laid over its own result, the patch would change {left.identity} again",
                    Span(patch.source),
                    path_text(steps),
                    "split the patch, or merge it with `--merge talos`",
                )
            )
    if len(result) != len(again):
        raise NonIdempotentPatch(
            Problem("laid over its own result, the patch would change the documents again", Span(patch.source))
        )
    return result


class _Order:
    """Keeps lists and documents in the order that they had where a patch merely deletes and adds anew (U6)."""

    def __init__(self, patch: StrategicPatch) -> None:
        # By list: the statements that delete elements of it.
        self._lists: dict[tuple[Target, tuple[str | int, ...]], list[Selector]] = {}
        self._dropped: set[Target] = set()
        for part in patch.parts:
            if not isinstance(part, Selector):
                continue
            if not part.path:
                self._dropped.add(target(part))
            elif isinstance(part.path[-1], int):
                self._lists.setdefault((target(part), part.path[:-1]), []).append(part)
        for mine, path in list(self._lists):
            if _cleared(patch.parts, mine, path):
                del self._lists[mine, path]
        # What the patch makes by itself.
        self._alone = patch.steps(Container(())) if self._lists or self._dropped else Container(())

    def kept(self, before: Container, after: Container, recorder: Recorder | None) -> Container:
        """The config ``after`` the patch, in the order of the one ``before`` it where that is due."""
        if not self._lists and not self._dropped:
            return after
        documents = list(after.documents)
        for index, document in enumerate(documents):
            mine = target(document)
            tree = document.tree
            for (where, path), selectors in sorted(self._lists.items(), key=lambda entry: entry[0]):
                if where == mine:
                    tree = self._list(before, tree, document.kind.type, path, selectors)
            if tree is not document.tree:
                documents[index] = Document(document.kind, tree, document.node, document.source)
                if recorder is not None:
                    part = next(part for (where, _), parts in self._lists.items() for part in parts if where == mine)
                    recorder(Step(document.identity, document.tree, tree, partial(of_selector, part)))
        return Container(self._documents(before, documents))

    def _list(
        self, before: Container, tree: Any, struct: str, path: tuple[str | int, ...], selectors: list[Selector]
    ) -> Any:
        """The tree of a document with one list in its old order, where that is due."""
        mine = target(selectors[0])
        old, new, built = at(_tree(before, mine), path), at(tree, path), at(_tree(self._alone, mine), path)
        if not (isinstance(old, list) and isinstance(new, list) and isinstance(built, list)):
            return tree
        element = target_type(selectors[0], {"ref": struct}, table())
        fitting = {index for selector in selectors for index in matches(selector, element, built, table())}
        readded = [built[index] for index in sorted(fitting)]
        keeps = _keeps_order(old, new, built, readded, merger("idempotent").mark(element))
        return _with(tree, path, old) if keeps else tree

    def _documents(self, before: Container, documents: list[Document]) -> list[Document]:
        old, new, built = (
            [part for part in parts if not part.kind.legacy]
            for parts in (before.documents, documents, self._alone.documents)
        )
        readded = [part for part in built if target(part) in self._dropped]
        if not _keeps_order(old, new, built, readded, _document_mark):
            return documents
        places = {target(part): index for index, part in enumerate(old)}
        return sorted(documents, key=lambda part: places.get(target(part), -1))


def _document_mark(document: Document) -> Hashable:
    return target(document), document.to_yaml()


def _keeps_order(
    old: list[Any], new: list[Any], built: list[Any], readded: list[Any], mark: Callable[[Any], Hashable]
) -> bool:
    """Whether a list that ends as a permutation of what it was keeps its old order (patch algebra, U6)."""
    before, after = list(map(mark, old)), list(map(mark, new))
    if not readded or before == after or Counter(before) != Counter(after):
        return False
    own = list(map(mark, built))
    chosen = set(map(mark, readded))
    if [item for item in before if item in chosen] != [item for item in own if item in chosen]:
        return False
    made = set(own)
    first = min(index for index, item in enumerate(before) if item in chosen)
    return all(item in made for item in before[first:])


def _cleared(parts: tuple[_Part, ...], mine: Target, path: tuple[str | int, ...]) -> bool:
    """Whether a patch empties a list as a whole, by itself or with what is around it."""
    for part in parts:
        if target(part) != mine:
            continue
        if isinstance(part, Selector):
            if path[: len(part.path)] == part.path:
                return True
        elif replaces(part.tree, path):
            return True
    return False


def _tree(config: Container, mine: Target) -> Any:
    return next((document.tree for document in config if target(document) == mine), ABSENT)


def _with(tree: dict[str, Any], path: tuple[str | int, ...], value: Any) -> dict[str, Any]:
    """A tree with another value at a path of keys."""
    step = path[0]
    assert isinstance(step, str)
    return {**tree, step: _with(tree[step], path[1:], value) if len(path) > 1 else value}


def check(parts: tuple[_Part, ...]) -> list[Problem]:
    """What these semantics refuse in a patch, whatever it is laid over (patch algebra, U8 and N23)."""
    problems: list[Problem] = []
    documents: dict[Target, list[Document]] = {}
    lists = _lists(parts)
    for part in parts:
        if isinstance(part, Document):
            documents.setdefault(target(part), []).append(part)
        else:
            problems.extend(_check_selector(part, lists, documents.get(target(part), [])))
    for same in documents.values():
        for found in contradictions(same):
            span, path = place(found.document, found.where.steps), path_text(found.where.steps)
            problems.append(Problem(found.message, span, path, found.remedy))
    # The other semantics take what these refuse.
    return [problem._replace(remedy=f"{problem.remedy}, or use `--merge talos`") for problem in problems]


#: The lists that a patch adds to, by document and path.
_Lists = dict[tuple[Target, tuple[str | int, ...]], list[Place]]


def _lists(parts: tuple[_Part, ...]) -> _Lists:
    out: _Lists = {}
    if any(isinstance(part, Selector) and part.path and isinstance(part.path[-1], int) for part in parts):
        for part in parts:
            for where in walk(part.tree, part.kind.type, table()) if isinstance(part, Document) else ():
                if isinstance(where.value, list):
                    out.setdefault((target(part), where.steps), []).append(where)
    return out


def _check_selector(selector: Selector, lists: _Lists, before: list[Document]) -> Iterator[Problem]:
    mine = target(selector)
    kind = table().kinds.get(mine.kind)
    if kind is None or not selector.path:
        return
    expr = {"ref": kind.type}

    def problem(message: str, remedy: str) -> Problem:
        return Problem(message, selector.place, selector.text, remedy)

    try:
        element = target_type(selector, expr, table())
    except MergeError as error:
        yield problem(error.message, error.remedy)
        return
    path = selector.path[:-1]
    if not isinstance(selector.path[-1], int):
        return
    if any(at(document.tree, path) not in (ABSENT, []) for document in before):
        yield problem("this element is deleted after the patch has added to the list", "delete it first")
    added: list[Any] = []
    mark = merger("idempotent").mark(element)
    for where in lists.get((mine, path), ()):
        if where.keyed is not None and where.value and selector.key != where.keyed.field:
            message = f"elements of this list are told apart by {where.keyed.field}"
            yield problem(message, "delete by that key where the patch adds to the list as well")
        found = [where.value[index] for index in matches(selector, element, where.value, table())]
        added.extend(mark(item) if where.keyed is None else where.keyed.wanted(item) for item in found)
        if where.keyed is None and len(found) > 1 and len(set(added)) == 1:
            added.append(ABSENT)
    if len(set(added)) > 1:
        yield problem("the statement fits two elements that the patch adds", "name one by a key that no other has")
