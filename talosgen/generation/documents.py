"""The documents beside the legacy one in a generated config (Talos v1.14.1 generator)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from talosgen.config.codecs.url import URL
from talosgen.errors import InputError, Problem
from talosgen.generation.bodies import AUDIT_POLICY, AUTHENTICATION, POD_SECURITY
from talosgen.generation.cel import quote
from talosgen.generation.inputs import KUBEPRISM_PORT, Inputs

__all__ = ["documents"]

_CONTROL_PLANE = "node-role.kubernetes.io/control-plane"


def documents(inputs: Inputs) -> Iterator[tuple[str, dict[str, Any]]]:
    """The kind and the fields, without apiVersion and kind, of each document in order."""
    options, wants = inputs.options, inputs.wants
    if wants("documents"):
        yield from _machine(inputs)
    if wants("registry-documents"):
        yield from _registries(inputs)
    if wants("hostname-document"):
        yield "HostnameConfig", {"auto": "stable"}
    if wants("kubespan-document") and options.kubespan is not None:
        yield "KubeSpanConfig", {"enabled": options.kubespan}
    if wants("documents") and options.with_kubernetes:
        yield from _kubernetes(inputs)
        if inputs.controlplane:
            yield from _control_plane(inputs)


def _text(**fields: str) -> dict[str, Any]:
    """Text fields; an empty text is an unset one."""
    return {key: value for key, value in fields.items() if value}


def _pem(pair: Any) -> dict[str, Any]:
    return _text(cert=pair.crt.decode("utf-8", "surrogateescape"), key=pair.key.decode("utf-8", "surrogateescape"))


def _machine(inputs: Inputs) -> Iterator[tuple[str, dict[str, Any]]]:
    options, cluster = inputs.options, inputs.bundle.cluster
    if options.discovery:
        yield "DiscoveryServiceConfig", {"name": "default", "endpoint": "https://discovery.talos.dev/"}
    yield "DiscoveryIdentityConfig", _text(clusterID=cluster.id, clusterSecret=cluster.secret)
    if options.install_disk and not options.skip_unattended_install:
        tree: dict[str, Any] = {}
        if options.install_image:
            tree["installer"] = {"image": options.install_image}
        match = f"disk.dev_path == {quote(options.install_disk)}"
        tree["provisioning"] = {"diskSelector": {"match": match}, "wipe": False}
        yield "UnattendedInstallConfig", tree
    yield "ResolverConfig", {"hostDNS": {"enabled": True, "forwardKubeDNSToHost": True}}
    if options.sysctls:
        yield "SysctlConfig", {"params": dict(options.sysctls)}
    yield "VolumeConfig", {"name": "EPHEMERAL", "mount": {"secure": True}}
    yield "FilesystemTrimConfig", {"interval": "168h0m0s"}
    yield "SecurityProfileConfig", {"workloadIsolation": True}


def _registries(inputs: Inputs) -> Iterator[tuple[str, dict[str, Any]]]:
    options = inputs.options
    problems: list[Problem] = []
    for host in sorted(options.mirrors, key=_bytes):
        endpoints = []
        for url in options.mirrors[host]:
            try:
                endpoints.append(_text(url=str(URL.parse(url)) if url else ""))
            except ValueError as error:
                problems.append(Problem(f"a mirror of {host} is no URL: {error}"))
        tree: dict[str, Any] = _text(name=host)
        if endpoints:
            tree["endpoints"] = endpoints
        yield "RegistryMirrorConfig", tree
    if problems:
        raise InputError(problems)
    for host in sorted({*options.registry_cas, *options.registry_insecure}, key=_bytes):
        tree = _text(name=host, ca=options.registry_cas.get(host, ""))
        if host in options.registry_insecure:
            tree["insecureSkipVerify"] = True
        yield "RegistryTLSConfig", tree


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _kubernetes(inputs: Inputs) -> Iterator[tuple[str, dict[str, Any]]]:
    options, k8s = inputs.options, inputs.bundle.certs.k8s
    yield "KubeClusterConfig", _text(clusterName=options.cluster, endpoint=inputs.endpoint)
    node: dict[str, Any] = {}
    if inputs.controlplane:
        node["labels"] = {_CONTROL_PLANE: "", "node.kubernetes.io/exclude-from-external-load-balancers": ""}
        if not options.allow_scheduling_on_control_planes:
            node["taints"] = {_CONTROL_PLANE: "NoSchedule"}
    yield "KubeNodeConfig", node
    yield (
        "KubeletConfig",
        {
            "image": f"ghcr.io/siderolabs/kubelet:v{options.kubernetes}",
            "defaultRuntimeSeccompProfileEnabled": True,
        },
    )
    network: dict[str, Any] = _text(dnsDomain=options.dns_domain)
    network["podSubnets"] = [inputs.pod_subnet]
    network["serviceSubnets"] = [inputs.service_subnet]
    yield "KubeNetworkConfig", network
    if inputs.controlplane:
        yield "KubeAPIServerCAConfig", {"issuingCA": _pem(k8s)}
    else:
        assert k8s is not None
        yield "KubeAPIServerCAConfig", {"acceptedCAs": [k8s.crt.decode("utf-8", "surrogateescape")]}
    port = KUBEPRISM_PORT if options.kubeprism_port is None else options.kubeprism_port
    if port > 0:
        yield "KubePrismConfig", {"port": port}


def _control_plane(inputs: Inputs) -> Iterator[tuple[str, dict[str, Any]]]:
    options, certs = inputs.options, inputs.bundle.certs
    image = f"registry.k8s.io/kube-{{}}:v{options.kubernetes}"
    yield "KubeAggregatorCAConfig", {"issuingCA": _pem(certs.k8saggregator)}
    yield "KubeAdmissionControlConfig", {"name": "PodSecurity", "configuration": POD_SECURITY}
    yield "KubeAuditPolicyConfig", {"configuration": AUDIT_POLICY}
    yield "KubeAuthenticationConfig", {"configuration": AUTHENTICATION}
    yield "KubeAuthorizerConfig", {"name": "node", "type": "Node"}
    yield "KubeAuthorizerConfig", {"name": "rbac", "type": "RBAC"}
    yield "KubeEtcdEncryptionConfig", {"config": _encryption(inputs)}
    assert certs.k8sserviceaccount is not None
    key = certs.k8sserviceaccount.key.decode("utf-8", "surrogateescape")
    yield "KubeServiceAccountConfig", {"issuer": _text(privateKey=key, issuerURL=inputs.endpoint)}
    api_server: dict[str, Any] = {"image": image.format("apiserver")}
    if options.local_api_server_port:
        api_server["apiPort"] = options.local_api_server_port
    if inputs.api_sans:
        api_server["certExtraSANs"] = inputs.api_sans
    yield "KubeAPIServerConfig", api_server
    yield "KubeControllerManagerConfig", {"image": image.format("controller-manager")}
    yield "KubeSchedulerConfig", {"image": image.format("scheduler")}
    yield "KubeProxyConfig", {"image": image.format("proxy")}
    if not inputs.cni_url:
        yield "KubeFlannelCNIConfig", {"backendType": "vxlan", "backendPort": 4789}
    yield "KubeCoreDNSConfig", {"enabled": True}
    if inputs.cni_url:
        yield "KubeExternalManifestConfig", {"name": "custom-cni", "url": inputs.cni_url}


def _encryption(inputs: Inputs) -> dict[str, Any]:
    secrets = inputs.bundle.secrets
    providers = [
        {"secretbox": {"keys": [{"name": name, "secret": secret}]}}
        # The second is an AES-CBC key under a secretbox provider: so does Talos's generator.
        for name, secret in (
            ("key2", secrets.secretboxencryptionsecret),
            ("key1", secrets.aescbcencryptionsecret),
        )
        if secret
    ]
    return {"resources": [{"providers": providers, "resources": ["secrets"]}]}
