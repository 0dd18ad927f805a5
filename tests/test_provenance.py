"""What a recorder learns of patching."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies_yaml import VALUES

from talosgen.config.codecs import ABSENT
from talosgen.config.equality import same
from talosgen.config.loader import load
from talosgen.config.provenance import changes
from talosgen.machineconfig import MachineConfig
from talosgen.patching.strategic import StrategicPatch
from talosgen.source import Span

BASE = "machine:\n  type: worker\n  certSANs: [a]\n  sysctls: {a: '1', b: '2'}\n"


def record(base, patch):
    told = []
    StrategicPatch.load(patch, "p.yaml").apply(load(base, "c.yaml"), told.append)
    return [
        (change.action, change.document, change.path, str(change.place), change.before, change.after)
        for step in told
        for change in step.changes()
    ]


def test_what_is_set_replaced_and_deleted():
    patch = (
        "machine:\n  type: controlplane\n  certSANs: [b]\n  sysctls:\n    a: {$patch: delete}\n    b: '3'\n    c: '4'\n"
    )
    assert record(BASE, patch) == [
        ("deleted", "v1alpha1/", "machine.sysctls.a", "p.yaml:5:8", "1", ABSENT),
        ("replaced", "v1alpha1/", "machine.type", "p.yaml:2:9", "worker", "controlplane"),
        ("set", "v1alpha1/", "machine.certSANs[1]", "p.yaml:3:14", ABSENT, "b"),
        ("replaced", "v1alpha1/", "machine.sysctls.b", "p.yaml:6:8", "2", "3"),
        ("set", "v1alpha1/", "machine.sysctls.c", "p.yaml:7:8", ABSENT, "4"),
    ]


def test_a_new_document_and_one_that_goes():
    link = "apiVersion: v1alpha1\nkind: LinkConfig\nname: e0\nmtu: 9000\n"
    told = record(BASE, link)
    assert [(action, document, path) for action, document, path, *_ in told][-1] == ("set", "LinkConfig/e0", "mtu")
    gone = record(BASE + "---\n" + link, link.replace("mtu: 9000", "$patch: delete"))
    assert {action for action, *_ in gone} == {"deleted"}


def test_what_a_patch_wipes_by_not_naming_it_is_told():
    volume = "apiVersion: v1alpha1\nkind: VolumeConfig\nname: EPHEMERAL\nprovisioning: {minSize: 10GB, grow: true}\n"
    told = record(volume, "apiVersion: v1alpha1\nkind: VolumeConfig\nname: EPHEMERAL\nprovisioning: {grow: false}\n")
    assert [(action, path) for action, _, path, *_ in told] == [
        ("replaced", "provisioning.grow"), ("deleted", "provisioning.minSize"),
    ]  # fmt: skip


def test_an_element_is_found_where_the_patch_has_it():
    base = "machine: {network: {interfaces: [{interface: e0, addresses: [a]}, {interface: e1}]}}"
    patch = "machine:\n  network:\n    interfaces:\n    - interface: e2\n    - interface: e0\n      addresses:\n      - b\n      - c\n"
    assert [(path, place) for _, _, path, place, *_ in record(base, patch)] == [
        ("machine.network.interfaces[0].addresses[1]", "p.yaml:7:9"),
        ("machine.network.interfaces[0].addresses[2]", "p.yaml:8:9"),
        ("machine.network.interfaces[2].interface", "p.yaml:4:18"),
    ]


def test_history_begins_with_the_config_and_goes_through_operations():
    config = MachineConfig.load("machine:\n  type: worker\n  certSANs: [a]\n", "c.yaml")
    patched = config.patch(
        "- op: add\n  path: /machine/certSANs/-\n  value: b\n- {op: replace, path: /machine/type, value: x}\n",
        "machine: {type: y}",
    )
    assert [(c.action, c.path, str(c.place), c.after) for c in patched.history("machine.type")] == [
        ("set", "machine.type", "c.yaml:2:9", "worker"),
        ("replaced", "machine.type", "<patch 1>:4:3", "x"),
        ("replaced", "machine.type", "<patch 2>:1:17", "y"),
    ]
    assert [(c.action, c.path, str(c.place)) for c in patched.history("machine.certSANs")] == [
        ("set", "machine.certSANs[0]", "c.yaml:3:14"), ("set", "machine.certSANs[1]", "<patch 1>:1:3"),
    ]  # fmt: skip
    assert [c.place for c in config.history("machine.type")] == [Span("c.yaml", 2, 9)]


def test_a_patch_that_changes_nothing_tells_nothing():
    assert record(BASE, "machine: {type: worker}\n") == []


@settings(deadline=None, max_examples=500, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(VALUES, VALUES)
def test_changes_are_none_exactly_between_equal_trees(before, after):
    found = list(changes(before, after))
    assert same(before, after) == (found == [])
    for _, was, becomes in found:
        assert was is ABSENT or becomes is ABSENT or repr(was) != repr(becomes)


@settings(deadline=None, max_examples=200, derandomize=True, database=None)
@given(
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=5),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=5),
)
def test_changes_lead_from_one_mapping_to_the_other(before, after):
    result = dict(before)
    for (key,), _, becomes in changes(before, after):
        if becomes is ABSENT:
            del result[key]
        else:
            result[key] = becomes
    assert result == after


def test_equal_texts_in_a_list_are_told_apart_by_their_number_and_place():
    text = "abc"
    assert list(changes({"l": [text]}, {"l": [text, text]})) == [(("l", 1), ABSENT, text)]
    assert list(changes({"l": [text, text]}, {"l": [text]})) == [(("l", 1), text, ABSENT)]
    assert list(changes({"l": [text, "d"]}, {"l": ["d", text]})) == [(("l", 0), text, "d"), (("l", 1), "d", text)]
    assert list(changes({"l": [text]}, {"l": ["x", text]})) == [(("l", 0), ABSENT, "x")]
