"""Patches named on the command line: ``@file``, a bare file name, or the patch itself."""

from __future__ import annotations

import sys
from typing import Any, Unpack

from talosgen.cli.access import read
from talosgen.cli.flags import UsageError
from talosgen.config.mergers import SEMANTICS, MergeName
from talosgen.errors import InputError, Problem
from talosgen.patching.load import Patch, Reading, is_file_name, load_all
from talosgen.source import Span

__all__ = ["load_arguments", "read_arguments", "reading", "semantics", "tell"]


def semantics(name: str) -> MergeName:
    """The semantics that ``--merge`` names. Raises UsageError."""
    if name not in SEMANTICS:
        raise UsageError(f"--merge takes {' or '.join(SEMANTICS)}")
    return SEMANTICS[name].name


def reading(flags: dict[str, Any]) -> Reading:
    """How the flags ``--merge`` and ``--allow-unknown`` want patches read. Raises UsageError."""
    return Reading(merge=semantics(flags["merge"]), allow_unknown=flags["allow-unknown"])


def tell(patches: list[Patch]) -> None:
    """Print the warnings and notes about patches."""
    from talosgen._version import __version__
    from talosgen.outputs.reports import render

    notes = [note for patch in patches for note in patch.notes]
    sys.stderr.write(render(notes, "text", tool_version=__version__))


def read_arguments(
    arguments: tuple[str, ...] | list[str], flag: str = "--patch"
) -> tuple[list[tuple[str, str]], list[Problem]]:
    """The texts that the values of a flag mean, each with the name of its source, and what could not be read."""
    texts: list[tuple[str, str]] = []
    problems: list[Problem] = []
    for number, argument in enumerate(arguments, 1):
        if not is_file_name(argument):
            texts.append((argument, f"{flag} {number}"))
            continue
        name = argument.removeprefix("@")
        if not name:
            message, place = "this is neither a patch nor the name of a file", Span(f"{flag} {number}")
            problems.append(Problem(message, place, remedy="give @FILE, or the patch itself"))
            continue
        try:
            texts.append((read(name).decode("utf-8", "surrogateescape"), name))
        except InputError as error:
            problems.extend(error.problems)
    return texts, problems


def load_arguments(
    arguments: tuple[str, ...] | list[str], flag: str = "--patch", **how: Unpack[Reading]
) -> list[Patch]:
    """The patches that the values of a flag mean, in order. Raises InputError with the faults of all."""
    texts, problems = read_arguments(arguments, flag)
    try:
        patches = load_all(texts, **how)
    except InputError as error:
        problems.extend(error.problems)
    if problems:
        raise InputError(problems)
    return patches
