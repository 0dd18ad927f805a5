"""Kubernetes: its control plane, the kubelet, its nodes and manifests.

Written by scripts/documents.py from the table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Literal

from talosgen.documents.meta import CertificateAndKey
from talosgen.documents.model import Document, Model, key
from talosgen.documents.values import (
    URL,
    Argument,
    Bool,
    Free,
    Int,
    Prefix,
    PrefixLike,
    Secret,
    String,
    UInt16,
    UInt32,
    URLLike,
    Value,
)

__all__ = [
    "AcceptedServiceAccountConfig",
    "IssuerServiceAccountConfig",
    "KubeAPIServerCAConfig",
    "KubeAPIServerConfig",
    "KubeAdmissionControlConfig",
    "KubeAggregatorCAConfig",
    "KubeAuditPolicyConfig",
    "KubeAuthenticationConfig",
    "KubeAuthorizerConfig",
    "KubeClusterConfig",
    "KubeControllerManagerConfig",
    "KubeCoreDNSConfig",
    "KubeCredentialProviderConfig",
    "KubeEtcdEncryptionConfig",
    "KubeExternalManifestConfig",
    "KubeFlannelCNIConfig",
    "KubeInlineManifestConfig",
    "KubeNetworkConfig",
    "KubeNodeConfig",
    "KubePrismConfig",
    "KubeProxyConfig",
    "KubeSchedulerConfig",
    "KubeServiceAccountConfig",
    "KubeStaticPodConfig",
    "KubeTalosAPIAccessConfig",
    "KubeletConfig",
    "NodeIPConfig",
    "ResourcesConfig",
]


class KubeAPIServerCAConfig(Document):
    """The authority of Kubernetes. Since Talos 1.14.

    A config holds one.
    """

    talos_type: ClassVar[str] = "k8s.KubeAPIServerCAConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["KubeAPIServerCAConfig"] = key("kind")
    issuing_ca: CertificateAndKey = key("issuingCA")
    """The authority that issues."""
    accepted_cas: list[String] = key("acceptedCAs")
    """Further authorities whose certificates are taken; while one replaces another. A patch appends to it."""


class ResourcesConfig(Model):
    """What a pod asks for and may use. Since Talos 1.14."""

    talos_type: ClassVar[str] = "k8s.ResourcesConfig"

    requests: Free = key("requests")
    """What is asked for, as Kubernetes writes it."""
    limits: Free = key("limits")
    """What is allowed at most."""


class KubeAPIServerConfig(Document):
    """The Kubernetes API server. Since Talos 1.14.

    A config holds one. For control plane nodes only.
    """

    talos_type: ClassVar[str] = "k8s.KubeAPIServerConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["KubeAPIServerConfig"] = key("kind")
    image: String = key("image")
    """Reference of the container image."""
    extra_args: Value[dict[str, Argument], Mapping[str, str | Sequence[str]]] = key("extraArgs")
    """Further arguments of the command by their names; a list repeats one."""
    env: dict[str, Secret] = key("env")
    """Environment variables."""
    resources: ResourcesConfig = key("resources")
    """What the pod asks for and may use."""
    api_port: Int | None = key("apiPort")
    """Port on this node."""
    cert_extra_sans: list[String] = key("certExtraSANs")
    """Further names and addresses in its certificate. A patch appends to it."""
    startup_probes: Bool | None = key("startupProbes")
    """Whether the pod has startup probes."""


class KubeAdmissionControlConfig(Document):
    """Configuration of one admission plugin. Since Talos 1.14.

    A config may hold several, told apart by ``name``. For control plane nodes only.
    """

    talos_type: ClassVar[str] = "k8s.KubeAdmissionControlConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["KubeAdmissionControlConfig"] = key("kind")
    name: String = key("name")
    """Name of the plugin."""
    configuration: Free = key("configuration")
    """The configuration as Kubernetes defines it."""


class KubeAggregatorCAConfig(Document):
    """The authority of Kubernetes's API aggregation. Since Talos 1.14.

    A config holds one. For control plane nodes only.
    """

    talos_type: ClassVar[str] = "k8s.KubeAggregatorCAConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["KubeAggregatorCAConfig"] = key("kind")
    issuing_ca: CertificateAndKey = key("issuingCA")
    """The authority that issues."""
    accepted_cas: list[String] = key("acceptedCAs")
    """Further authorities whose certificates are taken; while one replaces another. A patch appends to it."""


class KubeAuditPolicyConfig(Document):
    """What the API server writes to its audit log. Since Talos 1.14.

    A config holds one. For control plane nodes only.
    """

    talos_type: ClassVar[str] = "k8s.KubeAuditPolicyConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["KubeAuditPolicyConfig"] = key("kind")
    configuration: Free = key("configuration")
    """The configuration as Kubernetes defines it. A patch replaces it whole."""


class KubeAuthenticationConfig(Document):
    """How the API server authenticates. Since Talos 1.14.

    A config holds one. For control plane nodes only.
    """

    talos_type: ClassVar[str] = "k8s.KubeAuthenticationConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["KubeAuthenticationConfig"] = key("kind")
    configuration: Free = key("configuration")
    """The configuration as Kubernetes defines it. A patch replaces it whole."""


class KubeAuthorizerConfig(Document):
    """One authorizer of the API server. Since Talos 1.14.

    A config may hold several, told apart by ``name``. For control plane nodes only.
    """

    talos_type: ClassVar[str] = "k8s.KubeAuthorizerConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["KubeAuthorizerConfig"] = key("kind")
    name: String = key("name")
    type: Value[String, Literal["Node", "RBAC", "Webhook"] | str] = key("type")
    """What decides: ``Node``, ``RBAC``, ``Webhook``."""
    webhook: Free = key("webhook")
    """The webhook's configuration, as Kubernetes defines it."""


