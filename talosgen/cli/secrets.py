"""``secrets new``, ``show``, ``edit``, ``encrypt`` and ``decrypt``."""

from __future__ import annotations

import sys
from typing import Any

from talosgen import files, inputs
from talosgen.cli.access import access
from talosgen.cli.flags import UsageError
from talosgen.cli.printing import deliver, tell
from talosgen.errors import InputError

__all__ = ["decrypt", "edit", "encrypt", "first_key", "named", "new", "show", "tell"]


def new(flags: dict[str, Any], arguments: list[str]) -> int:
    """Make an encrypted bundle."""
    from talosgen.contract import Contract
    from talosgen.pki.secrets import SecretsBundle
    from talosgen.secrets import bundle

    path = named(flags)
    contract = Contract.parse(flags["talos-version"])
    if problems := files.targets([path]):
        raise InputError(
            problem._replace(remedy="a bundle is never overwritten: give another file with -o") for problem in problems
        )
    first_key(flags, path)
    tell(
        bundle.create(path, SecretsBundle.generate(contract), access(), flags["age"], accept=flags["accept-recipients"])
    )
    print(f"Created {path}", file=sys.stderr)
    return 0


def named(flags: dict[str, Any]) -> str:
    """The file that -o names, for what must not be printed. Raises UsageError for standard output."""
    path: str = flags["output"]
    if path == "-":
        raise UsageError("-o takes the name of a file here, not standard output; ./- is a file with that name")
    return path


def show(flags: dict[str, Any], arguments: list[str]) -> int:
    """Print what an encrypted file holds."""
    (file,) = arguments
    data = inputs.read(file)
    if flags["reveal"]:
        from talosgen.sops.layout import dump

        text = dump(access().tree(data, file, tell))
    else:
        from talosgen.secrets.masking import masked

        text = masked(data, file, access())
    deliver(text.encode("utf-8", "surrogateescape"))
    return 0


def edit(flags: dict[str, Any], arguments: list[str]) -> int:
    """Let the user edit an encrypted file."""
    from talosgen.secrets import editing

    (file,) = arguments
    run = editing.editor(access().environment)
    if not editing.edit(file, access(), run, _again, accept=flags["accept-recipients"], report=tell):
        print(f"{file}: nothing was changed", file=sys.stderr)
    return 0


def _again(error: InputError) -> bool:
    """Tell what is wrong with an edited file, and ask whether to go on."""
    if not sys.stdin.isatty():
        return False
    tell(list(error.problems))
    print("Edit again? [Y/n] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("", "y", "yes")


def encrypt(flags: dict[str, Any], arguments: list[str]) -> int:
    """Encrypt a file in its place."""
    from talosgen.secrets import sealing
    from talosgen.secrets.replace import original

    (file,) = arguments
    # Before a key is made for it.
    original(file)
    first_key(flags, file)
    accept = flags["accept-recipients"]
    tell(sealing.encrypt(file, access(), flags["age"], again=flags["again"], accept=accept))
    print(f"Encrypted {file}", file=sys.stderr)
    return 0


def first_key(flags: dict[str, Any], path: str) -> None:
    """Make the first key and the first rule where they are asked for."""
    if not flags["keygen"]:
        return
    from talosgen.secrets.keygen import keygen

    made = keygen(path, access(), post_quantum=flags["post-quantum"])
    if made.new_key:
        print(f"Created {made.key_file}: keep a copy of it, it opens everything", file=sys.stderr)
    if made.new_rules:
        print(f"Created {made.rules}: commit it", file=sys.stderr)
    elif made.new_key:
        print(f"{made.rules}: warning: no rule has the new key {made.recipients[0]}; add it", file=sys.stderr)


def decrypt(flags: dict[str, Any], arguments: list[str]) -> int:
    """Print or write a file in the clear."""
    from talosgen.sops.layout import dump

    (file,) = arguments
    target = "" if flags["output"] == "-" else flags["output"]
    if target and (problems := files.targets([target], flags["force"])):
        raise InputError(problems)
    text = dump(access().tree(inputs.read(file), file, tell)).encode("utf-8", "surrogateescape")
    if not target:
        deliver(text)
        return 0
    files.write({target: text}, force=flags["force"], make_folders=False)
    if files.in_git_in_the_clear(target):
        print(
            f"{target}: warning: this holds secrets in the clear, inside a Git work tree that does not ignore it",
            file=sys.stderr,
        )
    return 0
