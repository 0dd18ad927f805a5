"""Each field of each kind, alone in a document, read by talosgen and by Talos's own machinery.

Nothing here is random: the table says which places there are, and every place is asked about.
"""

from __future__ import annotations

import pytest
from agreement import difference
from ours import answer
from places import FORMS, bad, good, leaf, places
from strategies import KINDS

from talosgen.goyaml.writer import emit
from talosgen.schema.table import table

pytestmark = pytest.mark.oracle


def disagreements(oracle, texts):
    """How many texts Talos takes, and those of which the two programs think differently."""
    taken, wrong = 0, []
    for text in texts:
        request = {"op": "load", "config": text}
        wanted = oracle.ask(request)
        assert wanted.get("yaml") or wanted.get("error"), text
        taken += "yaml" in wanted
        if why := difference(request, wanted, answer(request)):
            wrong.append((text, why))
    return taken, wrong


@pytest.mark.parametrize("kind", KINDS)
def test_good_values_of_every_field(oracle, kind):
    refused, wrong = [], []
    for place in places():
        if place.kind == kind:
            taken, found = disagreements(oracle, [emit(place.document(value)) for value in good(place)])
            wrong += found
            if not taken:
                refused.append(place.steps)
    assert not wrong, (len(wrong), wrong[:3])
    # Otherwise a field would be set in no document that is read to its end.
    assert refused == []


@pytest.mark.parametrize("kind", KINDS)
def test_bad_values_and_wrong_forms_at_every_field(oracle, kind):
    texts = [emit(place.document(value)) for place in places() if place.kind == kind for value in [*bad(place), *FORMS]]
    _, wrong = disagreements(oracle, texts)
    assert not wrong, (len(wrong), wrong[:3])


def test_the_places_are_all_fields_of_the_table():
    facts = table()
    reached, waiting = set(), [{"ref": kind.type} for kind in facts.kinds.values()]
    while waiting:
        expr = waiting.pop()
        if isinstance(expr, list):
            waiting += expr
        elif isinstance(expr, dict):
            name = expr.get("ref") or expr.get("ext")
            if name is None:
                waiting += expr.values()
            elif name not in reached:
                reached.add(name)
                if facts.is_struct(name):
                    waiting += [field.type for field in facts.struct(name).fields]
                elif "ref" in expr:
                    waiting.append(facts.facts(name).get("of"))
    fields = {field.key for name in reached if facts.is_struct(name) for field in facts.struct(name).fields}
    assert {place.steps[-1] for place in places() if place.field} == fields - {"apiVersion", "kind"}
    full = {kind for kind, entry in facts.kinds.items() if len(facts.struct(entry.type).fields) > 2}
    assert {place.kind for place in places()} == full


# Scalars as people write them, which no emitter makes of a string: bare, in another notation, with a tag.
RAW = [
    "", "~", "null", "Null", "NULL", "nULL", "true", "True", "TRUE", "tRUE", "false", "yes", "Yes", "y", "N", "off", "On",
    "0", "1", "+1", "-1", "-0", "007", "08", "0o17", "0O17", "0x1F", "0X1f", "0b11", "-0x1", "+0o7", "1_000", "_1", "1__0",
    "0x_1", "1_", "80", "80-90", "65536", "255", "256", "-129", "4294967296", "9223372036854775808",
    "18446744073709551615", "18446744073709551616", "-9223372036854775809", "1.0", "1.", ".5", "1.5", "-1.5", "1e3",
    "1E+3", "1e-3", "1e400", "0.0", "-0.0", "1_0.5", ".inf", "-.Inf", "+.INF", ".nan", ".NaN", "0x1p4", "Infinity",
    "12:30", "1:2:3", "2001-01-01", "2001-1-1", "2001-13-01", "2001-01-01T00:00:00Z", "2001-01-01 10:00:00 +1",
    "=", "<<", "a b", "5s", "1h30m", "10GiB", "80%", "10.0.0.1", "10.0.0.0/8", "02:00:5e:10:00:01", "a#b", "a #b", "-a",
    "?a", ":a", "a:b", "https://h:1/a?b#c", "%a", "@a", "`a`", "!a", "!a b", "&a", "&a b", "*a", "[]", "{}", "[a]",
    "[[a]]", "{a: b}", "{a}", '""', '"1"', "'1'", '"yes"', '"\\x31"', '"\\u00e9"', '"\\q"', "'a''b'", '"a', "|", ">-",
    "!!str 1", "!!str yes", "!!str", "!!str ~", '!!int "1"', "!!int 1.0", "!!int a", "!!float 1", '!!float "1.5"',
    "!!bool yes", '!!bool "true"', "!!bool a", "!!null a", "!!null", "!!binary Zm9v", "!!binary é", "!!timestamp 2001-01-01",
    '!!timestamp "2001-01-01"', "!!map a", "!!seq a", "!!seq []", "!!map {}", "! 1", "!<tag:yaml.org,2002:str> 1", "!!set {a}",
]  # fmt: skip
MARK = "PUT-IT-HERE"
LEAVES = {leaf(place): place for place in reversed(places()) if leaf(place)}


def bare(name, raws):
    """Documents with bare scalars at the one place that stands for the type."""
    text = emit(LEAVES[name].document(MARK))
    return [text.replace(MARK, raw) for raw in raws]


@pytest.mark.parametrize("name", sorted(LEAVES))
def test_bare_scalars_at_each_type(oracle, name):
    taken, wrong = disagreements(oracle, bare(name, RAW))
    assert not wrong, (len(wrong), wrong[:3])
    assert taken > 3
