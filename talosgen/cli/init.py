"""``init``."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable
from typing import Any

from talosgen import inputs
from talosgen.cli.access import access
from talosgen.cli.flags import UsageError
from talosgen.cli.printing import tell
from talosgen.errors import Problem
from talosgen.files import work_tree
from talosgen.project.models import NAME
from talosgen.scaffold import Choices, Wanted, create
from talosgen.schema.releases import newest

__all__ = ["run"]


def run(flags: dict[str, Any], arguments: list[str]) -> int:
    """Make a new repository."""
    folder = arguments[0] if arguments else "."
    name = flags["name"] or _name(folder)
    example = f"https://git.example.com/{name}.git"
    layout, clusters = flags["layout"], flags["clusters"]
    if layout not in ("single", "multi"):
        raise UsageError("--layout takes single or multi")
    if clusters and layout == "single":
        raise UsageError("--clusters is for --layout multi")
    choices = Choices(
        name,
        flags["endpoint"],
        flags["talos-version"] or str(newest()),
        flags["kubernetes-version"],
        flags["repo-url"] or example,
        flags["revision"],
        _wanted(flags["with"], flags["set"]),
        tuple(clusters or ("nonprod", "prod-eu", "prod-us")) if layout == "multi" else (),
    )
    vendored = flags["vendor-argocd"]
    made = create(folder, choices, access(), flags["age"], (vendored, inputs.read(vendored)) if vendored else None)
    if made.new_key:
        print(f"Created {made.key_file}: keep a copy of it, it opens everything", file=sys.stderr)
    elif made.key_file:
        print(f"Encrypted for the key in {made.key_file}", file=sys.stderr)
    notes = list(made.notes)
    if not flags["repo-url"]:
        remedy = "replace it in bootstrap/ before you apply anything, or begin again with --repo-url"
        notes.append(Problem(f"Argo CD will read {example}, which is an example", remedy=remedy, severity="note"))
    if choices.clusters and work_tree(os.path.abspath(folder)) is None:
        message = "clusters read what lies beside them within one Git work tree, and this is none"
        notes.append(Problem(message, remedy="run `git init` in it before you build", severity="note"))
    tell(notes)
    print(f"Created {len(made.files)} files in {folder}; README.md there says what comes next", file=sys.stderr)
    return 0


def _wanted(names: Iterable[str], settings: Iterable[str]) -> tuple[Wanted, ...]:
    """The features with their parameters, each given as ``FEATURE.NAME=VALUE``."""
    given: dict[str, list[str]] = {name.strip(): [] for name in names}
    for text in settings:
        feature, _, setting = text.partition(".")
        if feature not in given:
            raise UsageError(f"--set {text[:80]}: expected FEATURE.NAME=VALUE, of a feature that --with names")
        given[feature].append(setting)
    return tuple(Wanted(name, tuple(own)) for name, own in given.items())


def _name(folder: str) -> str:
    """The name of the folder where a cluster can have it."""
    name = os.path.basename(os.path.abspath(folder)).lower()
    return name if re.fullmatch(NAME, name) else "home"
