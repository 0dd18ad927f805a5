"""The legacy document and its parts.

Written by scripts/documents.py from the table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Literal

from talosgen.documents.model import Document, Model, key
from talosgen.documents.values import (
    URL,
    Argument,
    Base64,
    Base64Like,
    Bool,
    Bytes,
    Duration,
    DurationLike,
    FileMode,
    FileModeLike,
    Free,
    Int,
    Secret,
    SizeMatcher,
    SizeMatcherLike,
    String,
    UInt,
    UInt8,
    UInt16,
    UInt32,
    UInt64,
    URLLike,
    Value,
)
from talosgen.documents.x509 import PEMEncodedCertificate, PEMEncodedCertificateAndKey, PEMEncodedKey

__all__ = [
    "STP",
    "APIServerConfig",
    "AdminKubeconfigConfig",
    "AdmissionPluginConfig",
    "AuthorizationConfigAuthorizerConfig",
    "Bond",
    "Bridge",
    "BridgePort",
    "BridgeVLAN",
    "CNIConfig",
    "ClusterConfig",
    "ClusterDiscoveryConfig",
    "ClusterInlineManifest",
    "ClusterNetworkConfig",
    "Config",
    "ControlPlaneConfig",
    "ControllerManagerConfig",
    "CoreDNS",
    "DHCPOptions",
    "Device",
    "DeviceVIPConfig",
    "DeviceWireguardConfig",
    "DeviceWireguardPeer",
    "DiscoveryRegistriesConfig",
    "DiskPartition",
    "EncryptionConfig",
    "EncryptionKey",
    "EncryptionKeyKMS",
    "EncryptionKeyNodeID",
    "EncryptionKeyStatic",
    "EncryptionKeyTPM",
    "EtcdConfig",
    "ExternalCloudProviderConfig",
    "ExtraHost",
    "ExtraMount",
    "FeaturesConfig",
    "FlannelCNIConfig",
    "HostDNSConfig",
    "ImageCacheConfig",
    "InstallConfig",
    "InstallDiskSelector",
    "InstallExtensionConfig",
    "KernelConfig",
    "KernelModuleConfig",
    "KubePrism",
    "KubeSpanFilters",
    "KubeletConfig",
    "KubeletNodeIPConfig",
    "KubernetesTalosAPIAccessConfig",
    "LinuxIDMapping",
    "LoggingConfig",
    "LoggingDestination",
    "MachineConfig",
    "MachineControlPlaneConfig",
    "MachineControllerManagerConfig",
    "MachineDisk",
    "MachineFile",
    "MachineSchedulerConfig",
    "MachineSeccompProfile",
    "NetworkConfig",
    "NetworkDeviceSelector",
    "NetworkKubeSpan",
    "ProxyConfig",
    "RegistriesConfig",
    "RegistryAuthConfig",
    "RegistryConfig",
    "RegistryKubernetesConfig",
    "RegistryMirrorConfig",
    "RegistryServiceConfig",
    "RegistryTLSConfig",
    "ResourcesConfig",
    "Route",
    "SchedulerConfig",
    "SystemDiskEncryptionConfig",
    "TimeConfig",
    "UdevConfig",
    "VIPEquinixMetalConfig",
    "VIPHCloudConfig",
    "Vlan",
    "VolumeMountConfig",
]


class MachineControllerManagerConfig(Model):
    """The controller manager on this node."""

    talos_type: ClassVar[str] = "v1alpha1.MachineControllerManagerConfig"

    disabled: Bool | None = key("disabled")
    """Whether it is off."""


class MachineSchedulerConfig(Model):
    """The scheduler on this node."""

    talos_type: ClassVar[str] = "v1alpha1.MachineSchedulerConfig"

    disabled: Bool | None = key("disabled")
    """Whether it is off."""


class MachineControlPlaneConfig(Model):
    """What runs on this control plane node."""

    talos_type: ClassVar[str] = "v1alpha1.MachineControlPlaneConfig"

    controller_manager: MachineControllerManagerConfig = key("controllerManager")
    """Deprecated since 1.14; use ``KubeControllerManagerConfig``."""
    scheduler: MachineSchedulerConfig = key("scheduler")
    """Deprecated since 1.14; use ``KubeSchedulerConfig``."""


class LinuxIDMapping(Model):
    """A range of user or group ids of a mount. Since Talos 1.6."""

    talos_type: ClassVar[str] = "v1alpha1.LinuxIDMapping"

    container_id: UInt32 = key("containerID")
    """First id in the container."""
    host_id: UInt32 = key("hostID")
    """First id on the host."""
    size: UInt32 = key("size")
    """How many ids."""


class ExtraMount(Model):
    """Extra mount."""

    talos_type: ClassVar[str] = "v1alpha1.ExtraMount"

    destination: String = key("destination")
    """Where it is mounted."""
    type: String = key("type")
    """Type of the mount."""
    source: String = key("source")
    """What it comes from."""
    options: list[String] = key("options")
    """Further options. A patch appends to it."""
    uid_mappings: list[LinuxIDMapping] = key("uidMappings")
    """Since Talos 1.6. A patch appends to it."""
    gid_mappings: list[LinuxIDMapping] = key("gidMappings")
    """Since Talos 1.6. A patch appends to it."""


class KubeletNodeIPConfig(Model):
    """Kubelet node IP config."""

    talos_type: ClassVar[str] = "v1alpha1.KubeletNodeIPConfig"

    valid_subnets: list[String] = key("validSubnets")
    """Networks that the address must be in; ``!`` in front keeps one out. A patch appends to it."""


class KubeletConfig(Model):
    """The kubelet."""

    talos_type: ClassVar[str] = "v1alpha1.KubeletConfig"

    image: String = key("image")
    """Reference of the container image. Deprecated since 1.14; use ``KubeletConfig``."""
    cluster_dns: list[String] = key("clusterDNS")
    """Addresses of the cluster's DNS as the kubelet tells pods. Deprecated since 1.14; use ``KubeletConfig``. A
    patch appends to it.
    """
    extra_args: Value[dict[str, Argument], Mapping[str, str | Sequence[str]]] = key("extraArgs")
    """Further arguments of the command by their names; a list repeats one. Deprecated since 1.14; use
    ``KubeletConfig``.
    """
    extra_mounts: list[ExtraMount] = key("extraMounts")
    """Further mounts of the kubelet's container. Deprecated since 1.14. A patch appends to it."""
    extra_config: Free = key("extraConfig")
    """Further keys of the kubelet's configuration. Deprecated since 1.14; use ``KubeletConfig``."""
    credential_provider_config: Free = key("credentialProviderConfig")
    """The kubelet's configuration of credential providers. Since Talos 1.6."""
    default_runtime_seccomp_profile_enabled: Bool | None = key("defaultRuntimeSeccompProfileEnabled")
    """Whether pods get the runtime's seccomp profile by default. Since Talos 1.2. Deprecated since 1.14; use
    ``KubeletConfig``.
    """
    register_with_fqdn: Bool | None = key("registerWithFQDN")
    """Whether the node registers by its whole domain name. Deprecated since 1.14; use ``KubeNodeConfig``."""
    node_ip: KubeletNodeIPConfig = key("nodeIP")
    """How the node's address is chosen. Deprecated since 1.14; use ``KubeNodeConfig``."""
    skip_node_registration: Bool | None = key("skipNodeRegistration")
    """Whether the kubelet runs without a Kubernetes API. Since Talos 1.2. Deprecated since 1.14; use
    ``KubeNodeConfig``.
    """
    disable_manifests_directory: Bool | None = key("disableManifestsDirectory")
    """Whether the kubelet reads no static pods from a directory. Since Talos 1.3. Deprecated since 1.14."""


