"""Every place of every kind of document that the table knows, and documents that hold a value just there."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from strategies import BAD, GOOD

from talosgen.schema.table import Table, TypeExpr, table

ITEM, ENTRY = "[]", ".*"

#: What a place of a plain type takes; the codecs' texts are in GOOD.
PLAIN = {
    "string": ["a", "yes", ""],
    "bool": [True, False],
    "any": ["a", 1],
}
#: Values of the wrong form for most places: each is right for some.
FORMS: list[Any] = [None, [], {}, "x", True, -1, 1.5, ["x"], [None], {"k": "v"}, {"k": None}, [[]], [{}]]


class Place(NamedTuple):
    """A field, or what the items of a list or the entries of a map hold, and its type without pointers."""

    kind: str
    steps: tuple[str, ...]
    type: TypeExpr

    @property
    def field(self) -> bool:
        return self.steps[-1] not in (ITEM, ENTRY)

    @property
    def path(self) -> str:
        """The place as the matrix of releases writes it: ``machine.disks[].device``, ``a.*.b``."""
        return ".".join(self.steps).replace(".[]", ITEM).replace("..*", ENTRY)

    def document(self, value: Any) -> dict[str, Any]:
        """The smallest document that has ``value`` here."""
        for step in reversed(self.steps):
            value = [value] if step == ITEM else {"k": value} if step == ENTRY else {step: value}
        facts = table().kinds[self.kind]
        if facts.legacy:
            return {"machine": {}, **value}
        # A link without a name would meet its own peer without one.
        named = {facts.name_field: "n"} if facts.name_field else {}
        return {"apiVersion": facts.api_version, "kind": self.kind, **named, **value}


def opened(facts: Table, expr: TypeExpr) -> TypeExpr:
    """The type without pointers, and without the names that only stand for another type."""
    while isinstance(expr, dict):
        if "ptr" in expr:
            expr = expr["ptr"]
            continue
        name = expr.get("ref")
        if name is None or facts.is_struct(name):
            break
        entry = facts.facts(name)
        if entry.get("codec", "inline-manifests") != "inline-manifests":
            break
        expr = {entry["kind"]: entry["of"]} if entry["kind"] in ("list", "map") else entry.get("of", entry["kind"])
    return expr


@cache
def places() -> tuple[Place, ...]:
    """All places of all kinds, in the order of the table."""
    facts = table()
    return tuple(
        place for kind, entry in facts.kinds.items() for place in _walk(facts, kind, (), {"ref": entry.type}, ())
    )


def _walk(facts: Table, kind: str, steps: tuple[str, ...], expr: TypeExpr, within: tuple[str, ...]) -> Iterator[Place]:
    expr = opened(facts, expr)
    if steps:
        yield Place(kind, steps, expr)
    if isinstance(expr, str):
        return
    if "list" in expr:
        yield from _walk(facts, kind, (*steps, ITEM), expr["list"], within)
    elif "map" in expr:
        yield from _walk(facts, kind, (*steps, ENTRY), expr["map"][1], within)
    elif (name := facts.struct_name(expr)) and name not in within:
        for field in facts.struct(name).fields:
            if not steps and field.key in ("apiVersion", "kind"):
                continue
            yield from _walk(facts, kind, (*steps, field.key), field.type, (*within, name))


def leaf(place: Place) -> str:
    """What decides how a scalar is read here: a codec, an enumeration or a plain type; empty for containers."""
    expr = place.type
    if isinstance(expr, str):
        return expr
    facts = table()
    if "list" in expr or "map" in expr or facts.struct_name(expr):
        return ""
    name: str = expr.get("ref") or expr["ext"]
    if "ext" in expr:
        return facts.codec_of(name)
    codec: str = facts.facts(name)["codec"]
    return f"{codec} {name}" if codec == "enum-text" else codec


def good(place: Place) -> list[Any]:
    """Values that the type of a place takes."""
    name = leaf(place)
    codec, _, enumeration = name.partition(" ")
    if not name:
        return [{}] if isinstance(place.type, dict) and "list" not in place.type else [[]]
    if enumeration:
        return list(table().facts(enumeration)["values"])
    special = {
        "octal-mode": [0o644, 0],
        "port-range": [80, "80-90", "8-8"],
        "arg-value": ["a", ["a", "b"], []],
        "unstructured": [{}, {"a": 1, "b": [None]}],
    }
    if codec in special:
        return special[codec]
    if codec in GOOD:
        return GOOD[codec]
    return PLAIN.get(codec) or integers(codec)


def integers(name: str) -> list[int]:
    """The ends of an integer type's range, and what lies between."""
    bits = int(name.lstrip("uint") or 64)
    low, high = (0, 2**bits - 1) if name.startswith("u") else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
    return [0, 1, low, high]


def bad(place: Place) -> list[Any]:
    """Values next to those that the type takes."""
    codec = leaf(place).partition(" ")[0]
    if codec in BAD:
        return list(BAD[codec])
    if codec.lstrip("uint").isdigit() or codec in ("int", "uint"):
        low, high = integers(codec)[2:]
        return [low - 1, high + 1, "1"]
    return {"enum-text": ["", "x", " "], "port-range": ["9-8", 65536, "80", "1-", "-1"]}.get(codec, [])