class KubeClusterConfig(Document):
    """The cluster that the node is in. Since Talos 1.14.

    A config holds one.
    """

    talos_type: ClassVar[str] = "k8s.KubeClusterConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["KubeClusterConfig"] = key("kind")
    cluster_name: String = key("clusterName")
    """The cluster's name."""
    endpoint: Value[URL, URLLike] = key("endpoint")
    """URL of the cluster's API."""


class KubeControllerManagerConfig(Document):
    """The controller manager. Since Talos 1.14.

    A config holds one. For control plane nodes only.
    """

    talos_type: ClassVar[str] = "k8s.KubeControllerManagerConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["KubeControllerManagerConfig"] = key("kind")
    enabled: Bool | None = key("enabled")
    """Whether it is on."""
    image: String = key("image")
    """Reference of the container image."""
    extra_args: Value[dict[str, Argument], Mapping[str, str | Sequence[str]]] = key("extraArgs")
    """Further arguments of the command by their names; a list repeats one."""
    env: dict[str, Secret] = key("env")
    """Environment variables."""
    resources: ResourcesConfig = key("resources")
    """What the pod asks for and may use."""


class KubeCoreDNSConfig(Document):
    """CoreDNS, the cluster's DNS. Since Talos 1.14.

    A config holds one. For control plane nodes only.
    """

    talos_type: ClassVar[str] = "k8s.KubeCoreDNSConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["KubeCoreDNSConfig"] = key("kind")
    enabled: Bool | None = key("enabled")
    """Whether it is on."""
    image: String = key("image")
    """Reference of the container image."""


class KubeCredentialProviderConfig(Document):
    """Credential providers of the kubelet. Since Talos 1.14.

    A config holds one.
    """

    talos_type: ClassVar[str] = "k8s.KubeCredentialProviderConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["KubeCredentialProviderConfig"] = key("kind")
    configuration: Free = key("configuration")
    """The configuration as Kubernetes defines it. A patch replaces it whole."""


class KubeEtcdEncryptionConfig(Document):
    """Encryption of what Kubernetes stores in etcd. Since Talos 1.14.

    A config holds one. For control plane nodes only.
    """

    talos_type: ClassVar[str] = "k8s.KubeEtcdEncryptionConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["KubeEtcdEncryptionConfig"] = key("kind")
    config: Free = key("config")
    """Kubernetes's encryption configuration."""


class KubeExternalManifestConfig(Document):
    """A manifest that is fetched and applied. Since Talos 1.14.

    A config may hold several, told apart by ``name``.
    """

    talos_type: ClassVar[str] = "k8s.KubeExternalManifestConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["KubeExternalManifestConfig"] = key("kind")
    name: String = key("name")
    headers: dict[str, Secret] = key("headers")
    """Headers of the request."""
    url: Value[URL, URLLike] = key("url")
    """Where the manifest is."""


