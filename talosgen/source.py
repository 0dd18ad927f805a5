"""Where a value was written: the source text it came from, and the place in it."""

from __future__ import annotations

from typing import Final, NamedTuple

__all__ = ["MAX_SIZE", "Span"]

#: The largest input, in bytes.
MAX_SIZE: Final = 16 * 1024 * 1024


class Span(NamedTuple):
    """A place in a source text; ``line`` and ``column`` count from 1, in characters.

    ``source`` is the file's path as the user gave it, or a name such as ``<stdin>``.
    A ``line`` of 0 means the text as a whole.
    """

    source: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        if not self.line:
            return self.source
        return f"{self.source}:{self.line}:{self.column}"
