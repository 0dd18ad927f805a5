"""Certificates in the profiles of Talos v1.14.1: authorities, and client certificates that they sign."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Address
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from talosgen.pki import keys
from talosgen.pki import pem as armour

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
    from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512
    from cryptography.x509 import (
        Certificate,
        CertificateBuilder,
        CertificateSigningRequest,
        ExtensionType,
        Name,
        NameAttribute,
        ObjectIdentifier,
        SubjectAlternativeName,
    )

    from talosgen.pki.keys import Algorithm, PrivateKey

__all__ = [
    "CA_LIFETIME", "CLIENT_LIFETIME", "LONGEST", "Client", "Issued", "authority", "check_pair", "kind_of", "load",
    "load_request", "self_signed", "sign_client", "sign_request", "signing_request",
]  # fmt: skip

#: Ten years of 365 days.
CA_LIFETIME: Final = timedelta(hours=87600)
CLIENT_LIFETIME: Final = timedelta(hours=8760)
#: As many whole hours as a duration of Go can hold.
LONGEST: Final = timedelta(hours=2562047)

#: Profile: the organization of the subject, the algorithm of the key. The aggregator's subject is empty.
PROFILES: Final[dict[str, tuple[str, Algorithm]]] = {
    "talos": ("talos", "ed25519"),
    "etcd": ("etcd", "ecdsa"),
    "kubernetes": ("kubernetes", "ecdsa"),
    "aggregator": ("", "ecdsa"),
}

Random = Callable[[int], bytes]
Address = IPv4Address | IPv6Address


class Issued(NamedTuple):
    """A certificate and its private key, as PEM."""

    crt: bytes
    key: bytes

    def __repr__(self) -> str:
        return "Issued(***)"


class Client(NamedTuple):
    """Whom a client certificate names: its organizations stand in one set of the subject, the common name behind it.

    ``encipherment``: whether its key may encipher keys as well.
    """

    organizations: tuple[str, ...] = ()
    common_name: str = ""
    encipherment: bool = False


def authority(profile: str, start: datetime, random: Random) -> Issued:
    """A self-signed authority of a profile: ``talos``, ``etcd``, ``kubernetes`` or ``aggregator``."""
    organization, algorithm = PROFILES[profile]
    return self_signed(organization, keys.generate(algorithm), start, CA_LIFETIME, random)


def self_signed(
    organization: str,
    key: PrivateKey,
    start: datetime,
    lifetime: timedelta,
    random: Random,
    address: Address | None = None,
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
    if address is not None:
        extensions.append((x509.SubjectAlternativeName([x509.IPAddress(address)]), not organization))
    builder = _builder(name, name, key.public_key(), start, lifetime, random)
    return Issued(_sign(builder, extensions, key, _digest(key)), keys.pem(key))


def sign_client(
    ca: Issued, client: Client, start: datetime, lifetime: timedelta, random: Random, *, purpose: str = ""
) -> Issued:
    """A client certificate of an authority. Raises ValueError when the authority is unusable.

    The leaf's key is of the kind that the authority's certificate is signed with (Talos v1.14.1).

    With a ``purpose`` nothing is drawn: key and serial number follow from it and the other arguments, the signature
    is deterministic, and so the same arguments give the same bytes. Under an RSA authority the key is then P-256,
    the signature PKCS#1 v1.5 over SHA-512. Raises ValueError as well where OpenSSL has no deterministic ECDSA.
    """
    issuer, issuer_key = load(ca.crt), keys.load(ca.key)
    _check_pair(issuer, issuer_key)
    kind = _algorithm(issuer)
    if kind != kind_of(issuer_key.public_key()):
        raise ValueError("the certificate is signed by a key of another kind than its own")
    name = _name(sorted(client.organizations), client.common_name)
    if purpose:
        from talosgen.pki.reproducible import Derivation

        derivation = Derivation(issuer_key, purpose, name.public_bytes(), start, lifetime)
        key, random = derivation.key("ecdsa" if kind == "rsa" else kind), derivation.random
    else:
        key = keys.generate(kind)
    builder = _builder(name, issuer.subject, key.public_key(), start, lifetime, random)
    extensions = _client(name, issuer, client.encipherment)
    crt = _sign(builder, extensions, issuer_key, _digest(issuer_key), deterministic=bool(purpose))
    return Issued(crt, keys.pem(key))


def signing_request(key: PrivateKey, organizations: Iterable[str], address: Address) -> bytes:
    """A signing request, as PEM, for an address; all organizations stand in one set of the subject."""
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    names = x509.SubjectAlternativeName([x509.IPAddress(address)])
    builder = x509.CertificateSigningRequestBuilder().subject_name(_name(sorted(organizations)))
    return builder.add_extension(names, False).sign(key, _digest(key)).public_bytes(Encoding.PEM)


def load_request(text: bytes) -> CertificateSigningRequest:
    """The signing request in a PEM text. Raises ValueError when it is damaged or not its key's own."""
    from cryptography import x509

    _, der = armour.decode(text)
    try:
        request = x509.load_der_x509_csr(der)
        kind = kind_of(request.public_key())
        request.extensions, request.subject  # noqa: B018 - read only when asked for
        valid, digest = request.is_signature_valid, request.signature_hash_algorithm
    except _unreadable():
        raise ValueError("the signing request is damaged") from None
    if not valid:
        raise ValueError("the signing request is not signed by the key in it")
    if kind != "ed25519" and (digest is None or digest.name not in ("sha256", "sha384", "sha512")):
        raise ValueError("the signing request is signed over an outdated hash; expected SHA-2")
    return request


