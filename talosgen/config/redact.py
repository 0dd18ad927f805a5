"""Masking of secrets in typed trees. What is secret is a fact of the table; this engine knows no field.

At level ``talos`` a masked document prints byte for byte what Talos v1.14.1 makes of it; level ``all`` masks
more. A mask keeps the form: a text becomes ``******``, a list stays a list, a free-form object keeps its keys.
What is empty stays empty, and what has no secret is shared with the tree that was given.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any, Final

from talosgen.config.codecs.text import MARKER
from talosgen.config.codecs.url import URL, query_text, query_values
from talosgen.config.container import Document
from talosgen.config.decode import codec_for
from talosgen.config.engine import redactor
from talosgen.config.tree import copied
from talosgen.config.walk import opened
from talosgen.errors import InputError, Problem
from talosgen.goyaml.reader import read
from talosgen.goyaml.writer import emit
from talosgen.schema.table import LEVELS, Field, Level, Mask, Struct, Table, TypeExpr

__all__ = ["MARKER", "Redactor", "is_secret", "masked", "redact", "redact_document", "secret_paths"]

#: Makes the masked value of a value; the same object where nothing is masked.
Masking = Callable[[Any], Any]

_URL_CODECS: Final = frozenset(("url", "endpoint-url"))
# In a text that nobody has parsed: up to the last @ of what may be an authority, for passwords are not always escaped.
_USERINFO: Final = re.compile(r"//[^/\s]*@")


def redact(tree: dict[str, Any], struct: str, level: Level = "talos") -> dict[str, Any]:
    """The tree of a struct type with its secrets masked; a new tree where there are any."""
    return redactor(level).struct(struct)(tree)


def redact_document(document: Document, level: Level = "talos") -> Document:
    """A document with its secrets masked; of one whose kind the table does not have all is, but what names it."""
    if document.known:
        tree = redact(document.tree, document.kind.type, level)
        return Document(document.kind, tree, source=document.source)
    from talosgen.config.unknown import UnknownDocument

    names = ("apiVersion", "kind", document.kind.name_field)
    tree = {key: value if key in names else each(_mark, value) for key, value in document.tree.items()}
    text = emit(tree)
    return UnknownDocument(tree, text, read(text, document.source)[0], document.source)


def is_secret(kind: str, steps: Iterable[str | int]) -> bool:
    """Whether all that stands at a path of a document is secret, by our list (level ``all``).

    ``kind`` is a document kind, the legacy one ``v1alpha1``, or ``secrets`` or ``talosconfig``; ``steps`` are
    keys and positions. A path of which the table knows nothing is taken for secret. False for what only holds a
    secret somewhere below, and for a URL whose user information alone is: ``masked`` gives what may be shown.
    """
    return redactor("all").at(kind, steps) is None


def masked(kind: str, steps: Iterable[str | int], value: Any, level: Level = "all") -> Any:
    """What may be shown of the value at a path of a document: its secrets, and those below it, masked."""
    masking = redactor(level).at(kind, steps)
    return each(_mark, value) if masking is None else masking(value)


def secret_paths(kind: str, level: Level = "all") -> list[tuple[str, Mask]]:
    """The paths of a kind's fields that hold secrets, as in the matrix (``a.b[].c``, ``a.*.b``), and their masks."""
    return list(redactor(level).paths(kind))


def each(change: Masking, value: Any) -> Any:
    """A value with each leaf in it changed; the value itself where no leaf was. Depth costs no stack."""
    if type(value) is not dict and type(value) is not list:
        return change(value)
    made = copied(value)
    different = False
    work: list[Any] = [made]
    while work:
        container = work.pop()
        for slot, item in container.items() if type(container) is dict else enumerate(container):
            if type(item) is dict or type(item) is list:
                work.append(item)
            elif (new := change(item)) is not item:
                container[slot] = new
                different = True
    return made if different else value


