"""What may stand in cluster.yaml and in Node documents.

Every field may be missing: a base says a part, what it lacks its heirs say. What a whole cluster must have is asked
once the folders are merged. Texts may hold references (``${vars.x}``) wherever a value stands.
"""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic.alias_generators import to_camel

from talosgen.project.values import (
    Address,
    AddressWithLength,
    Argument,
    Certificate,
    Device,
    Domain,
    Hostname,
    Image,
    LinkName,
    Mtu,
    NameOrAddress,
    NetworkText,
    Platform,
    RegistryHost,
    Said,
    Sysctl,
    TimeServer,
    Url,
)  # fmt: skip

__all__ = [
    "API_VERSION", "NAME", "Bond", "ClusterDocument", "Group", "Install", "Interface", "Link", "Machine", "Network",
    "Node", "NodeDocument", "PatchReference", "Registries", "RegistryAuth", "Route", "Settings", "Vip", "Vlan",
    "json_schema", "keys",
]  # fmt: skip

#: The apiVersion of talosgen's own documents.
API_VERSION: Final = "talosgen/v1"

#: A DNS label: what a cluster or a node is called.
NAME: Final = r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"
Name = Annotated[str, StringConstraints(pattern=NAME)]
MergeName = Literal["talos", "idempotent"]
Texts = dict[str, str]


class Part(BaseModel):
    """What all parts share: keys in camelCase, unknown ones refused, no input in errors."""

    model_config = ConfigDict(
        extra="forbid", alias_generator=to_camel, hide_input_in_errors=True, frozen=True,
        strict=True, defer_build=True,
    )  # fmt: skip


class PatchReference(Part):
    """A patch file with the semantics that it is merged by."""

    file: str = Field(description="the file, relative to the one that names it")
    merge: MergeName | None = Field(None, description="its semantics; those of the project by default")


class Install(Part):
    """Where Talos is installed to. One of ``disk``, ``selector`` and ``match``."""

    disk: Device | None = Field(None, description="the disk's device: /dev/sda")
    selector: dict[str, Said] | None = Field(
        None, description="what the disk must be like: size, name, model, serial, modalias, uuid, wwid, type, busPath"
    )
    match: Said | None = Field(None, description="a CEL expression over `disk`, for contracts from v1.14 on")
    image: Image | None = Field(None, description="the installer image; by default the Image Factory's")
    wipe: bool | None = Field(None, description="whether the disk is wiped before")

    @model_validator(mode="after")
    def _one_disk(self) -> Self:
        if sum(given is not None for given in (self.disk, self.selector, self.match)) > 1:
            raise ValueError("disk, selector and match exclude each other; keep one of them")
        return self


class Machine(Part):
    """What the machine is: by this the image is chosen."""

    platform: Platform | None = Field(None, description="metal by default; nocloud, aws, hcloud …")
    arch: Literal["amd64", "arm64"] | None = Field(None, description="amd64 by default")
    secure_boot: bool | None = Field(None, description="whether images are for secure boot")


class Route(Part):
    """A static route. Without ``network`` it is the default route."""

    network: NetworkText | None = Field(
        None, description="the destination, as 10.1.0.0/16; the default route without it"
    )
    gateway: Address | None = Field(None, description="the router's address")
    source: Address | None = Field(None, description="the source address of what takes the route")
    metric: int | None = Field(None, description="the lower one is taken")
    mtu: Mtu | None = Field(None, description="in bytes")


class Link(Part):
    """What every link can have."""

    addresses: list[AddressWithLength] | None = Field(None, description="static addresses with prefix lengths")
    routes: list[Route] | None = Field(None, description="static routes")
    mtu: Mtu | None = Field(None, description="in bytes")
    dhcp: bool | None = Field(None, description="whether DHCPv4 is asked for an address")
    vip: Address | None = Field(None, description="an address that control-plane nodes share on this link")


class Vlan(Link):
    """A VLAN of a link, by its id."""


class Interface(Link):
    """A physical link, by its name."""

    vlans: dict[str, Vlan] | None = Field(None, description="VLANs by their ids")


class Bond(Interface):
    """A bond, by its name."""

    links: list[LinkName] | None = Field(None, description="the names of its links")
    mode: Said | None = Field(None, description="802.3ad, active-backup …")
    lacp_rate: Said | None = Field(None, description="slow or fast")
    xmit_hash_policy: Said | None = Field(None, description="layer2, layer3+4 …")
    miimon: int | None = Field(None, description="the interval of looking at its links, in milliseconds")
    updelay: int | None = Field(None, description="in milliseconds")
    downdelay: int | None = Field(None, description="in milliseconds")


class Network(Part):
    """Links by their names."""

    interfaces: dict[LinkName, Interface] | None = Field(None, description="physical links")
    bonds: dict[LinkName, Bond] | None = Field(None, description="bonds")


class Vip(Part):
    """An address that the control-plane nodes share."""

    address: Address | None = Field(None, description="the address")
    link: LinkName | None = Field(None, description="the link that it is on")
    dhcp: bool | None = Field(
        None,
        description="whether this link gets its own address by DHCP; it does by default, unless `network` has the link",
    )


