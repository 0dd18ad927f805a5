"""Single keys and certificates, as ``gen ca|key|csr|crt|keypair`` make them (talosctl v1.14.1)."""

from __future__ import annotations

import hashlib
import ipaddress
import os
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

from talosgen.errors import InputError, Problem
from talosgen.pki import certificates, keys
from talosgen.pki import pem as armour
from talosgen.source import Span

__all__ = ["ca", "crt", "csr", "key", "keypair"]

Random = Callable[[int], bytes]

# Until the end of the year 9999, which is as far as a certificate reaches.
_MOST_HOURS: Final = 60_000_000


def _lifetime(hours: int, start: datetime) -> timedelta:
    if not 0 < hours <= _MOST_HOURS or start.year + hours // 8766 >= 9999:
        raise InputError(Problem("the lifetime is out of range", remedy="give a number of hours above 0"))
    return timedelta(hours=hours)


def _ip(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        raise InputError(Problem("this is no IP address", remedy="expected one such as 10.0.0.1")) from None


def _file_name(text: str, what: str) -> str:
    if not text or "/" in text or "\0" in text:
        raise InputError(Problem(f"the {what} is the name of files; it cannot be empty or hold a slash"))
    return text


def ca(
    organization: str, hours: int = 87600, rsa: bool = False, *, now: datetime | None = None, random: Random = os.urandom
) -> dict[str, bytes]:
    """The files of a self-signed authority: certificate, key, hash of its public key."""
    _file_name(organization, "organization")
    start = now or datetime.now(UTC)
    lifetime = _lifetime(hours, start)
    private = keys.generate("rsa" if rsa else "ed25519")
    issued = certificates.self_signed(organization, private, start, lifetime, random)
    digest = hashlib.sha256(keys.spki(private)).hexdigest()
    return {
        f"{organization}.crt": issued.crt,
        f"{organization}.sha256": f"sha256:{digest}".encode(),
        f"{organization}.key": issued.key,
    }


def key(name: str) -> dict[str, bytes]:
    """The file of a new Ed25519 key."""
    return {f"{_file_name(name, 'name')}.key": keys.pem(keys.generate("ed25519"))}


def csr(key_pem: bytes, ip: str, roles: Iterable[str] = ("os:admin",), source: str = "") -> bytes:
    """A signing request for an address, with roles as organizations. The key must be Ed25519 in PKCS#8."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding

    from talosgen.pki.talosconfig import check_roles

    problems = check_roles(given := sorted(set(roles)))
    place = Span(source) if source else None
    try:
        private = keys.load(key_pem)
    except ValueError as error:
        raise InputError([*problems, Problem(str(error), place)]) from None
    if problems:
        raise InputError(problems)
    address = x509.IPAddress(ipaddress.ip_address(_ip(ip)))
    builder = (
        x509.CertificateSigningRequestBuilder()
        .subject_name(certificates._name(given))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
    )
    digest = None if isinstance(private, Ed25519PrivateKey) else hashes.SHA256()
    return builder.sign(private, digest).public_bytes(Encoding.PEM)


def crt(
    ca_crt: bytes, ca_key: bytes, csr_pem: bytes, hours: int = 24, *, now: datetime | None = None,
    random: Random = os.urandom,
) -> bytes:  # fmt: skip
    """The certificate of a request, signed by an authority: for clients, with the request's names."""
    from cryptography import x509
    from cryptography.x509.oid import ExtendedKeyUsageOID

    start = now or datetime.now(UTC)
    lifetime = _lifetime(hours, start)
    try:
        issuer, issuer_key = certificates.load(ca_crt), keys.load(ca_key)
        certificates.check_pair(ca_crt, ca_key)
    except ValueError as error:
        raise InputError(Problem(f"the authority is unusable: {error}")) from None
    try:
        request = x509.load_der_x509_csr(armour.decode(csr_pem)[1])
        if not request.is_signature_valid:
            raise ValueError
    except ValueError:
        raise InputError(Problem("the signing request is damaged")) from None
    builder = (
        x509.CertificateBuilder()
        .subject_name(request.subject)
        .issuer_name(issuer.subject)
        .public_key(request.public_key())
        .serial_number(certificates._serial(random))
        .not_valid_before(start.replace(microsecond=0))
        .not_valid_after(start.replace(microsecond=0) + lifetime)
    )
    extensions: list[tuple[x509.ExtensionType, bool]] = [
        (certificates._usage(), True),
        (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), False),
    ]
    identifier = certificates._subject_key_identifier(issuer)
    if identifier is not None and request.subject != issuer.subject:
        extensions.append((x509.AuthorityKeyIdentifier(identifier, None, None), False))
    try:
        names = request.extensions.get_extension_for_class(x509.SubjectAlternativeName)
        extensions.append((names.value, not list(request.subject)))
    except x509.ExtensionNotFound:
        pass
    return certificates._sign(builder, extensions, issuer_key)


def keypair(
    organization: str, ip: str = "", *, now: datetime | None = None, random: Random = os.urandom
) -> dict[str, bytes]:
    """The files of a self-signed Ed25519 authority that lives 24 hours, for an address where one is given."""
    _file_name(organization, "organization")
    start = now or datetime.now(UTC)
    address = _ip(ip) if ip else ""
    private = keys.generate("ed25519")
    issued = certificates.self_signed(organization, private, start, timedelta(hours=24), random, address)
    return {f"{organization}.crt": issued.crt, f"{organization}.key": issued.key}
