"""talosgen and Talos's own machinery, asked the same random questions.

The seeds are constants: what these tests find depends on what is in the repository alone. Fresh seeds
are for tests/fuzz.
"""

from __future__ import annotations

import json
from collections import Counter

import pytest
from agreement import difference
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from ours import answer
from strategies import DOCUMENTS, KINDS, options, schematics, stream, written
from vectors import FOLDER

pytestmark = pytest.mark.oracle

# Per kind of document, the legacy one aside, which has as many types as all others together.
PER_KIND = 20
LEGACY = 400
STREAMS = 200
GENERATED = 400
SCHEMATICS = 200


def repeatable(examples):
    """Settings that give the same examples on every run."""
    return settings(
        max_examples=examples,
        database=None,
        deadline=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )


# Refusals that say nothing of Talos: any refusal of ours would agree with them.
PLUMBING = ("bad request", "unknown op")


def compare(oracle, request):
    wanted, got = oracle.ask(request), answer(request)
    assert not wanted.get("error", "").startswith(PLUMBING), wanted["error"]
    assert difference(request, wanted, got) is None, json.dumps(request)
    return wanted


@pytest.mark.parametrize("kind", KINDS)
def test_documents_of_each_kind_load_alike(oracle, kind):
    taken = load_alike(oracle, kind, LEGACY if kind == "v1alpha1" else PER_KIND)
    # Enough documents are good ones: otherwise little of what they hold would be compared.
    assert taken[True] >= 0.3 * taken.total()


def load_alike(oracle, kind, examples):
    """How many random documents of a kind both programs take, and how many they refuse."""
    taken: Counter[bool] = Counter()

    @seed(20260915)
    @repeatable(examples)
    @given(DOCUMENTS.document(kind).flatmap(written))
    def check(text):
        taken["error" not in compare(oracle, {"op": "load", "config": text})] += 1

    check()
    return taken


def test_every_kind_occurs_and_most_documents_are_accepted(oracle):
    taken = {kind: load_alike(oracle, kind, PER_KIND) for kind in KINDS}
    assert len(taken) == 90
    assert [kind for kind, found in taken.items() if not found[True]] == []
    total = sum(taken.values(), Counter())
    assert total[True] >= 0.6 * total.total()


def test_streams_of_documents_load_alike(oracle):
    @seed(20260916)
    @repeatable(STREAMS)
    @given(st.lists(st.sampled_from(KINDS).flatmap(DOCUMENTS.document), min_size=2, max_size=4).flatmap(stream))
    def check(text):
        compare(oracle, {"op": "load", "config": text})

    check()


@pytest.mark.parametrize("bundle", ["v1.14", "v1.2"])
def test_generated_configs_are_alike(oracle, bundle):
    text = (FOLDER / "conformance" / "bundles" / f"{bundle}.yaml").read_text(encoding="utf-8")

    @seed(20260917)
    @repeatable(GENERATED)
    @given(options())
    def check(request):
        compare(oracle, {**request, "bundle": text})

    check()


HARD = [
    "\ta\nb", "\n\ta", "\n \ta", "\n a\n", "\n  a\n# b\n", " a\n", "  a\n  b\n", "  a\n# b\n", " # b\n", "\n", " \n", "a\n\tb\n",
    "a\n\n b\n", "a\n\n", "\n\na", "a \nb", "a\nb ", "\r\n", "a\rb\n", "\u2028\n a", "x\n\u2029y", "\ufeffa\nb", "é\n\U0001f600",
]  # fmt: skip


@pytest.mark.parametrize("text", HARD)
def test_texts_that_a_literal_block_may_not_carry(oracle, text):
    # What Go writes, and what it makes of that: its refusal, or the other value.
    places = [
        {"machine": {"files": [{"content": text, "path": "/x"}]}},
        {"machine": {"sysctls": {"k": text, text: "v"}}},
        {"machine": {"kubelet": {"extraConfig": {"a": {"b": text}, "c": [text, [text], {"d": text}]}}}},
        {"apiVersion": "v1alpha1", "kind": "KubeInlineManifestConfig", "name": "n", "manifest": text},
    ]
    taken = 0
    for document in places:
        first = compare(oracle, {"op": "load", "config": json.dumps(document, ensure_ascii=False)})
        if "yaml" in first:
            taken += 1
            compare(oracle, {"op": "load", "config": first["yaml"]})
    assert taken


def test_schematics_are_alike(oracle):
    @seed(20260918)
    @repeatable(SCHEMATICS)
    @given(schematics().flatmap(written))
    def check(text):
        compare(oracle, {"op": "schematic", "config": text})

    check()
