"""Whether a condition of a manifest holds for a node."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from talosgen.contract import Contract
from talosgen.features.manifest import When

__all__ = ["Situation", "holds", "in_range", "several"]

_RANGE: Final = re.compile(r"(>=|<=|>|<|==)?\s*v?(\d+)\.(\d+)")


class Situation(NamedTuple):
    """What is known of a node when its features are resolved. ``kinds`` is None before the base is made.

    ``kubernetes`` is the major and minor version.
    """

    role: str
    talos: Contract
    kinds: frozenset[str] | None
    features: frozenset[str]
    kubernetes: Contract


def in_range(text: str, release: Contract) -> bool:
    """Whether a minor version is among those of a text such as ``>=v1.12``. Raises ValueError for another form."""
    found = _RANGE.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"this is no range of versions: {text}")
    other = Contract(int(found[2]), int(found[3]))
    return {
        ">=": release >= other, "<=": release <= other, ">": release > other, "<": release < other,
    }.get(found[1], release == other)  # fmt: skip


def holds(when: When | None, situation: Situation, parameters: Mapping[str, Any]) -> bool:
    """Whether a condition holds. Raises ValueError for one on kinds before there is a base."""
    if when is None:
        return True
    kinds = situation.kinds
    if kinds is None and (when.has or when.lacks):
        raise ValueError("what a feature needs cannot depend on the kinds of the base")
    return (
        all(kind in (kinds or ()) for kind in several(when.has))
        and all(kind not in (kinds or ()) for kind in several(when.lacks))
        and (when.role is None or when.role == situation.role)
        and _among(when.talos, situation.talos)
        and _among(when.kubernetes, situation.kubernetes)
        and all(_is(parameters.get(name), wanted) for name, wanted in (when.param or {}).items())
        and all(_given(parameters, name) for name in several(when.given))
        and not any(_given(parameters, name) for name in several(when.missing))
        and all(len(parameters.get(name) or ()) > 1 for name in several(when.many))
        and all(name in situation.features for name in several(when.feature))
        and not any(name in situation.features for name in several(when.without))
        and (when.named is None or parameters.get(when.named) is not False)
    )


def _among(ranges: str | None, version: Contract) -> bool:
    return ranges is None or all(in_range(part, version) for part in ranges.split(","))


def _given(parameters: Mapping[str, Any], name: str) -> bool:
    name, _, field = name.partition(".")
    value = parameters.get(name)
    if field:
        return isinstance(value, list) and any(_given(record, field) for record in value if isinstance(record, dict))
    return value not in (None, [], {}, "")


def several(given: str | list[str] | None) -> list[str]:
    """What a manifest names, as a list: one may stand there bare."""
    if given is None:
        return []
    return [given] if isinstance(given, str) else given


def _is(value: Any, wanted: Any) -> bool:
    if isinstance(value, list) and not isinstance(wanted, list):
        return any(_is(item, wanted) for item in value)
    if isinstance(value, dict) and isinstance(wanted, dict):
        return all(_is(value.get(name), item) for name, item in wanted.items())
    return type(value) is type(wanted) and value == wanted
