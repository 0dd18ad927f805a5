"""The table of a Talos release: its document kinds, types and fields, read from the package's data."""

from __future__ import annotations

import json
from functools import cache
from typing import Any, Final, Literal, NamedTuple

__all__ = [
    "LEVELS",
    "NEWEST",
    "Field",
    "Kind",
    "Level",
    "Mask",
    "Struct",
    "Table",
    "TypeExpr",
    "matrix",
    "resource",
    "table",
]

#: The release whose types the engines decode to and encode from.
NEWEST: Final = "1.14"

#: ``"string"``, ``{"list": T}``, ``{"map": [K, V]}``, ``{"ptr": T}``, ``{"ref": NAME}``, ``{"ext": NAME}``.
TypeExpr = str | dict[str, Any]

#: Whose list of secrets is meant: what Talos itself masks, or that and what talosgen masks beside it.
Level = Literal["talos", "all"]
LEVELS: Final[tuple[Level, ...]] = ("talos", "all")


class Mask(NamedTuple):
    """What of a field's value is secret, by the list of ``level``.

    ``part``: ``"whole"``, the value with everything below it; ``"entries"``, in a free-form value the entries
    called ``names`` at any depth; ``"direct-entries"``, the same without those in a list that stands in a list;
    ``"query"``, the parameters called ``names`` of a URL; ``"userinfo"``, the user information of a URL;
    ``"present"``, the fields called ``names`` of the value, which are masked even where they are not set.
    """

    level: Level
    part: Literal["whole", "entries", "direct-entries", "query", "userinfo", "present"]
    names: tuple[str, ...] = ()


class Field(NamedTuple):
    """One field of a struct, as Talos declares it.

    ``pointer``: unset differs from the zero value. ``omitempty``: left out when empty.
    ``omit_only_if_nil``: with Talos's own encoder an empty list is printed.
    ``merge``: ``"replace"`` when a patch replaces the value whole, else empty.
    ``arguments``: a list in which position and repetition carry meaning. ``masks``: what of it is secret.
    """

    key: str
    go: str
    type: TypeExpr
    pointer: bool = False
    omitempty: bool = False
    omit_only_if_nil: bool = False
    merge: Literal["", "replace"] = ""
    arguments: bool = False
    required: bool = False
    hidden: bool = False
    deprecated: bool = False
    replaced_by: tuple[str, ...] = ()
    enum: tuple[str, ...] = ()
    default: Any = None
    masks: tuple[Mask, ...] = ()

    @property
    def secret(self) -> Literal["", "talos", "all"]:
        """By whose list the value, or a part of it, is secret: Talos's, ours alone, nobody's."""
        if not self.masks:
            return ""
        return "talos" if any(mask.level == "talos" for mask in self.masks) else "all"


class Struct(NamedTuple):
    """A mapping type: its fields in the order in which they are printed, inlined ones in place."""

    name: str
    fields: tuple[Field, ...]
    #: Fields that alone decide whether the struct counts as empty; None: all of them.
    empty_when_unset: frozenset[str] | None = None


class Kind(NamedTuple):
    """A kind of document. The legacy document is the kind ``v1alpha1`` and has no ``kind`` key."""

    name: str
    api_version: str
    type: str
    identity: Literal["legacy", "singleton", "kind+name"]
    name_field: str = ""
    conflicts_with: tuple[str, ...] = ()
    conflicts_with_v1alpha1: bool = False
    controlplane_only: bool = False
    #: Paths of the link names that a document of this kind claims.
    links: tuple[str, ...] = ()
    secret: bool = False

    @property
    def legacy(self) -> bool:
        return self.identity == "legacy"


