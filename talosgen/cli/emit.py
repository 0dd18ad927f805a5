"""``emit``."""

from __future__ import annotations

from typing import Any

from talosgen.cli.printing import deliver
from talosgen.cli.projects import node, only, project
from talosgen.cli.secrets import tell
from talosgen.errors import Problem
from talosgen.outputs.build import texts

__all__ = ["run"]


def run(flags: dict[str, Any], arguments: list[str]) -> int:
    """Print one node's config."""
    name, *rest = arguments
    cluster = project(only(rest), flags)
    found: list[Problem] = list(cluster.notes)
    try:
        made = texts(cluster, [node(cluster, name)], validate=not flags["no-validate"], report=found.append)
    finally:
        tell(found)
    deliver(made[name].encode("utf-8", "surrogateescape"))
    return 0
