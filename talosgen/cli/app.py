"""``app``."""

from __future__ import annotations

import os
import sys
from typing import Any

from talosgen.cli.printing import deliver, tell
from talosgen.cli.projects import named
from talosgen.errors import InputError, Problem
from talosgen.features.catalogue import Catalogue
from talosgen.project.folder import CLUSTER
from talosgen.scaffold import Wanted, apps

__all__ = ["add", "show"]


def add(flags: dict[str, Any], arguments: list[str]) -> int:
    """Write an app to apps/, and its feature to cluster.yaml."""
    made = apps.prepare(_project(arguments[1:]), Wanted(arguments[0], flags["set"], flags["group"]))
    if made.there:
        _print_difference(made.difference)
    apps.write(made)
    tell(list(made.notes))
    for name in sorted(made.files):
        print(f"Wrote {os.path.relpath(name)}", file=sys.stderr)
    return 0


def _print_difference(text: str) -> None:
    if sys.stdout.isatty():
        from talosgen.outputs.reports import visible

        text = "".join(f"{visible(line)}\n" for line in text.splitlines())
    deliver(text.encode("utf-8", "surrogateescape"))


def _project(arguments: list[str]) -> str:
    """The project that is meant: of several clusters the base that they extend."""
    found = named(arguments)
    base = os.path.join("clusters", "base")
    if len(found) > 1 and os.path.isfile(os.path.join(base, CLUSTER)):
        return base
    if len(found) > 1:
        raise InputError(Problem(f"there are several projects: {', '.join(found)}", remedy="name one of them"))
    return found[0]


def show(flags: dict[str, Any], arguments: list[str]) -> int:
    """Print the features that carry an app."""
    found = apps.apps(Catalogue())
    if flags["json"]:
        import json

        rows = [
            {"name": each.name, "title": each.manifest.title, "app": each.manifest.app.about}
            for each in found
            if each.manifest.app is not None
        ]
        print(json.dumps(rows, indent=2, ensure_ascii=False))
        return 0
    width = max((len(each.name) for each in found), default=0)
    for each in found:
        assert each.manifest.app is not None
        print(f"{each.name:{width}}  {each.manifest.app.about or each.manifest.title}")
    return 0
