"""The patch files of a project: each read once, shared by all nodes but where it refers to variables."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, get_args

from talosgen import inputs
from talosgen.config.container import Document
from talosgen.config.loader import children
from talosgen.config.located import Mapping, Sequence, Value, located, plain
from talosgen.config.mergers import MergeName
from talosgen.errors import InputError, Problem
from talosgen.goyaml.construct import follow
from talosgen.goyaml.node import SEQUENCE, Node
from talosgen.goyaml.reader import decode, read
from talosgen.patching.load import Patch, load
from talosgen.patching.strategic import StrategicPatch
from talosgen.project.folder import check_inside
from talosgen.project.reading import is_node_document
from talosgen.project.variables import ONLY_VALUES, Scope, has_references, refers, resolve, resolve_node
from talosgen.source import Span

__all__ = ["PatchFile", "Patches", "require_patches", "written_patches"]

#: What only a generated config has, by its place in the legacy document.
_GENERATED: Final = (("machine", "token"), ("machine", "ca"), ("cluster", "secret"), ("cluster", "token"))


class PatchFile:
    """The text of a patch file, or the part of a node file that is one."""

    __slots__ = ("_shared", "refers", "source", "text")

    def __init__(self, text: str, source: str) -> None:
        self.text = text
        self.source = source
        self.refers = has_references(text)
        self._shared: dict[MergeName, Patch | InputError] = {}

    def patch(self, merge: MergeName, scope: Scope) -> Patch | None:
        """The patch for a node; None when the file says nothing. Raises InputError."""
        if not self.refers:
            if merge not in self._shared:
                try:
                    self._shared[merge] = self._load(merge)
                except InputError as error:
                    self._shared[merge] = error
            found = self._shared[merge]
            if isinstance(found, InputError):
                raise found
            return _some(found)
        problems: list[Problem] = []
        roots = read(self.text, self.source)
        if len(roots) == 1 and follow(roots[0]).kind == SEQUENCE:
            return _some(self._operations(roots[0], merge, scope))
        resolved = [resolve_node(root, scope, self.source, problems) for root in roots]
        try:
            require_patches(resolved, self.source)
            made = StrategicPatch.of(resolved, self.source, merge)
        except InputError as error:
            # What a reference that names nothing stands for cannot be judged.
            wrong = {problem.place for problem in problems}
            problems += [problem for problem in error.problems if problem.place not in wrong]
        if problems:
            raise InputError(sorted(problems, key=lambda problem: problem.place or Span(self.source)))
        return _some(made)

    def _operations(self, root: Node, merge: MergeName, scope: Scope) -> Patch:
        problems: list[Problem] = []
        operations: Any = located(root, self.source, problems)
        places = [operation.span for operation in operations]
        resolved = plain(_resolved_operations(operations, scope, problems))
        if problems:
            raise InputError(problems)
        # One a line, so that a line tells which it is; as YAML, in which a value may be null.
        lines = [f"- {_UNPRINTABLE.sub(_escaped, json.dumps(item, ensure_ascii=False))}\n" for item in resolved]

        def place(given: Span | None) -> Span | None:
            return places[given.line - 1] if given is not None and 0 < given.line <= len(places) else given

        try:
            patch = load("".join(lines), self.source, merge=merge)
        except InputError as error:
            problems = [problem._replace(place=place(problem.place)) for problem in error.problems]
        else:
            assert not isinstance(patch, StrategicPatch)
            moved = tuple(item._replace(place=place(item.place) or item.place) for item in patch.operations)
            return patch._replace(operations=moved)
        raise InputError(problems)

    def _load(self, merge: MergeName) -> Patch:
        try:
            patch = load(self.text, self.source, merge=merge)
        except InputError:
            require_patches(read(self.text, self.source), self.source)
            raise
        if isinstance(patch, StrategicPatch):
            nodes = [part.node for part in patch.parts if isinstance(part, Document) and part.node is not None]
            require_patches(nodes, self.source)
        return patch


def _resolved_operations(operations: Any, scope: Scope, problems: list[Problem]) -> Any:
    """Operations of a JSON6902 patch with the references in their values, and nowhere else, resolved."""
    for operation in operations:
        for name, given in operation.items() if isinstance(operation, dict) else ():
            if name == "value":
                operation[name] = resolve(given, scope, problems)
            elif isinstance(given, Value) and isinstance(given.value, str) and refers(given.value):
                problems.append(Problem("a path holds no reference", given.span, remedy=ONLY_VALUES))
    return operations


#: What JSON lets stand as it is and YAML does not.
_UNPRINTABLE: Final = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")


def _escaped(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def _some(patch: Patch) -> Patch | None:
    return patch if (patch.parts if isinstance(patch, StrategicPatch) else patch.operations) else None


def written_patches(settings: Mapping) -> Iterator[Any]:
    """The patches that settings name, and their groups and nodes, as far as one can tell which files they mean."""
    layers = [settings]
    for key in ("groups", "nodes"):
        below = settings.get(key)
        layers += [item for item in below.values() if isinstance(item, Mapping)] if isinstance(below, Mapping) else []
    for layer in layers:
        given = layer.get("patches")
        for item in given if isinstance(given, Sequence) else ():
            file = item.get("file") if isinstance(item, Mapping) else item
            semantics = item.get("merge") if isinstance(item, Mapping) else None
            if not (isinstance(file, Value) and isinstance(file.value, str)) or has_references(file.value):
                continue
            if semantics is None or (isinstance(semantics, Value) and semantics.value in get_args(MergeName)):
                yield item


def require_patches(roots: Iterable[Node], source: str) -> None:
    """Raise InputError when documents are those of a whole config, or talosgen's own."""
    for root in map(follow, roots):
        if is_node_document(root):
            message, remedy = "this is a document of talosgen, not a patch", "a Node document begins the file of a node"
            raise InputError(Problem(message, Span(source, root.line, root.column), remedy=remedy))
        found = [f"{above}.{key}" for above, key in _GENERATED if _has(root, above, key)]
        if len(found) > 1:
            remedy = "take its secrets over with `talosgen secrets import`; a patch holds only what differs"
            message = f"this is a generated config, not a patch: it holds {', '.join(found)}"
            raise InputError(Problem(message, Span(source, root.line, root.column), remedy=remedy))


