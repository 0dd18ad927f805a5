"""Features of cluster, groups and node are one set; what is for named nodes; secrets; where values were written."""

from __future__ import annotations

import pytest
from projects import CLUSTER, bundle_text, node, opened, write

from talosgen import compiler
from talosgen.errors import InputError
from talosgen.sops import file
from talosgen.sops.document import load
from talosgen.sops.layout import dump


def configs(folder, files):
    return compiler.compile(opened(write(folder, files)))


def document(config, kind, name=""):
    return next((part.tree for part in config if part.kind.name == kind and part.name == name), None)


def labels(config):
    return document(config, "KubeNodeConfig").get("labels", {})


# -- one set -------------------------------------------------------------------------------------------------


def test_features_of_cluster_groups_and_node_are_one_set(tmp_path):
    made = configs(
        tmp_path,
        {
            "cluster.yaml": CLUSTER
            + """\
features: [{topology: {region: eu, zone: none}}, watchdog]
groups:
  far: {features: [{topology: {region: us}}, {swap: {disk_selector: "!system_disk"}}]}
  fast: {features: [{topology: {zone: us-b}}, topology]}
""",
            "worker-w1.yaml": node(
                "10.0.0.31",
                "groups: [far, fast]\nfeatures: [{topology: {zone: us-c}}, {swap: {size: 8GiB, disk_selector: system_disk}}]\n",
            ),
            "worker-w2.yaml": node("10.0.0.32", "groups: [far]\n"),
            "worker-w3.yaml": node("10.0.0.33"),
            "worker-w4.yaml": node("10.0.0.34", "groups: [fast, far]\n"),
        },
    )
    region, zone = "topology.kubernetes.io/region", "topology.kubernetes.io/zone"
    assert {name: (labels(config)[region], labels(config)[zone]) for name, config in made.items()} == {
        "w1": ("us", "us-c"), "w2": ("us", "none"), "w3": ("eu", "none"), "w4": ("us", "us-b"),
    }  # fmt: skip
    assert all(document(config, "WatchdogTimerConfig") is not None for config in made.values())
    assert [name for name, config in made.items() if document(config, "SwapVolumeConfig", "swap")] == ["w1", "w2", "w4"]
    # Once, however often it was asked for.
    assert sum(part.kind.name == "SwapVolumeConfig" for part in made["w1"]) == 1


def test_the_order_of_features_changes_nothing(tmp_path):
    asked = ["watchdog", "{openebs: {engines: [mayastor]}}", "{longhorn: {engine: v2, disk_selector: '!system_disk'}}"]
    made = [
        configs(
            tmp_path / str(index),
            {"cluster.yaml": f"{CLUSTER}features: [{', '.join(order)}]\n", "worker-w1.yaml": node("10.0.0.31")},
        )["w1"]
        for index, order in enumerate((asked, asked[::-1]))
    ]
    assert document(made[0], "SysctlConfig")["params"]["vm.nr_hugepages"] == "2048"
    assert [part.tree for part in made[0]][1:] == [part.tree for part in made[1]][1:]


def test_the_base_of_an_overlay_has_features_as_well(tmp_path):
    write(
        tmp_path / "base",
        {
            "cluster.yaml": "apiVersion: talosgen/v1\nkind: Cluster\nfeatures: [{note: {text: base, more: base}}]\n",
            "features/note/feature.yaml": NOTE,
            "features/note/note.yaml": "machine: {sysctls: {a: '${params.text}', b: '${params.more}'}}\n",
        },
        secrets=False,
    )
    (tmp_path / ".git").mkdir()
    files = {
        "cluster.yaml": CLUSTER + "contract: v1.13\nextends: [../base]\nfeatures: [{note: {text: prod}}]\n",
        "worker-w1.yaml": node("10.0.0.31"),
    }
    made = configs(tmp_path / "prod", files)["w1"]
    assert document(made, "v1alpha1")["machine"]["sysctls"] == {"a": "prod", "b": "base"}


