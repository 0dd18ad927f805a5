"""The list of files that may hold secrets in the clear: keys of tests, examples of documentation."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from talosgen.sops.pattern import Pattern, pattern
from talosgen.source import Span

__all__ = ["NAME", "Allowed", "load"]

#: Its name, at the top of the repository.
NAME: Final = ".talosgen-allow"
_WILD: Final = re.compile(r"\*\*/|\*\*|\*|\?|[^*?]+", re.S)
_TOKENS: Final = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
#: The most lines that count.
_MAX: Final = 1000


class _Line(NamedTuple):
    pattern: Pattern
    place: Span


class Allowed:
    """The patterns of a list; which of them have matched is remembered."""

    def __init__(self, lines: list[_Line]) -> None:
        self._lines = lines
        self._used: set[int] = set()

    def has(self, path: str) -> bool:
        """Whether a file, by its path below the top, may hold secrets in the clear."""
        found = [index for index, line in enumerate(self._lines) if line.pattern.search(path)]
        self._used.update(found)
        return bool(found)

    def unused(self) -> list[Span]:
        """The lines that matched no file that was asked about."""
        return [line.place for index, line in enumerate(self._lines) if index not in self._used]


def load(text: str, source: str = NAME) -> Allowed:
    """Read a list: a pattern a line, ``#`` begins a comment.

    ``*`` and ``?`` stand for characters of one name, ``**`` for any path. A pattern with a slash in it counts from
    the top, one without is for a name in any folder; one that ends in a slash is for all in a folder.
    """
    lines: list[_Line] = []
    for number, line in enumerate(text.splitlines(), 1):
        glob = line.strip()
        if not glob or glob.startswith("#") or len(lines) == _MAX:
            continue
        try:
            lines.append(_Line(pattern(_expression(glob)), Span(source, number, 1)))
        except ValueError:
            # One that is too long allows nothing.
            continue
    return Allowed(lines)


def _expression(glob: str) -> str:
    anchored = "/" in glob.rstrip("/")
    body = glob.strip("/") + ("/**" if glob.endswith("/") else "")
    parts = (_TOKENS.get(part) or _literal(part) for part in _WILD.findall(body))
    return f"(?s)^{'' if anchored else '(?:.*/)?'}{''.join(parts)}$"


def _literal(text: str) -> str:
    return "".join(f"\\{char}" if char in r"\.+()|[]{}^$" else char for char in text)
