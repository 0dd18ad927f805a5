"""What features name of a cluster (nodes, labels of nodes, disks), and whether there is such a thing."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from collections.abc import Mapping as Names
from typing import Any, Final, NamedTuple

from talosgen.config.container import Document
from talosgen.config.located import Mapping, Sequence, Tree, Value, plain
from talosgen.errors import Problem, nearest, of_nodes
from talosgen.features.conditions import Situation
from talosgen.features.manifest import Parameter
from talosgen.features.resolve import LABELS, Needs, Use, contributions
from talosgen.patching.load import Patch
from talosgen.patching.strategic import StrategicPatch
from talosgen.source import Span

__all__ = [
    "Bearer",
    "Labels",
    "labels_by",
    "labels_in",
    "labels_of",
    "misnamed",
    "naming",
    "occupied",
    "unborne",
    "wants_labels",
]

#: Labels below these domains are given by Kubernetes, a cloud or the discovery of features where no config does it.
_FOREIGN: Final = re.compile(r"(.*\.)?(kubernetes|k8s)\.io")
#: Labels that a node has by itself, whatever their values.
_OWN: Final = ("kubernetes.io/hostname", "kubernetes.io/arch", "kubernetes.io/os")
_PLANE: Final = "node-role.kubernetes.io/control-plane"
#: An expression that is true of one disk alone.
_ONE: Final = re.compile(r"disk\.(dev_path|serial|wwid|uuid|bus_path)\s*==\s*(?:\"([^\"\\]+)\"|'([^'\\]+)')")
#: The fields of a disk by what `install: {selector: …}` calls them.
_SELECTED: Final = {"serial": "serial", "wwid": "wwid", "uuid": "uuid", "busPath": "bus_path"}
_SYSTEM: Final = ("system", "")

#: The labels of a node; None stands for a value that is not known.
Labels = dict[str, str | None]
#: A field of a disk, and the value by which it is known from all others.
Disk = tuple[str, str]


class Bearer(NamedTuple):
    """A node as what features name is looked for in it. ``install`` says where Talos is installed to."""

    uses: tuple[Use, ...]
    labels: Labels
    install: Tree | None


class _Claim(NamedTuple):
    use: Use
    where: str
    whole: bool
    place: Span


# Nodes


def naming(found: Iterable[Use]) -> list[tuple[str, str, frozenset[str]]]:
    """The parameters of features that name nodes: the feature, the parameter, the names."""
    return [
        (use.feature.name, name, frozenset(str(item.value) for item in tree))
        for use in found
        for name, tree in _naming(use).items()
    ]


def _naming(use: Use) -> dict[str, Sequence]:
    """The parameters of a feature that name nodes."""
    known = use.feature.manifest.parameters
    return {name: tree for name, tree in use.parameters.items() if known[name].type == "nodes"}


def misnamed(found: Iterable[Use], having: Names[str, frozenset[str]], declared: Iterable[str]) -> Iterable[Problem]:
    """What is wrong with the nodes that features name: it is none of the ``declared``, or has not the feature.

    ``having`` are the names of the features of each node with which nothing else is wrong.
    """
    names = dict.fromkeys(declared)
    told: dict[Problem, None] = {}
    for use in found:
        feature = use.feature.name
        for parameter, tree in _naming(use).items():
            for item in tree:
                if item.value not in names:
                    given = str(item.value)[:80]
                    near = nearest(given, names)
                    remedy = f"did you mean {near}?" if near else "name nodes of this cluster"
                    told[Problem(f'{feature}: {parameter}: there is no node "{given}"', item.span, remedy=remedy)] = (
                        None
                    )
                elif feature not in having.get(item.value, (feature,)):
                    message = f"{feature}: {parameter}: the node {item.value} does not have this feature"
                    told[Problem(message, item.span, remedy=f"give it {feature}, or leave it out here")] = None
    return told


def _marked(known: dict[str, Parameter], tree: Mapping, path: str = "") -> Iterator[tuple[str, str, Tree]]:
    """The parameters and fields that name something: where they stand, what they name, and the value."""
    for name, item in tree.items():
        parameter, where = known[name], f"{path}{name}"
        if parameter.names is not None:
            yield where, parameter.names, item
        if parameter.fields is None:
            continue
        if isinstance(item, Mapping) and parameter.type == "record":
            yield from _marked(parameter.fields, item, f"{where}.")
        elif isinstance(item, Mapping | Sequence):
            steps = item.items() if isinstance(item, Mapping) else enumerate(item)
            for step, record in steps:
                inner = f"{where}.{step}" if isinstance(step, str) else f"{where}[{step}]"
                yield from _marked(parameter.fields, record, f"{inner}.")


# Labels


def labels_of(kind: str, tree: Any) -> Labels:
    """The labels of the node that a plain document of a kind gives."""
    for wanted, path in LABELS:
        if kind == wanted:
            for step in path:
                tree = tree.get(step) if isinstance(tree, dict) else None
            if isinstance(tree, dict):
                return {str(key): value for key, value in tree.items() if isinstance(value, str)}
    return {}


def labels_by(uses: Iterable[Use], situation: Situation) -> Labels:
    """The labels of the node that features give."""
    out: Labels = {}
    for _, fragments in contributions(uses, situation, Needs(), {}, []):
        for kind, _, tree in fragments:
            out |= {} if tree is None else labels_of(kind, plain(tree))
    return out


def labels_in(patch: Patch) -> Labels:
    """The labels of the node that a patch gives; what it takes away counts as little as what others take."""
    out: Labels = {}
    if isinstance(patch, StrategicPatch):
        for part in patch.parts:
            if isinstance(part, Document):
                out |= labels_of(part.kind.name, part.tree)
        return out
    for operation in patch.operations:
        steps = (operation.text_or_none("path") or "").split("/")
        for name in {path[-1] for _, path in LABELS}:
            if name in steps[:-1]:
                out[steps[steps.index(name) + 1].replace("~1", "/").replace("~0", "~")] = None
            elif steps[-1] == name and isinstance(value := operation.members.get("value"), dict):
                out |= dict.fromkeys(map(str, value))
    return out


def wants_labels(use: Use) -> bool:
    """Whether a feature names labels of nodes."""
    return any(names == "label" for _, names, _ in _marked(use.feature.manifest.parameters, use.parameters))


def unborne(nodes: Collection[Bearer], hidden: Collection[str], unknown: str = "") -> Iterable[Problem]:
    """What is wrong with the labels that features name: no node bears them.

    ``nodes`` are all of the cluster, ``hidden`` the texts that no message may show; ``unknown`` is what stands in for
    values that are not known.
    """
    everywhere: Labels = dict.fromkeys((*_OWN, _PLANE))
    borne = [{**everywhere, **{key: _known(value, unknown) for key, value in node.labels.items()}} for node in nodes]
    told: dict[Problem, None] = {}
    # A feature that names other nodes says nothing of the labels that they get: theirs does.
    uses = [use for node in nodes for use in node.uses if not use.left_out]
    for use in {id(use.parameters): use for use in uses}.values():
        for where, names, tree in _marked(use.feature.manifest.parameters, use.parameters):
            if names == "label":
                pairs = [(key, _known(value, unknown), place) for key, value, place in _pairs(tree)]
                told.update(dict.fromkeys(_unborne(use, where, pairs, borne, hidden)))
    return told


def _known(value: str | None, unknown: str) -> str | None:
    return None if value is not None and unknown and unknown in value else value


def _pairs(tree: Tree) -> list[tuple[str, str | None, Span]]:
    """The labels that a parameter names: of a map keys with values, else keys."""
    if isinstance(tree, Mapping):
        return [(key, str(item.value), tree.keys_at.get(key, item.span)) for key, item in tree.items()]
    items = tree if isinstance(tree, Sequence) else [tree]
    return [(str(item.value), None, item.span) for item in items]


def _unborne(
    use: Use, where: str, pairs: list[tuple[str, str | None, Span]], borne: list[Labels], hidden: Collection[str]
) -> Iterator[Problem]:
    keys = dict.fromkeys(key for labels in borne for key in labels)
    pairs = [pair for pair in pairs if pair[0] in keys or not _FOREIGN.fullmatch(pair[0].partition("/")[0])]
    message = f"{use.feature.name}: {where}: no node of this cluster bears"
    remedy = "give it to nodes with `labels:`, or leave it out here"
    missing = False
    for key, value, place in pairs:
        # A default stands in the catalogue; the place is that where the feature is asked for.
        place = place if where.partition(".")[0].partition("[")[0] in use.parameters.keys_at else use.place
        if key not in keys:
            near = nearest(key, keys)
            told = f'did you mean "{near}"? Else {remedy}' if near else remedy
            yield Problem(f'{message} the label "{key[:80]}"', place, remedy=told)
            missing = True
        elif not any(_bears(labels, key, value) for labels in borne):
            values = sorted({str(labels[key]) for labels in borne if key in labels} - set(hidden))
            told = f"nodes bear it with {', '.join(values[:5])}; {remedy}" if values else remedy
            yield Problem(f'{message} the label "{key[:80]}" with this value', place, remedy=told)
            missing = True
    if pairs and not missing and not any(all(_bears(labels, *pair[:2]) for pair in pairs) for labels in borne):
        yield Problem(f"{message} all of these labels", pairs[0][2], remedy="give one node all of them")


def _bears(labels: Labels, key: str, value: str | None) -> bool:
    return key in labels and (value is None or labels[key] in (None, value))


# Disks


def occupied(nodes: Names[str, Bearer], unknown: str = "") -> Iterable[Problem]:
    """What is wrong with the disks that features name: the one that Talos is installed to, or one taken twice.

    ``unknown`` is what stands in for values that are not known.
    """
    told: dict[Problem, list[str]] = {}
    # Nodes share their features.
    claimed: dict[int, dict[Disk, list[_Claim]]] = {}
    for name, node in nodes.items():
        if id(node.uses) not in claimed:
            claimed[id(node.uses)] = _claims(node.uses, unknown)
        for problem in _occupied(claimed[id(node.uses)], node.install):
            told.setdefault(problem, []).append(name)
    return [of_nodes(problem, names) if len(names) < len(nodes) else problem for problem, names in told.items()]


def _claims(uses: Iterable[Use], unknown: str) -> dict[Disk, list[_Claim]]:
    """The disks that features name, with those that name them in the order of their places."""
    out: dict[Disk, list[_Claim]] = {}
    for use in uses:
        # What is for other nodes claims nothing here; defaults name no single disk.
        given = Mapping(use.place, {key: item for key, item in use.parameters.items() if key in use.parameters.keys_at})
        for where, names, tree in () if use.left_out else _marked(use.feature.manifest.parameters, given):
            for item in tree if isinstance(tree, Sequence) else [tree]:
                for disk in _disks(str(plain(item))) if names in ("disk", "partition") else ():
                    if _known(disk[1], unknown) is not None:
                        out.setdefault(disk, []).append(_Claim(use, where, names == "disk", item.span))
    return {disk: sorted(claims, key=lambda claim: claim.place) for disk, claims in out.items()}


def _occupied(taken: dict[Disk, list[_Claim]], install: Tree | None) -> Iterator[Problem]:
    system = _installed(install) if taken else {}
    for disk, claims in taken.items():
        first = claims[0]
        for claim in claims:
            said = f"{claim.use.feature.name}: {claim.where}"
            if disk in system:
                message = f"{said}: this is the disk that Talos is installed to, by {system[disk]}"
                more = "" if claim.whole else ", or write system_disk for a partition of this one"
                yield Problem(message, claim.place, remedy=f"name another disk{more}")
            elif disk == _SYSTEM and claim.whole:
                message = f"{said}: the disk that Talos is installed to cannot be taken whole"
                yield Problem(message, claim.place, remedy="name another disk")
            elif claim is not first and disk != _SYSTEM and any(each.whole for each in claims):
                other = f"{first.use.feature.name}: {first.where}, in {first.place}"
                message = f"{said}: this disk is named twice, and one of them takes it whole; the other is {other}"
                yield Problem(message, claim.place, remedy="name another disk in one of them")


def _installed(install: Tree | None) -> dict[Disk, Span]:
    """The disk that Talos is installed to, by all that is said of it, with the place."""
    out: dict[Disk, Span] = {}
    for key, item in install.items() if isinstance(install, Mapping) else ():
        if key == "selector" and isinstance(item, Mapping):
            for name, value in item.items():
                if name in _SELECTED and not set("*?[") & set(str(value.value)):
                    out[_SELECTED[name], str(value.value)] = value.span
        elif key in ("disk", "match") and isinstance(item, Value):
            out |= dict.fromkeys(_disks(str(item.value)), item.span)
    return out


def _disks(text: str) -> list[Disk]:
    """The disk that a device or an expression names, by each field that tells it from all others; none for several."""
    if "==" not in text and text.strip(" ()") != "system_disk":
        return (
            [("dev_path", text if text.startswith("/") else f"/dev/{text}")] if re.fullmatch(r"[\w./:-]+", text) else []
        )
    if "||" in text or "?" in text:
        return []
    terms = [term.strip(" ()") for term in text.split("&&")]
    found = [_ONE.fullmatch(term) for term in terms]
    return [_SYSTEM] if terms == ["system_disk"] else [(one[1], one[2] or one[3]) for one in found if one]
