"""Documents of a project, read and checked: what is wrong with them is told where it stands."""

from __future__ import annotations

import re
from collections.abc import Sequence as ManyOf
from typing import TYPE_CHECKING, Any, Final

from talosgen.config.located import Mapping, Sequence, Tree, Value, located, plain, walk
from talosgen.config.provenance import path_text
from talosgen.documents.faults import UNKNOWN, placed
from talosgen.errors import Problem
from talosgen.goyaml.construct import follow, pairs
from talosgen.goyaml.node import MAPPING, SCALAR, Node
from talosgen.project.models import API_VERSION
from talosgen.project.variables import has_references
from talosgen.source import Span

if TYPE_CHECKING:
    from pydantic import BaseModel

__all__ = ["check", "check_written", "document", "is_node_document", "without_first", "without_node"]

_VERSION: Final = re.compile(r"talosgen/v(\d+)")


def is_node_document(node: Node) -> bool:
    """Whether a document is a Node of talosgen, and no patch."""
    if node.kind != MAPPING:
        return False
    texts = {key.value: follow(value).value for key, value in pairs(node) if key.kind == SCALAR}
    version = texts.get("apiVersion")
    if version is None:
        # Talos has no such kind: the line was forgotten.
        return texts.get("kind") == "Node"
    return isinstance(version, str) and version.startswith("talosgen/")


def without_first(text: str, roots: ManyOf[Node]) -> str:
    """A text without its first document: its lines are empty, so that the others keep theirs."""
    if len(roots) < 2:
        return ""
    lines = text.split("\n")
    last = roots[1].line - 1
    # The line of `---` above the second document, which comments may stand below.
    start = next((number for number in range(last, roots[0].line - 1, -1) if lines[number].startswith("---")), last)
    return "\n".join([""] * start + lines[start:])


def document(root: Node, source: str, kind: str, problems: list[Problem]) -> Mapping | None:
    """The tree of a document of talosgen, once its apiVersion and kind are right."""
    node = follow(root)
    place = Span(source, node.line, node.column)
    if node.kind != MAPPING:
        problems.append(Problem("expected a mapping", place, remedy=f"begin with apiVersion: {API_VERSION}"))
        return None
    found: list[Problem] = []
    tree = located(node, source, found)
    problems.extend(found)
    if found or not isinstance(tree, Mapping):
        return None
    for key, wanted in (("apiVersion", API_VERSION), ("kind", kind)):
        given = tree.get(key)
        text = given.value if isinstance(given, Value) else None
        if text == wanted:
            continue
        span = place if given is None else given.span
        version = _VERSION.fullmatch(text) if isinstance(text, str) else None
        if key == "apiVersion" and version is not None and int(version[1]) > 1:
            problems.append(Problem("this was made for a newer talosgen", span, key, "install the newest talosgen"))
        else:
            problems.append(Problem(f"expected {key}: {wanted}", span, key))
        return None
    return tree


def check(tree: Mapping, model: type[BaseModel], *, resolved: bool = False) -> list[Problem]:
    """What a model says against a tree; what is, or holds, a reference is looked at once it is ``resolved``."""
    if resolved:
        return _said(plain(tree), tree, model)
    whole, kept = plain(tree), plain(_without_nulls(tree))
    found = _said(kept, tree, model)
    if kept != whole:
        # A null removes what may be there: that the key is known is to be seen all the same.
        found += [
            problem
            for problem in _said(whole, tree, model)
            if problem.message.startswith(UNKNOWN) and problem not in found
        ]
    if not found:
        return []
    # What looks like a reference where all are resolved is a text: it was written with two dollars.
    refer = {path_text(path) for path, item in walk(tree) if _refers(item)}
    return [problem for problem in found if problem.path not in refer or problem.message.startswith(UNKNOWN)]


def _said(given: Any, tree: Mapping, model: type[BaseModel]) -> list[Problem]:
    """What a model says against plain values, in their places in a tree."""
    from pydantic import ValidationError

    try:
        model.model_validate(given)
    except ValidationError as error:
        return placed(error, model, tree)
    return []


#: What says of which parts a project is made: files, groups, nodes. It is read before any reference is resolved.
_PARTS: Final = ("schematic", "extends", "merge", "patches", "groups", "nodes", "env", "role", "vars")
#: Of these the values may hold references, if they are no scalars.
_TREES: Final = ("vars", "schematic")


def check_written(tree: Mapping, model: type[BaseModel]) -> list[Problem]:
    """What a model says against a document as it is written, and references where none can be resolved."""
    return [*check(tree, model), *_references(tree)]


def _references(tree: Mapping) -> list[Problem]:
    """The references that stand where none can be resolved, in a document's tree."""
    out: list[Problem] = []
    for key in _PARTS:
        item = tree.get(key)
        if key not in _TREES or isinstance(item, Value):
            out.extend(_written_out(item, key))
        for name, inner in item.items() if key in ("groups", "nodes") and isinstance(item, Mapping) else ():
            out.extend(_written_out(inner, f"{key}.{name}"))
            if isinstance(inner, Mapping):
                out.extend(problem._replace(path=f"{key}.{name}.{problem.path}") for problem in _references(inner))
    return out


def _written_out(tree: Tree | None, path: str) -> list[Problem]:
    """What holds a reference of a scalar, or of the scalars in a list: names of files and groups, not what they say."""
    if isinstance(tree, Sequence):
        return [problem for index, item in enumerate(tree) for problem in _written_out(item, f"{path}[{index}]")]
    if isinstance(tree, Mapping) and path.endswith("]"):
        return [problem for key, item in tree.items() for problem in _written_out(item, f"{path}.{key}")]
    if tree is None or not _refers(tree):
        return []
    return [Problem("no reference is resolved here", tree.span, path, "write it out")]


def _without_nulls(tree: Any) -> Any:
    """A tree without nulls in mappings, which remove what a base sets."""
    if isinstance(tree, Mapping):
        kept = {key: _without_nulls(item) for key, item in tree.items() if not _null(item)}
        return Mapping(tree.span, kept, tree.keys_at)
    if isinstance(tree, Sequence):
        return Sequence(tree.span, [_without_nulls(item) for item in tree])
    return tree


def _null(tree: Tree) -> bool:
    return isinstance(tree, Value) and tree.value is None


def _refers(tree: Tree) -> bool:
    return isinstance(tree, Value) and isinstance(tree.value, str) and has_references(tree.value)


def without_node(tree: Any) -> Any:
    """A tree without what refers to a node: it is resolved for each of them."""
    if isinstance(tree, Mapping):
        kept = {key: made for key, item in tree.items() if (made := without_node(item)) is not None}
        return Mapping(tree.span, kept, tree.keys_at)
    if isinstance(tree, Value):
        return None if isinstance(tree.value, str) and "${node." in tree.value else tree
    return type(tree)(tree.span, [made for item in tree if (made := without_node(item)) is not None])
