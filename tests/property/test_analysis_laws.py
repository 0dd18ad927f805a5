"""Laws of the analysis of patches."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, seed
from strategies_documents import pairs
from test_against_the_oracle import repeatable

from talosgen.config.equality import same
from talosgen.config.loader import load
from talosgen.errors import InputError
from talosgen.goyaml.writer import emit
from talosgen.patching.constructs import constructs
from talosgen.patching.strategic import StrategicPatch

pytestmark = pytest.mark.laws

EXAMPLES = 1500


def text(trees):
    return "---\n".join(map(emit, trees))


def trees_of(config):
    return [(document.identity, document.tree) for document in config]


def test_a_patch_without_findings_is_idempotent_on_every_config_in_memory():
    met: Counter[bool] = Counter()

    @seed(20261128)
    @repeatable(EXAMPLES)
    @given(pairs())
    def check(pair):
        base, trees = pair
        try:
            patch = StrategicPatch.load(text(trees), "p")
            once = patch.apply(load(text(base)))
        except InputError:
            return
        silent = not list(constructs(patch))
        met[silent] += 1
        if silent:
            assert same(trees_of(patch.apply(once)), trees_of(once))

    check()
    assert met[True] > 0.1 * EXAMPLES
    assert met[False] > 0.1 * EXAMPLES
