"""Text to tokens: the scanner of the exact parser, by the rules that go-yaml v4 rc.6 follows.

The grammar is YAML 1.1's with go-yaml's own readings of it. Every token knows its place; what can only be
told later (that a node was the key of a mapping) is put in front of it once it shows.
"""

from __future__ import annotations

import re
from typing import Final

from talosgen.goyaml.cursor import BLANK_OR_END, BLANKS
from talosgen.goyaml.texts import LINE, TextScanner
from talosgen.goyaml.tokens import (
    ALIAS,
    ANCHOR,
    BLOCK_END,
    BLOCK_ENTRY,
    BLOCK_MAPPING,
    BLOCK_SEQUENCE,
    DIRECTIVE,
    DOCUMENT_END,
    DOCUMENT_START,
    FLOW_ENTRY,
    FLOW_MAPPING,
    FLOW_MAPPING_END,
    FLOW_SEQUENCE,
    FLOW_SEQUENCE_END,
    KEY,
    MAX_DEPTH,
    STREAM_END,
    TAG,
    VALUE,
    Token,
)  # fmt: skip

__all__ = ["Scanner"]

_ANCHOR: Final = re.compile(r"[!-+\--9;-Z\\^-z|~]+")
_AFTER_ANCHOR: Final = BLANK_OR_END | frozenset("?:,]}%@`")
_DIRECTIVE: Final = re.compile(r"%([0-9A-Za-z_-]+)")
_COMMENT: Final = re.compile(r"(?<=[ \t])#")
_HANDLE: Final = re.compile(r"!(?:[0-9A-Za-z_-]*!)?")
_URI: Final = re.compile(r"(?:[0-9A-Za-z_;/?:@&=+$.!~*'()-]|%[0-9A-Fa-f]{2})+")
_URI_VERBATIM: Final = re.compile(r"(?:[0-9A-Za-z_;/?:@&=+$,.!~*'()\[\]{}-]|%[0-9A-Fa-f]{2})+")
_BLANK_COMMENT: Final = re.compile(f"[ \t]+#{LINE.pattern}")
_TO_NEXT_COMMENT: Final = re.compile(r"(?:[ \t]*(?:\r\n|\n|\r))*[ \t]*(?=#)")
_MARKERS: Final = frozenset((-1, BLOCK_ENTRY, DOCUMENT_START, DOCUMENT_END))
_NOT_PLAIN: Final = frozenset(",[]{}#&*!|>'\"%@`")


class _Key:
    """A place where a key may have begun: before which token, and where."""

    __slots__ = ("at", "column", "line", "number", "required")

    def __init__(self, number: int, at: int, line: int, column: int, required: bool) -> None:
        self.number = number
        self.at = at
        self.line = line
        self.column = column
        self.required = required


