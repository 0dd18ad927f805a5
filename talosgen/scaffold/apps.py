"""Apps: the folders below ``apps/`` that features carry, written together with the feature in cluster.yaml."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Sequence
from difflib import unified_diff
from typing import Any, Final, NamedTuple

from talosgen import files, inputs
from talosgen.config.located import Mapping, Value, located, plain, walk
from talosgen.errors import InputError, Problem
from talosgen.features.app import app_files, app_names, states
from talosgen.features.catalogue import Catalogue, Feature
from talosgen.features.resolve import Use
from talosgen.goyaml.construct import follow
from talosgen.goyaml.reader import decode, read
from talosgen.project.chain import chain
from talosgen.project.folder import CLUSTER, boundary
from talosgen.project.frontends import opened
from talosgen.project.overlay import merged
from talosgen.project.variables import names_none
from talosgen.scaffold.asked import Asked, asked, given_parameters, with_feature
from talosgen.scaffold.choices import Wanted
from talosgen.scaffold.shared import extending, together
from talosgen.schema.releases import Release
from talosgen.secrets.access import Access
from talosgen.source import Span

__all__ = ["APPS", "Addition", "Composed", "apps", "composed", "prepare", "write"]

APPS: Final = "apps"
#: A larger file is not compared line by line.
_COMPARED: Final = 1_000_000


class Composed(NamedTuple):
    """The files of features that are put into a project: its cluster.yaml and their apps; what is worth knowing."""

    files: dict[str, bytes]
    notes: tuple[Problem, ...]


class Addition(NamedTuple):
    """What is to be written: files by path, the new cluster.yaml among them; what is worth knowing; and the difference
    to an app that is there already, "" where there is none or it is the same."""

    files: dict[str, bytes]
    cluster: str
    there: str
    difference: str
    notes: tuple[Problem, ...]


def apps(catalogue: Catalogue) -> list[Feature]:
    """The features that carry an app, by name."""
    return [feature for name in catalogue.names() if (feature := catalogue.get(name)).manifest.app is not None]


def write(made: Addition) -> None:
    """Write an app and its cluster.yaml, both or neither. Raises InputError for an app that is there already."""
    if made.there:
        remedy = "nothing was written: delete the folder first, or take over the difference that you want"
        same = "the app is there already" + (", and differs" if made.difference else "")
        raise InputError(Problem(same, Span(made.there), remedy=remedy))
    mode = dict.fromkeys(made.files, 420)
    mode[made.cluster] = stat.S_IMODE(os.stat(made.cluster).st_mode)
    files.write(made.files, force=True, mode=mode)


def prepare(folder: str, wanted: Wanted) -> Addition:
    """The app of a feature for the repository of a project, and its cluster.yaml with the feature in it.

    For a base it is the app of all clusters beside it that extend it. Nothing is written. Raises InputError with all
    that is wrong but an app that is there already.
    """
    problems: list[Problem] = []
    bases = chain(folder, boundary(folder), inputs.read, problems)
    if problems:
        raise InputError(problems)
    catalogue = Catalogue(tuple(os.path.join(base.folder.path, "features") for base in bases))
    app = catalogue.get(wanted.name).manifest.app
    if app is None:
        raise InputError(Problem(f"{wanted.name} has no app", remedy="name it below `features:` of cluster.yaml"))
    source = os.path.join(folder, CLUSTER)
    old = decode(inputs.read(source), source)
    text = _with_features(old, source, [wanted], catalogue, merged(base.settings for base in bases))
    members = [folder] if bases[-1].folder.nodes or "nodes" in bases[-1].settings else extending(folder) or [folder]
    instead = {source: text.encode()}
    found: dict[str, Asked] = {}
    for member in members:
        try:
            found[member] = asked(_settings_with(member, instead), catalogue)
        except InputError as error:
            problems += error.problems
        told_of = {problem.place for problem in problems}
        faults = _faults(member, instead, _faults(member, {}))
        problems += [problem for problem in faults if problem.place not in told_of]
    if problems:
        raise InputError(dict.fromkeys(_placed(problem, source, old, text) for problem in problems))
    top = _top(folder)
    contents = dict(instead)
    told: list[Problem] = []
    there = difference = ""
    for name in _required(wanted.name, catalogue):
        use = found[members[0]].uses[name]
        target = os.path.normpath(os.path.join(top, _home(use.feature)))
        made = together(
            {os.path.basename(os.path.abspath(member)): _app_of(one.uses[name], one) for member, one in found.items()}
        )
        if not _holds_files(target):
            told += _notes(use)
            told += [note for one in found.values() for note in _others(one.uses[name], one)]
            contents.update(_below(target, made))
        elif name == wanted.name:
            gone = _below(target, dict.fromkeys(set(app_names(use.feature)) - set(made), b""))
            there, difference = target, _difference(_below(target, made), gone, top)
    return Addition(contents, source, there, difference, tuple(dict.fromkeys(told)))


def _settings_with(folder: str, instead: dict[str, bytes]) -> Mapping:
    """The settings of a project, its bases merged into them, files of which hold something else."""
    problems: list[Problem] = []
    bases = chain(folder, boundary(folder), inputs.reader(instead), problems)
    if problems:
        raise InputError(problems)
    return merged(base.settings for base in bases)


def _faults(folder: str, instead: dict[str, bytes], known: Iterable[Problem] = ()) -> list[Problem]:
    """What is wrong with a project, files of which hold something else, without what is known to be.

    No key is used; secrets may be written after what asks for them.
    """
    found: list[Problem] = []
    try:
        opened(folder, Access({}), placeholders=True, keyless=True, faults=found, instead=instead)
    except InputError as error:
        found += error.problems
    there = {(problem.message, problem.path) for problem in known}
    return [
        problem
        for problem in dict.fromkeys(found)
        if (problem.message, problem.path) not in there and not names_none(problem, "secrets")
    ]


def composed(text: str, source: str, wanted: Sequence[Wanted], release: Release) -> Composed:
    """A new cluster.yaml with features, and their apps. Raises InputError with all that is wrong."""
    catalogue = Catalogue()
    problems: list[Problem] = []
    for one in wanted:
        try:
            catalogue.get(one.name)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    text = _with_features(text, source, wanted, catalogue, _settings_of(text, source))
    place = Span(source)
    stated = Mapping(place, {"talosVersion": Value(str(release), place)})
    try:
        found = asked(merged([_settings_of(text, source), stated]), catalogue)
    except InputError as error:
        raise InputError(problem._replace(place=None) for problem in error.problems) from None
    contents = {source: text.encode()}
    told: list[Problem] = []
    for use in found.uses.values():
        contents.update(_below(_home(use.feature), _app_of(use, found)))
        told += _notes(use)
    return Composed(contents, tuple(told))


def _with_features(text: str, source: str, wanted: Sequence[Wanted], catalogue: Catalogue, settings: Mapping) -> str:
    """The text of a cluster.yaml with features and those that they require; ``settings`` are what it says now."""
    known = _asked_names(settings)
    for one in wanted:
        for name in _required(one.name, catalogue):
            own = plain(given_parameters(catalogue.get(name), one.settings)) if name == one.name else {}
            if name not in known or own:
                text = with_feature(text, source, name, own, one.group)
                known.add(name)
    return text


def _home(feature: Feature) -> str:
    """The folder of a feature's app in a repository."""
    app = feature.manifest.app
    return app.there if app is not None and app.there is not None else f"{APPS}/{feature.name}"


