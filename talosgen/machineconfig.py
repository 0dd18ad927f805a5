"""The public machine config: the documents of one node."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from os import PathLike
from typing import TYPE_CHECKING, Any, TypeVar

from talosgen import inputs
from talosgen.config.attribution import Attribution, Origin, Trail
from talosgen.config.codecs import ABSENT
from talosgen.config.container import Container, Document
from talosgen.config.loader import load
from talosgen.config.provenance import Change, Step
from talosgen.config.tree import copied
from talosgen.errors import InputError, Problem

__all__ = ["MachineConfig", "check_patches", "compile_to_talos", "derive", "generate", "patch"]

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from talosgen.config.mergers import MergeName
    from talosgen.documents.model import Document as Model
    from talosgen.documents.v1alpha1 import Config
    from talosgen.generation.options import MachineType, Options
    from talosgen.pki.secrets import SecretsBundle
    from talosgen.schema.table import Level
    from talosgen.source import Span
    from talosgen.validation import Mode

_Model = TypeVar("_Model", bound="Model")


class MachineConfig:
    """The config of one machine: a legacy ``v1alpha1`` document and others. Immutable.

    Two are equal when they hold the same documents as Talos would print them. The order of kinds says nothing to
    Talos; that of documents of one kind may (authorizers are asked in it), so it counts.
    """

    __slots__ = ("_container", "_first", "_origin", "_steps")

    def __init__(self, container: Container) -> None:
        self._container = container
        # What the steps of patching started from.
        self._origin = container
        self._steps: tuple[Step, ...] = ()
        self._first: tuple[Step, ...] = ()

    @classmethod
    def load(cls, text: str | bytes, source: str = "<text>", allow_unknown: bool = False) -> MachineConfig:
        """The config that a YAML text holds; ``source`` names it in messages.

        With ``allow_unknown`` documents of kinds that the table does not have are carried as their text. Raises
        InputError with every fault: syntax, unknown kinds and keys, wrong types, repeated or conflicting documents
        (Talos v1.14.1's config loader and container validation).
        """
        return cls(load(text, source, allow_unknown))

    @classmethod
    def of(cls, *models: Model) -> MachineConfig:
        """The config of these documents. Raises InputError as ``load`` does for documents that cannot be together."""
        return cls(Container(_documents(models)))

    @classmethod
    def built(
        cls, container: Container, origin: Container, steps: Iterable[Step], first: Iterable[Step] = ()
    ) -> MachineConfig:
        """The config that steps of patching made of ``origin``; its history tells of them.

        ``first``: a step for each document of ``origin``, which tells where that came from.
        """
        made = cls(container)
        made._origin, made._steps, made._first = origin, tuple(steps), tuple(first)
        return made

    @property
    def v1alpha1(self) -> Config:
        """The legacy document as a model of one's own: ``replace`` takes it back. Raises InputError without one."""
        from talosgen.documents.v1alpha1 import Config

        found = self.get(Config)
        if found is None:
            raise InputError(Problem("the config has no v1alpha1 document"))
        return found

    def get(self, kind: type[_Model], name: str = "") -> _Model | None:
        """The document of a kind and a name, where it has one, as a model of one's own; None when there is none."""
        document = self._find(kind.talos_kind().name, name)
        return None if document is None else kind.from_tree(document.tree)

    def all(self, kind: type[_Model]) -> list[_Model]:
        """All documents of a kind, in order, as models of one's own."""
        return [kind.from_tree(document.tree) for document in self._container.of_kind(kind.talos_kind().name)]

    def models(self) -> list[Model]:
        """All documents as models of one's own; without those of kinds that the table does not have."""
        from talosgen.documents.binding import model_of

        return [model_of(document) for document in self._container if document.known]

    def add(self, *models: Model) -> MachineConfig:
        """This config with further documents behind its own. Raises InputError when they cannot be together."""
        return self._with([*self._container, *_documents(models)])

    def replace(self, *models: Model) -> MachineConfig:
        """This config with documents in the place of those of the same kind and name.

        Raises InputError where there is none.
        """
        made = _documents(models)
        problems = [
            Problem(f"the config has no document {new.identity}", remedy="use add")
            for new in made
            if self._find(new.kind.name, new.name) is None
        ]
        if problems:
            raise InputError(problems)
        by_identity = {new.identity: new for new in made}
        return self._with([by_identity.get(document.identity, document) for document in self._container])

    def remove(self, kind: type[Model] | str, name: str = "") -> MachineConfig:
        """This config without the document of a kind and a name. Raises InputError when there is none."""
        found = self._find(kind if isinstance(kind, str) else kind.talos_kind().name, name)
        if found is None:
            title = kind if isinstance(kind, str) else kind.talos_kind().name
            raise InputError(Problem(f"the config has no document {title}/{name}"))
        return self._with([document for document in self._container if document is not found])

    def _find(self, kind: str, name: str) -> Document | None:
        return next((document for document in self._container.of_kind(kind) if document.name == name), None)

    def _with(self, documents: list[Document]) -> MachineConfig:
        """A config of these documents that remembers what they differ in."""
        made = MachineConfig(Container(documents))
        before = {document.identity: document for document in self._container}
        after = {document.identity: document for document in made}
        steps = [
            Step(identity, _tree(before.get(identity)), _tree(after.get(identity)), _nowhere)
            for identity in {**before, **after}
            if before.get(identity) is not after.get(identity)
        ]
        made._origin, made._steps, made._first = self._origin, (*self._steps, *steps), self._first
        return made

    @property
    def documents(self) -> tuple[Document, ...]:
        """The documents: the legacy one first, the others in order."""
        return self._container.documents

    def __iter__(self) -> Iterator[Document]:
        return iter(self._container)

    def __len__(self) -> int:
        return len(self._container)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, MachineConfig):
            return NotImplemented
        return _texts_by_kind(self) == _texts_by_kind(other)

    __hash__ = None  # type: ignore[assignment]

    def to_yaml(self) -> str:
        """The text that Talos v1.14.1 writes for this config, comments off."""
        return self._container.to_yaml()

    def to_dict(self) -> list[dict[str, Any]]:
        """The documents as plain data, copied."""
        return [copied(document.tree) for document in self._container]

    def patch(
        self,
        *patches: str | Path | Model,
        merge: MergeName = "talos",
        allow_unknown: bool = False,
        report: Callable[[Problem], None] | None = None,
    ) -> MachineConfig:
        """This config with patches laid over it, in order (strategic merge or JSON6902).

        A Path is a file, a str the text of a patch, a model the patch that sets what is set in it. ``merge``:
        ``"talos"`` does what Talos v1.14.1 does; ``"idempotent"`` is the union mode of the patch algebra, in which
        a patch laid over its own result changes nothing. ``allow_unknown``: patches may add documents of kinds that
        the table does not have, as their text, and delete them. ``report`` is given the warnings and notes. Raises
        InputError with the faults of all patches when one cannot be read, else with those of all that do not apply.
        """
        from talosgen.patching.load import apply_to_config, load_all

        texts, problems = _texts(patches)
        try:
            loaded = load_all(texts, merge=merge, allow_unknown=allow_unknown)
        except InputError as error:
            problems.extend(error.problems)
        if problems:
            raise InputError(problems)
        steps = list(self._steps)
        made = MachineConfig(apply_to_config(self._container, loaded, recorder=steps.append))
        made._origin, made._steps, made._first = self._origin, tuple(steps), self._first
        if report is not None:
            for patch in loaded:
                for note in patch.notes:
                    report(note)
        return made

    def redacted(self, level: Level = "talos") -> MachineConfig:
        """This config with its secrets masked as ``******``, for people to look at; it has no history.

        ``"talos"`` masks what Talos v1.14.1 masks, byte for byte; ``"all"`` also registry users, environment
        variables, contents of files and manifests, headers and user information in URLs. Of a document whose kind
        is unknown all is masked but what names it. Raises InputError for another level.
        """
        from talosgen.config.redact import redact_document

        return MachineConfig(Container((redact_document(part, level) for part in self._container), check=False))

    def validate(
        self,
        mode: Mode,
        *,
        strict: bool = False,
        talos_version: str = "",
        lint: bool = True,
        now: datetime | None = None,
    ) -> list[Problem]:
        """What Talos v1.14.1 would say of this config on a machine of that mode, errors and warnings, all at once.

        ``mode``: ``"metal"``, ``"cloud"``, ``"container"`` or ``"metal-agent"``. ``strict`` makes errors of the
        warnings about the legacy document. ``talos_version`` states the release that is to judge, from ``v1.5`` to
        ``v1.14``: what it does not know, and images that do not fit it, are errors, what it deprecates are notes.
        With ``lint`` there is also what Talos takes and people regret; by ``now``, a time with its zone, it is judged
        what expires. Each finding has a code, a path, a place and a remedy; of a patched config the place, and the
        layer, of the patch that set the value. Raises InputError for another release.
        """
        from talosgen.validation import findings, problems

        found = findings(self._container, mode, strict=strict, release=talos_version)
        if lint:
            from talosgen.validation.lints import lint as lints

            found += lints(self._container, mode, release=talos_version, now=now, history=self._steps)
        if not self._first and not self._steps:
            return problems(self._container, found)
        out = problems(self._container, found, self._trail())
        if lint:
            from talosgen.patching.effects import lost

            out += lost(self._steps)
        return list(dict.fromkeys(out))

    def _trail(self) -> Callable[[Document, tuple[str | int, ...]], tuple[Span | None, str]]:
        """Tells where what stands in a document was set, and by which layer."""
        from talosgen.validation.place import Places

        places, origin = Places(), {document.identity: document for document in self._origin}
        trail = Trail(
            (*self._first, *self._steps),
            lambda name, steps: places.of(origin[name], steps) if name in origin else None,
        )
        return lambda document, steps: trail(document.identity, steps)

    def history(self, path: str, document: str = "v1alpha1/") -> list[Change]:
        """What set the values at a path and below it, oldest first: the config itself, then each patch.

        ``path`` is written ``machine.certSANs[0]``; ``document`` is ``Kind/name``, the legacy document by default.
        """
        return [
            change
            for step in self._all_steps()
            if step.document == document
            for change in step.changes()
            if change.path == path or change.path.startswith((f"{path}.", f"{path}["))
        ]

    def origins(self) -> list[Origin]:
        """What set each value, document by document; then the values that were deleted, each with its history.

        The first link of a value that the config had before it was patched has no layer.
        """
        attribution = Attribution()
        attribution.follow(self._all_steps())
        return list(attribution.origins())

    def _all_steps(self) -> Iterator[Step]:
        """The steps from nothing on."""
        from talosgen.patching.places import place

        if self._first:
            yield from self._first
        else:
            yield from (Step(part.identity, ABSENT, part.tree, partial(place, part)) for part in self._origin)
        yield from self._steps

    def __repr__(self) -> str:
        kinds = ", ".join(document.kind.name for document in self._container)
        return f"<MachineConfig {kinds}>"


