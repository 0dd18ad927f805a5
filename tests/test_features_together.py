"""What features make where they meet: each other, the nodes of a cluster, a process of their own."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from projects import CLUSTER, node, opened, write
from test_features import configs, document

from talosgen import compiler

FIREWALL = "features: [{firewall: {cluster_subnets: [10.0.0.0/24, 'fd00::/64']}}]\n"


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        ("10.0.0.22", ["10.0.0.21/32", "10.0.0.22/32"]),
        ("fd00::22", ["10.0.0.21/32", "fd00::22/128"]),
        ("cp2.example.com", ["10.0.0.0/24", "fd00::/64"]),
    ],
    ids=["addresses", "both families", "a name"],
)
def test_the_rule_of_etcd_follows_the_nodes(tmp_path, second, expected):
    files = {
        "cluster.yaml": CLUSTER + FIREWALL,
        "controlplane-cp1.yaml": node("10.0.0.21"),
        "controlplane-cp2.yaml": node(second),
    }
    cluster = opened(write(tmp_path, files))
    with ThreadPoolExecutor(1) as executor:
        apart = {made.name: made.text for made in compiler.compile_texts(cluster, cluster.nodes, executor)}
    for name, config in compiler.compile(cluster).items():
        rule = document(config, "NetworkRuleConfig", "etcd")
        assert [str(item["subnet"]) for item in rule["ingress"]] == expected
        assert apart[name] == config.to_yaml()


def test_oidc_and_anonymous_discovery_share_one_document(tmp_path):
    features = (
        "features:\n- oidc: {issuer_url: https://id.example.com, client_id: k}\n"
        "- external-secrets: {anonymous_discovery: true}\n"
    )
    made = configs(tmp_path, features)
    found = document(made["cp1"], "KubeAuthenticationConfig")["configuration"]
    paths = {item["path"] for item in found["anonymous"]["conditions"]}
    assert paths >= {"/livez", "/readyz", "/healthz", "/openid/v1/jwks"}
    assert [item["issuer"]["url"] for item in found["jwt"]] == ["https://id.example.com"]
    assert document(made["w1"], "KubeAuthenticationConfig") is None
    change = made["cp1"].history("configuration", "KubeAuthenticationConfig/")[-1]
    assert change.layer == "features external-secrets, oidc"
