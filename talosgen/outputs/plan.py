"""What would change on each node: documents and values added, changed and removed, secrets masked."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal, NamedTuple

from talosgen.config.codecs import ABSENT
from talosgen.config.container import Document
from talosgen.config.equality import fingerprint
from talosgen.config.loader import load
from talosgen.config.provenance import changes, path_text
from talosgen.config.redact import MARKER
from talosgen.config.tree import copied
from talosgen.machineconfig import MachineConfig
from talosgen.outputs import leaves
from talosgen.outputs.explain import shown
from talosgen.outputs.masks import Masks
from talosgen.outputs.reports import visible
from talosgen.project.cluster import Cluster

__all__ = [
    "Action", "Before", "DocumentChange", "NodeChange", "ValueChange", "against", "as_json", "as_markdown", "as_text",
    "plan",
]  # fmt: skip

Action = Literal["added", "changed", "removed"]


class ValueChange(NamedTuple):
    """A value that changes, as it may be shown. None is nothing."""

    path: str
    action: Action
    before: Any
    after: Any
    #: Whether what changes is not shown.
    masked: bool = False


class DocumentChange(NamedTuple):
    """A document that changes, ``Kind/name``."""

    document: str
    action: Action
    values: tuple[ValueChange, ...]


class NodeChange(NamedTuple):
    """A node that changes."""

    node: str
    action: Action
    documents: tuple[DocumentChange, ...]


class Before(NamedTuple):
    """What is compared with: the texts of configs by node, with their sources.

    ``cluster`` is the project that they were made of, where it is known; ``masked`` are places of secrets in configs.
    """

    texts: Mapping[str, bytes]
    sources: Mapping[str, str]
    cluster: Cluster | None = None
    masked: Mapping[str, tuple[str, ...]] = {}

    def __repr__(self) -> str:
        # No texts: they hold secrets.
        return f"<Before {', '.join(self.texts)}>"


def against(before: Before, after: Mapping[str, str], cluster: Cluster, *, reveal: bool = False) -> list[NodeChange]:
    """The nodes of a cluster whose texts ``after`` differ. Raises InputError."""
    new = {name: text.encode("utf-8", "surrogateescape") for name, text in after.items()}
    left = {
        name: MachineConfig.load(text, before.sources[name])
        for name, text in before.texts.items()
        if text != new.get(name)
    }
    right = {name: MachineConfig.load(text, name) for name, text in new.items() if text != before.texts.get(name)}
    # Who took a secret out of the project may have been the last who knew that it is one.
    gone = {text for name, config in left.items() for text in leaves.texts(config, before.masked.get(name, ()))}
    old = before.cluster or cluster
    return plan(left, right, Masks(cluster.masked | old.masked, reveal, cluster.encrypted | old.encrypted | gone))


def plan(before: Mapping[str, MachineConfig], after: Mapping[str, MachineConfig], masks: Masks) -> list[NodeChange]:
    """The nodes that differ, those of ``after`` in its order, then those that are gone."""
    out = []
    for name in dict.fromkeys((*after, *before)):
        left, right = before.get(name), after.get(name)
        documents = _documents(left, right, masks)
        if left is None or right is None or documents:
            out.append(NodeChange(name, _action(left, right), documents))
    return out


def _action(before: object, after: object) -> Action:
    if before is None or before is ABSENT:
        return "added"
    return "removed" if after is None or after is ABSENT else "changed"


def _documents(before: MachineConfig | None, after: MachineConfig | None, masks: Masks) -> tuple[DocumentChange, ...]:
    left, right = ({part.identity: part for part in config or ()} for config in (before, after))
    out = []
    for identity in dict.fromkeys((*right, *left)):
        old, new = left.get(identity), right.get(identity)
        if old is not None and new is not None and old.to_yaml() == new.to_yaml():
            continue
        values = _values(identity, _tree(old), _tree(new), masks)
        if values:
            out.append(DocumentChange(masks.identity(identity), _action(old, new), values))
    return tuple(out)


def _tree(document: Document | None) -> Any:
    """The tree that a document's text is read to: what prints alike is alike."""
    if document is None:
        return ABSENT
    return next(iter(load(document.to_yaml(), allow_unknown=True))).tree


