"""What nodes and machines may be called: whatever passes can be a word of a command."""

from __future__ import annotations

import re
from typing import Final

from talosgen.validation.checks.addresses import is_ip

__all__ = ["is_address", "is_host", "is_label"]

_LABEL: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_HOST: Final = re.compile(
    r"(?=.{1,253}\Z)[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?))*"
)


def is_label(text: str) -> bool:
    """Whether a text is a DNS label."""
    return _LABEL.fullmatch(text) is not None


def is_host(text: str) -> bool:
    """Whether a text is a DNS name."""
    # What looks like an address and is none is no name either.
    return _HOST.fullmatch(text) is not None and not text.rpartition(".")[2].isdigit()


def is_address(text: str) -> bool:
    """Whether a text is an IP address, without a zone, or a DNS name."""
    return is_ip(text) or is_host(text)
