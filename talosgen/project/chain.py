"""The folders of a project, the bases that they extend first."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import NamedTuple

from talosgen.config.located import Mapping, Sequence, Value
from talosgen.errors import InputError, Problem
from talosgen.goyaml.construct import follow
from talosgen.goyaml.reader import decode, read
from talosgen.project import models
from talosgen.project.folder import Folder, check_inside, is_name, scan
from talosgen.project.reading import check_written, document
from talosgen.project.variables import has_references
from talosgen.source import Span

__all__ = ["Base", "chain"]


class Base(NamedTuple):
    """One folder: its files and what its cluster.yaml says."""

    folder: Folder
    settings: Mapping
    #: Whether what its cluster.yaml says, or what a base of it says, is wrong or cannot be known.
    lost: bool = False


def chain(path: str, root: str, read_file: Callable[[str], bytes], problems: list[Problem]) -> list[Base]:
    """A folder behind all that it extends, each once. ``root`` is the folder within which they lie."""
    walk = _Walk(root, read_file, problems)
    walk.add(path, (), None)
    return list(walk.found.values())


class _Walk:
    def __init__(self, root: str, read_file: Callable[[str], bytes], problems: list[Problem]) -> None:
        self._root = root
        self._read_file = read_file
        self._problems = problems
        self.found: dict[str, Base] = {}

    def add(self, path: str, above: tuple[str, ...], span: Span | None) -> bool:
        """Add a folder, its bases before it; whether all of them can be read.

        ``above`` are those that led here, ``span`` where it was named.
        """
        if not is_name(path):
            self._problems.append(Problem("this is no name of a folder", span, remedy="check the name"))
            return False
        real = os.path.realpath(path)
        if real in above:
            circle = " → ".join(self._name(one) for one in (*above[above.index(real) :], real))
            self._problems.append(
                Problem(f"the folders extend each other: {circle}", span, remedy="take one of them out")
            )
            return False
        if real in self.found:
            return not self.found[real].lost
        if span is not None and (problem := self._missing(path, above, span)) is not None:
            self._problems.append(problem)
            return False
        try:
            folder = scan(path, self._problems)
        except InputError as error:
            self._problems.extend(error.problems if span is None else self._extended(error, path, above, span))
            return False
        try:
            settings, whole = self._settings(folder.cluster)
        except InputError as error:
            self._problems.extend(error.problems)
            settings, whole = Mapping(Span(path)), False
        bases = settings.get("extends")
        for item in bases if isinstance(bases, Sequence) else ():
            if isinstance(item, Value) and isinstance(item.value, str) and not has_references(item.value):
                whole &= self.add(os.path.normpath(os.path.join(path, item.value)), (*above, real), item.span)
        self.found[real] = Base(folder, settings, not whole)
        return whole

    def _name(self, real: str) -> str:
        return os.path.relpath(real, self._root)

    def _missing(self, path: str, above: tuple[str, ...], span: Span) -> Problem | None:
        if (problem := check_inside(path, self._root, span)) is not None:
            return problem
        if os.path.isdir(path):
            return None
        return Problem(f"there is no folder {path}", span, remedy=self._led(above))

    def _extended(self, error: InputError, path: str, above: tuple[str, ...], span: Span) -> list[Problem]:
        """What is wrong with a folder as a base, where it is named."""
        return [
            Problem(f"{path} cannot be extended: {problem.message}", span, remedy=self._led(above))
            for problem in error.problems
        ]

    def _led(self, above: tuple[str, ...]) -> str:
        return f"it is extended by {' → '.join(self._name(one) for one in above)}"

    def _settings(self, path: str) -> tuple[Mapping, bool]:
        """What a cluster.yaml says, and whether nothing of that is wrong."""
        roots = [follow(root) for root in read(decode(self._read_file(path), path), path)]
        if len(roots) != 1:
            what = "there is no document" if not roots else "there are several documents"
            span = Span(path) if not roots else Span(path, roots[1].line, roots[1].column)
            remedy = "cluster.yaml holds one; nodes are declared by files or below `nodes:`"
            raise InputError(Problem(what, span, remedy=remedy))
        found: list[Problem] = []
        tree = document(roots[0], path, "Cluster", found)
        if tree is not None:
            found.extend(check_written(tree, models.ClusterDocument))
        self._problems.extend(found)
        return tree if tree is not None else Mapping(Span(path)), not found
