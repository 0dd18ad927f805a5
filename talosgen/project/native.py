"""The native front end: a folder with cluster.yaml, read to a ``Cluster``."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from talosgen.codes import grades
from talosgen.config.located import Mapping, Sequence, Value, located, plain
from talosgen.errors import InputError, Problem, nearest, of_nodes
from talosgen.features.catalogue import Catalogue
from talosgen.generation.options import MachineType, Options
from talosgen.goyaml.reader import decode, read
from talosgen.pki.secrets import SecretsBundle
from talosgen.project import models
from talosgen.project.chain import Base, chain
from talosgen.project.cluster import Cluster, Layer, Node
from talosgen.project.declared import Declared, declarations, node_file, only
from talosgen.project.facts import NEEDED, Facts, facts, known
from talosgen.project.folder import boundary, check_inside
from talosgen.project.installer import Installer
from talosgen.project.layers import SETTINGS, layer_of
from talosgen.project.overlay import merged, without_nulls
from talosgen.project.patches import Patches, PatchFile
from talosgen.project.reading import check, without_node
from talosgen.project.settings import Context, fragments, removed, uncovered
from talosgen.project.uses import Uses
from talosgen.project.variables import Scope, no_secret, resolve
from talosgen.source import Span

if TYPE_CHECKING:
    from talosgen.codes import Grade

__all__ = ["Access", "load"]

_ADDRESS: Final = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|[0-9A-Fa-f]*:[0-9A-Fa-f:.]{0,44}")


class Access(NamedTuple):
    """What a project may ask of the world. ``read`` gives the content of a file, decrypted where it is encrypted."""

    read: Callable[[str], bytes]
    #: A variable of the environment; None where there is none.
    environment: Callable[[str], str | None] = lambda name: None
    #: Whether what cannot be decrypted for want of a key is passed over, with a note.
    keyless: bool = False
    #: Whether placeholders stand in for values of variables.
    concealed: Callable[[], bool] = lambda: False


def load(
    path: str,
    access: Access,
    bundle: SecretsBundle | None = None,
    extra: Iterable[PatchFile] = (),
    faults: list[Problem] | None = None,
) -> Cluster:
    """The cluster of a folder.

    ``bundle`` stands in for the folder's secrets; ``extra`` are patches of the command line, the last layers of every
    node. Raises InputError with all that is wrong, in all files. With ``faults`` that is added there, and the cluster
    has the nodes that are right; InputError is raised where nothing can be said of any.
    """
    return _Native(path, access, tuple(extra), faults).cluster(bundle)


class _Native:
    def __init__(
        self, path: str, access: Access, extra: tuple[PatchFile, ...], faults: list[Problem] | None = None
    ) -> None:
        self._faults = faults
        self._path = path
        self._access = access
        self._extra = extra
        self._root = boundary(path)
        self._problems: list[Problem] = []
        self._reported: set[InputError] = set()
        self._notes: list[Problem] = []
        self._masked: set[str] = set()
        self._secret_places: set[Span] = set()
        #: Nodes that are not given: something of them is wrong.
        self._wrong: set[str] = set()
        #: The addresses of nodes, each with the first node that has it.
        self._addresses: dict[str, str] = {}
        self._locked: dict[str, str] = {}
        self._patches = Patches(self._read)
        self._bases: list[Base] = []
        self._secrets = Mapping(Span(path))
        self._groups_of = Mapping(Span(path))
        self._uses = Uses(Catalogue())
        #: What is wrong with the settings of nodes, with those that it is wrong for.
        self._wrong_for: dict[Problem, list[str]] = {}

    def cluster(self, bundle: SecretsBundle | None) -> Cluster:
        self._bases = chain(self._path, self._root, self._read, self._problems)
        if not self._bases or self._bases[-1].folder.path != self._path or any(base.lost for base in self._bases):
            # What refers to settings cannot be judged; the files themselves can.
            self._alone()
            raise InputError(dict.fromkeys(self._problems))
        settings = merged(base.settings for base in self._bases)
        # What a group removes is of the nodes that name it.
        groups = merged((base.settings for base in self._bases), nulls=True).get("groups")
        self._groups_of = groups if isinstance(groups, Mapping) else Mapping(settings.span)
        self._uses = Uses(
            Catalogue(tuple(os.path.join(base.folder.path, "features") for base in self._bases), self._read)
        )
        declared = declarations(self._bases, settings, self._read, self._refused, self._problems)
        if not declared and not self._locked and not self._problems:
            return self._extended(settings)
        self._secrets = self._variables()
        resolved, found = self._facts(settings)
        if bundle is None and declared:
            bundle = self._bundle(self._bases[-1].folder.secrets)
        installer = None
        if found is not None:
            installer = Installer(found.release, found.options.contract, self._read)
            chosen = installer.choose(resolved, self._problems)
            options = found.options._replace(install_image=chosen.image.value if chosen is not None else "")
            found = found._replace(options=options)
        nodes = [
            node
            for name, parts in declared.items()
            if (node := self._node(name, parts, settings, resolved, found, installer)) is not None
        ]
        self._problems = [self._of_nodes(problem, len(declared)) for problem in self._problems]
        if found is None or installer is None:
            raise InputError(dict.fromkeys(self._problems))
        self._problems.extend(self._uses.misnamed(declared))
        checks = self._checks(resolved)
        self._notes.extend(dict.fromkeys(installer.notes))
        self._stop()
        return Cluster(
            name=found.options.cluster,
            folder=self._path,
            options=found.options,
            talos=str(found.release),
            nodes=tuple(nodes),
            bundle=bundle or SecretsBundle(),
            mode=found.mode,
            merge=found.merge,
            checks=checks,
            masked=frozenset(self._masked),
            notes=tuple(self._notes),
            given={
                **{key: item.span for key, item in resolved.items()},
                "secrets": Span(self._bases[-1].folder.secrets),
            },
            locked=self._locked,
            control_planes=tuple(node.address for node in nodes if node.role.is_controlplane),
            secret_places=frozenset(self._secret_places),
        )

    def _stop(self) -> None:
        """Raise InputError when something is wrong, or hand it over to whoever wants to go on."""
        if self._faults is not None:
            self._faults.extend(dict.fromkeys(self._problems))
        elif self._problems:
            raise InputError(dict.fromkeys(self._problems))

    def _alone(self) -> None:
        """Find what is wrong with the files of each folder, whatever the settings are."""
        for base in self._bases:
            for _, path in base.folder.nodes.values():
                try:
                    patch = node_file(path, self._read)[1]
                except InputError as error:
                    self._report_unlocked(error)
                    continue
                if patch is not None:
                    self._look_at(patch)
            for path in base.folder.roles.values():
                self._look_at(path)

    def _look_at(self, item: Any, merge: Any = "idempotent") -> None:
        """Find what is wrong with a patch that refers to nothing."""
        try:
            merge, file = self._patch_file(item, merge)
            if not file.refers:
                file.patch(merge, Scope({}))
        except InputError as error:
            self._report_unlocked(error)

    def _report_unlocked(self, error: InputError) -> None:
        if not self._is_locked(error):
            self._report(error)

    def _extended(self, settings: Mapping) -> Cluster:
        """A folder without nodes: what it lacks, those that extend it may have."""
        named = list(settings.get("patches", ()))
        for group in settings.get("groups", {}).values():
            named += group.get("patches", ())
        named += [path for base in self._bases for path in base.folder.roles.values()]
        merge = plain(settings["merge"]) if "merge" in settings else "idempotent"
        for item in named:
            self._look_at(item, merge)
        if all(key in settings for key in NEEDED):
            # It is all there: what is wrong with it is wrong in whatever extends it.
            self._secrets = self._variables()
            self._facts(settings)
        self._stop()
        name, endpoint = (plain(settings[key]) if key in settings else "" for key in ("name", "endpoint"))
        return Cluster(name, self._path, Options(name, endpoint), "", (), SecretsBundle())

    # Files

    def _read(self, path: str) -> bytes:
        if (problem := check_inside(path, self._root, Span(path))) is not None:
            raise InputError(problem)
        return self._access.read(path)

    def _report(self, error: InputError) -> None:
        """Take over what is wrong, once where many nodes share it."""
        if error not in self._reported:
            self._reported.add(error)
            self._problems.extend(error.problems)

    def _bundle(self, path: str) -> SecretsBundle | None:
        if not os.path.lexists(path):
            remedy = "make one with `talosgen secrets new`, or take over a running cluster's with `secrets import`"
            self._problems.append(Problem("there is no secrets bundle", Span(path), remedy=remedy))
            return None
        try:
            bundle = SecretsBundle.load(self._read(path), path)
        except InputError as error:
            self._report_unlocked(error)
            return None
        found = bundle.validate(source=path)
        if bundle == SecretsBundle():
            found = [
                Problem("there is nothing in the secrets bundle", Span(path), remedy="make one with `secrets new`")
            ]
        self._problems.extend(found)
        return None if found else bundle

    def _variables(self) -> Mapping:
        """What ``${secrets.…}`` may name."""
        layers = []
        for base in self._bases:
            path = base.folder.variables
            if path is None:
                continue
            try:
                roots = read(decode(self._read(path), path), path)
            except InputError as error:
                self._report(error)
                continue
            trees = [located(root, path, self._problems) for root in roots]
            if len(trees) == 1 and isinstance(trees[0], Mapping):
                layers.append(trees[0])
            elif trees:
                self._problems.append(Problem("expected one mapping of names and values", Span(path)))
        return merged(layers)

    def _refused(self, node: str, error: InputError) -> None:
        """Take over what is wrong with a node's file."""
        if not self._passed_over(node, error):
            self._report(error)

    def _passed_over(self, node: str, error: InputError) -> bool:
        """Whether a node is left out for want of a key: a file of it cannot be decrypted, or no placeholder fits."""
        if not self._is_locked(error):
            return False
        place = error.problems[0].place
        self._locked[node] = self._path if place is None else place.source
        return True

    def _is_locked(self, error: InputError) -> bool:
        """Whether nothing is wrong but that a key is wanted, which is passed over."""
        if not self._access.keyless:
            return False
        concealed = self._secret_places if self._access.concealed() else ()
        return all(problem.code == "sops-no-identity" or problem.place in concealed for problem in error.problems)

    # The cluster, and each node

    def _scope(self, settings: Mapping, variables: Any, node: dict[str, str]) -> Scope:
        place = settings.span
        allowed = frozenset(plain(settings["env"])) if "env" in settings else frozenset()
        return Scope(
            {
                "vars": variables if isinstance(variables, Mapping) else Mapping(place),
                "node": Mapping(place, {key: Value(value, place) for key, value in node.items()}),
                "cluster": known(settings),
                "secrets": self._secrets,
            },
            self._access.environment,
            allowed,
        )

    def _facts(self, settings: Mapping) -> tuple[Mapping, Facts | None]:
        """The settings of the cluster itself, references resolved, and what follows from them."""
        scope = self._scope(settings, settings.get("vars"), {})
        # Features, as patches, are resolved for each node.
        left = ("nodes", "groups", "vars", "patches", "features")
        own: Any = {key: item for key, item in settings.items() if key not in left}
        problems: list[Problem] = []
        own = without_node(Mapping(settings.span, own, settings.keys_at))
        resolved: Mapping = without_nulls(resolve(own, scope, problems))
        self._note_secrets(scope)
        problems += [
            problem
            for key in ("name", "endpoint")
            if key in own and (problem := no_secret(own[key].span, scope)) is not None
        ]
        if not problems:
            problems = check(resolved, models.ClusterDocument, resolved=True)
        found = facts(resolved, problems, self._notes) if not problems else None
        self._problems.extend(problems)
        return resolved, found

    def _note_secrets(self, scope: Scope) -> None:
        self._masked |= scope.secrets
        self._secret_places |= scope.places

    def _node(
        self, name: str, declared: Declared, settings: Mapping, common: Mapping, found: Facts | None,
        installer: Installer | None,
    ) -> Node | None:  # fmt: skip
        """A node; None when it is wrong, or cannot be read for want of a key."""
        own = merged(declared.settings)
        groups, problems = self._groups(own)
        effective = merged(
            [
                only(settings, models.Settings), *(only(group, models.Settings) for _, group in groups),
                *declared.settings,
            ]
        )  # fmt: skip
        address = self._address(name, own, declared.place, problems)
        who = {"name": name, "role": declared.role.value, "address": address}
        scope = self._scope(settings, effective.pop("vars", None), who)
        # An address holds no reference; files are read by their names.
        effective.pop("address", None)
        effective.pop("patches", None)
        hostname = effective.get("hostname", Value(name, declared.place))
        written = hostname.span
        hostname = resolve(hostname, scope, problems)
        if (problem := no_secret(written, scope)) is not None:
            self._report(InputError(problem))
            self._wrong.add(name)
        if isinstance(hostname, Value) and isinstance(hostname.value, str):
            scope.trees["node"]["hostname"] = hostname
        effective["hostname"] = hostname
        resolved: Mapping = without_nulls(resolve(effective, scope, problems))
        if not problems:
            problems.extend(check(resolved, models.Node, resolved=True))
        merge = "idempotent" if found is None else found.merge
        layers = [
            layer
            for title, files in self._files(declared, settings, own, groups)
            for item in files
            if (layer := self._layer(name, title, item, merge, scope)) is not None
        ]
        self._note_secrets(scope)
        if problems:
            error = InputError(problems)
            if not self._passed_over(name, error):
                self._report(error)
                self._wrong.add(name)
                shared = {base.settings.span.source for base in self._bases}
                for problem in problems:
                    if problem.place is not None and problem.place.source in shared:
                        self._wrong_for.setdefault(problem, []).append(name)
        if found is None or installer is None or name in self._locked or problems:
            return None
        asked = resolved.pop("features", None)
        used = self._uses.of(name, declared.role, asked, found, frozenset(scope.secrets), problems)
        self._report(InputError(problems))
        if used is None:
            return None
        uses, needed = used
        if needed.kernel_args:
            given = resolved.get("kernelArgs", Sequence(declared.place))
            more = [Value(text, declared.place) for text in needed.kernel_args]
            resolved["kernelArgs"] = Sequence(given.span, [*given, *(item for item in more if item not in given)])
        chosen = installer.choose(resolved, self._problems, needed.extensions)
        if chosen is None:
            return None
        made = self._settings(name, resolved, common, declared.role, found, chosen.image)
        if name in self._wrong or name in self._locked:
            return None
        return Node(
            name=name,
            role=declared.role,
            address=address,
            hostname=resolved["hostname"].value,
            layers=tuple(layers),
            settings=made,
            features=uses,
            needs=needed,
            image=chosen.image.value,
            schematic=chosen.id,
            machine=chosen.machine,
            content=chosen.schematic,
        )

    def _of_nodes(self, problem: Problem, count: int) -> Problem:
        """A problem that says of which nodes it is, where it is not that of all."""
        nodes = self._wrong_for.get(problem, [])
        return of_nodes(problem, nodes) if 0 < len(nodes) < count and count > 1 else problem

    def _groups(self, own: Mapping) -> tuple[list[tuple[str, Mapping]], list[Problem]]:
        known = self._groups_of
        found, problems = [], []
        for item in own.get("groups", ()):
            if isinstance(known.get(item.value), Mapping):
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
        if not _ADDRESS.fullmatch(given.value):
            message = "this is neither an address nor a host name"
            problems.append(Problem(message, given.span, "address", "addresses hold no references"))
        elif (first := self._addresses.setdefault(given.value, name)) != name:
            message = f"the nodes {first} and {name} have the same address"
            problems.append(Problem(message, given.span, "address", "give each its own"))
        return str(given.value)

    def _settings(
        self, node: str, resolved: Mapping, common: Mapping, role: MachineType, found: Facts, image: Value
    ) -> Layer | None:
        problems: list[Problem] = []
        base_image = found.options.install_image
        context = Context(found.options.contract, role, image, problems)
        problems += removed(resolved, common, context)
        same = image.value == base_image
        made = fragments(uncovered(resolved, common, context, same_image=same), context)
        layer = None
        if not problems:
            try:
                layer = layer_of(made, SETTINGS)
            except InputError as error:
                problems.extend(error.problems)
        if problems and not self._passed_over(node, InputError(problems)):
            self._report(InputError(problems))
            self._wrong.add(node)
        return layer

    def _files(
        self, declared: Declared, settings: Mapping, own: Mapping, groups: list[tuple[str, Mapping]]
    ) -> Iterable[tuple[str, list[Any]]]:
        """The patches of a node, in the order of its layers, with what they are."""
        yield "patch of the cluster", list(settings.get("patches", ()))
        yield (
            f"{declared.role.value} file",
            [path for base in self._bases if (path := base.folder.roles.get(declared.role)) is not None],
        )
        for name, group in groups:
            patches = group.get("patches")
            yield f"patch of the group {name}", list(patches) if isinstance(patches, list) else []
        yield "patch of the node", list(own.get("patches", ()))
        yield "node file", list(declared.patches)
        yield "patch of the command line", list(self._extra)

    def _layer(self, node: str, title: str, item: Any, merge: Any, scope: Scope) -> Layer | None:
        """The layer of a patch: a file's name as the project writes it, a path, or what was read already."""
        try:
            merge, file = self._patch_file(item, merge)
            patch = file.patch(merge, scope)
        except InputError as error:
            self._secret_places |= scope.places
            if not self._passed_over(node, error):
                self._report(error)
                self._wrong.add(node)
            return None
        return None if patch is None else Layer(title, patch)

    def _patch_file(self, item: Any, merge: Any) -> tuple[Any, PatchFile]:
        """The file that an item of ``patches:``, a path or a patch means, and its semantics. Raises InputError."""
        if isinstance(item, PatchFile):
            return merge, item
        if isinstance(item, Mapping):
            merge = item["merge"].value if "merge" in item else merge
            item = item["file"]
        if isinstance(item, str):
            return merge, self._patches.file(item)
        path = os.path.normpath(os.path.join(os.path.dirname(item.span.source), item.value))
        if (problem := self._missing(path, item.span)) is not None:
            raise InputError(problem)
        return merge, self._patches.file(path)

    def _missing(self, path: str, span: Span) -> Problem | None:
        if (problem := check_inside(path, self._root, span)) is not None:
            return problem
        return None if os.path.isfile(path) else Problem(f"there is no file {path}", span, remedy="check the name")

    def _checks(self, resolved: Mapping) -> dict[str, Grade]:
        given = resolved.get("checks", Mapping(resolved.span))
        try:
            return grades(plain(given))
        except InputError as error:
            for problem in error.problems:
                place = given.keys_at.get(problem.path.removeprefix("checks."), given.span)
                self._problems.append(problem._replace(place=place))
            return {}
