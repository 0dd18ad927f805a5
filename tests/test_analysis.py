"""The findings about patches."""

from __future__ import annotations

import contextlib

import pytest

from talosgen.codes import find
from talosgen.errors import InputError
from talosgen.patching.analysis import analyse
from talosgen.patching.constructs import constructs
from talosgen.patching.load import apply_to_text, load


def codes(*patches, config=None, merge="talos"):
    given = [(patch, f"p{number}.yaml") for number, patch in enumerate(patches, 1)]
    found = analyse(given, None if config is None else (config, "c.yaml"), merge=merge)
    return [(problem.code and next(c for c in NAMES if find(c).code == problem.code), problem) for problem in found]


NAMES = [
    "ignored-value", "absent-delete", "already-so", "not-idempotent", "may-not-be-idempotent", "wiped-by-absence",
    "no-round-trip", "conflicting-patches", "other-role", "empty-patch", "plain-directive", "ignored-selector",
    "fooled-kind", "empty-document", "null-ignored", "repeated-entry",
]  # fmt: skip


def places(name, *patches, config=None, merge="talos"):
    """Place and path of the findings of a name."""
    return [(str(p.place), p.path) for code, p in codes(*patches, config=config, merge=merge) if code == name]


LINK = "apiVersion: v1alpha1\nkind: LinkConfig\nname: e0\n"
WATCHDOG = "apiVersion: v1alpha1\nkind: WatchdogTimerConfig\n"
ZSWAP = "apiVersion: v1alpha1\nkind: ZswapConfig\n"
INTERFACES = "machine: {network: {interfaces: %s}}"
KMSG = "apiVersion: v1alpha1\nkind: KmsgLogConfig\nname: k\nurl: %s\n"
SELECTOR = "machine: {install: {diskSelector: {size: '> 1GB'}}}"
EXTRA = "machine: {kubelet: {extraConfig: %s}}"

# The constructs that are not idempotent in Talos, each with a config on which it shows (patch algebra, N1 to N26;
# N20 shows with several configs only, N21 in older releases).
CONSTRUCTS = {
    "N1": ("machine: {certSANs: [a]}", "machine: {certSANs: [b]}"),
    "N2": (ZSWAP, f"{LINK}addresses: [{{address: 10.0.0.1/8}}]"),
    "N3": ("machine: {network: {}}", INTERFACES % "[{interface: e0, addresses: [X]}]"),
    "N4": ("machine: {}", INTERFACES % "[{mtu: 9000}]"),
    "N5": ("machine: {}", INTERFACES % "[{deviceSelector: {physical: true}}]"),
    "N6": ("machine: {}", INTERFACES % "[{interface: e0, mtu: 1}, {interface: e0, dhcp: true}]"),
    "N7": ("machine: {}\ncluster: {inlineManifests: [{name: m}]}", "cluster: {inlineManifests: [{name: m}]}"),
    "N8": ("machine: {}", EXTRA % "{l: [1]}"),
    "N9": ("machine: {nodeLabels: {a: b, c: d}}", "machine: {nodeLabels: {a: {$patch: delete}}}"),
    "N10": (
        f"{LINK}addresses: [{{address: 10.0.0.1/8}}, {{address: 10.0.0.1/8}}]",
        f"{LINK}addresses: [{{address: 10.0.0.1/8, $patch: delete}}]",
    ),
    "N11": (KMSG % "tcp://h:1/", KMSG % "tcp://u:p@h:1/"),
    "N12": ("machine: {install: {diskSelector: {}}}", SELECTOR),
    "N13": ("machine: {certSANs: [a]}", '[{"op": "add", "path": "/machine/certSANs/-", "value": "b"}]'),
    "N14": ("machine: {certSANs: [a, b]}", '[{"op": "remove", "path": "/machine/certSANs/0"}]'),
    "N15": ("machine: {type: worker}", '[{"op": "remove", "path": "/machine/type"}]'),
    "N15 move": ("machine: {type: worker}", '[{"op": "move", "from": "/machine/type", "path": "/machine/token"}]'),
    "N16": (
        "machine: {type: worker}",
        '[{"op": "test", "path": "/machine/type", "value": "worker"}, {"op": "replace", "path": "/machine/type", "value": "x"}]',
    ),
    "N17": (
        INTERFACES % "[{interface: e0, mtu: 1}]",
        INTERFACES % "[{interface: e0, $patch: delete}]" + "\n---\n" + INTERFACES % "[{interface: e0}, {interface: e1}]",
    ),
    "N18": (WATCHDOG, f"{WATCHDOG}$patch: delete\n---\n{WATCHDOG}---\n{ZSWAP}"),
    "N19": ("machine: {}", EXTRA % "{a: null}" + "\n---\n" + EXTRA % "{a: 1}"),
    "N22": (
        "machine: {network: {hostname: h}}",
        "machine: {network: {hostname: {$patch: delete}}}\n---\nmachine: {network: {$patch: delete}}",
    ),
    "N23": ("machine: {}", EXTRA % "{a: 2001-01-01}"),
    "N24": (ZSWAP, f"{ZSWAP}$patch: delete"),
    "N25": ("machine: {}", "apiVersion: v1alpha1\nkind: NetworkRuleConfig\nname: r"),
    "N26": ("machine: {}", 'machine: {sysctls: {k: "\\tx\\ny"}}'),
}  # fmt: skip


