"""Files as input: read whole, or refused in the user's words."""

from __future__ import annotations

import os.path

from talosgen.errors import InputError, Problem
from talosgen.source import MAX_SIZE, Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["missing", "read", "reader"]


def read(path: str | os.PathLike[str]) -> bytes:
    """The content of an input file. Raises InputError when it cannot be read or is too large."""
    try:
        with open(path, "rb") as file:
            data = file.read(MAX_SIZE + 1)
    except OSError as error:
        raise InputError(
            Problem(f"the file cannot be read: {error.strerror}", Span(str(path)), remedy="check the path")
        ) from None
    except ValueError:
        raise InputError(Problem("this is no file name")) from None
    if len(data) > MAX_SIZE:
        raise InputError(Problem("the file is larger than 16 MiB", Span(str(path))))
    return data


def reader(instead: Mapping[str, bytes]) -> Callable[[str], bytes]:
    """What reads files as ``read`` does, but those for which other contents stand in, links followed."""
    there = {os.path.realpath(path): content for path, content in instead.items()}

    def content(path: str) -> bytes:
        found = there.get(os.path.realpath(path))
        return read(path) if found is None else found

    return content if there else read


def missing(path: str, place: Span) -> Problem | None:
    """What is wrong with a name, in the place that gives it: no file bears it."""
    if os.path.isfile(path):
        return None
    if os.path.isdir(path):
        return Problem(f"{path} is a folder, not a file", place, remedy="name a file in it")
    if os.path.islink(path):
        return Problem(f"{path} is a symbolic link that leads to no file", place, remedy="mend the link")
    return Problem(f"there is no file {path}", place, remedy="check the name")