def patch(
    config: MachineConfig,
    *patches: str | Path | Model,
    merge: MergeName = "talos",
    allow_unknown: bool = False,
    report: Callable[[Problem], None] | None = None,
) -> MachineConfig:
    """``config.patch(*patches, …)`` with the same options: a Path is a file, a str the text of a patch."""
    return config.patch(*patches, merge=merge, allow_unknown=allow_unknown, report=report)


def generate(options: Options, machine_type: MachineType, bundle: SecretsBundle) -> MachineConfig:
    """The base config of a machine type, byte for byte as Talos v1.14.1 generates it.

    The same input gives the same config. Raises InputError, with all faults, when the endpoint or another URL is
    none, the Kubernetes version is missing, or the bundle lacks a secret that this machine needs.
    """
    from talosgen.generation.generate import generate as documents_of

    return MachineConfig(documents_of(options, machine_type, bundle))


def derive(before: MachineConfig, after: MachineConfig, *, reveal: bool = False) -> list[str]:
    """The texts of the patches that turn ``before`` into ``after`` under Talos's own merge, in order.

    None where the two print alike; at most one that deletes and one that sets, which Talos takes since 1.8; put
    together with a line ``---`` they are one patch, which it takes since 1.14. They have been tried. Without
    ``reveal`` patches that would hold a secret are refused. Raises InputError for that, or where no patch does it.
    """
    from talosgen.patching import derive as deriving

    patches = deriving.derive(before._container, after._container)
    if not reveal and (problems := list(deriving.secrets(patches))):
        raise InputError(problems)
    return patches


