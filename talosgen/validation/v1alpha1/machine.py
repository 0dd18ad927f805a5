"""The legacy section ``machine``, its network apart."""

from __future__ import annotations

from typing import Final

from talosgen.validation.checks.addresses import is_subnet_or_address
from talosgen.validation.checks.urls import endpoint_fault, scheme_and_host
from talosgen.validation.cri import runtime_spec as check_runtime_spec
from talosgen.validation.k8s import PROTECTED, ROLES, node_metadata
from talosgen.validation.rule import At, Tree, rule
from talosgen.validation.settings import cluster_of, is_control_plane, machine_type, role_of

__all__: list[str] = []

_DISK_TYPES: Final = ("", "nvme", "sd", "hdd", "ssd")


@rule("v1alpha1.MachineConfig")
def deprecated(machine: Tree, at: At) -> None:
    if machine.get("files"):
        at("files-deprecated", "files")
    if machine.get("baseRuntimeSpecOverrides"):
        at("runtime-spec-deprecated", "baseRuntimeSpecOverrides")


@rule("v1alpha1.MachineConfig")
def kind_of_machine(machine: Tree, at: At) -> None:
    text = machine.get("type", "")
    role = role_of(text)
    ca = machine.get("ca")
    if role == "unknown":
        at("machine-type-unknown", "type")
    elif role != text:
        at("machine-type-alias", "type")
    if ca is None and not machine.get("acceptedCAs"):
        at("machine-ca-none")
    if is_control_plane(role):
        if ca is None:
            at("machine-ca-missing")
        elif not ca.get("key"):
            at("machine-ca-key-missing", "ca")
        network = cluster_of(at.context.container).get("network")
        if network is not None and "cni" in network:
            _cni(network["cni"], at.context.at(at.document).below("cluster", "network", "cni"))
    elif role == "worker":
        _worker(machine, ca, at)


def _worker(machine: Tree, ca: Tree | None, at: At) -> None:
    if ca is not None:
        if ca.get("key"):
            at("machine-ca-key", "ca", "key")
        if not ca.get("crt") and not machine.get("acceptedCAs"):
            at("machine-ca-empty", "ca")
    if (cluster_of(at.context.container).get("ca") or {}).get("key"):
        at.context.at(at.document)("kubernetes-ca-key", "cluster", "ca", "key")
    for index, device in enumerate((machine.get("network") or {}).get("interfaces") or []):
        below = at.below("network", "interfaces", index)
        if "vip" in device:
            below("vip-worker", "vip")
        for number, vlan in enumerate(device.get("vlans") or []):
            if "vip" in vlan:
                below("vip-worker", "vlans", number, "vip")


def _cni(cni: Tree, at: At) -> None:
    name, urls, flannel = cni.get("name", ""), cni.get("urls") or [], cni.get("flannel") or {}
    if name not in ("flannel", "none", "custom"):
        at("cni-name", "name")
        return
    if name != "custom" and urls:
        at("cni-urls", "urls")
    if name != "flannel":
        if flannel.get("extraArgs"):
            at("cni-flannel-args", "flannel", "extraArgs")
        if flannel.get("kubeNetworkPoliciesEnabled"):
            at("cni-flannel-policies", "flannel", "kubeNetworkPoliciesEnabled")
    if name == "custom":
        if not urls:
            at("cni-urls-missing")
        for index, url in enumerate(urls):
            if fault := endpoint_fault(url):
                at("cni-url-invalid", "urls", index, message=f"a manifest of the CNI: {fault}")


@rule("v1alpha1.MachineConfig")
def modes(machine: Tree, at: At) -> None:
    """What older releases want of the legacy document alone."""
    if at.context.mode == "metal" and "install" not in machine:
        at("install-missing")
    if at.context.mode == "container":
        dns = (machine.get("features") or {}).get("hostDNS") or {}
        below = at.below("features", "hostDNS")
        if not dns.get("enabled"):
            below("container-dns-off")
        if not dns.get("forwardKubeDNSToHost"):
            below("container-dns-forward")


