"""The host: its name, resolvers, time, hosts file, DHCP, shared IPs, KubeSpan."""

from __future__ import annotations

from typing import Final

from talosgen.validation.checks.addresses import is_subnet_or_address, parsed_address
from talosgen.validation.checks.sizes import nanoseconds
from talosgen.validation.rule import At, Tree, rule

__all__: list[str] = []

_ENCRYPTED: Final = ("DoT", "DoH")


@rule("DHCPv4Config", "DHCPv6Config")
def dhcp(dhcp: Tree, at: At) -> None:
    if not dhcp.get("name"):
        at("name-missing")
    raw, duid = dhcp.get("duidRaw"), dhcp.get("clientIdentifier") == "duid"
    if raw and not duid:
        at("duid-unused", "duidRaw")
    elif duid and not raw:
        at("duid-missing")


@rule("EthernetConfig")
def ethernet(ethernet: Tree, at: At) -> None:
    if not ethernet.get("name"):
        at("name-missing")


@rule("HostnameConfig")
def hostname(document: Tree, at: At) -> None:
    auto, name = document.get("auto"), document.get("hostname")
    if auto is None and not name:
        at("hostname-missing")
    if auto == "off" and not name:
        at("hostname-off", "auto")
    if auto not in (None, "off") and name:
        at("hostname-twice", "hostname")
    if auto == "talos-addr":
        at("hostname-auto", "auto")
    if name:
        if len(name.encode("utf-8", "surrogatepass")) > 253:
            at("hostname-length", "hostname")
        if not 1 <= len(name.partition(".")[0].encode("utf-8", "surrogatepass")) <= 63:
            at("hostname-label", "hostname")


@rule("ResolverConfig")
def resolver(resolver: Tree, at: At) -> None:
    dns = resolver.get("hostDNS") or {}
    if not dns.get("enabled"):
        for key in ("forwardKubeDNSToHost", "resolveMemberNames"):
            if dns.get(key):
                at("host-dns-off", "hostDNS", key)
    servers = resolver.get("nameservers") or []
    for index, server in enumerate(servers):
        below = at.below("nameservers", index)
        encrypted = server.get("protocol", "Do53") in _ENCRYPTED
        if encrypted != bool(server.get("tlsServerName")):
            below("resolver-tls-missing" if encrypted else "resolver-tls")
        if not server.get("address"):
            below("resolver-address")
    if servers and all(server.get("protocol", "Do53") in _ENCRYPTED for server in servers):
        at("resolvers-encrypted", "nameservers")


@rule("TimeSyncConfig")
def time_sync(document: Tree, at: At) -> None:
    if nanoseconds(document.get("bootTimeout")) < 0:
        at("boot-timeout", "bootTimeout")
    ntp = document.get("ntp")
    if ntp is not None and "ptp" in document:
        at("time-source-twice", "ptp")
    if ntp is not None and ntp.get("useNTS"):
        for index, server in enumerate(ntp.get("servers") or []):
            if parsed_address(server) is not None:
                at("nts-address", "ntp", "servers", index)


@rule("StaticHostConfig")
def static_host(host: Tree, at: At) -> None:
    name = host.get("name", "")
    if not name:
        at("name-missing")
    if parsed_address(name) is None:
        at("static-host-address", "name")
    if not host.get("hostnames"):
        at("static-host-names")


@rule("HCloudVIPConfig", "Layer2VIPConfig")
def shared_ip(vip: Tree, at: At) -> None:
    name = vip.get("name", "")
    if not name:
        at("name-missing")
    elif parsed_address(name) is None:
        at("vip-address", "name")
    if not vip.get("link"):
        at("vip-link")


@rule("HCloudVIPConfig")
def hcloud(vip: Tree, at: At) -> None:
    if not vip.get("apiToken"):
        at("vip-token")


@rule("KubeSpanConfig")
def kubespan(kubespan: Tree, at: At) -> None:
    if kubespan.get("mtu", 1280) < 1280:
        at("kubespan-mtu", "mtu")
    for index, text in enumerate((kubespan.get("filters") or {}).get("endpoints") or []):
        if not is_subnet_or_address(text):
            at("kubespan-filter", "filters", "endpoints", index)
