"""References to variables: ``${vars.…}``, ``${node.…}``, ``${cluster.…}``, ``${secrets.…}``, ``${env.…}``.

A scalar that is a reference takes the variable's node and type; one that contains references takes their texts.
``$${vars.x}`` is the text ``${vars.x}``; any other ``${`` is text. Keys hold no references.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from talosgen.config.located import Mapping, Sequence, Tree, Value, node_of
from talosgen.errors import Problem
from talosgen.goyaml.node import ALIAS, MAPPING, SCALAR, Node
from talosgen.source import Span

__all__ = ["NAMESPACES", "Scope", "has_references", "resolve", "resolve_node"]

NAMESPACES: Final = ("vars", "node", "cluster", "secrets", "env")
_REFERENCE: Final = re.compile(r"(\$?)\$\{(" + "|".join(NAMESPACES) + r")\.([A-Za-z0-9_][A-Za-z0-9_.-]*)\}")
_REFUSED_ENVIRONMENT: Final = ("SOPS_", "AGE_", "GITHUB_", "ACTIONS_", "AWS_", "VAULT_")


class Scope:
    """What references may name, by namespace; it notes which texts are secret and which names were not found.

    ``environment`` gives a variable's value or None; ``allowed`` are the names that may be asked for, None when
    no variable of the environment may be read at all.
    """

    def __init__(
        self,
        trees: dict[str, Mapping],
        environment: Callable[[str], str | None] = lambda name: None,
        allowed: frozenset[str] | None = frozenset(),
    ) -> None:
        self.trees = trees
        self.environment = environment
        self.allowed = allowed
        #: The texts that came from secrets and from the environment.
        self.secrets: set[str] = set()
        #: Where they stand now.
        self.places: set[Span] = set()
        #: How often one was asked for.
        self.asked = 0
        self._stack: list[tuple[str, str]] = []

    def find(self, namespace: str, path: str) -> Tree:
        """What a reference stands for, its own references resolved. Raises LookupError, which says what is wrong."""
        if namespace == "env":
            return self._environment(path)
        if (namespace, path) in self._stack:
            raise LookupError("this variable refers to itself")
        tree: Any = self.trees.get(namespace, Mapping(Span("")))
        for step in path.split("."):
            if not isinstance(tree, Mapping) or step not in tree:
                raise LookupError(_unknown(namespace, path, step, tree))
            tree = tree[step]
        if not isinstance(tree, Value | Mapping | Sequence):
            raise LookupError(f"there is no {namespace}.{path}")
        self._stack.append((namespace, path))
        try:
            problems: list[Problem] = []
            found: Tree = resolve(tree, self, problems)
            if problems:
                raise LookupError(problems[0].message)
        finally:
            self._stack.pop()
        if namespace == "secrets":
            self.asked += 1
            self._note(found)
        return found

    def _environment(self, name: str) -> Tree:
        if name.startswith(_REFUSED_ENVIRONMENT):
            raise LookupError("this variable of the environment holds credentials and is never read")
        if self.allowed is None:
            raise LookupError("variables of the environment are not read here")
        if name not in self.allowed:
            raise LookupError(f"{name} is not among the names that `env:` of cluster.yaml allows")
        found = self.environment(name)
        if found is None:
            raise LookupError(f"{name} is not set in the environment")
        self.asked += 1
        self.secrets.add(found)
        return Value(found, Span("<environment>"))

    def _note(self, tree: Tree) -> None:
        if isinstance(tree, Value):
            if tree.value not in (None, "", True, False):
                self.secrets.add(_text(tree.value))
        else:
            for item in tree.values() if isinstance(tree, Mapping) else tree:
                self._note(item)


def _unknown(namespace: str, path: str, step: str, tree: Any) -> str:
    from difflib import get_close_matches

    near = get_close_matches(step[:80], list(tree), 1) if isinstance(tree, Mapping) else []
    return f"there is no {namespace}.{path[:80]}" + (f"; did you mean {near[0]}?" if near else "")


def has_references(text: str) -> bool:
    """Whether a text may hold a reference, or an escaped one."""
    return "${" in text and _REFERENCE.search(text) is not None


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _substituted(text: str, scope: Scope, fail: Callable[[str], None]) -> str | Tree:
    """A scalar's text with its references resolved; the tree, where it is one reference."""
    whole = _REFERENCE.fullmatch(text)
    try:
        if whole is not None and not whole[1]:
            return scope.find(whole[2], whole[3])

        def replaced(found: re.Match[str]) -> str:
            if found[1]:
                return found[0][1:]
            tree = scope.find(found[2], found[3])
            if not isinstance(tree, Value):
                raise LookupError(f"{found[2]}.{found[3]} is no scalar and cannot stand inside a text")
            return _text(tree.value)

        made = _REFERENCE.sub(replaced, text)
    except LookupError as error:
        fail(str(error.args[0]))
        return text
    if any(found[2] in ("secrets", "env") and not found[1] for found in _REFERENCE.finditer(text)):
        scope.secrets.add(made)
    return made


