"""The connection to a management plane.

Written by scripts/documents.py from the table.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from talosgen.documents.model import Document, key
from talosgen.documents.values import URL, Secret, URLLike, Value

__all__ = ["SideroLinkConfig"]


class SideroLinkConfig(Document):
    """The tunnel to a management plane such as Omni. Since Talos 1.5.

    A config holds one.
    """

    talos_type: ClassVar[str] = "siderolink.ConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["SideroLinkConfig"] = key("kind")
    api_url: Value[URL, URLLike] = key("apiUrl")
    """URL of its API; the join token stands in it."""
    unique_token: Secret = key("uniqueToken")
    """Token of this node. Since Talos 1.10."""
