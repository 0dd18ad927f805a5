"""Keys in base64."""

from __future__ import annotations

import binascii

from talosgen.config.codecs.text import canonical_base64

__all__ = ["decoded", "is_wireguard_key"]


def decoded(text: str) -> bytes | None:
    """The bytes of standard base64 with padding, breaks passed over (Go's encoding/base64); None when it is none."""
    try:
        return binascii.a2b_base64(canonical_base64(text))
    except ValueError:
        return None


def is_wireguard_key(text: str) -> bool:
    """Whether a text is a key of WireGuard: 32 bytes in base64."""
    data = decoded(text)
    return data is not None and len(data) == 32
