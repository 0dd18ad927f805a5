"""Certificates and keys of the forms that Talos writes, known for good without a cryptography library.

Loading that library takes longer than all else that a verdict takes. What is said to be usual here Talos reads;
of anything else nothing is said.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["is_usual_certificate", "is_usual_key", "validity"]

_INTEGER, _BITS, _OCTETS, _OID, _SEQUENCE, _SET, _BOOLEAN = 0x02, 0x03, 0x04, 0x06, 0x30, 0x31, 0x01
_PRINTABLE, _UTF8, _UTC, _LONG = 0x13, 0x0C, 0x17, 0x18
_P256: Final = bytes.fromhex("06082a8648ce3d030107")
_EC: Final = bytes.fromhex("06072a8648ce3d0201")
_ECDSA_SHA256: Final = bytes.fromhex("300a06082a8648ce3d040302")
_ED25519: Final = bytes.fromhex("300506032b6570")
# Of P-256: the field, the coefficient b, the order.
_FIELD: Final = 2**256 - 2**224 + 2**192 + 2**96 - 1
_B: Final = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_PRINTABLE_TEXT: Final = re.compile(rb"[A-Za-z0-9 '()+,\-./:=?]+")
_TIME: Final = re.compile(
    rb"[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|1[0-9]|2[0-8])(?:[01][0-9]|2[0-3])[0-5][0-9][0-5][0-9]Z"
)
# The last byte of an extension's name, and what stands in it: usages, extended usages, constraints, key identifier.
_USAGE, _EXTENDED, _CONSTRAINTS, _IDENTIFIER = 0x0F, 0x25, 0x13, 0x0E
_PKIX: Final = bytes.fromhex("2b060105050703")
_CA: Final = bytes.fromhex("30030101ff")


class _UnusualError(ValueError):
    """Something else than what Talos writes."""


def _need(condition: bool) -> None:
    if not condition:
        raise _UnusualError


class _Reader:
    """Reads the values of a DER text one after the other; lengths must be written as short as can be."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    @property
    def done(self) -> bool:
        return self._at == len(self._data)

    def whole(self) -> tuple[int, bytes, bytes]:
        """The tag of the next value, what is in it, and all of it."""
        data, at = self._data, self._at
        _need(len(data) >= at + 2)
        size, start = data[at + 1], at + 2
        if size >= 0x80:
            count = size & 0x7F
            start += count
            _need(1 <= count <= 2 and len(data) >= start)
            size = int.from_bytes(data[at + 2 : start], "big")
            _need(size >= (0x80 if count == 1 else 0x100))
        self._at = start + size
        _need(len(data) >= self._at)
        return data[at], data[start : self._at], data[at : self._at]

    def take(self, tag: int) -> bytes:
        """What is in the next value, which must have that tag."""
        found, content, _ = self.whole()
        _need(found == tag)
        return content

    def number(self) -> int:
        """The next value, an integer that is not negative."""
        content = self.take(_INTEGER)
        _need(bool(content) and content[0] < 0x80 and not (len(content) > 1 and content[0] == 0 and content[1] < 0x80))
        return int.from_bytes(content, "big")

    def inside(self, tag: int = _SEQUENCE) -> _Reader:
        """A reader of what is in the next value."""
        return _Reader(self.take(tag))

    def end(self) -> None:
        """Nothing may be left."""
        _need(self.done)


def is_usual_certificate(der: bytes) -> bool:
    """Whether DER bytes are a certificate as Talos makes them for Kubernetes: ECDSA on P-256, with SHA-256."""
    try:
        _certificate(der)
    except _UnusualError:
        return False
    return True


def is_usual_key(label: str, der: bytes) -> bool:
    """Whether DER bytes below a PEM label are a private key as Talos makes them: ECDSA on P-256, RSA, Ed25519."""
    read = {"EC PRIVATE KEY": _ec_key, "RSA PRIVATE KEY": _rsa_key, "ED25519 PRIVATE KEY": _ed25519_key}.get(label)
    try:
        _need(read is not None)
        assert read is not None
        outer = _Reader(der)
        inner = outer.inside()
        outer.end()
        read(inner)
    except _UnusualError:
        return False
    return True


def validity(der: bytes) -> tuple[datetime, datetime] | None:
    """From when to when a certificate is valid; None where that cannot be read."""
    try:
        body = _Reader(der).inside().inside()
        if body.whole()[0] == 0xA0:
            # The version: the number follows.
            body.whole()
        body.whole()
        body.whole()
        times = body.inside()
        return _time(times.whole()), _time(times.whole())
    except (_UnusualError, ValueError):
        return None


def _time(value: tuple[int, bytes, bytes]) -> datetime:
    """A time of a certificate (RFC 5280, 4.1.2.5). Raises ValueError."""
    from datetime import UTC, datetime

    tag, content, _ = value
    text = content.decode("ascii")
    _need(tag in (_UTC, _LONG) and len(text) == (13 if tag == _UTC else 15) and text[:-1].isdigit() and text[-1] == "Z")
    if tag == _UTC:
        text = f"{'20' if text < '5' else '19'}{text}"
    month, day, hour, minute, second = (int(text[at : at + 2]) for at in range(4, 14, 2))
    return datetime(int(text[:4]), month, day, hour, minute, second, tzinfo=UTC)


