"""Models. Written by scripts/documents.py from the table."""

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
    """Machine controller manager config."""

    talos_type: ClassVar[str] = "v1alpha1.MachineControllerManagerConfig"

    disabled: Bool | None = key("disabled")


class MachineSchedulerConfig(Model):
    """Machine scheduler config."""

    talos_type: ClassVar[str] = "v1alpha1.MachineSchedulerConfig"

    disabled: Bool | None = key("disabled")


class MachineControlPlaneConfig(Model):
    """Machine control plane config."""

    talos_type: ClassVar[str] = "v1alpha1.MachineControlPlaneConfig"

    controller_manager: MachineControllerManagerConfig = key("controllerManager")
    """Deprecated since 1.14; use ``KubeControllerManagerConfig``."""
    scheduler: MachineSchedulerConfig = key("scheduler")
    """Deprecated since 1.14; use ``KubeSchedulerConfig``."""


class LinuxIDMapping(Model):
    """Linux ID mapping. Since Talos 1.6."""

    talos_type: ClassVar[str] = "v1alpha1.LinuxIDMapping"

    container_id: UInt32 = key("containerID")
    host_id: UInt32 = key("hostID")
    size: UInt32 = key("size")


class ExtraMount(Model):
    """Extra mount."""

    talos_type: ClassVar[str] = "v1alpha1.ExtraMount"

    destination: String = key("destination")
    type: String = key("type")
    source: String = key("source")
    options: list[String] = key("options")
    """A patch appends to it."""
    uid_mappings: list[LinuxIDMapping] = key("uidMappings")
    """Since Talos 1.6. A patch appends to it."""
    gid_mappings: list[LinuxIDMapping] = key("gidMappings")
    """Since Talos 1.6. A patch appends to it."""


class KubeletNodeIPConfig(Model):
    """Kubelet node IP config."""

    talos_type: ClassVar[str] = "v1alpha1.KubeletNodeIPConfig"

    valid_subnets: list[String] = key("validSubnets")
    """A patch appends to it."""


class KubeletConfig(Model):
    """Kubelet config."""

    talos_type: ClassVar[str] = "v1alpha1.KubeletConfig"

    image: String = key("image")
    """Deprecated since 1.14; use ``KubeletConfig``."""
    cluster_dns: list[String] = key("clusterDNS")
    """Deprecated since 1.14; use ``KubeletConfig``. A patch appends to it."""
    extra_args: Value[dict[str, Argument], Mapping[str, str | Sequence[str]]] = key("extraArgs")
    """Deprecated since 1.14; use ``KubeletConfig``."""
    extra_mounts: list[ExtraMount] = key("extraMounts")
    """Deprecated since 1.14. A patch appends to it."""
    extra_config: Free = key("extraConfig")
    """Deprecated since 1.14; use ``KubeletConfig``."""
    credential_provider_config: Free = key("credentialProviderConfig")
    """Since Talos 1.6."""
    default_runtime_seccomp_profile_enabled: Bool | None = key("defaultRuntimeSeccompProfileEnabled")
    """Since Talos 1.2. Deprecated since 1.14; use ``KubeletConfig``."""
    register_with_fqdn: Bool | None = key("registerWithFQDN")
    """Deprecated since 1.14; use ``KubeNodeConfig``."""
    node_ip: KubeletNodeIPConfig = key("nodeIP")
    """Deprecated since 1.14; use ``KubeNodeConfig``."""
    skip_node_registration: Bool | None = key("skipNodeRegistration")
    """Since Talos 1.2. Deprecated since 1.14; use ``KubeNodeConfig``."""
    disable_manifests_directory: Bool | None = key("disableManifestsDirectory")
    """Since Talos 1.3. Deprecated since 1.14."""


class NetworkDeviceSelector(Model):
    """Network device selector. Since Talos 1.1."""

    talos_type: ClassVar[str] = "v1alpha1.NetworkDeviceSelector"

    bus_path: String = key("busPath")
    hardware_addr: String = key("hardwareAddr")
    permanent_addr: String = key("permanentAddr")
    """Since Talos 1.9."""
    pci_id: String = key("pciID")
    driver: String = key("driver")
    physical: Bool | None = key("physical")
    """Since Talos 1.7."""


class Route(Model):
    """Route."""

    talos_type: ClassVar[str] = "v1alpha1.Route"

    network: String = key("network")
    gateway: String = key("gateway")
    source: String = key("source")
    metric: UInt32 = key("metric")
    mtu: UInt32 = key("mtu")
    """Since Talos 1.3."""


