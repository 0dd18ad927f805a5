"""Emission against what go-yaml v4 rc.6 wrote."""

from __future__ import annotations

import pytest
from vectors import NoPlainValueError, lines, plain

from talosgen.config.codecs.quantity import duration_text
from talosgen.config.encode import Encoder
from talosgen.goyaml import writer
from talosgen.goyaml.scalars import float32_text
from talosgen.schema.table import Table


def _cases():
    out = []
    for vector in lines("go-yaml-emit.jsonl.gz"):
        if "error" in vector:
            continue
        try:
            out.append((vector["id"], plain(vector["value"]), vector["yaml"]))
        except NoPlainValueError:
            continue
    return out


def test_every_plain_vector_is_written_byte_for_byte(record_property):
    cases = _cases()
    wrong = [(name, expected, got) for name, value, expected in cases if (got := writer.emit(value)) != expected]
    print(f"\n{len(cases)} emission vectors")
    record_property("vectors", len(cases))
    assert len(cases) > 3500
    assert wrong == []


def test_floats_of_32_bits():
    cases = [
        (float(vector["value"]["f32"]), vector["yaml"])
        for vector in lines("go-yaml-emit.jsonl.gz")
        if isinstance(vector["value"], dict) and "f32" in vector["value"]
    ]
    assert len(cases) > 20
    assert [(value, float32_text(value) + "\n") for value, _ in cases] == cases


def test_durations_and_typed_nils():
    cases = []
    for vector in lines("go-yaml-emit.jsonl.gz"):
        value = vector["value"]
        if isinstance(value, dict) and "dur" in value:
            cases.append((duration_text(int(value["dur"])), vector["yaml"]))
        elif isinstance(value, dict) and "nil" in value:
            cases.append(({"map": {}, "slice": [], "ptr": None}[value["nil"]], vector["yaml"]))
    assert len(cases) > 4
    assert [writer.emit(value) for value, _ in cases] == [text for _, text in cases]


class Structs:
    """A table made of a vector's struct, so that the engine prints it."""

    def __init__(self):
        self.types = {}

    def expr(self, value):
        if value is None:
            return {"ptr": "string"}, None
        if isinstance(value, bool):
            return "bool", value
        if isinstance(value, str):
            return "string", value
        if isinstance(value, list):
            return {"list": "any"}, [plain(item) for item in value]
        kind, content = next(iter(value.items()))
        if kind == "dur":
            return {"ext": "duration"}, duration_text(int(content))
        if kind == "nil":
            return {"map": {"map": ["string", "any"]}, "slice": {"list": "any"}, "ptr": {"ptr": "string"}}[
                content
            ], None
        if kind == "m":
            return {"map": ["string", "any"]}, plain(value)
        if kind != "s":
            return {"i": "int64", "f": "float64"}[kind], plain(value)
        name = f"main.S{len(self.types)}"
        self.types[name] = fields = {"kind": "struct", "fields": []}
        tree = {}
        for key, item, *options in content:
            options = options[0].split(",") if options else []
            if "flow" in options or (options and "inline" in options and "s" not in item):
                raise NoPlainValueError
            if writer.key(key) is None:
                # No field's name is so long.
                raise NoPlainValueError
            expr, part = self.expr(item)
            inline = "inline" in options
            key = key if key or inline else key.lower()
            fields["fields"].append(
                {"yaml": key, "go": key, "type": expr, "omitempty": "omitempty" in options, "inline": inline,
                 "pointer": isinstance(expr, dict) and "ptr" in expr}
            )  # fmt: skip
            if inline:
                tree |= part
            elif part is not None:
                tree[key] = part
        return {"ref": name}, tree


def test_structs():
    compared, wrong = 0, []
    for vector in lines("go-yaml-emit.jsonl.gz"):
        if vector["class"] != "struct" or "s" not in vector["value"]:
            continue
        structs = Structs()
        try:
            expr, tree = structs.expr(vector["value"])
        except (NoPlainValueError, KeyError):
            continue
        compared += 1
        table = Table({"release": "t", "roots": {}, "kinds": {}, "external": {}, "types": structs.types})
        got = Encoder(table).text(expr["ref"], tree)
        if got != vector["yaml"]:
            wrong.append((vector["id"], vector["value"], got, vector["yaml"]))
    print(f"\n{compared} structs")
    assert compared >= 8
    assert wrong == []


@pytest.mark.parametrize("depth", [100, 9_000])
def test_deep_values_need_no_recursion(depth):
    value: object = "x"
    for _ in range(depth):
        value = [value]
    assert writer.emit(value) == "- " * depth + "x\n"
    value = "x"
    for _ in range(depth // 30):
        value = {"k": value}
    assert writer.emit(value).count("k:") == depth // 30


def test_a_text_keeps_its_form_in_each_place():
    value = {"b": "yes", "a": [" x\ny", "1"], "c": {"d\ne": "f"}}
    assert writer.emit(value) == (
        "a:\n    - |4-\n       x\n      y\n    - \"1\"\nb: 'yes'\nc:\n    ? |-\n        d\n        e\n    : f\n"
    )
