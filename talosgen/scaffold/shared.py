"""One app for several clusters: what is the same for all of them, and the values of a chart that are each one's own."""

from __future__ import annotations

import os
from collections.abc import Mapping
from glob import escape, glob
from typing import Any, Final

from talosgen import inputs
from talosgen.errors import InputError, Problem
from talosgen.goyaml.construct import construct, follow
from talosgen.goyaml.edit import block, revised
from talosgen.goyaml.reader import decode, read
from talosgen.project.chain import chain
from talosgen.project.folder import CLUSTER, boundary

__all__ = ["extending", "together"]

_VALUES: Final = "values.yaml"


def extending(folder: str) -> list[str]:
    """The folders beside one that extend it, sorted; those that cannot be read are passed over."""
    out = []
    here = os.path.normpath(folder)
    beside = os.path.dirname(here) if os.path.basename(here) not in ("", ".", "..") else os.path.join(here, "..")
    for path in sorted(glob(os.path.join(escape(beside), "*", CLUSTER))):
        other = os.path.dirname(path)
        found = chain(other, boundary(other), inputs.read, [])
        if any(os.path.samefile(base.folder.path, folder) for base in found[:-1]):
            out.append(other)
    return out


def together(made: Mapping[str, Mapping[str, bytes]]) -> dict[str, bytes]:
    """The files of an app that is made for each of several clusters, by name.

    Values of a chart that differ go to ``values-CLUSTER.yaml``. Raises InputError for other files that do.
    """
    if len(made) == 1:
        return dict(next(iter(made.values())))
    out: dict[str, bytes] = {}
    problems = []
    for name in sorted({name for files in made.values() for name in files}):
        found = {cluster: files[name] for cluster, files in made.items() if name in files}
        if len(found) == len(made) and len(set(found.values())) == 1:
            out[name] = found[next(iter(found))]
        elif len(found) == len(made) and name == _VALUES:
            out |= _values(found)
        else:
            message = f"{name} of the app would not be the same for {', '.join(made)}"
            problems.append(Problem(message, remedy="give the feature the same parameters in all of these clusters"))
    if problems:
        raise InputError(problems)
    return out


def _values(found: Mapping[str, bytes]) -> dict[str, bytes]:
    trees = {cluster: _tree(data) for cluster, data in found.items()}
    common = _common(list(trees.values()))
    first = decode(found[next(iter(found))], _VALUES)
    out = {_VALUES: revised(first, _VALUES, [common]).encode()}
    for cluster, tree in trees.items():
        lines = [f"# What of {_VALUES} is this cluster's own.", *block(_rest(tree, common))]
        out[f"values-{cluster}.yaml"] = "".join(f"{line}\n" for line in lines).encode()
    return out


def _tree(data: bytes) -> Any:
    (root,) = read(decode(data, _VALUES), _VALUES)
    return construct(follow(root), lambda *_: None)


def _common(trees: list[Any]) -> dict[str, Any]:
    """What all trees say; a mapping of all stays, though nothing in it is common."""
    out: dict[str, Any] = {}
    for key, item in trees[0].items():
        others = [tree.get(key) for tree in trees[1:]]
        if all(isinstance(each, dict) for each in (item, *others)):
            out[key] = _common([item, *others])
        elif all(each == item for each in others):
            out[key] = item
    return out


def _rest(tree: dict[str, Any], common: dict[str, Any]) -> dict[str, Any]:
    out = {}
    for key, item in tree.items():
        if key not in common:
            out[key] = item
        elif isinstance(item, dict) and isinstance(common[key], dict) and (inner := _rest(item, common[key])):
            out[key] = inner
    return out
