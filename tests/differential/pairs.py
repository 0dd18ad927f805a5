"""Pairs of configs to derive patches between: documents with much in them, and what changes make of them."""

from __future__ import annotations

import random
from typing import Any

from hypothesis import strategies as st
from strategies import DOCUMENTS, KINDS, ODD, TEXTS

from talosgen.config.loader import load
from talosgen.config.tree import copied
from talosgen.errors import InputError
from talosgen.goyaml.writer import emit
from talosgen.schema.table import table

_HEAD = ("apiVersion", "kind", "name")


def laid_over(left: Any, right: Any) -> Any:
    """Two trees in one: mappings together, lists one behind the other."""
    if isinstance(left, dict) and isinstance(right, dict):
        return {**left, **{key: laid_over(left[key], item) if key in left else item for key, item in right.items()}}
    return [*left, *right] if isinstance(left, list) and isinstance(right, list) else right


def _loads(document: dict[str, Any]) -> bool:
    try:
        load(emit(document))
    except InputError:
        return False
    return True


@st.composite
def full(draw: Any, kind: str) -> dict[str, Any]:
    """A document of a kind with several random ones' content. One with a name has one that leads nowhere."""
    parts = draw(st.lists(DOCUMENTS.document(kind).filter(_loads), min_size=4, max_size=6))
    tree = parts[0]
    for part in parts[1:]:
        tree = laid_over(tree, part)
    return {**tree, "name": draw(st.sampled_from(["a", "b"]))} if table().kinds[kind].name_field else tree


def _places(tree: Any) -> list[tuple[Any, Any]]:
    """Containers and the steps into them."""
    found = []
    work = [tree]
    while work:
        value = work.pop()
        steps = value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
        for step in steps:
            if not (value is tree and step in _HEAD):
                found.append((value, step))
            work.append(value[step])
    return found


@st.composite
def changed(draw: Any, tree: dict[str, Any], kind: str) -> dict[str, Any]:
    """A document with a few changes at random places."""
    made = copied(tree)
    rnd = random.Random(draw(st.integers(0, 10**6)))
    for _ in range(draw(st.integers(1, 3))):
        places = _places(made)
        if not places:
            break
        container, step = rnd.choice(places)
        value = container[step]
        changes = ["out", "odd", "other", "other"]
        if isinstance(value, (str, int)):
            changes += ["text"] * 6
        if isinstance(value, list) and value:
            changes += ["more", "less", "turned"] * 3
        change = rnd.choice(changes)
        if change == "out":
            del container[step]
        elif change == "odd":
            container[step] = copied(draw(ODD))
        elif change == "other":
            other = copied(draw(DOCUMENTS.document(kind)))
            made = {**laid_over(made, other), **{key: made[key] for key in _HEAD if key in made}}
        elif change == "text":
            container[step] = draw(TEXTS) if isinstance(value, str) else not value
        else:
            items = {"more": [*value, copied(rnd.choice(value))], "less": value[1:], "turned": value[::-1]}
            container[step] = items[change]
    return made


@st.composite
def pair(draw: Any, kind: str) -> tuple[str, str]:
    """The texts of two documents of a kind: changed a little, or two of their own."""
    before = draw(full(kind))
    after = draw(changed(before, kind) if draw(st.integers(0, 3)) else full(kind))
    if "name" in before and draw(st.integers(0, 9)):
        after = {**after, "name": before["name"]}
    return emit(before), emit(after)


@st.composite
def pair_of_streams(draw: Any) -> tuple[str, str]:
    """The texts of two configs of several documents: some gone, some new, some changed, in another order."""
    kinds = draw(st.lists(st.sampled_from([*KINDS, "v1alpha1"]), min_size=1, max_size=5))
    found = {}
    for kind in kinds:
        document = draw(full(kind))
        found[kind, document.get("name")] = document
    before = [document for document in found.values() if draw(st.integers(0, 4))] or [*found.values()]
    after = [
        draw(changed(document, kind)) if draw(st.integers(0, 2)) else document for (kind, _), document in found.items()
    ]
    after = [document for document in after if draw(st.integers(0, 4))] or after
    if draw(st.booleans()):
        after = draw(st.permutations(after))
    return "---\n".join(map(emit, before)), "---\n".join(map(emit, after))
