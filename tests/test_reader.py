"""Reading against what go-yaml v4 rc.6 made of the same texts, on both ways.

``yaml`` is imported for its own sake: only where it is loaded does the reader give short texts to libyaml.
"""

from __future__ import annotations

import base64
import contextlib
import time

import pytest
import yaml  # noqa: F401
from vectors import lines

from talosgen.errors import InputError
from talosgen.goyaml import parser, reader
from talosgen.goyaml.node import (
    ALIAS,
    DOUBLE,
    FLOW,
    FOLDED,
    LITERAL,
    MAPPING,
    PLAIN,
    SCALAR,
    SEQUENCE,
    SINGLE,
)
from talosgen.source import MAX_SIZE

STYLES = {"double": DOUBLE, "single": SINGLE, "literal": LITERAL, "folded": FOLDED, "flow": FLOW}
KINDS = {"map": MAPPING, "seq": SEQUENCE, "scalar": SCALAR, "alias": ALIAS}
STAGES = tuple(f"go-yaml load error in {stage}" for stage in ("reader", "scanner", "parser", "composer"))


def exact_first(data, source="<text>"):
    roots = parser.parse(reader.decode(data, source), source, True)
    return roots[0] if roots else None


def exact(data, source="<text>"):
    return parser.parse(reader.decode(data, source), source, False)


def text_of(vector):
    text = vector["yaml"]
    return base64.b64decode(text["b64"]) if isinstance(text, dict) else text


def difference(node, wanted):
    """Where a tree differs from the recorded one; None where it does not."""
    work = [(node, wanted)]
    while work:
        node, wanted = work.pop()
        style = next((STYLES[word] for word in wanted.get("style", "").split() if word in STYLES), PLAIN)
        got = {"kind": node.kind, "place": [node.line, node.column]}
        want = {"kind": KINDS[wanted["k"]], "place": wanted["at"]}
        if node.kind != ALIAS:
            got |= {"style": node.style, "anchor": node.anchor}
            want |= {"style": style, "anchor": wanted.get("anchor", "")}
        if node.kind == SCALAR:
            got |= {"text": node.value, "tag": node.tag}
            want |= {"text": wanted.get("value", ""), "tag": wanted["tag"]}
        if got != want:
            return got, want
        if node.kind in (SEQUENCE, MAPPING):
            children = wanted.get("c", [])
            if len(children) != len(node.value):
                return len(node.value), len(children)
            work.extend(zip(node.value, children, strict=True))
    return None


@pytest.mark.parametrize("way", ["both", "exact"])
def test_every_text_is_taken_or_refused_as_go_does(way):
    wrong = []
    for vector in lines("go-yaml-decode.jsonl.gz"):
        stream = vector.get("api") == "stream"
        if way == "both":
            read = reader.read if stream else reader.read_first
        else:
            read = exact if stream else exact_first
        refused = vector.get("error", "").startswith(STAGES)
        try:
            read(text_of(vector))
            got = False
        except InputError:
            got = True
        if got != refused:
            wrong.append(vector["id"])
    assert wrong == []


@pytest.mark.parametrize("read", [reader.read, exact])
def test_node_trees_are_those_of_go(read):
    compared, wrong = 0, []
    for vector in lines("go-yaml-decode.jsonl.gz"):
        if vector["target"] != "node" or vector.get("api") != "stream" or "error" in vector:
            continue
        roots = read(text_of(vector))
        wanted = [document["n"]["c"][0] for document in vector["result"]]
        assert len(roots) == len(wanted), vector["id"]
        for root, tree in zip(roots, wanted, strict=True):
            compared += 1
            if why := difference(root, tree):
                wrong.append((vector["id"], why))
    assert compared > 100
    assert wrong == []


