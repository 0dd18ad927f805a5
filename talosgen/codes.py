"""The codes of findings: one registry, ``codes.json``. A finding is known by its code and by its second name.

TG01xx are about patches, TG1xxx about the legacy document, TG2xxx about other kinds, TG3xxx about several documents,
TG4xxx about what a stated release of Talos does not know or want.
"""

from __future__ import annotations

import json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Literal

__all__ = ["BY_NAME", "CODES", "Code", "find"]


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
        near = get_close_matches(text[:40].lower(), BY_NAME) or get_close_matches(text[:40].upper(), CODES)
        raise KeyError(f"unknown code {text[:40]!r}" + (f"; did you mean {' or '.join(near)}?" if near else ""))
    return code
