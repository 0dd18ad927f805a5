"""Laws of settings: in layers, on either role, they come to the same in every contract, whatever its form."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from projects import CLUSTER, node, opened, write

from talosgen import compiler
from talosgen.errors import InputError

pytestmark = pytest.mark.laws

_MANY = settings(max_examples=100, deadline=None)
#: The legacy section alone, documents for the network, documents for all.
_RELEASES = ("v1.9.6", "v1.11.6", "v1.12.7", "v1.14.1")
_BARE = CLUSTER.replace("install: {disk: /dev/sda}\n", "")


def _some(*items):
    return st.lists(st.sampled_from(items), min_size=1, max_size=2, unique=True)


def _part(**fields):
    return st.fixed_dictionaries({}, optional=fields)


_ROUTES = st.lists(
    st.sampled_from(
        [
            {"gateway": "10.0.0.1"}, {"gateway": "fd00::1", "metric": 5}, {"network": "10.8.0.0/16"},
            {"network": "10.7.0.0/16", "gateway": "10.0.0.2", "mtu": 1400}, {"network": "::/0", "gateway": "fe80::1"},
            {"network": "0.0.0.0/0", "gateway": "10.0.0.1", "metric": 1},
        ]
    ),
    min_size=1,
    max_size=2,
)  # fmt: skip
_LINK = {
    "addresses": _some("10.0.0.21/24", "fd00::21/64", "10.9.0.1/16"),
    "routes": _ROUTES,
    "mtu": st.sampled_from([1400, 9000]),
    "dhcp": st.booleans(),
    "vip": st.sampled_from(["10.0.0.10", "10.0.0.11"]),
}
_VLANS = st.dictionaries(st.sampled_from(["5", "100"]), _part(**_LINK), min_size=1)
_BOND = st.builds(
    lambda link, more: {**link, "links": ["eth1", "eth2"], "mode": "802.3ad", **more},
    _part(**_LINK, vlans=_VLANS),
    _part(miimon=st.just(100), lacpRate=st.just("fast"), xmitHashPolicy=st.just("layer3+4")),
)
_VIP = st.fixed_dictionaries(
    {"address": st.just("10.0.0.12"), "link": st.sampled_from(["eth0", "bond0", "eth0.5", "bond0.100", "eth9"])},
    optional={"dhcp": st.booleans()},
)
_TEXTS = st.dictionaries(st.sampled_from(["a", "b"]), st.sampled_from(["x", "y", None]), min_size=1)
_SETTINGS = _part(
    install=st.sampled_from(
        [{"disk": "/dev/sdb"}, {"selector": {"type": "ssd"}}, {"wipe": True}, {"disk": None}, None]
    ),
    sans=_some("a.example.org", "10.1.1.1"),
    nameservers=_some("10.0.0.1", "fd00::53"),
    searchDomains=_some("a.example", "b.example"),
    timeServers=_some("ntp.example", "10.0.0.9"),
    labels=_TEXTS,
    annotations=_TEXTS,
    taints=st.dictionaries(
        st.sampled_from(["a", "b"]), st.sampled_from(["NoSchedule", "v:NoExecute", None]), min_size=1
    ),
    sysctls=st.dictionaries(st.sampled_from(["a.b", "c.d"]), st.sampled_from(["1", "2"]), min_size=1),
    registries=_part(
        mirrors=st.dictionaries(st.sampled_from(["docker.io", "ghcr.io"]), _some("https://a.org", "http://b.org:5000")),
        insecure=_some("a.org", "b.org"),
        auth=st.dictionaries(st.just("ghcr.io"), st.just({"username": "u", "password": "p"})),
    ),
    network=_part(
        interfaces=st.dictionaries(st.sampled_from(["eth0", "eth5"]), _part(**_LINK, vlans=_VLANS), min_size=1),
        bonds=st.dictionaries(st.just("bond0"), _BOND, min_size=1),
    ),
    vip=_VIP | st.none(),
)


def _configs(folder, release, cluster, group, own):
    """The configs of a control plane and a worker with settings in layers; what is wrong where they are refused."""
    files = {
        "cluster.yaml": _BARE.replace("v1.14.1", release) + yaml.safe_dump({**cluster, "groups": {"g": group}}),
        "controlplane-c.yaml": node("10.0.0.21", yaml.safe_dump({"groups": ["g"], **own})),
        "worker-w.yaml": node("10.0.0.31", yaml.safe_dump({"groups": ["g"], **own})),
    }
    try:
        made = compiler.compile(opened(write(folder, files)), validate=False)
    except InputError as error:
        return sorted({problem.message for problem in error.problems})
    return {name: _meaning(list(yaml.safe_load_all(config.to_yaml()))) for name, config in made.items()}


def _meaning(documents):
    """What a config says about settings, in one form for all contracts."""
    legacy = next(each for each in documents if "machine" in each)
    machine, cluster = legacy["machine"], legacy.get("cluster") or {}
    kinds = {}
    for each in documents:
        kinds.setdefault(each.get("kind"), {})[each.get("name", "")] = each
    network, node_of = machine.get("network") or {}, kinds.get("KubeNodeConfig", {}).get("", {})
    resolver, registries = kinds.get("ResolverConfig", {}).get("", {}), machine.get("registries") or {}
    config = registries.get("config") or {}
    mirrors = {host: item["endpoints"] for host, item in (registries.get("mirrors") or {}).items()}
    # Older generators add the endpoint, which newer releases do by themselves.
    sans = [name for name in (cluster.get("apiServer") or {}).get("certSANs", ()) if name != "10.0.0.10"]
    sans += kinds.get("KubeAPIServerConfig", {}).get("", {}).get("certExtraSANs", ())
    return {
        "hostname": network.get("hostname") or kinds["HostnameConfig"][""]["hostname"],
        "nameservers": network.get("nameservers", []) + [each["address"] for each in resolver.get("nameservers", [])],
        "searchDomains": network.get("searchDomains") or resolver.get("searchDomains", {}).get("domains", []),
        "timeServers": (machine.get("time") or kinds.get("TimeSyncConfig", {}).get("", {}).get("ntp", {})).get("servers"),
        "labels": _plain(machine.get("nodeLabels") or node_of.get("labels")),
        "annotations": _plain(machine.get("nodeAnnotations") or node_of.get("annotations")),
        "taints": _taints(machine, node_of),
        "sysctls": machine.get("sysctls") or kinds.get("SysctlConfig", {}).get("", {}).get("params"),
        "sans": (machine["certSANs"], sans),
        "mirrors": mirrors
        or {name: [each["url"] for each in item["endpoints"]] for name, item in kinds.get("RegistryMirrorConfig", {}).items()},
        "insecure": {host for host, item in config.items() if (item.get("tls") or {}).get("insecureSkipVerify")}
        or {name for name, item in kinds.get("RegistryTLSConfig", {}).items() if item["insecureSkipVerify"]},
        "auth": {host: item["auth"]["username"] for host, item in config.items() if "auth" in item}
        or {name: item["username"] for name, item in kinds.get("RegistryAuthConfig", {}).items()},
        "install": _install(machine.get("install") or {}, kinds.get("UnattendedInstallConfig", {}).get("")),
        "links": _links(network.get("interfaces", []), kinds),
    }  # fmt: skip


def _plain(texts):
    return {key: value for key, value in (texts or {}).items() if "/" not in key}


def _taints(machine, node_of):
    registered = ((machine.get("kubelet") or {}).get("extraConfig") or {}).get("registerWithTaints", ())
    return _plain(machine.get("nodeTaints") or node_of.get("taints")) | {
        item["key"]: ":".join(filter(None, (item.get("value"), item["effect"]))) for item in registered
    }


def _install(section, document):
    if document is not None:
        provisioning = document["provisioning"]
        return provisioning["diskSelector"]["match"], provisioning["wipe"]
    if "diskSelector" in section:
        assert "disk" not in section
        return "!disk.rotational", section["wipe"]
    return (f'disk.dev_path == "{section["disk"]}"', section["wipe"]) if "disk" in section else None


def _links(interfaces, kinds):
    """What links there are, and what each has: documents about what is beside a link are put to it."""
    out = {}

    def add(name, item, identity):
        assert name not in out
        bond = item.get("bond")
        if bond is not None:
            identity = (tuple(bond["interfaces"]), bond["mode"], bond.get("miimon"), bond.get("lacpRate"), bond.get("xmitHashPolicy"))  # fmt: skip
        vip = {item["vip"]["ip"]} if "vip" in item else set()
        out[name] = [identity, item.get("addresses", []), _routes(item, "network"), item.get("mtu"), item.get("dhcp", False), vip]  # fmt: skip
        for vlan in item.get("vlans", ()):
            add(f"{name}.{vlan['vlanId']}", vlan, (vlan["vlanId"], name))

    for item in interfaces:
        add(item["interface"], item, ())
    for kind in ("LinkConfig", "BondConfig", "VLANConfig"):
        for name, item in kinds.get(kind, {}).items():
            identity = ()
            if kind == "BondConfig":
                identity = (tuple(item["links"]), item["bondMode"], item.get("miimon"), item.get("lacpRate"), item.get("xmitHashPolicy"))  # fmt: skip
            elif kind == "VLANConfig":
                identity = (item["vlanID"], item["parent"])
            addresses = [each["address"] for each in item.get("addresses", ())]
            out[name] = [identity, addresses, _routes(item, "destination"), item.get("mtu"), False, set()]
    for name in kinds.get("DHCPv4Config", {}):
        out.setdefault(name, [(), [], [], None, False, set()])[4] = True
    for address, item in kinds.get("Layer2VIPConfig", {}).items():
        out.setdefault(item["link"], [(), [], [], None, False, set()])[5].add(address)
    return out


def _routes(item, key):
    return [
        (
            route.get(key) or ("::/0" if ":" in route.get("gateway", "") else "0.0.0.0/0"),
            route.get("gateway") or None, route.get("metric"), route.get("mtu"),
        )
        for route in item.get("routes") or ()
    ]  # fmt: skip


@_MANY
@given(_SETTINGS, _SETTINGS, _SETTINGS)
def test_settings_in_layers_come_to_the_same_in_every_contract(cluster, group, own):
    with tempfile.TemporaryDirectory() as folder:
        made = {release: _configs(Path(folder) / release, release, cluster, group, own) for release in _RELEASES}
    if any("holds another shared address" in message for found in made.values() for message in found):
        # What the legacy section has no form for.
        del made["v1.9.6"], made["v1.11.6"]
    if "which disk is wiped is not said" in made["v1.14.1"]:
        # Where it is a part of a section, a patch may say the disk.
        del made["v1.14.1"]
    first, *others = made.values()
    for found in others:
        assert found == first
