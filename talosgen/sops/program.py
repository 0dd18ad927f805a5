"""The ``sops`` program, for keys that only it can use: PGP, cloud key services, Vault.

Content goes through pipes, so that nothing in the clear touches a disk.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Final

from talosgen.age.party import Identity
from talosgen.errors import InputError, Problem
from talosgen.sops import file
from talosgen.sops.document import load
from talosgen.sops.tree import Tree
from talosgen.source import Span

__all__ = ["Program", "find", "read"]

_SECONDS: Final = 120


def find(environment: Mapping[str, str] = os.environ) -> Program | None:
    """The program on the ``PATH`` of an environment."""
    import shutil

    path = shutil.which("sops", path=environment.get("PATH", ""))
    return None if path is None else Program(path, environment)


class Program:
    """A ``sops`` program and the environment that it runs in."""

    def __init__(self, path: str, environment: Mapping[str, str] = os.environ) -> None:
        self.path = path
        self._environment = dict(environment)

    def decrypt(self, data: bytes, source: str = "<text>") -> Tree:
        """The tree of an encrypted file, its MAC checked by the program. Raises InputError."""
        arguments = ["decrypt", "--input-type", "yaml", "--output-type", "yaml"]
        return load(self._run(arguments, data, source, None), source)

    def encrypt(self, text: str, path: str, config: str, source: str = "<text>") -> str:
        """The text of an encrypted file for a path, by the rules of a ``.sops.yaml``. Raises InputError."""
        arguments = ["--config", config, "encrypt", "--input-type", "yaml", "--output-type", "yaml"]
        out = self._run(
            [*arguments, "--filename-override", path], text.encode("utf-8"), source, os.path.dirname(config)
        )
        return out.decode("utf-8")

    def _run(self, arguments: Sequence[str], data: bytes, source: str, folder: str | None) -> bytes:
        import subprocess

        # What the program says may quote values: its messages are not shown.
        try:
            done = subprocess.run(
                [self.path, "--disable-version-check", *arguments], input=data, cwd=folder or None,
                env=self._environment, capture_output=True, check=False, timeout=_SECONDS,
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired):
            raise InputError(Problem("the sops program could not be run", Span(source), code="sops-program")) from None
        if done.returncode:
            raise InputError(
                Problem(
                    f"the sops program failed with status {done.returncode}",
                    Span(source),
                    remedy=f"run sops {arguments[0] if arguments[0] != '--config' else 'encrypt'} yourself to see why",
                    code="sops-program",
                )
            )
        return done.stdout


def read(data: bytes, identities: Sequence[Identity], source: str = "<text>", program: Program | None = None) -> Tree:
    """The tree of an encrypted file: by an identity, else by the program for the keys that only it can use.

    Raises InputError, as ``file.decrypt`` does, when neither opens it; without a program it is named.
    """
    try:
        return file.decrypt(data, identities, source).tree
    except InputError as error:
        if program is None or not any(problem.code == "sops-foreign" for problem in error.problems):
            raise
    return program.decrypt(data, source)
