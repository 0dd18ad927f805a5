"""Merging of typed trees as Talos's strategic merge does it (Talos v1.14.1).

A plan is made once for each type from the table; the walker knows no field. What a type does otherwise
than its class stands in ``mergers``. Trees are shared, never changed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from talosgen.config.codecs import ABSENT, Codec
from talosgen.config.decode import codec_for
from talosgen.config.mergers import LIST_MERGERS, VALUE_MERGERS, MergeError, free_form
from talosgen.schema.table import Field, Struct, Table, TypeExpr

__all__ = ["Merge", "MergeError", "Merger"]

#: Merges two set values; the right one is the patch's. Raises MergeError.
Merge = Callable[[Any, Any], Any]


def _replace(left: Any, right: Any) -> Any:
    return right


def _append(left: Any, right: Any) -> Any:
    return [*left, *right] if right else left


def _unless_empty(left: Any, right: Any) -> Any:
    return right or left


class Merger:
    """Plans of one table, made when first needed and kept."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._structs: dict[str, _StructMerge] = {}

    def struct(self, name: str) -> _StructMerge:
        """The merge of the struct of that name."""
        merge = self._structs.get(name)
        if merge is None:
            merge = self._structs[name] = _StructMerge(self, self._table.struct(name))
        return merge

    def value(self, expr: TypeExpr) -> Merge:
        """How two set values of a type merge, wherever no tag of a field says otherwise."""
        codec = codec_for(expr, self._table)
        if codec is not None:
            return VALUE_MERGERS.get(codec.name, _replace)
        if expr == "any":
            return free_form
        assert isinstance(expr, dict)
        if "ptr" in expr:
            return self.value(expr["ptr"])
        if "list" in expr:
            return _append
        if "map" in expr:
            return self._map(expr["map"][1])
        name = self._table.struct_name(expr)
        if name is not None:
            # A certificate and its key are replaced together: the decoder fills in what a patch leaves out.
            return _replace if self._table.facts(name).get("codec") else self.struct(name)
        facts = self._table.facts(expr["ref"])
        if facts.get("codec") == "unstructured":
            return free_form
        if facts["kind"] == "list":
            make = LIST_MERGERS.get(expr["ref"])
            if make is None:
                return _append
            element = self._table.struct_name(facts["of"])
            assert element is not None
            return make(self.struct(element))
        if facts["kind"] == "map":
            return self._map(facts["of"][1])
        return self.value(facts["of"])

    def collapses(self, expr: TypeExpr) -> bool:
        """Whether a list merges with itself even where the base has none."""
        return isinstance(expr, dict) and expr.get("ref") in LIST_MERGERS

    def _map(self, expr: TypeExpr) -> Merge:
        codec = codec_for(expr, self._table)
        merge = self.value(expr)

        def merge_maps(left: Any, right: Any) -> Any:
            out = dict(left)
            for key, value in right.items():
                if key not in left or _always(codec):
                    out[key] = value
                elif codec is None or value != codec.zero:
                    out[key] = merge(left[key], value)
            return out

        return merge_maps

    def wiped(self, expr: TypeExpr) -> bool:
        """Whether an unset value of this type in a patch unsets the base's."""
        codec = codec_for(expr, self._table)
        return codec is not None and codec.name in ("bool", "cel", "byte-size")


def _always(codec: Codec | None) -> bool:
    return codec is not None and codec.name in ("bool", "arg-value")


class _StructMerge:
    """Merges one struct type, field by field."""

    __slots__ = ("_merger", "_plan", "_struct", "_wiped")

    def __init__(self, merger: Merger, struct: Struct) -> None:
        self._merger = merger
        self._struct = struct
        self._plan: dict[str, tuple[Merge, bool]] | None = None
        # Fields that a patch unsets by not naming them, and structs by value that hold such.
        self._wiped: dict[str, _StructMerge | None] = {}

    def _make(self) -> dict[str, tuple[Merge, bool]]:
        plan = {}
        for field in self._struct.fields:
            plan[field.key] = (self._field(field), self._merger.collapses(field.type))
        self._wiped = self._wipes()
        self._plan = plan
        return plan

    def _field(self, field: Field) -> Merge:
        merge = self._merger.value(field.type)
        if field.merge != "replace":
            return merge
        return _unless_empty if merge is free_form else _replace

    def _wipes(self) -> dict[str, _StructMerge | None]:
        out: dict[str, _StructMerge | None] = {}
        for field in self._struct.fields:
            if field.pointer:
                continue
            name = self._merger._table.struct_name(field.type)
            if name is not None:
                inner = self._merger.struct(name)
                if inner._wipes():
                    out[field.key] = inner
            elif self._merger.wiped(field.type):
                out[field.key] = None
        return out

    def __call__(self, left: dict[str, Any], right: dict[str, Any]) -> dict[str, Any]:
        plan = self._plan or self._make()
        out = dict(left)
        added = False
        for key, value in right.items():
            merge, collapses = plan[key]
            before = out.get(key, ABSENT)
            if before is ABSENT:
                added = True
                before = [] if collapses else ABSENT
            try:
                out[key] = value if before is ABSENT else merge(before, value)
            except MergeError as error:
                raise error.below(key) from None
        for key, inner in self._wiped.items():
            if key in right or key not in out:
                continue
            if inner is None:
                del out[key]
            else:
                kept = inner(out[key], {})
                if kept:
                    out[key] = kept
                else:
                    del out[key]
        if added:
            out = {field.key: out[field.key] for field in self._struct.fields if field.key in out}
        return out
