"""Everything that should stop a change to projects before it is merged: the findings of all who judge a project.

A project is loaded and each node compiled, as far as the keys at hand allow: placeholders stand in for what no key
opens. Then Talos's verdict, the lints, the analysis of patches, the look at what is committed, and at secrets.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

from talosgen.codes import finding, graded, grades
from talosgen.compiler import Examined, Faults, Laid, examine
from talosgen.config.redact import MARKER
from talosgen.errors import InputError, Problem, some
from talosgen.outputs import committed, credentials
from talosgen.patching.analysis import effects_on
from talosgen.patching.places import target
from talosgen.patching.strategic import StrategicPatch
from talosgen.project.cluster import Cluster
from talosgen.project.folder import CLUSTER, VARIABLES
from talosgen.project.frontends import opened
from talosgen.secrets import repository
from talosgen.secrets.check import check as secrets_check
from talosgen.secrets.repository import Repository
from talosgen.source import Span
from talosgen.validation import can_be_stated

if TYPE_CHECKING:
    from datetime import datetime

    from talosgen.codes import Grade
    from talosgen.secrets.access import Access

__all__ = ["Checked", "check", "coded"]

#: A fault of a project's files that has no code of its own.
_FAULT: Final = "TG7001"
_LOCKED: Final = "TG7002"
_CLOSED: Final = "TG7003"
_UNKNOWN: Final = "TG7008"
_NAMES: Final = 5
#: A shorter secret stands in other words by chance; it is masked where it is a word.
_TELLING: Final = 6


class Checked(NamedTuple):
    """What was found; and how many nodes of each project, by its folder, were compiled."""

    findings: tuple[Problem, ...]
    nodes: dict[str, int]


def check(
    folders: Iterable[str],
    access: Access,
    *,
    require_keys: bool = False,
    environment: bool = True,
    now: datetime | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> Checked:
    """The findings about projects and the repositories that they lie in, each once, with its code.

    ``require_keys``: what no key opens is an error. Without ``environment`` placeholders stand in for its variables.
    ``now``, a time with its zone, is what judges by what expires. ``progress`` is given a folder, how many of its nodes
    are done, and how many there are.
    """
    found: list[Problem] = []
    nodes: dict[str, int] = {}
    tables: dict[str, Mapping[str, Grade]] = {}
    repositories: dict[str, Repository] = {}
    for folder in dict.fromkeys(folders):
        project = _Project(folder, access, require_keys, environment)
        there = None
        try:
            there = repository.find(folder, access.environment)
            repositories.setdefault(there.top, there)
        except InputError as error:
            project.faults.extend(error.problems)
        try:
            project.look(there, now, progress)
        except InputError as error:
            project.faults.extend(error.problems)
        tables[folder] = project.grades
        nodes[folder] = project.compiled
        found += graded(project.findings(), project.grades)
    for there in repositories.values():
        try:
            for problem in secrets_check(there, access, require_keys=require_keys):
                if there.git or not _is_local(problem, tables):
                    found += graded([problem], _table(problem, tables))
        except InputError as error:
            found += error.problems
    return Checked(tuple(dict.fromkeys(map(coded, found))), nodes)


def _table(problem: Problem, tables: Mapping[str, Mapping[str, Grade]]) -> Mapping[str, Grade]:
    """The severities for a finding about a repository: those of the project it lies in, else what all agree on."""
    for folder, table in tables.items():
        if problem.place is not None and _is_below(problem.place.source, folder):
            return table
    first, *others = tables.values()
    return {code: grade for code, grade in first.items() if all(table.get(code) == grade for table in others)}


def _is_below(path: str, folder: str) -> bool:
    return os.path.abspath(path).startswith(os.path.abspath(folder).rstrip(os.sep) + os.sep)


def _is_local(problem: Problem, folders: Iterable[str]) -> bool:
    """Whether a finding is about what a build writes and nobody commits: where there is no Git, nothing says so."""
    if problem.place is None:
        return False
    own = [os.path.join(folder, name) for folder in folders for name in ("rendered", "redacted", "kubeconfig")]
    own += [os.path.join(folder, credentials.NAME) for folder in folders]
    path = problem.place.source
    return any(os.path.abspath(path) == os.path.abspath(each) or _is_below(path, each) for each in own)


def coded(problem: Problem) -> Problem:
    """A problem with a code: that of a fault of the project where it has none of its own."""
    return problem if problem.code else problem._replace(code=_FAULT)


def _finding(code: str, message: str, place: Span, *, error: bool = False) -> Problem:
    made = finding(code, message, place)
    return made._replace(severity="error") if error else made


class _Project:
    """One project, and what is found about it."""

    def __init__(self, folder: str, access: Access, require_keys: bool, environment: bool) -> None:
        self.faults: list[Problem] = []
        self.compiled = 0
        self.grades: Mapping[str, Grade] = {}
        self._folder = folder
        self._access = access
        self._require_keys = require_keys
        self._environment = environment
        self._of_nodes = Faults()
        self._others: list[Problem] = []
        self._masked: list[str] = []
        self._effects = _Effects()

    def look(
        self, there: Repository | None, now: datetime | None, progress: Callable[[str, int, int], None] | None
    ) -> None:  # fmt: skip
        """Find all there is to be found. Raises InputError where the project cannot be loaded at all."""
        cluster = opened(
            self._folder, self._access, keyless=True, environment_allowed=self._environment, faults=self.faults
        )
        self.grades = grades(cluster.checks)
        self._others += cluster.notes
        concealed = not self._environment or any(os.path.basename(path) == VARIABLES for path in cluster.closed)
        self._masked = [] if concealed else sorted(cluster.masked, key=len, reverse=True)
        unseen = set(cluster.secret_places) if concealed else set()
        if cluster.placeholder and "secrets" in cluster.given:
            # Nobody has the certificates of the placeholders.
            unseen.add(cluster.given["secrets"])
        if cluster.nodes and not can_be_stated(cluster.talos):
            self._others.append(
                self._here(_UNKNOWN, f"what Talos {cluster.talos} takes is not known", "talosVersion", cluster)
            )
        locked = dict(cluster.locked)
        texts: dict[str, str] = {}
        for number, node in enumerate(examine(cluster, cluster.nodes, now=now), 1):
            if self._take(node, unseen):
                texts[node.node.name] = node.config.to_yaml() if node.config is not None else ""
            elif node.config is None and all(problem.place in unseen for problem in node.problems):
                # Placeholders are not what belongs there.
                locked[node.node.name] = node.problems[0].place.source if node.problems[0].place else self._folder
            if progress is not None:
                progress(self._folder, number, len(cluster.nodes))
        self.compiled = len(texts)
        self._tell_of_keys(cluster, locked)
        whole = not locked and not self.faults and len(texts) == len(cluster.nodes)
        self._others += committed.findings(cluster, there, texts, locked, self._access, whole=whole)

    def _take(self, node: Examined, unseen: Collection[Span | None]) -> bool:
        """Take over what is said of a node; whether it compiles."""
        found = [problem for problem in node.problems if problem.place not in unseen or problem.place is None]
        for laid in node.laid:
            found += self._effects.of(laid, node.node.role.value)
        self._of_nodes.add(node.node.name, dict.fromkeys(found))
        return node.config is not None

    def _here(self, code: str, message: str, setting: str, cluster: Cluster) -> Problem:
        return _finding(code, message, cluster.given.get(setting, Span(os.path.join(self._folder, CLUSTER))))

    def _tell_of_keys(self, cluster: Cluster, locked: Mapping[str, str]) -> None:
        error = self._require_keys
        if error:
            self.faults += [
                problem._replace(place=problem.place or Span(path), code=problem.code or "sops-no-identity")
                for path, problems in cluster.closed.items()
                for problem in problems
            ]
        if locked:
            files = some(dict.fromkeys(locked.values()), _NAMES)
            many = len(locked) > 1
            message = (
                f"the node{'s' if many else ''} {some(locked, _NAMES)} {'are' if many else 'is'} not compiled:"
                f" no key at hand opens {files}"
            )
            self._others.append(_finding(_LOCKED, message, Span(next(iter(locked.values()))), error=error))
        hidden = [path for path in cluster.closed if path not in locked.values()]
        if hidden:
            message = f"placeholders stand in for what is in {some(hidden, _NAMES)}: no key at hand opens it"
            self._others.append(_finding(_CLOSED, message, Span(hidden[0]), error=error))

    def findings(self) -> list[Problem]:
        """What was found, each once, at a place, without secrets."""
        default = Span(os.path.join(self._folder, CLUSTER))
        out = [*self.faults, *self._others, *self._of_nodes.problems()]
        return [self._hidden(problem if problem.place else problem._replace(place=default)) for problem in out]

    def _hidden(self, problem: Problem) -> Problem:
        """A finding in which no secret shows, should a message have one."""
        message, path = problem.message, problem.path
        for secret in self._masked:
            if len(secret) >= _TELLING:
                message, path = message.replace(secret, MARKER), path.replace(secret, MARKER)
            elif len(secret) > 2:
                word = re.compile(rf"(?<!\w){re.escape(secret)}(?!\w)")
                message, path = word.sub(MARKER, message), word.sub(MARKER, path)
        return (
            problem
            if message is problem.message and path is problem.path
            else problem._replace(message=message, path=path)
        )


class _Effects:
    """The findings about patches; what a patch does to the same documents is found once."""

    def __init__(self) -> None:
        # The keys are identities of what the values hold on to.
        self._known: dict[tuple[object, ...], tuple[Laid, list[Problem]]] = {}

    def of(self, laid: Laid, role: str) -> list[Problem]:
        patch = laid.layer.patch
        key: tuple[object, ...] = (id(patch), role, id(laid.before))
        if isinstance(patch, StrategicPatch) and patch.merge == "idempotent":
            wanted = {target(part) for part in patch.parts}
            key = (id(patch), role, *(id(part) for part in laid.before if target(part) in wanted))
        if key not in self._known:
            self._known[key] = (laid, effects_on(patch, laid.before, laid.after, role))
        return self._known[key][1]
