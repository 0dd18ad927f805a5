"""Inventories of certificates, keys and tokens: a table for people, plain data for programs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from talosgen.outputs.reports import visible
from talosgen.secrets.inventory import Entry

__all__ = ["to_dict", "to_text"]


def to_dict(entry: Entry, now: datetime) -> dict[str, Any]:
    """An entry as plain data: times as RFC 3339 in UTC, spans in seconds, what does not apply as None."""
    lifetime = entry.lifetime
    return {
        "file": entry.file,
        "document": entry.document,
        "path": entry.path,
        "number": entry.number,
        "kind": entry.kind,
        "algorithm": entry.algorithm or None,
        "subject": entry.subject if entry.start else None,
        "issuer": entry.issuer if entry.start else None,
        "serial": entry.serial or None,
        "sha256": entry.sha256 or None,
        "authority": entry.authority if entry.start else None,
        "start": _time(entry.start),
        "end": _time(entry.end),
        "lifetime": None if lifetime is None else int(lifetime.total_seconds()),
        "left": None if entry.end is None else int((entry.end - now).total_seconds()),
        "state": entry.state(now),
        "fault": entry.fault or None,
    }


def to_text(found: Sequence[Entry], now: datetime) -> str:
    """A table of entries for people, a heading for each file; no line says anything secret."""
    out: list[str] = []
    file = None
    rows = [_row(entry, now) for entry in found]
    heading = ("WHERE", "WHAT", "SUBJECT", "UNTIL", "LIFETIME", "LEFT")
    widths = [max(map(len, column)) for column in zip(heading, *rows, strict=True)]
    for entry, row in zip(found, rows, strict=True):
        if entry.file != file:
            if file is not None:
                out.append("")
            file = entry.file
            out += [visible(file), _line(heading, widths)]
        out.append(_line(row, widths))
    return "".join(f"{line}\n" for line in out)


def _row(entry: Entry, now: datetime) -> tuple[str, ...]:
    where = f"{entry.document}: {entry.path}" if entry.document else entry.path
    if entry.number > 1:
        where += f" ({entry.number})"
    where = visible(where)
    what = f"{entry.kind} {entry.algorithm}".strip()
    lifetime = entry.lifetime
    if entry.end is None or lifetime is None:
        return (where, what, "", entry.fault or "does not expire", "", "")
    state = entry.state(now)
    left = _days(entry.end - now) if state == "valid" else state
    until = entry.end.astimezone(UTC).strftime("%Y-%m-%d")
    return (where, what, visible(entry.subject), until, _days(lifetime), left)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()


def _days(span: timedelta) -> str:
    """Whole days, or hours where there are few."""
    return f"{span.days}d" if span >= timedelta(days=2) else f"{span // timedelta(hours=1)}h"


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
