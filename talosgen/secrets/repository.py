"""The files of a repository: as Git's index has them, and so as they would be committed; without Git those of a folder.

The content of an index comes from one ``git cat-file`` for all files, read in pieces, so that a large file is never
whole in memory. No filter, hook or file-system monitor that a repository configures is run.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import IO, Final, NamedTuple

from talosgen import git
from talosgen.errors import InputError, Problem
from talosgen.files import work_tree
from talosgen.source import Span

__all__ = ["Content", "File", "Repository", "find"]

_REGULAR: Final = frozenset(("100644", "100755"))
_LINK: Final = "120000"
_SUBMODULE: Final = "160000"
_PIECE: Final = 1 << 20


class File(NamedTuple):
    """A file by its path below the top, with slashes; ``object`` is what Git calls its content.

    The content of a link is where it leads.
    """

    path: str
    object: str = ""
    is_link: bool = False


class Content:
    """The bytes of one file, to be read once, in pieces."""

    __slots__ = ("_left", "_stream", "size")

    def __init__(self, stream: IO[bytes], size: int) -> None:
        self.size = size
        self._stream = stream
        self._left = size

    def read(self, count: int) -> bytes:
        """So many bytes; fewer at the end only."""
        data = self._stream.read(min(count, self._left))
        self._left -= len(data)
        return data

    def skip(self) -> None:
        """Pass over what was not read."""
        while self._left and self.read(_PIECE):
            pass


class Repository:
    """A Git work tree, or a folder where there is none.

    ``top`` is its uppermost folder. ``notes`` say what is not as usual.
    """

    def __init__(
        self, top: str, folder: str, environment: Mapping[str, str], *, tracked: bool, notes: Sequence[Problem] = ()
    ) -> None:
        self.top = top
        self.git = tracked
        self.notes = tuple(notes)
        self._folder = folder
        self._environment = environment

    def path(self, file: str) -> str:
        """Where a file of the repository is on the disk."""
        return os.path.join(self.top, *file.split("/"))

    def files(self) -> list[File]:
        """The files to be committed: regular ones in the index; those of the folder where there is no Git.

        Links and submodules are left out: they have no content of their own here. A file with a conflict is
        there with each of its contents. Raises InputError when Git fails.
        """
        if not self.git:
            return [File(path) for path in self._walk()]
        return [File(path, name) for mode, name, path in self._index() if mode in _REGULAR]

    def submodules(self) -> list[str]:
        """The paths of submodules, which are repositories of their own. Raises InputError when Git fails."""
        return [path for mode, _, path in self._index() if mode == _SUBMODULE] if self.git else []

    def paths(self) -> list[str]:
        """The regular files in the work tree: tracked ones, and new ones that are not ignored.

        Raises InputError when Git fails.
        """
        if not self.git:
            return self._walk()
        listed = git.run(
            ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--full-name", "--", ":/"],
            self._folder, self._environment,
        )  # fmt: skip
        names = dict.fromkeys(os.fsdecode(name) for name in listed.split(b"\0") if name)
        return [name for name in names if _is_regular(self.path(name))]

    def contents(self, files: Iterable[File]) -> Iterator[tuple[File, Content | None]]:
        """The content of each file, in turn; None for one that is not there. Raises InputError when Git fails."""
        if self.git:
            yield from self._objects(files)
            return
        for file in files:
            try:
                stream = open(self.path(file.path), "rb")  # noqa: SIM115, closed below
            except OSError:
                yield file, None
                continue
            with stream:
                yield file, Content(stream, os.fstat(stream.fileno()).st_size)

    def tree(self, revision: str) -> list[File]:
        """The files and links of a commit. Raises InputError for one that is not known."""
        remedy = "name a branch, a tag or a commit of the work tree"
        try:
            if revision.startswith("-"):
                raise git.failed("this is an option", self._folder)
            listed = git.run(
                ["ls-tree", "-r", "-z", "--full-tree", f"{revision}^{{commit}}"], self._folder, self._environment
            )
        except InputError:
            message = f"{revision[:80]} is no revision of this work tree"
            raise InputError(Problem(message, Span(self.top), remedy=remedy)) from None
        out = []
        for entry in listed.split(b"\0"):
            if entry:
                facts, _, path = entry.partition(b"\t")
                mode, _, name = facts.decode("ascii").split(" ")
                if mode in _REGULAR or mode == _LINK:
                    out.append(File(os.fsdecode(path), name, mode == _LINK))
        return out

    def _index(self) -> Iterator[tuple[str, str, str]]:
        """Mode, name of the content and path of each entry."""
        listed = git.run(["ls-files", "-z", "--stage", "--full-name", "--", ":/"], self._folder, self._environment)
        for entry in listed.split(b"\0"):
            if entry:
                facts, _, path = entry.partition(b"\t")
                mode, name, _ = facts.decode("ascii").split(" ")
                yield mode, name, os.fsdecode(path)

    def _walk(self) -> list[str]:
        out: list[str] = []
        for folder, folders, names in os.walk(self.top):
            folders[:] = sorted(name for name in folders if name != ".git")
            below = os.path.relpath(folder, self.top).replace(os.sep, "/")
            prefix = "" if below == "." else f"{below}/"
            out += [f"{prefix}{name}" for name in sorted(names) if _is_regular(os.path.join(folder, name))]
        return out

    def _objects(self, files: Iterable[File]) -> Iterator[tuple[File, Content | None]]:
        from tempfile import TemporaryFile

        files = list(files)
        with TemporaryFile() as wanted:
            wanted.writelines(f"{file.object}\n".encode("ascii") for file in files)
            wanted.seek(0)
            with subprocess.Popen(
                git.command(["cat-file", "--batch", "--buffer"]),
                cwd=self._folder,
                env=git.environment(self._environment),
                stdin=wanted,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=_PIECE,
            ) as process:
                assert process.stdout is not None
                try:
                    for file in files:
                        facts = process.stdout.readline().split()
                        if not facts:
                            raise git.failed("git cat-file ended early", self._folder)
                        if len(facts) != 3 or facts[1] != b"blob":
                            yield file, None
                            continue
                        content = Content(process.stdout, int(facts[2]))
                        yield file, content
                        content.skip()
                        process.stdout.read(1)
                finally:
                    process.kill()


def find(folder: str = ".", environment: Mapping[str, str] = os.environ) -> Repository:
    """The repository that a folder lies in; the folder itself, with a note, where Git has none or is not there.

    Raises InputError when Git refuses the repository: nothing is then known of what would be committed.
    """
    folder = os.path.abspath(folder)
    if not git.environment(environment).get("GIT_DIR") and work_tree(folder) is None:
        note = "this is no Git work tree: the files of the folder are looked at"
        return Repository(folder, folder, environment, tracked=False, notes=[_note(note, folder)])
    try:
        top = os.fsdecode(git.run(["rev-parse", "--show-toplevel"], folder, environment).removesuffix(b"\n"))
    except FileNotFoundError:
        note = "git is not on PATH: the files of the folder are looked at, not those of the index"
        return Repository(folder, folder, environment, tracked=False, notes=[_note(note, folder)])
    return Repository(os.path.normpath(top), folder, environment, tracked=True)


def _note(message: str, folder: str) -> Problem:
    return Problem(message, Span(folder), severity="note", code="TG6011")


def _is_regular(path: str) -> bool:
    return os.path.isfile(path) and not os.path.islink(path)
