"""Single keys and certificates, as ``gen ca|key|csr|crt|keypair`` make them (talosctl v1.14.1)."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, IPv6Address
from typing import TypeVar

from talosgen.config.codecs.network import parse_addr
from talosgen.errors import InputError, Problem
from talosgen.pki import certificates, keys
from talosgen.pki.certificates import LONGEST
from talosgen.source import Span

__all__ = ["ca", "crt", "csr", "key", "keypair"]

Random = Callable[[int], bytes]
T = TypeVar("T")


def _lifetime(hours: int, start: datetime) -> timedelta:
    longest = LONGEST // timedelta(hours=1)
    if not 0 < hours <= longest or start.year + hours // 8760 >= 9999:
        raise InputError(Problem("the lifetime is out of range", remedy=f"give a number of hours from 1 to {longest}"))
    return timedelta(hours=hours)


def _address(text: str) -> IPv4Address | IPv6Address:
    try:
        found = parse_addr(text)
        if found.zone:
            raise ValueError("expected an IP address without a zone")
    except ValueError as error:
        raise InputError(Problem("this is no IP address that a certificate can hold", remedy=str(error))) from None
    if found.version == 4 or found.number >> 32 == 0xFFFF:
        # An IPv4 address stays one, however it is written.
        return IPv4Address(found.number & 0xFFFFFFFF)
    return IPv6Address(found.number)


def _file_name(text: str, what: str) -> str:
    if not text or "/" in text or "\0" in text:
        raise InputError(Problem(f"the {what} is the name of files; it cannot be empty or hold a slash"))
    return text


def ca(
    organization: str,
    hours: int = 87600,
    rsa: bool = False,
    *,
    now: datetime | None = None,
    random: Random = os.urandom,
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
    """A signing request for an address, with roles as organizations. The key must be in PKCS#8 form.

    Raises InputError for an unusable key (``source`` names it), a bad address, unknown roles or none.
    """
    from talosgen.pki.talosconfig import check_roles

    problems = check_roles(given := sorted(set(roles)))
    private = _tried(problems, lambda: keys.load_pkcs8(key_pem), source=source)
    address = _tried(problems, lambda: _address(ip))
    if private is None or address is None or problems:
        raise InputError(problems)
    return certificates.signing_request(private, given, address)


def crt(
    ca_crt: bytes, ca_key: bytes, csr_pem: bytes, hours: int = 24, *, now: datetime | None = None,
    random: Random = os.urandom,
) -> bytes:  # fmt: skip
    """The certificate of a request, signed by an authority: for clients, with the request's names.

    The authority's key must be in PKCS#8 form. Raises InputError for unusable input.
    """
    start = now or datetime.now(UTC)
    problems: list[Problem] = []
    lifetime = _tried(problems, lambda: _lifetime(hours, start))
    issuer = _tried(problems, lambda: certificates.load(ca_crt), "the authority's certificate")
    issuer_key = _tried(problems, lambda: keys.load_pkcs8(ca_key), "the authority's key")
    request = _tried(problems, lambda: certificates.load_request(csr_pem), "the signing request")
    if lifetime is None or issuer is None or issuer_key is None or request is None:
        raise InputError(problems)
    try:
        return certificates.sign_request(issuer, issuer_key, request, start, lifetime, random)
    except ValueError as error:
        raise InputError(Problem(str(error))) from None


def _tried(problems: list[Problem], read: Callable[[], T], what: str = "", source: str = "") -> T | None:
    """What ``read`` gives; its fault goes to the problems."""
    try:
        return read()
    except InputError as error:
        problems.extend(error.problems)
    except ValueError as error:
        message = f"{what} is unusable: {error}" if what else str(error)
        problems.append(Problem(message, Span(source) if source else None))
    return None


def keypair(
    organization: str, ip: str = "", *, now: datetime | None = None, random: Random = os.urandom
) -> dict[str, bytes]:
    """The files of a self-signed Ed25519 authority that lives 24 hours, for an address where one is given."""
    _file_name(organization, "organization")
    start = now or datetime.now(UTC)
    address = _address(ip) if ip else None
    private = keys.generate("ed25519")
    issued = certificates.self_signed(organization, private, start, timedelta(hours=24), random, address)
    return {f"{organization}.crt": issued.crt, f"{organization}.key": issued.key}
