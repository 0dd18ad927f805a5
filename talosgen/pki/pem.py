"""PEM armour and the outer form of what is in it, without a cryptography library."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from binascii import Error, a2b_base64
from bisect import bisect_left
from typing import Final

__all__ = ["KEY_LABELS", "MARKER", "check_certificate", "check_key", "decode", "encode", "from_base64", "to_base64"]

#: What stands in the place of a masked key.
MARKER: Final = b"******"

#: Labels of private keys that Talos takes.
KEY_LABELS: Final = ("RSA PRIVATE KEY", "EC PRIVATE KEY", "ED25519 PRIVATE KEY", "PRIVATE KEY")

_BEGIN: Final = re.compile(rb"(?:^|(?<=\n))-----BEGIN ([^\n]*?)-----[ \t\r]*\n")
_END: Final = re.compile(rb"-----END ([^\n]*?)-----[ \t\r]*(?:\n|$)")


def encode(label: str, der: bytes) -> bytes:
    """A PEM block of 64 columns, with a newline at its end."""
    text = b64encode(der).decode("ascii")
    lines = "".join(f"{text[start : start + 64]}\n" for start in range(0, len(text), 64))
    return f"-----BEGIN {label}-----\n{lines}-----END {label}-----\n".encode()


def decode(pem: bytes) -> tuple[str, bytes]:
    """The label and the DER bytes of the first PEM block. Raises ValueError when there is none."""
    # The last lines of blocks by label, found once: the cost is that of the text.
    ends: dict[bytes, list[tuple[int, int]]] = {}
    for end in _END.finditer(pem):
        ends.setdefault(end[1], []).append(end.span())
    over = 0
    for begin in _BEGIN.finditer(pem):
        later = ends.get(begin[1], [])
        at = bisect_left(later, (begin.end(), 0))
        if begin.start() < over or at == len(later):
            continue
        start, over = later[at]
        body = re.sub(rb"\s", b"", pem[begin.end() : start].rpartition(b"\n\n")[2])
        try:
            return begin[1].decode("ascii", "replace"), a2b_base64(body, strict_mode=True)
        except Error:
            continue
    raise ValueError("expected a PEM block")


def to_base64(pem: bytes) -> str:
    """PEM as configs and bundles hold it; the marker stands for itself."""
    return MARKER.decode() if pem == MARKER else b64encode(pem).decode("ascii")


def from_base64(text: str) -> bytes:
    """What ``to_base64`` was given. Raises ValueError for what is no base64."""
    return MARKER if text == MARKER.decode() else b64decode(text)


def _framed(der: bytes) -> bool:
    """Whether DER bytes are one SEQUENCE that ends where they do."""
    if len(der) < 2 or der[0] != 0x30:
        return False
    size, start = der[1], 2
    if size >= 0x80:
        count = size & 0x7F
        start += count
        if not 1 <= count <= 4 or len(der) < start:
            return False
        size = int.from_bytes(der[2:start], "big")
    return len(der) == start + size


def check_key(pem: bytes) -> None:
    """Check a private key: its label and framing. Raises ValueError."""
    label, der = decode(pem)
    if label not in KEY_LABELS:
        raise ValueError(f"expected a private key, one of {', '.join(KEY_LABELS)}")
    if not _framed(der):
        raise ValueError("the private key is damaged")


def check_certificate(pem: bytes) -> None:
    """Check a certificate: its armour and framing. Raises ValueError."""
    _, der = decode(pem)
    if not _framed(der):
        raise ValueError("the certificate is damaged")
