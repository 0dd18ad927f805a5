"""What features name of a cluster: labels that no node bears, disks that are not theirs to take; told with all else."""

from __future__ import annotations

import re

import pytest
from appfolder import added
from projects import CLUSTER, node, opened, write
from test_features_faults import OWN, found
from test_scaffold import made, texts

from talosgen import compiler
from talosgen.age import keys
from talosgen.errors import InputError
from talosgen.project import frontends
from talosgen.sops import file
from talosgen.sops.document import load

TIME = "2026-01-01T00:00:00Z"
EDGE = 'labels: {example.com/edge: "yes"}\n'
WANTS = "features: [{metallb: {node_labels: %s}}]\n"
NONE = "metallb: node_labels: no node of this cluster bears"
REMEDY = "give it to nodes with `labels:`, or leave it out here"


# Labels


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ('{example.com/edge: "yes"}', []),
        ("{kubernetes.io/hostname: w1, kubernetes.io/os: linux}", []),
        ('{node-role.kubernetes.io/control-plane: ""}', []),
        # A cloud or another program may give these.
        ("{node.kubernetes.io/instance-type: big, feature.node.kubernetes.io/cpu: x}", []),
        (
            '{example.com/egde: "yes"}',
            [f'cluster.yaml:7:37: {NONE} the label "example.com/egde"; did you mean "example.com/edge"? Else {REMEDY}'],
        ),
        ("{rack: a}", [f'cluster.yaml:7:37: {NONE} the label "rack"; {REMEDY}']),
        (
            '{example.com/edge: "no"}',
            [
                f'cluster.yaml:7:37: {NONE} the label "example.com/edge" with this value; nodes bear it with yes; {REMEDY}'
            ],
        ),
        (
            '{example.com/edge: "yes", example.com/near: "yes"}',
            [f"cluster.yaml:7:37: {NONE} all of these labels; give one node all of them"],
        ),
    ],
)
def test_a_label_that_a_feature_names_is_one_of_a_node(tmp_path, wanted, expected):
    files = {
        "cluster.yaml": WANTS % wanted,
        "worker-w1.yaml": node("10.0.0.31", EDGE),
        "worker-w2.yaml": node("10.0.0.32", 'labels: {example.com/near: "yes"}\n'),
    }
    assert found(tmp_path, files) == expected


@pytest.mark.parametrize("release", ["v1.14.1", "v1.11.2"])
@pytest.mark.parametrize(
    "files",
    [
        {"cluster.yaml": EDGE},
        {"cluster.yaml": f"groups: {{g: {{{EDGE.strip()}}}}}\n", "worker-w1.yaml": node("10.0.0.31", "groups: [g]\n")},
        {"worker.yaml": "- {op: add, path: /machine/nodeLabels/example.com~1edge, value: 'yes'}\n"},
        {"worker.yaml": "- {op: add, path: /machine/nodeLabels, value: {example.com/edge: 'yes'}}\n"},
        {"worker.yaml": "machine: {nodeLabels: {example.com/edge: 'yes'}}\n"},
        {"worker.yaml": "apiVersion: v1alpha1\nkind: KubeNodeConfig\nlabels: {example.com/edge: 'yes'}\n"},
        {"features": "{ingress-host-ports: {nodes: [w1], node_labels: {example.com/edge: 'yes'}}}"},
        {"features": "{own: {word: 'yes'}}"},
    ],
    ids=["cluster", "group", "operation", "operations", "legacy patch", "patch", "need of a feature", "patch of a feature"],
)  # fmt: skip
def test_a_label_counts_whoever_gives_it(tmp_path, release, files):
    files = dict(files)
    feature = files.pop("features", "")
    wanted = (WANTS % '{example.com/edge: "yes"}').replace(
        "features: [", f"features: [{feature}, " if feature else "features: ["
    )
    own = "patches: [{file: new.yaml, when: {has: KubeNodeConfig}}, {file: old.yaml, when: {lacks: KubeNodeConfig}}]\n"
    files |= {
        "cluster.yaml": wanted + files.get("cluster.yaml", ""),
        "features/own/feature.yaml": OWN + own,
        "features/own/new.yaml": "kind: KubeNodeConfig\nlabels: {example.com/edge: '${params.word}'}\n",
        "features/own/old.yaml": "machine: {nodeLabels: {example.com/edge: '${params.word}'}}\n",
    }
    told = found(tmp_path, files, release)
    assert [line for line in told if "label" in line and NONE in line] == []


