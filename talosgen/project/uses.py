"""The features that nodes ask for: resolved once for all that ask for the same, with what they need."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from typing import Any, NamedTuple

from talosgen.config.located import Mapping, Sequence, plain
from talosgen.contract import Contract
from talosgen.errors import Problem
from talosgen.features import named, resolve
from talosgen.features.catalogue import Catalogue
from talosgen.features.conditions import Situation
from talosgen.features.resolve import Needs, Use
from talosgen.generation.kinds import kinds
from talosgen.generation.options import MachineType
from talosgen.project.cluster import Layer
from talosgen.project.facts import Facts

__all__ = ["Uses"]

Found = tuple[tuple[Use, ...], Needs]


class _Common(NamedTuple):
    """What all nodes have that ask for the same, and which of its parameters name nodes."""

    found: Found
    right: bool
    names: frozenset[str]
    naming: list[tuple[str, str, frozenset[str]]]


class _Asked(NamedTuple):
    """The features of a node as far as they are right, and what decides which labels they give it."""

    uses: tuple[Use, ...]
    role: MachineType
    situation: Situation
    contract: Contract

    def labels(self) -> named.Labels:
        """The labels that they give the node."""
        return named.labels_by(self.uses, self.situation._replace(kinds=kinds(self.contract, self.role)))


class Uses:
    """Resolves the features of a project's nodes."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._common: dict[tuple[MachineType, str], _Common] = {}
        self._narrowed: dict[tuple[MachineType, str, frozenset[tuple[str, str]]], Found] = {}
        self._having: dict[str, frozenset[str]] = {}
        self._told: dict[str, tuple[Mapping, tuple[Layer, ...]]] = {}
        self._asked: dict[str, _Asked] = {}

    def tell(self, node: str, settings: Mapping, layers: Iterable[Layer]) -> None:
        """Take note of a node's settings and patches, in which what features name is looked for."""
        self._told[node] = (settings, tuple(layers))

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
            self._common[key] = _Common((uses, needed), not faults, _names_of(uses), named.naming(uses))
        common = self._common[key]
        left_out = frozenset((feature, name) for feature, name, nodes in common.naming if node not in nodes)
        narrow = common.found
        if left_out:
            if (*key, left_out) not in self._narrowed:
                own = resolve.of_node(common.found[0], left_out)
                needed = resolve.needs(own, situation, {}, problems) if common.right else Needs()
                self._narrowed[(*key, left_out)] = (own, needed)
            narrow = self._narrowed[(*key, left_out)]
        self._asked[node] = _Asked(narrow[0], role, situation, found.options.contract)
        if not common.right:
            return None
        self._having[node] = common.names
        return narrow

    def misnamed(self, declared: Iterable[str]) -> Iterable[Problem]:
        """What is wrong with the nodes that features name; ``declared`` are those of the project."""
        naming = [use for common in self._common.values() if common.naming for use in common.found[0]]
        return named.misnamed(naming, self._having, declared) if naming else ()

    def missing(self, hidden: Collection[str], unknown: str, *, whole: bool) -> Iterable[Problem]:
        """What is wrong with the labels and disks that features name.

        ``hidden`` are texts that no message may show, ``unknown`` is what stands in for others, if any. Unless what
        is known of the nodes is the ``whole``, nothing is said of labels.
        """
        distinct = {id(use.parameters): use for asked in self._asked.values() for use in asked.uses}
        whole = whole and any(map(named.wants_labels, distinct.values()))
        shared: dict[int, named.Labels] = {}
        nodes = {}
        for node, (settings, layers) in self._told.items():
            asked = self._asked.get(node)
            labels: named.Labels = {}
            tellers: list[Mapping | Layer | _Asked] = [settings, *layers, *([asked] if asked is not None else [])]
            for teller in tellers if whole else ():
                # Nodes share patches and features.
                key = id(teller.patch if isinstance(teller, Layer) else teller[0] if teller is asked else teller)
                if key not in shared:
                    shared[key] = _labels(teller)
                labels |= shared[key]
            nodes[node] = named.Bearer(() if asked is None else asked.uses, labels, settings.get("install"))
        yield from named.occupied(nodes, unknown)
        if whole:
            yield from named.unborne(nodes.values(), hidden, unknown)


def _labels(of: Mapping | Layer | _Asked) -> named.Labels:
    """The labels that settings, a patch or features give a node."""
    if isinstance(of, Layer):
        return named.labels_in(of.patch)
    if isinstance(of, _Asked):
        return of.labels()
    given = of.get("labels")
    return {key: str(item.value) for key, item in given.items()} if isinstance(given, Mapping) else {}


def _names_of(uses: Iterable[Use]) -> frozenset[str]:
    return frozenset(use.feature.name for use in uses)


def _names(asked: Iterable[Any]) -> Iterator[str]:
    for item in asked:
        yield from item if isinstance(item, Mapping) else [str(item.value)]
