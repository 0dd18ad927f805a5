"""Paths as people write them, and which fields of which kinds they mean."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from talosgen.errors import InputError, Problem, nearest
from talosgen.schema.facts import RELEASES, Entry, entries, release_of
from talosgen.schema.table import NEWEST, Table, TypeExpr, table

__all__ = ["find"]

_TOKEN: Final = re.compile(r"""\.?(?:\[(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([0-9]*|\*))\]|([^.\[\]]+))""")
#: More steps than any path has, keys of maps with dots in them included.
_LONGEST: Final = 64


class _Step(NamedTuple):
    text: str
    bracket: bool


class _MissError(Exception):
    """A step that leads nowhere: how many steps before it did, and what to say."""

    def __init__(self, depth: int, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.depth = depth
        self.problem = (message, remedy)


def find(path: str, release: str = NEWEST) -> tuple[Entry, ...]:
    """The entries of all kinds that a path means, the legacy document's first.

    ``machine.network.interfaces[0].mtu``, ``machine.registries.mirrors.docker.io.endpoints``,
    ``machine.registries.mirrors["docker.io"].endpoints``; the position in a list may be left out, and ``*`` is any
    key. A kind in front, ``LinkConfig.mtu``, asks about that kind alone. Below a free-form object, and below the
    key of a map of texts, the entry is that object's. Raises InputError when no kind has the path, naming what is
    near, or the release that has it.
    """
    name = release_of(release)
    steps = _steps(path)
    facts = table(name)
    first = steps[0].text
    if len(steps) == 1 and (first in facts.kinds or first in facts.roots):
        raise InputError(Problem(f"{first} is a kind, not a path", remedy=f"see `talosgen schema show {first}`"))
    found, misses = _found(steps, name)
    if not found:
        raise InputError(_problem(path, steps, name, misses))
    return tuple(found)


def _found(steps: list[_Step], release: str) -> tuple[list[Entry], list[tuple[str, _MissError]]]:
    """The entries of a release that steps lead to, and the kinds in which they lead nowhere."""
    facts = table(release)
    first = steps[0].text
    if first in facts.kinds or first in facts.roots:
        candidates, steps = [first], steps[1:]
    else:
        order = sorted(facts.kinds, key=lambda kind: (not facts.kinds[kind].legacy, kind))
        candidates = [*order, *facts.roots]
    found: list[Entry] = []
    misses: list[tuple[str, _MissError]] = []
    for kind in candidates:
        root = facts.kinds[kind].type if kind in facts.kinds else facts.roots[kind]
        try:
            where = _follow(facts, {"ref": root}, steps, 0, "")
        except _MissError as miss:
            misses.append((kind, miss))
            continue
        found.extend(entry for entry in entries(kind, release) if entry.path == where)
    return found, misses


def _steps(path: str) -> list[_Step]:
    out: list[_Step] = []
    position = 0
    text = path.strip().replace("/", ".", 1) if re.match(r"\s*[A-Za-z0-9]+/", path) else path.strip()
    while position < len(text) and len(out) <= _LONGEST:
        match = _TOKEN.match(text, position)
        if match is None:
            break
        double, single, index, plain = match.groups()
        quoted = re.sub(r"\\(.)", r"\1", double) if double is not None else single
        found = next(part for part in (quoted, index, plain) if part is not None)
        out.append(_Step(found, plain is None))
        position = match.end()
    if not out or position < len(text):
        raise InputError(
            Problem("this is no path", path=path[:200], remedy="write one such as machine.network.interfaces[0].mtu")
        )
    return out


def _follow(facts: Table, expr: TypeExpr, steps: list[_Step], depth: int, path: str) -> str:
    """The path, as an Entry has it, that steps lead to from a type. Raises _MissError."""
    below = path
    while depth < len(steps):
        expr = facts.opened(expr)
        step = steps[depth]
        if isinstance(expr, dict) and "list" in expr:
            expr, below = expr["list"], f"{below}[]"
            if step.bracket or step.text.isdigit() or step.text == "*":
                depth += 1
            continue
        if isinstance(expr, dict) and "map" in expr:
            inner = facts.opened(expr["map"][1])
            return path if facts.struct_name(inner) is None else _behind_key(facts, inner, steps, depth, path)
        name = facts.struct_name(expr)
        if name is None:
            named = facts.facts(expr["ref"]) if isinstance(expr, dict) and "ref" in expr else {}
            if expr == "any" or named.get("codec") in ("unstructured", "arg-value"):
                return path
            raise _MissError(depth, f"{path} holds a single value; there is nothing below it")
        field = next((one for one in facts.struct(name).fields if one.key == step.text and not step.bracket), None)
        if field is None:
            raise _MissError(depth, *_unknown(facts, name, path, step.text))
        path = below = f"{below}.{field.key}" if below else field.key
        expr = field.type
        depth += 1
    return path


def _behind_key(facts: Table, inner: TypeExpr, steps: list[_Step], depth: int, path: str) -> str:
    """What follows a key of a map, which may have dots in it: the shortest key after which the rest is known."""
    misses: list[_MissError] = []
    for end in range(depth + 1, len(steps)):
        try:
            return _follow(facts, inner, steps, end, f"{path}.*")
        except _MissError as miss:
            misses.append(miss)
        if steps[depth].bracket or steps[end].bracket:
            raise max(misses, key=lambda miss: miss.depth)
    return path


def _unknown(facts: Table, struct: str, path: str, key: str) -> tuple[str, str]:
    keys = [field.key for field in facts.struct(struct).fields]
    near = nearest(key, keys)
    where = f"{path} has no key" if path else "there is no key"
    return f'{where} "{key[:80]}"', f"did you mean {near}?" if near else f"known keys: {', '.join(keys)}"


def _problem(path: str, steps: list[_Step], release: str, misses: list[tuple[str, _MissError]]) -> Problem:
    """What to say of a path that no kind of a release has: when it came, or what is near it."""
    for other in RELEASES[RELEASES.index(release) + 1 :]:
        if len(steps) > 1 and _found(steps, other)[0]:
            return Problem(f"v{release} has no such path", path=path[:200], remedy=f"it is there since v{other}")
    kind, miss = max(misses, key=lambda pair: pair[1].depth)
    if len(misses) > 1 and miss.depth == 0:
        return Problem(
            "no kind has such a path", path=path[:200], remedy="write it as Kind.path, or see `talosgen schema show`"
        )
    message, remedy = miss.problem
    return Problem(f"{kind}: {message}", path=path[:200], remedy=remedy)
