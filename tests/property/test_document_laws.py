"""Laws of the models, on documents of every kind made from the table."""

from __future__ import annotations

import copy
import pickle

from hypothesis import HealthCheck, assume, given, settings
from strategies import KINDS
from strategies_documents import KIND, documents

from talosgen import InputError, MachineConfig
from talosgen.config.equality import difference, fingerprint
from talosgen.documents.binding import model_of, model_type
from talosgen.goyaml.writer import emit
from talosgen.schema.table import table

relaxed = settings(
    deadline=None, max_examples=300, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
DOCUMENT = KIND.flatmap(documents)


def loaded(document):
    """The one document of a config; an example that does not load is passed over."""
    try:
        return MachineConfig.load(emit(document)).documents[0]
    except InputError:
        assume(False)


@relaxed
@given(DOCUMENT)
def test_a_document_is_the_one_of_its_model(document):
    first = loaded(document)
    model = model_of(first)
    assert difference(model.to_tree(), first.tree, unset_is_empty=True) is None
    assert model.to_yaml() == first.to_yaml()


@relaxed
@given(DOCUMENT)
def test_what_loads_validates_to_the_same_model(document):
    first = loaded(document)
    # A legacy document that is built says its version.
    tree = {"version": "", **first.tree} if first.kind.legacy else first.tree
    model = model_type(first.kind).model_validate(tree)
    assert model.to_yaml() == first.to_yaml()
    assert model == model_of(first)


@relaxed
@given(DOCUMENT)
def test_a_copy_of_a_model_is_the_model(document):
    model = model_of(loaded(document))
    assert copy.deepcopy(model) == model == model.model_copy(deep=True)
    assert pickle.loads(pickle.dumps(model)) == model


@relaxed
@given(DOCUMENT)
def test_reading_a_model_sets_nothing(document):
    model = model_of(loaded(document))
    text, chosen = model.to_yaml(), model.model_fields_set
    for name in type(model).model_fields:
        getattr(model, name)
    assert (model.to_yaml(), model.model_fields_set) == (text, chosen)


@relaxed
@given(DOCUMENT)
def test_a_model_leaves_the_tree_alone(document):
    tree = loaded(document).tree
    before = fingerprint(tree)
    model = model_type(table().kinds[document.get("kind", "v1alpha1")]).from_tree(tree)
    repr(model)
    assert model.to_tree() is not tree
    assert fingerprint(tree) == before


@relaxed
@given(DOCUMENT)
def test_the_patch_of_a_model_makes_the_document_where_there_is_none(document):
    first = loaded(document)
    # A document without content is no patch, and the legacy one must be known by its keys.
    assume(not first.kind.legacy or {"machine", "cluster"} & first.tree.keys())
    other = "HostnameConfig" if first.kind.name != "HostnameConfig" else "OOMConfig"
    base = MachineConfig.of(model_type(table().kinds[other])())
    try:
        patched = base.patch(model_of(first))
    except InputError:
        assume(False)
    (made,) = (part for part in patched if part.kind == first.kind)
    assert made.to_yaml() == first.to_yaml()


def test_every_kind_is_tried():
    assert len(KINDS) == 90
