"""Emission against what go-yaml v4 rc.6 wrote."""

from __future__ import annotations

import pytest
from vectors import NoPlainValueError, lines, plain

from talosgen.goyaml import writer
from talosgen.goyaml.scalars import float32_text


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
