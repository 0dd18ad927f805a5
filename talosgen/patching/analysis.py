"""What patches do not do, do twice, or do behind one's back: findings about patches, alone or over a config."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from typing import Any, Unpack

from talosgen.codes import BY_NAME
from talosgen.config.container import Container, Document
from talosgen.config.engine import merger
from talosgen.config.equality import difference, same
from talosgen.config.loader import load as load_config
from talosgen.config.loader import raw_text
from talosgen.config.provenance import changes, path_text
from talosgen.config.walk import Place
from talosgen.errors import InputError, Problem
from talosgen.goyaml.construct import follow, pairs
from talosgen.goyaml.node import MAPPING, Node
from talosgen.patching.constructs import constructs
from talosgen.patching.delete import Selector
from talosgen.patching.effects import effects, effects_of_operations, identifies, leaves, wiped
from talosgen.patching.findings import finding
from talosgen.patching.json6902 import JSONPatch
from talosgen.patching.load import Patch, Reading, apply_to_text, load
from talosgen.patching.places import Origin, Target, place, target
from talosgen.patching.roundtrip import round_trip
from talosgen.patching.strategic import StrategicPatch
from talosgen.schema.table import table
from talosgen.source import Span

__all__ = ["analyse", "effects_on"]


def analyse(
    texts: Iterable[tuple[str, str]], config: tuple[str, str] | None = None, **reading: Unpack[Reading]
) -> list[Problem]:
    """The findings about patches, each given as its text and the name of its source, in their order.

    ``config``, a text and its name, is what they are laid over, in order; then what they do to it is found by
    doing it. Faults of patches and config are among the findings; one patch's do not hide another's.
    """
    out: list[Problem] = []
    loaded: list[Patch] = []
    for text, source in texts:
        try:
            loaded.append(load(text, source, **reading))
        except InputError as error:
            out.extend(error.problems)
    for patch in loaded:
        out.extend(patch.notes)
        for document in _documents(patch):
            out.extend(_ignored(document))
    out.extend(_conflicts(loaded))
    if config is not None:
        out.extend(_Over(*config, reading.get("allow_unknown", False)).findings(loaded))
        return list(dict.fromkeys(out))
    state = Container(())
    for patch in loaded:
        if patch.merge == "talos":
            out.extend(constructs(patch))
        if isinstance(patch, StrategicPatch):
            # What an earlier patch set, a later one can wipe.
            wiped, state = _wiped_by(patch, state)
            out.extend(wiped)
            out.extend(_alone(patch))
    out.extend(_other_role(loaded, _role(loaded)))
    return list(dict.fromkeys(out))


def effects_on(patch: Patch, before: Container, after: Container, role: str) -> list[Problem]:
    """The findings about one patch that was laid over a config of a role and made ``after`` of it.

    What it wiped is not among them: a later one may have set it again. Nor is what the text of ``after`` loses.
    """
    out = [*patch.notes, *_other_role([patch], role)]
    for document in _documents(patch):
        out.extend(_ignored(document))
    if isinstance(patch, StrategicPatch):
        out.extend(found for found in effects(patch, before) if found.code != _WIPED.code)
        if patch.merge == "talos":
            out.extend(_again(patch, after.to_yaml(), after))
    elif not patch.selects:
        out.extend(effects_of_operations(patch, before.to_yaml(), "<config>"))
        if patch.merge == "talos":
            out.extend(_operations_again(patch, after.to_yaml()))
    return list(dict.fromkeys(out))


def _wiped_by(patch: StrategicPatch, state: Container) -> tuple[list[Problem], Container]:
    found: list[Problem] = []
    try:
        for part, before, after in patch.one_by_one(state):
            state = after
            if isinstance(part, Document) and part.known:
                found.extend(wiped(part, before, after))
    except InputError:
        pass
    return found, state


def _documents(patch: Patch) -> list[Document]:
    """The documents of a patch that merge; those of unknown kinds are only added."""
    parts = patch.parts if isinstance(patch, StrategicPatch) else ()
    return [part for part in parts if isinstance(part, Document) and part.known]


def _ignored(document: Document) -> Iterator[Problem]:
    """Zero values and nulls that say nothing: they are written, and the decoded document does not have them."""
    if document.node is None:
        return
    work: list[tuple[Node, Any, str, tuple[str | int, ...]]] = [(document.node, document.tree, document.kind.type, ())]
    while work:
        node, tree, struct, steps = work.pop()
        fields = {field.key: field for field in table().struct(struct).fields}
        wiped = merger().wiped_fields(struct)
        for key, value in pairs(node):
            name = raw_text(key)
            field, value = fields.get(name), follow(value)
            if field is None or (not steps and name in ("apiVersion", "kind", document.kind.name_field)):
                continue
            if name not in tree:
                if name not in wiped and value.tag != "!!merge":
                    span = Span(document.source, value.line, value.column)
                    message = "null says nothing" if value.tag == "!!null" else "a zero value keeps what is there"
                    yield finding("ignored-value", message, span, path_text((*steps, name)))
                continue
            inner = table().struct_name(field.type)
            if inner is not None and value.kind == MAPPING and not table().facts(inner).get("codec"):
                work.append((value, tree[name], inner, (*steps, name)))


def _conflicts(patches: list[Patch]) -> Iterator[Problem]:
    """Two patches that set one path to different values."""
    before: dict[tuple[Target, tuple[Hashable, ...]], tuple[int, Any, Document, Place]] = {}
    for number, patch in enumerate(patches):
        for document in _documents(patch):
            for where in leaves(document):
                if identifies(document, where):
                    continue
                slot = (target(document), where.location)
                first = before.setdefault(slot, (number, where.value, document, where))
                if first[0] != number and not same(first[1], where.value):
                    there = place(first[2], first[3].steps)
                    message = f"{document.identity}: this is set to another value at {there}, and this one wins"
                    yield finding("conflicting-patches", message, place(document, where.steps), path_text(where.steps))
                    before[slot] = (number, where.value, document, where)


def _alone(patch: StrategicPatch) -> Iterator[Problem]:
    """What can be said of a patch without a config."""
    deleted = {target(part) for part in patch.parts if isinstance(part, Selector) and part.path}
    for document in _documents(patch):
        mine = target(document)
        shell = {"apiVersion", "kind", document.kind.name_field}
        if mine in deleted and not document.kind.legacy and document.tree.keys() <= shell:
            message = f"where there is no {document.identity}, what is left of this document is added"
            yield finding("empty-document", message, document.place)
        for steps, lost in _unnamed(document):
            message = f"where a config has this in {document.identity} the merge wipes it: it is not named here"
            found = finding("wiped-by-absence", message, place(document, steps), path_text(lost))
            yield found._replace(severity="note")
    try:
        made = patch.apply(Container(()))
    except InputError:
        return
    if len(made):
        yield from round_trip(made, patch.source)


def _unnamed(document: Document) -> Iterator[tuple[tuple[str | int, ...], tuple[str | int, ...]]]:
    """The fields that a document of a patch wipes by not naming them; each with the mapping that does it."""
    work: list[tuple[tuple[str | int, ...], str, Any]] = [((), document.kind.type, document.tree)]
    while work:
        steps, struct, tree = work.pop()
        for key, inner in merger().wiped_fields(struct).items():
            if inner is None:
                if key not in tree:
                    yield steps, (*steps, key)
            elif key not in tree:
                for below in _wiped_below(inner):
                    yield steps, (*steps, key, *below)
        for field in table().struct(struct).fields:
            name = table().struct_name(field.type)
            if name is not None and field.key in tree and not table().facts(name).get("codec"):
                work.append(((*steps, field.key), name, tree[field.key]))


def _wiped_below(struct: str) -> Iterator[tuple[str, ...]]:
    for key, inner in merger().wiped_fields(struct).items():
        if inner is None:
            yield (key,)
        else:
            for below in _wiped_below(inner):
                yield (key, *below)


def _role(patches: list[Patch], config: Container | None = None) -> str:
    """The role that a config or a patch states; empty when none does."""
    documents = [document for patch in patches for document in _documents(patch)]
    for document in (*documents, *(config or ())):
        if document.kind.legacy:
            role = (document.tree.get("machine") or {}).get("type", "")
            if role:
                return str(role)
    return ""


def _other_role(patches: list[Patch], role: str) -> Iterator[Problem]:
    if role != "worker":
        return
    for patch in patches:
        for document in _documents(patch):
            if document.kind.controlplane_only:
                message = f"{document.kind.name} is for control-plane nodes, and this is a {role}"
                yield finding("other-role", message, document.place)


class _Over:
    """Lays patches over a config's text, one after the other, and looks at what each does."""

    def __init__(self, text: str, source: str, allow_unknown: bool) -> None:
        self._text = text
        self._source = source
        self._allow_unknown = allow_unknown
        # Texts that Talos does not read back as they were; each is told of once.
        self._lost: set[tuple[str, str]] = set()

    def findings(self, patches: list[Patch]) -> Iterator[Problem]:
        """What the patches do, and do not do."""
        config: Container | None = None
        try:
            config = load_config(self._text, self._source, self._allow_unknown)
            self._new_losses(config, self._source)
        except InputError as error:
            # Operations work on the text all the same.
            yield from error.problems
        yield from _other_role(patches, _role(patches, config))
        for patch in patches:
            try:
                yield from self._one(patch)
            except InputError as error:
                yield from error.problems

    def _one(self, patch: Patch) -> Iterator[Problem]:
        if isinstance(patch, StrategicPatch):
            empty = patch.merge == "idempotent"
            config = load_config(self._text, self._source, self._allow_unknown, allow_empty=empty)
            made = patch.apply(config)
            self._text = made.to_yaml()
            yield from effects(patch, config)
            yield from self._new_losses(made, patch.source)
            if patch.merge == "talos":
                yield from _again(patch, self._text, made)
        else:
            before, self._text = self._text, apply_to_text(self._text, [patch], self._source)
            yield from effects_of_operations(patch, before, self._source)
            if patch.merge == "talos":
                yield from _operations_again(patch, self._text)
        # Places in the text from here on are none that the user has.
        self._source = self._source.removesuffix(_PATCHED) + _PATCHED

    def _new_losses(self, config: Container, source: str) -> list[Problem]:
        found = [problem for problem in round_trip(config, source) if (problem.message, problem.path) not in self._lost]
        self._lost.update((problem.message, problem.path) for problem in found)
        return found


