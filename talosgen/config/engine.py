"""The engines of the newest table, planned once a process."""

from __future__ import annotations

from functools import cache

from talosgen.config.decode import Decoder
from talosgen.config.encode import Encoder
from talosgen.schema.table import table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from talosgen.config.merge import Merger
    from talosgen.config.mergers import MergeName
    from talosgen.config.redact import Redactor
    from talosgen.schema.table import Level

__all__ = ["decoder", "encoder", "merger", "redactor", "sparse_encoder"]


@cache
def decoder() -> Decoder:
    return Decoder(table())


@cache
def encoder() -> Encoder:
    return Encoder(table())


@cache
def sparse_encoder() -> Encoder:
    """The encoder of patches: they say what they set, and nothing else."""
    return Encoder(table(), sparse=True)


@cache
def merger(semantics: MergeName = "talos") -> Merger:
    """The merge of that semantics."""
    from talosgen.config.merge import Merger
    from talosgen.config.mergers import SEMANTICS

    return Merger(table(), SEMANTICS[semantics], encoder())


@cache
def redactor(level: Level) -> Redactor:
    """The masking of the secrets on that list."""
    from talosgen.config.redact import Redactor

    return Redactor(table(), level)
