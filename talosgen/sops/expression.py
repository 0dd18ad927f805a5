"""The syntax of RE2's regular expressions: text to fragments of a program.

What RE2 has and this has not (``\\p{…}``, ``\\C``, ``(?U)``) is refused like what RE2 itself refuses, look-around
and back-references among it: an expression that means nothing must not match nothing.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from talosgen.sops.steps import (
    BEGIN,
    BOUNDARY,
    END,
    LINE_BEGIN,
    LINE_END,
    NO_BOUNDARY,
    Fragment,
    Ranges,
    alternatives,
    assertion,
    chars,
    nothing,
    repeated,
    sequence,
)  # fmt: skip

__all__ = ["parse"]

_MAX_REPEAT: Final = 1000
_MAX_DEPTH: Final = 100

_DIGIT: Final = ((48, 57),)
_WORD: Final = ((48, 57), (65, 90), (95, 95), (97, 122))
_SPACE: Final = ((9, 10), (12, 13), (32, 32))
_PERL: Final = {"d": _DIGIT, "w": _WORD, "s": _SPACE}
_POSIX: Final[dict[str, Ranges]] = {
    "alnum": ((48, 57), (65, 90), (97, 122)), "alpha": ((65, 90), (97, 122)), "ascii": ((0, 127),),
    "blank": ((9, 9), (32, 32)), "cntrl": ((0, 31), (127, 127)), "digit": _DIGIT, "graph": ((33, 126),),
    "lower": ((97, 122),), "print": ((32, 126),), "punct": ((33, 47), (58, 64), (91, 96), (123, 126)),
    "space": ((9, 13), (32, 32)), "upper": ((65, 90),), "word": _WORD, "xdigit": ((48, 57), (65, 70), (97, 102)),
}  # fmt: skip
_CONTROLS: Final = {"a": 7, "f": 12, "t": 9, "n": 10, "r": 13, "v": 11}
_PUNCTUATION: Final = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
_TOP: Final = 0x10FFFF


class _Flags(NamedTuple):
    fold: bool = False
    lines: bool = False
    dot: bool = False


def parse(text: str) -> Fragment:
    """The fragment of an expression. Raises ValueError, saying what is wrong with it."""
    return _Parser(text).parse()


class _Parser:
    """Recursive descent; the depth of groups is bounded."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._depth = 0
        self._names: set[str] = set()

    def parse(self) -> Fragment:
        whole, _ = self._alternation(_Flags())
        if self._at < len(self._text):
            raise ValueError("a ) without its (")
        return whole

    def _peek(self, width: int = 1) -> str:
        return self._text[self._at : self._at + width]

    def _alternation(self, flags: _Flags) -> tuple[Fragment, _Flags]:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise ValueError("its groups are nested too deep")
        branches: list[Fragment] = []
        parts: list[Fragment] = []
        while self._at < len(self._text) and self._peek() != ")":
            if self._peek() == "|":
                self._at += 1
                branches.append(sequence(parts) if parts else nothing)
                parts = []
                continue
            part, flags = self._atom(flags)
            if part is not None:
                parts.append(self._quantified(part))
            elif self._peek() and self._peek() in "*+?":
                raise ValueError("a repeat without anything before it")
        branches.append(sequence(parts) if parts else nothing)
        self._depth -= 1
        return alternatives(branches), flags

    def _quantified(self, part: Fragment) -> Fragment:
        bounds = self._bounds()
        if bounds is None:
            return part
        if self._peek() == "?":
            # Lazy or not, it matches the same texts.
            self._at += 1
        start = self._at
        if self._bounds() is not None:
            self._at = start
            raise ValueError("a repeat of a repeat")
        return repeated(part, *bounds)

    def _bounds(self) -> tuple[int, int | None] | None:
        char = self._peek()
        if char in ("*", "+", "?") and char:
            self._at += 1
            return {"*": (0, None), "+": (1, None), "?": (0, 1)}[char]
        if char != "{":
            return None
        end = self._text.find("}", self._at)
        low, comma, high = self._text[self._at + 1 : max(end, 0)].partition(",")
        if end < 0 or not _number(low) or (high and not _number(high)):
            # As in RE2, such a brace stands for itself.
            return None
        least = int(low) if len(low) < 5 else _MAX_REPEAT + 1
        most = least if not comma else None if not high else int(high) if len(high) < 5 else _MAX_REPEAT + 1
        if least > _MAX_REPEAT or (most is not None and (most > _MAX_REPEAT or most < least)):
            raise ValueError("a repeat with bounds that cannot be")
        self._at = end + 1
        return least, most

    def _atom(self, flags: _Flags) -> tuple[Fragment | None, _Flags]:
        char = self._peek()
        if char == "(":
            return self._group(flags)
        if char == "[":
            return chars(self._class(flags)), flags
        if char == "\\":
            return self._escape(flags), flags
        if char in ("*", "+", "?"):
            raise ValueError("a repeat without anything before it")
        self._at += 1
        if char == "^":
            return assertion(LINE_BEGIN if flags.lines else BEGIN), flags
        if char == "$":
            return assertion(LINE_END if flags.lines else END), flags
        if char == ".":
            return chars(((0, _TOP),) if flags.dot else ((0, 9), (11, _TOP))), flags
        return chars(_literal(ord(char), flags)), flags

    def _group(self, flags: _Flags) -> tuple[Fragment | None, _Flags]:
        self._at += 1
        inner = flags
        if self._peek() == "?":
            self._at += 1
            if self._peek(2) == "P<" or (self._peek() == "<" and self._peek(2) not in ("<=", "<!")):
                self._name()
            elif self._peek() in ("=", "!") or self._peek() == "<":
                raise ValueError("look-around does not exist in RE2")
            else:
                inner, closed = self._flags(flags)
                if closed:
                    return None, inner
        part, _ = self._alternation(inner)
        if self._peek() != ")":
            raise ValueError("a ( without its )")
        self._at += 1
        return part, flags

    def _name(self) -> None:
        start = self._text.index("<", self._at) + 1
        end = self._text.find(">", start)
        name = self._text[start : max(end, start)]
        if (
            not name
            or not all(char.isascii() and (char.isalnum() or char == "_") for char in name)
            or name in self._names
        ):
            raise ValueError("the name of a group is none, or stands twice")
        self._names.add(name)
        self._at = end + 1

    def _flags(self, flags: _Flags) -> tuple[_Flags, bool]:
        """The flags that are set, and whether the group ends with them."""
        on = True
        some = False
        while True:
            char = self._peek()
            self._at += 1
            if char in ("i", "m", "s") and char:
                name = {"i": "fold", "m": "lines", "s": "dot"}[char]
                flags = flags._replace(**{name: on})
                some = True
            elif char == "U":
                raise ValueError("the flag U is not supported")
            elif char == "-" and on:
                on = some = False
            elif char in (":", ")") and char and (on or some):
                return flags, char == ")"
            else:
                raise ValueError("an unknown form of group")

    def _escape(self, flags: _Flags) -> Fragment:
        following = self._text[self._at + 1 : self._at + 2]
        kind = {"A": BEGIN, "z": END, "b": BOUNDARY, "B": NO_BOUNDARY}.get(following)
        if kind is not None:
            self._at += 2
            return assertion(kind)
        if following == "Q":
            end = self._text.find("\\E", self._at + 2)
            text = self._text[self._at + 2 : end if end >= 0 else len(self._text)]
            self._at = end + 2 if end >= 0 else len(self._text)
            # A repeat behind it is of the last character.
            parts = [chars(_literal(ord(char), flags)) for char in text]
            if parts:
                parts[-1] = self._quantified(parts[-1])
            return sequence(parts) if parts else nothing
        perl = self._perl()
        if perl is not None:
            return chars(perl)
        return chars(_literal(self._code(), flags))

    def _perl(self) -> Ranges | None:
        """The ranges of ``\\d`` and its kin, which is passed over; None where there is none."""
        following = self._text[self._at + 1 : self._at + 2]
        if following in ("p", "P", "C"):
            raise ValueError(f"\\{following} is not supported; name the characters in a class")
        ranges = _PERL.get(following.lower())
        if ranges is None or following not in "dDwWsS":
            return None
        self._at += 2
        return _negated(ranges) if following.isupper() else ranges

    def _code(self) -> int:
        """The character that an escape stands for."""
        following = self._text[self._at + 1 : self._at + 2]
        self._at += 2
        if following in _CONTROLS:
            return _CONTROLS[following]
        if following in _PUNCTUATION and following:
            return ord(following)
        if following == "x":
            return self._hexadecimal()
        if following and following in "01234567":
            digits = following
            while len(digits) < 3 and self._peek() and self._peek() in "01234567":
                digits += self._peek()
                self._at += 1
            if following == "0" or len(digits) > 1:
                return int(digits, 8)
            raise ValueError("back-references do not exist in RE2")
        if following.isdigit():
            raise ValueError("back-references do not exist in RE2")
        raise ValueError("an unknown escape")

    def _hexadecimal(self) -> int:
        if self._peek() == "{":
            end = self._text.find("}", self._at)
            digits = self._text[self._at + 1 : max(end, 0)]
            self._at = end + 1
        else:
            digits = self._peek(2)
            self._at += 2
            if len(digits) < 2:
                digits = ""
        if not digits or len(digits) > 8 or not all(char in "0123456789abcdefABCDEF" for char in digits):
            raise ValueError("an unknown escape")
        code = int(digits, 16)
        if code > _TOP:
            raise ValueError("an escape of no character")
        return code

    def _class(self, flags: _Flags) -> Ranges:
        self._at += 1
        negated = self._peek() == "^"
        if negated:
            self._at += 1
        ranges: list[tuple[int, int]] = []
        first = True
        while first or self._peek() != "]":
            if self._at >= len(self._text):
                raise ValueError("a [ without its ]")
            first = False
            if self._peek(2) == "[:":
                ranges += self._posix()
                continue
            perl = self._perl() if self._peek() == "\\" else None
            if perl is not None:
                ranges += perl
                continue
            low = high = self._member()
            if self._peek() == "-" and self._peek(2) not in ("-]", "-"):
                self._at += 1
                high = self._member()
                if high < low:
                    raise ValueError("a range of characters that runs backwards")
            ranges += _folded(low, high) if flags.fold else ((low, high),)
        self._at += 1
        return _negated(tuple(ranges)) if negated else tuple(ranges)

    def _member(self) -> int:
        char = self._peek()
        if char == "\\":
            return self._code()
        if not char:
            raise ValueError("a [ without its ]")
        self._at += 1
        return ord(char)

    def _posix(self) -> Ranges:
        end = self._text.find(":]", self._at)
        name = self._text[self._at + 2 : max(end, 0)]
        ranges = _POSIX.get(name.removeprefix("^"))
        if end < 0 or ranges is None:
            raise ValueError("an unknown class of characters")
        self._at = end + 2
        return _negated(ranges) if name.startswith("^") else ranges


def _number(text: str) -> bool:
    return text.isascii() and text.isdigit() and (text == "0" or text[0] != "0")


def _literal(code: int, flags: _Flags) -> Ranges:
    return _folded(code, code) if flags.fold else ((code, code),)


def _folded(low: int, high: int) -> Ranges:
    """A range and what differs from it in case only. Large ranges beyond ASCII are left as they are."""
    out = {(low, high)}
    if high - low < 512:
        for code in range(low, high + 1):
            out.update((other, other) for other in _cases(chr(code)))
    else:
        out.update(((65, 90), (97, 122)))
    return tuple(sorted(out))


def _cases(char: str) -> set[int]:
    found = {char, char.lower(), char.upper(), char.lower().upper(), char.upper().lower()}
    # Two letters that fold to ASCII ones.
    extra = {"k": "\u212a", "s": "\u017f"}.get(char.lower(), "")
    return {ord(other) for other in (*found, *extra) if len(other) == 1}


def _negated(ranges: Ranges) -> Ranges:
    out: list[tuple[int, int]] = []
    start = 0
    for low, high in sorted(ranges):
        if low > start:
            out.append((start, low - 1))
        start = max(start, high + 1)
    if start <= _TOP:
        out.append((start, _TOP))
    return tuple(out)
