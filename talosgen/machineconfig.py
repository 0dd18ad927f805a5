"""The public machine config: the documents of one node."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from talosgen.config.container import Container, Document, copied
from talosgen.config.loader import load

__all__ = ["MachineConfig"]


class MachineConfig:
    """The config of one machine: a legacy ``v1alpha1`` document and others. Immutable."""

    __slots__ = ("_container",)

    def __init__(self, container: Container) -> None:
        self._container = container

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

    def __repr__(self) -> str:
        kinds = ", ".join(document.kind.name for document in self._container)
        return f"<MachineConfig {kinds}>"
