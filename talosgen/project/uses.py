"""The features that nodes ask for: resolved once for all that ask for the same, with what they need."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from talosgen.config.located import Mapping, Sequence, plain
from talosgen.contract import Contract
from talosgen.errors import Problem
from talosgen.features import resolve
from talosgen.features.catalogue import Catalogue
from talosgen.features.conditions import Situation
from talosgen.features.resolve import Needs, Use
from talosgen.generation.options import MachineType
from talosgen.project.facts import Facts

__all__ = ["Uses"]

Found = tuple[tuple[Use, ...], Needs]


class _Common(NamedTuple):
    """What all nodes have that ask for the same, and which of its parameters name nodes."""

    found: Found
    names: frozenset[str]
    naming: list[tuple[str, str, frozenset[str]]]


class Uses:
    """Resolves the features of a project's nodes."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._common: dict[tuple[MachineType, str], _Common | None] = {}
        self._narrowed: dict[tuple[MachineType, str, frozenset[tuple[str, str]]], Found] = {}
        self._having: dict[str, frozenset[str]] = {}

    def of(
        self, node: str, role: MachineType, asked: Sequence | None, found: Facts, secrets: frozenset[str],
        problems: list[Problem],
    ) -> Found | None:  # fmt: skip
        """A node's features and what they need; nodes that ask for the same share both.

        What is wrong is added to ``problems``, once; None when something is. ``secrets`` are the texts that came from
        encrypted variables.
        """
        if asked is None:
            return (), Needs()
        key = (role, json.dumps(plain(asked), sort_keys=True, default=str))
        names = frozenset(_names(asked))
        kubernetes = Contract.parse(found.options.kubernetes)
        situation = Situation(role.value, found.release.contract, None, names, kubernetes)
        if key not in self._common:
            faults: list[Problem] = []
            uses = tuple(resolve.uses(asked, self._catalogue, situation, secrets, faults))
            needed = resolve.needs(uses, situation, {}, faults) if not faults else Needs()
            problems.extend(faults)
            self._common[key] = None if faults else _common(uses, needed)
        common = self._common[key]
        if common is None:
            return None
        self._having[node] = common.names
        left_out = frozenset((feature, name) for feature, name, nodes in common.naming if node not in nodes)
        if not left_out:
            return common.found
        if (*key, left_out) not in self._narrowed:
            own = resolve.of_node(common.found[0], left_out)
            self._narrowed[(*key, left_out)] = (own, resolve.needs(own, situation, {}, problems))
        return self._narrowed[(*key, left_out)]

    def misnamed(self, declared: Iterable[str]) -> Iterable[Problem]:
        """What is wrong with the nodes that features name; ``declared`` are those of the project."""
        naming = [use for common in self._common.values() if common and common.naming for use in common.found[0]]
        return resolve.misnamed(naming, self._having, declared) if naming else ()


def _common(uses: tuple[Use, ...], needed: Needs) -> _Common:
    names = frozenset(use.feature.name for use in uses)
    return _Common((uses, needed), names, resolve.naming(uses))


def _names(asked: Iterable[Any]) -> Iterator[str]:
    for item in asked:
        yield from item if isinstance(item, Mapping) else [str(item.value)]
