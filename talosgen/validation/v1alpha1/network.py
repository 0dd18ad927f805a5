"""The legacy section ``machine.network`` as a whole: what its interfaces are to one another, and KubeSpan."""

from __future__ import annotations

from talosgen.validation.checks.addresses import is_prefix, is_subnet_or_address
from talosgen.validation.rule import At, Tree, rule
from talosgen.validation.settings import cluster_of

__all__ = ["members_of"]


def members_of(device: Tree) -> tuple[str, list[str]]:
    """The section that names an interface's members, and the members: a bridge's go before a bond's."""
    for section in ("bridge", "bond"):
        if section in device:
            return section, device[section].get("interfaces") or []
    return "", []


@rule("v1alpha1.NetworkConfig")
def interfaces(network: Tree, at: At) -> None:
    owners: dict[str, str] = {}
    for index, device in enumerate(network.get("interfaces") or []):
        below = at.below("interfaces", index)
        name = device.get("interface", "")
        bond = device.get("bond")
        if bond is not None and "bridge" in device:
            below("bond-and-bridge")
        if bond is not None and bond.get("interfaces") and bond.get("deviceSelectors"):
            below("bond-members-twice", "bond")
        section, members = members_of(device)
        for number, member in enumerate(members):
            owner = owners.get(member)
            if owner is not None and owner != name:
                below("member-of-two", section, "interfaces", number)
            owners[member] = name
    for index, device in enumerate(network.get("interfaces") or []):
        if device.get("interface", "") in owners and not device.get("ignore") and _addressed(device):
            at("member-addressing", "interfaces", index)


def _addressed(device: Tree) -> bool:
    return bool(device.get("dhcp") or device.get("cidr") or device.get("addresses") or "vip" in device)


@rule("v1alpha1.NetworkKubeSpan")
def kubespan(kubespan: Tree, at: At) -> None:
    if not kubespan.get("enabled"):
        return
    cluster = cluster_of(at.context.container)
    if not (cluster.get("discovery") or {}).get("enabled"):
        at("kubespan-discovery")
    if not cluster.get("id"):
        at("kubespan-id")
    if not cluster.get("secret"):
        at("kubespan-secret")
    if (kubespan.get("mtu") or 1420) < 1280:
        at("kubespan-mtu-legacy", "mtu")
    filters = kubespan.get("filters") or {}
    for index, text in enumerate(filters.get("endpoints") or []):
        if not is_subnet_or_address(text):
            at("kubespan-filter-legacy", "filters", "endpoints", index)
    for index, text in enumerate(filters.get("excludeAdvertisedNetworks") or []):
        if not is_prefix(text):
            at("kubespan-exclude-legacy", "filters", "excludeAdvertisedNetworks", index)
