"""The catalogue: features that ship with talosgen, and those of a project. A feature is a folder with feature.yaml."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import lru_cache
from typing import Final, NamedTuple

from talosgen import inputs
from talosgen.documents.faults import problems as rebuilt
from talosgen.errors import InputError, Problem
from talosgen.features.manifest import Manifest
from talosgen.goyaml.construct import construct, follow
from talosgen.goyaml.node import Node
from talosgen.goyaml.reader import read
from talosgen.source import Span

__all__ = ["MANIFEST", "Catalogue", "Feature", "shipped"]

MANIFEST: Final = "feature.yaml"


class Feature(NamedTuple):
    """A feature: its name is that of its folder. ``shown`` is the folder as messages name it."""

    name: str
    folder: str
    shown: str
    manifest: Manifest
    own: bool = False

    def documents(self, file: str) -> list[Node]:
        """The documents of one of its patch files, with places that messages name. Raises InputError."""
        return _documents(os.path.join(self.folder, file), os.path.join(self.shown, file))

    def __repr__(self) -> str:
        return f"<Feature {self.name}>"


@lru_cache(maxsize=1024)
def _documents(path: str, shown: str) -> list[Node]:
    return [follow(root) for root in read(inputs.read(path), shown)]


def shipped() -> str:
    """The folder of the features that come with talosgen."""
    here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    installed = os.path.join(here, "patches")
    # In a checkout they stand at its top.
    return installed if os.path.isdir(installed) else os.path.join(os.path.dirname(here), "patches")


class Catalogue:
    """The features that a project can use: its own, from ``folders``, and the shipped ones.

    ``read_file`` gives the content of a file of the project.
    """

    def __init__(self, folders: tuple[str, ...] = (), read_file: Callable[[str], bytes] = inputs.read) -> None:
        self._read_file = read_file
        self._found: dict[str, tuple[str, str, bool]] = {}
        self._loaded: dict[str, Feature] = {}
        top = shipped()
        for name in _folders(top):
            self._found[name] = (os.path.join(top, name), f"patches/{name}", False)
        for folder in folders:
            for name in _folders(folder):
                self._found[name] = (os.path.join(folder, name), os.path.join(folder, name), True)

    def names(self) -> list[str]:
        """The names of all features, sorted."""
        return sorted(self._found)

    def get(self, name: str) -> Feature:
        """A feature. Raises InputError for an unknown name and for a faulty manifest."""
        if name not in self._found:
            from difflib import get_close_matches

            near = get_close_matches(name[:80], self._found, 1)
            remedy = f"did you mean {near[0]}?" if near else "`talosgen features` lists them"
            raise InputError(Problem(f'there is no feature "{name[:80]}"', remedy=remedy))
        if name not in self._loaded:
            folder, shown, own = self._found[name]
            path = os.path.join(shown, MANIFEST)
            text = (
                self._read_file(os.path.join(folder, MANIFEST)) if own else inputs.read(os.path.join(folder, MANIFEST))
            )
            self._loaded[name] = Feature(name, folder, shown, _manifest(text, path), own)
        return self._loaded[name]


def _folders(top: str) -> list[str]:
    if not os.path.isdir(top):
        return []
    return sorted(name for name in os.listdir(top) if os.path.isfile(os.path.join(top, name, MANIFEST)))


def _manifest(text: bytes, source: str) -> Manifest:
    from pydantic import ValidationError

    problems: list[Problem] = []

    def fail(node: Node, message: str) -> None:
        problems.append(Problem(message, Span(source, node.line, node.column)))

    roots = read(text, source)
    tree = construct(roots[0], fail) if len(roots) == 1 else None
    if not isinstance(tree, dict) and not problems:
        problems.append(Problem("expected one document, a mapping", Span(source)))
    if problems:
        raise InputError(problems)
    try:
        return Manifest.model_validate(tree)
    except ValidationError as error:
        found = rebuilt(error, Manifest)
    raise InputError(problem._replace(place=Span(source)) for problem in found)
