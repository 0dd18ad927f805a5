"""JSON Schemas (draft 2020-12) of a project's own files, for editors: what the models take, and references as well."""

from __future__ import annotations

from typing import Any, Final, Literal, get_args

from talosgen.project import models

__all__ = ["SUBJECTS", "Subject", "json_schema"]

Subject = Literal["cluster", "node"]
#: What there are schemas of.
SUBJECTS: Final[tuple[Subject, ...]] = get_args(Subject)

#: A text that holds a reference, and null, which removes what a base sets, stand for any value.
_REFERENCE: Final = {"type": ["string", "null"], "pattern": r"\$\{(vars|node|cluster|secrets|env)\."}
_POINTER: Final = {"$ref": "#/$defs/Reference"}
#: These say what a document is: they are never references.
_FIXED: Final = frozenset(("apiVersion", "kind"))


def json_schema(of: Subject) -> dict[str, Any]:
    """The schema of ``cluster.yaml``, or of a node file: patches may follow its Node document, and pass."""
    made = models.json_schema(models.ClusterDocument if of == "cluster" else models.NodeDocument)
    draft, definitions = made.pop("$schema"), made.pop("$defs", {})
    opened = {name: _opened(schema) for name, schema in definitions.items()}
    if of == "cluster":
        return {"$schema": draft, **_opened(made), "$defs": {**opened, "Reference": _REFERENCE}}
    return {
        "$schema": draft,
        "title": made["title"],
        "if": {"properties": {"apiVersion": {"type": "string", "pattern": "^talosgen/"}}, "required": ["apiVersion"]},
        "then": {"$ref": f"#/$defs/{made['title']}"},
        "$defs": {**opened, made["title"]: _opened(made), "Reference": _REFERENCE},
    }


def _opened(schema: Any) -> Any:
    """A schema whose parts take references as well, without the titles and defaults that pydantic adds."""
    if not isinstance(schema, dict):
        return schema
    out: dict[str, Any] = {}
    for key, value in schema.items():
        if key == "properties":
            out[key] = {name: _bare(_opened(part)) if name in _FIXED else _value(part) for name, part in value.items()}
        elif key in ("items", "additionalProperties") and isinstance(value, dict):
            out[key] = _value(value)
        elif key == "patternProperties":
            out[key] = {pattern: _value(part) for pattern, part in value.items()}
            out["additionalProperties"] = False
        elif key in ("anyOf", "oneOf", "allOf"):
            out[key] = [_opened(part) for part in value]
        else:
            out[key] = value
    return out


def _bare(schema: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in schema.items() if key not in ("title", "default")}


def _value(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema of a value that a reference may stand for."""
    opened = _bare(_opened(schema))
    if not opened:
        return opened
    described = {"description": opened.pop("description")} if "description" in opened else {}
    parts = opened["anyOf"] if set(opened) == {"anyOf"} else [opened]
    return {**described, "anyOf": [part for part in parts if part != {"type": "null"}] + [_POINTER]}
