"""Trees to encrypted files, new ones and in the place of clear ones."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Final

from talosgen.errors import InputError, Problem
from talosgen.secrets import bundle
from talosgen.secrets.access import Access
from talosgen.secrets.places import located
from talosgen.secrets.replace import original, replace
from talosgen.sops import file, program
from talosgen.sops.document import load
from talosgen.sops.file import Scheme
from talosgen.sops.layout import dump
from talosgen.sops.metadata import Group, has_metadata, split
from talosgen.sops.tree import Tree
from talosgen.source import Span

__all__ = ["advice", "encrypt", "seal"]

_POST_QUANTUM: Final = "age1pq1"


def seal(
    tree: Tree, path: str, access: Access, recipients: Sequence[str] = (), *, accept: bool = False
) -> tuple[str, Scheme]:
    """The text of a new encrypted file for a path, and how it was encrypted; keys of others go through sops.

    A secrets bundle must be encrypted whole. Raises InputError as ``Access.scheme`` and ``sops.file.encrypt`` do, and
    as ``Access.require_agreement`` where ``recipients`` are not those of the file's rule; ``accept`` lets them pass.
    """
    scheme = access.scheme(path, recipients)
    whole = bundle.is_bundle(tree)
    if whole:
        bundle.require_whole_rule(scheme.selection, path)
    access.require_agreement(scheme, path, accept=accept)
    if not any(group.foreign for group in scheme.groups):
        try:
            return file.encrypt(tree, scheme, access.now(), random=access.random, source=path), scheme
        except InputError as error:
            # What is wrong with a recipient is to be mended where the recipient stands.
            rule = access.rule(path)
            ruled = rule is not None and scheme.groups == rule.groups
            place = rule.place if rule is not None and ruled else Span(path)
            raise InputError(
                problem if problem.place is not None else problem._replace(place=place) for problem in error.problems
            ) from None
    found = program.find(access.environment)
    if found is None:
        raise InputError(
            Problem(
                f"the rule for this file has keys that only the sops program can use: {_foreign(scheme.groups)}",
                Span(path),
                remedy="put sops on PATH, or name age recipients with --age",
                code="sops-foreign",
            )
        )
    rules = access.rules(path)
    assert rules is not None
    absolute = os.path.abspath(os.path.join(access.folder, path))
    text = found.encrypt(dump(tree, scheme.indent), absolute, rules.path, path)
    encrypted, metadata = split(load(text, path), path)
    # What the program was told, and not what it thinks of it.
    access.require_agreement(metadata, path)
    if whole:
        bundle.require_whole(encrypted, metadata, path)
    return text, scheme


def _foreign(groups: Sequence[Group]) -> str:
    from talosgen.sops.services import TITLES

    return ", ".join(dict.fromkeys(TITLES[name] for group in groups for name in group.foreign))


def encrypt(
    path: str, access: Access, recipients: Sequence[str] = (), *, again: bool = False, accept: bool = False
) -> list[Problem]:
    """Encrypt a YAML file in its place; what is worth knowing about its recipients.

    With ``again`` one that is encrypted is encrypted anew, by the rule that holds now; ``accept``: as for ``seal``.
    Raises InputError; the file is then as it was.
    """
    data = original(path)
    tree = load(data, path)
    if has_metadata(tree):
        if not again:
            raise InputError(
                Problem(
                    "this file is encrypted already", Span(path),
                    remedy="--again encrypts it by the rule that holds now", code="sops-encrypted",
                )
            )  # fmt: skip
        tree = access.tree(data, path)
    try:
        text, scheme = seal(tree, path, access, recipients, accept=accept)
    except InputError as error:
        raise InputError(located(error.problems, data, path)) from None
    replace(path, data, text)
    return advice(scheme, path)


def advice(scheme: Scheme, path: str) -> list[Problem]:
    """What is worth knowing about the recipients of a new file."""
    place = Span(path)
    notes = []
    recipients = [recipient for group in scheme.groups for recipient in group.recipients]
    if len(recipients) == 1 and not any(group.foreign for group in scheme.groups):
        notes.append(
            Problem(
                "one key alone opens this file; if it is lost, so is all that is in here",
                place,
                remedy="add a second recipient whose key is kept off-line: the break-glass key",
                severity="note",
            )
        )
    strong = [recipient.startswith(_POST_QUANTUM) for recipient in recipients]
    if any(strong) and not all(strong):
        notes.append(
            Problem(
                "beside a classic recipient a post-quantum one protects nothing",
                place, remedy="give every reader a key age1pq1…", severity="note",
            )
        )  # fmt: skip
    return notes