class NetworkDeviceSelector(Model):
    """Chooses a link by its hardware. Since Talos 1.1."""

    talos_type: ClassVar[str] = "v1alpha1.NetworkDeviceSelector"

    bus_path: String = key("busPath")
    """Path of the device on its bus; ``*`` stands for any part."""
    hardware_addr: String = key("hardwareAddr")
    """Hardware address of the link."""
    permanent_addr: String = key("permanentAddr")
    """Hardware address that was burnt in. Since Talos 1.9."""
    pci_id: String = key("pciID")
    """Vendor and product of the PCI device, in hexadecimal; ``*`` stands for any part."""
    driver: String = key("driver")
    """Name of the kernel driver."""
    physical: Bool | None = key("physical")
    """Whether only physical links are meant. Since Talos 1.7."""


class Route(Model):
    """A route of a link."""

    talos_type: ClassVar[str] = "v1alpha1.Route"

    network: String = key("network")
    """Network that it leads to; all without one."""
    gateway: String = key("gateway")
    """Address of the next hop."""
    source: String = key("source")
    """Address to send from."""
    metric: UInt32 = key("metric")
    """Metric of the route: the lowest wins."""
    mtu: UInt32 = key("mtu")
    """Largest packet, in bytes; 0 leaves the link's own. Since Talos 1.3."""


class Bond(Model):
    """A bond of several links."""

    talos_type: ClassVar[str] = "v1alpha1.Bond"

    interfaces: list[String] = key("interfaces")
    """Names of its ports. A patch appends to it."""
    device_selectors: list[NetworkDeviceSelector] = key("deviceSelectors")
    """Since Talos 1.4. A patch appends to it."""
    arp_ip_target: list[String] = key("arpIPTarget")
    """Addresses that ARP monitoring asks. A patch appends to it."""
    mode: String = key("mode")
    """How the bond uses its ports."""
    xmit_hash_policy: String = key("xmitHashPolicy")
    """Which parts of a packet choose its port."""
    lacp_rate: String = key("lacpRate")
    """How often the partner is asked to send LACP frames."""
    ad_actor_system: String = key("adActorSystem")
    """Address of this system in LACP."""
    arp_validate: String = key("arpValidate")
    """Which ARP probes and replies are validated."""
    arp_all_targets: String = key("arpAllTargets")
    """Whether one or all ARP targets must answer."""
    primary: String = key("primary")
    """Name of the port to prefer."""
    primary_reselect: String = key("primaryReselect")
    """When the preferred port is taken again."""
    fail_over_mac: String = key("failOverMac")
    """Which hardware address the bond has while ports change."""
    ad_select: String = key("adSelect")
    """How the group of ports to use is chosen."""
    miimon: UInt32 = key("miimon")
    """Time between two looks at the link's state, in milliseconds."""
    updelay: UInt32 = key("updelay")
    """How long a port must be up before it is used, in milliseconds."""
    downdelay: UInt32 = key("downdelay")
    """How long a port must be down before it is taken out, in milliseconds."""
    arp_interval: UInt32 = key("arpInterval")
    """Time between ARP probes, in milliseconds."""
    resend_igmp: UInt32 = key("resendIgmp")
    """How many IGMP reports are sent after a change of ports."""
    min_links: UInt32 = key("minLinks")
    """How many ports must be up for the bond to be up."""
    lp_interval: UInt32 = key("lpInterval")
    """Time between learning packets, in seconds."""
    packets_per_slave: UInt32 = key("packetsPerSlave")
    """Packets on a port before the next one is used; 0 is at random."""
    num_peer_notif: UInt8 = key("numPeerNotif")
    """How many notices are sent after a change of ports."""
    tlb_dynamic_lb: UInt8 = key("tlbDynamicLb")
    """Whether load is balanced by the ports' loads."""
    all_slaves_active: UInt8 = key("allSlavesActive")
    """Whether frames that arrive on inactive ports are taken."""
    use_carrier: Bool | None = key("useCarrier")
    """Whether the state of a port is its carrier's."""
    ad_actor_sys_prio: UInt16 = key("adActorSysPrio")
    """Priority of this system in LACP."""
    ad_user_port_key: UInt16 = key("adUserPortKey")
    """Upper bits of the port key in LACP."""
    peer_notify_delay: UInt32 = key("peerNotifyDelay")
    """Time between notices, in milliseconds."""


class STP(Model):
    """Spanning tree of a bridge. Since Talos 1.2."""

    talos_type: ClassVar[str] = "v1alpha1.STP"

    enabled: Bool | None = key("enabled")
    """Whether the bridge takes part."""


class BridgeVLAN(Model):
    """VLANs of a bridge. Since Talos 1.8."""

    talos_type: ClassVar[str] = "v1alpha1.BridgeVLAN"

    vlan_filtering: Bool | None = key("vlanFiltering")
    """Whether the bridge looks at VLAN tags."""


class Bridge(Model):
    """A bridge between links. Since Talos 1.2."""

    talos_type: ClassVar[str] = "v1alpha1.Bridge"

    interfaces: list[String] = key("interfaces")
    """Names of its ports. A patch appends to it."""
    stp: STP = key("stp")
    """Spanning tree."""
    vlan: BridgeVLAN = key("vlan")
    """Since Talos 1.8."""


class BridgePort(Model):
    """The bridge that a link is a port of. Since Talos 1.9."""

    talos_type: ClassVar[str] = "v1alpha1.BridgePort"

    master: String = key("master")
    """Name of the bridge."""


class VIPEquinixMetalConfig(Model):
    """A shared address at Equinix Metal."""

    talos_type: ClassVar[str] = "v1alpha1.VIPEquinixMetalConfig"

    api_token: Secret = key("apiToken")
    """Token of the provider's API."""


class VIPHCloudConfig(Model):
    """A shared address at Hetzner Cloud."""

    talos_type: ClassVar[str] = "v1alpha1.VIPHCloudConfig"

    api_token: Secret = key("apiToken")
    """Token of the provider's API."""


