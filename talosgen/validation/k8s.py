"""Kubernetes: the cluster, the node, the control plane's components, manifests and static pods."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from talosgen.validation.checks.addresses import Prefix, is_subnet_or_address, parsed_prefix
from talosgen.validation.checks.labels import annotation_faults, label_faults, subdomain_fault, taint_faults
from talosgen.validation.checks.pem import key_fault, pair_fault, pem_fault
from talosgen.validation.checks.urls import endpoint_fault, scheme_and_host
from talosgen.validation.rule import At, Tree, rule

__all__ = ["AUTHORIZERS", "PROTECTED", "ROLES", "node_metadata", "pod_resources"]

#: Fields of the kubelet's configuration that Talos sets itself.
PROTECTED: Final = (
    "apiVersion", "authentication", "authorization", "cgroupRoot", "kind", "kubeletCgroups", "port",
    "protectKernelDefaults", "resolvConf", "rotateCertificates", "systemCgroups", "staticPodPath", "seccompDefault",
)  # fmt: skip

#: Roles of the Talos API, each with the minor release that it came with; 0: before all that have a table.
ROLES: Final = {
    "os:admin": 0, "os:operator": 0, "os:reader": 0, "os:etcd:backup": 0, "os:impersonator": 0,
    "os:image:verifier": 13, "os:meta:writer": 13,
}  # fmt: skip

#: Types of authorizers of the API server.
AUTHORIZERS: Final = ("Node", "RBAC", "Webhook")

_POD_RESOURCES: Final = ("cpu", "memory")
_AUTHENTICATION: Final = "use a KubeAuthenticationConfig document"
_AUTHORIZATION: Final = "use a KubeAuthorizerConfig document"
#: Arguments of the API server that a document stands for, by what they begin with.
_DENIED: Final = {
    "anonymous-auth": _AUTHENTICATION,
    "authentication-config": _AUTHENTICATION,
    "oidc-": _AUTHENTICATION,
    "authorization-config": _AUTHORIZATION,
    "authorization-mode": _AUTHORIZATION,
    "authorization-webhook-": _AUTHORIZATION,
    "oidc-signing-algs": "leave it out: the API server takes all asymmetric algorithms of RFC 7518",
}


def pod_resources(resources: Tree | None, at: At) -> None:
    """What a pod's ``resources`` may name: one finding."""
    for part in ("requests", "limits"):
        for name in sorted((resources or {}).get(part) or {}):
            if name not in _POD_RESOURCES:
                at("pod-resource", part, name)
                return


def node_metadata(labels: Tree, annotations: Tree, taints: Tree, at: At, keys: tuple[str, str, str]) -> None:
    """Labels, annotations and taints of a node; ``keys``: the fields that hold them."""
    for key, fault in label_faults(labels):
        at("node-label", keys[0], key, message=f"this label is invalid: {fault}")
    for key, fault in annotation_faults(annotations):
        steps = (keys[1], key) if key else (keys[1],)
        at("node-annotation", *steps, message=f"this annotation is invalid: {fault}")
    for key, fault in taint_faults(taints):
        at("node-taint", keys[2], key, message=f"this taint is invalid: {fault}")


@rule("KubeClusterConfig")
def cluster(document: Tree, at: At) -> None:
    if not document.get("clusterName"):
        at("cluster-name-missing")
    endpoint = document.get("endpoint")
    if not endpoint:
        at("cluster-endpoint-missing")
    elif fault := endpoint_fault(endpoint):
        at("cluster-endpoint-invalid", "endpoint", message=f"the cluster's endpoint: {fault}")


@rule("KubeNetworkConfig")
def network(document: Tree, at: At) -> None:
    masks = {}
    for family, key, most, default in ((4, "nodeCIDRMaskSizeIPv4", 32, 24), (6, "nodeCIDRMaskSizeIPv6", 128, 64)):
        mask = document.get(key, 0)
        if mask and not 1 <= mask <= most:
            at("node-mask", key, message=f"the size must be from 1 to {most}")
            continue
        masks[family] = mask or default

    def pod(prefix: Prefix) -> str:
        mask = masks.get(prefix.family)
        if mask is None:
            return ""
        if prefix.bits > mask:
            return f"the network is smaller than what one node gets of it, a /{mask}"
        return "" if mask - prefix.bits <= 16 else f"the network has more than 2^16 parts of the size /{mask}"

    def service(prefix: Prefix) -> str:
        most = prefix.width - 20
        return "" if prefix.bits >= most else f"the network is too large: at most /{most}"

    pods, services = document.get("podSubnets") or [], document.get("serviceSubnets") or []
    for key, texts, check in (("podSubnets", pods, pod), ("serviceSubnets", services, service)):
        if found := _subnet_fault(texts, check):
            fault, index = found
            at("cluster-subnets", *((key,) if index is None else (key, index)), message=fault)
    if len(pods) != len(services):
        at("cluster-subnets-uneven")


def _subnet_fault(texts: list[str], check: Callable[[Prefix], str]) -> tuple[str, int | None] | None:
    """The first fault of a list of subnets, and the index of the one that has it."""
    if not texts:
        return "at least one subnet is needed", None
    if len(texts) > 2:
        return "there are at most two subnets, one of IPv4 and one of IPv6", None
    families = []
    for index, text in enumerate(texts):
        prefix = parsed_prefix(text)
        if prefix is None:
            return "this is no subnet", index
        families.append(prefix.family)
        if not prefix.masked:
            return "bits beyond the subnet's length are set", index
        if prefix.width - prefix.bits < 4:
            return "the subnet is too small: it needs 4 bits for hosts at least", index
        if fault := check(prefix):
            return fault, index
    if len(set(families)) < len(families):
        return "there is at most one subnet of IPv4 and one of IPv6", None
    return None


