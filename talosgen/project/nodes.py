"""The nodes of a native project: each with its settings compiled, its features and its ordered patches."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from talosgen.config.located import Mapping, Sequence, Value
from talosgen.errors import InputError, Problem, nearest
from talosgen.generation.options import MachineType
from talosgen.project import models, names
from talosgen.project.chain import Base
from talosgen.project.cluster import Layer, Node
from talosgen.project.declared import Declared, only
from talosgen.project.diagnostics import Diagnostics
from talosgen.project.facts import Facts
from talosgen.project.installer import Installer
from talosgen.project.layers import SETTINGS, layer_of
from talosgen.project.overlay import merged, without_nulls
from talosgen.project.patches import Patches, PatchFile
from talosgen.project.reading import check
from talosgen.project.settings import Context, fragments, removed, uncovered
from talosgen.project.uses import Uses
from talosgen.project.variables import Scope, has_references, no_secret, resolve
from talosgen.source import Span

__all__ = ["Nodes", "Shared"]


class Shared(NamedTuple):
    """What the nodes of a project share."""

    bases: list[Base]
    #: The settings of the cluster as they are written, and with references resolved.
    settings: Mapping
    resolved: Mapping
    groups: Mapping
    #: What follows from the settings; None where they are wrong, and so is the installer.
    facts: Facts | None
    installer: Installer | None
    uses: Uses
    patches: Patches
    #: Patches of the command line.
    extra: tuple[PatchFile, ...]
    #: What a node's references may name, given its variables and what it is.
    scope: Callable[[Any, dict[str, str]], Scope]


class Nodes:
    """Makes the nodes of a project, one by one. What is wrong with them goes to the diagnostics."""

    def __init__(self, shared: Shared, diagnostics: Diagnostics) -> None:
        self._shared = shared
        self._diagnostics = diagnostics
        self._sources = {base.settings.span.source for base in shared.bases}
        #: The groups that nodes name.
        self.groups: set[str] = set()
        #: The addresses of nodes, each with the first node that has it.
        self._addresses: dict[str, str] = {}
        #: Their host names, in lower case, likewise.
        self._hostnames: dict[str, str] = {}

    def node(self, name: str, declared: Declared) -> Node | None:
        """A node; None when it is wrong, or cannot be read for want of a key."""
        shared, diagnostics = self._shared, self._diagnostics
        own = merged(declared.settings)
        groups, problems = self._groups(own)
        effective = merged(
            [
                only(shared.settings, models.Settings), *(only(group, models.Settings) for _, group in groups),
                *declared.settings,
            ]
        )  # fmt: skip
        address = self._address(name, own, declared.place, problems)
        who = {"name": name, "role": declared.role.value, "address": address}
        scope = shared.scope(effective.pop("vars", None), who)
        # An address holds no reference; files are read by their names.
        effective.pop("address", None)
        effective.pop("patches", None)
        effective["hostname"] = self._hostname(name, effective, declared.place, scope, problems)
        resolved: Mapping = without_nulls(resolve(effective, scope, problems))
        if not problems:
            problems.extend(check(resolved, models.Node, resolved=True))
        layers = tuple(self._layers(name, declared, own, groups, scope))
        diagnostics.note_secrets(scope)
        shared.uses.tell(name, resolved, layers)
        if problems:
            diagnostics.fail(name, InputError(problems), self._sources)
            return None
        if shared.facts is None or shared.installer is None or name in diagnostics.locked:
            return None
        asked = resolved.pop("features", None)
        used = shared.uses.of(name, declared.role, asked, shared.facts, frozenset(scope.secrets), problems)
        diagnostics.report(InputError(problems))
        if used is None:
            return None
        uses, needed = used
        if needed.kernel_args:
            given = resolved.get("kernelArgs", Sequence(declared.place))
            more = [Value(text, declared.place) for text in needed.kernel_args]
            resolved["kernelArgs"] = Sequence(given.span, [*given, *(item for item in more if item not in given)])
        faults: list[Problem] = []
        chosen = shared.installer.choose(resolved, faults, needed.extensions)
        if chosen is None:
            # The schematic's file may want a key.
            diagnostics.fail(name, InputError(faults))
            return None
        settings = self._settings(name, resolved, declared.role, shared.facts, chosen.image)
        if diagnostics.lacks(name):
            return None
        return Node(
            name=name,
            role=declared.role,
            address=address,
            hostname=resolved["hostname"].value,
            layers=layers,
            settings=settings,
            features=uses,
            needs=needed,
            image=chosen.image.value,
            schematic=chosen.id,
            machine=chosen.machine,
            content=chosen.schematic,
        )

    def _groups(self, own: Mapping) -> tuple[list[tuple[str, Mapping]], list[Problem]]:
        known = {key: group for key, group in self._shared.groups.items() if isinstance(group, Mapping)}
        found, problems = [], []
        for item in own.get("groups", ()):
            self.groups.add(item.value)
            if item.value in known:
                found.append((item.value, known[item.value]))
            else:
                near = nearest(item.value, known)
                remedy = f"did you mean {near}?" if near else "groups are declared below `groups:` of cluster.yaml"
                problems.append(Problem(f'there is no group "{item.value[:80]}"', item.span, remedy=remedy))
        return found, problems

    def _address(self, name: str, own: Mapping, place: Span, problems: list[Problem]) -> str:
        given = own.get("address")
        if given is None:
            remedy = "begin its file with a document of kind Node that has an address"
            problems.append(Problem(f"the node {name} has no address", place, remedy=remedy))
            return ""
        if not names.is_address(given.value):
            message = "this is neither an address nor a host name"
            remedy = "write one such as 10.0.0.21 or cp1.example.org, without port and prefix length"
            if has_references(given.value):
                remedy = "addresses hold no references"
            problems.append(Problem(message, given.span, "address", remedy))
        elif (first := self._addresses.setdefault(given.value, name)) != name:
            message = f"the nodes {first} and {name} have the same address"
            problems.append(Problem(message, given.span, "address", "give each its own"))
        return str(given.value)

    def _hostname(
        self, name: str, effective: Mapping, place: Span, scope: Scope, problems: list[Problem]
    ) -> Any:  # fmt: skip
        """The host name, which references may name from here on."""
        given = effective.get("hostname", Value(name, place))
        written = given.span
        given = resolve(given, scope, problems)
        if (problem := no_secret(written, scope)) is not None:
            self._diagnostics.report(InputError(problem))
            self._diagnostics.wrong.add(name)
        if isinstance(given, Value) and isinstance(given.value, str):
            scope.trees["node"]["hostname"] = given
            if (first := self._hostnames.setdefault(given.value.lower(), name)) != name:
                message = f"the nodes {first} and {name} have the same host name"
                problems.append(Problem(message, written, "hostname", "give each its own, as ${node.name}-x"))
        return given

    def _settings(self, node: str, resolved: Mapping, role: MachineType, found: Facts, image: Value) -> Layer | None:
        """What the node's settings come to beside its base."""
        problems: list[Problem] = []
        common = self._shared.resolved
        context = Context(found.options.contract, role, image, problems)
        problems += removed(resolved, common, context)
        same = image.value == found.options.install_image
        made = fragments(uncovered(resolved, common, context, same_image=same), context)
        layer = None
        if not problems:
            try:
                layer = layer_of(made, SETTINGS)
            except InputError as error:
                problems.extend(error.problems)
        if problems:
            self._diagnostics.fail(node, InputError(problems))
        return layer

    def _layers(
        self, node: str, declared: Declared, own: Mapping, groups: list[tuple[str, Mapping]], scope: Scope
    ) -> Iterable[Layer]:
        """The layers of a node's patches, in their order. Files that are wrong have none."""
        merge = "idempotent" if self._shared.facts is None else self._shared.facts.merge
        for title, items in self._files(declared, own, groups):
            for item in items:
                try:
                    semantics, file = self._shared.patches.named(item, merge)
                    patch = file.patch(semantics, scope)
                except InputError as error:
                    self._diagnostics.secret_places |= scope.places
                    self._diagnostics.fail(node, error)
                    continue
                if patch is not None:
                    yield Layer(title, patch)

    def _files(
        self, declared: Declared, own: Mapping, groups: list[tuple[str, Mapping]]
    ) -> Iterable[tuple[str, list[Any]]]:
        """The patches of a node, in the order of its layers, with what they are."""
        shared = self._shared
        yield "patch of the cluster", list(shared.settings.get("patches", ()))
        yield (
            f"{declared.role.value} file",
            [path for base in shared.bases if (path := base.folder.roles.get(declared.role)) is not None],
        )
        for name, group in groups:
            patches = group.get("patches")
            yield f"patch of the group {name}", list(patches) if isinstance(patches, list) else []
        yield "patch of the node", list(own.get("patches", ()))
        yield "node file", list(declared.patches)
        yield "patch of the command line", list(shared.extra)
