"""A repository of its own for a test of commands: a working folder, a home, and no key of the machine's."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from talosgen.age import keys
from talosgen.cli import main
from talosgen.secrets.access import Access
from talosgen.sops.tree import plain


class Repository:
    """The working folder, the home beside it, and commands run in them."""

    def __init__(self, folder: Path, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.home = home
        self.key_file = home / ".config" / "sops" / "age" / "keys.txt"
        self._capsys = capsys

    def run(self, *arguments: str) -> tuple[int, str, str]:
        """A command; its exit status, what it prints, what it says."""
        status = main(list(arguments))
        captured = self._capsys.readouterr()
        return status, captured.out, captured.err

    def key(self, write: bool = True) -> str:
        """Make a key; ``write`` puts it where it is found. Its recipient."""
        made = keys.generate()
        if write:
            self.key_file.parent.mkdir(parents=True, exist_ok=True)
            self.key_file.write_text(keys.key_file(made, "2026-01-01T00:00:00Z"), encoding="utf-8")
            self.key_file.chmod(0o600)
        return str(made.recipient)

    def rules(self, *recipients: str, **settings: object) -> None:
        """Write a ``.sops.yaml`` with one rule for all files."""
        lines = ["creation_rules:", f"  - age: [{', '.join(recipients)}]"]
        lines += [f"    {name}: {value}" for name, value in settings.items()]
        (self.folder / ".sops.yaml").write_text("\n".join((*lines, "")), encoding="utf-8")

    def leaves(self, file: str) -> list[str]:
        """The texts in an encrypted file, in the clear, that are long enough to look for."""
        tree = Access(os.environ, str(self.folder)).tree((self.folder / file).read_bytes(), file)
        work = [plain(document) for document in tree]
        out = []
        while work:
            value = work.pop()
            if isinstance(value, (dict, list)):
                work += value.values() if isinstance(value, dict) else value
            elif isinstance(value, str) and len(value) >= 12:
                out.append(value)
        assert out
        return out

    def entries(self) -> list[str]:
        """All files of the working folder."""
        return sorted(str(path.relative_to(self.folder)) for path in self.folder.rglob("*") if path.is_file())


@pytest.fixture
def repository(tmp_path, monkeypatch, capsys, plaintext):
    """A fresh repository with no key and no rules."""
    folder, home = tmp_path / "repository", tmp_path / "home"
    folder.mkdir()
    home.mkdir()
    for name in list(os.environ):
        if name.startswith("SOPS_") or name in ("XDG_CONFIG_HOME", "EDITOR", "VISUAL"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.chdir(folder)
    return Repository(folder, home, capsys)
