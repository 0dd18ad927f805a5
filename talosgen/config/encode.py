"""Typed trees to text as Talos v1.14.1 encodes them with comments off.

An encoder is planned once for each struct: a flat list of (key, label, omit test, default, writer).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from talosgen.config.codecs import ABSENT, Codec
from talosgen.config.decode import codec_for
from talosgen.goyaml import writer
from talosgen.goyaml.order import sort_keys
from talosgen.schema.table import Field, Struct, Table, TypeExpr

__all__ = ["Encoder"]

#: Writes ``label`` (with its colon) and a value as one entry of a mapping at ``indent``.
_Write = Callable[[list[str], int, str, Any], None]
#: Whether a value counts as empty.
_Empty = Callable[[Any], bool]


class Encoder:
    """Plans of one table, made when first needed and kept.

    ``sparse``: what is unset is left out, also where Talos prints it.
    """

    def __init__(self, table: Table, *, sparse: bool = False) -> None:
        self._table = table
        self.sparse = sparse
        self._structs: dict[str, _StructEncode] = {}

    def text(self, name: str, tree: dict[str, Any]) -> str:
        """The text of a tree of the struct of that name; ends in one newline."""
        out: list[str] = []
        self.struct(name)(tree, out, 0)
        return "".join(out) or "{}\n"

    def struct(self, name: str) -> _StructEncode:
        """The encoder of the struct of that name, planned once."""
        encode = self._structs.get(name)
        if encode is None:
            encode = self._structs[name] = _StructEncode(self, self._table.struct(name))
        return encode

    def write(self, expr: TypeExpr) -> _Write:
        """The writer of a type."""
        codec = codec_for(expr, self._table)
        if codec is not None:
            return _leaf(codec)
        if expr == "any":
            return writer.entry
        assert isinstance(expr, dict)
        if "ptr" in expr:
            return self.write(expr["ptr"])
        if "list" in expr:
            return self._list(expr["list"])
        if "map" in expr:
            return self._map(expr["map"][1])
        name = expr["ref"] if "ref" in expr else expr["ext"]
        if self._table.is_struct(name):
            return self.struct(name).entry
        facts = self._table.facts(name)
        if facts.get("codec") == "unstructured":
            return writer.entry
        if facts["kind"] == "list":
            return self._list(facts["of"])
        if facts["kind"] == "map":
            return self._map(facts["of"][1])
        return self.write(facts["of"])

    def struct_of(self, expr: TypeExpr) -> _StructEncode | None:
        """The encoder of the struct that a type means; None where it means none."""
        name = self._table.struct_name(expr)
        return None if name is None else self.struct(name)

    def _list(self, expr: TypeExpr) -> _Write:
        codec = codec_for(expr, self._table)
        if codec is not None and codec.dump is not None:
            dump = codec.dump
            return lambda out, indent, label, value: writer.entry(out, indent, label, [*map(dump, value)])
        encode = self.struct_of(expr)
        if encode is None:
            return writer.entry

        def write_structs(out: list[str], indent: int, label: str, value: Any) -> None:
            if not value:
                out.append(f"{' ' * indent}{label} []\n")
                return
            out.append(f"{' ' * indent}{label}\n")
            inner = writer.nested(indent)
            for item in value:
                mark = len(out)
                encode(item, out, inner + 2)
                if len(out) == mark:
                    out.append(f"{' ' * inner}- {{}}\n")
                else:
                    out[mark] = f"{' ' * inner}- {out[mark][inner + 2 :]}"

        return write_structs

    def _map(self, expr: TypeExpr) -> _Write:
        codec = codec_for(expr, self._table)
        encode = self.struct_of(expr)
        if encode is None:
            dump = None if codec is None else codec.dump
            if dump is None:
                return writer.entry
            return lambda out, indent, label, value: writer.entry(
                out, indent, label, {key: dump(item) for key, item in value.items()}
            )

        def write_structs(out: list[str], indent: int, label: str, value: Any) -> None:
            if not value:
                out.append(f"{' ' * indent}{label} {{}}\n")
                return
            out.append(f"{' ' * indent}{label}\n")
            inner = writer.nested(indent)
            for key in sort_keys(value):
                text = writer.key(key)
                if text is not None:
                    encode.entry(out, inner, f"{text}:", value[key])
                    continue
                out.append(writer.explicit_key(key, inner))
                column = writer.nested(inner)
                mark = len(out)
                encode(value[key], out, column)
                if len(out) == mark:
                    out.append(f"{' ' * inner}: {{}}\n")
                else:
                    out[mark] = f"{' ' * inner}:".ljust(column) + out[mark][column:]

        return write_structs

    def empty(self, expr: TypeExpr) -> _Empty | None:
        """The test that ``omitempty`` makes of a set value of this type; None: it is never empty."""
        if isinstance(expr, dict) and "ptr" in expr:
            return None
        codec = codec_for(expr, self._table)
        if codec is not None:
            zero = codec.zero
            return (lambda value: not value) if codec.nillable else (lambda value: bool(value == zero))
        encode = self.struct_of(expr)
        if encode is not None:
            return encode.empty
        if isinstance(expr, dict) and "ref" in expr and self._table.facts(expr["ref"]).get("emptyOnlyIfNil"):
            return None
        return lambda value: not value

    def blank(self, field: Field) -> _Empty | None:
        """The test of whether a value of a field that is no struct prints as an unset one does; None: it never does."""
        return None if self.struct_of(field.type) is not None else self.empty(field.type)

    def default(self, field: Field) -> str | None:
        """What an unset field prints behind its label; None when that takes a struct's own fields."""
        if field.pointer:
            return "null"
        codec = codec_for(field.type, self._table)
        if codec is not None:
            return writer.leaf(codec.zero if codec.dump is None else codec.dump(codec.zero))
        if self.struct_of(field.type) is not None:
            return None
        facts: Any = field.type
        while isinstance(facts, dict) and "ref" in facts:
            entry = self._table.facts(facts["ref"])
            if entry.get("codec") == "unstructured" or entry["kind"] == "map":
                return "{}"
            if entry["kind"] == "list":
                return "[]"
            facts = entry["of"]
        return "{}" if "map" in facts else "[]"


