"""Post-quantum keys: ML-KEM-768 with X25519, ``age1pq1…`` and ``AGE-SECRET-KEY-PQ-1…`` (age 1.3)."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final

from talosgen.age import base64, bech32
from talosgen.age.errors import AgeError
from talosgen.age.header import Stanza, failure
from talosgen.age.kdf import SEALED_SIZE
from talosgen.age.party import Random, draw
from talosgen.age.x25519 import agree, key_of, public_of, share_of

if TYPE_CHECKING:
    from cryptography.hazmat.primitives import hpke

__all__ = ["IDENTITY_PREFIX", "RECIPIENT_PREFIX", "HybridIdentity", "HybridRecipient", "available"]

RECIPIENT_PREFIX: Final = "age1pq"
IDENTITY_PREFIX: Final = "AGE-SECRET-KEY-PQ-"
_TYPE: Final = "mlkem768x25519"
_INFO: Final = b"age-encryption.org/mlkem768x25519"
_ENCAPSULATION_KEY: Final = 1184
_CIPHERTEXT: Final = 1088
_PUBLIC: Final = _ENCAPSULATION_KEY + 32
_ENC: Final = _CIPHERTEXT + 32


def available() -> bool:
    """Whether the installed ``cryptography`` has ML-KEM-768 and HPKE."""
    try:
        _suite()
    except AgeError:
        return False
    return True


def _suite() -> hpke.Suite:
    try:
        from cryptography.exceptions import UnsupportedAlgorithm
        from cryptography.hazmat.primitives import hpke
        from cryptography.hazmat.primitives.asymmetric import mlkem
    except ImportError:
        raise _unsupported() from None
    try:
        mlkem.MLKEM768PrivateKey.from_seed_bytes(bytes(64))
        return hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.CHACHA20_POLY1305)
    except (UnsupportedAlgorithm, AttributeError):
        raise _unsupported() from None


def _unsupported() -> AgeError:
    return AgeError(
        "unsupported",
        "post-quantum keys (age1pq1…) need ML-KEM-768, which the installed cryptography does not have",
        "install cryptography 47 or newer",
    )


class HybridRecipient:
    """A post-quantum public key, ``age1pq1…``; ``str()`` gives its text."""

    __slots__ = ("_public",)

    label: Final = "postquantum"

    def __init__(self, public: bytes) -> None:
        self._public = public

    @classmethod
    def parse(cls, text: str) -> HybridRecipient:
        """The recipient of a text. Raises AgeError (key)."""
        return cls(
            key_of(
                text, RECIPIENT_PREFIX, _PUBLIC, "post-quantum age recipient", "copy it whole: it has 1959 characters"
            )
        )

    def __str__(self) -> str:
        return bech32.encode(RECIPIENT_PREFIX, self._public)

    def __repr__(self) -> str:
        return f"HybridRecipient({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        return self._public == other._public if isinstance(other, HybridRecipient) else NotImplemented

    def __hash__(self) -> int:
        return hash((HybridRecipient, self._public))

    def wrap(self, file_key: bytes, random: Random = draw) -> Stanza:
        """The stanza for this recipient; its randomness is the cryptography library's own.

        Raises AgeError (unsupported, or key when the public key is no usable one).
        """
        suite = _suite()
        from cryptography.hazmat.primitives import hpke
        from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PublicKey
        from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

        try:
            public = hpke.MLKEM768X25519PublicKey(
                MLKEM768PublicKey.from_public_bytes(self._public[:_ENCAPSULATION_KEY]),
                X25519PublicKey.from_public_bytes(self._public[_ENCAPSULATION_KEY:]),
            )
            sealed = suite.encrypt(file_key, public, _INFO)
        except ValueError:
            raise AgeError("key", "this post-quantum recipient is no usable key", "ask its owner for another") from None
        return Stanza(_TYPE, (base64.encode(sealed[:_ENC]).decode("ascii"),), sealed[_ENC:])


class HybridIdentity:
    """A post-quantum private key, ``AGE-SECRET-KEY-PQ-1…``; only ``secret_text`` gives its text."""

    __slots__ = ("_key", "_seed", "_x25519")

    def __init__(self, seed: bytes) -> None:
        _suite()
        from cryptography.hazmat.primitives import hpke
        from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
        from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

        expanded = hashlib.shake_256(seed).digest(96)
        self._seed = seed
        self._x25519 = X25519PrivateKey.from_private_bytes(expanded[64:])
        self._key: Any = hpke.MLKEM768X25519PrivateKey(MLKEM768PrivateKey.from_seed_bytes(expanded[:64]), self._x25519)

    @classmethod
    def parse(cls, text: str) -> HybridIdentity:
        """The identity of a text. Raises AgeError (key or unsupported), without the text."""
        return cls(key_of(text, IDENTITY_PREFIX, 32, "post-quantum age identity", "copy it whole"))

    @classmethod
    def generate(cls, random: Random = draw) -> HybridIdentity:
        """A new identity. Raises AgeError (unsupported)."""
        return cls(random(32))

    @property
    def recipient(self) -> HybridRecipient:
        """The public half."""
        from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey

        expanded = hashlib.shake_256(self._seed).digest(64)
        public = MLKEM768PrivateKey.from_seed_bytes(expanded).public_key().public_bytes_raw()
        return HybridRecipient(public + public_of(self._x25519))

    def secret_text(self) -> str:
        """The identity as a key file holds it."""
        return bech32.encode(IDENTITY_PREFIX, self._seed)

    def __repr__(self) -> str:
        return "HybridIdentity(***)"

    def unwrap(self, stanza: Stanza) -> bytes | None:
        """The file key in a stanza; None when it is for someone else. Raises AgeError (header failure)."""
        if stanza.type != _TYPE:
            return None
        if len(stanza.arguments) != 1:
            raise failure("a post-quantum recipient takes one argument")
        enc = share_of(stanza.arguments[0], _ENC)
        if len(stanza.body) != SEALED_SIZE:
            raise failure("a post-quantum recipient has not the right size")
        try:
            # HPKE would only say that the stanza does not open.
            agree(self._x25519, enc[_CIPHERTEXT:])
        except ValueError:
            raise failure("an X25519 share is of low order") from None
        from cryptography.exceptions import InvalidTag

        try:
            file_key: bytes = _suite().decrypt(enc + stanza.body, self._key, _INFO)
        except (InvalidTag, ValueError):
            return None
        return file_key
