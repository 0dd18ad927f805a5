"""Native projects: what a folder says becomes a cluster, and each node's config."""

from __future__ import annotations

import pytest
from projects import CLUSTER, bundle_text, configs, document, node, opened, problems, write

from talosgen import compiler
from talosgen.compiler import compile_texts
from talosgen.errors import InputError


def test_a_file_is_a_node(tmp_path):
    made = configs(tmp_path, {"controlplane-cp1.yaml": node("10.0.0.21"), "worker-w1.yaml": node("10.0.0.31")})
    assert list(made) == ["cp1", "w1"]
    assert document(made["cp1"], "v1alpha1")["machine"]["type"] == "controlplane"
    assert document(made["w1"], "HostnameConfig") == {
        "apiVersion": "v1alpha1", "kind": "HostnameConfig", "auto": "off", "hostname": "w1"
    }  # fmt: skip


def test_nodes_are_in_natural_order_control_planes_first(tmp_path):
    files = {f"worker-w{number}.yaml": node(f"10.0.1.{number}") for number in (10, 2, 1)}
    files["controlplane-z.yaml"] = node("10.0.0.21")
    assert list(configs(tmp_path, files)) == ["z", "w1", "w2", "w10"]


def test_layers_are_applied_in_order(tmp_path):
    def label(value):
        return f"apiVersion: v1alpha1\nkind: KubeNodeConfig\nlabels: {{last: {value}, {value}: here}}\n"

    files = {
        "cluster.yaml": CLUSTER
        + "labels: {last: setting, setting: here}\n"
        + "patches: [patches/common.yaml]\ngroups: {gpu: {patches: [patches/gpu.yaml]}}\n",
        "patches/common.yaml": label("cluster"),
        "patches/gpu.yaml": label("group"),
        "patches/own.yaml": label("own"),
        "worker.yaml": label("role"),
        "worker-w1.yaml": node("10.0.0.31", "groups: [gpu]\npatches: [patches/own.yaml]\n") + "---\n" + label("file"),
    }
    config = configs(tmp_path, files)["w1"]
    labels = document(config, "KubeNodeConfig")["labels"]
    assert labels == {
        "last": "file", **dict.fromkeys(("setting", "cluster", "role", "group", "own", "file"), "here")
    }  # fmt: skip
    history = config.history("labels.last", "KubeNodeConfig/")
    assert [(change.layer, change.after, str(change.place).replace(f"{tmp_path}/", "")) for change in history] == [
        ("settings", "setting", "cluster.yaml:7:16"),
        ("patch of the cluster", "cluster", "patches/common.yaml:3:16"),
        ("worker file", "role", "worker.yaml:3:16"),
        ("patch of the group gpu", "group", "patches/gpu.yaml:3:16"),
        ("patch of the node", "own", "patches/own.yaml:3:16"),
        ("node file", "file", "worker-w1.yaml:9:16"),
    ]


@pytest.mark.parametrize("release", ["v1.8.4", "v1.9.6", "v1.10.9", "v1.11.6", "v1.12.7", "v1.13.9", "v1.14.1"])
def test_settings_are_compiled_for_the_contract(tmp_path, release):
    settings = (
        "nameservers: [10.0.0.1]\ntimeServers: [ntp.example.org]\nsans: [api.example.org]\nlabels: {region: eu}\n"
        "annotations: {note: yes it is}\ntaints: {special: 'yes:NoSchedule'}\nvip: {address: 10.0.0.10, link: eth0}\n"
        "registries:\n  mirrors: {docker.io: [https://mirror.example.org]}\n  auth: {ghcr.io: {username: u, password: p}}\n"
        "kernelArgs: [console=ttyS0]\nsysctls: {net.ipv4.ip_forward: '1'}\ncni: none\n"
    )
    network = (
        "network:\n  interfaces:\n    eth0:\n      addresses: [10.0.0.21/24]\n      routes: [{gateway: 10.0.0.1}]\n"
        "      vlans: {100: {dhcp: true}}\n  bonds:\n    bond0: {links: [eth1, eth2], mode: active-backup, miimon: 100, dhcp: true}\n"
    )
    files = {
        "cluster.yaml": CLUSTER.replace("v1.14.1", release) + settings,
        "controlplane-cp1.yaml": node("10.0.0.21", network),
        "worker-w1.yaml": node("10.0.0.31", "install: {selector: {size: '>= 100GB', type: ssd}}\n"),
    }
    made = configs(tmp_path, files)
    assert "10.0.0.21/24" in made["cp1"].to_yaml()
    assert "bond0" in made["cp1"].to_yaml()
    assert "10.0.0.10" not in made["w1"].to_yaml().replace("https://10.0.0.10:6443", "")
    assert all(isinstance(config.to_yaml(), str) for config in made.values())


