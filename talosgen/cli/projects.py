"""Projects named on the command line, read with the keys at hand."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from talosgen.cli.access import access
from talosgen.cli.flags import UsageError
from talosgen.errors import InputError, Problem, nearest
from talosgen.project.frontends import folders, opened

if TYPE_CHECKING:
    from talosgen.project.cluster import Cluster, Node

__all__ = ["chosen", "left_out", "meant", "named", "node", "only", "project"]


def named(arguments: list[str]) -> list[str]:
    """The folders of the projects that are meant, each once.

    Raises InputError when there is none, UsageError for one without a name.
    """
    if "" in arguments:
        raise UsageError("DIR is empty")
    found: dict[str, str] = {}
    for folder in arguments or folders():
        found.setdefault(os.path.realpath(folder), folder)
    return list(found.values())


def only(arguments: list[str]) -> str:
    """The folder of the one project that is meant. Raises InputError when there are several."""
    found = named(arguments)
    if len(found) > 1:
        raise InputError(Problem(f"there are several projects: {', '.join(found)}", remedy="name one of them"))
    return found[0]


def project(folder: str, flags: dict[str, Any], faults: list[Problem] | None = None) -> Cluster:
    """The cluster of a folder, with the patches and placeholders that flags ask for.

    Raises InputError. With ``faults`` what is wrong is added there, and the cluster has the nodes that are right;
    InputError is raised where nothing can be said of any.
    """
    texts: list[tuple[str, str]] = []
    problems: list[Problem] = []
    if flags.get("patch"):
        from talosgen.cli.patches import read_arguments

        texts, problems = read_arguments(flags["patch"])
    try:
        placeholders = flags.get("placeholder-secrets", False)
        cluster = opened(folder, access(), patches=texts, placeholders=placeholders, faults=faults)
    except InputError as error:
        raise InputError([*problems, *error.problems]) from None
    if problems and faults is None:
        raise InputError(problems)
    if faults is not None:
        faults += problems
    return cluster


def left_out(cluster: Cluster) -> list[Problem]:
    """Notes about nodes that are not compiled for want of a key."""
    from talosgen.source import Span

    return [
        Problem(f"the node {name} is left out: this file is encrypted", Span(path), severity="note")
        for name, path in cluster.locked.items()
    ]


def chosen(cluster: Cluster, flags: dict[str, Any]) -> list[Node] | None:
    """The nodes that ``--node`` and ``--role`` name; None when neither is given. Raises UsageError, InputError."""
    names, role = flags["node"], flags.get("role", "")
    if role not in ("", "controlplane", "worker"):
        raise UsageError("--role takes controlplane or worker")
    if not names and not role:
        return None
    problems = [_unknown(cluster, name) for name in names if all(node.name != name for node in cluster.nodes)]
    if problems:
        raise InputError(problems)
    return meant(cluster, flags)


def meant(cluster: Cluster, flags: dict[str, Any]) -> list[Node]:
    """The nodes that ``--node`` and ``--role`` let through, whatever they name beside them."""
    names, role = flags["node"], flags.get("role", "")
    return [node for node in cluster.nodes if (not names or node.name in names) and role in ("", node.role.value)]


def node(cluster: Cluster, name: str) -> Node:
    """The node of a name. Raises InputError."""
    try:
        return cluster.node(name)
    except KeyError:
        raise InputError(_unknown(cluster, name)) from None


def _unknown(cluster: Cluster, name: str) -> Problem:
    from talosgen.source import Span

    if name in cluster.locked:
        message = f"the node {name} cannot be compiled without a key: a file of it is encrypted"
        return Problem(message, Span(cluster.locked[name]))
    near = nearest(name, (each.name for each in cluster.nodes))
    remedy = f"did you mean {near}?" if near else f"it has {', '.join(each.name for each in cluster.nodes[:10])}"
    return Problem(f"{cluster.folder} has no node {name[:80]!r}", remedy=remedy)
