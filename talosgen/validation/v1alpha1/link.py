"""One legacy interface: its name, addresses, routes, bond, WireGuard and VLANs. An ignored one is not looked at."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from talosgen.validation.checks.addresses import is_cidr, is_host_port, is_ip, is_network
from talosgen.validation.checks.keys import is_wireguard_key
from talosgen.validation.rule import At, Tree, rule

__all__: list[str] = []


@rule("v1alpha1.Device")
def ignored(device: Tree, at: At) -> bool:
    return bool(device.get("ignore"))


@rule("v1alpha1.Device")
def identity(device: Tree, at: At) -> None:
    selector = device.get("deviceSelector")
    if device.get("interface"):
        if selector is not None:
            at("interface-named-twice", "deviceSelector")
    elif selector is None:
        at("interface-unnamed")
    if selector is not None and not selector:
        at("selector-empty", "deviceSelector")


@rule("v1alpha1.Device")
def addressing(device: Tree, at: At) -> None:
    cidr, addresses = device.get("cidr"), device.get("addresses") or []
    if cidr:
        if addresses:
            at("addresses-twice", "cidr")
        if not is_network(cidr):
            at("cidr-invalid", "cidr")
        at("cidr-deprecated", "cidr")
    for index, address in enumerate(addresses):
        if not is_network(address):
            at("address-invalid", "addresses", index)
    vip = device.get("vip")
    if vip is not None and not is_ip(vip.get("ip", "")):
        at("vip-invalid", "vip")


@rule("v1alpha1.Device")
def routes(device: Tree, at: At) -> None:
    for index, route in enumerate(device.get("routes") or []):
        below = at.below("routes", index)
        network, gateway, source = route.get("network"), route.get("gateway"), route.get("source")
        if network and not is_cidr(network):
            below("route-network", "network")
        if gateway and not is_ip(gateway):
            below("route-gateway", "gateway")
        if not network and not gateway:
            below("route-empty")
        if source and not is_ip(source):
            below("route-source", "source")


@rule("v1alpha1.Vlan")
def vlan(vlan: Tree, at: At) -> None:
    cidr, addresses = vlan.get("cidr"), vlan.get("addresses") or []
    if cidr:
        if addresses:
            at("vlan-addresses-twice", "cidr")
        if not is_network(cidr):
            at("vlan-cidr", "cidr")
    for index, address in enumerate(addresses):
        if not is_network(address):
            at("vlan-address", "addresses", index)


@rule("v1alpha1.DeviceWireguardConfig")
def wireguard(wireguard: Tree, at: At) -> None:
    if not is_wireguard_key(wireguard.get("privateKey", "")):
        at("wireguard-key-legacy", "privateKey")
    for index, peer in enumerate(wireguard.get("peers") or []):
        below = at.below("peers", index)
        if not is_wireguard_key(peer.get("publicKey", "")):
            below("wireguard-peer-key-legacy", "publicKey")
        endpoint = peer.get("endpoint")
        if endpoint and not is_host_port(endpoint):
            below("wireguard-peer-endpoint", "endpoint")
        for number, network in enumerate(peer.get("allowedIPs") or []):
            if not is_cidr(network):
                below("wireguard-peer-network", "allowedIPs", number)


# What a bond's settings may be; an empty text is the first.
_CHOICES: Final = {
    "xmitHashPolicy": ("layer2", "layer3+4", "layer2+3", "encap2+3", "encap3+4"),
    "lacpRate": ("slow", "fast"),
    "arpValidate": ("none", "active", "backup", "all", "filter", "filter-active", "filter-backup"),
    "arpAllTargets": ("any", "all"),
    "primaryReselect": ("always", "better", "failure"),
    "failOverMac": ("none", "active", "follow"),
    "adSelect": ("stable", "bandwidth", "count"),
}
# Those that came later, with the minor release.
_NEWER: Final = {"filter": 12, "filter-active": 12, "filter-backup": 12}
_MODES: Final = ("balance-rr", "active-backup", "balance-xor", "broadcast", "802.3ad", "balance-tlb", "balance-alb")
_LACP: Final = frozenset(("802.3ad",))
_BALANCED: Final = frozenset(("balance-tlb", "balance-alb"))


class _Bound(NamedTuple):
    """A setting that only some modes have: it is set when it is above ``above``, or, for texts, not empty."""

    key: str
    modes: frozenset[str]
    above: int = 0


_ALL: Final = frozenset(_MODES)
_BOUND: Final = (
    _Bound("lacpRate", _LACP),
    _Bound("arpValidate", _ALL - _LACP - _BALANCED),
    _Bound("primary", _BALANCED | {"active-backup"}),
    _Bound("arpInterval", _ALL - _LACP - _BALANCED),
    _Bound("packetsPerSlave", frozenset(("balance-rr",)), 1),
    _Bound("tlbDynamicLb", _BALANCED),
    _Bound("adActorSysPrio", _LACP),
    _Bound("adUserPortKey", _LACP),
)


@rule("v1alpha1.Bond")
def bond(bond: Tree, at: At) -> None:
    mode = bond.get("mode") or _MODES[0]
    if mode not in _ALL:
        at("bond-mode", "mode")
        # Talos goes on with the default.
        mode = _MODES[0]
    for key, choices in _CHOICES.items():
        value = bond.get(key)
        if value and (value not in choices or _NEWER.get(value, 0) > at.context.minor):
            known = [choice for choice in choices if _NEWER.get(choice, 0) <= at.context.minor]
            at("bond-setting", key, message=f"the value of {key} is unknown; expected one of {', '.join(known)}")
    miimon: int = bond.get("miimon", 0)
    for key in ("updelay", "downdelay"):
        delay: int = bond.get(key, 0)
        if not miimon and delay:
            at("bond-delay-without-miimon", key)
        elif miimon and delay % miimon:
            at("bond-delay", key)
    for key in ("arpIPTarget", "adActorSystem"):
        if bond.get(key):
            at("bond-unsupported", key)
    for bound in _BOUND:
        value = bond.get(bound.key)
        if value and mode not in bound.modes and not _unset(value, bound.above):
            at("bond-mode-setting", bound.key, message=f"{bound.key} is not available in the mode {mode}")


def _unset(value: Any, above: int) -> bool:
    return isinstance(value, int) and value <= above
