"""Features that meet in one place give one value, whichever of them are there."""

from __future__ import annotations

import json

import pytest
from catalogue import cluster, compiled
from ruamel.yaml import YAML

from talosgen.errors import InputError

#: The base of a contract, by the release that runs it.
BASES = [("v1.13", "v1.13"), ("v1.14", "v1.13"), ("v1.14", "v1.14")]
DISK = 'disk.transport == "nvme"'
EXCLUDED = "node.kubernetes.io/exclude-from-external-load-balancers"


def made(release, contract, features, node="c0"):
    """The documents of a node with features, by kind and name; applying its features twice changes nothing."""
    found = compiled(cluster(release, contract, {node: features}))[node]
    assert found.again == found.config.to_yaml()
    documents = YAML(typ="safe").load_all(found.config.to_yaml())
    return {(item.get("kind", "v1alpha1"), item.get("name", "")): item for item in documents}


def sysctls(documents):
    legacy = documents["v1alpha1", ""]["machine"].get("sysctls", {})
    return {**legacy, **documents.get(("SysctlConfig", ""), {}).get("params", {})}


def exempt(documents):
    """The namespaces that Pod Security leaves alone."""
    document = documents.get(("KubeAdmissionControlConfig", "PodSecurity"))
    if document is None:
        (document,) = documents["v1alpha1", ""]["cluster"]["apiServer"]["admissionControl"]
    return document["configuration"]["exemptions"]["namespaces"]


def modules(documents):
    legacy = documents["v1alpha1", ""]["machine"].get("kernel", {}).get("modules", [])
    return sorted(
        [item["name"] for item in legacy] + [name for kind, name in documents if kind == "KernelModuleConfig"]
    )


@pytest.mark.parametrize(("release", "contract"), BASES)
def test_of_limits_of_user_namespaces_the_largest_counts(release, contract):
    runners = {"github-runners": {"mode": "rootless", "user_namespaces": 20000}}
    assert sysctls(made(release, contract, [runners, "user-namespaces"])) == {"user.max_user_namespaces": "20000"}


@pytest.mark.parametrize(("release", "contract"), BASES)
def test_huge_pages_add_up(release, contract):
    longhorn = {"longhorn": {"engine": "v2", "disk_selector": DISK, "hugepages": 512}}
    found = made(release, contract, [longhorn, {"openebs": {"engines": ["mayastor"], "hugepages": 2048}}])
    assert sysctls(found)["vm.nr_hugepages"] == "2560"


@pytest.mark.parametrize(("release", "contract"), BASES)
def test_the_label_against_load_balancers_goes_once(release, contract):
    found = made(release, contract, ["single-node", {"metallb": {"announce_from_control_plane": True}}])
    assert EXCLUDED not in json.dumps(list(found.values()))


@pytest.mark.parametrize(("release", "contract"), BASES)
def test_who_wants_kubelet_certificates_gets_the_same(release, contract):
    spire = {"spire": {"trust_domain": "example.org", "verify_kubelet": True}}
    text = json.dumps(list(made(release, contract, ["kubelet-certificates", spire]).values()))
    assert text.count("rotate-server-certificates") == 1


@pytest.mark.parametrize(("release", "contract"), BASES)
def test_exemptions_of_pod_security_unite(release, contract):
    features = [
        {"rook-ceph": {"exempt": True}},
        {"longhorn": {"disk_selector": DISK, "exempt": True}},
        {"openebs": {"exempt": True}},
        {"github-runners": {"mode": "dind", "exempt": True}},
    ]
    assert sorted(exempt(made(release, contract, features))) == [
        "github-runners", "kube-system", "longhorn-system", "openebs", "rook-ceph",
    ]  # fmt: skip


