"""What is known of a path of a kind of document in a release: for people and programs that ask."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, Final, Literal, NamedTuple

from talosgen.contract import Contract
from talosgen.errors import InputError, Problem, nearest
from talosgen.schema.table import NEWEST, Field, Mask, Table, TypeExpr, matrix, table

__all__ = ["RELEASES", "Entry", "MergeRule", "entries", "entry", "fields_of", "kinds", "release_of"]

#: The releases that have a table, oldest first.
RELEASES: Final = tuple(f"1.{minor}" for minor in range(5, 15))

MergeRule = Literal["replace", "append", "elements", "keys", "fields", "deep", "parts", "sides", "refused"]

_BY_CODEC: Final[dict[str, MergeRule]] = {
    "disk-size-matcher": "refused",
    "endpoint-url": "parts",
    "size": "sides",
    "unstructured": "deep",
    "url": "parts",
}


class Entry(NamedTuple):
    """One path of a kind.

    ``path``: as in ``machine.network.interfaces[].vlans[].vlanId`` and ``machine.registries.mirrors.*.endpoints``.
    ``type``: the type's name; ``object``, ``[]…``, ``map[…]…``, ``enum(…)``, or how Talos reads a text: ``duration``,
    ``ip-prefix``, ``size`` … ``since``: the first release that takes the path (``1.0``: that or an older one).
    ``deprecated``: the release that deprecated it or what encloses it, be it newer than ``release``; empty if none
    did. ``deprecated_with``: the enclosing path that was deprecated, where it is not this one, or was so before it.

    ``merge``, what a strategic patch does to a value that is set (Talos v1.14): ``replace`` it; ``append`` to the
    list; ``elements``, merge list elements that agree in ``merge_by`` and append the others; ``keys``, merge a map
    key by key; ``fields``, merge field by field; ``deep``, merge a free-form object at every depth; ``parts``,
    replace those parts of a URL that the patch's has; ``sides``, set the percentage or the number of bytes beside
    the other; ``refused``, which a delete before it avoids.

    ``secret``: whether the value or a part of it is secret, by Talos's list or by ours (``all``); ``masks`` says
    what of it. ``values``: all texts that the decoder takes. ``enum``: texts that are documented; others are taken.
    ``default``: the documented default, None if there is none. ``hidden``: not in Talos's own documentation.
    """

    release: str
    kind: str
    path: str
    type: str
    since: str
    deprecated: str
    deprecated_with: str
    replaced_by: tuple[str, ...]
    merge: MergeRule
    merge_by: tuple[str, ...]
    secret: Literal["", "talos", "all"]
    masks: tuple[Mask, ...]
    values: tuple[str, ...]
    enum: tuple[str, ...]
    default: Any
    required: bool
    hidden: bool

    @property
    def outdated(self) -> bool:
        """Whether it is deprecated in its own release."""
        return bool(self.deprecated) and _minor(self.deprecated) <= _minor(self.release)


def release_of(text: str) -> str:
    """The release that a version means: ``1.14`` for ``v1.14.1``, ``1.14``, and for none at all.

    Raises InputError for one without a table.
    """
    contract = Contract.parse(text)
    name = NEWEST if contract.current else f"{contract.major}.{contract.minor}"
    if name not in RELEASES:
        known = f"known are v{RELEASES[0]} to v{RELEASES[-1]}"
        raise InputError(Problem(f"there is no table of the release v{name}", remedy=known))
    return name


def kinds(release: str = NEWEST) -> tuple[str, ...]:
    """The kinds of documents of a release, sorted; the legacy one is ``v1alpha1``. Raises InputError."""
    return tuple(sorted(table(release_of(release)).kinds))


def entries(kind: str, release: str = NEWEST) -> tuple[Entry, ...]:
    """All paths of a kind, in the order of its documents.

    ``secrets`` and ``talosconfig`` are taken for a kind here. Raises InputError for an unknown kind or release.
    """
    name = release_of(release)
    return _entries(_known(kind, name), name)


def entry(kind: str, path: str, release: str = NEWEST) -> Entry:
    """One path of a kind, written as an Entry has it. Raises InputError when there is none."""
    found = next((found for found in entries(kind, release) if found.path == path), None)
    if found is None:
        raise InputError(Problem(f"{kind} has no such path", path=path[:200], remedy="see `talosgen schema show`"))
    return found


def _known(kind: str, release: str) -> str:
    facts = table(release)
    if kind in facts.kinds or kind in facts.roots:
        return kind
    since = matrix().get(kind, {}).get("kind", [""])[0]
    if since in RELEASES:
        raise InputError(Problem(f"v{release} has no kind {kind}", remedy=f"it is there since v{since}"))
    near = nearest(kind, [*facts.kinds, *facts.roots])
    remedy = f"did you mean {near}?" if near else f"kinds of v{release}: {', '.join(sorted(facts.kinds))}"
    raise InputError(Problem(f'unknown kind "{kind[:80]}"', remedy=remedy))


@cache
def _entries(kind: str, release: str) -> tuple[Entry, ...]:
    facts = table(release)
    root = facts.kinds[kind].type if kind in facts.kinds else facts.roots[kind]
    history = matrix()[kind]
    return tuple(_entry(facts, kind, path, field, history) for path, _, field in fields_of(facts, {"ref": root}))


def fields_of(
    facts: Table, expr: TypeExpr, path: str = "", within: tuple[str, ...] = ()
) -> Iterator[tuple[str, str, Field]]:
    """The paths below a type, each with its struct and the field of that, parents first."""
    expr = facts.opened(expr)
    if isinstance(expr, str):
        return
    if "list" in expr:
        yield from fields_of(facts, expr["list"], f"{path}[]", within)
    elif "map" in expr:
        yield from fields_of(facts, expr["map"][1], f"{path}.*", within)
    elif (name := facts.struct_name(expr)) is not None and name not in within:
        for field in facts.struct(name).fields:
            below = f"{path}.{field.key}" if path else field.key
            yield below, name, field
            yield from fields_of(facts, field.type, below, (*within, name))


def _entry(facts: Table, kind: str, path: str, field: Field, history: dict[str, list[Any]]) -> Entry:
    since, _, deprecated, replaced_by = history[path]
    above = ""
    merge, merge_by = _merge(facts, field)
    for up in _above(path):
        # The outermost of those that were deprecated first.
        earlier = history[up][2] if up in history else None
        if earlier and (not deprecated or _minor(earlier) < _minor(deprecated) or (above and earlier == deprecated)):
            above, deprecated, replaced_by = up, earlier, history[up][3] or replaced_by
    expr = facts.opened(field.type)
    while isinstance(expr, dict) and ("list" in expr or "map" in expr):
        expr = facts.opened(expr["list"] if "list" in expr else expr["map"][1])
    named = facts.facts(expr["ref"]) if isinstance(expr, dict) and "ref" in expr else {}
    return Entry(
        release=facts.release, kind=kind, path=path, type=type_text(facts, field.type), since=since,
        deprecated=deprecated or "", deprecated_with=above, replaced_by=tuple(replaced_by),
        merge=merge, merge_by=merge_by, secret=field.secret, masks=field.masks,
        values=tuple(named.get("values", ())) if "codec" in named else (), enum=field.enum,
        default=field.default, required=field.required, hidden=field.hidden,
    )  # fmt: skip


def _minor(release: str) -> int:
    return int(release.split(".")[1])


def _above(path: str) -> Iterator[str]:
    """The enclosing paths, the nearest first."""
    while "." in path:
        path = path.rpartition(".")[0].removesuffix("[]").removesuffix(".*")
        yield path


def _merge(facts: Table, field: Field) -> tuple[MergeRule, tuple[str, ...]]:
    if field.merge == "replace":
        return "replace", ()
    expr = field.type
    while isinstance(expr, dict) and "ptr" in expr:
        expr = expr["ptr"]
    if isinstance(expr, dict) and "ref" in expr and not facts.is_struct(expr["ref"]):
        named = facts.facts(expr["ref"])
        if "mergeBy" in named:
            return "elements", tuple(named["mergeBy"])
        if named.get("codec") in _BY_CODEC:
            return _BY_CODEC[named["codec"]], ()
    expr = facts.opened(expr)
    if isinstance(expr, dict) and "list" in expr:
        return "append", ()
    if isinstance(expr, dict) and "map" in expr:
        return "keys", ()
    name = facts.struct_name(expr)
    # A certificate and its key are replaced together.
    return ("fields" if name is not None and not facts.facts(name).get("codec") else "replace"), ()


def type_text(facts: Table, expr: TypeExpr) -> str:
    """The name of a type, as an Entry has it."""
    expr = facts.opened(expr)
    if isinstance(expr, str):
        return expr
    if "list" in expr:
        return f"[]{type_text(facts, expr['list'])}"
    if "map" in expr:
        return f"map[{type_text(facts, expr['map'][0])}]{type_text(facts, expr['map'][1])}"
    name: str = expr.get("ref") or expr["ext"]
    if facts.struct_name(expr) is not None:
        return str(facts.facts(name).get("codec", "object"))
    if "ext" in expr:
        return facts.codec_of(name).removesuffix("-or-marker")
    named = facts.facts(name)
    codec = named.get("codec", named["kind"])
    if "values" not in named or named.get("codec", "enum-text") != "enum-text":
        return str(codec)
    texts = named["values"]
    listed = "|".join(texts) if len(texts) <= 8 else f"{texts[0]}..{texts[-1]}"
    return f"enum({listed})" if codec == "enum-text" else f"{codec}({listed})"
