"""The features of a node: which it has, what they need, and which patches they give it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from typing import Any, Final, NamedTuple

from talosgen.config.located import Mapping, Sequence, Tree, Value, located_of, plain
from talosgen.contract import Contract
from talosgen.errors import InputError, Problem
from talosgen.features.catalogue import Catalogue, Feature
from talosgen.features.combine import NOTHING, Contribution, Place, finish, join
from talosgen.features.conditions import Situation, holds, several
from talosgen.features.parameters import early, parameters
from talosgen.features.template import elements, fill
from talosgen.patching.fragments import LEGACY, Fragment, at_keys
from talosgen.source import Span

__all__ = [
    "LABELS",
    "Needs",
    "Use",
    "contributions",
    "needs",
    "of_node",
    "refused",
    "release_problem",
    "uses",
]

#: Where labels of the Kubernetes node stand: in the first of these kinds that the base has.
LABELS: Final = (("KubeNodeConfig", ("labels",)), (LEGACY, ("machine", "nodeLabels")))


class Use(NamedTuple):
    """A feature as a node has it. ``place`` is where it was asked for.

    ``left_out`` are those of its parameters that name nodes, but not this one.
    """

    feature: Feature
    parameters: Mapping
    place: Span
    left_out: frozenset[str] = frozenset()

    def values(self) -> dict[str, Any]:
        """The parameters as conditions see them: false are those that name other nodes."""
        return {**plain(self.parameters), **dict.fromkeys(self.left_out, False)}

    def __repr__(self) -> str:
        return f"<Use {self.feature.name}>"


class Needs(NamedTuple):
    """What features need beside patches: extensions and kernel arguments of the image, ports, labels of the node."""

    extensions: tuple[str, ...] = ()
    kernel_args: tuple[str, ...] = ()
    ports: tuple[Tree, ...] = ()
    labels: tuple[tuple[str, str], ...] = ()


def uses(
    given: Iterable[Tree], catalogue: Catalogue, situation: Situation, secrets: frozenset[str], problems: list[Problem]
) -> list[Use]:
    """The features that lists of cluster.yaml, groups and a node ask for, sorted by name; each once.

    Parameters of later lists lie over those of earlier ones. What is wrong is added to ``problems``: unknown features
    and parameters, releases that a feature is not for, what features refuse, those that exclude each other or miss one.
    Of features whose parameters are wrong only those count that are right.
    """
    asked: dict[str, Mapping] = {}
    for item in given:
        if isinstance(item, Value):
            asked.setdefault(str(item.value), Mapping(item.span))
        elif isinstance(item, Mapping):
            for name, tree in item.items():
                own = tree if isinstance(tree, Mapping) else Mapping(tree.span)
                before = asked.get(name, Mapping(own.span))
                place = item.keys_at.get(name, own.span)
                asked[name] = Mapping(place, {**before, **own}, {**before.keys_at, **own.keys_at})
    out, right = [], []
    for name in sorted(asked):
        tree = asked[name]
        try:
            feature = catalogue.get(name)
        except InputError as error:
            problems.extend(problem._replace(place=problem.place or tree.span) for problem in error.problems)
            continue
        problem = release_problem(feature, situation.talos, tree.span)
        if problem is not None:
            problems.append(problem)
        elif situation.role in feature.manifest.roles:
            found: list[Problem] = []
            use = Use(feature, parameters(feature, tree, secrets, found), tree.span)
            problems.extend(found)
            out.append(use)
            right += [] if found else [use]
    # Nothing is concluded from parameters that are wrong themselves.
    problems.extend(_together(right, situation, set(asked)))
    return out


def of_node(found: Iterable[Use], left_out: frozenset[tuple[str, str]]) -> tuple[Use, ...]:
    """The features of a node that parameters, each by its feature and its name, do not name."""
    return tuple(
        use._replace(left_out=frozenset(name for feature, name in left_out if feature == use.feature.name))
        for use in found
    )


def release_problem(feature: Feature, talos: Contract, place: Span) -> Problem | None:
    """What is wrong with a feature on a release that it is not for."""
    releases = feature.manifest.releases
    since, until = Contract.parse(releases.since), Contract.parse(releases.until or "")
    if talos < since:
        return Problem(f"{feature.name} is for Talos {since} and newer", place, remedy="upgrade, or leave it out")
    if not until.current and talos > until:
        return Problem(f"{feature.name} is for Talos up to {until}", place, remedy="leave it out")
    return None


def _together(found: list[Use], situation: Situation, asked: set[str]) -> Iterable[Problem]:
    places = {use.feature.name: use.place for use in found}
    having = {use.feature.name: use.values() for use in found}
    yield from refused(found, situation, of_base=False)
    for use in found:
        own = use.values()
        for conflict in use.feature.manifest.conflicts:
            other = having.get(conflict.feature)
            if other is not None and holds(conflict.when, situation, own) and holds(conflict.other, situation, other):
                message = f"{use.feature.name} and {conflict.feature} exclude each other: {conflict.why}"
                yield Problem(
                    message, use.place, remedy=f"leave one out; the other stands in {places[conflict.feature]}"
                )
        for name in use.feature.manifest.requires:
            if name not in asked:
                yield Problem(f"{use.feature.name} needs the feature {name}", use.place, remedy=f"add {name}")


def refused(found: Iterable[Use], situation: Situation, *, of_base: bool) -> Iterable[Problem]:
    """What features refuse of a node: by the kinds of its base, or by all that is known before there is one."""
    for use in found:
        own = use.values()
        if not of_base:
            # Defaults are the feature's own affair.
            given = {name: use.parameters[name] for name in use.parameters.keys_at}
            asked = Mapping(use.place, given, use.parameters.keys_at)
            for problem in early(use.feature.manifest.parameters, asked, situation.talos):
                yield problem._replace(message=f"{use.feature.name}: {problem.message}")
        for refusal in use.feature.manifest.refuses:
            when = refusal.when
            if bool(when.has or when.lacks) == of_base and holds(when, situation, own):
                wanted = [
                    *(when.param or {}),
                    *(name.partition(".")[0] for name in (*several(when.given), *several(when.many))),
                ]
                names = [name for name in wanted if name in use.parameters.keys_at]
                place = use.parameters.keys_at[names[0]] if names else use.place
                yield Problem(f"{use.feature.name}: {refusal.why}", place, remedy=refusal.remedy)


def needs(found: Iterable[Use], situation: Situation, scope: dict[str, Any], problems: list[Problem]) -> Needs:
    """What features need, from manifests, parameters and the release alone; each thing once, sorted."""
    extensions: set[str] = set()
    arguments: set[str] = set()
    ports: dict[str, Tree] = {}
    labels: dict[str, str] = {}
    for use in found:
        own = use.values()
        inner = {**scope, "params": use.parameters}
        for index, need in enumerate(use.feature.manifest.needs):
            if not holds(need.when, situation, own):
                continue
            for key, given, into in (
                ("extension", need.extension, extensions), ("kernelArg", need.kernel_arg, arguments),
            ):  # fmt: skip
                if given is not None:
                    made = fill(use.feature.written("needs", index, key), inner, problems)
                    into.update([] if made is None else [str(made.value)])
            if need.labels is not None:
                labels.update(plain(_labels(use, index, scope, problems)))
            if need.ports is not None:
                made = _ports(use, index, scope, problems)
                if ports.setdefault(need.ports.name, made) != made:
                    message = f"{use.feature.name}: other ports than these bear the name {need.ports.name}"
                    remedy = f"those of {ports[need.ports.name].span}; ports need a name of their own"
                    problems.append(Problem(message, made.span, remedy=remedy))
    return Needs(
        tuple(sorted(extensions)), tuple(sorted(arguments)), tuple(ports[name] for name in sorted(ports)),
        tuple(sorted(labels.items())),
    )  # fmt: skip


def _labels(use: Use, index: int, scope: dict[str, Any], problems: list[Problem]) -> Mapping:
    written = use.feature.written("needs", index, "labels")
    made = fill(written, {**scope, "params": use.parameters}, problems)
    return made if isinstance(made, Mapping) else Mapping(written.span)


def _ports(use: Use, index: int, scope: dict[str, Any], problems: list[Problem]) -> Tree:
    made = fill(use.feature.written("needs", index, "ports"), {**scope, "params": use.parameters}, problems)
    made.setdefault("protocol", Value("tcp", made.span))
    return made  # type: ignore[no-any-return]


def contributions(
    found: Iterable[Use], situation: Situation, needed: Needs, cluster: dict[str, Any], problems: list[Problem]
) -> list[tuple[str, list[Fragment]]]:
    """The patches that features give a node, by the title of their layer, in the order of the titles.

    ``needed`` is what all of them need, ``cluster`` what patches may know of it. Documents that several features give
    to are one layer's, named after all of them.
    """
    found = list(found)
    problems.extend(refused(found, situation, of_base=True))
    nowhere = Span("")
    scope = {
        "needs": Mapping(nowhere, {"ports": Sequence(nowhere, list(needed.ports))}),
        "cluster": located_of(cluster, nowhere),
    }
    joined = reduce(join, (_contribution(use, situation, scope, problems) for use in found), NOTHING)
    problems.extend(_shared(joined, {use.feature.name: use.place for use in found}))
    layers: dict[str, list[Fragment]] = {}
    for owners, fragment in finish(joined, problems):
        title = f"feature{'s' if len(owners) > 1 else ''} {', '.join(sorted(owners))}"
        layers.setdefault(title, []).append(fragment)
    return sorted(layers.items())


def _shared(joined: Contribution, places: dict[str, Span]) -> Iterable[Problem]:
    """The documents that several features give to, though they are one's alone."""
    for kind, name in sorted(joined.owned):
        owners = sorted(joined.owners[kind, name])
        if len(owners) > 1:
            message = f"{' and '.join(owners)} make the same document, {kind}/{name}, which has one owner"
            remedy = f"give it another name in one of them; the other stands in {places[owners[1]]}"
            yield Problem(message, places[owners[0]], remedy=remedy)


