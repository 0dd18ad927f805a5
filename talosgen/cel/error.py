"""What is wrong with an expression."""

from __future__ import annotations

__all__ = ["CelError"]


class CelError(ValueError):
    """An expression is no CEL, or does not fit its environment. ``offset`` counts characters; -1: no place."""

    def __init__(self, message: str, offset: int = -1) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset

    def text(self, expression: str) -> str:
        """The message with the line and column in the expression, which is not repeated: it may be long."""
        if self.offset < 0:
            return self.message
        line = expression.count("\n", 0, self.offset) + 1
        column = self.offset - (expression.rfind("\n", 0, self.offset) + 1) + 1
        where = f"column {column}" if line == 1 else f"line {line}, column {column}"
        return f"{self.message} ({where} of the expression)"
