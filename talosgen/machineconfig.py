"""The public machine config: the documents of one node."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from talosgen import inputs
from talosgen.config.container import Container, Document, copied
from talosgen.config.loader import load
from talosgen.config.provenance import Change, Step
from talosgen.errors import InputError, Problem

__all__ = ["MachineConfig", "patch"]

if TYPE_CHECKING:
    from pathlib import Path


class MachineConfig:
    """The config of one machine: a legacy ``v1alpha1`` document and others. Immutable."""

    __slots__ = ("_container", "_steps")

    def __init__(self, container: Container, steps: tuple[Step, ...] = ()) -> None:
        self._container = container
        self._steps = steps

    @classmethod
    def load(cls, text: str | bytes, source: str = "<text>") -> MachineConfig:
        """The config that a YAML text holds; ``source`` names it in messages.

        Raises InputError with every fault: syntax, unknown kinds and keys, wrong types, repeated or
        conflicting documents (Talos v1.14.1's config loader and container validation).
        """
        return cls(load(text, source))

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

    def patch(self, *patches: str | Path) -> MachineConfig:
        """This config with patches laid over it, in order, as Talos v1.14.1 does (strategic merge or JSON6902).

        A Path is a file, a str the text of a patch. Raises InputError with the faults of all patches when
        one cannot be read, or with those of the first that does not apply.
        """
        from talosgen.patching.load import apply_to_config, load_all

        problems: list[Problem] = []
        texts: list[tuple[str, str]] = []
        for number, given in enumerate(patches, 1):
            if isinstance(given, str):
                texts.append((given, f"<patch {number}>"))
                continue
            try:
                texts.append((inputs.read(given).decode("utf-8", "surrogateescape"), str(given)))
            except InputError as error:
                problems.extend(error.problems)
        try:
            loaded = load_all(texts)
        except InputError as error:
            problems.extend(error.problems)
        if problems:
            raise InputError(problems)
        steps = list(self._steps)
        return MachineConfig(apply_to_config(self._container, loaded, recorder=steps.append), tuple(steps))

    def history(self, path: str, document: str = "v1alpha1/") -> list[Change]:
        """What strategic patches did at a path and below it, oldest first; with the places in the patches.

        ``path`` is written ``machine.certSANs[0]``; ``document`` is ``Kind/name``, the legacy document by default.
        """
        return [
            change
            for step in self._steps
            if step.document == document
            for change in step.changes()
            if change.path == path or change.path.startswith((f"{path}.", f"{path}["))
        ]

    def __repr__(self) -> str:
        kinds = ", ".join(document.kind.name for document in self._container)
        return f"<MachineConfig {kinds}>"


def patch(config: MachineConfig, *patches: str | Path) -> MachineConfig:
    """``config.patch(*patches)``: a Path is a file, a str the text of a patch."""
    return config.patch(*patches)
