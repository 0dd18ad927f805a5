"""Derived patches, applied by Talos's own machinery."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from hypothesis import assume, given, seed
from hypothesis import strategies as st
from pairs import pair, pair_of_streams
from strategies import KINDS
from test_against_the_oracle import repeatable
from vectors import FOLDER

from talosgen.config.loader import load
from talosgen.errors import InputError
from talosgen.patching.derive import derive, joined

pytestmark = pytest.mark.oracle

# Pairs that both load; as many again are thrown away.
PAIRS = 600
LEGACY = 200
STREAMS = 300


def derived(before, after):
    try:
        configs = load(before), load(after)
    except InputError:
        assume(False)
    return derive(*configs)


def lead_there(oracle, before, after):
    """How many patches there are; Talos makes of the one config the other's text, with each of their forms."""
    patches = derived(before, after)
    wanted = oracle.ask({"op": "load", "config": after})
    for form in (patches, [joined(patches)]) if patches else ():
        request = {"op": "patch", "config": before, "patches": form}
        assert oracle.ask(request) == wanted, json.dumps(request)
    if not patches:
        assert oracle.ask({"op": "load", "config": before}) == wanted
    return len(patches)


def check(oracle, strategy, examples, number):
    counts: Counter[int] = Counter()

    @seed(number)
    @repeatable(examples)
    @given(strategy)
    def run(texts):
        counts[lead_there(oracle, *texts)] += 1

    run()
    # Enough of the pairs differ, and enough of them by what cannot be merged in.
    assert counts[1] >= examples / 6
    assert counts[2] >= examples / 20


def test_pairs_of_all_kinds(oracle):
    check(oracle, st.sampled_from(KINDS).flatmap(pair), PAIRS, 20261001)


def test_pairs_of_legacy_documents(oracle):
    check(oracle, pair("v1alpha1"), LEGACY, 20261002)


def test_pairs_of_streams(oracle):
    check(oracle, pair_of_streams(), STREAMS, 20261003)


def test_complete_configs(oracle):
    # Of all releases and both roles, generated and by hand; each to the next one and back.
    texts = [path.read_text(encoding="utf-8") for path in sorted((FOLDER / "conformance" / "bases").glob("*.yaml"))]
    counts: Counter[int] = Counter()
    for before, after in zip(texts, texts[1:] + texts[:1], strict=True):
        counts[lead_there(oracle, before, after)] += 1
        counts[lead_there(oracle, after, before)] += 1
    assert counts[2] >= 50
