"""Models. Written by scripts/documents.py from the table."""

from __future__ import annotations

from typing import ClassVar

from talosgen.documents.model import Model, key
from talosgen.documents.values import Base64, Base64Like, Value

__all__ = ["PEMEncodedCertificate", "PEMEncodedCertificateAndKey", "PEMEncodedKey"]


class PEMEncodedCertificateAndKey(Model):
    """PEM encoded certificate and key."""

    talos_type: ClassVar[str] = "x509.PEMEncodedCertificateAndKey"

    crt: Value[Base64, Base64Like] = key("crt")
    key: Value[Base64, Base64Like] = key("key")


class PEMEncodedCertificate(Model):
    """PEM encoded certificate. Since Talos 1.7."""

    talos_type: ClassVar[str] = "x509.PEMEncodedCertificate"

    crt: Value[Base64, Base64Like] = key("crt")


class PEMEncodedKey(Model):
    """PEM encoded key."""

    talos_type: ClassVar[str] = "x509.PEMEncodedKey"

    key: Value[Base64, Base64Like] = key("key")
