"""``init``."""

from __future__ import annotations

import os
import re
import sys
from typing import Any

from talosgen import inputs
from talosgen.cli.access import access
from talosgen.cli.printing import tell
from talosgen.errors import Problem
from talosgen.project.models import NAME
from talosgen.scaffold import Choices, create
from talosgen.schema.releases import newest

__all__ = ["run"]


def run(flags: dict[str, Any], arguments: list[str]) -> int:
    """Make a new repository."""
    folder = arguments[0] if arguments else "."
    name = flags["name"] or _name(folder)
    example = f"https://git.example.com/{name}.git"
    choices = Choices(
        name,
        flags["endpoint"],
        flags["talos-version"] or str(newest()),
        flags["kubernetes-version"],
        flags["repo-url"] or example,
        flags["revision"],
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
    tell(notes)
    print(f"Created {len(made.files)} files in {folder}; README.md there says what comes next", file=sys.stderr)
    return 0


def _name(folder: str) -> str:
    """The name of the folder where a cluster can have it."""
    name = os.path.basename(os.path.abspath(folder)).lower()
    return name if re.fullmatch(NAME, name) else "home"
