"""Nodes to typed trees: a decoder is planned once for each type of the table, then runs flat.

A tree holds what was set: a struct is a dict in schema order without its unset and zero fields (a
zero behind a pointer stays), a list or map is there even when empty, a leaf is the codec's
canonical value. The rules are those of go-yaml v4 rc.6 and of Talos v1.14.1's loader.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from talosgen.config import codecs
from talosgen.config.codecs import ABSENT, Codec
from talosgen.errors import Problem, nearest
from talosgen.goyaml.construct import construct, duplicates, follow, merged_pairs, pairs, scalar
from talosgen.goyaml.node import ALIAS, MAPPING, SCALAR, SEQUENCE, Node
from talosgen.schema.table import Struct, Table, TypeExpr
from talosgen.source import Span

__all__ = ["Decode", "Decoder", "Faults", "codec_for"]

#: Makes the tree of a node, or ABSENT; reports to Faults.
Decode = Callable[[Node, "Faults"], Any]

_NAMES = {SCALAR: "a single value", SEQUENCE: "a list", MAPPING: "a mapping"}


class Faults:
    """The faults of one document.

    ``strict``: unknown keys are faults. ``merges``: merge keys may stand in structs and typed maps, as
    they may wherever Talos's check for unknown keys does not look.
    """

    __slots__ = ("found", "merges", "source", "strict")

    def __init__(self, source: str, strict: bool = True, merges: bool = False) -> None:
        self.source = source
        self.strict = strict
        self.merges = merges
        self.found: list[tuple[Node, str, str]] = []

    def __call__(self, node: Node, message: str, remedy: str = "") -> None:
        self.found.append((node, message, remedy))

    def problems(self, root: Node) -> list[Problem]:
        """The faults in the order of the text, each with the path of its node below ``root``."""
        if not self.found:
            return []
        paths = _paths(root)
        problems = [
            Problem(message, Span(self.source, node.line, node.column), paths.get(id(node), ""), remedy)
            for node, message, remedy in self.found
        ]
        unique = dict.fromkeys(problems)
        return sorted(unique, key=lambda problem: problem.place or Span(""))


def _paths(root: Node) -> dict[int, str]:
    """The path of each node below ``root``, by identity; only wanted once something is wrong."""
    out: dict[int, str] = {}
    work = [(root, "")]
    while work:
        node, path = work.pop()
        if id(node) in out:
            continue
        out[id(node)] = path
        if node.kind == ALIAS:
            work.append((node.value, path))
        elif node.kind == SEQUENCE:
            work.extend((item, f"{path}[{index}]") for index, item in enumerate(node.value))
        elif node.kind == MAPPING:
            for key, value in pairs(node):
                name = key.value if key.kind == SCALAR else "?"
                below = f"{path}.{name}" if path else name
                work.append((key, below))
                work.append((value, below))
    return out


def codec_for(expr: TypeExpr, table: Table) -> Codec | None:
    """The codec of a type whose value is a leaf; None for structs, lists, maps and free-form values."""
    if isinstance(expr, str):
        return None if expr == "any" else codecs.plain(expr)
    if "ext" in expr:
        name = expr["ext"]
        return None if table.is_struct(name) else codecs.codec(table.codec_of(name))
    if "ref" not in expr or table.is_struct(expr["ref"]):
        return None
    name = expr["ref"]
    facts = table.facts(name)
    codec = facts.get("codec", "")
    if codec == "enum-text":
        return codecs.enum(name, facts["values"], facts["numbers"], facts["parse"])
    if codec in ("unstructured", "inline-manifests"):
        return None
    if codec:
        return codecs.codec(codec)
    if facts["kind"] in ("list", "map"):
        return None
    if facts["kind"] == "alias":
        return codec_for(facts["of"], table)
    return codecs.plain("named-string" if facts["kind"] == "string" else facts["kind"])


class Decoder:
    """Plans of one table, made when first needed and kept."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._structs: dict[str, Decode] = {}

    def root(self, name: str) -> Decode:
        """The decoder of the struct of that name."""
        return self._struct(name)

    def plan(self, expr: TypeExpr) -> Decode:
        """The decoder of a type."""
        if expr == "any":
            return _any
        codec = codec_for(expr, self._table)
        if codec is not None:
            return _leaf(codec)
        assert isinstance(expr, dict)
        if "ptr" in expr:
            return self.plan(expr["ptr"])
        if "list" in expr:
            return self._list(expr["list"])
        if "map" in expr:
            return self._map(expr["map"][1])
        name = expr["ref"] if "ref" in expr else expr["ext"]
        if self._table.is_struct(name):
            return self._struct(name)
        facts = self._table.facts(name)
        if facts.get("codec") == "unstructured":
            return _unstructured
        if facts["kind"] == "list":
            after = codecs.after_item(facts["codec"]) if "codec" in facts else None
            return self._list(facts["of"], after)
        if facts["kind"] == "map":
            return self._map(facts["of"][1])
        return self.plan(facts["of"])

    def _struct(self, name: str) -> Decode:
        decode = self._structs.get(name)
        if decode is None:
            decode = self._structs[name] = _StructDecode(self, self._table.struct(name))
        return decode

    def _list(self, expr: TypeExpr, after: Callable[[Any], Any] | None = None) -> Decode:
        decode = self.plan(expr)
        pointers = isinstance(expr, dict) and "ptr" in expr

        def decode_list(node: Node, faults: Faults) -> Any:
            if node.kind != SEQUENCE:
                node = _behind(node, SEQUENCE, faults)
                if node is None:
                    return ABSENT
            out = []
            for item in node.value:
                if item.kind == ALIAS:
                    item = follow(item)
                if item.tag == "!!null" and is_null(item, faults):
                    if pointers:
                        faults(item, "null is not allowed as an item of this list")
                    continue
                value = decode(item, faults)
                if value is not ABSENT:
                    out.append(after(value) if after is not None else value)
            return out

        return decode_list

    def _is_struct(self, expr: TypeExpr) -> bool:
        return self._table.struct_name(expr) is not None

    def _map(self, expr: TypeExpr) -> Decode:
        decode = self.plan(expr)
        pointers = isinstance(expr, dict) and "ptr" in expr
        codec = codec_for(expr, self._table)
        zero = codec.zero if codec is not None else {} if self._is_struct(expr) else None

        def decode_map(node: Node, faults: Faults) -> Any:
            if node.kind != MAPPING:
                node = _behind(node, MAPPING, faults)
                if node is None:
                    return ABSENT
            if duplicates(node, faults):
                return ABSENT
            entries = pairs(node)
            if any(key.tag == "!!merge" for key in node.value[::2]):
                entries = iter(merged_pairs(node, faults))
                for key, value in pairs(node):
                    if key.tag == "!!merge" and not faults.merges:
                        _check_merged(follow(value), decode, faults)
            out: dict[str, Any] = {}
            for key, value in entries:
                name = map_key(key, faults)
                if name is None:
                    continue
                if value.kind == ALIAS:
                    value = follow(value)
                if value.tag == "!!null" and is_null(value, faults):
                    if pointers:
                        faults(value, "null is not allowed as a value of this mapping")
                    out[name] = zero
                    continue
                content = decode(value, faults)
                if content is not ABSENT:
                    out[name] = content
            return out

        return decode_map


