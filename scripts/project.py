"""Write the tables of the project reference from the models of cluster.yaml and Node documents.

python scripts/project.py docs/project.md
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from talosgen.project import models

#: The parts of the page, by the comment that stands above each table: a model, and what its fields do not come from.
TABLES: dict[str, tuple[type[BaseModel], type[BaseModel] | None]] = {
    "cluster": (models.ClusterDocument, models.Settings),
    "settings": (models.Settings, None),
    "node": (models.NodeDocument, models.Settings),
    "listed": (models.ListedNode, models.Node),
    "patch": (models.PatchReference, None),
    "install": (models.Install, None),
    "machine": (models.Machine, None),
    "network": (models.Network, None),
    "interface": (models.Interface, None),
    "vlan": (models.Vlan, None),
    "bond": (models.Bond, models.Interface),
    "route": (models.Route, None),
    "vip": (models.Vip, None),
    "registries": (models.Registries, None),
    "auth": (models.RegistryAuth, None),
}
_WORDS = {str: "text", bool: "true or false", int: "number", float: "number", Any: "anything"}
_LINKS = {model.__name__: anchor for anchor, (model, _) in TABLES.items()} | {"Group": "settings"}


def table(name: str) -> str:
    """The table of one part."""
    model, without = TABLES[name]
    left_out = set() if without is None else set(without.model_fields)
    # What says which document it is stands first.
    fields = sorted(model.model_fields.items(), key=lambda item: not item[1].is_required())
    rows = [row(field) for title, field in fields if title not in left_out]
    return "| key | value | meaning |\n|---|---|---|\n" + "".join(rows)


def row(field: Any) -> str:
    """One row."""
    required = ", required" if field.is_required() else ""
    return f"| `{field.alias}` | {kind(field.annotation)}{required} | {field.description or fixed(field)} |\n"


def fixed(field: Any) -> str:
    """What is said of a field that takes one value."""
    return f"always `{get_args(field.annotation)[0]}`"


def kind(annotation: Any) -> str:
    """What a value is, in words."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return "name, a DNS label" if annotation == models.Name else kind(inner[0])
    if origin is Literal:
        return " or ".join(f"`{value}`" for value in inner)
    if origin in (Union, UnionType):
        return " or ".join(kind(part) for part in inner if part is not NoneType)
    if origin is list:
        return f"list of {kind(inner[0])}"
    if origin is dict:
        return f"mapping to {kind(inner[1])}"
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        anchor = _LINKS[annotation.__name__]
        return f"[{anchor}](#{anchor})"
    return _WORDS[annotation]


def page(text: str) -> str:
    """The page with its tables written anew."""
    return re.sub(
        r"(<!-- table: (\w+) -->\n)(?:\n|\|.*\n)*", lambda found: f"{found[1]}\n{table(found[2])}\n", text
    ).rstrip("\n") + "\n"  # fmt: skip


def main() -> None:
    path = Path(sys.argv[1])
    path.write_text(page(path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
