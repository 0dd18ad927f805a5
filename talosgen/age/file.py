"""age files: encrypted to recipients, decrypted with identities."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from talosgen.age import armor, header, stream
from talosgen.age.errors import AgeError
from talosgen.age.kdf import FILE_KEY_SIZE, hkdf
from talosgen.age.party import Identity, Random, Recipient, draw
from talosgen.age.passphrase import TYPE as PASSPHRASE

__all__ = ["MAX_RECIPIENTS", "decrypt", "encrypt"]

#: The most recipients that a header is read with: each costs every identity a computation.
MAX_RECIPIENTS: Final = 1000

_NONCE: Final = 16


def encrypt(data: bytes, recipients: Sequence[Recipient], *, armored: bool = False, random: Random = draw) -> bytes:
    """An age file that each of the recipients can open.

    Raises AgeError (key) without recipients or where they cannot stand together, (unsupported) for a
    post-quantum recipient that the installed cryptography cannot serve.
    """
    if not recipients:
        raise AgeError("key", "there is no recipient", "name one")
    if len(recipients) > MAX_RECIPIENTS:
        raise AgeError("key", f"there are more than {MAX_RECIPIENTS} recipients")
    labels = {recipient.label for recipient in recipients}
    if len(labels) > 1 or (PASSPHRASE in labels and len(recipients) > 1):
        raise AgeError(
            "key",
            "these recipients cannot share one file",
            "a passphrase stands alone, and post-quantum keys stand with their like only",
        )
    file_key = random(FILE_KEY_SIZE)
    nonce = random(_NONCE)
    stanzas = tuple(recipient.wrap(file_key, random) for recipient in recipients)
    payload = stream.encrypt(data, hkdf(file_key, nonce, b"payload"))
    out = header.encode(stanzas, file_key) + nonce + payload
    return armor.encode(out) if armored else out


def decrypt(
    data: bytes, identities: Sequence[Identity], *, armored: bool | None = None, most: int = MAX_RECIPIENTS
) -> bytes:
    """What is in an age file, whole or not at all.

    Without ``armored`` the file itself tells. A header of more than ``most`` recipients is refused.
    Raises AgeError; its ``reason`` says whether no identity fits, or which part of the file is damaged.
    """
    if armored is None:
        armored = armor.is_armored(data)
    if armored:
        data = armor.decode(data)
    read = header.parse(data, most)
    if len(read.stanzas) > 1 and any(stanza.type == PASSPHRASE for stanza in read.stanzas):
        raise header.failure("a passphrase stands beside other recipients")
    file_key = _file_key(read.stanzas, identities)
    read.check(file_key)
    nonce = data[read.end : read.end + _NONCE]
    if len(nonce) < _NONCE:
        raise header.failure("it is cut off")
    return stream.decrypt(data[read.end + _NONCE :], hkdf(file_key, nonce, b"payload"))


def _file_key(stanzas: Sequence[header.Stanza], identities: Sequence[Identity]) -> bytes:
    for identity in identities:
        for stanza in stanzas:
            file_key = identity.unwrap(stanza)
            if file_key is not None:
                return file_key
    raise AgeError("no match", "no identity opens this age file", "ask one of its recipients to add yours")
