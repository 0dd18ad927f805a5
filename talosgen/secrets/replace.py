"""An encrypted file in the place of the one that was read: whole or not at all, and never over another's change."""

from __future__ import annotations

import hmac
import os
import stat

from talosgen import files
from talosgen.errors import InputError, Problem
from talosgen.inputs import read
from talosgen.source import Span

__all__ = ["Replaced", "replace", "unchanged"]


class Replaced(InputError):  # noqa: N818, what happened to the file
    """The file on disk is not the one that was read any more."""


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
    target = os.path.realpath(path)
    if not unchanged(target, before):
        raise Replaced(
            Problem("the file was changed by somebody else in the meantime", Span(path), remedy="begin again")
        )
    data = text.encode("utf-8", "surrogateescape")
    if data != before:
        files.write({target: data}, force=True, make_folders=False, mode=stat.S_IMODE(os.stat(target).st_mode))
