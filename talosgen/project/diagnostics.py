"""What is found wrong while a project is read: each told once, with the nodes that have it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from talosgen.errors import InputError, Problem, of_nodes
from talosgen.project.variables import Scope, names_none
from talosgen.source import Span

__all__ = ["Diagnostics"]


class Diagnostics:
    """Collects what is wrong with a project in ``folder``, and what is secret in it.

    With ``keyless`` what is wrong only for want of a key is passed over, and its nodes are ``locked``; ``concealed``
    tells whether placeholders stand in for values of variables.
    """

    def __init__(self, folder: str, keyless: bool, concealed: Callable[[], bool]) -> None:
        self.problems: list[Problem] = []
        self.notes: list[Problem] = []
        #: The texts that came from secrets, and where they stand now.
        self.masked: set[str] = set()
        self.secret_places: set[Span] = set()
        #: Nodes that are not given: something of them is wrong.
        self.wrong: set[str] = set()
        #: Nodes that were passed over, each with the file that wants a key.
        self.locked: dict[str, str] = {}
        #: Whether a file of variables could not be read: that one of them is not there is no fault of who names it.
        self.unread = False
        self._folder = folder
        self._keyless = keyless
        self._concealed = concealed
        self._reported: set[InputError] = set()
        #: What is wrong with the settings of nodes, with those that it is wrong for.
        self._wrong_for: dict[Problem, list[str]] = {}

    def note_secrets(self, scope: Scope) -> None:
        """Take over which texts that a scope resolved are secret."""
        self.masked |= scope.secrets
        self.secret_places |= scope.places

    def report(self, error: InputError) -> None:
        """Take over what is wrong, once where many nodes share it."""
        if error not in self._reported:
            self._reported.add(error)
            self.problems.extend(error.problems)

    def report_unlocked(self, error: InputError) -> None:
        """Take over what is wrong with a file, unless it only wants a key."""
        if not self._is_locked(error):
            self.report(error)

    def refuse(self, node: str, error: InputError) -> bool:
        """Take over what is wrong with a node's file; False when the node was passed over."""
        if self._is_locked(error):
            place = error.problems[0].place
            self.locked[node] = self._folder if place is None else place.source
            return False
        self.report(error)
        return True

    def fail(self, node: str, error: InputError, shared: Iterable[str] = ()) -> None:
        """Take over what makes a node wrong. What stands in a file of ``shared`` is told with all that have it."""
        if self.refuse(node, error):
            self.wrong.add(node)
            for problem in error.problems:
                if problem.place is not None and problem.place.source in shared:
                    self._wrong_for.setdefault(problem, []).append(node)

    def lacks(self, node: str) -> bool:
        """Whether a node cannot be given."""
        return node in self.wrong or node in self.locked

    def found(self, count: int) -> list[Problem]:
        """All that is wrong, each once, and of which nodes where it is not that of all ``count``."""
        told = [problem for problem in self.problems if not self.unread or not names_none(problem, "secrets")]
        return list(dict.fromkeys(self._of_nodes(problem, count) for problem in told))

    def _of_nodes(self, problem: Problem, count: int) -> Problem:
        nodes = self._wrong_for.get(problem, [])
        return of_nodes(problem, nodes) if 0 < len(nodes) < count and count > 1 else problem

    def _is_locked(self, error: InputError) -> bool:
        """Whether nothing is wrong but that a key is wanted, which is passed over."""
        if not self._keyless:
            return False
        concealed = self.secret_places if self._concealed() else ()
        return all(problem.code == "sops-no-identity" or problem.place in concealed for problem in error.problems)
