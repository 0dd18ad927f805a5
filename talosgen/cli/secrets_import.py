"""``secrets import``."""

from __future__ import annotations

import sys
from typing import Any

from talosgen import files
from talosgen.cli.access import access
from talosgen.cli.secrets import first_key, named, tell
from talosgen.contract import Contract
from talosgen.errors import InputError
from talosgen.secrets import bundle
from talosgen.secrets.importing import taken

__all__ = ["run"]


def run(flags: dict[str, Any], arguments: list[str]) -> int:
    """Take the secrets of a cluster over into a new encrypted bundle."""
    (source,) = arguments
    target = named(flags)
    contract = Contract.parse(flags["talos-version"])
    if problems := files.targets([target]):
        remedy = "a bundle is never overwritten: give another file with -o"
        raise InputError([problem._replace(remedy=remedy) for problem in problems])
    # No key is made for what cannot be imported.
    found = taken(source, access(), contract, bootstrap_token=flags["kubernetes-bootstrap-token"])
    first_key(flags, target)
    accept = flags["accept-recipients"]
    tell([*found.notes, *bundle.create(target, found.bundle, access(), flags["age"], accept=accept)])
    print(f"Created {target}", file=sys.stderr)
    return 0
