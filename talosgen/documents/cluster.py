"""Discovery of a cluster's members.

Written by scripts/documents.py from the table.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from talosgen.documents.model import Document, key
from talosgen.documents.values import URL, Secret, String, URLLike, Value

__all__ = ["DiscoveryIdentityConfig", "DiscoveryServiceConfig"]


class DiscoveryIdentityConfig(Document):
    """What the cluster is known by to discovery. Since Talos 1.14.

    A config holds one.
    """

    talos_type: ClassVar[str] = "cluster.DiscoveryIdentityConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["DiscoveryIdentityConfig"] = key("kind")
    cluster_id: String = key("clusterID")
    """The cluster's id, in base64."""
    cluster_secret: Secret = key("clusterSecret")
    """Secret that members' data is encrypted with, in base64."""


class DiscoveryServiceConfig(Document):
    """A service through which members find each other. Since Talos 1.14.

    A config may hold several, told apart by ``name``.
    """

    talos_type: ClassVar[str] = "cluster.DiscoveryServiceConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["DiscoveryServiceConfig"] = key("kind")
    name: String = key("name")
    endpoint: Value[URL, URLLike] = key("endpoint")
    """URL of the service."""
