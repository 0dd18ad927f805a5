"""A folder for something that must leave no trace: in memory where the system has such a place, wiped afterwards."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

__all__ = ["folder"]

#: Folders that some systems keep in memory, beside the one of the user's session.
_IN_MEMORY: Final = ("/dev/shm", "/run/shm")
_MOUNTS: Final = "/proc/self/mounts"


def _memory(environment: Mapping[str, str]) -> str | None:
    """A folder in memory that may be written to; None where there is none."""
    try:
        with open(_MOUNTS, encoding="utf-8", errors="surrogateescape") as file:
            mounts = {fields[1]: fields[2] for line in file if len(fields := line.split(" ")) > 2}
    except OSError:
        return None
    for candidate in (environment.get("XDG_RUNTIME_DIR", ""), *_IN_MEMORY):
        if not os.path.isabs(candidate) or not os.access(candidate, os.W_OK | os.X_OK):
            continue
        above = os.path.realpath(candidate)
        while above not in mounts and above != os.path.dirname(above):
            above = os.path.dirname(above)
        if mounts.get(above) in ("tmpfs", "ramfs"):
            return candidate
    return None


@contextmanager
def folder(environment: Mapping[str, str] = os.environ) -> Iterator[str]:
    """A fresh folder, its owner's alone. In the end every file in it is overwritten and removed, also when the process
    is asked to stop: SIGTERM and SIGHUP then raise SystemExit, when this is the main thread."""
    import tempfile

    with _stoppable():
        made = tempfile.mkdtemp(prefix="talosgen-", dir=_memory(environment))
        try:
            yield made
        finally:
            _wipe(made)


def _wipe(folder: str) -> None:
    """Overwrite and remove all that is in a folder, and it."""
    for parent, folders, names in os.walk(folder, topdown=False):
        for name in names:
            path = os.path.join(parent, name)
            if not os.path.islink(path):
                _overwrite(path)
            os.unlink(path)
        for name in folders:
            path = os.path.join(parent, name)
            if os.path.islink(path):
                os.unlink(path)
            else:
                os.rmdir(path)
    os.rmdir(folder)


def _overwrite(path: str) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY)
    except OSError:
        # What cannot be written to can still be removed.
        return
    try:
        os.write(descriptor, bytes(os.fstat(descriptor).st_size))
        os.fsync(descriptor)
    except OSError:
        pass
    finally:
        os.close(descriptor)


@contextmanager
def _stoppable() -> Iterator[None]:
    """Let a request to stop go through ``finally``."""

    def stop(number: int, frame: Any) -> None:
        raise SystemExit(128 + number)

    before: dict[int, Callable[..., Any] | int | None] = {}
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is None:
            continue
        try:
            before[number] = signal.signal(number, stop)
        except ValueError:
            # Not the main thread: whoever runs it decides about signals.
            break
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler if handler is not None else signal.SIG_DFL)
