"""Layers that stand in no file: settings, made to a patch whose places lead back to them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from talosgen.patching.fragments import Fragment, patch_of
from talosgen.project.cluster import Layer

__all__ = ["SETTINGS", "layer_of"]

#: What the layer of a node's settings is called.
SETTINGS: Final = "settings"


def layer_of(fragments: Iterable[Fragment], title: str) -> Layer | None:
    """The layer of fragments, None when there is none. Raises InputError, at the values at fault."""
    made = patch_of(fragments)
    return None if made is None else Layer(title, made.patch, made.place)