def _below(folder: str, made: dict[str, bytes]) -> dict[str, bytes]:
    return {os.path.join(folder, *file.split("/")): data for file, data in made.items()}


def _required(name: str, catalogue: Catalogue) -> list[str]:
    """A feature behind those that it requires. Raises InputError for unknown ones."""
    out: dict[str, None] = {}
    work = [name]
    while work:
        here = work.pop()
        out.pop(here, None)
        out[here] = None
        work += [each for each in catalogue.get(here).manifest.requires if each not in out]
    return list(out)[::-1]


def _settings_of(text: str, source: str) -> Mapping:
    """The settings of a cluster.yaml that has been read before."""
    (root,) = read(text, source)
    tree = located(follow(root), source, [])
    assert isinstance(tree, Mapping)
    return tree


def _app_of(use: Use, found: Asked) -> dict[str, bytes]:
    """The files of the app of a feature that a cluster has; none where the repository has it from the beginning.

    Raises InputError for a parameter that holds a secret and is not known to be one.
    """
    app = use.feature.manifest.app
    if app is None or app.there is not None:
        return {}
    known = use.feature.manifest.parameters
    problems = [
        Problem(
            f"the app of {use.feature.name} needs the parameter {name}: {known[name].about}", use.place,
            remedy=f"give --set {name}=…, or write {{{use.feature.name}: {{{name}: …}}}}",
        )
        for name in app.needs if name not in use.parameters
    ]  # fmt: skip
    for name, item in use.parameters.items():
        if known[name].type != "secret" and any(_secret(tree, found.hidden) for _, tree in walk(item)):
            message = f"the app of {use.feature.name} would hold a secret or a variable of the environment in the clear"
            problems.append(Problem(message, use.parameters.keys_at.get(name), name, "give the value itself"))
    if problems:
        raise InputError(problems)
    return app_files(use.feature, use.feature.name, use.parameters, found.cluster)