def _behind(node: Node, kind: int, faults: Faults) -> Any:
    """The node that an alias stands for, when it is of a kind; else None, and a fault."""
    node = follow(node)
    if node.kind == kind:
        return node
    # A plain `<<` as a value is passed over, as go-yaml does.
    if node.tag != "!!merge":
        faults(node, f"expected {_NAMES[kind]}, found {_NAMES[node.kind]}")
    return None


def is_null(node: Node, faults: Faults) -> bool:
    """Whether a node tagged ``!!null`` is one; a text that its explicit tag denies is a fault."""
    if node.explicit:
        try:
            scalar(node)
        except ValueError as error:
            faults(node, str(error))
    return node.kind == SCALAR


def map_key(key: Node, faults: Faults) -> str | None:
    """The text of a key of a mapping with text keys; None for a null, which Go passes over."""
    if key.kind == ALIAS and not faults.merges:
        faults(key, "an alias cannot be a key here", "write the key out")
    key = follow(key)
    if key.kind != SCALAR:
        faults(key, f"expected a text as key, found {_NAMES[key.kind]}")
        return None
    if key.tag == "!!str":
        text: str = key.value
        return text
    if key.tag == "!!null":
        return None
    try:
        return codecs.plain("string").parse(key)  # type: ignore[no-any-return]
    except ValueError as error:
        faults(key, str(error))
        return None


def _check_merged(value: Node, decode: Decode, faults: Faults) -> None:
    # Talos's check for unknown keys knows no merge keys: it takes `<<` for one more key of the map
    # and its value for one more value (Talos v1.14.1, strict decoding).
    if value.kind == SEQUENCE and not value.value:
        faults(value, "a merge key cannot be used here; write the keys out")
        return
    trial = Faults(faults.source)
    decode(value, trial)
    if trial.found:
        faults(value, "a merge key cannot be used here; write the keys out")


