"""Settings as patches: a table of setting and contract, and what each becomes there.

What the generator has an option for goes through it, for the cluster as a whole (``options``). All else, and what a
group or a node sets otherwise, is one patch with each target document written whole (``fragments``).
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

from talosgen.config.located import Mapping, Sequence, Value
from talosgen.contract import Contract
from talosgen.errors import Problem
from talosgen.generation.options import MachineType
from talosgen.patching.fragments import LEGACY, Fragment, at, at_keys, legacy, together
from talosgen.project import disk, network
from talosgen.source import Span

__all__ = ["TABLE", "Context", "fragments", "removed", "uncovered"]


class Context(NamedTuple):
    """For whom settings are compiled. ``image`` is the installer image, None to leave that of the base."""

    contract: Contract
    role: MachineType
    image: Value | None
    problems: list[Problem]
    #: All settings, of which one may need another.
    settings: Mapping = Mapping(Span(""))


#: What a taint does (Kubernetes).
_EFFECTS: Final = ("NoSchedule", "PreferNoSchedule", "NoExecute")

Form = Callable[[Any, Context], Iterator[Fragment]]


def _at(path: str) -> Form:
    """A setting that the legacy document has as it is."""

    def form(tree: Any, context: Context) -> Iterator[Fragment]:
        yield legacy(path, tree)

    return form


def _in(kind: str, path: str) -> Form:
    """A setting that a document has as it is."""

    def form(tree: Any, context: Context) -> Iterator[Fragment]:
        yield Fragment(kind, "", at(path, tree, tree.span))

    return form


def _nothing(tree: Any, context: Context) -> Iterator[Fragment]:
    return iter(())


def _controlplane(form: Form) -> Form:
    """A form that only control planes have."""

    def made(tree: Any, context: Context) -> Iterator[Fragment]:
        if context.role.is_controlplane:
            yield from form(tree, context)

    return made


def _both(*forms: Form) -> Form:
    def form(tree: Any, context: Context) -> Iterator[Fragment]:
        for one in forms:
            yield from one(tree, context)

    return form


def _hostname(tree: Value, context: Context) -> Iterator[Fragment]:
    # Never both: the base has `auto: stable`, which excludes a name.
    yield Fragment("HostnameConfig", "", Mapping(tree.span, {"auto": Value("off", tree.span), "hostname": tree}))


def _nameservers(tree: Sequence, context: Context) -> Iterator[Fragment]:
    servers = [Mapping(item.span, {"address": item}) for item in tree]
    yield Fragment("ResolverConfig", "", Mapping(tree.span, {"nameservers": Sequence(tree.span, servers)}))


def _own_address(tree: Mapping, link: Mapping | None) -> Value | None:
    """Whether the link of a shared address asks for its own by DHCP; None to leave that to the setting ``network``."""
    if link is not None and "dhcp" in link:
        return None
    if "dhcp" in tree:
        return Value(tree["dhcp"].value, tree["dhcp"].span)
    # To name a link ends what it does unnamed.
    return Value(True, tree.span) if link is None else None


def _vip_link(tree: Mapping, context: Context) -> Mapping | None:
    """What the setting ``network`` says of the link of a shared address."""
    return network.link(context.settings.get("network", Mapping(tree.span)), tree["link"].value)


def _vip_legacy(tree: Mapping, context: Context) -> Iterator[Fragment]:
    if _vip_link(tree, context) is not None:
        # There it is a part of the link.
        return
    entries = {"interface": tree["link"], "dhcp": _own_address(tree, None)}
    item = Mapping(tree.span, {**entries, "vip": Mapping(tree.span, {"ip": tree["address"]})})
    yield legacy("machine.network.interfaces", Sequence(tree.span, [item]))


def _vip_document(tree: Mapping, context: Context) -> Iterator[Fragment]:
    dhcp = _own_address(tree, _vip_link(tree, context))
    if dhcp is not None and dhcp.value:
        yield Fragment("DHCPv4Config", tree["link"].value, Mapping(dhcp.span))
    yield Fragment("Layer2VIPConfig", tree["address"].value, Mapping(tree.span, {"link": tree["link"]}))


def _registered(tree: Mapping, context: Context) -> Iterator[Fragment]:
    """Taints that the kubelet registers its node with: a worker may not set them later (NodeRestriction)."""
    items = []
    for key, given in tree.items():
        value, _, effect = given.value.rpartition(":")
        if effect not in _EFFECTS:
            remedy = f"write VALUE:EFFECT or EFFECT, one of {', '.join(_EFFECTS)}"
            context.problems.append(Problem("this taint has no effect", given.span, f"taints.{key}", remedy))
        entries = {"key": key, **({"value": value} if value else {}), "effect": effect}
        items.append(Mapping(given.span, {name: Value(text, given.span) for name, text in entries.items()}))
    yield legacy("machine.kubelet.extraConfig.registerWithTaints", Sequence(tree.span, items))


def _taints(tree: Mapping, context: Context) -> Iterator[Fragment]:
    if context.role.is_controlplane:
        yield legacy("machine.nodeTaints", tree)
    else:
        yield from _registered(tree, context)


def _cni(deleted: Fragment | None) -> Form:
    """No CNI: the legacy name for it, or the document of Flannel deleted. A URL is an option of the generator."""

    def form(tree: Value, context: Context) -> Iterator[Fragment]:
        if tree.value != "none" or not context.role.is_controlplane:
            return
        yield legacy("cluster.network.cni.name", tree) if deleted is None else deleted

    return form


def _install(form: Callable[[Mapping, Value | None, list[Problem]], Iterator[Fragment]]) -> Form:
    def made(tree: Mapping, context: Context) -> Iterator[Fragment]:
        return form(tree, context.image, context.problems)

    return made


def _network(tree: Mapping, context: Context) -> list[Problem]:
    """What is wrong with the links: the same for both forms."""
    found = list(network.faults(tree))
    if context.role.is_controlplane:
        found += network.shared_twice(tree, context.settings.get("vip"))
    return found


def _network_legacy(tree: Mapping, context: Context) -> Iterator[Fragment]:
    found = _network(tree, context)
    if not context.role.is_controlplane:
        tree = network.without_shared_addresses(tree)
    elif "vip" in context.settings:
        tree = network.sharing(tree, context.settings["vip"], found)
    context.problems.extend(found)
    return iter(()) if found else network.legacy(tree)


def _network_documents(tree: Mapping, context: Context) -> Iterator[Fragment]:
    found = [*_network(tree, context), *network.unstated(tree)]
    context.problems.extend(found)
    if not context.role.is_controlplane:
        tree = network.without_shared_addresses(tree)
    return iter(()) if found else network.documents(tree)


def _registries_legacy(tree: Mapping, context: Context) -> Iterator[Fragment]:
    for host, urls in tree.get("mirrors", {}).items():
        yield _below(("machine", "registries", "mirrors", host, "endpoints"), urls)
    config = ("machine", "registries", "config")
    for host, pem in tree.get("cas", {}).items():
        yield _below((*config, host, "tls", "ca"), Value(b64encode(pem.value.encode()).decode("ascii"), pem.span))
    for host in tree.get("insecure", ()):
        yield _below((*config, host.value, "tls", "insecureSkipVerify"), Value(True, host.span))
    for host, auth in tree.get("auth", {}).items():
        yield _below((*config, host, "auth"), auth)


def _below(keys: tuple[str, ...], tree: Any) -> Fragment:
    """What the legacy document gets below keys, one of which is a host with dots in it."""
    return Fragment(LEGACY, "", at_keys(keys, tree, tree.span))


def _registries_documents(tree: Mapping, context: Context) -> Iterator[Fragment]:
    for host, urls in tree.get("mirrors", {}).items():
        endpoints = [Mapping(url.span, {"url": url}) for url in urls]
        yield Fragment("RegistryMirrorConfig", host, Mapping(urls.span, {"endpoints": Sequence(urls.span, endpoints)}))
    for host, pem in tree.get("cas", {}).items():
        yield Fragment("RegistryTLSConfig", host, Mapping(pem.span, {"ca": pem}))
    for host in tree.get("insecure", ()):
        insecure = Mapping(host.span, {"insecureSkipVerify": Value(True, host.span)})
        yield Fragment("RegistryTLSConfig", host.value, insecure)
    for host, auth in tree.get("auth", {}).items():
        yield Fragment("RegistryAuthConfig", host, Mapping(auth.span, dict(auth), auth.keys_at))


class Row(NamedTuple):
    """What a setting becomes from a contract 1.``since`` on."""

    setting: str
    since: int
    form: Form


#: Of a setting's rows the last that is not newer than the contract counts.
TABLE: Final = (
    Row("hostname", 0, _at("machine.network.hostname")),
    Row("hostname", 12, _hostname),
    Row("install", 0, _install(disk.legacy)),
    Row("install", 14, _install(disk.document)),
    Row("kernelArgs", 0, _at("machine.install.extraKernelArgs")),
    # From here on the installer takes them from the schematic, and refuses to take them from two places.
    Row("kernelArgs", 12, _nothing),
    Row("sans", 0, _both(_at("machine.certSANs"), _controlplane(_at("cluster.apiServer.certSANs")))),
    Row("sans", 14, _both(_at("machine.certSANs"), _controlplane(_in("KubeAPIServerConfig", "certExtraSANs")))),
    Row("nameservers", 0, _at("machine.network.nameservers")),
    Row("nameservers", 12, _nameservers),
    Row("searchDomains", 0, _at("machine.network.searchDomains")),
    Row("searchDomains", 12, _in("ResolverConfig", "searchDomains.domains")),
    Row("timeServers", 0, _at("machine.time.servers")),
    Row("timeServers", 12, _in("TimeSyncConfig", "ntp.servers")),
    Row("network", 0, _network_legacy),
    Row("network", 12, _network_documents),
    Row("vip", 0, _controlplane(_vip_legacy)),
    Row("vip", 12, _controlplane(_vip_document)),
    Row("labels", 0, _at("machine.nodeLabels")),
    Row("labels", 14, _in("KubeNodeConfig", "labels")),
    Row("annotations", 0, _at("machine.nodeAnnotations")),
    Row("annotations", 14, _in("KubeNodeConfig", "annotations")),
    Row("taints", 0, _registered),
    Row("taints", 6, _taints),
    Row("taints", 14, _in("KubeNodeConfig", "taints")),
    Row("registries", 0, _registries_legacy),
    Row("registries", 12, _registries_documents),
    Row("sysctls", 0, _at("machine.sysctls")),
    Row("sysctls", 14, _in("SysctlConfig", "params")),
    Row("cni", 0, _cni(None)),
    Row("cni", 14, _cni(Fragment("KubeFlannelCNIConfig", "", None))),
    Row("podSubnets", 0, _at("cluster.network.podSubnets")),
    Row("podSubnets", 14, _in("KubeNetworkConfig", "podSubnets")),
    Row("serviceSubnets", 0, _at("cluster.network.serviceSubnets")),
    Row("serviceSubnets", 14, _in("KubeNetworkConfig", "serviceSubnets")),
)


def fragments(settings: Mapping, context: Context) -> list[Fragment]:
    """What the settings become, one fragment for each document; the legacy one first."""
    if "vip" in settings:
        settings = _with_whole_vip(settings, context.problems)
    context = context._replace(settings=settings)
    chosen: dict[str, Form] = {}
    for row in TABLE:
        if context.contract.at_least(row.since):
            chosen[row.setting] = row.form
    made = (fragment for name, form in chosen.items() if name in settings for fragment in form(settings[name], context))
    found = together(made, key="interface")
    return sorted(found, key=lambda fragment: fragment.kind != LEGACY)


def _with_whole_vip(settings: Mapping, problems: list[Problem]) -> Mapping:
    """The settings without a shared address that lacks something, which is added to ``problems``."""
    vip = settings["vip"]
    missing = next((key for key in ("address", "link") if key not in vip), None)
    if missing is None:
        return settings
    place = settings.keys_at.get("vip", vip.span)
    problems.append(Problem(f"the shared address has no {missing}", place, "vip", f"write {missing} beside the rest"))
    return Mapping(settings.span, {key: item for key, item in settings.items() if key != "vip"}, settings.keys_at)


#: Settings that the generator has an option for, whole.
_COVERED: Final = ("sans", "sysctls")
#: The parts of `registries` that it has options for.
_COVERED_REGISTRIES: Final = ("mirrors", "cas", "insecure")


def removed(settings: Mapping, common: Mapping, context: Context) -> list[Problem]:
    """What a node would be without, but for the base, which all nodes of its role share."""
    out = []
    covered = (*_COVERED, *(() if context.contract.at_least(12) else ("kernelArgs",)))
    pairs = [(key, settings.get(key), common.get(key)) for key in covered]
    registries = [tree.get("registries", {}) for tree in (settings, common)]
    pairs += [(f"registries.{key}", *(tree.get(key) for tree in registries)) for key in _COVERED_REGISTRIES]
    own_mirrors, mirrors = (tree.get("mirrors", {}) for tree in registries)
    pairs += [
        (f"registries.mirrors.{host}", own_mirrors[host], mirrors[host]) for host in mirrors if host in own_mirrors
    ]
    for path, own, shared in pairs:
        if shared is not None and _loses(own, shared):
            message = f"the cluster sets {path} for all nodes, and a node can only add to it"
            remedy = "set it for the groups of nodes that want it, not for the cluster"
            out.append(Problem(message, shared.span, path, remedy))
    return out


def _loses(own: Any, shared: Any) -> bool:
    """Whether one has less than what all share; the order of a list is a part of it."""
    if isinstance(shared, Sequence):
        return list(own or ())[: len(shared)] != list(shared)
    return any(item not in (own or ()) for item in shared)


def uncovered(settings: Mapping, common: Mapping, context: Context, *, same_image: bool) -> Mapping:
    """The settings of a node that its base does not have yet; ``common`` are those that the base was made from.

    ``same_image``: whether the base has the node's installer image.
    """
    left = {key: item for key, item in settings.items() if key not in _COVERED or item != common.get(key)}
    for key in ("cni", "podSubnets", "serviceSubnets"):
        # No subnets are those of Talos.
        if common.get(key):
            left[key] = common[key]
    if "kernelArgs" in left:
        # An argument may be meant to be there twice, so a patch would add them all.
        given, known = left.pop("kernelArgs"), common.get("kernelArgs", ())
        if more := [item for item in given if item not in known]:
            left["kernelArgs"] = Sequence(given.span, more)
    if "registries" in left:
        before = common.get("registries", {})
        rest = {
            key: item
            for key, item in left["registries"].items()
            if key not in _COVERED_REGISTRIES or item != before.get(key)
        }
        left["registries"] = Mapping(left["registries"].span, rest, left["registries"].keys_at)
    install = left.pop("install", Mapping(settings.span))
    shared = common.get("install", {})
    if "disk" in shared and "disk" not in install:
        # The base has the cluster's disk, which this node is not installed to.
        install = Mapping(install.span, {**install, "disk": Value(None, install.span)}, install.keys_at)
    if not same_image or install != shared or set(install) - {"disk", "image"}:
        left["install"] = install
    return Mapping(settings.span, left, settings.keys_at)
