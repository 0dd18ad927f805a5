"""Laws of lints and of the places of findings, on documents of every kind made from the table; one a test."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from strategies import DOCUMENTS, KINDS

from talosgen import InputError
from talosgen.codes import BY_NAME
from talosgen.goyaml.writer import emit
from talosgen.machineconfig import MachineConfig
from talosgen.validation.lints import lint

relaxed = settings(
    deadline=None, max_examples=300, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
documents = st.sampled_from([*KINDS, *["v1alpha1"] * 30]).flatmap(DOCUMENTS.document)
modes = st.sampled_from(["metal", "cloud", "container", "metal-agent"])
NOW = datetime(2027, 1, 1, tzinfo=UTC)


def loaded(text):
    """The config of a text; an example that is none is passed over."""
    try:
        return MachineConfig.load(text, "config")
    except InputError:
        assume(False)


@relaxed
@given(documents, modes)
def test_every_config_that_loads_has_its_lints(document, mode):
    text = emit(document)
    lines = text.splitlines()
    for problem in loaded(text).validate(mode, now=NOW):
        assert problem.message
        assert problem.place is None or 0 <= problem.place.line <= len(lines)


@relaxed
@given(documents, modes)
def test_every_lint_is_one_of_the_table(document, mode):
    for finding in lint(loaded(emit(document))._container, mode, now=NOW):
        entry = BY_NAME[finding.name]
        assert (finding.code, finding.severity, finding.remedy) == (entry.code, entry.severity, entry.help)


@relaxed
@given(documents, modes)
def test_lints_add_to_the_verdict_and_change_none_of_it(document, mode):
    config = loaded(emit(document))
    verdict = config.validate(mode, lint=False)
    assert [problem for problem in config.validate(mode, now=NOW) if problem in verdict] == verdict


@relaxed
@given(documents, documents)
def test_what_a_patched_config_is_at_fault_for_stands_in_the_config_or_the_patch(base, patch):
    texts = {"config": emit(base), "<patch 1>": emit(patch)}
    config = loaded(texts["config"])
    try:
        patched = config.patch(texts["<patch 1>"])
    except InputError:
        assume(False)
    for problem in patched.validate("metal", now=NOW):
        if problem.place is not None and problem.place.line:
            assert problem.place.line <= len(texts[problem.place.source].splitlines())
            assert problem.layer in ("", problem.place.source)