def _ec_key(key: _Reader) -> None:
    _need(key.number() == 1)
    secret = key.take(_OCTETS)
    _need(len(secret) == 32 and 0 < int.from_bytes(secret, "big") < _ORDER)
    _need(key.take(0xA0) == _P256)
    # Go makes the public key anew from the secret one.
    public = key.inside(0xA1)
    _need(public.take(_BITS)[:1] == b"\x00")
    public.end()
    key.end()


def _rsa_key(key: _Reader) -> None:
    _need(key.number() == 0)
    modulus, exponent, secret, p, q, p_part, q_part, inverse = (key.number() for _ in range(8))
    key.end()
    _need(modulus.bit_length() >= 2048 and exponent == 65537 and p > 1 and q > 1 and p * q == modulus)
    _need(p & q & 1 == 1 and secret < modulus)
    _need(exponent * secret % (p - 1) == 1 and exponent * secret % (q - 1) == 1)
    _need(p_part == secret % (p - 1) and q_part == secret % (q - 1) and inverse * q % p == 1)


def _ed25519_key(key: _Reader) -> None:
    _need(key.number() == 0)
    _need(key.whole()[2] == _ED25519)
    secret = _Reader(key.take(_OCTETS))
    _need(len(secret.take(_OCTETS)) == 32)
    secret.end()
    key.end()


def _point(bits: bytes) -> None:
    """A point of P-256, not compressed."""
    _need(len(bits) == 66 and bits[:2] == b"\x00\x04")
    x, y = int.from_bytes(bits[2:34], "big"), int.from_bytes(bits[34:], "big")
    _need(x < _FIELD and y < _FIELD and (y * y - (x * x * x - 3 * x + _B)) % _FIELD == 0)


def _certificate(der: bytes) -> None:
    outer = _Reader(der)
    whole = outer.inside()
    outer.end()
    body = whole.inside()
    _need(whole.whole()[2] == _ECDSA_SHA256)
    _signature(whole.take(_BITS))
    whole.end()

    _need(body.take(0xA0) == b"\x02\x01\x02")
    _need(0 < body.number() < 2**159)
    _need(body.whole()[2] == _ECDSA_SHA256)
    _name(body.inside())
    validity = body.inside()
    for _ in range(2):
        _need(_TIME.fullmatch(validity.take(_UTC)) is not None)
    validity.end()
    _name(body.inside())
    public = body.inside()
    _need(public.take(_SEQUENCE) == _EC + _P256)
    _point(public.take(_BITS))
    public.end()
    extensions = body.inside(0xA3)
    _extensions(extensions.inside())
    extensions.end()
    body.end()


def _signature(bits: bytes) -> None:
    _need(bits[:1] == b"\x00")
    outer = _Reader(bits[1:])
    numbers = outer.inside()
    outer.end()
    numbers.number()
    numbers.number()
    numbers.end()


def _name(name: _Reader) -> None:
    while not name.done:
        group = name.inside(_SET)
        part = group.inside()
        # Names of the X.520 directory have three bytes.
        oid = part.take(_OID)
        _need(len(oid) == 3 and oid[:2] == b"\x55\x04" and oid[2] < 0x80)
        tag, text, _ = part.whole()
        _need(tag == _PRINTABLE and _PRINTABLE_TEXT.fullmatch(text) is not None)
        part.end()
        group.end()


def _extensions(extensions: _Reader) -> None:
    seen: set[int] = set()
    while not extensions.done:
        extension = extensions.inside()
        oid = extension.take(_OID)
        _need(len(oid) == 3 and oid[:2] == b"\x55\x1d" and oid[2] not in seen)
        seen.add(oid[2])
        tag, content, _ = extension.whole()
        if tag == _BOOLEAN:
            _need(content == b"\xff")
            content = extension.take(_OCTETS)
        else:
            _need(tag == _OCTETS)
        extension.end()
        _extension(oid[2], content)


def _extension(kind: int, content: bytes) -> None:
    if kind == _USAGE:
        # One byte of flags, of which the last ones that do not count are zero and the one before them is not.
        _need(len(content) == 4 and content[:2] == b"\x03\x02" and content[2] < 8)
        _need(content[3] & ((2 << content[2]) - 1) == 1 << content[2])
    elif kind == _EXTENDED:
        outer = _Reader(content)
        usages = outer.inside()
        outer.end()
        while not usages.done:
            # The usages of PKIX: server, client and others.
            usage = usages.take(_OID)
            _need(usage[:-1] == _PKIX and usage[-1] < 0x80)
    elif kind == _CONSTRAINTS:
        _need(content == _CA)
    else:
        _need(kind == _IDENTIFIER)
        outer = _Reader(content)
        _need(len(outer.take(_OCTETS)) == 20)
        outer.end()
