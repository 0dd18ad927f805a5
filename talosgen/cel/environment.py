"""What an expression may name: variables, constants, functions and messages, declared in the data."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any, Final

from talosgen.cel.checker import type_of_expression
from talosgen.cel.error import CelError
from talosgen.cel.parser import parse
from talosgen.cel.types import DYN, INT, Overload, Type, overload, parse_type, type_of
from talosgen.schema.table import NEWEST as RELEASE
from talosgen.schema.table import data

__all__ = ["Environment", "check", "environment"]

NEWEST: Final = int(RELEASE.partition(".")[2])
#: Talos's enumerations are numbers. Their names are not declared: any will do.
_ENUMERATIONS: Final = "talos.resource.definitions.enums."


class Environment:
    """The names of one place where Talos takes expressions, and the type that they must have.

    ``minor``: the minor release of Talos whose names these are.
    """

    def __init__(self, name: str, standard: dict[str, Any], talos: dict[str, Any], minor: int) -> None:
        def known(home: str, names: dict[str, Any]) -> dict[str, Any]:
            since = talos["since"].get(home, {})
            return {one: of for one, of in names.items() if since.get(one, 0) <= minor}

        declared = talos["environments"][name]
        self.optional: bool = declared.get("optional", False)
        #: Whether fields may be named between backquotes.
        self.escaped = bool(known("syntax", {"escaped": True}))
        self.result = parse_type(declared["result"])
        self._names = {one: parse_type(text) for one, text in known(name, declared["variables"]).items()}
        for group in declared["constants"]:
            constants = talos["constants"][group]
            self._names |= dict.fromkeys(constants["names"], parse_type(constants["type"]))
        self._messages = {
            message: (parse_type(message), known(message, fields)) for message, fields in talos["messages"].items()
        }
        self._messages |= {name: (parse_type(text), fields) for name, (text, fields) in standard["wellKnown"].items()}
        self._types = {*standard["types"], *self._messages, *(("optional_type",) if self.optional else ())}
        self._fields: dict[str, dict[str, Type]] = {}
        forms: dict[str, list[Any]] = {name: list(given) for name, given in standard["functions"].items()}
        for more in (standard["optional"] if self.optional else {}, known(name, declared["functions"])):
            for function, given in more.items():
                forms.setdefault(function, []).extend(given)
        self._forms = forms
        #: Further forms of comparisons, of numbers of two types, once a loop has begun.
        self.mixed = {name: tuple(overload(*form) for form in given) for name, given in standard["mixed"].items()}
        self._functions: dict[str, tuple[Overload, ...]] = {}

    def identifier(self, name: str) -> Type | None:
        """The type of what a name stands for; None when it is unknown."""
        found = self._names.get(name)
        if found is not None:
            return found
        if name in self._types:
            return type_of(DYN)
        enumeration = name.startswith(_ENUMERATIONS) and name.count(".") == _ENUMERATIONS.count(".") + 1
        return INT if enumeration or name == "google.protobuf.NullValue.NULL_VALUE" else None

    def function(self, name: str) -> tuple[Overload, ...] | None:
        """The forms of a function or method; None when it is unknown."""
        if name not in self._forms:
            return None
        if name not in self._functions:
            self._functions[name] = tuple(overload(*form) for form in self._forms[name])
        return self._functions[name]

    def message(self, name: str) -> Type | None:
        """The type that a message's name makes; None when it is unknown."""
        found = self._messages.get(name)
        return None if found is None else found[0]

    def fields(self, name: str) -> dict[str, Type]:
        """The fields of a message, with their types."""
        if name not in self._fields:
            self._fields[name] = {field: parse_type(text) for field, text in self._messages[name][1].items()}
        return self._fields[name]


@cache
def environment(name: str, minor: int = NEWEST) -> Environment:
    """The environment of that name: ``disk``, ``volume``, ``member``, ``link``, ``oom-trigger`` or ``oom-ranking``.

    ``minor``: of which minor release of Talos.
    """
    return Environment(name, data(__spec__, "standard.json"), data(__spec__, "talos.json"), minor)


@lru_cache(maxsize=1024)
def check(expression: str, name: str, minor: int = NEWEST) -> str:
    """What is wrong with an expression in the environment of that name, in words; empty when nothing is.

    ``minor``: the minor release of Talos that is to take it.
    """
    found = environment(name, minor)
    try:
        made = type_of_expression(parse(expression, optional=found.optional, escaped=found.escaped), found)
    except CelError as error:
        return error.text(expression)
    return "" if made == found.result else f"its value is of the type {made}, expected {found.result}"
