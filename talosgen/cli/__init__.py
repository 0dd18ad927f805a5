"""The command line: one small module a command; it parses, calls the library, prints."""

from __future__ import annotations

import gc
import os
import sys

from talosgen.cli.access import forget
from talosgen.cli.command import UsageError, dispatch
from talosgen.cli.commands import ROOT

__all__ = ["main"]

#: A run makes many trees and hardly any cycle: to look for them seldom is a tenth of its time.
_SELDOM = 50_000


def main(argv: list[str] | None = None) -> int:
    """Run one command line. Gives the exit status: 0 done, 1 the input is at fault, 2 the command line is."""
    arguments = sys.argv[1:] if argv is None else argv
    forget()
    gc.set_threshold(_SELDOM)
    _streams()
    try:
        status = dispatch(ROOT, arguments)
        # Now, while it can be told that there is no room for it.
        sys.stdout.flush()
        return status
    except UsageError as error:
        print(f"talosgen: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("talosgen: interrupted; no file was changed half-way", file=sys.stderr)
        return 1
    except BrokenPipeError:
        # The reader of our output has gone: there is nobody to tell.
        _give_up_output()
        return 1
    except OSError as error:
        _give_up_output()
        name = f"{error.filename}: " if error.filename else ""
        print(f"talosgen: {name}{error.strerror or 'the system refused'}", file=sys.stderr)
        return 1
    except ValueError as error:
        from talosgen.errors import InputError

        if not isinstance(error, InputError):
            raise
        from talosgen.outputs.reports import visible

        for problem in error.problems:
            print(visible(str(problem)), file=sys.stderr)
        return 1


def _streams() -> None:
    """Open what we were started without: Python has None there, and the next file would take its number."""
    if sys.stdin is None:
        sys.stdin = open(os.devnull)  # noqa: SIM115, it stays open
    if sys.stdout is None:
        # What is written there is lost: that is an error, and so a descriptor that takes nothing.
        sys.stdout = open(os.open(os.devnull, os.O_RDONLY), "w")  # noqa: SIM115
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115


def _give_up_output() -> None:
    """Keep Python from trying again, at its exit, to write what could not be written."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
