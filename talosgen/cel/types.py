"""Types of CEL and when one can stand for another (cel-go's checker)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final, NamedTuple

__all__ = [
    "BOOL", "BYTES", "DOUBLE", "DYN", "INT", "NULL", "STRING", "UINT", "Mapping", "Overload", "Type", "list_of",
    "map_of", "most_general", "optional_of", "overload", "parse_type", "type_of", "variable",
]  # fmt: skip


class Type(NamedTuple):
    """A type: ``int``, ``list`` with its element, ``message`` by its name, ``variable`` by its number."""

    kind: str
    parameters: tuple[Type, ...] = ()
    name: str = ""

    def __str__(self) -> str:
        if self.kind == "message":
            return self.name
        if self.kind == "variable":
            return "dyn"
        if self.parameters:
            return f"{self.kind}({', '.join(map(str, self.parameters))})"
        return self.kind


BOOL: Final = Type("bool")
BYTES: Final = Type("bytes")
DOUBLE: Final = Type("double")
DYN: Final = Type("dyn")
INT: Final = Type("int")
NULL: Final = Type("null")
STRING: Final = Type("string")
UINT: Final = Type("uint")

_SIMPLE: Final = frozenset(("bool", "bytes", "double", "dyn", "int", "null", "string", "uint", "duration", "timestamp"))
#: Types that null can stand for.
_NULLABLE: Final = frozenset(("message", "optional_type", "duration", "timestamp", "null"))
_CONTAINERS: Final = frozenset(("list", "map", "optional_type"))


def list_of(element: Type) -> Type:
    """The type of lists of an element."""
    return Type("list", (element,))


def map_of(key: Type, value: Type) -> Type:
    """The type of maps."""
    return Type("map", (key, value))


def optional_of(value: Type) -> Type:
    """The type of values that may be absent."""
    return Type("optional_type", (value,))


def type_of(value: Type) -> Type:
    """The type of a type."""
    return Type("type", (value,))


def variable(name: str) -> Type:
    """A type that is not known yet."""
    return Type("variable", name=name)


def parse_type(text: str) -> Type:
    """The type of a text in the data: ``map(int, double)``, a message's name, or a capital letter for any type."""
    found = re.fullmatch(r"([\w.]+)\((.*)\)", text)
    if found is not None:
        return Type(found[1], tuple(map(parse_type, _split(found[2]))))
    if text in _SIMPLE or text == "type":
        return Type(text)
    return variable(text) if len(text) == 1 else Type("message", name=text)


def _split(text: str) -> list[str]:
    """Parameters at the commas outside of parentheses."""
    out, depth, start = [], 0, 0
    for index, character in enumerate(text):
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "," and not depth:
            out.append(text[start:index].strip())
            start = index + 1
    last = text[start:].strip()
    return [*out, last] if last else out


class Overload(NamedTuple):
    """One form of a function: a method's target is its first argument."""

    method: bool
    arguments: tuple[Type, ...]
    result: Type
    variables: tuple[str, ...]


def overload(*declared: Any) -> Overload:
    """The form that the data declares: a method's target, if it is one, the arguments, the result."""
    *target, arguments, result = declared
    names = tuple(dict.fromkeys(re.findall(r"\b[A-Z]\b", " ".join((*target, *arguments, result)))))
    return Overload(bool(target), tuple(map(parse_type, (*target, *arguments))), parse_type(result), names)


def most_general(one: Type, other: Type) -> Type:
    """Of two types that can stand for one another, the one that says less."""
    return one if _says_less(one, other) else other


def _says_less(one: Type, other: Type) -> bool:
    if one.kind in ("dyn", "variable"):
        return True
    if other.kind in ("dyn", "variable") or one.kind != other.kind:
        return False
    if one.kind not in _CONTAINERS:
        return one == other
    return all(map(_says_less, one.parameters, other.parameters))


class Mapping:
    """What the variables of types were found to be. A trial that fails leaves nothing behind."""

    def __init__(self) -> None:
        self._known: dict[str, Type] = {}
        self._trail: list[tuple[str, Type | None]] = []
        self._count = 0

    def fresh(self) -> Type:
        """A new variable."""
        self._count += 1
        return variable(str(self._count))

    def trial(self, attempt: Callable[[], bool]) -> bool:
        """Whether an attempt succeeds; when not, what it found is forgotten."""
        mark = len(self._trail)
        if attempt():
            if not mark:
                self._trail.clear()
            return True
        while len(self._trail) > mark:
            name, before = self._trail.pop()
            if before is None:
                del self._known[name]
            else:
                self._known[name] = before
        return False

    def assignable(self, one: Type, other: Type) -> bool:
        """Whether two types can stand for one another."""
        return self.trial(lambda: self._assignable(one, other))

    def all_assignable(self, some: list[Type], others: tuple[Type, ...]) -> bool:
        """Whether the types of two lists can, pair by pair."""
        if len(some) != len(others):
            return False
        return self.trial(lambda: all(map(self._assignable, some, others)))

    def resolved(self, given: Type, unknown: Type | None = None) -> Type:
        """A type with its variables replaced by what is known; by ``unknown`` where nothing is, if given."""
        while given.kind == "variable":
            found = self._known.get(given.name)
            if found is None:
                return given if unknown is None else unknown
            given = found
        if not given.parameters:
            return given
        parameters = []
        for parameter in given.parameters:
            parameters.append(self.resolved(parameter, unknown))
        return Type(given.kind, tuple(parameters), given.name)

    def _set(self, name: str, value: Type) -> None:
        self._trail.append((name, self._known.get(name)))
        self._known[name] = value

    def _assignable(self, one: Type, other: Type) -> bool:
        if other.kind == "variable":
            fits, known = self._substitute(one, other)
            if fits or known:
                return fits
        if one.kind == "variable":
            return self._substitute(other, one)[0]
        if one.kind == "dyn" or other.kind == "dyn":
            return True
        if one.kind == "null":
            return other.kind in _NULLABLE
        if other.kind == "null":
            return one.kind in _NULLABLE
        if one.kind != other.kind:
            return False
        if one.kind == "type":
            return True
        if one.kind not in _CONTAINERS:
            return one == other
        return all(map(self._assignable, one.parameters, other.parameters))

    def _substitute(self, given: Type, unknown: Type) -> tuple[bool, bool]:
        """Whether a type can be what a variable is, and whether the variable was known."""
        if given == unknown:
            return True, True
        known = self._known.get(unknown.name)
        if known is not None:
            if given == known:
                return True, True
            if not self._assignable(given, known):
                return False, True
            wider = most_general(given, known)
            if not self._mentions(wider, unknown):
                self._set(unknown.name, wider)
            return True, True
        if self._mentions(given, unknown):
            return False, False
        self._set(unknown.name, given)
        return True, False

    def _mentions(self, given: Type, unknown: Type) -> bool:
        while given.kind == "variable":
            if given == unknown:
                return True
            found = self._known.get(given.name)
            if found is None:
                return False
            given = found
        return any(self._mentions(parameter, unknown) for parameter in given.parameters)