def test_labels_for_no_node_by_its_own_word_are_looked_for_on_none(tmp_path):
    assert found(tmp_path, {"cluster.yaml": "features: [{ingress-host-ports: {nodes: []}}]\n"}) == []


@pytest.mark.parametrize(
    "wrong", ["address: [", "address: 10.0.0.31\n---\nmachine: {nodeLabel: {example.com/edge: 'yes'}}\n"]
)
def test_nothing_is_said_of_labels_where_a_file_is_wrong_that_may_give_them(tmp_path, wrong):
    files = {
        "cluster.yaml": WANTS % '{example.com/edge: "yes"}',
        "worker-w1.yaml": f"apiVersion: talosgen/v1\nkind: Node\n{wrong}",
    }
    told = found(tmp_path, files)
    assert told
    assert all(line.startswith("worker-w1.yaml:") for line in told)


def test_keys_of_labels_may_be_named_alone(tmp_path):
    files = {
        "features/own/feature.yaml": OWN
        + "  spread: {type: list, of: record, optional: true, about: keys, fields: {keys: {type: list, of: text, "
        "names: label, about: keys}}}\n",
        "cluster.yaml": "features: [{own: {spread: [{keys: [example.com/edge, example.com/rak]}]}}]\n"
        + EDGE.replace("}", ", example.com/rack: a}"),
    }
    assert found(tmp_path, files) == [
        'cluster.yaml:7:54: own: spread[0].keys: no node of this cluster bears the label "example.com/rak"; '
        f'did you mean "example.com/rack"? Else {REMEDY}'
    ]


def test_what_no_key_opens_is_not_judged(tmp_path):
    features = (WANTS % "{example.com/edge: a}").replace(
        "features: [", "features: [{swap: {disk_selector: '${secrets.s}'}}, "
    )
    sealed = file.encrypt(load("a: a\ns: s\n"), file.Scheme(file.recipients(str(keys.generate().recipient))), TIME)
    files = {
        "cluster.yaml": CLUSTER + "\n" + features + "labels: {example.com/edge: '${secrets.a}'}\n",
        "worker-w1.yaml": node("10.0.0.31"),
        "vars.sops.yaml": sealed,
    }
    assert frontends.load(write(tmp_path, files), placeholders=True).nodes
    path = tmp_path / "cluster.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("{example.com/edge: a}", "{example.com/egde: a}"), encoding="utf-8"
    )
    with pytest.raises(InputError, match=NONE):
        frontends.load(tmp_path, placeholders=True)


# Disks

SWAP = "[{swap: {disk_selector: %s}}]"
LVM = "[{openebs: {engines: [lvm], lvm_selector: %s}}]"
BOTH = "[{rook-ceph: {devices: [/dev/sdb]}}, {swap: {disk_selector: %s}}]"
NVME = 'disk.transport == "nvme"'


def selected(text):
    return f"'{text}'"


