"""A ``.sops.yaml`` edited: recipients put in and taken out where they stand, and every other byte kept.

What the edit makes is read again and compared with what was asked for; where it differs the file is left to its owner.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from talosgen.errors import InputError, Problem
from talosgen.goyaml.construct import follow
from talosgen.goyaml.node import ALIAS, DOUBLE, FLOW, FOLDED, LITERAL, MAPPING, PLAIN, SCALAR, SEQUENCE, SINGLE, Node
from talosgen.goyaml.reader import decode, read_first
from talosgen.sops.rules import Rule, Rules, load
from talosgen.source import Span

__all__ = ["edited"]

#: A recipient that needs no quotes, wherever it stands.
_SAFE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9+/=@._-]*(?: [A-Za-z0-9+/=@._-]+)*")
_LINE: Final = re.compile(r"[^\n]*(?:\n|\Z)")
_ITEM: Final = re.compile(r"[ ]*-[ ]+")
_ENDS: Final = {SINGLE: re.compile(r"'(?:[^']|'')*'"), DOUBLE: re.compile(r'"(?:[^"\\]|\\.)*"', re.S)}
_PLAIN: Final = re.compile(r"[^\n]*")
_IN_FLOW: Final = re.compile(r"[^,\[\]{}\n]*")
_COMMENT: Final = re.compile(r"[ \t]#")
_ANCHOR: Final = re.compile(r"&\S+\s+")


class _Part(NamedTuple):
    """A recipient and the characters of the text that are it."""

    text: str
    start: int
    end: int


class _Change(NamedTuple):
    start: int
    end: int
    text: str


class _Site(NamedTuple):
    """A place that lists recipients."""

    node: Node
    path: str


def edited(
    data: bytes | str, source: str, *, add: Sequence[str] = (), remove: Sequence[str] = (), like: str = ""
) -> str:
    """The text of a ``.sops.yaml`` with recipients put in and taken out of its rules, layout and comments kept.

    New ones are put into every rule that has age recipients; with ``like`` wherever that recipient is. Raises
    InputError for rules that cannot be read, a rule that would have nobody left, one with several groups when ``like``
    does not say which, and for a layout in which this would change anything else.
    """
    text = decode(data, source)
    before = load(text, source)
    edit = _Edit(text, source, add, remove, like)
    edit.rules()
    if edit.problems:
        raise InputError(edit.problems)
    made = _applied(text, edit.changes)
    try:
        as_wanted = _as_wanted(before, load(made, source), add, remove, like)
    except InputError:
        as_wanted = False
    if not as_wanted:
        raise InputError(
            Problem(
                "the recipients cannot be changed in this layout without changing more", Span(source),
                remedy="edit the file by hand, then run `secrets recipients update`",
            )
        )  # fmt: skip
    return made


def _applied(text: str, changes: Iterable[_Change]) -> str:
    out: list[str] = []
    at = 0
    for change in sorted(changes):
        if change.start < at:
            continue
        out += [text[at : change.start], change.text]
        at = change.end
    return "".join([*out, text[at:]])


def _as_wanted(before: Rules, after: Rules, add: Sequence[str], remove: Sequence[str], like: str) -> bool:
    """Whether the rules are what they were, but for what was asked for."""
    if len(before.rules) != len(after.rules) or before.indent != after.indent:
        return False
    return all(
        _rule_as_wanted(*both, set(add), set(remove), like) for both in zip(before.rules, after.rules, strict=True)
    )


def _rule_as_wanted(old: Rule, new: Rule, add: set[str], remove: set[str], like: str) -> bool:
    def rest(rule: Rule) -> object:
        groups = [[entries for entries in group.entries if entries[0] != "age"] for group in rule.groups]
        text = None if rule.pattern is None else rule.pattern.text
        return groups, text, rule.selection, rule.only_encrypted, rule.threshold

    if rest(old) != rest(new):
        return False
    for was, now in zip(old.groups, new.groups, strict=True):
        had, has = set(was.recipients), set(now.recipients)
        gets = add if had and (not like or like in had) else set()
        if has != (had | gets) - (remove - gets):
            return False
    return True


class _Edit:
    def __init__(self, text: str, source: str, add: Sequence[str], remove: Sequence[str], like: str) -> None:
        self._text = text
        self._source = source
        self._add = tuple(dict.fromkeys(add))
        self._remove = frozenset(remove)
        self._like = like
        self._lines = [found.start() for found in _LINE.finditer(text)]
        self._done: set[int] = set()
        self.changes: list[_Change] = []
        self.problems: list[Problem] = []

    def rules(self) -> None:
        root = read_first(self._text, self._source)
        fields = _fields(root) if root is not None else {}
        listed = fields.get("creation_rules")
        for index, rule in enumerate(listed.value if listed is not None and listed.kind == SEQUENCE else ()):
            path = f"creation_rules[{index}]"
            sites = list(_sites(_fields(follow(rule)), path))
            if self._add and not self._like and len(sites) > 1:
                self._fail(follow(rule), path, "this rule has several groups of age recipients",
                           "say with --like RECIPIENT into which the new one goes")  # fmt: skip
                continue
            for site in sites:
                if id(site.node) not in self._done:
                    # One list may be that of many rules.
                    self._done.add(id(site.node))
                    self._site(site)

    def _fail(self, node: Node, path: str, message: str, remedy: str = "") -> None:
        self.problems.append(Problem(message, Span(self._source, node.line, node.column), path, remedy))

    def _offset(self, node: Node) -> int:
        return self._lines[node.line - 1] + node.column - 1

    def _site(self, site: _Site) -> None:
        parts = self._parts(site.node)
        if parts is None:
            self._fail(site.node, site.path, "this layout is not understood",
                       "edit the file by hand, then run `secrets recipients update`")  # fmt: skip
            return
        texts = [part.text for part in parts]
        gone = [index for index, text in enumerate(texts) if text in self._remove]
        new = [text for text in self._add if text not in texts] if not self._like or self._like in texts else []
        if gone and len(gone) == len(parts) and not new:
            self._fail(site.node, site.path, "nobody would be left to read what this rule encrypts",
                       "add another recipient first")  # fmt: skip
            return
        block = site.node.kind == SEQUENCE and site.node.style != FLOW
        if block:
            self._block(parts, gone, new)
        else:
            self._inline(site.node, parts, gone, new)

    # -- where recipients stand --------------------------------------------------------------------

    def _parts(self, node: Node) -> list[_Part] | None:
        """The recipients of a place; None where they cannot be found in the text."""
        if node.kind == SEQUENCE:
            found = [self._item(item, node.style == FLOW) for item in node.value]
            return None if any(part is None for part in found) else [part for part in found if part is not None]
        parts = []
        at = self._offset(node)
        for text in (part.strip() for part in node.value.split(",")):
            if not text:
                continue
            start = self._text.find(text, at)
            if start < 0 or self._text[at:start].strip(" \t\r\n,'\">|+-"):
                # An anchor, a comment, or a text that is written in another way.
                return None
            at = start + len(text)
            parts.append(_Part(text, start, at))
        return parts

    def _item(self, item: Node, flow: bool) -> _Part | None:
        if follow(item).kind != SCALAR:
            return None
        start = self._offset(item)
        if item.kind != ALIAS and item.anchor and (anchor := _ANCHOR.match(self._text, start)):
            inner = anchor.end()
        else:
            inner = start
        style = PLAIN if item.kind == ALIAS else item.style
        if style in (FOLDED, LITERAL):
            return None
        pattern = _ENDS.get(style) or (_IN_FLOW if flow else _PLAIN)
        found = pattern.match(self._text, inner)
        if found is None:
            return None
        written = found[0] if style in _ENDS else _COMMENT.split(found[0], 1)[0].rstrip()
        return _Part(follow(item).value.strip(), start, inner + len(written))

    # -- what changes ------------------------------------------------------------------------------

    def _line_of(self, part: _Part) -> tuple[int, int]:
        """The line that a part stands in, its line end included."""
        start = self._text.rfind("\n", 0, part.start) + 1
        end = self._text.find("\n", part.end)
        return start, len(self._text) if end < 0 else end + 1

    def _block(self, parts: Sequence[_Part], gone: Sequence[int], new: Sequence[str]) -> None:
        """A list with an item a line."""
        for index in gone:
            self.changes.append(_Change(*self._line_of(parts[index]), ""))
        if not new:
            return
        start, end = self._line_of(parts[-1])
        lead = self._text[start : parts[-1].start]
        if _ITEM.fullmatch(lead) is None:
            # The first of the list stands behind a key or another dash: nothing is certain.
            lead = " " * (len(lead) - len(lead.lstrip(" -"))) + "- "
        newline = "\r\n" if self._text[start:end].endswith("\r\n") else "\n"
        lines = "".join(f"{lead}{_quoted(text)}{newline}" for text in new)
        if not self._text[start:end].endswith("\n"):
            lines = newline + lines.removesuffix(newline)
        self.changes.append(_Change(end, end, lines))

    def _inline(self, node: Node, parts: Sequence[_Part], gone: Sequence[int], new: Sequence[str]) -> None:
        """A list between brackets, or a text with commas."""
        kept = [index for index in range(len(parts)) if index not in gone]
        for index in gone:
            if kept and index < kept[0]:
                self.changes.append(_Change(parts[index].start, parts[index + 1].start, ""))
            elif kept:
                self.changes.append(_Change(parts[index - 1].end, parts[index].end, ""))
        if not new:
            return
        between = [self._text[left.end : right.start] for left, right in pairwise(parts)]
        usual = ", " if node.kind == SEQUENCE else ","
        separator = between[-1] if between and "#" not in between[-1] else usual
        if not between and node.kind == SCALAR and node.style in (FOLDED, LITERAL):
            start = self._text.rfind("\n", 0, parts[-1].start) + 1
            separator = ",\n" + self._text[start : parts[-1].start]
        texts = [_quoted(text) if node.kind == SEQUENCE else text for text in new]
        if kept:
            end = parts[-1].end
            self.changes.append(_Change(end, end, "".join(f"{separator}{text}" for text in texts)))
        else:
            self.changes.append(_Change(parts[0].start, parts[-1].end, separator.join(texts)))


def _quoted(text: str) -> str:
    if _SAFE.fullmatch(text):
        return text
    import json

    return json.dumps(text)


def _fields(node: Node) -> dict[str, Node]:
    node = follow(node)
    if node.kind != MAPPING:
        return {}
    return {
        follow(key).value: follow(value)
        for key, value in zip(node.value[::2], node.value[1::2], strict=True)
        if follow(key).kind == SCALAR
    }


def _sites(fields: dict[str, Node], path: str, depth: int = 0) -> Iterator[_Site]:
    """The places in a rule or group that list age recipients, as the rules are read."""
    groups = fields.get("key_groups")
    if groups is not None and groups.kind == SEQUENCE and groups.value:
        for index, group in enumerate(groups.value):
            yield from _sites(_fields(follow(group)), f"{path}.key_groups[{index}]", depth)
        return
    merged = fields.get("merge")
    if merged is not None and merged.kind == SEQUENCE and depth < 20:
        for index, group in enumerate(merged.value):
            yield from _sites(_fields(follow(group)), f"{path}.merge[{index}]", depth + 1)
    age = fields.get("age")
    if age is not None and ((age.kind == SCALAR and age.value.strip(" ,\n")) or (age.kind == SEQUENCE and age.value)):
        yield _Site(age, f"{path}.age")
