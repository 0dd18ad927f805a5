"""SOPS files: encrypted, decrypted, encrypted again after a change, rotated, given to other recipients."""

from __future__ import annotations

import hmac
import re
from collections.abc import Sequence
from typing import NamedTuple

from talosgen.age.party import Identity, Random, draw
from talosgen.errors import InputError, Problem
from talosgen.goyaml.reader import decode
from talosgen.sops import datakey, walk
from talosgen.sops.cipher import Cipher
from talosgen.sops.document import load
from talosgen.sops.layout import INDENT, dump
from talosgen.sops.metadata import VERSION, Group, Metadata, has_metadata, join, split
from talosgen.sops.selection import DEFAULT, Selection
from talosgen.sops.services import identifier
from talosgen.sops.tree import Tree, same
from talosgen.sops.values import sealed
from talosgen.source import Span

__all__ = ["Opened", "Scheme", "decrypt", "encrypt", "is_encrypted", "recipients", "rotate", "save", "update_keys"]


class Scheme(NamedTuple):
    """How a file is to be encrypted: for whom, what of it, and in which layout."""

    groups: tuple[Group, ...]
    selection: Selection = DEFAULT
    only_encrypted: bool = False
    threshold: int = 0
    indent: int = INDENT


class Opened(NamedTuple):
    """A file that was decrypted. ``notes`` are warnings; the cipher is the one that seals it again."""

    tree: Tree
    metadata: Metadata
    cipher: Cipher
    text: str
    notes: tuple[Problem, ...]

    def __repr__(self) -> str:
        return f"<Opened, {len(self.tree)} documents>"


def recipients(*texts: str) -> tuple[Group, ...]:
    """One group of age recipients, each once."""
    return (Group((("age", tuple({"recipient": text} for text in dict.fromkeys(text.strip() for text in texts))),)),)


def is_encrypted(data: str | bytes, source: str = "<text>") -> bool:
    """Whether a text has a ``sops`` block. Raises InputError for what is no YAML of mappings."""
    text = decode(data, source)
    return "sops" in text and has_metadata(load(text, source))


def encrypt(tree: Tree, scheme: Scheme, now: str, *, random: Random = draw, source: str = "<text>") -> str:
    """The text of a new file; ``now`` is the time, RFC 3339 in UTC and to the second.

    Raises InputError for a tree that has a ``sops`` key already, for recipients that cannot be served, for a
    leaf that cannot be encrypted, and when nothing at all would be.
    """
    if any(has_metadata((document,)) for document in tree):
        raise InputError(
            Problem("this file is encrypted already: it has the key sops", Span(source), code="sops-encrypted")
        )
    _require_keys(scheme.groups, source)
    key = datakey.new(random)
    groups = datakey.share(key, scheme.groups, scheme.threshold, random)
    metadata = Metadata(groups, now, "", scheme.selection, scheme.only_encrypted, scheme.threshold)
    return _sealed(tree, metadata, Cipher(key, random), scheme.indent, source)


def _require_keys(groups: Sequence[Group], source: str, same_key: bool = False) -> None:
    """Refuse groups that cannot all be served. With the same data key, entries of other services serve as they are."""
    if not any(entries for group in groups for _, entries in group.entries):
        raise InputError(
            Problem(
                "there is no recipient to encrypt for", Span(source),
                remedy="name an age recipient, or write a rule in .sops.yaml", code="sops-no-keys",
            )
        )  # fmt: skip
    for index, group in enumerate(groups):
        held = same_key and all("enc" in entry for name in group.foreign for entry in group.of(name))
        if not group.entries or (group.foreign and not held):
            raise InputError(
                Problem(
                    f"key group {index + 1} has keys that only sops can encrypt for"
                    if group.foreign
                    else f"key group {index + 1} is empty",
                    Span(source),
                    remedy="encrypt the file with sops, or for age recipients only",
                    code="sops-foreign",
                )
            )


def _sealed(tree: Tree, metadata: Metadata, cipher: Cipher, indent: int, source: str) -> str:
    walked = walk.encrypt(tree, cipher, metadata.selection, metadata.only_encrypted, source)
    if walked.clear and not walked.selected:
        raise InputError(
            Problem(
                f"nothing of this file would be encrypted by {metadata.selection.kind}", Span(source),
                remedy="correct the rule; a file without secrets needs no encryption", code="sops-nothing",
            )
        )  # fmt: skip
    mac = cipher.seal(walked.digest, metadata.mac_aad)
    return dump(join(walked.tree, metadata._replace(mac=mac)), indent)


def decrypt(
    data: str | bytes,
    identities: Sequence[Identity],
    source: str = "<text>",
    *,
    random: Random = draw,
    ignore_mac: bool = False,
) -> Opened:
    """Decrypt a file whole, its MAC included, or not at all.

    Raises InputError: for a file that is not encrypted or whose block is damaged, when no identity opens it,
    with the path of each value that was changed, and when the MAC does not fit. ``ignore_mac`` lets the last pass.
    """
    text = decode(data, source)
    tree, metadata = split(load(text, source), source)
    cipher = Cipher(datakey.recover(metadata, identities, source), random)
    walked = walk.decrypt(tree, cipher, metadata.selection, metadata.only_encrypted, source)
    if not ignore_mac:
        _check_mac(metadata, cipher, walked.digest, source)
    notes = walked.notes + tuple(
        Problem("this key is unknown; writing the file drops it", Span(source), f"sops.{name}", severity="warning")
        for name in metadata.unknown
    )
    return Opened(walked.tree, metadata, cipher, text, notes)


