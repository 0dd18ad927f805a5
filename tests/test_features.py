"""Features: a set of them becomes patches that fit the node's release and role."""

from __future__ import annotations

import pytest
from projects import CLUSTER, node, opened, write

from talosgen import compiler
from talosgen.contract import Contract
from talosgen.errors import InputError
from talosgen.features.conditions import Situation, holds
from talosgen.features.manifest import When

METALLB = "features: [{metallb: {announce_from_control_plane: true, proxy_ipvs: true}}, user-namespaces]\n"


def configs(folder, features, release="v1.14.1"):
    files = {
        "cluster.yaml": CLUSTER.replace("v1.14.1", release) + features,
        "controlplane-cp1.yaml": node("10.0.0.21"),
        "worker-w1.yaml": node("10.0.0.31"),
    }
    return compiler.compile(opened(write(folder, files)))


def document(config, kind, name=""):
    return next((part.tree for part in config if part.kind.name == kind and part.name == name), None)


def test_a_feature_takes_the_form_of_the_base(tmp_path):
    new = configs(tmp_path / "new", METALLB)["cp1"]
    assert document(new, "KubeProxyConfig")["mode"] == "ipvs"
    assert "node.kubernetes.io/exclude-from-external-load-balancers" not in document(new, "KubeNodeConfig")["labels"]
    assert document(new, "SysctlConfig")["params"] == {"user.max_user_namespaces": "11255"}
    old = document(configs(tmp_path / "old", METALLB, "v1.13.9")["cp1"], "v1alpha1")
    assert old["cluster"]["proxy"]["mode"] == "ipvs"
    assert old["machine"]["sysctls"] == {"user.max_user_namespaces": "11255"}


def test_a_feature_gives_a_role_what_is_for_it(tmp_path):
    worker = configs(tmp_path, METALLB)["w1"]
    assert document(worker, "KubeProxyConfig") is None


def test_ports_of_features_become_rules_of_the_firewall(tmp_path):
    features = (
        "features:\n- metallb: {firewall_subnets: [10.0.0.0/24]}\n"
        "- firewall: {cluster_subnets: [10.0.0.0/24], control_plane_addresses: [10.0.0.21/32]}\n"
    )
    made = configs(tmp_path, features)
    rule = document(made["w1"], "NetworkRuleConfig", "metallb-memberlist-tcp")
    assert rule["portSelector"]["protocol"] == "tcp"
    assert "subnet: 10.0.0.0/24" in made["w1"].to_yaml()
    assert document(made["w1"], "NetworkRuleConfig", "etcd") is None
    assert document(made["cp1"], "NetworkRuleConfig", "etcd") is not None


@pytest.mark.parametrize(
    ("features", "expected"),
    [
        ("features: [metalb]\n", 'there is no feature "metalb"; did you mean metallb?'),
        ("features: [{metallb: {mod: l2}}]\n", 'metallb has no parameter "mod"; did you mean "mode"?'),
        ("features: [{metallb: {mode: l3}}]\n", "mode: expected one of l2, bgp"),
        ("features: [{user-namespaces: {limit: many}}]\n", "limit: expected an integer"),
        ("features: [firewall]\n", "firewall needs the parameter cluster_subnets"),
    ],
)
def test_faults_of_features_stand_in_cluster_yaml(tmp_path, features, expected):
    with pytest.raises(InputError) as caught:
        configs(tmp_path, features)
    assert any(expected in problem.message + "; " + problem.remedy for problem in caught.value.problems)
    assert all(
        problem.place.source.endswith("cluster.yaml") and problem.place.line == 7 for problem in caught.value.problems
    )


