"""Values of settings: what each is about is the same in every contract."""

from __future__ import annotations

import pytest
from projects import CLUSTER, configs, node, problems

BARE = CLUSTER.replace("install: {disk: /dev/sda}\n", "")
OLD, NEWEST = "v1.11.6", "v1.14.1"

WRONG = {
    "hostname": ("' '", "host name"),
    "install.disk": ("sda", "device"),
    "install.image": ("'x y'", "name of an image"),
    "machine.platform": ("''", "platform"),
    "sans[0]": ("10.0.0.1/24", "name or address"),
    "kernelArgs[0]": ('"a\\nb"', "kernel argument"),
    "nameservers[0]": ("dns.example.org", "address"),
    "searchDomains[0]": ("'a b'", "domain"),
    "timeServers[0]": ("https://ntp.example.org", "time server"),
    "network.interfaces.e.addresses[0]": ("10.0.0.21", "address with a prefix length"),
    "network.interfaces.e.mtu": ("-1", "MTU"),
    "network.interfaces.e.vip": ("x", "address"),
    "network.interfaces.e.routes[0].gateway": ("''", "address"),
    "network.interfaces.e.routes[0].network": ("10.0.0.0", "network"),
    "network.interfaces.e.routes[0].source": ("10.0.0.5/24", "address"),
    "network.bonds.b.links[0]": ("''", "name of a link"),
    "network.bonds.b.mode": ("''", "text that says something"),
    "vip.address": ("kube.example.org", "address"),
    "vip.link": ("'eth 0'", "name of a link"),
    "registries.mirrors.h[0]": ("m.example.org", "URL"),
    "registries.cas.h": ("x", "certificate"),
    "registries.insecure[0]": ("https://m.example.org", "host of a registry"),
    "podSubnets[0]": ("10.0.0.0", "network"),
    "dnsDomain": ("''", "domain"),
}


def written(path, value):
    """YAML, on one line, of a value at a path."""
    for step in reversed(path.replace("[0]", ".[0]").split(".")):
        value = f"[{value}]" if step == "[0]" else f"{{{step}: {value}}}"
    return value[1:-1] + "\n"


@pytest.mark.parametrize("release", [OLD, NEWEST])
@pytest.mark.parametrize("path", WRONG)
def test_a_value_is_what_its_setting_is_about_in_every_contract(tmp_path, release, path):
    value, kind = WRONG[path]
    key = path.partition(".")[0]
    cluster = (BARE if key == "install" else CLUSTER).replace("v1.14.1", release) + written(path, value)
    found = problems(tmp_path, {"cluster.yaml": cluster, "worker-n.yaml": node("10.0.0.31")})
    line = len(cluster.splitlines())
    assert [text for text in found if f": {path}: this is no {kind}; expected " in text] == found != []
    assert all(text.startswith(f"cluster.yaml:{line}:") for text in found)


@pytest.mark.parametrize(
    "setting",
    [
        "registries: {mirrors: {'https://docker.io': [https://m.example.org]}}", "sysctls: {'a b': '1'}",
        "network: {interfaces: {'': {dhcp: true}}}",
    ],
)  # fmt: skip
def test_keys_are_what_their_setting_is_about(tmp_path, setting):
    (found,) = problems(tmp_path, {"cluster.yaml": f"{CLUSTER}{setting}\n", "worker-n.yaml": node("10.0.0.31")})
    assert ": this is no " in found


def test_what_variables_stand_for_is_looked_at_once_it_is_known(tmp_path):
    files = {
        "cluster.yaml": CLUSTER + "vars: {dns: 10.0.0.1, not: x}\nnameservers: ['${vars.dns}']\n",
        "worker-n.yaml": node("10.0.0.31"),
        "worker-o.yaml": node("10.0.0.32", "nameservers: ['${vars.not}']\n"),
    }
    assert problems(tmp_path, files) == [
        "cluster.yaml:7:28: nameservers[1]: this is no address; expected one such as 10.0.0.1 or fd00::1 (node o)"
    ]


@pytest.mark.parametrize("release", [OLD, NEWEST])
def test_a_selector_selects_something(tmp_path, release):
    files = {
        "cluster.yaml": BARE.replace("v1.14.1", release) + "install: {selector: {size: '>= 5GB'}}\n",
        "worker-n.yaml": node("10.0.0.31", "install: {selector: {size: null}}\n"),
    }
    (found,) = problems(tmp_path, files)
    assert (
        found == "worker-n.yaml:4:21: install.selector: this selector selects nothing; say what the disk must be like"
    )


@pytest.mark.parametrize("release", [OLD, NEWEST])
def test_no_subnets_are_those_of_talos(tmp_path, release):
    settings = CLUSTER.replace("v1.14.1", release) + "podSubnets: []\nserviceSubnets: []\n"
    files = {"cluster.yaml": settings, "controlplane-n.yaml": node("10.0.0.31")}
    config = configs(tmp_path, files)["n"].to_yaml()
    assert "10.244.0.0/16" in config
    assert "10.96.0.0/12" in config
