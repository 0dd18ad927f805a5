"""What each release's contract wants of a generated config (Talos v1.14.1, version contract)."""

from __future__ import annotations

from typing import Final

from talosgen.contract import Contract

__all__ = ["SWITCHES", "wants"]

#: Switch: the first and the last minor of Talos 1 whose contract has it; None: to this day.
SWITCHES: Final[dict[str, tuple[int, int | None]]] = {
    "pod-security-admission": (1, 13),
    "stable-hostname": (2, 11),
    "kubelet-seccomp-default": (2, 13),
    "alternate-image-registries": (2, 2),
    "scheduling-on-control-planes-name": (2, None),
    "kubernetes-discovery-disabled": (2, 13),
    "apid-key-usage-check": (3, 11),
    "audit-policy": (3, 13),
    "kubelet-manifests-directory-disabled": (3, 13),
    "secretbox": (3, None),
    "disk-quota": (5, None),
    "kubeprism": (6, None),
    "host-dns": (7, 13),
    "worker-cluster-name": (8, 13),
    "host-dns-forward": (8, None),
    "exclude-from-load-balancers": (8, None),
    "pod-security-policy-disabled": (0, 11),
    "rbac": (0, 11),
    "endpoint-in-sans": (0, 11),
    "network-always": (0, 12),
    "registries": (0, 11),
    "registry-documents": (12, None),
    "hostname-document": (12, None),
    "grub-uki-cmdline": (12, 13),
    "kubespan-document": (13, None),
    # The move of almost everything from the legacy document to documents of its own.
    "documents": (14, None),
}


def wants(contract: Contract, switch: str) -> bool:
    """Whether the contract has the switch. Raises KeyError for an unknown one."""
    first, last = SWITCHES[switch]
    return contract.at_least(first) and (last is None or not contract.at_least(last + 1))
