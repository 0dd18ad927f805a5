"""A feature's part inside Kubernetes: the files of its app, with the same parameters that its patches take.

YAML files hold whole-scalar references, as patches do, and ``${app.name}``, the app's folder and namespace; further
``{when: …, value: …, else: …}`` in the place of any value, absent without ``else`` where the condition does not hold.
A file whose one document is ``{each: …, value: …}`` has a document for every element.
Comments stay. Files with neither are copied byte for byte, a chart's own templates among them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from itertools import takewhile
from typing import Any

from talosgen import inputs
from talosgen.config.located import Mapping, Sequence, Value, located, plain, walk
from talosgen.contract import Contract
from talosgen.errors import InputError, Problem
from talosgen.features.catalogue import Feature
from talosgen.features.conditions import Situation, holds
from talosgen.features.manifest import When
from talosgen.features.parameters import Later
from talosgen.features.template import fill
from talosgen.goyaml.construct import follow
from talosgen.goyaml.edit import block, revised
from talosgen.goyaml.reader import read
from talosgen.source import Span

__all__ = ["app_files", "app_names", "states"]

# Conditions of an app's files are on parameters alone.
_NOWHERE = Situation("", Contract(0, 0), frozenset(), frozenset(), Contract(0, 0))


def app_files(feature: Feature, name: str, parameters: Mapping, cluster: Mapping) -> dict[str, bytes]:
    """The files of a feature's app below its folder, by name.

    ``name`` is the folder's, ``cluster`` what apps may know of the cluster. Secret parameters are
    never put in. Raises InputError for a feature without an app, for a faulty one, and for a value that is asked for
    and not known yet.
    """
    app = feature.manifest.app
    if app is None:
        remedy = "`talosgen app list` names those that have one"
        raise InputError(Problem(f"the feature {feature.name} has no app", remedy=remedy))
    top = os.path.join(feature.folder, app.folder)
    own = plain(parameters)
    special = {entry.file: entry for entry in app.files}
    out: dict[str, bytes] = {}
    problems: list[Problem] = []

    def judge(when: When | None) -> bool:
        for name in when.param or {} if when is not None else {}:
            if isinstance(later := parameters.get(name), Later):
                problems.append(later.problem)
        return holds(when, _NOWHERE, own)

    known = feature.manifest.parameters
    shown = {key: item for key, item in parameters.items() if known[key].type != "secret"}
    scope = {
        "params": Mapping(parameters.span, shown),
        "cluster": cluster,
        "app": Mapping(Span(""), {"name": Value(name, Span(""))}),
    }
    for file in _files(top):
        entry = special.get(file)
        if entry is not None and not judge(entry.when):
            continue
        target = file if entry is None or entry.to is None else entry.to
        data = inputs.read(os.path.join(top, *file.split("/")))
        if file.endswith(".yaml") and (b"${" in data or b"{when:" in data):
            data = _filled(data, f"{feature.shown}/{app.folder}/{file}", judge, scope, problems).encode()
        out[target] = data
    if problems:
        raise InputError(dict.fromkeys(problems))
    return dict(sorted(out.items()))


def app_names(feature: Feature) -> list[str]:
    """All files that a feature's app can have, whatever the parameters."""
    app = feature.manifest.app
    if app is None or app.there is not None:
        return []
    special = {entry.file: entry.to for entry in app.files}
    return sorted({special.get(file) or file for file in _files(os.path.join(feature.folder, app.folder))})


def states(feature: Feature, parameters: Mapping) -> list[str]:
    """What is to be known of a feature's app with these parameters."""
    own = plain(parameters)
    app = feature.manifest.app
    return [] if app is None else [state.about for state in app.states if holds(state.when, _NOWHERE, own)]


def _files(top: str) -> Iterator[str]:
    for folder, folders, names in os.walk(top):
        folders.sort()
        below = os.path.relpath(folder, top)
        for name in sorted(names):
            yield name if below == "." else f"{below.replace(os.sep, '/')}/{name}"


_Judge = Callable[[When | None], bool]


def _filled(data: bytes, source: str, judge: _Judge, scope: dict[str, Any], problems: list[Problem]) -> str:
    text = data.decode()
    trees: list[Any] = []
    for root in read(text, source):
        chosen = _chosen(located(follow(root), source, problems), judge)
        if isinstance(chosen, Mapping) and set(chosen) == {"each", "value"}:
            documents = fill(Sequence(chosen.span, [chosen]), scope, problems)
            problems += _unknown(documents, scope)
            return "" if documents is None or problems else _several(text, documents)
        trees.append(None if chosen is None else fill(chosen, scope, problems))
        problems += _unknown(trees[-1], scope)
    return "" if problems else revised(text, source, [None if tree is None else plain(tree) for tree in trees])


def _unknown(tree: Any, scope: dict[str, Any]) -> list[Problem]:
    """What is wrong with the values in a tree that are not known yet."""
    if tree is None:
        return []
    found = [item for _, item in walk(tree) if isinstance(item, Value) and Later.TEXT in str(item.value)]
    later = [item for item in scope["params"].values() if isinstance(item, Later)]
    return [item.problem for each in found for item in ([each] if isinstance(each, Later) else later)]


def _several(text: str, documents: Sequence) -> str:
    """Documents below the comments that a text begins with."""
    head = list(takewhile(lambda line: line.startswith("#"), text.splitlines()))
    lines = [line for tree in documents for line in ("---", *block(plain(tree)))]
    return "".join(f"{line}\n" for line in (*head, *lines[1:]))


def _chosen(tree: Any, judge: _Judge) -> Any:
    """A tree with its conditions decided; None for what is absent."""
    if isinstance(tree, Mapping) and {"when", "value"} <= set(tree) <= {"when", "value", "else"}:
        branch = tree["value"] if judge(When.model_validate(plain(tree["when"]))) else tree.get("else")
        return None if branch is None else _chosen(branch, judge)
    if isinstance(tree, Mapping):
        made = {key: _chosen(item, judge) for key, item in tree.items()}
        return Mapping(tree.span, {key: item for key, item in made.items() if item is not None}, tree.keys_at)
    if isinstance(tree, Sequence):
        items = [_chosen(item, judge) for item in tree]
        return Sequence(tree.span, [item for item in items if item is not None])
    return tree
