"""Trees as SOPS files hold them: odd strings, all types, comments."""

from __future__ import annotations

import math

from hypothesis import strategies as st

from talosgen.goyaml.scalars import Timestamp
from talosgen.sops.selection import DEFAULT, Selection
from talosgen.sops.tree import Branch, Comment, Entry, Items

#: Texts that YAML readers take for something else, or that no plain style can hold.
ODD = [
    "", "y", "n", "yes", "No", "OFF", "null", "~", "true", "1", "-0", "1.0", "1e3", "0x1F", "017", "0o17", "1:30",
    "190:20:30", "2024-01-02", "2024-1-2 3:4:5", "=", "---", "--- a", "...", "a: b", "a:", "a #b", "#a", "{a", "[", "]",
    "a,b", "&a", "*a", "!a", "|", ">", "'a'", '"a"', "%a", "@a", "`a", "?", "? a", "-", "- a", ":", ": a", " a", "a ",
    "a\tb", "a\n", "a\nb", "a\n\nb\n\n", "a \nb", "a\n b", "a\r\nb", "é", "日本", "\U0001f510", "\ufeffa", "\x07",
    "\x85", "\xa0", "x" * 200, "ENC[AES256_GCM,data:a,iv:b,tag:c,type:str]", ".5", ".inf", ".nan", "5.", "1_000",
    "123456789012345678901234567890", "a\\b", 'a"b', "a'b", "trail\n ", "-----BEGIN X-----\nabc\n-----END X-----\n",
]  # fmt: skip


def safe(text):
    """Whether sops itself reads back what it writes of a text in the clear."""
    return not ("\n" in text and text[0] in " \t\n") and text != "<<"


characters = st.characters(exclude_categories=("Cs",), exclude_characters="\u2028\u2029\ufffe\uffff")
strings = (
    st.sampled_from(ODD) | st.text(st.sampled_from("ab :#-\n\"'\\\t,[]{}&*!|>%@`?=yn01.é_~"), max_size=8)
).filter(safe)
any_strings = strings | st.text(characters, max_size=20)
keys = strings.filter(lambda text: text != "sops" and not set(text) & set("\n\r\x85\ufeff"))
floats = st.floats() | st.sampled_from(
    [1e5, 1e6, 123456.7, 1234567.8, 1e-4, 1e-5, 1e21, 5e-324, 1.7976931348623157e308]
)
times = st.sampled_from(["2024-01-02T00:00:00Z", "2001-12-14T21:59:43.1-05:00", "2001-12-14T21:59:43.123456789+10:30"])
leaves = (
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | floats | strings | times.map(Timestamp)
)  # fmt: skip
remarks = st.sampled_from([" c", " foo bar", "x", " a: b", " #", ' "q', " ünï", " - x"])


def _mapping(values, commented):
    entries = st.lists(st.tuples(keys, values), max_size=4, unique_by=lambda pair: pair[0])
    plain = entries.map(lambda pairs: Branch(Entry(key, value) for key, value in pairs))
    return plain if not commented else st.builds(_with_remarks, plain, st.lists(remarks, max_size=3), st.booleans())


def _with_remarks(branch, texts, inline):
    """Comments in front of the first entries, the first one inline where its entry can hold it."""
    out = []
    texts = list(texts)
    for item in branch:
        if texts:
            scalar = not isinstance(item.value, tuple) and item.value is not None
            out.append(Comment(texts.pop(), inline and scalar))
        out.append(item)
    return Branch(out)


def _item(value):
    """A value as the item of a list: a comment in front of its first key stands above the dash, in the list."""
    while type(value) is Branch and value and isinstance(value[0], Comment) and not value[0].inline:
        value = Branch(value[1:])
    return value


def documents(commented=False):
    """A branch, its values up to a few levels deep; comments in mappings only, where sops keeps them in order."""
    values = st.recursive(
        leaves,
        lambda inner: _mapping(inner, commented) | st.lists(inner.map(_item), max_size=3).map(Items),
        max_leaves=12,
    )
    return _mapping(values, commented)


trees = st.lists(documents(), min_size=1, max_size=2).map(tuple)
commented_trees = st.lists(documents(True), min_size=1, max_size=1).map(tuple)
selections = st.sampled_from(
    [
        DEFAULT,
        Selection("encrypted_regex", "^[a-z]"),
        Selection("unencrypted_regex", "a"),
        Selection("encrypted_suffix", "a"),
        Selection("unencrypted_comment_regex", "foo"),
    ]
)


def whole(value):
    """A tree as it is once it was text: a float without a fraction is an integer to whoever reads it."""
    if isinstance(value, float) and math.isfinite(value) and abs(value) < 1e6 and value == int(value):
        return int(value)
    if isinstance(value, Entry):
        return Entry(value.key, whole(value.value))
    if isinstance(value, Comment):
        return value
    return type(value)(map(whole, value)) if isinstance(value, tuple) else value
