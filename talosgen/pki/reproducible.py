"""Credentials that come out the same each time: key and serial number derived from the authority's private key.

Whoever has that key could sign any certificate, so a key that follows from it gives nothing away that was not lost
already. Each input has its length before it: two that differ never look alike.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Final

from talosgen.pki import keys

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

    from talosgen.pki.keys import Algorithm, PrivateKey

__all__ = ["Derivation", "signed_again"]

#: Another way of deriving needs another salt.
_SALT: Final = b"talosgen reproducible credential 1"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


class Derivation:
    """Bytes by HKDF-SHA256 (RFC 5869) from an authority's private key, bound to what they are for.

    ``purpose`` names the kind of credential, ``subject`` is the DER of the name that it is for.
    """

    def __init__(
        self, authority: PrivateKey, purpose: str, subject: bytes, start: datetime, lifetime: timedelta
    ) -> None:
        instant, span = (start - _EPOCH) // _MICROSECOND, lifetime // _MICROSECOND
        self._secret = keys.secret(authority)
        self._bound = _framed(purpose.encode(), subject, str(instant).encode(), str(span).encode())
        self._draws = count()

    def key(self, algorithm: Algorithm) -> PrivateKey:
        """The private key, Ed25519 or P-256."""
        return keys.derive(algorithm, self._bytes(f"key {algorithm}", keys.DERIVED_SIZE[algorithm]))

    def random(self, size: int) -> bytes:
        """So many bytes in the place of drawn ones, others at each call."""
        return self._bytes(f"draw {next(self._draws)}", size)

    def _bytes(self, what: str, size: int) -> bytes:
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF

        return HKDF(SHA256(), size, _SALT, self._bound + _framed(what.encode())).derive(self._secret)

    def __repr__(self) -> str:
        return "Derivation(***)"


def _framed(*parts: bytes) -> bytes:
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def signed_again(certificate: Certificate, authority: PrivateKey) -> bytes:
    """The DER of a certificate with the deterministic ECDSA signature (RFC 6979) of its authority.

    The certificate builder of `cryptography` 44 only makes drawn ones. Raises ValueError where OpenSSL has no others.
    """
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding

    assert isinstance(authority, ec.EllipticCurvePrivateKey)
    assert certificate.signature_hash_algorithm is not None
    signed = certificate.tbs_certificate_bytes
    whole = certificate.public_bytes(Encoding.DER)
    behind = whole[whole.index(signed) + len(signed) :]
    algorithm = behind[: -len(_bits(certificate.signature))]
    try:
        signature = authority.sign(signed, ec.ECDSA(certificate.signature_hash_algorithm, deterministic_signing=True))
    except UnsupportedAlgorithm:
        raise ValueError(
            "the OpenSSL of the installed `cryptography` has no deterministic ECDSA; expected OpenSSL 3.2 or newer, "
            "which the wheels of `cryptography` on PyPI bring along"
        ) from None
    return _element(0x30, signed + algorithm + _bits(signature))


def _bits(data: bytes) -> bytes:
    """A BIT STRING without unused bits."""
    return _element(0x03, b"\0" + data)


def _element(tag: int, content: bytes) -> bytes:
    """An element of DER."""
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content
