"""A patch's text to a patch: strategic merge or JSON6902, told apart as Talos v1.14.1 does."""

from __future__ import annotations

from collections.abc import Iterable

from talosgen.config.container import Container
from talosgen.config.loader import load as load_config
from talosgen.config.provenance import Recorder
from talosgen.errors import InputError, Problem
from talosgen.patching.json6902 import JSONPatch
from talosgen.patching.strategic import StrategicPatch

__all__ = ["Patch", "apply_to_config", "apply_to_text", "is_file_name", "load", "load_all"]

Patch = StrategicPatch | JSONPatch


def is_file_name(argument: str) -> bool:
    """Whether an argument of a command line names a patch file, rather than being a patch (talosctl v1.14.1)."""
    return argument.startswith("@") or not ("\n" in argument or " " in argument or argument.startswith(("[", "{")))


def load(text: str, source: str = "<patch>") -> Patch:
    """The patch of a text. Raises InputError when it is neither form."""
    try:
        return StrategicPatch.load(text, source)
    except InputError as strategic:
        try:
            found = JSONPatch.load(text, source)
        except InputError as json:
            raise (json if text.strip().startswith("[") else strategic) from None
        if found is None:
            raise strategic from None
        return found


def load_all(texts: Iterable[tuple[str, str]]) -> list[Patch]:
    """The patches of texts and the names of their sources; JSON patches in a row become one.

    Raises InputError with the faults of all of them.
    """
    out: list[Patch] = []
    problems: list[Problem] = []
    for text, source in texts:
        try:
            patch = load(text, source)
        except InputError as error:
            problems.extend(error.problems)
            continue
        if isinstance(patch, JSONPatch) and out and isinstance(out[-1], JSONPatch):
            out[-1] = JSONPatch((*out[-1].operations, *patch.operations), out[-1].source)
        else:
            out.append(patch)
    if problems:
        raise InputError(problems)
    return out


def apply_to_text(text: str, patches: Iterable[Patch], source: str = "<config>") -> str:
    """A config's text with patches applied: what ``talosctl machineconfig patch`` prints.

    Without patches the text itself. Raises InputError.
    """
    state: str | Container = text
    for patch in patches:
        state = _step(state, patch, source)
    return state if isinstance(state, str) else state.to_yaml()


def apply_to_config(
    config: Container, patches: Iterable[Patch], source: str = "<config>", recorder: Recorder | None = None
) -> Container:
    """A config with patches applied; ``recorder`` is told of each step of a strategic one. Raises InputError."""
    state: str | Container = config
    for patch in patches:
        state = _step(state, patch, source, recorder)
    return load_config(state, source) if isinstance(state, str) else state


def _step(state: str | Container, patch: Patch, source: str, recorder: Recorder | None = None) -> str | Container:
    if isinstance(patch, StrategicPatch):
        return patch.apply(load_config(state, source) if isinstance(state, str) else state, recorder)
    return patch.apply(state if isinstance(state, str) else state.to_yaml(), source)
