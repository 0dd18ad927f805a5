"""Talos's releases: which patch releases are known, and which Kubernetes each installs and supports.

What fits what is as Talos v1.14.1's own checks of compatibility have it.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any, NamedTuple

from talosgen.contract import Contract
from talosgen.errors import InputError, Problem
from talosgen.schema.table import data

__all__ = ["Line", "Release", "Version", "known", "newest"]

_FORM = re.compile(r"v?(\d{1,4})\.(\d{1,4})\.(\d{1,4})(-[0-9A-Za-z.-]{1,40})?")


_NUMBER = "([0-9]{1,18})"
_PRE = "(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)"
_EXTRA = f"(?:-{_PRE}(?:\\.{_PRE})*)?(?:\\+[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?"
_TOLERANT = re.compile(f"v?{_NUMBER}(?:\\.{_NUMBER}(?:\\.{_NUMBER}{_EXTRA})?)?")


class Version(NamedTuple):
    """The numbers of a version in the tag of an image; what follows them does not count."""

    major: int
    minor: int
    patch: int = 0

    @classmethod
    def parse(cls, text: str) -> Version | None:
        """The version that a text such as ``1.32.0-rc.1`` is; None when it is none.

        Spaces around it, a ``v`` in front and leading zeros do not count, and what is missing is 0.
        """
        found = _TOLERANT.fullmatch(text.strip())
        return None if found is None else cls(*(int(number or 0) for number in found.groups()))

    def __str__(self) -> str:
        return ".".join(map(str, self))


class Line(NamedTuple):
    """A minor release: the minors of Kubernetes that it runs, and the minors of Talos that one gets to it from.

    A host of ``upgrades_from`` or newer can be upgraded to it; one of ``downgrades_below`` or newer cannot be
    brought back to it.
    """

    oldest_kubernetes: int
    newest_kubernetes: int
    upgrades_from: int
    downgrades_below: int

    @classmethod
    def of(cls, name: str) -> Line | None:
        """The line of a name such as ``1.14``; None where nothing is known of what fits it."""
        found = _table().get(f"v{name}", {})
        return cls(*found["supported"], *found["hosts"]) if "hosts" in found else None

    def runs(self, kubernetes: Version) -> bool:
        """Whether it runs a version of Kubernetes."""
        return Version(1, self.oldest_kubernetes) <= kubernetes < Version(1, self.newest_kubernetes, 99)

    def reached_from(self, host: Version) -> bool:
        """Whether a host of that Talos version gets to it by an upgrade or a downgrade."""
        return Version(1, self.upgrades_from) <= host < Version(1, self.downgrades_below)


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

    def at_least(self, text: str) -> bool:
        """Whether this is the release of a text such as ``v1.8.0-alpha.2``, or a later one."""
        return _order(self) >= _order(_release(text))

    @classmethod
    def newest(cls, line: str) -> Release:
        """The newest patch release of a line such as ``v1.14`` that the table has. Raises KeyError for another line."""
        return cls.parse(f"{line}.{_table()[line]['last']}")

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


@cache
def _release(text: str) -> Release:
    return Release.parse(text)


def _order(release: Release) -> tuple[Any, ...]:
    """A key that sorts v1.8.0-alpha.2 before v1.8.0."""
    parts = tuple((int(part), "") if part.isdigit() else (-1, part) for part in release.prerelease[1:].split("."))
    return (*release[:3], not release.prerelease, parts)


def newest() -> Release:
    """The newest release that the table has."""
    line = known()[-1]
    return Release.parse(f"{line}.{_table()[line]['last']}")


def known() -> tuple[str, ...]:
    """The minor releases that the table has, oldest first."""
    return tuple(_table())


@cache
def _table() -> dict[str, Any]:
    found: dict[str, Any] = data(__spec__, "releases.json")
    return found
