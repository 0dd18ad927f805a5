"""What each part of a patch does to a config: nothing, or more than it says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from talosgen.config.codecs import ABSENT
from talosgen.config.container import Container, Document
from talosgen.config.decode import codec_for
from talosgen.config.engine import merger
from talosgen.config.equality import difference, same
from talosgen.config.mergers import replaces
from talosgen.config.provenance import Step, changes, path_text
from talosgen.config.tree import at
from talosgen.config.walk import Place, opened, walk, walk_merged
from talosgen.errors import Problem
from talosgen.goyaml import yaml2
from talosgen.patching.delete import Selector
from talosgen.patching.findings import finding
from talosgen.patching.json6902 import JSONPatch
from talosgen.patching.operations import apply
from talosgen.patching.places import Origin, place, target
from talosgen.patching.strategic import StrategicPatch
from talosgen.schema.table import table
from talosgen.source import Span

__all__ = ["effects", "effects_of_operations", "identifies", "leaves", "lost", "wiped"]

#: Entries of lists that validation takes once only, by the field that tells them apart (Talos v1.14.1).
_ONCE: Final = {
    "block.EncryptionKey": "slot",
    "v1alpha1.EncryptionKey": "slot",
    "v1alpha1.ClusterInlineManifest": "name",
    "v1alpha1.InstallExtensionConfig": "image",
}


def leaves(document: Document) -> Iterator[Place]:
    """The places whose values a document of a patch sets, rather than adds to."""
    for where in walk_merged(document.tree, document.kind.type, table()):
        replaced = where.field is not None and where.field.merge == "replace"
        single = not isinstance(where.value, (dict, list)) or codec_for(where.type, table()) is not None
        if replaced or single:
            yield where


def identifies(document: Document, where: Place) -> bool:
    """Whether a place only says which document, or which element, is meant."""
    if len(where.steps) == 1:
        return where.steps[0] in ("apiVersion", "kind", "version", document.kind.name_field)
    return where.location[-2] == ("key", where.value)


def effects(patch: StrategicPatch, config: Container) -> Iterator[Problem]:
    """The findings about a patch that applies to a config, part by part."""
    deleted = {target(part) for part in patch.parts if isinstance(part, Selector) and part.path}
    for part, before, after in patch.one_by_one(config):
        left, right = _of(before, part), _of(after, part)
        if isinstance(part, Selector):
            if left is right or (left and right and difference(left.tree, right.tree) is None):
                yield finding("absent-delete", f"{_name(part)} has nothing here to delete", part.place, part.text)
        elif not part.known:
            continue
        elif right is not None and left is None:
            # Of many documents the name says it all: KernelModuleConfig, DHCPv4Config.
            if (
                target(part) in deleted
                and not part.kind.legacy
                and part.tree.keys() <= {"apiVersion", "kind", part.kind.name_field}
            ):
                yield finding("empty-document", f"{part.identity} is added with nothing in it", part.place)
        elif right is not None and left is not None:
            yield from wiped(part, before, after)
            yield from _without_effect(part, left.tree, right.tree)
            yield from _repeated(part, left.tree)


def _of(config: Container, part: Selector | Document) -> Document | None:
    return next((document for document in config if target(document) == target(part)), None)


def _name(part: Selector) -> str:
    return f"{target(part).kind}/{part.name}"


def wiped(part: Document, before: Container, after: Container) -> Iterator[Problem]:
    """The values that a document of a patch wipes by not naming them."""
    left, right = _of(before, part), _of(after, part)
    if left is not None and right is not None:
        for _, problem in _wiped(part, left.tree, right.tree, Origin(part, right.tree)):
            yield problem


def lost(steps: Sequence[Step]) -> Iterator[Problem]:
    """The values that patches wiped by not naming them, and that no later one set again."""
    last = {step.document: step.after for step in steps}
    for step in steps:
        if step.part is not None and step.part.known and step.before is not ABSENT and step.after is not ABSENT:
            for path, problem in _wiped(step.part, step.before, step.after, step.locate):
                if last[step.document] is not ABSENT and _still(last[step.document], path) is ABSENT:
                    yield problem._replace(layer=step.layer or step.part.source)


def _wiped(
    part: Document, before: Any, after: Any, locate: Callable[[tuple[str | int, ...]], Span | None]
) -> Iterator[tuple[tuple[str | int, ...], Problem]]:
    types = {where.steps: where.type for where in walk(before, part.kind.type, table())}
    for steps, old, new in changes(before, after):
        if new is ABSENT and not replaces(part.tree, steps):
            # Half of a key pair is lost as well: of that no value is shown.
            value = f" ({old})" if merger().wiped(types.get(steps, "any")) else ""
            message = f"{part.identity} loses a value{value} that the patch does not name"
            yield steps, finding("wiped-by-absence", message, locate(steps), path_text(steps))


def _still(tree: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        try:
            tree = tree[step]
        except (KeyError, IndexError, TypeError):
            return ABSENT
    return tree


def _without_effect(part: Document, before: dict[str, Any], after: dict[str, Any]) -> Iterator[Problem]:
    """Values that the config has already, or that the merge passes over."""
    left, right = (
        {where.location: where.value for where in walk(tree, part.kind.type, table())} for tree in (before, after)
    )
    for where in leaves(part):
        if identifies(part, where):
            continue
        old, new = left.get(where.location, ABSENT), right.get(where.location, ABSENT)
        if old is ABSENT or not same(old, new):
            continue
        span, path = place(part, where.steps), path_text(where.steps)
        if same(where.value, old):
            yield finding("already-so", f"{part.identity} has this value already", span, path)
        else:
            yield finding("ignored-value", f"{part.identity} keeps its own value", span, path)


def _repeated(part: Document, before: dict[str, Any]) -> Iterator[Problem]:
    """Entries whose like the config has, though validation takes one only."""
    for where in walk_merged(part.tree, part.kind.type, table()):
        if not isinstance(where.value, list) or not isinstance(where.type, dict) or "list" not in where.type:
            continue
        field = _ONCE.get(table().struct_name(opened(where.type["list"], table())) or "")
        there = at(before, where.location)
        if field is None or not isinstance(there, list):
            continue
        taken = [item.get(field) for item in there]
        for index, item in enumerate(where.value):
            if item.get(field) in taken:
                steps = (*where.steps, index)
                message = f"{part.identity} has an entry with this {field} already, and validation takes one"
                yield finding("repeated-entry", message, place(part, steps), path_text(steps))


def effects_of_operations(patch: JSONPatch, text: str, source: str) -> Iterator[Problem]:
    """The findings about operations that apply to the text of a config; none where they name their documents."""
    if patch.selects:
        return
    tree = yaml2.to_json(text, source)
    for operation in patch.operations:
        before = tree
        try:
            tree = apply(tree, operation, united=patch.merge == "idempotent")
        except ValueError:
            return
        op, path = operation.text_or_none("op"), operation.text_or_none("path") or ""
        if op != "test" and same(before, tree):
            name = "absent-delete" if op == "remove" else "already-so"
            message = "there is nothing here to remove" if op == "remove" else "the config has this value already"
            yield finding(name, message, operation.place, path)
