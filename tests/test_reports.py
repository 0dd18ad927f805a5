"""Findings as text, JSON, GitHub's commands and SARIF; and the registry of codes."""

from __future__ import annotations

import io
import json
import os
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

import talosgen
from talosgen.codes import CODES, find
from talosgen.errors import Problem
from talosgen.outputs.reports import FORMATS, colored, render, visible
from talosgen.source import Span

WIPED = Problem(
    "the disk selector is wiped",
    Span("p/w 1.yaml", 3, 5),
    "provisioning",
    "repeat it in the patch",
    "warning",
    "TG0106",
)
FAULT = Problem("expected a list", Span("a.yaml", 2, 13), "machine.certSANs")
EMPTY = Problem("the patch holds nothing", Span("--patch 2"), severity="note", code="TG0110")

HOSTILE = [
    "a\nb", "a\r\nb", "\n::set-output name=x::y", "::error::x", "  ::stop-commands::t", "##[add-mask]x", "###[group]x",
    "##vso[task.setvariable variable=x]y", "%0A::error::x", "100%", "%25", "a,line=9", "a::b", "\x1b[31mred\x1b[0m", "\x9b31m",
    "\x1b]8;;http://x\x07", "\u202egnp.exe", "\u2066x\u2069", "\u200f", "\ufeffx", "\udc80", "\ud800", "\ud83d\ude00",
    "\x00", "\x7f", "\x85", "\u2028", "\u2029", "\v\f\x1c\x1d\x1e", "é日本😀", "`$(x)`", '"\\', "",
]  # fmt: skip


def report(problems, form, **more):
    return render(problems, form, tool_version="1.2.3", **more)


def test_text_says_where_how_bad_which_what_and_what_to_do():
    assert report([EMPTY, WIPED, FAULT], "text").splitlines() == [
        "a.yaml:2:13: error: machine.certSANs: expected a list",
        "p/w 1.yaml:3:5: warning[TG0106 wiped-by-absence]: provisioning: the disk selector is wiped; repeat it in the patch",
        "--patch 2: note[TG0110 empty-patch]: the patch holds nothing",
    ]
    assert report([Problem("no file")], "text") == "error: no file\n"
    assert report([], "text") == report([], "github") == ""


def test_color_is_for_the_place_and_the_severity():
    colorful = report([WIPED], "text", color=True)
    assert colorful.startswith("\x1b[1mp/w 1.yaml:3:5\x1b[0m: \x1b[1;33mwarning[TG0106 wiped-by-absence]\x1b[0m: prov")
    assert re.sub("\x1b\\[[0-9;]*m", "", colorful) == report([WIPED], "text")


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_color_goes_to_a_terminal_only_and_no_color_is_kept():
    assert colored(Terminal(), {})
    assert colored(Terminal(), {"NO_COLOR": "", "TERM": "xterm"})
    assert not colored(io.StringIO(), {})
    assert not colored(Terminal(), {"NO_COLOR": "1"})
    assert not colored(Terminal(), {"TERM": "dumb"})


def test_github_has_a_command_for_each_finding():
    assert report([EMPTY, WIPED, FAULT, Problem("50% a:b, c", Span("a:b,c%.yaml"))], "github").splitlines() == [
        "::error file=a.yaml,line=2,col=13,title=talosgen::machine.certSANs: expected a list",
        "::error file=a%3Ab%2Cc%25.yaml,title=talosgen::50%25 a:b, c",
        "::warning file=p/w 1.yaml,line=3,col=5,title=TG0106 wiped-by-absence::provisioning: the disk selector is wiped; repeat "
        "it in the patch",
        "::notice title=TG0110 empty-patch::--patch 2: the patch holds nothing",
    ]


def test_json_has_the_same_keys_for_every_finding():
    tree = json.loads(report([EMPTY, WIPED, Problem("no file")], "json"))
    assert (tree["tool"], tree["version"]) == ("talosgen", "1.2.3")
    assert tree["findings"] == [
        {
            "severity": "error", "code": None, "name": None, "file": None, "line": None, "column": None, "layer": None,
            "path": None, "message": "no file", "remedy": None,
        },
        {
            "severity": "warning", "code": "TG0106", "name": "wiped-by-absence", "file": "p/w 1.yaml", "line": 3, "column": 5,
            "layer": None, "path": "provisioning", "message": "the disk selector is wiped", "remedy": "repeat it in the patch",
        },
        {
            "severity": "note", "code": "TG0110", "name": "empty-patch", "file": "--patch 2", "line": None, "column": None,
            "layer": None, "path": None, "message": "the patch holds nothing", "remedy": None,
        },
    ]  # fmt: skip


