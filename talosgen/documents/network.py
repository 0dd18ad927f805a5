"""Links, addresses, routes, name resolution, time, the firewall, probes.

Written by scripts/documents.py from the table.
"""

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
    """Routes taken from another instance. Since Talos 1.14."""

    talos_type: ClassVar[str] = "network.BGPImportRoute"

    bgp_instance: String = key("bgpInstance")
    """Name of the other instance."""
    prefixes: Value[list[Prefix], Sequence[PrefixLike]] = key("prefixes")
    """Networks whose routes are taken. A patch appends to it."""


class BGPBFDConfig(Model):
    """Quick detection of a lost neighbour (BFD). Since Talos 1.14."""

    talos_type: ClassVar[str] = "network.BGPBFDConfig"

    transmit_interval: Value[Duration, DurationLike] = key("transmitInterval")
    """Time between two packets that are sent."""
    receive_interval: Value[Duration, DurationLike] = key("receiveInterval")
    """Shortest time between two packets that are wanted."""
    detect_multiplier: UInt8 = key("detectMultiplier")
    """How many packets may be lost."""


class BGPNeighborConfig(Model):
    """A BGP neighbour. Since Talos 1.14."""

    talos_type: ClassVar[str] = "network.BGPNeighborConfig"

    address: Value[Address, AddressLike] = key("address")
    """Address of the neighbour."""
    link: String = key("link")
    """Link that the neighbour is found on, where it has no address."""
    peer_asn: UInt32 = key("peerASN")
    """Number of its autonomous system."""
    local_asn: UInt32 = key("localASN")
    """Own number towards it."""
    passive: Bool = key("passive")
    """Whether the neighbour must connect."""
    hold_time: Value[Duration, DurationLike] = key("holdTime")
    """How long a neighbour may be silent."""
    bfd: BGPBFDConfig = key("bfd")


class BGPInstanceConfig(Document):
    """A BGP speaker. Since Talos 1.14.

    A config may hold several, told apart by ``name``.
    """

    talos_type: ClassVar[str] = "network.BGPInstanceConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["BGPInstanceConfig"] = key("kind")
    name: String = key("name")
    vrf: String = key("vrf")
    """Routing domain that it speaks in; the main one without it."""
    local_asn: UInt32 = key("localASN")
    """Own number of the autonomous system."""
    router_id: Value[Address, AddressLike] = key("routerID")
    """Id of the router."""
    route_source: Value[Address, AddressLike] = key("routeSource")
    """Address to send from on learnt routes."""
    advertise: list[String] = key("advertise")
    """Links whose networks are told to the neighbours. A patch replaces it whole."""
    multipath: Bool | None = key("multipath")
    """Whether several equal paths are used at once."""
    max_paths: UInt8 = key("maxPaths")
    """How many equal paths are used at once."""
    install_routes: Bool | None = key("installRoutes")
    """Whether learnt routes are installed."""
    import_routes: list[BGPImportRoute] = key("importRoutes")
    """A patch replaces it whole."""
    neighbors: list[BGPNeighborConfig] = key("neighbors")
    """A patch replaces it whole."""


class BlackholeRouteConfig(Document):
    """A network whose packets are dropped. Since Talos 1.13.

    A config may hold several, told apart by ``name``.
    """

    talos_type: ClassVar[str] = "network.BlackholeRouteConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["BlackholeRouteConfig"] = key("kind")
    name: String = key("name")
    """The network."""
    metric: UInt32 = key("metric")
    """Metric of the route: the lowest wins."""


class AddressConfig(Model):
    """One address of a link. Since Talos 1.12."""

    talos_type: ClassVar[str] = "network.AddressConfig"

    address: Value[Prefix, PrefixLike] = key("address")
    """The address with its prefix length."""
    route_priority: UInt32 | None = key("routePriority")
    """Metric of the route that the address brings."""


class RouteConfig(Model):
    """A route of a link. Since Talos 1.12."""

    talos_type: ClassVar[str] = "network.RouteConfig"

    destination: Value[Prefix, PrefixLike] = key("destination")
    """Network that it leads to; all without one."""
    gateway: Value[Address, AddressLike] = key("gateway")
    """Address of the next hop."""
    source: Value[Address, AddressLike] = key("source")
    """Address to send from."""
    metric: UInt32 = key("metric")
    """Metric of the route: the lowest wins."""
    mtu: UInt32 = key("mtu")
    """Largest packet, in bytes; 0 leaves the link's own."""
    table: Value[RoutingTable, RoutingTable | str] = key("table")
    """Routing table."""


