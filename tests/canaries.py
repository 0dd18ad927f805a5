"""Documents with a marked secret in each place that the table calls secret."""

from __future__ import annotations

import base64
from typing import Any, NamedTuple

from places import Place, places

from talosgen.config.redact import secret_paths
from talosgen.config.walk import opened
from talosgen.schema.table import Mask, TypeExpr, table

CANARY = "xCanaryx"
_BYTES = base64.b64encode(CANARY.encode()).decode()


class Canary(NamedTuple):
    """A secret place and the mask that it has."""

    place: Place
    mask: Mask

    @property
    def kind(self) -> str:
        return self.place.kind

    @property
    def id(self) -> str:
        return "-".join((self.kind, self.place.path, self.mask.part))

    @property
    def value(self) -> Any:
        """A value with the marked secret in it."""
        return _value(self.mask, self.place.type)

    def document(self, value: Any = None) -> dict[str, Any]:
        """The smallest document with the marked secret in its place, or with another value there."""
        return self.place.document(self.value if value is None else value)

    def sung(self, text: str) -> bool:
        """Whether the secret can be read in a text."""
        return CANARY in text or _BYTES in text


def _value(mask: Mask, expr: TypeExpr) -> Any:
    expr = opened(expr, table())
    if isinstance(expr, dict) and "list" in expr:
        return [_value(mask, expr["list"])]
    if isinstance(expr, dict) and "map" in expr:
        return {"k": _value(mask, expr["map"][1])}
    if mask.part == "present":
        return dict.fromkeys(mask.names, CANARY)
    if mask.part in ("entries", "direct-entries"):
        return {"a": [{name: {"b": [CANARY]} for name in mask.names}]}
    if mask.part == "query":
        return f"https://host/p?{mask.names[0]}={CANARY}&a=b"
    if mask.part == "userinfo":
        return f"https://user:{CANARY}@host/p"
    if expr == "any":
        return {"a": [{"b": [[CANARY], f" {CANARY}"]}], "c": CANARY}
    return _BYTES if isinstance(expr, dict) and expr.get("ext") == "base64-or-marker" else CANARY


def canaries() -> list[Canary]:
    """All secret places of all kinds."""
    found = []
    for place in places():
        found += [Canary(place, mask) for path, mask in secret_paths(place.kind) if path == place.path]
    return found