class Redactor:
    """Maskings of one table by one list, planned when first needed and kept."""

    def __init__(self, table: Table, level: Level) -> None:
        if level not in LEVELS:
            # Never the narrower list for a name that was mistyped.
            raise InputError(Problem("this is no level of redaction", remedy=f"give {' or '.join(LEVELS)}"))
        self._table = table
        self._level = level
        self._structs: dict[str, _StructMasking] = {}

    def struct(self, name: str) -> _StructMasking:
        """The masking of the struct of that name."""
        masking = self._structs.get(name)
        if masking is None:
            masking = self._structs[name] = _StructMasking()
            masking.plan = [
                (field.key, found)
                for field in self._table.struct(name).fields
                if (found := self._field(field)) is not None
            ]
        return masking

    def at(self, kind: str, steps: Iterable[str | int]) -> Masking | None:
        """The masking of what stands at a path; None: it is secret whole, or nothing is known of it."""
        struct = self._root(kind)
        if not struct:
            return None
        expr: TypeExpr = {"ref": struct}
        masks: tuple[Mask, ...] = ()
        for step in steps:
            expr = opened(expr, self._table)
            name = self._table.struct_name(expr)
            if name is not None:
                field = next((field for field in self._table.struct(name).fields if field.key == step), None)
                if field is None:
                    return None
                expr, masks = field.type, self._of_level(field.masks)
                if any(mask.part == "whole" for mask in masks):
                    return None
            elif expr == "any":
                if any(step in mask.names for mask in masks):
                    return None
            elif isinstance(expr, dict) and "list" in expr:
                expr = expr["list"]
            elif isinstance(expr, dict) and "map" in expr:
                expr = expr["map"][1]
        return self._masking(masks, expr) or _same

    def paths(self, kind: str) -> Iterator[tuple[str, Mask]]:
        """The paths of a kind's fields that have masks, in the order of the table."""
        work: list[tuple[str, TypeExpr, tuple[str, ...]]] = [("", {"ref": self._root(kind)}, ())]
        while work:
            path, expr, within = work.pop()
            expr = opened(expr, self._table)
            name = self._table.struct_name(expr)
            if name is not None and name not in within:
                fields = [
                    (f"{path}.{field.key}" if path else field.key, field) for field in self._table.struct(name).fields
                ]
                for below, field in fields:
                    for mask in self._of_level(field.masks):
                        yield below, mask
                work.extend((below, field.type, (*within, name)) for below, field in reversed(fields))
            elif isinstance(expr, dict) and "list" in expr:
                work.append((f"{path}[]", expr["list"], within))
            elif isinstance(expr, dict) and "map" in expr:
                work.append((f"{path}.*", expr["map"][1], within))

    def _root(self, kind: str) -> str:
        facts = self._table.kinds.get(kind)
        return self._table.roots.get(kind, "") if facts is None else facts.type

    def _of_level(self, masks: tuple[Mask, ...]) -> tuple[Mask, ...]:
        return masks if self._level == "all" else tuple(mask for mask in masks if mask.level == "talos")

    def _field(self, field: Field) -> Masking | None:
        return self._masking(self._of_level(field.masks), field.type)

    def _masking(self, masks: tuple[Mask, ...], expr: TypeExpr) -> Masking | None:
        if any(mask.part == "whole" for mask in masks):
            return partial(each, _mark)
        found = [self._below(expr), *(self._masking_of(mask, expr) for mask in masks)]
        steps = [masking for masking in found if masking is not None]
        if len(steps) < 2:
            return steps[0] if steps else None
        return partial(_one_after_the_other, steps)

    def _below(self, expr: TypeExpr) -> Masking | None:
        """The masking of the structs that a type holds."""
        expr = opened(expr, self._table)
        name = self._table.struct_name(expr)
        if name is not None:
            masking = self.struct(name)
            return masking if masking.plan is None or masking.plan else None
        if isinstance(expr, dict) and ("list" in expr or "map" in expr):
            inner = self._below(expr["list"] if "list" in expr else expr["map"][1])
            return None if inner is None else partial(_items if "list" in expr else _values, inner)
        return None

    def _masking_of(self, mask: Mask, expr: TypeExpr) -> Masking:
        if mask.part == "present":
            name = self._table.struct_name(opened(expr, self._table))
            assert name is not None
            return partial(_fill, self._table.struct(name), frozenset(mask.names))
        if mask.part == "entries":
            return partial(_entries, frozenset(mask.names), partial(each, _mark), True)
        if mask.part == "direct-entries":
            return partial(_entries, frozenset(mask.names), lambda value: MARKER, False)
        url = self._is_url(expr)
        if mask.part == "userinfo":
            return partial(each, _without_user if url else _text_without_user)
        names = "|".join(map(re.escape, mask.names))
        pattern = re.compile(rf"(?<=[?&])({names})=[^&#\s]*")
        text = partial(_text_without_parameters, pattern)
        return partial(each, partial(_without_parameters, mask.names, text) if url else text)

    def _is_url(self, expr: TypeExpr) -> bool:
        expr = opened(expr, self._table)
        while isinstance(expr, dict) and ("list" in expr or "map" in expr):
            expr = opened(expr["list"] if "list" in expr else expr["map"][1], self._table)
        codec = codec_for(expr, self._table)
        return codec is not None and codec.name in _URL_CODECS


