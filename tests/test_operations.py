"""JSON6902 under idempotent semantics: what is repeated without harm, what is refused, operations that name a document."""

from __future__ import annotations

import json

import pytest

from talosgen.errors import InputError, NonIdempotentPatch
from talosgen.patching.load import apply_to_text, load, load_all

BASE = "machine:\n  type: worker\n  certSANs: [a, b]\n  nodeLabels: {x: y}\n"
LINKS = BASE + "---\napiVersion: v1alpha1\nkind: LinkConfig\nname: e0\n---\napiVersion: v1alpha1\nkind: ZswapConfig\n"


def op(name, path, **members):
    return {"op": name, "path": path, **members}


def patched(base, *operations, merge="idempotent"):
    patch = load(json.dumps(list(operations)), "p.json", merge=merge)
    once = apply_to_text(base, [patch])
    if merge == "idempotent":
        assert apply_to_text(once, [patch]) == once
    return once


def refused(base, *operations):
    with pytest.raises(InputError) as caught:
        patched(base, *operations)
    return str(caught.value)


def test_an_element_is_added_once():
    assert patched(BASE, op("add", "/machine/certSANs/-", value="b")) == patched(BASE, op("remove", "/machine/nope"))
    assert "- b\n  - c\n" in patched(BASE, op("add", "/machine/certSANs/-", value="c"))
    assert "- c\n  - a\n" in patched(BASE, op("add", "/machine/certSANs/0", value="c"))


def test_members_are_set_and_removed():
    text = patched(
        BASE,
        op("remove", "/machine/nodeLabels/x"),
        op("remove", "/machine/network/hostname"),
        op("add", "/machine/token", value="t"),
        op("replace", "/machine/certSANs/0", value="z"),
        op("copy", "/machine/env", **{"from": "/machine/type"}),
        op("test", "/cluster", value=None),
    )
    assert "nodeLabels: {}" in text
    assert "token: t" in text
    assert "- z\n  - b" in text
    assert "env: worker" in text


REFUSED = [
    ([op("move", "/machine/a", **{"from": "/machine/type"})], "a move cannot be repeated"),
    ([op("remove", "/machine/certSANs/0")], "would remove the next one"),
    (
        [op("test", "/machine/type", value="worker"), op("replace", "/machine/type", value="x")],
        "changes what is tested",
    ),
    ([op("test", "/machine", value={}), op("replace", "/machine/type", value="x")], "changes what is tested"),
    ([op("copy", "/machine/a", **{"from": "/machine"})], "changes what is copied"),
    ([op("copy", "/machine/certSANs/-", **{"from": "/machine/type"})], "would add another element"),
    (
        [op("add", "/machine/certSANs/-", value="c"), op("replace", "/machine/certSANs/0", value="z")],
        "adds to this list",
    ),
    ([op("add", "/machine/a", value=1, document="x")], "selected by kind and name"),
    ([op("add", "/machine/a", value=1, document={"kind": "v1alpha1", "path": ""})], "selected by kind and name"),
    ([op("add", "/machine/a", value=1, document={"kind": 1})], "are texts"),
]


@pytest.mark.parametrize(("operations", "why"), REFUSED)
def test_what_could_not_be_repeated_is_refused(operations, why):
    assert why in refused(BASE, *operations)


def test_what_only_the_config_shows_is_found_by_the_guard():
    with pytest.raises(NonIdempotentPatch, match="applied again: operation 1: the path leads through"):
        patched(BASE, op("add", "/machine/nodeLabels/z", value="1"), op("replace", "/machine/nodeLabels", value="1"))


def test_operations_name_their_documents_and_the_result_is_in_the_talos_layout():
    text = patched(
        LINKS,
        op("add", "/machine/certSANs/-", value="c", document={"kind": "v1alpha1"}),
        op("add", "/mtu", value=9000, document={"kind": "LinkConfig", "name": "e0"}),
        op("remove", "/mtu", document={"kind": "LinkConfig", "name": "e9"}),
    )
    assert text == (
        'version: ""\nmachine:\n    type: worker\n    token: ""\n    certSANs:\n        - a\n        - b\n        - c\n'
        "    nodeLabels:\n        x: 'y'\ncluster: null\n---\napiVersion: v1alpha1\nkind: LinkConfig\nname: e0\nmtu: 9000\n"
        "---\napiVersion: v1alpha1\nkind: ZswapConfig\n"
    )  # fmt: skip


