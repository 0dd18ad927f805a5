"""Discovery of the cluster's members."""

from __future__ import annotations

from talosgen.validation.checks.keys import decoded
from talosgen.validation.checks.urls import parsed_url
from talosgen.validation.rule import At, Tree, rule

__all__: list[str] = []


@rule("DiscoveryIdentityConfig")
def identity(document: Tree, at: At) -> None:
    """One finding."""
    secret = document.get("clusterSecret")
    if not document.get("clusterID"):
        at("discovery-identity-id")
    elif not secret:
        at("discovery-identity-secret")
    else:
        data = decoded(secret)
        if data is None or len(data) != 32:
            at("discovery-identity-secret-invalid", "clusterSecret")


@rule("DiscoveryServiceConfig")
def service(document: Tree, at: At) -> None:
    """One finding."""
    endpoint = document.get("endpoint")
    if not document.get("name"):
        at("name-missing")
        return
    url = parsed_url(endpoint) if endpoint else None
    if url is None:
        at("discovery-service-endpoint")
    elif url.scheme not in ("http", "https", "grpc"):
        at("discovery-service-scheme", "endpoint")
    elif not url.hostname:
        at("discovery-service-host", "endpoint")
