"""The encryption of single values under a file's data key, which keeps the ciphertext of what did not change."""

from __future__ import annotations

from typing import Any, Final

from talosgen.age.party import Random, draw
from talosgen.sops.values import Sealed, kind_of, plaintext, sealed, text_of, value_of

__all__ = ["KEY_SIZE", "Cipher"]

KEY_SIZE: Final = 32
_NONCE: Final = 32
_TAG: Final = 16
#: What the cryptography library can open; sops itself writes 32 bytes.
_NONCES: Final = range(8, 129)


class Cipher:
    """AES-256-GCM under one data key.

    It remembers the nonce of each value that it opened, and seals an equal value of the same path with it
    again: the ciphertext comes out the same, so that a diff shows only what changed. Equal values of one
    list keep theirs in order, where sops gives the last one's to all.
    """

    __slots__ = ("_aes", "_left", "_nonces", "_random")

    def __init__(self, key: bytes, random: Random = draw) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        self._aes = AESGCM(key)
        self._random = random
        self._nonces: dict[tuple[str, bytes, bytes], list[bytes]] = {}
        # How many of them are used up.
        self._left: dict[tuple[str, bytes, bytes], int] = {}

    def __repr__(self) -> str:
        return "Cipher(***)"

    def open(self, text: str, aad: bytes) -> Any:
        """The value of a ciphertext; an empty text is the empty string.

        Raises ValueError, without any content, for what is no ciphertext or does not open.
        """
        if not text:
            return ""
        parts = sealed(text)
        if parts is None:
            raise ValueError("it is in the clear where a ciphertext is due")
        value = value_of(parts.kind, self.open_raw(parts, aad))
        self._nonces.setdefault((parts.kind, plaintext(value), aad), []).append(parts.nonce)
        return value

    def rewind(self) -> None:
        """Begin to seal a tree: every remembered nonce may be used once."""
        self._left.clear()

    def _nonce(self, triple: tuple[str, bytes, bytes]) -> bytes:
        known = self._nonces.get(triple)
        if known is None:
            return self._random(_NONCE)
        used = self._left.get(triple, 0)
        self._left[triple] = used + 1
        return known[used] if used < len(known) else self._random(_NONCE)

    def open_raw(self, parts: Sealed, aad: bytes) -> bytes:
        """The bytes of a ciphertext. Raises ValueError."""
        from cryptography.exceptions import InvalidTag

        if len(parts.nonce) not in _NONCES:
            raise ValueError("its nonce has not the right size")
        try:
            if len(parts.tag) != _TAG:
                raise InvalidTag
            return self._aes.decrypt(parts.nonce, parts.data + parts.tag, aad)
        except InvalidTag:
            raise ValueError("it was changed, or moved from another place, or belongs to another file") from None

    def seal(self, value: Any, aad: bytes) -> str:
        """The ciphertext of a leaf or comment; an empty text stays empty."""
        kind, data = kind_of(value), plaintext(value)
        if not data:
            return ""
        nonce = self._nonce((kind, data, aad))
        both = self._aes.encrypt(nonce, data, aad)
        return text_of(Sealed(both[:-_TAG], nonce, both[-_TAG:], kind))