class Bond(Model):
    """Bond."""

    talos_type: ClassVar[str] = "v1alpha1.Bond"

    interfaces: list[String] = key("interfaces")
    """A patch appends to it."""
    device_selectors: list[NetworkDeviceSelector] = key("deviceSelectors")
    """Since Talos 1.4. A patch appends to it."""
    arp_ip_target: list[String] = key("arpIPTarget")
    """A patch appends to it."""
    mode: String = key("mode")
    xmit_hash_policy: String = key("xmitHashPolicy")
    lacp_rate: String = key("lacpRate")
    ad_actor_system: String = key("adActorSystem")
    arp_validate: String = key("arpValidate")
    arp_all_targets: String = key("arpAllTargets")
    primary: String = key("primary")
    primary_reselect: String = key("primaryReselect")
    fail_over_mac: String = key("failOverMac")
    ad_select: String = key("adSelect")
    miimon: UInt32 = key("miimon")
    updelay: UInt32 = key("updelay")
    downdelay: UInt32 = key("downdelay")
    arp_interval: UInt32 = key("arpInterval")
    resend_igmp: UInt32 = key("resendIgmp")
    min_links: UInt32 = key("minLinks")
    lp_interval: UInt32 = key("lpInterval")
    packets_per_slave: UInt32 = key("packetsPerSlave")
    num_peer_notif: UInt8 = key("numPeerNotif")
    tlb_dynamic_lb: UInt8 = key("tlbDynamicLb")
    all_slaves_active: UInt8 = key("allSlavesActive")
    use_carrier: Bool | None = key("useCarrier")
    ad_actor_sys_prio: UInt16 = key("adActorSysPrio")
    ad_user_port_key: UInt16 = key("adUserPortKey")
    peer_notify_delay: UInt32 = key("peerNotifyDelay")


class STP(Model):
    """STP. Since Talos 1.2."""

    talos_type: ClassVar[str] = "v1alpha1.STP"

    enabled: Bool | None = key("enabled")


class BridgeVLAN(Model):
    """Bridge VLAN. Since Talos 1.8."""

    talos_type: ClassVar[str] = "v1alpha1.BridgeVLAN"

    vlan_filtering: Bool | None = key("vlanFiltering")


class Bridge(Model):
    """Bridge. Since Talos 1.2."""

    talos_type: ClassVar[str] = "v1alpha1.Bridge"

    interfaces: list[String] = key("interfaces")
    """A patch appends to it."""
    stp: STP = key("stp")
    vlan: BridgeVLAN = key("vlan")
    """Since Talos 1.8."""


class BridgePort(Model):
    """Bridge port. Since Talos 1.9."""

    talos_type: ClassVar[str] = "v1alpha1.BridgePort"

    master: String = key("master")


class VIPEquinixMetalConfig(Model):
    """VIP equinix metal config."""

    talos_type: ClassVar[str] = "v1alpha1.VIPEquinixMetalConfig"

    api_token: Secret = key("apiToken")


class VIPHCloudConfig(Model):
    """VIPH cloud config."""

    talos_type: ClassVar[str] = "v1alpha1.VIPHCloudConfig"

    api_token: Secret = key("apiToken")


class DeviceVIPConfig(Model):
    """Device VIP config."""

    talos_type: ClassVar[str] = "v1alpha1.DeviceVIPConfig"

    ip: String = key("ip")
    equinix_metal: VIPEquinixMetalConfig = key("equinixMetal")
    hcloud: VIPHCloudConfig = key("hcloud")


class DHCPOptions(Model):
    """DHCP options."""

    talos_type: ClassVar[str] = "v1alpha1.DHCPOptions"

    route_metric: UInt32 = key("routeMetric")
    ipv4: Bool | None = key("ipv4")
    ipv6: Bool | None = key("ipv6")
    duidv6: String = key("duidv6")
    """Since Talos 1.1."""


class Vlan(Model):
    """Vlan."""

    talos_type: ClassVar[str] = "v1alpha1.Vlan"

    addresses: list[String] = key("addresses")
    """A patch appends to it."""
    cidr: String = key("cidr")
    routes: list[Route] = key("routes")
    """A patch appends to it."""
    dhcp: Bool | None = key("dhcp")
    vlan_id: UInt16 = key("vlanId")
    mtu: UInt32 = key("mtu")
    vip: DeviceVIPConfig = key("vip")
    dhcp_options: DHCPOptions = key("dhcpOptions")
    """Since Talos 1.2."""


class DeviceWireguardPeer(Model):
    """Device wireguard peer."""

    talos_type: ClassVar[str] = "v1alpha1.DeviceWireguardPeer"

    public_key: String = key("publicKey")
    endpoint: String = key("endpoint")
    persistent_keepalive_interval: Value[Duration, DurationLike] = key("persistentKeepaliveInterval")
    allowed_ips: list[String] = key("allowedIPs")
    """A patch appends to it."""


class DeviceWireguardConfig(Model):
    """Device wireguard config."""

    talos_type: ClassVar[str] = "v1alpha1.DeviceWireguardConfig"

    private_key: Secret = key("privateKey")
    listen_port: Int = key("listenPort")
    firewall_mark: Int = key("firewallMark")
    peers: list[DeviceWireguardPeer] = key("peers")
    """A patch appends to it."""