class Table:
    """All kinds and types of one release. Structs are made when first asked for."""

    def __init__(self, content: dict[str, Any]) -> None:
        self.release: str = content["release"]
        self.roots: dict[str, str] = content["roots"]
        self._external: dict[str, str] = content["external"]
        self._types: dict[str, dict[str, Any]] = content["types"]
        self._structs: dict[str, Struct] = {}
        self.kinds: dict[str, Kind] = {
            name: Kind(
                name=name,
                api_version=entry["apiVersion"],
                type=entry["type"],
                identity=entry["identity"],
                name_field=entry.get("nameField", ""),
                conflicts_with=tuple(entry.get("conflictsWith", ())),
                conflicts_with_v1alpha1=entry.get("conflictsWithV1Alpha1", False),
                controlplane_only=entry.get("controlplaneOnly", False),
                links=tuple(entry.get("links", ())),
                secret=entry.get("secret", False),
            )
            for name, entry in content["kinds"].items()
        }

    def facts(self, name: str) -> dict[str, Any]:
        """What the table says of a type that is not a struct: ``kind``, ``of``, ``codec``, ``values`` …"""
        return self._types[name]

    def codec_of(self, external: str) -> str:
        """The codec of a type from outside Talos; the name itself where it is one."""
        return self._external.get(external, external)

    def opened(self, expr: TypeExpr) -> TypeExpr:
        """The type without pointers, and without the names that only stand for a list, a map or another type."""
        while isinstance(expr, dict):
            if "ptr" in expr:
                expr = expr["ptr"]
                continue
            name = expr.get("ref")
            if name is None or self.is_struct(name):
                break
            facts = self._types[name]
            if "of" not in facts or facts.get("codec", "inline-manifests") != "inline-manifests":
                break
            expr = {facts["kind"]: facts["of"]} if facts["kind"] in ("list", "map") else facts["of"]
        return expr

    def is_struct(self, name: str) -> bool:
        """Whether the table has a struct of that name."""
        return name in self._types and self._types[name]["kind"] == "struct"

    def struct_name(self, expr: TypeExpr) -> str | None:
        """The name of the struct that a type expression means, behind a pointer or not."""
        while isinstance(expr, dict) and "ptr" in expr:
            expr = expr["ptr"]
        if isinstance(expr, str):
            return None
        name: str = expr.get("ref") or expr.get("ext") or ""
        return name if self.is_struct(name) else None

    def struct(self, name: str) -> Struct:
        """The struct of that name. Raises KeyError when there is none."""
        struct = self._structs.get(name)
        if struct is None:
            entry = self._types[name]
            unset = entry.get("emptyWhenUnset")
            struct = self._structs[name] = Struct(
                name=name,
                fields=tuple(self._fields(entry["fields"])),
                empty_when_unset=None if unset is None else frozenset(unset),
            )
        return struct

    def since(self, kind: str, path: str) -> str:
        """The first release whose decoder takes a path (``machine.disks[].device``) of a kind. Raises KeyError."""
        first: str = matrix()[kind][path][0]
        return first

    def _fields(self, entries: list[dict[str, Any]]) -> list[Field]:
        out: list[Field] = []
        for entry in entries:
            if entry.get("inline"):
                out.extend(self._fields(self._types[entry["type"]["ref"]]["fields"]))
                continue
            out.append(
                Field(
                    key=entry["yaml"],
                    go=entry["go"],
                    type=entry["type"],
                    pointer=entry.get("pointer", False),
                    omitempty=entry.get("omitempty", False),
                    omit_only_if_nil=entry.get("omitonlyifnil", False),
                    merge=entry.get("merge", ""),
                    arguments=entry.get("arguments", False),
                    required=entry.get("required", False),
                    hidden=entry.get("nodoc", False),
                    deprecated=entry.get("deprecated", False),
                    replaced_by=tuple(entry.get("replacedBy", ())),
                    enum=tuple(entry.get("enum", ())),
                    default=entry.get("docDefault"),
                    masks=tuple(Mask(level, part, tuple(names)) for level, part, *names in entry.get("secret", ())),
                )
            )
        return out


def data(spec: Any, name: str) -> Any:
    """The JSON file of that name beside the module whose ``__spec__`` is given; also out of a zip file."""
    return json.loads(resource(spec, name))


def resource(spec: Any, name: str) -> bytes:
    """The content of the file of that name beside the module whose ``__spec__`` is given; also out of a zip file."""
    # importlib.resources would do the same and costs 3 ms to import.
    folder = spec.origin.rpartition(spec.name.rpartition(".")[2])[0]
    found: bytes = spec.loader.get_data(folder + name)
    return found


@cache
def matrix() -> dict[str, dict[str, list[Any]]]:
    """By kind and path: first and last release, release of its deprecation, what replaces it."""
    content: dict[str, dict[str, list[Any]]] = data(__spec__, "matrix.json")
    return content


@cache
def table(release: str = NEWEST) -> Table:
    """The table of ``release`` (``"1.14"``). Raises KeyError for a release without a table."""
    try:
        return Table(data(__spec__, f"v{release}.json"))
    except FileNotFoundError:
        raise KeyError(release) from None