class BondConfig(Document):
    """A bond of several links. Since Talos 1.12.

    A config may hold several, told apart by ``name``. Not beside ``BridgeConfig`` or ``DummyLinkConfig`` or
    ``LinkConfig`` or ``VLANConfig`` or ``VRFConfig`` or ``VethConfig`` or ``WireguardConfig`` of the same name.
    """

    talos_type: ClassVar[str] = "network.BondConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["BondConfig"] = key("kind")
    name: String = key("name")
    hardware_addr: Value[HardwareAddress, HardwareAddressLike] = key("hardwareAddr")
    """Hardware address of the link."""
    links: list[String] = key("links")
    """Names of the links that belong to it. A patch appends to it."""
    bond_mode: Value[
        BondMode | None,
        BondMode
        | Literal["balance-rr", "active-backup", "balance-xor", "broadcast", "802.3ad", "balance-tlb", "balance-alb"]
        | None,
    ] = key("bondMode")
    """How the bond uses its ports."""
    miimon: UInt32 | None = key("miimon")
    """Time between two looks at the link's state, in milliseconds."""
    updelay: UInt32 | None = key("updelay")
    """How long a port must be up before it is used, in milliseconds."""
    downdelay: UInt32 | None = key("downdelay")
    """How long a port must be down before it is taken out, in milliseconds."""
    use_carrier: Bool | None = key("useCarrier")
    """Whether the state of a port is its carrier's."""
    xmit_hash_policy: Value[
        BondXmitHashPolicy | None,
        BondXmitHashPolicy | Literal["layer2", "layer3+4", "layer2+3", "encap2+3", "encap3+4"] | None,
    ] = key("xmitHashPolicy")
    """Which parts of a packet choose its port."""
    arp_interval: UInt32 | None = key("arpInterval")
    """Time between ARP probes, in milliseconds."""
    arp_ip_targets: Value[list[Address], Sequence[AddressLike]] = key("arpIpTargets")
    """Addresses that ARP monitoring asks. A patch appends to it."""
    ns_ip6_targets: Value[list[Address], Sequence[AddressLike]] = key("nsIp6Targets")
    """IPv6 addresses that neighbour monitoring asks. A patch appends to it."""
    arp_validate: Value[
        ARPValidate | None,
        ARPValidate | Literal["none", "active", "backup", "all", "filter", "filter-active", "filter-backup"] | None,
    ] = key("arpValidate")
    """Which ARP probes and replies are validated."""
    arp_all_targets: Value[ARPAllTargets | None, ARPAllTargets | Literal["any", "all"] | None] = key("arpAllTargets")
    """Whether one or all ARP targets must answer."""
    lacp_rate: Value[LACPRate | None, LACPRate | Literal["slow", "fast"] | None] = key("lacpRate")
    """How often the partner is asked to send LACP frames."""
    fail_over_mac: Value[FailOverMAC | None, FailOverMAC | Literal["none", "active", "follow"] | None] = key(
        "failOverMac"
    )
    """Which hardware address the bond has while ports change."""
    ad_select: Value[ADSelect | None, ADSelect | Literal["stable", "bandwidth", "count"] | None] = key("adSelect")
    """How the group of ports to use is chosen."""
    ad_actor_sys_prio: UInt16 | None = key("adActorSysPrio")
    """Priority of this system in LACP."""
    ad_user_port_key: UInt16 | None = key("adUserPortKey")
    """Upper bits of the port key in LACP."""
    ad_lacp_active: Value[ADLACPActive | None, ADLACPActive | Literal["off", "on"] | None] = key("adLACPActive")
    """Whether LACP frames are sent unasked."""
    primary_reselect: Value[PrimaryReselect | None, PrimaryReselect | Literal["always", "better", "failure"] | None] = (
        key("primaryReselect")
    )
    """When the preferred port is taken again."""
    resend_igmp: UInt32 | None = key("resendIGMP")
    """How many IGMP reports are sent after a change of ports."""
    min_links: UInt32 | None = key("minLinks")
    """How many ports must be up for the bond to be up."""
    lp_interval: UInt32 | None = key("lpInterval")
    """Time between learning packets, in seconds."""
    packets_per_slave: UInt32 | None = key("packetsPerSlave")
    """Packets on a port before the next one is used; 0 is at random."""
    num_peer_notif: UInt8 | None = key("numPeerNotif")
    """How many notices are sent after a change of ports."""
    tlb_logical_lb: UInt8 | None = key("tlbLogicalLb")
    """Whether load is balanced by the ports' loads."""
    all_slaves_active: UInt8 | None = key("allSlavesActive")
    """Whether frames that arrive on inactive ports are taken."""
    peer_notif_delay: UInt32 | None = key("peerNotifDelay")
    """Time between notices, in milliseconds."""
    missed_max: UInt8 | None = key("missedMax")
    """How many ARP probes may go unanswered."""
    up: Bool | None = key("up")
    """Whether the link is up."""
    mtu: UInt32 = key("mtu")
    """Largest packet, in bytes; 0 leaves the link's own."""
    addresses: list[AddressConfig] = key("addresses")
    """Addresses to give to the link, each with its prefix length. A patch appends to it."""
    routes: list[RouteConfig] = key("routes")
    """A patch appends to it."""
    multicast: Bool | None = key("multicast")
    """Whether the link takes multicast."""


