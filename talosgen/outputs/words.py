"""Words of shell commands: what may become one, checked, and quoted."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from shlex import quote
from typing import Final

from talosgen.errors import InputError, Problem
from talosgen.project import names
from talosgen.project.cluster import Cluster, Node
from talosgen.validation.checks.reference import is_reference

__all__ = ["address", "check", "command", "hostname", "name", "path"]

_VERSION: Final = re.compile(r"\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?")
#: A shorter text stands in others by chance.
_TELLING: Final = 6
_NO_TEXT: Final = re.compile("[\0-\x1f\x7f]")


def _word(what: str, right: Callable[[str], object], remedy: str) -> Callable[[str], str]:
    def checked(text: str) -> str:
        if not right(text):
            raise InputError(Problem(f"this {what} cannot be a word of a command", remedy=remedy))
        return text

    return checked


#: Each gives the text, or raises InputError when it is not of its kind.
name = _word("name of a node", names.is_label, "expected a DNS label: lower-case letters, digits, hyphens")
address = _word("address of a node", names.is_address, "expected an IP address or a host name")
hostname = _word("host name", names.is_host, "expected a DNS name")
image = _word(
    "installer image", lambda text: is_reference(text) and not text.startswith("-"), "expected a reference of an image"
)
version = _word("Kubernetes version", _VERSION.fullmatch, "expected a form such as 1.37.0")
path = _word("path", lambda text: text and _NO_TEXT.search(text) is None, "rename it: it holds a control character")


def command(*words: str) -> str:
    """The line of a command: its words, quoted where the shell needs it."""
    return " ".join(map(quote, words))


def check(cluster: Cluster, nodes: Iterable[Node] | None = None) -> None:
    """Raise InputError, with all faults, when something of a cluster cannot stand in a command.

    Secrets cannot, nor can what is made with placeholders.
    """
    problems: list[Problem] = []
    if cluster.placeholder:
        remedy = "build with the cluster's own secrets"
        problems.append(Problem("there are no commands for a cluster whose secrets are placeholders", remedy=remedy))

    def look(who: str, right: Callable[[str], str], text: str) -> None:
        try:
            right(text)
        except InputError as error:
            problems.extend(problem._replace(message=f"{who}: {problem.message}") for problem in error.problems)
        if any(secret == text or (len(secret) >= _TELLING and secret in text) for secret in cluster.masked):
            problems.append(Problem(f"{who}: a secret would stand in a command", remedy="use no ${secrets.…} for it"))

    for node in cluster.nodes if nodes is None else nodes:
        who = f"node {node.name[:80]!r}"
        look(who, name, node.name)
        look(who, address, node.address)
        look(who, hostname, node.hostname)
        if node.image:
            look(who, image, node.image)
    look("kubernetesVersion", version, cluster.options.kubernetes)
    if problems:
        raise InputError(problems)
