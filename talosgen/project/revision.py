"""A project as a Git revision has it, in a folder of its own for as long as it is looked at."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from talosgen.errors import InputError, Problem
from talosgen.secrets import repository
from talosgen.secrets.repository import File, Repository
from talosgen.source import Span

__all__ = ["checked_out"]


@contextmanager
def checked_out(folder: str, revision: str) -> Iterator[str]:
    """The folder as a revision has it: a copy of what Git holds, in which what is encrypted stays so.

    Faults found in the copy are told of the revision's files. Raises InputError without a work tree, for a revision
    that is not known, and for one without the folder.
    """
    found = repository.find(folder)
    if not found.git:
        message = "what a revision holds is not known: this is no Git work tree, or git is not on PATH"
        raise InputError(Problem(message, Span(folder)))
    inside = os.path.relpath(os.path.realpath(folder), os.path.realpath(found.top))
    files = found.tree(revision)
    prefix = "" if inside == "." else f"{inside.replace(os.sep, '/')}/"
    if not any(file.path.startswith(prefix) for file in files):
        raise InputError(Problem(f"{revision} has no folder {inside}", Span(folder)))
    with tempfile.TemporaryDirectory(prefix="talosgen-") as copy:
        try:
            _write(found, files, copy)
        except OSError as error:
            message = f"what {revision} holds cannot be written down: {error.strerror}"
            raise InputError(Problem(message, Span(found.top))) from None
        # The work tree ends here: nothing above it is read.
        os.mkdir(os.path.join(copy, ".git"))
        try:
            yield os.path.normpath(os.path.join(copy, inside))
        except InputError as error:
            problems = [_renamed(problem, copy, revision) for problem in error.problems]
        else:
            return
    raise InputError(problems)


def _write(found: Repository, files: list[File], copy: str) -> None:
    # Links last: nothing is written through one.
    for file, content in found.contents(sorted(files, key=lambda file: file.is_link)):
        names = file.path.split("/")
        if {"", ".", ".."} & set(names):
            # Git makes no such tree, and whoever does wants to be written elsewhere.
            continue
        path = os.path.join(copy, *names)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        data = b"" if content is None else content.read(content.size)
        if file.is_link:
            os.symlink(data, os.fsencode(path))
        else:
            with open(path, "wb") as out:
                out.write(data)


def _renamed(problem: Problem, copy: str, revision: str) -> Problem:
    place = problem.place
    if place is None or not place.source.startswith(copy + os.sep):
        return problem
    return problem._replace(place=place._replace(source=f"{revision}:{place.source[len(copy) + 1 :]}"))
