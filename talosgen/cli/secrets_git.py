"""``secrets recipients``, ``rotate``, ``check`` and ``textconv``: encrypted files as a repository has them."""

from __future__ import annotations

import sys
from typing import Any

from talosgen import inputs
from talosgen.cli.access import access
from talosgen.cli.printing import deliver, report, tell
from talosgen.cli.secrets import named
from talosgen.errors import InputError, Problem
from talosgen.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from talosgen.secrets.recipients import Changed
    from talosgen.secrets.repository import Repository

__all__ = ["add", "check", "keygen", "listing", "remove", "rotate", "textconv", "update"]


def _repository() -> Repository:
    from talosgen.secrets import repository

    here = access()
    return repository.find(here.folder, here.environment)


def check(flags: dict[str, Any], arguments: list[str]) -> int:
    """Print what must not be committed."""
    from talosgen.secrets.check import check as find

    return report(find(_repository(), access(), require_keys=flags["require-keys"]), flags)


def keygen(flags: dict[str, Any], arguments: list[str]) -> int:
    """Make a key, and print its recipient."""
    from talosgen.secrets.keygen import new_key

    key = new_key(access(), named(flags), post_quantum=flags["post-quantum"])
    print(f"Created {flags['output'] or key.file}: keep it to yourself, and a copy of it", file=sys.stderr)
    print(*key.recipients)
    return 0


def listing(flags: dict[str, Any], arguments: list[str]) -> int:
    """Print who can read which files."""
    from talosgen.outputs.reports import visible
    from talosgen.secrets.recipients import readers

    files: dict[str, list[str]] = {}
    for path, names in readers(_repository(), access()):
        for name in names:
            files.setdefault(name, []).append(path)
    lines = [
        line for name in sorted(files) for line in (visible(name), *(f"    {visible(path)}" for path in files[name]))
    ]
    deliver("".join(f"{line}\n" for line in lines).encode("utf-8", "backslashreplace"))
    return 0


def add(flags: dict[str, Any], arguments: list[str]) -> int:
    """Let more readers in."""
    from talosgen.secrets.recipients import add as let_in

    done = let_in(_repository(), access(), arguments, like=flags["like"], accept=flags["accept-recipients"])
    return _told(done)


def remove(flags: dict[str, Any], arguments: list[str]) -> int:
    """Take readers away."""
    from talosgen.secrets.recipients import remove as take

    renew = flags["rotate"]
    done = take(_repository(), access(), arguments, accept=flags["accept-recipients"], renew=renew)
    _told(done)
    known = Problem(
        "old commits still decrypt with the key that was removed: whoever has it knows the secrets in them",
        remedy="make new secrets, and with `secrets rotate` see which they are", severity="note",
    )  # fmt: skip
    copied = Problem(
        "and whoever kept the data keys of these files reads what is written under them from now on",
        remedy="run `secrets rotate`", severity="warning",
    )  # fmt: skip
    tell([known] if renew else [copied, known])
    return 0


def update(flags: dict[str, Any], arguments: list[str]) -> int:
    """Give files the readers that their rules name."""
    from talosgen.secrets.recipients import update as give

    return _told(give(_repository(), access()))


def _told(done: Changed) -> int:
    from talosgen.outputs.reports import visible

    for path in (*done.rules, *done.files):
        print(f"Changed {visible(path)}", file=sys.stderr)
    if not done.rules and not done.files:
        print("Nothing was changed: all is so already", file=sys.stderr)
    tell(list(done.notes))
    return 0


def rotate(flags: dict[str, Any], arguments: list[str]) -> int:
    """Encrypt files anew under new data keys."""
    from talosgen.outputs.reports import visible
    from talosgen.secrets.recipients import rotate as renew

    done = renew(_repository(), access(), arguments, accept=flags["accept-recipients"])
    for path, secrets, others in done:
        print(f"Rotated {visible(path)}", file=sys.stderr)
        lines = [f"{path}: {secret}" for secret in secrets] or [f"{path}: {others} values"]
        deliver("".join(f"{visible(line)}\n" for line in lines).encode("utf-8", "backslashreplace"))
    if done:
        message = "whoever could read these files before still knows these secrets, from old commits"
        tell([Problem(message, remedy="make new ones where a reader was removed", severity="note")])
    else:
        print("There is no encrypted file here", file=sys.stderr)
    return 0


def textconv(flags: dict[str, Any], arguments: list[str]) -> int:
    """Print a file in the clear for Git's diff; as it is where it is not encrypted, or no key at hand opens it."""
    from talosgen.secrets.reading import is_encrypted
    from talosgen.sops.layout import dump

    (file,) = arguments
    data = inputs.read(file)
    if is_encrypted(data):
        try:
            data = dump(access().tree(data, file)).encode("utf-8", "surrogateescape")
        except InputError as error:
            first = error.problems[0]
            tell([first._replace(place=first.place or Span(file), severity="warning")])
    deliver(data)
    return 0
