"""Lints: what Talos takes and people regret. They are rules like Talos's, and no part of its verdict."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Final

from talosgen.schema.table import NEWEST
from talosgen.validation.engine import walk
from talosgen.validation.rule import LINTS, Context, Finding, Mode

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from talosgen.config.container import Container
    from talosgen.config.provenance import Step

__all__ = ["FAMILIES", "lint"]

#: The modules of lints that are in force, in the order in which their rules for one type run.
FAMILIES: Final = (
    "files", "content", "install", "images", "arguments", "manifests", "hostname", "sans", "worker", "expiry",
    "volumes", "roundtrip",
)  # fmt: skip


def lint(
    container: Container,
    mode: Mode,
    *,
    release: str = "",
    now: datetime | None = None,
    history: Sequence[Step] = (),
) -> list[Finding]:
    """What is likely wrong with a config that is to run in ``mode``, beyond what Talos finds.

    ``release``: the version that it is to run, the newest when left out. ``now``, with its time zone, is the time by
    which certificates and tokens are judged; without it none is.
    ``history``: the steps that patched the config.
    """
    known = NEWEST
    if release:
        from talosgen.validation.release import stated

        known = stated(release)
    _load()
    context = Context(container, mode, release=known, now=now, history=history)
    walk(context, LINTS)
    return list(context.found)


@cache
def _load() -> None:
    for family in FAMILIES:
        import_module(f"{__package__}.{family}")