class DeviceVIPConfig(Model):
    """An address that control plane nodes share."""

    talos_type: ClassVar[str] = "v1alpha1.DeviceVIPConfig"

    ip: String = key("ip")
    """The address."""
    equinix_metal: VIPEquinixMetalConfig = key("equinixMetal")
    hcloud: VIPHCloudConfig = key("hcloud")


class DHCPOptions(Model):
    """What DHCP asks for and what is taken from it."""

    talos_type: ClassVar[str] = "v1alpha1.DHCPOptions"

    route_metric: UInt32 = key("routeMetric")
    """Metric of the routes that DHCP gives: the lowest wins."""
    ipv4: Bool | None = key("ipv4")
    """Whether IPv4 is asked for."""
    ipv6: Bool | None = key("ipv6")
    """Whether IPv6 is asked for."""
    duidv6: String = key("duidv6")
    """The DUID for DHCPv6. Since Talos 1.1."""


class Vlan(Model):
    """A VLAN on a link."""

    talos_type: ClassVar[str] = "v1alpha1.Vlan"

    addresses: list[String] = key("addresses")
    """Addresses to give to the link, each with its prefix length. A patch appends to it."""
    cidr: String = key("cidr")
    """An address with its prefix length."""
    routes: list[Route] = key("routes")
    """A patch appends to it."""
    dhcp: Bool | None = key("dhcp")
    """Whether addresses come from DHCP."""
    vlan_id: UInt16 = key("vlanId")
    """Number of the VLAN."""
    mtu: UInt32 = key("mtu")
    """Largest packet, in bytes; 0 leaves the link's own."""
    vip: DeviceVIPConfig = key("vip")
    """An address that the control plane nodes share."""
    dhcp_options: DHCPOptions = key("dhcpOptions")
    """Since Talos 1.2."""


class DeviceWireguardPeer(Model):
    """A peer of a WireGuard tunnel."""

    talos_type: ClassVar[str] = "v1alpha1.DeviceWireguardPeer"

    public_key: String = key("publicKey")
    """Its public key, in base64."""
    endpoint: String = key("endpoint")
    """Where it is reached."""
    persistent_keepalive_interval: Value[Duration, DurationLike] = key("persistentKeepaliveInterval")
    """How often an idle tunnel is kept open; 0 is never."""
    allowed_ips: list[String] = key("allowedIPs")
    """Networks whose traffic goes to the peer and is taken from it. A patch appends to it."""


class DeviceWireguardConfig(Model):
    """A WireGuard tunnel."""

    talos_type: ClassVar[str] = "v1alpha1.DeviceWireguardConfig"

    private_key: Secret = key("privateKey")
    """The private key."""
    listen_port: Int = key("listenPort")
    """UDP port."""
    firewall_mark: Int = key("firewallMark")
    """Mark of the packets that WireGuard sends."""
    peers: list[DeviceWireguardPeer] = key("peers")
    """A patch appends to it."""


class Device(Model):
    """A network link, and all that is on it."""

    talos_type: ClassVar[str] = "v1alpha1.Device"

    interface: String = key("interface")
    """Name of the link."""
    device_selector: NetworkDeviceSelector = key("deviceSelector")
    """Chooses the link by its hardware, in the place of a name. Since Talos 1.1."""
    addresses: list[String] = key("addresses")
    """Addresses to give to the link, each with its prefix length. A patch appends to it."""
    cidr: String = key("cidr")
    """An address with its prefix length."""
    routes: list[Route] = key("routes")
    """A patch appends to it."""
    bond: Bond = key("bond")
    bridge: Bridge = key("bridge")
    """Since Talos 1.2."""
    bridge_port: BridgePort = key("bridgePort")
    """Since Talos 1.9."""
    vlans: list[Vlan] = key("vlans")
    """A patch merges elements with the same ``vlanId``."""
    mtu: Int = key("mtu")
    """Largest packet, in bytes; 0 leaves the link's own."""
    dhcp: Bool | None = key("dhcp")
    """Whether addresses come from DHCP."""
    ignore: Bool | None = key("ignore")
    """Whether the link is left alone."""
    dummy: Bool | None = key("dummy")
    """Whether it is a link that leads nowhere."""
    dhcp_options: DHCPOptions = key("dhcpOptions")
    wireguard: DeviceWireguardConfig = key("wireguard")
    vip: DeviceVIPConfig = key("vip")
    """An address that the control plane nodes share."""


class ExtraHost(Model):
    """Names of an address, as in /etc/hosts."""

    talos_type: ClassVar[str] = "v1alpha1.ExtraHost"

    ip: String = key("ip")
    """The address."""
    aliases: list[String] = key("aliases")
    """The names. A patch appends to it."""


class KubeSpanFilters(Model):
    """What KubeSpan does not advertise. Since Talos 1.3."""

    talos_type: ClassVar[str] = "v1alpha1.KubeSpanFilters"

    endpoints: list[String] = key("endpoints")
    """Networks of endpoints to advertise; ``!`` in front keeps one out. A patch appends to it."""
    exclude_advertised_networks: list[String] = key("excludeAdvertisedNetworks")
    """Networks that are not advertised; ``!`` in front takes one back. Since Talos 1.12. A patch appends to it."""


class NetworkKubeSpan(Model):
    """KubeSpan: an encrypted network between all nodes."""

    talos_type: ClassVar[str] = "v1alpha1.NetworkKubeSpan"

    enabled: Bool | None = key("enabled")
    """Whether it is on."""
    advertise_kubernetes_networks: Bool | None = key("advertiseKubernetesNetworks")
    """Whether pod networks go through KubeSpan as well. Since Talos 1.2."""
    allow_down_peer_bypass: Bool | None = key("allowDownPeerBypass")
    """Whether traffic to a peer that is down leaves in the clear."""
    harvest_extra_endpoints: Bool | None = key("harvestExtraEndpoints")
    """Whether addresses at which peers were seen are shared with all. Since Talos 1.6."""
    mtu: UInt32 | None = key("mtu")
    """Largest packet, in bytes; 0 leaves the link's own. Since Talos 1.3."""
    filters: KubeSpanFilters = key("filters")
    """Since Talos 1.3."""


class NetworkConfig(Model):
    """The machine's network."""

    talos_type: ClassVar[str] = "v1alpha1.NetworkConfig"

    hostname: String = key("hostname")
    """The host name; may have a domain. Deprecated since 1.12; use ``HostnameConfig``."""
    interfaces: list[Device] = key("interfaces")
    """Deprecated since 1.12. A patch merges elements with the same ``interface``."""
    nameservers: list[String] = key("nameservers")
    """Addresses of DNS servers. Deprecated since 1.12; use ``ResolverConfig``. A patch appends to it."""
    search_domains: list[String] = key("searchDomains")
    """Domains that short names are looked up in. Since Talos 1.9. Deprecated since 1.12; use ``ResolverConfig``. A
    patch appends to it.
    """
    extra_host_entries: list[ExtraHost] = key("extraHostEntries")
    """Deprecated since 1.12; use ``StaticHostConfig``. A patch appends to it."""
    kubespan: NetworkKubeSpan = key("kubespan")
    """Deprecated since 1.13; use ``KubeSpanConfig``."""
    disable_search_domain: Bool | None = key("disableSearchDomain")
    """Whether the host name's domain is no search domain. Since Talos 1.1. Deprecated since 1.12; use
    ``ResolverConfig``.
    """


