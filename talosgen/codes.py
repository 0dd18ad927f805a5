"""The codes of findings: one registry, ``codes.json``. A finding is known by its code and by its second name.

TG01xx are about patches, TG1xxx about the legacy document, TG2xxx about other kinds, TG3xxx about several documents,
TG4xxx about what a stated release of Talos does not know or want, TG5xxx about what Talos takes and people regret,
TG6xxx about secrets in Git, TG7xxx about the project's folder.
"""

from __future__ import annotations

import json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any, Literal

    from talosgen.errors import Problem
    from talosgen.source import Span

    #: What can be made of a finding's severity.
    Grade = Literal["off", "note", "warning", "error"]

__all__ = ["BY_NAME", "CODES", "DOCS", "GRADES", "Code", "find", "finding", "graded", "grades"]

#: Where the page of findings is published; empty: nowhere yet.
DOCS: str = ""
#: What the severity of a code can be set to.
GRADES: tuple[Grade, ...] = ("off", "note", "warning", "error")


class Code:
    """One kind of finding. ``title`` says what was found, ``help`` what to do about it.

    ``since`` and ``until``: the first and the last minor release of Talos 1.x that makes it.
    """

    __slots__ = ("code", "help", "name", "severity", "since", "title", "until")

    def __init__(
        self, code: str, name: str, severity: Literal["error", "warning", "note"], title: str, help: str,  # noqa: A002
        since: int = 0, until: int = 99,
    ) -> None:  # fmt: skip
        self.code = code
        self.name = name
        self.severity = severity
        self.title = title
        self.help = help
        self.since = since
        self.until = until

    @property
    def anchor(self) -> str:
        """What leads to the code on the page of findings."""
        return self.code.lower()

    def __repr__(self) -> str:
        return f"<Code {self.code} {self.name}>"


def _read(spec: Any) -> list[Any]:
    folder = spec.origin.rpartition("codes.")[0]
    rows: list[Any] = json.loads(spec.loader.get_data(folder + "codes.json"))
    return rows


#: All codes, by themselves, in their order.
CODES: dict[str, Code] = {row[0]: Code(*row) for row in _read(__spec__)}
#: The same by their second names.
BY_NAME: dict[str, Code] = {code.name: code for code in CODES.values()}


def find(text: str) -> Code:
    """The code that is meant by itself (``TG0106``, in any case) or by its second name.

    Raises KeyError, whose argument says what is near.
    """
    code = CODES.get(text.upper()) or BY_NAME.get(text.lower())
    if code is None:
        from difflib import get_close_matches

        # More than a name's length is no slip of the hand, and comparing it takes long.
        near = get_close_matches(text[:40].lower(), BY_NAME)
        if not near:
            wanted = text[:40].upper()
            near = get_close_matches(wanted, CODES, 20)
            # Of codes as near as each other those come first that differ in one place.
            near = sorted(near, key=lambda code: -sum(map(str.__eq__, code, wanted)))[:3]
        raise KeyError(f"unknown code {text[:40]!r}" + (f"; did you mean {' or '.join(near)}?" if near else ""))
    return code


def grades(checks: Mapping[str, object], path: str = "checks") -> dict[str, Grade]:
    """The severities that a user's table gives to codes: ``{"TG5022": "off", "manifest-unpinned": "error"}``.

    Keys are codes or their second names; ``false`` is as good as ``off``, which other readers of YAML make of it.
    ``path`` is the table's own. Raises InputError for an unknown code, one that stands twice, an unknown severity.
    """
    from talosgen.errors import InputError, Problem

    out: dict[str, Grade] = {}
    problems: list[Problem] = []
    for key, value in checks.items():
        where = f"{path}.{key}"
        grade = next((known for known in GRADES if known == ("off" if value is False else value)), None)
        if grade is None:
            problems.append(Problem("unknown severity", path=where, remedy="expected off, note, warning or error"))
        try:
            code = find(key)
        except KeyError as error:
            problems.append(Problem(error.args[0], path=where, remedy="see the page of findings"))
            continue
        if code.code in out:
            problems.append(Problem(f"{code.code} {code.name} is there already", path=where, remedy="keep one of them"))
        out[code.code] = grade or "off"
    if problems:
        raise InputError(problems)
    return out


def finding(code: str, message: str, place: Span) -> Problem:
    """A finding of a code, with its severity and what to do about it."""
    from talosgen.errors import Problem

    known = CODES[code]
    return Problem(message, place, remedy=known.help, severity=known.severity, code=code)


def graded(problems: Iterable[Problem], grades: Mapping[str, Grade]) -> list[Problem]:
    """Findings with the severities of a table as ``grades`` gives it; those that are off are left out.

    What has no code is no finding but a fault of the input, and stays.
    """
    out = []
    for problem in problems:
        grade = grades.get(problem.code, problem.severity) if problem.code else problem.severity
        if grade != "off":
            out.append(problem if grade == problem.severity else problem._replace(severity=grade))
    return out
