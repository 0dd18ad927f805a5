"""The creation rules of ``.sops.yaml``: which files are encrypted for whom, and how."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from talosgen.errors import InputError, Problem
from talosgen.goyaml.construct import construct, follow, pairs
from talosgen.goyaml.node import MAPPING, SCALAR, SEQUENCE, Node
from talosgen.goyaml.reader import read_first
from talosgen.inputs import read
from talosgen.sops.file import Scheme
from talosgen.sops.layout import INDENT
from talosgen.sops.metadata import Group, Metadata
from talosgen.sops.pattern import Pattern, pattern
from talosgen.sops.selection import DEFAULT, KINDS, Selection
from talosgen.sops.services import FLAT, GROUPED, Services, identifier
from talosgen.source import Span

__all__ = ["NAME", "Rule", "Rules", "differences", "find", "load", "recipients_of", "require_agreement"]

NAME: Final = ".sops.yaml"
#: So many folders are searched, from the working directory upwards.
_LEVELS: Final = 100
_TOP: Final = frozenset(("creation_rules", "destination_rules", "stores"))
_KNOWN: Final = frozenset(
    (*FLAT, *KINDS, "path_regex", "aws_profile", "key_groups", "shamir_threshold", "mac_only_encrypted")
)
_MAX_DEPTH: Final = 20

#: Gives the content of a file, None where there is none.
Read = Callable[[str], bytes | None]


class Rule(NamedTuple):
    """One creation rule. ``place`` is where it stands."""

    pattern: Pattern | None
    groups: tuple[Group, ...]
    selection: Selection
    only_encrypted: bool
    threshold: int
    place: Span

    def scheme(self, indent: int = INDENT, groups: tuple[Group, ...] | None = None) -> Scheme:
        """How a file is encrypted by this rule, for its own keys or for ``groups``."""
        return Scheme(
            self.groups if groups is None else groups, self.selection, self.only_encrypted, self.threshold, indent
        )


class Rules(NamedTuple):
    """The content of a ``.sops.yaml``. ``folder`` is the one it stands in, ``notes`` are warnings."""

    path: str
    folder: str
    rules: tuple[Rule, ...]
    indent: int
    notes: tuple[Problem, ...]

    def rule_for(self, path: str) -> Rule | None:
        """The first rule that matches an absolute path; None where there are no rules at all.

        The part below the folder of ``.sops.yaml`` is what a pattern sees. Raises InputError when there are
        rules and none matches.
        """
        if not self.rules:
            return None
        wanted = path.replace("\\", "/") if os.sep == "\\" else path
        wanted = wanted.removeprefix(self.folder.rstrip("/") + "/")
        for rule in self.rules:
            if rule.pattern is None or rule.pattern.search(wanted):
                return rule
        raise InputError(
            Problem(
                f"no creation rule matches {wanted}", Span(self.path),
                remedy="add one with a path_regex for it", code="sops-no-rule",
            )
        )  # fmt: skip


def _read(path: str) -> bytes | None:
    return read(path) if os.path.isfile(path) else None


def find(folder: str, environment: Mapping[str, str] = os.environ, read: Read = _read) -> Rules | None:
    """The rules that hold in a working directory: ``SOPS_CONFIG``, else ``.sops.yaml`` there or above.

    None when there are none. Raises InputError for rules that cannot be used, or that SOPS_CONFIG names in vain.
    """
    named = environment.get("SOPS_CONFIG")
    if named:
        path = os.path.join(folder, named)
        data = read(path)
        if data is None:
            raise InputError(Problem("SOPS_CONFIG names a file that is not there", Span(named), remedy="unset it"))
        return load(data, path)
    here = os.path.abspath(folder)
    notes: list[Problem] = []
    for _ in range(_LEVELS):
        path = os.path.join(here, NAME)
        data = read(path)
        if data is not None:
            rules = load(data, path)
            return rules._replace(notes=(*notes, *rules.notes))
        other = os.path.join(here, ".sops.yml")
        if read(other) is not None:
            notes.append(Problem("this file is ignored", Span(other), remedy=f"rename it {NAME}", severity="warning"))
        above = os.path.dirname(here)
        if above == here:
            break
        here = above
    return Rules("", here, (), INDENT, tuple(notes)) if notes else None


def recipients_of(environment: Mapping[str, str]) -> tuple[str, ...]:
    """The recipients that ``SOPS_AGE_RECIPIENTS`` names; they take the place of a rule's keys."""
    return tuple(_texts(environment.get("SOPS_AGE_RECIPIENTS", "")))


def load(data: bytes | str, path: str = NAME) -> Rules:
    """Read the text of a ``.sops.yaml``. Raises InputError with all its faults; unknown keys are warnings."""
    return _Reading(path).rules(data)


def _texts(value: Any) -> list[str]:
    """A list, or texts between commas; white space around them does not count."""
    parts = value.split(",") if isinstance(value, str) else value
    return [part.strip() for part in parts if part.strip()]


