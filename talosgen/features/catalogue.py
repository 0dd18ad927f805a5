"""The catalogue: features that ship with talosgen, and those of a project. A feature is a folder with feature.yaml."""

from __future__ import annotations

import os
from collections.abc import Callable
from collections.abc import Mapping as Names
from functools import lru_cache
from typing import Any, Final, NamedTuple

from talosgen import inputs
from talosgen.config.located import Mapping, Tree, located, plain
from talosgen.documents.faults import placed
from talosgen.errors import InputError, Problem, nearest
from talosgen.features.manifest import Manifest
from talosgen.goyaml.reader import read
from talosgen.source import Span

__all__ = ["MANIFEST", "Catalogue", "Feature", "documents", "shipped"]

MANIFEST: Final = "feature.yaml"


class Feature(NamedTuple):
    """A feature: its name is that of its folder. ``shown`` is the folder as messages name it.

    ``tree`` is the manifest as it was written; ``files`` are the patch files of a project's own feature.
    """

    name: str
    folder: str
    shown: str
    manifest: Manifest
    tree: Mapping
    own: bool = False
    files: Names[str, tuple[Tree, ...]] = {}

    def documents(self, file: str) -> tuple[Tree, ...]:
        """The documents of one of its patch files, with places that messages name. Raises InputError."""
        if self.own:
            return self.files[file]
        return _documents(os.path.join(self.folder, file), os.path.join(self.shown, file))

    def written(self, *steps: str | int) -> Tree:
        """What stands at a path of the manifest, which must be there, with its places."""
        here: Any = self.tree
        for step in steps:
            here = here[step]
        return here  # type: ignore[no-any-return]

    def __repr__(self) -> str:
        return f"<Feature {self.name}>"


@lru_cache(maxsize=1024)
def _documents(path: str, shown: str) -> tuple[Tree, ...]:
    """The documents of a shipped file, which stays as it is."""
    return documents(inputs.read(path), shown)


def documents(data: bytes, source: str) -> tuple[Tree, ...]:
    """The documents of a patch file. Raises InputError."""
    problems: list[Problem] = []
    found = tuple(located(root, source, problems) for root in read(data, source))
    if problems:
        raise InputError(problems)
    return found


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
            near = nearest(name, self._found)
            remedy = f"did you mean {near}?" if near else "`talosgen features` lists them"
            raise InputError(Problem(f'there is no feature "{name[:80]}"', remedy=remedy))
        if name not in self._loaded:
            folder, shown, own = self._found[name]
            path = os.path.join(folder, MANIFEST)
            text = self._read_file(path) if own else inputs.read(path)
            manifest, tree = _manifest(text, os.path.join(shown, MANIFEST))
            feature = Feature(name, folder, shown, manifest, tree, own)
            self._loaded[name] = feature._replace(files=self._files(feature)) if own else feature
        return self._loaded[name]

    def _files(self, feature: Feature) -> dict[str, tuple[Tree, ...]]:
        """The patch files of a project's own feature. Raises InputError with all that is wrong with the feature."""
        from talosgen.features.faults import faults

        out: dict[str, tuple[Tree, ...]] = {}
        problems: list[Problem] = []
        for index, part in enumerate(feature.manifest.patches):
            path = os.path.join(feature.folder, part.file)
            problem = inputs.missing(path, feature.written("patches", index, "file").span)
            if problem is not None:
                problems.append(problem)
            elif part.file not in out:
                try:
                    out[part.file] = documents(self._read_file(path), os.path.join(feature.shown, part.file))
                except InputError as error:
                    problems.extend(error.problems)
        problems.extend(faults(feature.manifest, feature.tree, out, frozenset(self._found)))
        if problems:
            raise InputError(problems)
        return out


def _folders(top: str) -> list[str]:
    if not os.path.isdir(top):
        return []
    return sorted(name for name in os.listdir(top) if os.path.isfile(os.path.join(top, name, MANIFEST)))


def _manifest(text: bytes, source: str) -> tuple[Manifest, Mapping]:
    from pydantic import ValidationError

    problems: list[Problem] = []
    roots = read(text, source)
    tree = located(roots[0], source, problems) if len(roots) == 1 else None
    if not isinstance(tree, Mapping):
        problems.append(Problem("expected one document, a mapping", Span(source)))
    if problems or not isinstance(tree, Mapping):
        raise InputError(problems)
    try:
        return Manifest.model_validate(plain(tree)), tree
    except ValidationError as error:
        found = placed(error, Manifest, tree)
    raise InputError(found)