class BridgeSTPConfig(Model):
    """Spanning tree of a bridge. Since Talos 1.12."""

    talos_type: ClassVar[str] = "network.BridgeSTPConfig"

    enabled: Bool | None = key("enabled")
    """Whether the bridge takes part."""


class BridgeVLANConfig(Model):
    """VLANs of a bridge. Since Talos 1.12."""

    talos_type: ClassVar[str] = "network.BridgeVLANConfig"

    filtering: Bool | None = key("filtering")
    """Whether the bridge looks at VLAN tags."""


class BridgeConfig(Document):
    """A bridge between links. Since Talos 1.12.

    A config may hold several, told apart by ``name``. Not beside ``BondConfig`` or ``DummyLinkConfig`` or
    ``LinkConfig`` or ``VLANConfig`` or ``VRFConfig`` or ``VethConfig`` or ``WireguardConfig`` of the same name.
    """

    talos_type: ClassVar[str] = "network.BridgeConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["BridgeConfig"] = key("kind")
    name: String = key("name")
    hardware_addr: Value[HardwareAddress, HardwareAddressLike] = key("hardwareAddr")
    """Hardware address of the link."""
    links: list[String] = key("links")
    """Names of the links that belong to it. A patch appends to it."""
    stp: BridgeSTPConfig = key("stp")
    """Spanning tree."""
    vlan: BridgeVLANConfig = key("vlan")
    """VLANs on the bridge."""
    up: Bool | None = key("up")
    """Whether the link is up."""
    mtu: UInt32 = key("mtu")
    """Largest packet, in bytes; 0 leaves the link's own."""
    addresses: list[AddressConfig] = key("addresses")
    """Addresses to give to the link, each with its prefix length. A patch appends to it."""
    routes: list[RouteConfig] = key("routes")
    """A patch appends to it."""
    multicast: Bool | None = key("multicast")
    """Whether the link takes multicast."""


class DHCPv4Config(Document):
    """DHCP for IPv4 on a link. Since Talos 1.12.

    A config may hold several, told apart by ``name``.
    """

    talos_type: ClassVar[str] = "network.DHCPv4ConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["DHCPv4Config"] = key("kind")
    name: String = key("name")
    """Name of the link."""
    route_metric: UInt32 = key("routeMetric")
    """Metric of the routes that DHCP gives: the lowest wins."""
    ignore_hostname: Bool | None = key("ignoreHostname")
    """Whether the host name that DHCP offers is passed over."""
    ignore_routes: Bool | None = key("ignoreRoutes")
    """Whether the routes that DHCP offers are passed over. Since Talos 1.14."""
    client_identifier: Value[ClientIdentifier | None, ClientIdentifier | Literal["none", "mac", "duid"] | None] = key(
        "clientIdentifier"
    )
    """What the client calls itself in DHCP."""
    duid_raw: Value[HardwareAddress, HardwareAddressLike] = key("duidRaw")
    """The DUID in hexadecimal digits."""


class DHCPv6Config(Document):
    """DHCP for IPv6 on a link. Since Talos 1.12.

    A config may hold several, told apart by ``name``.
    """

    talos_type: ClassVar[str] = "network.DHCPv6ConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["DHCPv6Config"] = key("kind")
    name: String = key("name")
    """Name of the link."""
    route_metric: UInt32 = key("routeMetric")
    """Metric of the routes that DHCP gives: the lowest wins."""
    ignore_hostname: Bool | None = key("ignoreHostname")
    """Whether the host name that DHCP offers is passed over."""
    client_identifier: Value[ClientIdentifier | None, ClientIdentifier | Literal["none", "mac", "duid"] | None] = key(
        "clientIdentifier"
    )
    """What the client calls itself in DHCP."""
    duid_raw: Value[HardwareAddress, HardwareAddressLike] = key("duidRaw")
    """The DUID in hexadecimal digits."""


