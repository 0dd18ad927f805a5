"""Settings that the legacy document and a document of their own both make (Talos v1.14.1, conflicts with v1alpha1).

One finding for each document, the first that applies.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from talosgen.schema.table import table
from talosgen.validation.checks.addresses import parsed_address
from talosgen.validation.rule import Context, Step, Tree, across

__all__: list[str] = []

Path = tuple[Step, ...]

#: By kind: the legacy paths that are its twins. A path counts when it is there; after ``?`` when it is not empty.
_TWINS: Final = {
    "CRIBaseRuntimeSpecConfig": ("?machine.baseRuntimeSpecOverrides",),
    "DiscoveryIdentityConfig": ("?cluster.id", "?cluster.secret"),
    "DiscoveryServiceConfig": ("cluster.discovery",),
    "HostnameConfig": ("?machine.network.hostname", "?machine.features.stableHostname"),
    "ImageCacheConfig": ("machine.features.imageCache",),
    "KubeAdmissionControlConfig": ("?cluster.apiServer.admissionControl",),
    "KubeAggregatorCAConfig": ("cluster.aggregatorCA",),
    "KubeAPIServerCAConfig": ("cluster.ca",),
    "KubeAPIServerConfig": ("cluster.apiServer", "?cluster.controlPlane.localAPIServerPort"),
    "KubeAuditPolicyConfig": ("?cluster.apiServer.auditPolicy",),
    # Not authorizationConfig: Talos looks at the same place as for admission control.
    "KubeAuthorizerConfig": ("?cluster.apiServer.admissionControl",),
    "KubeClusterConfig": ("?cluster.clusterName", "cluster.controlPlane.endpoint"),
    "KubeControllerManagerConfig": ("cluster.controllerManager", "machine.controlPlane.controllerManager"),
    "KubeCoreDNSConfig": ("cluster.coreDNS",),
    "KubeCredentialProviderConfig": ("machine.kubelet",),
    "KubeEtcdEncryptionConfig": ("?cluster.secretboxEncryptionSecret", "?cluster.aescbcEncryptionSecret"),
    "KubeFlannelCNIConfig": ("cluster.network",),
    "KubeletConfig": ("machine.kubelet",),
    "KubeNetworkConfig": ("cluster.network",),
    "KubeNodeConfig": (
        "cluster.allowSchedulingOnControlPlanes", "cluster.allowSchedulingOnMasters",
        "machine.kubelet.skipNodeRegistration", "machine.kubelet.registerWithFQDN", "machine.kubelet.nodeIP",
        "machine.nodeLabels", "machine.nodeAnnotations", "machine.nodeTaints",
    ),
    "KubePrismConfig": ("machine.features.kubePrism",),
    "KubeProxyConfig": ("cluster.proxy",),
    "KubeSchedulerConfig": ("cluster.scheduler", "machine.controlPlane.scheduler"),
    "KubeServiceAccountConfig": ("cluster.serviceAccount",),
    "KubeSpanConfig": ("machine.network.kubespan",),
    "KubeTalosAPIAccessConfig": ("machine.features.kubernetesTalosAPIAccess",),
    "UnattendedInstallConfig": ("machine.install",),
}  # fmt: skip


def _volume(volume: Tree, legacy: Tree) -> tuple[str, Path] | None:
    path = {"STATE": "state", "EPHEMERAL": "ephemeral"}.get(volume.get("name", ""))
    if path is None or not (volume.get("encryption") or {}).get("provider"):
        return None
    steps: Path = ("machine", "systemDiskEncryption", path)
    return None if _at(legacy, steps) is None else ("legacy-twin-volume", steps)


def _resolver(resolver: Tree, legacy: Tree) -> tuple[str, Path] | None:
    network = _at(legacy, ("machine", "network")) or {}
    for key, applies in (
        ("searchDomains", network.get("searchDomains") is not None),
        ("nameservers", any(parsed_address(text) for text in network.get("nameservers") or [])),
        ("disableSearchDomain", bool(network.get("disableSearchDomain"))),
    ):
        if applies:
            return "legacy-twin", ("machine", "network", key)
    steps: Path = ("machine", "features", "hostDNS")
    return ("legacy-twin", steps) if resolver.get("hostDNS") and _at(legacy, steps) is not None else None


def _time_sync(document: Tree, legacy: Tree) -> tuple[str, Path] | None:
    time = _at(legacy, ("machine", "time")) or {}
    if time.get("disabled"):
        return "time-sync-disabled", ("machine", "time", "disabled")
    for key in ("servers", "bootTimeout"):
        if time.get(key):
            return "legacy-twin", ("machine", "time", key)
    return None


_SPECIAL: Final[dict[str, Callable[[Tree, Tree], tuple[str, Path] | None]]] = {
    "ResolverConfig": _resolver, "TimeSyncConfig": _time_sync, "VolumeConfig": _volume,
}  # fmt: skip


def _at(tree: Tree, steps: Path) -> Any:
    value: Any = tree
    for step in steps:
        if not isinstance(value, dict):
            return None
        value = value.get(step)
    return value


def _twin(kind: str, legacy: Tree) -> tuple[str, Path] | None:
    for written in _TWINS.get(kind, ()):
        steps = tuple(written.removeprefix("?").split("."))
        value = _at(legacy, steps)
        if value if written.startswith("?") else value is not None:
            return "legacy-twin", steps
    return None


@across
def twins(context: Context) -> None:
    legacy = context.container.legacy
    if legacy is None:
        return
    at = context.at(legacy)
    # Which kinds refuse their twins is the release's own affair.
    kinds = table(context.release).kinds
    for document in context.container:
        if document.known and not kinds[document.kind.name].conflicts_with_v1alpha1:
            continue
        special = _SPECIAL.get(document.kind.name)
        found = special(document.tree, legacy.tree) if special else _twin(document.kind.name, legacy.tree)
        if found:
            name, steps = found
            at(name, *steps, message=f"this is set here and by the document {document.identity.rstrip('/')}")