@pytest.mark.parametrize("vector", lines("go-yaml-reader.jsonl.gz"), ids=lambda vector: ascii(vector["yaml"]))
def test_hard_texts_are_read_as_go_reads_them(vector):
    # Comments behind tabs, directives, tags, byte-order marks, places of what is left out, and how far
    # Go looks behind the first document.
    for read in (reader.read, exact):
        try:
            roots = read(vector["yaml"])
        except InputError:
            roots = None
        if "refused" in vector:
            assert roots is None
        else:
            assert roots is not None
            assert len(roots) == len(vector["roots"])
            assert [difference(*pair) for pair in zip(roots, vector["roots"], strict=True)] == [None] * len(roots)
    for read in (reader.read_first, exact_first):
        try:
            read(vector["yaml"])
            first = "taken"
        except InputError:
            first = "refused"
        assert first == vector["first"]


@pytest.mark.parametrize(
    "text",
    [
        "'" + "[" * 200_000 + "'",
        "- a[b\n" * 50_000,
        "- " + "a?[x, " * 50_000,
        "# a\n\t\n" * 50_000 + "a",
        "a: &a 1\nb: " + "[" * 9_000 + "*a," * 20_000 + "]" * 9_000,
        "a: &a [" + "x," * 30_000 + "]\n" + "--- *a\n" * 20_000,
    ],
    ids=["brackets", "openings", "question marks", "comments", "deep aliases", "many documents"],
)
def test_no_text_takes_much_longer_than_its_length(text):
    began = time.process_time()
    with contextlib.suppress(InputError):
        reader.read(text)
    # Some hundredths of a second where the time is that of the length, many seconds where it is its square.
    assert time.process_time() - began < 4


@pytest.mark.parametrize(
    "text",
    ["[" * 9_990 + "]" * 9_990, "\n".join(" " * depth + "k:" for depth in range(3_000)), "- " * 9_990 + "x"],
    ids=["flow", "mappings", "sequences"],
)
def test_deep_nesting_is_read(text):
    assert len(reader.read(text)) == 1


@pytest.mark.parametrize("text", ["[" * 10_001 + "]" * 10_001, "- " * 10_001 + "x"], ids=["flow", "block"])
def test_deeper_nesting_is_refused(text):
    with pytest.raises(InputError, match="nested more than 10,000 deep"):
        reader.read(text)


def test_a_tree_that_grows_by_aliases_is_refused():
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
    for level in range(1, 9):
        bomb += f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 9)}]\n"
    with pytest.raises(InputError, match="million"):
        reader.read(bomb)


def test_a_stream_that_grows_by_aliases_is_refused():
    with pytest.raises(InputError, match="million"):
        reader.read("a: &a [" + "x," * 100_000 + "]\n" + "--- *a\n" * 10)


def test_a_large_list_without_aliases_is_read():
    # The star is a text: no alias is followed here.
    (root,) = reader.read("- '*'\n" + "- x\n" * reader.MAX_NODES)
    assert len(root.value) == reader.MAX_NODES + 1


def test_a_text_beyond_16_mib_is_refused():
    with pytest.raises(InputError, match="16 MiB"):
        reader.read("# " + "x" * MAX_SIZE)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a: [b\n", "t.yaml:2:1: "),
        ("a: b\n\tc: d\n", "t.yaml:2:1: "),
        ("a: *x\n", "t.yaml:1:4: "),
        (b"a: b\nc: \xff\n", "t.yaml:2:4: "),
        ("a: 'b\n", "t.yaml:1:4: "),
    ],
)
def test_a_fault_has_its_place(text, place):
    with pytest.raises(InputError) as caught:
        reader.read(text, "t.yaml")
    assert str(caught.value).startswith(place)


@pytest.mark.parametrize("text", ["\udc80", "a: \ud800\n", "a: \x01\n", "\ufffe"])
def test_characters_that_no_text_may_hold_are_refused(text):
    with pytest.raises(InputError, match="no YAML text may hold"):
        reader.read(text)


@pytest.mark.parametrize("text", ["\x85|\n#a\n...\n", "\r>\n#b\n", "--- |\n#c\n", "|\n#d\n"])
def test_a_block_at_the_root_swallows_comments(text):
    # libyaml sees a comment here, go-yaml the text; after whatever break the block begins.
    root = reader.read("x" * 40_000 + ": y\n---\n" + text)[-1]
    assert root.value.startswith("#")


def test_an_alias_inside_its_anchor_is_refused():
    with pytest.raises(InputError, match="inside the value"):
        reader.read("a: &x [*x]\n")
