"""What the documents must be to one another (Talos v1.14.1, container validation)."""

from __future__ import annotations

from typing import Any, Final

from talosgen.validation.rule import At, Context, Tree, across
from talosgen.validation.settings import (
    cluster_of,
    discovery_services,
    is_control_plane,
    machine_of,
    machine_type,
    only,
)  # fmt: skip

__all__: list[str] = []

_SHOWN: Final = 10
_LABEL: Final = "node-role.kubernetes.io/control-plane"


def _host_dns(context: Context) -> tuple[Tree | None, At]:
    """The settings of the host's DNS, and where they are made, or would be."""
    container = context.container
    resolver = only(container, "ResolverConfig")
    if resolver is not None and (resolver.tree.get("hostDNS") or {}).get("enabled"):
        return resolver.tree["hostDNS"], context.at(resolver).below("hostDNS")
    features = machine_of(container).get("features") or {}
    return features.get("hostDNS"), context.at(container.legacy).below("machine", "features", "hostDNS")


@across
def host_dns(context: Context) -> None:
    dns, at = _host_dns(context)
    if context.mode == "container":
        if dns is None:
            context.at(context.container.legacy)("container-host-dns")
        else:
            if not dns.get("enabled"):
                at("container-host-dns-off")
            if not dns.get("forwardKubeDNSToHost"):
                at("container-host-dns-forward")
    resolver = only(context.container, "ResolverConfig")
    if resolver is not None and not (dns or {}).get("enabled"):
        for index, server in enumerate(resolver.tree.get("nameservers") or []):
            if server.get("protocol", "Do53") != "Do53":
                context.at(resolver)("encrypted-dns-host", "nameservers", index)
                return


@across
def discovery(context: Context) -> None:
    container = context.container
    if not discovery_services(container):
        return
    cluster = cluster_of(container)
    identity = cluster.get("id", ""), cluster.get("secret", "")
    document = only(container, "DiscoveryIdentityConfig")
    if not any(identity) and document is not None:
        identity = document.tree.get("clusterID", ""), document.tree.get("clusterSecret", "")
    services = container.of_kind("DiscoveryServiceConfig")
    at = context.at(services[0] if services else container.legacy)
    if not identity[0]:
        at("discovery-without-id")
    if not identity[1]:
        at("discovery-without-secret")


@across
def containers(context: Context) -> None:
    documents = {document.name: document for document in context.container.of_kind("ContainerConfig")}
    needs = {
        name: (document.tree.get("dependsOn") or {}).get("containers") or [] for name, document in documents.items()
    }
    for name, document in documents.items():
        for index, other in enumerate(needs[name]):
            if other not in documents:
                context.at(document)("container-unknown", "dependsOn", "containers", index)
    if cycles := _cycles(needs):
        context.at(documents[cycles[0][0]])(
            "container-cycle", "dependsOn",
            message=f"containers depend on one another in a circle: {', '.join(' -> '.join(way) for way in cycles)}",
        )  # fmt: skip


def _cycles(needs: dict[str, list[str]]) -> list[list[str]]:
    """Circles among what needs what, each as the way around it, at most as many as people read."""
    out: set[tuple[str, ...]] = set()
    done: set[str] = set()
    for start in sorted(needs):
        if start in done:
            continue
        path, position = [start], {start: 0}
        work = [iter(needs[start])]
        while work:
            other = next(work[-1], None)
            if other is None:
                work.pop()
                done.add(path[-1])
                del position[path.pop()]
            elif other in position:
                if len(out) < _SHOWN:
                    out.add((*path[position[other] :], other))
            elif other in needs and other not in done:
                position[other] = len(path)
                path.append(other)
                work.append(iter(needs[other]))
    return [list(way) for way in sorted(out)]


@across
def kubespan(context: Context) -> None:
    container = context.container
    document: Any = only(container, "KubeSpanConfig")
    settings = (machine_of(container).get("network") or {}).get("kubespan") if document is None else document.tree
    if (settings or {}).get("enabled") and not discovery_services(container):
        context.at(document or container.legacy)("kubespan-without-discovery")


@across
def api_server(context: Context) -> None:
    container = context.container
    cluster = cluster_of(container)
    role = machine_type(container)
    document = only(container, "KubeAPIServerCAConfig")
    has_ca = document is not None or "ca" in cluster or "acceptedCAs" in cluster
    at = context.at(document or container.legacy)
    if has_ca and is_control_plane(role):
        secrets = cluster.get("secretboxEncryptionSecret") or cluster.get("aescbcEncryptionSecret")
        if not secrets and only(container, "KubeEtcdEncryptionConfig") is None:
            at("etcd-encryption-missing")
    named = only(container, "KubeClusterConfig") is not None or "endpoint" in (cluster.get("controlPlane") or {})
    if has_ca and not named:
        at("cluster-unnamed")


@across
def node(context: Context) -> None:
    document = only(context.container, "KubeNodeConfig")
    if document is None or not is_control_plane(machine_type(context.container)):
        return
    tree = document.tree
    if _LABEL not in (tree.get("labels") or {}) and not tree.get("skipNodeRegistration"):
        context.at(document)("node-label-missing")


@across
def control_plane_only(context: Context) -> None:
    """One finding for all such documents, as Talos has it."""
    if is_control_plane(machine_type(context.container)):
        return
    found = [document for document in context.container if document.kind.controlplane_only]
    if found:
        kinds = ", ".join(sorted({document.kind.name for document in found}))
        context.at(found[0])(
            "control-plane-only", message=f"documents of these kinds are for control plane machines only: {kinds}"
        )