def _values(identity: str, before: Any, after: Any, masks: Masks) -> tuple[ValueChange, ...]:
    out = []
    for steps, old, new in changes(before, _sharing(before, after)):
        seen = [masks.value(identity, steps, value) for value in (old, new)]
        hidden = MARKER in seen
        if hidden:
            # What was there before may be a secret that is not known any more.
            seen = [value if value is ABSENT else MARKER for value in seen]
        out.append(ValueChange(path_text(steps), _action(old, new), seen[0], seen[1], hidden))
    return tuple(out)


def _sharing(before: Any, after: Any) -> Any:
    """``after``, its lists holding the very elements that are in ``before`` too: those stay, whatever moves them."""
    known = {fingerprint(item): item for items in _lists(before) for item in items if isinstance(item, (dict, list))}
    if not known or after is ABSENT:
        return after
    made = copied(after)
    for items in _lists(made):
        items[:] = [known.get(fingerprint(item), item) if isinstance(item, (dict, list)) else item for item in items]
    return made


def _lists(tree: Any) -> Iterator[list[Any]]:
    """The lists of a tree, outer ones first."""
    work = [tree]
    while work:
        value = work.pop()
        if isinstance(value, list):
            yield value
            work.extend(value)
        elif isinstance(value, dict):
            work.extend(value.values())


_SIGNS: dict[Action, str] = {"added": "+", "changed": "~", "removed": "-"}


def as_text(nodes: Iterable[NodeChange]) -> str:
    """The changes for people."""
    out = []
    for node in nodes:
        out.append(f"{_SIGNS[node.action]} {node.node}")
        for document in node.documents:
            out.append(f"    {_SIGNS[document.action]} {document.document.rstrip('/')}")
            out.extend(f"        {_SIGNS[value.action]} {value.path}: {_told(value)}" for value in document.values)
    return "".join(f"{visible(line)}\n" for line in out)


def _told(value: ValueChange) -> str:
    if value.action == "changed":
        # Two masks tell nothing apart.
        return "a secret" if value.before == value.after else f"{shown(value.before)} → {shown(value.after)}"
    return shown(value.before if value.action == "removed" else value.after)


def as_json(nodes: Iterable[NodeChange]) -> str:
    """The changes as JSON."""
    rows = [
        {
            "node": node.node,
            "action": node.action,
            "documents": [
                {
                    "document": document.document,
                    "action": document.action,
                    "values": [value._asdict() for value in document.values],
                }
                for document in node.documents
            ],
        }
        for node in nodes
    ]
    return json.dumps(rows, indent=2, ensure_ascii=False, default=str) + "\n"


def as_markdown(nodes: Iterable[NodeChange]) -> str:
    """The changes for a pull request: a table of nodes, and a foldable diff for each."""
    nodes = list(nodes)
    if not nodes:
        return "No node changes.\n"
    out = ["| node | | documents | values |", "|---|---|---|---|"]
    for node in nodes:
        count = sum(len(document.values) for document in node.documents)
        out.append(f"| {_code(node.node)} | {node.action} | {len(node.documents)} | {count} |")
    for node in nodes:
        out += ["", f"<details><summary>{_html(node.node)} {node.action}</summary>", ""]
        fence = _fence(as_text([node]))
        out += [f"{fence}diff", as_text([node]).rstrip("\n").replace("\n    ", "\n"), fence, "", "</details>"]
    return "\n".join(out) + "\n"


def _code(text: str) -> str:
    return f"`{visible(text).replace('`', chr(39)).replace('|', chr(92) + '|')}`"


def _html(text: str) -> str:
    from html import escape

    return escape(visible(text))


def _fence(text: str) -> str:
    """A fence longer than any in the text."""
    longest = run = 0
    for char in text:
        run = run + 1 if char == "`" else 0
        longest = max(longest, run)
    return "`" * max(3, longest + 1)
