"""Private keys: Ed25519, ECDSA P-256 and RSA-4096, in the PEM forms that Talos writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from talosgen.pki import pem as armour

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

    PrivateKey = Ed25519PrivateKey | EllipticCurvePrivateKey | RSAPrivateKey

__all__ = ["RSA_BITS", "Algorithm", "generate", "load", "pem", "spki"]

Algorithm = Literal["ed25519", "ecdsa", "rsa"]

RSA_BITS: Final = 4096


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


def pem(key: PrivateKey) -> bytes:
    """The key as Talos writes it: Ed25519 as PKCS#8 under a label of its own, ECDSA SEC1, RSA PKCS#1."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    if isinstance(key, Ed25519PrivateKey):
        der = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        return armour.encode("ED25519 PRIVATE KEY", der)
    return key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())


def load(text: bytes) -> PrivateKey:
    """The key in a PEM text. Raises ValueError, without the key, for another label or a damaged key."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_der_private_key

    label, der = armour.decode(text)
    if label not in armour.KEY_LABELS:
        raise ValueError(f"expected a private key, one of {', '.join(armour.KEY_LABELS)}")
    try:
        key = load_der_private_key(der, None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise ValueError("the private key is damaged") from None
    kinds = {
        "RSA PRIVATE KEY": RSAPrivateKey,
        "EC PRIVATE KEY": EllipticCurvePrivateKey,
        "ED25519 PRIVATE KEY": Ed25519PrivateKey,
    }
    wanted = kinds.get(label)
    if not isinstance(key, (RSAPrivateKey, EllipticCurvePrivateKey, Ed25519PrivateKey)) or (
        wanted is not None and not isinstance(key, wanted)
    ):
        raise ValueError("the private key is of another kind than its label says")
    return key


def spki(key: PrivateKey) -> bytes:
    """The public key as DER (SubjectPublicKeyInfo)."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
