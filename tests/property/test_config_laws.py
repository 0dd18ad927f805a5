"""Laws of configs, on documents of every kind made from the table."""

from __future__ import annotations

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from strategies import DOCUMENTS, KINDS

from talosgen import InputError, MachineConfig
from talosgen.goyaml.writer import emit

# The examples depend on the test alone, not on the day: fresh ones are for tests/fuzz.
relaxed = settings(
    deadline=None, max_examples=500, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
documents = st.sampled_from(KINDS).flatmap(DOCUMENTS.document)


def loaded(text):
    """The config of a text; an example that is none is passed over."""
    try:
        return MachineConfig.load(text)
    except InputError:
        assume(False)


def stable(text):
    """Whether Go itself reads back this text as it was written."""
    return "Protocol(0)" not in text and "|4" not in text and "\n\n" not in text and "\t" not in text


@relaxed
@given(documents)
def test_encoding_is_a_fixed_point_of_loading(document):
    text = loaded(emit(document)).to_yaml()
    assume(stable(text))
    assert MachineConfig.load(text).to_yaml() == text


@relaxed
@given(documents, st.randoms(use_true_random=False))
def test_the_order_of_fields_does_not_matter(document, rnd):
    fields = list(document.items())
    rnd.shuffle(fields)
    # The kind of a document is found among its keys and values: a value that is a key's name confuses it.
    assume(not {"kind", "apiVersion", "machine", "cluster", "debug", "persist"} & set(map(str, document.values())))
    reordered = "".join(emit({key: value}) for key, value in fields)
    assert loaded(reordered).to_yaml() == loaded(emit(document)).to_yaml()


@relaxed
@given(documents)
def test_loading_never_ends_in_anything_but_a_config_or_an_input_error(document):
    text = emit(document)
    for cut in (len(text) // 3, len(text) // 2):
        try:
            MachineConfig.load(text[:cut])
        except InputError as error:
            assert error.problems
