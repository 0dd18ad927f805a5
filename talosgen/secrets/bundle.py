"""The secrets bundle in a file: made encrypted, read encrypted or clear, and encrypted whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from talosgen import files
from talosgen.errors import InputError, Problem
from talosgen.secrets.reading import is_encrypted
from talosgen.sops.metadata import Metadata, split
from talosgen.sops.selection import DEFAULT, Selection
from talosgen.sops.tree import Entry, Tree, branch
from talosgen.source import Span

if TYPE_CHECKING:
    from talosgen.pki.secrets import SecretsBundle
    from talosgen.secrets.access import Access

__all__ = ["MARKS", "create", "is_bundle", "load", "require_whole", "require_whole_rule"]

#: Keys that a bundle has and no other file of Talos.
MARKS: Final = frozenset(("certs", "trustdinfo"))
#: Selects every leaf.
_ALL: Final = Selection("encrypted_regex", "")


def is_bundle(tree: Tree) -> bool:
    """Whether a tree, encrypted or clear, has the form of a secrets bundle."""
    return bool(tree) and {item.key for item in tree[0] if isinstance(item, Entry)} >= MARKS


def require_whole_rule(selection: Selection, path: str) -> None:
    """Raises InputError for a rule that may leave a part of a bundle in the clear."""
    if selection != DEFAULT:
        raise InputError(
            Problem(
                f"a secrets bundle is encrypted whole, and {selection.kind} may leave parts of it in the clear",
                Span(path),
                remedy="give the bundle a rule of its own, without such a setting, above this one in .sops.yaml",
                code="sops-not-whole",
            )
        )


def require_whole(tree: Tree, metadata: Metadata, path: str) -> None:
    """Refuse a bundle, still encrypted, that is not so whole: by its rule, or for a leaf that is in the clear."""
    from talosgen.sops.walk import clear_leaves

    remedy = "correct its rule in .sops.yaml, then run `secrets encrypt --again` on it"
    problems = []
    try:
        require_whole_rule(metadata.selection, path)
    except InputError as error:
        problems += [problem._replace(remedy=remedy) for problem in error.problems]
    problems += [
        found._replace(
            message="a secrets bundle is encrypted whole, and this value is in the clear",
            severity="error",
            remedy=remedy,
            code="sops-not-whole",
        )
        for found in clear_leaves(tree, _ALL, path)
    ]
    if problems:
        raise InputError(problems)


def load(data: bytes, source: str, access: Access) -> SecretsBundle:
    """The bundle of a text, encrypted or clear; places in messages are those of the text.

    Raises InputError when it cannot be opened, is no bundle, or is encrypted and not whole.
    """
    from talosgen.pki.secrets import SecretsBundle

    if is_encrypted(data):
        from talosgen.secrets.reading import clear
        from talosgen.sops.document import load as tree_of

        require_whole(*split(tree_of(data, source), source), source)
        data = clear(data, source, access)
    return SecretsBundle.load(data, source)


def create(
    path: str, bundle: SecretsBundle, access: Access, recipients: Sequence[str] = (), *, accept: bool = False
) -> list[Problem]:
    """Encrypt a bundle into a file that is not there yet; what is worth knowing about its recipients.

    Nothing in the clear touches the disk. Raises InputError: the file exists, nobody can read it, the rule for it
    is not for a whole bundle, ``recipients`` are not those of the rule, which ``accept`` lets pass. Nothing is
    written then.
    """
    from talosgen.secrets.sealing import advice, seal

    if files.targets([path]):
        remedy = "a bundle is never overwritten: give another file with -o"
        raise InputError(Problem("the file exists", Span(path), remedy=remedy))
    text, scheme = seal((branch(bundle.to_tree()),), path, access, recipients, accept=accept)
    files.write({path: text.encode("utf-8", "surrogateescape")}, make_folders=False)
    return advice(scheme, path)
