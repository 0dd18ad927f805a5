"""The patches that turn one config into another, exactly, under Talos's own merge (Talos v1.14.1).

At most two: one that deletes and one that sets. In each a document occurs once, so that Talos takes them since
1.8; put together as one patch they need 1.14. Nothing is returned that was not tried with the engine.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from talosgen.config.codecs import ABSENT
from talosgen.config.container import Container, Document
from talosgen.config.engine import encoder, merger, sparse_encoder
from talosgen.config.equality import difference
from talosgen.config.loader import LEGACY_KEYS, load
from talosgen.config.provenance import changes, path_text
from talosgen.config.redact import redact
from talosgen.config.tree import copied
from talosgen.errors import InputError, Problem
from talosgen.goyaml import writer
from talosgen.patching.edits import DELETE, Edit, Edits
from talosgen.patching.load import apply_to_config
from talosgen.patching.load import load as load_patch
from talosgen.patching.places import Target, target
from talosgen.patching.strategic import StrategicPatch
from talosgen.schema.table import table

__all__ = ["derive", "differences", "joined", "plain_patches", "secrets"]

# What a document is found by; it stands in front of all else.
_HEAD = ("apiVersion", "kind", "name")


def derive(before: Container, after: Container, *, ordered: bool = True) -> list[str]:
    """The texts of the patches that turn ``before`` into ``after``, to be applied one after the other.

    None where the two print alike. The first deletes, the second sets; documents stand in the order of their
    identities, new ones in that of ``after``. A document out of place is deleted and added anew, with all
    behind it; unless ``ordered``, order is let be. Raises InputError where no patch does it.
    """
    plan = _Plan(before, after, ordered)
    faults: list[Problem] = []
    for edits in plan.attempts():
        patches = plan.patches(edits)
        fault = plan.fault(patches)
        if fault is None:
            return patches
        faults.append(fault)
    # The first attempt was the one that went to the very place.
    raise InputError(faults[0])


def joined(patches: Iterable[str]) -> str:
    """Derived patches as a single one, which Talos takes since 1.14."""
    return "---\n".join(patches)


def differences(before: Container, after: Container) -> Iterator[tuple[str, tuple[str | int, ...]]]:
    """The leaves at which two configs differ: identity of the document, steps of the path.

    Documents in the order of their identities. What a derived patch holds may be more: it repeats what cannot
    be merged into.
    """
    left = {document.identity: document.tree for document in before}
    right = {document.identity: document.tree for document in after}
    for identity in sorted({*left, *right}):
        for steps, _, _ in changes(left.get(identity, ABSENT), right.get(identity, ABSENT)):
            yield identity, steps


def secrets(patches: Iterable[str]) -> Iterator[Problem]:
    """A fault for each secret that derived patches hold."""
    for patch in patches:
        for part in StrategicPatch.load(patch, allow_unknown=True).parts:
            if not isinstance(part, Document):
                continue
            if not part.known:
                yield Problem(f"the patch would hold {part.identity}, whose secrets are not known", remedy=_REVEAL)
                continue
            for steps, _, _ in changes(part.tree, redact(part.tree, part.kind.type, "all")):
                yield Problem(f"the patch would hold this secret of {part.identity}", None, path_text(steps), _REVEAL)


_REVEAL = "use --reveal (in the library reveal=True) if it may"


def plain_patches(text: str, source: str, config: Container, allow_unknown: bool = False) -> list[str]:
    """Patches for Talos's merge that do to a config what a patch with idempotent semantics does to it.

    The text itself where Talos's merge makes the same of it. Raises InputError.
    """
    wanted = apply_to_config(
        config, [load_patch(text, source, merge="idempotent", allow_unknown=allow_unknown)], source
    )
    try:
        plain = apply_to_config(config, [load_patch(text, source, allow_unknown=allow_unknown)], source)
    except InputError:
        return derive(config, wanted)
    return [text] if plain.to_yaml() == wanted.to_yaml() else derive(config, wanted)


#: The edits of the documents that both configs have; None: the document is deleted and added anew.
_Edits = dict[Target, Edit | None]


class _Plan:
    """Two configs to be compared, and the patches made for them."""

    def __init__(self, before: Container, after: Container, ordered: bool) -> None:
        self._before = before
        self._ordered = ordered
        self._left = {target(document): document for document in before}
        self._right = {target(document): document for document in after}
        self._texts: dict[int, str] = {}
        self._unknown = not all(document.known for document in (*before, *after))

    def attempts(self) -> Iterator[_Edits]:
        """Edits to try: the smallest; then without those that do not do; then documents as a whole."""
        edits = Edits(table(), merger(), sparse_encoder())
        found: _Edits = {}
        for key, left in self._left.items():
            right = self._right.get(key)
            if right is None or self._text(left) == self._text(right):
                continue
            found[key] = None
            # What is of an unknown kind goes and comes as a whole.
            if left.known and right.known:
                deletable = bool(key.name) == bool(left.kind.name_field)
                found[key] = edits.document(left.kind.type, _printed(left), _printed(right), deletable)
        yield found
        poor = {key for key, edit in found.items() if edit is not None and not self._does(key, edit)}
        if poor:
            yield {key: None if key in poor else edit for key, edit in found.items()}
        yield dict.fromkeys(found)

    def patches(self, edits: _Edits) -> list[str]:
        """The texts of the patches for some edits."""
        kept = self._kept(edits)
        deletes: list[tuple[Document, str]] = []
        values: list[tuple[Document, str]] = []
        for key, document in self._left.items():
            if key not in kept:
                deletes.append((document, _whole_delete(document)))
                continue
            edit = edits.get(key) or Edit()
            if edit.deletes is not ABSENT:
                deletes.append((document, _deletes(document, edit.deletes)))
            if edit.value is not ABSENT:
                values.append((document, _values(document, edit.value)))
        added = [
            (document, _values(document, document.tree)) for key, document in self._right.items() if key not in kept
        ]
        texts = _sorted(deletes), [*_sorted(values), *(text for _, text in added)]
        return [joined(documents) for documents in texts if documents]

    def _kept(self, edits: _Edits) -> set[Target]:
        """The documents that stay: of those in order, the ones in front of the first that is new or changes place."""
        stay = {key for key in self._left if key in self._right and edits.get(key, ABSENT) is not None}
        if not self._ordered:
            return stay
        places = {key: place for place, key in enumerate(self._left)}
        kept: set[Target] = set()
        last = -1
        for key, document in self._right.items():
            if document.kind.legacy:
                # It is in front wherever it was written.
                kept |= stay & {key}
            elif key not in stay or places[key] < last:
                break
            else:
                kept.add(key)
                last = places[key]
        return kept

    def fault(self, patches: list[str]) -> Problem | None:
        """Why the patches do not do; None when they do, one after the other and as one."""
        return self._tried(patches, self._before, self._right) or (
            self._tried([joined(patches)], self._before, self._right) if len(patches) > 1 else None
        )

    def _does(self, key: Target, edit: Edit) -> bool:
        left = self._left[key]
        texts = [_deletes(left, edit.deletes)] if edit.deletes is not ABSENT else []
        if edit.value is not ABSENT:
            texts.append(_values(left, edit.value))
        return self._tried(texts, Container([left]), {key: self._right[key]}) is None

    def _tried(self, patches: list[str], state: Container, wanted: dict[Target, Document]) -> Problem | None:
        remedy = "take the second config as a whole, or change the first by hand"
        try:
            for patch in patches:
                state = StrategicPatch.load(patch, allow_unknown=self._unknown).apply(state)
        except InputError as error:
            first = error.problems[0]
            return Problem(
                f"no patch leads from the one config to the other: {first.message}", None, first.path, remedy
            )
        got = {target(document): document for document in state}
        for key in (*got, *wanted):
            if key not in got or key not in wanted:
                return Problem(f"no patch {'adds' if key in wanted else 'removes'} {_identity(key)}", None, "", remedy)
        for key, document in wanted.items():
            if self._text(got[key]) != self._text(document):
                steps = difference(_printed(got[key]), _printed(document)) if document.known else ()
                if document.kind.name_field and not document.name:
                    remedy = "give the document a name in both configs: what a patch deletes of it is found by that"
                message = f"no patch gives {document.identity} what the second config has here"
                return Problem(message, None, path_text(steps or ()), remedy)
        if self._ordered and [*got] != [*wanted]:
            return Problem("no patch gives the documents the order of the second config", None, "", remedy)
        return None

    def _text(self, document: Document) -> str:
        """The text of a document, made once for each of the two configs' own trees."""
        text = self._texts.get(id(document.tree))
        if text is not None:
            return text
        text = document.to_yaml()
        if any(own.get(target(document)) is document for own in (self._left, self._right)):
            self._texts[id(document.tree)] = text
        return text