class KubeFlannelCNIConfig(Document):
    """Flannel as the cluster's network. Since Talos 1.14.

    A config holds one. For control plane nodes only.
    """

    talos_type: ClassVar[str] = "k8s.KubeFlannelCNIConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["KubeFlannelCNIConfig"] = key("kind")
    backend_type: String = key("backendType")
    """How packets travel between nodes."""
    backend_port: UInt16 = key("backendPort")
    """UDP port of the backend."""
    backend_mtu: UInt32 = key("backendMTU")
    """Largest packet of the backend, in bytes."""
    backend_extra_config: Free = key("backendExtraConfig")
    """Further keys of the backend."""
    resources: ResourcesConfig = key("resources")
    """What the pod asks for and may use."""
    extra_args: list[String] = key("extraArgs")
    """Further arguments of flanneld. A patch appends to it."""
    kube_network_policies_enabled: Bool | None = key("kubeNetworkPoliciesEnabled")
    """Whether network policies are enforced."""


class KubeInlineManifestConfig(Document):
    """A manifest that is applied. Since Talos 1.14.

    A config may hold several, told apart by ``name``.
    """

    talos_type: ClassVar[str] = "k8s.KubeInlineManifestConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["KubeInlineManifestConfig"] = key("kind")
    name: String = key("name")
    manifest: Secret = key("manifest")
    """Its text."""


class KubeNetworkConfig(Document):
    """Networks of the cluster. Since Talos 1.14.

    A config holds one.
    """

    talos_type: ClassVar[str] = "k8s.KubeNetworkConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["KubeNetworkConfig"] = key("kind")
    dns_domain: String = key("dnsDomain")
    """The cluster's DNS domain."""
    pod_subnets: Value[list[Prefix], Sequence[PrefixLike]] = key("podSubnets")
    """Networks of pods. A patch replaces it whole."""
    service_subnets: Value[list[Prefix], Sequence[PrefixLike]] = key("serviceSubnets")
    """Networks of services. A patch replaces it whole."""
    node_cidr_mask_size_ipv4: Int = key("nodeCIDRMaskSizeIPv4")
    """Prefix length of a node's pod network."""
    node_cidr_mask_size_ipv6: Int = key("nodeCIDRMaskSizeIPv6")
    """Prefix length of a node's pod network."""


class NodeIPConfig(Model):
    """How the node's address is chosen. Since Talos 1.14."""

    talos_type: ClassVar[str] = "k8s.NodeIPConfig"

    valid_subnets: list[String] = key("validSubnets")
    """Networks that the address must be in; ``!`` in front keeps one out. A patch appends to it."""


class KubeNodeConfig(Document):
    """The Kubernetes node that the machine is. Since Talos 1.14.

    A config holds one.
    """

    talos_type: ClassVar[str] = "k8s.KubeNodeConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["KubeNodeConfig"] = key("kind")
    skip_node_registration: Bool | None = key("skipNodeRegistration")
    """Whether the kubelet runs without a Kubernetes API."""
    register_with_fqdn: Bool | None = key("registerWithFQDN")
    """Whether the node registers by its whole domain name."""
    node_ip: NodeIPConfig = key("nodeIP")
    """How the node's address is chosen."""
    labels: dict[str, String] = key("labels")
    """Labels of the Kubernetes node."""
    annotations: dict[str, String] = key("annotations")
    """Annotations of the Kubernetes node."""
    taints: dict[str, String] = key("taints")
    """Taints of the Kubernetes node: a value and an effect by key, ``value:NoSchedule``."""


class KubePrismConfig(Document):
    """A balancer on each node in front of the cluster's API servers. Since Talos 1.14.

    A config holds one.
    """

    talos_type: ClassVar[str] = "k8s.KubePrismConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["KubePrismConfig"] = key("kind")
    port: Int = key("port")
    """Port on localhost."""
    tls_server_name: String = key("tlsServerName")
    """Name that the server's certificate must have."""


class KubeProxyConfig(Document):
    """kube-proxy. Since Talos 1.14.

    A config holds one. For control plane nodes only.
    """

    talos_type: ClassVar[str] = "k8s.KubeProxyConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["KubeProxyConfig"] = key("kind")
    enabled: Bool | None = key("enabled")
    """Whether it is on."""
    image: String = key("image")
    """Reference of the container image."""
    mode: String = key("mode")
    """How services are routed."""
    config: Free = key("config")
    """The proxy's configuration."""
    extra_args: Value[dict[str, Argument], Mapping[str, str | Sequence[str]]] = key("extraArgs")
    """Further arguments of the command by their names; a list repeats one."""
    resources: ResourcesConfig = key("resources")
    """What the pod asks for and may use."""


