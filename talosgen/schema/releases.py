"""Talos's releases: which patch releases are known, and which Kubernetes each installs and supports."""

from __future__ import annotations

import re
from functools import cache
from typing import Any, NamedTuple

from talosgen.contract import Contract
from talosgen.errors import InputError, Problem
from talosgen.schema.table import data

__all__ = ["Release", "known"]

_FORM = re.compile(r"v?(\d{1,4})\.(\d{1,4})\.(\d{1,4})(-[0-9A-Za-z.-]{1,40})?")


class Release(NamedTuple):
    """A release of Talos, to the patch: ``v1.14.1``."""

    major: int
    minor: int
    patch: int
    prerelease: str = ""

    @classmethod
    def parse(cls, text: str) -> Release:
        """The release of a text such as ``v1.14.1``. Raises InputError for another form, and for an unknown minor."""
        found = _FORM.fullmatch(text)
        if found is None:
            raise InputError(Problem("this is no full Talos version", remedy="expected a form such as v1.14.1"))
        release = cls(int(found[1]), int(found[2]), int(found[3]), found[4] or "")
        if release.line not in _table():
            first, *_, last = known()
            message = f"Talos {release.line} is not known to this talosgen"
            raise InputError(Problem(message, remedy=f"{first} … {last} are; a newer talosgen may know it"))
        return release

    @property
    def line(self) -> str:
        """The minor release: ``v1.14``."""
        return f"v{self.major}.{self.minor}"

    @property
    def contract(self) -> Contract:
        return Contract(self.major, self.minor)

    @property
    def tried(self) -> bool:
        """Whether the patch release is among those that the table has."""
        return not self.prerelease and self.patch <= _table()[self.line]["last"]

    @property
    def kubernetes(self) -> str | None:
        """The Kubernetes version, without v, that exactly this release installs; None where the table has it not."""
        if not self.tried:
            return None
        changes: dict[str, str] = _table()[self.line]["kubernetes"]
        return next(changes[patch] for patch in sorted(changes, key=int, reverse=True) if int(patch) <= self.patch)

    @property
    def supported(self) -> tuple[int, int] | None:
        """The oldest and the newest minor of Kubernetes 1 that the release supports; None where nothing is said."""
        found = _table()[self.line].get("supported")
        return None if found is None else (found[0], found[1])

    def __str__(self) -> str:
        return f"{self.line}.{self.patch}{self.prerelease}"


def known() -> tuple[str, ...]:
    """The minor releases that the table has, oldest first."""
    return tuple(_table())


@cache
def _table() -> dict[str, Any]:
    found: dict[str, Any] = data(__spec__, "releases.json")
    return found
