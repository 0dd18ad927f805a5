"""Sizes and durations as trees hold them."""

from __future__ import annotations

from talosgen.config.codecs.quantity import Sizes, duration_ns, parse_bytes

__all__ = ["is_negative", "is_relative", "magnitude", "nanoseconds"]

Size = str | Sizes


def is_relative(size: Size) -> bool:
    """Whether a size is a percentage."""
    return bool(size.percent) if isinstance(size, Sizes) else "%" in size


def is_negative(size: Size) -> bool:
    """Whether a size has a minus in front."""
    text = (size.percent or size.bytes) if isinstance(size, Sizes) else size
    return text.startswith("-")


def magnitude(size: Size) -> int:
    """The bytes of a size without its sign; 0 for a percentage or nothing."""
    text = size.bytes if isinstance(size, Sizes) else size
    return parse_bytes(text.removeprefix("-")) if text and "%" not in text else 0


def nanoseconds(duration: str | None) -> int:
    """The nanoseconds of a duration; 0 when it is unset."""
    return duration_ns(duration) if duration else 0
