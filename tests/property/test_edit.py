"""Laws of edited texts: they read as what was asked for, keep what is the same, and nothing else changes."""

from __future__ import annotations

import yaml
from hypothesis import assume, given
from hypothesis import strategies as st

from talosgen.errors import InputError
from talosgen.goyaml.construct import construct, follow
from talosgen.goyaml.edit import block, flow, revised
from talosgen.goyaml.reader import read

WORDS = st.sampled_from(
    ["a", "b", "yes", "1", "10.0.0.0/8", "x: y", "#", "- ", "two words", "${a}", "", "é", "[x]", "null", "0x1", "~"]
)
LEAVES = st.one_of(WORDS, st.integers(-5, 5), st.booleans(), st.none())
KEYS = st.sampled_from(["a", "b", "c", "d e", "yes", "1"])
VALUES = st.recursive(
    LEAVES, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=3)), max_leaves=8
)
DOCUMENTS = st.dictionaries(KEYS, VALUES, min_size=1, max_size=4)


def plain(text):
    return [construct(follow(root), lambda *_: None) for root in read(text, "x")]


def written(document, style):
    """A document as one of several writers lays it out, with a comment above each of its keys."""
    lines = []
    for key, value in document.items():
        lines.append(f"# about {key}\n")
        if style == "ours":
            lines += [f"{line}\n" for line in block({key: value})]
        else:
            text = yaml.safe_dump({key: value}, default_flow_style=style == "flow", width=1000, allow_unicode=True)
            text = text if style != "flow" else text.strip()[1:-1] + "\n"
            lines.append(text)
    return "".join(lines)


@given(DOCUMENTS, DOCUMENTS, st.sampled_from(["ours", "block"]))
def test_a_revised_text_reads_as_what_was_asked_for(old, new, style):
    text = written(old, style)
    assume(plain(text) == [old])
    try:
        made = revised(text, "x", [new])
    except InputError as error:
        assert "does not let it be changed" in str(error)
        assume(False)
    assert plain(made) == [new]


@given(DOCUMENTS, st.sampled_from(["ours", "block"]))
def test_a_text_that_reads_so_already_is_the_same(old, style):
    text = written(old, style)
    assume(plain(text) == [old])
    assert revised(text, "x", [old]) == text


@given(DOCUMENTS, KEYS, VALUES)
def test_entries_that_stay_keep_their_lines_and_comments(old, key, value):
    text = written(old, "ours")
    assume(plain(text) == [old])
    made = revised(text, "x", [{**old, key: value}])
    for name, item in old.items():
        if name != key:
            assert "".join(f"{line}\n" for line in (f"# about {name}", *block({name: item}))) in made


@given(VALUES)
def test_a_value_in_one_line_reads_as_itself(value):
    assert plain(f"a: {flow(value)}\n") == [{"a": value}]


@given(DOCUMENTS)
def test_a_value_in_block_style_reads_as_itself(value):
    assert plain("\n".join(block(value)) + "\n") == [value]
    # And as other readers have it, who take YAML 1.1's words for booleans.
    assert yaml.safe_load("\n".join(block(value)) + "\n") == value
