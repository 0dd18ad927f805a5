"""Constants that stand in for secrets where no key is at hand. They are public, and keep nothing secret."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from talosgen.contract import Contract
from talosgen.pki.secrets import SecretsBundle

if TYPE_CHECKING:
    from talosgen.sops.tree import Branch

__all__ = ["MARK", "TEXT", "bundle", "concealed", "is_placeholder"]

#: How the cluster id of the constants begins.
MARK: Final = "placeholder/"
#: What stands in for a text.
TEXT: Final = "placeholder"
_VALUES: Final[dict[str, Any]] = {"int": 1, "float": 1.5, "bool": True}


def bundle(contract: Contract | None = None) -> SecretsBundle:
    """The constants for a contract, the newest by default: fixed, and the same for everybody."""
    data = __spec__.loader.get_data(__spec__.origin.rpartition(".")[0] + ".yaml")  # type: ignore[union-attr]
    made = SecretsBundle.load(data, "<placeholder>")
    if contract is not None and not contract.at_least(3) and made.secrets is not None:
        # Older releases know the other kind alone.
        secret = made.secrets.secretboxencryptionsecret
        made = made._replace(secrets=made.secrets._replace(secretboxencryptionsecret="", aescbcencryptionsecret=secret))
    return made


def is_placeholder(made: SecretsBundle) -> bool:
    """Whether a bundle is that of the constants, wherever it came from."""
    return made.cluster is not None and made.cluster.id.startswith(MARK)


def concealed(data: bytes, source: str) -> bytes:
    """The text of an encrypted file with a fixed placeholder of its type for each value, every line where it was.

    Raises InputError for a file that is damaged.
    """
    from talosgen.sops.document import load
    from talosgen.sops.metadata import split
    from talosgen.sops.view import view

    tree, _ = split(load(data, source), source)
    return view(data, tuple(_branch(document) for document in tree), source).encode("utf-8", "surrogateescape")


def _branch(branch: Branch) -> Branch:
    from talosgen.sops.tree import Branch, Entry

    return Branch(Entry(item.key, _value(item.value)) if isinstance(item, Entry) else item for item in branch)


def _value(value: Any) -> Any:
    from talosgen.sops.tree import Branch, Comment, Items
    from talosgen.sops.values import sealed

    if isinstance(value, Branch):
        return _branch(value)
    if isinstance(value, Items):
        # A comment of a list is encrypted as an item.
        return Items(made for item in value if not isinstance(made := _value(item), Comment))
    parts = sealed(value) if isinstance(value, str) else None
    if parts is None:
        return value
    return Comment("") if parts.kind == "comment" else _VALUES.get(parts.kind, TEXT)