class DiskPartition(Model):
    """A partition."""

    talos_type: ClassVar[str] = "v1alpha1.DiskPartition"

    size: Value[Bytes, int | str] = key("size")
    """Size in bytes; the rest of the disk without one."""
    mountpoint: String = key("mountpoint")
    """Where it is mounted."""


class MachineDisk(Model):
    """A disk to partition."""

    talos_type: ClassVar[str] = "v1alpha1.MachineDisk"

    device: String = key("device")
    """Path of the disk."""
    partitions: list[DiskPartition] = key("partitions")
    """A patch appends to it."""


class InstallDiskSelector(Model):
    """Chooses the disk to install to."""

    talos_type: ClassVar[str] = "v1alpha1.InstallDiskSelector"

    size: Value[SizeMatcher | None, SizeMatcherLike | None] = key("size")
    """Size, with an operator: ``>= 100GB``."""
    name: String = key("name")
    """Name of the disk."""
    model: String = key("model")
    """Model of the disk."""
    serial: String = key("serial")
    """Serial number of the disk."""
    modalias: String = key("modalias")
    """Modalias of the disk."""
    uuid: String = key("uuid")
    """UUID of the disk."""
    wwid: String = key("wwid")
    """WWID of the disk."""
    type: Value[String, Literal["ssd", "hdd", "nvme", "sd"] | str] = key("type")
    """Kind of the disk."""
    bus_path: String = key("busPath")
    """Path of the device on its bus; ``*`` stands for any part."""


class InstallExtensionConfig(Model):
    """A system extension to install."""

    talos_type: ClassVar[str] = "v1alpha1.InstallExtensionConfig"

    image: String = key("image")
    """Reference of the container image."""


class InstallConfig(Model):
    """Installation to the disk."""

    talos_type: ClassVar[str] = "v1alpha1.InstallConfig"

    disk: String = key("disk")
    """Path of the disk."""
    disk_selector: InstallDiskSelector = key("diskSelector")
    """Chooses the disk by what it is."""
    extra_kernel_args: list[String] = key("extraKernelArgs")
    """Further arguments of the kernel; a ``-`` in front takes one away. Deprecated since 1.12. A patch appends to
    it.
    """
    image: String = key("image")
    """The installer's image."""
    extensions: list[InstallExtensionConfig] = key("extensions")
    """Deprecated since 1.10; use ``machine.install.image``. A patch appends to it."""
    bootloader: Bool | None = key("bootloader")
    """Whether a boot loader is installed. Deprecated since 1.6."""
    wipe: Bool | None = key("wipe")
    """Whether the disk is wiped first."""
    legacy_bios_support: Bool | None = key("legacyBIOSSupport")
    """Whether the disk is marked for old BIOSes."""
    grub_use_uki_cmdline: Bool | None = key("grubUseUKICmdline")
    """Whether GRUB boots with the kernel arguments that the image carries. Since Talos 1.12."""


class MachineFile(Model):
    """A file to write."""

    talos_type: ClassVar[str] = "v1alpha1.MachineFile"

    content: Secret = key("content")
    """Its text."""
    permissions: Value[FileMode, FileModeLike] = key("permissions")
    """The file's mode."""
    path: String = key("path")
    """Where it is written."""
    op: Value[String, Literal["create", "append", "overwrite"] | str] = key("op")
    """Whether it is made, appended to or overwritten."""


class TimeConfig(Model):
    """Where the time comes from."""

    talos_type: ClassVar[str] = "v1alpha1.TimeConfig"

    disabled: Bool | None = key("disabled")
    """Whether the time is left alone."""
    servers: list[String] = key("servers")
    """Names or addresses of NTP servers. A patch appends to it."""
    boot_timeout: Value[Duration, DurationLike] = key("bootTimeout")
    """How long the boot waits for the time."""


class RegistryMirrorConfig(Model):
    """Mirrors of a registry."""

    talos_type: ClassVar[str] = "v1alpha1.RegistryMirrorConfig"

    endpoints: list[String] = key("endpoints")
    """URLs of the mirrors, asked in order. A patch appends to it."""
    override_path: Bool | None = key("overridePath")
    """Whether the URL's path stands in the place of the registry's own (``/v2``). Since Talos 1.3."""
    skip_fallback: Bool | None = key("skipFallback")
    """Whether the registry itself is not asked when all mirrors fail. Since Talos 1.9."""


class RegistryTLSConfig(Model):
    """TLS with a registry."""

    talos_type: ClassVar[str] = "v1alpha1.RegistryTLSConfig"

    client_identity: PEMEncodedCertificateAndKey = key("clientIdentity")
    """The client's certificate and key, for servers that ask for one."""
    ca: Value[Base64, Base64Like] = key("ca")
    """Authorities: PEM in base64."""
    insecure_skip_verify: Bool | None = key("insecureSkipVerify")
    """Whether the server's certificate goes unchecked."""


class RegistryAuthConfig(Model):
    """Credentials of a registry."""

    talos_type: ClassVar[str] = "v1alpha1.RegistryAuthConfig"

    username: Secret = key("username")
    """Name of the user."""
    password: Secret = key("password")
    """Password of the user."""
    auth: Secret = key("auth")
    """User and password, joined and encoded as Docker's config has them."""
    identity_token: Secret = key("identityToken")
    """Token that stands for a user."""


class RegistryConfig(Model):
    """Registry config."""

    talos_type: ClassVar[str] = "v1alpha1.RegistryConfig"

    tls: RegistryTLSConfig = key("tls")
    auth: RegistryAuthConfig = key("auth")
    """User and password, joined and encoded as Docker's config has them."""


class RegistriesConfig(Model):
    """Registries of container images."""

    talos_type: ClassVar[str] = "v1alpha1.RegistriesConfig"

    mirrors: dict[str, RegistryMirrorConfig] = key("mirrors")
    """Mirrors by the registry's host; ``*`` is any other."""
    config: dict[str, RegistryConfig] = key("config")
    """Credentials and TLS by the registry's host."""


class EncryptionKeyStatic(Model):
    """A key that is written here."""

    talos_type: ClassVar[str] = "v1alpha1.EncryptionKeyStatic"

    passphrase: Secret = key("passphrase")
    """The passphrase."""


class EncryptionKeyNodeID(Model):
    """A key made from the node's own id: keeps no one out who has the node."""

    talos_type: ClassVar[str] = "v1alpha1.EncryptionKeyNodeID"


