"""The setting ``network`` as the legacy section, or as documents for contracts from v1.12 on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from talosgen.config.located import Mapping, Sequence, Value
from talosgen.patching.fragments import LEGACY, Fragment, at

__all__ = ["documents", "legacy"]

#: The fields of a bond, with their keys in the legacy section and in BondConfig.
_BOND = {
    "mode": ("mode", "bondMode"),
    "lacpRate": ("lacpRate", "lacpRate"),
    "xmitHashPolicy": ("xmitHashPolicy", "xmitHashPolicy"),
    "miimon": ("miimon", "miimon"),
    "updelay": ("updelay", "updelay"),
    "downdelay": ("downdelay", "downdelay"),
}


def _links(network: Mapping) -> Iterator[tuple[str, Mapping]]:
    for section in ("interfaces", "bonds"):
        yield from network.get(section, {}).items()


def _mapping(around: Any, entries: dict[str, Any]) -> Mapping:
    """A mapping of what is there, at the place of ``around``."""
    found = {key: value for key, value in entries.items() if value is not None}
    return Mapping(around.span, found, {key: getattr(value, "span", around.span) for key, value in found.items()})


def legacy(network: Mapping) -> Iterator[Fragment]:
    """``machine.network.interfaces``."""
    items = [
        _mapping(link, {"interface": Value(name, link.span), **_interface(link)}) for name, link in _links(network)
    ]
    if items:
        yield Fragment(LEGACY, "", at("machine.network.interfaces", Sequence(network.span, items), network.span))


def _interface(link: Mapping) -> dict[str, Any]:
    entries: dict[str, Any] = {key: link.get(key) for key in ("addresses", "mtu", "dhcp")}
    if "routes" in link:
        keys = ("network", "gateway", "source", "metric", "mtu")
        routes = [
            _mapping(route, {"network": _default(route), **{key: route[key] for key in keys if key in route}})
            for route in link["routes"]
        ]
        entries["routes"] = Sequence(link["routes"].span, routes)
    if "vip" in link:
        entries["vip"] = _mapping(link["vip"], {"ip": link["vip"]})
    if "links" in link:
        bond = {ours: link.get(name) for name, (ours, _) in _BOND.items()}
        entries["bond"] = _mapping(link, {"interfaces": link["links"], **bond})
    if "vlans" in link:
        vlans = [
            _mapping(vlan, {"vlanId": Value(_number(identifier), vlan.span), **_interface(vlan)})
            for identifier, vlan in link["vlans"].items()
        ]
        entries["vlans"] = Sequence(link["vlans"].span, vlans)
    return entries


def _default(route: Mapping) -> Value:
    """The destination of a default route, which the legacy section spells out."""
    return Value("::/0" if "gateway" in route and ":" in route["gateway"].value else "0.0.0.0/0", route.span)


def _number(text: str) -> int | str:
    """A VLAN's id; what is no number is left for the decoder to refuse."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else text


def documents(network: Mapping) -> Iterator[Fragment]:
    """LinkConfig, BondConfig, VLANConfig, DHCPv4Config and Layer2VIPConfig documents."""
    for name, link in _links(network):
        if "links" in link:
            bond = {theirs: link.get(key) for key, (_, theirs) in _BOND.items()}
            yield Fragment("BondConfig", name, _mapping(link, {"links": link["links"], **bond, **_common(link)}))
        else:
            common = _mapping(link, _common(link))
            if common:
                yield Fragment("LinkConfig", name, common)
        yield from _beside(name, link)
        for identifier, vlan in link.get("vlans", {}).items():
            own = {"vlanID": Value(_number(identifier), vlan.span), "parent": Value(name, vlan.span)}
            yield Fragment("VLANConfig", f"{name}.{identifier}", _mapping(vlan, {**own, **_common(vlan)}))
            yield from _beside(f"{name}.{identifier}", vlan)


def _common(link: Mapping) -> dict[str, Any]:
    entries: dict[str, Any] = {"mtu": link.get("mtu")}
    if "addresses" in link:
        addresses = [_mapping(address, {"address": address}) for address in link["addresses"]]
        entries["addresses"] = Sequence(link["addresses"].span, addresses)
    if "routes" in link:
        entries["routes"] = Sequence(link["routes"].span, [_route(route) for route in link["routes"]])
    return entries


def _route(route: Mapping) -> Mapping:
    network = route.get("network")
    # A route without destination is the default route; a document takes no other spelling of it.
    destination = None if network is not None and network.value in ("0.0.0.0/0", "::/0") else network
    keys = ("gateway", "source", "metric", "mtu")
    return _mapping(route, {"destination": destination, **{key: route.get(key) for key in keys}})


def _beside(name: str, link: Mapping) -> Iterator[Fragment]:
    if "dhcp" in link and link["dhcp"].value is True:
        yield Fragment("DHCPv4Config", name, Mapping(link["dhcp"].span))
    if "vip" in link:
        vip = link["vip"]
        yield Fragment("Layer2VIPConfig", vip.value, _mapping(vip, {"link": Value(name, vip.span)}))
