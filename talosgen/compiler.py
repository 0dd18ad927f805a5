"""The compiler: a cluster in, the machine config of each node out. The only place that orders the steps."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from talosgen.codes import graded, grades
from talosgen.config.codecs import ABSENT
from talosgen.config.container import Container
from talosgen.config.provenance import Step
from talosgen.contract import Contract
from talosgen.errors import InputError, Problem, of_nodes
from talosgen.features.conditions import Situation
from talosgen.features.resolve import contributions
from talosgen.generation.generate import generate
from talosgen.generation.options import MachineType
from talosgen.machineconfig import MachineConfig
from talosgen.patching.load import apply_to_config
from talosgen.project.cluster import Cluster, Layer, Node
from talosgen.project.given import place
from talosgen.project.layers import SETTINGS, layer_of
from talosgen.schema.releases import Release
from talosgen.source import Span
from talosgen.validation import can_be_stated
from talosgen.validation import validate as verdict
from talosgen.validation.settings import subnets_of

if TYPE_CHECKING:
    from concurrent.futures import Executor, Future
    from datetime import datetime

__all__ = [
    "Compiled", "Examined", "Faults", "Laid", "compile", "compile_iter", "compile_texts", "examine", "facts_of",
    "situation_of",
]  # fmt: skip

#: How many nodes one piece of work has for an executor: an eighth of all, within bounds.
_PIECES = 8
_CHUNK = range(16, 256)
_SOURCE = "<config>"
_DEPRECATED = "TG4004"


class Compiled(NamedTuple):
    """A node's config as text, and what validation said of it, errors among it."""

    name: str
    text: str
    findings: tuple[Problem, ...]

    def __repr__(self) -> str:
        # No text: it holds secrets.
        return f"<Compiled {self.name}, {len(self.findings)} findings>"


class Laid(NamedTuple):
    """A user's patch in its place: what it was laid over, and what came of it."""

    layer: Layer
    before: Container
    after: Container


class Examined(NamedTuple):
    """All that can be said of a node: its config, None where it does not compile; its patches, each in its place."""

    node: Node
    config: MachineConfig | None
    laid: tuple[Laid, ...]
    problems: tuple[Problem, ...]


def compile(  # noqa: A001, the compiler's word for it
    cluster: Cluster,
    executor: Executor | None = None,
    *,
    validate: bool = True,
    report: Callable[[Problem], None] | None = None,
) -> dict[str, MachineConfig]:
    """The configs of all nodes by name, in the cluster's order.

    ``executor``: any of ``concurrent.futures``; its workers are given the cluster's keys, and the configs that they
    make have no history. ``validate``: look at each config as the cluster's release of Talos would in its mode.
    ``report`` is given the warnings. Raises InputError with the faults of all nodes, each said of the nodes that have
    it.
    """
    return dict(compile_iter(cluster, executor, validate=validate, report=report))


def compile_iter(
    cluster: Cluster,
    executor: Executor | None = None,
    *,
    validate: bool = True,
    report: Callable[[Problem], None] | None = None,
) -> Iterator[tuple[str, MachineConfig]]:
    """The same, one node after the other. What is wrong is raised behind the last one that is right."""
    faults = Faults()
    if executor is None:
        compiler = _Compiler(cluster)
        for node in cluster.nodes:
            try:
                config = compiler.config(node)
            except InputError as error:
                faults.add(node.name, error.problems)
                continue
            findings = compiler.findings(config) if validate else []
            if not faults.take(node.name, findings, report):
                yield node.name, config
    else:
        for made in compile_texts(cluster, cluster.nodes, executor, validate=validate):
            if not faults.take(made.name, made.findings, report):
                yield made.name, MachineConfig.load(made.text, made.name)
    faults.stop()