class Device(Model):
    """Device."""

    talos_type: ClassVar[str] = "v1alpha1.Device"

    interface: String = key("interface")
    device_selector: NetworkDeviceSelector = key("deviceSelector")
    """Since Talos 1.1."""
    addresses: list[String] = key("addresses")
    """A patch appends to it."""
    cidr: String = key("cidr")
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
    dhcp: Bool | None = key("dhcp")
    ignore: Bool | None = key("ignore")
    dummy: Bool | None = key("dummy")
    dhcp_options: DHCPOptions = key("dhcpOptions")
    wireguard: DeviceWireguardConfig = key("wireguard")
    vip: DeviceVIPConfig = key("vip")


class ExtraHost(Model):
    """Extra host."""

    talos_type: ClassVar[str] = "v1alpha1.ExtraHost"

    ip: String = key("ip")
    aliases: list[String] = key("aliases")
    """A patch appends to it."""


class KubeSpanFilters(Model):
    """Kube span filters. Since Talos 1.3."""

    talos_type: ClassVar[str] = "v1alpha1.KubeSpanFilters"

    endpoints: list[String] = key("endpoints")
    """A patch appends to it."""
    exclude_advertised_networks: list[String] = key("excludeAdvertisedNetworks")
    """Since Talos 1.12. A patch appends to it."""


class NetworkKubeSpan(Model):
    """Network kube span."""

    talos_type: ClassVar[str] = "v1alpha1.NetworkKubeSpan"

    enabled: Bool | None = key("enabled")
    advertise_kubernetes_networks: Bool | None = key("advertiseKubernetesNetworks")
    """Since Talos 1.2."""
    allow_down_peer_bypass: Bool | None = key("allowDownPeerBypass")
    harvest_extra_endpoints: Bool | None = key("harvestExtraEndpoints")
    """Since Talos 1.6."""
    mtu: UInt32 | None = key("mtu")
    """Since Talos 1.3."""
    filters: KubeSpanFilters = key("filters")
    """Since Talos 1.3."""


class NetworkConfig(Model):
    """Network config."""

    talos_type: ClassVar[str] = "v1alpha1.NetworkConfig"

    hostname: String = key("hostname")
    """Deprecated since 1.12; use ``HostnameConfig``."""
    interfaces: list[Device] = key("interfaces")
    """Deprecated since 1.12. A patch merges elements with the same ``interface``."""
    nameservers: list[String] = key("nameservers")
    """Deprecated since 1.12; use ``ResolverConfig``. A patch appends to it."""
    search_domains: list[String] = key("searchDomains")
    """Since Talos 1.9. Deprecated since 1.12; use ``ResolverConfig``. A patch appends to it."""
    extra_host_entries: list[ExtraHost] = key("extraHostEntries")
    """Deprecated since 1.12; use ``StaticHostConfig``. A patch appends to it."""
    kubespan: NetworkKubeSpan = key("kubespan")
    """Deprecated since 1.13; use ``KubeSpanConfig``."""
    disable_search_domain: Bool | None = key("disableSearchDomain")
    """Since Talos 1.1. Deprecated since 1.12; use ``ResolverConfig``."""


class DiskPartition(Model):
    """Disk partition."""

    talos_type: ClassVar[str] = "v1alpha1.DiskPartition"

    size: Value[Bytes, int | str] = key("size")
    mountpoint: String = key("mountpoint")


class MachineDisk(Model):
    """Machine disk."""

    talos_type: ClassVar[str] = "v1alpha1.MachineDisk"

    device: String = key("device")
    partitions: list[DiskPartition] = key("partitions")
    """A patch appends to it."""


class InstallDiskSelector(Model):
    """Install disk selector."""

    talos_type: ClassVar[str] = "v1alpha1.InstallDiskSelector"

    size: Value[SizeMatcher | None, SizeMatcherLike | None] = key("size")
    name: String = key("name")
    model: String = key("model")
    serial: String = key("serial")
    modalias: String = key("modalias")
    uuid: String = key("uuid")
    wwid: String = key("wwid")
    type: Value[String, Literal["ssd", "hdd", "nvme", "sd"] | str] = key("type")
    bus_path: String = key("busPath")


class InstallExtensionConfig(Model):
    """Install extension config."""

    talos_type: ClassVar[str] = "v1alpha1.InstallExtensionConfig"

    image: String = key("image")


