"""Secrets in the clear in Talos's documents: configs, patches for them, bundles. What is secret the table says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final, NamedTuple

from talosgen.config.loader import LEGACY_KEYS
from talosgen.config.redact import secret_paths
from talosgen.goyaml.construct import follow
from talosgen.goyaml.node import MAPPING, SCALAR, SEQUENCE, Node
from talosgen.schema.table import Level, table
from talosgen.secrets.bundle import MARKS

__all__ = ["Secret", "may_have", "paths", "secrets"]

_LEGACY: Final = "v1alpha1"
_LEGACY_KEYS: Final = LEGACY_KEYS | {"version"}
_SPLIT: Final = re.compile(r"\[\]|[^.\[\]]+")
# What may stand in a text with such documents, so that others need not be parsed.
_HINT: Final = re.compile(rb"""(?:\A|[\n{,])\s*["']?(?:machine|cluster|apiVersion["']?\s*:\s*["']?v1alpha1\b)""")
# No secret: a reference that is filled in later, a mask, a place to fill in.
_FILLED_LATER: Final = re.compile(r"\$\{[^}]*\}|\*+|\{\{.*\}\}|<[^<>]*>|(?i:redacted|changeme)", re.S)
#: The most that are told of one file.
_MAX: Final = 20
#: The most nodes that are looked at.
_MAX_NODES: Final = 1_000_000


class Secret(NamedTuple):
    """A secret in the clear: its path, and the node that holds it."""

    path: str
    node: Node

    def __repr__(self) -> str:
        return f"<Secret {self.path}>"


@cache
def paths(kind: str) -> tuple[tuple[str, ...], ...]:
    """The paths of a kind's secrets, in steps; ``[]`` is any item, ``*`` any key. A kind may be ``secrets``."""
    level: Level = "talos" if kind in table().kinds else "all"
    found = (path for path, mask in secret_paths(kind, level) if mask.part == "whole")
    return tuple(tuple(_SPLIT.findall(path)) for path in dict.fromkeys(found))


def may_have(data: bytes) -> bool:
    """Whether a text may hold Talos's documents. Cheap, and never wrong when it says no to an ordinary text."""
    return _HINT.search(data) is not None


def secrets(roots: Iterable[Node]) -> list[Secret]:
    """The secrets in the clear in the documents of a stream that are Talos's, or a bundle; others are passed over."""
    out: list[Secret] = []
    for root in roots:
        node = follow(root)
        kind = _kind(node) if node.kind == MAPPING else ""
        for steps in paths(kind) if kind else ():
            for path, found in _at(node, steps):
                if len(out) == _MAX:
                    return out
                if _tells(found):
                    out.append(Secret(path, found))
    return out


def _kind(root: Node) -> str:
    """The kind of a document by its keys; nothing for one that is not Talos's."""
    fields = {follow(key).value: follow(value) for key, value in _pairs(root)}
    if fields.keys() >= MARKS:
        return "secrets"
    named = fields.get("kind")
    if named is None:
        sections = (fields.get("machine"), fields.get("cluster"))
        legacy = fields.keys() <= _LEGACY_KEYS and any(each is not None and each.kind == MAPPING for each in sections)
        return _LEGACY if legacy else ""
    version = fields.get("apiVersion")
    facts = table().kinds.get(named.value) if named.kind == SCALAR else None
    fits = facts is not None and version is not None and version.value == facts.api_version
    return facts.name if fits and facts is not None else ""


def _pairs(node: Node) -> Iterator[tuple[Node, Node]]:
    for key, value in zip(node.value[::2], node.value[1::2], strict=True):
        if follow(key).kind == SCALAR:
            yield key, value


def _at(root: Node, steps: tuple[str, ...]) -> Iterator[tuple[str, Node]]:
    """The nodes at a path, where it is there."""
    work = [("", root, 0)]
    seen = 0
    while work and seen < _MAX_NODES:
        path, node, depth = work.pop()
        node = follow(node)
        seen += 1
        if depth == len(steps):
            yield path, node
            continue
        step = steps[depth]
        if step == "[]":
            if node.kind == SEQUENCE:
                work += [(f"{path}[{index}]", item, depth + 1) for index, item in enumerate(node.value)][::-1]
        elif node.kind == MAPPING:
            for key, value in _pairs(node):
                name = follow(key).value
                if step in ("*", name):
                    work.append((f"{path}.{name}" if path else name, value, depth + 1))


def _tells(node: Node) -> bool:
    """Whether a node holds something: what is empty, or filled in later, does not."""
    if node.kind != SCALAR:
        return bool(node.value)
    return node.tag != "!!null" and bool(node.value) and _FILLED_LATER.fullmatch(node.value.strip()) is None
