"""The payload of an age file (STREAM): chunks of 64 KiB, each sealed, the last one marked."""

from __future__ import annotations

from typing import Final

from talosgen.age.errors import AgeError

__all__ = ["decrypt", "encrypt"]

_CHUNK: Final = 64 * 1024
_SEALED: Final = _CHUNK + 16


def encrypt(data: bytes, key: bytes) -> bytes:
    """The payload of some data."""
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    cipher = ChaCha20Poly1305(key)
    last = max(len(data) - 1, 0) // _CHUNK
    return b"".join(
        cipher.encrypt(_nonce(number, number == last), data[number * _CHUNK : (number + 1) * _CHUNK], None)
        for number in range(last + 1)
    )


def decrypt(payload: bytes, key: bytes) -> bytes:
    """The data of a payload, whole or not at all. Raises AgeError (payload failure)."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    cipher = ChaCha20Poly1305(key)
    last = max(len(payload) - 1, 0) // _SEALED
    parts: list[bytes] = []
    try:
        for number in range(last + 1):
            sealed = payload[number * _SEALED : (number + 1) * _SEALED]
            parts.append(cipher.decrypt(_nonce(number, number == last), sealed, None))
    except InvalidTag:
        raise _failure("its content was changed or is cut off") from None
    if last and not parts[-1]:
        raise _failure("its last chunk is empty")
    return b"".join(parts)


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\x01" if last else b"\x00")


def _failure(message: str) -> AgeError:
    return AgeError("payload failure", f"the age file is damaged: {message}", "take the file from its source again")