class EncryptionKeyKMS(Model):
    """A key that a network service seals. Since Talos 1.5."""

    talos_type: ClassVar[str] = "v1alpha1.EncryptionKeyKMS"

    endpoint: String = key("endpoint")
    """URL of the service."""


class EncryptionKeyTPM(Model):
    """A key that the node's TPM seals. Since Talos 1.6."""

    talos_type: ClassVar[str] = "v1alpha1.EncryptionKeyTPM"

    check_secureboot_status_on_enroll: Bool | None = key("checkSecurebootStatusOnEnroll")
    """Whether a key is only made when Secure Boot is on."""


class EncryptionKey(Model):
    """One key of an encrypted partition."""

    talos_type: ClassVar[str] = "v1alpha1.EncryptionKey"

    static: EncryptionKeyStatic = key("static")
    node_id: EncryptionKeyNodeID = key("nodeID")
    kms: EncryptionKeyKMS = key("kms")
    """Since Talos 1.5."""
    slot: Int = key("slot")
    """Number of the key's slot."""
    tpm: EncryptionKeyTPM = key("tpm")
    """Since Talos 1.5."""


class EncryptionConfig(Model):
    """Encryption of a system partition."""

    talos_type: ClassVar[str] = "v1alpha1.EncryptionConfig"

    provider: String = key("provider")
    """How the volume is encrypted."""
    keys: list[EncryptionKey] = key("keys")
    """The keys that open the volume; any one will do. A patch appends to it."""
    cipher: Value[
        String, Literal["aes-xts-plain64", "xchacha12,aes-adiantum-plain64", "xchacha20,aes-adiantum-plain64"] | str
    ] = key("cipher")
    """Cipher, in the notation of dm-crypt."""
    key_size: UInt = key("keySize")
    """Size of the key, in bits."""
    block_size: UInt64 = key("blockSize")
    """Size of an encrypted sector, in bytes."""
    options: Value[
        list[String], Sequence[Literal["no_read_workqueue", "no_write_workqueue", "same_cpu_crypt"] | str]
    ] = key("options")
    """Further options. A patch appends to it."""


class SystemDiskEncryptionConfig(Model):
    """Encryption of Talos's own partitions."""

    talos_type: ClassVar[str] = "v1alpha1.SystemDiskEncryptionConfig"

    state: EncryptionConfig = key("state")
    ephemeral: EncryptionConfig = key("ephemeral")


class KubernetesTalosAPIAccessConfig(Model):
    """Access to the Talos API from pods. Since Talos 1.2."""

    talos_type: ClassVar[str] = "v1alpha1.KubernetesTalosAPIAccessConfig"

    enabled: Bool | None = key("enabled")
    """Whether pods may ask for it."""
    allowed_roles: list[String] = key("allowedRoles")
    """Roles of the Talos API that pods may ask for. A patch appends to it."""
    allowed_kubernetes_namespaces: list[String] = key("allowedKubernetesNamespaces")
    """Namespaces whose pods may ask for access to the Talos API. A patch appends to it."""


class KubePrism(Model):
    """A balancer on each node in front of the cluster's API servers. Since Talos 1.5."""

    talos_type: ClassVar[str] = "v1alpha1.KubePrism"

    enabled: Bool | None = key("enabled")
    """Whether it is on."""
    port: Int = key("port")
    """Port on localhost."""


class HostDNSConfig(Model):
    """The resolver on the node. Since Talos 1.7."""

    talos_type: ClassVar[str] = "v1alpha1.HostDNSConfig"

    enabled: Bool | None = key("enabled")
    """Whether it is on."""
    forward_kube_dns_to_host: Bool | None = key("forwardKubeDNSToHost")
    """Whether the cluster's DNS asks the node's resolver."""
    resolve_member_names: Bool | None = key("resolveMemberNames")
    """Whether the resolver knows the cluster's members by name."""


class ImageCacheConfig(Model):
    """The cache of images. Since Talos 1.9."""

    talos_type: ClassVar[str] = "v1alpha1.ImageCacheConfig"

    local_enabled: Bool | None = key("localEnabled")
    """Whether there is one on this machine's disk."""


class FeaturesConfig(Model):
    """Features that are turned on or off."""

    talos_type: ClassVar[str] = "v1alpha1.FeaturesConfig"

    rbac: Bool | None = key("rbac")
    """Whether the Talos API looks at roles."""
    stable_hostname: Bool | None = key("stableHostname")
    """Whether a host name is made from the machine's id. Since Talos 1.2. Deprecated since 1.12; use
    ``HostnameConfig``.
    """
    kubernetes_talos_api_access: KubernetesTalosAPIAccessConfig = key("kubernetesTalosAPIAccess")
    """Since Talos 1.2. Deprecated since 1.14; use ``KubeTalosAPIAccessConfig``."""
    apid_check_ext_key_usage: Bool | None = key("apidCheckExtKeyUsage")
    """Whether the Talos API checks what a client's certificate is for. Since Talos 1.3."""
    disk_quota_support: Bool | None = key("diskQuotaSupport")
    """Whether quotas can be used on EPHEMERAL. Since Talos 1.5."""
    kube_prism: KubePrism = key("kubePrism")
    """Since Talos 1.5. Deprecated since 1.14; use ``KubePrismConfig``."""
    host_dns: HostDNSConfig = key("hostDNS")
    """Since Talos 1.7. Deprecated since 1.14; use ``ResolverConfig``."""
    image_cache: ImageCacheConfig = key("imageCache")
    """Since Talos 1.9. Deprecated since 1.14; use ``ImageCacheConfig``."""
    node_address_sort_algorithm: String = key("nodeAddressSortAlgorithm")
    """How the node's addresses are put in order. Since Talos 1.9."""


class UdevConfig(Model):
    """Rules of udev."""

    talos_type: ClassVar[str] = "v1alpha1.UdevConfig"

    rules: list[String] = key("rules")
    """The rules, a line each. Deprecated since 1.14; use ``UdevRulesConfig``. A patch appends to it."""


class LoggingDestination(Model):
    """Where logs of services are sent."""

    talos_type: ClassVar[str] = "v1alpha1.LoggingDestination"

    endpoint: Value[URL | None, URLLike | None] = key("endpoint")
    """Where it is reached."""
    format: Value[String, Literal["json_lines"] | str] = key("format")
    """Format of the lines: ``json_lines``."""
    extra_tags: dict[str, String] = key("extraTags")
    """Fields to add to each line. Since Talos 1.7."""


class LoggingConfig(Model):
    """Where logs are sent."""

    talos_type: ClassVar[str] = "v1alpha1.LoggingConfig"

    destinations: list[LoggingDestination] = key("destinations")
    """A patch appends to it."""


