"""The types of an expression, found as cel-go's checker finds them; the first fault ends the search."""

from __future__ import annotations

from collections.abc import Mapping as Names
from typing import TYPE_CHECKING, Final

from talosgen.cel.error import CelError
from talosgen.cel.syntax import (
    Call,
    Comprehension,
    Constant,
    Expression,
    Identifier,
    ListOf,
    MapOf,
    Message,
    OptionalSelect,
    Select,
    qualified_name,
)  # fmt: skip
from talosgen.cel.trampoline import Call as Step
from talosgen.cel.trampoline import run
from talosgen.cel.types import (
    BOOL,
    DYN,
    Mapping,
    Overload,
    Type,
    list_of,
    map_of,
    most_general,
    optional_of,
)  # fmt: skip
from talosgen.errors import nearest

if TYPE_CHECKING:
    from talosgen.cel.environment import Environment

__all__ = ["type_of_expression"]

_NO_TARGET: Final[tuple[Expression, ...]] = ()


def type_of_expression(expression: Expression, environment: Environment) -> Type:
    """The type of an expression's value. Raises CelError where it has none."""
    checker = _Checker(environment)
    found: Type = run(checker.check(expression))
    return checker.mapping.resolved(found, DYN)


def _unwrapped(given: Type) -> tuple[Type, bool]:
    """What an optional type may hold, and whether it is one."""
    return (given.parameters[0], True) if given.kind == "optional_type" else (given, False)


