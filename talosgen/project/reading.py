"""Documents of a project, read and checked: what is wrong with them is told where it stands."""

from __future__ import annotations

import re
from collections.abc import Sequence as ManyOf
from typing import TYPE_CHECKING, Any, Final

from talosgen.config.located import Mapping, Sequence, Tree, Value, located, plain
from talosgen.documents.faults import placed
from talosgen.errors import Problem
from talosgen.goyaml.construct import follow, pairs
from talosgen.goyaml.node import MAPPING, SCALAR, Node
from talosgen.project.models import API_VERSION
from talosgen.project.variables import has_references
from talosgen.source import Span

if TYPE_CHECKING:
    from pydantic import BaseModel

__all__ = ["check", "document", "is_node_document", "references", "without_first"]

_VERSION: Final = re.compile(r"talosgen/v(\d+)")


def is_node_document(node: Node) -> bool:
    """Whether a document is a Node of talosgen, and no patch."""
    if node.kind != MAPPING:
        return False
    texts = {key.value: follow(value).value for key, value in pairs(node) if key.kind == SCALAR}
    version = texts.get("apiVersion")
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
    from pydantic import ValidationError

    try:
        # What looks like a reference then is a text: it was written with two dollars.
        model.model_validate(plain(tree if resolved else _without_references(tree)))
        return []
    except ValidationError as error:
        return placed(error, model, tree)


#: What says of which parts a project is made: files, groups, nodes. It is read before any reference is resolved.
_PARTS: Final = ("extends", "merge", "patches", "groups", "nodes", "env", "role", "vars")


def references(tree: Mapping) -> list[Problem]:
    """The references that stand where none can be resolved, in a tree that a model takes."""
    out: list[Problem] = []
    for key in _PARTS:
        item = tree.get(key)
        if key != "vars" or isinstance(item, Value):
            out.extend(_written_out(item, key))
        for name, inner in item.items() if key in ("groups", "nodes") and isinstance(item, Mapping) else ():
            out.extend(_written_out(inner, f"{key}.{name}"))
            if isinstance(inner, Mapping):
                out.extend(problem._replace(path=f"{key}.{name}.{problem.path}") for problem in references(inner))
    return out


def _written_out(tree: Tree | None, path: str) -> list[Problem]:
    """What holds a reference of a scalar, or of the scalars in a list: names of files and groups, not what they say."""
    if isinstance(tree, Sequence):
        return [problem for index, item in enumerate(tree) for problem in _written_out(item, f"{path}[{index}]")]
    if isinstance(tree, Mapping) and path.endswith("]"):
        return [problem for key, item in tree.items() for problem in _written_out(item, f"{path}.{key}")]
    if tree is None or isinstance(tree, Mapping) or not _open(tree) or tree.value is None:
        return []
    return [Problem("no reference is resolved here", tree.span, path, "write it out")]


def _without_references(tree: Any) -> Any:
    """A tree without the scalars that hold references, and without nulls, which remove what a base sets."""
    if isinstance(tree, Mapping):
        kept = {key: _without_references(item) for key, item in tree.items() if not _open(item)}
        return Mapping(tree.span, kept, tree.keys_at)
    if isinstance(tree, Sequence):
        return Sequence(tree.span, [_without_references(item) for item in tree if not _open(item)])
    return tree


def _open(tree: Tree) -> bool:
    if not isinstance(tree, Value):
        return False
    return tree.value is None or (isinstance(tree.value, str) and has_references(tree.value))
