"""Links: physical ones, bonds, bridges, VLANs, VRFs, veth pairs, WireGuard, and aliases."""

from __future__ import annotations

from typing import Final

from talosgen.validation.checks.addresses import is_unspecified
from talosgen.validation.checks.keys import is_wireguard_key
from talosgen.validation.checks.sizes import nanoseconds
from talosgen.validation.expressions import expression
from talosgen.validation.rule import At, Tree, rule

__all__: list[str] = []

_RESERVED_TABLES: Final = ("unspec", "default", "main", "local")


@rule("LinkConfig", "BridgeConfig", "DummyLinkConfig", "BondConfig", "VLANConfig", "VRFConfig", "WireguardConfig")
def named(link: Tree, at: At) -> None:
    if not link.get("name"):
        at("name-missing")


@rule(
    "LinkConfig", "BridgeConfig", "DummyLinkConfig", "BondConfig", "VLANConfig", "VRFConfig", "WireguardConfig",
    "VethConfig", "network.VethPeerConfig",
)  # fmt: skip
def common(link: Tree, at: At) -> None:
    """Addresses and routes. A default route has no destination."""
    for index, address in enumerate(link.get("addresses") or []):
        text = address.get("address")
        if not text:
            at("link-address-missing", "addresses", index)
        elif is_unspecified(text):
            at("link-address", "addresses", index, "address")
    for index, route in enumerate(link.get("routes") or []):
        for key in ("destination", "gateway", "source"):
            text = route.get(key)
            if text and is_unspecified(text):
                at("link-route", "routes", index, key, message=_ROUTES[key])


_ROUTES: Final = {
    "destination": "a default route is written without a destination",
    "gateway": "the gateway of a route cannot be the address of all zeros",
    "source": "the source of a route cannot be the address of all zeros",
}


@rule("BondConfig")
def bond(bond: Tree, at: At) -> None:
    if not bond.get("links"):
        at("bond-links-missing")
    mode = bond.get("bondMode")
    if mode is None:
        at("bond-mode-missing")
    if mode == "802.3ad":
        for key in ("miimon", "updelay", "downdelay"):
            if key not in bond:
                at("bond-monitoring", message=f"a bond of the mode 802.3ad has no {key}")


@rule("VLANConfig")
def vlan(vlan: Tree, at: At) -> None:
    if not 1 <= vlan.get("vlanID", 0) <= 4094:
        at("vlan-id", "vlanID")
    if not vlan.get("parent"):
        at("vlan-parent")


@rule("VRFConfig")
def vrf(vrf: Tree, at: At) -> None:
    if vrf.get("table", "unspec") in _RESERVED_TABLES:
        at("vrf-table", "table")


@rule("VethConfig")
def veth(veth: Tree, at: At) -> None:
    """Both ends; that they differ is asked of the documents as a set, before any rule."""
    if fault := _link_name_fault(veth.get("name", "")):
        at("veth-name", "name", message=f"the name: {fault}")
    if fault := _link_name_fault((veth.get("peer") or {}).get("name", "")):
        at("veth-name", "peer", "name", message=f"the peer's name: {fault}")


def _link_name_fault(name: str) -> str:
    if not name:
        return "it is missing"
    if len(name.encode("utf-8", "surrogatepass")) > 15:
        return "a link's name has at most 15 bytes"
    if name in (".", ".."):
        return "a link cannot be named so"
    if "/" in name or ":" in name:
        return "a link's name has no slash and no colon"
    if not all(character.isprintable() and not character.isspace() for character in name):
        return "a link's name has no spaces and no characters that cannot be printed"
    return ""


@rule("WireguardConfig")
def wireguard(link: Tree, at: At) -> None:
    key = link.get("privateKey")
    if not key:
        at("wireguard-key-missing")
    elif not is_wireguard_key(key):
        at("wireguard-key", "privateKey")
    if not 0 <= link.get("listenPort", 0) <= 65535:
        at("wireguard-port", "listenPort")
    for index, peer in enumerate(link.get("peers") or []):
        below = at.below("peers", index)
        public, shared = peer.get("publicKey"), peer.get("presharedKey")
        if not public:
            below("wireguard-peer-key-missing")
        elif not is_wireguard_key(public):
            below("wireguard-peer-key", "publicKey")
        if shared and not is_wireguard_key(shared):
            below("wireguard-shared-key", "presharedKey")
        if nanoseconds(peer.get("persistentKeepaliveInterval")) < 0:
            below("wireguard-keepalive", "persistentKeepaliveInterval")


@rule("LinkAliasConfig")
def alias(alias: Tree, at: At) -> None:
    name: str = alias.get("name", "")
    if not name:
        at("name-missing")
    before, percent, after = name.partition("%")
    if percent and (after != "d" or not before):
        at("alias-name", "name")
    match = (alias.get("selector") or {}).get("match")
    if match:
        expression(match, "link", at.below("selector", "match"), "link-selector-invalid")
    else:
        at("link-selector-missing")
