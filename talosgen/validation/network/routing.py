"""Routes, routing rules, the firewall, probes and BGP."""

from __future__ import annotations

import re
from typing import Final

from talosgen.validation.checks.addresses import Prefix, overlapping, parsed_address, parsed_prefix
from talosgen.validation.checks.sizes import nanoseconds
from talosgen.validation.checks.urls import parsed_url
from talosgen.validation.rule import At, Tree, rule

__all__: list[str] = []

#: The most overlaps that are told of: their number grows with the square of that of the prefixes.
_MOST: Final = 10_000
_RESERVED: Final = (0, 32500, 32766, 32767)


@rule("BlackholeRouteConfig")
def blackhole(route: Tree, at: At) -> None:
    name = route.get("name", "")
    if not name:
        at("name-missing")
    if parsed_prefix(name) is None:
        at("blackhole-prefix", "name")


@rule("RoutingRuleConfig")
def routing_rule(document: Tree, at: At) -> None:
    name = document.get("name", "")
    if not name:
        at("name-missing")
    number = int(name) if re.fullmatch(r"[0-9]{1,20}", name) else 0
    priority = number if number < 2**32 else 2**32 - 1
    if not re.fullmatch(r"[0-9]+", name) or number != priority or len(name) > 20:
        at("rule-priority-text", "name")
    if priority in _RESERVED:
        at("rule-priority", "name")
    if document.get("table", "unspec") == "unspec" and document.get("action", "unspec") in ("unspec", "unicast"):
        at("rule-idle")
    if document.get("fwMask") and not document.get("fwMark"):
        at("rule-mark", "fwMask")


@rule("NetworkRuleConfig")
def firewall_rule(document: Tree, at: At) -> None:
    """One finding."""
    ports = (document.get("portSelector") or {}).get("ports") or []
    if not document.get("name"):
        at("name-missing")
        return
    if not ports:
        at("ports-missing")
        return
    if (index := _port_fault(ports)) is not None:
        at("ports-invalid", "portSelector", "ports", index)
        return
    for index, source in enumerate(document.get("ingress") or []):
        if not source.get("subnet"):
            at("ingress-subnet", "ingress", index)
            return


def _port_fault(ports: list[int | str]) -> int | None:
    """The index of the first range, by its lower end, that is none or overlaps another."""
    ranges = []
    for index, port in enumerate(ports):
        first, _, final = str(port).partition("-")
        ranges.append((int(first), int(final or first), index))
    ranges.sort(key=lambda entry: entry[0])
    last = -1
    for low, high, index in ranges:
        if low > high or low <= last:
            return index
        last = high
    return None


@rule("TCPProbeConfig", "HTTPProbeConfig")
def probe(probe: Tree, at: At) -> None:
    if not probe.get("name"):
        at("name-missing")
    for key in ("timeout", "interval"):
        if nanoseconds(probe.get(key)) < 0:
            at("probe-duration", key)
    if probe.get("failureThreshold", 0) < 0:
        at("probe-threshold", "failureThreshold")


@rule("TCPProbeConfig")
def tcp_probe(probe: Tree, at: At) -> None:
    if not probe.get("endpoint"):
        at("probe-endpoint")


@rule("HTTPProbeConfig")
def http_probe(probe: Tree, at: At) -> None:
    url = parsed_url(probe.get("url", ""))
    if url is None or not probe.get("url"):
        at("probe-url-missing")
    elif url.scheme not in ("http", "https"):
        at("probe-url-scheme", "url")
    elif url.opaque or not url.hostname:
        at("probe-url-host", "url")


@rule("BGPInstanceConfig")
def bgp(instance: Tree, at: At) -> None:
    if not instance.get("name"):
        at("name-missing")
    if not instance.get("localASN"):
        at("bgp-asn")
    router = instance.get("routerID")
    address = parsed_address(router) if router else None
    if address is not None and address.version != 4:
        at("bgp-router-id", "routerID")
    if not instance.get("neighbors"):
        at("bgp-no-neighbors")


@rule("BGPInstanceConfig")
def bgp_neighbors(instance: Tree, at: At) -> None:
    seen: set[str] = set()
    for index, neighbor in enumerate(instance.get("neighbors") or []):
        below = at.below("neighbors", index)
        keys = [key for key in (neighbor.get("address"), neighbor.get("link")) if key]
        if len(keys) != 1:
            below("bgp-neighbor")
        if nanoseconds(neighbor.get("holdTime")) < 0:
            below("bgp-duration", "holdTime")
        bfd = neighbor.get("bfd")
        if bfd is not None:
            if instance.get("vrf"):
                below("bgp-bfd", "bfd")
            for key in ("transmitInterval", "receiveInterval"):
                if nanoseconds(bfd.get(key)) < 0:
                    below("bgp-duration", "bfd", key)
        if len(keys) == 1:
            if keys[0] in seen:
                below("bgp-neighbor-twice")
            seen.add(keys[0])


@rule("BGPInstanceConfig")
def bgp_imports(instance: Tree, at: At) -> None:
    sources: set[str] = set()
    found: list[tuple[int, int, Prefix]] = []
    for index, route in enumerate(instance.get("importRoutes") or []):
        below = at.below("importRoutes", index)
        source, prefixes = route.get("bgpInstance", ""), route.get("prefixes") or []
        if not source:
            below("bgp-import-source")
        elif source == instance.get("name", ""):
            below("bgp-import-itself", "bgpInstance")
        if source and source in sources:
            below("bgp-import-twice", "bgpInstance")
        sources.add(source)
        if not prefixes:
            below("bgp-import-empty")
        for number, text in enumerate(prefixes):
            prefix = parsed_prefix(text)
            if prefix is None:
                below("bgp-import-prefix", "prefixes", number)
                continue
            if not prefix.masked:
                below("bgp-import-masked", "prefixes", number)
            found.append((index, number, prefix))
    _overlaps(found, at)


def _overlaps(found: list[tuple[int, int, Prefix]], at: At) -> None:
    """Imports that share addresses; of two routes only what is masked counts."""
    for one, other in overlapping([prefix for _, _, prefix in found], _MOST):
        first, number, left = found[one]
        second, position, right = found[other]
        if first == second or (left.masked and right.masked):
            at(
                "bgp-import-overlap", "importRoutes", second, "prefixes", position,
                message=f"the prefix overlaps importRoutes[{first}].prefixes[{number}]",
            )  # fmt: skip