def _leaf(codec: Codec) -> Decode:
    parse = codec.parse
    lists = codec.lists

    def decode_leaf(node: Node, faults: Faults) -> Any:
        if node.kind == ALIAS:
            node = follow(node)
        if node.kind != SCALAR and not (lists and node.kind == SEQUENCE):
            faults(node, f"expected a single value, found {_NAMES[node.kind]}")
            return ABSENT
        try:
            return parse(node)
        except ValueError as error:
            faults(node, str(error))
            return ABSENT

    return decode_leaf


def _any(node: Node, faults: Faults) -> Any:
    return construct(node, faults)


def _unstructured(node: Node, faults: Faults) -> Any:
    node = _behind(node, MAPPING, faults)
    if node is None or duplicates(node, faults):
        return ABSENT
    out: dict[str, Any] = {}
    for key, value in merged_pairs(node, faults):
        name = map_key(key, faults)
        if name is not None:
            out[name] = construct(value, faults)
    return out


class _StructDecode:
    """Decodes one struct type. The plan is made at the first use, so that types may be recursive."""

    __slots__ = ("_decoder", "_fields", "_keys", "_struct")

    def __init__(self, decoder: Decoder, struct: Struct) -> None:
        self._decoder = decoder
        self._struct = struct
        self._keys = [field.key for field in struct.fields]
        self._fields: dict[str, tuple[int, Decode, Any, Any]] | None = None

    def _plan(self) -> dict[str, tuple[int, Decode, Any, Any]]:
        table = self._decoder._table
        plan: dict[str, tuple[int, Decode, Any, Any]] = {}
        for index, field in enumerate(self._struct.fields):
            zero: Any = ABSENT
            empty: Any = ABSENT
            if isinstance(field.type, dict) and "ptr" in field.type:
                codec = codec_for(field.type["ptr"], table)
                empty = codec.zero if codec is not None else {} if self._decoder._is_struct(field.type) else ABSENT
            else:
                codec = codec_for(field.type, table)
                if codec is not None:
                    zero = ABSENT if codec.nillable else codec.zero
                elif self._decoder._is_struct(field.type):
                    zero = {}
            plan[field.key] = (index, self._decoder.plan(field.type), zero, empty)
        self._fields = plan
        return plan

    def __call__(self, node: Node, faults: Faults) -> Any:
        if node.kind != MAPPING:
            node = _behind(node, MAPPING, faults)
            if node is None:
                return ABSENT
        plan = self._fields or self._plan()
        if faults.merges and any(key.tag == "!!merge" for key in node.value[::2]):
            if duplicates(node, faults):
                return ABSENT
            entries = merged_pairs(node, faults)
            node = Node(MAPPING, node.tag, [part for pair in entries for part in pair], node.line, node.column)
        out: dict[str, Any] = {}
        last = -1
        ordered = True
        seen: set[str] = set()
        it = iter(node.value)
        for key in it:
            value = next(it)
            if key.kind != SCALAR:
                if key.kind == ALIAS and faults.merges:
                    key = follow(key)
                if key.kind != SCALAR:
                    what = _NAMES.get(key.kind, "an alias")
                    faults(key, f"expected the name of a field, found {what}")
                    continue
            name = key.value
            if name in seen:
                duplicates(node, faults)
                continue
            seen.add(name)
            entry = plan.get(name)
            if entry is None or key.tag == "!!merge":
                self._unknown(key, faults)
                continue
            if value.kind == ALIAS:
                value = follow(value)
            if value.tag == "!!null" and is_null(value, faults):
                # Null leaves a field as it was: unset.
                continue
            index, decode, zero, empty = entry
            content = decode(value, faults)
            if content is ABSENT:
                # A plain `<<`: Go has made room for the value, and nothing more.
                if empty is ABSENT:
                    continue
                content = empty
            elif zero is not ABSENT and content == zero:
                continue
            out[name] = content
            if index < last:
                ordered = False
            last = index
        if not ordered:
            out = {name: out[name] for name in self._keys if name in out}
        return out

    def _unknown(self, key: Node, faults: Faults) -> None:
        if not faults.strict:
            return
        if key.tag == "!!merge":
            faults(key, "a merge key cannot be used here", "write the keys out")
            return
        near = nearest(key.value, self._keys)
        remedy = f'did you mean "{near}"?' if near else "known keys: " + ", ".join(self._keys)
        faults(key, f'unknown key "{key.value[:80]}"', remedy)