def test_a_variable_stands_for_its_value_or_is_part_of_a_text(tmp_path):
    files = {
        "cluster.yaml": CLUSTER + "vars: {region: eu, mtu: 1400}\nlabels: {region: '${vars.region}-1'}\n",
        "worker.yaml": (
            "apiVersion: v1alpha1\nkind: LinkConfig\nname: eth0\nmtu: ${vars.mtu}\n---\n"
            "machine:\n  env: {NAME: 'is ${node.name}', TEXT: '$${vars.region} ${HOME}'}\n"
        ),
        "worker-w1.yaml": node("10.0.0.31"),
    }
    config = configs(tmp_path, files)["w1"]
    assert document(config, "KubeNodeConfig")["labels"] == {"region": "eu-1"}
    assert document(config, "LinkConfig", "eth0")["mtu"] == 1400
    assert document(config, "v1alpha1")["machine"]["env"] == {"NAME": "is w1", "TEXT": "${vars.region} ${HOME}"}


def test_a_base_is_extended(tmp_path):
    write(
        tmp_path,
        {
            "base/cluster.yaml": CLUSTER + "nameservers: [10.0.0.1]\nlabels: {a: base, b: base}\n",
            "base/worker.yaml": "machine: {certSANs: [base]}\n",
            "prod/cluster.yaml": (
                "apiVersion: talosgen/v1\nkind: Cluster\nextends: [../base]\nname: prod\n"
                "nameservers: [10.0.0.1, 10.0.0.2]\nlabels: {a: prod, b: null}\n"
            ),
            "prod/worker.yaml": "machine: {certSANs: [prod]}\n",
            "prod/worker-w1.yaml": node("10.0.0.31"),
            "prod/secrets.yaml": bundle_text(),
        },
    )
    (tmp_path / ".git").mkdir()
    config = compiler.compile(opened(tmp_path / "prod"))["w1"]
    assert document(config, "v1alpha1")["machine"]["certSANs"] == ["base", "prod"]
    assert document(config, "KubeNodeConfig")["labels"] == {"a": "prod"}
    assert [item["address"] for item in document(config, "ResolverConfig")["nameservers"]] == ["10.0.0.1", "10.0.0.2"]


def test_a_key_is_known_whatever_is_null(tmp_path):
    files = {
        "cluster.yaml": CLUSTER + "intsall: null\nlabels: {gone: null}\n",
        "worker-w1.yaml": node("10.0.0.31", "lables: null\nvip: null\n"),
    }
    assert problems(tmp_path, files) == [
        'cluster.yaml:7:1: intsall: unknown field "intsall"; did you mean "install"?',
        'worker-w1.yaml:4:1: lables: unknown field "lables"; did you mean "labels"?',
    ]