def _check_mac(metadata: Metadata, cipher: Cipher, digest: str, source: str) -> None:
    remedy = "take the file from its history; it was changed by hand or damaged"
    if not metadata.mac:
        raise InputError(Problem("the file has no MAC", Span(source), "sops.mac", remedy, code="sops-mac-missing"))
    parts = sealed(metadata.mac)
    try:
        if parts is None or parts.kind != "str":
            raise ValueError("it is no ciphertext of a string")
        mac = cipher.open_raw(parts, metadata.mac_aad)
    except ValueError as error:
        message = f"the MAC cannot be decrypted: {error}"
        raise InputError(Problem(message, Span(source), "sops.mac", remedy, code="sops-mac-value")) from None
    if not hmac.compare_digest(mac, digest.encode("ascii")):
        message = "the content does not fit its MAC: values were added, removed, moved or changed"
        raise InputError(Problem(message, Span(source), "sops.mac", remedy, code="sops-mac"))


def _step(text: str) -> int:
    """The step of indentation of an encrypted file, told by its block."""
    found = re.search(r"(?m)^sops:\n( {2,9})[a-z]", text)
    return len(found[1]) if found is not None else INDENT


def save(opened: Opened, tree: Tree, now: str, *, indent: int | None = None, source: str = "<text>") -> str:
    """The text of a file whose content is now ``tree``: same data key, same recipients.

    Values that did not change keep their ciphertext; where nothing changed the text is the old one. Without
    ``indent`` the file keeps its step of indentation. Raises InputError as ``encrypt`` does.
    """
    if same(tree, opened.tree):
        return opened.text
    if any(has_metadata((document,)) for document in tree):
        raise InputError(Problem("the key sops is the encryption's own", Span(source), "sops"))
    metadata = opened.metadata._replace(lastmodified=now, version=_newer(opened.metadata.version))
    return _sealed(tree, metadata, opened.cipher, indent or _step(opened.text), source)


def _newer(version: str) -> str:
    """The release that a rewritten file names: its own where that is newer than the layout."""
    own, ours = (
        tuple(map(int, text.lstrip("v").partition("-")[0].partition("+")[0].split("."))) for text in (version, VERSION)
    )
    return version if own > ours else VERSION


def rotate(
    opened: Opened,
    now: str,
    *,
    groups: Sequence[Group] | None = None,
    random: Random = draw,
    indent: int | None = None,
    source: str = "<text>",
) -> str:
    """The text of a file under a new data key, all of it encrypted anew, for its own recipients or for ``groups``."""
    wanted = opened.metadata.groups if groups is None else tuple(groups)
    _require_keys(wanted, source)
    key = datakey.new(random)
    threshold = min(opened.metadata.threshold, len(wanted)) if len(wanted) > 1 else opened.metadata.threshold
    shared = datakey.share(key, wanted, threshold, random)
    metadata = opened.metadata._replace(
        groups=shared, threshold=threshold, lastmodified=now, version=_newer(opened.metadata.version)
    )
    return _sealed(opened.tree, metadata, Cipher(key, random), indent or _step(opened.text), source)


def update_keys(
    data: str | bytes,
    identities: Sequence[Identity],
    groups: Sequence[Group],
    *,
    random: Random = draw,
    indent: int | None = None,
    source: str = "<text>",
) -> str:
    """The text of a file that ``groups`` can open from now on: the data key, and with it all else, stays.

    Whoever could open it before still knows the data key: ``rotate`` draws a new one. Where the recipients are
    these already, the text is the old one.
    """
    text = decode(data, source)
    tree, metadata = split(load(text, source), source)
    if _names(metadata.groups) == _names(groups):
        return text
    single = len(groups) == len(metadata.groups) == 1
    if single:
        groups = [_with_entries(groups[0], metadata.groups[0])]
    _require_keys(groups, source, same_key=single)
    key = datakey.recover(metadata, identities, source)
    threshold = min(metadata.threshold, len(groups)) if len(groups) > 1 else metadata.threshold
    shared = datakey.share(key, groups, threshold, random)
    return dump(join(tree, metadata._replace(groups=shared, threshold=threshold)), indent or _step(text))


def _names(groups: Sequence[Group]) -> list[set[tuple[str, str]]]:
    return [
        {(name, identifier(name, entry)) for name, entries in group.entries for entry in entries} for group in groups
    ]


def _with_entries(group: Group, held: Group) -> Group:
    """A group with the entries of other services as the file holds them: the data key in them is still the one."""
    known = {(name, identifier(name, entry)): entry for name, entries in held.entries for entry in entries}
    return Group(
        tuple(
            (
                name,
                tuple(
                    entry if name == "age" else known.get((name, identifier(name, entry)), entry) for entry in entries
                ),
            )
            for name, entries in group.entries
        )
    )
