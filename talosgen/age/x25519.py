"""The usual keys: X25519, ``age1…`` and ``AGE-SECRET-KEY-1…``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from talosgen.age import base64, bech32
from talosgen.age.errors import AgeError
from talosgen.age.header import Stanza, failure
from talosgen.age.kdf import SEALED_SIZE, hkdf, open_file_key, seal_file_key
from talosgen.age.party import Random, draw

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

__all__ = [
    "IDENTITY_PREFIX",
    "RECIPIENT_PREFIX",
    "X25519Identity",
    "X25519Recipient",
    "agree",
    "key_of",
    "public_of",
    "share_of",
]

RECIPIENT_PREFIX: Final = "age"
IDENTITY_PREFIX: Final = "AGE-SECRET-KEY-"
_TYPE: Final = "X25519"
_INFO: Final = b"age-encryption.org/v1/X25519"


def agree(key: X25519PrivateKey, share: bytes) -> bytes:
    """The secret shared with the holder of a public key. Raises ValueError for a key of low order."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

    return key.exchange(X25519PublicKey.from_public_bytes(share))


def public_of(key: X25519PrivateKey) -> bytes:
    """The public key of a private one."""
    return key.public_key().public_bytes_raw()


def share_of(text: str, size: int = 32) -> bytes:
    """An argument of a stanza: so many bytes in base64. Raises AgeError (header failure)."""
    try:
        share = base64.decode(text.encode("ascii"))
    except ValueError as error:
        raise failure(str(error)) from None
    if len(share) != size:
        raise failure("a recipient's share has not the right size")
    return share


def key_of(text: str, prefix: str, size: int, what: str, expected: str) -> bytes:
    """The bytes of a key in a text of that prefix. Raises AgeError (key), without the text.

    ``what``: the key in words; ``expected``: what to do where the text is of another kind or size.
    """
    try:
        found, data = bech32.decode(text)
    except ValueError as error:
        raise AgeError("key", f"this is no {what}: {error}", "copy it whole") from None
    if found != prefix or len(data) != size:
        raise AgeError("key", f"this is no {what}", expected)
    return data


class X25519Recipient:
    """A public key, ``age1…``; ``str()`` gives its text."""

    __slots__ = ("_public",)

    label: Final = ""

    def __init__(self, public: bytes) -> None:
        self._public = public

    @classmethod
    def parse(cls, text: str) -> X25519Recipient:
        """The recipient of a text. Raises AgeError (key)."""
        return cls(key_of(text, RECIPIENT_PREFIX, 32, "age recipient", "expected age1 and 58 more characters"))

    def __str__(self) -> str:
        return bech32.encode(RECIPIENT_PREFIX, self._public)

    def __repr__(self) -> str:
        return f"X25519Recipient({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        return self._public == other._public if isinstance(other, X25519Recipient) else NotImplemented

    def __hash__(self) -> int:
        return hash((X25519Recipient, self._public))

    def wrap(self, file_key: bytes, random: Random = draw) -> Stanza:
        """The stanza for this recipient. Raises AgeError (key) when the public key is of low order."""
        from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

        ephemeral = X25519PrivateKey.from_private_bytes(random(32))
        share = public_of(ephemeral)
        try:
            secret = agree(ephemeral, self._public)
        except ValueError:
            raise AgeError("key", "this age recipient is no usable key", "ask its owner for another") from None
        key = hkdf(secret, share + self._public, _INFO)
        return Stanza(_TYPE, (base64.encode(share).decode("ascii"),), seal_file_key(key, file_key))


class X25519Identity:
    """A private key, ``AGE-SECRET-KEY-1…``; only ``secret_text`` gives its text."""

    __slots__ = ("_key", "_public")

    def __init__(self, secret: bytes) -> None:
        from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

        self._key = X25519PrivateKey.from_private_bytes(secret)
        self._public = public_of(self._key)

    @classmethod
    def parse(cls, text: str) -> X25519Identity:
        """The identity of a text. Raises AgeError (key), without the text."""
        return cls(
            key_of(text, IDENTITY_PREFIX, 32, "age identity", "expected AGE-SECRET-KEY-1 and 58 more characters")
        )

    @classmethod
    def generate(cls, random: Random = draw) -> X25519Identity:
        """A new identity."""
        return cls(random(32))

    @property
    def recipient(self) -> X25519Recipient:
        """The public half."""
        return X25519Recipient(self._public)

    def secret_text(self) -> str:
        """The identity as a key file holds it."""
        return bech32.encode(IDENTITY_PREFIX, self._key.private_bytes_raw())

    def __repr__(self) -> str:
        return "X25519Identity(***)"

    def unwrap(self, stanza: Stanza) -> bytes | None:
        """The file key in a stanza; None when it is for someone else. Raises AgeError (header failure)."""
        if stanza.type != _TYPE:
            return None
        if len(stanza.arguments) != 1:
            raise failure("an X25519 recipient takes one argument")
        share = share_of(stanza.arguments[0])
        if len(stanza.body) != SEALED_SIZE:
            raise failure("an X25519 recipient has not the right size")
        try:
            secret = agree(self._key, share)
        except ValueError:
            raise failure("an X25519 share is of low order") from None
        return open_file_key(hkdf(secret, share + self._public, _INFO), stanza.body)
