"""Parameters put into the trees of patch files: ``${params.x}`` as a whole scalar, and ``each`` for lists.

A value that is not there takes the entry that it stands in with it. A list's element ``{each: ${params.x}, value: …}``
becomes one element for every ``${item}``, a mapping ``{each: ${params.x}, key: ${item.name}, value: …}`` one entry for
each. Of a map the items are its entries, ``${item.key}`` and ``${item.value}``; a scalar is its own only element.
``${outer}`` is the item of an ``each`` around it. ``each`` may list several references: the first that holds something
counts.
Two forms make a text where Talos wants one:
``{join: ",", of: [a, ${params.x}]}`` and ``{base64: ${params.x}}``. They are absent when a part of theirs is.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from typing import Any, Final

from talosgen.config.located import Mapping, Sequence, Tree, Value, plain
from talosgen.errors import Problem

__all__ = ["REFERENCE", "elements", "fill", "look_up"]

REFERENCE: Final = re.compile(r"\$\{(params|item|outer|node|cluster|needs|app)((?:\.[A-Za-z0-9_-]+)*)\}")
_ABSENT: Final = object()
_FORMS: Final = ({"join", "of"}, {"base64"})


def fill(tree: Tree, scope: dict[str, Any], problems: list[Problem]) -> Any:
    """A tree with references resolved; None where it is one to something that is not there."""
    found = _fill(tree, scope, problems)
    return None if found is _ABSENT else found


def look_up(text: str, scope: dict[str, Any]) -> Any:
    """What a reference names; None where there is nothing. Raises ValueError for a text that is none."""
    found = REFERENCE.fullmatch(text)
    if found is None:
        raise ValueError("expected a reference such as ${params.x}")
    here = scope.get(found[1])
    for step in found[2].split(".")[1:]:
        here = here.get(step) if isinstance(here, Mapping) else None
    return here


def elements(each: Any, scope: dict[str, Any]) -> list[Any]:
    """What ``each`` runs over: of several references the first that holds something.

    Raises ValueError for what is none.
    """
    texts = [each] if isinstance(each, str) else each
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise ValueError("expected references such as ${params.x}")
    for text in texts:
        found = look_up(text, scope)
        if isinstance(found, Mapping) and found:
            return [Mapping(item.span, {"key": Value(key, item.span), "value": item}) for key, item in found.items()]
        if found is not None and found != []:
            return list(found) if isinstance(found, Sequence) else [found]
    return []


def _fill(tree: Any, scope: dict[str, Any], problems: list[Problem]) -> Any:
    if isinstance(tree, Mapping) and set(tree) == {"each", "key", "value"}:
        return _entries(tree, scope, problems)
    if isinstance(tree, Mapping) and set(tree) in _FORMS:
        return _made_text(tree, scope, problems)
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
    if not isinstance(tree.value, str) or REFERENCE.fullmatch(tree.value) is None:
        return tree
    found = look_up(tree.value, scope)
    return _ABSENT if found is None else found


def _made_text(tree: Mapping, scope: dict[str, Any], problems: list[Problem]) -> Any:
    if "base64" in tree:
        made = _fill(tree["base64"], scope, problems)
        if made is _ABSENT or _no_scalar(made, tree, problems):
            return _ABSENT
        return Value(b64encode(str(made.value).encode("utf-8", "surrogateescape")).decode("ascii"), made.span)
    parts: list[Any] = []
    if not isinstance(tree["of"], Sequence):
        problems.append(Problem("expected a list of what is joined", tree.keys_at.get("of", tree.span)))
        return _ABSENT
    for item in tree["of"]:
        if isinstance(item, Mapping) and set(item) == {"each", "value"}:
            parts.extend(_each(item, scope, problems))
        else:
            parts.append(_fill(item, scope, problems))
    if not parts or any(part is _ABSENT or _no_scalar(part, tree, problems) for part in (*parts, tree["join"])):
        return _ABSENT
    return Value(str(tree["join"].value).join(_text(part.value) for part in parts), parts[0].span)


def _no_scalar(made: Any, form: Mapping, problems: list[Problem]) -> bool:
    """Whether what a text is made of is none, which is told."""
    if isinstance(made, Value):
        return False
    problems.append(Problem("a text is made of scalars", form.span, remedy="take the elements of a list by `each`"))
    return True


def _text(value: Any) -> str:
    """A scalar as YAML writes it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _each(item: Mapping, scope: dict[str, Any], problems: list[Problem]) -> list[Any]:
    made = [_fill(item["value"], inner, problems) for inner in _scopes(item, scope, problems)]
    return [one for one in made if one is not _ABSENT]


def _entries(tree: Mapping, scope: dict[str, Any], problems: list[Problem]) -> Any:
    out = Mapping(tree.span)
    for inner in _scopes(tree, scope, problems):
        key, value = (_fill(tree[name], inner, problems) for name in ("key", "value"))
        if key is _ABSENT or value is _ABSENT:
            continue
        if not _no_scalar(key, tree, problems):
            out[_text(key.value)] = value
            out.keys_at[_text(key.value)] = key.span
    return out or _ABSENT


def _scopes(tree: Mapping, scope: dict[str, Any], problems: list[Problem]) -> Iterator[dict[str, Any]]:
    """The scope with each element as the item."""
    try:
        found = elements(plain(tree["each"]), scope)
    except ValueError as error:
        problems.append(Problem(str(error), tree["each"].span))
        return
    for element in found:
        yield {**scope, "item": element, "outer": scope.get("item")}
