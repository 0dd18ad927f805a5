"""What can be wrong with an input, and the exception that carries all of it at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

from talosgen.source import Span

__all__ = ["InputError", "NonIdempotentPatch", "Problem", "Severity", "of_nodes"]

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
    shown = ", ".join(nodes[:3]) + (f" and {len(nodes) - 3} more" if len(nodes) > 3 else "")
    return problem._replace(message=f"{problem.message} (node{'s' if len(nodes) > 1 else ''} {shown})")


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