class DummyLinkConfig(Document):
    """A link that leads nowhere; it has addresses. Since Talos 1.12.

    A config may hold several, told apart by ``name``. Not beside ``BondConfig`` or ``BridgeConfig`` or
    ``LinkConfig`` or ``VLANConfig`` or ``VRFConfig`` or ``VethConfig`` or ``WireguardConfig`` of the same name.
    """

    talos_type: ClassVar[str] = "network.DummyLinkConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["DummyLinkConfig"] = key("kind")
    name: String = key("name")
    hardware_addr: Value[HardwareAddress, HardwareAddressLike] = key("hardwareAddr")
    """Hardware address of the link."""
    up: Bool | None = key("up")
    """Whether the link is up."""
    mtu: UInt32 = key("mtu")
    """Largest packet, in bytes; 0 leaves the link's own."""
    addresses: list[AddressConfig] = key("addresses")
    """Addresses to give to the link, each with its prefix length. A patch appends to it."""
    routes: list[RouteConfig] = key("routes")
    """A patch appends to it."""
    multicast: Bool | None = key("multicast")
    """Whether the link takes multicast."""


class EthernetRingsConfig(Model):
    """Sizes of a network card's rings. Since Talos 1.10."""

    talos_type: ClassVar[str] = "network.EthernetRingsConfig"

    rx: UInt32 | None = key("rx")
    """Entries for packets that come in."""
    tx: UInt32 | None = key("tx")
    """Entries for packets that go out."""
    rx_mini: UInt32 | None = key("rx-mini")
    """Entries for small packets that come in."""
    rx_jumbo: UInt32 | None = key("rx-jumbo")
    """Entries for large packets that come in."""
    rx_buf_len: UInt32 | None = key("rx-buf-len")
    """Length of a buffer for what comes in, in bytes."""
    cqe_size: UInt32 | None = key("cqe-size")
    """Size of a completion event, in bytes."""
    tx_push: Bool | None = key("tx-push")
    """Whether descriptors of what goes out are pushed to the card."""
    rx_push: Bool | None = key("rx-push")
    """Whether descriptors of what comes in are pushed to the card."""
    tx_push_buf_len: UInt32 | None = key("tx-push-buf-len")
    """Length of the buffer for pushed descriptors, in bytes."""
    tcp_data_split: Bool | None = key("tcp-data-split")
    """Whether headers and data of TCP get buffers of their own."""


class EthernetChannelsConfig(Model):
    """How many channels a network card uses. Since Talos 1.10."""

    talos_type: ClassVar[str] = "network.EthernetChannelsConfig"

    rx: UInt32 | None = key("rx")
    """Channels for what comes in."""
    tx: UInt32 | None = key("tx")
    """Channels for what goes out."""
    other: UInt32 | None = key("other")
    """Channels for other things."""
    combined: UInt32 | None = key("combined")
    """Channels for both directions."""


class EthernetConfig(Document):
    """Settings of a network card, as ethtool makes them. Since Talos 1.10.

    A config may hold several, told apart by ``name``.
    """

    talos_type: ClassVar[str] = "network.EthernetConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["EthernetConfig"] = key("kind")
    name: String = key("name")
    """Name of the link."""
    features: dict[str, Bool] = key("features")
    """Features to turn on or off, by name."""
    rings: EthernetRingsConfig = key("rings")
    channels: EthernetChannelsConfig = key("channels")
    wake_on_lan: Value[
        list[WOLMode],
        Sequence[WOLMode | Literal["phy", "unicast", "multicast", "broadcast", "magic", "magicsecure", "filter"]],
    ] = key("wakeOnLan")
    """What wakes the machine. Since Talos 1.12. A patch appends to it."""


class HCloudVIPConfig(Document):
    """An address that control plane nodes at Hetzner Cloud share. Since Talos 1.12.

    A config may hold several, told apart by ``name``. Not beside ``Layer2VIPConfig`` of the same name.
    """

    talos_type: ClassVar[str] = "network.HCloudVIPConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["HCloudVIPConfig"] = key("kind")
    name: String = key("name")
    """The address."""
    link: String = key("link")
    """The link that gets it."""
    api_token: Secret = key("apiToken")
    """Token of the provider's API."""


