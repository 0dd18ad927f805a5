"""What must not get into a repository: secrets in the clear, and encrypted files that are not as they should be.

Git's index is looked at, and not the work tree: so is what a commit would hold, half-staged files included.
"""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Sequence
from typing import Final

from talosgen.codes import CODES
from talosgen.errors import InputError, Problem, Severity, some
from talosgen.goyaml.construct import follow
from talosgen.goyaml.node import MAPPING, SCALAR, Node
from talosgen.goyaml.reader import read as read_yaml
from talosgen.secrets import allowed, bundle, documents, leaks
from talosgen.secrets.access import Access
from talosgen.secrets.places import located, places
from talosgen.secrets.reading import is_encrypted
from talosgen.secrets.repository import Content, Repository
from talosgen.sops.document import load
from talosgen.sops.metadata import Metadata, split
from talosgen.sops.rules import NAME, Rule
from talosgen.sops.selection import DEFAULT, Selection
from talosgen.sops.tree import Tree
from talosgen.sops.walk import clear_leaves
from talosgen.source import MAX_SIZE, Span

__all__ = ["check"]

_OTHER_NAME: Final = ".sops.yml"
_YAML: Final = (".yaml", ".yml")
_NAMED: Final = frozenset(("secrets.yaml", "secrets.yml"))
_CIPHERTEXT: Final = b"ENC[AES256_GCM,"
# The block of encryption in files of SOPS that are no YAML, and files that are encrypted whole.
_OTHER_BLOCK: Final = re.compile(rb'(?m)^sops_mac=ENC\[|^\[sops\]\s*$|"sops"\s*:\s*\{')
_WHOLE: Final = (b"age-encryption.org/v1", b"-----BEGIN AGE ENCRYPTED FILE-----", b"\0GITCRYPT\0")
# A pattern that fits all of these fits everything: such a rule demands nothing.
_ANYTHING: Final = ("\x01", "a/b.c", "README.md")
_TEMPLATE: Final = re.compile(rb"\{\{")
#: The most findings of one kind in one file, and files that a note names.
_MAX: Final = 20
_NAMES: Final = 5


def check(repository: Repository, access: Access, *, require_keys: bool = False) -> list[Problem]:
    """The findings about a repository, in the order of its files, with codes TG6xxx; notes at the end.

    Places are named as seen from the folder of ``access``. What can be told without a key is told always; MACs are
    checked of the files that a key at hand opens. One note says which were not opened, an error with
    ``require_keys``. Raises InputError when Git fails.
    """
    return _Check(repository, access, require_keys).run()


def found(
    code: str, message: str, place: Span, path: str = "", remedy: str | None = None, severity: Severity | None = None
) -> Problem:
    """A finding with its code's severity and remedy, where they are not given."""
    known = CODES[code]
    return Problem(message, place, path, known.help if remedy is None else remedy, severity or known.severity, code)