class RegistryAuth(Part):
    """How one logs in at a registry."""

    username: str | None = Field(None, description="the user")
    password: str | None = Field(None, description="the password: a reference to a secret")


class Registries(Part):
    """Container registries."""

    mirrors: dict[RegistryHost, list[Url]] | None = Field(None, description="URLs of mirrors by the registry's host")
    cas: dict[RegistryHost, Certificate] | None = Field(None, description="authorities in PEM by the registry's host")
    insecure: list[RegistryHost] | None = Field(None, description="hosts whose certificates are not looked at")
    auth: dict[RegistryHost, RegistryAuth] | None = Field(None, description="logins by the registry's host")


class Settings(Part):
    """What can be set for a cluster, a group, a node."""

    hostname: Hostname | None = Field(None, description="the host name; the node's name by default")
    install: Install | None = Field(None, description="where Talos is installed to")
    machine: Machine | None = Field(None, description="what the machines are")
    schematic: dict[str, Any] | str | None = Field(None, description="an Image Factory schematic, or its file")
    sans: list[NameOrAddress] | None = Field(
        None, description="further names and addresses in the certificates of the APIs"
    )
    kernel_args: list[Argument] | None = Field(None, description="further kernel arguments")
    nameservers: list[Address] | None = Field(None, description="addresses of name servers")
    search_domains: list[Domain] | None = Field(
        None, description="domains that names are looked for in, from Talos v1.9 on"
    )
    time_servers: list[TimeServer] | None = Field(None, description="names or addresses of time servers")
    network: Network | None = Field(None, description="links")
    vip: Vip | None = Field(None, description="the control plane's shared address")
    labels: Texts | None = Field(None, description="labels of the Kubernetes nodes")
    annotations: Texts | None = Field(None, description="annotations of the Kubernetes nodes, from Talos v1.8 on")
    taints: Texts | None = Field(None, description="taints: VALUE:EFFECT or EFFECT by key")
    registries: Registries | None = Field(None, description="container registries")
    sysctls: dict[Sysctl, str] | None = Field(None, description="kernel parameters")
    features: list[str | dict[str, dict[str, Any]]] | None = Field(None, description="features, with parameters")
    patches: list[str | PatchReference] | None = Field(None, description="patch files, in order")
    vars: dict[str, Any] | None = Field(None, description="what ${vars.…} means")


class Group(Settings):
    """A pool: settings for the nodes that name it."""


class Node(Settings):
    """A node's own settings."""

    address: str | None = Field(None, description="its address or host name, by which talosctl reaches it")
    groups: list[str] | None = Field(None, description="the groups that it is in, in order")


class ListedNode(Node):
    """A node that cluster.yaml declares."""

    role: Literal["controlplane", "worker"] | None = Field(None, description="its role")


class NodeDocument(Node):
    """The first document of a node file."""

    api_version: Literal["talosgen/v1"]
    kind: Literal["Node"]


class ClusterDocument(Settings):
    """cluster.yaml."""

    api_version: Literal["talosgen/v1"]
    kind: Literal["Cluster"]
    name: Name | None = Field(None, description="the cluster's name, a DNS label")
    endpoint: str | None = Field(None, description="the URL of the Kubernetes API: https://10.0.0.10:6443")
    talos_version: str | None = Field(None, description="the Talos release, in full: v1.14.1")
    contract: str | None = Field(None, description="the shape of generated configs; talosVersion's by default")
    kubernetes_version: str | None = Field(None, description="by default that of exactly this Talos release")
    extends: list[str] | None = Field(None, description="folders whose settings, patches and role files come first")
    merge: MergeName | None = Field(None, description="the semantics of the project's patches; idempotent by default")
    mode: Literal["metal", "cloud", "container"] | None = Field(None, description="for validation; metal by default")
    groups: dict[str, Group] | None = Field(None, description="pools by name")
    nodes: dict[Name, ListedNode] | None = Field(None, description="nodes by name, instead of or beside node files")
    env: list[str] | None = Field(None, description="names that ${env.…} may read")
    checks: dict[str, Literal["off", "note", "warning", "error"]] | None = Field(
        None, description="severities of findings by code"
    )
    dns_domain: Domain | None = Field(None, description="the cluster's DNS domain; cluster.local by default")
    cni: str | None = Field(None, description="flannel (the default), none, or the URL of a manifest")
    pod_subnets: list[NetworkText] | None = Field(None, description="networks of pods")
    service_subnets: list[NetworkText] | None = Field(None, description="networks of services")
    discovery: bool | None = Field(None, description="whether nodes find each other by the discovery service")
    kubespan: bool | None = Field(None, description="whether KubeSpan is on")
    allow_scheduling_on_control_planes: bool | None = Field(None, description="whether control planes take work")


@cache
def keys(model: type[BaseModel]) -> frozenset[str]:
    """The keys that a part can have."""
    # Until it is built a model does not know them.
    model.model_rebuild()
    return frozenset(field.alias or name for name, field in model.model_fields.items())


def json_schema(model: type[BaseModel]) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a document, for editors."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **model.model_json_schema(by_alias=True, mode="validation"),
    }
