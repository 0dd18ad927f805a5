"""What can be wrong with an input, and the exception that carries all of it at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import islice
from typing import Literal, NamedTuple

from talosgen.source import Span

__all__ = ["InputError", "NonIdempotentPatch", "Problem", "Severity", "nearest", "of_nodes", "some"]

Severity = Literal["error", "warning", "note"]


class Problem(NamedTuple):
    """One thing that is wrong: what, where, and what to do about it.

    ``message`` says what is wrong and what was expected; it never holds a value that may be
    secret. ``path`` is the place in the document (``machine.network.interfaces[0].mtu``).
    ``layer`` names what set the value there, where that is known.
    """

    message: str
    place: Span | None = None
    path: str = ""
    remedy: str = ""
    severity: Severity = "error"
    code: str = ""
    layer: str = ""

    def __str__(self) -> str:
        parts = [f"{self.place}: "] if self.place is not None else []
        if self.path:
            parts.append(f"{self.path}: ")
        parts.append(self.message)
        if self.remedy:
            parts.append(f"; {self.remedy}")
        return "".join(parts)


def of_nodes(problem: Problem, nodes: list[str]) -> Problem:
    """A problem that says whose it is: the first few of the nodes that have it."""
    return problem._replace(message=f"{problem.message} (node{'s' if len(nodes) > 1 else ''} {some(nodes, 3)})")


def some(names: Collection[str], most: int) -> str:
    """The first of many names, and how many more there are."""
    shown = ", ".join(islice(names, most))
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name that is most like one; empty where none is. Of a long one the beginning is looked at."""
    # Most inputs are right, and need no comparing.
    from difflib import get_close_matches

    return next(iter(get_close_matches(name[:80], list(known), 1)), "")


class InputError(ValueError):
    """The input is at fault. ``problems`` holds every fault that was found, in order."""

    problems: tuple[Problem, ...]

    def __init__(self, problems: Problem | str | Iterable[Problem]) -> None:
        if isinstance(problems, str):
            problems = Problem(problems)
        if isinstance(problems, Problem):
            problems = (problems,)
        self.problems = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        return "\n".join(map(str, self.problems))


class NonIdempotentPatch(InputError):  # noqa: N818, the name that the patch algebra gives it
    """A patch with idempotent semantics that would change its own result."""
