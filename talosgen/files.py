"""Files on disk: all targets are looked at before the first is written; each appears whole or not at all."""

from __future__ import annotations

import os
from contextlib import contextmanager

from talosgen.errors import InputError, Problem
from talosgen.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    # Not pathlib at run time: its import costs 4 ms.
    Name = str | os.PathLike[str]

__all__ = ["in_git_in_the_clear", "targets", "work_tree", "write"]


def targets(paths: Iterable[Name], force: bool = False) -> list[Problem]:
    """What keeps these files from being written: one that exists, without ``force``; a folder in its place."""
    problems = []
    for path in (os.fspath(name) for name in paths):
        place = Span(path)
        if os.path.isdir(path):
            problems.append(Problem("this is a folder, not a file", place, remedy="give another output"))
        elif os.path.lexists(path) and not force:
            problems.append(Problem("the file exists", place, remedy="use --force to overwrite it"))
    return problems


def write(
    contents: Mapping[str, bytes],
    *,
    force: bool = False,
    make_folders: bool = True,
    mode: int | Mapping[str, int] = 0o600,
) -> None:
    """Write files, readable by their owner alone; those that are there stay as they were until all are on the disk.

    ``mode``: another mode, for all or by their paths.

    Raises InputError when a target may not be written, or the disk refuses; then nothing has changed, unless some were
    overwritten before another one was refused, which is told.
    """
    if problems := targets(contents, force):
        raise InputError(problems)
    waiting: list[tuple[str, str]] = []
    there: list[str] = []
    made: list[str] = []
    with _orderly_end():
        try:
            for path, data in contents.items():
                if make_folders:
                    _make_folder(os.path.dirname(path), made)
                waiting.append((_beside(path, data, mode if isinstance(mode, int) else mode.get(path, 0o600)), path))
            _sync(waiting)
            for temporary, path in waiting:
                _move(temporary, path, force)
                there.append(path)
        except OSError as error:
            _undo([] if force else there, [temporary for temporary, _ in waiting], made)
            raise InputError(
                Problem(
                    f"the file cannot be written: {error.strerror}",
                    Span(str(error.filename2 or error.filename or "")),
                    remedy=f"{_left(there if force else [])}; check the folder and the free space",
                )
            ) from None
        finally:
            for temporary, _ in waiting:
                _remove(temporary)


@contextmanager
def _orderly_end() -> Iterator[None]:
    """A process that is told to end takes away first what it has not finished: it may hold secrets."""
    import signal
    import threading

    if threading.current_thread() is not threading.main_thread() or signal.getsignal(signal.SIGTERM) != signal.SIG_DFL:
        # Somebody else decides how this process ends.
        yield
        return

    def end(number: int, frame: object) -> None:
        raise SystemExit(128 + number)

    signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _left(overwritten: list[str]) -> str:
    if not overwritten:
        return "nothing was changed"
    return f"{len(overwritten)} other file{'s are' if len(overwritten) > 1 else ' is'} new already, all are whole"


def _make_folder(path: str, made: list[str]) -> None:
    """Make a folder and those above it; those that were not there are added to ``made``, outer ones first."""
    missing = []
    while path and not os.path.isdir(path):
        missing.append(path)
        path = os.path.dirname(path)
    for folder in reversed(missing):
        try:
            os.mkdir(folder, 0o700)
        except FileExistsError:
            # Somebody else was faster; if it is no folder, writing into it tells.
            continue
        made.append(folder)


def _undo(new: list[str], temporary: list[str], folders: list[str]) -> None:
    """Take away what a write that failed has left."""
    for path in (*new, *temporary):
        _remove(path)
    for folder in reversed(folders):
        try:
            os.rmdir(folder)
        except OSError:
            # Somebody else has put something there.
            continue


def _remove(path: str) -> None:
    if os.path.lexists(path):
        os.unlink(path)


def _beside(path: str, data: bytes, mode: int) -> str:
    """A file with ``data`` in the folder of ``path``."""
    folder, name = os.path.split(path)
    temporary = os.path.join(folder, f".{name}.{os.urandom(6).hex()}.tmp")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            if mode != 0o600:
                os.chmod(temporary, mode)
    except BaseException as error:
        _remove(temporary)
        if isinstance(error, OSError):
            error.filename = path
        raise
    return temporary


#: So many files are worth threads: what waits for the disk waits together then.
_MANY = 16


def _sync(waiting: list[tuple[str, str]]) -> None:
    """Wait until files are on the disk."""
    if len(waiting) < _MANY:
        for each in waiting:
            _sync_one(each)
        return
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(_MANY) as threads:
        for _ in threads.map(_sync_one, waiting):
            pass


def _sync_one(waiting: tuple[str, str]) -> None:
    temporary, path = waiting
    descriptor = os.open(temporary, os.O_RDWR)
    try:
        os.fsync(descriptor)
    except OSError as error:
        error.filename = path
        raise
    finally:
        os.close(descriptor)


def _move(temporary: str, path: str, force: bool) -> None:
    if not force:
        # A link, unlike a rename, fails when somebody else was faster.
        try:
            os.link(temporary, path)
            return
        except FileExistsError:
            raise
        except OSError:
            # A file system without hard links.
            if os.path.lexists(path):
                raise
    os.replace(temporary, path)


def in_git_in_the_clear(path: Name) -> bool:
    """Whether a file lies in a Git work tree that does not ignore it."""
    folder, name = os.path.split(os.path.abspath(path))
    if work_tree(folder) is None:
        return False
    while not os.path.isdir(folder):
        folder, inner = os.path.split(folder)
        name = os.path.join(inner, name)
    import subprocess

    from talosgen import git

    try:
        done = subprocess.run(
            git.command(["-C", folder, "check-ignore", "--quiet", "--no-index", "--", name]),
            env=git.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=10,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        # Without git it cannot be known: warn.
        return True
    return done.returncode != 0


def work_tree(folder: str) -> str | None:
    """The top of the Git work tree that a folder lies in; None outside of any."""
    while not os.path.exists(os.path.join(folder, ".git")):
        above = os.path.dirname(folder)
        if above == folder:
            return None
        folder = above
    return folder
