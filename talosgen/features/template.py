"""Parameters put into the trees of patch files: ``${params.x}`` as a whole scalar, and ``each`` for lists.

A value that is not there takes the entry that it stands in with it. A list's element ``{each: ${params.x}, value: …}``
becomes one element for every ``${item}``.
"""

from __future__ import annotations

import re
from typing import Any, Final

from talosgen.config.located import Mapping, Sequence, Tree
from talosgen.errors import Problem

__all__ = ["fill", "look_up"]

_REFERENCE: Final = re.compile(r"\$\{(params|item|node|cluster|needs)((?:\.[A-Za-z0-9_-]+)*)\}")
_ABSENT: Final = object()


def fill(tree: Tree, scope: dict[str, Any], problems: list[Problem]) -> Any:
    """A tree with references resolved; None where it is one to something that is not there."""
    found = _fill(tree, scope, problems)
    return None if found is _ABSENT else found


def look_up(text: str, scope: dict[str, Any]) -> Any:
    """What a reference names; None where there is nothing. Raises ValueError for a text that is none."""
    found = _REFERENCE.fullmatch(text)
    if found is None:
        raise ValueError("expected a reference such as ${params.x}")
    here = scope.get(found[1])
    for step in found[2].split(".")[1:]:
        here = here.get(step) if isinstance(here, Mapping) else None
    return here


def _fill(tree: Any, scope: dict[str, Any], problems: list[Problem]) -> Any:
    if isinstance(tree, Mapping):
        out = Mapping(tree.span, None, tree.keys_at)
        for key, item in tree.items():
            made = _fill(item, scope, problems)
            if made is not _ABSENT:
                out[key] = made
        # What held nothing but absent values is absent as well.
        return out if out or not tree else _ABSENT
    if isinstance(tree, Sequence):
        items: list[Any] = []
        for item in tree:
            if isinstance(item, Mapping) and set(item) == {"each", "value"}:
                items.extend(_each(item, scope, problems))
            elif (made := _fill(item, scope, problems)) is not _ABSENT:
                items.append(made)
        return Sequence(tree.span, items) if items or not tree else _ABSENT
    if not isinstance(tree.value, str) or _REFERENCE.fullmatch(tree.value) is None:
        return tree
    found = look_up(tree.value, scope)
    return _ABSENT if found is None else found


def _each(item: Mapping, scope: dict[str, Any], problems: list[Problem]) -> list[Any]:
    try:
        elements = look_up(item["each"].value, scope)
    except ValueError as error:
        problems.append(Problem(str(error), item["each"].span))
        return []
    made = [_fill(item["value"], {**scope, "item": element}, problems) for element in elements or ()]
    return [one for one in made if one is not _ABSENT]
