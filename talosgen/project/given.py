"""Which settings the generator puts where in a base: for the history of its values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from talosgen.config.provenance import path_text
from talosgen.config.redact import is_secret
from talosgen.source import Span

__all__ = ["place"]

#: The document kind and the path below which a setting's value stands; several settings in the order of their weight.
_TABLE: Final[tuple[tuple[str, str, tuple[str, ...]], ...]] = (
    ("v1alpha1", "machine.certSANs", ("sans",)),
    ("v1alpha1", "machine.install.extraKernelArgs", ("kernelArgs",)),
    ("v1alpha1", "machine.install.image", ("schematic", "install", "talosVersion")),
    ("v1alpha1", "machine.install", ("install",)),
    ("v1alpha1", "machine.kubelet.image", ("kubernetesVersion", "talosVersion")),
    ("v1alpha1", "machine.sysctls", ("sysctls",)),
    ("v1alpha1", "machine.registries", ("registries",)),
    ("v1alpha1", "machine.network.kubespan", ("kubespan",)),
    ("v1alpha1", "cluster.controlPlane.endpoint", ("endpoint",)),
    ("v1alpha1", "cluster.clusterName", ("name",)),
    ("v1alpha1", "cluster.network.dnsDomain", ("dnsDomain",)),
    ("v1alpha1", "cluster.network.cni", ("cni",)),
    ("v1alpha1", "cluster.discovery", ("discovery",)),
    ("v1alpha1", "cluster.apiServer.certSANs", ("sans", "endpoint")),
    ("v1alpha1", "cluster.apiServer.image", ("kubernetesVersion", "talosVersion")),
    ("v1alpha1", "cluster.controllerManager.image", ("kubernetesVersion", "talosVersion")),
    ("v1alpha1", "cluster.scheduler.image", ("kubernetesVersion", "talosVersion")),
    ("v1alpha1", "cluster.proxy.image", ("kubernetesVersion", "talosVersion")),
    ("v1alpha1", "cluster.allowSchedulingOnControlPlanes", ("allowSchedulingOnControlPlanes",)),
    ("UnattendedInstallConfig", "installer", ("schematic", "install", "talosVersion")),
    ("UnattendedInstallConfig", "provisioning", ("install",)),
    ("SysctlConfig", "params", ("sysctls",)),
    ("RegistryMirrorConfig", "", ("registries",)),
    ("RegistryTLSConfig", "", ("registries",)),
    ("KubeSpanConfig", "enabled", ("kubespan",)),
    ("DiscoveryServiceConfig", "", ("discovery",)),
    ("KubeClusterConfig", "clusterName", ("name",)),
    ("KubeClusterConfig", "endpoint", ("endpoint",)),
    ("KubeNetworkConfig", "dnsDomain", ("dnsDomain",)),
    ("KubeletConfig", "image", ("kubernetesVersion", "talosVersion")),
    ("KubeServiceAccountConfig", "issuer.issuerURL", ("endpoint",)),
    ("KubeAPIServerConfig", "image", ("kubernetesVersion", "talosVersion")),
    ("KubeAPIServerConfig", "certExtraSANs", ("sans",)),
    ("KubeControllerManagerConfig", "image", ("kubernetesVersion", "talosVersion")),
    ("KubeSchedulerConfig", "image", ("kubernetesVersion", "talosVersion")),
    ("KubeProxyConfig", "image", ("kubernetesVersion", "talosVersion")),
    ("KubeExternalManifestConfig", "url", ("cni",)),
)
_HEAD: Final = frozenset(("apiVersion", "kind", "name", "version"))


def place(kind: str, given: Mapping[str, Span], steps: tuple[str | int, ...]) -> Span | None:
    """Where the setting stands, or the secret, that a value of a base was made from; None when Talos decides."""
    path = path_text(steps)
    if not (len(steps) == 1 and steps[0] in _HEAD):
        for wanted, prefix, settings in _TABLE:
            if wanted == kind and (path == prefix or path.startswith((f"{prefix}.", f"{prefix}[")) or not prefix):
                return next((given[name] for name in settings if name in given), None)
        if is_secret(kind, steps):
            return given.get("secrets")
    return None
