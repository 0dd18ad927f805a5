"""What a file holds in certificates, keys and tokens, and until when: everything about them but the secrets.

What is secret is a fact of the table, and a certificate is told by its armour: no field is named here.
"""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from talosgen.config.codecs.text import MARKER
from talosgen.config.provenance import path_text
from talosgen.config.redact import redact
from talosgen.errors import InputError
from talosgen.goyaml.construct import follow
from talosgen.goyaml.reader import read_first
from talosgen.schema.table import table
from talosgen.secrets.forms import form

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
    from cryptography.x509 import Certificate

    from talosgen.pki.keys import PrivateKey

__all__ = ["Entry", "entries"]

_BEGIN: Final = "-----BEGIN CERTIFICATE-----"
_KEY: Final = re.compile(r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----")
#: No armoured text is shorter as base64.
_SHORTEST: Final = 64


class Entry(NamedTuple):
    """One certificate, private key, token or other secret. None of its parts is secret.

    ``file`` is where it stands, ``document`` in which of a machine config (empty: the legacy one), ``number`` counts
    the certificates at one path.
    ``fault`` says why a certificate or key cannot be read. A key or token lives until it is replaced: ``start`` and
    ``end`` are None.
    """

    file: str
    document: str
    path: str
    kind: str
    number: int = 1
    algorithm: str = ""
    subject: str = ""
    issuer: str = ""
    serial: str = ""
    sha256: str = ""
    authority: bool = False
    start: datetime | None = None
    end: datetime | None = None
    fault: str = ""

    @property
    def lifetime(self) -> timedelta | None:
        """From start to end; None for what does not expire."""
        return None if self.start is None or self.end is None else self.end - self.start

    def state(self, now: datetime) -> str:
        """``valid``, ``expired``, ``not yet valid``, ``does not expire``, ``masked`` or ``unreadable``."""
        if self.fault:
            return "masked" if self.fault == "masked" else "unreadable"
        if self.start is None or self.end is None:
            return "does not expire"
        if now < self.start:
            return "not yet valid"
        return "valid" if now <= self.end else "expired"


def entries(text: str | bytes, source: str = "<text>") -> list[Entry]:
    """What a secrets bundle, a talosconfig or a machine config holds, in the order of the file.

    Raises InputError when the text is none of them. What cannot be read is an entry with a fault.
    """
    out: list[Entry] = []
    for document, struct, tree in _trees(text, source):
        # Of a kind that the table does not have nothing is known to be secret; certificates and keys show themselves.
        masked = redact(tree, struct, "all") if struct else tree
        for steps, value, secret in _leaves(tree, masked):
            out += _entries(Entry(source, document, path_text(steps), ""), value, secret)
    return out


def _trees(text: str | bytes, source: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """The documents of a file, each with its name and the struct that it is."""
    found = form(text, source)
    if found != "config":
        struct = table().roots[found]
        yield "", struct, _root(text, source, struct)
        return
    from talosgen.config.loader import load

    for document in load(text, source, allow_unknown=True):
        name = "" if document.kind.legacy else document.identity.removesuffix("/")
        yield name, document.kind.type if document.known else "", document.tree


def _root(text: str | bytes, source: str, struct: str) -> dict[str, Any]:
    from talosgen.config.decode import Faults
    from talosgen.config.engine import decoder

    root = read_first(text, source)
    assert root is not None
    node = follow(root)
    faults = Faults(source, strict=False, merges=True)
    tree: dict[str, Any] = decoder().root(struct)(node, faults)
    if faults.found:
        raise InputError(faults.problems(node))
    return tree


def _leaves(tree: dict[str, Any], masked: Any) -> Iterator[tuple[tuple[str | int, ...], Any, bool]]:
    """The leaves of a tree in order, each with whether it is masked in the other one. Depth costs no stack."""
    work: list[tuple[tuple[str | int, ...], Any, Any]] = [((), tree, masked)]
    while work:
        steps, value, other = work.pop()
        if isinstance(value, dict):
            inner = [
                ((*steps, key), item, other.get(key) if isinstance(other, dict) else MARKER)
                for key, item in value.items()
            ]
            work += reversed(inner)
        elif isinstance(value, list):
            items = [
                ((*steps, index), item, other[index] if isinstance(other, list) else MARKER)
                for index, item in enumerate(value)
            ]
            work += reversed(items)
        elif value is not None and value != "":
            yield steps, value, other != value or other == MARKER


def _entries(blank: Entry, value: Any, secret: bool) -> Iterator[Entry]:
    """What stands at one place: certificates, a private key, another secret; nothing for what is none."""
    text = value if isinstance(value, str) else ""
    if text == MARKER:
        yield blank._replace(kind="secret", fault="masked")
        return
    armoured = _armour(text)
    blocks = armoured.split(_BEGIN)[1:]
    for number, block in enumerate(blocks, 1):
        yield _certificate(blank._replace(kind="certificate", number=number), _BEGIN + block)
    key = _KEY.search(armoured)
    if key is not None:
        yield _private_key(blank._replace(kind="private key"), armoured[key.start() :])
    elif secret and not blocks:
        name = re.split(r"[.\[]", blank.path)[-1].lower()
        yield blank._replace(kind="token" if name.endswith("token") else "secret")


def _armour(text: str) -> str:
    """The PEM that a text is or holds as base64; the text itself where it is neither."""
    if "-----BEGIN " in text or len(text) < _SHORTEST:
        return text
    try:
        return b64decode("".join(text.split()), validate=True).decode("utf-8", "surrogateescape")
    except (binascii.Error, ValueError):
        return text


def _certificate(blank: Entry, pem: str) -> Entry:
    from cryptography.hazmat.primitives.hashes import SHA256

    from talosgen.pki import certificates

    try:
        certificate = certificates.load(pem.encode("utf-8", "surrogateescape"))
        return blank._replace(
            algorithm=_algorithm(certificate.public_key()),
            subject=certificate.subject.rfc4514_string(),
            issuer=certificate.issuer.rfc4514_string(),
            serial=f"{certificate.serial_number:x}",
            sha256=certificate.fingerprint(SHA256()).hex(),
            authority=_is_authority(certificate),
            start=certificate.not_valid_before_utc,
            end=certificate.not_valid_after_utc,
        )
    except ValueError:
        return blank._replace(fault="the certificate is damaged")


def _is_authority(certificate: Certificate) -> bool:
    from cryptography import x509

    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def _private_key(blank: Entry, pem: str) -> Entry:
    from talosgen.pki import keys

    try:
        key: PrivateKey = keys.load(pem.encode("utf-8", "surrogateescape"))
    except ValueError:
        return blank._replace(fault="the private key cannot be read")
    return blank._replace(algorithm=_algorithm(key.public_key()))


def _algorithm(key: PublicKeyTypes) -> str:
    """The kind of a key with its size, in the usual words."""
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

    if isinstance(key, Ed25519PublicKey):
        return "Ed25519"
    if isinstance(key, EllipticCurvePublicKey):
        curve = key.curve.name
        return {"secp224r1": "P-224", "secp256r1": "P-256", "secp384r1": "P-384", "secp521r1": "P-521"}.get(
            curve, curve
        )
    if isinstance(key, RSAPublicKey):
        return f"RSA-{key.key_size}"
    return "another"
