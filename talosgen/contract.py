"""The version contract: the Talos release whose config shape is wanted."""

from __future__ import annotations

import re
from typing import NamedTuple

from talosgen.errors import InputError, Problem

__all__ = ["Contract"]

_FORM = re.compile(r"v?([0-9]+)\.([0-9]+)(?:\..*)?", re.DOTALL)


class Contract(NamedTuple):
    """A release as its major and minor number. ``Contract()`` is the newest, whatever that is.

    Releases newer than the newest known one count as it, and all 0.x but 0.0 as 1.0 (Talos v1.14.1).
    """

    major: int = 0
    minor: int = 0

    @classmethod
    def parse(cls, text: str | Contract) -> Contract:
        """The contract of a text such as ``v1.14``, ``1.14`` or ``v1.14.0-rc.1``; empty means the newest.

        Raises InputError when it is none.
        """
        if isinstance(text, Contract):
            return text
        if not text:
            return cls()
        found = _FORM.fullmatch(text)
        if found is None:
            raise InputError(Problem("this is no Talos version", remedy="expected a form such as v1.14"))
        return cls(int(found[1]), int(found[2]))

    @property
    def current(self) -> bool:
        """Whether this is the newest contract, named or not."""
        return self == (0, 0)

    def at_least(self, minor: int) -> bool:
        """Whether the contract is that of Talos 1.``minor`` or a newer one."""
        return self.current or self >= (1, minor) or minor == 0

    def __str__(self) -> str:
        return "current" if self.current else f"v{self.major}.{self.minor}"
