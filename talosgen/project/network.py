"""The setting ``network`` as the legacy section, or as documents for contracts from v1.12 on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from talosgen.config.located import Mapping, Sequence, Value
from talosgen.errors import Problem
from talosgen.patching.fragments import LEGACY, Fragment, at
from talosgen.source import Span
from talosgen.validation.checks.addresses import is_unspecified

__all__ = ["documents", "faults", "legacy", "link", "shared_twice", "sharing", "unstated", "without_shared_addresses"]

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


def _all(network: Mapping) -> Iterator[tuple[str, tuple[str, ...], Mapping, Span]]:
    """All links and VLANs of the setting: each one's name, its keys, what it has, where it is named."""
    for section in ("interfaces", "bonds"):
        links = network.get(section, Mapping(network.span))
        for name, link in links.items():
            yield name, (section, name), link, links.keys_at.get(name, link.span)
            vlans = link.get("vlans", Mapping(link.span))
            for identifier, vlan in vlans.items():
                place = vlans.keys_at.get(identifier, vlan.span)
                yield f"{name}.{identifier}", (section, name, "vlans", identifier), vlan, place


def _path(keys: tuple[str, ...]) -> str:
    return ".".join(("network", *keys))


def link(network: Mapping, name: str) -> Mapping | None:
    """What the setting says of a link, or of a VLAN; None when it does not name it."""
    return next((found for known, _, found, _ in _all(network) if known == name), None)


def sharing(network: Mapping, vip: Mapping, problems: list[Problem]) -> Mapping:
    """The setting with the address of the setting ``vip`` at the link that has it, as the legacy section does."""
    for name, keys, found, _ in _all(network):
        if name == vip["link"].value:
            if "vip" in found and found["vip"].value != vip["address"].value:
                remedy = "a link can hold several from contract v1.12 on only; keep one"
                message = "the link holds another shared address already"
                problems.append(Problem(message, vip["address"].span, "vip.address", remedy))
            own = {} if "dhcp" in found or "dhcp" not in vip else {"dhcp": vip["dhcp"]}
            made = Mapping(found.span, {**found, **own, "vip": vip["address"]}, found.keys_at)
            return _put(network, keys, made)
    return network


def _put(tree: Mapping, keys: tuple[str, ...], value: Mapping) -> Mapping:
    """A tree with another value below keys."""
    inner = value if len(keys) == 1 else _put(tree[keys[0]], keys[1:], value)
    return Mapping(tree.span, {**tree, keys[0]: inner}, tree.keys_at)


def shared_twice(network: Mapping, vip: Mapping | None) -> Iterator[Problem]:
    """Which shared addresses several links have."""
    links = {} if vip is None else {vip["address"].value: vip["link"].value}
    for name, keys, found, _ in _all(network):
        address = found.get("vip")
        if address is not None and links.setdefault(address.value, name) != name:
            place, path = address.span, f"{_path(keys)}.vip"
            if vip is not None and address.value == vip["address"].value:
                place, path = vip["address"].span, "vip.address"
            yield Problem("this shared address is on another link already", place, path, "keep one of them")


def faults(network: Mapping) -> Iterator[Problem]:
    """What is wrong with bonds: the same for both forms, of which Talos lets the older one pass."""
    for name, bond in network.get("bonds", {}).items():
        path, place = f"network.bonds.{name}", network["bonds"].keys_at.get(name, bond.span)
        if not bond.get("links"):
            yield Problem("the bond has no links", place, path, "name them in `links`")
        if "mode" not in bond:
            yield Problem("the bond has no mode", place, path, "set `mode`, to active-backup or 802.3ad for instance")
    known: set[str] = set()
    for name, keys, _, place in _all(network):
        if len(keys) > 2 and not _is_vlan(keys[-1]):
            yield Problem("this is no id of a VLAN", place, _path(keys), "expected a number from 1 to 4094")
        if name in known:
            yield Problem("this link is described already", place, _path(keys), "keep one of them")
        known.add(name)
    for path, route in _routes(network):
        if "network" not in route and "gateway" not in route:
            yield Problem("this route leads nowhere", route.span, path, "write network, gateway or both")
        elif "gateway" in route and _is_default(route) and _family(route["network"]) != _family(route["gateway"]):
            message = "the gateway of this default route is of another family"
            yield Problem(message, route["gateway"].span, f"{path}.gateway", "leave out the network, or correct one")


