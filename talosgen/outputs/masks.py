"""What of a project is shown to nobody: what the table calls secret, and the texts that the project says are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final
from urllib.parse import unquote

from talosgen.config.codecs import ABSENT, NAMES, codec
from talosgen.config.redact import MARKER, masked
from talosgen.config.tree import copied
from talosgen.goyaml.node import SCALAR, Node

__all__ = ["Masks"]

#: What is longer is no duration, address, URL or the like.
_LONGEST: Final = 4096
#: What ends a taint, which kubelets take apart.
_EFFECTS: Final = ("NoSchedule", "PreferNoSchedule", "NoExecute")


class Masks:
    """What is not shown: what the table calls secret, and the ``texts`` of a project; nothing with ``reveal``."""

    __slots__ = ("_parts", "_wholes", "reveal")

    def __init__(self, texts: Iterable[str] = (), reveal: bool = False) -> None:
        self.reveal = reveal
        parts: set[str] = set()
        wholes: set[str] = set()
        for text in filter(None, texts):
            parts.update((text, text.strip()))
            for form in _forms(text):
                (parts if isinstance(form, str) else wholes).add(str(form))
        #: What no text may hold, and what no other value may print as.
        self._parts = _shortest(parts)
        self._wholes = wholes | parts

    def value(self, document: str, steps: tuple[str | int, ...], value: Any) -> Any:
        """A value as it may be shown, plain; None for none."""
        if value is ABSENT:
            return None
        if not self.reveal:
            value = copied(masked(document.partition("/")[0], steps, value), self.leaf)
        return value if isinstance(value, (str, int, float, bool, list, dict, type(None))) else str(value)

    def leaf(self, value: Any) -> Any:
        """A leaf, or its mask: of a text that holds one of the project's, of another value that prints as one."""
        return MARKER if self.hides(value) else value

    def hides(self, leaf: Any) -> bool:
        """Whether a leaf is masked because of the project's texts."""
        if isinstance(leaf, str):
            return any(part in leaf for part in self._parts) or ("%" in leaf and self._in_url(leaf))
        if isinstance(leaf, tuple):
            return any(map(self.hides, leaf))
        return str(leaf) in self._wholes

    def _in_url(self, leaf: str) -> bool:
        plain = unquote(leaf)
        return any(part in plain for part in self._parts)

    def identity(self, document: str) -> str:
        """``Kind/name`` of a document, as it may be shown."""
        kind, _, name = document.partition("/")
        return document if self.reveal else f"{kind}/{self.leaf(name)}"


def _forms(text: str) -> Iterator[Any]:
    """What a text becomes in a field: durations, addresses, URLs and others are written anew."""
    try:
        number = float(text)
    except ValueError:
        pass
    else:
        yield from (number, int(number)) if number.is_integer() else (number,)
    value, _, effect = text.rpartition(":")
    if effect in _EFFECTS:
        yield value
    for name in NAMES if len(text) <= _LONGEST else ():
        of = codec(name)
        try:
            form = of.parse(Node(SCALAR, "!!str", text, 0, 0))
        except ValueError:
            continue
        yield form
        if of.dump is not None:
            yield of.dump(form)


def _shortest(texts: Iterable[str]) -> tuple[str, ...]:
    """The texts without those that hold another of them."""
    out: list[str] = []
    for text in sorted(texts, key=lambda text: (len(text), text)):
        if text and not any(part in text for part in out):
            out.append(text)
    return tuple(out)