class _StructMasking:
    """Masks one struct type. ``plan`` is None while it is being made, so that types may be recursive."""

    __slots__ = ("plan",)

    def __init__(self) -> None:
        self.plan: list[tuple[str, Masking]] | None = None

    def __call__(self, tree: dict[str, Any]) -> dict[str, Any]:
        made = tree
        for key, masking in self.plan or ():
            if key in tree:
                old = tree[key]
                new = masking(old)
                if new is not old:
                    if made is tree:
                        made = dict(tree)
                    made[key] = new
        return made


def _same(value: Any) -> Any:
    return value


def _one_after_the_other(steps: list[Masking], value: Any) -> Any:
    for masking in steps:
        value = masking(value)
    return value


def _items(masking: Masking, items: list[Any]) -> list[Any]:
    made = [masking(item) for item in items]
    return made if any(new is not old for new, old in zip(made, items, strict=True)) else items


def _values(masking: Masking, entries: dict[str, Any]) -> dict[str, Any]:
    made = {key: masking(value) for key, value in entries.items()}
    return made if any(made[key] is not value for key, value in entries.items()) else entries


def _mark(leaf: Any) -> Any:
    return leaf if leaf is None or leaf == "" else MARKER


def _fill(struct: Struct, names: frozenset[str], tree: dict[str, Any]) -> dict[str, Any]:
    if names <= tree.keys():
        return tree
    full = {**dict.fromkeys(names, MARKER), **tree}
    return {field.key: full[field.key] for field in struct.fields if field.key in full}


def _entries(names: frozenset[str], masking: Masking, nested: bool, value: Any) -> Any:
    """A free-form value with the entries of these names masked; ``nested``: in a list within a list too."""
    made = copied(value)
    different = False
    work: list[Any] = [made]
    while work:
        container = work.pop()
        if type(container) is list:
            work.extend(item for item in container if type(item) is dict or (nested and type(item) is list))
        elif type(container) is dict:
            for key, item in container.items():
                if key in names:
                    container[key] = masking(item)
                    different = different or container[key] is not item
                else:
                    work.append(item)
    return made if different else value


def _without_user(text: str) -> str:
    try:
        url = URL.parse(text)
    except ValueError:
        return str(_text_without_user(text))
    return text if url.user is None else str(url._replace(user=MARKER.encode(), password=None))


def _text_without_user(text: Any) -> Any:
    if type(text) is not str or "@" not in text:
        return text
    return _USERINFO.sub(f"//{MARKER}@", text)


def _without_parameters(names: tuple[str, ...], otherwise: Masking, text: str) -> str:
    try:
        url = URL.parse(text)
    except ValueError:
        return str(otherwise(text))
    # Talos writes the query anew, whether there is a secret in it or not.
    values = query_values(url.query)
    values |= {name: [MARKER.encode()] for name in map(str.encode, names) if name in values}
    made = str(url._replace(query=query_text(values)))
    return text if made == text else made


def _text_without_parameters(pattern: re.Pattern[str], text: Any) -> Any:
    return pattern.sub(rf"\1={MARKER}", text) if type(text) is str else text
