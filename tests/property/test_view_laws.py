"""Laws of encrypted files seen in place: what is seen is what was encrypted, and nothing moves to another line."""

from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st
from strategies_sops import any_strings, commented_trees, selections, trees, whole
from test_sops_laws import ME, sealed
from test_sops_view import assert_in_place

from talosgen.goyaml import construct
from talosgen.goyaml.reader import read_first
from talosgen.sops import file
from talosgen.sops.document import load
from talosgen.sops.tree import branch, same, without_comments
from talosgen.sops.view import view


@given(trees | commented_trees, selections)
def test_a_view_holds_the_decrypted_tree_in_its_place(tree, selection):
    text = sealed(tree, selection)
    got = file.decrypt(text, [ME])
    assert_in_place(text, view(text, got.tree), got.tree)


@given(trees | commented_trees, selections, st.sampled_from(["\r\n", "\r"]), st.booleans())
def test_a_view_holds_the_tree_whatever_ends_its_lines(tree, selection, newline, marked):
    text = sealed(tree, selection)
    assume(selection.kind != "unencrypted_comment_regex" and "\r" not in text and "\x85" not in text)
    # The lines of a text in the clear would say something else.
    assume("|" not in text.split("enc: |")[0])
    text = "\ufeff" * marked + text.replace("\n", newline)
    got = file.decrypt(text, [ME])
    assert_in_place(text, view(text, got.tree), got.tree)


@given(any_strings)
def test_every_string_is_seen_as_go_yaml_reads_it(value):
    assume(value)
    text = sealed((branch({"a": value, "b": [value]}),), file.DEFAULT)
    root = read_first(view(text, file.decrypt(text, [ME]).tree))
    faults = []
    got = construct.construct(root, lambda node, message: faults.append(message))
    assert not faults
    assert got == {"a": value, "b": [value]}


@given(trees)
def test_a_view_is_read_as_what_sops_prints_but_for_floats(tree):
    text = sealed(tree, file.DEFAULT)
    got = file.decrypt(text, [ME])
    assert same(whole(without_comments(load(view(text, got.tree)))), whole(without_comments(got.tree)))
