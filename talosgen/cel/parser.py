"""CEL's grammar: tokens to a tree, with cel-go's bounds on nesting. The stack is our own."""

from __future__ import annotations

from typing import Any, Final

from talosgen.cel import macros
from talosgen.cel.error import CelError
from talosgen.cel.lexer import END, Token, tokens
from talosgen.cel.syntax import (
    Call,
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
from talosgen.cel.types import BOOL, BYTES, DOUBLE, INT, NULL, STRING, UINT

__all__ = ["MAX_DEPTH", "parse"]

#: How deep each rule of the grammar, and the tree itself, may be nested (cel-go).
MAX_DEPTH: Final = 250

_RESERVED: Final = frozenset(
    (
        "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "package",
        "namespace", "return", "var", "void", "while",
    )
)  # fmt: skip
_RELATIONS: Final = {
    "<": "_<_", "<=": "_<=_", ">": "_>_", ">=": "_>=_", "==": "_==_", "!=": "_!=_", "in": "@in",
}  # fmt: skip
# Operators of calculation: how strongly they bind, and their functions.
_CALCULATIONS: Final = {"*": (2, "_*_"), "/": (2, "_/_"), "%": (2, "_%_"), "+": (1, "_+_"), "-": (1, "_-_")}
_LITERALS: Final = {"string": STRING, "bytes": BYTES, "true": BOOL, "false": BOOL, "null": NULL}


def parse(expression: str, *, optional: bool = False, escaped: bool = True) -> Expression:
    """The tree of an expression; ``optional``: with the syntax of what may be missing. Raises CelError.

    ``escaped``: whether fields may be named between backquotes.
    """
    given = tokens(expression)
    if not escaped and (quoted := next((token for token in given if token.kind == "escaped"), None)):
        raise CelError("names between backquotes are not known yet", quoted.offset)
    return _Parser(given, optional).whole()


class _Parser:
    def __init__(self, given: list[Token], optional: bool) -> None:
        self._tokens = given
        self._next = 0
        self._optional = optional
        self._macros = macros.of(optional)
        self._depths = {"expression": 0, "relation": 0, "calculation": 0}
        # How deep the tree is below each of its nodes; nodes live as long as the parser.
        self._below: dict[int, int] = {}
        self._nodes: list[Expression] = []

    def whole(self) -> Expression:
        tree: Expression = run(self._expression())
        if self._peek() != END:
            raise self._unexpected("the end")
        return tree

    def _peek(self) -> str:
        return self._tokens[self._next].kind

    def _take(self, kind: str = "") -> Token:
        token = self._tokens[self._next]
        if kind and token.kind != kind:
            raise self._unexpected(f'"{kind}"')
        self._next += 1
        return token

    def _accept(self, kind: str) -> bool:
        if self._peek() == kind:
            self._next += 1
            return True
        return False

    def _unexpected(self, wanted: str) -> CelError:
        token = self._tokens[self._next]
        found = "the end" if token.kind == END else f'"{token.text[:40]}"'
        return CelError(f"expected {wanted}, found {found}", token.offset)

    def _enter(self, rule: str) -> None:
        self._depths[rule] += 1
        if self._depths[rule] > MAX_DEPTH:
            raise CelError(f"the expression is nested more than {MAX_DEPTH} deep")

    def _made(self, node: Expression, *parts: Expression, deeper: bool = True) -> Expression:
        """A node, once its depth is known to be in bounds."""
        depth = max((self._below.get(id(part), 0) for part in parts), default=0) + deeper
        if depth > MAX_DEPTH:
            raise CelError(f"the expression is nested more than {MAX_DEPTH} deep")
        self._below[id(node)] = depth
        self._nodes.append(node)
        return node

    def _expression(self) -> Step:
        self._enter("expression")
        tree = yield self._or()
        if self._peek() == "?":
            offset = self._take().offset
            yes = yield self._or()
            self._take(":")
            no = yield self._expression()
            tree = self._made(Call(offset, "_?_:_", (tree, yes, no)), tree, yes, no)
        self._depths["expression"] -= 1
        return tree

    def _or(self) -> Step:
        return (yield from self._chain("||", "_||_", self._and))

    def _and(self) -> Step:
        return (yield from self._chain("&&", "_&&_", self._relation))

    def _chain(self, operator: str, function: str, part: Any) -> Step:
        first = yield part()
        if self._peek() != operator:
            return first
        offset = self._tokens[self._next].offset
        parts = [first]
        while self._accept(operator):
            parts.append((yield part()))
        return self._made(Call(offset, function, tuple(parts)), *parts, deeper=False)

    def _relation(self) -> Step:
        self._enter("relation")
        tree = yield self._calculation(1)
        while self._peek() in _RELATIONS:
            operator = self._take()
            self._enter("relation")
            right = yield self._calculation(1)
            self._depths["relation"] -= 1
            tree = self._made(Call(operator.offset, _RELATIONS[operator.text], (tree, right)), tree, right)
        self._depths["relation"] -= 1
        return tree

    def _calculation(self, binding: int) -> Step:
        self._enter("calculation")
        tree = yield self._unary()
        while (found := _CALCULATIONS.get(self._peek())) is not None and found[0] >= binding:
            operator = self._take()
            right = yield self._calculation(found[0] + 1)
            tree = self._made(Call(operator.offset, found[1], (tree, right)), tree, right)
        self._depths["calculation"] -= 1
        return tree

    def _unary(self) -> Step:
        operator = self._peek()
        if operator not in ("!", "-") or (operator == "-" and self._tokens[self._next + 1].kind in ("int", "float")):
            return (yield self._member())
        offset = self._tokens[self._next].offset
        count = 0
        while self._accept(operator):
            count += 1
        operand = yield self._member()
        if count % 2 == 0:
            return operand
        return self._made(Call(offset, f"{operator}_", (operand,)), operand, deeper=False)

    def _member(self) -> Step:
        tree = yield self._primary()
        while True:
            kind = self._peek()
            if kind == ".":
                tree = yield self._dotted(tree)
            elif kind == "[":
                offset = self._take().offset
                function = "_[?_]" if self._question() else "_[_]"
                index = yield self._expression()
                self._take("]")
                tree = self._made(Call(offset, function, (tree, index)), tree, index)
            elif kind == "{" and (name := qualified_name(tree)):
                tree = yield self._message(name)
            else:
                return tree

    def _dotted(self, operand: Expression) -> Step:
        offset = self._take(".").offset
        optional = self._question()
        token = self._field()
        field = token.text.strip("`")
        if optional:
            return self._made(OptionalSelect(offset, operand, field), operand)
        if self._peek() != "(" or token.kind == "escaped":
            return self._made(Select(offset, operand, field), operand)
        place = self._take().offset
        arguments = yield self._arguments()
        macro = self._macros.get((field, len(arguments), True))
        made = Call(place, field, arguments, operand) if macro is None else macro(place, operand, arguments)
        return self._made(made, operand, *arguments)

    def _field(self) -> Token:
        if self._peek() not in ("name", "escaped"):
            raise self._unexpected("the name of a field")
        return self._take()

    def _question(self) -> bool:
        token = self._tokens[self._next]
        if token.kind != "?":
            return False
        if not self._optional:
            raise CelError("optional fields cannot be used here", token.offset)
        self._next += 1
        return True

    def _arguments(self) -> Step:
        out: list[Expression] = []
        if not self._accept(")"):
            out.append((yield self._expression()))
            while self._accept(","):
                out.append((yield self._expression()))
            self._take(")")
        return tuple(out)

    def _primary(self) -> Step:
        token = self._tokens[self._next]
        kind = token.kind
        if kind in ("name", "."):
            return (yield from self._name())
        if kind in ("int", "uint", "float") or (kind == "-" and self._tokens[self._next + 1].kind in ("int", "float")):
            return self._number()
        if kind == "(":
            self._take()
            tree = yield self._expression()
            self._take(")")
            return tree
        if kind == "[":
            return (yield from self._list())
        if kind == "{":
            return (yield from self._map())
        if kind not in _LITERALS:
            raise self._unexpected("a value")
        self._take()
        return Constant(token.offset, _LITERALS[kind])

    def _name(self) -> Step:
        dot = "." if self._accept(".") else ""
        token = self._take("name")
        if token.text in _RESERVED:
            raise CelError(f'"{token.text}" is a word of the language and no name', token.offset)
        name = dot + token.text
        if self._peek() != "(":
            return Identifier(token.offset, name)
        place = self._take().offset
        arguments = yield self._arguments()
        macro = self._macros.get((name, len(arguments), False))
        made = Call(place, name, arguments) if macro is None else macro(place, None, arguments)
        return self._made(made, *arguments, deeper=False)

    def _number(self) -> Expression:
        offset = self._tokens[self._next].offset
        sign = -1 if self._accept("-") else 1
        token = self._take()
        if token.kind == "float":
            if float(token.text) == float("inf"):
                raise CelError("the number is too large", offset)
            return Constant(offset, DOUBLE)
        digits = token.text.rstrip("uU")
        # Longer ones are too large anyway, and slow to read.
        number = 2**64 if len(digits.lstrip("0x")) > 20 else int(digits, 16 if digits.startswith("0x") else 10)
        low, high = (0, 2**64 - 1) if token.kind == "uint" else (-(2**63), 2**63 - 1)
        if not low <= sign * number <= high:
            raise CelError("the number is too large", offset)
        return Constant(offset, UINT if token.kind == "uint" else INT)

    def _list(self) -> Step:
        offset = self._take("[").offset
        elements: list[Expression] = []
        optional: list[int] = []
        # A comma may stand alone, or behind the last element.
        more = not self._accept(",")
        while more and self._peek() != "]":
            if self._question():
                optional.append(len(elements))
            elements.append((yield self._expression()))
            more = self._accept(",")
        self._take("]")
        return self._made(ListOf(offset, tuple(elements), frozenset(optional)), *elements, deeper=False)

    def _map(self) -> Step:
        offset = self._take("{").offset
        entries: list[tuple[Expression, Expression, bool]] = []
        more = not self._accept(",")
        while more and self._peek() != "}":
            optional = self._question()
            key = yield self._expression()
            self._take(":")
            value = yield self._expression()
            entries.append((key, value, optional))
            more = self._accept(",")
        self._take("}")
        parts = [part for key, value, _ in entries for part in (key, value)]
        return self._made(MapOf(offset, tuple(entries)), *parts, deeper=False)

    def _message(self, name: str) -> Step:
        offset = self._take("{").offset
        fields: list[tuple[int, str, Expression, bool]] = []
        more = not self._accept(",")
        while more and self._peek() != "}":
            optional = self._question()
            field = self._field()
            colon = self._take(":").offset
            value = yield self._expression()
            fields.append((colon, field.text.strip("`"), value, optional))
            more = self._accept(",")
        self._take("}")
        return self._made(Message(offset, name, tuple(fields)), *(field[2] for field in fields), deeper=False)
