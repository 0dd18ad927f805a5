"""``patch``, also ``machineconfig patch``."""

from __future__ import annotations

from typing import Any

from talosgen import files
from talosgen.cli.access import read
from talosgen.cli.patches import load_arguments, reading, tell
from talosgen.cli.printing import deliver
from talosgen.errors import InputError, Problem
from talosgen.patching.load import apply_to_text

__all__ = ["run"]


def run(flags: dict[str, Any], arguments: list[str]) -> int:
    """Print or write a config with patches applied."""
    (file,) = arguments
    how = reading(flags)
    problems: list[Problem] = []
    text = ""
    try:
        text = read(file).decode("utf-8", "surrogateescape")
    except InputError as error:
        problems.extend(error.problems)
    try:
        patches = load_arguments(flags["patch"], **how)
    except InputError as error:
        problems.extend(error.problems)
    if problems:
        raise InputError(problems)
    tell(patches)
    patched = apply_to_text(text, patches, file).encode("utf-8", "surrogateescape")
    if flags["output"] not in ("", "-"):
        files.write({flags["output"]: patched}, force=True)
    else:
        # talosctl ends its standard output with one newline more.
        deliver(patched + b"\n")
    return 0
