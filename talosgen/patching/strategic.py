"""Strategic merge: documents that look like configuration, laid over a config (Talos v1.14.1)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import zip_longest
from typing import Any, NamedTuple

from talosgen.config.codecs import ABSENT
from talosgen.config.container import Container, Document
from talosgen.config.engine import merger
from talosgen.config.loader import decode_document, led_astray, raw_text
from talosgen.config.merge import MergeError
from talosgen.config.mergers import MergeName, uncopyable
from talosgen.config.provenance import Recorder, Step, path_text
from talosgen.config.unknown import Texts, is_unknown
from talosgen.config.walk import walk, walk_merged
from talosgen.errors import InputError, Problem
from talosgen.goyaml.construct import follow, pairs
from talosgen.goyaml.node import MAPPING, SCALAR, Node
from talosgen.goyaml.reader import read
from talosgen.patching.delete import Selector, apply
from talosgen.patching.directives import extract, marked
from talosgen.patching.findings import finding
from talosgen.patching.places import Origin, Target, of_selector, place, target
from talosgen.schema.table import table
from talosgen.source import Span

__all__ = ["StrategicPatch"]


class StrategicPatch(NamedTuple):
    """The parts of a patch in the order in which they are applied: deletes, and documents to merge.

    ``merge`` is its semantics. ``notes``: warnings and notes about what it says. ``allow_unknown``: whether it, and
    what it is laid over, may have documents of unknown kinds.
    """

    parts: tuple[Selector | Document, ...]
    source: str
    merge: MergeName = "talos"
    notes: tuple[Problem, ...] = ()
    allow_unknown: bool = False

    @classmethod
    def load(
        cls, text: str, source: str = "<patch>", merge: MergeName = "talos", allow_unknown: bool = False
    ) -> StrategicPatch:
        """The patch of a YAML text. Raises InputError when it is none; with ``talos``, when nothing is in it.

        With ``idempotent``, also when it breaks a rule of these semantics (patch algebra, U8). With
        ``allow_unknown`` a document of an unknown kind is a part as its text.
        """
        return cls.of(read(text, source), source, merge, Texts(text, source) if allow_unknown else None)

    @classmethod
    def of(
        cls, roots: Iterable[Node], source: str = "<patch>", merge: MergeName = "talos", unknown: Texts | None = None
    ) -> StrategicPatch:
        """The patch of documents that were read already; ``unknown`` has the texts of those of unknown kinds.

        Raises InputError as ``load`` does.
        """
        loader = _Loader(source, merge, unknown)
        for index, root in enumerate(roots):
            loader.add(follow(root), index)
        # The legacy document's deletes come before everything else, wherever they stand.
        patch = cls((*loader.first, *loader.parts), source, merge, tuple(loader.notes), unknown is not None)
        if not loader.problems and merge == "idempotent":
            from talosgen.patching.idempotent import check

            loader.problems.extend(
                check(tuple(part for part in patch.parts if isinstance(part, Selector) or part.known))
            )
        if loader.problems:
            raise InputError(loader.problems)
        if not patch.parts and merge == "talos":
            raise InputError(Problem("the patch holds nothing", Span(source), remedy="add a field, or leave it out"))
        return patch

    def __repr__(self) -> str:
        # No values: they may be secret.
        return f"<StrategicPatch {self.source}: {len(self.parts)} parts>"

    def apply(self, config: Container, recorder: Recorder | None = None) -> Container:
        """The patched config; ``recorder`` is told of each step, whose changes know their places in the patch.

        Raises InputError when a part does not apply, or the result conflicts; with ``idempotent`` also, as
        NonIdempotentPatch, when laying the patch over the result would change it.
        """
        if self.merge == "talos":
            return self.steps(config, recorder)
        from talosgen.patching.idempotent import apply as apply_idempotent

        return apply_idempotent(self, config, recorder)

    def steps(self, config: Container, recorder: Recorder | None = None, *, check: bool = True) -> Container:
        """The config once each part is applied in turn.

        ``check``: look first whether its documents can be patched, and then whether they may stand together.
        """
        documents = list(config.documents)
        problems: list[Problem] = []
        if check:
            problems = [problem for document in documents if (problem := _uncopyable(document)) is not None]
        for part in self.parts:
            before = None if recorder is None else list(documents)
            found = _find(documents, target(part))
            base = None if found is None else documents[found]
            try:
                if isinstance(part, Selector):
                    _delete(documents, found, part, self.merge)
                else:
                    _merge(documents, found, part, self.merge)
            except MergeError as error:
                problems.append(self._problem(part, base, error))
            if recorder is not None and before is not None:
                _record(recorder, before, documents, part)
        if problems:
            raise InputError(problems)
        return Container(documents, check=check)

    def one_by_one(self, state: Container) -> Iterator[tuple[Selector | Document, Container, Container]]:
        """Each part with the documents before and after it; they need not stand together in between.

        Raises InputError at the first part that does not apply.
        """
        for part in self.parts:
            before, state = state, self._replace(parts=(part,)).steps(state, check=False)
            yield part, before, state

    def _problem(self, part: Selector | Document, base: Document | None, error: MergeError) -> Problem:
        message = error.message
        if base is not None:
            message += f" (in {base.identity}{f' of {base.place}' if base.place else ''})"
        if isinstance(part, Selector):
            return Problem(message, part.place, part.text, error.remedy)
        return Problem(message, place(part, error.path), path_text(error.path), error.remedy)


_WHOLE = "delete the whole document with `$patch: delete`, then add it anew"


class _Loader:
    """Takes the documents of a patch one by one."""

    def __init__(self, source: str, merge: MergeName, unknown: Texts | None) -> None:
        self._source = source
        self._merge = merge
        # Where the texts of documents of unknown kinds are, if such are allowed.
        self._unknown = unknown
        self.first: list[Selector] = []
        self.parts: list[Selector | Document] = []
        self.problems: list[Problem] = []
        self.notes: list[Problem] = []

    def add(self, node: Node, index: int) -> None:
        """One document's root, and its position in the text."""
        if node.kind == SCALAR and node.tag == "!!null":
            return
        span = Span(self._source, node.line, node.column)
        if node.kind != MAPPING:
            self.problems.append(Problem("expected a document: a mapping at the root", span))
            return
        idempotent = self._merge == "idempotent"
        directives = extract(node, self._source, self.problems, replacing=idempotent)
        for selector in directives.selectors:
            (self.first if selector.legacy else self.parts).append(selector)
        rest = directives.rest
        if rest is not None and self._unknown is not None and is_unknown(rest):
            if rest is not node or directives.plain:
                message = "nothing in a document of an unknown kind can be deleted or replaced"
                self.problems.append(Problem(message, span, remedy=_WHOLE))
            elif (whole := self._unknown.document(rest, index, self.problems)) is not None:
                self.parts.append(whole)
        elif rest is not None and (directives.replacing or not _empty(rest)):
            problems: list[Problem] = []
            document = decode_document(rest, self._source, problems, by_keys=idempotent)
            if document is not None and directives.replacing:
                document.tree = marked(document.tree, directives.replacing)
            if document is not None:
                self.parts.append(document)
            self._plain(directives.plain, problems)
            self.problems.extend(problems)
            if idempotent and document is not None:
                self._nulls(document)
            if not idempotent and led_astray(rest):
                message = "a value is taken for a key when the kind is looked for"
                self.notes.append(finding("fooled-kind", message, span))

    def _nulls(self, document: Document) -> None:
        """Warn of nulls in free-form objects: over a value they keep it."""
        for where in walk_merged(document.tree, document.kind.type, table()):
            if where.free_form and where.value is None:
                message = "null keeps the value that a config has here"
                span, path = place(document, where.steps), path_text(where.steps)
                self.notes.append(finding("null-ignored", message, span, path))

    def _plain(self, found: list[tuple[tuple[str | int, ...], Node]], problems: list[Problem]) -> None:
        """Say of a ``$patch`` that is no directive what it is taken for, and what would make it one."""
        remedy = "only `delete` is a directive here; with `--merge idempotent` `replace` is one as well"
        faulty = {problem.place: index for index, problem in enumerate(problems)}
        for path, key in found:
            span = Span(self._source, key.line, key.column)
            if self._merge == "idempotent":
                problem = Problem("unknown directive; expected delete or replace", span, path_text(path))
                problems.append(problem)
            elif span in faulty:
                problems[faulty[span]] = problems[faulty[span]]._replace(remedy=remedy)
            else:
                message = "$patch is taken for a key like any other"
                self.notes.append(finding("plain-directive", message, span, path_text(path), remedy))


