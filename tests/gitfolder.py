"""A Git work tree for a test of what a repository holds: real Git, its own home, keys for people by name."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from talosgen.age import keys
from talosgen.cli import main
from talosgen.secrets import repository
from talosgen.secrets.access import Access
from talosgen.secrets.check import check
from talosgen.sops import file
from talosgen.sops.selection import DEFAULT
from talosgen.sops.tree import branch

NOW = "2026-01-15T12:34:56Z"


class GitFolder:
    """A work tree: files are written, staged, checked. Identities are made when they are first named."""

    def __init__(self, folder: Path, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.home = home
        self._capsys = capsys
        self._people: dict[str, keys.X25519Identity] = {}

    def git(self, *arguments: str | bytes, folder: Path | None = None) -> str:
        """What a command of Git prints."""
        done = subprocess.run(["git", *arguments], cwd=folder or self.folder, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode("utf-8", "surrogateescape")

    def identity(self, name: str) -> keys.X25519Identity:
        return self._people.setdefault(name, keys.generate())

    def recipient(self, name: str) -> str:
        return str(self.identity(name).recipient)

    def write(self, name: str, content: str | bytes) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def encrypted(self, content: dict, *people: str, selection=DEFAULT, **settings) -> str:
        scheme = file.Scheme(file.recipients(*map(self.recipient, people)), selection, **settings)
        return file.encrypt((branch(content),), scheme, NOW)

    def rules(self, *people: str, pattern: str = r"\.sops\.yaml$|secrets\.yaml$", more: str = "") -> Path:
        lines = [f"  - path_regex: '{pattern}'", "    age:", *(f"      - {self.recipient(name)}" for name in people)]
        return self.write(".sops.yaml", "\n".join(["creation_rules:", *lines, more]).rstrip() + "\n")

    def access(self, *people: str, folder: Path | None = None) -> Access:
        return Access(
            dict(os.environ), str(folder or self.folder), identities=[self.identity(name) for name in people],
            now=lambda: "2026-02-03T04:05:06Z",
        )  # fmt: skip

    def repository(self, folder: Path | None = None) -> repository.Repository:
        return repository.find(str(folder or self.folder))

    def check(self, *people: str, folder: Path | None = None, **options):
        """The findings, without notes."""
        found = check(self.repository(folder), self.access(*people, folder=folder), **options)
        return [problem for problem in found if problem.severity != "note"]

    def codes(self, *people: str, **options) -> list[tuple[str, str]]:
        """The findings' codes and files."""
        return [(problem.code, problem.place.source) for problem in self.check(*people, **options)]

    def stage(self, *names: str) -> None:
        self.git("add", "--", *(names or (".",)))

    def commit(self, message: str = "a change") -> None:
        self.stage()
        self.git("commit", "--quiet", "--message", message)

    def key_file(self, *people: str) -> Path:
        """Put identities where they are found."""
        path = self.home / ".config" / "sops" / "age" / "keys.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(keys.key_file(self.identity(name), NOW) for name in people), encoding="utf-8")
        return path

    def run(self, *arguments: str) -> tuple[int, str, str]:
        """A command of talosgen: its exit status, what it prints, what it says."""
        status = main(list(arguments))
        captured = self._capsys.readouterr()
        return status, captured.out, captured.err


@pytest.fixture
def tree(tmp_path, monkeypatch, capsys):
    """An empty Git work tree, which is the working folder."""
    if shutil.which("git") is None:
        pytest.skip("needs git")
    folder, home = tmp_path / "tree", tmp_path / "home"
    folder.mkdir()
    home.mkdir()
    for name in list(os.environ):
        if name.startswith(("SOPS_", "GIT_")) or name == "XDG_CONFIG_HOME":
            monkeypatch.delenv(name)
    (home / ".gitconfig").write_text(
        "[user]\n\tname = Test\n\temail = test@example.com\n[init]\n\tdefaultBranch = main\n"
        '[protocol "file"]\n\tallow = always\n',
        encoding="utf-8",
    )
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.chdir(folder)
    made = GitFolder(folder, home, capsys)
    made.git("init", "--quiet")
    return made
