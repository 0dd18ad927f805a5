"""What a rule is: a small function for one type of the table, one kind of document, or the documents as a set.

A rule of a type is called with each value of the type and with where that value stands; a rule of the set with the
whole. Rules of one type run in the order in which they were registered; one that returns True ends the visit there:
no later rule sees the value, nor anything below it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from talosgen.codes import BY_NAME
from talosgen.config.provenance import path_text
from talosgen.schema.table import NEWEST

if TYPE_CHECKING:
    from datetime import datetime

    from talosgen.config import provenance
    from talosgen.config.container import Container, Document
    from talosgen.errors import Severity

__all__ = [
    "LINTS", "TALOS", "Across", "At", "Context", "Finding", "Mode", "Rules", "Step", "StructRule", "Tree", "across",
    "rule",
]  # fmt: skip

Mode = Literal["metal", "cloud", "container", "metal-agent"]
Tree = dict[str, Any]
Step = str | int


class Finding(NamedTuple):
    """What one rule found: in which document, at which path, under which code."""

    code: str
    name: str
    severity: Severity
    message: str
    remedy: str
    document: Document | None
    steps: tuple[Step, ...]

    @property
    def path(self) -> str:
        """The path as people write it."""
        return path_text(self.steps)


class Context:
    """What all rules may ask about: the documents, where and under which Talos they run, and what was found so far.

    ``now`` is the time by which what expires is judged, if it is; ``history`` the steps that patched the documents.
    """

    __slots__ = ("container", "found", "history", "minor", "mode", "now", "release")

    def __init__(
        self,
        container: Container,
        mode: Mode,
        *,
        release: str = NEWEST,
        now: datetime | None = None,
        history: Sequence[provenance.Step] = (),
    ) -> None:
        self.container = container
        self.mode = mode
        self.release = release
        #: The release's minor number: what the tables of rules are compared with.
        self.minor = int(release.partition(".")[2])
        self.now = now
        self.history = history
        # A finding made twice is one finding; the order is that of the first.
        self.found: dict[Finding, None] = {}

    def at(self, document: Document | None) -> At:
        """The root of a document; None: the documents as a set."""
        return At(self, document, ())


class At:
    """Where a rule stands, and what it reports to."""

    __slots__ = ("context", "document", "steps")

    def __init__(self, context: Context, document: Document | None, steps: tuple[Step, ...]) -> None:
        self.context = context
        self.document = document
        self.steps = steps

    def below(self, *steps: Step) -> At:
        """The place further down."""
        return At(self.context, self.document, self.steps + steps)

    def makes(self, name: str) -> bool:
        """Whether the release makes the finding of that name at all."""
        entry = BY_NAME[name]
        return entry.since <= self.context.minor <= entry.until

    def __call__(self, name: str, *steps: Step, message: str = "", remedy: str = "") -> bool:
        """Report the finding of that name at a place further down, if the release makes it, and say whether it does.

        ``message`` says more than the code's title, ``remedy`` more than its help.
        """
        entry = BY_NAME[name]
        if not entry.since <= self.context.minor <= entry.until:
            return False
        finding = Finding(
            entry.code, name, entry.severity, message or entry.title, remedy or entry.help,
            self.document, self.steps + steps,
        )  # fmt: skip
        self.context.found[finding] = None
        return True


StructRule = Callable[[Tree, At], bool | None]
Across = Callable[[Context], None]


class Rules:
    """Rules that are asked together: those of types and kinds, and those of the documents as a set."""

    __slots__ = ("_structs", "of_the_set")

    def __init__(self) -> None:
        self._structs: dict[str, list[StructRule]] = {}
        #: The rules of the set, in order.
        self.of_the_set: list[Across] = []

    def rule(self, *types: str) -> Callable[[StructRule], StructRule]:
        """Register a rule for struct types of the table (``v1alpha1.Device``), or for kinds (``BondConfig``)."""

        def register(function: StructRule) -> StructRule:
            for name in types:
                self._structs.setdefault(name, []).append(function)
            return function

        return register

    def across(self, function: Across) -> Across:
        """Register a rule for the documents as a set."""
        self.of_the_set.append(function)
        return function

    def of(self, name: str) -> list[StructRule]:
        """The rules of a struct type or kind."""
        return self._structs.get(name, [])


#: The rules of Talos, which give its verdict.
TALOS: Final = Rules()
#: Rules beyond them.
LINTS: Final = Rules()

rule = TALOS.rule
across = TALOS.across