class _Reading:
    def __init__(self, path: str) -> None:
        self._path = path
        self._problems: list[Problem] = []
        self._notes: list[Problem] = []

    def rules(self, data: bytes | str) -> Rules:
        root = read_first(data, self._path)
        rules: list[Rule] = []
        indent = INDENT
        if root is not None and not (root.kind == SCALAR and root.tag == "!!null"):
            top = self._fields(root, _TOP, "")
            listed = top.get("creation_rules")
            for index, node in enumerate(self._list(listed, "creation_rules") if listed is not None else ()):
                rule = self._rule(node, f"creation_rules[{index}]")
                if rule is not None:
                    rules.append(rule)
            indent = self._indent(top.get("stores"))
        if self._problems:
            raise InputError(self._problems)
        folder = posixpath.dirname(os.path.abspath(self._path).replace(os.sep, "/"))
        return Rules(self._path, folder, tuple(rules), indent, tuple(self._notes))

    def _fail(self, node: Node, path: str, message: str, remedy: str = "") -> None:
        if len(self._problems) < 100:
            self._problems.append(Problem(message, Span(self._path, node.line, node.column), path, remedy))

    def _fields(self, node: Node, known: frozenset[str] | None, path: str) -> dict[str, Node]:
        """The values of a mapping by key; a key that is unknown is worth a warning: sops would ignore it."""
        node = follow(node)
        if node.kind != MAPPING:
            self._fail(node, path, "expected a mapping")
            return {}
        fields: dict[str, Node] = {}
        for key, value in pairs(node):
            name = follow(key).value if follow(key).kind == SCALAR else ""
            inner = f"{path}.{name}" if path else name
            if name in fields:
                self._fail(key, inner, "this key stands here twice")
            if known is not None and name not in known:
                place = Span(self._path, key.line, key.column)
                message = f"unknown key; expected one of {', '.join(sorted(known))}"
                self._notes.append(Problem(message, place, inner, severity="warning"))
            value = follow(value)
            if not (value.kind == SCALAR and value.tag == "!!null"):
                fields[name] = value
        return fields

    def _list(self, node: Node, path: str) -> list[Node]:
        if node.kind != SEQUENCE:
            self._fail(node, path, "expected a list")
            return []
        return [follow(item) for item in node.value]

    def _text(self, fields: dict[str, Node], name: str, path: str) -> str:
        node = fields.get(name)
        if node is None:
            return ""
        if node.kind != SCALAR:
            self._fail(node, f"{path}.{name}", "expected a string")
            return ""
        text: str = node.value
        return text

    def _plain(self, node: Node, path: str) -> Any:
        if _deep(node):
            self._fail(node, path, f"expected nesting of {_MAX_DEPTH} levels at most")
            return None
        return construct(node, lambda fault, message: self._fail(fault, path, message))

    def _rule(self, node: Node, path: str) -> Rule | None:
        before = len(self._problems)
        fields = self._fields(node, _KNOWN, path)
        selection = self._selection(node, fields, path)
        matcher = self._pattern(fields, path)
        groups = self._groups(fields, path)
        flag = fields.get("mac_only_encrypted")
        only = flag is not None and self._plain(flag, path) is True
        if flag is not None and self._plain(flag, path) not in (True, False):
            self._fail(flag, f"{path}.mac_only_encrypted", "expected true or false")
        threshold = self._number(fields, "shamir_threshold", path)
        if len(groups) > 1 and threshold and not 2 <= threshold <= len(groups):
            self._fail(fields["shamir_threshold"], f"{path}.shamir_threshold", "expected 2 to the number of key groups")
        if len(self._problems) > before:
            return None
        return Rule(matcher, groups, selection, only, threshold, Span(self._path, node.line, node.column))

    def _pattern(self, fields: dict[str, Node], path: str) -> Pattern | None:
        text = self._text(fields, "path_regex", path)
        if not text:
            return None
        try:
            return pattern(text)
        except ValueError as error:
            message = f"this is no usable regular expression: {error}"
            self._fail(fields["path_regex"], f"{path}.path_regex", message, "write it in RE2's syntax")
            return None

    def _selection(self, node: Node, fields: dict[str, Node], path: str) -> Selection:
        found = [Selection(kind, text) for kind in KINDS if (text := self._text(fields, kind, path))]
        if len(found) > 1:
            self._fail(node, path, f"expected one at most of {', '.join(each.kind for each in found)}")
        for each in found:
            try:
                each.matcher()
            except InputError as error:
                problem = error.problems[0]
                self._fail(fields[each.kind], f"{path}.{each.kind}", problem.message, problem.remedy)
        return found[0] if found else DEFAULT

    def _number(self, fields: dict[str, Node], name: str, path: str) -> int:
        node = fields.get(name)
        if node is None:
            return 0
        value = self._plain(node, path)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 255:
            self._fail(node, f"{path}.{name}", "expected a number, 255 at most")
            return 0
        return value

    def _indent(self, stores: Node | None) -> int:
        yaml = self._fields(stores, None, "stores").get("yaml") if stores is not None else None
        if yaml is None:
            return INDENT
        fields = self._fields(yaml, frozenset(("indent",)), "stores.yaml")
        if "indent" not in fields:
            return INDENT
        return self._number(fields, "indent", "stores.yaml") or INDENT

    def _groups(self, fields: dict[str, Node], path: str) -> tuple[Group, ...]:
        listed = fields.get("key_groups")
        if listed is not None and listed.kind == SEQUENCE and listed.value:
            return tuple(
                self._group(follow(item), f"{path}.key_groups[{index}]", 0) for index, item in enumerate(listed.value)
            )
        return (self._entries(fields, FLAT, path),)

    def _group(self, node: Node, path: str, depth: int) -> Group:
        """A key group: those that are merged into it first, each key once."""
        fields = self._fields(node, frozenset((*GROUPED, "merge")), path)
        collected: dict[str, dict[str, dict[str, Any]]] = {}
        merged = fields.get("merge")
        if merged is not None and depth >= _MAX_DEPTH:
            self._fail(merged, f"{path}.merge", f"expected nesting of {_MAX_DEPTH} levels at most")
            merged = None
        parts = [
            self._group(item, f"{path}.merge[{index}]", depth + 1)
            for index, item in enumerate(self._list(merged, f"{path}.merge") if merged is not None else ())
        ]
        for part in (*parts, self._entries(fields, GROUPED, path)):
            for name, entries in part.entries:
                for entry in entries:
                    collected.setdefault(name, {}).setdefault(identifier(name, entry), entry)
        return Group(tuple((name, tuple(entries.values())) for name, entries in collected.items()))

    def _entries(self, fields: dict[str, Node], keys: Services, path: str) -> Group:
        found: list[tuple[str, tuple[dict[str, Any], ...]]] = []
        for key, (provider, entry_of) in keys.items():
            node = fields.get(key)
            if node is None:
                continue
            value = self._plain(node, f"{path}.{key}")
            if not isinstance(value, (str, list)):
                self._fail(node, f"{path}.{key}", "expected a list, or texts between commas")
                continue
            try:
                flat = isinstance(value, str) or all(isinstance(item, str) for item in value)
                items = _texts(value) if flat else value
                # A recipient once is enough; sops would encrypt for it twice.
                entries = {identifier(provider, entry): entry for entry in map(entry_of, items)}
            except ValueError as error:
                self._fail(node, f"{path}.{key}", str(error))
                continue
            if entries:
                found.append((provider, tuple(entries.values())))
        return Group(tuple(found))


