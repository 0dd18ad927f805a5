"""Models. Written by scripts/documents.py from the table."""

from __future__ import annotations

from typing import ClassVar, Literal

from talosgen.documents.model import Document, key
from talosgen.documents.values import URL, Secret, String, URLLike, Value

__all__ = ["DiscoveryIdentityConfig", "DiscoveryServiceConfig"]


class DiscoveryIdentityConfig(Document):
    """Discovery identity config. Since Talos 1.14.

    A config holds one.
    """

    talos_type: ClassVar[str] = "cluster.DiscoveryIdentityConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["DiscoveryIdentityConfig"] = key("kind")
    cluster_id: String = key("clusterID")
    cluster_secret: Secret = key("clusterSecret")


class DiscoveryServiceConfig(Document):
    """Discovery service config. Since Talos 1.14.

    A config may hold several, told apart by ``name``.
    """

    talos_type: ClassVar[str] = "cluster.DiscoveryServiceConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["DiscoveryServiceConfig"] = key("kind")
    name: String = key("name")
    endpoint: Value[URL, URLLike] = key("endpoint")
