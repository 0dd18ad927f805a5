"""All that validation can find: TG1xxx in the legacy document, TG2xxx in the other kinds, TG3xxx across documents."""

from __future__ import annotations

from typing import Final, NamedTuple

from talosgen.errors import Severity
from talosgen.schema.table import data

__all__ = ["BY_NAME", "CODES", "Entry"]


class Entry(NamedTuple):
    """One thing that a rule can find: its code, its second name, what it says, and what to do about it."""

    code: str
    name: str
    severity: Severity
    title: str
    remedy: str


#: Every entry, in the order of the codes.
CODES: Final[tuple[Entry, ...]] = tuple(Entry(*row) for row in data(__spec__, "codes.json"))

#: The entries by their second names, which rules use.
BY_NAME: Final = {entry.name: entry for entry in CODES}