class _Checker:
    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self.mapping = Mapping()
        #: Variables of loops, the innermost last.
        self._scopes: list[Names[str, Type]] = []
        # From the first loop on, to the end of the expression, cel-go compares numbers of two types.
        self._looped = False

    def check(self, expression: Expression) -> Step:
        """The type of an expression."""
        match expression:
            case Constant():
                return expression.type
            case Identifier():
                return self._identifier(expression)
            case Select():
                return (yield from self._select(expression))
            case OptionalSelect():
                return (yield from self._field(expression.operand, expression.field, expression.offset, True))
            case Call():
                return (yield from self._call(expression))
            case ListOf():
                return (yield from self._list(expression))
            case MapOf():
                return (yield from self._map(expression))
            case Message():
                return (yield from self._message(expression))
            case Comprehension():
                return (yield from self._comprehension(expression))

    def _lookup(self, name: str) -> Type | None:
        # A dot in front leads past the variables of loops.
        if not name.startswith("."):
            for scope in reversed(self._scopes):
                if name in scope:
                    return scope[name]
        return self._environment.identifier(name.removeprefix("."))

    def _identifier(self, expression: Identifier) -> Type:
        found = self._lookup(expression.name)
        if found is None:
            raise CelError(f'"{expression.name[:80]}" is unknown here', expression.offset)
        return found

    def _select(self, expression: Select) -> Step:
        name = qualified_name(expression)
        if name and (found := self._lookup(name)) is not None:
            return found
        result = yield from self._field(expression.operand, expression.field, expression.offset, False)
        return BOOL if expression.test else result

    def _field(self, operand: Expression, field: str, offset: int, optional: bool) -> Step:
        given = self.mapping.resolved((yield self.check(operand)))
        target, unwrapped = _unwrapped(given)
        if target.kind == "map":
            result = target.parameters[1]
        elif target.kind == "message":
            fields = self._environment.fields(target.name)
            if field not in fields:
                near = nearest(field, fields)
                hint = f'; did you mean "{near}"?' if near else ""
                raise CelError(f'there is no field "{field[:80]}"{hint}', offset)
            result = fields[field]
        elif target.kind == "variable":
            self.mapping.assignable(DYN, target)
            result = DYN
        elif target.kind == "dyn":
            result = DYN
        else:
            raise CelError(f"a value of the type {target} has no fields", offset)
        return optional_of(result) if optional or unwrapped else result

    def _call(self, expression: Call) -> Step:
        types: list[Type] = []
        for argument in expression.arguments:
            types.append((yield self.check(argument)))
        if expression.target is None:
            forms = self._environment.function(expression.function.removeprefix("."))
            return self._resolved(expression, forms, types, method=False)
        prefix = qualified_name(expression.target)
        forms = self._environment.function(f"{prefix}.{expression.function}".removeprefix(".")) if prefix else None
        if forms is not None:
            return self._resolved(expression, forms, types, method=False)
        types.insert(0, (yield self.check(expression.target)))
        forms = self._environment.function(expression.function)
        return self._resolved(expression, forms, types, method=True)

    def _resolved(
        self, expression: Call, forms: tuple[Overload, ...] | None, types: list[Type], *, method: bool
    ) -> Type:
        """The result of the forms of a function that take arguments of these types."""
        name = expression.function
        if name in ("_&&_", "_||_"):
            for argument, given in zip(expression.arguments, types, strict=True):
                if not self.mapping.assignable(given, BOOL):
                    raise CelError(f"expected bool, found {self._shown(given)}", argument.offset)
            return BOOL
        if forms is None:
            raise CelError(f'there is no function "{name[:80]}" here', expression.offset)
        if self._looped:
            forms += self._environment.mixed.get(name, ())
        result: Type | None = None
        for form in forms:
            if form.method != method:
                continue
            found = self._tried(form, types)
            if found is None:
                continue
            if result is None:
                result = found
            elif result.kind != "dyn" and found != result:
                result = DYN
        if result is None:
            raise CelError(_mismatch(name, [self._shown(given) for given in types], method), expression.offset)
        return result

    def _tried(self, form: Overload, types: list[Type]) -> Type | None:
        arguments, result = form.arguments, form.result
        if len(arguments) != len(types):
            return None
        if form.variables:
            fresh = {name: self.mapping.fresh() for name in form.variables}
            arguments = tuple(_instance(argument, fresh) for argument in arguments)
            result = _instance(result, fresh)
        if not self.mapping.all_assignable(types, arguments):
            return None
        return self.mapping.resolved(result)

    def _shown(self, given: Type) -> str:
        return str(self.mapping.resolved(given, DYN))

    def _joined(self, before: Type | None, given: Type) -> Type:
        if before is None:
            return given
        # Values of several types make a list of any.
        return most_general(before, given) if self.mapping.assignable(before, given) else DYN

    def _present(self, given: Type, offset: int) -> Type:
        """What an element that may be missing is, when it is there."""
        value, optional = _unwrapped(given)
        if not optional and value.kind != "dyn":
            raise CelError(f"expected an optional value, found {self._shown(given)}", offset)
        return value

    def _list(self, expression: ListOf) -> Step:
        joined: Type | None = None
        for index, element in enumerate(expression.elements):
            given = yield self.check(element)
            if index in expression.optional:
                given = self._present(given, element.offset)
            joined = self._joined(joined, given)
        return list_of(joined or self.mapping.fresh())

    def _map(self, expression: MapOf) -> Step:
        keys: Type | None = None
        values: Type | None = None
        for key, value, optional in expression.entries:
            keys = self._joined(keys, (yield self.check(key)))
            given = yield self.check(value)
            values = self._joined(values, self._present(given, value.offset) if optional else given)
        return map_of(keys or self.mapping.fresh(), values or self.mapping.fresh())

    def _message(self, expression: Message) -> Step:
        name = expression.name.removeprefix(".")
        made = self._environment.message(name)
        if made is None:
            raise CelError(f'there is no message "{name[:80]}"', expression.offset)
        fields = self._environment.fields(name)
        for offset, field, value, optional in expression.fields:
            given = yield self.check(value)
            wanted = fields.get(field)
            if wanted is None:
                raise CelError(f'there is no field "{field[:80]}"', offset)
            if optional:
                given = self._present(given, value.offset)
            if not self.mapping.assignable(wanted, given):
                raise CelError(f"expected {wanted}, found {self._shown(given)}", offset)
        return made

    def _comprehension(self, expression: Comprehension) -> Step:
        ranged = self.mapping.resolved((yield self.check(expression.range)))
        start = yield self.check(expression.start)
        if ranged.kind in ("list", "map"):
            item = ranged.parameters[0]
        elif ranged.kind in ("dyn", "variable"):
            self.mapping.assignable(DYN, ranged)
            item = DYN
        else:
            raise CelError(f"expected a list or a map, found {ranged}", expression.offset)
        self._looped = True
        self._scopes.append({expression.accumulator: start})
        self._scopes.append({expression.variable: item})
        condition = yield self.check(expression.condition)
        step = yield self.check(expression.step)
        self._scopes.pop()
        if not self.mapping.assignable(condition, BOOL) or not self.mapping.assignable(start, step):
            raise CelError(f"expected {self._shown(start)}, found {self._shown(step)}", expression.offset)
        result = yield self.check(expression.result)
        self._scopes.pop()
        return self.mapping.resolved(result)


def _instance(given: Type, fresh: dict[str, Type]) -> Type:
    """A declared type with fresh variables in the place of its letters."""
    if given.kind == "variable":
        return fresh[given.name]
    if not given.parameters:
        return given
    return Type(given.kind, tuple(_instance(parameter, fresh) for parameter in given.parameters), given.name)


def _mismatch(function: str, types: list[str], method: bool) -> str:
    """Why no form of a function fits, in words."""
    written = function.strip("_").removeprefix("@")
    what = f'"{written}"' if written != function else f"{function[:80]}()"
    if function == "_[_]":
        what = "[]"
    if function == "_?_:_":
        what = "?:"
    on = f" of {types[0]}" if method else ""
    given = ", ".join(types[1:] if method else types) or "nothing"
    hint = (
        "; a whole number of the type uint is written with a u behind it, as in 100u"
        if set(types) == {"uint", "int"}
        else ""
    )
    return f"{what}{on} does not take {given}{hint}"
