"""What features of the catalogue give where a parameter or a base makes a difference that records do not show."""

from __future__ import annotations

import pytest
import yaml
from appfolder import added
from catalogue import cluster, compiled
from test_features_meeting import BASES, made
from test_scaffold import made as repository

from talosgen.errors import InputError

ISSUER = {"issuer_url": "https://id.example.com", "client_id": "kubernetes"}


def messages(release, contract, features, node="c0"):
    """What is wrong with a node that has these features."""
    try:
        compiled(cluster(release, contract, {node: features}))
    except InputError as error:
        return [problem.message.removesuffix(f" (node {node})") for problem in error.problems]
    return []


@pytest.mark.parametrize("contract", ["v1.9", "v1.12", "v1.13"])
@pytest.mark.parametrize(("prefix", "flag"), [("", "-"), ("id:", "id:")])
def test_no_prefix_for_users_is_a_hyphen_among_the_arguments(contract, prefix, flag):
    found = made(contract, contract, [{"oidc": {**ISSUER, "username_prefix": prefix}}])
    assert found["v1alpha1", ""]["cluster"]["apiServer"]["extraArgs"]["oidc-username-prefix"] == flag


def test_no_prefix_for_users_is_an_empty_one_in_the_document():
    found = made("v1.14", "v1.14", [{"oidc": {**ISSUER, "username_prefix": ""}}])
    (issuer,) = found["KubeAuthenticationConfig", ""]["configuration"]["jwt"]
    assert issuer["claimMappings"]["username"] == {"claim": "sub", "prefix": ""}


@pytest.mark.parametrize(
    ("contract", "expected"), [("v1.9", "hd=example.com"), ("v1.12", "hd=example.com"), ("v1.13", ["hd=example.com"])]
)
def test_one_claim_is_required_on_each_release(contract, expected):
    found = made(contract, contract, [{"oidc": {**ISSUER, "required_claims": {"hd": "example.com"}}}])
    assert found["v1alpha1", ""]["cluster"]["apiServer"]["extraArgs"]["oidc-required-claim"] == expected


@pytest.mark.parametrize("more", [{"issuer_url": "http://id.example.com"}, {"extra_issuers": [{
    "issuer_url": "http://ci.example.com", "client_id": "ci", "username_claim": "sub", "username_prefix": "",
}]}])  # fmt: skip
def test_an_issuer_has_an_https_address(more):
    (message,) = messages("v1.14", "v1.14", [{"oidc": {**ISSUER, **more}}])
    assert message.endswith("issuer_url: expected an https URL")


@pytest.mark.parametrize(("release", "contract"), BASES)
def test_metrics_of_kube_proxy_stand_beside_a_cilium_that_leaves_it(release, contract):
    features = ["metrics-binding", {"cilium": {"kube_proxy_replacement": False}}]
    assert "0.0.0.0:10249" in str(made(release, contract, features))


@pytest.mark.parametrize(("release", "contract"), BASES)
def test_kube_proxy_in_ipvs_mode_stands_beside_a_cilium_that_leaves_it(release, contract):
    features = [{"metallb": {"proxy_ipvs": True}}, {"cilium": {"kube_proxy_replacement": False}}]
    assert "ipvs" in str(made(release, contract, features))


@pytest.mark.parametrize(
    ("cilium", "kubespan", "stands"),
    [
        ({}, {}, True),
        ({"tunnel": "geneve"}, {"advertise_kubernetes_networks": True}, True),
        ({"tunnel": "native"}, {}, False),
        ({"tunnel": "native"}, {"advertise_kubernetes_networks": True}, True),
        ({"tunnel": "native", "host_dns_forwarding": False}, {"advertise_kubernetes_networks": True}, False),
    ],
)
def test_native_routing_needs_a_mesh_that_carries_it(cilium, kubespan, stands):
    told = messages("v1.13", "v1.13", [{"cilium": cilium}, {"kubespan": kubespan}])
    assert [message.partition(":")[0] for message in told] == ["cilium and kubespan exclude each other"] * (not stands)