def test_an_operation_without_its_document_among_several_is_refused():
    assert "document: {kind, name}" in refused(LINKS, op("add", "/a", value=1))
    both = [op("add", "/mtu", value=1, document={"kind": "LinkConfig", "name": "e0"}), op("add", "/a", value=1)]
    assert "operation 2: the config has several documents" in refused(LINKS, *both)
    assert "has no document LinkConfig/e9" in refused(
        LINKS, op("add", "/mtu", value=1, document={"kind": "LinkConfig", "name": "e9"})
    )


def test_what_operations_make_of_a_document_must_be_one():
    selector = {"kind": "LinkConfig", "name": "e0"}
    found = refused(
        LINKS, op("add", "/up", value=True, document=selector), op("add", "/mtu", value="x", document=selector)
    )
    assert found.startswith("p.json:1:")
    assert "mtu: expected an integer" in found


def test_under_talos_a_selector_is_passed_over_with_a_warning():
    (patch,) = load_all([(json.dumps([op("add", "/machine/a", value=1, document={"kind": "x"})]), "p.json")])
    assert [note.code for note in patch.notes] == ["TG0112"]
    assert "a: 1" in apply_to_text(BASE, [patch])


def test_a_patch_that_says_nothing():
    for text in ("", "# nothing\n", "---\n", "null", "[]"):
        assert apply_to_text(LINKS, [load(text, merge="idempotent")]) == LINKS
        talos = load(text)
        assert [note.code for note in talos.notes] == ["TG0110"]
        with pytest.raises(InputError, match="needs a config of one document"):
            apply_to_text(LINKS, [talos])
    for text in ("{}", "version: v1alpha1", "kind: LinkConfig\nname: x"):
        assert apply_to_text(LINKS, [load(text, merge="idempotent")]) == LINKS
        with pytest.raises(InputError, match="holds nothing"):
            load(text)


def test_a_patch_that_does_not_apply_does_not_hide_the_others():
    texts = [
        "machine: {kubelet: {extraConfig: {a: x}}}",
        "machine: {kubelet: {extraConfig: {b: y}}}",
        "machine: {type: z}",
    ]
    patches = load_all([(text, f"p{number}") for number, text in enumerate(texts)])
    with pytest.raises(InputError) as caught:
        apply_to_text("machine: {kubelet: {extraConfig: {a: 1, b: 2}}}", patches)
    assert [problem.place.source for problem in caught.value.problems] == ["p0", "p1"]


def test_a_fault_of_what_operations_made_is_told_at_the_operation():
    patches = load_all(
        [("- op: add\n  path: /machine/nope\n  value: 1\n", "ops.yaml"), ("machine: {type: x}", "p.yaml")]
    )
    with pytest.raises(InputError, match=r'ops\.yaml:1:3: machine\.nope: unknown key "nope"'):
        apply_to_text(BASE, patches)


@pytest.mark.parametrize("order", [["b", "a10", "a9"], ["a9", "b", "a10"]])
def test_of_several_faults_the_first_in_print_is_told(order):
    def document(values):
        return "machine: {kubelet: {extraConfig: {" + ", ".join(f"{key}: {values[key]}" for key in order) + "}}}"

    # Two types that do not merge, and a null over a value: Go names whichever it meets first.
    base = document({"a9": "{x: 1, y: 1}", "a10": "1", "b": "1"})
    patch = load(document({"a9": "{y: s, x: null}", "a10": "s", "b": "null"}), "p.yaml")
    with pytest.raises(InputError, match=r"extraConfig\.a9\.x: null cannot be merged"):
        apply_to_text(base, [patch])
    # What Talos cannot copy at all: likewise.
    base = document({"a9": "{2: a}", "a10": "2001-01-01", "b": "2001-01-01"})
    with pytest.raises(
        InputError, match=r"<config>:1:\d+: machine\.kubelet\.extraConfig\.a9: .* a key that is no text"
    ):
        apply_to_text(base, [load("machine: {type: x}")])
