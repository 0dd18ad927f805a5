"""The first key and the first rule: what a person without either needs before anything can be encrypted."""

from __future__ import annotations

import os
import posixpath
import re
from typing import Final, NamedTuple

from talosgen import files
from talosgen.age import keys
from talosgen.errors import InputError, Problem
from talosgen.inputs import read
from talosgen.secrets.access import Access
from talosgen.sops.keyring import default_file
from talosgen.sops.rules import NAME
from talosgen.source import Span

__all__ = ["Key", "Made", "keygen", "new_key", "own_key"]

#: The files that a project keeps encrypted.
_FILES: Final = r"(^|/)(secrets|[^/]+\.sops)\.ya?ml$"


class Key(NamedTuple):
    """A person's own key: its recipients, its file, and whether it was made just now."""

    recipients: tuple[str, ...]
    file: str
    new: bool


class Made(NamedTuple):
    """What there is now: the recipients, the file of their key and the rules; whether each was made just now."""

    recipients: tuple[str, ...]
    key_file: str
    new_key: bool
    rules: str
    new_rules: bool


def own_key(access: Access, *, post_quantum: bool = False) -> Key:
    """The key file where sops looks for it; made, readable by its owner alone, where there is none.

    Raises InputError when there is no usual place, or when the key file that is there has no key of age.
    """
    key_file = _usual_place(access)
    if os.path.lexists(key_file):
        return Key(_recipients(key_file), key_file, False)
    return _made(key_file, access, post_quantum)


def new_key(access: Access, path: str = "", *, post_quantum: bool = False) -> Key:
    """A new key in a file of its own, readable by its owner alone, at ``path`` or where sops looks for it.

    A file that is there is never written over. Raises InputError then, and when there is no usual place.
    """
    key_file = os.path.join(access.folder, path) if path else _usual_place(access)
    if os.path.lexists(key_file):
        raise InputError(
            Problem(
                "the file exists, and a key is never written over",
                Span(path or key_file),
                remedy="name another with -o; the public key of this one stands in it",
            )
        )
    return _made(key_file, access, post_quantum)


def _made(key_file: str, access: Access, post_quantum: bool) -> Key:
    made = keys.generate(post_quantum=post_quantum, random=access.random)
    files.write({key_file: keys.key_file(made, access.now()).encode("ascii")})
    return Key((str(made.recipient),), key_file, True)


def _usual_place(access: Access) -> str:
    found = default_file(access.environment, access.platform, access.home)
    if found is None:
        raise InputError(
            Problem("there is no usual place for a key file: the environment names no folder for settings",
                    remedy="set XDG_CONFIG_HOME or AppData, or name a recipient with --age")
        )  # fmt: skip
    return found


def keygen(path: str, access: Access, *, post_quantum: bool = False) -> Made:
    """Make a key file, readable by its owner alone, where sops looks for it, and a ``.sops.yaml`` with a rule for
    ``path``: each where there is none.

    The rules come to the top of the Git work tree, else to the working folder. Raises InputError when there is no
    usual place, when the key file that is there has no key of age, or when rules are there and none is for the file.
    """
    _usual_place(access)
    absolute = os.path.abspath(os.path.join(access.folder, path))
    found = access.rules(path)
    if found is not None:
        # With its own message where none fits.
        found.rule_for(absolute)
    key = own_key(access, post_quantum=post_quantum)
    if found is not None:
        return Made(key.recipients, key.file, key.new, found.path, False)
    folder = files.work_tree(os.path.dirname(absolute)) or os.path.abspath(access.folder)
    rules = os.path.join(folder, NAME)
    files.write({rules: _rules(absolute, folder, key.recipients).encode("utf-8")}, make_folders=False, mode=0o644)
    access.refresh()
    return Made(key.recipients, key.file, key.new, rules, True)


def _recipients(key_file: str) -> tuple[str, ...]:
    """The public keys of a key file that is there."""
    identities = keys.identities(read(key_file), key_file)
    found = tuple(str(identity.recipient) for identity in identities if hasattr(identity, "recipient"))
    if not found:
        raise InputError(
            Problem(
                "a key file is there already, and does not tell the public keys in it",
                Span(key_file),
                remedy="name a recipient with --age",
            )
        )
    return found


def _rules(path: str, folder: str, recipients: tuple[str, ...]) -> str:
    inner = posixpath.relpath(path.replace(os.sep, "/"), folder.replace(os.sep, "/"))
    pattern = _FILES if re.search(_FILES, inner) else f"{_FILES}|^{re.escape(inner)}$"
    lines = [
        "# Which files are encrypted, and for whom. Add the keys of other people and devices below.",
        "creation_rules:",
        f"  - path_regex: '{pattern.replace(chr(39), chr(39) * 2)}'",
        "    age:",
        *(f"      - {recipient}" for recipient in recipients),
    ]
    return "\n".join((*lines, ""))
