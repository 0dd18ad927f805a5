"""The native front end: a folder with cluster.yaml, read to a ``Cluster``."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, get_args

from talosgen.codes import grades
from talosgen.config.located import Mapping, Value, located, plain
from talosgen.config.mergers import MergeName
from talosgen.errors import InputError, Problem
from talosgen.features.catalogue import Catalogue
from talosgen.generation.options import Options
from talosgen.goyaml.reader import decode, read
from talosgen.pki.secrets import SecretsBundle
from talosgen.project import models, placeholder
from talosgen.project.chain import Base, chain
from talosgen.project.cluster import Cluster
from talosgen.project.declared import declarations, node_file
from talosgen.project.diagnostics import Diagnostics
from talosgen.project.facts import NEEDED, Facts, facts, known, misstated
from talosgen.project.folder import boundary, check_inside
from talosgen.project.installer import Installer
from talosgen.project.nodes import Nodes, Shared
from talosgen.project.overlay import merged, without_nulls
from talosgen.project.patches import Patches, PatchFile, require_patches, written_patches
from talosgen.project.reading import check, without_node
from talosgen.project.uses import Uses
from talosgen.project.variables import Scope, no_secret, resolve
from talosgen.source import Span

if TYPE_CHECKING:
    from talosgen.codes import Grade

__all__ = ["Access", "load"]


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
        self._diagnostics = Diagnostics(path, access.keyless, access.concealed)
        self._patches = Patches(self._read, self._root)
        self._bases: list[Base] = []
        self._secrets = Mapping(Span(path))

    def cluster(self, bundle: SecretsBundle | None) -> Cluster:
        diagnostics = self._diagnostics
        self._bases = chain(self._path, self._root, self._read, diagnostics.problems)
        if not self._bases or self._bases[-1].folder.path != self._path or any(base.lost for base in self._bases):
            # What refers to settings cannot be judged; the files themselves can.
            self._alone(wants_secrets=bundle is None)
            raise InputError(diagnostics.found(0))
        settings = merged(base.settings for base in self._bases)
        declared = declarations(self._bases, settings, self._read, diagnostics.refuse, diagnostics.problems)
        if not declared and not diagnostics.locked and not diagnostics.problems:
            return self._extended(settings)
        read_whole = not diagnostics.problems
        self._secrets = self._variables()
        resolved, found = self._facts(settings)
        if bundle is None and declared:
            bundle = self._bundle(self._bases[-1].folder.secrets)
        installer = None
        if found is not None:
            installer = Installer(found.release, found.options.contract, self._read)
            faults: list[Problem] = []
            chosen = installer.choose(resolved, faults)
            diagnostics.report_unlocked(InputError(faults))
            options = found.options._replace(install_image=chosen.image.value if chosen is not None else "")
            found = found._replace(options=options)
        folders = tuple(os.path.join(base.folder.path, "features") for base in self._bases)
        uses = Uses(Catalogue(folders, self._read))
        shared = Shared(
            self._bases, settings, resolved, self._groups(settings.span), found, installer, uses, self._patches,
            self._extra, partial(self._scope, settings),
        )  # fmt: skip
        maker = Nodes(shared, diagnostics)
        nodes = [node for name, parts in declared.items() if (node := maker.node(name, parts)) is not None]
        for name, group in shared.groups.items():
            # Those that no node names yet are to be right as well.
            for item in written_patches(group) if name not in maker.groups and isinstance(group, Mapping) else ():
                self._look_at(item, "idempotent" if found is None else found.merge)
        if found is None or installer is None:
            raise InputError(diagnostics.found(len(declared)))
        diagnostics.problems.extend(uses.misnamed(declared))
        unknown = placeholder.TEXT if self._access.keyless or self._access.concealed() else ""
        read_whole = read_whole and not diagnostics.locked and not diagnostics.wrong
        diagnostics.problems.extend(uses.missing(diagnostics.masked, unknown, whole=read_whole))
        checks = self._checks(resolved)
        self._stop(len(declared))
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
            masked=frozenset(diagnostics.masked),
            notes=(*diagnostics.notes, *dict.fromkeys(installer.notes)),
            given={
                **{key: item.span for key, item in resolved.items()},
                "secrets": Span(self._bases[-1].folder.secrets),
            },
            locked=diagnostics.locked,
            control_planes=tuple(node.address for node in nodes if node.role.is_controlplane),
            secret_places=frozenset(diagnostics.secret_places),
        )

    def _groups(self, place: Span) -> Mapping:
        # What a group removes is of the nodes that name it.
        groups = merged((base.settings for base in self._bases), nulls=True).get("groups")
        return groups if isinstance(groups, Mapping) else Mapping(place)

    def _stop(self, count: int = 0) -> None:
        """Raise InputError when something is wrong, or hand it over to whoever wants to go on."""
        found = self._diagnostics.found(count)
        if self._faults is not None:
            self._faults.extend(found)
        elif found:
            raise InputError(found)

    def _alone(self, *, wants_secrets: bool) -> None:
        """Find what is wrong with the files of each folder, whatever the settings are."""
        named: list[Any] = []
        for base in self._bases:
            for _, path in base.folder.nodes.values():
                try:
                    own, patch = node_file(path, self._read)
                except InputError as error:
                    self._diagnostics.report_unlocked(error)
                    continue
                named += [*written_patches(own), *([patch] if patch else [])]
            named += [*base.folder.roles.values(), *written_patches(base.settings)]
        merge = "idempotent"
        for base in self._bases:
            given = base.settings.get("merge")
            if isinstance(given, Value) and given.value in get_args(MergeName):
                merge = given.value
        for item in named:
            self._look_at(item, merge)
        self._diagnostics.problems.extend(misstated(base.settings for base in self._bases))
        self._variables()
        last = self._bases[-1] if self._bases and self._bases[-1].folder.path == self._path else None
        if wants_secrets and last is not None and (last.folder.nodes or "nodes" in last.settings):
            self._bundle(last.folder.secrets)

    def _look_at(self, item: Any, merge: Any = "idempotent") -> None:
        """Find what is wrong with a patch that refers to nothing."""
        try:
            merge, file = self._patches.named(item, merge)
            if file.refers:
                require_patches(read(file.text, file.source), file.source)
            else:
                file.patch(merge, Scope({}))
        except InputError as error:
            self._diagnostics.report_unlocked(error)

    def _extended(self, settings: Mapping) -> Cluster:
        """A folder without nodes: what it lacks, those that extend it may have."""
        named: list[Any] = [*written_patches(settings)]
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
        if os.path.exists(path) and not os.path.isfile(path) and not os.path.isdir(path):
            # To read from it might never end.
            raise InputError(Problem("this is a pipe or a device, not a file", Span(path), remedy="put a file there"))
        return self._access.read(path)

    def _bundle(self, path: str) -> SecretsBundle | None:
        if not os.path.lexists(path):
            remedy = "make one with `talosgen secrets new`, or take over a running cluster's with `secrets import`"
            self._diagnostics.problems.append(Problem("there is no secrets bundle", Span(path), remedy=remedy))
            return None
        try:
            bundle = SecretsBundle.load(self._read(path), path)
        except InputError as error:
            self._diagnostics.report_unlocked(error)
            return None
        found = bundle.validate(source=path)
        if bundle == SecretsBundle():
            found = [
                Problem("there is nothing in the secrets bundle", Span(path), remedy="make one with `secrets new`")
            ]
        self._diagnostics.problems.extend(found)
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
                self._diagnostics.report(error)
                self._diagnostics.unread = True
                continue
            trees = [located(root, path, self._diagnostics.problems) for root in roots]
            if len(trees) == 1 and isinstance(trees[0], Mapping):
                layers.append(trees[0])
            elif trees:
                self._diagnostics.problems.append(Problem("expected one mapping of names and values", Span(path)))
        return merged(layers)

    # The cluster

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
        self._diagnostics.note_secrets(scope)
        problems += [
            problem
            for key in ("name", "endpoint")
            if key in own and (problem := no_secret(own[key].span, scope)) is not None
        ]
        if not problems:
            problems = check(resolved, models.ClusterDocument, resolved=True)
        if problems:
            problems += misstated([own])
        found = facts(resolved, problems, self._diagnostics.notes) if not problems else None
        self._diagnostics.problems.extend(problems)
        return resolved, found

    def _checks(self, resolved: Mapping) -> dict[str, Grade]:
        given = resolved.get("checks", Mapping(resolved.span))
        try:
            return grades(plain(given))
        except InputError as error:
            for problem in error.problems:
                place = given.keys_at.get(problem.path.removeprefix("checks."), given.span)
                self._diagnostics.problems.append(problem._replace(place=place))
            return {}
