"""Merging of typed trees, as Talos v1.14.1's strategic merge does it or idempotently.

A plan is made once for each type from the table; the walker knows no field. What a type does otherwise
than its class stands in ``mergers``. Trees are shared, never changed.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from talosgen.config.codecs import ABSENT, Codec
from talosgen.config.decode import codec_for
from talosgen.config.encode import Encoder
from talosgen.config.equality import fingerprint
from talosgen.config.mergers import (
    KEYED_LISTS,
    Mark,
    Merge,
    MergeError,
    ReplacingList,
    ReplacingMap,
    Semantics,
    replace,
)
from talosgen.schema.table import Field, Struct, Table, TypeExpr

__all__ = ["Merge", "MergeError", "Merger"]


class Merger:
    """Plans of one table and one semantics, made when first needed and kept."""

    def __init__(self, table: Table, semantics: Semantics, encoder: Encoder) -> None:
        self._table = table
        self._semantics = semantics
        self._free_form = semantics.free_form
        # What two structs print tells whether they are the same.
        self._encoder = encoder
        self._structs: dict[str, _StructMerge] = {}

    def struct(self, name: str) -> _StructMerge:
        """The merge of the struct of that name."""
        merge = self._structs.get(name)
        if merge is None:
            merge = self._structs[name] = _StructMerge(self, self._table.struct(name))
        return merge

    def value(self, expr: TypeExpr) -> Merge:
        """How two set values of a type merge, wherever no tag of a field says otherwise."""
        while isinstance(expr, dict) and "ptr" in expr:
            expr = expr["ptr"]
        codec = codec_for(expr, self._table)
        if codec is not None:
            return self._whole if codec.lists else self._semantics.values.get(codec.name, replace)
        return self._replacing(self._value(expr))

    def field(self, field: Field) -> Merge:
        """How two set values of a field merge."""
        merge = self.value(field.type)
        if field.arguments:
            return self._replacing(self._semantics.arguments(fingerprint))
        if field.merge != "replace":
            return merge
        return self._unless_empty if merge is self._free_form else self._whole

    def _whole(self, left: Any, right: Any) -> Any:
        return self._semantics.taken(right)

    def _unless_empty(self, left: Any, right: Any) -> Any:
        return self._semantics.taken(right) or left

    def _replacing(self, merge: Merge) -> Merge:
        # Free-form objects see to it themselves: they are replaced at any depth.
        if not self._semantics.from_nothing or merge is self._free_form:
            return merge

        def merge_or_replace(left: Any, right: Any) -> Any:
            if type(right) is ReplacingMap:
                return merge({}, dict(right))
            if type(right) is ReplacingList:
                return merge([], list(right))
            return merge(left, right)

        return merge_or_replace

    def mark(self, expr: TypeExpr) -> Mark:
        """What two values of a type have in common exactly when they are the same: for structs, what they print."""
        name = self._table.struct_name(expr)
        return fingerprint if name is None else partial(self._encoder.text, name)

    def _value(self, expr: TypeExpr) -> Merge:
        if expr == "any":
            return self._free_form
        assert isinstance(expr, dict)
        if "list" in expr:
            return self._semantics.list(self.mark(expr["list"]))
        if "map" in expr:
            return self._map(expr["map"][1])
        name = self._table.struct_name(expr)
        if name is not None:
            # A certificate and its key are replaced together: the decoder fills in what a patch leaves out.
            return self._whole if self._table.facts(name).get("codec") else self.struct(name)
        facts = self._table.facts(expr["ref"])
        if facts.get("codec") == "unstructured":
            return self._free_form
        if facts["kind"] == "list":
            keyed = KEYED_LISTS.get(expr["ref"])
            mark = self.mark(facts["of"])
            if keyed is None:
                return self._semantics.list(mark)
            return keyed.merge(keyed, self._semantics, self.value(facts["of"]), mark)
        if facts["kind"] == "map":
            return self._map(facts["of"][1])
        return self._value(facts["of"])

    def start(self, expr: TypeExpr) -> Any:
        """What a value of this type merges with where the base has none; ABSENT: it is taken as it stands."""
        if isinstance(expr, dict) and expr.get("ref") in KEYED_LISTS:
            # A list by value has its merger called even where it is unset.
            return []
        if not self._semantics.from_nothing:
            return ABSENT
        while isinstance(expr, dict) and not ("list" in expr or "map" in expr):
            if "ptr" in expr:
                expr = expr["ptr"]
                continue
            codec = codec_for(expr, self._table)
            if codec is not None:
                return None if codec.lists else ABSENT
            if self._table.struct_name(expr) is not None:
                return {}
            facts = self._table.facts(expr["ref"])
            if facts.get("codec") == "unstructured":
                return {}
            expr = {facts["kind"]: facts["of"]} if facts["kind"] in ("list", "map") else facts["of"]
        if isinstance(expr, str):
            return None if expr == "any" else ABSENT
        return [] if "list" in expr else {}

    def _map(self, expr: TypeExpr) -> Merge:
        codec = codec_for(expr, self._table)
        merge = self.value(expr)
        start = self.start(expr)

        def merge_maps(left: Any, right: Any) -> Any:
            out = dict(left)
            for key, value in right.items():
                if key not in left:
                    out[key] = value if start is ABSENT else merge(start, value)
                elif codec is None or _always(codec) or value != codec.zero:
                    out[key] = merge(left[key], value)
            return out

        return merge_maps

    def wiped(self, expr: TypeExpr) -> bool:
        """Whether an unset value of this type in a patch unsets the base's."""
        codec = codec_for(expr, self._table)
        return codec is not None and codec.name in ("bool", "cel", "byte-size")

    def wiped_fields(self, name: str) -> dict[str, str | None]:
        """The fields of a struct that a patch unsets by not naming them.

        With the name of the struct where the field itself stays, and such fields of its struct are meant.
        """
        wipes = self.struct(name).wipes()
        return {key: None if inner is None else inner.name for key, inner in wipes.items()}


def _always(codec: Codec | None) -> bool:
    return codec is not None and codec.name in ("bool", "arg-value")


class _StructMerge:
    """Merges one struct type, field by field."""

    __slots__ = ("_merger", "_plan", "_struct", "_wiped")

    def __init__(self, merger: Merger, struct: Struct) -> None:
        self._merger = merger
        self._struct = struct
        self._plan: dict[str, tuple[Merge, Any]] | None = None
        self._wiped: dict[str, _StructMerge | None] = {}

    @property
    def name(self) -> str:
        return self._struct.name

    def _make(self) -> dict[str, tuple[Merge, Any]]:
        fields = self._struct.fields
        self._plan = {field.key: (self._merger.field(field), self._merger.start(field.type)) for field in fields}
        self._wiped = self.wipes()
        return self._plan

    def wipes(self) -> dict[str, _StructMerge | None]:
        """Fields that a patch unsets by not naming them, and structs by value that hold such."""
        out: dict[str, _StructMerge | None] = {}
        for field in self._struct.fields:
            if field.pointer:
                continue
            name = self._merger._table.struct_name(field.type)
            if name is not None:
                inner = self._merger.struct(name)
                if inner.wipes():
                    out[field.key] = inner
            elif self._merger.wiped(field.type):
                out[field.key] = None
        return out

    def __call__(self, left: dict[str, Any], right: dict[str, Any]) -> dict[str, Any]:
        plan = self._plan or self._make()
        out = dict(left)
        added = False
        for key, value in right.items():
            merge, start = plan[key]
            before = out.get(key, ABSENT)
            if before is ABSENT:
                added = True
                before = start
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
