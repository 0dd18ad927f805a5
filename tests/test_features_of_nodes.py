"""Features of nodes: what two parts of one feature, or a feature and a setting, make together."""

from __future__ import annotations

import pytest
from catalogue import cluster, compiled
from projects import CLUSTER, node, opened, write
from ruamel.yaml import YAML

from talosgen import compiler
from talosgen.outputs import blame, explain
from talosgen.outputs.masks import Masks


def made(release, contract, features, node="w0"):
    """The documents of a node with features, by kind and name."""
    found = compiled(cluster(release, contract, {node: features}))[node]
    assert found.again == found.config.to_yaml()
    documents = YAML(typ="safe").load_all(found.config.to_yaml())
    return {(item.get("kind", "v1alpha1"), item.get("name", "")): item for item in documents}


def test_a_secret_in_a_joined_text_is_shown_to_nobody():
    tailscale = {"tailscale": {"auth_key": "${secrets.key}", "hostname": "edge"}}
    built = cluster("v1.14", "v1.14", {"w0": [tailscale]})
    (config,) = compiler.compile(built).values()
    assert "TS_AUTHKEY=secret-key" in config.to_yaml()
    masks = Masks(built.masked)
    shown = explain.as_text(explain.explain(config, "ExtensionServiceConfig/tailscale"), masks)
    assert "secret-key" not in shown + blame.as_text(blame.blame(config, masks))
    assert "patches/tailscale/tailscale.yaml" in shown


@pytest.mark.parametrize(("release", "contract"), [("v1.13", "v1.13"), ("v1.14", "v1.13"), ("v1.14", "v1.14")])
def test_fields_of_the_kubelet_meet_in_one_place(release, contract):
    swap = {"swap": {"disk_selector": "system_disk"}}
    tuning = {"kubelet-tuning": {"max_pods": 50, "config": {"podPidsLimit": 100}}}
    found = made(release, contract, [swap, tuning])
    document = found.get(("KubeletConfig", "")) or found["v1alpha1", ""]["machine"]["kubelet"]
    config = document.get("config") or document["extraConfig"]
    assert config == {"maxPods": 50, "podPidsLimit": 100, "memorySwap": {"swapBehavior": "LimitedSwap"}}


ENCRYPTED = [{"address": "192.0.2.1", "protocol": "DoT", "server_name": "dns.example.com"}]


def test_name_servers_that_are_encrypted_go_first():
    found = made("v1.14", "v1.14", [{"resolvers": {"servers": ["192.0.2.2"], "encrypted": ENCRYPTED}}])
    first, second = found["ResolverConfig", ""]["nameservers"]
    assert (first["protocol"], first["tlsServerName"]) == ("DoT", "dns.example.com")
    assert second == {"address": "192.0.2.2"}


def test_a_base_that_knows_no_resolver_document_has_one_where_nothing_else_can_say_it():
    plain = made("v1.14", "v1.11", [{"resolvers": {"servers": ["192.0.2.2"]}}])
    assert ("ResolverConfig", "") not in plain
    assert plain["v1alpha1", ""]["machine"]["network"]["nameservers"] == ["192.0.2.2"]
    found = made("v1.14", "v1.11", [{"resolvers": {"servers": ["192.0.2.2"], "encrypted": ENCRYPTED}}])
    assert [item["address"] for item in found["ResolverConfig", ""]["nameservers"]] == ["192.0.2.1", "192.0.2.2"]
    assert "nameservers" not in found["v1alpha1", ""]["machine"].get("network", {})


def test_networks_to_leave_out_stand_last():
    features = [{"node-ip": {"exclude": ["!10.0.0.9/32"], "subnets": ["10.0.0.0/24", "fd00::/64"]}}]
    found = made("v1.14", "v1.14", features)
    assert found["KubeNodeConfig", ""]["nodeIP"]["validSubnets"] == ["10.0.0.0/24", "fd00::/64", "!10.0.0.9/32"]


def test_control_planes_are_reached_without_a_proxy():
    proxy = {"http-proxy": {"https_proxy": "http://proxy.example.com:3128", "no_proxy": ["cluster.local"]}}
    found = compiled(cluster("v1.14", "v1.14", {"c0": [], "c1": [], "w0": [proxy]}))["w0"].config
    assert "no_proxy: cluster.local,10.0.0.1/32,10.0.0.2/32,10.244.0.0/16,10.96.0.0/12\n" in found.to_yaml()