class InstallConfig(Model):
    """Install config."""

    talos_type: ClassVar[str] = "v1alpha1.InstallConfig"

    disk: String = key("disk")
    disk_selector: InstallDiskSelector = key("diskSelector")
    extra_kernel_args: list[String] = key("extraKernelArgs")
    """Deprecated since 1.12. A patch appends to it."""
    image: String = key("image")
    extensions: list[InstallExtensionConfig] = key("extensions")
    """Deprecated since 1.10; use ``machine.install.image``. A patch appends to it."""
    bootloader: Bool | None = key("bootloader")
    """Deprecated since 1.6."""
    wipe: Bool | None = key("wipe")
    legacy_bios_support: Bool | None = key("legacyBIOSSupport")
    grub_use_uki_cmdline: Bool | None = key("grubUseUKICmdline")
    """Since Talos 1.12."""


class MachineFile(Model):
    """Machine file."""

    talos_type: ClassVar[str] = "v1alpha1.MachineFile"

    content: Secret = key("content")
    permissions: Value[FileMode, FileModeLike] = key("permissions")
    path: String = key("path")
    op: Value[String, Literal["create", "append", "overwrite"] | str] = key("op")


class TimeConfig(Model):
    """Time config."""

    talos_type: ClassVar[str] = "v1alpha1.TimeConfig"

    disabled: Bool | None = key("disabled")
    servers: list[String] = key("servers")
    """A patch appends to it."""
    boot_timeout: Value[Duration, DurationLike] = key("bootTimeout")


class RegistryMirrorConfig(Model):
    """Registry mirror config."""

    talos_type: ClassVar[str] = "v1alpha1.RegistryMirrorConfig"

    endpoints: list[String] = key("endpoints")
    """A patch appends to it."""
    override_path: Bool | None = key("overridePath")
    """Since Talos 1.3."""
    skip_fallback: Bool | None = key("skipFallback")
    """Since Talos 1.9."""


class RegistryTLSConfig(Model):
    """Registry TLS config."""

    talos_type: ClassVar[str] = "v1alpha1.RegistryTLSConfig"

    client_identity: PEMEncodedCertificateAndKey = key("clientIdentity")
    ca: Value[Base64, Base64Like] = key("ca")
    insecure_skip_verify: Bool | None = key("insecureSkipVerify")


class RegistryAuthConfig(Model):
    """Registry auth config."""

    talos_type: ClassVar[str] = "v1alpha1.RegistryAuthConfig"

    username: Secret = key("username")
    password: Secret = key("password")
    auth: Secret = key("auth")
    identity_token: Secret = key("identityToken")


class RegistryConfig(Model):
    """Registry config."""

    talos_type: ClassVar[str] = "v1alpha1.RegistryConfig"

    tls: RegistryTLSConfig = key("tls")
    auth: RegistryAuthConfig = key("auth")


class RegistriesConfig(Model):
    """Registries config."""

    talos_type: ClassVar[str] = "v1alpha1.RegistriesConfig"

    mirrors: dict[str, RegistryMirrorConfig] = key("mirrors")
    config: dict[str, RegistryConfig] = key("config")


class EncryptionKeyStatic(Model):
    """Encryption key static."""

    talos_type: ClassVar[str] = "v1alpha1.EncryptionKeyStatic"

    passphrase: Secret = key("passphrase")


class EncryptionKeyNodeID(Model):
    """Encryption key node ID."""

    talos_type: ClassVar[str] = "v1alpha1.EncryptionKeyNodeID"


class EncryptionKeyKMS(Model):
    """Encryption key KMS. Since Talos 1.5."""

    talos_type: ClassVar[str] = "v1alpha1.EncryptionKeyKMS"

    endpoint: String = key("endpoint")


class EncryptionKeyTPM(Model):
    """Encryption key TPM. Since Talos 1.6."""

    talos_type: ClassVar[str] = "v1alpha1.EncryptionKeyTPM"

    check_secureboot_status_on_enroll: Bool | None = key("checkSecurebootStatusOnEnroll")


class EncryptionKey(Model):
    """Encryption key."""

    talos_type: ClassVar[str] = "v1alpha1.EncryptionKey"

    static: EncryptionKeyStatic = key("static")
    node_id: EncryptionKeyNodeID = key("nodeID")
    kms: EncryptionKeyKMS = key("kms")
    """Since Talos 1.5."""
    slot: Int = key("slot")
    tpm: EncryptionKeyTPM = key("tpm")
    """Since Talos 1.5."""


class EncryptionConfig(Model):
    """Encryption config."""

    talos_type: ClassVar[str] = "v1alpha1.EncryptionConfig"

    provider: String = key("provider")
    keys: list[EncryptionKey] = key("keys")
    """A patch appends to it."""
    cipher: Value[
        String, Literal["aes-xts-plain64", "xchacha12,aes-adiantum-plain64", "xchacha20,aes-adiantum-plain64"] | str
    ] = key("cipher")
    key_size: UInt = key("keySize")
    block_size: UInt64 = key("blockSize")
    options: Value[
        list[String], Sequence[Literal["no_read_workqueue", "no_write_workqueue", "same_cpu_crypt"] | str]
    ] = key("options")
    """A patch appends to it."""