@pytest.mark.parametrize(("release", "contract"), BASES)
@pytest.mark.parametrize("replacement", [True, False])
def test_cilium_finds_kubeprism_on_every_node(release, contract, replacement):
    for node in ("c0", "w0"):
        found = made(release, contract, [{"cilium": {"kube_proxy_replacement": replacement}}], node)
        legacy = found["v1alpha1", ""]["machine"].get("features", {}).get("kubePrism", {"enabled": True})
        assert legacy["enabled"] is True
        assert found.get(("KubePrismConfig", ""), legacy)["port"] == 7445


@pytest.mark.parametrize("filters", [["10.0.0.0/8", "!fd00::/8"], ["0.0.0.0/0"]])
def test_mesh_filters_are_networks_or_networks_left_out(filters):
    found = made("v1.14", "v1.14", [{"kubespan": {"endpoint_filters": filters}}])
    assert found["KubeSpanConfig", ""]["filters"]["endpoints"] == filters
    for wrong in ("nonsense", "10.0.0.1", "!", "!!10.0.0.0/8", "10.0.0.0/33"):
        (message,) = messages("v1.14", "v1.14", [{"kubespan": {"endpoint_filters": [wrong]}}])
        assert message.startswith("endpoint_filters[0]: expected a network such as 10.0.0.0/24, or ")


# -- firewall ------------------------------------------------------------------------------------------------


def rules(found):
    """Ports and networks by the name of the rule."""
    return {
        name: (tree["portSelector"]["ports"], [item["subnet"] for item in tree["ingress"]])
        for (kind, name), tree in found.items()
        if kind == "NetworkRuleConfig"
    }


@pytest.mark.parametrize("name", ["apid", "etcd", "kubespan", "cni"])
def test_a_rule_of_ones_own_widens_no_other(name):
    extra = {"name": name, "ports": [1], "protocol": "tcp", "from": ["192.0.2.0/24"]}
    own = {"cluster_subnets": ["10.0.0.0/24"]}
    before = rules(made("v1.14", "v1.14", [{"firewall": own}, "kubespan"]))
    after = rules(made("v1.14", "v1.14", [{"firewall": {**own, "extra_rules": [extra]}}, "kubespan"]))
    assert after.pop(f"extra-{name}") == ([1], ["192.0.2.0/24"])
    assert after == before


@pytest.mark.parametrize(
    ("release", "given", "expected"),
    [
        ("v1.13", {"default": "accept"}, None),
        ("v1.14", {"default": "block"}, None),
        ("v1.14", {"default": "accept"}, ["10.0.0.1/32"]),
        ("v1.14", {"default": "accept", "etcd_metrics_subnets": ["10.9.0.0/24"]}, ["10.9.0.0/24"]),
        ("v1.14", {"default": "block", "etcd_metrics_subnets": ["10.9.0.0/24"]}, ["10.9.0.0/24"]),
        ("v1.14", {"default": "accept", "control_plane_addresses": ["fd00::1/128"]}, ["fd00::1/128"]),
    ],
)
def test_metrics_of_etcd_are_closed_where_etcd_is(release, given, expected):
    firewall = {"firewall": {"cluster_subnets": ["10.0.0.0/24"], **given}}
    found = rules(made(release, release, [firewall])).get("etcd-metrics")
    assert found == (None if expected is None else ([2383], expected))
    assert "etcd-metrics" not in rules(made(release, release, [firewall], "w0"))


@pytest.mark.parametrize("features", [["cilium"], [{"cilium": {"tunnel": "geneve"}}], []])
def test_the_port_of_flannel_is_closed_where_cilium_is(features):
    found = rules(made("v1.13", "v1.13", [{"firewall": {"cluster_subnets": ["10.0.0.0/24"]}}, *features], "w0"))
    assert ("cni" in found) is not bool(features)


def test_an_empty_list_is_none():
    given = {"cluster_subnets": ["10.0.0.0/24"], "control_plane_addresses": []}
    assert rules(made("v1.14", "v1.14", [{"firewall": given}]))["etcd"] == (["2379-2380"], ["10.0.0.1/32"])


def test_the_api_may_have_another_port():
    found = made("v1.14", "v1.14", [{"firewall": {"cluster_subnets": ["10.0.0.0/24"], "api_port": 443}}])
    assert rules(found)["kubernetes-api"] == ([443], ["0.0.0.0/0", "::/0"])


