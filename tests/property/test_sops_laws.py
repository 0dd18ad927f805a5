"""Laws of SOPS files: text, ciphertext and shares give back what went in, and a change stays where it was made."""

from __future__ import annotations

import contextlib
import re

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from strategies_sops import any_strings, commented_trees, documents, floats, keys, leaves, selections, trees, whole

from talosgen.age.x25519 import X25519Identity
from talosgen.errors import InputError
from talosgen.goyaml.comments import remarks
from talosgen.sops import file, shamir
from talosgen.sops.cipher import Cipher
from talosgen.sops.document import load
from talosgen.sops.layout import dump
from talosgen.sops.pattern import pattern
from talosgen.sops.tree import Branch, Comment, Entry, Items, branch, plain, same
from talosgen.sops.values import go_float, value_of

ME = X25519Identity(bytes(range(32)))
NOW = "2026-01-15T12:34:56Z"


def sealed(tree, selection, only_encrypted=False):
    """The text of an encrypted tree; a setting that encrypts nothing is of no interest here."""
    try:
        return file.encrypt(tree, file.Scheme(file.recipients(str(ME.recipient)), selection, only_encrypted), NOW)
    except InputError as error:
        assume(error.problems[0].code != "sops-nothing")
        raise


@given(trees, st.integers(2, 9))
def test_a_tree_comes_back_from_its_text(tree, indent):
    assert same(load(dump(tree, indent)), whole(tree))


@given(commented_trees, st.integers(2, 9))
def test_a_tree_comes_back_from_its_text_with_its_comments(tree, indent):
    assert same(load(dump(tree, indent)), whole(tree))


@given(commented_trees)
def test_a_comment_is_found_in_its_place(tree):
    text = dump(tree)
    found = remarks(text).remarks
    rows = text.split("\n")
    for remark in found:
        assert rows[remark.line - 1][remark.column - 1 :] == f"#{remark.text}"
        assert remark.alone == (not rows[remark.line - 1][: remark.column - 1].strip())
    assert len(found) == sum(1 for _ in comments(tree))


def comments(value):
    if isinstance(value, Comment):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from comments(item)


@given(trees | commented_trees, selections, st.booleans())
def test_a_tree_comes_back_from_its_ciphertext(tree, selection, only_encrypted):
    tree = whole(tree)
    got = file.decrypt(sealed(tree, selection, only_encrypted), [ME])
    assert same(got.tree, tree)
    assert not got.notes


@given(any_strings, any_strings)
def test_every_string_comes_back(key, value):
    assume(key != "sops")
    tree = (branch({key: value, "clear_unencrypted": [value]}),)
    assume(value != "" and key != "<<")
    assert same(file.decrypt(sealed(tree, file.DEFAULT), [ME]).tree, tree)


@given(documents(), keys, leaves)
def test_a_new_entry_leaves_every_ciphertext_as_it_was(document, key, value):
    assume(all(item.key != key for item in document))
    document = whole(document)
    text = sealed((document,), file.DEFAULT)
    got = file.decrypt(text, [ME])
    after = file.save(got, (Branch((*document, Entry(key, value))),), "2027-01-01T00:00:00Z")
    before, behind = (re.findall(r"ENC\[[^\]]*\]", re.split("(?m)^sops:$", each)[0]) for each in (text, after))
    assert before == behind[: len(before)]


@given(documents())
def test_what_is_in_the_clear_nowhere_shows_in_the_text(document):
    marker = "MARKERMARKERMARKER"
    tree = (Branch((*document, Entry("marked", Items((marker, Branch((Entry("x", marker),))))))),)
    assert marker not in sealed(tree, file.DEFAULT)


@given(leaves, st.binary(max_size=20))
def test_a_leaf_comes_back_from_its_ciphertext(leaf, aad):
    assume(leaf is not None)
    cipher = Cipher(bytes(32))
    assert same(cipher.open(cipher.seal(leaf, aad), aad), leaf)


@given(leaves, st.binary(max_size=20), st.binary(max_size=20))
def test_a_ciphertext_opens_at_its_own_path_only(leaf, aad, other):
    assume(leaf not in (None, "") and aad != other)
    cipher = Cipher(bytes(32))
    try:
        cipher.open(cipher.seal(leaf, aad), other)
    except ValueError:
        return
    raise AssertionError("a moved ciphertext was opened")


@given(floats)
def test_a_float_comes_back_from_gos_form(value):
    assert repr(value_of("float", go_float(value).encode())) == repr(value)
    assert "e" not in go_float(value).lower().replace("nan", "")


@given(st.binary(min_size=1, max_size=40), st.data())
def test_as_many_shares_as_the_threshold_give_the_secret(secret, choose):
    parts = choose.draw(st.integers(2, 8))
    threshold = choose.draw(st.integers(2, parts))
    shares = shamir.split(secret, parts, threshold)
    chosen = choose.draw(st.permutations(shares))
    assert shamir.combine(chosen[:threshold]) == secret
    assert shamir.combine(chosen) == secret


@given(documents())
def test_plain_data_is_what_a_reader_of_the_clear_text_sees(document):
    assert same(branch(plain(document)), document)


@given(st.text(max_size=200) | st.text(st.sampled_from("ab:-# \n'\"[]{},|>&*!?"), max_size=60))
def test_any_text_is_read_or_refused_in_our_words(text):
    with contextlib.suppress(InputError):
        load(text)
    try:
        file.decrypt(text, [ME])
    except InputError:
        return
    raise AssertionError("junk was decrypted")


#: Expressions that mean the same to Python.
atoms = st.sampled_from(["a", "b", "[ab]", "[^a]", ".", r"\d", "(?:ab)", "(a|b)", "^", r"\b", "é"])
expressions = st.recursive(
    atoms,
    lambda inner: (
        st.tuples(inner, inner).map("".join)
        | st.tuples(inner, inner).map("|".join)
        | st.tuples(inner, st.sampled_from(["*", "+", "?", "{2}", "{1,2}"])).map(lambda pair: f"(?:{pair[0]}){pair[1]}")
    ),
    max_leaves=6,
)


@settings(max_examples=300)
@given(expressions, st.text(st.sampled_from("abé1 "), max_size=6))
def test_an_expression_matches_where_pythons_does(expression, text):
    assert pattern(expression).search(text) == bool(re.compile(expression, re.ASCII).search(text))


@given(st.text(st.sampled_from("ab()[]{}*+?|^$\\.-:<>P,1dQEx"), max_size=14))
def test_any_expression_is_compiled_or_refused(text):
    try:
        pattern(text).search("abab")
    except ValueError:
        return
