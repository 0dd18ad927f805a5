"""What holds on the machine once all documents are taken together (Talos v1.14.1, container access)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

from talosgen.validation.checks.urls import parsed_url

if TYPE_CHECKING:
    from talosgen.config.container import Container, Document
    from talosgen.validation.rule import Tree

__all__ = [
    "DISCOVERY", "Role", "cluster_of", "discovery_enabled", "discovery_services", "is_control_plane", "legacy_service",
    "machine_of", "machine_type", "only", "role_of",
]  # fmt: skip

Role = Literal["init", "controlplane", "worker", "unknown"]

#: The discovery service where none is named.
DISCOVERY: Final = "https://discovery.talos.dev/"

_ROLES: Final[dict[str, Role]] = {
    "init": "init", "controlplane": "controlplane", "worker": "worker", "join": "worker", "": "worker",
}  # fmt: skip


def role_of(text: str) -> Role:
    """The machine type that a text means; ``unknown`` when it is none."""
    return _ROLES.get(text, "unknown")


def is_control_plane(role: Role) -> bool:
    """Whether machines of a type run the control plane."""
    return role in ("init", "controlplane")


def machine_of(container: Container) -> Tree:
    """The legacy document's section ``machine``; empty when there is none."""
    return {} if container.legacy is None else container.legacy.tree.get("machine") or {}


def cluster_of(container: Container) -> Tree:
    """The legacy document's section ``cluster``; empty when there is none."""
    return {} if container.legacy is None else container.legacy.tree.get("cluster") or {}


def machine_type(container: Container) -> Role:
    """The type of the machine: without a legacy document it is unknown."""
    if container.legacy is None:
        return "unknown"
    return role_of(machine_of(container).get("type", ""))


def subnets_of(container: Container) -> dict[str, list[str]]:
    """The networks of pods and of services, by the names of their fields, which both forms share."""
    document = only(container, "KubeNetworkConfig")
    network: Any = (cluster_of(container).get("network") or {}) if document is None else document.tree
    return {key: list(network[key]) for key in ("podSubnets", "serviceSubnets") if network.get(key)}


def only(container: Container, kind: str) -> Document | None:
    """The document of a kind of which there is at most one."""
    found = container.of_kind(kind)
    return found[0] if found else None


def discovery_enabled(cluster: Tree) -> bool:
    """Whether the legacy document asks for the discovery service."""
    discovery: Any = cluster.get("discovery") or {}
    service = (discovery.get("registries") or {}).get("service") or {}
    return bool(discovery.get("enabled")) and not service.get("disabled")


def legacy_service(cluster: Tree) -> str:
    """The legacy document's discovery service."""
    service = cluster.get("discovery", {}).get("registries", {}).get("service") or {}
    return service.get("endpoint") or DISCOVERY


def discovery_services(container: Container) -> int:
    """How many discovery services there are: the legacy document's one, else one for each document."""
    cluster = cluster_of(container)
    if discovery_enabled(cluster) and parsed_url(legacy_service(cluster)) is not None:
        return 1
    return len(container.of_kind("DiscoveryServiceConfig"))
