"""Reading certificates byte by byte, and the bundles and keys that several tests share."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import SignatureAlgorithmOID

from talosgen.errors import InputError
from talosgen.pki import issue, keys
from talosgen.pki.parts import CertificateAndKey, Certs, Secrets
from talosgen.pki.secrets import SecretsBundle

NOW = datetime(2031, 5, 6, 7, 8, 9, 654321, tzinfo=UTC)
START = datetime(2031, 5, 6, 7, 8, 9, tzinfo=UTC)
# Read by hand off the DER: key usage, purposes, basic constraints.
USAGE_CA, USAGE_CLIENT = bytes.fromhex("03020284"), bytes.fromhex("03020780")
PURPOSES_CA = bytes.fromhex("301406082b0601050507030106082b06010505070302")
PURPOSES_CLIENT = bytes.fromhex("300a06082b06010505070302")
CONSTRAINTS = bytes.fromhex("30030101ff")
USAGE, PURPOSES, BASIC, SKI, AKI, SAN = (
    "2.5.29.15", "2.5.29.37", "2.5.29.19", "2.5.29.14", "2.5.29.35", "2.5.29.17",
)  # fmt: skip
LABELS = {"ed25519": "ED25519 PRIVATE KEY", "ecdsa": "EC PRIVATE KEY", "rsa": "RSA PRIVATE KEY"}
SIGNATURES = {
    "ed25519": SignatureAlgorithmOID.ED25519,
    "ecdsa": SignatureAlgorithmOID.ECDSA_WITH_SHA256,
    "rsa": SignatureAlgorithmOID.RSA_WITH_SHA512,
}


def stream() -> Callable[[int], bytes]:
    """Bytes that differ at every call and are the same in every run."""
    calls = count()
    return lambda size: hashlib.shake_128(next(calls).to_bytes(4, "big")).digest(size)


def recorded() -> tuple[Callable[[int], bytes], list[bytes]]:
    drawn: list[bytes] = []
    draw = stream()

    def random(size: int) -> bytes:
        drawn.append(draw(size))
        return drawn[-1]

    return random, drawn


def der_length(size: int) -> bytes:
    return bytes([size]) if size < 128 else bytes([0x81, size])


def organization(text: str, tag: int = 0x13) -> bytes:
    value = bytes([tag]) + der_length(len(text.encode())) + text.encode()
    inner = b"\x06\x03\x55\x04\x0a" + value
    return b"\x30" + der_length(len(inner)) + inner


def subject(*organizations: str, tag: int = 0x13) -> bytes:
    """The DER of a name with all organizations, in this order, in a single RDN."""
    if not organizations:
        return b"\x30\x00"
    members = b"".join(organization(text, tag) for text in organizations)
    rdn = b"\x31" + der_length(len(members)) + members
    return b"\x30" + der_length(len(rdn)) + rdn


def read(pem: bytes) -> x509.Certificate:
    """By the library's own PEM reader, so that ours is not the judge of itself."""
    return x509.load_pem_x509_certificate(pem)


def extensions(
    certificate: x509.Certificate | x509.CertificateSigningRequest,
) -> list[tuple[str, bool, bytes]]:
    return [
        (extension.oid.dotted_string, extension.critical, extension.value.public_bytes())
        for extension in certificate.extensions
    ]


def instants(certificate: x509.Certificate) -> tuple[datetime, datetime]:
    return certificate.not_valid_before_utc, certificate.not_valid_after_utc


def label(pem: bytes) -> str:
    return pem.decode().splitlines()[0].removeprefix("-----BEGIN ").removesuffix("-----")


def same_key(certificate: x509.Certificate | x509.CertificateSigningRequest, key_pem: bytes) -> bool:
    return certificate.public_key() == keys.load(key_pem).public_key()


def messages(error: pytest.ExceptionInfo[InputError]) -> str:
    return str(error.value)


@pytest.fixture(scope="module")
def rsa_key() -> rsa.RSAPrivateKey:
    """A short key, which is quick to draw, for what does not depend on the length."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture(scope="module")
def bundle() -> SecretsBundle:
    return SecretsBundle.generate("v1.6", now=NOW, random=stream())


@pytest.fixture(scope="module")
def newest() -> SecretsBundle:
    return SecretsBundle.generate("", now=NOW, random=stream())


@pytest.fixture(scope="module")
def rsa_files() -> dict[str, bytes]:
    return issue.ca("acme", 48, True, now=NOW, random=stream())


def parts(bundle: SecretsBundle) -> tuple[Certs, Secrets]:
    assert bundle.certs is not None
    assert bundle.secrets is not None
    return bundle.certs, bundle.secrets


def pair(bundle: SecretsBundle, name: str) -> CertificateAndKey:
    found = getattr(bundle.certs, name)
    assert isinstance(found, CertificateAndKey)
    return found