def test_a_fault_of_one_node_does_not_hide_those_of_others(tmp_path):
    found = problems(
        tmp_path,
        {
            "worker-w1.yaml": node("10.0.0.31") + "---\nmachine: {netwrok: {}}\n",
            "worker-w2.yaml": node("10.0.0.31"),
            "worker-w3.yaml": "machine: {}\n",
            "worker-w4.yaml": node("10.0.0.34", "lables: {a: b}\n"),
            "worker-w5.yaml": node("10.0.0.35", "groups: [gpu]\npatches: [none.yaml]\nlabels: {x: '${vars.no}'}\n"),
        },
    )
    assert found == [
        'worker-w4.yaml:4:1: lables: unknown field "lables"; did you mean "labels"?',
        'worker-w1.yaml:5:11: machine.netwrok: unknown key "netwrok"; did you mean "network"?',
        "worker-w2.yaml:3:10: address: the nodes w1 and w2 have the same address; give each its own",
        "worker-w3.yaml: the node w3 has no address; begin its file with a document of kind Node that has an address",
        "worker-w5.yaml:5:11: there is no file none.yaml; check the name",
        'worker-w5.yaml:4:10: there is no group "gpu"; groups are declared below `groups:` of cluster.yaml',
        "worker-w5.yaml:6:13: there is no vars.no; set it, or write $${…} for the text itself",
    ]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"cluster.yaml": "kind: Cluster\n"}, "cluster.yaml:1:1: apiVersion: expected apiVersion: talosgen/v1"),
        (
            {"cluster.yaml": CLUSTER.replace("talosgen/v1", "talosgen/v2")},
            "cluster.yaml:1:13: apiVersion: this was made for a newer talosgen; install the newest talosgen",
        ),
        (
            {"cluster.yaml": CLUSTER.replace("v1.14.1", "v1.99.0")},
            "cluster.yaml:5:15: Talos v1.99 is not known to this talosgen; v1.0 … v1.14 are; a newer talosgen may know it",
        ),
        (
            {"cluster.yaml": CLUSTER.replace("v1.14.1", "v1.14.9")},
            "cluster.yaml:5:15: which Kubernetes Talos v1.14.9 installs is not known to this talosgen; write kubernetesVersion",
        ),
        (
            {"cluster.yaml": CLUSTER.replace("v1.14.1", "v1.13.9") + "contract: v1.14\n"},
            "cluster.yaml:7:11: the contract is newer than Talos v1.13.9; v1.13 is the newest for it",
        ),
        (
            {"controlplane-a.yaml": node("10.0.0.1"), "worker-a.yaml": node("10.0.0.2")},
            "worker-a.yaml: the node a is declared by controlplane-a.yaml already; keep one of the files",
        ),
        (
            {"worker-A_b.yaml": node("10.0.0.1")},
            "worker-A_b.yaml: this looks like a node's file, but the name of a node is a DNS label; use lower-case letters, digits and hyphens",
        ),
    ],
)
def test_bad_projects_are_refused_with_place_and_remedy(tmp_path, files, expected):
    assert problems(tmp_path, files) == [expected]


def test_folders_that_extend_each_other_are_refused(tmp_path):
    (tmp_path / ".git").mkdir()
    write(tmp_path / "a", {"cluster.yaml": CLUSTER + "extends: [../b]\n"})
    write(tmp_path / "b", {"cluster.yaml": CLUSTER + "extends: [../a]\n"})
    with pytest.raises(InputError, match="the folders extend each other: a → b → a"):
        opened(tmp_path / "a")


@pytest.mark.parametrize(
    ("base", "heir"), [("clusters/base", "clusters/prod"), ("home/base", "home/prod"), ("home", "home/prod")]
)
def test_without_git_inputs_lie_in_the_outermost_project(tmp_path, base, heir):
    write(tmp_path / base, {"cluster.yaml": CLUSTER}, secrets=False)
    extended = f"apiVersion: talosgen/v1\nkind: Cluster\nextends: [{'..' if heir.startswith(base) else '../base'}]\n"
    write(tmp_path / heir, {"cluster.yaml": extended, "worker-w1.yaml": node("10.0.0.31")})
    if (base, heir) == ("home/base", "home/prod"):
        with pytest.raises(InputError, match="lies outside of the project"):
            opened(tmp_path / heir)
    else:
        assert [found.name for found in opened(tmp_path / heir).nodes] == ["w1"]


def test_a_missing_bundle_is_an_error(tmp_path):
    write(tmp_path, {"worker-w1.yaml": node("10.0.0.31")}, secrets=False)
    with pytest.raises(InputError, match="there is no secrets bundle"):
        opened(tmp_path)
    assert not (tmp_path / "secrets.yaml").exists()


def test_a_generated_config_is_no_patch(tmp_path):
    made = configs(tmp_path, {"worker-w1.yaml": node("10.0.0.31")})["w1"].to_yaml()
    found = problems(tmp_path, {"worker-w1.yaml": made})
    assert any("this is a generated config, not a patch" in text for text in found)


def test_texts_are_those_of_the_configs(tmp_path):
    cluster = opened(write(tmp_path, {"controlplane-cp1.yaml": node("10.0.0.21"), "worker-w1.yaml": node("10.0.0.31")}))
    texts = {made.name: made.text for made in compile_texts(cluster, cluster.nodes)}
    assert texts == {name: config.to_yaml() for name, config in compiler.compile(cluster).items()}