def test_sarif_has_rules_results_and_regions():
    tree = json.loads(report([WIPED, FAULT, WIPED._replace(place=None, path="")], "sarif"))
    (run,) = tree["runs"]
    driver = run["tool"]["driver"]
    assert (tree["version"], driver["name"], driver["version"]) == ("2.1.0", "talosgen", "1.2.3")
    assert driver["rules"] == [
        {
            "id": "TG0106",
            "name": "wiped-by-absence",
            "shortDescription": {"text": CODES["TG0106"].title},
            "help": {"text": CODES["TG0106"].help},
            "defaultConfiguration": {"level": "warning"},
        }
    ]
    fault, wiped, placeless = run["results"]
    assert fault == {
        "level": "error",
        "message": {"text": "machine.certSANs: expected a list"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "a.yaml"},
                    "region": {"startLine": 2, "startColumn": 13},
                },
                "logicalLocations": [{"fullyQualifiedName": "machine.certSANs"}],
            }
        ],
    }
    assert (wiped["ruleId"], wiped["ruleIndex"], wiped["level"]) == ("TG0106", 0, "warning")
    assert "locations" not in placeless


# The parts of the published schema that a report of ours has: type, what may stand in it, what must.
SARIF = {
    "log": ({"$schema": str, "version": str, "runs": ["run"]}, {"version", "runs"}),
    "run": ({"tool": "tool", "columnKind": str, "results": ["result"]}, {"tool"}),
    "tool": ({"driver": "component"}, {"driver"}),
    "component": ({"name": str, "version": str, "rules": ["rule"]}, {"name"}),
    "rule": ({"id": str, "name": str, "helpUri": "uri", "shortDescription": "text", "help": "text", "defaultConfiguration": "configuration"}, {"id"}),
    "configuration": ({"level": ("none", "note", "warning", "error")}, set()),
    "text": ({"text": str}, {"text"}),
    "result": ({
        "ruleId": str, "ruleIndex": int, "level": ("none", "note", "warning", "error"), "message": "text",
        "locations": ["location"],
    }, {"message"}),
    "location": ({"physicalLocation": "physical", "logicalLocations": ["logical"]}, set()),
    "physical": ({"artifactLocation": "artifact", "region": "region"}, {"artifactLocation"}),
    "artifact": ({"uri": "uri"}, set()),
    "region": ({"startLine": int, "startColumn": int}, set()),
    "logical": ({"fullyQualifiedName": str}, set()),
}  # fmt: skip


def valid(tree, kind="log"):
    if kind == "uri":
        # A URI reference (RFC 3986): ASCII, escapes whole, no colon that would make a scheme of a relative one.
        assert re.fullmatch(r"(?:[A-Za-z0-9._~/!$&'()*+,;=:@-]|%[0-9A-F]{2})+", tree)
        assert urlsplit(tree).scheme in ("", "file")
    elif isinstance(kind, list):
        assert isinstance(tree, list)
        for item in tree:
            valid(item, kind[0])
        if kind[0] == "rule":
            assert len({json.dumps(item) for item in tree}) == len(tree)
    elif isinstance(kind, tuple):
        assert tree in kind
    elif isinstance(kind, type):
        assert type(tree) is kind
        assert kind is not int or tree >= 0
    else:
        allowed, required = SARIF[kind]
        assert required <= tree.keys() <= allowed.keys()
        for key, value in tree.items():
            valid(value, allowed[key])
        if kind == "region":
            assert all(value >= 1 for value in tree.values())


def hostile():
    """Findings with a hostile text in each place where one can stand."""
    for text in HOSTILE:
        yield Problem(text, Span(text, 1, 1), text, text, "warning", "TG0106")
        yield Problem(text, Span(text), text, text, "note", text)
        yield Problem(text)


def test_sarif_is_valid_whatever_the_texts_are():
    tree = json.loads(report([*hostile(), WIPED, FAULT, EMPTY, Problem("x", Span("f", 1, 0))], "sarif"))
    assert tree["$schema"].endswith("sarif-schema-2.1.0.json")
    valid(tree)
    for run in tree["runs"]:
        for result in run["results"]:
            assert ("ruleId" in result) == ("ruleIndex" in result)
            if "ruleId" in result:
                assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]


@pytest.mark.parametrize(
    ("source", "uri"),
    [
        ("a/b.yaml", "a/b.yaml"),
        ("./a.yaml", "a.yaml"),
        ("../a.yaml", "../a.yaml"),
        ("a b#?%.yaml", "a%20b%23%3F%25.yaml"),
        ("c:d", "c%3Ad"),
        ("/etc/ü.yaml", "file:///etc/%C3%BC.yaml"),
        ("\udcff", "%FF"),
        ("\ud800", "%ED%A0%80"),
        ("<stdin>", "%3Cstdin%3E"),
    ],
)
def test_sarif_names_files_by_uri(source, uri):
    tree = json.loads(report([Problem("x", Span(source, 1, 1))], "sarif"))
    assert tree["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri
    if uri.startswith("file:"):
        assert unquote(urlsplit(uri).path) == source


def test_names_of_another_system_become_uris(monkeypatch):
    monkeypatch.setattr(os, "sep", "\\")
    tree = json.loads(report([Problem("x", Span("a\\b.yaml")), Problem("x", Span("C:\\d e"))], "sarif"))
    found = [
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in tree["runs"][0]["results"]
    ]
    assert found == ["a/b.yaml", "file:///C:/d%20e"]


def unescaped(text):
    """What GitHub's runner makes of a property."""
    for code, char in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, char)
    return text


