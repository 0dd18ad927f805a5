"""Outputs that are committed, against what a project compiles to now: encrypted configs and commands.sh."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Final

from talosgen import inputs
from talosgen.codes import finding
from talosgen.errors import InputError, Problem
from talosgen.outputs import build, script
from talosgen.outputs.sealed import is_current
from talosgen.source import Span

if TYPE_CHECKING:
    from talosgen.project.cluster import Cluster
    from talosgen.secrets.access import Access
    from talosgen.secrets.repository import Repository

__all__ = ["findings"]

_OUTDATED: Final = "TG7005"
_LEFT_OVER: Final = "TG7006"
_NOT_COMPARED: Final = "TG7007"
_SUFFIX: Final = ".sops.yaml"


def findings(
    cluster: Cluster, repository: Repository | None, texts: Mapping[str, str], locked: Collection[str], access: Access,
    *, whole: bool,
) -> list[Problem]:  # fmt: skip
    """The findings about committed outputs of a cluster, and about commands that cannot be written.

    ``texts`` are the nodes' configs by name, ``locked`` nodes that could not be compiled; ``whole``: all others were.
    Without Git, None for ``repository`` included, nothing is committed. Raises InputError when Git fails.
    """
    tracked = set()
    if repository is not None and repository.git:
        tracked = {os.path.realpath(repository.path(file.path)) for file in repository.files()}
    return [
        *_configs(cluster, tracked, texts, locked, access, whole=whole),
        *_commands(cluster, tracked, whole=whole),
    ]


def _finding(code: str, message: str, path: str) -> Problem:
    return finding(code, message, Span(path))


def _configs(
    cluster: Cluster, tracked: Collection[str], texts: Mapping[str, str], locked: Collection[str], access: Access, *,
    whole: bool,
) -> list[Problem]:  # fmt: skip
    folder = os.path.join(cluster.folder, "encrypted")
    real = os.path.realpath(folder)
    there = {
        os.path.basename(path).removesuffix(_SUFFIX)
        for path in tracked
        if os.path.dirname(path) == real and path.endswith(_SUFFIX)
    }
    if not there:
        return []
    out: list[Problem] = []
    unseen: list[str] = []
    for name in sorted(there):
        path = os.path.join(folder, name + _SUFFIX)
        if name not in texts:
            if whole:
                out.append(_finding(_LEFT_OVER, f"there is no node {name}", path))
            continue
        current = None if cluster.placeholder or cluster.closed else is_current(path, texts[name], access)
        if current is None:
            unseen.append(path)
        elif not current:
            out.append(_finding(_OUTDATED, f"the project compiles to another config of {name}", path))
    out += [
        _finding(_OUTDATED, "this node has no encrypted config, and others have", os.path.join(folder, name + _SUFFIX))
        for name in texts
        if name not in there
    ]
    if unseen:
        message = f"{len(unseen)} encrypted configs were not compared with what the project compiles to"
        out.append(_finding(_NOT_COMPARED, message, unseen[0]))
    return out


def _commands(cluster: Cluster, tracked: Collection[str], *, whole: bool) -> list[Problem]:
    wanted: list[str] = []
    if whole and any(node.role.is_controlplane for node in cluster.nodes):
        try:
            # They hold no secret: those of placeholders are the same, and nobody is given them.
            wanted = [build.commands(cluster._replace(placeholder=False), form) for form in ("rendered", "encrypted")]
        except InputError as error:
            return list(error.problems)
    path = os.path.join(cluster.folder, build.COMMANDS)
    if os.path.realpath(path) not in tracked or not os.path.isfile(path):
        return []
    text = inputs.read(path).decode("utf-8", "surrogateescape")
    if script.MARK not in text or text in wanted:
        # Somebody else's, or right.
        return []
    if not whole:
        return [_finding(_NOT_COMPARED, "this was not compared: not all nodes could be compiled", path)]
    return [_finding(_OUTDATED, "the project's nodes want other commands", path)]
