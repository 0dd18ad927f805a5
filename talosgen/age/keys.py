"""Recipients and identities as people write them: lines, files of lines, and new key files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

from talosgen.age import armor, file
from talosgen.age.errors import AgeError
from talosgen.age.header import INTRO, Stanza
from talosgen.age.hybrid import HybridIdentity, HybridRecipient
from talosgen.age.party import Identity, Random, Recipient, draw
from talosgen.age.passphrase import MAX_WORK, PassphraseIdentity
from talosgen.age.ssh import SshIdentity, SshRecipient, is_private_key
from talosgen.age.x25519 import X25519Identity, X25519Recipient
from talosgen.errors import InputError, Problem
from talosgen.source import MAX_SIZE, Span

__all__ = [
    "LockedIdentities", "generate", "identities", "identity", "key_file", "recipient", "recipients",
]  # fmt: skip

Key = TypeVar("Key")

_EXPECTED: Final = "expected age1…, age1pq1…, ssh-ed25519 … or ssh-rsa …"


def recipient(text: str) -> Recipient:
    """The recipient of a text. Raises AgeError, without the text: it may be an identity by mistake."""
    if text.startswith("age1pq1"):
        return HybridRecipient.parse(text)
    if text.startswith("age1"):
        name, one, _ = text[4:].rpartition("1")
        if one and name.isascii() and name.replace("-", "").isalnum():
            raise AgeError("unsupported", f"age plugins are not supported: age-plugin-{name}", _EXPECTED)
        return X25519Recipient.parse(text)
    if text.startswith("ssh-"):
        return SshRecipient.parse(text)
    if text[:15].upper() == "AGE-SECRET-KEY-":
        raise AgeError("key", "this is an identity, which is secret, and no recipient", "give its public key, age1…")
    raise AgeError("key", "this is no age recipient", _EXPECTED)


def identity(text: str) -> X25519Identity | HybridIdentity:
    """The identity of one line. Raises AgeError, without the line."""
    if text.startswith("AGE-SECRET-KEY-PQ-1"):
        return HybridIdentity.parse(text)
    if text.startswith("AGE-SECRET-KEY-1"):
        return X25519Identity.parse(text)
    if text.startswith("AGE-PLUGIN-"):
        raise AgeError("unsupported", "age plugins are not supported", "use an identity AGE-SECRET-KEY-1…")
    raise AgeError("key", "this is no age identity", "expected AGE-SECRET-KEY-1… or AGE-SECRET-KEY-PQ-1…")


def recipients(text: str, source: str = "<text>") -> list[Recipient]:
    """The recipients in a file: one a line, empty lines and comments (#) apart. Raises InputError with all faults."""
    return _lines(text, source, recipient)


def identities(
    data: bytes | str, source: str = "<text>", ask: Callable[[str], str] | None = None, most: int = MAX_WORK
) -> list[Identity]:
    """The identities in a file: age's lines, an SSH private key, or such a file under a passphrase.

    ``ask`` is given ``source`` and gives its passphrase; it is called once, when the passphrase is needed.
    ``most`` bounds scrypt's work factor. White space around a line is let pass. Raises InputError with all
    faults and no part of a key.
    """
    raw = data.encode("utf-8", "surrogateescape") if isinstance(data, str) else data
    if len(raw) > MAX_SIZE:
        raise InputError(Problem("the file is larger than 16 MiB", Span(source)))
    if armor.is_armored(raw) or raw.startswith(INTRO):
        return [LockedIdentities(raw, source, ask, most)]
    if is_private_key(raw):
        try:
            return [SshIdentity(raw, None if ask is None else lambda: ask(source))]
        except AgeError as error:
            raise error.at(Span(source)) from None
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise AgeError("key", "this is no file of identities", "save it as UTF-8", Span(source)) from None
    return list(_lines(text, source, identity))


def _lines(text: str, source: str, parse: Callable[[str], Key]) -> list[Key]:
    """What the lines that count are. Raises InputError with the place of every bad one."""
    parsed: list[Key] = []
    problems: list[Problem] = []
    for number, line in enumerate(text.split("\n"), 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        try:
            parsed.append(parse(line))
        except AgeError as error:
            problems.append(error.problems[0]._replace(place=Span(source, number, 1)))
            if len(problems) == 100:
                break
    if problems:
        raise InputError(problems)
    return parsed


class LockedIdentities:
    """A file of identities under a passphrase. It is opened when a stanza may need it; the passphrase is asked once."""

    __slots__ = ("_ask", "_data", "_failed", "_most", "_open", "_source")

    def __init__(self, data: bytes, source: str, ask: Callable[[str], str] | None, most: int = MAX_WORK) -> None:
        self._data = data
        self._source = source
        self._ask = ask
        self._most = most
        self._open: list[Identity] | None = None
        self._failed: InputError | None = None

    def __repr__(self) -> str:
        return "LockedIdentities(***)"

    def unwrap(self, stanza: Stanza) -> bytes | None:
        """The file key in a stanza, if an identity opens it. Raises InputError when the file itself does not open."""
        for one in self._opened():
            file_key = one.unwrap(stanza)
            if file_key is not None:
                return file_key
        return None

    def _opened(self) -> list[Identity]:
        if self._failed is not None:
            raise self._failed
        if self._open is None:
            try:
                self._open = self._unlock()
            except InputError as error:
                self._failed = error
                raise
        return self._open

    def _unlock(self) -> list[Identity]:
        place = Span(self._source)
        if self._ask is None:
            raise AgeError("key", "the identities are under a passphrase", "give it", place)
        try:
            text = file.decrypt(self._data, [PassphraseIdentity(self._ask(self._source), self._most)])
        except AgeError as error:
            if error.reason == "no match":
                raise AgeError("key", "the passphrase of the identities is wrong", "", place) from None
            raise error.at(place) from None
        if armor.is_armored(text) or text.startswith(INTRO):
            raise AgeError("key", "the identities are encrypted twice", "decrypt them once by hand", place)
        return identities(text, self._source)


def generate(*, post_quantum: bool = False, random: Random = draw) -> X25519Identity | HybridIdentity:
    """A new identity. Raises AgeError (unsupported) for a post-quantum one that the installation cannot make."""
    return HybridIdentity.generate(random) if post_quantum else X25519Identity.generate(random)


def key_file(new: X25519Identity | HybridIdentity, created: str) -> str:
    """The text of a key file: as age-keygen writes it; ``created`` is the time, RFC 3339. It is secret."""
    return f"# created: {created}\n# public key: {new.recipient}\n{new.secret_text()}\n"