def _leaf(codec: Codec) -> _Write:
    dump = codec.dump
    if dump is None:
        return writer.entry

    def write(out: list[str], indent: int, label: str, value: Any) -> None:
        writer.entry(out, indent, label, dump(value))

    return write


class _StructEncode:
    """Encodes one struct type; planned at the first use, so that types may be recursive."""

    __slots__ = ("_encoder", "_plan", "_struct", "_tests")

    def __init__(self, encoder: Encoder, struct: Struct) -> None:
        self._encoder = encoder
        self._struct = struct
        self._plan: list[tuple[str, str, _Empty | None, str | None, _Write]] | None = None
        self._tests: dict[str, _Empty | None] | None = None

    def _make(self) -> list[tuple[str, str, _Empty | None, str | None, _Write]]:
        plan: list[tuple[str, str, _Empty | None, str | None, _Write]] = []
        for field in self._struct.fields:
            label = f"{writer.key(field.key)}:"
            write = self._encoder.write(field.type)
            if self._encoder.sparse:
                plan.append((field.key, label, self._encoder.blank(field), "", write))
            elif field.omitempty:
                plan.append((field.key, label, self._encoder.empty(field.type), "", write))
            else:
                default = self._encoder.default(field)
                plan.append((field.key, label, None, None if default is None else f"{label} {default}\n", write))
        self._plan = plan
        return plan

    def __call__(self, tree: dict[str, Any], out: list[str], indent: int) -> None:
        """Append the fields of ``tree``; nothing at all when none is printed."""
        get = tree.get
        for key, label, empty, default, write in self._plan or self._make():
            value = get(key, ABSENT)
            if value is ABSENT:
                if default == "":
                    continue
                if default is not None:
                    out.append(" " * indent + default)
                    continue
                value = {}
            elif empty is not None and empty(value):
                continue
            write(out, indent, label, value)

    def entry(self, out: list[str], indent: int, label: str, tree: dict[str, Any]) -> None:
        mark = len(out)
        out.append("")
        self(tree, out, writer.nested(indent))
        out[mark] = f"{' ' * indent}{label}\n" if len(out) > mark + 1 else f"{' ' * indent}{label} {{}}\n"

    def empty(self, tree: dict[str, Any]) -> bool:
        """Whether every field that counts is empty by the rules of ``omitempty``."""
        if self._tests is None:
            counted = self._struct.empty_when_unset
            self._tests = {
                field.key: self._encoder.empty(field.type)
                for field in self._struct.fields
                if counted is None or field.key in counted
            }
        tests = self._tests
        for key, value in tree.items():
            if key in tests:
                test = tests[key]
                if test is None or not test(value):
                    return False
        return True
