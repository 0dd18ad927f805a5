"""A feature shown alone: what it needs and the patches it gives to a base, as text."""

from __future__ import annotations

from collections.abc import Mapping as Names
from typing import Any, Final, NamedTuple

from talosgen.config.located import Mapping, located_of, plain
from talosgen.errors import InputError, Problem
from talosgen.features.catalogue import Feature
from talosgen.features.conditions import Situation
from talosgen.features.parameters import parameters
from talosgen.features.resolve import Needs, Use, contributions, needs, refused, release_problem
from talosgen.patching.fragments import text_of
from talosgen.source import Span

__all__ = ["CLUSTER", "Shown", "given", "show"]

#: What stands in for the cluster that patches may refer to.
CLUSTER: Final = {
    "name": "home",
    "endpoint": "https://10.0.0.10:6443",
    "controlPlaneNetworks": ["10.0.0.21/32", "10.0.0.22/32", "10.0.0.23/32"],
    "podSubnets": ["10.244.0.0/16"],
    "serviceSubnets": ["10.96.0.0/12"],
}


class Shown(NamedTuple):
    """A feature for one role and base: its parameters with a value, what it needs, the text of its patches."""

    parameters: dict[str, Any]
    needs: Needs
    patches: str

    def text(self) -> str:
        """The patches below comments that tell what the node needs beside them."""
        lines = [f"# extension: {name}" for name in self.needs.extensions]
        lines += [f"# kernel argument: {argument}" for argument in self.needs.kernel_args]
        lines += [f"# label: {key}={value}" for key, value in self.needs.labels]
        lines += [f"# ports: {_ports(plain(tree))}" for tree in self.needs.ports]
        return "".join(f"{line}\n" for line in lines) + self.patches


def given(tree: Names[str, Any], source: str) -> Mapping:
    """Parameters as if they stood in a file."""
    made = located_of(dict(tree), Span(source))
    assert isinstance(made, Mapping)
    return made


def show(feature: Feature, tree: Mapping, situation: Situation) -> Shown:
    """What a feature with these parameters gives to a node in this situation; nothing for a role that it is not for.

    A text such as ``${secrets.name}`` stands for a secret. Raises InputError for faulty parameters, and for a release
    that the feature is not for.
    """
    problems: list[Problem] = []
    problem = release_problem(feature, situation.talos, tree.span)
    if problem is not None:
        raise InputError(problem)
    own = parameters(feature, tree, _references(plain(tree)), problems)
    use = Use(feature, own, tree.span)
    problems = problems or list(refused([use], situation, of_base=False))
    if problems:
        raise InputError(problems)
    if situation.role not in feature.manifest.roles:
        return Shown(plain(own), Needs(), "")
    needed = needs([use], situation._replace(kinds=None), {}, problems)
    made = contributions([use], situation, needed, CLUSTER, problems)
    if problems:
        raise InputError(problems)
    return Shown(plain(own), needed, text_of(fragment for _, fragments in made for fragment in fragments))


def _ports(tree: dict[str, Any]) -> str:
    ports = ", ".join(map(str, tree["ports"]))
    places = tree.get("from")
    return f"{tree['name']} {ports}/{tree['protocol']} from {', '.join(places) if places else 'the nodes'}"


def _references(tree: Any) -> frozenset[str]:
    """The texts in a tree that refer to secrets."""
    if isinstance(tree, str):
        return frozenset((tree,)) if tree.startswith("${secrets.") else frozenset()
    items = tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ()
    return frozenset().union(*map(_references, items))
