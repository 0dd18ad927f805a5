"""The features that a cluster.yaml asks for: put into its text, and read back with their parameters checked."""

from __future__ import annotations

import re
from collections.abc import Iterable
from collections.abc import Mapping as Of
from typing import Any, Final, NamedTuple

from talosgen.config.located import Mapping, Sequence, Tree, Value, located, plain, walk
from talosgen.contract import Contract
from talosgen.errors import InputError, Problem
from talosgen.features.catalogue import Catalogue, Feature
from talosgen.features.conditions import Situation
from talosgen.features.parameters import Later
from talosgen.features.resolve import Use, uses
from talosgen.goyaml.construct import construct, follow
from talosgen.goyaml.edit import revised
from talosgen.goyaml.reader import read
from talosgen.project.variables import Scope, has_references, names_none, resolve
from talosgen.schema.releases import Release, newest
from talosgen.source import Span

__all__ = ["Asked", "asked", "given_parameters", "with_feature"]

_SECRET: Final = re.compile(r"\$\{secrets\.([A-Za-z0-9_][A-Za-z0-9_.-]*)\}")
_SHARED: Final = "set it in `vars:` of cluster.yaml: an app is the same for all nodes"
_SETTING: Final = re.compile(r"([A-Za-z][A-Za-z0-9_]*)=(.*)", re.DOTALL)


class Asked(NamedTuple):
    """What features a cluster has: its own, with parameters, by name; those of groups and nodes that have other
    parameters; and what of the cluster apps may know."""

    uses: dict[str, Use]
    others: tuple[Use, ...]
    cluster: Mapping
    hidden: frozenset[str]


def given_parameters(feature: Feature, settings: Iterable[str]) -> Mapping:
    """Parameters given as ``NAME=VALUE``; a value is YAML, of a list also its elements with commas between them.

    Raises InputError for what is no such setting.
    """
    source = "--set"
    out = Mapping(Span(source))
    problems: list[Problem] = []
    for text in settings:
        found = _SETTING.fullmatch(text)
        if found is None:
            remedy = f"write --set NAME=VALUE, as in --set {next(iter(feature.manifest.parameters), 'mode')}=…"
            problems.append(Problem("this is no setting of a parameter", Span(source), remedy=remedy))
            continue
        name, value = found.groups()
        parameter = feature.manifest.parameters.get(name)
        kind = "any" if parameter is None else parameter.type
        try:
            tree = _value(value, kind, None if parameter is None else parameter.of)
        except InputError as error:
            problems += [problem._replace(place=Span(source), path=name) for problem in error.problems]
            continue
        out[name] = tree
        out.keys_at[name] = Span(source)
    if problems:
        raise InputError(problems)
    return out


def _value(text: str, kind: str, of: str | None) -> Tree:
    if kind in ("list", "nodes") and not text.lstrip().startswith("["):
        return Sequence(Span("--set"), [_value(part.strip(), of or "text", None) for part in text.split(",") if part])
    if kind not in ("integer", "boolean", "list", "nodes", "map", "record", "any", "port", "ports"):
        return Value(text, Span("--set"))
    problems: list[Problem] = []
    roots = read(text, "--set")
    if len(roots) != 1:
        raise InputError(Problem("expected one value", Span("--set")))
    tree = located(follow(roots[0]), "--set", problems)
    if problems:
        raise InputError(problems)
    return tree


def with_feature(text: str, source: str, name: str, given: Of[str, Any], group: str = "") -> str:
    """The text of a cluster.yaml with a feature, of the cluster or of a group; comments and all else stay.

    A feature that is there already gets the parameters besides its own. Raises InputError for an unknown group and
    for a file whose layout does not allow the change.
    """
    (root,) = read(text, source)
    wanted = construct(follow(root), lambda *_: None)
    place = wanted
    if group:
        groups = wanted.get("groups")
        if not isinstance(groups, dict) or group not in groups:
            known = ", ".join(groups) if isinstance(groups, dict) else ""
            remedy = f"it has {known}" if known else "groups are declared below `groups:`"
            raise InputError(Problem(f'there is no group "{group[:80]}"', Span(source), remedy=remedy))
        place = groups[group] = groups[group] or {}
    place["features"] = _with(place.get("features") or [], name, dict(given))
    return revised(text, source, [wanted])