def test_configs_are_judged_by_the_release_that_the_project_states(tmp_path):
    zswap = "---\napiVersion: v1alpha1\nkind: ZswapConfig\nmaxPoolPercent: 25\n"
    write(tmp_path, {"worker-w1.yaml": node("10.0.0.31") + zswap})
    assert list(compiler.compile(opened(tmp_path))) == ["w1"]
    found = problems(tmp_path, {"cluster.yaml": CLUSTER.replace("v1.14.1", "v1.10.9")})
    assert len(found) == 1
    assert found[0].startswith("worker-w1.yaml:5:1: the kind ZswapConfig is not known to Talos v1.10")


def test_a_release_too_old_to_be_known_well_is_judged_as_the_newest(tmp_path):
    files = {
        "cluster.yaml": CLUSTER.replace("v1.14.1", "v1.3.7\nkubernetesVersion: 1.26.1"),
        "worker-w1.yaml": node("10.0.0.31"),
    }
    assert list(configs(tmp_path, files)) == ["w1"]


def test_what_a_release_would_rather_have_otherwise_is_no_matter_of_a_build(tmp_path):
    files = {"cluster.yaml": CLUSTER + "contract: v1.13\n", "worker-w1.yaml": node("10.0.0.31")}
    told = []
    compiler.compile(opened(write(tmp_path, files)), report=told.append)
    assert told == []


def test_a_patch_that_does_not_apply_hides_no_other(tmp_path):
    wrong = "- {op: test, path: /machine/type, value: none}\n"
    files = {
        "worker-w1.yaml": node("10.0.0.31", "patches: [a.yaml, b.yaml]\n"),
        "a.yaml": wrong,
        "b.yaml": f"# b\n{wrong}",
    }
    assert [text.partition(":")[0] for text in problems(tmp_path, files)] == ["a.yaml", "b.yaml"]


def test_null_removes_what_the_cluster_or_a_group_sets(tmp_path):
    files = {
        "cluster.yaml": CLUSTER
        + "labels: {a: b}\ntaints: {x: NoSchedule}\ngroups: {free: {taints: null, labels: {c: d}}}\n",
        "worker-w1.yaml": node("10.0.0.31", "groups: [free]\n"),
        "worker-w2.yaml": node("10.0.0.32", "groups: [free]\nlabels: {a: null, c: null, e: f}\n"),
        "worker-w3.yaml": node("10.0.0.33", "labels: null\n"),
    }
    made = {name: document(config, "KubeNodeConfig") for name, config in configs(tmp_path, files).items()}
    assert made["w1"]["labels"] == {"a": "b", "c": "d"}
    assert "taints" not in made["w1"]
    assert made["w2"]["labels"] == {"e": "f"}
    assert "labels" not in made["w3"]
    assert made["w3"]["taints"] == {"x": "NoSchedule"}


@pytest.mark.parametrize(
    ("setting", "removal", "place"),
    [
        ("sysctls: {a: '1', b: '2'}", "sysctls: {a: null}", "cluster.yaml:7:10: sysctls"),
        ("sans: [x.example.org]", "sans: null", "cluster.yaml:7:7: sans"),
        (
            "registries: {mirrors: {docker.io: [https://m.example.org]}}",
            "registries: null",
            "cluster.yaml:7:23: registries.mirrors",
        ),
    ],
)
def test_what_the_generator_writes_for_all_cannot_be_removed_for_one(tmp_path, setting, removal, place):
    files = {"cluster.yaml": f"{CLUSTER}{setting}\n", "worker-w1.yaml": node("10.0.0.31", f"{removal}\n")}
    (found,) = problems(tmp_path, files)
    assert found.startswith(f"{place}: the cluster sets ")


