"""Certificates in the profiles of Talos v1.14.1: authorities, and client certificates that they sign."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from talosgen.pki import keys
from talosgen.pki import pem as armour

if TYPE_CHECKING:
    from cryptography.x509 import Certificate, CertificateBuilder, ExtensionType, Name

    from talosgen.pki.keys import Algorithm, PrivateKey

__all__ = [
    "CA_LIFETIME", "CLIENT_LIFETIME", "Issued", "authority", "check_pair", "load", "self_signed", "sign_client",
]  # fmt: skip

#: Ten years of 365 days.
CA_LIFETIME: Final = timedelta(hours=87600)
CLIENT_LIFETIME: Final = timedelta(hours=8760)

#: Profile: the organization of the subject, the algorithm of the key. The aggregator's subject is empty.
PROFILES: Final[dict[str, tuple[str, Algorithm]]] = {
    "talos": ("talos", "ed25519"),
    "etcd": ("etcd", "ecdsa"),
    "kubernetes": ("kubernetes", "ecdsa"),
    "aggregator": ("", "ecdsa"),
}

Random = Callable[[int], bytes]


@dataclass(frozen=True, slots=True, repr=False)
class Issued:
    """A certificate and its private key, as PEM."""

    crt: bytes
    key: bytes

    def __repr__(self) -> str:
        return "Issued(***)"


def authority(profile: str, start: datetime, random: Random) -> Issued:
    """A self-signed authority of a profile: ``talos``, ``etcd``, ``kubernetes`` or ``aggregator``."""
    organization, algorithm = PROFILES[profile]
    return self_signed(organization, keys.generate(algorithm), start, CA_LIFETIME, random)


def self_signed(
    organization: str, key: PrivateKey, start: datetime, lifetime: timedelta, random: Random, ip: str = ""
) -> Issued:
    """A self-signed authority with a key; an empty organization gives an empty subject."""
    from cryptography import x509
    from cryptography.x509.oid import ExtendedKeyUsageOID

    name = _name([organization] if organization else [])
    usages = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
    extensions: list[tuple[ExtensionType, bool]] = [
        (_usage(certificate_signing=True), True),
        (x509.ExtendedKeyUsage(usages), False),
        (x509.BasicConstraints(ca=True, path_length=None), True),
        (x509.SubjectKeyIdentifier(random(20)), False),
    ]
    if ip:
        import ipaddress

        extensions.append((x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(ip))]), not organization))
    builder = _builder(name, name, key, start, lifetime, random)
    return Issued(_sign(builder, extensions, key), keys.pem(key))


def sign_client(
    ca: Issued, organizations: Iterable[str], start: datetime, lifetime: timedelta, random: Random
) -> Issued:
    """A client certificate of an authority. Raises ValueError when the authority cannot be read.

    The leaf's key is of the authority's kind; all organizations stand in one set of the subject.
    """
    from cryptography import x509
    from cryptography.x509.oid import ExtendedKeyUsageOID

    issuer, issuer_key = load(ca.crt), keys.load(ca.key)
    check_pair(ca.crt, ca.key)
    key = keys.generate(_algorithm(issuer))
    extensions: list[tuple[ExtensionType, bool]] = [
        (_usage(), True),
        (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), False),
    ]
    name = _name(sorted(organizations))
    identifier = _subject_key_identifier(issuer)
    if identifier is not None and name != issuer.subject:
        extensions.append((x509.AuthorityKeyIdentifier(identifier, None, None), False))
    builder = _builder(name, issuer.subject, key, start, lifetime, random)
    return Issued(_sign(builder, extensions, issuer_key), keys.pem(key))


def load(text: bytes) -> Certificate:
    """The certificate in a PEM text. Raises ValueError when it is damaged."""
    from cryptography import x509

    _, der = armour.decode(text)
    try:
        return x509.load_der_x509_certificate(der)
    except ValueError:
        raise ValueError("the certificate is damaged") from None


def check_pair(crt: bytes, key: bytes) -> None:
    """Raises ValueError when a private key does not belong to a certificate."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    try:
        public = load(crt).public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    except (ValueError, UnsupportedAlgorithm):
        raise ValueError("the certificate's public key cannot be read") from None
    if public != keys.spki(keys.load(key)):
        raise ValueError("the private key does not belong to the certificate")


def _algorithm(issuer: Certificate) -> Algorithm:
    name = (issuer.signature_algorithm_oid._name or "").lower()
    if "ed25519" in name:
        return "ed25519"
    return "ecdsa" if "ecdsa" in name else "rsa"


def _subject_key_identifier(issuer: Certificate) -> bytes | None:
    from cryptography import x509

    try:
        extension = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
    except x509.ExtensionNotFound:
        return None
    return extension.value.digest


def _name(organizations: list[str]) -> Name:
    from cryptography import x509
    from cryptography.x509.name import _ASN1Type
    from cryptography.x509.oid import NameOID

    if not organizations:
        return x509.Name([])
    attributes = [
        x509.NameAttribute(
            NameOID.ORGANIZATION_NAME,
            organization,
            # As Go chooses: the narrower type where its alphabet suffices.
            _ASN1Type.PrintableString if _printable(organization) else _ASN1Type.UTF8String,
        )
        for organization in organizations
    ]
    return x509.Name([x509.RelativeDistinguishedName(attributes)])


_PRINTABLE: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 '()+,-./:=?")


def _printable(text: str) -> bool:
    return all(char in _PRINTABLE for char in text)


def _usage(certificate_signing: bool = False) -> Any:
    from cryptography import x509

    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=certificate_signing,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


def _builder(
    subject: Name, issuer: Name, key: PrivateKey, start: datetime, lifetime: timedelta, random: Random
) -> CertificateBuilder:
    from cryptography import x509

    start = start.replace(microsecond=0)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(_serial(random))
        .not_valid_before(start)
        .not_valid_after(start + lifetime)
    )


def _serial(random: Random) -> int:
    while True:
        # A serial number of zero is no serial number (RFC 5280).
        serial = int.from_bytes(random(16), "big")
        if serial:
            return serial


def _sign(
    builder: CertificateBuilder, extensions: list[tuple[ExtensionType, bool]], key: PrivateKey
) -> bytes:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding

    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    digest: hashes.SHA256 | hashes.SHA512 | None = None
    if isinstance(key, EllipticCurvePrivateKey):
        digest = hashes.SHA256()
    elif isinstance(key, RSAPrivateKey):
        digest = hashes.SHA512()
    return builder.sign(key, digest).public_bytes(Encoding.PEM)
