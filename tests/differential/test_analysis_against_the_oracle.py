"""Whether a patch is idempotent under Talos, by the analysis and by Talos's own machinery applied twice."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from hypothesis import given, seed
from strategies_documents import pairs
from test_against_the_oracle import repeatable
from test_patches_against_the_oracle import BASE, operations

from talosgen.codes import find
from talosgen.goyaml.writer import emit
from talosgen.patching.analysis import analyse

pytestmark = pytest.mark.oracle

EXAMPLES = 600
CODE = find("not-idempotent").code


def text(trees):
    return "---\n".join(map(emit, trees))


def verdicts(oracle, config, patch):
    """What the machinery and what the analysis say; None when the patch does not apply."""
    once = oracle.ask({"op": "patch", "config": config, "patches": [patch]})
    if once.get("error"):
        return None
    twice = oracle.ask({"op": "patch", "config": once["yaml"], "patches": [patch]})
    changes = bool(twice.get("error")) or twice["yaml"] != once["yaml"]
    found = any(problem.code == CODE for problem in analyse([(patch, "p")], (config, "c")))
    return changes, found


def test_the_analysis_says_not_idempotent_exactly_when_talos_is_not(oracle):
    met: Counter[bool] = Counter()

    @seed(20261129)
    @repeatable(EXAMPLES)
    @given(pairs())
    def check(pair):
        said = verdicts(oracle, text(pair[0]), text(pair[1]))
        if said is not None:
            met[said[0]] += 1
            assert said[0] == said[1]

    check()
    assert min(met[True], met[False]) > 0.1 * EXAMPLES


def test_the_same_of_operations(oracle):
    met: Counter[bool] = Counter()

    @seed(20261130)
    @repeatable(EXAMPLES)
    @given(operations())
    def check(given_operations):
        said = verdicts(oracle, emit(BASE), json.dumps(given_operations))
        if said is not None:
            met[said[0]] += 1
            assert said[0] == said[1]

    check()
    assert min(met[True], met[False]) > 0.05 * EXAMPLES
