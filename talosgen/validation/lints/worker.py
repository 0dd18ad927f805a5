"""What a worker does not do: settings of the control plane, and what Kubernetes does not let it say of itself."""

from __future__ import annotations

from typing import Final

from talosgen.validation.lints.images import installer_of, installer_release
from talosgen.validation.rule import LINTS, Context
from talosgen.validation.settings import cluster_of, machine_of, machine_type

__all__: list[str] = []

#: Settings of the legacy section ``cluster`` that only control plane nodes read.
_SETTINGS: Final = (
    "adminKubeconfig", "allowSchedulingOnControlPlanes", "allowSchedulingOnMasters", "apiServer", "controllerManager",
    "coreDNS", "extraManifestHeaders", "extraManifests", "inlineManifests", "proxy", "scheduler",
)  # fmt: skip
#: Secrets there that a worker has no use for.
_SECRETS: Final = (
    ("aescbcEncryptionSecret",), ("aggregatorCA", "key"), ("secretboxEncryptionSecret",), ("serviceAccount", "key"),
)  # fmt: skip
_DOCUMENTS: Final = ("HCloudVIPConfig", "KubeExternalManifestConfig", "KubeInlineManifestConfig", "Layer2VIPConfig")
#: Since then taints go to the kubelet, which registers the node with them.
_TAINTS: Final = (1, 14)

# Labels that the admission plugin NodeRestriction lets a kubelet set on its own node, of Kubernetes' own domains.
_DOMAINS: Final = ("kubernetes.io", "k8s.io")
_OWN: Final = ("kubelet.kubernetes.io", "node.kubernetes.io")
_LABELS: Final = frozenset(
    (
        "beta.kubernetes.io/arch", "beta.kubernetes.io/instance-type", "beta.kubernetes.io/os",
        "failure-domain.beta.kubernetes.io/region", "failure-domain.beta.kubernetes.io/zone",
        "failure-domain.kubernetes.io/region", "failure-domain.kubernetes.io/zone", "kubernetes.io/arch",
        "kubernetes.io/hostname", "kubernetes.io/instance-type", "kubernetes.io/os",
        "node.kubernetes.io/instance-type", "topology.kubernetes.io/region", "topology.kubernetes.io/zone",
    )
)  # fmt: skip


def _below(domain: str, parents: tuple[str, ...]) -> bool:
    return domain in parents or domain.endswith(tuple(f".{parent}" for parent in parents))


def _refused(label: str) -> bool:
    domain, slash, _ = label.partition("/")
    return bool(slash) and label not in _LABELS and _below(domain, _DOMAINS) and not _below(domain, _OWN)


@LINTS.across
def worker(context: Context) -> None:
    container = context.container
    if machine_type(container) != "worker":
        return
    cluster, machine, at = cluster_of(container), machine_of(container), context.at(container.legacy)
    for key in _SETTINGS:
        if cluster.get(key) not in (None, "", [], {}):
            at("worker-setting", "cluster", key)
    for steps in _SECRETS:
        value = cluster
        for step in steps[:-1]:
            value = value.get(step) or {}
        if value.get(steps[-1]):
            at("worker-secret", "cluster", *steps)
    for document in container:
        if document.kind.name in _DOCUMENTS:
            context.at(document)("worker-setting")
        if document.kind.name == "KubeNodeConfig":
            for label in document.tree.get("labels") or {}:
                if _refused(label):
                    context.at(document)("worker-label", "labels", label)
    for label in machine.get("nodeLabels") or {}:
        if _refused(label):
            at("worker-label", "machine", "nodeLabels", label)
    if machine.get("nodeTaints"):
        installer = installer_of(context)
        release = None if installer is None else installer_release(installer[0])
        if release is None or release < _TAINTS:
            at("worker-taints", "machine", "nodeTaints")
