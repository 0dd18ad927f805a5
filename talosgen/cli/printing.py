"""What goes to standard output."""

from __future__ import annotations

import sys

from talosgen.cli.flags import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from talosgen.errors import Problem
    from talosgen.outputs.reports import Format

__all__ = ["deliver", "report", "report_format", "tell"]


def deliver(data: bytes) -> None:
    """Write bytes to standard output as they are, whatever its encoding."""
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def report_format(flags: dict[str, Any]) -> Format:
    """The format that the flags name. Raises UsageError."""
    from talosgen.outputs.reports import FORMATS

    name = "json" if flags["json"] else flags["format"]
    if name not in FORMATS:
        raise UsageError(f"--format takes {', '.join(FORMATS[:-1])} or {FORMATS[-1]}")
    found: Format = name
    return found


def report(problems: list[Problem], flags: dict[str, Any], *, strict: bool = False, errors: bool = False) -> int:
    """Print findings in the format that the flags name; the exit status: 1 when one is an error.

    ``strict``: warnings count as errors. ``errors``: as text they go to standard error.
    """
    import os

    from talosgen._version import __version__
    from talosgen.outputs.reports import colored, render

    name = report_format(flags)
    text = render(
        problems, name, tool_version=__version__, color=colored(sys.stderr if errors else sys.stdout, os.environ)
    )
    if errors and name == "text":
        sys.stderr.write(text)
    else:
        deliver(text.encode("utf-8", "backslashreplace"))
    failing = {"error", "warning"} if strict else {"error"}
    return 1 if any(problem.severity in failing for problem in problems) else 0


def tell(problems: list[Problem]) -> None:
    """Print warnings and notes to standard error."""
    from talosgen._version import __version__
    from talosgen.outputs.reports import render

    if problems:
        sys.stderr.write(render(problems, "text", tool_version=__version__))