def test_a_patch_of_the_same_name_in_another_folder_is_another_patch(tmp_path):
    def env(name):
        return f"machine: {{env: {{{name}: here}}}}\n"

    (tmp_path / ".git").mkdir()
    heir = "apiVersion: talosgen/v1\nkind: Cluster\nextends: [../base]\n"
    write(
        tmp_path,
        {
            "base/cluster.yaml": CLUSTER + "patches: [p/c.yaml]\ngroups: {g: {patches: [{file: p/g.yaml}]}}\n",
            "base/p/c.yaml": env("BASE"),
            "base/p/g.yaml": env("BASE_GROUP"),
            "prod/cluster.yaml": (
                heir + "patches: [p/c.yaml, ../base/p/c.yaml]\ngroups: {g: {patches: [{file: p/g.yaml}]}}\n"
            ),
            "prod/p/c.yaml": env("PROD"),
            "prod/p/g.yaml": env("PROD_GROUP"),
            "prod/worker-w1.yaml": node("10.0.0.31", "groups: [g]\n"),
            "prod/secrets.yaml": bundle_text(),
        },
    )
    cluster = opened(tmp_path / "prod")
    assert sorted(document(compiler.compile(cluster)["w1"], "v1alpha1")["machine"]["env"]) == [
        "BASE", "BASE_GROUP", "PROD", "PROD_GROUP"
    ]  # fmt: skip
    # Named twice from two places it is one patch still.
    assert len(cluster.node("w1").layers) == 4


def test_variables_that_are_called_as_settings_are_merged_as_variables(tmp_path):
    (tmp_path / ".git").mkdir()
    heir = "apiVersion: talosgen/v1\nkind: Cluster\nextends: [../base]\nvars: {install: {disk: b}, patches: [x]}\n"
    write(
        tmp_path,
        {
            "base/cluster.yaml": CLUSTER + "vars: {install: {match: a}, patches: [x]}\n",
            "prod/cluster.yaml": heir,
            "prod/worker.yaml": "machine:\n  sysctls: ${vars.install}\n  certSANs: ${vars.patches}\n",
            "prod/worker-w1.yaml": node("10.0.0.31"),
            "prod/secrets.yaml": bundle_text(),
        },
    )
    machine = document(compiler.compile(opened(tmp_path / "prod"))["w1"], "v1alpha1")["machine"]
    assert (machine["sysctls"], machine["certSANs"]) == ({"match": "a", "disk": "b"}, ["x"])


# -- references ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (
            {"cluster.yaml": CLUSTER + "vars: {a: b}\nlabels: {'${vars.a}': x}\n"},
            ["cluster.yaml:8:10: a key holds no reference; references stand in values alone"],
        ),
        (
            {"worker.yaml": "machine:\n  env:\n    ? ${vars.a}\n    : x\n"},
            ["worker.yaml:3:7: a key holds no reference; references stand in values alone"],
        ),
        (
            {"worker.yaml": "- op: add\n  path: /machine/env/${vars.a}\n  value: x\n"},
            ["worker.yaml:2:9: a path holds no reference; references stand in values alone"],
        ),
        (
            {"worker.yaml": "- op: move\n  from: /machine/${node.name}\n  path: /machine/env\n"},
            ["worker.yaml:2:9: a path holds no reference; references stand in values alone"],
        ),
        (
            {"cluster.yaml": CLUSTER + "patches: ['p-${vars.a}.yaml', {file: 'q-${vars.a}.yaml'}]\n"},
            [
                "cluster.yaml:7:11: patches[0]: no reference is resolved here; write it out",
                "cluster.yaml:7:38: patches[1].file: no reference is resolved here; write it out",
            ],
        ),
        (
            {"cluster.yaml": CLUSTER + "schematic: s-${vars.a}.yaml\nextends: ['${vars.a}']\n"},
            [
                "cluster.yaml:7:12: schematic: no reference is resolved here; write it out",
                "cluster.yaml:8:11: extends[0]: no reference is resolved here; write it out",
            ],
        ),
        (
            {"cluster.yaml": CLUSTER + "groups: {g: {schematic: '${vars.a}', patches: ['${vars.a}']}}\n"},
            [
                "cluster.yaml:7:25: groups.g.schematic: no reference is resolved here; write it out",
                "cluster.yaml:7:48: groups.g.patches[0]: no reference is resolved here; write it out",
            ],
        ),
        (
            {"worker-w1.yaml": node("10.0.0.31", "patches: ['${node.name}.yaml']\n")},
            ["worker-w1.yaml:4:11: patches[0]: no reference is resolved here; write it out"],
        ),
        (
            {"worker-w1.yaml": node("${vars.a}")},
            ["worker-w1.yaml:3:10: address: this is neither an address nor a host name; addresses hold no references"],
        ),
    ],
)
def test_references_stand_in_values_alone(tmp_path, files, expected):
    assert problems(tmp_path, {"worker-w1.yaml": node("10.0.0.31"), **files}) == expected