class HTTPProbeConfig(Document):
    """A URL that must answer for the network to be up. Since Talos 1.14.

    A config may hold several, told apart by ``name``.
    """

    talos_type: ClassVar[str] = "network.HTTPProbeConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["HTTPProbeConfig"] = key("kind")
    name: String = key("name")
    interval: Value[Duration, DurationLike] = key("interval")
    """Time between two runs."""
    failure_threshold: Int = key("failureThreshold")
    """How many failures in a row make the probe fail."""
    url: Value[URL, URLLike] = key("url")
    """What is asked."""
    timeout: Value[Duration, DurationLike] = key("timeout")
    """How long an answer may take."""


class HostnameConfig(Document):
    """The host name. Since Talos 1.12.

    A config holds one.
    """

    talos_type: ClassVar[str] = "network.HostnameConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["HostnameConfig"] = key("kind")
    auto: Value[AutoHostnameKind | None, AutoHostnameKind | Literal["off", "talos-addr", "stable"] | None] = key("auto")
    """How a name is made where none is given."""
    hostname: String = key("hostname")
    """The name; may have a domain."""


class KubeSpanFiltersConfig(Model):
    """What KubeSpan does not advertise. Since Talos 1.13."""

    talos_type: ClassVar[str] = "network.KubeSpanFiltersConfig"

    endpoints: list[String] = key("endpoints")
    """Networks of endpoints to advertise; ``!`` in front keeps one out. A patch appends to it."""
    exclude_advertised_networks: Value[list[Prefix], Sequence[PrefixLike]] = key("excludeAdvertisedNetworks")
    """Networks that are not advertised; ``!`` in front takes one back. A patch appends to it."""


class KubeSpanConfig(Document):
    """KubeSpan: an encrypted network between all nodes. Since Talos 1.13.

    A config holds one.
    """

    talos_type: ClassVar[str] = "network.KubeSpanConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["KubeSpanConfig"] = key("kind")
    enabled: Bool | None = key("enabled")
    """Whether it is on."""
    advertise_kubernetes_networks: Bool | None = key("advertiseKubernetesNetworks")
    """Whether pod networks go through KubeSpan as well."""
    allow_down_peer_bypass: Bool | None = key("allowDownPeerBypass")
    """Whether traffic to a peer that is down leaves in the clear."""
    harvest_extra_endpoints: Bool | None = key("harvestExtraEndpoints")
    """Whether addresses at which peers were seen are shared with all."""
    mtu: UInt32 | None = key("mtu")
    """Largest packet, in bytes; 0 leaves the link's own."""
    filters: KubeSpanFiltersConfig = key("filters")


class KubeSpanEndpointsConfig(Document):
    """Endpoints for KubeSpan beside those found. Since Talos 1.8.

    A config holds one.
    """

    talos_type: ClassVar[str] = "network.KubespanEndpointsConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["KubeSpanEndpointsConfig"] = key("kind")
    extra_announced_endpoints: Value[list[AddressPort], Sequence[AddressPortLike]] = key("extraAnnouncedEndpoints")
    """Addresses and ports to announce. A patch appends to it."""


class Layer2VIPConfig(Document):
    """An address that control plane nodes of one network share. Since Talos 1.12.

    A config may hold several, told apart by ``name``. Not beside ``HCloudVIPConfig`` of the same name.
    """

    talos_type: ClassVar[str] = "network.Layer2VIPConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["Layer2VIPConfig"] = key("kind")
    name: String = key("name")
    """The address."""
    link: String = key("link")
    """The link that gets it."""


class LinkSelector(Model):
    """Chooses links. Since Talos 1.12."""

    talos_type: ClassVar[str] = "network.LinkSelector"

    match: Value[Expression, ExpressionLike] = key("match")
    """Condition in CEL that chooses."""


class LinkAliasConfig(Document):
    """Another name for a link that is chosen by what it is. Since Talos 1.12.

    A config may hold several, told apart by ``name``.
    """

    talos_type: ClassVar[str] = "network.LinkAliasConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["LinkAliasConfig"] = key("kind")
    name: String = key("name")
    """The name; ``%d`` numbers several."""
    selector: LinkSelector = key("selector")


class LinkConfig(Document):
    """Addresses and routes of a physical link. Since Talos 1.12.

    A config may hold several, told apart by ``name``. Not beside ``BondConfig`` or ``BridgeConfig`` or
    ``DummyLinkConfig`` or ``VLANConfig`` or ``VRFConfig`` or ``VethConfig`` or ``WireguardConfig`` of the same
    name.
    """

    talos_type: ClassVar[str] = "network.LinkConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["LinkConfig"] = key("kind")
    name: String = key("name")
    """Name of the link."""
    up: Bool | None = key("up")
    """Whether the link is up."""
    mtu: UInt32 = key("mtu")
    """Largest packet, in bytes; 0 leaves the link's own."""
    addresses: list[AddressConfig] = key("addresses")
    """Addresses to give to the link, each with its prefix length. A patch appends to it."""
    routes: list[RouteConfig] = key("routes")
    """A patch appends to it."""
    multicast: Bool | None = key("multicast")
    """Whether the link takes multicast."""


