"""One build at a time: a file in the folder that is written to, held for as long as that goes on."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from talosgen.errors import InputError, Problem
from talosgen.source import Span

__all__ = ["NAME", "held"]

NAME: Final = ".talosgen.lock"


@contextmanager
def held(folder: str) -> Iterator[None]:
    """Hold a folder. A process that ends, however it does, lets it go.

    Raises InputError when another process holds it.
    """
    path = os.path.join(folder, NAME)
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
        try:
            if not _lock(descriptor):
                remedy = "wait until it is done"
                raise InputError(Problem("another build is writing to this folder", Span(folder), remedy=remedy))
            if _is(descriptor, path):
                try:
                    yield
                finally:
                    os.unlink(path)
                return
            # Its holder was done and removed it while it was being opened: another one counts by now.
        finally:
            os.close(descriptor)


def _is(descriptor: int, path: str) -> bool:
    """Whether an open file is still the one of that name."""
    try:
        return os.path.samestat(os.fstat(descriptor), os.stat(path, follow_symlinks=False))
    except FileNotFoundError:
        return False


def _lock(descriptor: int) -> bool:
    try:
        import fcntl
    except ImportError:
        return _lock_windows(descriptor)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _lock_windows(descriptor: int) -> bool:
    from importlib import import_module

    msvcrt = import_module("msvcrt")
    try:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    except OSError:
        return False
    return True
