"""Documents: what is found out of one is found out once, and is nobody else's."""

from __future__ import annotations

import pickle

import pytest

from talosgen.config.loader import load
from talosgen.patching.strategic import StrategicPatch

CONFIG = "machine:\n  type: worker\n  certSANs: [a]\n---\napiVersion: v1alpha1\nkind: HostnameConfig\nhostname: w1\n"
UNKNOWN = "apiVersion: v1\nkind: Strange\nname: x\nanything: 1 # said\n"


def patch(text, merge="idempotent"):
    return StrategicPatch.load(text, merge=merge)


def test_a_patch_makes_the_same_document_of_the_same_one():
    config, sans = load(CONFIG), patch("machine: {certSANs: [b]}")
    first, second = sans.apply(config), sans.apply(config)
    assert first.legacy is second.legacy
    assert first.legacy is not config.legacy


def test_what_was_made_by_one_patch_is_not_taken_for_what_another_makes():
    config = load(CONFIG)
    for number in range(20):
        made = patch(f"machine: {{certSANs: [b{number}]}}").apply(config)
        assert made.legacy.tree["machine"]["certSANs"] == ["a", f"b{number}"]
    text = "machine:\n  certSANs: [a]\n"
    assert patch(text).apply(config).legacy.tree["machine"]["certSANs"] == ["a"]
    assert patch(text, "talos").apply(config).legacy.tree["machine"]["certSANs"] == ["a", "a"]


def test_one_part_under_two_semantics_makes_two_documents():
    config, union = load(CONFIG), patch("machine: {certSANs: [a]}")
    appended = union._replace(merge="talos")
    assert union.apply(config).legacy.tree["machine"]["certSANs"] == ["a"]
    assert appended.apply(config).legacy.tree["machine"]["certSANs"] == ["a", "a"]


def test_only_the_last_few_are_remembered():
    (document, *_) = load(CONFIG)
    asked = []

    def make(number):
        asked.append(number)
        return number

    for number in [*range(9), 8, 0]:
        assert document.remembered(f"number {number}", None, lambda number=number: make(number)) == number
    assert asked == [*range(9), 0]


@pytest.mark.parametrize("text", [CONFIG, UNKNOWN])
def test_nothing_that_was_found_out_is_sent_along(text):
    document = load(text, allow_unknown=True).documents[0]
    before = pickle.dumps(document)
    document.to_yaml()
    document.remembered("a thing", None, lambda: "x" * 1000)
    assert pickle.dumps(document) == before
    again = pickle.loads(before)
    assert (type(again), again.identity, again.to_yaml()) == (type(document), document.identity, document.to_yaml())