class KernelModuleConfig(Model):
    """A kernel module to load."""

    talos_type: ClassVar[str] = "v1alpha1.KernelModuleConfig"

    name: String = key("name")
    """Name of the module. Deprecated since 1.14; use ``KernelModuleConfig``."""
    parameters: list[String] = key("parameters")
    """Its parameters. Since Talos 1.3. Deprecated since 1.14; use ``KernelModuleConfig``. A patch appends to it."""


class KernelConfig(Model):
    """The kernel."""

    talos_type: ClassVar[str] = "v1alpha1.KernelConfig"

    modules: list[KernelModuleConfig] = key("modules")
    """Deprecated since 1.14; use ``KernelModuleConfig``. A patch appends to it."""


class MachineSeccompProfile(Model):
    """A seccomp profile for pods. Since Talos 1.2."""

    talos_type: ClassVar[str] = "v1alpha1.MachineSeccompProfile"

    name: String = key("name")
    """Name of its file."""
    value: Free = key("value")
    """The profile, as Kubernetes takes it."""


class MachineConfig(Model):
    """What is about this machine."""

    talos_type: ClassVar[str] = "v1alpha1.MachineConfig"

    type: Value[String, Literal["controlplane", "worker"] | str] = key("type")
    """The machine's role."""
    token: Secret = key("token")
    """Token by which workers ask for their certificates."""
    ca: PEMEncodedCertificateAndKey = key("ca")
    """The authority of the Talos API; its key on control plane nodes alone."""
    accepted_cas: list[PEMEncodedCertificate] = key("acceptedCAs")
    """Further authorities whose certificates are taken; while one replaces another. Since Talos 1.7. A patch
    appends to it.
    """
    cert_sans: list[String] = key("certSANs")
    """Further names and addresses in the server's certificate. A patch appends to it."""
    control_plane: MachineControlPlaneConfig = key("controlPlane")
    """Deprecated since 1.14; use ``KubeControllerManagerConfig`` and ``KubeSchedulerConfig``."""
    kubelet: KubeletConfig = key("kubelet")
    """Deprecated since 1.14; use ``KubeletConfig``."""
    pods: list[Free] = key("pods")
    """Static pods, as Kubernetes defines them. Deprecated since 1.14; use ``KubeStaticPodConfig``. A patch appends
    to it.
    """
    network: NetworkConfig = key("network")
    """Deprecated since 1.13; use ``HostnameConfig`` and ``ResolverConfig`` and ``StaticHostConfig`` and
    ``KubeSpanConfig``.
    """
    disks: list[MachineDisk] = key("disks")
    """Deprecated since 1.10; use ``UserVolumeConfig``. A patch appends to it."""
    install: InstallConfig = key("install")
    """Deprecated since 1.14; use ``UnattendedInstallConfig``."""
    files: list[MachineFile] = key("files")
    """Files to write. Deprecated since 1.14; use ``EtcFileConfig`` and ``CRICustomizationConfig``. A patch appends
    to it.
    """
    env: dict[str, Secret] = key("env")
    """Environment variables. Deprecated since 1.13; use ``EnvironmentConfig``."""
    time: TimeConfig = key("time")
    """Deprecated since 1.12; use ``TimeSyncConfig``."""
    sysctls: dict[str, String] = key("sysctls")
    """Kernel parameters below /proc/sys. Deprecated since 1.14; use ``SysctlConfig``."""
    sysfs: dict[str, String] = key("sysfs")
    """Kernel parameters below /sys. Deprecated since 1.14; use ``SysfsConfig``."""
    registries: RegistriesConfig = key("registries")
    """Deprecated since 1.12; use ``RegistryMirrorConfig`` and ``RegistryAuthConfig`` and ``RegistryTLSConfig``."""
    system_disk_encryption: SystemDiskEncryptionConfig = key("systemDiskEncryption")
    """Deprecated since 1.11; use ``VolumeConfig``."""
    features: FeaturesConfig = key("features")
    udev: UdevConfig = key("udev")
    """Deprecated since 1.14; use ``UdevRulesConfig``."""
    logging: LoggingConfig = key("logging")
    kernel: KernelConfig = key("kernel")
    """Deprecated since 1.14; use ``KernelModuleConfig``."""
    seccomp_profiles: list[MachineSeccompProfile] = key("seccompProfiles")
    """Seccomp profiles for pods. Since Talos 1.2. A patch appends to it."""
    base_runtime_spec_overrides: Free = key("baseRuntimeSpecOverrides")
    """What is laid over the OCI runtime specification that all containers start from. Since Talos 1.9. Deprecated
    since 1.14; use ``CRIBaseRuntimeSpecConfig``.
    """
    node_labels: dict[str, String] = key("nodeLabels")
    """Labels of the Kubernetes node. Since Talos 1.3. Deprecated since 1.14; use ``KubeNodeConfig``."""
    node_annotations: dict[str, String] = key("nodeAnnotations")
    """Annotations of the Kubernetes node. Since Talos 1.8. Deprecated since 1.14; use ``KubeNodeConfig``."""
    node_taints: dict[str, String] = key("nodeTaints")
    """Taints of the Kubernetes node: a value and an effect by key, ``value:NoSchedule``. Since Talos 1.6.
    Deprecated since 1.14; use ``KubeNodeConfig``.
    """


class ControlPlaneConfig(Model):
    """Where the cluster's API is."""

    talos_type: ClassVar[str] = "v1alpha1.ControlPlaneConfig"

    endpoint: Value[URL | None, URLLike | None] = key("endpoint")
    """URL of the cluster's API."""
    local_api_server_port: Int = key("localAPIServerPort")
    """Port of the API server on a control plane node. Deprecated since 1.14; use ``KubeAPIServerConfig``."""


class FlannelCNIConfig(Model):
    """Flannel as the cluster's network. Since Talos 1.6."""

    talos_type: ClassVar[str] = "v1alpha1.FlannelCNIConfig"

    extra_args: list[String] = key("extraArgs")
    """Further arguments of the command by their names; a list repeats one. A patch appends to it."""
    kube_network_policies_enabled: Bool | None = key("kubeNetworkPoliciesEnabled")
    """Whether network policies are enforced. Since Talos 1.13."""


class CNIConfig(Model):
    """The cluster's network plugin."""

    talos_type: ClassVar[str] = "v1alpha1.CNIConfig"

    name: Value[String, Literal["flannel", "custom", "none"] | str] = key("name")
    """``flannel``, ``custom`` or ``none``."""
    urls: list[String] = key("urls")
    """Manifests of a custom one. A patch appends to it."""
    flannel: FlannelCNIConfig = key("flannel")
    """Since Talos 1.6."""


class ClusterNetworkConfig(Model):
    """Networks of the cluster."""

    talos_type: ClassVar[str] = "v1alpha1.ClusterNetworkConfig"

    cni: CNIConfig = key("cni")
    dns_domain: String = key("dnsDomain")
    """The cluster's DNS domain."""
    pod_subnets: list[String] = key("podSubnets")
    """Networks of pods. A patch replaces it whole."""
    service_subnets: list[String] = key("serviceSubnets")
    """Networks of services. A patch replaces it whole."""