class NetworkDefaultActionConfig(Document):
    """What the firewall does with what no rule is about. Since Talos 1.6.

    A config holds one.
    """

    talos_type: ClassVar[str] = "network.DefaultActionConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["NetworkDefaultActionConfig"] = key("kind")
    ingress: Value[DefaultAction, DefaultAction | Literal["accept", "block"]] = key("ingress")
    """What happens to packets that come in."""


class RulePortSelector(Model):
    """The ports that a rule is about. Since Talos 1.6."""

    talos_type: ClassVar[str] = "network.RulePortSelector"

    ports: list[PortRange] = key("ports")
    """Ports, and ranges such as ``8000-8080``. A patch replaces it whole."""
    protocol: Value[Protocol | None, Protocol | Literal["icmp", "tcp", "udp", "icmpv6"] | None] = key("protocol")
    """Protocol of the packets."""


class IngressRule(Model):
    """Where packets may come from. Since Talos 1.6."""

    talos_type: ClassVar[str] = "network.IngressRule"

    subnet: Value[Prefix, PrefixLike] = key("subnet")
    """A network, or an address."""
    except_: Value[Prefix, PrefixLike] = key("except")
    """A part of the network that is left out."""


class NetworkRuleConfig(Document):
    """A rule of the firewall: who reaches which ports. Since Talos 1.6.

    A config may hold several, told apart by ``name``.
    """

    talos_type: ClassVar[str] = "network.RuleConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["NetworkRuleConfig"] = key("kind")
    name: String = key("name")
    port_selector: RulePortSelector = key("portSelector")
    ingress: list[IngressRule] = key("ingress")
    """Who does. A patch replaces it whole."""


class NameserverConfig(Model):
    """A DNS server. Since Talos 1.12."""

    talos_type: ClassVar[str] = "network.NameserverConfig"

    address: Value[Address, AddressLike] = key("address")
    """The server's address."""
    protocol: Value[DNSProtocol, DNSProtocol | Literal["Do53", "DoT", "DoH"]] = key("protocol")
    """How it is asked: plainly, over TLS, over HTTPS. Since Talos 1.14."""
    tls_server_name: String = key("tlsServerName")
    """Name that the server's certificate must have. Since Talos 1.14."""


class SearchDomainsConfig(Model):
    """Domains that short names are looked up in. Since Talos 1.12."""

    talos_type: ClassVar[str] = "network.SearchDomainsConfig"

    domains: list[String] = key("domains")
    """The domains, asked in order. A patch replaces it whole."""
    disable_default: Bool | None = key("disableDefault")
    """Whether the host name's domain is not one."""


class HostDNSConfig(Model):
    """The resolver on the node. Since Talos 1.14."""

    talos_type: ClassVar[str] = "network.HostDNSConfig"

    enabled: Bool | None = key("enabled")
    """Whether it is on."""
    forward_kube_dns_to_host: Bool | None = key("forwardKubeDNSToHost")
    """Whether the cluster's DNS asks the node's resolver."""
    resolve_member_names: Bool | None = key("resolveMemberNames")
    """Whether the resolver knows the cluster's members by name."""


class ResolverConfig(Document):
    """Name resolution. Since Talos 1.12.

    A config holds one.
    """

    talos_type: ClassVar[str] = "network.ResolverConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["ResolverConfig"] = key("kind")
    nameservers: list[NameserverConfig] = key("nameservers")
    """A patch appends to it."""
    search_domains: SearchDomainsConfig = key("searchDomains")
    """Domains that short names are looked up in."""
    host_dns: HostDNSConfig = key("hostDNS")
    """The resolver on the node. Since Talos 1.14."""


class RoutingRuleConfig(Document):
    """A rule that chooses a routing table. Since Talos 1.13.

    A config may hold several, told apart by ``name``.
    """

    talos_type: ClassVar[str] = "network.RoutingRuleConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["RoutingRuleConfig"] = key("kind")
    name: String = key("name")
    """The rule's priority."""
    src: Value[Prefix, PrefixLike] = key("src")
    """Network of senders."""
    dst: Value[Prefix, PrefixLike] = key("dst")
    """Network of receivers."""
    table: Value[RoutingTable, RoutingTable | str] = key("table")
    """Routing table."""
    action: Value[
        RoutingRuleAction, RoutingRuleAction | Literal["unspec", "unicast", "blackhole", "unreachable", "prohibit"]
    ] = key("action")
    """What happens to packets that fit; without it the table is asked."""
    iif_name: String = key("iifName")
    """Link that packets come in by."""
    oif_name: String = key("oifName")
    """Link that packets go out by."""
    fw_mark: UInt32 = key("fwMark")
    """Mark of packets."""
    fw_mask: UInt32 = key("fwMask")
    """Bits of the mark that count."""


