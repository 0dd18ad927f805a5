"""Configs for people to look at: no secret shows, nor what a project said is one."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from talosgen.config.container import Container, Document
from talosgen.config.loader import load
from talosgen.config.redact import redact_document
from talosgen.config.tree import copied

__all__ = ["MASK", "masked"]

MASK: Final = "******"
#: A shorter text stands in others by chance; it is masked where it is all there is.
_TELLING: Final = 6


def masked(text: str, secrets: Collection[str]) -> str:
    """The text of a config, masked: what is known to be secret, and all that holds one of ``secrets``."""
    long = [secret for secret in secrets if len(secret) >= _TELLING]

    def leaf(value: Any) -> Any:
        shown = value if isinstance(value, str) else str(value)
        return MASK if shown in secrets or any(secret in shown for secret in long) else value

    documents = []
    for document in load(text, "<config>", allow_unknown=True):
        redacted = redact_document(document, "all")
        documents.append(Document(redacted.kind, copied(redacted.tree, leaf)) if redacted.known else redacted)
    return Container(documents, check=False).to_yaml()
