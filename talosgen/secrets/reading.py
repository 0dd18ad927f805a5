"""Inputs in the clear: what is encrypted is decrypted in memory, and every value stays in its line."""

from __future__ import annotations

import os
from typing import Final

from talosgen.errors import InputError
from talosgen.goyaml.node import MAPPING, SCALAR, SEQUENCE, Node
from talosgen.goyaml.reader import decode, read_first
from talosgen.goyaml.reader import read as parse
from talosgen.inputs import read
from talosgen.sops.metadata import is_overlong

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from talosgen.secrets.access import Access

__all__ = ["clear", "is_encrypted", "read_text", "values"]

#: What names a document, encrypted or not.
_HEAD: Final = ("apiVersion", "kind", "name")


def is_encrypted(data: str | bytes) -> bool:
    """Whether a text is a SOPS file: its first document has a key ``sops`` that holds a mapping."""
    try:
        text = decode(data, "<text>")
        if is_overlong(text):
            return True
        root = read_first(text)
    except InputError:
        # What it is read for will tell what is wrong with it.
        return False
    if root is None or root.kind != MAPPING:
        return False
    return any(
        key.kind == SCALAR and key.value == "sops" and value.kind == MAPPING
        for key, value in zip(root.value[::2], root.value[1::2], strict=True)
    )


def clear(data: bytes, source: str, access: Access) -> bytes:
    """The bytes of an input in the clear: of an encrypted one a text that differs in its values alone.

    Raises InputError when it is encrypted and cannot be opened, or its MAC does not fit.
    """
    if not is_encrypted(data):
        return data
    from talosgen.sops.view import view

    return view(data, access.tree(data, source), source).encode("utf-8", "surrogateescape")


def values(data: bytes, clear: bytes) -> set[str]:
    """The texts of the values that an encrypted file keeps secret, ``clear`` being what it holds.

    Without those that say yes, no or nothing, and what its documents are called.
    """
    out: set[str] = set()
    work: list[tuple[Node, Node]] = []
    for sealed, opened in zip(parse(data), parse(clear), strict=False):
        work.extend((node, below) for key, node, below in _entries(sealed, opened) if key not in _HEAD)
    while work:
        sealed, opened = work.pop()
        if sealed.kind == SCALAR and opened.kind == SCALAR:
            if sealed.value.startswith("ENC[") and opened.tag not in ("!!bool", "!!null") and opened.value:
                out.add(opened.value)
        elif sealed.kind == opened.kind == SEQUENCE:
            work.extend(zip(sealed.value, opened.value, strict=False))
        else:
            work.extend((node, below) for _, node, below in _entries(sealed, opened))
    return out


def _entries(sealed: Node, opened: Node) -> list[tuple[str, Node, Node]]:
    """The keys that two mappings share, with what both have there."""
    if sealed.kind != MAPPING or opened.kind != MAPPING:
        return []
    mine = {key.value: node for key, node in zip(opened.value[::2], opened.value[1::2], strict=True)}
    pairs = zip(sealed.value[::2], sealed.value[1::2], strict=True)
    return [(key.value, node, mine[key.value]) for key, node in pairs if key.kind == SCALAR and key.value in mine]


def read_text(
    file: str | os.PathLike[str], *, identities: str | None = None, environment: Mapping[str, str] | None = None
) -> str:
    """The text of an input file: a bundle, a config, a patch. An encrypted one is decrypted in memory, its MAC checked;
    every value is in the line of the file where its ciphertext stands.

    ``identities`` is the text of an age key file; without it those are tried that sops would find in ``environment``,
    by default the process's own. Raises InputError when the file cannot be read, is no text, or does not open.
    """
    data = read(file)
    if is_encrypted(data):
        from talosgen.age import keys
        from talosgen.secrets.access import Access

        given = None if identities is None else keys.identities(identities, "<identities>")
        data = clear(data, str(file), Access(os.environ if environment is None else environment, identities=given))
    return decode(data, str(file))