@pytest.mark.parametrize("contract", ["v1.9", "v1.13", "v1.14"])
def test_pods_and_services_are_reached_without_a_proxy(tmp_path, contract):
    settings = (
        "podSubnets: [10.20.0.0/16, 'fd00:20::/56']\nserviceSubnets: [10.30.0.0/16, 'fd00:30::/112']\n"
        "features: [{http-proxy: {https_proxy: 'http://proxy.example.com:3128', no_proxy: [example.com]}}]\n"
    )
    text = CLUSTER.replace("talosVersion: v1.14.1", f"talosVersion: v1.14.1\ncontract: {contract}") + settings
    files = {"cluster.yaml": text, "controlplane-cp1.yaml": node("10.0.0.21"), "worker-w1.yaml": node("10.0.0.31")}
    for config in compiler.compile(opened(write(tmp_path, files))).values():
        expected = "example.com,10.0.0.21/32,10.20.0.0/16,fd00:20::/56,10.30.0.0/16,fd00:30::/112"
        assert f"no_proxy: {expected}\n" in config.to_yaml()


def test_bgp_and_tailscale_open_the_firewall():
    features = [
        {"firewall": {"cluster_subnets": ["10.0.0.0/24"]}},
        {
            "native-bgp": {
                "asn": 1,
                "advertise": ["eth0"],
                "neighbors": [{"link": "eth1"}],
                "bfd_interval": "1s",
            }
        },
        {"tailscale": {"auth_key": "${secrets.key}", "firewall_subnets": ["0.0.0.0/0"]}},
    ]
    found = made("v1.14", "v1.14", features)
    rules = {name: item for (kind, name), item in found.items() if kind == "NetworkRuleConfig"}
    assert rules["bgp"]["portSelector"] == {"ports": [179], "protocol": "tcp"}
    assert rules["bgp"]["ingress"] == [{"subnet": "10.0.0.0/24"}]
    assert rules["bgp-bfd"]["portSelector"] == {"ports": [3784], "protocol": "udp"}
    assert rules["tailscale"]["portSelector"] == {"ports": [41641], "protocol": "udp"}
    assert rules["tailscale"]["ingress"] == [{"subnet": "0.0.0.0/0"}]


def test_etcd_with_a_partition_of_its_own_beside_encrypted_ones_has_keys():
    keys = [{"slot": 0, "tpm": {}}]
    features = ["disk-encryption", {"etcd": {"volume_size": "8GB", "volume_keys": keys}}]
    found = made("v1.14", "v1.14", features, "c0")
    assert found["VolumeConfig", "ETCD"]["encryption"] == {"provider": "luks2", "keys": keys}


PARTITION = {"name": "data", "disk_selector": "!system_disk", "min_size": "1GB"}


@pytest.mark.parametrize(
    ("name", "parameters", "expected"),
    [
        ("guest-agent", {"hypervisor": "hyperv"}, ["siderolabs/hyperv-guest-agent"]),
        ("guest-agent", {"hypervisor": "vmware"}, ["siderolabs/vmtoolsd-guest-agent"]),
        ("microcode", {"vendor": "intel"}, ["siderolabs/intel-ucode"]),
        ("microcode", {}, ["siderolabs/amd-ucode", "siderolabs/intel-ucode"]),
        ("user-volume", {"partitions": [PARTITION, PARTITION | {"filesystem": "btrfs"}]}, ["siderolabs/btrfs"]),
        (
            "user-volume",
            {"disks": [{"name": "a", "disk_selector": "!system_disk", "filesystem": "btrfs"}]},
            ["siderolabs/btrfs"],
        ),
        ("user-volume", {"partitions": [PARTITION, PARTITION | {"filesystem": "ext4"}]}, []),
    ],
)
def test_extensions_of_features_are_in_the_schematic(name, parameters, expected):
    (node,) = cluster("v1.14", "v1.14", {"w0": [{name: parameters}]}).nodes
    assert [str(extension) for extension in node.needs.extensions] == expected


@pytest.mark.parametrize(("release", "contract"), [("v1.9", "v1.9"), ("v1.14", "v1.14")])
def test_an_audit_policy_says_what_it_is(release, contract):
    found = made(release, contract, [{"audit": {"policy": {"rules": [{"level": "Metadata"}]}}}], "c0")
    document = found.get(("KubeAuditPolicyConfig", ""))
    policy = document["configuration"] if document else found["v1alpha1", ""]["cluster"]["apiServer"]["auditPolicy"]
    assert policy == {"apiVersion": "audit.k8s.io/v1", "kind": "Policy", "rules": [{"level": "Metadata"}]}


def test_the_second_engine_of_longhorn_runs_where_its_volumes_are_used():
    parameters = {"engine": "v2", "disk_selector": "!system_disk", "label_nodes": True, "storage_nodes": ["w1"]}
    nodes = {"w0": [{"longhorn": parameters}], "w1": [{"longhorn": parameters}]}
    user, store = (
        {(document.kind.name, document.name) for document in item.config.documents}
        for item in compiled(cluster("v1.14", "v1.14", nodes)).values()
    )
    assert store - user == {("RawVolumeConfig", "longhorn")}
    assert {("SysctlConfig", ""), ("KernelModuleConfig", "ublk_drv")} <= user