def test_what_stands_beside_a_reference_is_told_in_its_place(tmp_path):
    settings = CLUSTER + "vars: {a: b}\nnameservers: ['${vars.a}', 5, null]\nnodes: {w2: {lables: '${vars.a}'}}\n"
    assert problems(tmp_path, {"cluster.yaml": settings, "worker-w1.yaml": node("10.0.0.31")}) == [
        "cluster.yaml:8:28: nameservers[1]: expected a text",
        "cluster.yaml:8:31: nameservers[2]: expected a text",
        'cluster.yaml:9:14: nodes.w2.lables: unknown field "lables"; did you mean "labels"?',
    ]


def test_a_key_that_is_escaped_is_its_text(tmp_path):
    files = {"worker.yaml": "machine: {env: {'$${vars.a}': '$${vars.a}'}}\n", "worker-w1.yaml": node("10.0.0.31")}
    config = configs(tmp_path, files)["w1"]
    assert document(config, "v1alpha1")["machine"]["env"] == {"${vars.a}": "${vars.a}"}


SECRET = {"vars.sops.yaml": "n: topsecret\n"}


@pytest.mark.parametrize(
    ("files", "place"),
    [
        ({"cluster.yaml": CLUSTER.replace("name: home", "name: ${secrets.n}")}, "cluster.yaml:3:7"),
        ({"cluster.yaml": CLUSTER.replace("10.0.0.10", "${secrets.n}")}, "cluster.yaml:4:11"),
        (
            {"cluster.yaml": CLUSTER.replace("10.0.0.10", "${vars.v}") + "vars: {v: '${secrets.n}'}\n"},
            "cluster.yaml:4:11",
        ),
        ({"cluster.yaml": CLUSTER.replace("10.0.0.10", "${env.HOST}") + "env: [HOST]\n"}, "cluster.yaml:4:11"),
        ({"worker-w1.yaml": node("10.0.0.31", "hostname: '${secrets.n}'\n")}, "worker-w1.yaml:4:11"),
        ({"cluster.yaml": CLUSTER + "hostname: '${node.name}-${secrets.n}'\n"}, "cluster.yaml:7:11"),
    ],
)
@pytest.mark.parametrize("keyless", [False, True])
def test_names_and_addresses_are_no_secrets(tmp_path, files, place, keyless):
    found = problems(
        tmp_path, {"worker-w1.yaml": node("10.0.0.31"), **SECRET, **files},
        environment={"HOST": "topsecret"}.get, keyless=keyless,
    )  # fmt: skip
    assert found == [f"{place}: a name or an address is no secret; write it as it is, or as a variable of `vars:`"]


def test_what_follows_from_the_release_can_be_referred_to(tmp_path):
    text = (
        "${cluster.name} ${cluster.talosVersion} ${cluster.contract} ${cluster.kubernetesVersion} ${cluster.dnsDomain}"
    )
    files = {
        "cluster.yaml": CLUSTER + f"annotations: {{own: '{text}'}}\n",
        "worker.yaml": f"machine: {{env: {{TEXT: '{text}'}}}}\n",
        "worker-w1.yaml": node("10.0.0.31"),
    }
    config = configs(tmp_path, files)["w1"]
    expected = "home v1.14.1 v1.14 1.37.0 cluster.local"
    assert document(config, "v1alpha1")["machine"]["env"] == {"TEXT": expected}
    assert document(config, "KubeNodeConfig")["annotations"] == {"own": expected}


@pytest.mark.parametrize("form", ["'{}'", "[{}]"])
def test_variables_that_multiply_are_refused(tmp_path, form):
    """Ten of the one before, nine times over: 10^9 texts, or values."""
    separator = "" if form == "'{}'" else ", "
    references = [form.format(separator.join([f"${{vars.a{number - 1}}}"] * 10)) for number in range(1, 10)]
    variables = ", ".join(["a0: xxxxxxxxxx", *(f"a{number}: {text}" for number, text in enumerate(references, 1))])
    variables = variables.replace("[$", "['$").replace("}, $", "}', '$").replace("}]", "}']")
    files = {
        "cluster.yaml": CLUSTER + f"vars: {{{variables}}}\nannotations: {{x: '${{vars.a9}}'}}\n",
        "worker-w1.yaml": node("10.0.0.31"),
    }
    assert problems(tmp_path, files) == [
        "cluster.yaml:8:18: variables stand for too much here; set it, or write $${…} for the text itself"
    ]


