"""JSON Schemas (draft 2020-12) of configs and of patch files, for editors and for checks in CI.

They take what Talos's decoder takes once YAML has been read: null leaves a field unset, a number or a truth value
is a text where a text is wanted, enumerations are read in any case. What is documented only is offered, not
enforced. A schema is about one document: a stream is checked document by document.
"""

from __future__ import annotations

import re
from typing import Any, Final, Literal, get_args

from talosgen.errors import InputError, Problem
from talosgen.schema.facts import Entry, entries, fields_of, release_of
from talosgen.schema.table import NEWEST, Field, Kind, Struct, Table, TypeExpr, table

__all__ = ["SUBJECTS", "Subject", "json_schema"]

Subject = Literal["config", "patch"]
#: What there are schemas of.
SUBJECTS: Final[tuple[Subject, ...]] = get_args(Subject)

_DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
#: What a text is read from.
_TEXT: Final = ["string", "number", "boolean", "null"]
_DURATION: Final = r"^(?:[-+]?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:ns|us|µs|μs|ms|s|m|h))+|[-+]?0)$"
_WORDS: Final = r"^(?:[yYnN]|yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF)$"
_TRUTH: Final = {
    "on": True,
    "yes": True,
    "y": True,
    "true": True,
    "off": False,
    "no": False,
    "n": False,
    "false": False,
}
_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")

_SIMPLE: Final[dict[str, dict[str, Any]]] = {
    "any": {},
    "arg-value": {"type": [*_TEXT, "array"], "items": {"type": _TEXT}},
    "base64": {"type": _TEXT, "contentEncoding": "base64"},
    "base64-or-marker": {"type": _TEXT, "contentEncoding": "base64"},
    "bool": {"type": ["boolean", "string", "null"], "pattern": _WORDS},
    "duration": {"type": ["string", "integer", "null"], "pattern": _DURATION, "minimum": 0, "maximum": 0},
    "float32": {"type": ["number", "null"]},
    "float64": {"type": ["number", "null"]},
    "octal-mode": {"type": ["integer", "null"], "minimum": 0, "maximum": 2**32 - 1},
    "port-range": {"type": ["integer", "string", "null"], "minimum": 0, "maximum": 65535, "pattern": "^[0-9]+-[0-9]+$"},
    "unstructured": {"type": ["object", "null"]},
}
_OPERATIONS: Final = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {
            "op": {"enum": ["add", "remove", "replace", "move", "copy", "test"]},
            "path": {"type": "string", "pattern": "^(?:/.*)?$"},
            "from": {"type": "string"},
            "value": {},
        },
        "required": ["op", "path"],
    },
}


def json_schema(release: str = NEWEST, of: Subject = "config") -> dict[str, Any]:
    """The JSON Schema of one document of a config, or of a patch, for a release (``1.14``, ``v1.14.1``).

    In a patch nothing is required but what names its document, and ``$patch`` may stand everywhere; a list is
    a JSON6902 patch. Raises InputError for an unknown release or subject.
    """
    if of not in SUBJECTS:
        raise InputError(Problem("there is no schema of this", remedy=f"expected one of {', '.join(SUBJECTS)}"))
    return _Maker(table(release_of(release)), of == "patch").schema()