def _record(recorder: Recorder, before: list[Document], after: list[Document], part: Selector | Document) -> None:
    """Tell of what a part did to the one document that it touched."""
    for left, right in zip_longest(before, after):
        if left is not right:
            break
    else:
        return
    if left is not None and len(after) < len(before):
        right = None
    document = left or right
    assert document is not None
    trees = left.tree if left is not None else ABSENT, right.tree if right is not None else ABSENT
    if isinstance(part, Selector):
        recorder(Step(document.identity, *trees, partial(of_selector, part)))
    else:
        recorder(Step(document.identity, *trees, Origin(part, trees[1]), part=part))


# A document that holds no more than these counts as empty.
_SHELL = frozenset(("version", "kind", "name"))


def _empty(root: Node) -> bool:
    """Whether a document of a patch says nothing (Talos v1.14.1, patch loading)."""
    entries = pairs(root)
    return all(raw_text(key) in _SHELL and follow(value).kind == SCALAR for key, value in entries)


def _uncopyable(document: Document) -> Problem | None:
    """What Talos cannot copy before it merges: dates, and mappings with other keys than texts."""
    if not document.known or document.copyable:
        return None
    # Of several the first in the order in which the config is printed (patch algebra, D5).
    for where in walk(document.tree, document.kind.type, table()):
        if what := uncopyable(where.value):
            message = f"{document.identity} holds {what}, which Talos cannot patch"
            return Problem(message, place(document, where.steps), path_text(where.steps), "quote it in the config")
    raise AssertionError("it was found a moment ago")


