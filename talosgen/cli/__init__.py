"""The command line: one small module a command; it parses, calls the library, prints."""

from __future__ import annotations

import sys

from talosgen.cli.access import forget
from talosgen.cli.command import UsageError, dispatch
from talosgen.cli.commands import ROOT

__all__ = ["main"]


def main(argv: list[str] | None = None) -> int:
    """Run one command line. Gives the exit status: 0 done, 1 the input is at fault, 2 the command line is."""
    arguments = sys.argv[1:] if argv is None else argv
    forget()
    try:
        return dispatch(ROOT, arguments)
    except UsageError as error:
        print(f"talosgen: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("talosgen: interrupted; no file was changed half-way", file=sys.stderr)
        return 1
    except BrokenPipeError:
        # The reader of our output has gone: there is nobody to tell. Keep Python from trying at exit.
        import os

        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 1
    except OSError as error:
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