# -- keys and logins -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kinds", "clash"),
    [
        ({"nodeID": {}, "tpm": {}}, "nodeID and tpm"),
        ({"tpm": {}, "kms": {"endpoint": "https://kms"}}, "tpm and kms"),
        ({"static": {"passphrase": "${secrets.p}"}, "nodeID": {}}, "static and nodeID"),
    ],
)
def test_a_key_of_an_encrypted_disk_is_of_one_kind(kinds, clash):
    own = {"volumes": ["ephemeral"], "keys": [{"slot": 0, **kinds}]}
    assert messages("v1.14", "v1.14", [{"disk-encryption": own}]) == [f"keys[0]: {clash} exclude each other"]


@pytest.mark.parametrize(("release", "contract"), [("v1.10", "v1.10"), *BASES])
def test_no_passphrase_is_written_for_state(release, contract):
    keys = {"keys": [{"slot": 0, "static": {"passphrase": "${secrets.p}"}}]}
    (message,) = messages(release, contract, [{"disk-encryption": keys}])
    assert message.startswith("disk-encryption: how STATE is opened stands on the disk in the clear")
    found = made(release, contract, [{"disk-encryption": {**keys, "state_keys": [{"slot": 1, "nodeID": {}}]}}])
    legacy = found["v1alpha1", ""]["machine"].get("systemDiskEncryption", {}).get("state")
    state = legacy or found["VolumeConfig", "STATE"]["encryption"]
    assert state["keys"] == [{"slot": 1, "nodeID": {}}]


@pytest.mark.parametrize(("release", "contract"), BASES)
@pytest.mark.parametrize(
    "login",
    [
        {"auth": "${secrets.a}", "identityToken": "${secrets.b}"},
        {"auth": "${secrets.a}", "username": "me", "password": "${secrets.b}"},
        {"identityToken": "${secrets.a}", "username": "me", "password": "${secrets.b}"},
    ],
)
def test_a_registry_takes_one_login(release, contract, login):
    (message,) = messages(release, contract, [{"registry-mirrors": {"auth": {"example.com": login}}}])
    assert message.startswith("auth.example.com: ")
    assert message.endswith(" exclude each other")


# -- apps ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("release", "contract"), BASES)
def test_only_nodes_that_are_named_are_reserved_for_runners(release, contract):
    runners = {"mode": "rootless", "dedicated": "example.com/runners", "nodes": ["w0"]}
    found = compiled(cluster(release, contract, {"c0": [], "w0": [], "w1": []}, [{"github-runners": runners}]))
    texts = {name: item.config.to_yaml() for name, item in found.items()}
    for text in ("example.com/runners", "user.max_user_namespaces"):
        assert [name for name, config in texts.items() if text in config] == ["w0"]


@pytest.mark.parametrize("mode", ["plain", "kubernetes", "dind", "rootless"])
def test_runners_stand_on_the_nodes_reserved_for_them(tmp_path, mode):
    root = repository(tmp_path / "platform")
    added(root, "github-runners", "github_url=https://github.com/me", f"mode={mode}", "dedicated=example.com/runners")
    values = yaml.safe_load((root / "apps/github-runners/values.yaml").read_text("utf-8"))
    pod = values["gha-runner-scale-set"]["template"]["spec"]
    assert pod["nodeSelector"] == {"example.com/runners": "true"}
    assert pod["tolerations"] == [
        {"key": "example.com/runners", "operator": "Equal", "value": "true", "effect": "NoSchedule"}
    ]


def test_runners_stand_anywhere_where_no_node_is_theirs(tmp_path):
    root = repository(tmp_path / "platform")
    added(root, "github-runners", "github_url=https://github.com/me")
    values = yaml.safe_load((root / "apps/github-runners/values.yaml").read_text("utf-8"))
    assert not {"nodeSelector", "tolerations"} & set(values["gha-runner-scale-set"]["template"]["spec"])


@pytest.mark.parametrize("gateway", ["true", "false"])
def test_cilium_serves_the_gateway_api_where_asked(tmp_path, gateway):
    root = repository(tmp_path / "platform")
    added(root, "cilium", f"gateway_api={gateway}")
    values = yaml.safe_load((root / "apps/cilium/values.yaml").read_text("utf-8"))["cilium"]
    assert values["gatewayAPI"] == dict.fromkeys(("enabled", "enableAlpn", "enableAppProtocol"), gateway == "true")