def sign_request(
    issuer: Certificate,
    issuer_key: PrivateKey,
    request: CertificateSigningRequest,
    start: datetime,
    lifetime: timedelta,
    random: Random,
) -> bytes:
    """The client certificate, as PEM, that a request asks for: its subject, host names and addresses.

    The signature is of the request's kind. Raises ValueError when the authority's key is of another
    kind, or does not belong to its certificate.
    """
    _check_pair(issuer, issuer_key)
    public = request.public_key()
    if kind_of(public) != kind_of(issuer_key.public_key()):
        raise ValueError("the keys of the signing request and of the authority are of different kinds")
    extensions = _client(request.subject, issuer)
    if (names := _alternative_names(request)) is not None:
        extensions.append((names, not request.subject.rdns))
    builder = _builder(request.subject, issuer.subject, public, start, lifetime, random)
    digest: Any = request.signature_hash_algorithm
    return _sign(builder, extensions, issuer_key, digest)


def load(text: bytes) -> Certificate:
    """The certificate in a PEM text. Raises ValueError when it is damaged."""
    from cryptography import x509

    _, der = armour.decode(text)
    try:
        certificate = x509.load_der_x509_certificate(der)
        # The library reads these only when asked for them.
        certificate.public_key(), certificate.extensions, certificate.subject
    except _unreadable():
        raise ValueError("the certificate is damaged") from None
    return certificate


def check_pair(crt: bytes, key: bytes) -> None:
    """Raises ValueError when a private key does not belong to a certificate."""
    _check_pair(load(crt), keys.load(key))


def _check_pair(certificate: Certificate, key: PrivateKey) -> None:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    public = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if public != keys.spki(key):
        raise ValueError("the private key does not belong to the certificate")


def _unreadable() -> tuple[type[Exception], ...]:
    """What the library raises for input that it cannot read."""
    from cryptography import x509
    from cryptography.exceptions import UnsupportedAlgorithm

    return (
        ValueError,
        TypeError,
        # A name whose text has a tag that no text has.
        KeyError,
        UnsupportedAlgorithm,
        x509.DuplicateExtension,
        x509.InvalidVersion,
        x509.UnsupportedGeneralNameType,
    )


def _algorithm(issuer: Certificate) -> Algorithm:
    number = issuer.signature_algorithm_oid.dotted_string
    if number == "1.3.101.112":
        return "ed25519"
    if number.startswith("1.2.840.10045.4."):
        return "ecdsa"
    if number.startswith("1.2.840.113549.1.1."):
        return "rsa"
    raise ValueError("the certificate is signed in a way that Talos has no use for")


