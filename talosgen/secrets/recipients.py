"""Who can read the encrypted files of a repository: told, added to, taken from, in all of them at once.

Every file is opened and its new text read back before the first is written; then all are written, or none.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from talosgen.age import keys
from talosgen.errors import InputError, Problem
from talosgen.inputs import read
from talosgen.secrets import documents, rulesfile
from talosgen.secrets.access import Access
from talosgen.secrets.reading import is_encrypted
from talosgen.secrets.replace import original, replace_all
from talosgen.secrets.repository import Repository
from talosgen.sops import file
from talosgen.sops.document import load
from talosgen.sops.file import Opened
from talosgen.sops.layout import dump
from talosgen.sops.metadata import Group, Metadata, split
from talosgen.sops.rules import differences, require_agreement
from talosgen.sops.services import TITLES, identifier, shortened
from talosgen.source import MAX_SIZE, Span

__all__ = ["Changed", "Readers", "Rotated", "add", "readers", "remove", "rotate", "update"]

_CIPHERTEXT: Final = b"ENC[AES256_GCM,"
_YAML: Final = (".yaml", ".yml")


class Readers(NamedTuple):
    """An encrypted file, and the names of those who can read it: age recipients, keys of other services."""

    path: str
    names: tuple[str, ...]


class Changed(NamedTuple):
    """What was written: encrypted files, files of rules. ``notes`` are worth knowing."""

    files: tuple[str, ...]
    rules: tuple[str, ...]
    notes: tuple[Problem, ...]


class Rotated(NamedTuple):
    """A file under a new data key, and the secrets in it that whoever could read it before still knows.

    ``secrets`` are paths of Talos's secrets; ``others`` counts the values of files in which the table knows none.
    """

    path: str
    secrets: tuple[str, ...]
    others: int


class _File(NamedTuple):
    path: str
    data: bytes
    metadata: Metadata


def readers(repository: Repository, access: Access) -> list[Readers]:
    """Who can read each encrypted file of a repository. Raises InputError for one whose block cannot be read."""
    return [Readers(each.path, _names(each.metadata.groups)) for each in _encrypted(repository, access)[0]]


def add(
    repository: Repository, access: Access, recipients: Sequence[str], *, like: str = "", accept: bool = False
) -> Changed:
    """Let more readers into the encrypted files of a repository, and into the rules of its ``.sops.yaml``.

    With ``like`` only where that recipient is. Files that nothing speaks of but themselves get them too. Raises
    InputError, and nothing is written, when one of the files does not open, differs from its rule (unless ``accept``
    lets its own recipients stand), or a recipient is none.
    """
    for text in recipients:
        keys.recipient(text)
    return _change(repository, access, _Wish(tuple(recipients), (), like, accept))


def remove(
    repository: Repository, access: Access, recipients: Sequence[str], *, accept: bool = False, renew: bool = False
) -> Changed:
    """Take readers from the encrypted files of a repository, and from the rules of its ``.sops.yaml``.

    They keep what they have: old commits, and the data keys unless ``renew`` draws new ones. Raises InputError, and
    nothing is written, as ``add`` does, when nobody would be left, when no file or rule has such a reader, and when
    no identity at hand could open a file any more.
    """
    return _change(repository, access, _Wish((), tuple(recipients), "", accept, renew))


def update(repository: Repository, access: Access) -> Changed:
    """Give every encrypted file the recipients of its rule. Raises InputError as ``add`` does."""
    return _change(repository, access, _Wish((), (), "", False, by_rule=True))


def rotate(repository: Repository, access: Access, paths: Sequence[str] = (), *, accept: bool = False) -> list[Rotated]:
    """Encrypt files anew, every value, under a new data key each: those named, else all of the repository.

    Raises InputError, and nothing is written, when one does not open, or differs from its rule, unless ``accept``.
    """
    problems: list[Problem] = []
    if paths:
        found = []
        for path in paths:
            try:
                data = original(_on_disk(access, path))
            except InputError as error:
                problems += [problem._replace(place=Span(path)) for problem in error.problems]
                continue
            try:
                found.append(_File(path, data, split(load(data, path), path)[1]))
            except InputError as error:
                problems += _of_file(error, path)
        above = access
    else:
        found, _ = _encrypted(repository, access)
        above = access.at(repository.top)
    changes: dict[str, tuple[bytes, str]] = {}
    out = []
    for each in found:
        try:
            above.require_agreement(each.metadata, os.path.abspath(_on_disk(access, each.path)), accept=accept)
            opened = access.open(each.data, each.path)
            changes[_on_disk(access, each.path)] = (each.data, _renewed(each, opened, None, access))
            out.append(_known(each.path, opened))
        except InputError as error:
            problems += _of_file(error, each.path)
    if problems:
        raise InputError(problems)
    replace_all(changes)
    return out


def _renewed(each: _File, opened: Opened, groups: Sequence[Group] | None, access: Access) -> str:
    """The text of a file under a new data key, read back."""
    text = file.rotate(opened, access.now(), groups=groups, random=access.random, source=each.path)
    access.open(text, each.path)
    return text


def _known(path: str, opened: Opened) -> Rotated:
    from talosgen.goyaml.reader import read as read_yaml

    secrets = tuple(secret.path for secret in documents.secrets(read_yaml(dump(opened.tree), path)))
    others = 0 if secrets else _count(opened)
    return Rotated(path, secrets, others)


def _count(opened: Opened) -> int:
    """How many values of a file are encrypted."""
    from talosgen.sops.walk import clear_leaves

    # In the clear as it is here, every leaf that is selected is told.
    return len(clear_leaves(opened.tree, opened.metadata.selection))


def _on_disk(access: Access, path: str) -> str:
    return os.path.join(access.folder, path)


def _names(groups: Sequence[Group]) -> tuple[str, ...]:
    return tuple(
        identifier(name, entry) if name == "age" else f"{TITLES[name]}: {identifier(name, entry)}"
        for group in groups
        for name, entries in group.entries
        for entry in entries
    )


def _of_file(error: InputError, path: str) -> list[Problem]:
    """The problems of an error, each with a place."""
    return [problem if problem.place is not None else problem._replace(place=Span(path)) for problem in error.problems]


def _encrypted(repository: Repository, access: Access) -> tuple[list[_File], list[Problem]]:
    """The encrypted YAML files of the work tree, named as from the folder at hand; notes on others.

    Raises InputError, with all of them, for those whose block cannot be read.
    """
    found: list[_File] = []
    notes: list[Problem] = []
    problems: list[Problem] = []
    folder = os.path.abspath(access.folder)
    for name in repository.paths():
        path = repository.path(name)
        try:
            # Large files are none that could be encrypted.
            data = read(path) if os.path.getsize(path) <= MAX_SIZE else b""
        except OSError:
            data = b""
        except InputError as error:
            problems += error.problems
            continue
        if _CIPHERTEXT not in data:
            continue
        shown = os.path.relpath(path, folder)
        if not name.lower().endswith(_YAML):
            if b"sops" in data and name.lower().endswith((".json", ".env", ".ini")):
                message = "this file is no YAML: only the sops program can change who reads it"
                notes.append(Problem(message, Span(shown), remedy="run sops updatekeys on it", severity="warning"))
            continue
        if not is_encrypted(data):
            continue
        try:
            found.append(_File(shown, data, split(load(data, shown), shown)[1]))
        except InputError as error:
            problems += _of_file(error, shown)
    notes += [
        Problem(
            "this submodule is a repository of its own", Span(path), remedy="run the command in it", severity="note"
        )
        for path in repository.submodules()
    ]
    if problems:
        raise InputError(problems)
    return found, notes


class _Wish(NamedTuple):
    """What is asked for."""

    add: tuple[str, ...]
    remove: tuple[str, ...]
    like: str
    accept: bool
    renew: bool = False
    by_rule: bool = False


def _change(repository: Repository, access: Access, wish: _Wish) -> Changed:
    return _Change(repository, access, wish).run()


class _Change:
    def __init__(self, repository: Repository, access: Access, wish: _Wish) -> None:
        self._wish = wish
        self._here = access
        self._repository = repository
        self._files, self._notes = _encrypted(repository, access)
        self._before = access.at(repository.top)
        self._problems: list[Problem] = []
        #: Every recipient there is.
        self._known = {text.strip() for each in self._files for text in each.metadata.recipients}

    def run(self) -> Changed:
        rules = self._rules()
        for text in (*self._wish.remove, *([self._wish.like] if self._wish.like else [])):
            if text not in self._known:
                # An identity is no name to print.
                name = "given" if text.upper().startswith("AGE-") else shortened(text)
                message = f"no encrypted file and no rule has the recipient {name}"
                self._problems.append(Problem(message, remedy="see `secrets recipients list`"))
        texts = {path: text for path, (_, text) in rules.items()}
        after = self._here.at(self._repository.top, lambda path: _overlaid(path, texts))
        changes: dict[str, tuple[bytes, str]] = {}
        changed = []
        for each in self._files:
            try:
                new = self._file(each, after)
            except InputError as error:
                self._problems += _of_file(error, each.path)
                continue
            if new is not None:
                changes[_on_disk(self._here, each.path)] = (each.data, new)
                changed.append(each.path)
        if self._problems:
            raise InputError(self._problems)
        # The rules last: until they stand, the same command takes up a run that was cut short.
        replace_all(changes | rules)
        folder = os.path.abspath(self._here.folder)
        names = tuple(os.path.relpath(path, folder) for path in rules)
        return Changed(tuple(changed), names, tuple(self._notes))

    def _rules(self) -> dict[str, tuple[bytes, str]]:
        """The files of rules that change, by their paths: what they were and what they become."""
        wish = self._wish
        out: dict[str, tuple[bytes, str]] = {}
        if wish.by_rule:
            return out
        seen: set[str] = set()
        known = {self._repository.top, *(os.path.dirname(self._path(each)) for each in self._files)}
        for folder in sorted(known):
            rules = self._before.rules(os.path.join(folder, "any"))
            if rules is None or rules.path in seen:
                continue
            seen.add(rules.path)
            self._known |= {text for rule in rules.rules for group in rule.groups for text in group.recipients}
            data = read(rules.path)
            shown = os.path.relpath(rules.path, os.path.abspath(self._here.folder))
            try:
                text = rulesfile.edited(data, shown, add=wish.add, remove=wish.remove, like=wish.like)
            except InputError as error:
                self._problems += error.problems
                continue
            if text.encode("utf-8", "surrogateescape") != data:
                out[rules.path] = (data, text)
        return out

    def _path(self, each: _File) -> str:
        return os.path.abspath(_on_disk(self._here, each.path))

    def _file(self, each: _File, after: Access) -> str | None:
        """The new text of a file; None where it stays. Raises InputError."""
        path = self._path(each)
        groups = self._groups(each, path, after)
        if _sets(groups) == _sets(each.metadata.groups):
            return None
        opened = self._here.open(each.data, each.path)
        if self._wish.renew:
            return _renewed(each, opened, groups, self._here)
        ring = self._here.keyring(each.metadata.recipients)
        text = file.update_keys(each.data, ring.identities, groups, random=self._here.random, source=each.path)
        try:
            self._here.open(text, each.path)
        except InputError:
            raise InputError(
                Problem(
                    "no key at hand could open this file any more", Span(each.path),
                    remedy="let somebody who stays a reader do it",
                )
            ) from None  # fmt: skip
        return text

    def _groups(self, each: _File, path: str, after: Access) -> Sequence[Group]:
        """The recipients that a file gets: those of its rule, else its own with the change made."""
        rule = after.rule(path)
        if rule is None or not any(entries for group in rule.groups for _, entries in group.entries):
            return self._own(each)
        if self._wish.accept and self._before.differences(each.metadata, path):
            return self._own(each)
        scheme = rule.scheme()
        # What is encrypted does not change with who can read it.
        require_agreement(each.metadata._replace(groups=rule.groups), scheme, each.path)
        # A file that was changed already, by a run that was cut short, agrees with the rule as it will be.
        if not self._wish.by_rule and differences(each.metadata, scheme):
            self._before.require_agreement(each.metadata, path)
        return rule.groups

    def _own(self, each: _File) -> Sequence[Group]:
        wish = self._wish
        groups = each.metadata.groups
        if wish.add and not wish.like and len(groups) > 1:
            message = "this file has several groups of keys"
            remedy = "say with --like RECIPIENT into which the new one goes"
            raise InputError(Problem(message, Span(each.path), remedy=remedy))
        return [self._own_group(group, each.path) for group in groups]

    def _own_group(self, group: Group, path: str) -> Group:
        wish = self._wish
        had = [text.strip() for text in group.recipients]
        more = wish.add if not wish.like or wish.like in had else ()
        kept = [text for text in dict.fromkeys((*had, *more)) if text not in wish.remove]
        if not kept and not group.foreign:
            message = "nobody would be left to read this file"
            raise InputError(Problem(message, Span(path), remedy="add another recipient first"))
        others = tuple(entries for entries in group.entries if entries[0] != "age")
        own = (("age", tuple({"recipient": text} for text in kept)),) if kept else ()
        return Group((*own, *others))


def _sets(groups: Sequence[Group]) -> list[frozenset[str]]:
    return [frozenset(_names([group])) for group in groups]


def _overlaid(path: str, texts: Mapping[str, str]) -> bytes | None:
    """A ``.sops.yaml`` as it will be."""
    text = texts.get(path)
    if text is not None:
        return text.encode("utf-8", "surrogateescape")
    return read(path) if os.path.isfile(path) else None
