"""Findings about patches, with their codes."""

from __future__ import annotations

from talosgen.errors import Problem
from talosgen.source import Span

__all__ = ["finding"]


def finding(name: str, message: str, place: Span | None = None, path: str = "", remedy: str = "") -> Problem:
    """A finding of the kind that the registry has under ``name``."""
    # Most patches have no finding, and need no registry.
    from talosgen.codes import find

    code = find(name)
    return Problem(message, place, path, remedy, code.severity, code.code)