def _has(root: Node, above: str, key: str) -> bool:
    section = children(root).get(above)
    return section is not None and key in children(follow(section))


class Patches:
    """Reads patch files, each once. ``read_file`` gives the text of a file, decrypted; all lie in ``root``."""

    def __init__(self, read_file: Callable[[str], bytes], root: str) -> None:
        self._read_file = read_file
        self._root = root
        self._files: dict[str, PatchFile | InputError] = {}

    def file(self, path: str) -> PatchFile:
        """The patch file at a path. Raises InputError, the same each time."""
        found = self._files.get(path)
        if found is None:
            try:
                found = PatchFile(decode(self._read_file(path), path), path)
            except InputError as error:
                found = error
            self._files[path] = found
        if isinstance(found, InputError):
            raise found
        return found

    def named(self, item: Any, merge: Any) -> tuple[Any, PatchFile]:
        """The file that an item of ``patches:``, a path or a patch means, and its semantics: ``merge`` by default.

        Raises InputError.
        """
        if isinstance(item, PatchFile):
            return merge, item
        if isinstance(item, Mapping):
            merge = item["merge"].value if "merge" in item else merge
            item = item["file"]
        if isinstance(item, str):
            return merge, self.file(item)
        path = os.path.normpath(os.path.join(os.path.dirname(item.span.source), item.value))
        problem = check_inside(path, self._root, item.span) or inputs.missing(path, item.span)
        if problem is not None:
            raise InputError(problem)
        return merge, self.file(path)
