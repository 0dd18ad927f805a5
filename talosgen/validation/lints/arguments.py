"""Arguments that Talos sets itself: with one of them the component is not started, and no validation says so."""

from __future__ import annotations

from typing import Any, Final

from talosgen.validation.rule import LINTS, At, Tree

__all__: list[str] = []

_API_SERVER: Final = frozenset(
    (
        "client-ca-file", "encryption-provider-config", "etcd-cafile", "etcd-certfile", "etcd-keyfile", "etcd-servers",
        "kubelet-client-certificate", "kubelet-client-key", "proxy-client-cert-file", "proxy-client-key-file",
        "requestheader-client-ca-file", "service-account-key-file", "service-account-signing-key-file",
        "tls-cert-file", "tls-private-key-file",
    )
)  # fmt: skip
_CONTROLLER_MANAGER: Final = frozenset(
    (
        "authentication-kubeconfig", "authorization-kubeconfig", "cluster-signing-cert-file",
        "cluster-signing-key-file", "root-ca-file", "service-account-private-key-file",
    )
)  # fmt: skip
_SCHEDULER: Final = frozenset(("authentication-kubeconfig", "authorization-kubeconfig", "config", "kubeconfig"))
_KUBELET: Final = frozenset(
    ("bootstrap-kubeconfig", "cert-dir", "config", "container-runtime", "container-runtime-endpoint", "kubeconfig")
)
_ETCD: Final = frozenset(
    (
        "cert-file", "data-dir", "key-file", "listen-client-urls", "listen-peer-urls", "name", "peer-cert-file",
        "peer-key-file", "peer-trusted-ca-file", "trusted-ca-file",
    )
)  # fmt: skip

#: By type of the section or kind of the document, the names that are refused (Talos 1.9 to 1.14).
_REFUSED: Final = {
    "v1alpha1.APIServerConfig": _API_SERVER | {"authorization-config"},
    "v1alpha1.ControllerManagerConfig": _CONTROLLER_MANAGER,
    "v1alpha1.SchedulerConfig": _SCHEDULER,
    "v1alpha1.KubeletConfig": _KUBELET,
    "v1alpha1.EtcdConfig": _ETCD,
    "v1alpha1.ProxyConfig": frozenset(("kubeconfig",)),
    # What validation refuses here is not named again.
    "KubeAPIServerConfig": _API_SERVER | {"tls-min-version"},
    "KubeControllerManagerConfig": _CONTROLLER_MANAGER,
    "KubeSchedulerConfig": _SCHEDULER,
    "KubeletConfig": _KUBELET,
}  # fmt: skip

#: Those that are refused from Talos 1.14 on.
_LATER: Final = {
    "v1alpha1.APIServerConfig": frozenset(("tls-min-version",)),
    "v1alpha1.EtcdConfig": frozenset(("feature-gates", "listen-client-http-urls", "tls-min-version")),
}


def _lint(refused: frozenset[str], later: frozenset[str]) -> Any:
    def arguments(section: Tree, at: At) -> None:
        for name in section.get("extraArgs") or {}:
            if name in refused or (name in later and at.context.minor >= 14):
                at("argument-refused", "extraArgs", name)

    return arguments


for _type, _names in _REFUSED.items():
    LINTS.rule(_type)(_lint(_names, _LATER.get(_type, frozenset())))