class _Check:
    def __init__(self, repository: Repository, access: Access, require_keys: bool) -> None:
        self._repository = repository
        self._folder = os.path.abspath(access.folder)
        self._require_keys = require_keys
        self._out: list[Problem] = []
        self._closed: list[str] = []
        self._lone: list[str] = []
        self._rules_told: set[tuple[Problem, ...]] = set()
        self._demands: dict[Span, bool] = {}
        self._texts: dict[str, bytes] = {}
        self._files = repository.files()
        special = [
            file
            for file in self._files
            if posixpath.basename(file.path) in (NAME, _OTHER_NAME) or file.path == allowed.NAME
        ]
        for file, content in repository.contents(special):
            if content is not None and content.size <= MAX_SIZE:
                self._texts[os.path.abspath(repository.path(file.path))] = content.read(MAX_SIZE)
        self._access = access.at(repository.top, self._read)
        listed = self._texts.get(os.path.abspath(repository.path(allowed.NAME)), b"")
        self._allowed = allowed.load(listed.decode("utf-8", "replace"), self._name(allowed.NAME))

    def _read(self, path: str) -> bytes | None:
        """A ``.sops.yaml``: what would be committed, else what is there; a name that is no file is none."""
        known = self._texts.get(os.path.abspath(path))
        if known is not None:
            return known
        try:
            with open(path, "rb") as file:
                return file.read(MAX_SIZE)
        except OSError:
            return None

    def _name(self, path: str) -> str:
        """How a file is named in findings: as one would name it in the folder at hand."""
        name = self._repository.path(path)
        try:
            return os.path.relpath(name, self._folder)
        except ValueError:
            return name

    def _tell(self, problem: Problem) -> None:
        self._out.append(problem)

    def run(self) -> list[Problem]:
        for file, content in self._repository.contents(self._files):
            name = self._name(file.path)
            if content is None:
                self._tell(
                    found("TG6012", "the content of this file could not be had, and was not looked at", Span(name))
                )
                continue
            self._content(file.path, name, content)
        self._end()
        return self._out

    def _end(self) -> None:
        if self._lone:
            self._tell(found("TG6009", f"one key alone opens {some(self._lone, _NAMES)}", Span(self._lone[0])))
        if self._closed:
            message = f"no key at hand opens {some(self._closed, _NAMES)}: MACs were not checked there"
            self._tell(
                found("TG6010", message, Span(self._closed[0]), severity="error" if self._require_keys else None)
            )
        for place in self._allowed.unused():
            self._tell(found("TG6015", "this line fits no file with a finding", place))
        self._out += self._repository.notes

    # -- any file ----------------------------------------------------------------------------------

    def _content(self, path: str, name: str, content: Content) -> None:
        data = content.read(MAX_SIZE + 1)
        large = len(data) > MAX_SIZE
        problems = [
            found("TG6002", f"{leak.what} is in the clear", Span(name, leak.line, leak.column))
            for leak in (leaks.scan(content, data) if large else leaks.find(data))
        ]
        base = posixpath.basename(path)
        if not large and data and base not in (NAME, _OTHER_NAME):
            problems += self._format(path, name, data)
        if any(problem.code == "TG6001" for problem in problems):
            # That the whole file is in the clear says it all.
            problems = [problem for problem in problems if problem.code != "TG6002"]
        if problems and self._allowed.has(path):
            problems = [problem for problem in problems if problem.code not in ("TG6001", "TG6002", "TG6003")]
        self._out += problems

    def _format(self, path: str, name: str, data: bytes) -> list[Problem]:
        rule = self._rule(path)
        demand = self._demand(path, rule)
        yaml = path.lower().endswith(_YAML)
        if not yaml:
            if not demand or data.startswith(_WHOLE) or (_CIPHERTEXT in data and _OTHER_BLOCK.search(data)):
                return []
            return [found("TG6001", f"this file is in the clear: {demand}", Span(name, 1, 1))]
        if (demand or _CIPHERTEXT in data) and is_encrypted(data):
            return self._encrypted(name, path, data)
        if not demand and not documents.may_have(data) and b"trustdinfo" not in data:
            return []
        if data.startswith(_WHOLE):
            return []
        return self._clear(name, data, demand, rule)

    def _rule(self, path: str) -> Rule | None:
        try:
            rule = self._access.rule(self._repository.path(path))
            rules = self._access.rules(self._repository.path(path))
        except InputError as error:
            # The same file for many others: it is told of once.
            if error.problems not in self._rules_told:
                self._rules_told.add(error.problems)
                self._out += [self._about_rules("TG6013", problem) for problem in error.problems[:_MAX]]
            return None
        if rules is not None and rules.notes and rules.notes not in self._rules_told:
            self._rules_told.add(rules.notes)
            self._out += [self._about_rules("TG6014", problem) for problem in rules.notes[:_MAX]]
        return rule

    def _about_rules(self, code: str, problem: Problem) -> Problem:
        place = problem.place or Span(NAME)
        return found(
            code, problem.message, place._replace(source=self._relative(place.source)), problem.path,
            problem.remedy or None,
        )  # fmt: skip

    def _relative(self, path: str) -> str:
        return os.path.relpath(path, self._folder) if os.path.isabs(path) else path

    def _demand(self, path: str, rule: Rule | None) -> str:
        """Why a file must be encrypted; nothing when nobody says so."""
        base = posixpath.basename(path)
        if base in _NAMED and posixpath.basename(posixpath.dirname(path)) != "templates":
            return "by its name it is a secrets bundle"
        if ".sops." in base[1:]:
            return "by its name it is encrypted"
        if rule is None or rule.pattern is None:
            return ""
        demands = self._demands.get(rule.place)
        if demands is None:
            demands = self._demands[rule.place] = not all(rule.pattern.search(text) for text in _ANYTHING)
        return f"a rule of {self._name_of(rule)} is for it" if demands else ""

    def _name_of(self, rule: Rule) -> str:
        place = rule.place
        return str(place._replace(source=self._relative(place.source)))

    # -- YAML in the clear -------------------------------------------------------------------------

    def _clear(self, name: str, data: bytes, demand: str, rule: Rule | None) -> list[Problem]:
        try:
            roots = read_yaml(data, name)
        except InputError:
            if demand and not (_TEMPLATE.search(data)):
                return [found("TG6001", f"this file is no YAML and in the clear: {demand}", Span(name, 1, 1))]
            return []
        first = follow(roots[0]) if roots else None
        if first is not None and _keys(first) >= bundle.MARKS:
            place = Span(name, first.line, first.column)
            return [found("TG6001", "this is a secrets bundle in the clear", place)]
        if demand:
            begin = _selected(data, roots, DEFAULT if rule is None else rule.selection, name)
            if begin is not None:
                return [found("TG6001", f"this file is in the clear: {demand}", begin)]
        return [
            found("TG6003", "a secret is in the clear", Span(name, secret.node.line, secret.node.column), secret.path)
            for secret in documents.secrets(roots)
        ]

    # -- encrypted YAML ----------------------------------------------------------------------------

    def _encrypted(self, name: str, path: str, data: bytes) -> list[Problem]:
        try:
            tree, metadata = split(load(data, name), name)
        except InputError as error:
            return located([_placed("TG6005", problem, name) for problem in error.problems[:_MAX]], data, name)
        problems = [*self._whole(tree, metadata, name), *self._differences(metadata, path, name)]
        recipients = metadata.recipients
        if len(recipients) == 1 and not any(group.foreign for group in metadata.groups):
            self._lone.append(name)
        if not any(problem.code in ("TG6004", "TG6006") for problem in problems):
            problems += self._opened(data, name)
        return located(problems, data, name)

    def _whole(self, tree: Tree, metadata: Metadata, name: str) -> list[Problem]:
        if bundle.is_bundle(tree):
            try:
                bundle.require_whole(tree, metadata, name)
            except InputError as error:
                return [_placed("TG6006", problem, name) for problem in error.problems[:_MAX]]
        clear = clear_leaves(tree, metadata.selection, name)[:_MAX]
        return [_placed("TG6004", problem._replace(remedy=""), name) for problem in clear]

    def _differences(self, metadata: Metadata, path: str, name: str) -> list[Problem]:
        try:
            differences = self._access.differences(metadata, self._repository.path(path))
        except InputError:
            # The rules were told of.
            return []
        return [
            found("TG6007", f"the file and its rule disagree: {each}", Span(name), "sops")
            for each in differences[:_MAX]
        ]

    def _opened(self, data: bytes, name: str) -> list[Problem]:
        """What only a key can tell."""
        try:
            self._access.tree(data, name)
        except InputError as error:
            codes = {problem.code for problem in error.problems}
            if codes & {"sops-no-identity", "sops-foreign"} and "sops-data-key" not in codes:
                self._closed.append(name)
                return []
            return [
                _placed("TG6008", problem, name)
                for problem in error.problems[:_MAX]
                if problem.severity == "error" and problem.code != "sops-no-identity"
            ]
        return []


def _placed(code: str, problem: Problem, name: str) -> Problem:
    """A problem of an encrypted file as a finding of this check."""
    return found(code, problem.message, problem.place or Span(name), problem.path, problem.remedy or None)


def _keys(node: Node) -> set[str]:
    return (
        {follow(key).value for key in node.value[::2] if follow(key).kind == SCALAR} if node.kind == MAPPING else set()
    )


def _selected(data: bytes, roots: Sequence[Node], selection: Selection, name: str) -> Span | None:
    """The place of the first value that a rule would encrypt."""
    whole = Span(name, 1, 1)
    try:
        selected = clear_leaves(load(data, name), selection, name)
    except InputError:
        # No file that could be encrypted, but one that should be.
        return whole
    if not selected:
        return None
    first = selected[0].path
    return places(roots, [first], name).get(first, whole)
