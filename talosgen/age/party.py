"""What a recipient and an identity are to an age file, whatever their kind."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Protocol

from talosgen.age.header import Stanza

__all__ = ["Identity", "Random", "Recipient", "draw"]

#: Gives so many random bytes.
Random = Callable[[int], bytes]

#: The operating system's randomness, which is used where no other is passed in.
draw: Random = os.urandom


class Recipient(Protocol):
    """Someone who can be given the file key."""

    @property
    def label(self) -> str:
        """Recipients stand together in one file only when their labels are the same (age's rule)."""

    def wrap(self, file_key: bytes, random: Random) -> Stanza:
        """The stanza that gives the recipient the file key."""


class Identity(Protocol):
    """The secret behind a recipient. Its ``repr`` and ``str`` show no part of the secret."""

    def unwrap(self, stanza: Stanza) -> bytes | None:
        """The file key in a stanza; None when it is not for this identity.

        Raises AgeError for a stanza of the identity's type that is malformed.
        """