_PATCHED = " (patched)"
_WIPED = BY_NAME["wiped-by-absence"]
_TWICE = "not-idempotent"


def _again(patch: StrategicPatch, once: str, made: Container) -> list[Problem]:
    """What is otherwise when a patch is applied to the text that it gave; ``made``: the documents of that text."""
    try:
        first = load_config(once, allow_unknown=patch.allow_unknown)
    except InputError as error:
        # That the text cannot be read again hides nothing: the documents tell of the rest.
        return [*_failures(patch, error), *_rest(patch, made)]
    try:
        twice = patch.apply(first).to_yaml()
    except InputError:
        return list(_rest(patch, first))
    return [] if once == twice else _told(patch, once, twice)


def _operations_again(patch: JSONPatch, once: str) -> list[Problem]:
    """What is otherwise when operations are applied to the text that they gave."""
    try:
        twice = patch.apply(once, "")
    except InputError as error:
        return list(_failures(patch, error))
    return [] if once == twice else _told(patch, once, twice)


def _told(patch: Patch, once: str, twice: str) -> list[Problem]:
    """Where two different texts differ."""
    try:
        first, second = (load_config(text, allow_unknown=patch.allow_unknown) for text in (once, twice))
    except InputError:
        # Operations can make a text that is no config.
        first = second = Container(())
    found = list(_differences(patch, first, second))
    return found or [finding(_TWICE, "applied a second time it gives another text", Span(patch.source))]


