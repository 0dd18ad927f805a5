"""What patches do not do, do twice, or do behind one's back: findings about patches, alone or over a config."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from typing import Any

from talosgen.config.container import Container, Document
from talosgen.config.engine import merger
from talosgen.config.equality import difference, same
from talosgen.config.loader import load as load_config
from talosgen.config.loader import raw_text
from talosgen.config.mergers import MergeName
from talosgen.config.provenance import path_text
from talosgen.config.walk import Place
from talosgen.errors import InputError, Problem
from talosgen.goyaml.construct import follow, pairs
from talosgen.goyaml.node import MAPPING, Node
from talosgen.patching.constructs import constructs
from talosgen.patching.delete import Selector
from talosgen.patching.effects import effects, identifies, leaves, wiped
from talosgen.patching.findings import finding
from talosgen.patching.load import Patch, apply_to_text, load
from talosgen.patching.places import Target, origin, place, target
from talosgen.patching.roundtrip import round_trip
from talosgen.patching.strategic import StrategicPatch
from talosgen.schema.table import table
from talosgen.source import Span

__all__ = ["analyse"]


def analyse(
    texts: Iterable[tuple[str, str]],
    config: tuple[str, str] | None = None,
    merge: MergeName = "talos",
) -> list[Problem]:
    """The findings about patches, each given as its text and the name of its source, in their order.

    ``config``, a text and its name, is what they are laid over, in order; then what they do to it is found by
    doing it. Faults of patches and config are among the findings; one patch's do not hide another's.
    """
    out: list[Problem] = []
    loaded: list[Patch] = []
    for text, source in texts:
        try:
            loaded.append(load(text, source, merge))
        except InputError as error:
            out.extend(error.problems)
    for patch in loaded:
        out.extend(patch.notes)
        if isinstance(patch, StrategicPatch):
            for part in patch.parts:
                if isinstance(part, Document):
                    out.extend(_ignored(part))
    out.extend(_conflicts(loaded))
    if config is not None:
        out.extend(_Over(*config).findings(loaded))
        return list(dict.fromkeys(out))
    state = Container(())
    for patch in loaded:
        if merge == "talos":
            out.extend(constructs(patch))
        if isinstance(patch, StrategicPatch):
            # What an earlier patch set, a later one can wipe.
            wiped, state = _wiped_by(patch, state)
            out.extend(wiped)
            out.extend(_alone(patch))
    out.extend(_other_role(loaded, _role(loaded)))
    return list(dict.fromkeys(out))


def _wiped_by(patch: StrategicPatch, state: Container) -> tuple[list[Problem], Container]:
    found: list[Problem] = []
    try:
        for part in patch.parts:
            before, state = state, patch._replace(parts=(part,)).steps(state, check=False)
            if isinstance(part, Document):
                found.extend(wiped(part, before, state))
    except InputError:
        pass
    return found, state


def _documents(patch: Patch) -> list[Document]:
    return [part for part in patch.parts if isinstance(part, Document)] if isinstance(patch, StrategicPatch) else []


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
                    yield finding(
                        "ignored-value", message, span, path_text((*steps, name)), "delete it with `$patch: delete`"
                    )
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
            message = (
                f"the merge wipes {path_text(lost)} of {document.identity} where a config has it: it is not named here"
            )
            yield finding("wiped-by-absence", message, place(document, steps), path_text(lost))._replace(
                severity="note"
            )
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

    def __init__(self, text: str, source: str) -> None:
        self._text = text
        self._source = source

    def findings(self, patches: list[Patch]) -> Iterator[Problem]:
        """What the patches do, and do not do."""
        config: Container | None = None
        try:
            config = load_config(self._text, self._source)
        except InputError as error:
            # Operations work on the text all the same.
            yield from error.problems
        yield from _other_role(patches, _role(patches, config))
        for patch in patches:
            try:
                text = apply_to_text(self._text, [patch], self._source)
                yield from effects(patch, self._text, self._source)
            except InputError as error:
                yield from error.problems
                continue
            if patch.merge == "talos":
                yield from self._again(patch, text)
            self._text = text
        if config is not None:
            yield from self._printed()

    def _printed(self) -> Iterator[Problem]:
        try:
            yield from round_trip(load_config(self._text, self._source), self._source)
        except InputError:
            message = "the patched config does not load"
            yield finding("no-round-trip", message, Span(self._source))

    def _again(self, patch: Patch, once: str) -> Iterator[Problem]:
        """Apply a patch to the text that it gave."""
        try:
            twice = apply_to_text(once, [patch], self._source)
        except InputError as error:
            for problem in error.problems:
                message = f"applied a second time: {problem.message}"
                yield finding("not-idempotent", message, problem.place or Span(patch.source), problem.path)
            return
        if once == twice:
            return
        found = False
        for message, span, path in _differences(patch, once, twice, self._source):
            found = True
            yield finding("not-idempotent", message, span, path)
        if not found:
            yield finding("not-idempotent", "applied a second time it gives another text", Span(patch.source))


def _differences(patch: Patch, once: str, twice: str, source: str) -> Iterator[tuple[str, Span | None, str]]:
    """Where a second application made a difference: by document, the first place in it."""
    try:
        first, second = ({target(part): part for part in load_config(text, source)} for text in (once, twice))
    except InputError:
        # Operations can make a text that is no config.
        return
    if list(first) != list(second):
        yield "applied a second time it gives other documents, or their order changes", Span(patch.source), ""
    for mine, left in first.items():
        right = second.get(mine)
        steps = None if right is None else difference(left.tree, right.tree)
        if steps is None or right is None:
            continue
        whole = steps[:-1] if isinstance(steps[-1], int) else steps
        span: Span | None = Span(patch.source)
        for document in _documents(patch):
            if target(document) == mine:
                span = origin(document, right.tree, whole)
        yield f"{left.identity} changes again when the patch is applied a second time", span, path_text(whole)
