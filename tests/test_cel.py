"""CEL: what is an expression of an environment, what is not, and what is said of it."""

from __future__ import annotations

import pytest

from talosgen.cel import check
from talosgen.cel.environment import environment
from talosgen.cel.lexer import MAX_LENGTH
from talosgen.cel.parser import MAX_DEPTH

GOOD = [
    ("disk", "true"), ("disk", "disk.size > 100u * GB && !disk.rotational"), ("disk", "glob('Samsung*', disk.model) // a comment"),
    ("disk", "disk.symlinks.exists(s, s.contains('wwn'))"), ("disk", "disk.`size` > 1u"), ("disk", ".disk.rotational"), ("disk", "--1 == 1"),
    ("disk", "[,] == []"), ("disk", "[true,][0]"), ("disk", "{'a': true,}.a"), ("disk", "null == disk"), ("disk", "[1, 'a'][0] == true"),
    ("disk", "r'\\q' == R\"\\q\" && bR'a' == b'\\x61'"), ("disk", "'''a\n'b''' == \"\"\"a\n\"b\"\"\""), ("disk", "-9223372036854775808 < 0"),
    ("disk", "type(disk) == int"), ("disk", "google.protobuf.Duration{seconds: 1} == duration('1s')"), ("disk", "dyn(1).for == dyn(1)['x']"),
    ("disk", "[1].all(y, y > 0u)"), ("disk", "[1].all(y, true) && 1 > 1u"), ("disk", "size([1].filter(x, x == 1)) == 1"), ("disk", "string(null) == ''"),
    ("volume", "volume.partition_index == 4u && disk.size > 0u"), ("member", "volume_id == 'r-data' && !system_disk"),
    ("link", "mac(link.permanent_addr) == 'aa:bb' && has(link.vlan)"), ("link", "link.type == talos.resource.definitions.enums.NethelpersLinkType.LINK_ETHER"),
    ("oom-trigger", "memory_full_avg10 > 12.0 && time_since_trigger > duration('500ms')"), ("oom-trigger", "qos_memory_current[?0].orValue(0.0) > 1.0"),
    ("oom-trigger", "{'a': {'b': 1}}.?a.?b.orValue(2) == 1"), ("oom-trigger", "optional.of(1).optFlatMap(x, optional.of(x)).hasValue()"),
    ("oom-ranking", "path.startsWith('/kubepods') ? 1.0 : double(memory_max.orValue(0u))"), ("oom-ranking", "memory_max.optMap(x, double(x)).value()"),
]  # fmt: skip

