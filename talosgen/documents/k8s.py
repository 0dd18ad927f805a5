"""Models. Written by scripts/documents.py from the table."""

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
    """Kube API server CA config. Since Talos 1.14.

    A config holds one.
    """

    talos_type: ClassVar[str] = "k8s.KubeAPIServerCAConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["KubeAPIServerCAConfig"] = key("kind")
    issuing_ca: CertificateAndKey = key("issuingCA")
    accepted_cas: list[String] = key("acceptedCAs")
    """A patch appends to it."""


class ResourcesConfig(Model):
    """Resources config. Since Talos 1.14."""

    talos_type: ClassVar[str] = "k8s.ResourcesConfig"

    requests: Free = key("requests")
    limits: Free = key("limits")


class KubeAPIServerConfig(Document):
    """Kube API server config. Since Talos 1.14.

    A config holds one. For control plane nodes only.
    """

    talos_type: ClassVar[str] = "k8s.KubeAPIServerConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["KubeAPIServerConfig"] = key("kind")
    image: String = key("image")
    extra_args: Value[dict[str, Argument], Mapping[str, str | Sequence[str]]] = key("extraArgs")
    env: dict[str, Secret] = key("env")
    resources: ResourcesConfig = key("resources")
    api_port: Int | None = key("apiPort")
    cert_extra_sans: list[String] = key("certExtraSANs")
    """A patch appends to it."""
    startup_probes: Bool | None = key("startupProbes")


class KubeAdmissionControlConfig(Document):
    """Kube admission control config. Since Talos 1.14.

    A config may hold several, told apart by ``name``. For control plane nodes only.
    """

    talos_type: ClassVar[str] = "k8s.KubeAdmissionControlConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["KubeAdmissionControlConfig"] = key("kind")
    name: String = key("name")
    configuration: Free = key("configuration")


class KubeAggregatorCAConfig(Document):
    """Kube aggregator CA config. Since Talos 1.14.

    A config holds one. For control plane nodes only.
    """

    talos_type: ClassVar[str] = "k8s.KubeAggregatorCAConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["KubeAggregatorCAConfig"] = key("kind")
    issuing_ca: CertificateAndKey = key("issuingCA")
    accepted_cas: list[String] = key("acceptedCAs")
    """A patch appends to it."""


class KubeAuditPolicyConfig(Document):
    """Kube audit policy config. Since Talos 1.14.

    A config holds one. For control plane nodes only.
    """

    talos_type: ClassVar[str] = "k8s.KubeAuditPolicyConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["KubeAuditPolicyConfig"] = key("kind")
    configuration: Free = key("configuration")
    """A patch replaces it whole."""


class KubeAuthenticationConfig(Document):
    """Kube authentication config. Since Talos 1.14.

    A config holds one. For control plane nodes only.
    """

    talos_type: ClassVar[str] = "k8s.KubeAuthenticationConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["KubeAuthenticationConfig"] = key("kind")
    configuration: Free = key("configuration")
    """A patch replaces it whole."""


class KubeAuthorizerConfig(Document):
    """Kube authorizer config. Since Talos 1.14.

    A config may hold several, told apart by ``name``. For control plane nodes only.
    """

    talos_type: ClassVar[str] = "k8s.KubeAuthorizerConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["KubeAuthorizerConfig"] = key("kind")
    name: String = key("name")
    type: Value[String, Literal["Node", "RBAC", "Webhook"] | str] = key("type")
    webhook: Free = key("webhook")


class KubeClusterConfig(Document):
    """Kube cluster config. Since Talos 1.14.

    A config holds one.
    """

    talos_type: ClassVar[str] = "k8s.KubeClusterConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["KubeClusterConfig"] = key("kind")
    cluster_name: String = key("clusterName")
    endpoint: Value[URL, URLLike] = key("endpoint")


class KubeControllerManagerConfig(Document):
    """Kube controller manager config. Since Talos 1.14.

    A config holds one. For control plane nodes only.
    """

    talos_type: ClassVar[str] = "k8s.KubeControllerManagerConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["KubeControllerManagerConfig"] = key("kind")
    enabled: Bool | None = key("enabled")
    image: String = key("image")
    extra_args: Value[dict[str, Argument], Mapping[str, str | Sequence[str]]] = key("extraArgs")
    env: dict[str, Secret] = key("env")
    resources: ResourcesConfig = key("resources")