def _contribution(use: Use, situation: Situation, scope: dict[str, Any], problems: list[Problem]) -> Contribution:
    own = use.values()
    inner = {**scope, "params": use.parameters}
    out = NOTHING
    made: set[tuple[str, str]] = set()
    for index, part in enumerate(use.feature.manifest.patches):
        if holds(part.when, situation, own):
            out = reduce(join, _parts(use, index, inner, made, problems), out)
    owner = frozenset((use.feature.name,))
    for index, need in enumerate(use.feature.manifest.needs):
        if need.labels is not None and holds(need.when, situation, own):
            labels = _labels(use, index, scope, problems)
            kind, path = next(row for row in LABELS if row[0] in (situation.kinds or ()) or row[0] == LEGACY)
            if labels:
                tree = at_keys(path, labels, labels.span)
                out = join(out, Contribution({(kind, ""): tree}, {}, {(kind, ""): owner}))
    for index, value in enumerate(use.feature.manifest.values):
        if not holds(value.when, situation, own):
            continue
        made = fill(use.feature.written("values", index, "value"), inner, problems)
        if made is not None:
            place = Place(value.kind, value.name, tuple(value.path), value.rule, value.text)
            out = join(out, Contribution({}, {place: made}, {(value.kind, value.name): owner}))
    return out


