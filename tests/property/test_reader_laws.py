"""Laws of reading YAML, over texts of which about half are none; one a test."""

from __future__ import annotations

from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from talosgen.errors import InputError
from talosgen.goyaml import parser, reader
from talosgen.goyaml.node import ALIAS

# The examples depend on the test alone, not on the day: fresh ones are for tests/fuzz.
relaxed = settings(
    deadline=None, max_examples=1_500, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)

PIECES = st.sampled_from(
    [
        "a", "b", "1", "true", " ", "  ", "\n", "\n", "\n ", "\n  ", "\n\n", ": ", ":", "- ", "-", "? ", "?", ", ", ",", "[",
        "]", "{", "}", "#", " # c", "\n# c\n", "&a ", "*a ", "*a", "&a", "!t ", "!!str ", "! ", "|", ">", " |\n", " >-\n", "'",
        '"', "\\", "\t", "---\n", "\n--- ", "\n...\n", "%YAML 1.1\n", "<<: ", "é", "\r\n", "\x85", "\u2028", "\ufeff", "\\n",
        "a: ", "\na: ", "\n  b: ", "\n- ", "\n  - ", "[a, b]", "{a: b}", '"a"', "'a'", "::", "key: value\n", "😀", "?a", "{}",
    ]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=14).map("".join)
# Lines of a block, so that many of the texts are read.
BLOCKS = st.lists(
    st.tuples(st.sampled_from(["", "", "  ", "  ", "    "]), st.sampled_from([
        "a: b", "b: 'c'", "c:", "d: [x, y]", 'e: {f: "g"}', "- a", "- b: c", "- ", "? k", ": v", "# c", "f: |", "g: >-", "text",
        "h: &a x", "i: *a", "- &a", "- !t z", "---", "j: # c", '"k": l', "m: 2001-01-01", "- - n", "é: ü", "o: http://p?q=[r]",
    ])),
    max_size=8,
).map(lambda rows: "\n".join(map("".join, rows)))  # fmt: skip


def tree(node):
    """A node and all below it as plain data."""
    out, work = [], [node]
    while work:
        node = work.pop()
        text = node.value if isinstance(node.value, str) else None
        out.append((node.kind, node.tag, node.style, node.explicit, node.line, node.column, node.anchor, text))
        if isinstance(node.value, list):
            out.append(len(node.value))
            work.extend(node.value)
        elif node.kind == ALIAS:
            out.append((node.value.line, node.value.column))
    return out


def trees(roots):
    return [tree(root) for root in roots]


@relaxed
@given(TEXTS | BLOCKS)
@example("&a?b c")
@example("!!str |\n# c\n")
@example("{a: , b}")
def test_what_libyaml_is_trusted_with_it_reads_as_the_exact_parser_does(text):
    assume(reader.libyaml_agrees(text))
    roots = reader.with_libyaml(text, False)
    assume(roots is not None)
    assert trees(roots) == trees(parser.parse(text, "t", False))


@relaxed
@given(TEXTS | BLOCKS)
def test_the_first_document_of_a_stream_is_the_first_that_is_read(text):
    try:
        roots = reader.read(text)
    except InputError:
        assume(False)
    first = reader.read_first(text)
    assert trees(roots[:1]) == ([] if first is None else [tree(first)])


@relaxed
@given(TEXTS | BLOCKS)
def test_a_fault_lies_within_the_text(text):
    try:
        parser.parse(text, "t", False)
    except InputError as error:
        (problem,) = error.problems
        assert problem.place is not None
        lines = text.replace("\r\n", "\n").translate(dict.fromkeys(map(ord, "\r\x85\u2028\u2029"), "\n")).split("\n")
        # The end of a text lies on a line of its own.
        width = [len(line) for line in lines] + [0]
        assert 1 <= problem.place.line <= len(width)
        assert 1 <= problem.place.column <= width[problem.place.line - 1] + 1
    else:
        assume(False)


@relaxed
@given(TEXTS | BLOCKS)
def test_no_node_stands_before_its_parent(text):
    try:
        roots = reader.read(text)
    except InputError:
        assume(False)
    work = list(roots)
    while work:
        node = work.pop()
        if isinstance(node.value, list):
            assert all((child.line, child.column) >= (node.line, node.column) for child in node.value)
            work.extend(node.value)