@rule("KubeNodeConfig")
def node(document: Tree, at: At) -> None:
    for index, subnet in enumerate((document.get("nodeIP") or {}).get("validSubnets") or []):
        if not is_subnet_or_address(subnet):
            at("kubelet-subnet", "nodeIP", "validSubnets", index)
    labels, annotations, taints = (document.get(key) or {} for key in ("labels", "annotations", "taints"))
    node_metadata(labels, annotations, taints, at, ("labels", "annotations", "taints"))


@rule("KubeletConfig")
def kubelet(document: Tree, at: At) -> None:
    if not document.get("image"):
        at("image-missing")
    given = document.get("config") or {}
    for field in PROTECTED:
        if field in given:
            at("kubelet-protected", "config", field)


@rule("KubePrismConfig")
def kube_prism(document: Tree, at: At) -> None:
    if not 1 <= document.get("port", 0) <= 65535:
        at("kubeprism-port", "port")


@rule("KubeAPIServerConfig")
def api_server(document: Tree, at: At) -> None:
    if not document.get("image"):
        at("image-missing")
    for argument in sorted(document.get("extraArgs") or {}):
        fitting = [prefix for prefix in _DENIED if argument.startswith(prefix)]
        if fitting:
            hint = _DENIED[max(fitting, key=len)]
            at("api-server-argument", "extraArgs", argument, message=f"this argument is not allowed here; {hint}")
    pod_resources(document.get("resources"), at.below("resources"))


@rule("KubeControllerManagerConfig", "KubeSchedulerConfig", "KubeProxyConfig")
def switched_off(document: Tree, at: At) -> bool:
    """What is off is not looked at."""
    return document.get("enabled") is False


@rule("KubeControllerManagerConfig", "KubeSchedulerConfig", "KubeProxyConfig")
def component(document: Tree, at: At) -> None:
    if not document.get("image"):
        at("image-missing")
    pod_resources(document.get("resources"), at.below("resources"))


@rule("KubeProxyConfig")
def proxy(document: Tree, at: At) -> None:
    mode = document.get("mode", "")
    if mode in ("iptables", "ipvs"):
        at("proxy-mode-old", "mode")
    elif mode not in ("", "nftables"):
        at("proxy-mode", "mode")
    if document.get("extraArgs"):
        at("proxy-arguments", "extraArgs")


@rule("KubeFlannelCNIConfig")
def flannel(document: Tree, at: At) -> None:
    if not document.get("backendType"):
        at("flannel-backend")
    pod_resources(document.get("resources"), at.below("resources"))


@rule("KubeAdmissionControlConfig")
def admission_control(document: Tree, at: At) -> None:
    if not document.get("name"):
        at("name-missing")


@rule("KubeAuthorizerConfig")
def authorizer(document: Tree, at: At) -> None:
    kind, webhook = document.get("type", ""), document.get("webhook") or {}
    if not document.get("name"):
        at("name-missing")
    if not kind:
        at("authorizer-kind-missing")
    if kind not in AUTHORIZERS:
        at("authorizer-kind", "type")
    if kind == "Webhook" and not webhook:
        at("authorizer-webhook-missing")
    elif kind != "Webhook" and webhook:
        at("authorizer-webhook", "webhook")


@rule("KubeEtcdEncryptionConfig")
def etcd_encryption(document: Tree, at: At) -> None:
    if not document.get("config"):
        at("etcd-encryption-empty")


@rule("KubeAggregatorCAConfig")
def aggregator_ca(document: Tree, at: At) -> None:
    if "issuingCA" not in document:
        at("issuing-ca-missing")


@rule("KubeAggregatorCAConfig", "KubeAPIServerCAConfig")
def authority(document: Tree, at: At) -> None:
    pair = document.get("issuingCA")
    if pair is not None:
        part, fault = pair_fault(pair.get("cert", ""), pair.get("key", ""), load=True)
        if fault:
            at("issuing-ca", "issuingCA", part, message=f"the issuing CA: {fault}")
    for index, text in enumerate(document.get("acceptedCAs") or []):
        if fault := pem_fault(text, "CERTIFICATE"):
            at("accepted-ca", "acceptedCAs", index, message=f"an accepted CA: {fault}")


@rule("KubeServiceAccountConfig")
def service_account(document: Tree, at: At) -> None:
    issuer = document.get("issuer") or {}
    key = issuer.get("privateKey")
    if not key:
        at("service-account-key-missing", "issuer")
    elif fault := key_fault(key):
        at("service-account-key", "issuer", "privateKey", message=f"the key of service accounts: {fault}")
    if not issuer.get("issuerURL"):
        at("service-account-issuer", "issuer")


@rule("KubeExternalManifestConfig", "KubeInlineManifestConfig", "KubeStaticPodConfig")
def manifest_name(document: Tree, at: At) -> None:
    name = document.get("name")
    if not name:
        at("name-missing")
    elif fault := subdomain_fault(name):
        at("manifest-name", "name", message=f"the name: {fault}")


@rule("KubeExternalManifestConfig")
def external_manifest(document: Tree, at: At) -> None:
    url = document.get("url")
    if not url:
        at("manifest-url-missing")
    elif scheme_and_host(url)[0] not in ("http", "https"):
        at("manifest-url-scheme", "url")


@rule("KubeStaticPodConfig")
def static_pod(document: Tree, at: At) -> None:
    if not document.get("pod"):
        at("static-pod-missing")


@rule("KubeTalosAPIAccessConfig")
def talos_api_access(document: Tree, at: At) -> None:
    roles = document.get("allowedRoles") or []
    if not roles:
        at("api-access-no-roles")
    for index, role in enumerate(roles):
        if ROLES.get(role, 99) > at.context.minor:
            at("api-access-role", "allowedRoles", index)