@pytest.mark.parametrize(
    ("features", "install", "expected"),
    [
        (LVM % selected('disk.dev_path == "/dev/sda"'), "{disk: /dev/sda}",
         ["8:53: openebs: lvm_selector: this is the disk that Talos is installed to, by cluster.yaml:7:17; "
          "name another disk"]),
        (SWAP % selected(f'{NVME} && (disk.serial == "S1")'), "{selector: {serial: S1}}",
         ["8:35: swap: disk_selector: this is the disk that Talos is installed to, by cluster.yaml:7:30; "
          "name another disk, or write system_disk for a partition of this one"]),
        (SWAP % selected('disk.wwid == "W"'), "{match: 'disk.wwid == \"W\"'}",
         ["8:35: swap: disk_selector: this is the disk that Talos is installed to, by cluster.yaml:7:18; "
          "name another disk, or write system_disk for a partition of this one"]),
        ("[{rook-ceph: {devices: [sda, /dev/sdb]}}]", "{disk: /dev/sda}",
         ["8:35: rook-ceph: devices: this is the disk that Talos is installed to, by cluster.yaml:7:17; "
          "name another disk"]),
        ("[{user-volume: {disks: [{name: a, disk_selector: system_disk}]}}]", "{disk: /dev/sda}",
         ["8:60: user-volume: disks[0].disk_selector: the disk that Talos is installed to cannot be taken whole; "
          "name another disk"]),
        (BOTH % selected('disk.dev_path == "/dev/sdb"'),
         "{disk: /dev/sda}",
         ["8:71: swap: disk_selector: this disk is named twice, and one of them takes it whole; the other is "
          "rook-ceph: devices, in cluster.yaml:8:35; name another disk in one of them"]),
        ("[{rook-ceph: {devices: [/dev/sdb, /dev/sdb]}}]", "{disk: /dev/sda}",
         ["8:45: rook-ceph: devices: this disk is named twice, and one of them takes it whole; the other is "
          "rook-ceph: devices, in cluster.yaml:8:35; name another disk in one of them"]),
        # Partitions share a disk; what may mean several disks says nothing.
        ("[{swap: {disk_selector: %s}}, {openebs: {volume_selector: %s}}]" % ((selected('disk.serial == "S1"'),) * 2),
         "{disk: /dev/sda}", []),
        ("[{swap: {disk_selector: system_disk}}, {rook-ceph: {devices: [/dev/sdb]}}]", "{disk: /dev/sda}", []),
        (SWAP % selected('disk.serial == "S1" || disk.dev_path == "/dev/sda"'),
         "{disk: /dev/sda}", []),
        ("[{user-volume: {disks: [{name: a, disk_selector: %s}, {name: b, disk_selector: %s}]}}]"
         % ((selected(NVME),) * 2), "{selector: {serial: 'S*'}}", []),
    ],
)  # fmt: skip
def test_a_disk_is_not_taken_from_others(tmp_path, features, install, expected):
    text = CLUSTER.replace("install: {disk: /dev/sda}\n", "") + f"\ninstall: {install}\nfeatures: {features}\n"
    write(tmp_path, {"cluster.yaml": text, "worker-w1.yaml": node("10.0.0.31")})
    told = []
    try:
        compiler.compile(opened(tmp_path))
    except InputError as error:
        told = [str(problem).replace(f"{tmp_path}/", "") for problem in error.problems]
    assert told == [f"cluster.yaml:{line}" for line in expected]


def test_the_node_is_named_whose_disk_it_is(tmp_path):
    files = {
        "cluster.yaml": "features: [{swap: {disk_selector: 'disk.dev_path == \"${vars.disk}\"'}}]\nvars: {disk: /dev/sdb}\n",
        "worker-w2.yaml": node("10.0.0.32", "install: {disk: /dev/sdb}\n"),
        "worker-w3.yaml": node("10.0.0.33", "vars: {disk: /dev/sda}\n"),
    }
    told = found(tmp_path, files)
    start = "cluster.yaml:7:35: swap: disk_selector: this is the disk that Talos is installed to, by "
    assert [line.partition(";")[0] for line in told] == [
        f"{start}worker-w2.yaml:4:17 (node w2)", f"{start}cluster.yaml:6:17 (node w3)",
    ]  # fmt: skip


def test_a_feature_for_other_nodes_takes_no_disk_here(tmp_path):
    ceph = "features: [{rook-ceph: {devices: [/dev/sdb], storage_nodes: [w1]}}]\n"
    files = {"cluster.yaml": ceph, "controlplane-cp1.yaml": node("10.0.0.21", "install: {disk: /dev/sdb}\n")}
    assert found(tmp_path, files) == []


# All together, and nothing is written