def _secret(tree: Any, hidden: frozenset[str]) -> bool:
    return isinstance(tree, Value) and isinstance(tree.value, str) and tree.value in hidden


def _others(use: Use, found: Asked) -> list[Problem]:
    """What is worth knowing of groups and nodes that have other parameters than those that an app is made of."""
    out = []
    for other in found.others:
        if other.feature.name != use.feature.name:
            continue
        try:
            same = _app_of(other, found) == _app_of(use, found)
        except InputError:
            same = False
        if not same:
            message = (
                f"{use.feature.name}: the app is made of the cluster's parameters, and would be another with these"
            )
            remedy = "give the cluster what the app must have, and name the nodes that it is for, if they are not all"
            out.append(Problem(message, other.place, remedy=remedy, severity="note"))
    return out


def _notes(use: Use) -> list[Problem]:
    """What is worth knowing of an app that was written, and the parameters that it does little without."""
    app = use.feature.manifest.app
    if app is None:
        return []
    name = use.feature.name
    out = [Problem(f"{name}: {about}", severity="note") for about in states(use.feature, use.parameters)]
    for parameter in app.asks:
        if plain(use.parameters.get(parameter, Value(None, use.place))) in (None, [], {}, ""):
            about = use.feature.manifest.parameters[parameter].about
            remedy = f"give it below features in cluster.yaml, and `talosgen app add {name}` shows what it changes"
            out.append(Problem(f"{name}: {parameter} is not given: {about}", remedy=remedy, severity="note"))
    return out


def _asked_names(settings: Mapping) -> set[str]:
    """The features that a cluster or a group of it asks for."""
    out: set[str] = set()
    below = [layer for key in ("groups", "nodes") for layer in (plain(settings).get(key) or {}).values()]
    for layer in (plain(settings), *below):
        for item in (layer or {}).get("features") or ():
            out |= set(item) if isinstance(item, dict) else {item}
    return out


def _top(folder: str) -> str:
    """The folder of the repository that ``apps/`` stands in, or should, seen from that of a project."""
    above = [os.path.normpath(folder)]
    while os.path.realpath(above[-1]) not in (boundary(folder), os.path.realpath(os.path.join(above[-1], ".."))):
        above.append(os.path.normpath(os.path.join(above[-1], "..")))
    if len(above) == 1:
        # No Git work tree says where the repository ends.
        above.append(os.path.normpath(os.path.join(folder, "..")))
        above.append(os.path.normpath(os.path.join(folder, "..", "..")))
    with_apps = (here for here in above if os.path.isdir(os.path.join(here, APPS)))
    with_bootstrap = (here for here in reversed(above) if os.path.isdir(os.path.join(here, "bootstrap")))
    return next(with_apps, None) or next(with_bootstrap, above[1])


def _holds_files(folder: str) -> bool:
    """Whether there is something that must not be written into: a file, a folder with files, a link."""
    if os.path.islink(folder) or os.path.islink(os.path.dirname(folder)):
        return True
    return os.path.lexists(folder) and (not os.path.isdir(folder) or any(names for _, _, names in os.walk(folder)))


def _placed(problem: Problem, source: str, old: str, new: str) -> Problem:
    """A problem without the place that cluster.yaml does not have yet."""
    place = problem.place
    if place is None or os.path.realpath(place.source) != os.path.realpath(source):
        return problem
    lines = [text.split("\n")[place.line - 1 : place.line] for text in (old, new)]
    return problem if lines[0] == lines[1] else problem._replace(place=None)


def _difference(placed: dict[str, bytes], gone: Iterable[str], top: str) -> str:
    """What would change in files that are there, as `git apply` takes it; ``gone`` are those that would not be."""
    out: list[str] = []
    for path, data in sorted({**placed, **dict.fromkeys(filter(os.path.isfile, gone), b"")}.items()):
        name = os.path.relpath(path, top or ".").replace(os.sep, "/")
        there = os.path.isfile(path)
        old = inputs.read(path) if there else b""
        if old == data and there:
            continue
        if len(old) > _COMPARED:
            out.append(f"# {name} is another file\n")
            continue
        before, after = f"a/{name}" if there else "/dev/null", f"b/{name}" if path in placed else "/dev/null"
        out += _compared(old.decode("utf-8", "replace"), data.decode(), before, after)
    return "".join(out)


def _compared(old: str, new: str, before: str, after: str) -> Iterable[str]:
    for line in unified_diff(old.splitlines(keepends=True), new.splitlines(keepends=True), before, after):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
