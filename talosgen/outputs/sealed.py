"""Configs as encrypted files, to be committed: every value is encrypted, and what has not changed stays as it is."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from talosgen import inputs
from talosgen.errors import InputError, Problem
from talosgen.sops import file
from talosgen.sops.document import load
from talosgen.sops.file import Scheme
from talosgen.sops.metadata import split
from talosgen.sops.rules import differences
from talosgen.sops.selection import DEFAULT, Selection
from talosgen.sops.tree import Tree, same
from talosgen.sops.walk import clear_leaves
from talosgen.source import Span

if TYPE_CHECKING:
    from talosgen.secrets.access import Access

__all__ = ["is_current", "sealed"]


def sealed(path: str, text: str, access: Access) -> bytes | None:
    """The encrypted file of a config for ``path``; None when the one that is there holds it already.

    It is encrypted for the recipients of the rule for ``path`` in .sops.yaml. Where a key at hand opens the file that
    is there, values that did not change keep their ciphertext. Raises InputError: nobody to encrypt for, a rule that
    leaves values in the clear.
    """
    try:
        scheme = access.scheme(path)
    except InputError as error:
        raise InputError(_for_nobody(problem, path) for problem in error.problems) from None
    if scheme.selection != DEFAULT:
        message = f"configs are encrypted whole, and {scheme.selection.kind} may leave parts of them in the clear"
        remedy = "give them a rule of their own, without such a setting, above this one in .sops.yaml"
        raise InputError(Problem(message, Span(os.path.dirname(path)), remedy=remedy, code="sops-not-whole"))
    tree = load(text, path)
    if os.path.lexists(path) and (kept := _kept(path, tree, scheme, access)) is not None:
        return kept or None
    from talosgen.secrets.sealing import seal

    made, _ = seal(tree, path, access)
    return _whole(made, path)


def is_current(path: str, text: str, access: Access) -> bool | None:
    """Whether an encrypted file holds a config; None where it does not open."""
    try:
        return same(load(text, path), access.open(inputs.read(path), path).tree)
    except InputError:
        return None


def _for_nobody(problem: Problem, path: str) -> Problem:
    if problem.code != "sops-no-keys":
        return problem
    # The same for all files of the folder.
    return problem._replace(
        message="there is nobody to encrypt for: no rule of a .sops.yaml fits the files in this folder",
        place=Span(os.path.dirname(path)),
        remedy=r"add one to .sops.yaml, with path_regex: \.sops\.ya?ml$ and the recipients",
    )


def _kept(path: str, tree: Tree, scheme: Scheme, access: Access) -> bytes | None:
    """What becomes of the file that is there: empty when it stays, None when it is made anew."""
    try:
        data = inputs.read(path)
        if not file.is_encrypted(data, path):
            return None
        opened = access.open(data, path)
    except InputError:
        # Damaged, somebody else's, or for keys that are not at hand.
        return None
    if differences(opened.metadata, scheme):
        return None
    if same(tree, opened.tree):
        return b""
    return _whole(file.save(opened, tree, access.now(), source=path), path)


def _whole(text: str, path: str) -> bytes:
    """Refuse what is not encrypted whole: a key of a config may end in what sops leaves in the clear."""
    found = clear_leaves(split(load(text, path), path)[0], Selection("encrypted_regex", ""), path)
    if found:
        raise InputError(
            problem._replace(
                message="configs are encrypted whole, and this value would stay in the clear",
                severity="error",
                remedy=f"use no key that ends in {DEFAULT.text}",
                code="sops-not-whole",
            )
            for problem in found
        )
    return text.encode("utf-8", "surrogateescape")