NOTE = """\
apiVersion: talosgen/v1
kind: Feature
title: Note
about: Notes.
parameters:
  text: {type: text, default: hello, about: a text}
  more: {type: text, optional: true, about: a text}
  token: {type: secret, optional: true, about: a token}
  nodes: {type: nodes, optional: true, about: nodes}
needs:
  - {labels: {example.com/note: "${params.text}"}, when: {named: nodes}}
  - {extension: siderolabs/zfs, when: {named: nodes}}
  - ports: {name: note, ports: [4000]}
patches: [{file: note.yaml}]
values:
  - {kind: SysctlConfig, path: [params, a], rule: sum, value: 5, text: true, when: {has: KubeNodeConfig}}
"""


# -- named nodes ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("release", "contract", "path"),
    [
        ("v1.14.1", "v1.14", "KubeNodeConfig/labels"),
        ("v1.14.1", "v1.13", "machine.nodeLabels"),
        ("v1.11.2", "v1.11", "machine.nodeLabels"),
    ],
)
def test_labels_are_for_named_nodes_only(tmp_path, release, contract, path):
    files = {
        "cluster.yaml": CLUSTER.replace("v1.14.1", release)
        + f"contract: {contract}\nfeatures: [{{openebs: {{engines: [mayastor, zfs], storage_nodes: [w1, w3]}}}}]\n",
        "controlplane-cp1.yaml": node("10.0.0.21"),
        **{f"worker-w{number}.yaml": node(f"10.0.0.3{number}") for number in (1, 2, 3)},
    }
    cluster = opened(write(tmp_path, files))
    texts = {name: config.to_yaml() for name, config in compiler.compile(cluster).items()}
    assert [name for name, text in texts.items() if "openebs.io/engine: mayastor" in text] == ["w1", "w3"]
    assert [name for name, text in texts.items() if "vm.nr_hugepages" in text] == ["w1", "w3"]
    # The image is that of others as well.
    images = {each.name: each.schematic for each in cluster.nodes}
    assert images["w1"] == images["w3"]
    assert images["w1"] != images["w2"]
    assert images["w2"] == images["cp1"]


def test_nodes_that_are_named_alike_share_their_features(tmp_path):
    files = {
        "cluster.yaml": CLUSTER + "features: [{openebs: {engines: [mayastor], storage_nodes: [w1, w3]}}]\n",
        **{f"worker-w{number}.yaml": node(f"10.0.0.3{number}") for number in (1, 2, 3, 4)},
    }
    nodes = {each.name: each for each in opened(write(tmp_path, files)).nodes}
    assert nodes["w1"].features is nodes["w3"].features
    assert nodes["w2"].features is nodes["w4"].features


def test_features_that_want_different_labels_clash(tmp_path):
    files = {"controlplane-cp1.yaml": node("10.0.0.21")}
    for name in ("note", "other"):
        files[f"features/{name}/feature.yaml"] = NOTE.replace("hello", name).replace(
            "ports: {name: note", f"ports: {{name: {name}"
        )
        files[f"features/{name}/note.yaml"] = "machine: {}\n"
    files["cluster.yaml"] = CLUSTER + "features: [note, other]\n"
    with pytest.raises(InputError) as caught:
        configs(tmp_path, files)
    (problem,) = caught.value.problems
    assert problem.message.startswith("features want different values here, in KubeNodeConfig: ")
    assert problem.path == "labels.example.com/note"


def test_ports_of_one_name_are_the_same(tmp_path):
    files = {"controlplane-cp1.yaml": node("10.0.0.21"), "cluster.yaml": CLUSTER + "features: [note, other]\n"}
    for name, port in (("note", "4000"), ("other", "4001")):
        files[f"features/{name}/feature.yaml"] = NOTE.replace("4000", port)
        files[f"features/{name}/note.yaml"] = "machine: {}\n"
    with pytest.raises(InputError) as caught:
        configs(tmp_path, files)
    (problem,) = caught.value.problems
    assert problem.message == "other: other ports than these bear the name note"
    assert (problem.place.source, problem.place.line) == (f"{tmp_path}/features/other/feature.yaml", 13)


