"""CEL's macros: calls that stand for a test of a field, or for a loop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from talosgen.cel.error import CelError
from talosgen.cel.syntax import Call, Comprehension, Constant, Expression, Identifier, ListOf, Select
from talosgen.cel.types import BOOL, INT

__all__ = ["Macro", "of"]

#: Makes a tree of a place, a target and arguments.
Macro = Callable[[int, Expression | None, tuple[Expression, ...]], Expression]

# No name of an expression can be this one.
_ACCUMULATOR: Final = "@result"
#: A name that cel-go keeps for itself.
_TAKEN: Final = "__result__"


def of(optional: bool) -> dict[tuple[str, int, bool], Macro]:
    """The macros by name, number of arguments, and whether they have a target."""
    return {**_STANDARD, **_OPTIONAL} if optional else _STANDARD


def _has(offset: int, target: Expression | None, arguments: tuple[Expression, ...]) -> Expression:
    field = arguments[0]
    if not isinstance(field, Select):
        raise CelError("has() takes a field, as in has(a.b)", field.offset)
    return Select(offset, field.operand, field.field, test=True)


def _variable(argument: Expression) -> str:
    if not isinstance(argument, Identifier):
        raise CelError("the first argument is the name of a variable", argument.offset)
    if argument.name == _TAKEN:
        raise CelError("this name is reserved", argument.offset)
    return argument.name


def _loop(
    offset: int, target: Expression | None, variable: Expression, start: Expression, step: Expression, end: Expression
) -> Expression:
    """A loop over the target: what it accumulates begins with ``start``, and becomes ``step`` each time."""
    assert target is not None
    going = Constant(offset, BOOL)
    return Comprehension(target.offset, _variable(variable), target, _ACCUMULATOR, start, going, step, end)


def _so_far(offset: int) -> Expression:
    return Identifier(offset, _ACCUMULATOR)


def _all(offset: int, target: Expression | None, arguments: tuple[Expression, ...]) -> Expression:
    variable, predicate = arguments
    so_far = _so_far(offset)
    return _loop(offset, target, variable, Constant(offset, BOOL), Call(offset, "_&&_", (so_far, predicate)), so_far)


def _exists(offset: int, target: Expression | None, arguments: tuple[Expression, ...]) -> Expression:
    variable, predicate = arguments
    so_far = _so_far(offset)
    return _loop(offset, target, variable, Constant(offset, BOOL), Call(offset, "_||_", (so_far, predicate)), so_far)


def _exists_one(offset: int, target: Expression | None, arguments: tuple[Expression, ...]) -> Expression:
    variable, predicate = arguments
    so_far, one = _so_far(offset), Constant(offset, INT)
    step = Call(offset, "_?_:_", (predicate, Call(offset, "_+_", (so_far, one)), so_far))
    return _loop(offset, target, variable, one, step, Call(offset, "_==_", (so_far, one)))


def _map(offset: int, target: Expression | None, arguments: tuple[Expression, ...]) -> Expression:
    variable, *predicate, value = arguments
    so_far = _so_far(offset)
    step: Expression = Call(offset, "_+_", (so_far, ListOf(offset, (value,))))
    if predicate:
        step = Call(offset, "_?_:_", (predicate[0], step, so_far))
    return _loop(offset, target, variable, ListOf(offset, ()), step, so_far)


def _filter(offset: int, target: Expression | None, arguments: tuple[Expression, ...]) -> Expression:
    variable, predicate = arguments
    return _map(offset, target, (variable, predicate, variable))


def _with_value(offset: int, target: Expression | None, arguments: tuple[Expression, ...]) -> Expression:
    """The second argument, in which the first is the target's value."""
    assert target is not None
    name = _variable(arguments[0])
    value = Call(offset, "value", (), target)
    never = Constant(offset, BOOL)
    return Comprehension(
        offset, "#unused", ListOf(offset, ()), name, value, never, Identifier(offset, name), arguments[1]
    )


def _opt_map(offset: int, target: Expression | None, arguments: tuple[Expression, ...]) -> Expression:
    made = Call(offset, "optional.of", (_with_value(offset, target, arguments),))
    return Call(offset, "_?_:_", (Call(offset, "hasValue", (), target), made, Call(offset, "optional.none", ())))


def _opt_flat_map(offset: int, target: Expression | None, arguments: tuple[Expression, ...]) -> Expression:
    made = _with_value(offset, target, arguments)
    return Call(offset, "_?_:_", (Call(offset, "hasValue", (), target), made, Call(offset, "optional.none", ())))


_STANDARD: Final[dict[tuple[str, int, bool], Macro]] = {
    ("has", 1, False): _has,
    ("all", 2, True): _all,
    ("exists", 2, True): _exists,
    ("exists_one", 2, True): _exists_one,
    ("map", 2, True): _map,
    ("map", 3, True): _map,
    ("filter", 2, True): _filter,
}
_OPTIONAL: Final[dict[tuple[str, int, bool], Macro]] = {
    ("optMap", 2, True): _opt_map,
    ("optFlatMap", 2, True): _opt_flat_map,
}
