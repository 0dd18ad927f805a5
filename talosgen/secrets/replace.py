"""An encrypted file in the place of the one that was read: whole or not at all, and never over another's change."""

from __future__ import annotations

import hmac
import os
import stat
from collections.abc import Mapping

from talosgen import files
from talosgen.errors import InputError, Problem
from talosgen.inputs import read
from talosgen.source import Span

__all__ = ["Replaced", "original", "replace", "replace_all", "unchanged"]


class Replaced(InputError):  # noqa: N818, what happened to the file
    """The file on disk is not the one that was read any more."""


def original(path: str) -> bytes:
    """The content of a file that another is to take the place of. Raises InputError for one that cannot be read, and
    for what has no content of its own to change: a pipe, say, which would be waited for."""
    try:
        replaceable = stat.S_ISREG(os.stat(path).st_mode) or os.path.isdir(path)
    except (OSError, ValueError):
        # Reading tells in its words, of a folder as well.
        replaceable = True
    if not replaceable:
        message = "this is no regular file, and cannot be changed in its place"
        raise InputError(Problem(message, Span(path), remedy="give the path of a file"))
    return read(path)


def unchanged(path: str, before: bytes) -> bool:
    """Whether the content of a file is still what it was when it was read."""
    try:
        return hmac.compare_digest(read(path), before)
    except InputError:
        return False


def replace(path: str, before: bytes, text: str) -> None:
    """Write ``text`` in the place of a file whose content was ``before``; its mode stays, a link is followed.

    Raises Replaced when somebody else has changed the file, InputError when it cannot be written; the old file is
    then as it was.
    """
    replace_all({path: (before, text)})


def replace_all(changes: Mapping[str, tuple[bytes, str]]) -> None:
    """Write new texts in the place of files, given as what each was and what it becomes: all of them or none.

    Modes stay, links are followed. Raises as ``replace`` does; the old files are then as they were.
    """
    contents: dict[str, bytes] = {}
    modes: dict[str, int] = {}
    old: dict[str, bytes] = {}
    problems = []
    for path, (before, text) in changes.items():
        target = os.path.realpath(path)
        if not unchanged(target, before):
            problems.append(
                Problem("the file was changed by somebody else in the meantime", Span(path), remedy="begin again")
            )
            continue
        data = text.encode("utf-8", "surrogateescape")
        if data != before:
            contents[target] = data
            modes[target] = stat.S_IMODE(os.stat(target).st_mode)
            old[target] = before
    if problems:
        raise Replaced(problems)
    try:
        files.write(contents, force=True, make_folders=False, mode=modes)
    except BaseException:
        # Some may stand already: back with them.
        written = {target: old[target] for target, data in contents.items() if unchanged(target, data)}
        files.write(written, force=True, make_folders=False, mode=modes)
        raise
