"""Passphrases: a file that opens with what one person remembers (scrypt)."""

from __future__ import annotations

import re
from typing import Final

from talosgen.age import base64
from talosgen.age.errors import AgeError
from talosgen.age.header import Stanza, failure
from talosgen.age.kdf import SEALED_SIZE, open_file_key, seal_file_key
from talosgen.age.party import Random, draw
from talosgen.age.x25519 import share_of

__all__ = ["MAX_WORK", "TYPE", "WORK", "PassphraseIdentity", "PassphraseRecipient"]

TYPE: Final = "scrypt"
#: The work factor of new files: 2^18 rounds take about a second and 256 MiB.
WORK: Final = 18
#: The largest work factor that is tried unless the caller says otherwise; it takes 1 GiB.
MAX_WORK: Final = 20

_LABEL: Final = b"age-encryption.org/v1/scrypt"
_NUMBER: Final = re.compile(r"[1-9][0-9]*", re.ASCII)


def _derive(passphrase: str, salt: bytes, work: int) -> bytes:
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    try:
        return Scrypt(salt=_LABEL + salt, length=32, n=1 << work, r=8, p=1).derive(passphrase.encode("utf-8"))
    except MemoryError:
        raise AgeError("unsupported", f"scrypt with a work factor of {work} needs more memory than there is") from None


def _checked(passphrase: str) -> str:
    if not passphrase:
        raise AgeError("key", "the passphrase is empty", "choose one of several words")
    try:
        passphrase.encode("utf-8")
    except UnicodeEncodeError:
        raise AgeError("key", "the passphrase is no text") from None
    return passphrase


class PassphraseRecipient:
    """Whoever knows a passphrase. It can only be the single recipient of a file."""

    __slots__ = ("_passphrase", "_work")

    label: Final = "scrypt"

    def __init__(self, passphrase: str, work: int = WORK) -> None:
        self._passphrase = _checked(passphrase)
        self._work = work

    def __repr__(self) -> str:
        return "PassphraseRecipient(***)"

    def wrap(self, file_key: bytes, random: Random = draw) -> Stanza:
        """The stanza that opens with the passphrase."""
        salt = random(16)
        sealed = seal_file_key(_derive(self._passphrase, salt, self._work), file_key)
        return Stanza(TYPE, (base64.encode(salt).decode("ascii"), str(self._work)), sealed)


class PassphraseIdentity:
    """A passphrase that may open a file. Work factors above ``most`` are refused before anything is computed."""

    __slots__ = ("_most", "_passphrase")

    def __init__(self, passphrase: str, most: int = MAX_WORK) -> None:
        self._passphrase = _checked(passphrase)
        self._most = most

    def __repr__(self) -> str:
        return "PassphraseIdentity(***)"

    def unwrap(self, stanza: Stanza) -> bytes | None:
        """The file key in a stanza; None when the passphrase is another. Raises AgeError (header failure)."""
        if stanza.type != TYPE:
            return None
        if len(stanza.arguments) != 2:
            raise failure("a scrypt recipient takes two arguments")
        salt = share_of(stanza.arguments[0], 16)
        if _NUMBER.fullmatch(stanza.arguments[1]) is None:
            raise failure("a work factor is no number")
        if len(stanza.body) != SEALED_SIZE:
            raise failure("a scrypt recipient has not the right size")
        if len(stanza.arguments[1]) > 4 or int(stanza.arguments[1]) > self._most:
            raise failure(f"its work factor is larger than {self._most}")
        return open_file_key(_derive(self._passphrase, salt, int(stanza.arguments[1])), stanza.body)
