"""What is masked in documents, by talosgen with Talos's list and by Talos's own machinery."""

from __future__ import annotations

import pytest
from agreement import difference
from hypothesis import given, seed
from hypothesis import strategies as st
from ours import answer
from places import good, leaf, places
from strategies import DOCUMENTS, KINDS, TEXTS
from strategies_documents import VALID
from test_against_the_oracle import LEGACY, PER_KIND, compare, repeatable

from talosgen.config.redact import secret_paths
from talosgen.goyaml.writer import emit

pytestmark = pytest.mark.oracle

FREE_FORM = 300
QUERIES = 300


def redaction(document):
    return {"op": "redact", "config": emit(document)}


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_alone_is_masked_alike(oracle, kind):
    # Nothing random: where Talos masks a field that our list does not have, or the other way, this finds it.
    wrong, masked = [], set()
    for place in places():
        if place.kind != kind:
            continue
        for value in ["a", *good(place)] if leaf(place) == "string" else good(place):
            request = redaction(place.document(value))
            wanted = oracle.ask(request)
            if why := difference(request, wanted, answer(request)):
                wrong.append((request["config"], why))
            if "*" in wanted.get("yaml", "") and "*" not in request["config"]:
                masked.add(place.path)
    assert not wrong, (len(wrong), wrong[:3])
    plain = {path for path, mask in secret_paths(kind, "talos") if mask.part == "whole"}
    assert plain <= masked


@pytest.mark.parametrize("kind", KINDS)
def test_documents_of_each_kind_are_masked_alike(oracle, kind):
    masked = [0]

    @seed(20261001)
    @repeatable(LEGACY if kind == "v1alpha1" else PER_KIND)
    @given(VALID.document(kind) | DOCUMENTS.document(kind))
    def check(document):
        wanted = compare(oracle, redaction(document))
        masked[0] += "******" in wanted.get("yaml", "")

    check()
    # Where there is something to mask it has been masked in some document.
    assert bool(masked[0]) == bool(secret_paths(kind, "talos")) or kind in (
        "SideroLinkConfig", "KubeEtcdEncryptionConfig", "UserVolumeConfig", "VolumeConfig", "SwapVolumeConfig", "RawVolumeConfig",
    )  # fmt: skip


def test_free_form_objects_are_masked_alike(oracle):
    values = st.recursive(
        st.sampled_from(["a", "", 1, 0, True, None, 1.5]),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["secret", "a", "Secret", "keys"]), inner, max_size=3)
        ),
        max_leaves=8,
    )  # fmt: skip

    @seed(20261002)
    @repeatable(FREE_FORM)
    @given(st.dictionaries(st.sampled_from(["secret", "a", "resources"]), values, max_size=3))
    def check(config):
        compare(oracle, redaction({"apiVersion": "v1alpha1", "kind": "KubeEtcdEncryptionConfig", "config": config}))

    check()


def test_queries_of_urls_are_masked_alike(oracle):
    names = st.sampled_from(
        ["jointoken", "JoinToken", "join%74oken", "a", "b", "", "é", "a+b", "%zz", "a%00", "j;k", "~*'()!$,:@/?"]
    )
    pairs = st.tuples(
        names, st.sampled_from(["", "=", "=1", "=x y", "=%20", "=+", "=%zz", "=;", "=é", "=a=b", "=******"])
    )
    queries = st.lists(pairs.map("".join), max_size=5).map("&".join)
    fronts = st.sampled_from(
        ["https://h", "grpc://u:p@h:1/x", "", "/p", "mailto:x", "h/x", "https://h/a%2fb", "HTTP://H"]
    )
    fragments = st.sampled_from(["", "#f", "#jointoken=1"])
    urls = st.tuples(fronts, st.sampled_from(["?", "?", "?", ""]), queries, fragments).map("".join)

    @seed(20261003)
    @repeatable(QUERIES)
    @given(urls | TEXTS)
    def check(url):
        compare(oracle, redaction({"apiVersion": "v1alpha1", "kind": "SideroLinkConfig", "apiUrl": url}))

    check()
