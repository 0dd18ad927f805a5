"""What goes to standard output."""

from __future__ import annotations

import sys

__all__ = ["deliver"]


def deliver(data: bytes) -> None:
    """Write bytes to standard output as they are, whatever its encoding."""
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