def unstated(network: Mapping) -> Iterator[Problem]:
    """What documents cannot state: they have the family of a default route from its gateway, else IPv4."""
    for path, route in _routes(network):
        if "gateway" not in route and _is_default(route) and _family(route["network"]) == 6:
            message = "a default route without gateway is one of IPv4 from contract v1.12 on"
            yield Problem(message, route.span, path, "write its gateway, or a destination such as 2000::/3")


def _routes(network: Mapping) -> Iterator[tuple[str, Mapping]]:
    """All routes, each with its path."""
    for _, keys, found, _ in _all(network):
        yield from ((f"{_path(keys)}.routes[{index}]", route) for index, route in enumerate(found.get("routes", ())))


def _is_default(route: Mapping) -> bool:
    """Whether a route names the destination of the default route, in any spelling."""
    text = route["network"].value if "network" in route else ""
    return text.endswith("/0") and is_unspecified(text)


def _family(address: Value) -> int:
    return 6 if ":" in address.value else 4


def without_shared_addresses(network: Mapping) -> Mapping:
    """The setting as a worker has it, which holds no shared address."""
    return _without(network, ("vip",), ("interfaces", "bonds"))


def _without(tree: Mapping, dropped: tuple[str, ...], sections: tuple[str, ...]) -> Mapping:
    """A tree, and all links in sections of it and in their VLANs, without keys."""
    out = Mapping(tree.span, {key: item for key, item in tree.items() if key not in dropped}, tree.keys_at)
    for section in sections:
        if section in out:
            inner = {name: _without(link, dropped, ("vlans",)) for name, link in out[section].items()}
            out[section] = Mapping(out[section].span, inner, out[section].keys_at)
    return out


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
            _mapping(vlan, {"vlanId": Value(int(identifier), vlan.span), **_interface(vlan)})
            for identifier, vlan in link["vlans"].items()
        ]
        entries["vlans"] = Sequence(link["vlans"].span, vlans)
    return entries


def _default(route: Mapping) -> Value:
    """The destination of a default route, which the legacy section spells out."""
    return Value("::/0" if "gateway" in route and ":" in route["gateway"].value else "0.0.0.0/0", route.span)


def _is_vlan(text: str) -> bool:
    """Whether a text is the id of a VLAN, as the names of links spell it."""
    return text.isascii() and text.isdigit() and len(text) < 5 and str(int(text)) == text and 0 < int(text) < 4095


def documents(network: Mapping) -> Iterator[Fragment]:
    """LinkConfig, BondConfig, VLANConfig, DHCPv4Config and Layer2VIPConfig documents."""
    for name, link in _links(network):
        if "links" in link:
            bond = {theirs: link.get(key) for key, (_, theirs) in _BOND.items()}
            yield Fragment("BondConfig", name, _mapping(link, {"links": link["links"], **bond, **_common(link)}))
        else:
            common = _mapping(link, _common(link))
            # A link that no document is about would ask for an address by DHCP.
            if common or not _asks(link):
                yield Fragment("LinkConfig", name, common)
        yield from _beside(name, link)
        for identifier, vlan in link.get("vlans", {}).items():
            own = {"vlanID": Value(int(identifier), vlan.span), "parent": Value(name, vlan.span)}
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
    # A route without destination is the default route; a document takes no other spelling of it.
    destination = None if _is_default(route) else route.get("network")
    keys = ("gateway", "source", "metric", "mtu")
    return _mapping(route, {"destination": destination, **{key: route.get(key) for key in keys}})


def _asks(link: Mapping) -> bool:
    """Whether a link asks for an address by DHCP."""
    return "dhcp" in link and link["dhcp"].value is True


def _beside(name: str, link: Mapping) -> Iterator[Fragment]:
    if _asks(link):
        yield Fragment("DHCPv4Config", name, Mapping(link["dhcp"].span))
    if "vip" in link:
        vip = link["vip"]
        yield Fragment("Layer2VIPConfig", vip.value, _mapping(vip, {"link": Value(name, vip.span)}))
