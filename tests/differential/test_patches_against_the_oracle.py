"""Random patches on random configs, put to talosgen and to Talos's own machinery."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, seed
from hypothesis import strategies as st
from strategies import DOCUMENTS, KINDS, rarely
from test_against_the_oracle import compare, repeatable

from talosgen.goyaml.writer import emit

pytestmark = pytest.mark.oracle

PER_KIND = 25
LEGACY = 600
STREAMS = 300
OPERATIONS = 300


def deletes(document):
    """Strategies of a document with one part of it replaced by a delete statement."""
    places = []

    def walk(value, path):
        if isinstance(value, dict):
            for key, item in value.items():
                if isinstance(key, str) and key not in ("apiVersion", "kind", "name"):
                    places.append((*path, key))
                    walk(item, (*path, key))
        elif isinstance(value, list):
            places.extend((*path, index) for index, item in enumerate(value) if isinstance(item, dict) and item)

    walk(document, ())
    if not places:
        return st.just({**document, "$patch": "delete"})
    return st.sampled_from(places).map(lambda path: {**_meta(document), **_statement(document, path)})


def _meta(document):
    return {key: document[key] for key in ("apiVersion", "kind", "name") if key in document}


def _statement(value, path):
    step, rest = path[0], path[1:]
    inner = value[step]
    if isinstance(step, int):
        key = next(iter(inner))
        return [{key: inner[key], "$patch": "delete"}]
    return {step: _statement(inner, rest) if rest else {"$patch": "delete"}}


def patches_of(document, kind):
    other = DOCUMENTS.document(kind)
    same = st.just(document)
    # Most patches are of the document's own name, so that they meet it.
    named = other.map(lambda patch: {**patch, "name": document["name"]} if "name" in document else patch)
    return st.lists(named | deletes(document) | same | other, min_size=1, max_size=3)


@pytest.mark.parametrize("kind", KINDS)
def test_patches_on_documents_of_each_kind_give_the_same(oracle, kind):
    @seed(20260919)
    @repeatable(LEGACY if kind == "v1alpha1" else PER_KIND)
    @given(st.data())
    def check(data):
        document = data.draw(DOCUMENTS.document(kind))
        patches = data.draw(patches_of(document, kind))
        compare(oracle, {"op": "patch", "config": emit(document), "patches": [emit(patch) for patch in patches]})

    check()


def test_patches_of_several_documents_give_the_same(oracle):
    @seed(20260920)
    @repeatable(STREAMS)
    @given(st.data())
    def check(data):
        kinds = data.draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=3, unique=True))
        base = [data.draw(DOCUMENTS.document(kind)) for kind in kinds]
        patch = [
            part for document, kind in zip(base, kinds, strict=True) for part in data.draw(patches_of(document, kind))
        ]
        request = {"op": "patch", "config": "---\n".join(map(emit, base)), "patches": ["---\n".join(map(emit, patch))]}
        compare(oracle, request)

    check()


# Mostly places that the base of these tests has or can take; the rest is made of any steps.
PLACES = st.sampled_from(
    [
        "/machine", "/machine/type", "/machine/certSANs", "/machine/certSANs/0", "/machine/certSANs/1",
        "/machine/sysctls", "/machine/sysctls/a", "/machine/sysctls/a~1b", "/machine/sysctls/x y", "/cluster", "/a",
        "/a/0", "/a/0/1", "/a/1", "/a/1/é", "/1",
    ]
)  # fmt: skip
NEW_PLACES = st.sampled_from(["/machine/new", "/machine/certSANs/-", "/a/-", "/a/0/-", "/new", "/machine/sysctls/~0"])
ANY_PLACES = st.lists(
    st.sampled_from(
        ["machine", "cluster", "type", "sysctls", "a", "1", "0", "-", "-1", "certSANs", "é", "a~1b", "x y"]
    ),
    max_size=3,
).map(lambda steps: "".join(f"/{step}" for step in steps))
POINTERS = rarely(12, PLACES, ANY_PLACES)
TARGETS = rarely(12, PLACES | NEW_PLACES, ANY_PLACES)
TRUE_TESTS = [
    {"op": "test", "path": "/machine/type", "value": "worker"},
    {"op": "test", "path": "/machine/certSANs", "value": ["a", "b"]},
    {"op": "test", "path": "/cluster", "value": None},
]
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.sampled_from(["", "yes", "1", "a b", "é", "a\nb\n", "<&>", "x" * 90, "w " * 60]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "k9", "k10", "y", "1"]), inner, max_size=3)
    ),
    max_leaves=6,
)


BASE = {
    "machine": {"type": "worker", "certSANs": ["a", "b"], "sysctls": {"a": "1", "a/b": "yes", "x y": "0777"}},
    "cluster": None, "a": [[1, 2.5], {"é": 1e6, "yes": None}], "1": "on",
}  # fmt: skip


def operations():
    """Lists of operations for BASE: mostly such as apply."""

    def operation(name, **fields):
        return st.fixed_dictionaries({"op": st.just(name), **fields})

    whole = (
        operation("add", path=TARGETS, value=VALUES)
        | operation("replace", path=POINTERS, value=VALUES)
        | operation("remove", path=POINTERS)
        | operation("copy", path=TARGETS, **{"from": POINTERS})
        | operation("move", path=TARGETS, **{"from": POINTERS})
        | st.sampled_from(TRUE_TESTS)
    )
    loose = st.fixed_dictionaries(
        {"op": st.sampled_from(["add", "remove", "replace", "test", "copy", "move"]), "path": ANY_PLACES},
        optional={"value": VALUES, "from": ANY_PLACES},
    )
    return st.lists(rarely(8, whole, loose), min_size=1, max_size=3)


def test_operations_give_the_same(oracle):
    taken: Counter[bool] = Counter()

    @seed(20260921)
    @repeatable(OPERATIONS)
    @given(operations())
    def check(given_operations):
        request = {"op": "patch", "config": emit(BASE), "patches": [emit(given_operations)]}
        taken["error" not in compare(oracle, request)] += 1

    check()
    # Enough patches apply: otherwise little of what they make would be compared.
    assert taken[True] >= 0.3 * taken.total()


URLS = [
    "x", "x/y?q", "/p", "?q", "#f", "https://h", "https://h/p?q#f", "https:///p", "https:/p", "//h", "//u:p@h/x", "mailto:a",
    "http://h:1/a%2fb", "HTTP://H", "a%20b", "*", "https://h?", "x:y/z",
]  # fmt: skip


@pytest.mark.parametrize("base", URLS)
def test_urls_merge_part_by_part(oracle, base):
    def document(url):
        return emit({"apiVersion": "v1alpha1", "kind": "KubeServiceAccountConfig", "issuer": {"issuerURL": url}})

    for patch in URLS:
        compare(oracle, {"op": "patch", "config": document(base), "patches": [document(patch)]})
