"""Why an age file or key is refused; each reason is told apart."""

from __future__ import annotations

from typing import Literal

from talosgen.errors import InputError, Problem
from talosgen.source import Span

__all__ = ["AgeError", "Reason"]

#: The first five are the failures that the test kit of the format knows. ``key`` is a recipient or identity
#: that cannot be read, ``unsupported`` what this installation cannot do.
Reason = Literal["no match", "header failure", "HMAC failure", "payload failure", "armor failure", "key", "unsupported"]


class AgeError(InputError):
    """An age file, recipient or identity is at fault, or no identity fits. Never holds a key or a passphrase."""

    def __init__(self, reason: Reason, message: str, remedy: str = "", place: Span | None = None) -> None:
        super().__init__(Problem(message, place, remedy=remedy))
        self.reason: Reason = reason

    def __reduce__(self) -> tuple[type[AgeError], tuple[Reason, str, str, Span | None]]:
        problem = self.problems[0]
        return AgeError, (self.reason, problem.message, problem.remedy, problem.place)

    def at(self, place: Span) -> AgeError:
        """The same fault, said to stand at a place."""
        problem = self.problems[0]
        return AgeError(self.reason, problem.message, problem.remedy, place)
