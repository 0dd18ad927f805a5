"""Private keys: Ed25519, ECDSA P-256 and RSA-4096, in the PEM forms that Talos writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from talosgen.pki import pem as armour

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

    PrivateKey = Ed25519PrivateKey | EllipticCurvePrivateKey | RSAPrivateKey

__all__ = [
    "DERIVED_SIZE", "RSA_BITS", "Algorithm", "derive", "generate", "load", "load_pkcs8", "pem", "secret", "spki",
]  # fmt: skip

Algorithm = Literal["ed25519", "ecdsa", "rsa"]

RSA_BITS: Final = 4096

#: So many bytes a derived key is made from: the seed of Ed25519; for P-256 16 more than the scalar has, so that the
#: remainder is as good as uniform (FIPS 186-5, A.2.1).
DERIVED_SIZE: Final[dict[Algorithm, int]] = {"ed25519": 32, "ecdsa": 48}
_P256_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551

#: The form of the key under each label, as the DER tag that follows the version number.
_PKCS8: Final = 0x30
_FORMS: Final = {"RSA PRIVATE KEY": 0x02, "EC PRIVATE KEY": 0x04}

#: The curves that Talos can read.
_CURVES: Final = ("secp224r1", "secp256r1", "secp384r1", "secp521r1")


def generate(algorithm: Algorithm) -> PrivateKey:
    """A new private key, drawn by the cryptography library."""
    if algorithm == "ed25519":
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return Ed25519PrivateKey.generate()
    if algorithm == "ecdsa":
        from cryptography.hazmat.primitives.asymmetric import ec

        return ec.generate_private_key(ec.SECP256R1())
    from cryptography.hazmat.primitives.asymmetric import rsa

    return rsa.generate_private_key(public_exponent=65537, key_size=RSA_BITS)


def derive(algorithm: Algorithm, material: bytes) -> PrivateKey:
    """The Ed25519 or P-256 key that uniform bytes stand for, as many as ``DERIVED_SIZE`` says."""
    assert len(material) == DERIVED_SIZE[algorithm]
    if algorithm == "ed25519":
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return Ed25519PrivateKey.from_private_bytes(material)
    from cryptography.hazmat.primitives.asymmetric import ec

    return ec.derive_private_key(int.from_bytes(material, "big") % (_P256_ORDER - 1) + 1, ec.SECP256R1())


def secret(key: PrivateKey) -> bytes:
    """The secret numbers of a key, the same bytes in whatever form the key was written."""
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    if isinstance(key, Ed25519PrivateKey):
        return key.private_bytes_raw()
    if isinstance(key, EllipticCurvePrivateKey):
        return key.private_numbers().private_value.to_bytes((key.curve.key_size + 7) // 8, "big")
    numbers = key.private_numbers()
    size = (key.key_size + 7) // 8
    # In their order: files differ in which is called p.
    return b"".join(prime.to_bytes(size, "big") for prime in sorted((numbers.p, numbers.q)))


def pem(key: PrivateKey) -> bytes:
    """The key as Talos writes it: Ed25519 as PKCS#8 under a label of its own, ECDSA SEC1, RSA PKCS#1."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    if isinstance(key, Ed25519PrivateKey):
        der = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        return armour.encode("ED25519 PRIVATE KEY", der)
    return key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())


def load(text: bytes) -> PrivateKey:
    """The key in a PEM text: PKCS#1 for RSA, SEC1 for EC, PKCS#8 for the labels without a form of their own.

    Raises ValueError, without the key, for another label, another form or a damaged key.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    label, der = armour.decode(text)
    if label not in armour.KEY_LABELS:
        raise ValueError(f"expected a private key, one of {', '.join(armour.KEY_LABELS)}")
    if _second_tag(der) != _FORMS.get(label, _PKCS8):
        raise ValueError("the private key is of another form than its label says")
    key = _parse(der)
    if label == "ED25519 PRIVATE KEY" and not isinstance(key, Ed25519PrivateKey):
        raise ValueError("the private key is of another kind than its label says")
    return key


def load_pkcs8(text: bytes) -> PrivateKey:
    """The key in a PEM text, which must be PKCS#8 whatever its label. Raises ValueError, without the key."""
    _, der = armour.decode(text)
    if _second_tag(der) != _PKCS8:
        raise ValueError("expected a private key in PKCS#8 form")
    return _parse(der)


def _parse(der: bytes) -> PrivateKey:
    from cryptography.exceptions import InternalError, UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_der_private_key

    try:
        # Without the library's own test of RSA primes, which takes 0.2 s: `_check_rsa` has the cheap part.
        key = load_der_private_key(der, None, unsafe_skip_rsa_key_validation=True)
    except (ValueError, TypeError, UnsupportedAlgorithm, InternalError):
        raise ValueError("the private key is damaged") from None
    if isinstance(key, EllipticCurvePrivateKey) and key.curve.name not in _CURVES:
        raise ValueError("expected a private key on one of the curves P-224, P-256, P-384 and P-521")
    if not isinstance(key, (RSAPrivateKey, EllipticCurvePrivateKey, Ed25519PrivateKey)):
        raise ValueError("expected an Ed25519, ECDSA or RSA private key")
    if isinstance(key, RSAPrivateKey):
        _check_rsa(key)
    return key


def _check_rsa(key: RSAPrivateKey) -> None:
    """Whether the numbers of an RSA key belong together. Raises ValueError."""
    numbers = key.private_numbers()
    modulus, exponent = numbers.public_numbers.n, numbers.public_numbers.e
    whole = numbers.p > 1 and numbers.q > 1 and numbers.p * numbers.q == modulus
    if not whole or any(exponent * numbers.d % (prime - 1) != 1 for prime in (numbers.p, numbers.q)):
        raise ValueError("the private key is damaged")


def _second_tag(der: bytes) -> int | None:
    """The tag after the version number, which tells the forms of private keys apart."""
    size = der[1] if len(der) > 1 else 0
    start = 2 + (size & 0x7F if size & 0x80 else 0)
    if len(der) < start + 2 or der[0] != 0x30 or der[start] != 0x02:
        return None
    second = start + 2 + der[start + 1]
    return der[second] if second < len(der) else None


def spki(key: PrivateKey) -> bytes:
    """The public key as DER (SubjectPublicKeyInfo)."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
