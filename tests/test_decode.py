"""Typed decoding against what go-yaml v4 rc.6 and Talos's check for unknown keys made of the same texts."""

from __future__ import annotations

from typing import Any

import pytest
from test_reader import text_of
from vectors import lines, plain

from talosgen.config.codecs import ABSENT
from talosgen.config.codecs.quantity import duration_text
from talosgen.config.decode import Decoder, Faults, is_null
from talosgen.config.loader import load
from talosgen.errors import InputError
from talosgen.goyaml.construct import follow
from talosgen.goyaml.reader import read_first
from talosgen.schema.table import Table

OUTER = {
    "name": "string", "count": "int", "small": "int8", "flag": "bool", "pflag": {"ptr": "bool"}, "ratio": "float64",
    "wait": {"ext": "time.Duration"}, "tags": {"list": "string"}, "env": {"map": ["string", "string"]},
    "sub": {"ref": "main.Inner"}, "psub": {"ptr": {"ref": "main.Inner"}}, "list": {"list": {"ref": "main.Inner"}},
    "any": "any", "e1": "string", "e2": "int",
}  # fmt: skip
GO_NAMES = {
    "Name": "name", "Count": "count", "Small": "small", "Flag": "flag", "PFlag": "pflag", "Ratio": "ratio",
    "Wait": "wait", "Tags": "tags", "Env": "env", "Sub": "sub", "PSub": "psub", "List": "list", "Any": "any",
    "E1": "e1", "E2": "e2", "X": "x", "Y": "y",
}  # fmt: skip


def struct(fields: dict[str, Any]) -> dict[str, Any]:
    return {
        "kind": "struct",
        "fields": [
            {"yaml": key, "go": key, "type": expr, "pointer": isinstance(expr, dict) and "ptr" in expr}
            for key, expr in fields.items()
        ],
    }


TABLE = Table(
    {
        "release": "test", "roots": {}, "kinds": {}, "external": {"time.Duration": "duration"},
        "types": {"main.Inner": struct({"x": "int", "y": "string"}), "main.Outer": struct(OUTER)},
    }
)  # fmt: skip
SCALARS = ("string", "bool", "int", "int8", "uint8", "uint", "int64", "uint64", "float64")
TARGETS: dict[str, Any] = {
    **{name: name for name in SCALARS},
    "any": "any",
    "duration": {"ext": "time.Duration"},
    "*int": {"ptr": "int"},
    "*string": {"ptr": "string"},
    "[]string": {"list": "string"},
    "[]int": {"list": "int"},
    "map[string]any": {"map": ["string", "any"]},
    "map[string]string": {"map": ["string", "string"]},
    "map[string]int": {"map": ["string", "int"]},
    "map[string][]string": {"map": ["string", {"list": "string"}]},
    "inner": {"ref": "main.Inner"},
    "struct": {"ref": "main.Outer"},
}


def decode(vector: dict[str, Any], strict: bool) -> Any:
    """Our value of a vector's text. Raises InputError."""
    root = read_first(text_of(vector))
    if root is None:
        raise InputError("empty")
    node = follow(root)
    faults = Faults("t", strict=strict, merges=vector.get("api") != "talos-unknown")
    if node.tag == "!!null" and vector["target"] != "any" and is_null(node, faults):
        if faults.found:
            raise InputError(faults.problems(node))
        return ABSENT
    value = Decoder(TABLE).plan(TARGETS[vector["target"]])(node, faults)
    if faults.found:
        raise InputError(faults.problems(node))
    return value


def wanted(value: Any, expr: Any) -> Any:
    """A recorded result as a tree: a struct without its zero fields, a zero scalar as ABSENT."""
    if isinstance(value, dict) and "s" in value:
        fields = {GO_NAMES[name]: item for name, item in value["s"] if name in GO_NAMES}
        types = OUTER if expr == {"ref": "main.Outer"} else {"x": "int", "y": "string"}
        for name, item in value["s"]:
            if isinstance(item, dict) and "s" in item and name not in GO_NAMES:
                # An embedded struct: its fields are the outer one's.
                fields |= {GO_NAMES[inner]: content for inner, content in item["s"]}
        out = {key: wanted(item, types[key]) for key, item in fields.items()}
        zeros: tuple[Any, ...] = (ABSENT, "", 0, "0s", {}, None)
        keep = ("pflag", "psub", "tags", "env", "list")
        return {key: item for key, item in out.items() if item not in zeros or (key in keep and item is not None)}
    if isinstance(value, dict) and "dur" in value:
        return duration_text(int(value["dur"]))
    if isinstance(value, list) and isinstance(expr, dict) and "list" in expr:
        return [wanted(item, expr["list"]) for item in value]
    if (
        isinstance(value, dict)
        and "m" in value
        and isinstance(expr, dict)
        and "map" in expr
        and expr["map"][1] != "any"
    ):
        return {key: wanted(item, expr["map"][1]) for key, item in value["m"]}
    return plain(value)


def same(a: Any, b: Any) -> bool:
    """Whether two values are equal and of the same types; NaN is itself; mappings in any order."""
    if type(a) is not type(b):
        return False
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if isinstance(a, list):
        return len(a) == len(b) and all(map(same, a, b))
    return repr(a) == repr(b)


def cases(apis: tuple[str | None, ...]) -> list[dict[str, Any]]:
    return [
        vector
        for vector in lines("go-yaml-decode.jsonl.gz")
        if vector["target"] in TARGETS and vector.get("api") in apis and "When" not in str(vector.get("result"))
        and "when:" not in str(vector["yaml"])
    ]  # fmt: skip


def test_values_and_refusals_are_those_of_go():
    compared, wrong = 0, []
    for vector in cases((None,)):
        compared += 1
        try:
            got = decode(vector, strict=False)
        except InputError as error:
            if "error" not in vector:
                wrong.append((vector["id"], vector["yaml"], vector["target"], "refused", str(error)))
            continue
        if "error" in vector:
            wrong.append((vector["id"], vector["yaml"], vector["target"], "taken", got, vector["error"]))
            continue
        expected = wanted(vector["result"], TARGETS[vector["target"]])
        zeros = ("", 0, 0.0, False, "0s", None, [], {})
        if got is ABSENT and expected in zeros:
            continue
        if not same(got, expected):
            wrong.append((vector["id"], vector["yaml"], vector["target"], got, expected))
    print(f"\n{compared} typed decode vectors")
    assert compared > 1800
    assert wrong == []


@pytest.mark.parametrize("api", ["talos-unknown", "known"])
def test_unknown_keys_are_refused(api):
    wrong = []
    for vector in cases((api,)):
        refused = bool(vector.get("error"))
        try:
            decode(vector, strict=True)
            got = False
        except InputError:
            got = True
        if got != refused:
            wrong.append((vector["id"], vector["yaml"], refused))
    assert wrong == []


@pytest.mark.parametrize("key", ["? ", "&a ", "!!null ", "? # none\n  ", "''"])
def test_a_key_without_a_text_is_unknown(key):
    with pytest.raises(InputError, match="unknown key"):
        load(f"machine:\n  {key}: x\n" if key[0] != "?" else f"machine:\n  {key}\n  : x\n")
