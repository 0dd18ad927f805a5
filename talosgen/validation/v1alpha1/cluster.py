"""The legacy section ``cluster``. Once the endpoint is missing, nothing else of the section is looked at."""

from __future__ import annotations

import re
from typing import Final

from talosgen.validation.checks.addresses import is_subnet_or_address
from talosgen.validation.checks.urls import endpoint_fault, parsed_url, request_fault
from talosgen.validation.k8s import AUTHORIZERS, pod_resources
from talosgen.validation.rule import At, Tree, rule
from talosgen.validation.settings import discovery_enabled, is_control_plane, legacy_service, machine_type

__all__: list[str] = []

# One part of a DNS name; a name is looked at part by part.
_LABEL: Final = re.compile(r"[a-zA-Z0-9_][a-zA-Z0-9_-]{0,62}")


@rule("v1alpha1.ClusterConfig")
def endpoint(cluster: Tree, at: At) -> bool:
    control_plane = cluster.get("controlPlane")
    if control_plane is not None:
        if "endpoint" not in control_plane:
            at("endpoint-missing", "controlPlane")
            return True
        if fault := endpoint_fault(control_plane["endpoint"]):
            at("endpoint-invalid", "controlPlane", "endpoint", message=f"the endpoint of the control plane: {fault}")
    elif at("endpoint-required"):
        return True
    elif "serviceAccount" in cluster:
        at("service-account-alone", "serviceAccount")
    return False


@rule("v1alpha1.ClusterConfig")
def identity(cluster: Tree, at: At) -> None:
    if (cluster.get("ca") or {}).get("key") and not is_control_plane(machine_type(at.context.container)):
        at("cluster-ca-key", "ca", "key")
    if not discovery_enabled(cluster):
        return
    below = at.below("discovery", "registries", "service", "endpoint")
    service = legacy_service(cluster)
    if fault := request_fault(service):
        below("discovery-endpoint", message=f"the discovery service: {fault}")
    elif (url := parsed_url(service.replace("#", "%23"))) is not None and url.path not in (b"", b"/"):
        below("discovery-path")
    if not cluster.get("id"):
        at("discovery-id", "discovery")
    if not cluster.get("secret"):
        at("discovery-secret", "discovery")


@rule("v1alpha1.ClusterNetworkConfig")
def network(network: Tree, at: At) -> None:
    domain = network.get("dnsDomain")
    if domain and not _is_dns_name(domain):
        at("dns-domain-invalid", "dnsDomain")


def _is_dns_name(text: str) -> bool:
    if len(text.replace(".", "").encode("utf-8", "surrogatepass")) > 255:
        return False
    # At the end one more dot or underscore may stand.
    forms = (text, text[:-1]) if text[-1] in "._" else (text,)
    return any(all(_LABEL.fullmatch(label) for label in form.split(".")) for form in forms)


@rule("v1alpha1.ExternalCloudProviderConfig")
def external_cloud_provider(provider: Tree, at: At) -> None:
    manifests = provider.get("manifests") or []
    if manifests and not provider.get("enabled"):
        at("cloud-provider-disabled", "manifests")
        return
    for index, url in enumerate(manifests):
        if fault := endpoint_fault(url):
            at(
                "cloud-provider-manifest", "manifests", index,
                message=f"a manifest of the external cloud provider: {fault}",
            )  # fmt: skip


@rule("v1alpha1.EtcdConfig")
def etcd(etcd: Tree, at: At) -> None:
    if not is_control_plane(machine_type(at.context.container)):
        at("etcd-on-worker")
        return
    if "ca" not in etcd:
        at("etcd-ca-missing")
    advertised, subnet = etcd.get("advertisedSubnets") or [], etcd.get("subnet")
    if subnet:
        if advertised:
            at("etcd-subnet-twice", "subnet")
        elif not is_subnet_or_address(subnet):
            at("etcd-advertised-subnet", "subnet")
    listen = etcd.get("listenSubnets") or []
    for name, key, subnets in (
        ("etcd-advertised-subnet", "advertisedSubnets", advertised),
        ("etcd-listen-subnet", "listenSubnets" if listen else "advertisedSubnets", listen or advertised),
    ):
        for index, text in enumerate(subnets):
            if not is_subnet_or_address(text):
                at(name, key, index)


@rule("v1alpha1.ClusterConfig")
def inline_manifests(cluster: Tree, at: At) -> None:
    seen: set[str] = set()
    for index, manifest in enumerate(cluster.get("inlineManifests") or []):
        name = manifest.get("name", "")
        if not name.strip():
            at("inline-manifest-name", "inlineManifests", index)
        if name in seen:
            at("inline-manifest-twice", "inlineManifests", index, "name")
        seen.add(name)


@rule("v1alpha1.APIServerConfig")
def api_server(server: Tree, at: At) -> None:
    """One finding only, as Talos has it: what comes first hides the rest."""
    if "authorizationConfig" in server:
        arguments = server.get("extraArgs") or {}
        for argument in sorted(arguments):
            if argument == "authorization-mode":
                at("authorization-mode-twice", "extraArgs", argument)
                return
            if argument.startswith("authorization-webhook-"):
                at("authorization-webhook-twice", "extraArgs", argument)
                return
        for index, authorizer in enumerate(server["authorizationConfig"]):
            if fault := _authorizer_fault(authorizer):
                at(fault, "authorizationConfig", index)
                return
    pod_resources(server.get("resources"), at.below("resources"))


def _authorizer_fault(authorizer: Tree) -> str:
    kind = authorizer.get("type", "")
    if not kind:
        return "authorizer-type-missing"
    if not authorizer.get("name"):
        return "authorizer-name-missing"
    return "" if kind in AUTHORIZERS else "authorizer-type-unknown"


@rule("v1alpha1.ControllerManagerConfig", "v1alpha1.SchedulerConfig")
def component(component: Tree, at: At) -> None:
    pod_resources(component.get("resources"), at.below("resources"))