def _parts(
    use: Use, index: int, scope: dict[str, Any], made: set[tuple[str, str]], problems: list[Problem]
) -> Iterable[Contribution]:
    """What a patch file gives, once for each element where there is ``each``; what it owns is added to ``made``."""
    part = use.feature.manifest.patches[index]
    owner = frozenset((use.feature.name,))
    items: list[Any] = [None]
    if part.each is not None:
        try:
            items = elements(part.each, scope)
        except ValueError as error:
            problems.append(Problem(str(error), use.feature.written("patches", index, "each").span))
            return
    try:
        documents = use.feature.documents(part.file)
    except InputError as error:
        problems.extend(error.problems)
        return
    for element in items:
        for whole in documents:
            tree = fill(whole, {**scope, "item": element}, problems)
            if not isinstance(tree, Mapping):
                continue
            kind, name, body = _head(tree)
            # A document that held nothing but absent values is absent as well; one with a name or written bare is not.
            if not body and body is not None and not name and isinstance(whole, Mapping) and len(tree) < len(whole):
                continue
            document = (kind, name)
            if part.owned and document in made:
                place = getattr(element, "span", tree.span)
                message = f"{use.feature.name}: {kind}/{name} is made twice"
                problems.append(Problem(message, place, remedy="give each a name of its own"))
            owned = frozenset((document,)) if part.owned else frozenset()
            made.update(owned)
            yield Contribution({document: body}, {}, {document: owner}, owned)


def _head(tree: Mapping) -> tuple[str, str, Any]:
    """The kind and the name of a patch's document, and what is left of it; None for one that is deleted whole."""
    if "kind" not in tree:
        return LEGACY, "", tree
    from talosgen.schema.table import table

    kind = tree["kind"].value
    known = table().kinds.get(kind)
    named = known.name_field if known is not None else ""
    rest = {key: item for key, item in tree.items() if key not in ("apiVersion", "kind", named)}
    name, places = "", dict(tree.keys_at)
    if named and named in tree:
        name, places[named] = tree[named].value, tree[named].span
    if set(rest) == {"$patch"} and rest["$patch"].value == "delete":
        return kind, name, None
    return kind, name, Mapping(tree.span, rest, places)
