"""PEM texts as Talos checks them: every block counts, what stands between blocks does not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from talosgen.validation.checks.der import is_usual_certificate, is_usual_key
from talosgen.validation.checks.keys import decoded

__all__ = [
    "Block", "blocks", "certificate_fault", "has_certificate", "key_fault", "pair_fault", "pem_fault",
    "unnamed_key_fault",
]  # fmt: skip

_NO_BLOCK: Final = "expected PEM, with its lines BEGIN and END"
_BEGIN, _END, _DASHES = "-----BEGIN ", "-----END ", "-----"


class Block(NamedTuple):
    """A block of PEM."""

    label: str
    content: bytes
    headers: bool


def blocks(text: str) -> Iterator[Block]:
    """The PEM blocks of a text, in order. In one pass."""
    label = ""
    body: list[str] = []
    inside = headers = False
    for line in text.split("\n"):
        line = line.rstrip(" \t\r")
        if line.startswith(_BEGIN) and line.endswith(_DASHES):
            label, body, inside, headers = line[len(_BEGIN) : -len(_DASHES)], [], True, False
        elif inside and line.startswith(_END):
            inside = False
            content = decoded("".join(body)) if line == f"{_END}{label}{_DASHES}" else None
            if content is not None:
                yield Block(label, content, headers)
        elif inside and not body and ":" in line:
            # Lines with a colon, before any other, are headers (Go's encoding/pem).
            headers = True
        elif inside:
            body.append(line.replace(" ", "").replace("\t", ""))


def pem_fault(text: str, wanted: str = "") -> str:
    """Why a text is no PEM of blocks ``wanted``, of any where that is empty; empty when it is."""
    found = [block.label for block in blocks(text)]
    if not found:
        return _NO_BLOCK
    if wanted and any(label != wanted for label in found):
        return f"expected PEM blocks {wanted} only"
    return ""


def certificate_fault(text: str) -> str:
    """Why the first block of a text is no certificate; empty when it is one."""
    block = next(blocks(text), None)
    return _NO_BLOCK if block is None else _certificate_fault(block)


def has_certificate(text: str) -> bool:
    """Whether any certificate can be read from a text of many; one with headers does not count (Go's x509)."""
    return any(
        block.label == "CERTIFICATE" and not block.headers and not _certificate_fault(block) for block in blocks(text)
    )


def _certificate_fault(block: Block) -> str:
    if is_usual_certificate(block.content):
        return ""
    from talosgen.pki.certificates import load

    return _read(load, block, "the certificate is damaged")


def key_fault(text: str) -> str:
    """Why the first block of a text is no private key that Talos can read; empty when it is one."""
    block = next(blocks(text), None)
    if block is None:
        return _NO_BLOCK
    if is_usual_key(block.label, block.content):
        return ""
    from talosgen.pki.keys import load

    return _read(load, block, "the private key is damaged")


def unnamed_key_fault(text: str) -> str:
    """Why the first block of a text is no private key of PKCS #8, whatever its label; empty when it is one."""
    block = next(blocks(text), None)
    if block is None:
        return _NO_BLOCK
    from talosgen.pki.keys import load

    return _read(load, block._replace(label="PRIVATE KEY"), "the private key is damaged")


def _read(load: Callable[[bytes], object], block: Block, damaged: str) -> str:
    """Why a block cannot be read; empty when it can."""
    import warnings

    from cryptography.exceptions import InternalError

    from talosgen.pki.pem import encode

    try:
        with warnings.catch_warnings():
            # The cryptography library warns of what it will refuse one day.
            warnings.simplefilter("ignore")
            load(encode(block.label, block.content))
    except ValueError as error:
        return str(error)
    except (KeyError, InternalError):
        # That library's own: a name whose text is of an unknown kind, a key of a wrong length.
        return damaged
    return ""


def pair_fault(certificate: str, key: str, *, load: bool) -> tuple[str, str]:
    """The part that is wrong with a certificate and its key, ``cert`` or ``key``, and why; the first fault only.

    ``load``: what is in the blocks is read as well.
    """
    if not certificate:
        return "cert", "the certificate is missing"
    if not key:
        return "key", "the key is missing"
    checks = [("cert", pem_fault(certificate, "CERTIFICATE")), ("key", pem_fault(key))]
    for part, fault in checks:
        if fault:
            return part, fault
    if load:
        for part, fault in (("cert", certificate_fault(certificate)), ("key", key_fault(key))):
            if fault:
                return part, fault
    return "", ""