def compile_texts(
    cluster: Cluster, nodes: Iterable[Node], executor: Executor | None = None, *, validate: bool = True
) -> Iterator[Compiled]:
    """The texts of nodes' configs, in order, with what is wrong with each: a node at fault has no text."""
    nodes = list(nodes)
    if executor is None:
        yield from _texts(cluster, nodes, validate)
        return
    # The first is compiled here: workers that are forks of this process then have loaded all that they need.
    yield from _texts(cluster, nodes[:1], validate)
    size = min(max(len(nodes) // _PIECES, _CHUNK.start), _CHUNK.stop)
    chunks = [nodes[start : start + size] for start in range(1, len(nodes), size)]
    # A worker needs no nodes but its own.
    alone = cluster._replace(nodes=(), notes=())
    work = partial(_chunk, alone, validate)
    waiting = [(chunk, _submitted(executor, work, chunk)) for chunk in chunks]
    try:
        for chunk, future in waiting:
            yield from _made(future, work, chunk)
    finally:
        for _, future in waiting:
            if future is not None:
                future.cancel()


_Work = Callable[[list[Node]], list[Compiled]]


def _submitted(executor: Executor, work: _Work, nodes: list[Node]) -> Future[list[Compiled]] | None:
    from pickle import PicklingError

    try:
        return executor.submit(work, nodes)
    except (RecursionError, PicklingError):
        return None


def _made(future: Future[list[Compiled]] | None, work: _Work, nodes: list[Node]) -> list[Compiled]:
    """What a worker made of nodes. What nests so deeply that it cannot be sent to one is compiled here."""
    from pickle import PicklingError

    if future is not None:
        with suppress(RecursionError, PicklingError):
            return future.result()
    return work(nodes)


def examine(cluster: Cluster, nodes: Iterable[Node], *, now: datetime | None = None) -> Iterator[Examined]:
    """Everything about nodes, in order: faults of those that do not compile, the verdict and lints of all others.

    ``now``, a time with its zone, is what judges by what expires. Severities are those of the codes, not the project's.
    That a contract has a shape which the release deprecates is not among them: it is what a contract is for.
    """
    compiler = _Compiler(cluster)
    for node in nodes:
        laid: list[Laid] = []
        try:
            config = compiler.config(node, laid.append)
        except InputError as error:
            yield Examined(node, None, tuple(laid), error.problems)
            continue
        found = config.validate(cluster.mode, talos_version=compiler.release, now=now)
        yield Examined(node, config, tuple(laid), tuple(each for each in found if not compiler.is_shape(each)))


def _chunk(cluster: Cluster, validate: bool, nodes: list[Node]) -> list[Compiled]:
    return list(_texts(cluster, nodes, validate))


def _texts(cluster: Cluster, nodes: list[Node], validate: bool) -> Iterator[Compiled]:
    compiler = _Compiler(cluster)
    for node in nodes:
        try:
            container = compiler.container(node)
            findings = verdict(container, cluster.mode, release=compiler.release) if validate else []
            if findings and (findings := compiler.graded(findings)):
                # Where the values at fault were set is known to a config that remembers its steps.
                findings = compiler.findings(compiler.config(node))
            yield Compiled(node.name, container.to_yaml(), tuple(findings))
        except InputError as error:
            yield Compiled(node.name, "", error.problems)


class Faults:
    """What is wrong, by what it is: many nodes may share it."""

    def __init__(self) -> None:
        self._nodes: dict[Problem, list[str]] = {}
        self._told: set[Problem] = set()

    def add(self, node: str, problems: Iterable[Problem]) -> None:
        """Note problems of a node; what several nodes have is told once."""
        for problem in problems:
            self._nodes.setdefault(problem, []).append(node)

    def take(self, node: str, findings: Iterable[Problem], report: Callable[[Problem], None] | None) -> bool:
        """Sort findings; whether one of them is an error."""
        errors = [problem for problem in findings if problem.severity == "error"]
        self.add(node, errors)
        for problem in findings:
            if problem.severity != "error" and report is not None and problem not in self._told:
                self._told.add(problem)
                report(problem)
        return bool(errors)

    def problems(self) -> list[Problem]:
        """What is wrong, each with the nodes that have it."""
        return [of_nodes(problem, nodes) for problem, nodes in self._nodes.items()]

    def stop(self) -> None:
        """Raise InputError if anything is wrong."""
        if self._nodes:
            raise InputError(self.problems())


class _Compiler:
    """Compiles nodes one by one; what they share is made once."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._title = f"base for contract {cluster.contract}"
        self._grades = grades(cluster.checks)
        #: The release whose verdict counts; empty, for the newest's, where it is too old to be known that well.
        self.release = cluster.talos if cluster.talos and can_be_stated(cluster.talos) else ""
        self._bases: dict[MachineType, Container] = {}
        self._chosen: dict[tuple[MachineType, int, frozenset[str]], list[Layer]] = {}

    def is_shape(self, finding: Problem) -> bool:
        """Whether a finding says that the release deprecates what the contract has."""
        return finding.code == _DEPRECATED and finding.layer in (self._title, SETTINGS)

    def base(self, role: MachineType) -> Container:
        """The base config of a role. Raises InputError."""
        if role not in self._bases:
            self._bases[role] = generate(self._cluster.options, role, self._cluster.bundle)
        return self._bases[role]

    def container(self, node: Node) -> Container:
        """A node's documents. Raises InputError."""
        return self._laid_over(node, self.base(node.role), None)

    def config(self, node: Node, watch: Callable[[Laid], None] | None = None) -> MachineConfig:
        """A node's config, which remembers its steps; ``watch`` is told of its patches. Raises InputError."""
        origin = self.base(node.role)
        steps: list[Step] = []
        config = self._laid_over(node, origin, steps.append, watch)
        first = [
            Step(part.identity, ABSENT, part.tree, partial(place, part.kind.name, self._cluster.given), self._title)
            for part in origin
        ]
        return MachineConfig.built(config, origin, steps, first)

    def _laid_over(
        self, node: Node, config: Container, recorder: Callable[[Step], None] | None,
        watch: Callable[[Laid], None] | None = None,
    ) -> Container:  # fmt: skip
        if node.settings is not None:
            config = _applied(node.settings, config, recorder)
        for layer in self._features(node, config):
            config = _applied(layer, config, recorder)
        problems: list[Problem] = []
        for layer in node.layers:
            before = config
            try:
                config = _applied(layer, before, recorder)
            except InputError as error:
                # It is left out for the next, whose faults are told as well.
                problems += error.problems
                continue
            if watch is not None:
                watch(Laid(layer, before, config))
        if problems:
            raise InputError(dict.fromkeys(problems))
        return config

    def _features(self, node: Node, config: Container) -> list[Layer]:
        """The layers of a node's features, chosen by the kinds that its base with its settings has."""
        if not node.features:
            return []
        kinds = frozenset(part.kind.name for part in config)
        key = (node.role, id(node.features), kinds)
        if key not in self._chosen:
            problems: list[Problem] = []
            situation = situation_of(self._cluster, node, kinds)
            made = contributions(node.features, situation, node.needs, facts_of(self._cluster, config), problems)
            if problems:
                raise InputError(problems)
            layers = (layer_of(fragments, title) for title, fragments in made)
            self._chosen[key] = [layer for layer in layers if layer is not None]
        return self._chosen[key]

    def findings(self, config: MachineConfig) -> list[Problem]:
        """What Talos would say of a config, as ``graded`` has it."""
        return self.graded(config.validate(self._cluster.mode, talos_version=self.release, lint=False))

    def graded(self, findings: Iterable[Problem]) -> list[Problem]:
        """Errors and warnings, with the severities that the project gives, without those that it turns off.

        Notes, as of what a release would rather have otherwise, are for whoever asks: see ``examine``.
        """
        return [problem for problem in graded(findings, self._grades) if problem.severity != "note"]


def situation_of(cluster: Cluster, node: Node, kinds: frozenset[str]) -> Situation:
    """What the conditions of a node's features ask about, where its base with its settings has these kinds."""
    names = frozenset(use.feature.name for use in node.features)
    talos = Release.parse(cluster.talos).contract
    return Situation(node.role.value, talos, kinds, names, Contract.parse(cluster.options.kubernetes))


def facts_of(cluster: Cluster, config: Container) -> dict[str, Any]:
    """What patches of features may know of the cluster, where this is a node's base with its settings."""
    return {**cluster.known, **subnets_of(config)}


def _applied(layer: Layer, config: Container, recorder: Callable[[Step], None] | None) -> Container:
    """A config with a layer laid over it. Raises InputError, in the places that the user knows."""
    told = None if recorder is None else partial(_tell, layer, recorder)
    try:
        return apply_to_config(config, [layer.patch], _SOURCE, recorder=told)
    except InputError as error:
        raise InputError(_known(problem, layer) for problem in error.problems) from None


def _known(problem: Problem, layer: Layer) -> Problem:
    """A problem with a layer in a place that the user knows: in the config itself there is none."""
    if problem.place is None or problem.place.source == _SOURCE:
        problem = problem._replace(place=Span(layer.patch.source) if layer.place is None else None)
    return (
        problem if layer.place is None or problem.place is None else problem._replace(place=layer.place(problem.place))
    )


def _tell(layer: Layer, recorder: Callable[[Step], None], step: Step) -> None:
    locate = step.locate if layer.place is None else partial(_located, layer.place, step.locate)
    recorder(step._replace(locate=locate, layer=layer.title))


def _located(
    known: Callable[[Span], Span],
    locate: Callable[[tuple[str | int, ...]], Span | None],
    path: tuple[str | int, ...],
) -> Span | None:
    found = locate(path)
    return None if found is None else known(found)
