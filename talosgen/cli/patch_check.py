"""``patch check``."""

from __future__ import annotations

from typing import Any

from talosgen.cli.access import read
from talosgen.cli.patches import read_arguments, reading
from talosgen.cli.printing import report
from talosgen.errors import InputError
from talosgen.patching.analysis import analyse

__all__ = ["run"]


def run(flags: dict[str, Any], arguments: list[str]) -> int:
    """Print the findings about patches."""
    how = reading(flags)
    texts, problems = read_arguments(arguments, "patch")
    config = None
    if flags["config"]:
        try:
            config = (read(flags["config"]).decode("utf-8", "surrogateescape"), flags["config"])
        except InputError as error:
            problems.extend(error.problems)
    return report([*problems, *analyse(texts, config, **how)], flags, strict=flags["strict"])
