"""``$patch: delete``: taking the statements out of a patch, and applying them to typed trees (Talos v1.14.1)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from talosgen.config.codecs import ABSENT
from talosgen.config.decode import codec_for
from talosgen.config.loader import raw_text
from talosgen.config.mergers import MergeError
from talosgen.config.provenance import path_text
from talosgen.errors import Problem
from talosgen.goyaml.construct import pairs
from talosgen.goyaml.node import MAPPING, SCALAR, SEQUENCE, Node
from talosgen.schema.table import Table, TypeExpr
from talosgen.source import Span

__all__ = ["Selector", "apply", "extract"]

_Path = tuple[str | int, ...]


class Selector(NamedTuple):
    """One delete statement: of which document, what in it (nothing: all of it), where it was written.

    For an element of a list the path ends in its position, and ``key`` and ``value`` say which element.
    """

    api_version: str
    kind: str
    name: str
    path: _Path
    key: str
    value: str
    place: Span

    @property
    def legacy(self) -> bool:
        return not self.kind and not self.api_version

    @property
    def text(self) -> str:
        """The path as people write it."""
        return path_text(self.path)


class _Found(NamedTuple):
    path: _Path
    node: Node


def _is_delete(key: Node, value: Node) -> bool:
    return key.kind == value.kind == SCALAR and key.value == "$patch" and value.value == "delete"


def extract(root: Node, source: str, problems: list[Problem]) -> tuple[list[Selector], Node | None]:
    """The delete statements of a document and what is left of it; None when nothing is."""
    found: list[_Found] = []
    rest = _prune(root, found)
    texts = {raw_text(key): raw_text(value) for key, value in pairs(root) if value.kind == SCALAR}
    present = {raw_text(key) for key, _ in pairs(root)}
    selectors = []
    for path, node in found:
        place = Span(source, node.line, node.column)
        selector = Selector(
            texts.get("apiVersion", ""), texts.get("kind", ""), texts.get("name", ""), path, *_element(node), place
        )
        problem = _check(selector, present)
        if problem:
            problems.append(Problem(problem, place, selector.text))
        selectors.append(selector)
    return selectors, rest


def _check(selector: Selector, present: set[str]) -> str:
    path = selector.path
    if not path:
        missing = [key for key in ("apiVersion", "kind") if key not in present]
        return f"a whole document is deleted by its {' and '.join(missing)} too" if missing else ""
    if bool(selector.kind) != bool(selector.api_version):
        return "apiVersion and kind stand together, or both are left out"
    if "" in path:
        return "the path to what is deleted has an empty key"
    if isinstance(path[-1], int):
        return "" if selector.key else "an element of a list is deleted by one of its keys"
    # A key that begins with a bracket is taken for a position, as Talos does.
    if any(isinstance(step, int) or step.startswith("[") for step in path):
        return "a key inside an element of a list cannot be deleted; delete the element and add it anew"
    return ""


def _element(node: Node) -> tuple[str, str]:
    for key, value in pairs(node):
        if raw_text(key) != "$patch":
            return raw_text(key), raw_text(value) if value.kind == SCALAR else ""
    return "", ""


class _Frame:
    """An open collection: its place in the one around it, the parts still to look at, what is kept of it."""

    __slots__ = ("changed", "kept", "key", "node", "parts", "step")

    def __init__(self, node: Node, step: str | int = "", key: Node | None = None) -> None:
        self.node = node
        self.step = step
        self.key = key
        self.parts = _parts(node)
        self.kept: list[Node] = []
        self.changed = False

    def keep(self, key: Node | None, child: Node) -> None:
        self.kept.extend((child,) if key is None else (key, child))

    def rest(self) -> Node | None:
        """The node itself when all of it is kept, None when nothing is."""
        node = self.node
        if not self.changed:
            return node
        if not self.kept:
            return None
        return Node(node.kind, node.tag, self.kept, node.line, node.column, node.style, node.explicit, node.anchor)


def _parts(node: Node) -> Iterator[tuple[str | int, Node | None, Node]]:
    if node.kind == MAPPING:
        return ((raw_text(key), key, value) for key, value in pairs(node))
    return ((index, None, item) for index, item in enumerate(node.value))


def _prune(root: Node, found: list[_Found]) -> Node | None:
    """A mapping without its delete statements, None when nothing is left. A stack of our own: depth is the input's."""
    frames = [_Frame(root)]
    while True:
        frame = frames[-1]
        part = next(frame.parts, None)
        if part is None:
            result = frame.rest()
        else:
            step, key, child = part
            if key is not None and _is_delete(key, child):
                found.append(_Found(tuple(frame.step for frame in frames[1:]), frame.node))
                result = None
            elif child.kind in (MAPPING, SEQUENCE) and child.value:
                frames.append(_Frame(child, step, key))
                continue
            else:
                frame.keep(key, child)
                continue
        frames.pop()
        if not frames:
            return result
        if result is not frame.node:
            frames[-1].changed = True
        if result is not None:
            frames[-1].keep(frame.key, result)