@rule("v1alpha1.InstallConfig")
def install(install: Tree, at: At) -> None:
    seen: set[str] = set()
    extensions = install.get("extensions") or []
    for index, extension in enumerate(extensions):
        image = extension.get("image", "")
        if image in seen:
            at("extension-twice", "extensions", index)
        seen.add(image)
    if extensions:
        at("extensions-deprecated", "extensions")
    if at.context.mode != "metal":
        return
    selector = install.get("diskSelector")
    usable = selector is not None
    if selector is not None and (fault := _selector_fault(selector)):
        at(*fault)
        usable = False
    if not install.get("disk") and not usable:
        at("install-disk-missing")
    if install.get("extraKernelArgs") and install.get("grubUseUKICmdline"):
        at("install-kernel-args", "extraKernelArgs")


def _selector_fault(selector: Tree) -> tuple[str, ...]:
    if selector.get("name"):
        return "install-selector-name", "diskSelector", "name"
    if selector.get("type", "") not in _DISK_TYPES:
        return "install-selector-type", "diskSelector", "type"
    return ()


@rule("v1alpha1.MachineDisk")
def disk(disk: Tree, at: At) -> None:
    partitions = disk.get("partitions") or []
    for index, partition in enumerate(partitions[:-1]):
        if not partition.get("size"):
            at("disk-partition-size", "partitions", index)


@rule("v1alpha1.KubeletConfig")
def kubelet(kubelet: Tree, at: At) -> None:
    for index, subnet in enumerate((kubelet.get("nodeIP") or {}).get("validSubnets") or []):
        if not is_subnet_or_address(subnet):
            at("kubelet-subnet", "nodeIP", "validSubnets", index)
    given = kubelet.get("extraConfig") or {}
    for field in PROTECTED:
        if field in given:
            at("kubelet-protected", "extraConfig", field)


@rule("v1alpha1.EncryptionConfig")
def encryption(encryption: Tree, at: At) -> None:
    keys = encryption.get("keys") or []
    if not keys:
        at("encryption-keys-missing")
    seen: set[int] = set()
    for index, key in enumerate(keys):
        slot = key.get("slot", 0)
        if slot in seen:
            at("encryption-slot-twice", "keys", index)
        seen.add(slot)
        if not any(kind in key for kind in ("static", "nodeID", "kms", "tpm")):
            at("encryption-key-empty", "keys", index)


@rule("v1alpha1.LoggingDestination")
def logging(destination: Tree, at: At) -> None:
    endpoint = destination.get("endpoint")
    if endpoint is None:
        at("logging-endpoint-missing")
    else:
        scheme, host = scheme_and_host(endpoint)
        if not host:
            at("logging-endpoint-host", "endpoint")
        if scheme not in ("tcp", "udp"):
            at("logging-endpoint-scheme", "endpoint")
    if destination.get("format", "") != "json_lines":
        at("logging-format", "format")


@rule("v1alpha1.MachineConfig")
def node(machine: Tree, at: At) -> None:
    keys = "nodeLabels", "nodeAnnotations", "nodeTaints"
    labels, annotations, taints = (machine.get(key) or {} for key in keys)
    node_metadata(labels, annotations, taints, at, keys)


@rule("v1alpha1.FeaturesConfig")
def features(features: Tree, at: At) -> None:
    dns = features.get("hostDNS") or {}
    if dns.get("forwardKubeDNSToHost") and not dns.get("enabled"):
        at("host-dns-forward", "hostDNS")
    access = features.get("kubernetesTalosAPIAccess") or {}
    if access.get("enabled"):
        if not is_control_plane(machine_type(at.context.container)):
            at("api-access-worker", "kubernetesTalosAPIAccess")
        if not features.get("rbac"):
            at("api-access-rbac", "kubernetesTalosAPIAccess")
        for index, role in enumerate(access.get("allowedRoles") or []):
            if ROLES.get(role, 99) > at.context.minor:
                at("api-access-role", "kubernetesTalosAPIAccess", "allowedRoles", index)
    algorithm: str = features.get("nodeAddressSortAlgorithm", "")
    if algorithm and algorithm.lower() not in ("v1", "v2"):
        at("address-sort", "nodeAddressSortAlgorithm")


@rule("v1alpha1.MachineConfig")
def runtime_spec(machine: Tree, at: At) -> None:
    if overrides := machine.get("baseRuntimeSpecOverrides"):
        check_runtime_spec(overrides, at.below("baseRuntimeSpecOverrides"))
