"""References to variables: ``${vars.…}``, ``${node.…}``, ``${cluster.…}``, ``${secrets.…}``, ``${env.…}``.

A scalar that is a reference takes the variable's node and type; one that contains references takes their texts.
``$${vars.x}`` is the text ``${vars.x}``; any other ``${`` is text. Keys hold no references.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any, Final, NamedTuple

from talosgen.config.located import Mapping, Sequence, Tree, Value, node_of
from talosgen.errors import Problem, nearest
from talosgen.goyaml.node import ALIAS, MAPPING, SCALAR, Node
from talosgen.source import Span

__all__ = [
    "NAMESPACES", "ONLY_VALUES", "Scope", "has_references", "names_none", "no_secret", "refers", "resolve",
    "resolve_node",
]  # fmt: skip

NAMESPACES: Final = ("vars", "node", "cluster", "secrets", "env")
_REFERENCE: Final = re.compile(r"(\$?)\$\{(" + "|".join(NAMESPACES) + r")\.([A-Za-z0-9_][A-Za-z0-9_.-]*)\}")
#: What to do about a reference elsewhere.
ONLY_VALUES: Final = "references stand in values alone"
#: How much all that variables stand for in one node's files may come to: characters, each value counted as some.
_MOST: Final = 4 * 1024 * 1024
_A_VALUE: Final = 16
#: How deeply values may be nested, variables in variables included, and how many of these may lead to one another.
_DEEPEST: Final = 150
_LONGEST: Final = 50
_REFUSED_ENVIRONMENT: Final = ("SOPS_", "AGE_", "GITHUB_", "ACTIONS_", "AWS_", "VAULT_")


class _Found(NamedTuple):
    """What a variable stands for, whether a secret or the environment has part in it, and how much it is."""

    tree: Tree
    secret: bool
    size: int


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
        #: How deeply the values that are being resolved are nested.
        self.depth = 0
        self._stack: list[tuple[str, str]] = []
        self._spent = 0
        self._found: dict[tuple[str, str], _Found | str] = {}

    def find(self, namespace: str, path: str) -> Tree:
        """What a reference stands for, its own references resolved. Raises LookupError, which says what is wrong."""
        if namespace == "env":
            return self._environment(path)
        here = (namespace, path)
        if here in self._stack:
            raise LookupError("this variable refers to itself")
        if here not in self._found:
            self._found[here] = self._look(namespace, path)
        found = self._found[here]
        if isinstance(found, str):
            raise LookupError(found)
        self._spent += found.size
        if self._spent > _MOST:
            raise LookupError("variables stand for too much here")
        if found.secret:
            self.asked += 1
        return found.tree

    def _look(self, namespace: str, path: str) -> _Found | str:
        """What a variable stands for, the first time that it is asked for; what is wrong with it."""
        tree: Any = self.trees.get(namespace, Mapping(Span("")))
        for step in path.split("."):
            if not isinstance(tree, Mapping) or step not in tree:
                return _unknown(namespace, path, step, tree)
            tree = tree[step]
        if not isinstance(tree, Value | Mapping | Sequence):
            return f"there is no {namespace}.{path}"
        if len(self._stack) >= _LONGEST:
            return _TOO_DEEP
        before = self.asked
        problems: list[Problem] = []
        self._stack.append((namespace, path))
        try:
            found: Tree = resolve(tree, self, problems)
        finally:
            self._stack.pop()
        if problems:
            return problems[0].message
        if namespace == "secrets":
            self._note(found)
        return _Found(found, namespace == "secrets" or self.asked > before, _size(found))

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


def _size(tree: Tree) -> int:
    """How much a variable stands for: no more than is looked at."""
    size = 0
    work: list[Any] = [tree]
    while work and size <= _MOST:
        part = work.pop()
        size += _A_VALUE
        if isinstance(part, Mapping):
            work.extend(part.values())
        elif isinstance(part, Sequence):
            work.extend(part)
        elif isinstance(part.value, str):
            size += len(part.value)
    return size


def names_none(problem: Problem, *namespaces: str) -> bool:
    """Whether a problem says that one of these namespaces has not the variable that is named."""
    return problem.message.startswith(tuple(_unknown(namespace, "", "", None) for namespace in namespaces))


def _unknown(namespace: str, path: str, step: str, tree: Any) -> str:
    near = nearest(step, tree) if isinstance(tree, Mapping) else ""
    return f"there is no {namespace}.{path[:80]}" + (f"; did you mean {near}?" if near else "")


def has_references(text: str) -> bool:
    """Whether a text may hold a reference, or an escaped one."""
    return "${" in text and _REFERENCE.search(text) is not None


def no_secret(place: Span, scope: Scope) -> Problem | None:
    """What is wrong with a name or an address that is written at a place: it is shown, and stands in commands."""
    if place not in scope.places:
        return None
    return Problem("a name or an address is no secret", place, remedy="write it as it is, or as a variable of `vars:`")


def refers(text: str) -> bool:
    """Whether a text holds a reference that is not escaped."""
    return "${" in text and any(not found[1] for found in _REFERENCE.finditer(text))


def _key(text: str, fail: Callable[[str, str], None]) -> str:
    """A key, which holds no reference: one that is escaped is its text."""
    if "${" not in text:
        return text
    if refers(text):
        fail("a key holds no reference", ONLY_VALUES)
        return text
    return _REFERENCE.sub(lambda found: found[0][1:], text)


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


def _resolved(text: str, span: Span, scope: Scope, problems: list[Problem]) -> str | Tree:
    """The same for a scalar at a place, which the scope notes where a secret has part in it."""
    before = scope.asked, len(problems)
    made = _substituted(text, scope, lambda message: problems.append(Problem(message, span, remedy=_REMEDY)))
    if scope.asked > before[0] and len(problems) == before[1]:
        scope.places.add(span)
    return made


_REMEDY: Final = "set it, or write $${…} for the text itself"
_TOO_DEEP: Final = "variables are nested too deeply"


def resolve(tree: Tree, scope: Scope, problems: list[Problem]) -> Any:
    """A tree with its references resolved; what names nothing is added to ``problems``."""
    if isinstance(tree, Mapping | Sequence):
        if scope.depth >= _DEEPEST:
            problems.append(Problem(_TOO_DEEP, tree.span, remedy=_REMEDY))
            return tree
        scope.depth += 1
        inner = _mapping(tree, scope, problems) if isinstance(tree, Mapping) else _sequence(tree, scope, problems)
        scope.depth -= 1
        return inner
    if not isinstance(tree.value, str) or "${" not in tree.value:
        return tree
    made = _resolved(tree.value, tree.span, scope, problems)
    return made if isinstance(made, Value | Mapping | Sequence) else Value(made, tree.span)


def _mapping(tree: Mapping, scope: Scope, problems: list[Problem]) -> Mapping:
    entries: dict[str, Any] = {}
    places = tree.keys_at
    for key, item in tree.items():
        place = places.get(key, tree.span)
        name = _key(key, partial(_fail, problems, place))
        if name != key:
            places = {**places, name: place}
        entries[name] = resolve(item, scope, problems)
    return Mapping(tree.span, entries, places)


def _sequence(tree: Sequence, scope: Scope, problems: list[Problem]) -> Sequence:
    return Sequence(tree.span, [resolve(item, scope, problems) for item in tree])


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
        if node.kind != SCALAR or "${" not in node.value:
            continue
        if id(node) in keys:
            fail = partial(_fail, problems, Span(source, node.line, node.column))
            made[id(node)].value = _key(node.value, fail)
        else:
            _resolve_scalar(made[id(node)], scope, source, problems)
    return made[id(root)]


def _fail(problems: list[Problem], place: Span, message: str, remedy: str) -> None:
    problems.append(Problem(message, place, remedy=remedy))


def _resolve_scalar(node: Node, scope: Scope, source: str, problems: list[Problem]) -> None:
    """Give a scalar node, which nobody else holds yet, what its references stand for."""
    span = Span(source, node.line, node.column)
    found = _resolved(node.value, span, scope, problems)
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
