"""Features that are asked for wrongly, and features that are wrong themselves: each fault in its place, all together."""

from __future__ import annotations

import pytest
from projects import CLUSTER, node, opened, write

from talosgen import compiler
from talosgen.errors import InputError
from talosgen.features.catalogue import Catalogue
from talosgen.features.faults import faults

OWN = """\
apiVersion: talosgen/v1
kind: Feature
title: Own
about: Tries things.
parameters:
  word: {type: text, default: hello, about: a word}
  words: {type: list, of: text, default: [a], about: words}
  least: {type: size, default: 10GB, about: the least size}
  most: {type: size, optional: true, atLeast: least, about: the largest size}
  storage: {type: nodes, optional: true, about: nodes}
"""
#: A feature with a list of records, of whose fields two exclude each other.
RECORDS = """\
apiVersion: talosgen/v1
kind: Feature
title: Records
about: Tries things.
parameters:
  all:
    type: list
    of: record
    default: []
    about: records
    fields:
      one: {type: text, optional: true, excludes: [two], about: one}
      two: {type: text, optional: true, about: two}
refuses:
  - {when: {given: all.two}, why: two is one too many, remedy: take one}
"""


def found(folder, files, release="v1.14.1"):
    """The places and texts of what is wrong with a project."""
    files = {"worker-w1.yaml": node("10.0.0.31"), "controlplane-cp1.yaml": node("10.0.0.21"), **files}
    files["cluster.yaml"] = CLUSTER.replace("v1.14.1", release) + files.get("cluster.yaml", "")
    write(folder, files)
    try:
        compiler.compile(opened(folder))
    except InputError as error:
        return [str(problem).replace(f"{folder}/", "") for problem in error.problems]
    return []


def test_what_is_asked_for_wrongly_is_told_together(tmp_path):
    features = """\
features:
- metalb
- {openebs: {engines: [zfz], hugepages: "5", volum: x}}
- {swap: {disk_selector: "!system_disk", zswap_shrinker: true}}
- scrub
- {metallb: {proxy_ipvs: true}}
- cilium
"""
    told = found(tmp_path, {"cluster.yaml": features}, "v1.13.2")
    assert sorted(told) == [
        "cluster.yaml:10:42: swap: zswap_shrinker needs zswap_percent as well",
        "cluster.yaml:11:3: scrub is for Talos v1.14 and newer; upgrade, or leave it out",
        "cluster.yaml:12:4: metallb and cilium exclude each other: Cilium takes kube-proxy's place; leave one out; "
        "the other stands in cluster.yaml:13:3",
        'cluster.yaml:8:3: there is no feature "metalb"; did you mean metallb?',
        "cluster.yaml:9:24: engines: expected some of hostpath, zfs, lvm, mayastor",
        "cluster.yaml:9:41: hugepages: expected an integer",
        'cluster.yaml:9:46: openebs has no parameter "volum"; did you mean "volume"?',
    ]
    assert not (tmp_path / "rendered").exists()


def test_nodes_that_lack_what_a_feature_names_are_told(tmp_path):
    files = {
        "cluster.yaml": "features: [{longhorn: {disk_selector: '${vars.disk}'}}]\n",
        "worker-w1.yaml": node("10.0.0.31", 'vars: {disk: disk.serial == "S1"}\n'),
        "worker-w2.yaml": node("10.0.0.32"),
    }
    assert found(tmp_path, files) == [
        "cluster.yaml:7:39: there is no vars.disk (nodes cp1, w2); set it, or write $${…} for the text itself"
    ]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("{most: 5GB}", ["7:25: own: most: expected no less than least, which is 10GB when left out; "
                         "raise most, or lower least"]),
        ("{least: 1TiB, most: 1TB}", ["7:38: own: most: expected no less than least; raise most, or lower least"]),
        ("{least: 20GB}", []),
        ("{least: 20GB, most: 20GB}", []),
        ("{least: 20GB, most: 50%}", []),
        ("{least: 20GB, most: -5GB}", []),
    ],
)  # fmt: skip
def test_a_parameter_is_no_less_than_its_fellow(tmp_path, given, expected):
    patch = "machine: {env: {A: '${params.word}'}}\n"
    files = {"features/own/feature.yaml": OWN + "patches: [{file: a.yaml}]\n", "features/own/a.yaml": patch}
    told = found(tmp_path, {**files, "cluster.yaml": f"features: [{{own: {given}}}]\n"})
    assert told == [f"cluster.yaml:{line}" for line in expected]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("[]", []),
        ("[{}, {one: a}]", []),
        ("[{two: ''}]", []),
        ("[{one: a}, {two: b}]", ["7:23: records: two is one too many; take one"]),
        ("[{one: a, two: b}]", ["7:30: all[0]: one and two exclude each other; keep one of the two"]),
    ],
)
def test_fields_of_records_exclude_each_other_and_are_refused(tmp_path, given, expected):
    files = {"features/records/feature.yaml": RECORDS, "cluster.yaml": f"features: [{{records: {{all: {given}}}}}]\n"}
    assert found(tmp_path, files) == [f"cluster.yaml:{line}" for line in expected]