class SystemDiskEncryptionConfig(Model):
    """System disk encryption config."""

    talos_type: ClassVar[str] = "v1alpha1.SystemDiskEncryptionConfig"

    state: EncryptionConfig = key("state")
    ephemeral: EncryptionConfig = key("ephemeral")


class KubernetesTalosAPIAccessConfig(Model):
    """Kubernetes talos API access config. Since Talos 1.2."""

    talos_type: ClassVar[str] = "v1alpha1.KubernetesTalosAPIAccessConfig"

    enabled: Bool | None = key("enabled")
    allowed_roles: list[String] = key("allowedRoles")
    """A patch appends to it."""
    allowed_kubernetes_namespaces: list[String] = key("allowedKubernetesNamespaces")
    """A patch appends to it."""


class KubePrism(Model):
    """Kube prism. Since Talos 1.5."""

    talos_type: ClassVar[str] = "v1alpha1.KubePrism"

    enabled: Bool | None = key("enabled")
    port: Int = key("port")


class HostDNSConfig(Model):
    """Host DNS config. Since Talos 1.7."""

    talos_type: ClassVar[str] = "v1alpha1.HostDNSConfig"

    enabled: Bool | None = key("enabled")
    forward_kube_dns_to_host: Bool | None = key("forwardKubeDNSToHost")
    resolve_member_names: Bool | None = key("resolveMemberNames")


class ImageCacheConfig(Model):
    """Image cache config. Since Talos 1.9."""

    talos_type: ClassVar[str] = "v1alpha1.ImageCacheConfig"

    local_enabled: Bool | None = key("localEnabled")


class FeaturesConfig(Model):
    """Features config."""

    talos_type: ClassVar[str] = "v1alpha1.FeaturesConfig"

    rbac: Bool | None = key("rbac")
    stable_hostname: Bool | None = key("stableHostname")
    """Since Talos 1.2. Deprecated since 1.12; use ``HostnameConfig``."""
    kubernetes_talos_api_access: KubernetesTalosAPIAccessConfig = key("kubernetesTalosAPIAccess")
    """Since Talos 1.2. Deprecated since 1.14; use ``KubeTalosAPIAccessConfig``."""
    apid_check_ext_key_usage: Bool | None = key("apidCheckExtKeyUsage")
    """Since Talos 1.3."""
    disk_quota_support: Bool | None = key("diskQuotaSupport")
    """Since Talos 1.5."""
    kube_prism: KubePrism = key("kubePrism")
    """Since Talos 1.5. Deprecated since 1.14; use ``KubePrismConfig``."""
    host_dns: HostDNSConfig = key("hostDNS")
    """Since Talos 1.7. Deprecated since 1.14; use ``ResolverConfig``."""
    image_cache: ImageCacheConfig = key("imageCache")
    """Since Talos 1.9. Deprecated since 1.14; use ``ImageCacheConfig``."""
    node_address_sort_algorithm: String = key("nodeAddressSortAlgorithm")
    """Since Talos 1.9."""


class UdevConfig(Model):
    """Udev config."""

    talos_type: ClassVar[str] = "v1alpha1.UdevConfig"

    rules: list[String] = key("rules")
    """Deprecated since 1.14; use ``UdevRulesConfig``. A patch appends to it."""


class LoggingDestination(Model):
    """Logging destination."""

    talos_type: ClassVar[str] = "v1alpha1.LoggingDestination"

    endpoint: Value[URL | None, URLLike | None] = key("endpoint")
    format: Value[String, Literal["json_lines"] | str] = key("format")
    extra_tags: dict[str, String] = key("extraTags")
    """Since Talos 1.7."""


class LoggingConfig(Model):
    """Logging config."""

    talos_type: ClassVar[str] = "v1alpha1.LoggingConfig"

    destinations: list[LoggingDestination] = key("destinations")
    """A patch appends to it."""


class KernelModuleConfig(Model):
    """Kernel module config."""

    talos_type: ClassVar[str] = "v1alpha1.KernelModuleConfig"

    name: String = key("name")
    """Deprecated since 1.14; use ``KernelModuleConfig``."""
    parameters: list[String] = key("parameters")
    """Since Talos 1.3. Deprecated since 1.14; use ``KernelModuleConfig``. A patch appends to it."""


class KernelConfig(Model):
    """Kernel config."""

    talos_type: ClassVar[str] = "v1alpha1.KernelConfig"

    modules: list[KernelModuleConfig] = key("modules")
    """Deprecated since 1.14; use ``KernelModuleConfig``. A patch appends to it."""


class MachineSeccompProfile(Model):
    """Machine seccomp profile. Since Talos 1.2."""

    talos_type: ClassVar[str] = "v1alpha1.MachineSeccompProfile"

    name: String = key("name")
    value: Free = key("value")


