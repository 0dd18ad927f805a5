"""The catalogue for tests: every feature on every release and base, with several sets of parameters.

A feature's sets are its example and those of ``tests/vectors/features/NAME/cases.yaml``, a list: each is a mapping of
parameters, or has them below ``parameters``, beside ranges ``talos`` and ``contract`` that it is for.
"""

from __future__ import annotations

import json
import re
import tempfile
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from projects import opened, write
from ruamel.yaml import YAML

from talosgen import compiler
from talosgen.config.located import located_of
from talosgen.contract import Contract
from talosgen.features.catalogue import Catalogue
from talosgen.features.conditions import Situation, holds, in_range
from talosgen.features.parameters import early
from talosgen.features.resolve import contributions
from talosgen.generation.kinds import kinds
from talosgen.generation.options import MachineType
from talosgen.pki.secrets import SecretsBundle
from talosgen.project.layers import layer_of
from talosgen.schema.releases import Release
from talosgen.source import Span

FOLDER = Path(__file__).parent / "vectors" / "features"
RELEASES = ("v1.9", "v1.10", "v1.11", "v1.12", "v1.13", "v1.14")
#: Each release with its own base, and the newest with the one that a cluster keeps which was upgraded to it.
BASES = (*((release, release) for release in RELEASES), ("v1.14", "v1.13"))
CATALOGUE = Catalogue()
NAMES = CATALOGUE.names()
#: A certificate authority; in a set of parameters CERTIFICATE stands for its certificate.
AUTHORITY = SecretsBundle.load(
    (Path(__file__).parent / "vectors" / "conformance" / "bundles" / "v1.14.yaml").read_text(encoding="utf-8")
).certs.os
#: What secrets of certain names hold; others are texts.
SECRETS = {"client_key": AUTHORITY.key.decode()}
SECRET = re.compile(r"\$\{secrets\.([A-Za-z0-9_-]+)\}")


def is_for(name: str, release: str) -> bool:
    """Whether a feature is for a release."""
    found = CATALOGUE.get(name).manifest.releases
    until = Contract.parse(found.until) if found.until else Contract(1, 99)
    return Contract.parse(found.since) <= Contract.parse(release) <= until


def bases(name: str) -> list[tuple[str, str]]:
    """The releases and contracts that a feature is for."""
    return [(release, contract) for release, contract in BASES if is_for(name, release)]


class Case(NamedTuple):
    """A set of parameters, and the releases and contracts that it is for."""

    parameters: dict[str, Any]
    talos: str = ">=v1.0"
    contract: str = ">=v1.0"


@cache
def cases(name: str) -> list[Case]:
    """The sets of parameters that a feature is tried with, its example first."""
    path = FOLDER / name / "cases.yaml"
    found = YAML(typ="safe").load(path) if path.exists() else []
    found = with_certificate(found)
    return [
        Case(**item) if "parameters" in item and set(item) <= set(Case._fields) else Case(item)
        for item in (CATALOGUE.get(name).manifest.example, *found)
    ]


def with_certificate(tree: Any) -> Any:
    """A set of parameters with the certificate in it."""
    if isinstance(tree, dict):
        return {key: with_certificate(item) for key, item in tree.items()}
    if isinstance(tree, list):
        return [with_certificate(item) for item in tree]
    return AUTHORITY.crt.decode() if tree == "CERTIFICATE" else tree


def sets(name: str, release: str = "v1.14", contract: str = "v1.14") -> list[dict[str, Any]]:
    """The sets of parameters for a release and a contract, without those that the feature refuses there."""
    return [
        case.parameters
        for case in cases(name)
        if in_range(case.talos, Contract.parse(release))
        and in_range(case.contract, Contract.parse(contract))
        and not refusals(name, release, contract, case.parameters)
    ]


