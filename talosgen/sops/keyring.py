"""Where SOPS looks for age identities, on each operating system."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from talosgen.age import armor, keys
from talosgen.age.party import Identity
from talosgen.errors import InputError, Problem
from talosgen.inputs import read
from talosgen.sops.services import shortened
from talosgen.source import Span

__all__ = ["Keyring", "default_file", "find", "run"]

#: Gives the content of a file, None where there is none. Raises InputError for one that cannot be read.
Read = Callable[[str], bytes | None]
#: Runs a command with more environment variables and gives what it prints. Raises InputError.
Run = Callable[[Sequence[str], Mapping[str, str]], bytes]
#: Asks for the passphrase of a source.
Ask = Callable[[str], str]

_SSH_FILES: Final = ("id_ed25519", "id_rsa")
_SECONDS: Final = 120


class Keyring(NamedTuple):
    """The identities that were found, the places without any, and what was wrong with others.

    ``places``: where each identity was found.
    """

    identities: tuple[Identity, ...]
    missing: tuple[str, ...]
    problems: tuple[Problem, ...]
    places: tuple[str, ...] = ()

    def explain(self, error: InputError) -> InputError:
        """A failure to open a file, with where identities were looked for. Other errors stay as they are."""
        if not any(problem.code == "sops-no-identity" for problem in error.problems):
            return error
        looked = Problem(
            f"no identities were found in {', '.join(self.missing)}", severity="note",
            remedy="set SOPS_AGE_KEY_FILE, or put the key file in its usual place",
        )  # fmt: skip
        tried = [
            Problem(f"this key was tried: {_name(identity)}", Span(place), severity="note")
            for identity, place in zip(self.identities, self.places, strict=False)
        ]
        return InputError([*error.problems, *self.problems, *tried[:20], *([looked] if self.missing else [])])


def default_file(
    environment: Mapping[str, str] = os.environ, platform: str = sys.platform, home: str | None = None
) -> str | None:
    """The usual key file, ``sops/age/keys.txt`` in the user's folder for settings; None without that folder."""
    home = os.path.expanduser("~") if home is None else home
    if platform == "win32":
        base = environment.get("AppData") or environment.get("APPDATA") or ""
        return f"{base}\\sops\\age\\keys.txt" if base else None
    base = environment.get("XDG_CONFIG_HOME", "")
    if platform != "darwin" and base and not base.startswith("/"):
        return None
    if not base:
        base = f"{home}/Library/Application Support" if platform == "darwin" else f"{home}/.config"
    return f"{base}/sops/age/keys.txt"


def _read(path: str) -> bytes | None:
    return read(path) if os.path.exists(path) else None


def run(command: Sequence[str], variables: Mapping[str, str]) -> bytes:
    """Run a command without a shell. Raises InputError, without its output, when it fails."""
    import subprocess

    try:
        done = subprocess.run(
            list(command), env={**os.environ, **variables}, stdout=subprocess.PIPE, check=False, timeout=_SECONDS
        )
    except (OSError, ValueError, subprocess.TimeoutExpired):
        raise InputError(Problem("the command could not be run to its end", Span(str(command[0])))) from None
    if done.returncode:
        raise InputError(Problem(f"the command failed with status {done.returncode}", Span(str(command[0]))))
    return done.stdout


def find(
    environment: Mapping[str, str] = os.environ,
    *,
    platform: str = sys.platform,
    home: str | None = None,
    read: Read = _read,
    run: Run = run,
    ask: Ask | None = None,
    recipients: Sequence[str] = (),
) -> Keyring:
    """All identities that SOPS would try.

    ``recipients`` are those of the file: SOPS_AGE_KEY_CMD is told each of them. ``ask`` gives the passphrase of a
    source, when it is needed. What is wrong with a source is kept for the case that no other one opens the file.
    """
    return _Search(environment, platform, os.path.expanduser("~") if home is None else home, read, run, ask).all(
        recipients
    )


class _Search:
    def __init__(
        self, environment: Mapping[str, str], platform: str, home: str, read: Read, run: Run, ask: Ask | None
    ) -> None:
        self._environment = environment
        self._platform = platform
        self._home = home
        self._read = read
        self._run = run
        self._ask = ask
        self._found: list[Identity] = []
        self._places: list[str] = []
        self._missing: list[str] = []
        self._problems: list[Problem] = []

    def all(self, recipients: Sequence[str]) -> Keyring:
        self._file("SOPS_AGE_SSH_PRIVATE_KEY_FILE", self._variable("SOPS_AGE_SSH_PRIVATE_KEY_FILE"))
        self._command("SOPS_AGE_SSH_PRIVATE_KEY_CMD", ())
        separator = "\\" if self._platform == "win32" else "/"
        for name in _SSH_FILES:
            self._file("", f"{self._home}{separator}.ssh{separator}{name}")
        self._text("SOPS_AGE_KEY")
        self._file("SOPS_AGE_KEY_FILE", self._variable("SOPS_AGE_KEY_FILE"))
        self._command("SOPS_AGE_KEY_CMD", recipients)
        self._file("", default_file(self._environment, self._platform, self._home))
        return Keyring(tuple(self._found), tuple(self._missing), tuple(self._problems), tuple(self._places))

    def _variable(self, name: str) -> str:
        return self._environment.get(name, "")

    def _try(self, place: str, get: Callable[[], list[Any]]) -> None:
        try:
            got = get()
            self._found += got
            self._places += [place] * len(got)
        except InputError as error:
            self._problems += [
                problem if problem.place is not None else problem._replace(place=Span(place))
                for problem in error.problems
            ]

    def _file(self, name: str, path: str | None) -> None:
        """A key file that a variable names, or that is used where it is there."""
        if not path:
            if name:
                self._missing.append(name)
            return
        if path.startswith("~/"):
            path = self._home + path[1:]
        try:
            data = self._read(path)
        except InputError as error:
            self._problems += error.problems
            return
        if data is None:
            self._missing.append(path)
            if name:
                self._problems.append(Problem(f"{name} names a file that is not there", Span(path)))
            return
        self._try(path, lambda: keys.identities(data, path, self._ask))

    def _text(self, name: str) -> None:
        text = self._variable(name)
        if not text.strip():
            self._missing.append(name)
            return
        if not armor.is_armored(text.encode("utf-8", "surrogateescape")):
            # Identities may stand beside each other here.
            text = "\n".join(line if line.startswith("#") else "\n".join(line.split()) for line in text.split("\n"))
        self._try(name, lambda: keys.identities(text, name, self._ask))

    def _command(self, name: str, recipients: Sequence[str]) -> None:
        text = self._variable(name)
        if not text.strip():
            self._missing.append(name)
            return
        try:
            command = shlex.split(text)
        except ValueError:
            self._problems.append(Problem("a quote in this command is not closed", Span(name)))
            return
        seen: list[bytes] = []

        def answers() -> list[Identity]:
            out: list[Identity] = []
            for variables in [{"SOPS_AGE_RECIPIENT": recipient} for recipient in recipients] or [{}]:
                answer = self._run(command, variables)
                if answer in seen:
                    # It does not care for whom.
                    break
                seen.append(answer)
                out += keys.identities(answer, name, self._ask)
            return out

        self._try(name, answers)


def _name(identity: Identity) -> str:
    """What may be told of an identity."""
    recipient = getattr(identity, "recipient", None)
    return "one under a passphrase" if recipient is None else shortened(str(recipient))