class MachineConfig(Model):
    """Machine config."""

    talos_type: ClassVar[str] = "v1alpha1.MachineConfig"

    type: Value[String, Literal["controlplane", "worker"] | str] = key("type")
    token: Secret = key("token")
    ca: PEMEncodedCertificateAndKey = key("ca")
    accepted_cas: list[PEMEncodedCertificate] = key("acceptedCAs")
    """Since Talos 1.7. A patch appends to it."""
    cert_sans: list[String] = key("certSANs")
    """A patch appends to it."""
    control_plane: MachineControlPlaneConfig = key("controlPlane")
    """Deprecated since 1.14; use ``KubeControllerManagerConfig`` and ``KubeSchedulerConfig``."""
    kubelet: KubeletConfig = key("kubelet")
    """Deprecated since 1.14; use ``KubeletConfig``."""
    pods: list[Free] = key("pods")
    """Deprecated since 1.14; use ``KubeStaticPodConfig``. A patch appends to it."""
    network: NetworkConfig = key("network")
    """Deprecated since 1.13; use ``HostnameConfig`` and ``ResolverConfig`` and ``StaticHostConfig`` and
    ``KubeSpanConfig``.
    """
    disks: list[MachineDisk] = key("disks")
    """Deprecated since 1.10; use ``UserVolumeConfig``. A patch appends to it."""
    install: InstallConfig = key("install")
    """Deprecated since 1.14; use ``UnattendedInstallConfig``."""
    files: list[MachineFile] = key("files")
    """Deprecated since 1.14; use ``EtcFileConfig`` and ``CRICustomizationConfig``. A patch appends to it."""
    env: dict[str, Secret] = key("env")
    """Deprecated since 1.13; use ``EnvironmentConfig``."""
    time: TimeConfig = key("time")
    """Deprecated since 1.12; use ``TimeSyncConfig``."""
    sysctls: dict[str, String] = key("sysctls")
    """Deprecated since 1.14; use ``SysctlConfig``."""
    sysfs: dict[str, String] = key("sysfs")
    """Deprecated since 1.14; use ``SysfsConfig``."""
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
    """Since Talos 1.2. A patch appends to it."""
    base_runtime_spec_overrides: Free = key("baseRuntimeSpecOverrides")
    """Since Talos 1.9. Deprecated since 1.14; use ``CRIBaseRuntimeSpecConfig``."""
    node_labels: dict[str, String] = key("nodeLabels")
    """Since Talos 1.3. Deprecated since 1.14; use ``KubeNodeConfig``."""
    node_annotations: dict[str, String] = key("nodeAnnotations")
    """Since Talos 1.8. Deprecated since 1.14; use ``KubeNodeConfig``."""
    node_taints: dict[str, String] = key("nodeTaints")
    """Since Talos 1.6. Deprecated since 1.14; use ``KubeNodeConfig``."""


class ControlPlaneConfig(Model):
    """Control plane config."""

    talos_type: ClassVar[str] = "v1alpha1.ControlPlaneConfig"

    endpoint: Value[URL | None, URLLike | None] = key("endpoint")
    local_api_server_port: Int = key("localAPIServerPort")
    """Deprecated since 1.14; use ``KubeAPIServerConfig``."""


class FlannelCNIConfig(Model):
    """Flannel CNI config. Since Talos 1.6."""

    talos_type: ClassVar[str] = "v1alpha1.FlannelCNIConfig"

    extra_args: list[String] = key("extraArgs")
    """A patch appends to it."""
    kube_network_policies_enabled: Bool | None = key("kubeNetworkPoliciesEnabled")
    """Since Talos 1.13."""


class CNIConfig(Model):
    """CNI config."""

    talos_type: ClassVar[str] = "v1alpha1.CNIConfig"

    name: Value[String, Literal["flannel", "custom", "none"] | str] = key("name")
    urls: list[String] = key("urls")
    """A patch appends to it."""
    flannel: FlannelCNIConfig = key("flannel")
    """Since Talos 1.6."""


class ClusterNetworkConfig(Model):
    """Cluster network config."""

    talos_type: ClassVar[str] = "v1alpha1.ClusterNetworkConfig"

    cni: CNIConfig = key("cni")
    dns_domain: String = key("dnsDomain")
    pod_subnets: list[String] = key("podSubnets")
    """A patch replaces it whole."""
    service_subnets: list[String] = key("serviceSubnets")
    """A patch replaces it whole."""


class VolumeMountConfig(Model):
    """Volume mount config."""

    talos_type: ClassVar[str] = "v1alpha1.VolumeMountConfig"

    host_path: String = key("hostPath")
    mount_path: String = key("mountPath")
    readonly: Bool = key("readonly")


class AdmissionPluginConfig(Model):
    """Admission plugin config."""

    talos_type: ClassVar[str] = "v1alpha1.AdmissionPluginConfig"

    name: String = key("name")
    configuration: Free = key("configuration")


