"""The legacy ``v1alpha1`` document of a generated config (Talos v1.14.1 generator)."""

from __future__ import annotations

from typing import Any

from talosgen.generation.bodies import AUDIT_POLICY, POD_SECURITY
from talosgen.generation.inputs import KUBEPRISM_PORT, Inputs
from talosgen.pki.pem import to_base64

__all__ = ["legacy"]


def _pair(pair: Any, with_key: bool = True) -> dict[str, str]:
    return {"crt": to_base64(pair.crt), "key": to_base64(pair.key) if with_key else ""}


def legacy(inputs: Inputs) -> dict[str, Any]:
    """The tree of the legacy document."""
    tree: dict[str, Any] = {
        "version": "v1alpha1",
        "debug": inputs.options.debug,
        "persist": True,
        "machine": _machine(inputs),
        "cluster": _cluster(inputs),
    }
    return tree


def _set(tree: dict[str, Any], key: str, value: Any) -> None:
    """Set what is there; an unset or empty value leaves the field unset."""
    if value:
        tree[key] = value


def _machine(inputs: Inputs) -> dict[str, Any]:
    options, wants, bundle = inputs.options, inputs.wants, inputs.bundle
    documents = wants("documents")
    tree: dict[str, Any] = {"type": inputs.machine_type.value}
    _set(tree, "token", bundle.trustdinfo.token)
    if bundle.certs.os is not None:
        tree["ca"] = _pair(bundle.certs.os, inputs.controlplane)
    tree["certSANs"] = list(options.additional_sans)
    if not documents:
        kubelet: dict[str, Any] = {"image": f"ghcr.io/siderolabs/kubelet:v{options.kubernetes}"}
        if wants("kubelet-seccomp-default"):
            kubelet["defaultRuntimeSeccompProfileEnabled"] = True
        if wants("kubelet-manifests-directory-disabled"):
            kubelet["disableManifestsDirectory"] = True
        tree["kubelet"] = kubelet
    network = _network(inputs)
    if network is not None:
        tree["network"] = network
    _set(tree, "disks", [dict(disk) for disk in options.disks])
    if not documents:
        tree["install"] = _install(inputs)
        _set(tree, "sysctls", dict(options.sysctls))
    if wants("registries"):
        _set(tree, "registries", _registries(inputs))
    tree["features"] = _features(inputs)
    if inputs.controlplane and wants("exclude-from-load-balancers") and not documents:
        tree["nodeLabels"] = {"node.kubernetes.io/exclude-from-external-load-balancers": ""}
    return tree


def _network(inputs: Inputs) -> dict[str, Any] | None:
    options = inputs.options
    network = None if options.network is None else dict(options.network)
    if network is None and inputs.wants("network-always"):
        network = {}
    if options.kubespan is not None and not inputs.wants("kubespan-document"):
        network = {**(network or {}), "kubespan": {"enabled": options.kubespan}}
    return network


def _install(inputs: Inputs) -> dict[str, Any]:
    options = inputs.options
    install: dict[str, Any] = {}
    _set(install, "disk", options.install_disk)
    _set(install, "extraKernelArgs", list(options.install_extra_kernel_args))
    _set(install, "image", options.install_image)
    install["wipe"] = False
    if inputs.wants("grub-uki-cmdline"):
        install["grubUseUKICmdline"] = True
    return install


def _registries(inputs: Inputs) -> dict[str, Any]:
    options = inputs.options
    mirrors = {host: {"endpoints": list(urls)} for host, urls in options.mirrors.items()}
    if inputs.wants("alternate-image-registries"):
        seed = {"endpoints": ["https://registry.k8s.io", "https://k8s.gcr.io"]}
        mirrors = {"k8s.gcr.io": seed, **mirrors}
    config: dict[str, Any] = {}
    for host in (*options.registry_cas, *options.registry_insecure):
        tls: dict[str, Any] = {}
        _set(tls, "ca", to_base64(options.registry_cas.get(host, "").encode()))
        if host in options.registry_insecure:
            tls["insecureSkipVerify"] = True
        config[host] = {"tls": tls}
    registries: dict[str, Any] = {}
    _set(registries, "mirrors", mirrors)
    _set(registries, "config", config)
    return registries


