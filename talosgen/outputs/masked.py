"""Configs for people to look at: no secret shows, nor what a project said is one."""

from __future__ import annotations

from typing import Final

from talosgen.config.container import Container, Document
from talosgen.config.loader import load
from talosgen.config.redact import redact_document
from talosgen.config.tree import copied
from talosgen.outputs.masks import Masks

__all__ = ["masked", "masked_document"]

#: What a document is: never a secret, whatever secrets are made of.
_HEAD: Final[tuple[str, ...]] = ("apiVersion", "kind")


def masked(text: str, masks: Masks) -> str:
    """The text of a config, masked."""
    documents = load(text, "<config>", allow_unknown=True)
    return Container((masked_document(each, masks) for each in documents), check=False).to_yaml()


def masked_document(document: Document, masks: Masks) -> Document:
    """A document, masked; itself where nothing is to be."""
    if masks.reveal:
        return document
    redacted = redact_document(document, "all")
    if not redacted.known:
        return redacted
    head = {key: redacted.tree[key] for key in _HEAD if key in redacted.tree}
    return Document(redacted.kind, {**copied(redacted.tree, masks.leaf), **head})
