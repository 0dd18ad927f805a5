"""Every setting, for every release, on both roles, of the cluster and of a node: Talos takes what becomes of it."""

from __future__ import annotations

import json
import re
from itertools import permutations

import pytest
from projects import CLUSTER, node, opened, write

from talosgen import compiler
from talosgen.errors import InputError
from talosgen.project import placeholder

RELEASES = (
    "v1.5.5", "v1.6.8", "v1.7.7", "v1.8.4", "v1.9.6", "v1.10.9", "v1.11.6", "v1.12.7", "v1.13.9", "v1.14.1",
)  # fmt: skip
DISK = "install: {disk: /dev/sda}\n"
#: A setting, by what is tried of it: its text, and the first minor release that has something for it.
SETTINGS = {
    "hostname": ("hostname: '${node.name}.example.org'\n", 5),
    "sans": ("sans: [api.example.org, 10.1.1.1, 'fd00::1']\n", 5),
    "kernel arguments": ("kernelArgs: [console=ttyS0, -quiet]\n", 5),
    "labels": ("labels: {region: eu}\n", 5),
    "annotations": ("annotations: {note: yes it is}\n", 8),
    "taints": ("taints: {special: 'yes:NoSchedule', plain: NoExecute}\n", 5),
    "name servers": ("nameservers: [10.0.0.1, 'fd00::53']\n", 5),
    "search domains": ("searchDomains: [example.org]\n", 9),
    "time servers": ("timeServers: [ntp.example.org, 10.0.0.9]\n", 5),
    "IPv4": (
        "network: {interfaces: {eth0: {mtu: 1450, addresses: [10.0.0.21/24], routes: [{gateway: 10.0.0.1}, "
        "{network: 10.9.0.0/16, gateway: 10.0.0.2, metric: 5, mtu: 1400, source: 10.0.0.21}]}}}\n", 5,
    ),
    "IPv6": (
        "network: {interfaces: {eth0: {addresses: ['fd00::21/64'], routes: [{gateway: 'fd00::1'}, "
        "{network: '::/0', gateway: 'fd00::2', metric: 9}, {network: 'fd01::/64', gateway: 'fd00::3'}]}}}\n", 5,
    ),
    "VLANs": (
        "network: {interfaces: {eth0: {vlans: {100: {addresses: [10.2.0.1/24], mtu: 1400, routes: "
        "[{network: 10.3.0.0/24, gateway: 10.2.0.9}]}, 7: {dhcp: true}}}}}\n", 5,
    ),
    "bonds": (
        "network: {bonds: {bond0: {links: [eth0, eth1], mode: 802.3ad, lacpRate: fast, xmitHashPolicy: layer3+4, "
        "miimon: 100, updelay: 200, downdelay: 200, dhcp: true, mtu: 9000, vlans: {5: {addresses: [10.5.0.2/24]}}}}}\n",
        5,
    ),
    "a shared address of a bond's VLAN": (
        "network: {bonds: {bond0: {links: [eth0, eth1], mode: 802.3ad, miimon: 100, updelay: 200, downdelay: 200, "
        "addresses: [10.0.0.21/24, 'fd00::21/64'], routes: [{gateway: 10.0.0.1, metric: 5}, {gateway: 'fd00::1', mtu: 1400}], "
        "vip: 10.0.0.11, vlans: {5: {addresses: [10.5.0.2/24]}}}}}\nvip: {address: 10.5.0.10, link: bond0.5}\n", 5,
    ),
    "no DHCP": ("network: {interfaces: {eth0: {dhcp: false}}}\n", 5),
    "a shared address": ("vip: {address: 10.0.0.10, link: eth0}\n", 5),
    "shared addresses of links": (
        "network: {interfaces: {eth0: {dhcp: true, vip: 10.0.0.10, vlans: {9: {dhcp: true, vip: 10.0.9.10}}}}}\n", 5,
    ),
    "registries": (
        "registries: {mirrors: {docker.io: [https://m.example.org, http://n.example.org:5000]}, "
        "cas: {m.example.org: CA}, insecure: [x.example.org], auth: {ghcr.io: {username: u, password: p}}}\n", 5,
    ),
    "sysctls": ("sysctls: {net.ipv4.ip_forward: '1'}\n", 5),
    "a disk that is wiped": ("install: {disk: /dev/nvme0n1, wipe: true}\n", 5),
    "a selector": ("install: {selector: {size: '>= 100GB', type: ssd, model: 'WD*', busPath: '/pci*'}}\n", 5),
    "an expression": ("install: {match: 'disk.size > 10u * GB'}\n", 14),
    "a schematic": ("schematic: {customization: {extraKernelArgs: [a=b]}}\n", 5),
}  # fmt: skip
#: Settings of a cluster alone.
OF_CLUSTERS = {
    "no CNI": ("cni: none\n", 5),
    "a CNI's manifest": ("cni: https://example.org/cni.yaml\n", 5),
    "two stacks": ("podSubnets: [10.10.0.0/16, 'fd10::/56']\nserviceSubnets: [10.11.0.0/16, 'fd11::/112']\n", 5),
    "KubeSpan": ("kubespan: true\n", 5),
    "no KubeSpan": ("kubespan: false\n", 5),
    "no discovery": ("discovery: false\n", 5),
    "a domain": ("dnsDomain: k.example.org\n", 5),
    "work on control planes": ("allowSchedulingOnControlPlanes: true\n", 5),
}
ALL = {**SETTINGS, **OF_CLUSTERS}


