"""Inputs in the clear: what is encrypted is decrypted in memory, and every value stays in its line."""

from __future__ import annotations

import os

from talosgen.errors import InputError
from talosgen.goyaml.node import MAPPING, SCALAR
from talosgen.goyaml.reader import decode, read_first
from talosgen.inputs import read
from talosgen.sops.metadata import is_overlong

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from talosgen.secrets.access import Access

__all__ = ["clear", "is_encrypted", "read_text"]


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