def apply(selector: Selector, expr: TypeExpr, tree: Any, table: Table) -> Any:
    """A tree without what a selector names. Raises MergeError when it is not there."""
    return _delete(list(selector.path), selector, expr, tree, table)


def _missing() -> MergeError:
    return MergeError("there is nothing here to delete", "take the statement out, or correct its path")


def _delete(path: list[str | int], selector: Selector, expr: TypeExpr, tree: Any, table: Table) -> Any:
    while isinstance(expr, dict) and "ptr" in expr:
        expr = expr["ptr"]
    step = path[0]
    name = table.struct_name(expr)
    if name is not None and not table.facts(name).get("codec"):
        return _delete_field(path, selector, name, tree, table)
    shape = _shape(expr, table)
    if shape == "list":
        if not isinstance(step, int):
            raise MergeError("a list has no keys", "name an element by one of its keys")
        if len(path) > 1:
            raise MergeError("a path cannot lead through an element of a list", "delete the element and add it anew")
        return _delete_element(selector, _element_type(expr, table), tree, table)
    if not isinstance(tree, dict) or shape == "leaf" or step not in tree:
        raise _missing()
    out = dict(tree)
    if len(path) == 1:
        del out[step]
    else:
        out[step] = _delete(path[1:], selector, _element_type(expr, table), tree[step], table)
    return out


def _shape(expr: TypeExpr, table: Table) -> str:
    """``list``, ``map`` or ``leaf``; a free-form object is a map, and a list in it a leaf."""
    while isinstance(expr, dict) and "ref" in expr and table.struct_name(expr) is None:
        facts = table.facts(expr["ref"])
        if facts.get("codec") == "unstructured":
            return "map"
        if facts["kind"] in ("list", "map") and codec_for(expr, table) is None:
            kind: str = facts["kind"]
            return kind
        if facts["kind"] != "alias":
            return "leaf"
        expr = facts["of"]
    if expr == "any":
        return "map"
    if isinstance(expr, dict):
        return "list" if "list" in expr else "map" if "map" in expr else "leaf"
    return "leaf"


def _element_type(expr: TypeExpr, table: Table) -> TypeExpr:
    while isinstance(expr, dict) and "ref" in expr:
        facts = table.facts(expr["ref"])
        if facts.get("codec") == "unstructured":
            return "any"
        if facts["kind"] == "list":
            return facts["of"]  # type: ignore[no-any-return]
        if facts["kind"] == "map":
            return facts["of"][1]  # type: ignore[no-any-return]
        expr = facts["of"]
    if isinstance(expr, dict):
        return expr["list"] if "list" in expr else expr["map"][1]  # type: ignore[no-any-return]
    return "any"


def _delete_field(path: list[str | int], selector: Selector, name: str, tree: Any, table: Table) -> Any:
    step = path[0]
    field = next((field for field in table.struct(name).fields if field.key == step), None)
    if field is None:
        raise _missing()
    value = tree.get(step, ABSENT)
    if len(path) == 1:
        if value is ABSENT:
            return tree
        return {key: item for key, item in tree.items() if key != step}
    if value is ABSENT:
        shape = _shape(field.type, table)
        if field.pointer or (table.struct_name(field.type) is None and shape != "list"):
            raise _missing()
        value = [] if shape == "list" else {}
    inner = _delete(path[1:], selector, field.type, value, table)
    if inner == value:
        return tree
    out = dict(tree)
    if inner or field.pointer or table.struct_name(field.type) is None:
        out[step] = inner
    else:
        out.pop(step, None)
    return out


def _delete_element(selector: Selector, expr: TypeExpr, items: list[Any], table: Table) -> list[Any]:
    name = table.struct_name(expr)
    field = None
    if name is not None and not table.facts(name).get("codec"):
        field = next((field for field in table.struct(name).fields if field.key == selector.key), None)
    if field is None:
        raise _missing()
    inner: Any = field.type
    codec = codec_for(inner["ptr"] if field.pointer and "ptr" in inner else inner, table)
    if codec is None or codec.name in ("bool", "arg-value", "base64"):
        raise _missing()
    for index, item in enumerate(items):
        value = item.get(selector.key, codec.zero if not field.pointer else ABSENT)
        if value is not ABSENT and codec.dump is not None:
            value = str(codec.dump(value))
        # An unset address is no empty text.
        unset = not value and codec.name.startswith("ip-")
        if isinstance(value, str) and value == selector.value and not unset:
            return [*items[:index], *items[index + 1 :]]
    raise _missing()
