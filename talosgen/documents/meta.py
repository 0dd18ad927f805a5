"""What several families share.

Written by scripts/documents.py from the table.
"""

from __future__ import annotations

from typing import ClassVar

from talosgen.documents.model import Model, key
from talosgen.documents.values import Secret, String

__all__ = ["CertificateAndKey"]


class CertificateAndKey(Model):
    """A certificate and its key, in PEM. Since Talos 1.12."""

    talos_type: ClassVar[str] = "meta.CertificateAndKey"

    cert: String = key("cert")
    """The certificate."""
    key: Secret = key("key")
    """The private key."""
