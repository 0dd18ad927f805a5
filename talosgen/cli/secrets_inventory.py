"""``secrets inventory``."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from talosgen.cli.access import read
from talosgen.cli.credentials import moment
from talosgen.cli.flags import UsageError
from talosgen.cli.printing import deliver
from talosgen.errors import InputError, Problem
from talosgen.outputs.inventory import to_dict, to_text
from talosgen.secrets.inventory import Entry, entries

__all__ = ["run"]


def run(flags: dict[str, Any], arguments: list[str]) -> int:
    """Print what files hold in certificates, keys and tokens."""
    now = moment(flags["at"], "--at") if flags["at"] else datetime.now(UTC)
    name = "json" if flags["json"] else flags["format"]
    if name not in ("text", "json"):
        raise UsageError("--format takes text or json")
    found: list[Entry] = []
    problems: list[Problem] = []
    for file in arguments:
        try:
            found += entries(read(file), file)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    if name == "json":
        text = json.dumps([to_dict(entry, now) for entry in found], indent=2, ensure_ascii=True) + "\n"
    else:
        text = to_text(found, now)
    deliver(text.encode("utf-8", "backslashreplace"))
    return 0
