"""Inputs in the clear: what commands read may be encrypted."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from talosgen.pki.secrets import SecretsBundle
    from talosgen.secrets.access import Access

__all__ = ["access", "forget", "read", "read_bundle"]

# That of the command at hand: a passphrase is asked for once.
_access: list[Access] = []


def forget() -> None:
    """Begin another command."""
    _access.clear()


def access() -> Access:
    """The identities and rules that this process finds; a passphrase is asked for on the terminal."""
    if not _access:
        from talosgen.secrets.access import Access

        _access.append(Access(os.environ, os.getcwd(), ask=_ask))
    return _access[0]


def _ask(source: str) -> str:
    import sys

    from talosgen.errors import InputError, Problem
    from talosgen.source import Span

    if not sys.stdin.isatty():
        raise InputError(Problem("a passphrase is needed, and there is no terminal to ask for it", Span(source)))
    import getpass

    return getpass.getpass(f"Passphrase of {source}: ")


def read(file: str) -> bytes:
    """The content of an input file, decrypted in memory where it is encrypted, every line where it was.

    Raises InputError when it cannot be read, or is encrypted and cannot be opened.
    """
    from talosgen import inputs

    data = inputs.read(file)
    if not _may_be_encrypted(data):
        return data
    from talosgen.secrets.reading import clear

    return clear(data, file, access())


def read_bundle(file: str) -> SecretsBundle:
    """The secrets bundle in a file, encrypted whole or clear. Raises InputError."""
    from talosgen import inputs
    from talosgen.pki.secrets import SecretsBundle

    data = inputs.read(file)
    if not _may_be_encrypted(data):
        return SecretsBundle.load(data, file)
    from talosgen.secrets.bundle import load

    return load(data, file, access())


def _may_be_encrypted(data: bytes) -> bool:
    """Whether it is worth a closer look: the word is in every encrypted file, in UTF-8 or UTF-16."""
    return b"sops" in data or b"s\0o\0p\0s" in data