def test_a_project_has_features_of_its_own(tmp_path):
    write(
        tmp_path,
        {
            "features/motd/feature.yaml": (
                "apiVersion: talosgen/v1\nkind: Feature\ntitle: Message\nabout: Says hello.\n"
                "parameters: {text: {type: text, default: hello, about: what is said}}\n"
                "patches: [{file: env.yaml}]\n"
            ),
            "features/motd/env.yaml": "machine: {env: {MOTD: '${params.text}'}}\n",
        },
    )
    config = configs(tmp_path, "features: [motd]\n")["w1"]
    assert document(config, "v1alpha1")["machine"]["env"] == {"MOTD": "hello"}
    (change,) = config.history("machine.env.MOTD")
    assert (change.layer, change.place.source) == ("feature motd", f"{tmp_path}/features/motd/feature.yaml")


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ("{}", {"NAMES": "a,b", "SAID": "a"}),
        ("{names: [c], word: hi}", {"NAMES": "c", "PAIR": "word=hi", "CODED": "aGk=", "SAID": "hi"}),
        ("{names: [], word: hi}", {"PAIR": "word=hi", "CODED": "aGk=", "SAID": "hi"}),
    ],
)
def test_forms_make_texts(tmp_path, parameters, expected):
    manifest = (
        "apiVersion: talosgen/v1\nkind: Feature\ntitle: Texts\nabout: Tries forms.\n"
        "parameters:\n  names: {type: list, of: name, default: [a, b], about: names}\n"
        "  word: {type: text, optional: true, about: a word}\npatches: [{file: env.yaml}]\n"
    )
    patch = (
        "machine:\n  env:\n    NAMES: {join: ',', of: [{each: '${params.names}', value: '${item}'}]}\n"
        "    PAIR: {join: '=', of: [word, '${params.word}']}\n    CODED: {base64: '${params.word}'}\n"
        "    SAID: {join: '', of: [{each: ['${params.word}', '${params.first}'], value: '${item}'}]}\n"
    )
    manifest = manifest.replace("patches:", "  first: {type: text, default: a, about: a word}\npatches:")
    write(tmp_path, {"features/texts/feature.yaml": manifest, "features/texts/env.yaml": patch})
    made = document(configs(tmp_path, f"features: [{{texts: {parameters}}}]\n")["w1"], "v1alpha1")
    assert made["machine"]["env"] == expected


RECORDS = """\
apiVersion: talosgen/v1
kind: Feature
title: Records
about: Tries the forms of parameters.
parameters:
  hosts:
    type: map
    of: record
    about: hosts
    optional: true
    fields:
      port: {type: port, about: a port}
      token: {type: secret, about: a token, optional: true}
  names: {type: list, of: name, default: [a, b], about: names}
  other: {type: list, of: name, optional: true, about: names}
patches: [{file: env.yaml}]
"""


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ("{}", {"a": "a", "b": "b"}),
        ("{names: []}", {}),
        ("{other: [c]}", {"c": "c"}),
        ("{hosts: {h1: {port: 1}, h2: {port: 2}}}", {"a": "a", "b": "b", "h1": 1, "h2": 2}),
    ],
)
def test_each_makes_entries_of_lists_and_maps(tmp_path, parameters, expected):
    patch = (
        "machine:\n  sysctls: {each: ['${params.other}', '${params.names}'], key: '${item}', value: '${item}'}\n"
        "  sysfs: {each: '${params.hosts}', key: '${item.key}', value: '${item.value.port}'}\n"
    )
    write(tmp_path, {"features/records/feature.yaml": RECORDS, "features/records/env.yaml": patch})
    machine = document(configs(tmp_path, f"features: [{{records: {parameters}}}]\n")["w1"], "v1alpha1")["machine"]
    made = {**machine.get("sysctls", {}), **machine.get("sysfs", {})}
    assert made == {key: str(value) for key, value in expected.items()}


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ("{hosts: {h1: {}}}", "hosts.h1 needs the field port: a port"),
        ("{hosts: {h1: {port: 0}}}", "hosts.h1.port: expected a port number"),
        ("{hosts: {h1: {port: 1, prot: tcp}}}", 'hosts.h1 has no field "prot"; did you mean "port"?'),
        ("{hosts: {h1: {port: 1, token: hello}}}", "hosts.h1.token: expected a secret"),
        ("{hosts: {h1: 5}}", "hosts.h1: expected a mapping"),
        ("{names: [a, _]}", "names[1]: expected a DNS label"),
    ],
)
def test_faults_of_records_name_their_path(tmp_path, parameters, expected):
    write(tmp_path, {"features/records/feature.yaml": RECORDS, "features/records/env.yaml": "machine: {env: {}}\n"})
    with pytest.raises(InputError) as caught:
        configs(tmp_path, f"features: [{{records: {parameters}}}]\n")
    (problem,) = caught.value.problems
    assert expected in problem.message + "; " + problem.remedy


REFUSING = """\
apiVersion: talosgen/v1
kind: Feature
title: Refusing
about: Refuses.
parameters:
  mode: {type: choice, values: [a, b], default: a, about: which}
  disk: {type: text, optional: true, about: where}
refuses:
  - {when: {param: {mode: b}, missing: disk}, why: mode b needs a disk, remedy: give disk}
  - {when: {talos: <v1.14, given: disk}, why: disks came with Talos 1.14}
  - {when: {has: KubeletConfig, param: {mode: b}}, why: the base has a KubeletConfig}
  - {when: {kubernetes: <v1.33}, why: Kubernetes is too old}
"""


