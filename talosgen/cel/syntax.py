"""The tree of an expression, macros expanded."""

from __future__ import annotations

from typing import NamedTuple

from talosgen.cel.types import Type

__all__ = [
    "Call", "Comprehension", "Constant", "Expression", "Identifier", "ListOf", "MapOf", "Message", "OptionalSelect",
    "Select", "qualified_name",
]  # fmt: skip


class Constant(NamedTuple):
    """A literal: its type is all that counts."""

    offset: int
    type: Type


class Identifier(NamedTuple):
    """A name; with a dot in front it is looked up from the root."""

    offset: int
    name: str


class Select(NamedTuple):
    """A field; ``test``: whether it is there."""

    offset: int
    operand: Expression
    field: str
    test: bool = False


class OptionalSelect(NamedTuple):
    """A field of what may be missing."""

    offset: int
    operand: Expression
    field: str


class Call(NamedTuple):
    """A function, an operator, or, with a target, a method."""

    offset: int
    function: str
    arguments: tuple[Expression, ...]
    target: Expression | None = None


class ListOf(NamedTuple):
    """A list; ``optional``: the elements that may be missing."""

    offset: int
    elements: tuple[Expression, ...]
    optional: frozenset[int] = frozenset()


class MapOf(NamedTuple):
    """A map's keys and values."""

    offset: int
    entries: tuple[tuple[Expression, Expression, bool], ...]


class Message(NamedTuple):
    """A message with its fields."""

    offset: int
    name: str
    fields: tuple[tuple[int, str, Expression, bool], ...]


class Comprehension(NamedTuple):
    """What a macro stands for: a loop over a range with an accumulator."""

    offset: int
    variable: str
    range: Expression
    accumulator: str
    start: Expression
    condition: Expression
    step: Expression
    result: Expression


Expression = (
    Constant | Identifier | Select | OptionalSelect | Call | ListOf | MapOf | Message | Comprehension
)  # fmt: skip


def qualified_name(expression: Expression) -> str:
    """``a.b.c`` where an expression is that; else empty."""
    parts: list[str] = []
    while isinstance(expression, Select) and not expression.test:
        parts.append(expression.field)
        expression = expression.operand
    if not isinstance(expression, Identifier):
        return ""
    return ".".join((expression.name, *reversed(parts)))