_REMEDY: Final = "set it, or write $${…} for the text itself"


def resolve(tree: Tree, scope: Scope, problems: list[Problem]) -> Any:
    """A tree with its references resolved; what names nothing is added to ``problems``."""
    if isinstance(tree, Mapping):
        return Mapping(tree.span, {key: resolve(item, scope, problems) for key, item in tree.items()}, tree.keys_at)
    if isinstance(tree, Sequence):
        return Sequence(tree.span, [resolve(item, scope, problems) for item in tree])
    if not isinstance(tree.value, str) or "${" not in tree.value:
        return tree
    before = scope.asked, len(problems)
    made = _substituted(tree.value, scope, lambda message: problems.append(Problem(message, tree.span, remedy=_REMEDY)))
    if scope.asked > before[0] and len(problems) == before[1]:
        scope.places.add(tree.span)
    return made if isinstance(made, Value | Mapping | Sequence) else Value(made, tree.span)


def resolve_node(root: Node, scope: Scope, source: str, problems: list[Problem]) -> Node:
    """A document's node with its references resolved; what names nothing is added to ``problems``.

    What takes a reference's place stands where the reference stood.
    """
    made: dict[int, Node] = {}
    order: list[Node] = []
    work = [root]
    while work:
        node = work.pop()
        if id(node) in made:
            continue
        made[id(node)] = Node(
            node.kind, node.tag, node.value, node.line, node.column, node.style, node.explicit, node.anchor
        )
        order.append(node)
        if node.kind != SCALAR:
            work.extend([node.value] if node.kind == ALIAS else node.value)
    for node in order:
        if node.kind == ALIAS:
            made[id(node)].value = made[id(node.value)]
        elif node.kind != SCALAR:
            made[id(node)].value = [made[id(item)] for item in node.value]
    keys = {id(key) for node in order if node.kind == MAPPING for key in node.value[::2]}
    for node in order:
        if node.kind == SCALAR and id(node) not in keys and "${" in node.value:
            _resolve_scalar(made[id(node)], scope, source, problems)
    return made[id(root)]


def _resolve_scalar(node: Node, scope: Scope, source: str, problems: list[Problem]) -> None:
    """Give a scalar node, which nobody else holds yet, what its references stand for."""
    span = Span(source, node.line, node.column)
    before = scope.asked, len(problems)
    found = _substituted(node.value, scope, lambda message: problems.append(Problem(message, span, remedy=_REMEDY)))
    if scope.asked > before[0] and len(problems) == before[1]:
        scope.places.add(span)
    if isinstance(found, str):
        node.value = found
        return
    new = node_of(found, [], span)
    work = [new]
    while work:
        part = work.pop()
        part.line, part.column = node.line, node.column
        if part.kind != SCALAR:
            work.extend(part.value)
    node.kind, node.tag, node.value, node.style = new.kind, new.tag, new.value, new.style
    node.explicit = False
