"""Laws of writing and reading YAML, one a test."""

from __future__ import annotations

import contextlib
import itertools
import random

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from strategies_yaml import KEYS, TEXTS, VALUES

from talosgen.errors import InputError
from talosgen.goyaml import parser, reader, writer
from talosgen.goyaml.construct import construct
from talosgen.goyaml.order import less, sort_keys
from talosgen.goyaml.scalars import Key

# The examples depend on the test alone, not on the day: fresh ones are for tests/fuzz.
relaxed = settings(
    deadline=None, max_examples=500, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)


def read(text):
    """The plain value of a text. Raises InputError."""
    (root,) = reader.read(text)

    def fail(node, message):
        raise InputError(message)

    return construct(root, fail)


def canonical(value):
    """A value with what YAML cannot tell apart made one."""
    if isinstance(value, dict):
        return {repr(key): canonical(item) for key, item in value.items()}
    if isinstance(value, list):
        return [canonical(item) for item in value]
    return (type(value).__name__, repr(value))


def texts_in(value, indent=0, top=True):
    """Each text in a value, keys too, with the indentation of the collection that it stands in."""
    if isinstance(value, str):
        yield value, indent, top
    elif isinstance(value, list):
        # Inside a list the content of an item stands two deeper than its dash.
        for item in value:
            if isinstance(item, (dict, list)):
                yield from texts_in(item, indent + 2, False)
            else:
                yield from texts_in(item, indent + 2 if indent % 4 == 0 else indent - 2, False)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from texts_in(key, indent, False)
            inner = writer.nested(indent) if isinstance(item, (dict, list)) else indent
            yield from texts_in(item, inner, False)


def keys_differ(value):
    """Whether no two keys of a mapping have one text: YAML takes ``1`` and ``"1"`` for a repeated key."""
    if isinstance(value, list):
        return all(map(keys_differ, value))
    if not isinstance(value, dict):
        return True
    names = {key if isinstance(key, str) else writer.leaf(getattr(key, "value", key)) for key in value}
    return len(names) == len(value) and all(map(keys_differ, value.values()))


def survives(value):
    """Whether Go itself reads back every text of a value as it was."""
    return keys_differ(value) and all(
        (top and not text.startswith(" ")) or writer.round_trips(text, indent) for text, indent, top in texts_in(value)
    )


@relaxed
@given(VALUES)
def test_what_is_written_reads_back_as_itself(value):
    assume(survives(value))
    assert canonical(read(writer.emit(value))) == canonical(value)


@relaxed
@given(st.sampled_from(["\t", "\n ", "\n\t", "\n\n  ", "\n \t"]), st.sampled_from(["a", "a\nb", "# b", "é\n c"]), TEXTS)
def test_a_text_that_go_does_not_read_back_is_refused_or_another(begin, middle, end):
    text = f"{begin}{middle}\n{end}"
    assume(not writer.round_trips(text, 0))
    with contextlib.suppress(InputError):
        assert read(writer.emit({"k": text})) != {"k": text}


@relaxed
@given(VALUES)
def test_writing_is_a_fixed_point(value):
    assume(survives(value))
    text = writer.emit(value)
    assert writer.emit(read(text)) == text


@relaxed
@given(VALUES, st.randoms(use_true_random=False))
def test_the_order_of_keys_does_not_matter(value, rnd: random.Random):
    def shuffled(value):
        if isinstance(value, dict):
            keys = list(value)
            rnd.shuffle(keys)
            return {key: shuffled(value[key]) for key in keys}
        return [shuffled(item) for item in value] if isinstance(value, list) else value

    assert writer.emit(shuffled(value)) == writer.emit(value)


@relaxed
@given(st.lists(KEYS, unique_by=repr, max_size=8))
def test_sorted_keys_ascend(keys):
    ordered = list(sort_keys(keys))
    assert sorted(map(repr, ordered)) == sorted(map(repr, keys))
    assert not any(less(after, before) for before, after in itertools.pairwise(ordered))


def tree(node):
    """A node and all below it as plain data."""
    out, work = [], [node]
    while work:
        node = work.pop()
        plain = not isinstance(node.value, list)
        out.append((node.kind, node.tag, node.style, node.line, node.column, node.anchor, plain and str(node.value)))
        if not plain:
            work.extend(node.value)
    return out


@relaxed
@given(VALUES | TEXTS)
def test_both_readers_make_the_same_tree(value):
    text = value if isinstance(value, str) else writer.emit(value)

    def outcome(read):
        try:
            return [tree(root) for root in read(reader.decode(text, "t"))]
        except InputError:
            return None

    assert outcome(lambda text: reader.read(text)) == outcome(lambda text: parser.parse(text, "t", False))


def test_keys_of_different_types_are_different_keys():
    assert read("1: a\ntrue: b\n1.0: c\n'2': d\n") == {1: "a", Key(True): "b", Key(1.0): "c", "2": "d"}
