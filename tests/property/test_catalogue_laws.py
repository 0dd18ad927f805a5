"""Laws of the catalogue, over parameters of all types, releases, bases and roles."""

from __future__ import annotations

from itertools import combinations, permutations

import pytest
from catalogue import BASES, CATALOGUE, NAMES, asked, cluster, compiled, is_for, sets
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st
from strategies_features import uses

from talosgen.contract import Contract
from talosgen.errors import InputError
from talosgen.features.conditions import Situation, holds
from talosgen.features.parameters import parameters
from talosgen.features.resolve import Needs, Use, contributions, needs
from talosgen.features.show import CLUSTER
from talosgen.features.show import given as tree_of
from talosgen.generation.kinds import kinds
from talosgen.generation.options import MachineType
from talosgen.patching.fragments import text_of
from talosgen.schema.releases import Release
from talosgen.source import Span

pytestmark = pytest.mark.laws


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_what_a_feature_takes_is_right_and_laying_it_over_twice_changes_nothing(data):
    name = data.draw(st.sampled_from(NAMES))
    release, contract = data.draw(st.sampled_from([base for base in BASES if is_for(name, base[0])]))
    features = asked(name, data.draw(uses(name, release, contract)))
    try:
        made = cluster(release, contract, {"c0": features, "w0": features})
    except InputError as error:
        # It may refuse parameters, and says so by its name.
        assert all(name in problem.message for problem in error.problems), [str(each) for each in error.problems]
        event("refused")
        return
    try:
        found = compiled(made)
    except InputError as error:
        refusals = [
            refusal.why for refusal in CATALOGUE.get(name).manifest.refuses if refusal.when.has or refusal.when.lacks
        ]
        assert all(any(why in problem.message for why in refusals) for problem in error.problems), [
            str(each) for each in error.problems
        ]
        event("refused on this base")
        return
    for node in found.values():
        errors = [
            str(problem)
            for problem in node.config.validate("metal", talos_version=release, lint=False)
            if problem.severity == "error"
        ]
        assert errors == []
        assert node.again == node.config.to_yaml()


def situation(role, release, contract, names):
    kubernetes = Contract.parse(Release.newest(release).kubernetes)
    base = kinds(Contract.parse(contract), MachineType(role))
    return Situation(role, Contract.parse(release), base, frozenset(names), kubernetes)


def use(name, given_parameters):
    """A feature with parameters; None where it does not take them."""
    problems = []
    tree = tree_of(given_parameters, f"patches/{name}")
    secrets = frozenset(
        part for part in repr(given_parameters).replace("'", " ").split() if part.startswith("${secrets.")
    )
    own = parameters(CATALOGUE.get(name), tree, secrets, problems)
    return None if problems else Use(CATALOGUE.get(name), own, Span(f"patches/{name}"))


def joined(found, where):
    """What features give in the order in which they stand, as text, and what is wrong with it."""
    problems = []
    needed = needs(found, where._replace(kinds=None), {}, problems)
    made = contributions(found, where, Needs(ports=needed.ports), CLUSTER, problems)
    text = text_of(fragment for _, fragments in made for fragment in fragments)
    return [title for title, _ in made], text, needed.extensions, needed.kernel_args, sorted(map(str, problems))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_features_give_the_same_in_any_order(data):
    release, contract = data.draw(st.sampled_from(BASES))
    role = data.draw(st.sampled_from(["controlplane", "worker"]))
    known = [name for name in NAMES if is_for(name, release) and role in CATALOGUE.get(name).manifest.roles]
    names = data.draw(st.lists(st.sampled_from(known), min_size=2, max_size=4, unique=True))
    found = [use(name, data.draw(uses(name, release, contract))) for name in names]
    assume(None not in found)
    where = situation(role, release, contract, names)
    first, *others = (joined(list(order), where) for order in permutations(found))
    assert all(other == first for other in others)


def excluded(one, other, where):
    own = {key: parameter.default for key, parameter in CATALOGUE.get(one).manifest.parameters.items()} | sets(one)[0]
    return any(
        conflict.feature == other and holds(conflict.when, where._replace(kinds=None), own)
        for conflict in CATALOGUE.get(one).manifest.conflicts
    )


@pytest.mark.parametrize("role", ["controlplane", "worker"])
@pytest.mark.parametrize(("release", "contract"), BASES)
def test_each_two_that_exclude_nothing_stand_together(release, contract, role):
    known = [name for name in NAMES if is_for(name, release) and role in CATALOGUE.get(name).manifest.roles]
    ready = {name: use(name, sets(name)[0]) for name in known}
    for one, other in combinations(known, 2):
        where = situation(role, release, contract, (one, other))
        if excluded(one, other, where) or excluded(other, one, where):
            continue
        made = joined([ready[one], ready[other]], where)
        assert made[-1] == [], (one, other)
        assert made == joined([ready[other], ready[one]], where), (one, other)
