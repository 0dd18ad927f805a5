"""The one derivation that age uses everywhere: HKDF with SHA-256, 32 bytes; and the sealing of a file key with it."""

from __future__ import annotations

import hmac
from typing import Final

__all__ = ["FILE_KEY_SIZE", "SEALED_SIZE", "hkdf", "open_file_key", "seal_file_key"]

FILE_KEY_SIZE: Final = 16
#: The size of a sealed file key: the key and a tag.
SEALED_SIZE: Final = FILE_KEY_SIZE + 16


def hkdf(secret: bytes, salt: bytes, info: bytes) -> bytes:
    """32 bytes derived from a secret (RFC 5869)."""
    extracted = hmac.digest(salt or bytes(32), secret, "sha256")
    return hmac.digest(extracted, info + b"\x01", "sha256")


def seal_file_key(key: bytes, file_key: bytes) -> bytes:
    """A file key under a key that is used once: ChaCha20-Poly1305, the nonce zero."""
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    return ChaCha20Poly1305(key).encrypt(bytes(12), file_key, None)


def open_file_key(key: bytes, sealed: bytes) -> bytes | None:
    """The file key that ``seal_file_key`` sealed; None when the key is another."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    try:
        return ChaCha20Poly1305(key).decrypt(bytes(12), sealed, None)
    except InvalidTag:
        return None
