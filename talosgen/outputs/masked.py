"""Configs for people to look at: no secret shows, nor what a project said is one."""

from __future__ import annotations

from typing import Any, Final

from talosgen.config.container import Container, Document
from talosgen.config.loader import load
from talosgen.config.redact import MARKER, redact_document
from talosgen.config.tree import copied
from talosgen.outputs.explain import Masks

__all__ = ["masked"]

#: What a document is: never a secret, whatever secrets are made of.
_HEAD: Final[tuple[str, ...]] = ("apiVersion", "kind")


def masked(text: str, secrets: frozenset[str]) -> str:
    """The text of a config, masked: what is known to be secret, and all that holds one of ``secrets``."""
    masks = Masks(secrets)

    def leaf(value: Any) -> Any:
        hidden = masks.hides(value) if isinstance(value, str) else str(value) in secrets
        return MARKER if hidden else value

    documents = []
    for document in load(text, "<config>", allow_unknown=True):
        redacted = redact_document(document, "all")
        if redacted.known:
            head = {key: redacted.tree[key] for key in _HEAD if key in redacted.tree}
            redacted = Document(redacted.kind, {**copied(redacted.tree, leaf), **head})
        documents.append(redacted)
    return Container(documents, check=False).to_yaml()
