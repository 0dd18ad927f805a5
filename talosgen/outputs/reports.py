"""Findings in the formats that people and programs read: text, JSON, GitHub's annotations, SARIF 2.1.0.

Whatever the texts of a finding are (names of files and keys are the user's), a line stays a line: control
characters, characters that turn the direction of writing and halves of surrogate pairs are shown as escapes,
and what a build log takes for a command is broken up.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, Literal, TextIO, get_args

from talosgen.codes import CODES, DOCS
from talosgen.errors import Problem

__all__ = ["FORMATS", "Format", "colored", "render", "visible"]

Format = Literal["text", "json", "github", "sarif"]
#: The names of the formats.
FORMATS: Final[tuple[Format, ...]] = get_args(Format)

_ORDER: Final = {"error": 0, "warning": 1, "note": 2}
# Controls; line and paragraph separators; marks of direction; what shows as nothing; halves of pairs.
_HIDDEN: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)
_HALVES: Final = re.compile("[\ud800-\udfff]")
_SHORT: Final = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}
# GitHub's old form of a command may stand anywhere in a line, as may that of other runners: ##vso[…].
_OLD_COMMAND: Final = re.compile(r"##(?=[A-Za-z]*\[)")
_COMMAND: Final = re.compile(r"\A(\s*):(?=:)")
_DRIVE: Final = re.compile(r"[A-Za-z]:/")

_COLORS: Final = {"error": "\x1b[1;31m", "warning": "\x1b[1;33m", "note": "\x1b[1;36m"}
_BOLD: Final = "\x1b[1m"
_PLAIN: Final = "\x1b[0m"


def render(
    problems: Iterable[Problem], format: Format, *, tool_version: str, color: bool = False, docs: str = DOCS,  # noqa: A002
) -> str:  # fmt: skip
    """The report on findings: errors first, then warnings, then notes, each in the order given.

    ``text`` and ``github`` have one line for each finding, so nothing for none; ``json`` and ``sarif`` are one
    object. ``tool_version`` is named in both. ``color`` is for ``text`` alone. ``docs``, the address of the page of
    findings, is for ``sarif``. The report can be written in any
    encoding that has ASCII and the characters of the findings' texts. Raises ValueError for an unknown format.
    """
    found = sorted(problems, key=lambda problem: _ORDER[problem.severity])
    if format == "text":
        return "".join(f"{_text(problem, color)}\n" for problem in found)
    if format == "github":
        return "".join(f"{_github(problem)}\n" for problem in found)
    if format == "json":
        return _dump(_json(found, tool_version))
    if format == "sarif":
        return _dump(_sarif(found, tool_version, docs))
    raise ValueError(f"unknown format; expected one of {', '.join(FORMATS)}")


def colored(stream: TextIO, environ: Mapping[str, str]) -> bool:
    """Whether what goes to a stream is to be coloured: on a terminal that can, unless NO_COLOR says otherwise."""
    return not environ.get("NO_COLOR") and environ.get("TERM") != "dumb" and stream.isatty()


def visible(text: str) -> str:
    """A text for one line of a terminal or a log: what would not show as itself, or would act, is escaped."""
    if text.isascii() and text.isprintable() and "#" not in text:
        return text
    return _OLD_COMMAND.sub(r"#\\x23", _HIDDEN.sub(_escape, text))


def _escape(found: re.Match[str]) -> str:
    char = found[0]
    code = ord(char)
    return _SHORT.get(char) or (
        f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
    )


# -- text ------------------------------------------------------------------------------------------


def _text(problem: Problem, color: bool) -> str:
    label = problem.severity + (f"[{_names(problem.code)}]" if problem.code else "")
    place = "" if problem.place is None else visible(str(problem.place))
    # A log takes a line that begins like this for a command.
    place = _COMMAND.sub(r"\1\\x3a", place)
    if color:
        label = f"{_COLORS[problem.severity]}{label}{_PLAIN}"
        place = place and f"{_BOLD}{place}{_PLAIN}"
    return f"{place and f'{place}: '}{label}: {_said(problem, visible)}"


def _names(code: str) -> str:
    known = CODES.get(code)
    return visible(code) if known is None else f"{known.code} {known.name}"


def _said(problem: Problem, shown: Callable[[str], str]) -> str:
    """The path, what is wrong, what to do, and by which layer it was set, where the place does not say that."""
    path = f"{shown(problem.path)}: " if problem.path else ""
    remedy = f"; {shown(problem.remedy)}" if problem.remedy else ""
    told = problem.place is not None and problem.layer == problem.place.source
    layer = f" (set by {shown(problem.layer)})" if problem.layer and not told else ""
    return f"{path}{shown(problem.message)}{remedy}{layer}"


# -- GitHub's workflow commands ----------------------------------------------------------------------


def _github(problem: Problem) -> str:
    kind = "notice" if problem.severity == "note" else problem.severity
    properties = []
    said = _said(problem, visible)
    place = problem.place
    if place is not None and _is_file(place.source):
        properties.append(("file", visible(_slashed(place.source))))
        if place.line:
            properties += [("line", str(place.line)), ("col", str(max(place.column, 1)))]
    elif place is not None:
        said = f"{visible(str(place))}: {said}"
    properties.append(("title", _names(problem.code) if problem.code else "talosgen"))
    given = ",".join(f"{name}={_property(value)}" for name, value in properties)
    return f"::{kind} {given}::{said.replace('%', '%25')}"


def _property(value: str) -> str:
    return value.replace("%", "%25").replace(":", "%3A").replace(",", "%2C")


def _is_file(source: str) -> bool:
    """Whether a source is a file, not a name for a text that is none: ``<stdin>``, ``--patch 1``."""
    return not source.startswith(("<", "--"))


def _slashed(source: str) -> str:
    """A file's name with the slashes of the web, and without a leading ``./``."""
    name = source.replace(os.sep, "/")
    while name.startswith("./"):
        name = name[2:].lstrip("/")
    return name or source