def _files(name, release, place):
    text, _ = ALL[name]
    cluster = CLUSTER.replace("v1.14.1", release)
    text = text.replace("CA}", f"{json.dumps(placeholder.bundle().certs.os.crt.decode())}}}")
    if place == "cluster":
        cluster = (cluster.replace(DISK, "") if text.startswith("install:") else cluster) + text
    own = text if place == "node" else ""
    return {
        "cluster.yaml": cluster,
        "controlplane-c.yaml": node("10.0.0.21", own),
        "worker-w.yaml": node("10.0.0.31", own),
    }


CASES = [(name, "cluster") for name in (*SETTINGS, *OF_CLUSTERS)] + [(name, "node") for name in SETTINGS]


@pytest.mark.parametrize(("name", "place"), CASES, ids=[f"{name} of the {place}" for name, place in CASES])
def test_every_release_takes_what_becomes_of_a_setting(tmp_path, name, place):
    for release in RELEASES:
        folder = write(tmp_path / release, _files(name, release, place))
        if int(release.split(".")[1]) < ALL[name][1]:
            with pytest.raises(InputError):
                compiler.compile(opened(folder))
            continue
        cluster = opened(folder)
        told = [problem for problem in cluster.notes if problem.severity != "note"]
        assert len(compiler.compile(cluster, report=told.append)) == 2
        assert told == [], release


@pytest.mark.parametrize(("name", "place"), CASES, ids=[f"{name} of the {place}" for name, place in CASES])
def test_talos_takes_what_becomes_of_a_setting(tmp_path, oracle, name, place):
    for release in RELEASES:
        if int(release.split(".")[1]) < ALL[name][1]:
            continue
        cluster = opened(write(tmp_path / release, _files(name, release, place)))
        for config in compiler.compile(cluster, validate=False).values():
            answer = oracle.ask({"op": "validate", "config": config.to_yaml(), "mode": "metal"})
            assert not answer.get("error"), (release, answer["error"])
            assert not answer.get("warnings"), (release, answer["warnings"])


def test_an_older_talos_takes_what_becomes_of_the_settings(tmp_path, older):
    release, machinery = older
    full = next(known for known in RELEASES if known.startswith(f"v{release}."))
    for number, (name, place) in enumerate(CASES):
        if int(full.split(".")[1]) < ALL[name][1]:
            continue
        cluster = opened(write(tmp_path / str(number), _files(name, full, place)))
        for config in compiler.compile(cluster, validate=False).values():
            answer = machinery.ask({"op": "validate", "config": config.to_yaml(), "mode": "metal"})
            assert not answer.get("error"), (name, place, answer["error"])


#: Ways to say where to install to, and those that Talos before v1.14 has.
WAYS = {"disk": "install: {disk: /dev/sda}\n", "selector": "install: {selector: {size: '>= 5GB'}}\n",
        "match": "install: {match: disk.rotational}\n"}  # fmt: skip


@pytest.mark.parametrize("release", RELEASES)
def test_of_ways_to_say_where_to_install_to_talos_sees_the_last_alone(tmp_path, oracle, release):
    bare = CLUSTER.replace(DISK, "").replace("v1.14.1", release)
    for number, (below, above) in enumerate(permutations(WAYS, 2)):
        if above == "match" and release != RELEASES[-1]:
            continue
        files = {
            "cluster.yaml": f"{bare}{WAYS[below]}groups: {{g: {{{WAYS[above].strip()}}}}}\n",
            "controlplane-c.yaml": node("10.0.0.21", WAYS[above]),
            "worker-w.yaml": node("10.0.0.31", "groups: [g]\n"),
        }
        cluster = opened(write(tmp_path / str(number), files))
        for config in compiler.compile(cluster, validate=False).values():
            text = config.to_yaml()
            answer = oracle.ask({"op": "validate", "config": text, "mode": "metal"})
            assert not answer.get("error"), (below, above, answer["error"])
            assert len(re.findall(r"^ +(?:disk|diskSelector):", text, re.MULTILINE)) == 1, (below, above)
