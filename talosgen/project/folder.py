"""The files of a project's folder, and which files it may read."""

from __future__ import annotations

import os
import re
from typing import Final, NamedTuple

from talosgen.errors import InputError, Problem
from talosgen.generation.options import MachineType
from talosgen.source import Span

__all__ = ["CLUSTER", "SECRETS", "VARIABLES", "Folder", "boundary", "check_inside", "is_name", "scan"]

CLUSTER: Final = "cluster.yaml"
SECRETS: Final = "secrets.yaml"
VARIABLES: Final = "vars.sops.yaml"
_ROLE: Final = re.compile(r"(controlplane|worker)\.ya?ml")
_NODE: Final = re.compile(r"(controlplane|worker)-([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)\.ya?ml")
_NEARLY_NODE: Final = re.compile(r"(controlplane|worker)-.*\.ya?ml", re.IGNORECASE | re.DOTALL)
_YAML: Final = re.compile(r".*\.ya?ml", re.IGNORECASE | re.DOTALL)
#: How a Node document is begun.
_NODE_DOCUMENT: Final = re.compile(rb"(?:\s|#.*\n|---\s)*apiVersion:\s*talosgen/\S+\s+kind:\s*Node\s")
_BEGINNING: Final = 4096


class Folder(NamedTuple):
    """A folder's files, by what they are; paths as the user would write them."""

    path: str
    cluster: str
    roles: dict[MachineType, str]
    nodes: dict[str, tuple[MachineType, str]]
    variables: str | None

    @property
    def secrets(self) -> str:
        return os.path.join(self.path, SECRETS)


def scan(path: str, problems: list[Problem]) -> Folder:
    """The files of a folder; what is wrong with them is added to ``problems``: a node that is declared twice, a file
    that looks like a node's and is not, by its name or by what is in it.

    Raises InputError for a folder that cannot be read or has no cluster.yaml.
    """
    try:
        names = sorted(os.listdir(path))
    except OSError as error:
        remedy = "name the folder that it is in" if os.path.isfile(path) else "check the path"
        raise InputError(Problem(f"the folder cannot be read: {error.strerror}", Span(path), remedy=remedy)) from None
    if CLUSTER not in names:
        remedy = "`talosgen init` makes a project" if "talconfig.yaml" not in names else "this is a talhelper project"
        if "cluster.yml" in names:
            remedy = f"rename cluster.yml to {CLUSTER}"
        raise InputError(Problem(f"there is no {CLUSTER} in this folder", Span(path), remedy=remedy))
    roles: dict[MachineType, str] = {}
    nodes: dict[str, tuple[MachineType, str]] = {}
    for name in names:
        file = os.path.join(path, name)
        if found := _ROLE.fullmatch(name):
            role = MachineType(found[1])
            if role in roles:
                message = f"{roles[role]} is the patch of this role already"
                problems.append(Problem(message, Span(file), remedy="keep one of the files"))
            roles[role] = file
        elif found := _NODE.fullmatch(name):
            if found[2] in nodes:
                message = f"the node {found[2]} is declared by {nodes[found[2]][1]} already"
                problems.append(Problem(message, Span(file), remedy="keep one of the files"))
            nodes[found[2]] = (MachineType(found[1]), file)
        elif _NEARLY_NODE.fullmatch(name):
            message = "this looks like a node's file, but the name of a node is a DNS label"
            problems.append(Problem(message, Span(file), remedy="use lower-case letters, digits and hyphens"))
        elif name not in (CLUSTER, SECRETS, VARIABLES) and _YAML.fullmatch(name) and _begins_as_node(file):
            message = "this file has a Node document, and its name declares no node"
            problems.append(Problem(message, Span(file), remedy="call it controlplane-NAME.yaml or worker-NAME.yaml"))
    variables = os.path.join(path, VARIABLES) if VARIABLES in names else None
    return Folder(path, os.path.join(path, CLUSTER), roles, nodes, variables)


def _begins_as_node(path: str) -> bool:
    if not os.path.isfile(path):
        return False
    try:
        with open(path, "rb") as file:
            return _NODE_DOCUMENT.match(file.read(_BEGINNING)) is not None
    except OSError:
        # Whoever reads it tells.
        return False


#: The folder in which many clusters stand side by side.
_CLUSTERS: Final = "clusters"


def boundary(path: str) -> str:
    """The folder within which a project's inputs lie: its Git work tree, else the outermost folder of a project.

    That is ``clusters/`` where the project is one of several, or the outermost folder above it with a cluster.yaml.
    """
    real = os.path.realpath(path)
    folder = outermost = real
    while not os.path.exists(os.path.join(folder, ".git")):
        above = os.path.dirname(folder)
        if above == folder:
            return outermost
        folder = above
        if os.path.basename(folder) == _CLUSTERS or os.path.isfile(os.path.join(folder, CLUSTER)):
            outermost = folder
    return folder


def is_name(path: str) -> bool:
    """Whether the system can have a file or a folder of this name: not one that its encoding has no characters for."""
    try:
        return b"\0" not in os.fsencode(path)
    except UnicodeEncodeError:
        return False


def check_inside(path: str, root: str, span: Span) -> Problem | None:
    """What is wrong with reading a file: one that, links followed, leaves the project."""
    if not is_name(path):
        return Problem("this is no name of a file", span, remedy="check the name")
    real = os.path.realpath(path)
    if real != root and not real.startswith(root.rstrip(os.sep) + os.sep):
        return Problem(f"{path} lies outside of the project", span, remedy=f"inputs lie in {root}; copy the file there")
    return None