@pytest.mark.parametrize(
    ("settings", "release", "expected"),
    [
        ("features: [{refusing: {mode: b}}]\n", "v1.13.0", [("refusing: mode b needs a disk", "give disk", 7, 24)]),
        ("features: [{refusing: {disk: x}}]\n", "v1.13.0", [("refusing: disks came with Talos 1.14", "", 7, 24)]),
        (
            "features: [{refusing: {disk: x, mode: b}}]\n",
            "v1.14.1",
            [("refusing: the base has a KubeletConfig (node w1)", "", 7, 33)],
        ),
        (
            "kubernetesVersion: 1.32.0\nfeatures: [refusing]\n",
            "v1.14.1",
            [("refusing: Kubernetes is too old", "", 8, 12)],
        ),
        (
            "kubernetesVersion: new\n",
            "v1.14.1",
            [("this is no version of Kubernetes", "write it in full, as 1.36.3", 7, 20)],
        ),
    ],
)
def test_a_feature_refuses_what_cannot_be(tmp_path, settings, release, expected):
    files = {
        "features/refusing/feature.yaml": REFUSING,
        "cluster.yaml": CLUSTER.replace("v1.14.1", release) + settings,
        "worker-w1.yaml": node("10.0.0.31"),
    }
    with pytest.raises(InputError) as caught:
        compiler.compile(opened(write(tmp_path, files)))
    found = [(one.message, one.remedy, one.place.line, one.place.column) for one in caught.value.problems]
    assert found == expected


@pytest.mark.parametrize(
    ("wanted", "value", "expected"),
    [
        ("a", ["b", "a"], True),
        ({"type": "btrfs"}, [{"type": "xfs"}, {"type": "btrfs", "name": "x"}], True),
        ({"type": "btrfs"}, [{"type": "xfs"}, {"name": "btrfs"}], False),
        ({"a": {"b": True}}, {"a": {"b": True, "c": 1}}, True),
        ({"a": {"b": True}}, {"a": {"b": 1}}, False),
        ({"a": 1}, "a", False),
        ({"a": []}, {"a": []}, True),
        ({"a": []}, {"a": ["b"]}, False),
        ({"a": []}, {}, False),
    ],
)
def test_a_condition_is_on_fields_of_records_too(wanted, value, expected):
    situation = Situation("worker", Contract(1, 14), frozenset(), frozenset(), Contract(1, 37))
    assert holds(When(param={"x": wanted}), situation, {"x": value}) is expected


def test_what_a_feature_refuses_is_not_had_by_others(tmp_path):
    files = {
        "features/refusing/feature.yaml": REFUSING,
        "cluster.yaml": CLUSTER + "contract: v1.13\nfeatures: [{refusing: {mode: b, disk: x}}]\n",
        "worker-w1.yaml": node("10.0.0.31"),
    }
    assert list(compiler.compile(opened(write(tmp_path, files)))) == ["w1"]


TEXTS = """\
apiVersion: talosgen/v1
kind: Feature
title: Texts
about: Tries a joined text.
parameters:
  quiet: {type: boolean, default: false, about: whether little is said}
  beside: {type: list, of: exclusion, default: [], about: networks to leave out}
  place: {type: endpoint, optional: true, about: a place}
  stream: {type: stream, optional: true, about: a place for a stream}
patches: [{file: env.yaml}]
"""


def test_a_joined_text_has_booleans_as_yaml_writes_them(tmp_path):
    patch = "machine: {env: {QUIET: {join: '=', of: [quiet, '${params.quiet}']}}}\n"
    write(tmp_path, {"features/texts/feature.yaml": TEXTS, "features/texts/env.yaml": patch})
    made = document(configs(tmp_path, "features: [texts]\n")["w1"], "v1alpha1")
    assert made["machine"]["env"] == {"QUIET": "quiet=false"}


@pytest.mark.parametrize("given", ["host.example.com:1", "10.0.0.1:65535", "[2001:db8::1]:514"])
def test_places_in_the_network_have_a_host_and_a_port(tmp_path, given):
    write(tmp_path, {"features/texts/feature.yaml": TEXTS, "features/texts/env.yaml": "machine: {env: {A: b}}\n"})
    configs(tmp_path, f"features: [{{texts: {{place: '{given}', stream: 'udp://{given}/'}}}}]\n")
    faulty = (given.rpartition(":")[0], f"{given}00000", f"{given}/a", f"tls://{given}")
    for index, text in enumerate(faulty):
        folder = tmp_path / str(index)
        write(folder, {"features/texts/feature.yaml": TEXTS, "features/texts/env.yaml": "machine: {env: {A: b}}\n"})
        with pytest.raises(InputError) as caught:
            configs(folder, f"features: [{{texts: {{place: '{text}', stream: '{text}'}}}}]\n")
        assert [problem.message for problem in caught.value.problems] == [
            "place: expected HOST:PORT",
            "stream: expected tcp://HOST:PORT/ or udp://HOST:PORT/",
        ]


