"""PEM texts as Talos checks them: every block counts, what stands between blocks does not."""

from __future__ import annotations

import binascii
from collections.abc import Iterator

__all__ = ["blocks", "certificate_fault", "has_certificate", "key_fault", "pair_fault", "pem_fault"]

_BEGIN, _END, _DASHES = "-----BEGIN ", "-----END ", "-----"


def blocks(text: str) -> Iterator[str]:
    """The labels of the PEM blocks of a text, in order, whose content is base64. In one pass."""
    label, body = "", [""]
    inside = False
    for line in text.splitlines():
        line = line.rstrip(" \t\r")
        if line.startswith(_BEGIN) and line.endswith(_DASHES):
            label, body, inside = line[len(_BEGIN) : -len(_DASHES)], [], True
        elif inside and line.startswith(_END):
            inside = False
            if line == f"{_END}{label}{_DASHES}" and _is_base64("".join(body)):
                yield label
        elif inside:
            # Headers end at an empty line.
            if line.strip():
                body.append(line.strip())
            elif any(":" in header for header in body):
                body = []


def _is_base64(text: str) -> bool:
    try:
        binascii.a2b_base64(text, strict_mode=True)
    except ValueError:
        return text == ""
    return True


def pem_fault(text: str, wanted: str = "") -> str:
    """Why a text is no PEM of blocks ``wanted``, of any where that is empty; empty when it is."""
    found = list(blocks(text))
    if not found:
        return "expected PEM, with its lines BEGIN and END"
    if wanted and any(label != wanted for label in found):
        return f"expected PEM blocks {wanted} only"
    return ""


def certificate_fault(text: str) -> str:
    """Why the first block of a text is no certificate; empty when it is one."""
    from talosgen.pki.certificates import load

    try:
        load(text.encode("utf-8", "surrogatepass"))
    except ValueError as error:
        return str(error)
    return ""


def has_certificate(text: str) -> bool:
    """Whether any certificate can be read from a text of many."""
    start = 0
    while (start := text.find(f"{_BEGIN}CERTIFICATE{_DASHES}", start)) >= 0:
        end = text.find(f"{_END}CERTIFICATE{_DASHES}", start)
        if end < 0:
            return False
        end += len(f"{_END}CERTIFICATE{_DASHES}")
        if not certificate_fault(text[start:end] + "\n"):
            return True
        start = end
    return False


def key_fault(text: str) -> str:
    """Why a text is no private key that Talos can read; empty when it is one."""
    from talosgen.pki.keys import load

    try:
        load(text.encode("utf-8", "surrogatepass"))
    except ValueError as error:
        return str(error)
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
