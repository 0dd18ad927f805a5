"""Laws of merging, on documents of all kinds."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, seed
from strategies_documents import pairs
from test_against_the_oracle import repeatable

from talosgen.config.engine import merger
from talosgen.config.equality import fingerprint, same
from talosgen.config.loader import load
from talosgen.config.walk import walk
from talosgen.errors import InputError, NonIdempotentPatch
from talosgen.goyaml.writer import emit
from talosgen.patching.delete import Selector, matches, target_type
from talosgen.patching.derive import plain_patches
from talosgen.patching.places import target
from talosgen.patching.strategic import StrategicPatch
from talosgen.schema.table import table

pytestmark = pytest.mark.laws

EXAMPLES = 1500


def text(trees):
    return "---\n".join(map(emit, trees))


def loaded(trees):
    try:
        return load(text(trees))
    except InputError:
        return None


def applied(trees, config, merge):
    try:
        return StrategicPatch.load(text(trees), "p", merge).apply(config)
    except NonIdempotentPatch:
        raise
    except InputError:
        return None


def test_an_idempotent_patch_laid_over_its_result_changes_nothing():
    taken: Counter[bool] = Counter()

    @seed(20261126)
    @repeatable(EXAMPLES)
    @given(pairs())
    def check(pair):
        base, patch = pair
        config = loaded(base)
        # The guard raises where the law does not hold: it must not.
        once = None if config is None else applied(patch, config, "idempotent")
        taken[once is not None] += 1
        if once is not None:
            assert applied(patch, once, "idempotent").to_yaml() == once.to_yaml()

    check()
    assert taken[True] >= 0.5 * taken.total()


def test_compiled_to_talos_an_idempotent_patch_does_the_same():
    met: Counter[str] = Counter()

    @seed(20261131)
    @repeatable(EXAMPLES // 2)
    @given(pairs())
    def check(pair):
        base, patch = pair
        config = loaded(base)
        wanted = None if config is None else applied(patch, config, "idempotent")
        if wanted is None:
            return
        given_text = text(patch)
        compiled = plain_patches(given_text, "p", config)
        met["as it is" if compiled == [given_text] else "rewritten"] += 1
        for part in compiled:
            config = StrategicPatch.load(part).apply(config)
        assert config.to_yaml() == wanted.to_yaml()

    check()
    assert min(met["as it is"], met["rewritten"]) > 0.1 * met.total()


def duplicates(config):
    """Whether a list that patches append to holds one element, or one key, twice."""
    for document in config:
        for place in walk(document.tree, document.kind.type, table()):
            if isinstance(place.value, list) and not (place.field and place.field.merge):
                listed = isinstance(place.type, dict) and "list" in place.type
                mark = merger().mark(place.type["list"]) if listed else fingerprint
                marks = [mark(item) for item in place.value]
                if place.keyed is not None:
                    keys = [place.keyed.wanted(item) for item in place.value]
                    marks = [key if key is not None else mark for key, mark in zip(keys, marks, strict=True)]
                if len(set(marks)) < len(marks):
                    return True
    return False


def fits_two(patch, config):
    """Whether a delete statement fits two elements of the config."""
    for part in patch.parts:
        if isinstance(part, Selector) and part.path and isinstance(part.path[-1], int):
            for document in config:
                if target(document) == target(part):
                    kind = target_type(part, {"ref": document.kind.type}, table())
                    items = document.tree
                    for step in part.path[:-1]:
                        items = items.get(step, {}) if isinstance(items, dict) else {}
                    if isinstance(items, list) and len(matches(part, kind, items, table())) > 1:
                        return True
    return False


def ordered(value):
    """A tree with its lists of structs in one order: deletes may permute them."""
    if isinstance(value, dict):
        return {key: ordered(item) for key, item in value.items()}
    if isinstance(value, list):
        return sorted(map(ordered, value), key=repr)
    return value


def test_idempotent_is_talos_where_no_duplicate_comes_of_it():
    met: Counter[str] = Counter()

    @seed(20261127)
    @repeatable(EXAMPLES)
    @given(pairs())
    def check(pair):
        base, trees = pair
        config = loaded(base)
        if config is None:
            return
        wanted, got = applied(trees, config, "talos"), applied(trees, config, "idempotent")
        if wanted is None or duplicates(wanted):
            return
        try:
            patch = StrategicPatch.load(text(trees), "p", "idempotent")
        except InputError:
            return
        if fits_two(patch, config):
            return
        assert got is not None
        deletes = any(isinstance(part, Selector) for part in patch.parts)
        met["deletes" if deletes else "merges"] += 1
        if deletes:
            left = sorted((document.identity, repr(ordered(document.tree))) for document in wanted)
            right = sorted((document.identity, repr(ordered(document.tree))) for document in got)
            assert left == right
        else:
            assert [document.identity for document in wanted] == [document.identity for document in got]
            assert all(same(one.tree, other.tree) for one, other in zip(wanted, got, strict=True))

    check()
    assert met["merges"] > 0.2 * EXAMPLES
    assert met["deletes"] > 0.05 * EXAMPLES