def test_a_parameter_that_excludes_none_that_is_there_is_told(tmp_path):
    manifest = RECORDS.replace("excludes: [two]", "excludes: [tow]")
    files = {"features/records/feature.yaml": manifest, "cluster.yaml": "features: [records]\n"}
    assert found(tmp_path, files) == [
        'features/records/feature.yaml:12:41: there is no parameter "tow"; did you mean "two"?'
    ]


def test_a_named_node_is_one_with_the_feature(tmp_path):
    files = {
        "features/own/feature.yaml": OWN + "roles: [worker]\n",
        "cluster.yaml": "features: [{own: {storage: [w1, w9, cp1]}}]\n",
        "worker-w11.yaml": node("10.0.0.41"),
    }
    assert found(tmp_path, files) == [
        'cluster.yaml:7:33: own: storage: there is no node "w9"; name nodes of this cluster',
        "cluster.yaml:7:37: own: storage: the node cp1 does not have this feature; give it own, or leave it out here",
    ]


@pytest.mark.parametrize(
    ("manifest", "expected"),
    [
        ("patches: [{file: ../a.yaml}]", ["11:12: patches[0].file: expected the name of a file in the feature's folder"]),
        ("patches: [{file: /a.yaml}]", ["11:12: patches[0].file: expected the name of a file in the feature's folder"]),
        ("patches: [{file: b.yaml}]", ["11:18: there is no file features/own/b.yaml; check the name"]),
        (
            "patches: [{file: a.yaml, when: {talos: '>1.x'}}]",
            ["11:33: patches[0].when.talos: expected ranges of versions such as >=v1.12,<v1.14",],
        ),
        ("releases: {since: new}", ["11:12: releases.since: expected a minor release such as v1.12"]),
        ("patchs: []", ['11:1: patchs: unknown field "patchs"; did you mean "patches"?']),
        ("requires: [metalb]", ['11:12: there is no feature "metalb"; did you mean "metallb"?']),
        (
            "conflicts: [{feature: owl, why: no, when: {param: {wrod: a}, feature: ooo}}]",
            ['11:43: there is no parameter "wrod"; did you mean "word"?', '11:43: there is no feature "ooo"; did you mean "oom"?',
             '11:13: there is no feature "owl"; did you mean "own"?'],
        ),
        (
            "values: [{kind: SysctlConfg, path: [params, a], rule: sum, value: '${params.wrod}'}]",
            ['11:11: there is no kind "SysctlConfg"; did you mean "SysctlConfig"?',
             '11:67: there is no parameter "wrod"; did you mean "word"?'],
        ),
        ("refuses: [{when: {given: words.x}, why: no}]", ['11:18: there is no parameter "words.x"; did you mean "words"?']),
        (
            "needs: [{ports: {name: a, ports: '${params.prots}'}}]",
            ['11:34: there is no parameter "prots"; known: least, most, storage, word, words'],
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_manifest_is_told_where_it_stands(tmp_path, manifest, expected):
    files = {
        "features/own/feature.yaml": f"{OWN}{manifest}\n",
        "features/own/a.yaml": "machine: {}\n",
        "cluster.yaml": "features: [own]\n",
    }
    assert found(tmp_path, files) == [f"features/own/feature.yaml:{line}" for line in expected]


@pytest.mark.parametrize(
    ("patch", "expected"),
    [
        ("machine: {env: {A: '${params.wrod}'}}", 'there is no parameter "wrod"; did you mean "word"?'),
        ("machine: {env: {A: 'a${params.word}'}}",
         'a reference to a parameter stands alone; {join: "", of: [a, ${params.x}]} makes a text of several'),
        ("machine: {env: {A: '${secrets.word}'}}", "a feature's files know nothing of ${secrets.…}; make it a "
         "parameter, and give it where the feature is asked for"),
        ("machine: {env: {A: '${node.name}'}}", "a feature's files know nothing of ${node.…}; make it a "
         "parameter, and give it where the feature is asked for"),
        ("- {op: add, path: /a, value: b}", "a patch of a feature is a mapping; write a document of Talos"),
        ("kind: SysctlConfg", 'there is no kind "SysctlConfg"; did you mean "SysctlConfig"?'),
        ("kind: {a: b}", "there is no kind"),
        ("machine: {env: {A: {base64: '${params.words}'}}}", "a text is made of scalars; take the elements of a list "
         "by `each`"),
        ("machine: {env: {A: {join: ',', of: ['${params.words}']}}}", "a text is made of scalars; take the elements "
         "of a list by `each`"),
        ("machine: {env: {A: {join: ',', of: a}}}", "expected a list of what is joined"),
        ("machine: {env: {each: {a: b}, key: a, value: b}}", "expected references such as ${params.x}"),
        ("machine: {env: {each: '${params.words}', key: ['${item}'], value: b}}", "a text is made of scalars"),
        ("a: [", "a value is due here"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_patch_is_told_where_it_stands(tmp_path, patch, expected):
    files = {
        "features/own/feature.yaml": OWN + "patches: [{file: a.yaml}]\n",
        "features/own/a.yaml": f"{patch}\n",
        "cluster.yaml": "features: [own]\n",
    }
    told = found(tmp_path, files)
    assert len(told) == 1
    assert told[0].startswith("features/own/a.yaml:")
    assert expected.removesuffix("?") in told[0].replace(" (nodes cp1, w1)", "")


def test_shipped_features_are_right():
    catalogue = Catalogue()
    names = frozenset(catalogue.names())
    for name in names:
        feature = catalogue.get(name)
        files = {part.file: feature.documents(part.file) for part in feature.manifest.patches}
        assert list(faults(feature.manifest, feature.tree, files, names)) == []


def test_a_name_that_talos_does_not_take_is_told_where_it_was_given(tmp_path):
    name = "a" * 35
    features = f"features:\n- user-volume:\n    directories:\n    - {name}\n- swap: {{disk_selector: '!system_disk', name: {name}}}\n"
    told = found(tmp_path, {"cluster.yaml": features})
    assert sorted(line.split(" (node")[0] for line in told if "w1" in line) == [
        "cluster.yaml:10:7: name: a name here has from 1 to 34 characters",
        "cluster.yaml:11:47: name: a name here has from 1 to 34 characters",
    ]


KEYS = "[{slot: 0, nodeID: {}, tpm: {}}, {slot: 1, kms: {endpoint: 'https://kms.example.com'}}]"


@pytest.mark.parametrize(
    "feature",
    [
        f"longhorn: {{disk_selector: disk.rotational, encryption: {{provider: luks2, keys: {KEYS}}}}}",
        f"rook-ceph: {{mode: raw-volume, disk_selector: disk.rotational, encryption: {{provider: luks2, keys: {KEYS}}}}}",
        f"user-volume: {{raw: [{{name: a, disk_selector: disk.rotational, min_size: 1GB, encryption: {{provider: luks2, keys: {KEYS}}}}}]}}",
        f"swap: {{disk_selector: disk.rotational, keys: {KEYS}}}",
        f"etcd: {{volume_size: 8GB, volume_keys: {KEYS}}}",
    ],
)
def test_a_key_is_of_one_kind(tmp_path, feature):
    told = found(tmp_path, {"cluster.yaml": f"features: [{{{feature}}}]\n"})
    assert len(told) == 1
    assert "keys[0]: nodeID and tpm exclude each other" in told[0]