@pytest.mark.parametrize("links", [60, 5000])
def test_variables_that_nest_deeply_are_refused(tmp_path, links):
    chain = ", ".join(f"a{number}: {'[' * 20}'${{vars.a{number - 1}}}'{']' * 20}" for number in range(1, links))
    files = {
        "cluster.yaml": CLUSTER + f"vars: {{a0: x, {chain}}}\nannotations: {{x: '${{vars.a{links - 1}}}'}}\n",
        "worker.yaml": f"machine: {{env: {{x: '${{vars.a{links - 1}}}'}}}}\n",
        "worker-w1.yaml": node("10.0.0.31"),
    }
    expected = "variables are nested too deeply; set it, or write $${…} for the text itself"
    assert problems(tmp_path, files) == [f"cluster.yaml:8:18: {expected}", f"worker.yaml:1:20: {expected}"]


def test_faults_of_operations_that_refer_to_variables_stand_where_they_are_written(tmp_path):
    files = {
        "cluster.yaml": CLUSTER.replace("v1.14.1", "v1.11.6") + "vars: {a: x}\n",
        "worker.yaml": (
            "- op: add\n  path: /machine/env\n  value: {A: '${vars.a}'}\n"
            "- op: add\n  path: /machine/sysctls\n  value: {a: '${vars.a}'}\n"
        ),
        "worker-w1.yaml": node("10.0.0.31"),
    }
    config = configs(tmp_path, files)["w1"]
    assert document(config, "v1alpha1")["machine"]["env"] == {"A": "x"}
    assert str(config.history("machine.sysctls")[-1].place) == f"{tmp_path}/worker.yaml:4:3"
    files["worker.yaml"] += "- op: nothing\n  path: /machine\n  value: '${vars.a}'\n"
    assert all(text.startswith("worker.yaml:7:3: ") for text in problems(tmp_path, files))


def test_without_git_the_outermost_project_holds_all_inputs(tmp_path):
    files = {
        "cluster.yaml": CLUSTER,
        "worker.yaml": "machine: {env: {A: base}}\n",
        "sites/prod/cluster.yaml": "apiVersion: talosgen/v1\nkind: Cluster\nextends: [../..]\n",
        "sites/prod/worker-w1.yaml": node("10.0.0.31"),
        "sites/prod/secrets.yaml": bundle_text(),
    }
    write(tmp_path / "all", files, secrets=False)
    config = compiler.compile(opened(tmp_path / "all/sites/prod"))["w1"]
    assert document(config, "v1alpha1")["machine"]["env"] == {"A": "base"}
    (tmp_path / "out.yaml").write_text("machine: {}\n")
    (tmp_path / "all/sites/prod/cluster.yaml").write_text(
        files["sites/prod/cluster.yaml"] + "patches: [../../../out.yaml]\n"
    )
    with pytest.raises(InputError, match="lies outside of the project"):
        opened(tmp_path / "all/sites/prod")


def test_names_in_remedies_are_those_of_the_file(tmp_path):
    settings = CLUSTER + "groups: {g: {podSubnets: [10.0.0.0/8], kernelArg: [a]}}\n"
    first, second = problems(tmp_path, {"cluster.yaml": settings, "worker-w1.yaml": node("10.0.0.31")})
    assert "kernelArgs" in first
    assert "kernel_args" not in first
    assert second.endswith('unknown field "kernelArg"; did you mean "kernelArgs"?')


@pytest.mark.parametrize(
    "key", ["kernel_args: [a]", "pod_subnets: [10.0.0.0/8]", "install: {disk: /dev/sda, bus_path: x}"]
)
def test_keys_are_those_of_the_schema_alone(tmp_path, key):
    settings = CLUSTER.replace("install: {disk: /dev/sda}\n", "") + key + "\n"
    (found,) = problems(tmp_path, {"cluster.yaml": settings, "worker-w1.yaml": node("10.0.0.31")})
    assert "unknown field" in found
