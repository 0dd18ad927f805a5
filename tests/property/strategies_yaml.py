"""Plain values as YAML holds them."""

from __future__ import annotations

import math

from hypothesis import strategies as st

from talosgen.goyaml.scalars import Key, timestamp

WORDS = [
    "yes", "no", "on", "off", "y", "n", "<<", "true", "null", "~", "", "12:30", "1:60", "0x1F", "1_000", "1e3", ".5", ".inf",
    "-", "- a", "? b", ": c", "a: b", "a #b", "#c", "'q'", '"d"', "@x", "`x", "%x", "---", "...", "--- x", "&a", "*a", "!t",
    "a\nb", "\n", "a\n\n", " a", "a ", "a\n b\n", "\na", "tab\t", "é", "日本語", "😀", "\u2028", "a\u2029b", "\x85", "\ufeffx",
    "\x07", "\udc80", "2001-01-01", "2001-01-01T00:00:00Z", "=", "a\rb", "k" * 129, "k9", "k10", "0777", "08",
]  # fmt: skip
TEXTS = (
    st.sampled_from(WORDS)
    | st.text(st.sampled_from(" \n\tab'\":-#,[]{}&*!|>%@`?é😀\u2028\x851"), max_size=12)
    | st.text(max_size=8)
)
NUMBERS = st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False).filter(
    lambda x: not (x.is_integer() and abs(x) < 1e6)
)
LEAVES = st.none() | st.booleans() | NUMBERS | TEXTS | st.just(timestamp("2001-02-03T04:05:06.7Z"))
KEYS = (
    TEXTS
    | st.integers(-(2**63), 2**64 - 1)
    | st.none()
    | st.booleans().map(Key)
    | st.sampled_from([0.5, math.inf]).map(Key)
)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12
)
