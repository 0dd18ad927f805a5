"""Rules of names that kinds of several families share."""

from __future__ import annotations

import re
from typing import Final

from talosgen.validation.rule import At

__all__ = ["HYPHENS", "UNDERSCORES", "limited_name"]

#: Letters, digits and hyphens; and underscores as well.
HYPHENS: Final = re.compile(r"[A-Za-z0-9-]*")
UNDERSCORES: Final = re.compile(r"[A-Za-z0-9_-]*")


def limited_name(name: str, at: At, limit: int, pattern: re.Pattern[str]) -> None:
    """A name must be there, be no longer than ``limit`` bytes (0: any), and match ``pattern``."""
    if not name:
        at("name-missing")
    if limit and not 1 <= len(name.encode("utf-8", "surrogatepass")) <= limit:
        at("name-length", "name", message=f"a name here has from 1 to {limit} characters")
    if pattern.fullmatch(name) is None:
        underscores = "" if pattern is HYPHENS else ", underscores"
        at(
            "name-characters",
            "name",
            message=f"a name here is made of letters and digits of ASCII{underscores}, hyphens",
        )