def refusals(name: str, release: str, contract: str, parameters: dict[str, Any]) -> set[str]:
    """Why a feature refuses parameters on a base; ``tests/vectors/features/NAME/refused.yaml`` has one for each reason."""
    manifest = CATALOGUE.get(name).manifest
    full = {key: parameter.default for key, parameter in manifest.parameters.items()} | parameters
    talos, base = Contract.parse(release), Contract.parse(contract)
    kubernetes = Contract.parse(Release.newest(release).kubernetes)
    situations = [
        Situation(role, talos, _kinds(base, MachineType(role)), frozenset((name,)), kubernetes)
        for role in manifest.roles
    ]
    whys = {row.why for row in manifest.refuses if any(holds(row.when, here, full) for here in situations)}
    return whys | {problem.message for problem in early(manifest.parameters, located_of(parameters, Span("")), talos)}


_kinds = cache(kinds)


@cache
def refused(name: str) -> list[dict[str, Any]]:
    """Sets of parameters that a feature refuses, with the release, the contract and why."""
    path = FOLDER / name / "refused.yaml"
    return YAML(typ="safe").load(path) if path.exists() else []


def asked(name: str, parameters: dict[str, Any]) -> list[Any]:
    """What a node asks for to have a feature: it, and what it requires with its example."""
    out: dict[str, Any] = {name: parameters}
    for each in list(out):
        for other in CATALOGUE.get(each).manifest.requires:
            out.setdefault(other, CATALOGUE.get(other).manifest.example)
    return [{key: value} for key, value in out.items()]


class Compiled(NamedTuple):
    """A node that was compiled: its config, and what its features make of it when they are applied again."""

    config: Any
    again: str


def cluster(release: str, contract: str, nodes: dict[str, list[Any]], top: list[Any] = ()):
    """A cluster of nodes by name, w… workers, and the features that each asks for."""
    settings = {
        "apiVersion": "talosgen/v1", "kind": "Cluster", "name": "home", "endpoint": "https://10.0.0.10:6443",
        "talosVersion": str(Release.newest(release)), "contract": contract, "install": {"disk": "/dev/sda"}, "features": list(top),
        "nodes": {
            name: {
                "role": "worker" if name.startswith("w") else "controlplane",
                "address": f"10.0.{index // 250}.{index % 250 + 1}",
                "features": features,
            }
            for index, (name, features) in enumerate(nodes.items())
        },
    }  # fmt: skip
    text = json.dumps(settings)
    secrets = {name: SECRETS.get(name, f"secret-{name}") for name in SECRET.findall(text)}
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), {"cluster.yaml": text, "vars.sops.yaml": json.dumps(secrets)})
        return opened(Path(folder))


def compiled(made) -> dict[str, Compiled]:
    """All nodes of a cluster, compiled, and compiled with their features laid over them twice."""
    once = compiler.compile(made)
    nodes = [node._replace(layers=(*layers(made, node), *node.layers)) for node in made.nodes]
    twice = compiler.compile(made._replace(nodes=tuple(nodes)), validate=False)
    return {name: Compiled(config, twice[name].to_yaml()) for name, config in once.items()}


def layers(made, node) -> list[Any]:
    """The layers of a node's features."""
    plain = made._replace(nodes=(node._replace(features=(), layers=()),))
    (config,) = compiler.compile(plain, validate=False).values()
    present = frozenset(document.kind.name for document in config.documents)
    situation, facts = compiler.situation_of(made, node, present), compiler.facts_of(made, config._container)
    problems = []
    found = contributions(node.features, situation, node.needs, facts, problems)
    assert problems == []
    return [layer for title, fragments in found if (layer := layer_of(fragments, title)) is not None]


@cache
def tried(name: str, release: str, contract: str) -> dict[str, Compiled]:
    """A feature on a base, with each set of parameters on a node of each role."""
    nodes = {}
    for index, parameters in enumerate(sets(name, release, contract)):
        nodes[f"c{index}"] = nodes[f"w{index}"] = asked(name, parameters)
    return compiled(cluster(release, contract, nodes))
