"""How far long work has come, on a terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Final, TextIO

__all__ = ["Progress"]

_WIDTH: Final = 30


class Progress:
    """A bar on standard error, for work that takes a while; nothing where that is no terminal.

    ``clock`` gives seconds.
    """

    def __init__(
        self, total: int, what: str, stream: TextIO | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._total = total
        self._what = what
        self._stream = sys.stderr if stream is None else stream
        self._clock = clock
        self._shown = False
        # What is done at once needs no bar.
        self._next = clock() + 0.5 if self._stream.isatty() else float("inf")

    def __call__(self, done: int) -> None:
        """So many are done."""
        now = self._clock()
        if now < self._next:
            return
        self._next = now + 0.1
        filled = _WIDTH * done // max(self._total, 1)
        self._stream.write(f"\r{self._what} [{'#' * filled}{'.' * (_WIDTH - filled)}] {done}/{self._total}")
        self._stream.flush()
        self._shown = True

    def close(self) -> None:
        """Take the bar away."""
        if self._shown:
            self._stream.write("\r\x1b[K")
            self._stream.flush()
            self._shown = False
