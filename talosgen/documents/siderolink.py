"""Models. Written by scripts/documents.py from the table."""

from __future__ import annotations

from typing import ClassVar, Literal

from talosgen.documents.model import Document, key
from talosgen.documents.values import URL, Secret, URLLike, Value

__all__ = ["SideroLinkConfig"]


class SideroLinkConfig(Document):
    """Sidero link config. Since Talos 1.5.

    A config holds one.
    """

    talos_type: ClassVar[str] = "siderolink.ConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["SideroLinkConfig"] = key("kind")
    api_url: Value[URL, URLLike] = key("apiUrl")
    unique_token: Secret = key("uniqueToken")
    """Since Talos 1.10."""
