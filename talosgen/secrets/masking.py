"""What an encrypted file holds, for people to look at: its secrets masked."""

from __future__ import annotations

from typing import Any, Final

from talosgen.secrets import bundle
from talosgen.secrets.access import Access
from talosgen.sops.document import load
from talosgen.sops.layout import dump
from talosgen.sops.metadata import split
from talosgen.sops.tree import Branch, Comment, Entry, Items
from talosgen.sops.tree import branch as branch_of
from talosgen.sops.values import sealed

__all__ = ["masked"]

_MASK: Final = "******"


def masked(data: bytes, source: str, access: Access) -> str:
    """The text of an encrypted file with its secrets masked: of a bundle what is no secret shows, of others what was
    in the clear. The file must open, and its MAC fit: nothing else tells what it says from what somebody made of it.

    Raises InputError as ``Access.tree`` does.
    """
    tree = access.tree(data, source)
    encrypted, metadata = split(load(data, source), source)
    if not bundle.is_bundle(tree):
        return dump(tuple(_masked(document) for document in encrypted))
    bundle.require_whole(encrypted, metadata, source)
    from talosgen.config.redact import redact
    from talosgen.pki.secrets import SecretsBundle
    from talosgen.schema.table import table

    shown = SecretsBundle.load(dump(tree), source).to_tree()
    return dump((branch_of(redact(shown, table().roots["secrets"], "all")),))


def _masked(value: Any) -> Any:
    if isinstance(value, Branch):
        return Branch(
            Entry(item.key, _masked(item.value)) if isinstance(item, Entry) else _comment(item) for item in value
        )
    if isinstance(value, Items):
        return Items(_comment(item) if isinstance(item, Comment) else _masked(item) for item in value)
    return _MASK if isinstance(value, str) and sealed(value) is not None else value


def _comment(comment: Comment) -> Comment:
    return comment if sealed(comment.text) is None else comment._replace(text=f" {_MASK}")
