"""Text to a container of documents, as Talos v1.14.1's config loader takes it."""

from __future__ import annotations

from typing import Any

from talosgen.config.codecs import plain
from talosgen.config.container import Container, Document
from talosgen.config.decode import Faults
from talosgen.config.engine import decoder
from talosgen.config.unknown import Texts, is_unknown
from talosgen.errors import InputError, Problem, nearest
from talosgen.goyaml.construct import follow, pairs
from talosgen.goyaml.node import ALIAS, MAPPING, SCALAR, SEQUENCE, Node
from talosgen.goyaml.reader import read
from talosgen.schema.table import Kind, table
from talosgen.source import Span

__all__ = ["LEGACY_KEYS", "children", "decode_document", "led_astray", "load", "raw_text"]

#: Root keys that make a document without kind the legacy one. `version` is not among them.
LEGACY_KEYS = frozenset(("machine", "cluster", "debug", "persist"))
_TELLING_KEYS = LEGACY_KEYS | {"kind", "apiVersion"}


def load(
    text: str | bytes, source: str = "<text>", allow_unknown: bool = False, *, allow_empty: bool = False
) -> Container:
    """The documents of a machine config.

    ``source`` names the text in messages. ``allow_empty``: whether there may be none. With ``allow_unknown`` a
    document whose kind, or whose apiVersion of it, the table does not have is carried as its text. Raises
    InputError with every fault found: YAML syntax, unknown kinds and keys, wrong types, repeated documents.
    """
    roots = read(text, source)
    texts = Texts(text, source)
    problems: list[Problem] = []
    documents: list[Document] = []
    seen: dict[tuple[str, str, str], int] = {}
    for index, root in enumerate(roots):
        node = follow(root)
        if node.kind == SCALAR and node.tag == "!!null":
            continue
        place = Span(source, node.line, node.column)
        if node.kind != MAPPING:
            problems.append(Problem("expected a document: a mapping at the root", place))
            continue
        identity = _identity(node)
        line = seen.setdefault(identity, node.line)
        if line != node.line:
            name = "/".join(part for part in identity[1:] if part)
            problems.append(Problem(f"document {name} stands already in line {line}", place, remedy="keep one of them"))
            continue
        document: Document | None
        if allow_unknown and is_unknown(node):
            document = texts.document(node, index, problems)
        else:
            document = decode_document(node, source, problems)
        if document is not None:
            documents.append(document)
    if problems:
        raise InputError(problems)
    if not documents and not allow_empty:
        raise InputError(
            Problem(
                "no config document found",
                Span(source),
                remedy="a config holds at least one document that is not empty",
            )
        )
    return Container(documents)


def decode_document(node: Node, source: str, problems: list[Problem], *, by_keys: bool = False) -> Document | None:
    """The document of a root mapping; what is wrong with it is added to ``problems``.

    ``by_keys``: its kind is looked for among the keys alone, not, as Talos does, among the values as well.
    """
    faults = Faults(source)
    kind = _kind(node, faults, node.value[::2] if by_keys else node.value)
    tree: dict[str, Any] = {} if kind is None else decoder().root(kind.type)(node, faults)
    problems.extend(faults.problems(node))
    return None if kind is None or faults.found else Document(kind, tree, node, source)


def raw_text(node: Node) -> str:
    """The text of a scalar as written, the name of an alias, else nothing."""
    if node.kind == SCALAR:
        value: str = node.value
        return value
    return node.anchor if node.kind == ALIAS else ""


def children(node: Node) -> dict[str | int, Node]:
    """What a node holds, by the steps that lead to it in the decoded tree; what stands there can be an alias."""
    if node.kind == MAPPING:
        return {raw_text(follow(key)): value for key, value in pairs(node)}
    if node.kind == SEQUENCE:
        # A null is no element of the list that was decoded.
        return dict(enumerate(item for item in node.value if follow(item).tag != "!!null"))
    return {}


def _identity(root: Node) -> tuple[str, str, str]:
    """The raw apiVersion, kind (``v1alpha1`` when absent) and name of a document."""
    found = {"apiVersion": "", "kind": "", "name": ""}
    missing = set(found)
    for key, value in pairs(root):
        if (name := raw_text(key)) in missing:
            missing.discard(name)
            found[name] = raw_text(value)
    return found["apiVersion"], found["kind"] or "v1alpha1", found["name"]


def led_astray(root: Node) -> bool:
    """Whether a value at the root says what a key says that the kind is found by."""
    return any(raw_text(value) in _TELLING_KEYS for value in root.value[1::2])


def _kind(root: Node, faults: Faults, among: list[Node]) -> Kind | None:
    """The kind of a document; Talos looks for it among the root's keys *and* values."""
    name = version = ""
    flat: list[Node] = root.value
    step = len(flat) // len(among) if among else 1
    for index, node in zip(range(0, len(flat), step), among, strict=True):
        text = raw_text(node)
        if text in LEGACY_KEYS:
            version = "v1alpha1"
        elif text in ("kind", "apiVersion"):
            if index + 1 == len(flat):
                faults(
                    node,
                    f'the value "{text}" cannot be read here',
                    "Talos takes it for the key; quote nothing, rename it",
                )
                return None
            value = _string(flat[index + 1], faults)
            if value is None:
                return None
            if text == "kind":
                name = value
            else:
                version = value
    kinds = table().kinds
    if version == "v1alpha1" and not name:
        return kinds["v1alpha1"]
    if not name:
        faults(root, "the document has no kind", "add `kind:`, or one of machine, cluster, debug, persist")
        return None
    if not version:
        faults(root, "the document has no apiVersion", "add `apiVersion: v1alpha1`")
        return None
    kind = kinds.get(name)
    if kind is None or (version != kind.api_version and not kind.legacy):
        near = nearest(name, kinds)
        if kind is not None:
            faults(root, f"unknown apiVersion of {name}", f"expected {kind.api_version}")
        else:
            remedy = f"did you mean {near}?" if near else "see the reference of kinds"
            faults(root, f'unknown kind "{name[:80]}"', remedy)
        return None
    return kind


def _string(node: Node, faults: Faults) -> str | None:
    node = follow(node)
    if node.kind != SCALAR:
        faults(node, "expected a text")
        return None
    if node.tag == "!!null":
        return ""
    try:
        return plain("string").parse(node)  # type: ignore[no-any-return]
    except ValueError as error:
        faults(node, str(error))
        return None
