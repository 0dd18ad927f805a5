"""A patch's text to a patch, and patches to a config: strategic merge or JSON6902, told apart as Talos v1.14.1 does."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any, TypedDict, Unpack

from talosgen.config.codecs import ABSENT
from talosgen.config.container import Container
from talosgen.config.loader import load as load_config
from talosgen.config.mergers import MergeName
from talosgen.config.provenance import Recorder, Step, path_text
from talosgen.errors import InputError, Problem
from talosgen.patching.json6902 import JSONPatch, relocated, written
from talosgen.patching.strategic import StrategicPatch
from talosgen.source import Span

__all__ = ["Patch", "Reading", "apply_to_config", "apply_to_text", "is_file_name", "load", "load_all"]

Patch = StrategicPatch | JSONPatch


class Reading(TypedDict, total=False):
    """How patches are read. What is asked for here a patch carries with it, and applying it heeds it."""

    #: The semantics, ``"talos"`` by default.
    merge: MergeName
    #: Whether documents of unknown kinds may be in a patch, and in what it is laid over; False by default.
    allow_unknown: bool


def is_file_name(argument: str) -> bool:
    """Whether an argument of a command line names a patch file, rather than being a patch (talosctl v1.14.1)."""
    return argument.startswith("@") or not ("\n" in argument or " " in argument or argument.startswith(("[", "{")))


def load(text: str, source: str = "<patch>", **reading: Unpack[Reading]) -> Patch:
    """The patch of a text, with its semantics. Raises InputError when it is neither form, or they refuse it."""
    try:
        return StrategicPatch.load(text, source, **reading)
    except InputError as strategic:
        try:
            found = JSONPatch.load(text, source, **reading)
        except InputError as json:
            raise (json if text.strip().startswith(("[", "-")) else strategic) from None
        if found is None:
            raise strategic from None
        return found


def load_all(texts: Iterable[tuple[str, str]], **reading: Unpack[Reading]) -> list[Patch]:
    """The patches of texts and the names of their sources; JSON patches in a row become one under ``talos``.

    Raises InputError with the faults of all of them.
    """
    out: list[Patch] = []
    problems: list[Problem] = []
    for text, source in texts:
        try:
            patch = load(text, source, **reading)
        except InputError as error:
            problems.extend(error.problems)
            continue
        last = out[-1] if out else None
        if isinstance(patch, JSONPatch) and isinstance(last, JSONPatch) and patch.merge == "talos":
            operations, notes = (*last.operations, *patch.operations), (*last.notes, *patch.notes)
            out[-1] = last._replace(operations=operations, notes=notes)
        else:
            out.append(patch)
    if problems:
        raise InputError(problems)
    return out


def apply_to_text(text: str, patches: Iterable[Patch], source: str = "<config>") -> str:
    """A config's text with patches applied: what ``talosctl machineconfig patch`` prints.

    Without patches, and with idempotent ones that say nothing, the text itself. Raises InputError with the
    faults of all patches: one that does not apply is left out for the next.
    """
    state = _State(text, None, source)
    state.apply(patches)
    return state.text()


def apply_to_config(
    config: Container, patches: Iterable[Patch], source: str = "<config>", recorder: Recorder | None = None
) -> Container:
    """A config with patches applied; ``recorder`` is told of each step. Raises InputError as apply_to_text does."""
    state = _State(None, config, source, recorder)
    state.apply(patches)
    return state.config()


class _State:
    """A config between two patches: its text, on which JSON6902 works, its documents, or both."""

    def __init__(
        self, text: str | None, config: Container | None, source: str, recorder: Recorder | None = None
    ) -> None:
        self._text = text
        self._config = config
        self._source = source
        self._recorder = recorder
        # What made the text, unless it was given.
        self._maker: JSONPatch | None = None
        self._allow_unknown = self._allow_empty = False

    def text(self) -> str:
        """The text of this state."""
        if self._text is None:
            assert self._config is not None
            self._text = self._config.to_yaml()
        return self._text

    def config(self) -> Container:
        """The documents of this state. Raises InputError, at the operation at fault where operations made the text."""
        if self._config is None:
            assert self._text is not None
            try:
                self._config = load_config(self._text, self._source, self._allow_unknown, allow_empty=self._allow_empty)
            except InputError as error:
                if self._maker is None:
                    raise
                raise InputError(relocated(error.problems, self._maker.operations)) from None
        return self._config

    def apply(self, patches: Iterable[Patch]) -> None:
        """Lay patches over this state, in order."""
        faults: list[InputError] = []
        for patch in patches:
            self._allow_unknown = patch.allow_unknown
            # A config that a patch has left without documents can be patched again.
            self._allow_empty = patch.merge == "idempotent"
            try:
                self._apply(patch)
            except InputError as error:
                faults.append(error)
        if len(faults) == 1:
            raise faults[0]
        if faults:
            raise InputError(dict.fromkeys(problem for fault in faults for problem in fault.problems))

    def _apply(self, patch: Patch) -> None:
        if patch.merge == "idempotent" and not (patch.parts if isinstance(patch, StrategicPatch) else patch.operations):
            return
        if isinstance(patch, StrategicPatch):
            self._set(None, patch.apply(self.config(), self._recorder), None)
            return
        before = self.config() if self._recorder is not None or patch.selects else None
        if patch.selects:
            self._set(None, patch.apply_to_documents(self.config(), self._source), None)
        else:
            self._set(patch.apply(self.text(), self._source), None, patch)
        if self._recorder is not None and before is not None:
            _record(self._recorder, before, self.config(), patch)

    def _set(self, text: str | None, config: Container | None, maker: JSONPatch | None) -> None:
        self._text, self._config, self._maker = text, config, maker


def _record(recorder: Recorder, before: Container, after: Container, patch: JSONPatch) -> None:
    """Tell of what operations did to each document."""
    trees = [{document.identity: document.tree for document in config} for config in (before, after)]
    for identity in dict.fromkeys((*trees[0], *trees[1])):
        left, right = (tree.get(identity, ABSENT) for tree in trees)
        recorder(Step(identity, left, right, partial(_written, patch, right)))


def _written(patch: JSONPatch, after: Any, path: tuple[str | int, ...]) -> Span | None:
    for step in path:
        try:
            after = after[step]
        except (KeyError, IndexError, TypeError):
            after = None
    return written(patch.operations, path_text(path), after)