# -- JSON --------------------------------------------------------------------------------------------


def _dump(tree: dict[str, Any]) -> str:
    """JSON in ASCII, in which nothing acts on a terminal or in a log."""
    import json

    text = json.dumps(tree, ensure_ascii=True, indent=2)
    # Inside strings alone, where both are the same to a reader.
    return _OLD_COMMAND.sub(r"\\u0023#", text).replace("\x7f", r"\u007f") + "\n"


def _whole(text: str) -> str:
    """A text that every reader of JSON takes: halves of surrogate pairs are escaped."""
    return _HALVES.sub(_escape, text)


def _json(problems: list[Problem], version: str) -> dict[str, Any]:
    return {"tool": "talosgen", "version": version, "findings": [_finding(problem) for problem in problems]}


def _finding(problem: Problem) -> dict[str, Any]:
    """One finding. All keys are always there; what is unknown is null."""
    place = problem.place
    known = CODES.get(problem.code)
    placed = place is not None and place.line > 0
    return {
        "severity": problem.severity,
        "code": _whole(problem.code) or None,
        "name": None if known is None else known.name,
        "file": None if place is None else _whole(place.source),
        "line": place.line if place is not None and placed else None,
        "column": place.column if place is not None and placed else None,
        "layer": _whole(problem.layer) or None,
        "path": _whole(problem.path) or None,
        "message": _whole(problem.message),
        "remedy": _whole(problem.remedy) or None,
    }


# -- SARIF 2.1.0 -------------------------------------------------------------------------------------


def _sarif(problems: list[Problem], version: str, docs: str) -> dict[str, Any]:
    codes = sorted({problem.code for problem in problems if problem.code})
    index = {code: number for number, code in enumerate(codes)}
    return {
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {"name": "talosgen", "version": version, "rules": [_rule(code, docs) for code in codes]}
                },
                "columnKind": "unicodeCodePoints",
                "results": [_result(problem, index) for problem in problems],
            }
        ],
    }


def _rule(code: str, docs: str) -> dict[str, Any]:
    known = CODES.get(code)
    if known is None:
        return {"id": _whole(code)}
    return {
        "id": known.code,
        **({"helpUri": f"{docs}#{known.anchor}"} if docs else {}),
        "name": known.name,
        "shortDescription": {"text": known.title},
        "help": {"text": known.help},
        "defaultConfiguration": {"level": known.severity},
    }


def _result(problem: Problem, index: dict[str, int]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    if problem.code:
        out = {"ruleId": _whole(problem.code), "ruleIndex": index[problem.code]}
    # The path is in the location as well, which not every reader shows.
    out |= {"level": problem.severity, "message": {"text": _said(problem, _whole)}}
    location: dict[str, Any] = {}
    place = problem.place
    if place is not None and place.source:
        physical: dict[str, Any] = {"artifactLocation": {"uri": _uri(place.source)}}
        if place.line:
            physical["region"] = {"startLine": place.line, "startColumn": max(place.column, 1)}
        location["physicalLocation"] = physical
    if problem.path:
        location["logicalLocations"] = [{"fullyQualifiedName": _whole(problem.path)}]
    if location:
        out["locations"] = [location]
    return out


def _uri(source: str) -> str:
    """A file's name as a URI: relative as it was given, or absolute."""
    from urllib.parse import quote_from_bytes

    name = _slashed(source)
    try:
        # The bytes of the name, where they are no text.
        data = name.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        data = name.encode("utf-8", "surrogatepass")
    if os.sep == "\\" and _DRIVE.match(name):
        return f"file:///{name[:2]}{quote_from_bytes(data[2:])}"
    return f"file://{quote_from_bytes(data)}" if name.startswith("/") else quote_from_bytes(data)