class ResourcesConfig(Model):
    """Resources config. Since Talos 1.5."""

    talos_type: ClassVar[str] = "v1alpha1.ResourcesConfig"

    requests: Free = key("requests")
    limits: Free = key("limits")


class AuthorizationConfigAuthorizerConfig(Model):
    """Authorization config authorizer config. Since Talos 1.9."""

    talos_type: ClassVar[str] = "v1alpha1.AuthorizationConfigAuthorizerConfig"

    type: String = key("type")
    name: String = key("name")
    webhook: Free = key("webhook")


class APIServerConfig(Model):
    """API server config."""

    talos_type: ClassVar[str] = "v1alpha1.APIServerConfig"

    image: String = key("image")
    extra_args: Value[dict[str, Argument], Mapping[str, str | Sequence[str]]] = key("extraArgs")
    extra_volumes: list[VolumeMountConfig] = key("extraVolumes")
    """A patch appends to it."""
    env: dict[str, Secret] = key("env")
    cert_sans: list[String] = key("certSANs")
    """A patch appends to it."""
    disable_pod_security_policy: Bool | None = key("disablePodSecurityPolicy")
    admission_control: list[AdmissionPluginConfig] = key("admissionControl")
    """Deprecated since 1.14; use ``KubeAdmissionControlConfig``. A patch merges elements with the same ``name``."""
    audit_policy: Free = key("auditPolicy")
    """Since Talos 1.3. Deprecated since 1.14; use ``KubeAuditPolicyConfig``. A patch replaces it whole."""
    resources: ResourcesConfig = key("resources")
    """Since Talos 1.5."""
    authorization_config: list[AuthorizationConfigAuthorizerConfig] = key("authorizationConfig")
    """Since Talos 1.9. Deprecated since 1.14; use ``KubeAuthorizerConfig``. A patch appends to it."""


class ControllerManagerConfig(Model):
    """Controller manager config."""

    talos_type: ClassVar[str] = "v1alpha1.ControllerManagerConfig"

    image: String = key("image")
    extra_args: Value[dict[str, Argument], Mapping[str, str | Sequence[str]]] = key("extraArgs")
    extra_volumes: list[VolumeMountConfig] = key("extraVolumes")
    """A patch appends to it."""
    env: dict[str, Secret] = key("env")
    resources: ResourcesConfig = key("resources")
    """Since Talos 1.5."""


class ProxyConfig(Model):
    """Proxy config."""

    talos_type: ClassVar[str] = "v1alpha1.ProxyConfig"

    disabled: Bool | None = key("disabled")
    image: String = key("image")
    mode: String = key("mode")
    extra_args: Value[dict[str, Argument], Mapping[str, str | Sequence[str]]] = key("extraArgs")


class SchedulerConfig(Model):
    """Scheduler config."""

    talos_type: ClassVar[str] = "v1alpha1.SchedulerConfig"

    image: String = key("image")
    extra_args: Value[dict[str, Argument], Mapping[str, str | Sequence[str]]] = key("extraArgs")
    extra_volumes: list[VolumeMountConfig] = key("extraVolumes")
    """A patch appends to it."""
    env: dict[str, Secret] = key("env")
    resources: ResourcesConfig = key("resources")
    """Since Talos 1.5."""
    config: Free = key("config")
    """Since Talos 1.6."""


class RegistryKubernetesConfig(Model):
    """Registry kubernetes config."""

    talos_type: ClassVar[str] = "v1alpha1.RegistryKubernetesConfig"

    disabled: Bool | None = key("disabled")


class RegistryServiceConfig(Model):
    """Registry service config."""

    talos_type: ClassVar[str] = "v1alpha1.RegistryServiceConfig"

    disabled: Bool | None = key("disabled")
    """Deprecated since 1.14; use ``DiscoveryServiceConfig``."""
    endpoint: String = key("endpoint")
    """Deprecated since 1.14; use ``DiscoveryServiceConfig``."""


class DiscoveryRegistriesConfig(Model):
    """Discovery registries config."""

    talos_type: ClassVar[str] = "v1alpha1.DiscoveryRegistriesConfig"

    kubernetes: RegistryKubernetesConfig = key("kubernetes")
    """Deprecated since 1.9; use ``DiscoveryServiceConfig``."""
    service: RegistryServiceConfig = key("service")
    """Deprecated since 1.14; use ``DiscoveryServiceConfig``."""


class ClusterDiscoveryConfig(Model):
    """Cluster discovery config."""

    talos_type: ClassVar[str] = "v1alpha1.ClusterDiscoveryConfig"

    enabled: Bool | None = key("enabled")
    """Deprecated since 1.14; use ``DiscoveryServiceConfig``."""
    registries: DiscoveryRegistriesConfig = key("registries")
    """Deprecated since 1.14; use ``DiscoveryServiceConfig``."""


