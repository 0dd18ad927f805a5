"""Overrides of the OCI runtime specification (v1.3.0): do they fit its types, once written as JSON and read by Go?"""

from __future__ import annotations

import math
from functools import cache
from typing import Any, Final

from talosgen.schema.table import data

__all__ = ["json_fault", "type_fault"]

Steps = tuple[str | int, ...]

_BITS: Final = {"int": 64, "int32": 32, "int64": 64, "uint": 64, "uint16": 16, "uint32": 32, "uint64": 64}


@cache
def _types() -> dict[str, dict[str, Any]]:
    """The fields of each struct, in small letters: Go does not look at the case of keys."""
    content: dict[str, dict[str, Any]] = data(__spec__, "runtime_spec.json")
    return {name: {key.casefold(): expr for key, expr in fields.items()} for name, fields in content.items()}


def json_fault(overrides: dict[Any, Any]) -> Steps | None:
    """Where a tree cannot be written as JSON; None when it can. Depth costs no stack."""
    # A place is its last step and the place above: a tuple of all steps would cost as much as the tree is deep.
    work: list[tuple[Any, Any]] = [((), overrides)]
    while work:
        place, value = work.pop()
        if isinstance(value, dict):
            if not all(isinstance(key, str) for key in value):
                return _steps(place)
            work.extend(((key, place), item) for key, item in value.items())
        elif isinstance(value, list):
            work.extend(((index, place), item) for index, item in enumerate(value))
        elif isinstance(value, float) and not math.isfinite(value):
            return _steps(place)
    return None


def _steps(place: Any) -> Steps:
    out: list[str | int] = []
    while place:
        step, place = place
        out.append(step)
    return tuple(reversed(out))


def type_fault(overrides: dict[str, Any]) -> tuple[Steps, str] | None:
    """The first place whose value is of another type than the specification has there, and what it has.

    As deep as the specification's types, not as the tree.
    """
    return _fault({"struct": "Spec"}, overrides, ())


def _fault(expr: Any, value: Any, steps: Steps) -> tuple[Steps, str] | None:
    if value is None or expr == "any":
        return None
    if isinstance(expr, str):
        wanted = _scalar_fault(expr, value)
        return (steps, wanted) if wanted else None
    if "list" in expr:
        if not isinstance(value, list):
            return steps, "a list"
        items: Any = enumerate(value)
        below = expr["list"]
    elif not isinstance(value, dict):
        return steps, "a mapping"
    elif "map" in expr:
        items, below = value.items(), expr["map"]
    else:
        fields = _types()[expr["struct"]]
        for key, item in value.items():
            known = fields.get(key.casefold())
            if known is not None and (found := _fault(known, item, (*steps, key))):
                return found
        return None
    for key, item in items:
        if found := _fault(below, item, (*steps, key)):
            return found
    return None


def _scalar_fault(kind: str, value: Any) -> str:
    if kind == "bool":
        return "" if isinstance(value, bool) else "true or false"
    if kind == "string":
        # What is no number, no truth value and no container is written as text.
        return "a text" if isinstance(value, (bool, int, float, dict, list)) else ""
    bits = _BITS[kind]
    low, high = (0, 2**bits - 1) if kind.startswith("u") else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
    if isinstance(value, float) and abs(value) < 1e21 and value == int(value):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        return f"an integer from {low} to {high}"
    return ""