class VolumeMountConfig(Model):
    """A host path in a pod of the control plane."""

    talos_type: ClassVar[str] = "v1alpha1.VolumeMountConfig"

    host_path: String = key("hostPath")
    """Path on the node."""
    mount_path: String = key("mountPath")
    """Where it is mounted."""
    readonly: Bool = key("readonly")
    """Whether nothing can be written."""


class AdmissionPluginConfig(Model):
    """Configuration of one admission plugin."""

    talos_type: ClassVar[str] = "v1alpha1.AdmissionPluginConfig"

    name: String = key("name")
    """Name of the plugin."""
    configuration: Free = key("configuration")
    """The configuration as Kubernetes defines it."""


class ResourcesConfig(Model):
    """Resources config. Since Talos 1.5."""

    talos_type: ClassVar[str] = "v1alpha1.ResourcesConfig"

    requests: Free = key("requests")
    """What is asked for, as Kubernetes writes it."""
    limits: Free = key("limits")
    """What is allowed at most."""


class AuthorizationConfigAuthorizerConfig(Model):
    """One authorizer of the API server. Since Talos 1.9."""

    talos_type: ClassVar[str] = "v1alpha1.AuthorizationConfigAuthorizerConfig"

    type: String = key("type")
    """What decides: ``Node``, ``RBAC``, ``Webhook``."""
    name: String = key("name")
    """Name of the authorizer."""
    webhook: Free = key("webhook")
    """The webhook's configuration, as Kubernetes defines it."""


class APIServerConfig(Model):
    """The Kubernetes API server."""

    talos_type: ClassVar[str] = "v1alpha1.APIServerConfig"

    image: String = key("image")
    """Reference of the container image."""
    extra_args: Value[dict[str, Argument], Mapping[str, str | Sequence[str]]] = key("extraArgs")
    """Further arguments of the command by their names; a list repeats one."""
    extra_volumes: list[VolumeMountConfig] = key("extraVolumes")
    """Further host paths to mount into the pod. A patch appends to it."""
    env: dict[str, Secret] = key("env")
    """Environment variables."""
    cert_sans: list[String] = key("certSANs")
    """Further names and addresses in the server's certificate. A patch appends to it."""
    disable_pod_security_policy: Bool | None = key("disablePodSecurityPolicy")
    """Whether pod security policies, which Kubernetes has no more, are off."""
    admission_control: list[AdmissionPluginConfig] = key("admissionControl")
    """Deprecated since 1.14; use ``KubeAdmissionControlConfig``. A patch merges elements with the same ``name``."""
    audit_policy: Free = key("auditPolicy")
    """Kubernetes's audit policy. Since Talos 1.3. Deprecated since 1.14; use ``KubeAuditPolicyConfig``. A patch
    replaces it whole.
    """
    resources: ResourcesConfig = key("resources")
    """What the pod asks for and may use. Since Talos 1.5."""
    authorization_config: list[AuthorizationConfigAuthorizerConfig] = key("authorizationConfig")
    """Since Talos 1.9. Deprecated since 1.14; use ``KubeAuthorizerConfig``. A patch appends to it."""


class ControllerManagerConfig(Model):
    """The controller manager."""

    talos_type: ClassVar[str] = "v1alpha1.ControllerManagerConfig"

    image: String = key("image")
    """Reference of the container image."""
    extra_args: Value[dict[str, Argument], Mapping[str, str | Sequence[str]]] = key("extraArgs")
    """Further arguments of the command by their names; a list repeats one."""
    extra_volumes: list[VolumeMountConfig] = key("extraVolumes")
    """Further host paths to mount into the pod. A patch appends to it."""
    env: dict[str, Secret] = key("env")
    """Environment variables."""
    resources: ResourcesConfig = key("resources")
    """What the pod asks for and may use. Since Talos 1.5."""


class ProxyConfig(Model):
    """kube-proxy."""

    talos_type: ClassVar[str] = "v1alpha1.ProxyConfig"

    disabled: Bool | None = key("disabled")
    """Whether it is off."""
    image: String = key("image")
    """Reference of the container image."""
    mode: String = key("mode")
    """How services are routed."""
    extra_args: Value[dict[str, Argument], Mapping[str, str | Sequence[str]]] = key("extraArgs")
    """Further arguments of the command by their names; a list repeats one."""


class SchedulerConfig(Model):
    """The scheduler."""

    talos_type: ClassVar[str] = "v1alpha1.SchedulerConfig"

    image: String = key("image")
    """Reference of the container image."""
    extra_args: Value[dict[str, Argument], Mapping[str, str | Sequence[str]]] = key("extraArgs")
    """Further arguments of the command by their names; a list repeats one."""
    extra_volumes: list[VolumeMountConfig] = key("extraVolumes")
    """Further host paths to mount into the pod. A patch appends to it."""
    env: dict[str, Secret] = key("env")
    """Environment variables."""
    resources: ResourcesConfig = key("resources")
    """What the pod asks for and may use. Since Talos 1.5."""
    config: Free = key("config")
    """The scheduler's configuration. Since Talos 1.6."""


class RegistryKubernetesConfig(Model):
    """Discovery through Kubernetes's nodes."""

    talos_type: ClassVar[str] = "v1alpha1.RegistryKubernetesConfig"

    disabled: Bool | None = key("disabled")
    """Whether it is off."""


class RegistryServiceConfig(Model):
    """Discovery through a service."""

    talos_type: ClassVar[str] = "v1alpha1.RegistryServiceConfig"

    disabled: Bool | None = key("disabled")
    """Whether it is off. Deprecated since 1.14; use ``DiscoveryServiceConfig``."""
    endpoint: String = key("endpoint")
    """Where it is reached. Deprecated since 1.14; use ``DiscoveryServiceConfig``."""


class DiscoveryRegistriesConfig(Model):
    """Where members find each other."""

    talos_type: ClassVar[str] = "v1alpha1.DiscoveryRegistriesConfig"

    kubernetes: RegistryKubernetesConfig = key("kubernetes")
    """Deprecated since 1.9; use ``DiscoveryServiceConfig``."""
    service: RegistryServiceConfig = key("service")
    """Deprecated since 1.14; use ``DiscoveryServiceConfig``."""


class ClusterDiscoveryConfig(Model):
    """Discovery of the cluster's members."""

    talos_type: ClassVar[str] = "v1alpha1.ClusterDiscoveryConfig"

    enabled: Bool | None = key("enabled")
    """Whether members look for each other. Deprecated since 1.14; use ``DiscoveryServiceConfig``."""
    registries: DiscoveryRegistriesConfig = key("registries")
    """Deprecated since 1.14; use ``DiscoveryServiceConfig``."""