class EtcdConfig(Model):
    """Etcd config."""

    talos_type: ClassVar[str] = "v1alpha1.EtcdConfig"

    image: String = key("image")
    ca: PEMEncodedCertificateAndKey = key("ca")
    extra_args: Value[dict[str, Argument], Mapping[str, str | Sequence[str]]] = key("extraArgs")
    subnet: String = key("subnet")
    """Deprecated since 1.2."""
    advertised_subnets: list[String] = key("advertisedSubnets")
    """Since Talos 1.2. A patch appends to it."""
    listen_subnets: list[String] = key("listenSubnets")
    """Since Talos 1.2. A patch appends to it."""


class CoreDNS(Model):
    """Core DNS."""

    talos_type: ClassVar[str] = "v1alpha1.CoreDNS"

    disabled: Bool | None = key("disabled")
    image: String = key("image")


class ExternalCloudProviderConfig(Model):
    """External cloud provider config."""

    talos_type: ClassVar[str] = "v1alpha1.ExternalCloudProviderConfig"

    enabled: Bool | None = key("enabled")
    manifests: list[String] = key("manifests")
    """A patch appends to it."""


class ClusterInlineManifest(Model):
    """Cluster inline manifest."""

    talos_type: ClassVar[str] = "v1alpha1.ClusterInlineManifest"

    name: String = key("name")
    contents: Secret = key("contents")


class AdminKubeconfigConfig(Model):
    """Admin kubeconfig config."""

    talos_type: ClassVar[str] = "v1alpha1.AdminKubeconfigConfig"

    cert_lifetime: Value[Duration, DurationLike] = key("certLifetime")


class ClusterConfig(Model):
    """Cluster config."""

    talos_type: ClassVar[str] = "v1alpha1.ClusterConfig"

    id: String = key("id")
    """Deprecated since 1.14; use ``DiscoveryIdentityConfig``."""
    secret: Secret = key("secret")
    """Deprecated since 1.14; use ``DiscoveryIdentityConfig``."""
    control_plane: ControlPlaneConfig = key("controlPlane")
    """Deprecated since 1.14; use ``KubeClusterConfig``."""
    cluster_name: String = key("clusterName")
    """Deprecated since 1.14; use ``KubeClusterConfig``."""
    network: ClusterNetworkConfig = key("network")
    """Deprecated since 1.14; use ``KubeNetworkConfig`` and ``KubeFlannelCNIConfig``."""
    token: Secret = key("token")
    aescbc_encryption_secret: Secret = key("aescbcEncryptionSecret")
    """Deprecated since 1.14; use ``KubeEtcdEncryptionConfig``."""
    secretbox_encryption_secret: Secret = key("secretboxEncryptionSecret")
    """Since Talos 1.3. Deprecated since 1.14; use ``KubeEtcdEncryptionConfig``."""
    ca: PEMEncodedCertificateAndKey = key("ca")
    """Deprecated since 1.14; use ``KubeAPIServerCAConfig``."""
    accepted_cas: list[PEMEncodedCertificate] = key("acceptedCAs")
    """Since Talos 1.7. Deprecated since 1.14; use ``KubeAPIServerCAConfig``. A patch appends to it."""
    aggregator_ca: PEMEncodedCertificateAndKey = key("aggregatorCA")
    """Deprecated since 1.14; use ``KubeAggregatorCAConfig``."""
    service_account: PEMEncodedKey = key("serviceAccount")
    """Deprecated since 1.14; use ``KubeServiceAccountConfig``."""
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
    """Deprecated since 1.14; use ``KubeExternalManifestConfig``. A patch appends to it."""
    extra_manifest_headers: dict[str, Secret] = key("extraManifestHeaders")
    """Deprecated since 1.14; use ``KubeExternalManifestConfig``."""
    inline_manifests: list[ClusterInlineManifest] = key("inlineManifests")
    """Deprecated since 1.14; use ``KubeInlineManifestConfig``. A patch appends to it."""
    admin_kubeconfig: AdminKubeconfigConfig = key("adminKubeconfig")
    allow_scheduling_on_masters: Bool | None = key("allowSchedulingOnMasters")
    """Deprecated since 1.2; use ``KubeNodeConfig``."""
    allow_scheduling_on_control_planes: Bool | None = key("allowSchedulingOnControlPlanes")
    """Since Talos 1.2. Deprecated since 1.14; use ``KubeNodeConfig``."""


class Config(Document):
    """Config."""

    talos_type: ClassVar[str] = "v1alpha1.Config"

    version: Value[String, Literal["v1alpha1"] | str] = key("version")
    debug: Bool | None = key("debug")
    persist: Bool | None = key("persist")
    """Deprecated since 1.5."""
    machine: MachineConfig = key("machine")
    cluster: ClusterConfig = key("cluster")
