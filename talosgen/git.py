"""Git, asked for what it knows of a repository: nothing that the repository configures is run."""

from __future__ import annotations

import io
import os
import subprocess
from collections.abc import Mapping, Sequence
from typing import Final

from talosgen.errors import InputError, Problem
from talosgen.source import Span

__all__ = ["command", "environment", "failed", "run"]

#: Its words in English, no lock taken, nothing fetched, nobody asked.
_ENVIRONMENT: Final = {"LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0"}


def environment(given: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The environment of Git, in a process that has this one."""
    out = {**given, **_ENVIRONMENT}
    if not out.get("GIT_WORK_TREE"):
        # A hook of a linked work tree has GIT_DIR alone, by which whatever folder Git is run in would be its top.
        out.pop("GIT_DIR", None)
    return out


def command(arguments: Sequence[str]) -> list[str]:
    """The command line of a question to Git."""
    # A monitor of the file system is a program that the repository's configuration names.
    return ["git", "-c", "core.fsmonitor=false", *arguments]


def run(arguments: Sequence[str], folder: str, given: Mapping[str, str] = os.environ) -> bytes:
    """What Git prints in a folder, to a process with this environment.

    Raises InputError with its words when it fails, FileNotFoundError without Git.
    """
    done = subprocess.run(
        command(arguments), cwd=folder, env=environment(given), stdin=subprocess.DEVNULL,
        capture_output=True, check=False,
    )  # fmt: skip
    if done.returncode:
        said = next(io.BytesIO(done.stderr), b"").decode("utf-8", "surrogateescape").strip().removeprefix("fatal: ")
        raise failed(f"git {arguments[0]} failed: {said[:300] or f'status {done.returncode}'}", folder)
    return done.stdout


def failed(message: str, folder: str) -> InputError:
    """What to raise when Git does not do what it is asked for."""
    return InputError(Problem(message, Span(folder), remedy="see what `git status` says here"))
