"""Encryption and decryption of a tree, leaf by leaf, and the digest over all of them that the MAC seals."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from typing import Any, Final, NamedTuple

from talosgen.errors import InputError, Problem
from talosgen.sops.cipher import Cipher
from talosgen.sops.selection import Selection
from talosgen.sops.tree import MAX_DEPTH, Branch, Comment, Entry, Items, Tree, too_deep
from talosgen.sops.values import kind_of, plaintext, sealed
from talosgen.source import Span

__all__ = ["Walked", "clear_leaves", "decrypt", "encrypt"]

#: Set in front of the leaves where only encrypted ones are covered: SHA-256 of "sops".
#: How often a comment is encrypted anew because its ciphertext, by chance, fits a pattern.
_TRIES: Final = 16
_ONLY_ENCRYPTED: Final = hashlib.sha256(b"sops").digest()
_MAX_PROBLEMS: Final = 100
#: The paths of all leaves together, in bytes: each is authenticated with its leaf, and a long key repeats in many.
_MAX_PATHS: Final = 1 << 30


class Walked(NamedTuple):
    """A tree after a walk, the digest of its leaves in the clear (upper-case hex), and what is worth a warning.

    ``selected`` and ``clear`` count the leaves that are not empty, by whether they are encrypted.
    """

    tree: Tree
    digest: str
    notes: tuple[Problem, ...]
    selected: int
    clear: int


def encrypt(tree: Tree, cipher: Cipher, selection: Selection, only_encrypted: bool, source: str = "<text>") -> Walked:
    """Encrypt the leaves that are selected. Raises InputError with the path of each leaf that cannot be."""
    walk = _Walk(selection, only_encrypted, source, sealing=True)
    cipher.rewind()

    def leaf(value: Any, aad: bytes, selected: bool) -> Any:
        try:
            kind_of(value)
        except TypeError:
            walk.fail("a value of this type cannot be encrypted")
            return value
        if type(value) is int and not -(2**63) <= value < 2**63:
            walk.fail("an integer beyond 64 bits cannot be encrypted", "make it a string")
            return value
        if isinstance(value, str) and value.startswith("\t") and "\n" in value:
            walk.fail("sops would lose this text: it has several lines and begins with a tab", "indent with spaces")
            return value
        if not selected and type(value) is float and value == 0:
            # In the clear a negative zero is printed `-0`, which reads as the integer 0: the MAC would not fit.
            value = 0.0
        walk.cover(plaintext(value), selected)
        if selected:
            return cipher.seal(value, aad)
        if isinstance(value, str) and (parts := sealed(value)) is not None and parts.kind == "comment":
            walk.fail("a text that looks like an encrypted comment must not stay in the clear")
        return value

    def comment(value: Comment, aad: bytes, selected: bool) -> Comment:
        if not selected or not value.text or sealed(value.text) is not None:
            # One that could not be decrypted keeps its ciphertext.
            return value
        if selection.kind == "encrypted_comment_regex" and walk.only_here():
            walk.fail("sops could not read back a comment that a comment of the same list selects", "move it to a key")
            return value
        for _ in range(_TRIES):
            text = cipher.seal(value, aad)
            if selection.kind != "unencrypted_comment_regex" or not walk.matches(text):
                break
        else:
            walk.fail("the ciphertext of a comment matches unencrypted_comment_regex", "use a stricter pattern")
        return value._replace(text=text)

    return walk.run(tree, leaf, comment)


def decrypt(tree: Tree, cipher: Cipher, selection: Selection, only_encrypted: bool, source: str = "<text>") -> Walked:
    """Decrypt the leaves that are selected. Raises InputError with the path of each leaf that does not open."""
    walk = _Walk(selection, only_encrypted, source)

    def leaf(value: Any, aad: bytes, selected: bool) -> Any:
        if not selected:
            walk.cover(plaintext(value), False)
            return value
        if not isinstance(value, str):
            walk.fail("this value is in the clear where a ciphertext is due", code="clear")
            return value
        try:
            opened = cipher.open(value, aad)
        except ValueError as error:
            walk.fail(f"this value cannot be decrypted: {error}", code="value")
            return None
        if isinstance(opened, Comment):
            walk.fail("this value says to be a comment", code="value")
            return None
        walk.cover(plaintext(opened), True)
        return opened

    def comment(value: Comment, aad: bytes, selected: bool) -> Comment:
        if not selected or not value.text:
            return value
        # As in sops, a comment is never a reason to refuse a file: the MAC does not cover it.
        if sealed(value.text) is None:
            walk.note("a comment here is in the clear; writing the file encrypts it")
            return value
        try:
            opened = cipher.open(value.text, aad)
        except ValueError as error:
            walk.note(f"a comment here cannot be decrypted and stays as it is: {error}")
            return value
        if not isinstance(opened, Comment):
            walk.note("a comment here is none, by its type, and stays as it is")
            return value
        return opened._replace(inline=value.inline)

    return walk.run(_with_comments(tree), leaf, comment)


def clear_leaves(tree: Tree, selection: Selection, source: str = "<text>") -> tuple[Problem, ...]:
    """The selected leaves of an encrypted file that are no ciphertext, found without a key."""
    walk = _Walk(selection, False, source)

    def leaf(value: Any, aad: bytes, selected: bool) -> Any:
        if selected and value != "" and (not isinstance(value, str) or sealed(value) is None):
            walk.note("this value is in the clear where a ciphertext is due")
        return value

    return walk.run(tree, leaf, lambda value, aad, selected: value).notes


def _with_comments(tree: Tree) -> Tree:
    """The tree with each encrypted comment of a list, which is written as an item, as the comment that it is."""
    return tuple(_branch_with_comments(branch) for branch in tree)


def _branch_with_comments(branch: Branch) -> Branch:
    return Branch(
        item if isinstance(item, Comment) else Entry(item.key, _value_with_comments(item.value)) for item in branch
    )


def _value_with_comments(value: Any) -> Any:
    if isinstance(value, Branch):
        return _branch_with_comments(value)
    if isinstance(value, Items):
        return Items(_item_with_comments(item) for item in value)
    return value


def _item_with_comments(item: Any) -> Any:
    if isinstance(item, str):
        parts = sealed(item)
        if parts is not None and parts.kind == "comment":
            return Comment(item)
        return item
    return item if isinstance(item, Comment) else _value_with_comments(item)


def _mergeable(value: Any) -> bool:
    """Whether a merge key can hold a value."""
    if isinstance(value, Items):
        return all(isinstance(item, (Branch, Comment)) for item in value)
    return isinstance(value, Branch)


#: Makes of a leaf or a comment, with its path as bytes and whether it is selected, what stands in its place.
_Visit = Callable[[Any, bytes, bool], Any]


class _Walk:
    """One way through all documents, in order. Comments that select are told by level, as sops stacks them."""

    def __init__(self, selection: Selection, only_encrypted: bool, source: str, sealing: bool = False) -> None:
        self.matches = selection.matcher(Span(source))
        self._source = source
        self._by_comment = selection.by_comment
        self._encrypts_matches = selection.encrypts_matches
        self._only_encrypted = only_encrypted
        self._sealing = sealing
        self._hash = hashlib.sha512(_ONLY_ENCRYPTED if only_encrypted else b"")
        self._path: list[str | int] = []
        # Whether a comment that matches is in force, for each collection that is open.
        self._marks: list[bool] = []
        self._marked = 0
        self._hits = 0
        self._paths = 0
        self._counts = [0, 0]
        # Whether the collection at hand is a list.
        self._in_list = False
        self._problems: list[Problem] = []
        self._notes: list[Problem] = []
        self._leaf: _Visit
        self._comment: _Visit

    def run(self, tree: Iterable[Branch], leaf: _Visit, comment: _Visit) -> Walked:
        self._leaf = leaf
        self._comment = comment
        documents = tuple(self._branch(branch, b"") for branch in tree)
        if self._problems:
            raise InputError(self._problems)
        clear, selected = self._counts
        return Walked(documents, self._hash.hexdigest().upper(), tuple(self._notes), selected, clear)

    def cover(self, data: bytes, selected: bool) -> None:
        """Take the bytes of a leaf into the digest."""
        if data:
            self._counts[selected] += 1
        if selected or not self._only_encrypted:
            self._hash.update(data)

    def only_here(self) -> bool:
        """Whether the comment at hand is selected only by one of its own list."""
        return self._in_list and self._marked == self._marks[-1]

    def fail(self, message: str, remedy: str = "", code: str = "") -> None:
        if len(self._problems) < _MAX_PROBLEMS:
            place = Span(self._source)
            self._problems.append(Problem(message, place, self._where(), remedy, code=f"sops-{code}" if code else ""))

    def note(self, message: str) -> None:
        if len(self._notes) < _MAX_PROBLEMS:
            self._notes.append(Problem(message, Span(self._source), self._where(), severity="warning"))

    def _where(self) -> str:
        parts = [f"[{part}]" if isinstance(part, int) else f".{part}" for part in self._path]
        return "".join(parts).removeprefix(".")

    def _selected(self) -> bool:
        hit = self._marked > 0 if self._by_comment else self._hits > 0
        return hit is self._encrypts_matches

    def _aad(self, prefix: bytes) -> bytes:
        self._count(prefix)
        return prefix or b":"

    def _count(self, path: bytes) -> None:
        self._paths += len(path)
        if self._paths > _MAX_PATHS:
            raise InputError(Problem("the keys of this file are too long", Span(self._source)))

    def _open(self) -> None:
        if len(self._marks) > MAX_DEPTH:
            raise too_deep(Span(self._source))
        self._marks.append(False)

    def _clear(self) -> None:
        """Comments are in force until the item that they stand above is done."""
        self._marked -= self._marks[-1]
        self._marks[-1] = False

    def _remark(self, comment: Comment, prefix: bytes) -> Comment:
        selected = self._selected()
        if self._by_comment:
            if self.matches(comment.text) and not self._marks[-1]:
                self._marks[-1] = True
                self._marked += 1
            if not self._encrypts_matches:
                # Here a comment is in force for itself too.
                selected = self._selected()
        kept: Comment = self._comment(comment, self._aad(prefix), selected)
        return kept

    def _branch(self, branch: Branch, prefix: bytes) -> Branch:
        self._open()
        out: list[Entry | Comment] = []
        for item in branch:
            if isinstance(item, Comment):
                self._in_list = False
                out.append(self._remark(item, prefix))
                continue
            key, value = item
            if key == "<<" and not _mergeable(value):
                self.fail(
                    "a merge key takes a mapping or a list of mappings; sops could not read this", "rename the key"
                )
            hit = not self._by_comment and self.matches(key)
            self._hits += hit
            self._path.append(key)
            path = prefix + key.encode("utf-8", "surrogateescape") + b":"
            self._count(path)
            out.append(Entry(key, self._value(value, path)))
            self._path.pop()
            self._hits -= hit
            self._clear()
        self._clear()
        self._marks.pop()
        return Branch(out)

    def _items(self, items: Items, prefix: bytes) -> Items:
        self._open()
        out: list[Any] = []
        for item in items:
            if isinstance(item, Comment):
                self._in_list = True
                kept = self._remark(item, prefix)
                # An encrypted comment of a list is written as an item.
                out.append(kept.text if self._sealing and kept.text != item.text else kept)
                continue
            self._path.append(len(out))
            out.append(self._value(item, prefix))
            self._path.pop()
            self._clear()
        self._clear()
        self._marks.pop()
        return Items(out)

    def _value(self, value: Any, prefix: bytes) -> Any:
        if value is None:
            return None
        if isinstance(value, Branch):
            return self._branch(value, prefix)
        if isinstance(value, Items):
            return self._items(value, prefix)
        return self._leaf(value, self._aad(prefix), self._selected())
