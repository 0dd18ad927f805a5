"""Expressions in CEL: one finding for each, however much is wrong with it."""

from __future__ import annotations

from talosgen.validation.rule import At

__all__ = ["expression"]


def expression(text: str, environment: str, at: At, name: str) -> None:
    """Report ``name`` when a text is no expression of the environment (``disk``, ``volume`` …)."""
    from talosgen.cel import check

    if fault := check(text, environment, at.context.minor):
        at(name, message=f"{at_title(name)}: {fault}")


def at_title(name: str) -> str:
    """What the code of that name says."""
    from talosgen.codes import BY_NAME

    return BY_NAME[name].title
