"""Laws of reports, over findings with any texts; one a test."""

from __future__ import annotations

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from talosgen.codes import CODES
from talosgen.errors import Problem
from talosgen.outputs.reports import FORMATS, render
from talosgen.source import Span

# The examples depend on the test alone, not on the day: fresh ones are for tests/fuzz.
relaxed = settings(
    deadline=None, max_examples=500, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)

PIECES = st.sampled_from(
    ["\n", "\r", "\x85", "\u2028", "\v", "::", "##[", "##", "[", "%", "%0A", ",", "=", " ", "\x1b", "\ud800", "a", "./"]
)
ANY = st.lists(PIECES | st.characters(codec=None), max_size=8).map("".join)
SPANS = st.builds(Span, ANY, st.integers(0, 10**7), st.integers(0, 10**7))
FINDINGS = st.lists(
    st.builds(
        Problem, ANY, st.none() | SPANS, ANY, ANY, st.sampled_from(["error", "warning", "note"]),
        st.sampled_from(["", *CODES]) | ANY,
    ),
    max_size=6,
)  # fmt: skip


def report(findings, form):
    return render(findings, form, tool_version="0")


@relaxed
@given(FINDINGS, st.booleans())
def test_a_text_report_has_a_line_for_each_finding(findings, color):
    text = render(findings, "text", tool_version="0", color=color)
    assert len(text.splitlines()) == text.count("\n") == len(findings)


@relaxed
@given(FINDINGS)
def test_a_line_of_a_text_report_is_no_command(findings):
    text = report(findings, "text")
    assert not any(line.lstrip().startswith("::") for line in text.splitlines())
    assert "##[" not in text


@relaxed
@given(FINDINGS)
def test_a_github_report_has_a_command_for_each_finding(findings):
    lines = report(findings, "github").splitlines()
    assert len(lines) == len(findings)
    assert all(line.startswith(("::error ", "::warning ", "::notice ")) for line in lines)


@relaxed
@given(FINDINGS, st.sampled_from(FORMATS))
def test_every_report_is_text_that_can_be_written(findings, form):
    text = report(findings, form)
    assert text.encode().decode() == text


@relaxed
@given(FINDINGS)
def test_json_and_sarif_hold_the_same_findings(findings):
    plain = json.loads(report(findings, "json"))["findings"]
    results = json.loads(report(findings, "sarif"))["runs"][0]["results"]
    assert [finding["severity"] for finding in plain] == [result["level"] for result in results]
    assert all(finding["message"] in result["message"]["text"] for finding, result in zip(plain, results, strict=True))
    assert [finding["code"] for finding in plain] == [result.get("ruleId") for result in results]


@relaxed
@given(FINDINGS)
def test_errors_come_first_and_equal_ones_in_the_order_given(findings):
    messages = [finding["message"] for finding in json.loads(report(findings, "json"))["findings"]]
    ranked = [problem for kind in ("error", "warning", "note") for problem in findings if problem.severity == kind]
    alone = [json.loads(report([problem], "json"))["findings"][0]["message"] for problem in ranked]
    assert messages == alone