class Scanner(TextScanner):
    """Gives the tokens of a text one by one. Raises InputError where the text is no YAML."""

    def __init__(self, text: str, source: str) -> None:
        super().__init__(text, source)
        # How many tokens have been handed out.
        self._taken = 0
        self._last = -1
        self._done = False
        self._indents: list[int] = []
        # The place of a possible key on each level of flow; the first is that of the block level.
        self._keys: list[_Key | None] = [None]
        self._by_number: dict[int, int] = {}
        self._tabs = "\t" in text
        # The lines of the first comments in each column, since the last token.
        self._comments: dict[int, int] = {}

    def peek(self) -> Token:
        """The next token, left in its place."""
        while not self._tokens or self._may_be_key():
            if self._done:
                break
            self._fetch()
        return self._tokens[0]

    def take(self) -> Token:
        """The next token."""
        token = self.peek()
        self._tokens.popleft()
        self._taken += 1
        self._last = token.kind
        return token

    def look_ahead(self) -> None:
        """Scan what go-yaml has scanned when it ends a document: three tokens, more if the first may be a key."""
        self.peek()
        while not self._done and (len(self._tokens) < 3 or self._may_be_key()):
            self._fetch()

    # -- keys and indentation ----------------------------------------------------------------------

    def _may_be_key(self) -> bool:
        level = self._by_number.get(self._taken)
        if level is None:
            return False
        key = self._keys[level]
        if key is None or key.line != self._line:
            self._drop_key(level)
            return False
        return True

    def _drop_key(self, level: int) -> None:
        key = self._keys[level]
        if key is None:
            return
        if key.required:
            self.fail("a key without its colon", key.line, key.column + 1, "a mapping needs `key: value`")
        self._keys[level] = None
        self._by_number.pop(key.number, None)

    def _save_key(self) -> None:
        if not self._key_allowed:
            return
        level = len(self._flow)
        self._drop_key(level)
        column = self._column()
        number = self._taken + len(self._tokens)
        self._keys[level] = _Key(number, self._at, self._line, column, not level and self._indent == column)
        self._by_number[number] = level

    def _roll(self, column: int, kind: int, line: int, position: int | None = None) -> None:
        """Open a block collection when the column lies deeper than the one that is open."""
        if self._flow or self._indent >= column:
            return
        self._indents.append(self._indent)
        self._indent = column
        if len(self._indents) > MAX_DEPTH:
            self._fail_here("collections are nested more than 10,000 deep")
        token = Token(kind, line, column + 1, column + 1)
        if position is None:
            self._tokens.append(token)
        else:
            self._tokens.insert(position - self._taken, token)

    def _unroll(self, column: int, line: int, end: int) -> None:
        """Close the block collections that lie deeper than the column; where they end is given."""
        if self._flow:
            return
        while self._indent > column:
            if self._indent in self._comments:
                # go-yaml lets a block end at a comment in its column.
                line, end = self._comments[self._indent], self._indent + 1
            self._tokens.append(Token(BLOCK_END, line, end + 1, end + 1))
            self._indent = self._indents.pop()

    def _add(self, kind: int, width: int, value: str = "") -> None:
        column = self._column() + 1
        self._tokens.append(Token(kind, self._line, column, column + width, value))
        self._at += width

    # -- tokens ------------------------------------------------------------------------------------

    def _fetch(self) -> None:
        # A block that a line less deep closes ended where the text before it did.
        line, end = self._line, self._column()
        self._skip()
        first = self._keys[0]
        if first is not None and first.line != self._line:
            self._drop_key(0)
        self._unroll(self._column(), line, end)
        char = self._char()
        if not char:
            self._finish()
        elif char == "%" and self._column() == 0:
            self._unroll(-1, self._line, self._column())
            self._drop_key(len(self._flow))
            self._key_allowed = False
            self._directive()
        elif char in "-." and self._document_mark():
            self._unroll(-1, self._line, self._column())
            self._drop_key(len(self._flow))
            self._key_allowed = False
            self._add(DOCUMENT_START if char == "-" else DOCUMENT_END, 3)
        elif char in "[{":
            self._save_key()
            self._flow.append(FLOW_SEQUENCE if char == "[" else FLOW_MAPPING)
            self._keys.append(None)
            if len(self._flow) > MAX_DEPTH:
                self._fail_here("collections are nested more than 10,000 deep")
            self._key_allowed = True
            self._add(self._flow[-1], 1)
        elif char in "]}":
            self._drop_key(len(self._flow))
            if self._flow:
                self._flow.pop()
                self._keys.pop()
            self._key_allowed = False
            self._add(FLOW_SEQUENCE_END if char == "]" else FLOW_MAPPING_END, 1)
        elif char == ",":
            self._drop_key(len(self._flow))
            self._key_allowed = True
            self._add(FLOW_ENTRY, 1)
        elif char == "-" and self._char(1) in BLANK_OR_END:
            self._block_entry()
        elif char == "?" and self._char(1) in BLANK_OR_END:
            self._explicit_key()
        elif char == ":" and self._is_value():
            self._value()
        elif char == "*" or char == "&":
            self._anchor(char)
        elif char == "!":
            self._save_key()
            self._key_allowed = False
            self._tag()
        elif char in "|>" and not self._flow:
            self._drop_key(len(self._flow))
            self._key_allowed = True
            self._block_scalar(char)
        elif char == "'" or char == '"':
            self._save_key()
            self._key_allowed = False
            self._quoted(char)
        elif char in _NOT_PLAIN or char in BLANK_OR_END:
            what = "a tab where indentation is due" if char == "\t" else "a character that cannot begin a value"
            self._fail_here(what, "indent with spaces" if char == "\t" else "quote the text")
        else:
            self._save_key()
            self._key_allowed = False
            self._plain()

    def _skip(self) -> None:
        """Pass over blanks, comments and line breaks."""
        self._comments.clear()
        while True:
            while self._char() == " " or (self._char() == "\t" and (self._flow or not self._key_allowed)):
                self._at += 1
            if self._char() == "#":
                self._pass_comment()
            if not self._take_break():
                return
            if not self._flow:
                self._key_allowed = True

    def _pass_comment(self) -> None:
        self._comments.setdefault(self._column(), self._line)
        before = self._text[self._line_start : self._at].strip(BLANKS) if self._tabs else "-"
        last = self._tokens[-1].kind if self._tokens else self._last
        while True:
            found = LINE.match(self._text, self._at)
            assert found is not None
            self._at = found.end()
            if before and (not self._tabs or last not in _MARKERS):
                return
            # A comment on lines of its own may be indented by tabs from its second line on.
            found = _TO_NEXT_COMMENT.match(self._text, self._at)
            if found is None:
                return
            while self._at < found.end():
                if not self._take_break():
                    self._at += 1
            if not self._flow:
                self._key_allowed = True

    def _finish(self) -> None:
        if self._column():
            # The end of a text lies on a line of its own.
            self._line += 1
            self._line_start = self._at
        self._unroll(-1, self._line, self._column())
        for level in range(len(self._keys)):
            self._drop_key(level)
        self._key_allowed = False
        self._done = True
        self._add(STREAM_END, 0)

    def _block_entry(self) -> None:
        if not self._flow:
            if not self._key_allowed:
                self._fail_here("a list cannot begin here", "begin it on a line of its own")
            self._roll(self._column(), BLOCK_SEQUENCE, self._line)
        self._drop_key(len(self._flow))
        self._key_allowed = True
        self._add(BLOCK_ENTRY, 1)

    def _explicit_key(self) -> None:
        if not self._flow:
            if not self._key_allowed:
                self._fail_here("a mapping cannot begin here", "begin it on a line of its own")
            self._roll(self._column(), BLOCK_MAPPING, self._line)
        self._drop_key(len(self._flow))
        self._key_allowed = not self._flow
        self._add(KEY, 1)
        self._pass_comment_behind()

    def _is_value(self) -> bool:
        if self._char(1) in BLANK_OR_END:
            return True
        if not self._flow:
            return False
        # Where an item begins, a colon begins a text: `[::1]`.
        last = self._tokens[-1].kind if self._tokens else self._last
        return last not in (FLOW_SEQUENCE, FLOW_ENTRY)

    def _value(self) -> None:
        level = len(self._flow)
        key = self._keys[level]
        if key is not None and key.line == self._line:
            position = key.number
            self._tokens.insert(position - self._taken, Token(KEY, key.line, key.column + 1, key.column + 1))
            self._roll(key.column, BLOCK_MAPPING, key.line, position)
            self._keys[level] = None
            self._by_number.pop(key.number, None)
            self._key_allowed = False
        else:
            self._drop_key(level)
            if not self._flow:
                if not self._key_allowed:
                    self._fail_here("a mapping cannot begin here", "quote the text, or begin on a line of its own")
                self._roll(self._column(), BLOCK_MAPPING, self._line)
            self._key_allowed = not self._flow
        self._add(VALUE, 1)
        self._pass_comment_behind()

    def _pass_comment_behind(self) -> None:
        """Pass over a comment: tabs may stand before it here, though a key could begin."""
        found = _BLANK_COMMENT.match(self._text, self._at)
        if found is not None:
            self._at = found.end()

    def _anchor(self, char: str) -> None:
        self._save_key()
        self._key_allowed = False
        found = _ANCHOR.match(self._text, self._at + 1)
        after = self._text[found.end() : found.end() + 1] if found else ""
        if found is None or after not in _AFTER_ANCHOR:
            self._fail_here(f"a name is due behind {char}")
        self._add(ALIAS if char == "*" else ANCHOR, found.end() - self._at, found[0])

    def _directive(self) -> None:
        found = _DIRECTIVE.match(self._text, self._at)
        line = LINE.match(self._text, self._at)
        assert line is not None
        rest = self._text[found.end() : line.end()] if found else ""
        # A version ends where a comment begins, a prefix goes on.
        rest = (rest.split("#", 1) if found and found[1] == "YAML" else _COMMENT.split(rest, 1))[0]
        if found is None or (rest and rest[0] not in BLANKS):
            self._fail_here("this is no directive", "only %YAML 1.1 and %TAG are known")
        name, words = found[1], rest.split()
        if name == "YAML":
            if len(words) != 1 or re.fullmatch(r"[0-9]{1,9}\.[0-9]{1,9}", words[0]) is None:
                self._fail_here("a version is due in this directive", "write %YAML 1.1")
            if tuple(map(int, words[0].split("."))) != (1, 1):
                self._fail_here("only YAML 1.1 can be read", "write %YAML 1.1, or leave the directive out")
        elif name == "TAG":
            if (
                len(words) != 2
                or re.fullmatch(r"!(?:[0-9A-Za-z_-]*!)?", words[0]) is None
                or _URI_VERBATIM.fullmatch(words[1]) is None
            ):
                self._fail_here("a handle and a prefix are due in this directive")
            words[1] = self._unescaped(words[1])
        else:
            self._fail_here("an unknown directive", "only %YAML 1.1 and %TAG are known")
        self._add(DIRECTIVE, line.end() - self._at, " ".join((name, *words)))
        # Its line break does not let a key begin.
        self._take_break()

    def _tag(self) -> None:
        start = self._at
        text = self._text
        if text.startswith("!<", start):
            found = _URI_VERBATIM.match(text, start + 2)
            if found is None or text[found.end() : found.end() + 1] != ">":
                self._fail_here("a tag that is not closed", "write !<tag>")
            handle, suffix, end = "", found[0], found.end() + 1
        else:
            opening = _HANDLE.match(text, start)
            assert opening is not None
            handle = opening[0]
            found = _URI.match(text, opening.end())
            suffix = found[0] if found else ""
            end = found.end() if found else opening.end()
            if not suffix and handle != "!":
                self._fail_here("a tag without its name")
        after = text[end : end + 1]
        if after not in BLANK_OR_END:
            self._fail_here("a blank is due behind a tag")
        self._add(TAG, end - start, f"{handle} {self._unescaped(suffix)}")

    def _unescaped(self, text: str) -> str:
        """A part of a tag with its ``%`` escapes, which are the octets of UTF-8, made characters."""
        if "%" not in text:
            return text
        data = re.sub(rb"%(..)", lambda found: bytes((int(found[1], 16),)), text.encode())
        try:
            return data.decode()
        except UnicodeDecodeError:
            self._fail_here("an escape of no character in a tag")
