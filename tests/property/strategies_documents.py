"""Documents that load, and patches for them, of all kinds: made from the table."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from strategies import GOOD, KINDS, Documents, rarely

from talosgen.schema.table import table

FREE = st.recursive(
    st.sampled_from(["a", "b c", "", 1, 0, True, False, 1.5]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=5,
)


class ValidDocuments(Documents):
    """The same documents without values and keys that a type does not take."""

    def value(self, expr: Any) -> st.SearchStrategy[Any]:
        if isinstance(expr, dict) and "ext" in expr and not self._table.is_struct(expr["ext"]):
            return st.sampled_from(GOOD[self._table.codec_of(expr["ext"])])
        if isinstance(expr, dict) and "ref" in expr and not self._table.is_struct(expr["ref"]):
            codec = self._table.facts(expr["ref"]).get("codec", "")
            if codec in GOOD:
                return st.sampled_from(GOOD[codec])
            if codec == "port-range":
                return st.sampled_from([80, "80-90", 65535])
            if codec == "unstructured":
                return st.dictionaries(st.sampled_from("abcd"), FREE, max_size=4)
        return FREE if expr == "any" else self._value(expr)

    def struct(self, name: str, **fixed: Any) -> st.SearchStrategy[dict[str, Any]]:
        if name not in self._made:
            fields = {field.key: self.value(field.type) for field in self._table.struct(name).fields}
            keys = st.lists(st.sampled_from(sorted(fields)), max_size=6, unique=True) if fields else st.just([])
            self._made[name] = keys.flatmap(lambda chosen: st.fixed_dictionaries({key: fields[key] for key in chosen}))
        return self._made[name].map(lambda tree: {**tree, **fixed})


VALID = ValidDocuments(table())
NAMES = st.sampled_from(["a", "b"])


@st.composite
def documents(draw: st.DrawFn, kind: str) -> dict[str, Any]:
    """A document of a kind, with one of few names, so that two of them meet often."""
    tree = draw(VALID.document(kind))
    named = table().kinds[kind].name_field
    # A link that is its own peer is refused, and so are two links without a name.
    peer = {"peer": {**tree.get("peer", {}), "name": "p"}} if "peer.name" in table().kinds[kind].links else {}
    return {**tree, **peer, **({named: draw(NAMES)} if named else {})}


KIND = rarely(2, st.sampled_from(KINDS), st.just("v1alpha1"))


def meta(tree: dict[str, Any]) -> dict[str, Any]:
    """What says which document a tree is of."""
    return {key: tree[key] for key in ("apiVersion", "kind", "name") if key in tree}


def _statements(tree: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths of all that a delete statement can be tried on."""
    found: list[tuple[Any, ...]] = []
    if isinstance(tree, dict):
        for key, value in tree.items():
            if isinstance(key, str) and (path or key not in ("apiVersion", "kind", "name")):
                found += [(*path, key), *_statements(value, (*path, key))]
    elif isinstance(tree, list):
        found += [(*path, index) for index, item in enumerate(tree) if isinstance(item, dict) and item]
    return found


def _stated(tree: Any, path: tuple[Any, ...], directive: str) -> Any:
    step, rest = path[0], path[1:]
    if isinstance(step, int):
        key = next(iter(tree[step]))
        return [{key: tree[step][key], "$patch": directive}]
    return {step: _stated(tree[step], rest, directive) if rest else {"$patch": directive}}


@st.composite
def patches(draw: st.DrawFn, base: list[dict[str, Any]], size: int = 3) -> list[dict[str, Any]]:
    """The documents of a patch for a config: further ones of its kinds, parts of it, deletes of its parts."""
    out = []
    for _ in range(draw(st.integers(1, size))):
        document = draw(st.sampled_from(base))
        kind = document.get("kind", "v1alpha1")
        choice = draw(st.sampled_from(["other", "other", "other", "same", "delete", "delete", "drop"]))
        found = _statements(document)
        if choice == "drop" and "kind" in document:
            out.append({**meta(document), "$patch": "delete"})
        elif choice == "delete" and found:
            out.append({**meta(document), **_stated(document, draw(st.sampled_from(found)), "delete")})
        elif choice == "same":
            out.append(document)
        else:
            out.append(draw(documents(kind)))
    return out


@st.composite
def configs(draw: st.DrawFn, size: int = 3) -> list[dict[str, Any]]:
    """The documents of a config."""
    kinds = draw(st.lists(KIND, min_size=1, max_size=size, unique=True))
    return [draw(documents(kind)) for kind in kinds]


def pairs(size: int = 3) -> st.SearchStrategy[tuple[list[dict[str, Any]], list[dict[str, Any]]]]:
    """A config and a patch for it, as lists of trees."""
    return configs().flatmap(lambda base: st.tuples(st.just(base), patches(base, size)))
