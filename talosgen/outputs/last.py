"""The last build of a project: the configs in the clear or the encrypted ones, whichever were written later."""

from __future__ import annotations

import os
from typing import Final, NamedTuple

from talosgen.errors import InputError, Problem
from talosgen.outputs import manifest
from talosgen.outputs.manifest import Manifest
from talosgen.source import Span

__all__ = ["FOLDERS", "Last", "find", "is_older"]

#: Where a project has the configs of its nodes; of two that were written at once the first counts.
FOLDERS: Final = ("rendered", "encrypted")


class Last(NamedTuple):
    """A build: its folder and its manifest. ``others`` are folders that have older ones."""

    folder: str
    manifest: Manifest
    others: tuple[str, ...] = ()

    @property
    def files(self) -> dict[str, str]:
        """The files of nodes by name; other files beside them are none."""
        return {machine.name: name for name, machine in self.manifest.files.items()}

    @property
    def masked(self) -> dict[str, tuple[str, ...]]:
        """The places of what was secret in the configs of nodes."""
        return {node: self.manifest.masked[name] for node, name in self.files.items() if name in self.manifest.masked}


def find(folder: str) -> Last:
    """The last build of a project. Raises InputError when there is none, or a manifest is none."""
    found = []
    for number, name in enumerate(FOLDERS):
        path = os.path.join(folder, name)
        made = manifest.read(path)
        if made is not None and made.files:
            found.append((-_written(path, made), number, path, made))
    if not found:
        message = "there is no build to compare with"
        remedy = "run `talosgen build`, or give a revision: --against"
        raise InputError(Problem(message, Span(os.path.join(folder, FOLDERS[0])), remedy=remedy))
    (_, _, path, made), *others = sorted(found, key=lambda each: each[:2])
    return Last(path, made, tuple(other[2] for other in others))


def is_older(folder: str, form: str) -> bool:
    """Whether a project has another build that is newer. Raises InputError for a manifest that is none."""
    if not any(_time(os.path.join(folder, other, manifest.NAME)) for other in FOLDERS if other != form):
        return False
    return find(folder).folder != os.path.join(folder, form)


def _written(folder: str, made: Manifest) -> int:
    """When a build was written. Git brings files that others built, with or without their manifest."""
    return max(_time(os.path.join(folder, name)) for name in (manifest.NAME, *made.files))


def _time(path: str) -> int:
    try:
        return os.stat(path, follow_symlinks=False).st_mtime_ns
    except OSError:
        return 0