TOGETHER = """\
features:
- metalb
- metallb: {node_labels: {example.com/egde: "yes"}, proxy_ipvs: true}
- cilium
- {swap: {disk_selector: 'disk.dev_path == "/dev/sda"', zswap_shrinker: true}}
- {openebs: {engines: [zfz], storage_nodes: [w9], volum: disk}}
- {rook-ceph: {devices: [/dev/sdb, /dev/sda], exempt: "yes"}}
"""
SAID = [
    '9:3: there is no feature "metalb"; did you mean metallb?',
    "10:3: metallb and cilium exclude each other",
    '10:27: metallb: node_labels: no node of this cluster bears the label "example.com/egde"; did you mean',
    "12:26: swap: disk_selector: this is the disk that Talos is installed to, by ./cluster.yaml:6:17;",
    "12:57: swap: zswap_shrinker needs zswap_percent as well",
    "13:24: engines: expected some of hostpath, zfs, lvm, mayastor",
    '13:46: openebs: storage_nodes: there is no node "w9"',
    '13:51: openebs has no parameter "volum"; did you mean "volume"?',
    "14:36: rook-ceph: devices: this is the disk that Talos is installed to",
    "14:55: exempt: expected true or false",
]


@pytest.mark.parametrize("command", ["build", "check", "emit"])
def test_everything_that_is_wrong_is_told_and_nothing_is_written(repository, command):
    text = CLUSTER + "\n" + TOGETHER
    files = {
        "cluster.yaml": text,
        "worker-w1.yaml": node("10.0.0.31", EDGE),
        "controlplane-cp1.yaml": node("10.0.0.21"),
    }
    write(repository.folder, files)
    before = sorted(path for path in repository.folder.rglob("*"))
    status, out, errors = repository.run(*(["emit", "w1"] if command == "emit" else [command]))
    assert status == 1
    said = re.sub(r": error(\[[^]]*\])?:", ":", out if command == "check" else errors)
    assert [line for line in SAID if f"cluster.yaml:{line}" not in said] == [], said
    assert sorted(path for path in repository.folder.rglob("*")) == before


def test_app_add_tells_it_as_well(tmp_path):
    repository = made(tmp_path / "platform")
    before = texts(repository)
    with pytest.raises(InputError) as caught:
        added(repository, "metallb", 'node_labels={example.com/egde: "yes"}', "mode=l3")
    told = [problem.message for problem in caught.value.problems]
    assert "mode: expected one of l2, bgp" in told
    with pytest.raises(InputError) as caught:
        added(repository, "metallb", 'node_labels={example.com/egde: "yes"}')
    (problem,) = caught.value.problems
    assert problem.message == f'{NONE} the label "example.com/egde"'
    with pytest.raises(InputError) as caught:
        added(repository, "openebs", "engines=zfs", "storage_nodes=w1,w9")
    assert [problem.message for problem in caught.value.problems] == ['openebs: storage_nodes: there is no node "w9"']
    with pytest.raises(InputError) as caught:
        added(repository, "rook-ceph", "devices=/dev/sda")
    (problem,) = caught.value.problems
    assert problem.message.startswith("rook-ceph: devices: this is the disk that Talos is installed to, by ")
    assert texts(repository) == before
    # What is wrong already is no reason not to add an app.
    worker = repository / "cluster" / "worker-w1.yaml"
    worker.write_text(worker.read_text(encoding="utf-8") + "\ngroups: [none]\n", encoding="utf-8")
    assert added(repository, "metallb").files


def test_a_manifest_says_what_can_be_a_label_or_a_disk(tmp_path):
    files = {
        "features/own/feature.yaml": OWN + "  wrong: {type: integer, names: disk, optional: true, about: a disk}\n",
        "cluster.yaml": "features: [own]\n",
    }
    assert found(tmp_path, files) == [
        "features/own/feature.yaml:11:26: wrong: this type names no disk; it is of type text or cel, or a list of text"
    ]


def test_no_secret_is_shown(repository, plaintext):
    plaintext.tell("hunter22-label")
    files = {
        "cluster.yaml": CLUSTER
        + WANTS % "{example.com/edge: other}"
        + "labels: {example.com/edge: '${secrets.edge}'}\n",
        "worker-w1.yaml": node("10.0.0.31"),
        "vars.sops.yaml": "edge: hunter22-label\n",
    }
    plaintext.allow(write(repository.folder, files) / "vars.sops.yaml")
    status, out, errors = repository.run("build")
    assert status == 1
    assert "with this value" in errors
    plaintext.require_none(out, errors)