class StaticHostConfig(Document):
    """Names of an address, as in /etc/hosts. Since Talos 1.12.

    A config may hold several, told apart by ``name``.
    """

    talos_type: ClassVar[str] = "network.StaticHostConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["StaticHostConfig"] = key("kind")
    name: String = key("name")
    """The address."""
    hostnames: list[String] = key("hostnames")
    """The names. A patch appends to it."""


class TCPProbeConfig(Document):
    """A TCP port that must answer for the network to be up. Since Talos 1.13.

    A config may hold several, told apart by ``name``.
    """

    talos_type: ClassVar[str] = "network.TCPProbeConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["TCPProbeConfig"] = key("kind")
    name: String = key("name")
    interval: Value[Duration, DurationLike] = key("interval")
    """Time between two runs."""
    failure_threshold: Int = key("failureThreshold")
    """How many failures in a row make the probe fail."""
    endpoint: String = key("endpoint")
    """Host and port."""
    timeout: Value[Duration, DurationLike] = key("timeout")
    """How long an answer may take."""


class NTPConfig(Model):
    """Time from NTP servers. Since Talos 1.12."""

    talos_type: ClassVar[str] = "network.NTPConfig"

    servers: list[String] = key("servers")
    """Names or addresses of the servers. A patch appends to it."""
    use_nts: Bool | None = key("useNTS")
    """Whether the servers must prove who they are (NTS). Since Talos 1.14."""


class PTPConfig(Model):
    """Time from a PTP clock. Since Talos 1.12."""

    talos_type: ClassVar[str] = "network.PTPConfig"

    devices: list[String] = key("devices")
    """Devices of the clock. A patch appends to it."""


class TimeSyncConfig(Document):
    """Where the time comes from. Since Talos 1.12.

    A config holds one.
    """

    talos_type: ClassVar[str] = "network.TimeSyncConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["TimeSyncConfig"] = key("kind")
    enabled: Bool | None = key("enabled")
    """Whether it is on."""
    boot_timeout: Value[Duration, DurationLike] = key("bootTimeout")
    """How long the boot waits for the time."""
    ntp: NTPConfig = key("ntp")
    ptp: PTPConfig = key("ptp")


class VLANConfig(Document):
    """A VLAN on a link. Since Talos 1.12.

    A config may hold several, told apart by ``name``. Not beside ``BondConfig`` or ``BridgeConfig`` or
    ``DummyLinkConfig`` or ``LinkConfig`` or ``VRFConfig`` or ``VethConfig`` or ``WireguardConfig`` of the same
    name.
    """

    talos_type: ClassVar[str] = "network.VLANConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["VLANConfig"] = key("kind")
    name: String = key("name")
    vlan_id: UInt16 = key("vlanID")
    """Number of the VLAN."""
    vlan_mode: Value[VLANProtocol | None, VLANProtocol | Literal["802.1q", "802.1ad"] | None] = key("vlanMode")
    """Tag protocol."""
    parent: String = key("parent")
    """Name of the link."""
    up: Bool | None = key("up")
    """Whether the link is up."""
    mtu: UInt32 = key("mtu")
    """Largest packet, in bytes; 0 leaves the link's own."""
    addresses: list[AddressConfig] = key("addresses")
    """Addresses to give to the link, each with its prefix length. A patch appends to it."""
    routes: list[RouteConfig] = key("routes")
    """A patch appends to it."""
    multicast: Bool | None = key("multicast")
    """Whether the link takes multicast."""