class KubeCoreDNSConfig(Document):
    """Kube core DNS config. Since Talos 1.14.

    A config holds one. For control plane nodes only.
    """

    talos_type: ClassVar[str] = "k8s.KubeCoreDNSConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["KubeCoreDNSConfig"] = key("kind")
    enabled: Bool | None = key("enabled")
    image: String = key("image")


class KubeCredentialProviderConfig(Document):
    """Kube credential provider config. Since Talos 1.14.

    A config holds one.
    """

    talos_type: ClassVar[str] = "k8s.KubeCredentialProviderConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["KubeCredentialProviderConfig"] = key("kind")
    configuration: Free = key("configuration")
    """A patch replaces it whole."""


class KubeEtcdEncryptionConfig(Document):
    """Kube etcd encryption config. Since Talos 1.14.

    A config holds one. For control plane nodes only.
    """

    talos_type: ClassVar[str] = "k8s.KubeEtcdEncryptionConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["KubeEtcdEncryptionConfig"] = key("kind")
    config: Free = key("config")


class KubeExternalManifestConfig(Document):
    """Kube external manifest config. Since Talos 1.14.

    A config may hold several, told apart by ``name``.
    """

    talos_type: ClassVar[str] = "k8s.KubeExternalManifestConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["KubeExternalManifestConfig"] = key("kind")
    name: String = key("name")
    headers: dict[str, Secret] = key("headers")
    url: Value[URL, URLLike] = key("url")


class KubeFlannelCNIConfig(Document):
    """Kube flannel CNI config. Since Talos 1.14.

    A config holds one. For control plane nodes only.
    """

    talos_type: ClassVar[str] = "k8s.KubeFlannelCNIConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["KubeFlannelCNIConfig"] = key("kind")
    backend_type: String = key("backendType")
    backend_port: UInt16 = key("backendPort")
    backend_mtu: UInt32 = key("backendMTU")
    backend_extra_config: Free = key("backendExtraConfig")
    resources: ResourcesConfig = key("resources")
    extra_args: list[String] = key("extraArgs")
    """A patch appends to it."""
    kube_network_policies_enabled: Bool | None = key("kubeNetworkPoliciesEnabled")


class KubeInlineManifestConfig(Document):
    """Kube inline manifest config. Since Talos 1.14.

    A config may hold several, told apart by ``name``.
    """

    talos_type: ClassVar[str] = "k8s.KubeInlineManifestConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["KubeInlineManifestConfig"] = key("kind")
    name: String = key("name")
    manifest: Secret = key("manifest")


class KubeNetworkConfig(Document):
    """Kube network config. Since Talos 1.14.

    A config holds one.
    """

    talos_type: ClassVar[str] = "k8s.KubeNetworkConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["KubeNetworkConfig"] = key("kind")
    dns_domain: String = key("dnsDomain")
    pod_subnets: Value[list[Prefix], Sequence[PrefixLike]] = key("podSubnets")
    """A patch replaces it whole."""
    service_subnets: Value[list[Prefix], Sequence[PrefixLike]] = key("serviceSubnets")
    """A patch replaces it whole."""
    node_cidr_mask_size_ipv4: Int = key("nodeCIDRMaskSizeIPv4")
    node_cidr_mask_size_ipv6: Int = key("nodeCIDRMaskSizeIPv6")


class NodeIPConfig(Model):
    """Node IP config. Since Talos 1.14."""

    talos_type: ClassVar[str] = "k8s.NodeIPConfig"

    valid_subnets: list[String] = key("validSubnets")
    """A patch appends to it."""


class KubeNodeConfig(Document):
    """Kube node config. Since Talos 1.14.

    A config holds one.
    """

    talos_type: ClassVar[str] = "k8s.KubeNodeConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["KubeNodeConfig"] = key("kind")
    skip_node_registration: Bool | None = key("skipNodeRegistration")
    register_with_fqdn: Bool | None = key("registerWithFQDN")
    node_ip: NodeIPConfig = key("nodeIP")
    labels: dict[str, String] = key("labels")
    annotations: dict[str, String] = key("annotations")
    taints: dict[str, String] = key("taints")


