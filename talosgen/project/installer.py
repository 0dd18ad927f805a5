"""The setting ``schematic`` and its kin: which image a node is installed from."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import NamedTuple

from talosgen import inputs
from talosgen.config.located import Mapping, Sequence, Value, node_of, spans
from talosgen.config.provenance import path_text
from talosgen.contract import Contract
from talosgen.errors import InputError, Problem
from talosgen.image.check import check, nowhere
from talosgen.image.references import EMPTY, Machine, installer
from talosgen.image.schematic import Locate, Schematic, Steps
from talosgen.patching.fragments import translated
from talosgen.schema.releases import Release
from talosgen.source import Span

__all__ = ["Chosen", "Installer"]

_SOURCE = "<schematic>"


class Chosen(NamedTuple):
    """What a node is installed from: the image, with the place that says so; what the machine is; the schematic."""

    image: Value
    machine: Machine
    schematic: Schematic
    id: str


class Installer:
    """Finds the installer images of a cluster's nodes. ``notes`` are what is doubtful about them."""

    def __init__(self, release: Release, contract: Contract, read_file: Callable[[str], bytes]) -> None:
        self.notes: list[Problem] = []
        self._release = release
        self._contract = contract
        self._read_file = read_file
        self._files: dict[str, tuple[Schematic, Locate]] = {}
        self._checked: set[tuple[str, Machine]] = set()

    def choose(self, settings: Mapping, problems: list[Problem], extensions: Iterable[str] = ()) -> Chosen | None:
        """The image of a node with these settings; None when it is wrong, which is added to ``problems``.

        ``extensions`` are what the node's features need beside those of its schematic.
        """
        given = settings.get("machine", Mapping(settings.span))
        machine = Machine(
            **{
                name: given[key].value
                for name, key in (("platform", "platform"), ("arch", "arch"), ("secure_boot", "secureBoot"))
                if key in given
            }
        )
        found = self._schematic(settings, machine, problems, extensions)
        if found is None:
            return None
        schematic, locate = found
        name = schematic.id if schematic.tree else EMPTY
        places = [settings[key].span for key in ("schematic", "machine", "install") if key in settings]
        place = places[0] if places else settings.span
        install = settings.get("install", Mapping(settings.span))
        if "image" in install:
            image = Value(install["image"].value, install["image"].span)
            if schematic.tree and name not in image.value:
                message = "this image is installed as it is, and does not name the schematic that the settings make"
                remedy = "use one made of it (`talosgen image node` tells its id), or leave install.image out"
                self.notes.append(Problem(message, image.span, "install.image", remedy, "warning"))
        else:
            image = Value(installer(name, self._release, machine.platform, machine.secure_boot), place)
            self._check(name, schematic, machine, lambda steps: locate(steps) or place)
        return Chosen(image, machine, schematic, name)

    def _check(self, name: str, schematic: Schematic, machine: Machine, locate: Locate) -> None:
        if (name, machine) not in self._checked:
            self._checked.add((name, machine))
            self.notes.extend(check(schematic, self._release, machine, locate))

    def _schematic(
        self, settings: Mapping, machine: Machine, problems: list[Problem], extensions: Iterable[str]
    ) -> tuple[Schematic, Locate] | None:
        given = settings.get("schematic")
        locate: Locate = nowhere
        try:
            if given is None:
                found = Schematic({})
            elif isinstance(given, Value):
                found, locate = self._file(
                    os.path.normpath(os.path.join(os.path.dirname(given.span.source), given.value)), given
                )
            else:
                places: list[Span] = []
                written: dict[str, Span] = {}

                def locate(steps: Steps) -> Span | None:
                    if not written:
                        # Mostly nothing is to be found.
                        written.update(spans(given))
                    return written.get(path_text(steps))

                try:
                    found = Schematic.of(node_of(given, places, given.span), _SOURCE)
                except InputError as error:
                    raise InputError(translated(error.problems, places, _SOURCE)) from None
        except InputError as error:
            problems.extend(error.problems)
            return None
        arguments = settings.get("kernelArgs", Sequence(settings.span))
        # A unified kernel image, which Secure Boot needs, takes none from the machine config.
        if arguments and (self._contract.at_least(12) or machine.secure_boot):
            found = found.with_kernel_args([item.value for item in arguments])
        return found.with_extensions(extensions), locate

    def _file(self, path: str, given: Value) -> tuple[Schematic, Locate]:
        if path not in self._files:
            if (problem := inputs.missing(path, given.span)) is not None:
                raise InputError(problem)
            self._files[path] = Schematic.read(self._read_file(path), path)
        return self._files[path]
