"""A whole config, each line with the layer and the place that set it; secrets masked."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterable, Iterator
from hashlib import sha256
from html import escape
from string import Template
from typing import Any, NamedTuple

from talosgen.config.attribution import Chain
from talosgen.config.container import Document
from talosgen.config.loader import children
from talosgen.config.provenance import path_text
from talosgen.goyaml.construct import follow
from talosgen.goyaml.node import MAPPING, SCALAR, Node
from talosgen.goyaml.reader import read
from talosgen.machineconfig import MachineConfig
from talosgen.outputs.explain import place_json
from talosgen.outputs.masked import masked_document
from talosgen.outputs.masks import Masks
from talosgen.outputs.reports import visible
from talosgen.schema.table import resource
from talosgen.source import Span

__all__ = ["Gone", "Line", "as_html", "as_json", "as_text", "blame", "deleted"]


class Line(NamedTuple):
    """A line of a config's text. ``chain`` is the history of the value in it, empty for a line without one."""

    text: str
    document: str
    path: str
    chain: Chain

    @property
    def source(self) -> str:
        """The layer and the file that set the value."""
        return f"{self.layer} {self.place.source}" if self.place is not None else self.layer

    @property
    def layer(self) -> str:
        return self.chain[-1].layer if self.chain else ""

    @property
    def place(self) -> Span | None:
        return self.chain[-1].place if self.chain else None

    def __repr__(self) -> str:
        return f"<Line {self.document} {self.path}>"


class Gone(NamedTuple):
    """A value that was deleted, with its history."""

    document: str
    path: str
    chain: Chain

    @property
    def title(self) -> str:
        return f"{self.document.rstrip('/')} {self.path}"


def blame(config: MachineConfig, masks: Masks) -> list[Line]:
    """The lines of a config's text, in order."""
    chains: dict[tuple[str, tuple[str | int, ...]], Chain] = {}
    for origin in config.origins():
        if not origin.deleted:
            chains[origin.document, origin.steps] = origin.chain
    out: list[Line] = []
    for document in config:
        if out:
            out.append(Line("---", "", "", ()))
        out.extend(_lines(document, chains, masks))
    return out


def deleted(config: MachineConfig, masks: Masks) -> list[Gone]:
    """The values that a layer deleted and none set again."""
    return [
        Gone(masks.identity(origin.document), origin.path, origin.chain)
        for origin in config.origins()
        if origin.deleted
    ]


def _lines(document: Document, chains: dict[tuple[str, tuple[str | int, ...]], Chain], masks: Masks) -> Iterator[Line]:
    text = masked_document(document, masks).to_yaml()
    leaves: dict[int, tuple[str | int, ...]] = {}
    keys: set[int] = set()
    for steps, node in _parts(read(text)[0]):
        if node.kind == MAPPING and node.value:
            keys.update(key.line for key in node.value[::2])
        elif node.kind == SCALAR or not node.value:
            leaves.setdefault(node.line, steps)
    steps = ()
    shown = masks.identity(document.identity)
    for number, line in enumerate(text.splitlines(), 1):
        if number in leaves:
            steps = leaves[number]
        elif number in keys:
            yield Line(line, shown, "", ())
            continue
        yield Line(line, shown, path_text(steps), chains.get((document.identity, steps), ()))


def _parts(root: Node) -> Iterator[tuple[tuple[str | int, ...], Node]]:
    """All nodes of a document with the steps to them, in order."""
    work: list[tuple[tuple[str | int, ...], Node]] = [((), follow(root))]
    while work:
        steps, node = work.pop()
        yield steps, node
        work.extend(((*steps, key), follow(item)) for key, item in reversed(children(node).items()))


def as_text(lines: Iterable[Line]) -> str:
    """The lines for people: the layer and the place, then the line."""
    rows = [(f"{line.layer} {line.place or ''}".strip(), line.text) for line in lines]
    width = min(max((len(source) for source, _ in rows), default=0), 60)
    return "".join(f"{visible(source):<{width}} │ {visible(text)}\n" for source, text in rows)


def as_json(lines: Iterable[Line]) -> str:
    """The lines as JSON."""
    rows = []
    for number, line in enumerate(lines, 1):
        row: dict[str, Any] = {"number": number, "text": line.text}
        if line.chain:
            row |= {"document": line.document, "path": line.path, "layer": line.layer, **place_json(line.place)}
        rows.append(row)
    return json.dumps(rows, indent=2, ensure_ascii=False) + "\n"


#: Colours that the page has; further sources begin anew.
_COLOURS = 12


def as_html(lines: Iterable[Line], title: str, gone: Iterable[Gone] = ()) -> str:
    """A page that needs nothing else: a colour for each source, and sources that can be dimmed.

    All texts are escaped; its policy lets no script run but its own.
    """
    lines = list(lines)
    sources: dict[str, int] = {}
    for line in lines:
        if line.chain:
            sources.setdefault(line.source, len(sources))
    boxes = (
        f'<label class="c{index % _COLOURS}">'
        f'<input type="checkbox" checked data-source="{index}"> {_seen(source)}</label>'
        for source, index in sources.items()
    )
    style, script = _file("blame.css"), _file("blame.js")
    return Template(_file("blame.html")).substitute(
        title=_seen(title),
        style=style,
        script=script,
        style_hash=_hash(style),
        script_hash=_hash(script),
        sources="\n".join(boxes),
        rows="\n".join(_row(number, line, sources) for number, line in enumerate(lines, 1)),
        deleted=_deleted_table(list(gone)),
    )


def _row(number: int, line: Line, sources: dict[str, int]) -> str:
    index = sources.get(line.source) if line.chain else None
    look = "" if index is None else f' class="s{index} c{index % _COLOURS}" title="{_seen(_told(line.chain))}"'
    cells = (str(number), _seen(line.layer), _seen(str(line.place or "")), f"<pre>{_seen(line.text)}</pre>")
    return f"<tr{look}>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _told(chain: Chain) -> str:
    """The layers that set a value, oldest first."""
    return " → ".join(f"{link.layer} {link.place or ''}".strip() for link in chain)


def _deleted_table(gone: list[Gone]) -> str:
    if not gone:
        return ""
    rows = []
    for item in gone:
        cells = (
            "",
            _seen(item.chain[-1].layer),
            _seen(str(item.chain[-1].place or "")),
            f"<pre>{_seen(item.title)}</pre>",
        )
        rows.append(f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>")
    return f'<h2>Deleted</h2>\n<table id="deleted"><tbody>\n{chr(10).join(rows)}\n</tbody></table>'


def _seen(text: str) -> str:
    return escape(visible(text))


def _hash(text: str) -> str:
    return b64encode(sha256(text.encode("utf-8")).digest()).decode("ascii")


def _file(name: str) -> str:
    return resource(__spec__, name).decode("utf-8")