class KubePrismConfig(Document):
    """Kube prism config. Since Talos 1.14.

    A config holds one.
    """

    talos_type: ClassVar[str] = "k8s.KubePrismConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["KubePrismConfig"] = key("kind")
    port: Int = key("port")
    tls_server_name: String = key("tlsServerName")


class KubeProxyConfig(Document):
    """Kube proxy config. Since Talos 1.14.

    A config holds one. For control plane nodes only.
    """

    talos_type: ClassVar[str] = "k8s.KubeProxyConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["KubeProxyConfig"] = key("kind")
    enabled: Bool | None = key("enabled")
    image: String = key("image")
    mode: String = key("mode")
    config: Free = key("config")
    extra_args: Value[dict[str, Argument], Mapping[str, str | Sequence[str]]] = key("extraArgs")
    resources: ResourcesConfig = key("resources")


class KubeSchedulerConfig(Document):
    """Kube scheduler config. Since Talos 1.14.

    A config holds one. For control plane nodes only.
    """

    talos_type: ClassVar[str] = "k8s.KubeSchedulerConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["KubeSchedulerConfig"] = key("kind")
    enabled: Bool | None = key("enabled")
    image: String = key("image")
    config: Free = key("config")
    extra_args: Value[dict[str, Argument], Mapping[str, str | Sequence[str]]] = key("extraArgs")
    env: dict[str, Secret] = key("env")
    resources: ResourcesConfig = key("resources")


class IssuerServiceAccountConfig(Model):
    """Issuer service account config. Since Talos 1.14."""

    talos_type: ClassVar[str] = "k8s.IssuerServiceAccountConfig"

    private_key: Secret = key("privateKey")
    issuer_url: Value[URL, URLLike] = key("issuerURL")


class AcceptedServiceAccountConfig(Model):
    """Accepted service account config. Since Talos 1.14."""

    talos_type: ClassVar[str] = "k8s.AcceptedServiceAccountConfig"

    public_keys: list[String] = key("publicKeys")
    """A patch appends to it."""
    issuers: Value[list[URL], Sequence[URLLike]] = key("issuers")
    """A patch appends to it."""
    audiences: list[String] = key("audiences")
    """A patch appends to it."""


class KubeServiceAccountConfig(Document):
    """Kube service account config. Since Talos 1.14.

    A config holds one. For control plane nodes only.
    """

    talos_type: ClassVar[str] = "k8s.KubeServiceAccountConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["KubeServiceAccountConfig"] = key("kind")
    issuer: IssuerServiceAccountConfig = key("issuer")
    accepted: AcceptedServiceAccountConfig = key("accepted")


class KubeStaticPodConfig(Document):
    """Kube static pod config. Since Talos 1.14.

    A config may hold several, told apart by ``name``.
    """

    talos_type: ClassVar[str] = "k8s.KubeStaticPodConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["KubeStaticPodConfig"] = key("kind")
    name: String = key("name")
    pod: Free = key("pod")
    """A patch replaces it whole."""


class KubeTalosAPIAccessConfig(Document):
    """Kube talos API access config. Since Talos 1.14.

    A config holds one. For control plane nodes only.
    """

    talos_type: ClassVar[str] = "k8s.KubeTalosAPIAccessConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["KubeTalosAPIAccessConfig"] = key("kind")
    allowed_roles: list[String] = key("allowedRoles")
    """A patch appends to it."""
    allowed_kubernetes_namespaces: list[String] = key("allowedKubernetesNamespaces")
    """A patch appends to it."""


class KubeletConfig(Document):
    """Kubelet config. Since Talos 1.14.

    A config holds one.
    """

    talos_type: ClassVar[str] = "k8s.KubeletConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["KubeletConfig"] = key("kind")
    image: String = key("image")
    config: Free = key("config")
    extra_args: Value[dict[str, Argument], Mapping[str, str | Sequence[str]]] = key("extraArgs")
    cluster_dns: list[String] = key("clusterDNS")
    """A patch appends to it."""
    default_runtime_seccomp_profile_enabled: Bool | None = key("defaultRuntimeSeccompProfileEnabled")