@pytest.mark.parametrize("name", CONSTRUCTS)
def test_each_construct_is_found_with_a_config_and_without(name):
    config, patch = CONSTRUCTS[name]
    once = apply_to_text(config, [load(patch)])
    with contextlib.suppress(InputError):
        assert apply_to_text(once, [load(patch)]) != once
    found = codes(patch, config=config)
    assert "not-idempotent" in [code for code, _ in found]
    assert all(problem.place.source in ("p1.yaml", "c.yaml") for _, problem in found)
    alone = [code for code, _ in codes(patch)]
    # In memory the last two change nothing the second time: what is wrong is the text.
    assert ("no-round-trip" if name in ("N25", "N26") else "may-not-be-idempotent") in alone


def test_a_document_that_a_patch_has_twice_grows_with_every_config():
    assert places("may-not-be-idempotent", "machine: {type: a}\n---\nmachine: {token: b}") == [("p1.yaml:3:1", "")]


def test_what_is_idempotent_has_no_finding():
    patch = (
        "machine: {type: worker, sysctls: {a: b}, kubelet: {extraArgs: {v: [a, b]}, extraConfig: {a: {b: 1}}}, "
        "network: {interfaces: [{interface: e0, mtu: 9}]}}\ncluster: {network: {podSubnets: [10.0.0.0/8]}}"
    )
    assert list(constructs(load(patch))) == []
    assert codes(patch, config="machine: {}") == []


def test_a_delete_that_fails_does_not_hide_the_rest():
    patch = "machine:\n  certSANs: [b]\n  nodeLabels: {a: {$patch: delete}}\n"
    found = places("not-idempotent", patch, config="machine: {nodeLabels: {a: b}}")
    assert found == [("p1.yaml:3:19", "machine.nodeLabels.a"), ("p1.yaml:2:13", "machine.certSANs")]


def test_parts_without_effect():
    config = "machine: {type: worker, nodeLabels: {a: b}, sysctls: {x: y}, install: {disk: /dev/a}}"
    patch = (
        "machine:\n  type: worker\n  token: ''\n  install:\n    image: null\n    disk: /dev/a\n  nodeLabels: {a: ''}\n"
        "  sysctls: {$patch: delete}\n  sysfs: {$patch: delete}\n"
    )
    assert places("already-so", patch, config=config) == [
        ("p1.yaml:2:9", "machine.type"), ("p1.yaml:6:11", "machine.install.disk"),
    ]  # fmt: skip
    assert places("ignored-value", patch, config=config) == [
        ("p1.yaml:3:10", "machine.token"), ("p1.yaml:5:12", "machine.install.image"),
        ("p1.yaml:7:19", "machine.nodeLabels.a"),
    ]  # fmt: skip
    assert places("absent-delete", patch, config=config) == [("p1.yaml:9:10", "machine.sysfs")]
    assert places("absent-delete", f"{LINK}$patch: delete", config=config) == [("p1.yaml:1:1", "")]


def test_enumerations_whose_first_label_cannot_be_set():
    head = "apiVersion: v1alpha1\nkind: NetworkDefaultActionConfig\n"
    assert places("ignored-value", f"{head}ingress: accept") == [("p1.yaml:3:10", "ingress")]


VOLUME = "apiVersion: v1alpha1\nkind: VolumeConfig\nname: EPHEMERAL\nprovisioning:\n"


def test_values_wiped_by_absence():
    config = f"{VOLUME}  minSize: 10GB\n  diskSelector: {{match: disk.size > 1u}}\n"
    *rest, (code, found) = codes(f"{VOLUME}  grow: true\n", config=config)
    assert (code, found.path, str(found.place)) == ("wiped-by-absence", "provisioning.minSize", "p1.yaml:5:3")
    assert "VolumeConfig/EPHEMERAL loses a value (10GB)" in found.message
    assert [problem.path for _, problem in rest] == ["provisioning.diskSelector.match"]
    # Without a config an earlier patch tells; else it is a note.
    alone = codes(f"{VOLUME}  minSize: 10GB\n", f"{VOLUME}  grow: true\n")
    assert [(p.severity, str(p.place), p.path) for code, p in alone if code == "wiped-by-absence"][:2] == [
        ("note", "p1.yaml:5:3", "provisioning.diskSelector.match"), ("warning", "p2.yaml:5:3", "provisioning.minSize"),
    ]  # fmt: skip
    # The half of a key pair that is not named is blanked; its value is not shown.
    ((code, found),) = codes("machine: {ca: {crt: Zm9v}}", config="machine: {ca: {crt: YQ==, key: c2VjcmV0}}")
    assert code == "wiped-by-absence"
    assert (found.path, "c2VjcmV0" in str(found)) == ("machine.ca.key", False)


