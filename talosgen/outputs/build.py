"""A build: each node's config in a file, and beside them the talosconfig and commands.sh.

All nodes compile, and all targets are looked at, before anything is written. Each file appears whole or not at all;
last comes the manifest of what is the build's own. What is there already stays untouched.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypedDict, Unpack

from talosgen import files, inputs
from talosgen.compiler import Faults, compile_texts
from talosgen.errors import InputError, Problem
from talosgen.outputs import credentials, ignored, last, lock, manifest, script
from talosgen.outputs.commands import Machine, retired
from talosgen.outputs.manifest import Manifest
from talosgen.project.cluster import Cluster, Node
from talosgen.project.folder import CLUSTER
from talosgen.source import Span

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from talosgen.outputs.masks import Masks
    from talosgen.secrets.access import Access

__all__ = ["COMMANDS", "FORMS", "Built", "File", "Form", "Prepared", "Retired", "build", "commands", "prepare", "texts"]

#: What becomes of the configs: files in the clear, encrypted ones to be committed, or masked ones to be looked at.
Form = Literal["rendered", "encrypted", "redacted"]
FORMS: Final[tuple[Form, ...]] = ("rendered", "encrypted", "redacted")
COMMANDS: Final = "commands.sh"
_LEFT_OVER: Final = re.compile(r"\.(.+)\.[0-9a-f]{12}\.tmp")
#: What a build writes beside the files of a user.
_OWN: Final = (credentials.NAME, COMMANDS, ignored.NAME)


class File(NamedTuple):
    """What became of one file. ``node`` is the one that it configures, empty for those of the cluster."""

    path: str
    action: Literal["written", "unchanged", "removed"]
    node: str = ""


class Retired(NamedTuple):
    """A machine that is no node any more, and the commands that take it out of the cluster."""

    machine: Machine
    commands: tuple[str, ...]


class Built(NamedTuple):
    """What a build did, file by file: the nodes' in their order, then the cluster's."""

    files: tuple[File, ...]
    retired: tuple[Retired, ...] = ()


class _Target(NamedTuple):
    path: str
    data: bytes
    mode: int = 0o600


def texts(
    cluster: Cluster,
    nodes: Iterable[Node],
    executor: Executor | None = None,
    *,
    validate: bool = True,
    report: Callable[[Problem], None] | None = None,
    progress: Callable[[int], None] | None = None,
) -> dict[str, str]:
    """The configs of nodes by name. ``report`` is given warnings and notes, ``progress`` how many are done.

    Raises InputError with what is wrong with all of them.
    """
    faults = Faults()
    out: dict[str, str] = {}
    for number, made in enumerate(compile_texts(cluster, nodes, executor, validate=validate), 1):
        if not faults.take(made.name, made.findings, report):
            out[made.name] = made.text
        if progress is not None:
            progress(number)
    faults.stop()
    return out


def commands(cluster: Cluster, form: Form = "rendered", out: str | None = None) -> str:
    """The text of the commands.sh that a build writes. Raises InputError as ``script.script`` does."""
    if out is not None:
        return script.script(cluster, configs=".", encrypted=form == "encrypted")
    # Argo CD's folder is named from where the script stands.
    root = files.work_tree(os.path.abspath(cluster.folder)) or cluster.folder
    apps = script.gitops(cluster.folder, root)
    return script.script(cluster, configs=form, encrypted=form == "encrypted", apps=apps)


class Options(TypedDict, total=False):
    """How a cluster is built."""

    #: The folder that is written to instead of the project's.
    out: str | None
    #: These nodes alone; then nothing is removed.
    nodes: Iterable[Node] | None
    form: Form
    #: Who encrypts, for the form ``encrypted``.
    access: Access | None
    executor: Executor | None
    validate: bool
    #: The time at which a talosconfig is judged, and from which a new one holds; this moment by default.
    now: datetime | None
    #: Is given warnings and notes.
    report: Callable[[Problem], None] | None
    #: Is told how many nodes are done.
    progress: Callable[[int], None] | None


def prepare(cluster: Cluster, **options: Unpack[Options]) -> Prepared:
    """Compile a cluster and find out what has changed; nothing is written yet.

    Configs go to a folder in the project's that is named after the form, talosconfig and commands.sh to the project's;
    or all of them to ``out``. Raises InputError with all that is wrong.
    """
    given = options.get("nodes")
    nodes = None if given is None else tuple(given)
    made = Prepared(cluster, options.get("form", "rendered"), options.get("out"), nodes, options.get("now"))
    made.look()
    compiled = texts(
        cluster,
        made.chosen,
        options.get("executor"),
        validate=options.get("validate", True),
        report=options.get("report"),
        progress=options.get("progress"),
    )
    made.plan(compiled, options.get("access"))
    return made


def build(cluster: Cluster, **options: Unpack[Options]) -> Built:
    """Compile a cluster and write what has changed. Options are those of ``prepare``.

    Raises InputError with all that is wrong; nothing was written then.
    """
    return prepare(cluster, **options).write()


class Prepared:
    """A build that waits to be written."""

    def __init__(
        self, cluster: Cluster, form: Form, out: str | None, nodes: tuple[Node, ...] | None, now: datetime | None
    ) -> None:
        self._cluster = cluster
        self._form = form
        self._out = out
        self._whole = nodes is None
        self.chosen = cluster.nodes if nodes is None else nodes
        self._now = now or datetime.now(UTC)
        # Where talosconfig and commands.sh go, and where the configs do.
        self._home = cluster.folder if out is None else out
        self._folder = os.path.join(cluster.folder, form) if out is None else out
        self._before = Manifest({})
        #: What was seen of each file when it was decided what to do with it.
        self._seen: dict[str, object] = {}
        self._changed: list[_Target] = []
        #: The places of secrets in files.
        self._masked: dict[str, tuple[str, ...]] = {}
        self._told: list[File] = []
        #: A commands.sh that there is no control plane for.
        self._useless: File | None = None

    # Before anything is compiled

    def look(self) -> None:
        """Raise InputError when the folders or files cannot be written to, or are not a build's to write."""
        problems: list[Problem] = []
        place = Span(self._folder)
        if self._cluster.placeholder and (self._out is None or _is_for_secrets(self._out)):
            message = "what is made with placeholders is no config of the cluster, and never goes where those are"
            problems.append(Problem(message, place, remedy="give another folder with --out"))
        if self._out is not None and os.path.lexists(os.path.join(self._out, CLUSTER)):
            message = "this is a project's folder; configs beside its files would be taken for patches"
            problems.append(Problem(message, place, remedy="give a folder of its own"))
        if os.path.islink(self._folder):
            problems.append(Problem("the folder is a symbolic link", place, remedy="give the folder that it leads to"))
        elif os.path.lexists(self._folder) and not os.path.isdir(self._folder):
            problems.append(Problem("this is no folder", place, remedy="remove it"))
        if problems:
            raise InputError(problems)
        self._before = manifest.read(self._folder) or Manifest({})
        if self._before.files and self._before.placeholder is not self._cluster.placeholder:
            message = (
                f"configs made {'with' if self._before.placeholder else 'without'} placeholders are in this folder"
            )
            problems.append(Problem(message, place, remedy="give another folder, or remove it"))
        if self._out is not None and self._before.files and self._before.cluster not in ("", self._cluster.name):
            message = f"configs of the cluster {self._before.cluster[:80]} are in this folder"
            problems.append(Problem(message, place, remedy="give another folder, or remove it"))
        problems += files.targets([self._config(node) for node in self.chosen], force=True)
        if self._out is not None:
            problems += [
                Problem("no build wrote this file", Span(path), remedy="give another folder, or move it away")
                for node in self.chosen
                if os.path.basename(path := self._config(node)) not in self._before.files and os.path.lexists(path)
            ]
        problems += self._look_at_commands()
        if problems:
            raise InputError(problems)

    def _look_at_commands(self) -> list[Problem]:
        path = os.path.join(self._home, COMMANDS)
        if not self._has_commands or not os.path.lexists(path):
            return []
        if os.path.isdir(path) or script.MARK.encode() not in inputs.read(path):
            message = "a build did not write this, and would overwrite it"
            return [Problem(message, Span(path), remedy="move it away, or give another folder with --out")]
        return []

    @property
    def _has_commands(self) -> bool:
        """Whether talosconfig and commands.sh are made as well."""
        return self._form != "redacted" and not self._cluster.placeholder

    def _config(self, node: Node) -> str:
        return os.path.join(self._folder, f"{node.name}{'.sops' if self._form == 'encrypted' else ''}.yaml")

    # What is to be there

    def plan(self, made: dict[str, str], access: Access | None) -> None:
        """Find out what differs from what is there, ``made`` being the configs. Raises InputError."""
        problems: list[Problem] = []

        def add(path: str, data: Callable[[], bytes | None], mode: int = 0o600, node: str = "") -> None:
            self._seen[path] = _seen(path)
            try:
                content = data()
            except InputError as error:
                problems.extend(error.problems)
                return
            new = content is not None and not _is(path, content)
            if new and content is not None:
                self._changed.append(_Target(path, content, mode))
            self._told.append(File(path, "written" if new else "unchanged", node))

        for node in self.chosen:
            path = self._config(node)
            add(path, lambda node=node, path=path: self._content(path, made[node.name], access), node=node.name)  # type: ignore[misc]
        if self._has_commands:
            path = os.path.join(self._home, credentials.NAME)
            add(path, lambda: credentials.talosconfig(path, self._cluster, self._now))
            path = os.path.join(self._home, COMMANDS)
            if any(node.role.is_controlplane for node in self._cluster.nodes):
                add(path, self._script, 0o700)
            elif os.path.lexists(path):
                # It is a build's own, as was looked at: of machines that are no nodes any more.
                self._useless = File(path, "removed")
        if problems:
            raise InputError(dict.fromkeys(problems))
        if (self._cluster.masked or self._cluster.encrypted) and self._form != "redacted":
            from talosgen.outputs.leaves import Finder

            finder = Finder(self._masks)
            found = {os.path.basename(self._config(node)): finder.places(made[node.name]) for node in self.chosen}
            self._masked = {name: places for name, places in found.items() if places}

    def _content(self, path: str, text: str, access: Access | None) -> bytes | None:
        if self._form == "encrypted":
            from talosgen.outputs.sealed import sealed
            from talosgen.secrets.access import Access

            return sealed(path, text, access or Access())
        if self._form == "redacted":
            from talosgen.outputs.masked import masked

            text = masked(text, self._masks)
        return text.encode("utf-8", "surrogateescape")

    @cached_property
    def _masks(self) -> Masks:
        from talosgen.outputs.masks import Masks

        return Masks.of(self._cluster)

    def _script(self) -> bytes:
        return commands(self._cluster, self._form, self._out).encode("utf-8", "surrogateescape")

    # Writing

    def write(self) -> Built:
        """Write what differs, remove what no longer belongs. Raises InputError."""
        after, gone = self._after()
        ignoring = ignored.ignoring(self._cluster.folder) if self._out is None and self._form != "redacted" else None
        retiring = self._retiring(gone)
        removed = [File(os.path.join(self._folder, name), "removed", machine.name) for name, machine in gone.items()]
        removed += [self._useless] if self._useless else []
        missing = ignoring is not None or not self._has_manifest() or after != self._before
        if self._changed or removed or missing or self._unfinished():
            try:
                self._write(after, [file.path for file in removed], ignoring)
            except OSError as error:
                raise InputError(_refused(error)) from None
        self._be_last()
        return Built((*self._told, *removed), retiring)

    def _has_manifest(self) -> bool:
        return os.path.lexists(os.path.join(self._folder, manifest.NAME))

    def _after(self) -> tuple[Manifest, dict[str, Machine]]:
        """The manifest when all is done, and what of the one before does not belong any more."""
        own = {os.path.basename(self._config(node)): Machine.of(node) for node in self.chosen}
        before = self._before.files
        gone = {name: before[name] for name in before if name not in own} if self._whole else {}
        kept = {name: machine for name, machine in before.items() if name not in gone}
        masked = {name: places for name, places in self._before.masked.items() if name in kept and name not in own}
        return Manifest(
            {**kept, **own}, self._cluster.placeholder, {**masked, **self._masked}, self._cluster.name
        ), gone  # fmt: skip

    def _retiring(self, gone: dict[str, Machine]) -> tuple[Retired, ...]:
        names = {node.name for node in self._cluster.nodes}
        if not self._has_commands:
            return ()
        left = [machine for machine in gone.values() if machine.name not in names]
        return tuple(Retired(machine, tuple(retired(self._cluster, machine))) for machine in left)

    def _write(self, after: Manifest, removed: list[str], ignoring: bytes | None) -> None:
        os.makedirs(self._home, mode=0o700, exist_ok=True)
        with lock.held(self._home):
            self._check_alone()
            self._make_folder()
            if ignoring is not None:
                # First: nothing in the clear is ever there without it.
                path = os.path.join(self._cluster.folder, ignored.NAME)
                files.write({path: ignoring}, force=True, make_folders=False, mode=0o644)
            if set(after.files) - set(self._before.files) or after.masked != self._before.masked:
                # What is about to be written is the build's own from now on, whatever happens to the build.
                self._note(self._before.united(after))
            for mode in (0o600, 0o700):
                group = {target.path: target.data for target in self._changed if target.mode == mode}
                if group:
                    files.write(group, force=True, make_folders=False, mode=mode)
            for path in removed:
                with suppress(FileNotFoundError):
                    os.unlink(path)
            self._note(after)

    def _be_last(self) -> None:
        """Let this be the last build, even if it had nothing to write and the one in the other form is newer."""
        if self._out is not None or self._form not in last.FOLDERS:
            return
        with suppress(OSError, InputError):
            if last.is_older(self._cluster.folder, self._form):
                os.utime(os.path.join(self._folder, manifest.NAME))

    def _check_alone(self) -> None:
        """Raise InputError when another build was here since this one looked around."""
        before = manifest.read(self._folder) or Manifest({})
        if before != self._before or any(_seen(path) != seen for path, seen in self._seen.items()):
            raise InputError(Problem("another build has just written here", Span(self._folder), remedy="build again"))

    def _make_folder(self) -> None:
        os.makedirs(self._folder, mode=0o700, exist_ok=True)
        if os.path.islink(self._folder):
            # It was none when it was looked at.
            raise InputError(Problem("the folder is a symbolic link", Span(self._folder)))
        if self._out is None and self._form == "rendered" and stat.S_IMODE(os.stat(self._folder).st_mode) & 0o077:
            os.chmod(self._folder, 0o700)
        for path in self._left_over():
            os.unlink(path)

    def _left_over(self) -> Iterator[str]:
        """Files of a build that was killed; they may hold secrets."""
        for folder, own in ((self._folder, None), (self._home, _OWN)):
            for name in os.listdir(folder) if os.path.isdir(folder) else ():
                found = _LEFT_OVER.fullmatch(name)
                if found is not None and (own is None or found[1] in own):
                    yield os.path.join(folder, name)

    def _unfinished(self) -> bool:
        """Whether a build was killed here."""
        return os.path.lexists(os.path.join(self._home, lock.NAME)) or any(self._left_over())

    def _note(self, content: Manifest) -> None:
        path = os.path.join(self._folder, manifest.NAME)
        data = content.to_json()
        if not _is(path, data):
            files.write({path: data}, force=True, make_folders=False)


def _seen(path: str) -> object:
    """What tells whether a file was written to; None where there is none."""
    try:
        found = os.stat(path, follow_symlinks=False)
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns


def _is(path: str, data: bytes) -> bool:
    """Whether a file has this content."""
    try:
        found = os.stat(path, follow_symlinks=False)
        if not stat.S_ISREG(found.st_mode) or found.st_size != len(data):
            return False
        with open(path, "rb") as file:
            return file.read() == data
    except OSError:
        return False


def _is_for_secrets(out: str) -> bool:
    """Whether a folder is one that a cluster's own configs go to."""
    return os.path.basename(os.path.realpath(out)) in ("rendered", "encrypted")


def _refused(error: OSError) -> Problem:
    return Problem(
        f"the file cannot be written: {error.strerror}",
        Span(str(error.filename2 or error.filename or "")),
        remedy="what was there before is whole; check the folder and the free space",
    )
