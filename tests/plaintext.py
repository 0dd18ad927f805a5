"""A search for known plaintext in all that a command could have left behind.

``Plaintext.require_none`` looks through whole folders, file names included, for any of the secrets that were told to
it: as they are, and as base64, hexadecimal and JSON would show them.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest


class Plaintext:
    """Secrets to look for, and where: ``folders`` are searched whole, of ``shared`` ones what is new in them.

    Links are not followed.
    """

    def __init__(self, folders: Iterable[Path], shared: Iterable[Path] = ()) -> None:
        self.folders = [Path(folder) for folder in folders]
        self.shared = [Path(folder) for folder in shared]
        self._there = {entry.path for folder in self.shared for entry in os.scandir(folder)}
        self._needles: dict[bytes, str] = {}
        self._allowed: set[Path] = set()

    def tell(self, *secrets: str | bytes) -> None:
        """Look for these from now on; each must be long enough not to stand anywhere by chance."""
        for number, secret in enumerate(secrets, len(self._needles) + 1):
            data = secret.encode() if isinstance(secret, str) else secret
            assert len(data) >= 8, "a needle this short is found by chance"
            for form in _forms(data):
                self._needles[form] = f"secret {number}"

    def allow(self, *paths: Path) -> None:
        """These files may hold secrets: they are inputs, or were asked for by name."""
        self._allowed |= {Path(path).resolve() for path in paths}

    def found(self) -> list[str]:
        """The files that hold a secret, each with which one."""
        assert self._needles, "nothing to look for"
        out = []
        for path in self._files():
            if path.resolve() in self._allowed:
                continue
            try:
                data = path.read_bytes() + os.fsencode(str(path))
            except OSError:
                # Another process's, or gone by now.
                continue
            out += [f"{path}: {what}" for needle, what in self._needles.items() if needle in data]
        return out

    def _files(self) -> Iterator[Path]:
        work = list(self.folders)
        for folder in self.shared:
            for entry in os.scandir(folder):
                if entry.path not in self._there:
                    work.append(Path(entry.path))
        while work:
            path = work.pop()
            if path.is_symlink():
                continue
            if path.is_dir():
                with contextlib.suppress(OSError):
                    work += path.iterdir()
            elif path.is_file():
                yield path

    def require_none(self, *outputs: str | bytes) -> None:
        """No file but the allowed ones holds a secret, and none of these outputs does."""
        assert self.found() == []
        for output in outputs:
            data = output.encode("utf-8", "surrogateescape") if isinstance(output, str) else output
            assert not any(needle in data for needle in self._needles), "an output holds a secret"


def _forms(data: bytes) -> set[bytes]:
    """How a secret could be written: as it is, escaped, in hexadecimal, in base64 at each of three offsets."""
    forms = {data, data.hex().encode(), data.hex().upper().encode()}
    forms.add(json.dumps(data.decode("utf-8", "replace"))[1:-1].encode())
    for offset in range(3):
        # What a neighbouring byte would change is cut off.
        text = base64.b64encode(bytes(offset) + data)
        cut = text[(0, 2, 3)[offset] :].rstrip(b"=")
        forms.add(cut[: len(cut) - (len(cut) + (0, 2, 3)[offset]) % 4 - 1] if len(cut) > 8 else cut)
    return {form for form in forms if len(form) >= 8}


@pytest.fixture
def plaintext(tmp_path, monkeypatch):
    """A search of the test's own folder and of the folders for temporary files, which are fresh for the test."""
    temporary = tmp_path / "temporary"
    runtime = tmp_path / "runtime"
    for folder in (temporary, runtime):
        folder.mkdir(mode=0o700)
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    monkeypatch.setattr(tempfile, "tempdir", None)
    shared = (Path(path) for path in ("/tmp", "/var/tmp", "/dev/shm") if os.path.isdir(path))
    return Plaintext([tmp_path], shared)
