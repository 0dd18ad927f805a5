"""Models. Written by scripts/documents.py from the table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from talosgen.documents.model import Document, Model, key
from talosgen.documents.nethelpers import (
    ADLACPActive,
    ADSelect,
    ARPAllTargets,
    ARPValidate,
    AutoHostnameKind,
    BondMode,
    BondXmitHashPolicy,
    ClientIdentifier,
    DefaultAction,
    DNSProtocol,
    FailOverMAC,
    LACPRate,
    PrimaryReselect,
    Protocol,
    RoutingRuleAction,
    RoutingTable,
    VLANProtocol,
    WOLMode,
)
from talosgen.documents.values import (
    URL,
    Address,
    AddressLike,
    AddressPort,
    AddressPortLike,
    Bool,
    Duration,
    DurationLike,
    Expression,
    ExpressionLike,
    HardwareAddress,
    HardwareAddressLike,
    Int,
    PortRange,
    Prefix,
    PrefixLike,
    Secret,
    String,
    UInt8,
    UInt16,
    UInt32,
    URLLike,
    Value,
)

__all__ = [
    "AddressConfig",
    "BGPBFDConfig",
    "BGPImportRoute",
    "BGPInstanceConfig",
    "BGPNeighborConfig",
    "BlackholeRouteConfig",
    "BondConfig",
    "BridgeConfig",
    "BridgeSTPConfig",
    "BridgeVLANConfig",
    "DHCPv4Config",
    "DHCPv6Config",
    "DummyLinkConfig",
    "EthernetChannelsConfig",
    "EthernetConfig",
    "EthernetRingsConfig",
    "HCloudVIPConfig",
    "HTTPProbeConfig",
    "HostDNSConfig",
    "HostnameConfig",
    "IngressRule",
    "KubeSpanConfig",
    "KubeSpanEndpointsConfig",
    "KubeSpanFiltersConfig",
    "Layer2VIPConfig",
    "LinkAliasConfig",
    "LinkConfig",
    "LinkSelector",
    "NTPConfig",
    "NameserverConfig",
    "NetworkDefaultActionConfig",
    "NetworkRuleConfig",
    "PTPConfig",
    "ResolverConfig",
    "RouteConfig",
    "RoutingRuleConfig",
    "RulePortSelector",
    "SearchDomainsConfig",
    "StaticHostConfig",
    "TCPProbeConfig",
    "TimeSyncConfig",
    "VLANConfig",
    "VRFConfig",
    "VethConfig",
    "VethPeerConfig",
    "WireguardConfig",
    "WireguardPeer",
]


class BGPImportRoute(Model):
    """BGP import route. Since Talos 1.14."""

    talos_type: ClassVar[str] = "network.BGPImportRoute"

    bgp_instance: String = key("bgpInstance")
    prefixes: Value[list[Prefix], Sequence[PrefixLike]] = key("prefixes")
    """A patch appends to it."""


class BGPBFDConfig(Model):
    """BGPBFD config. Since Talos 1.14."""

    talos_type: ClassVar[str] = "network.BGPBFDConfig"

    transmit_interval: Value[Duration, DurationLike] = key("transmitInterval")
    receive_interval: Value[Duration, DurationLike] = key("receiveInterval")
    detect_multiplier: UInt8 = key("detectMultiplier")


class BGPNeighborConfig(Model):
    """BGP neighbor config. Since Talos 1.14."""

    talos_type: ClassVar[str] = "network.BGPNeighborConfig"

    address: Value[Address, AddressLike] = key("address")
    link: String = key("link")
    peer_asn: UInt32 = key("peerASN")
    local_asn: UInt32 = key("localASN")
    passive: Bool = key("passive")
    hold_time: Value[Duration, DurationLike] = key("holdTime")
    bfd: BGPBFDConfig = key("bfd")


class BGPInstanceConfig(Document):
    """BGP instance config. Since Talos 1.14.

    A config may hold several, told apart by ``name``.
    """

    talos_type: ClassVar[str] = "network.BGPInstanceConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["BGPInstanceConfig"] = key("kind")
    name: String = key("name")
    vrf: String = key("vrf")
    local_asn: UInt32 = key("localASN")
    router_id: Value[Address, AddressLike] = key("routerID")
    route_source: Value[Address, AddressLike] = key("routeSource")
    advertise: list[String] = key("advertise")
    """A patch replaces it whole."""
    multipath: Bool | None = key("multipath")
    max_paths: UInt8 = key("maxPaths")
    install_routes: Bool | None = key("installRoutes")
    import_routes: list[BGPImportRoute] = key("importRoutes")
    """A patch replaces it whole."""
    neighbors: list[BGPNeighborConfig] = key("neighbors")
    """A patch replaces it whole."""


class BlackholeRouteConfig(Document):
    """Blackhole route config. Since Talos 1.13.

    A config may hold several, told apart by ``name``.
    """

    talos_type: ClassVar[str] = "network.BlackholeRouteConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["BlackholeRouteConfig"] = key("kind")
    name: String = key("name")
    metric: UInt32 = key("metric")


class AddressConfig(Model):
    """Address config. Since Talos 1.12."""

    talos_type: ClassVar[str] = "network.AddressConfig"

    address: Value[Prefix, PrefixLike] = key("address")
    route_priority: UInt32 | None = key("routePriority")


class RouteConfig(Model):
    """Route config. Since Talos 1.12."""

    talos_type: ClassVar[str] = "network.RouteConfig"

    destination: Value[Prefix, PrefixLike] = key("destination")
    gateway: Value[Address, AddressLike] = key("gateway")
    source: Value[Address, AddressLike] = key("source")
    metric: UInt32 = key("metric")
    mtu: UInt32 = key("mtu")
    table: Value[RoutingTable, RoutingTable | str] = key("table")


class BondConfig(Document):
    """Bond config. Since Talos 1.12.

    A config may hold several, told apart by ``name``. Not beside ``BridgeConfig`` or ``DummyLinkConfig`` or
    ``LinkConfig`` or ``VLANConfig`` or ``VRFConfig`` or ``VethConfig`` or ``WireguardConfig`` of the same name.
    """

    talos_type: ClassVar[str] = "network.BondConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["BondConfig"] = key("kind")
    name: String = key("name")
    hardware_addr: Value[HardwareAddress, HardwareAddressLike] = key("hardwareAddr")
    links: list[String] = key("links")
    """A patch appends to it."""
    bond_mode: Value[
        BondMode | None,
        BondMode
        | Literal["balance-rr", "active-backup", "balance-xor", "broadcast", "802.3ad", "balance-tlb", "balance-alb"]
        | None,
    ] = key("bondMode")
    miimon: UInt32 | None = key("miimon")
    updelay: UInt32 | None = key("updelay")
    downdelay: UInt32 | None = key("downdelay")
    use_carrier: Bool | None = key("useCarrier")
    xmit_hash_policy: Value[
        BondXmitHashPolicy | None,
        BondXmitHashPolicy | Literal["layer2", "layer3+4", "layer2+3", "encap2+3", "encap3+4"] | None,
    ] = key("xmitHashPolicy")
    arp_interval: UInt32 | None = key("arpInterval")
    arp_ip_targets: Value[list[Address], Sequence[AddressLike]] = key("arpIpTargets")
    """A patch appends to it."""
    ns_ip6_targets: Value[list[Address], Sequence[AddressLike]] = key("nsIp6Targets")
    """A patch appends to it."""
    arp_validate: Value[
        ARPValidate | None,
        ARPValidate | Literal["none", "active", "backup", "all", "filter", "filter-active", "filter-backup"] | None,
    ] = key("arpValidate")
    arp_all_targets: Value[ARPAllTargets | None, ARPAllTargets | Literal["any", "all"] | None] = key("arpAllTargets")
    lacp_rate: Value[LACPRate | None, LACPRate | Literal["slow", "fast"] | None] = key("lacpRate")
    fail_over_mac: Value[FailOverMAC | None, FailOverMAC | Literal["none", "active", "follow"] | None] = key(
        "failOverMac"
    )
    ad_select: Value[ADSelect | None, ADSelect | Literal["stable", "bandwidth", "count"] | None] = key("adSelect")
    ad_actor_sys_prio: UInt16 | None = key("adActorSysPrio")
    ad_user_port_key: UInt16 | None = key("adUserPortKey")
    ad_lacp_active: Value[ADLACPActive | None, ADLACPActive | Literal["off", "on"] | None] = key("adLACPActive")
    primary_reselect: Value[PrimaryReselect | None, PrimaryReselect | Literal["always", "better", "failure"] | None] = (
        key("primaryReselect")
    )
    resend_igmp: UInt32 | None = key("resendIGMP")
    min_links: UInt32 | None = key("minLinks")
    lp_interval: UInt32 | None = key("lpInterval")
    packets_per_slave: UInt32 | None = key("packetsPerSlave")
    num_peer_notif: UInt8 | None = key("numPeerNotif")
    tlb_logical_lb: UInt8 | None = key("tlbLogicalLb")
    all_slaves_active: UInt8 | None = key("allSlavesActive")
    peer_notif_delay: UInt32 | None = key("peerNotifDelay")
    missed_max: UInt8 | None = key("missedMax")
    up: Bool | None = key("up")
    mtu: UInt32 = key("mtu")
    addresses: list[AddressConfig] = key("addresses")
    """A patch appends to it."""
    routes: list[RouteConfig] = key("routes")
    """A patch appends to it."""
    multicast: Bool | None = key("multicast")


class BridgeSTPConfig(Model):
    """Bridge STP config. Since Talos 1.12."""

    talos_type: ClassVar[str] = "network.BridgeSTPConfig"

    enabled: Bool | None = key("enabled")


class BridgeVLANConfig(Model):
    """Bridge VLAN config. Since Talos 1.12."""

    talos_type: ClassVar[str] = "network.BridgeVLANConfig"

    filtering: Bool | None = key("filtering")


class BridgeConfig(Document):
    """Bridge config. Since Talos 1.12.

    A config may hold several, told apart by ``name``. Not beside ``BondConfig`` or ``DummyLinkConfig`` or
    ``LinkConfig`` or ``VLANConfig`` or ``VRFConfig`` or ``VethConfig`` or ``WireguardConfig`` of the same name.
    """

    talos_type: ClassVar[str] = "network.BridgeConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["BridgeConfig"] = key("kind")
    name: String = key("name")
    hardware_addr: Value[HardwareAddress, HardwareAddressLike] = key("hardwareAddr")
    links: list[String] = key("links")
    """A patch appends to it."""
    stp: BridgeSTPConfig = key("stp")
    vlan: BridgeVLANConfig = key("vlan")
    up: Bool | None = key("up")
    mtu: UInt32 = key("mtu")
    addresses: list[AddressConfig] = key("addresses")
    """A patch appends to it."""
    routes: list[RouteConfig] = key("routes")
    """A patch appends to it."""
    multicast: Bool | None = key("multicast")


class DHCPv4Config(Document):
    """DHC pv4 config. Since Talos 1.12.

    A config may hold several, told apart by ``name``.
    """

    talos_type: ClassVar[str] = "network.DHCPv4ConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["DHCPv4Config"] = key("kind")
    name: String = key("name")
    route_metric: UInt32 = key("routeMetric")
    ignore_hostname: Bool | None = key("ignoreHostname")
    ignore_routes: Bool | None = key("ignoreRoutes")
    """Since Talos 1.14."""
    client_identifier: Value[ClientIdentifier | None, ClientIdentifier | Literal["none", "mac", "duid"] | None] = key(
        "clientIdentifier"
    )
    duid_raw: Value[HardwareAddress, HardwareAddressLike] = key("duidRaw")


class DHCPv6Config(Document):
    """DHC pv6 config. Since Talos 1.12.

    A config may hold several, told apart by ``name``.
    """

    talos_type: ClassVar[str] = "network.DHCPv6ConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["DHCPv6Config"] = key("kind")
    name: String = key("name")
    route_metric: UInt32 = key("routeMetric")
    ignore_hostname: Bool | None = key("ignoreHostname")
    client_identifier: Value[ClientIdentifier | None, ClientIdentifier | Literal["none", "mac", "duid"] | None] = key(
        "clientIdentifier"
    )
    duid_raw: Value[HardwareAddress, HardwareAddressLike] = key("duidRaw")


class DummyLinkConfig(Document):
    """Dummy link config. Since Talos 1.12.

    A config may hold several, told apart by ``name``. Not beside ``BondConfig`` or ``BridgeConfig`` or
    ``LinkConfig`` or ``VLANConfig`` or ``VRFConfig`` or ``VethConfig`` or ``WireguardConfig`` of the same name.
    """

    talos_type: ClassVar[str] = "network.DummyLinkConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["DummyLinkConfig"] = key("kind")
    name: String = key("name")
    hardware_addr: Value[HardwareAddress, HardwareAddressLike] = key("hardwareAddr")
    up: Bool | None = key("up")
    mtu: UInt32 = key("mtu")
    addresses: list[AddressConfig] = key("addresses")
    """A patch appends to it."""
    routes: list[RouteConfig] = key("routes")
    """A patch appends to it."""
    multicast: Bool | None = key("multicast")


class EthernetRingsConfig(Model):
    """Ethernet rings config. Since Talos 1.10."""

    talos_type: ClassVar[str] = "network.EthernetRingsConfig"

    rx: UInt32 | None = key("rx")
    tx: UInt32 | None = key("tx")
    rx_mini: UInt32 | None = key("rx-mini")
    rx_jumbo: UInt32 | None = key("rx-jumbo")
    rx_buf_len: UInt32 | None = key("rx-buf-len")
    cqe_size: UInt32 | None = key("cqe-size")
    tx_push: Bool | None = key("tx-push")
    rx_push: Bool | None = key("rx-push")
    tx_push_buf_len: UInt32 | None = key("tx-push-buf-len")
    tcp_data_split: Bool | None = key("tcp-data-split")


class EthernetChannelsConfig(Model):
    """Ethernet channels config. Since Talos 1.10."""

    talos_type: ClassVar[str] = "network.EthernetChannelsConfig"

    rx: UInt32 | None = key("rx")
    tx: UInt32 | None = key("tx")
    other: UInt32 | None = key("other")
    combined: UInt32 | None = key("combined")


class EthernetConfig(Document):
    """Ethernet config. Since Talos 1.10.

    A config may hold several, told apart by ``name``.
    """

    talos_type: ClassVar[str] = "network.EthernetConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["EthernetConfig"] = key("kind")
    name: String = key("name")
    features: dict[str, Bool] = key("features")
    rings: EthernetRingsConfig = key("rings")
    channels: EthernetChannelsConfig = key("channels")
    wake_on_lan: Value[
        list[WOLMode],
        Sequence[WOLMode | Literal["phy", "unicast", "multicast", "broadcast", "magic", "magicsecure", "filter"]],
    ] = key("wakeOnLan")
    """Since Talos 1.12. A patch appends to it."""


class HCloudVIPConfig(Document):
    """H cloud VIP config. Since Talos 1.12.

    A config may hold several, told apart by ``name``. Not beside ``Layer2VIPConfig`` of the same name.
    """

    talos_type: ClassVar[str] = "network.HCloudVIPConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["HCloudVIPConfig"] = key("kind")
    name: String = key("name")
    link: String = key("link")
    api_token: Secret = key("apiToken")


class HTTPProbeConfig(Document):
    """HTTP probe config. Since Talos 1.14.

    A config may hold several, told apart by ``name``.
    """

    talos_type: ClassVar[str] = "network.HTTPProbeConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["HTTPProbeConfig"] = key("kind")
    name: String = key("name")
    interval: Value[Duration, DurationLike] = key("interval")
    failure_threshold: Int = key("failureThreshold")
    url: Value[URL, URLLike] = key("url")
    timeout: Value[Duration, DurationLike] = key("timeout")


class HostnameConfig(Document):
    """Hostname config. Since Talos 1.12.

    A config holds one.
    """

    talos_type: ClassVar[str] = "network.HostnameConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["HostnameConfig"] = key("kind")
    auto: Value[AutoHostnameKind | None, AutoHostnameKind | Literal["off", "talos-addr", "stable"] | None] = key("auto")
    hostname: String = key("hostname")


class KubeSpanFiltersConfig(Model):
    """Kube span filters config. Since Talos 1.13."""

    talos_type: ClassVar[str] = "network.KubeSpanFiltersConfig"

    endpoints: list[String] = key("endpoints")
    """A patch appends to it."""
    exclude_advertised_networks: Value[list[Prefix], Sequence[PrefixLike]] = key("excludeAdvertisedNetworks")
    """A patch appends to it."""


class KubeSpanConfig(Document):
    """Kube span config. Since Talos 1.13.

    A config holds one.
    """

    talos_type: ClassVar[str] = "network.KubeSpanConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["KubeSpanConfig"] = key("kind")
    enabled: Bool | None = key("enabled")
    advertise_kubernetes_networks: Bool | None = key("advertiseKubernetesNetworks")
    allow_down_peer_bypass: Bool | None = key("allowDownPeerBypass")
    harvest_extra_endpoints: Bool | None = key("harvestExtraEndpoints")
    mtu: UInt32 | None = key("mtu")
    filters: KubeSpanFiltersConfig = key("filters")


class KubeSpanEndpointsConfig(Document):
    """Kube span endpoints config. Since Talos 1.8.

    A config holds one.
    """

    talos_type: ClassVar[str] = "network.KubespanEndpointsConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["KubeSpanEndpointsConfig"] = key("kind")
    extra_announced_endpoints: Value[list[AddressPort], Sequence[AddressPortLike]] = key("extraAnnouncedEndpoints")
    """A patch appends to it."""


class Layer2VIPConfig(Document):
    """Layer2 VIP config. Since Talos 1.12.

    A config may hold several, told apart by ``name``. Not beside ``HCloudVIPConfig`` of the same name.
    """

    talos_type: ClassVar[str] = "network.Layer2VIPConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["Layer2VIPConfig"] = key("kind")
    name: String = key("name")
    link: String = key("link")


class LinkSelector(Model):
    """Link selector. Since Talos 1.12."""

    talos_type: ClassVar[str] = "network.LinkSelector"

    match: Value[Expression, ExpressionLike] = key("match")


class LinkAliasConfig(Document):
    """Link alias config. Since Talos 1.12.

    A config may hold several, told apart by ``name``.
    """

    talos_type: ClassVar[str] = "network.LinkAliasConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["LinkAliasConfig"] = key("kind")
    name: String = key("name")
    selector: LinkSelector = key("selector")


class LinkConfig(Document):
    """Link config. Since Talos 1.12.

    A config may hold several, told apart by ``name``. Not beside ``BondConfig`` or ``BridgeConfig`` or
    ``DummyLinkConfig`` or ``VLANConfig`` or ``VRFConfig`` or ``VethConfig`` or ``WireguardConfig`` of the same
    name.
    """

    talos_type: ClassVar[str] = "network.LinkConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["LinkConfig"] = key("kind")
    name: String = key("name")
    up: Bool | None = key("up")
    mtu: UInt32 = key("mtu")
    addresses: list[AddressConfig] = key("addresses")
    """A patch appends to it."""
    routes: list[RouteConfig] = key("routes")
    """A patch appends to it."""
    multicast: Bool | None = key("multicast")


class NetworkDefaultActionConfig(Document):
    """Network default action config. Since Talos 1.6.

    A config holds one.
    """

    talos_type: ClassVar[str] = "network.DefaultActionConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["NetworkDefaultActionConfig"] = key("kind")
    ingress: Value[DefaultAction, DefaultAction | Literal["accept", "block"]] = key("ingress")


class RulePortSelector(Model):
    """Rule port selector. Since Talos 1.6."""

    talos_type: ClassVar[str] = "network.RulePortSelector"

    ports: list[PortRange] = key("ports")
    """A patch replaces it whole."""
    protocol: Value[Protocol | None, Protocol | Literal["icmp", "tcp", "udp", "icmpv6"] | None] = key("protocol")


class IngressRule(Model):
    """Ingress rule. Since Talos 1.6."""

    talos_type: ClassVar[str] = "network.IngressRule"

    subnet: Value[Prefix, PrefixLike] = key("subnet")
    except_: Value[Prefix, PrefixLike] = key("except")


class NetworkRuleConfig(Document):
    """Network rule config. Since Talos 1.6.

    A config may hold several, told apart by ``name``.
    """

    talos_type: ClassVar[str] = "network.RuleConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["NetworkRuleConfig"] = key("kind")
    name: String = key("name")
    port_selector: RulePortSelector = key("portSelector")
    ingress: list[IngressRule] = key("ingress")
    """A patch replaces it whole."""


class NameserverConfig(Model):
    """Nameserver config. Since Talos 1.12."""

    talos_type: ClassVar[str] = "network.NameserverConfig"

    address: Value[Address, AddressLike] = key("address")
    protocol: Value[DNSProtocol, DNSProtocol | Literal["Do53", "DoT", "DoH"]] = key("protocol")
    """Since Talos 1.14."""
    tls_server_name: String = key("tlsServerName")
    """Since Talos 1.14."""


class SearchDomainsConfig(Model):
    """Search domains config. Since Talos 1.12."""

    talos_type: ClassVar[str] = "network.SearchDomainsConfig"

    domains: list[String] = key("domains")
    """A patch replaces it whole."""
    disable_default: Bool | None = key("disableDefault")


class HostDNSConfig(Model):
    """Host DNS config. Since Talos 1.14."""

    talos_type: ClassVar[str] = "network.HostDNSConfig"

    enabled: Bool | None = key("enabled")
    forward_kube_dns_to_host: Bool | None = key("forwardKubeDNSToHost")
    resolve_member_names: Bool | None = key("resolveMemberNames")


class ResolverConfig(Document):
    """Resolver config. Since Talos 1.12.

    A config holds one.
    """

    talos_type: ClassVar[str] = "network.ResolverConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["ResolverConfig"] = key("kind")
    nameservers: list[NameserverConfig] = key("nameservers")
    """A patch appends to it."""
    search_domains: SearchDomainsConfig = key("searchDomains")
    host_dns: HostDNSConfig = key("hostDNS")
    """Since Talos 1.14."""


class RoutingRuleConfig(Document):
    """Routing rule config. Since Talos 1.13.

    A config may hold several, told apart by ``name``.
    """

    talos_type: ClassVar[str] = "network.RoutingRuleConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["RoutingRuleConfig"] = key("kind")
    name: String = key("name")
    src: Value[Prefix, PrefixLike] = key("src")
    dst: Value[Prefix, PrefixLike] = key("dst")
    table: Value[RoutingTable, RoutingTable | str] = key("table")
    action: Value[
        RoutingRuleAction, RoutingRuleAction | Literal["unspec", "unicast", "blackhole", "unreachable", "prohibit"]
    ] = key("action")
    iif_name: String = key("iifName")
    oif_name: String = key("oifName")
    fw_mark: UInt32 = key("fwMark")
    fw_mask: UInt32 = key("fwMask")


class StaticHostConfig(Document):
    """Static host config. Since Talos 1.12.

    A config may hold several, told apart by ``name``.
    """

    talos_type: ClassVar[str] = "network.StaticHostConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["StaticHostConfig"] = key("kind")
    name: String = key("name")
    hostnames: list[String] = key("hostnames")
    """A patch appends to it."""


class TCPProbeConfig(Document):
    """TCP probe config. Since Talos 1.13.

    A config may hold several, told apart by ``name``.
    """

    talos_type: ClassVar[str] = "network.TCPProbeConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["TCPProbeConfig"] = key("kind")
    name: String = key("name")
    interval: Value[Duration, DurationLike] = key("interval")
    failure_threshold: Int = key("failureThreshold")
    endpoint: String = key("endpoint")
    timeout: Value[Duration, DurationLike] = key("timeout")


class NTPConfig(Model):
    """NTP config. Since Talos 1.12."""

    talos_type: ClassVar[str] = "network.NTPConfig"

    servers: list[String] = key("servers")
    """A patch appends to it."""
    use_nts: Bool | None = key("useNTS")
    """Since Talos 1.14."""


class PTPConfig(Model):
    """PTP config. Since Talos 1.12."""

    talos_type: ClassVar[str] = "network.PTPConfig"

    devices: list[String] = key("devices")
    """A patch appends to it."""


class TimeSyncConfig(Document):
    """Time sync config. Since Talos 1.12.

    A config holds one.
    """

    talos_type: ClassVar[str] = "network.TimeSyncConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["TimeSyncConfig"] = key("kind")
    enabled: Bool | None = key("enabled")
    boot_timeout: Value[Duration, DurationLike] = key("bootTimeout")
    ntp: NTPConfig = key("ntp")
    ptp: PTPConfig = key("ptp")


class VLANConfig(Document):
    """VLAN config. Since Talos 1.12.

    A config may hold several, told apart by ``name``. Not beside ``BondConfig`` or ``BridgeConfig`` or
    ``DummyLinkConfig`` or ``LinkConfig`` or ``VRFConfig`` or ``VethConfig`` or ``WireguardConfig`` of the same
    name.
    """

    talos_type: ClassVar[str] = "network.VLANConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["VLANConfig"] = key("kind")
    name: String = key("name")
    vlan_id: UInt16 = key("vlanID")
    vlan_mode: Value[VLANProtocol | None, VLANProtocol | Literal["802.1q", "802.1ad"] | None] = key("vlanMode")
    parent: String = key("parent")
    up: Bool | None = key("up")
    mtu: UInt32 = key("mtu")
    addresses: list[AddressConfig] = key("addresses")
    """A patch appends to it."""
    routes: list[RouteConfig] = key("routes")
    """A patch appends to it."""
    multicast: Bool | None = key("multicast")


class VRFConfig(Document):
    """VRF config. Since Talos 1.13.

    A config may hold several, told apart by ``name``. Not beside ``BondConfig`` or ``BridgeConfig`` or
    ``DummyLinkConfig`` or ``LinkConfig`` or ``VLANConfig`` or ``VethConfig`` or ``WireguardConfig`` of the same
    name.
    """

    talos_type: ClassVar[str] = "network.VRFConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["VRFConfig"] = key("kind")
    name: String = key("name")
    hardware_addr: Value[HardwareAddress, HardwareAddressLike] = key("hardwareAddr")
    links: list[String] = key("links")
    """A patch appends to it."""
    table: Value[RoutingTable, RoutingTable | str] = key("table")
    up: Bool | None = key("up")
    mtu: UInt32 = key("mtu")
    addresses: list[AddressConfig] = key("addresses")
    """A patch appends to it."""
    routes: list[RouteConfig] = key("routes")
    """A patch appends to it."""
    multicast: Bool | None = key("multicast")


class VethPeerConfig(Model):
    """Veth peer config. Since Talos 1.14."""

    talos_type: ClassVar[str] = "network.VethPeerConfig"

    name: String = key("name")
    up: Bool | None = key("up")
    mtu: UInt32 = key("mtu")
    addresses: list[AddressConfig] = key("addresses")
    """A patch appends to it."""
    routes: list[RouteConfig] = key("routes")
    """A patch appends to it."""
    multicast: Bool | None = key("multicast")


class VethConfig(Document):
    """Veth config. Since Talos 1.14.

    A config may hold several, told apart by ``name``. Not beside ``BondConfig`` or ``BridgeConfig`` or
    ``DummyLinkConfig`` or ``LinkConfig`` or ``VLANConfig`` or ``VRFConfig`` or ``WireguardConfig`` of the same
    name.
    """

    talos_type: ClassVar[str] = "network.VethConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["VethConfig"] = key("kind")
    name: String = key("name")
    peer: VethPeerConfig = key("peer")
    up: Bool | None = key("up")
    mtu: UInt32 = key("mtu")
    addresses: list[AddressConfig] = key("addresses")
    """A patch appends to it."""
    routes: list[RouteConfig] = key("routes")
    """A patch appends to it."""
    multicast: Bool | None = key("multicast")


class WireguardPeer(Model):
    """Wireguard peer. Since Talos 1.12."""

    talos_type: ClassVar[str] = "network.WireguardPeer"

    public_key: String = key("publicKey")
    preshared_key: Secret = key("presharedKey")
    endpoint: Value[AddressPort, AddressPortLike] = key("endpoint")
    persistent_keepalive_interval: Value[Duration, DurationLike] = key("persistentKeepaliveInterval")
    allowed_ips: Value[list[Prefix], Sequence[PrefixLike]] = key("allowedIPs")
    """A patch appends to it."""


class WireguardConfig(Document):
    """Wireguard config. Since Talos 1.12.

    A config may hold several, told apart by ``name``. Not beside ``BondConfig`` or ``BridgeConfig`` or
    ``DummyLinkConfig`` or ``LinkConfig`` or ``VLANConfig`` or ``VRFConfig`` or ``VethConfig`` of the same name.
    """

    talos_type: ClassVar[str] = "network.WireguardConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["WireguardConfig"] = key("kind")
    name: String = key("name")
    private_key: Secret = key("privateKey")
    listen_port: Int = key("listenPort")
    firewall_mark: Int = key("firewallMark")
    peers: list[WireguardPeer] = key("peers")
    """A patch appends to it."""
    up: Bool | None = key("up")
    mtu: UInt32 = key("mtu")
    addresses: list[AddressConfig] = key("addresses")
    """A patch appends to it."""
    routes: list[RouteConfig] = key("routes")
    """A patch appends to it."""
    multicast: Bool | None = key("multicast")