@pytest.mark.parametrize(("release", "contract"), BASES)
def test_kernel_modules_unite(release, contract):
    features = ["nvidia", {"longhorn": {"engine": "v2", "disk_selector": DISK}}]
    assert modules(made(release, contract, features, "w0")) == [
        "nvidia", "nvidia_drm", "nvidia_modeset", "nvidia_uvm", "ublk_drv", "uio_pci_generic", "vfio_pci",
    ]  # fmt: skip


@pytest.mark.parametrize(("release", "contract"), BASES)
def test_taints_that_reserve_a_worker_unite(release, contract):
    features = [{"nvidia": {"dedicated": True}}, {"github-runners": {"dedicated": "example.com/runners"}}]
    found = made(release, contract, features, "w0")
    node = found.get(("KubeNodeConfig", ""))
    if node is not None:
        assert node["taints"] == {"nvidia.com/gpu": "present:NoSchedule", "example.com/runners": "true:NoSchedule"}
    else:
        taints = found["v1alpha1", ""]["machine"]["kubelet"]["extraConfig"]["registerWithTaints"]
        assert sorted((item["key"], item["value"], item["effect"]) for item in taints) == [
            ("example.com/runners", "true", "NoSchedule"),
            ("nvidia.com/gpu", "present", "NoSchedule"),
        ]


@pytest.mark.parametrize(("release", "contract"), BASES)
def test_size_and_keys_of_ephemeral_come_from_two_features(release, contract):
    found = made(release, contract, [{"user-volume": {"ephemeral": {"max_size": "50GB"}}}, "disk-encryption"])
    ephemeral = found["VolumeConfig", "EPHEMERAL"]
    assert ephemeral["provisioning"] == {"maxSize": "50GB"}
    assert [key["slot"] for key in ephemeral["encryption"]["keys"]] == [0]


def volume(name, **fields):
    return {"name": name, "disk_selector": DISK, "min_size": "100GB", **fields}


@pytest.mark.parametrize(
    ("features", "expected"),
    [
        (
            [{"longhorn": {"disk_selector": DISK}}, {"user-volume": {"partitions": [volume("longhorn")]}}],
            "longhorn and user-volume make the same document, UserVolumeConfig/longhorn",
        ),
        (
            [
                {"longhorn": {"disk_selector": DISK, "engine": "v2"}},
                {"rook-ceph": {"mode": "raw-volume", **volume("longhorn")}},
            ],
            "longhorn and rook-ceph make the same document, RawVolumeConfig/longhorn",
        ),
        (
            [{"openebs": {"volume_selector": DISK}}, {"user-volume": {"partitions": [volume("openebs")]}}],
            "openebs and user-volume make the same document, UserVolumeConfig/openebs",
        ),
        (
            [{"user-volume": {"partitions": [volume("data"), volume("data", max_size="200GB")]}}],
            "user-volume: UserVolumeConfig/data is made twice",
        ),
        (
            [{"user-volume": {"partitions": [volume("data")], "directories": ["data"]}}],
            "user-volume: UserVolumeConfig/data is made twice",
        ),
    ],
)
def test_a_volume_has_one_owner(features, expected):
    with pytest.raises(InputError) as caught:
        compiled(cluster("v1.14", "v1.14", {"w0": features}))
    (problem,) = [item for item in caught.value.problems if item.message.startswith(expected)]
    assert problem.place.source.endswith("cluster.yaml")
    assert problem.remedy


@pytest.mark.parametrize(("release", "contract"), BASES)
def test_metrics_pass_the_firewall(release, contract):
    metrics = {"metrics-binding": {"scrape_subnets": ["10.244.0.0/16"], "etcd_port": 12381}}
    found = made(release, contract, [metrics, {"firewall": {"cluster_subnets": ["10.0.0.0/24"]}}])
    rule = found["NetworkRuleConfig", "metrics-etcd"]
    assert rule["portSelector"] == {"ports": [12381], "protocol": "tcp"}
    assert [item["subnet"] for item in rule["ingress"]] == ["10.244.0.0/16"]
