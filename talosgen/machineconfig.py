"""The public machine config: the documents of one node."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from talosgen import inputs
from talosgen.config.codecs import ABSENT
from talosgen.config.container import Container, Document, copied
from talosgen.config.loader import load
from talosgen.config.provenance import Change, Step
from talosgen.errors import InputError, Problem

__all__ = ["MachineConfig", "check_patches", "compile_to_talos", "derive", "patch"]

if TYPE_CHECKING:
    from pathlib import Path

    from talosgen.config.mergers import MergeName
    from talosgen.schema.table import Level


class MachineConfig:
    """The config of one machine: a legacy ``v1alpha1`` document and others. Immutable."""

    __slots__ = ("_container", "_origin", "_steps")

    def __init__(self, container: Container) -> None:
        self._container = container
        # What the steps of patching started from.
        self._origin = container
        self._steps: tuple[Step, ...] = ()

    @classmethod
    def load(cls, text: str | bytes, source: str = "<text>", allow_unknown: bool = False) -> MachineConfig:
        """The config that a YAML text holds; ``source`` names it in messages.

        With ``allow_unknown`` documents of kinds that the table does not have are carried as their text. Raises
        InputError with every fault: syntax, unknown kinds and keys, wrong types, repeated or conflicting documents
        (Talos v1.14.1's config loader and container validation).
        """
        return cls(load(text, source, allow_unknown))

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
        return self.to_yaml() == other.to_yaml()

    __hash__ = None  # type: ignore[assignment]

    def to_yaml(self) -> str:
        """The text that Talos v1.14.1 writes for this config, comments off."""
        return self._container.to_yaml()

    def to_dict(self) -> list[dict[str, Any]]:
        """The documents as plain data, copied."""
        return [copied(document.tree) for document in self._container]

    def patch(
        self,
        *patches: str | Path,
        merge: MergeName = "talos",
        allow_unknown: bool = False,
        report: Callable[[Problem], None] | None = None,
    ) -> MachineConfig:
        """This config with patches laid over it, in order (strategic merge or JSON6902).

        A Path is a file, a str the text of a patch. ``merge``: ``"talos"`` does what Talos v1.14.1 does;
        ``"idempotent"`` is the union mode of the patch algebra, in which a patch laid over its own result
        changes nothing. ``allow_unknown``: patches may add documents of kinds that the table does not have, as
        their text, and delete them. ``report`` is given the warnings and notes. Raises InputError with the faults
        of all patches when one cannot be read, else with those of all that do not apply.
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
        made._origin, made._steps = self._origin, tuple(steps)
        if report is not None:
            for patch in loaded:
                for note in patch.notes:
                    report(note)
        return made

    def redacted(self, level: Level = "talos") -> MachineConfig:
        """This config with its secrets masked as ``******``, for people to look at; it has no history.

        ``"talos"`` masks what Talos v1.14.1 masks, byte for byte; ``"all"`` also registry users, environment
        variables, contents of files and manifests, headers and user information in URLs. Of a document whose kind
        is unknown all is masked but what names it.
        """
        from talosgen.config.redact import redact_document

        return MachineConfig(Container((redact_document(part, level) for part in self._container), check=False))

    def history(self, path: str, document: str = "v1alpha1/") -> list[Change]:
        """What set the values at a path and below it, oldest first: the config itself, then each patch.

        ``path`` is written ``machine.certSANs[0]``; ``document`` is ``Kind/name``, the legacy document by default.
        """
        from talosgen.patching.places import place

        first = [
            Step(part.identity, ABSENT, part.tree, partial(place, part))
            for part in self._origin
            if part.identity == document
        ]
        return [
            change
            for step in (*first, *self._steps)
            if step.document == document
            for change in step.changes()
            if change.path == path or change.path.startswith((f"{path}.", f"{path}["))
        ]

    def __repr__(self) -> str:
        kinds = ", ".join(document.kind.name for document in self._container)
        return f"<MachineConfig {kinds}>"


def patch(
    config: MachineConfig,
    *patches: str | Path,
    merge: MergeName = "talos",
    allow_unknown: bool = False,
    report: Callable[[Problem], None] | None = None,
) -> MachineConfig:
    """``config.patch(*patches, …)`` with the same options: a Path is a file, a str the text of a patch."""
    return config.patch(*patches, merge=merge, allow_unknown=allow_unknown, report=report)


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


def compile_to_talos(patch: str | Path, config: MachineConfig, *, allow_unknown: bool = False) -> list[str]:
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
    *patches: str | Path, config: MachineConfig | None = None, merge: MergeName = "talos", allow_unknown: bool = False
) -> list[Problem]:
    """The findings about patches: what they do not do, do twice, or do behind one's back; each has a code.

    With ``config`` they are laid over its text, in order. A Path is a file, a str the text of a patch. Faults of
    the patches are among the findings.
    """
    from talosgen.patching.analysis import analyse

    texts, problems = _texts(patches)
    base = None if config is None else (config.to_yaml(), "<config>")
    return [*problems, *analyse(texts, base, merge=merge, allow_unknown=allow_unknown)]


def _texts(patches: tuple[str | Path, ...]) -> tuple[list[tuple[str, str]], list[Problem]]:
    """The texts of patches, each with the name of its source, and what could not be read."""
    texts: list[tuple[str, str]] = []
    problems: list[Problem] = []
    for number, given in enumerate(patches, 1):
        if isinstance(given, str):
            texts.append((given, f"<patch {number}>"))
            continue
        try:
            texts.append((inputs.read(given).decode("utf-8", "surrogateescape"), str(given)))
        except InputError as error:
            problems.extend(error.problems)
    return texts, problems