def compile_to_talos(patch: str | Path | Model, config: MachineConfig, *, allow_unknown: bool = False) -> list[str]:
    """The texts of plain Talos patches that do to ``config`` what a patch of idempotent semantics does to it.

    The patch itself where Talos's merge makes the same of it. Raises InputError.
    """
    from talosgen.patching.derive import plain_patches

    texts, problems = _texts((patch,))
    if problems:
        raise InputError(problems)
    ((text, source),) = texts
    return plain_patches(text, source, config._container, allow_unknown)


def check_patches(
    *patches: str | Path | Model,
    config: MachineConfig | None = None,
    merge: MergeName = "talos",
    allow_unknown: bool = False,
) -> list[Problem]:
    """The findings about patches: what they do not do, do twice, or do behind one's back; each has a code.

    With ``config`` they are laid over its text, in order. A Path is a file, a str the text of a patch. Faults of
    the patches are among the findings.
    """
    from talosgen.patching.analysis import analyse

    texts, problems = _texts(patches)
    base = None if config is None else (config.to_yaml(), "<config>")
    return [*problems, *analyse(texts, base, merge=merge, allow_unknown=allow_unknown)]


def _documents(models: tuple[Model, ...]) -> list[Document]:
    """The documents of models. Raises InputError with the faults of all."""
    documents: list[Document] = []
    problems: list[Problem] = []
    for model in models:
        try:
            documents.append(model.to_document())
        except InputError as error:
            problems.extend(error.problems)
    if problems:
        raise InputError(problems)
    return documents


def _tree(document: Document | None) -> Any:
    return ABSENT if document is None else document.tree


def _nowhere(steps: Any) -> None:
    """Where a value of a model was written: in no text."""


def _texts_by_kind(config: MachineConfig) -> dict[str, list[str]]:
    out: dict[str, list[str]] = {}
    for document in config:
        out.setdefault(document.kind.name, []).append(document.to_yaml())
    return out


def _texts(patches: tuple[str | Path | Model, ...]) -> tuple[list[tuple[str, str]], list[Problem]]:
    """The texts of patches, each with the name of its source, and what could not be read."""
    texts: list[tuple[str, str]] = []
    problems: list[Problem] = []
    for number, given in enumerate(patches, 1):
        if isinstance(given, str):
            texts.append((given, f"<patch {number}>"))
            continue
        try:
            if isinstance(given, PathLike):
                texts.append((inputs.read(given).decode("utf-8", "surrogateescape"), str(given)))
            else:
                texts.append((given.to_patch(), f"<patch {number}>"))
        except InputError as error:
            problems.extend(error.problems)
    return texts, problems
