"""A user's table of severities: ``checks:`` of a project."""

from __future__ import annotations

import pytest

from talosgen.codes import graded, grades
from talosgen.errors import InputError, Problem

FOUND = [
    Problem("a", severity="warning", code="TG5051"),
    Problem("b", severity="note", code="TG5022"),
    Problem("c", severity="error", code="TG1101"),
    Problem("no config"),
]


def test_a_table_sets_the_severity_of_codes_by_either_name():
    table = grades({"manifest-unpinned": "error", "tg5022": "off", "TG1101": "note"})
    assert table == {"TG5051": "error", "TG5022": "off", "TG1101": "note"}
    assert [(problem.message, problem.severity) for problem in graded(FOUND, table)] == [
        ("a", "error"), ("c", "note"), ("no config", "error"),
    ]  # fmt: skip


def test_without_a_table_all_stays():
    assert graded(FOUND, grades({})) == FOUND


def test_off_may_have_been_read_as_false():
    assert grades({"TG5051": False}) == {"TG5051": "off"}


def test_all_faults_of_a_table_are_told_at_once():
    table = {
        "TG9999": "off",
        "manifest-unpined": "error",
        "TG5051": "fatal",
        "TG5022": True,
        "kernel-arguments-uki": "off",
    }
    with pytest.raises(InputError) as caught:
        grades(table)
    assert [problem.path for problem in caught.value.problems] == [
        "checks.TG9999", "checks.manifest-unpined", "checks.TG5051", "checks.TG5022", "checks.kernel-arguments-uki",
    ]  # fmt: skip
    assert "did you mean manifest-unpinned" in str(caught.value)


def test_findings_are_not_changed_in_place():
    before = list(FOUND)
    graded(FOUND, {"TG5051": "off"})
    assert before == FOUND