class EtcdConfig(Model):
    """etcd."""

    talos_type: ClassVar[str] = "v1alpha1.EtcdConfig"

    image: String = key("image")
    """Reference of the container image."""
    ca: PEMEncodedCertificateAndKey = key("ca")
    """The authority's certificate, with its key where this node issues."""
    extra_args: Value[dict[str, Argument], Mapping[str, str | Sequence[str]]] = key("extraArgs")
    """Further arguments of the command by their names; a list repeats one."""
    subnet: String = key("subnet")
    """Network of the address to advertise. Deprecated since 1.2."""
    advertised_subnets: list[String] = key("advertisedSubnets")
    """Networks of the addresses to advertise. Since Talos 1.2. A patch appends to it."""
    listen_subnets: list[String] = key("listenSubnets")
    """Networks of the addresses to listen on. Since Talos 1.2. A patch appends to it."""


class CoreDNS(Model):
    """CoreDNS, the cluster's DNS."""

    talos_type: ClassVar[str] = "v1alpha1.CoreDNS"

    disabled: Bool | None = key("disabled")
    """Whether it is off."""
    image: String = key("image")
    """Reference of the container image."""


class ExternalCloudProviderConfig(Model):
    """A cloud provider of one's own."""

    talos_type: ClassVar[str] = "v1alpha1.ExternalCloudProviderConfig"

    enabled: Bool | None = key("enabled")
    """Whether Kubernetes waits for it."""
    manifests: list[String] = key("manifests")
    """URLs of its manifests. A patch appends to it."""


class ClusterInlineManifest(Model):
    """A manifest that is applied."""

    talos_type: ClassVar[str] = "v1alpha1.ClusterInlineManifest"

    name: String = key("name")
    """Name of the manifest."""
    contents: Secret = key("contents")
    """Its text."""


class AdminKubeconfigConfig(Model):
    """The kubeconfig that Talos hands out."""

    talos_type: ClassVar[str] = "v1alpha1.AdminKubeconfigConfig"

    cert_lifetime: Value[Duration, DurationLike] = key("certLifetime")
    """How long an admin kubeconfig is valid."""


class ClusterConfig(Model):
    """What is about the whole cluster."""

    talos_type: ClassVar[str] = "v1alpha1.ClusterConfig"

    id: String = key("id")
    """The cluster's id for discovery, in base64. Deprecated since 1.14; use ``DiscoveryIdentityConfig``."""
    secret: Secret = key("secret")
    """Secret that members' data is encrypted with, in base64. Deprecated since 1.14; use
    ``DiscoveryIdentityConfig``.
    """
    control_plane: ControlPlaneConfig = key("controlPlane")
    """Deprecated since 1.14; use ``KubeClusterConfig``."""
    cluster_name: String = key("clusterName")
    """The cluster's name. Deprecated since 1.14; use ``KubeClusterConfig``."""
    network: ClusterNetworkConfig = key("network")
    """Deprecated since 1.14; use ``KubeNetworkConfig`` and ``KubeFlannelCNIConfig``."""
    token: Secret = key("token")
    """Token by which kubelets join."""
    aescbc_encryption_secret: Secret = key("aescbcEncryptionSecret")
    """Key of Kubernetes's secrets in etcd (AES-CBC), in base64. Deprecated since 1.14; use
    ``KubeEtcdEncryptionConfig``.
    """
    secretbox_encryption_secret: Secret = key("secretboxEncryptionSecret")
    """Key of Kubernetes's secrets in etcd (secretbox), in base64. Since Talos 1.3. Deprecated since 1.14; use
    ``KubeEtcdEncryptionConfig``.
    """
    ca: PEMEncodedCertificateAndKey = key("ca")
    """The authority of Kubernetes. Deprecated since 1.14; use ``KubeAPIServerCAConfig``."""
    accepted_cas: list[PEMEncodedCertificate] = key("acceptedCAs")
    """Further authorities whose certificates are taken; while one replaces another. Since Talos 1.7. Deprecated
    since 1.14; use ``KubeAPIServerCAConfig``. A patch appends to it.
    """
    aggregator_ca: PEMEncodedCertificateAndKey = key("aggregatorCA")
    """The authority of Kubernetes's API aggregation. Deprecated since 1.14; use ``KubeAggregatorCAConfig``."""
    service_account: PEMEncodedKey = key("serviceAccount")
    """Key that service account tokens are signed with. Deprecated since 1.14; use ``KubeServiceAccountConfig``."""
    api_server: APIServerConfig = key("apiServer")
    """Deprecated since 1.14; use ``KubeAPIServerConfig``."""
    controller_manager: ControllerManagerConfig = key("controllerManager")
    """Deprecated since 1.14; use ``KubeControllerManagerConfig``."""
    proxy: ProxyConfig = key("proxy")
    """Deprecated since 1.14; use ``KubeProxyConfig``."""
    scheduler: SchedulerConfig = key("scheduler")
    """Deprecated since 1.14; use ``KubeSchedulerConfig``."""
    discovery: ClusterDiscoveryConfig = key("discovery")
    """Deprecated since 1.14; use ``DiscoveryServiceConfig``."""
    etcd: EtcdConfig = key("etcd")
    core_dns: CoreDNS = key("coreDNS")
    """Deprecated since 1.14; use ``KubeCoreDNSConfig``."""
    external_cloud_provider: ExternalCloudProviderConfig = key("externalCloudProvider")
    extra_manifests: list[String] = key("extraManifests")
    """URLs of manifests to apply. Deprecated since 1.14; use ``KubeExternalManifestConfig``. A patch appends to it."""
    extra_manifest_headers: dict[str, Secret] = key("extraManifestHeaders")
    """Headers of the requests for them. Deprecated since 1.14; use ``KubeExternalManifestConfig``."""
    inline_manifests: list[ClusterInlineManifest] = key("inlineManifests")
    """Deprecated since 1.14; use ``KubeInlineManifestConfig``. A patch appends to it."""
    admin_kubeconfig: AdminKubeconfigConfig = key("adminKubeconfig")
    allow_scheduling_on_masters: Bool | None = key("allowSchedulingOnMasters")
    """Whether pods may run on control plane nodes. Deprecated since 1.2; use ``KubeNodeConfig``."""
    allow_scheduling_on_control_planes: Bool | None = key("allowSchedulingOnControlPlanes")
    """Whether pods may run on control plane nodes. Since Talos 1.2. Deprecated since 1.14; use ``KubeNodeConfig``."""


class Config(Document):
    """The legacy document: the machine, and the cluster that it is in."""

    talos_type: ClassVar[str] = "v1alpha1.Config"

    version: Value[String, Literal["v1alpha1"] | str] = key("version")
    """Always ``v1alpha1``; a document that is built has it."""
    debug: Bool | None = key("debug")
    """Whether the log is verbose, on the console too."""
    persist: Bool | None = key("persist")
    """Whether the config stays on the disk. Deprecated since 1.5."""
    machine: MachineConfig = key("machine")
    cluster: ClusterConfig = key("cluster")