def _find(documents: list[Document], wanted: Target) -> int | None:
    return next((index for index, document in enumerate(documents) if target(document) == wanted), None)


def _merge(documents: list[Document], found: int | None, part: Document, merge: MergeName) -> None:
    expr = {"ref": part.kind.type}
    if found is None:
        if merge == "idempotent" and part.known:
            # What it says twice it says once.
            alone = part.remembered("alone", None, lambda: _with(part, merger(merge).value(expr)({}, part.tree)))
            documents.append(alone)
        else:
            documents.append(part)
        return
    base = documents[found]
    if not part.known:
        if merge == "idempotent" and base.to_yaml() == part.to_yaml():
            return
        raise MergeError("a document of an unknown kind can only be added or deleted whole", _WHOLE)
    made = base.remembered(merge, part, lambda: _with(base, merger(merge).value(expr)(base.tree, part.tree)))
    documents[found] = made


def _delete(documents: list[Document], found: int | None, selector: Selector, merge: MergeName) -> None:
    if found is None:
        return
    base = documents[found]
    if bool(selector.name) != bool(base.kind.name_field):
        # A named kind is met by its name only, another one without.
        return
    if not selector.path:
        del documents[found]
        return
    expr = {"ref": base.kind.type}

    def made() -> Document:
        return _with(base, apply(selector, expr, base.tree, table(), absent=merge == "idempotent"))

    documents[found] = base.remembered(merge, selector, made)


def _with(base: Document, tree: dict[str, Any]) -> Document:
    return base if tree is base.tree else Document(base.kind, tree, base.node, base.source)