@pytest.mark.parametrize("given", ["10.0.0.0/24", "!10.0.0.1", "!"])
def test_a_network_to_leave_out_begins_with_an_exclamation_mark(tmp_path, given):
    write(tmp_path, {"features/texts/feature.yaml": TEXTS, "features/texts/env.yaml": "machine: {env: {A: b}}\n"})
    with pytest.raises(InputError) as caught:
        configs(tmp_path, f"features: [{{texts: {{beside: ['{given}']}}}}]\n")
    (problem,) = caught.value.problems
    assert problem.message == "beside[0]: expected a network to leave out, such as !10.0.0.10/32"


def test_a_document_of_which_nothing_is_left_is_not_there(tmp_path):
    manifest = TEXTS.replace("parameters:", "parameters:\n  word: {type: text, optional: true, about: a word}")
    patch = "apiVersion: v1alpha1\nkind: EventSinkConfig\nendpoint: '${params.word}'\n---\n" + (
        "apiVersion: v1alpha1\nkind: UdevRulesConfig\n"
    )
    write(tmp_path, {"features/texts/feature.yaml": manifest, "features/texts/env.yaml": patch})
    made = configs(tmp_path, "features: [texts]\n")["w1"]
    assert document(made, "EventSinkConfig") is None
    assert document(made, "UdevRulesConfig") is not None


def test_a_document_with_a_name_is_there_for_its_name_alone(tmp_path):
    manifest = TEXTS.replace("parameters:", "parameters:\n  word: {type: text, optional: true, about: a word}")
    patch = "apiVersion: v1alpha1\nkind: KernelModuleConfig\nname: zfs\nparameters: ['${params.word}']\n"
    write(tmp_path, {"features/texts/feature.yaml": manifest, "features/texts/env.yaml": patch})
    assert document(configs(tmp_path, "features: [texts]\n")["w1"], "KernelModuleConfig", "zfs") is not None


@pytest.mark.parametrize(("kubernetes", "gated"), [("1.32.4", True), ("1.33.0", False)])
@pytest.mark.parametrize("contract", ["v1.13", "v1.14"])
def test_user_namespaces_are_switched_on_where_kubernetes_has_them_off(tmp_path, contract, kubernetes, gated):
    features = f"contract: {contract}\nkubernetesVersion: {kubernetes}\nfeatures: [user-namespaces]\n"
    made = configs(tmp_path, features)
    assert made["cp1"].to_yaml().count("UserNamespacesSupport") == (2 if gated else 0)
    assert made["w1"].to_yaml().count("UserNamespacesSupport: true") == (1 if gated else 0)


RECENT = """\
apiVersion: talosgen/v1
kind: Feature
title: Recent
about: Knows newer things.
parameters:
  fast: {type: boolean, default: true, since: v1.13, about: whether it is fast}
  disks:
    type: list
    of: record
    default: []
    about: disks
    fields:
      name: {type: name, about: the name}
      quick: {type: boolean, optional: true, since: v1.14, about: whether it is quick}
patches: []
"""


@pytest.mark.parametrize(
    ("release", "expected"),
    [
        ("v1.12.0", [("recent: fast is for Talos v1.13 and newer", 7, 22),
                     ("recent: disks.quick is for Talos v1.14 and newer", 7, 52)]),
        ("v1.13.0", [("recent: disks.quick is for Talos v1.14 and newer", 7, 52)]),
        ("v1.14.1", []),
    ],
)  # fmt: skip
def test_a_parameter_is_for_the_releases_that_know_it(tmp_path, release, expected):
    files = {
        "features/recent/feature.yaml": RECENT,
        "cluster.yaml": CLUSTER.replace("v1.14.1", release)
        + "features: [{recent: {fast: true, disks: [{name: a, quick: false}]}}]\n",
        "worker-w1.yaml": node("10.0.0.31"),
    }
    write(tmp_path, files)
    found = []
    try:
        opened(tmp_path)
    except InputError as error:
        found = [(one.message, one.place.line, one.place.column) for one in error.problems]
    assert found == expected


def test_a_default_is_had_on_every_release(tmp_path):
    write(tmp_path, {"features/recent/feature.yaml": RECENT})
    assert list(configs(tmp_path, "features: [recent]\n", "v1.12.0")) == ["cp1", "w1"]
