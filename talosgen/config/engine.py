"""The engines of the newest table, planned once a process."""

from __future__ import annotations

from functools import cache

from talosgen.config.decode import Decoder
from talosgen.config.encode import Encoder
from talosgen.schema.table import table

__all__ = ["decoder", "encoder"]


@cache
def decoder() -> Decoder:
    return Decoder(table())


@cache
def encoder() -> Encoder:
    return Encoder(table())
