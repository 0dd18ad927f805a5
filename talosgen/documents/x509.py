"""Certificates and keys.

Written by scripts/documents.py from the table.
"""

from __future__ import annotations

from typing import ClassVar

from talosgen.documents.model import Model, key
from talosgen.documents.values import Base64, Base64Like, Value

__all__ = ["PEMEncodedCertificate", "PEMEncodedCertificateAndKey", "PEMEncodedKey"]


class PEMEncodedCertificateAndKey(Model):
    """A certificate and its key."""

    talos_type: ClassVar[str] = "x509.PEMEncodedCertificateAndKey"

    crt: Value[Base64, Base64Like] = key("crt")
    """The certificate: PEM in base64."""
    key: Value[Base64, Base64Like] = key("key")
    """The private key: PEM in base64."""


class PEMEncodedCertificate(Model):
    """A certificate. Since Talos 1.7."""

    talos_type: ClassVar[str] = "x509.PEMEncodedCertificate"

    crt: Value[Base64, Base64Like] = key("crt")
    """The certificate: PEM in base64."""


class PEMEncodedKey(Model):
    """A private key."""

    talos_type: ClassVar[str] = "x509.PEMEncodedKey"

    key: Value[Base64, Base64Like] = key("key")
    """The key: PEM in base64."""
