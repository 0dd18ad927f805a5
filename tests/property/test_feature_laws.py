"""Laws of combining what features give: the order of the contributions does not matter."""

from __future__ import annotations

from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talosgen.config.located import Mapping, located_of
from talosgen.features.combine import NOTHING, Contribution, Place, finish, join
from talosgen.source import Span

pytestmark = pytest.mark.laws

KEYS = st.sampled_from(["a", "b", "c"])
SCALARS = st.sampled_from(["x", "y", 1, 2, True, None])
TREES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3), max_leaves=8
)
#: Elements of a list that Talos tells apart by their names.
PLUGINS = st.fixed_dictionaries(
    {"name": st.sampled_from(["p", "q"]), "configuration": st.dictionaries(KEYS, TREES, max_size=2)}
)
PLACES = st.sampled_from(
    [Place("SysctlConfig", "", ("params", "p"), "sum", True), Place("SysctlConfig", "", ("params", "q"), "max", True),
     Place("UdevRulesConfig", "", ("rules",), "unite", False)]
)  # fmt: skip


@st.composite
def contributions(draw):
    """What one feature gives."""
    number = draw(st.integers(0, 9))
    span = Span(f"patches/f{number}/x.yaml", number + 1, 1)
    owner = frozenset((f"f{number}",))
    made = NOTHING
    for kind in draw(st.lists(st.sampled_from(["KubeletConfig", "SysctlConfig"]), max_size=2, unique=True)):
        tree = located_of(draw(st.dictionaries(KEYS, TREES, max_size=3)), span)
        made = join(made, Contribution({(kind, ""): tree}, {}, {(kind, ""): owner}))
    if draw(st.booleans()):
        plugins = draw(st.lists(PLUGINS, max_size=2, unique_by=lambda plugin: plugin["name"]))
        tree = located_of({"cluster": {"apiServer": {"admissionControl": plugins}}}, span)
        made = join(made, Contribution({("v1alpha1", ""): tree}, {}, {("v1alpha1", ""): owner}))
    for place in draw(st.lists(PLACES, max_size=2, unique=True)):
        value = draw(
            st.lists(st.sampled_from(["r1", "r2", "r3"]), max_size=2) if place.rule == "unite" else st.integers(0, 5)
        )
        made = join(made, Contribution({}, {place: located_of(value, span)}, {(place.kind, ""): owner}))
    return made


def shown(contribution):
    """Everything that a contribution ends in, places included."""
    problems = []
    made = finish(contribution, problems)

    def tree(item):
        if isinstance(item, Mapping):
            return [(key, tree(value)) for key, value in item.items()], item.span
        if isinstance(item, list):
            return [tree(value) for value in item], item.span
        return None if item is None else (type(item.value), item.value, item.span)

    return [(owners, fragment.kind, fragment.name, tree(fragment.tree)) for owners, fragment in made], problems


@given(contributions(), contributions())
def test_joining_is_commutative(left, right):
    assert shown(join(left, right)) == shown(join(right, left))


@given(contributions(), contributions(), contributions())
def test_joining_is_associative(one, two, three):
    assert shown(join(join(one, two), three)) == shown(join(one, join(two, three)))


@given(st.lists(contributions(), max_size=5), st.randoms(use_true_random=False))
def test_any_order_gives_the_same(parts, random):
    mixed = list(parts)
    random.shuffle(mixed)
    assert shown(reduce(join, parts, NOTHING)) == shown(reduce(join, mixed, NOTHING))
