"""What of a project is shown to nobody: what the table calls secret, and the texts that the project says are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final
from urllib.parse import unquote

from talosgen.config.codecs import ABSENT, NAMES, codec
from talosgen.config.redact import MARKER, masked
from talosgen.config.tree import copied
from talosgen.goyaml.node import SCALAR, Node
from talosgen.project.cluster import Cluster

__all__ = ["Masks"]

#: What is longer is no duration, address, URL or the like.
_LONGEST: Final = 4096
#: So many characters stand in no other text by chance.
_TELLING: Final = 12
#: What ends a taint, which kubelets take apart.
_EFFECTS: Final = ("NoSchedule", "PreferNoSchedule", "NoExecute")


class Masks:
    """What is not shown: what the table calls secret, and what holds one of the ``texts`` of a project, or is one of
    the ``values``; nothing with ``reveal``.
    """

    __slots__ = ("_parts", "_wholes", "reveal")

    def __init__(self, texts: Iterable[str] = (), reveal: bool = False, values: Iterable[str] = ()) -> None:
        self.reveal = reveal
        parts, forms = _all_forms(texts)
        wholes, others = _all_forms(values)
        self._parts = _shortest({*parts, *(text for text in wholes if len(text) >= _TELLING)})
        self._wholes = frozenset({*parts, *forms, *wholes, *others} - {""})

    @classmethod
    def of(cls, cluster: Cluster, reveal: bool = False) -> Masks:
        """What is not shown of a cluster's configs."""
        return cls(cluster.masked, reveal, cluster.encrypted)

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
            return leaf in self._wholes or self._in(leaf) or ("%" in leaf and self._in(unquote(leaf)))
        if isinstance(leaf, tuple):
            return any(map(self.hides, leaf))
        return str(leaf) in self._wholes

    def _in(self, leaf: str) -> bool:
        return any(part in leaf for part in self._parts)

    def identity(self, document: str) -> str:
        """``Kind/name`` of a document, as it may be shown."""
        kind, _, name = document.partition("/")
        return document if self.reveal else f"{kind}/{self.leaf(name)}"


def _all_forms(texts: Iterable[str]) -> tuple[set[str], set[str]]:
    """Texts with the texts that become of them, and what other values that become of them print as."""
    found: set[str] = set()
    others: set[str] = set()
    for text in filter(None, texts):
        found.update((text, text.strip()))
        for form in _forms(text):
            (found if isinstance(form, str) else others).add(str(form))
    return found, others


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