def _features(inputs: Inputs) -> dict[str, Any]:
    options, wants = inputs.options, inputs.wants
    features: dict[str, Any] = {}
    if wants("rbac"):
        features["rbac"] = True
    if wants("stable-hostname"):
        features["stableHostname"] = True
    if wants("apid-key-usage-check"):
        features["apidCheckExtKeyUsage"] = True
    if wants("disk-quota"):
        features["diskQuotaSupport"] = True
    if not wants("documents"):
        port = options.kubeprism_port
        if port is None:
            port = KUBEPRISM_PORT if wants("kubeprism") else 0
        if port > 0:
            features["kubePrism"] = {"enabled": True, "port": port}
    if wants("host-dns"):
        dns = {"enabled": True}
        if options.host_dns_forward or wants("host-dns-forward"):
            dns["forwardKubeDNSToHost"] = True
        features["hostDNS"] = dns
    return features


def _cluster(inputs: Inputs) -> dict[str, Any]:
    options, wants, bundle = inputs.options, inputs.wants, inputs.bundle
    controlplane, documents = inputs.controlplane, wants("documents")
    secrets = bundle.secrets
    tree: dict[str, Any] = {}
    if not documents:
        _set(tree, "id", bundle.cluster.id)
        _set(tree, "secret", bundle.cluster.secret)
        control_plane: dict[str, Any] = {"endpoint": inputs.endpoint}
        if controlplane:
            _set(control_plane, "localAPIServerPort", options.local_api_server_port)
        tree["controlPlane"] = control_plane
        if controlplane or wants("worker-cluster-name"):
            _set(tree, "clusterName", options.cluster)
        tree["network"] = _cluster_network(inputs)
    if options.with_kubernetes or not controlplane:
        _set(tree, "token", secrets.bootstraptoken)
    if documents:
        if controlplane and options.with_etcd:
            tree["etcd"] = _etcd(inputs)
        return tree
    if controlplane:
        if wants("secretbox"):
            _set(tree, "secretboxEncryptionSecret", secrets.secretboxencryptionsecret)
        else:
            _set(tree, "aescbcEncryptionSecret", secrets.aescbcencryptionsecret)
    if bundle.certs.k8s is not None:
        tree["ca"] = _pair(bundle.certs.k8s, controlplane)
    if controlplane:
        tree.update(_kubernetes(inputs))
    kubernetes = {"disabled": True} if wants("kubernetes-discovery-disabled") else {}
    tree["discovery"] = {"enabled": options.discovery}
    if kubernetes:
        tree["discovery"]["registries"] = {"kubernetes": kubernetes}
    if controlplane and options.with_etcd:
        tree["etcd"] = _etcd(inputs)
    if controlplane and options.allow_scheduling_on_control_planes:
        renamed = wants("scheduling-on-control-planes-name")
        tree["allowSchedulingOnControlPlanes" if renamed else "allowSchedulingOnMasters"] = True
    return tree


def _etcd(inputs: Inputs) -> dict[str, Any]:
    etcd = inputs.bundle.certs.etcd
    return {} if etcd is None else {"ca": _pair(etcd)}


def _cluster_network(inputs: Inputs) -> dict[str, Any]:
    network: dict[str, Any] = {}
    if inputs.cni_url:
        network["cni"] = {"name": "custom", "urls": [inputs.cni_url]}
    _set(network, "dnsDomain", inputs.options.dns_domain)
    network["podSubnets"] = [inputs.pod_subnet]
    network["serviceSubnets"] = [inputs.service_subnet]
    return network


def _kubernetes(inputs: Inputs) -> dict[str, Any]:
    options, wants, certs = inputs.options, inputs.wants, inputs.bundle.certs
    tree: dict[str, Any] = {}
    if certs.k8saggregator is not None:
        tree["aggregatorCA"] = _pair(certs.k8saggregator)
    if certs.k8sserviceaccount is not None:
        tree["serviceAccount"] = {"key": to_base64(certs.k8sserviceaccount.key)}
    image = f"registry.k8s.io/kube-{{}}:v{options.kubernetes}"
    api_server: dict[str, Any] = {"image": image.format("apiserver")}
    _set(api_server, "certSANs", inputs.api_sans)
    if wants("pod-security-policy-disabled"):
        api_server["disablePodSecurityPolicy"] = True
    if wants("pod-security-admission"):
        api_server["admissionControl"] = [{"name": "PodSecurity", "configuration": POD_SECURITY}]
    if wants("audit-policy"):
        api_server["auditPolicy"] = AUDIT_POLICY
    tree["apiServer"] = api_server
    tree["controllerManager"] = {"image": image.format("controller-manager")}
    tree["proxy"] = {"image": image.format("proxy")}
    tree["scheduler"] = {"image": image.format("scheduler")}
    return tree
