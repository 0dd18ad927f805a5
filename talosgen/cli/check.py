"""``check``."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import Any

from talosgen.cli.access import access
from talosgen.cli.printing import report, report_format
from talosgen.cli.progress import Progress
from talosgen.cli.projects import named
from talosgen.errors import InputError
from talosgen.outputs.check import check, coded
from talosgen.outputs.reports import visible

__all__ = ["run"]


def run(flags: dict[str, Any], arguments: list[str]) -> int:
    """Print all that is found about projects."""
    report_format(flags)
    try:
        folders = named(arguments)
    except InputError as error:
        return report(list(map(coded, error.problems)), flags)
    bars: dict[str, Progress] = {}

    def progress(folder: str, done: int, total: int) -> None:
        if folder not in bars:
            bars[folder] = Progress(total, folder)
        bars[folder](done)
        if done == total:
            bars[folder].close()

    found = check(
        folders, access(), require_keys=flags["require-keys"], environment=not flags["no-env"],
        now=datetime.now(UTC), progress=progress,
    )  # fmt: skip
    status = report(list(found.findings), flags, strict=flags["strict"])
    for folder, count in found.nodes.items():
        print(f"{visible(folder)}: {count} node{'' if count == 1 else 's'} compiled", file=sys.stderr)
    return status
