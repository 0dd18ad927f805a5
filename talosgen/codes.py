"""The codes of findings: one registry. A finding is known by its code and by its second name."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

__all__ = ["CODES", "Code", "find"]


class Code:
    """One kind of finding. ``title`` says what was found, ``help`` what to do about it."""

    __slots__ = ("code", "help", "name", "severity", "title")

    def __init__(
        self, code: str, name: str, severity: Literal["error", "warning", "note"], title: str, help: str,  # noqa: A002
    ) -> None:  # fmt: skip
        self.code = code
        self.name = name
        self.severity = severity
        self.title = title
        self.help = help

    def __repr__(self) -> str:
        return f"<Code {self.code} {self.name}>"


_PATCHING = (
    Code("TG0101", "ignored-value", "warning", "a value, mostly a zero, that the merge ignores", "delete the field with `$patch: delete`, then set it anew"),
    Code("TG0102", "absent-delete", "warning", "a delete of something that is not there", "take the statement out"),
    Code("TG0103", "already-so", "note", "a value that the config has already", "take it out of the patch"),
    Code("TG0104", "not-idempotent", "warning", "a patch that, applied twice, gives something else or fails", "merge it with `--merge idempotent`"),
    Code("TG0105", "may-not-be-idempotent", "warning", "a part that can give something else when it is applied twice", "merge it with `--merge idempotent`"),
    Code("TG0106", "wiped-by-absence", "warning", "a value that the patch wipes by not naming it", "repeat the value in the patch"),
    Code("TG0107", "no-round-trip", "warning", "a text that Talos does not read back as it was", "write the value in another way"),
    Code("TG0108", "conflicting-patches", "warning", "two patches that set one path to different values", "keep one of them"),
    Code("TG0109", "other-role", "warning", "a document that only control-plane nodes take", "move it to a patch for the control plane"),
    Code("TG0110", "empty-patch", "note", "a patch with nothing in it", "add a field, or leave the patch out"),
    Code("TG0111", "plain-directive", "warning", "a `$patch` that is taken for a key like any other", "only `delete` is a directive under Talos's semantics"),
    Code("TG0112", "ignored-selector", "warning", "a `document` beside an operation, which Talos ignores", "merge the patch with `--merge idempotent`"),
    Code("TG0113", "fooled-kind", "warning", "a value that Talos takes for a key when it looks for the kind", "give the value another text"),
    Code("TG0114", "empty-document", "warning", "a delete that leaves a document with nothing in it, which is added where there is none", "delete the whole document"),
    Code("TG0115", "null-ignored", "warning", "a null that keeps the value it is laid over", "delete the key with `$patch: delete`"),
    Code("TG0116", "repeated-entry", "warning", "an entry that validation refuses beside one that is there", "delete the other one first"),
)  # fmt: skip

#: All codes, by themselves.
CODES: dict[str, Code] = {code.code: code for code in _PATCHING}

_NAMES = {code.name: code for code in CODES.values()}


def find(text: str) -> Code:
    """The code that is meant by itself (``TG0106``, in any case) or by its second name.

    Raises KeyError, whose argument says what is near.
    """
    code = CODES.get(text.upper()) or _NAMES.get(text.lower())
    if code is None:
        from difflib import get_close_matches

        # More than a name's length is no slip of the hand, and comparing it takes long.
        near = get_close_matches(text[:40].lower(), _NAMES) or get_close_matches(text[:40].upper(), CODES)
        raise KeyError(f"unknown code {text[:40]!r}" + (f"; did you mean {' or '.join(near)}?" if near else ""))
    return code