def kind_of(key: PublicKeyTypes) -> Algorithm:
    """The kind of a public key. Raises ValueError for one that Talos has no use for."""
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

    if isinstance(key, Ed25519PublicKey):
        return "ed25519"
    if isinstance(key, EllipticCurvePublicKey):
        return "ecdsa"
    if isinstance(key, RSAPublicKey):
        return "rsa"
    raise ValueError("expected an Ed25519, ECDSA or RSA key")


def _client(name: Name, issuer: Certificate, encipherment: bool = False) -> list[tuple[ExtensionType, bool]]:
    from cryptography import x509
    from cryptography.x509.oid import ExtendedKeyUsageOID

    extensions: list[tuple[ExtensionType, bool]] = [
        (_usage(encipherment=encipherment), True),
        (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), False),
    ]
    identifier = _subject_key_identifier(issuer)
    if identifier is not None and name != issuer.subject:
        extensions.append((x509.AuthorityKeyIdentifier(identifier, None, None), False))
    return extensions


def _alternative_names(request: CertificateSigningRequest) -> SubjectAlternativeName | None:
    """The names that Talos takes over from a request: host names first, then addresses."""
    from cryptography import x509

    try:
        given = request.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return None
    kept = [name for kind in (x509.DNSName, x509.IPAddress) for name in given if isinstance(name, kind)]
    return x509.SubjectAlternativeName(kept) if kept else None


def _subject_key_identifier(issuer: Certificate) -> bytes | None:
    from cryptography import x509

    try:
        extension = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
    except x509.ExtensionNotFound:
        return None
    return extension.value.digest


def _name(organizations: list[str], common_name: str = "") -> Name:
    from cryptography import x509
    from cryptography.x509.name import _ASN1Type
    from cryptography.x509.oid import NameOID

    def attribute(kind: ObjectIdentifier, text: str) -> NameAttribute[str]:
        # As Go chooses: the narrower type where its alphabet suffices.
        return x509.NameAttribute(kind, text, _ASN1Type.PrintableString if _printable(text) else _ASN1Type.UTF8String)

    sets = [
        [attribute(NameOID.ORGANIZATION_NAME, organization) for organization in organizations],
        [attribute(NameOID.COMMON_NAME, common_name)] if common_name else [],
    ]
    return x509.Name([x509.RelativeDistinguishedName(members) for members in sets if members])


_PRINTABLE: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 '()+,-./:=?")


def _printable(text: str) -> bool:
    return all(char in _PRINTABLE for char in text)


def _usage(certificate_signing: bool = False, encipherment: bool = False) -> Any:
    from cryptography import x509

    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=encipherment,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=certificate_signing,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


def _builder(
    subject: Name, issuer: Name, key: PublicKeyTypes, start: datetime, lifetime: timedelta, random: Random
) -> CertificateBuilder:
    from cryptography import x509

    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)  # type: ignore[arg-type]
        .serial_number(_serial(random))
        # Fractions of a second are cut off both ends, after the sum.
        .not_valid_before(start.replace(microsecond=0))
        .not_valid_after((start + lifetime).replace(microsecond=0))
    )


def _serial(random: Random) -> int:
    while True:
        # A serial number of zero is no serial number (RFC 5280).
        serial = int.from_bytes(random(16), "big")
        if serial:
            return serial


def _digest(key: PrivateKey) -> SHA256 | SHA512 | None:
    from cryptography.hazmat.primitives.hashes import SHA256, SHA512

    kind = kind_of(key.public_key())
    if kind == "ed25519":
        return None
    return SHA256() if kind == "ecdsa" else SHA512()


def _sign(
    builder: CertificateBuilder,
    extensions: list[tuple[ExtensionType, bool]],
    key: PrivateKey,
    digest: SHA256 | SHA384 | SHA512 | None,
    deterministic: bool = False,
) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding

    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    certificate = builder.sign(key, digest)
    if deterministic and kind_of(key.public_key()) == "ecdsa":
        # Signatures of the other kinds are deterministic by themselves.
        from talosgen.pki.reproducible import signed_again

        return armour.encode("CERTIFICATE", signed_again(certificate, key))
    return certificate.public_bytes(Encoding.PEM)