def _deep(node: Node) -> bool:
    """Whether nodes are nested beyond what any rule needs."""
    work = [(node, 0)]
    while work:
        current, depth = work.pop()
        current = follow(current)
        if depth > _MAX_DEPTH:
            return True
        if current.kind != SCALAR:
            work.extend((child, depth + 1) for child in current.value)
    return False


def differences(metadata: Metadata | Scheme, scheme: Scheme) -> list[str]:
    """In what a file differs from what its rule says, one line each: neither recipients nor rules are under the MAC.

    A rule that names no key leaves that to each file.
    """
    out: list[str] = []
    ours, theirs = _keys(metadata.groups), _keys(scheme.groups)
    if not any(theirs):
        theirs = ours
    for index in range(max(len(ours), len(theirs))):
        in_file = ours[index] if index < len(ours) else set()
        in_rule = theirs[index] if index < len(theirs) else set()
        group = f" of group {index + 1}" if max(len(ours), len(theirs)) > 1 else ""
        out += [f"+ {name}{group}: the rule has it, the file has not" for name in sorted(in_rule - in_file)]
        out += [f"- {name}{group}: the file has it, the rule has not" for name in sorted(in_file - in_rule)]
    if metadata.selection != scheme.selection:
        out.append(
            f"the file has {metadata.selection.kind}: {metadata.selection.text}, "
            f"the rule {scheme.selection.kind}: {scheme.selection.text}"
        )
    if metadata.only_encrypted != scheme.only_encrypted:
        has, wants = (str(each.only_encrypted).lower() for each in (metadata, scheme))
        out.append(f"mac_only_encrypted is {has} in the file, {wants} in the rule")
    if metadata.threshold != scheme.threshold:
        out.append(f"shamir_threshold is {metadata.threshold} in the file, {scheme.threshold} in the rule")
    return out


def require_agreement(metadata: Metadata | Scheme, scheme: Scheme, source: str = "<text>") -> None:
    """Raises InputError, with every difference, for a file that is not encrypted as its rule says."""
    found = differences(metadata, scheme)
    if found:
        raise InputError(
            Problem(f"the file and its rule disagree: {each}", Span(source), "sops", code="sops-recipients")
            for each in found
        )


def _keys(groups: Sequence[Group]) -> list[set[str]]:
    return [
        {
            entry_name if provider == "age" else f"{provider} {entry_name}"
            for provider, entries in group.entries
            for entry_name in (identifier(provider, entry) for entry in entries)
        }
        for group in groups
    ]
