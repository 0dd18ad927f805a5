"""The setting ``schematic`` and its kin: which image a node is installed from."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable

from talosgen.config.located import Mapping, Sequence, Value, node_of
from talosgen.contract import Contract
from talosgen.errors import InputError, Problem
from talosgen.image.references import installer
from talosgen.image.schematic import Schematic
from talosgen.patching.fragments import translated
from talosgen.schema.releases import Release
from talosgen.source import Span

__all__ = ["Installer"]

_SOURCE = "<schematic>"


class Installer:
    """Finds the installer images of a cluster's nodes."""

    def __init__(self, release: Release, contract: Contract, read_file: Callable[[str], bytes]) -> None:
        self._release = release
        self._contract = contract
        self._read_file = read_file
        self._files: dict[str, Schematic] = {}
        self._ids: dict[str, str] = {}

    def image(self, settings: Mapping, problems: list[Problem], extensions: Iterable[str] = ()) -> Value | None:
        """The image of a node with these settings; None when it is wrong, which is added to ``problems``.

        ``extensions`` are what the node's features need beside those of its schematic.
        """
        install = settings.get("install", Mapping(settings.span))
        if "image" in install:
            return Value(install["image"].value, install["image"].span)
        machine = settings.get("machine", Mapping(settings.span))
        found = self._schematic(settings, problems, extensions)
        if found is None:
            return None
        platform = machine["platform"].value if "platform" in machine else "metal"
        secure = machine["secureBoot"].value if "secureBoot" in machine else False
        named = [settings[key].span for key in ("schematic", "machine", "install") if key in settings]
        return Value(installer(found.id, self._release, platform, secure), named[0] if named else settings.span)

    def schematic(self, settings: Mapping, extensions: Iterable[str] = ()) -> str:
        """The id of the schematic of settings that are right."""
        found = self._schematic(settings, [], extensions)
        return "" if found is None else found.id

    def _schematic(self, settings: Mapping, problems: list[Problem], extensions: Iterable[str]) -> Schematic | None:
        given = settings.get("schematic")
        try:
            if given is None:
                found = Schematic({})
            elif isinstance(given, Value):
                found = self._file(
                    os.path.normpath(os.path.join(os.path.dirname(given.span.source), given.value)), given
                )
            else:
                places: list[Span] = []
                try:
                    found = Schematic.of(node_of(given, places, given.span), _SOURCE)
                except InputError as error:
                    raise InputError(translated(error.problems, places, _SOURCE)) from None
        except InputError as error:
            problems.extend(problem for problem in error.problems if problem not in problems)
            return None
        arguments = settings.get("kernelArgs", Sequence(settings.span))
        if arguments and self._contract.at_least(12):
            found = found.with_kernel_args([item.value for item in arguments])
        return found.with_extensions(extensions)

    def _file(self, path: str, given: Value) -> Schematic:
        if path not in self._files:
            if not os.path.isfile(path):
                raise InputError(Problem(f"there is no file {path}", given.span, remedy="check the name"))
            self._files[path] = Schematic.load(self._read_file(path), path)
        return self._files[path]
