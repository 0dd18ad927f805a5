"""Between the documents that the engines hold and their models."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from talosgen.config.container import Document as TreeDocument
from talosgen.documents import HOMES
from talosgen.schema.table import Kind

if TYPE_CHECKING:
    from talosgen.documents.model import Document

__all__ = ["model_of", "model_type"]


def model_type(kind: Kind) -> type[Document]:
    """The model of a kind of the table; its family is loaded. Raises KeyError for a kind that the table has not."""
    family, name = ("v1alpha1", "Config") if kind.legacy else (HOMES[kind.name], kind.name)
    found: type[Document] = getattr(import_module(f"talosgen.documents.{family}"), name)
    return found


def model_of(document: TreeDocument) -> Document:
    """A model of a document, which shares nothing with it."""
    return model_type(document.kind).from_tree(document.tree)
