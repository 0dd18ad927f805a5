"""Which releases of Kubernetes a Talos release runs, and from which Talos releases one gets to it."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

__all__ = ["COMPATIBILITY", "Compatibility", "Version"]


class Version(NamedTuple):
    """A version's numbers; what follows them does not count."""

    major: int
    minor: int
    patch: int = 0

    @classmethod
    def parse(cls, text: str) -> Version | None:
        """The version that a text such as ``1.32.0-rc.1`` begins with; None when it is none.

        As Talos reads it: spaces around it, a ``v`` in front and leading zeros do not count, what is missing is 0.
        """
        found = _FORM.fullmatch(text.strip())
        return None if found is None else cls(*(int(number or 0) for number in found.groups()))

    def __str__(self) -> str:
        return ".".join(map(str, self))


_NUMBER: Final = "([0-9]{1,18})"
_PRE: Final = "(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)"
_EXTRA: Final = f"(?:-{_PRE}(?:\\.{_PRE})*)?(?:\\+[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?"
_FORM: Final = re.compile(f"v?{_NUMBER}(?:\\.{_NUMBER}(?:\\.{_NUMBER}{_EXTRA})?)?")


class Compatibility(NamedTuple):
    """One Talos release: the oldest and the newest Kubernetes minor that it runs, and the Talos minors around it.

    A host of ``upgrades_from`` or newer can be upgraded to the release; one of ``downgrades_below`` or newer cannot
    be brought back to it.
    """

    oldest_kubernetes: int
    newest_kubernetes: int
    upgrades_from: int
    downgrades_below: int

    def runs(self, kubernetes: Version) -> bool:
        """Whether the release runs a version of Kubernetes."""
        return Version(1, self.oldest_kubernetes) <= kubernetes < Version(1, self.newest_kubernetes, 99)

    def reached_from(self, host: Version) -> bool:
        """Whether a host of that Talos version gets to the release by an upgrade or a downgrade."""
        return Version(1, self.upgrades_from) <= host < Version(1, self.downgrades_below)


#: By Talos release (the tables of Talos v1.14.1's compatibility checks).
COMPATIBILITY: Final = {
    "1.5": Compatibility(26, 28, 2, 7),
    "1.6": Compatibility(24, 29, 3, 8),
    "1.7": Compatibility(25, 30, 4, 9),
    "1.8": Compatibility(26, 31, 5, 10),
    "1.9": Compatibility(27, 32, 8, 11),
    "1.10": Compatibility(28, 33, 8, 12),
    "1.11": Compatibility(29, 34, 9, 13),
    "1.12": Compatibility(30, 35, 10, 14),
    "1.13": Compatibility(31, 36, 11, 15),
    "1.14": Compatibility(32, 37, 12, 16),
}
