"""Which leaves of a tree are encrypted: by the ends or patterns of keys, or by the comments that stand above."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from talosgen.errors import InputError, Problem
from talosgen.sops.pattern import pattern
from talosgen.source import Span

__all__ = ["DEFAULT", "KINDS", "Selection"]

#: The settings of which a file has one at most.
KINDS: Final = (
    "unencrypted_suffix", "encrypted_suffix", "unencrypted_regex", "encrypted_regex",
    "unencrypted_comment_regex", "encrypted_comment_regex",
)  # fmt: skip


class Selection(NamedTuple):
    """One setting: its name, one of ``KINDS``, and its suffix or pattern."""

    kind: str
    text: str

    @property
    def by_comment(self) -> bool:
        """Whether comments decide, and not keys."""
        return "comment" in self.kind

    @property
    def encrypts_matches(self) -> bool:
        """Whether what matches is encrypted; else all else is."""
        return self.kind.startswith("encrypted")

    def matcher(self, place: Span | None = None) -> Callable[[str], bool]:
        """Whether a key, or a comment, matches.

        Raises InputError for a pattern that is none: sops lets it match nothing, and so encrypts nothing.
        """
        if self.kind.endswith("suffix"):
            text = self.text
            return lambda key: key.endswith(text)
        try:
            return pattern(self.text).search
        except ValueError as error:
            raise InputError(
                Problem(
                    f"{self.kind} is no usable regular expression: {error}", place, remedy="write it in RE2's syntax"
                )
            ) from None


#: What holds where nothing is said.
DEFAULT: Final = Selection("unencrypted_suffix", "_unencrypted")