BAD = [
    ("disk", "disk.size > 100", '">" does not take uint, int; a whole number of the type uint is written with a u behind it, as in 100u (column 11 of the expression)'),
    ("disk", "disk.sizes > 1u", 'there is no field "sizes"; did you mean "size"? (column 5 of the expression)'),
    ("disk", "disk.size > 1u\n&& disk.modl == 'x'", 'there is no field "modl"; did you mean "model"? (line 2, column 8 of the expression)'),
    ("disk", "disk.model", "its value is of the type string, expected bool"),
    ("disk", "dyn(true)", "its value is of the type dyn, expected bool"),
    ("disk", "link.mtu > 1u", '"link" is unknown here (column 1 of the expression)'),
    ("disk", "mac(b'1') == ''", 'there is no function "mac" here (column 4 of the expression)'),
    ("disk", "disk.model.startsWith(1)", "startsWith() of string does not take int (column 22 of the expression)"),
    ("disk", "true && 1", "expected bool, found int (column 9 of the expression)"),
    ("disk", "disk.size >", "expected a value, found the end (column 12 of the expression)"),
    ("disk", "(true", 'expected ")", found the end (column 6 of the expression)'),
    ("disk", "true true", 'expected the end, found "true" (column 6 of the expression)'),
    ("disk", "for == 1", '"for" is a word of the language and no name (column 1 of the expression)'),
    ("disk", "a & b", "an unknown character (column 3 of the expression)"),
    ("disk", "'a", "a text is not closed, or has an unknown escape (column 1 of the expression)"),
    ("disk", "'\\ud800' == ''", "an escape is no character of Unicode (column 1 of the expression)"),
    ("disk", "b'\\u0041' == b'A'", "bytes have no escapes of Unicode (column 1 of the expression)"),
    ("disk", "9223372036854775808 > 0", "the number is too large (column 1 of the expression)"),
    ("disk", "1e400 > 0.0", "the number is too large (column 1 of the expression)"),
    ("disk", "disk.?model", "optional fields cannot be used here (column 6 of the expression)"),
    ("disk", "has(disk)", "has() takes a field, as in has(a.b) (column 5 of the expression)"),
    ("disk", "disk.symlinks.all(1, true)", "the first argument is the name of a variable (column 19 of the expression)"),
    ("disk", "disk.size.all(x, true)", "expected a list or a map, found uint (column 5 of the expression)"),
    ("disk", "disk.size.x", "a value of the type uint has no fields (column 10 of the expression)"),
    ("disk", "Foo{} == 1", 'there is no message "Foo" (column 4 of the expression)'),
    ("disk", "google.protobuf.Duration{a: 1} == 1", 'there is no field "a" (column 27 of the expression)'),
    ("disk", "1 > 1u && [1].all(y, true)", None),
    ("disk", "[1].map(x,. x)[0] == 1", None),
    ("disk", "!-", None), ("disk", "1e3 * !-]5", None), ("disk", "", None), ("disk", "// only a comment", None),
    ("volume", "glob('x', volume.label)", None), ("volume", "system_disk", None), ("link", "MiB > 1u", None),
    ("oom-trigger", "[?1] == [1]", "expected an optional value, found int (column 3 of the expression)"),
    ("oom-trigger", "optional.of(1).orValue('a') == 1", None), ("oom-trigger", "path == ''", None), ("oom-ranking", "1", None),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text"), GOOD)
def test_expressions_that_talos_takes(name, text):
    assert check(text, name) == ""


@pytest.mark.parametrize(("name", "text", "told"), BAD)
def test_expressions_that_talos_refuses(name, text, told):
    found = check(text, name)
    assert found
    assert told in (None, found)


NESTED = {
    "parentheses": (lambda n: "(" * n + "true" + ")" * n, MAX_DEPTH - 1), "sums": (lambda n: "+".join(["1"] * n) + "==1", MAX_DEPTH),
    "sums inside": (lambda n: "1+(" * n + "1" + ")" * n + "==1", 124), "fields": (lambda n: "dyn(1)" + ".a" * n + "==1", MAX_DEPTH - 1),
    "lists": (lambda n: "[" * n + "]" * n + "==[]", MAX_DEPTH), "conditions": (lambda n: "true?true:" * n + "true", MAX_DEPTH - 1),
    "equalities": (lambda n: "==".join(["true"] * n), MAX_DEPTH + 1), "negations": (lambda n: "!(" * n + "true" + ")" * n, MAX_DEPTH - 1),
}  # fmt: skip


@pytest.mark.parametrize("name", NESTED)
def test_nesting_is_bounded_where_cel_go_bounds_it(name):
    make, most = NESTED[name]
    # An odd number of negations of true is false, but bool all the same.
    assert check(make(most), "disk") == ""
    assert "deep" in check(make(most + 1), "disk")
    assert check(make(20_000), "disk")


def test_length_is_bounded_and_chains_are_not():
    assert check("||".join(["1==1"] * 16_000), "disk") == ""
    assert str(MAX_LENGTH) in check("'" + "a" * MAX_LENGTH + "' == ''", "disk")


def test_the_declarations_can_all_be_read():
    for name in ("disk", "volume", "member", "link", "oom-trigger", "oom-ranking"):
        found = environment(name)
        assert all(found.function(function) for function in found._forms)
        assert all(
            field.kind != "message" or found.message(field.name)
            for message in found._messages
            for field in found.fields(message).values()
        )