class KubeSchedulerConfig(Document):
    """The scheduler. Since Talos 1.14.

    A config holds one. For control plane nodes only.
    """

    talos_type: ClassVar[str] = "k8s.KubeSchedulerConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["KubeSchedulerConfig"] = key("kind")
    enabled: Bool | None = key("enabled")
    """Whether it is on."""
    image: String = key("image")
    """Reference of the container image."""
    config: Free = key("config")
    """The scheduler's configuration."""
    extra_args: Value[dict[str, Argument], Mapping[str, str | Sequence[str]]] = key("extraArgs")
    """Further arguments of the command by their names; a list repeats one."""
    env: dict[str, Secret] = key("env")
    """Environment variables."""
    resources: ResourcesConfig = key("resources")
    """What the pod asks for and may use."""


class IssuerServiceAccountConfig(Model):
    """The issuer of service account tokens. Since Talos 1.14."""

    talos_type: ClassVar[str] = "k8s.IssuerServiceAccountConfig"

    private_key: Secret = key("privateKey")
    """Key that tokens are signed with, in PEM."""
    issuer_url: Value[URL, URLLike] = key("issuerURL")
    """Name of the issuer."""


class AcceptedServiceAccountConfig(Model):
    """Service account tokens that are taken beside those of the issuer. Since Talos 1.14."""

    talos_type: ClassVar[str] = "k8s.AcceptedServiceAccountConfig"

    public_keys: list[String] = key("publicKeys")
    """Public keys in PEM. A patch appends to it."""
    issuers: Value[list[URL], Sequence[URLLike]] = key("issuers")
    """Their issuers. A patch appends to it."""
    audiences: list[String] = key("audiences")
    """Audiences of tokens. A patch appends to it."""


class KubeServiceAccountConfig(Document):
    """Tokens of service accounts. Since Talos 1.14.

    A config holds one. For control plane nodes only.
    """

    talos_type: ClassVar[str] = "k8s.KubeServiceAccountConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["KubeServiceAccountConfig"] = key("kind")
    issuer: IssuerServiceAccountConfig = key("issuer")
    accepted: AcceptedServiceAccountConfig = key("accepted")
    """Further tokens that are taken."""


class KubeStaticPodConfig(Document):
    """A static pod. Since Talos 1.14.

    A config may hold several, told apart by ``name``.
    """

    talos_type: ClassVar[str] = "k8s.KubeStaticPodConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["KubeStaticPodConfig"] = key("kind")
    name: String = key("name")
    pod: Free = key("pod")
    """The pod as Kubernetes defines it. A patch replaces it whole."""


class KubeTalosAPIAccessConfig(Document):
    """Access to the Talos API from pods. Since Talos 1.14.

    A config holds one. For control plane nodes only.
    """

    talos_type: ClassVar[str] = "k8s.KubeTalosAPIAccessConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["KubeTalosAPIAccessConfig"] = key("kind")
    allowed_roles: list[String] = key("allowedRoles")
    """Roles of the Talos API that pods may ask for. A patch appends to it."""
    allowed_kubernetes_namespaces: list[String] = key("allowedKubernetesNamespaces")
    """Namespaces whose pods may ask for access to the Talos API. A patch appends to it."""


class KubeletConfig(Document):
    """The kubelet. Since Talos 1.14.

    A config holds one.
    """

    talos_type: ClassVar[str] = "k8s.KubeletConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["KubeletConfig"] = key("kind")
    image: String = key("image")
    """Reference of the container image."""
    config: Free = key("config")
    """Further keys of the kubelet's configuration."""
    extra_args: Value[dict[str, Argument], Mapping[str, str | Sequence[str]]] = key("extraArgs")
    """Further arguments of the command by their names; a list repeats one."""
    cluster_dns: list[String] = key("clusterDNS")
    """Addresses of the cluster's DNS as the kubelet tells pods. A patch appends to it."""
    default_runtime_seccomp_profile_enabled: Bool | None = key("defaultRuntimeSeccompProfileEnabled")
    """Whether pods get the runtime's seccomp profile by default."""