def _rest(patch: StrategicPatch, made: Container) -> Iterator[Problem]:
    try:
        yield from _differences(patch, made, patch.apply(made))
    except InputError as error:
        yield from _failures(patch, error)
        failing = {problem.place for problem in error.problems}
        parts = tuple(part for part in patch.parts if part.place not in failing)
        if len(parts) < len(patch.parts):
            yield from _rest(patch._replace(parts=parts), made)


def _failures(patch: Patch, error: InputError) -> Iterator[Problem]:
    for problem in error.problems:
        # A place in the text that the patch made is none that the user has.
        place = problem.place if problem.place and problem.place.source == patch.source else Span(patch.source)
        yield finding(_TWICE, f"applied a second time: {problem.message}", place, problem.path)


def _differences(patch: Patch, first: Container, second: Container) -> Iterator[Problem]:
    """Where a second application made a difference, by document: the lists and single values that changed again."""
    left, right = ({target(document): document for document in config} for config in (first, second))
    if list(left) != list(right):
        yield finding(_TWICE, "applied a second time it gives other documents, or another order", Span(patch.source))
    for mine, before in left.items():
        after = right.get(mine)
        if after is None or same(before.tree, after.tree):
            continue
        # Moved elements are no change of theirs: the first difference finds the list.
        moved = difference(before.tree, after.tree) or ()
        found = [moved, *(steps for steps, _, _ in changes(before.tree, after.tree))]
        # Of several documents of the patch the last tells where.
        own = [document for document in _documents(patch) if target(document) == mine]
        locate = Origin(own[-1], after.tree) if own else None
        for steps in dict.fromkeys(map(_list_of, found)):
            span = Span(patch.source) if locate is None else locate(steps)
            message = f"{before.identity}: applied a second time this changes again"
            yield finding(_TWICE, message, span, path_text(steps))


def _list_of(steps: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """The steps to the innermost list in which a place lies; to itself when it lies in none."""
    for size in range(len(steps), 0, -1):
        if isinstance(steps[size - 1], int):
            return steps[: size - 1]
    return steps