def _with(features: list[Any], name: str, given: dict[str, Any]) -> list[Any]:
    for index, item in enumerate(features):
        if item == name:
            return [*features[:index], {name: given}, *features[index + 1 :]] if given else features
        if isinstance(item, dict) and name in item:
            both = {**item, name: {**(item[name] or {}), **given}}
            return [*features[:index], both, *features[index + 1 :]]
    return [*features, {name: given} if given else name]


def asked(settings: Mapping, catalogue: Catalogue) -> Asked:
    """The features of a cluster, and of its groups where the cluster has not the same one.

    ``settings`` is cluster.yaml, its bases merged into it. Variables are put in, but those that nodes have; secrets
    stay references. Raises InputError with all that is wrong with features and parameters, for both roles.
    """
    problems: list[Problem] = []
    secrets = {name: f"<secret {name}>" for _, tree in walk(settings) for name in _secrets(tree)}
    keys = ("name", "endpoint", "talosVersion", "contract", "kubernetesVersion", "dnsDomain")
    place = settings.span
    variables = settings.get("vars")
    scope = Scope(
        {
            "vars": variables if isinstance(variables, Mapping) else Mapping(place),
            "cluster": Mapping(place, {key: settings[key] for key in keys if key in settings}),
            "secrets": _tree_of(secrets),
        },
        lambda name: f"<variable {name}>",
        frozenset(str(name) for name in plain(settings.get("env", Sequence(place)))),
    )
    found: dict[str, Use] = {}
    others: list[Use] = []
    own = settings.get("features", Sequence(place))
    for layer in (Mapping(place), *_groups(settings)):
        wanted = [_resolved(item, scope, problems) for item in (*own, *layer.get("features", ()))]
        if problems:
            break
        names = frozenset(_names(wanted))
        for role in ("controlplane", "worker"):
            more = uses(wanted, catalogue, _situation(settings, role, names), frozenset(scope.secrets), problems)
            for use in more:
                first = found.setdefault(use.feature.name, use)
                if plain(use.parameters) != plain(first.parameters):
                    others.append(use)
    if problems:
        raise InputError(list(dict.fromkeys(problems)))
    return Asked(found, tuple(others), scope.trees["cluster"], frozenset(scope.secrets))


def _resolved(item: Tree, scope: Scope, problems: list[Problem]) -> Tree:
    """A feature that is asked for, with its parameters resolved one by one."""
    if not isinstance(item, Mapping):
        name: Tree = resolve(item, scope, problems)
        return name
    out = Mapping(item.span, None, item.keys_at)
    for feature, given in item.items():
        if not isinstance(given, Mapping):
            out[feature] = resolve(given, scope, problems)
            continue
        out[feature] = Mapping(given.span, None, given.keys_at)
        for parameter, tree in given.items():
            found: list[Problem] = []
            made: Tree = resolve(tree, scope, found)
            if found and all(names_none(problem, "vars", "node") for problem in found):
                made = Later(found[0]._replace(remedy=_SHARED), tree.span)
            else:
                problems += found
            out[feature][parameter] = made
    return out


def _groups(settings: Mapping) -> Iterable[Mapping]:
    for key in ("groups", "nodes"):
        for layer in settings.get(key, Mapping(settings.span)).values():
            if isinstance(layer, Mapping):
                yield layer


def _secrets(tree: Tree) -> Iterable[str]:
    return _SECRET.findall(tree.value) if isinstance(tree, Value) and isinstance(tree.value, str) else ()


def _tree_of(secrets: dict[str, str]) -> Mapping:
    out = Mapping(Span(""))
    for name, stand_in in secrets.items():
        *above, last = name.split(".")
        here = out
        for step in above:
            here = here.setdefault(step, Mapping(Span("")))
        here[last] = Value(stand_in, Span(""))
    return out


def _names(features: Iterable[Tree]) -> Iterable[str]:
    for item in features:
        yield from item if isinstance(item, Mapping) else (str(item.value),) if isinstance(item, Value) else ()


def _situation(settings: Mapping, role: str, names: frozenset[str]) -> Situation:
    """A base says nothing of its release: the newest is meant."""
    given = settings.get("talosVersion")
    text = given.value if isinstance(given, Value) else None
    release = Release.parse(text) if isinstance(text, str) and not has_references(text) else newest()
    given = settings.get("kubernetesVersion")
    kubernetes = str(given.value) if isinstance(given, Value) else release.kubernetes or ""
    return Situation(role, release.contract, None, names, Contract.parse(kubernetes))
