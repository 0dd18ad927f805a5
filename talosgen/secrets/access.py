"""Who opens and seals files: identities, rules, the sops program, time and randomness of one place."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from copy import copy

from talosgen.age.party import Identity, Random, draw
from talosgen.errors import InputError, Problem
from talosgen.secrets.places import located
from talosgen.sops import file, keyring
from talosgen.sops.file import Opened, Scheme
from talosgen.sops.keyring import Ask, Keyring
from talosgen.sops.metadata import Metadata, split
from talosgen.sops.tree import Tree
from talosgen.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from talosgen.sops.rules import Rule, Rules

__all__ = ["Access"]


def _now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


class Access:
    """What can be done with encrypted files in an environment and a working folder.

    ``identities`` are the only ones when they are given; else they are looked for where sops does. ``ask`` gives the
    passphrase of a source. ``now`` gives the time, RFC 3339 in UTC to the second.
    """

    def __init__(
        self,
        environment: Mapping[str, str] = os.environ,
        folder: str = ".",
        *,
        identities: Sequence[Identity] | None = None,
        ask: Ask | None = None,
        platform: str = sys.platform,
        home: str | None = None,
        now: Callable[[], str] = _now,
        random: Random = draw,
    ) -> None:
        self.environment = environment
        self.folder = folder
        self.platform = platform
        self.home = home
        self.now = now
        self.random = random
        self._ask = ask
        self._given = (
            None if identities is None else Keyring(tuple(identities), (), (), ("<identities>",) * len(identities))
        )
        self._keyring = self._given
        self._rules: dict[str, Rules | None] = {}
        self._read: Callable[[str], bytes | None] | None = None

    def at(self, folder: str, read: Callable[[str], bytes | None] | None = None) -> Access:
        """The same identities and time for another working folder.

        ``read`` gives the text of a ``.sops.yaml`` by its path, None where there is none; else they are read from
        the disk.
        """
        other = copy(self)
        other.folder = folder
        other._read = read
        other._rules = {}
        return other

    # -- identities --------------------------------------------------------------------------------

    def keyring(self, recipients: Sequence[str] = ()) -> Keyring:
        """The identities at hand; a command that finds them is told the recipients of the file."""
        if self._keyring is not None:
            return self._keyring
        found = keyring.find(
            self.environment, platform=self.platform, home=self.home, ask=self._ask, recipients=recipients
        )
        if not self.environment.get("SOPS_AGE_KEY_CMD"):
            # The same for every file: passphrases are asked for once.
            self._keyring = found
        return found

    def open(self, data: str | bytes, source: str = "<text>") -> Opened:
        """An encrypted file opened by an identity at hand, its MAC checked.

        Raises InputError as ``sops.file.decrypt`` does, with the identities that were tried.
        """
        asked = self._keyring is None and self.environment.get("SOPS_AGE_KEY_CMD")
        ring = self.keyring(_recipients(data, source) if asked else ())
        try:
            return file.decrypt(data, ring.identities, source, random=self.random)
        except InputError as error:
            raise ring.explain(InputError(located(error.problems, data, source))) from None

    def tree(
        self, data: bytes, source: str = "<text>", report: Callable[[list[Problem]], None] = lambda notes: None
    ) -> Tree:
        """The content of an encrypted file; the sops program is asked for keys that only it can use.

        ``report`` is given what is worth a warning, such as a comment that does not open. Raises InputError as ``open``
        does; where the program is wanted and absent it is named.
        """
        try:
            opened = self.open(data, source)
            report(list(opened.notes))
            return opened.tree
        except InputError as error:
            if not any(problem.code == "sops-foreign" for problem in error.problems):
                raise
            failed = error
        from talosgen.sops import program

        found = program.find(self.environment)
        if found is None:
            raise failed
        return found.decrypt(data, source)

    def refresh(self) -> None:
        """Look for identities and rules anew: some were made."""
        if self._given is None:
            self._keyring = None
        self._rules.clear()

    # -- rules -------------------------------------------------------------------------------------

    def rules(self, path: str) -> Rules | None:
        """The ``.sops.yaml`` that holds for a file: that of the working folder, else that of the file's own.

        sops only knows the first. Raises InputError for one that cannot be used.
        """
        from talosgen.sops import rules

        for folder in (self.folder, os.path.dirname(os.path.join(self.folder, path))):
            folder = os.path.abspath(folder)
            if folder not in self._rules:
                reading = {} if self._read is None else {"read": self._read}
                self._rules[folder] = rules.find(folder, self.environment, **reading)
            found = self._rules[folder]
            if found is not None and found.rules:
                return found
        return None

    def rule(self, path: str) -> Rule | None:
        """The creation rule that applies to a file; None when none does."""
        found = self.rules(path)
        if found is None:
            return None
        try:
            return found.rule_for(os.path.abspath(os.path.join(self.folder, path)))
        except InputError as error:
            if any(problem.code == "sops-no-rule" for problem in error.problems):
                return None
            raise

    def scheme(self, path: str, recipients: Sequence[str] = ()) -> Scheme:
        """How a new file is encrypted: for ``recipients``, else those of SOPS_AGE_RECIPIENTS, else by its rule.

        Raises InputError when there is nobody to encrypt for; it names ``--keygen``.
        """
        from talosgen.sops.rules import recipients_of

        named = file.recipients(*recipients) if recipients else None
        if named is None and (found := recipients_of(self.environment)):
            named = file.recipients(*found)
        rule = self.rule(path)
        if rule is not None:
            rules = self.rules(path)
            assert rules is not None
            return rule.scheme(rules.indent, named)
        if named is not None:
            return Scheme(named)
        raise InputError(
            Problem(
                "there is nobody to encrypt for: no recipient is named and no rule of a .sops.yaml fits this file",
                Span(path),
                remedy="name one with --age, or let --keygen make a key and a .sops.yaml",
                code="sops-no-keys",
            )
        )

    def require_agreement(self, metadata: Metadata | Scheme, path: str, *, accept: bool = False) -> None:
        """Refuse to write a file whose recipients or selection differ from its rule's: they are not under the MAC.

        Where no rule applies a file's own stand; ``accept`` lets them stand everywhere. Raises InputError that lists
        every difference.
        """
        rule = None if accept else self.rule(path)
        if rule is None:
            return
        from talosgen.sops.rules import require_agreement

        try:
            require_agreement(metadata, rule.scheme(), path)
        except InputError as error:
            remedy = Problem(
                "anybody can change recipients and rules in a file without a key: look at them before you write",
                Span(path), remedy="correct .sops.yaml, or let the file's own stand with --accept-recipients",
                severity="note",
            )  # fmt: skip
            raise InputError([*error.problems, remedy]) from None

    def differences(self, metadata: Metadata, path: str) -> list[str]:
        """In what a file differs from its rule, one line each; nothing where no rule applies.

        Raises InputError for a ``.sops.yaml`` that cannot be used.
        """
        rule = self.rule(path)
        if rule is None:
            return []
        from talosgen.sops.rules import differences

        return differences(metadata, rule.scheme())


def _recipients(data: str | bytes, source: str) -> tuple[str, ...]:
    """The recipients that a file names."""
    from talosgen.sops.document import load

    return split(load(data, source), source)[1].recipients