class VRFConfig(Document):
    """A routing domain of its own (VRF). Since Talos 1.13.

    A config may hold several, told apart by ``name``. Not beside ``BondConfig`` or ``BridgeConfig`` or
    ``DummyLinkConfig`` or ``LinkConfig`` or ``VLANConfig`` or ``VethConfig`` or ``WireguardConfig`` of the same
    name.
    """

    talos_type: ClassVar[str] = "network.VRFConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["VRFConfig"] = key("kind")
    name: String = key("name")
    hardware_addr: Value[HardwareAddress, HardwareAddressLike] = key("hardwareAddr")
    """Hardware address of the link."""
    links: list[String] = key("links")
    """Names of the links that belong to it. A patch appends to it."""
    table: Value[RoutingTable, RoutingTable | str] = key("table")
    """Its routing table."""
    up: Bool | None = key("up")
    """Whether the link is up."""
    mtu: UInt32 = key("mtu")
    """Largest packet, in bytes; 0 leaves the link's own."""
    addresses: list[AddressConfig] = key("addresses")
    """Addresses to give to the link, each with its prefix length. A patch appends to it."""
    routes: list[RouteConfig] = key("routes")
    """A patch appends to it."""
    multicast: Bool | None = key("multicast")
    """Whether the link takes multicast."""


class VethPeerConfig(Model):
    """The other end of a pair of virtual links. Since Talos 1.14."""

    talos_type: ClassVar[str] = "network.VethPeerConfig"

    name: String = key("name")
    """Name of the other end."""
    up: Bool | None = key("up")
    """Whether the link is up."""
    mtu: UInt32 = key("mtu")
    """Largest packet, in bytes; 0 leaves the link's own."""
    addresses: list[AddressConfig] = key("addresses")
    """Addresses to give to the link, each with its prefix length. A patch appends to it."""
    routes: list[RouteConfig] = key("routes")
    """A patch appends to it."""
    multicast: Bool | None = key("multicast")
    """Whether the link takes multicast."""


class VethConfig(Document):
    """A pair of virtual links. Since Talos 1.14.

    A config may hold several, told apart by ``name``. Not beside ``BondConfig`` or ``BridgeConfig`` or
    ``DummyLinkConfig`` or ``LinkConfig`` or ``VLANConfig`` or ``VRFConfig`` or ``WireguardConfig`` of the same
    name.
    """

    talos_type: ClassVar[str] = "network.VethConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["VethConfig"] = key("kind")
    name: String = key("name")
    peer: VethPeerConfig = key("peer")
    """The other end."""
    up: Bool | None = key("up")
    """Whether the link is up."""
    mtu: UInt32 = key("mtu")
    """Largest packet, in bytes; 0 leaves the link's own."""
    addresses: list[AddressConfig] = key("addresses")
    """Addresses to give to the link, each with its prefix length. A patch appends to it."""
    routes: list[RouteConfig] = key("routes")
    """A patch appends to it."""
    multicast: Bool | None = key("multicast")
    """Whether the link takes multicast."""


class WireguardPeer(Model):
    """A peer of a WireGuard tunnel. Since Talos 1.12."""

    talos_type: ClassVar[str] = "network.WireguardPeer"

    public_key: String = key("publicKey")
    """Its public key, in base64."""
    preshared_key: Secret = key("presharedKey")
    """Secret shared with the peer, in base64."""
    endpoint: Value[AddressPort, AddressPortLike] = key("endpoint")
    """Its address and port; without one it must connect."""
    persistent_keepalive_interval: Value[Duration, DurationLike] = key("persistentKeepaliveInterval")
    """How often an idle tunnel is kept open; 0 is never."""
    allowed_ips: Value[list[Prefix], Sequence[PrefixLike]] = key("allowedIPs")
    """Networks whose traffic goes to the peer and is taken from it. A patch appends to it."""


class WireguardConfig(Document):
    """A WireGuard tunnel. Since Talos 1.12.

    A config may hold several, told apart by ``name``. Not beside ``BondConfig`` or ``BridgeConfig`` or
    ``DummyLinkConfig`` or ``LinkConfig`` or ``VLANConfig`` or ``VRFConfig`` or ``VethConfig`` of the same name.
    """

    talos_type: ClassVar[str] = "network.WireguardConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["WireguardConfig"] = key("kind")
    name: String = key("name")
    private_key: Secret = key("privateKey")
    """Own private key, in base64."""
    listen_port: Int = key("listenPort")
    """UDP port."""
    firewall_mark: Int = key("firewallMark")
    """Mark of the packets that WireGuard sends."""
    peers: list[WireguardPeer] = key("peers")
    """A patch appends to it."""
    up: Bool | None = key("up")
    """Whether the link is up."""
    mtu: UInt32 = key("mtu")
    """Largest packet, in bytes; 0 leaves the link's own."""
    addresses: list[AddressConfig] = key("addresses")
    """Addresses to give to the link, each with its prefix length. A patch appends to it."""
    routes: list[RouteConfig] = key("routes")
    """A patch appends to it."""
    multicast: Bool | None = key("multicast")
    """Whether the link takes multicast."""