class _Maker:
    """Makes one schema; definitions are made when first referred to."""

    def __init__(self, facts: Table, patch: bool) -> None:
        self._table = facts
        self._patch = patch
        self._definitions: dict[str, dict[str, Any]] = {}
        self._notes = self._annotations()

    def schema(self) -> dict[str, Any]:
        kinds = {name: kind for name, kind in sorted(self._table.kinds.items()) if not kind.legacy}
        legacy = next(kind for kind in self._table.kinds.values() if kind.legacy)
        documents = {
            "type": "object",
            "properties": {"apiVersion": {"type": "string"}, "kind": {"enum": list(kinds)}},
            "if": {"required": ["kind"]},
            "then": {
                "required": ["apiVersion"],
                "allOf": [
                    {"if": {"properties": {"kind": {"const": name}}}, "then": self._root(kind)}
                    for name, kind in kinds.items()
                ],
            },
            "else": self._root(legacy),
        }
        what = "patches for the machine config" if self._patch else "a document of the machine config"
        head = {"$schema": _DRAFT, "title": f"{what[0].upper()}{what[1:]} of Talos v{self._table.release}"}
        if self._patch:
            documents = {"if": {"type": "array"}, "then": _OPERATIONS, "else": documents}
            self._definitions["$patch"] = {
                "type": "object", "properties": {"$patch": {"enum": ["delete", "replace"]}}, "required": ["$patch"],
            }  # fmt: skip
        return {**head, **documents, "$defs": dict(sorted(self._definitions.items()))}

    def _root(self, kind: Kind) -> dict[str, Any]:
        reference = self._struct(kind.type)
        definition = self._definitions[_name(kind.type)]
        if not kind.legacy:
            definition["properties"] |= {"apiVersion": {"const": kind.api_version}, "kind": {"const": kind.name}}
        return reference

    def _struct(self, name: str) -> dict[str, Any]:
        if _name(name) not in self._definitions:
            definition = self._definitions[_name(name)] = {"type": ["object", "null"]}
            struct = self._table.struct(name)
            definition["properties"] = {field.key: self._field(struct, field) for field in struct.fields}
            if self._patch:
                definition["properties"]["$patch"] = {"enum": ["delete", "replace"]}
            elif required := [field.key for field in struct.fields if field.required]:
                definition["required"] = required
            definition["additionalProperties"] = False
        return {"$ref": f"#/$defs/{_name(name)}"}

    def _field(self, struct: Struct, field: Field) -> dict[str, Any]:
        expr = self._table.opened(field.type)
        if isinstance(expr, dict) and "list" in expr:
            out = self._list(self._offered(field, self._value(expr["list"])))
        else:
            out = self._offered(field, self._value(expr))
        if self._patch:
            out = {"anyOf": [out, {"$ref": "#/$defs/$patch"}]}
        return out | self._notes.get((struct.name, field.key), {})

    def _offered(self, field: Field, value: dict[str, Any]) -> dict[str, Any]:
        # One branch for editors to offer, one for all else that is taken.
        if not field.enum or "enum" in value or "anyOf" in value:
            return value
        return {"anyOf": [{"enum": list(field.enum)}, value]}

    def _list(self, item: dict[str, Any]) -> dict[str, Any]:
        if self._patch:
            item = {"anyOf": [item, {"$ref": "#/$defs/$patch"}]}
        return {"type": ["array", "null"], "items": item}

    def _value(self, expr: TypeExpr) -> dict[str, Any]:
        expr = self._table.opened(expr)
        if isinstance(expr, str):
            return _plain(expr)
        if "list" in expr:
            return self._list(self._value(expr["list"]))
        if "map" in expr:
            value = self._value(expr["map"][1])
            if self._patch:
                value = {"anyOf": [value, {"$ref": "#/$defs/$patch"}]}
            return {"type": ["object", "null"], "additionalProperties": value}
        struct = self._table.struct_name(expr)
        if struct is not None:
            return self._struct(struct)
        if "ext" in expr:
            return _plain(self._table.codec_of(expr["ext"]))
        named = self._table.facts(expr["ref"])
        if "codec" in named and "values" in named:
            return _enumeration(named["values"], named.get("parse", "case-insensitive"), named.get("numbers", []))
        return _plain(named.get("codec") or named["kind"])

    def _annotations(self) -> dict[tuple[str, str], dict[str, Any]]:
        """What editors show at a field, where it is the same wherever its struct stands."""
        found: dict[tuple[str, str], set[str]] = {}
        gone: dict[tuple[str, str], bool] = {}
        defaults: dict[tuple[str, str], Any] = {}
        for kind, facts in self._table.kinds.items():
            structs = {path: struct for path, struct, _ in fields_of(self._table, {"ref": facts.type})}
            for entry in entries(kind, self._table.release):
                mine = (structs[entry.path], entry.path.rpartition(".")[2])
                found.setdefault(mine, set()).add(_description(entry))
                gone[mine] = gone.get(mine, True) and entry.outdated
                defaults[mine] = entry.default
        out: dict[tuple[str, str], dict[str, Any]] = {}
        for mine, texts in found.items():
            notes: dict[str, Any] = {"description": next(iter(texts))} if len(texts) == 1 else {}
            if gone[mine]:
                notes["deprecated"] = True
            if defaults[mine] is not None:
                notes["default"] = defaults[mine]
            out[mine] = notes
        return out


def _name(struct: str) -> str:
    # A slash would have to be escaped in references.
    return struct.replace("/", ".")


def _plain(name: str) -> dict[str, Any]:
    """The schema of a codec or plain type; a text, unless it is known to be something else."""
    found = _SIMPLE.get(name)
    if found is not None:
        return dict(found)
    if re.fullmatch(r"u?int[0-9]*", name):
        bits = int(name.lstrip("uint") or 64)
        low, high = (0, 2**bits - 1) if name.startswith("u") else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
        return {"type": ["integer", "null"], "minimum": low, "maximum": high}
    return {"type": _TEXT}


def _enumeration(values: list[str], parse: str, numbers: list[int]) -> dict[str, Any]:
    """The texts of an enumeration, and what YAML reads some of them as."""
    listed: list[Any] = [*values, None]
    for text in values:
        if _NUMBER.fullmatch(text):
            listed.append(float(text) if "." in text else int(text))
        elif text in _TRUTH:
            listed.append(_TRUTH[text])
    if parse == "legacy-number":
        return {"enum": [*listed, "", *map(str, numbers), *numbers]}
    if parse != "case-insensitive":
        return {"enum": listed}
    anycase = "|".join("".join(map(_any_case, text)) for text in values)
    return {"anyOf": [{"enum": listed}, {"type": "string", "pattern": f"^(?:{anycase})$"}]}


def _any_case(letter: str) -> str:
    return f"[{letter.upper()}{letter.lower()}]" if letter.isalpha() else re.escape(letter).replace("\\-", "-")


def _description(entry: Entry) -> str:
    parts = [f"{entry.type}, since v{entry.since}."]
    if entry.outdated:
        parts.append(f"Deprecated since v{entry.deprecated}{_successors(entry)}.")
    if entry.merge_by:
        parts.append(f"Patches merge elements by {' or '.join(entry.merge_by)}.")
    elif entry.merge == "replace" and entry.type.startswith(("[]", "map[", "object")):
        parts.append("Patches replace it whole.")
    if entry.secret and any(mask.part == "whole" for mask in entry.masks):
        parts.append("Secret.")
    return " ".join(parts)


def _successors(entry: Entry) -> str:
    return f"; see {', '.join(entry.replaced_by)}" if entry.replaced_by else ""
