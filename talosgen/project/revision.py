"""A project as a Git revision has it, in a folder of its own for as long as it is looked at."""

from __future__ import annotations

import io
import os
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from talosgen.errors import InputError, Problem
from talosgen.project.folder import boundary
from talosgen.source import Span

__all__ = ["checked_out"]

_SECONDS: Final = 120
_REMEDY: Final = "name a branch, a tag or a commit of the work tree"


@contextmanager
def checked_out(folder: str, revision: str) -> Iterator[str]:
    """The folder as a revision has it: a copy of what Git holds, in which what is encrypted stays so.

    Faults found in the copy are told of the revision's files. Raises InputError without a work tree, for a revision
    that is not known, and for one without the folder.
    """
    root = boundary(folder)
    inside = os.path.relpath(os.path.realpath(folder), root)
    if revision.startswith("-"):
        raise InputError(Problem("this is no revision", Span(root), remedy=_REMEDY))
    _git(root, "rev-parse", "--quiet", "--verify", "--end-of-options", f"{revision}^{{commit}}")
    if inside != "." and not _git(root, "ls-tree", "--name-only", revision, "--", inside):
        raise InputError(Problem(f"{revision} has no folder {inside}", Span(folder)))
    archive = _git(root, "archive", "--format=tar", revision)
    with tempfile.TemporaryDirectory(prefix="talosgen-") as copy:
        with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
            tar.extractall(copy, filter="data")
        # The work tree ends here: nothing above it is read.
        os.mkdir(os.path.join(copy, ".git"))
        try:
            yield os.path.normpath(os.path.join(copy, inside))
        except InputError as error:
            problems = [_renamed(problem, copy, revision) for problem in error.problems]
        else:
            return
    raise InputError(problems)


def _renamed(problem: Problem, copy: str, revision: str) -> Problem:
    place = problem.place
    if place is None or not place.source.startswith(copy + os.sep):
        return problem
    return problem._replace(place=place._replace(source=f"{revision}:{place.source[len(copy) + 1 :]}"))


def _git(root: str, *arguments: str) -> bytes:
    try:
        done = subprocess.run(
            ["git", "-C", root, *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        raise InputError(Problem("git could not be run to its end", Span(root), remedy="is it installed?")) from None
    if done.returncode:
        what = "this is no Git work tree, or the revision is not known to it"
        raise InputError(Problem(what, Span(root), remedy=_REMEDY))
    return done.stdout