def _identity(key: Target) -> str:
    return f"{key.kind}/{key.name}"


def _printed(document: Document) -> dict[str, Any]:
    """A document's tree as it is read from its own text: without what the text does not show."""
    text = document.to_yaml()
    try:
        tree = load(text).documents[0].tree
    except InputError:
        # A few texts of Talos's do not load again.
        return document.tree
    return tree if encoder().text(document.kind.type, tree) == text else document.tree


def _sorted(texts: list[tuple[Document, str]]) -> list[str]:
    """The legacy document's text, then the others' by identity."""
    return [text for _, text in sorted(texts, key=lambda entry: (not entry[0].kind.legacy, target(entry[0])))]


def _head(document: Document) -> dict[str, str]:
    if document.kind.legacy:
        return {}
    found = {"apiVersion": document.tree.get("apiVersion", ""), "kind": document.kind.name, "name": document.name}
    return {key: text for key, text in found.items() if text}


def _whole_delete(document: Document) -> str:
    """A statement that deletes a document; the legacy one is meant by an empty kind and apiVersion."""
    return writer.emit({"apiVersion": "", "kind": "", **_head(document)}) + writer.emit(DELETE)


def _deletes(document: Document, statements: dict[str, Any]) -> str:
    head = _head(document)
    return (writer.emit(head) if head else "") + writer.emit(statements)


def _values(document: Document, tree: dict[str, Any]) -> str:
    """A document of a patch that sets what a tree of its kind holds."""
    if not document.known:
        return document.to_yaml()
    kind = document.kind
    tree = copied({**_head(document), **tree}, _carried)
    text = sparse_encoder().text
    if not kind.legacy and any(isinstance(value, str) and value in _HEAD for key, value in tree.items()):
        # Where such a value is taken for a key, what follows it must not be the last of its kind.
        rest = {key: value for key, value in tree.items() if key not in _HEAD[:2]}
        return text(kind.type, rest) + text(kind.type, {key: tree[key] for key in _HEAD[:2] if key in tree})
    if kind.legacy and not LEGACY_KEYS & tree.keys():
        # Known by one of these alone; null sets nothing.
        key = next(field.key for field in table().struct(kind.type).fields if field.key in LEGACY_KEYS)
        return (text(kind.type, tree) if tree else "") + f"{key}: null\n"
    return text(kind.type, tree)


def _carried(value: Any) -> Any:
    """A leaf of a patch; a text that a literal block does not carry through Go is quoted."""
    if type(value) is str and "\n" in value and not all(writer.round_trips(value, at) for at in (0, 2)):
        return writer.Verbatim(writer.double(value))
    return value
