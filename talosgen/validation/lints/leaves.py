"""The texts of a tree, whatever its types."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from talosgen.validation.rule import Step

__all__ = ["leaves"]


def leaves(tree: Any) -> Iterator[tuple[tuple[Step, ...], str]]:
    """Every text in a tree, with its steps, in order. Depth costs no stack."""
    work: list[tuple[tuple[Step, ...], Any]] = [((), tree)]
    while work:
        steps, value = work.pop()
        if isinstance(value, str):
            yield steps, value
        elif isinstance(value, dict):
            work.extend([((*steps, key), item) for key, item in value.items()][::-1])
        elif isinstance(value, list):
            work.extend([((*steps, index), item) for index, item in enumerate(value)][::-1])