# -- where values were written -------------------------------------------------------------------------------


def test_values_are_told_to_come_from_the_line_that_wrote_them(tmp_path):
    files = {
        "controlplane-cp1.yaml": node("10.0.0.21"),
        "cluster.yaml": CLUSTER + "features:\n- note:\n    more: given\n",
        "features/note/feature.yaml": NOTE,
        "features/note/note.yaml": "apiVersion: v1alpha1\nkind: UdevRulesConfig\n"
        "rules:\n- ${params.more}\n- ${params.text}\n- fixed\n",
    }
    config = configs(tmp_path, files)["cp1"]

    def places(path, where):
        return [
            (change.layer, change.place.source.removeprefix(f"{tmp_path}/"), change.place.line, change.place.column)
            for change in config.history(path, where)
            if change.layer.startswith("feature")
        ]

    manifest = "features/note/feature.yaml"
    assert places("params.a", "SysctlConfig/") == [("feature note", manifest, 16, 63)]
    assert places("labels.example.com/note", "KubeNodeConfig/") == [("feature note", manifest, 6, 31)]
    assert places("rules[0]", "UdevRulesConfig/") == [("feature note", "cluster.yaml", 9, 11)]
    assert places("rules[1]", "UdevRulesConfig/") == [("feature note", manifest, 6, 31)]
    assert places("rules[2]", "UdevRulesConfig/") == [("feature note", "features/note/note.yaml", 6, 3)]


# -- secrets -------------------------------------------------------------------------------------------------

SECRET = "${secrets.token}"
PATCH = "apiVersion: v1alpha1\nkind: RegistryAuthConfig\nname: example.com\nusername: me\npassword: ${params.token}\n"


@pytest.fixture
def project(repository):
    """A project in a work tree, whose secrets and one feature's patch are encrypted."""
    recipient = repository.key()

    def sealed(name, text):
        scheme = file.Scheme(file.recipients(recipient), file.DEFAULT)
        path = repository.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(file.encrypt(load(text), scheme, "2026-01-01T00:00:00Z"), encoding="utf-8")

    files = {
        "cluster.yaml": CLUSTER + f"features: [{{note: {{token: '{SECRET}'}}}}]\n",
        "controlplane-cp1.yaml": node("10.0.0.21"),
        "features/note/feature.yaml": NOTE,
    }
    write(repository.folder, files, secrets=False)
    sealed("secrets.yaml", dump(load(bundle_text())))
    sealed("vars.sops.yaml", "token: hunter22-hidden\n")
    sealed("features/note/note.yaml", PATCH)
    return repository


def test_secrets_and_encrypted_patches_of_own_features_are_decrypted_in_memory(project, plaintext):
    plaintext.tell("hunter22-hidden")
    plaintext.allow(project.folder / "rendered" / "cp1.yaml")
    status, _, errors = project.run("build")
    assert (status, errors) == (0, "")
    assert "password: hunter22-hidden" in (project.folder / "rendered" / "cp1.yaml").read_text(encoding="utf-8")
    shown = project.run("explain", "cp1", "RegistryAuthConfig/example.com.password")
    assert shown[0] == 0
    assert "feature note" in shown[1]
    plaintext.require_none(*shown[1:])


def test_a_secret_parameter_takes_nothing_but_a_secret(project, plaintext):
    plaintext.tell("hunter22-other")
    path = project.folder / "cluster.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(SECRET, "hunter22-other"), encoding="utf-8")
    plaintext.allow(path)
    status, out, errors = project.run("build")
    assert status == 1
    assert errors.endswith("token: expected a secret; write ${secrets.NAME}, from vars.sops.yaml\n")
    plaintext.require_none(out, errors)
    assert not (project.folder / "rendered").exists()