def test_texts_that_do_not_survive_the_round_trip():
    assert places("no-round-trip", 'machine: {sysctls: {k: "\\tx\\ny"}}') == [("p1.yaml", "")]
    found = places("no-round-trip", 'machine: {sysctls: {k: "\\n a\\n"}}', config="machine: {}")
    assert found == [("p1.yaml", "machine.sysctls.k")]
    assert places("no-round-trip", f"{ZSWAP}$patch: delete", config=ZSWAP) == [("p1.yaml", "")]
    # What the config had before is not the patch's.
    assert places("no-round-trip", "machine: {type: a}", config='machine: {sysctls: {k: "\\n a\\n"}}') == []


def test_two_patches_that_disagree():
    first, second = "machine: {type: a, certSANs: [x]}", "machine: {type: b, certSANs: [y]}"
    ((place, path),) = places("conflicting-patches", first, second)
    assert (place, path) == ("p2.yaml:1:17", "machine.type")
    (found,) = [p for code, p in codes(first, second) if code == "conflicting-patches"]
    assert "at p1.yaml:1:17" in found.message
    assert places("conflicting-patches", first, first) == []
    keyed = INTERFACES % "[{interface: e1}, {interface: e0, mtu: 1}]", INTERFACES % "[{interface: e0, mtu: 2}]"
    assert places("conflicting-patches", *keyed) == [("p2.yaml:1:55", "machine.network.interfaces[0].mtu")]
    assert places("conflicting-patches", f"{LINK}mtu: 1", f"{LINK.replace('e0', 'e1')}mtu: 2") == []


def test_documents_of_the_other_role():
    patch = "machine: {type: %s}\n---\napiVersion: v1alpha1\nkind: KubeSchedulerConfig\n"
    assert places("other-role", patch % "worker") == [("p1.yaml:3:1", "")]
    assert places("other-role", patch % "controlplane") == []
    assert places("other-role", patch.partition("---\n")[2], config="machine: {type: worker}") == [("p1.yaml:1:1", "")]


def test_what_is_odd_in_a_patch_itself():
    assert places("empty-patch", "# nothing") == [("p1.yaml", "")]
    assert places("plain-directive", "machine: {nodeLabels: {$patch: replace}}") == [
        ("p1.yaml:1:24", "machine.nodeLabels")
    ]
    assert places("ignored-selector", '[{"op": "add", "path": "/a", "value": 1, "document": {}}]') == [
        ("p1.yaml:1:2", "")
    ]
    assert places("fooled-kind", f"{LINK.replace('e0', 'machine')}mtu: 1") == [("p1.yaml:1:1", "")]
    assert places("empty-document", f"{LINK}mtu: {{$patch: delete}}") == [("p1.yaml:1:1", "")]
    assert places("empty-document", f"{LINK}mtu: {{$patch: delete}}", config=ZSWAP) == [("p1.yaml:1:1", "")]
    assert places("empty-document", f"{LINK}mtu: {{$patch: delete}}", config=LINK) == []
    nulls = EXTRA % "{a: null}"
    assert places("null-ignored", nulls, merge="idempotent") == [("p1.yaml:1:38", "machine.kubelet.extraConfig.a")]


def test_entries_that_validation_takes_once():
    keys = "machine: {systemDiskEncryption: {state: {keys: [{slot: 0, %s: {}}]}}}"
    assert places("repeated-entry", keys % "tpm", config=keys % "nodeID") == [
        ("p1.yaml:1:49", "machine.systemDiskEncryption.state.keys[0]")
    ]


def test_faults_are_findings_and_hide_nothing():
    found = codes("machine: {nope: 1}", "machine: {certSANs: [a]}", config="machine: {}")
    assert [(code, str(problem.place)) for code, problem in found] == [
        ("", "p1.yaml:1:11"),
        ("not-idempotent", "p2.yaml:1:21"),
    ]
    found = codes("machine: {nodeLabels: {a: {$patch: delete}}}", "machine: {certSANs: [a]}", config="machine: {}")
    assert [(code, str(problem.place)) for code, problem in found] == [
        ("", "p1.yaml:1:27"),
        ("not-idempotent", "p2.yaml:1:21"),
    ]
    found = codes("machine: {type: a}", config="nope: {}")
    assert [str(problem.place) for _, problem in found] == ["c.yaml:1:1"]


def test_under_idempotent_semantics_nothing_is_said_of_repetition():
    for config, patch in CONSTRUCTS.values():
        try:
            apply_to_text(config, [load(patch, merge="idempotent")])
        except InputError:
            continue
        assert not {"not-idempotent", "may-not-be-idempotent"} & {
            code for config in (config, None) for code, _ in codes(patch, config=config, merge="idempotent")
        }


def test_a_document_that_is_all_name_is_not_empty():
    patch = ("apiVersion: v1alpha1\nkind: KernelModuleConfig\nname: nbd\n", "patch")
    config = ("version: v1alpha1\nmachine: {type: worker}\ncluster: {}\n", "config")
    assert [finding.code for finding in analyse([patch], config)] == []