def test_no_command_can_be_written_by_a_text():
    for problem in hostile():
        (line,) = report([problem], "github").splitlines()
        # The runner ends the properties at the first `::`, and parts them at commas.
        given, _, said = line[2:].partition("::")
        kind, _, properties = given.partition(" ")
        assert kind in ("error", "warning", "notice")
        entries = dict(entry.split("=", 1) for entry in properties.split(","))
        assert entries.keys() <= {"file", "line", "col", "title"}
        if "file" in entries:
            assert problem.place is not None
            assert unescaped(entries["file"]) == visible(problem.place.source)
        assert not re.search(r"%(?!25)", said)
        assert visible(problem.message) in said.replace("%25", "%")


@pytest.mark.parametrize("form", FORMATS)
def test_nothing_that_acts_or_hides_is_in_a_report(form):
    text = report(hostile(), form)
    assert not re.search(
        "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]", text
    )
    assert "##[" not in text
    assert "##vso[" not in text
    text.encode()
    if form != "github":
        assert not any(line.lstrip().startswith("::") for line in text.splitlines())


def test_json_gives_every_text_back():
    texts = [text for text in HOSTILE if not re.search("[\ud800-\udfff]", text)]
    tree = json.loads(report([Problem(text) for text in texts], "json"))
    assert [finding["message"] for finding in tree["findings"]] == texts
    tree = json.loads(report([Problem("\udc80")], "json"))
    assert tree["findings"][0]["message"] == r"\udc80"


def test_what_is_hidden_shows():
    assert visible("a\nb\t\x1b[0m\u202e\udc80\U000e0041") == r"a\nb\t\x1b[0m\u202e\udc80\U000e0041"
    assert visible("é日本😀 ## x") == "é日本😀 ## x"
    assert visible("##[error]") == r"#\x23[error]"


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_findings_give_the_same_report(form):
    assert report([WIPED, FAULT, EMPTY], form) == report(iter([WIPED, FAULT, EMPTY]), form)
    assert report([WIPED, FAULT], form) == report([FAULT, WIPED], form)
    assert report([FAULT, FAULT._replace(path="a")], form) != report([FAULT._replace(path="a"), FAULT], form)


def test_an_unknown_format_is_refused():
    with pytest.raises(ValueError, match="text, json, github, sarif"):
        report([], "xml")


# -- the registry ----------------------------------------------------------------------------------


def test_the_registry_is_well_formed():
    names = [code.name for code in CODES.values()]
    assert len(set(names)) == len(names)
    for key, code in CODES.items():
        assert key == code.code
        assert re.fullmatch(r"TG[0-9]{4}", code.code)
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code.name)
        assert code.severity in ("error", "warning", "note")
        for text in (code.title, code.help):
            assert text == text.strip() == visible(text)
            assert text
            assert not text.endswith(".")
    assert list(CODES) == sorted(CODES)


def test_a_code_is_found_by_both_names_in_any_case():
    for code in CODES.values():
        assert find(code.code) is find(code.code.lower()) is find(code.name) is find(code.name.upper()) is code


@pytest.mark.parametrize(
    ("text", "near"),
    [("wiped-by-absense", "wiped-by-absence"), ("tg0l06", "TG0106"), ("no-idempotent", "not-idempotent")],
)
def test_an_unknown_code_is_answered_with_near_ones(text, near):
    with pytest.raises(KeyError, match=near):
        find(text)


def test_a_text_like_no_code_has_no_near_one():
    with pytest.raises(KeyError) as caught:
        find("zzzz" * 100_000)
    assert "did you mean" not in caught.value.args[0]
    assert len(caught.value.args[0]) < 100


def test_every_code_is_on_the_page_of_findings():
    page = Path(talosgen.__file__).parents[1] / "docs" / "findings.md"
    rows = [line for line in page.read_text(encoding="utf-8").splitlines() if line.startswith("| <a id=")]
    wanted = [
        (f'<a id="{code.anchor}"></a>`{code.code}`', f"`{code.name}`", code.title, code.help) for code in CODES.values()
    ]
    cells = [[cell.strip() for cell in row.strip("|").split(" | ")] for row in rows]
    assert [(row[0], row[1], row[3], row[4]) for row in cells] == wanted
    for row, code in zip(cells, CODES.values(), strict=True):
        assert row[2].split()[0] == code.severity
        assert (f"v1.{code.until}" in row[2]) == (code.until < 99)
        assert (f"v1.{code.since} " in row[2]) == (code.since > 5)
