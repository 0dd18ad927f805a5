"""Recursion without the stack: a generator yields another one for a call, and gets what that returned."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

__all__ = ["Call", "run"]

Call = Generator[Any, Any, Any]


def run(call: Call) -> Any:
    """What a call returns once the calls that it yields, and theirs, have returned."""
    stack = [call]
    value: Any = None
    while stack:
        try:
            inner = stack[-1].send(value)
        except StopIteration as done:
            stack.pop()
            value = done.value
        else:
            stack.append(inner)
            value = None
    return value
