"""Laws of derived patches, on pairs of documents of every kind made from the table."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from pairs import pair, pair_of_streams
from strategies import KINDS
from test_config_laws import stable

from talosgen.config.loader import load
from talosgen.errors import InputError
from talosgen.patching.derive import derive, differences, joined
from talosgen.patching.load import apply_to_config, apply_to_text, load_all
from talosgen.patching.places import target
from talosgen.patching.strategic import StrategicPatch

pytestmark = pytest.mark.laws

# The examples depend on the test alone, not on the day: fresh ones are for tests/fuzz.
relaxed = settings(
    deadline=None, max_examples=500, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
pairs = st.sampled_from(KINDS).flatmap(pair)


def loaded(texts):
    """The configs of a pair; one of which a text is none is passed over."""
    try:
        return tuple(map(load, texts))
    except InputError:
        assume(False)


def leads(texts):
    """Whether the derived patches lead from the one text to the other, one after the other and as one."""
    before, after = loaded(texts)
    patches = derive(before, after)
    if not patches:
        return before.to_yaml() == after.to_yaml()
    forms = [patches, [joined(patches)]]
    return {apply_to_text(texts[0], load_all((text, "p") for text in form)) for form in forms} == {after.to_yaml()}


@relaxed
@given(pairs)
def test_derived_patches_lead_from_one_document_to_the_other(texts):
    assert leads(texts)


@relaxed
@given(pair("v1alpha1"))
def test_derived_patches_lead_from_one_legacy_document_to_the_other(texts):
    assert leads(texts)


@relaxed
@given(pair_of_streams())
def test_derived_patches_lead_from_one_stream_to_the_other(texts):
    assert leads(texts)


@relaxed
@given(pairs)
def test_derived_patches_apply_to_the_printed_text_as_well(texts):
    before, after = loaded(texts)
    printed = before.to_yaml()
    assume(stable(printed))
    patches = load_all((text, "p") for text in derive(before, after))
    assert apply_to_config(load(printed), patches).to_yaml() == after.to_yaml()


@relaxed
@given(pairs | pair_of_streams())
def test_nothing_is_derived_between_a_config_and_itself(texts):
    before, after = loaded(texts)
    assert derive(before, before) == derive(after, loaded(texts)[1]) == []


@relaxed
@given(pair_of_streams())
def test_the_same_is_derived_again(texts):
    assert derive(*loaded(texts)) == derive(*loaded(texts))


@relaxed
@given(pair_of_streams())
def test_a_document_occurs_once_in_a_patch(texts):
    patches = derive(*loaded(texts))
    assert len(patches) <= 2
    for text in patches:
        whole = [target(part) for part in StrategicPatch.load(text).parts if not getattr(part, "path", ())]
        assert max(Counter(whole).values(), default=1) == 1


@relaxed
@given(pair_of_streams())
def test_without_order_the_same_documents_come_out(texts):
    before, after = loaded(texts)
    patches = derive(before, after, ordered=False)
    result = apply_to_config(before, load_all((text, "p") for text in patches))
    assert sorted(document.to_yaml() for document in result) == sorted(document.to_yaml() for document in after)


@relaxed
@given(pair_of_streams())
def test_what_prints_otherwise_differs_somewhere(texts):
    before, after = loaded(texts)
    changed = {identity for identity, _ in differences(before, after)}
    texts = [{document.identity: document.to_yaml() for document in config} for config in (before, after)]
    assert {key for key in {*texts[0], *texts[1]} if texts[0].get(key) != texts[1].get(key)} <= changed
