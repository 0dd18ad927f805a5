"""Laws of verdicts, on documents of every kind made from the table, and of expressions; one a test."""

from __future__ import annotations

from expressions import Expressions
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from strategies import DOCUMENTS, KINDS

from talosgen import InputError
from talosgen.cel import check
from talosgen.codes import BY_NAME
from talosgen.config.container import Container, Document
from talosgen.config.loader import load
from talosgen.config.tree import copied
from talosgen.goyaml.writer import emit
from talosgen.validation import findings, validate

# The examples depend on the test alone, not on the day: fresh ones are for tests/fuzz.
relaxed = settings(
    deadline=None, max_examples=300, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
documents = st.sampled_from([*KINDS, *["v1alpha1"] * 30]).flatmap(DOCUMENTS.document)
modes = st.sampled_from(["metal", "cloud", "container", "metal-agent"])
PIECES = st.sampled_from(
    [
        "disk", ".size", ".", "(", ")", "[", "]", "{", "}", ",", "?", ":", "!", "-", "+", " && ", " || ", " in ", "1", "1u", "1.0", "'a'", '"', "'",
        "true", "null", "has(", "x", ".all(x, ", ".map(x, ", "size(", "dyn(", "e", "\\", "\n", "//", "`a`", "é", "\U0001f600", "0x", "==", "<", "type(",
        ".?", "[?", "r'", "b'a'", "'''", "google.protobuf.Duration{", "seconds: ", "optional.of(", ".orValue(", "memory_max", ".optMap(x, ",
    ]
)  # fmt: skip
EXPRESSIONS = st.lists(PIECES, max_size=14).map("".join)
ENVIRONMENTS = st.sampled_from(["disk", "volume", "member", "link", "oom-trigger", "oom-ranking"])


def loaded(text):
    """The documents of a text; an example that is none is passed over."""
    try:
        return load(text)
    except InputError:
        assume(False)


def found(container, mode="cloud", **options):
    """What is found, apart from the documents: names, paths and severities."""
    return sorted((finding.name, finding.path, finding.severity) for finding in findings(container, mode, **options))


@relaxed
@given(documents, modes, st.booleans())
def test_every_config_that_loads_has_a_verdict_whose_places_are_in_the_text(document, mode, strict):
    text = emit(document)
    # Lines end at U+2028 too; line 0 is the text as a whole.
    lines = text.splitlines()
    for problem in validate(loaded(text), mode, strict=strict):
        assert problem.message
        assert problem.severity in ("error", "warning")
        assert problem.place is None or 0 <= problem.place.line <= len(lines)


@relaxed
@given(documents)
def test_every_finding_is_one_of_the_table(document):
    for finding in findings(loaded(emit(document)), "metal"):
        entry = BY_NAME[finding.name]
        assert (finding.code, finding.severity) == (entry.code, entry.severity)
        # A rule may know better what to do than the table.
        assert finding.remedy


@relaxed
@given(documents)
def test_what_is_wrong_in_the_cloud_is_wrong_everywhere(document):
    container = loaded(emit(document))
    everywhere = set(found(container))
    for mode in ("metal", "container", "metal-agent"):
        assert everywhere <= set(found(container, mode))


@relaxed
@given(documents, modes)
def test_strictness_changes_severities_and_nothing_else(document, mode):
    container = loaded(emit(document))
    lax, strict = found(container, mode), found(container, mode, strict=True)
    assert [entry[:2] for entry in lax] == [entry[:2] for entry in strict]
    assert all(after[2] in (before[2], "error") for before, after in zip(lax, strict, strict=True))


@relaxed
@given(documents, st.randoms(use_true_random=False))
def test_the_order_of_fields_does_not_matter(document, rnd):
    fields = list(document.items())
    rnd.shuffle(fields)
    # The kind of a document is found among its keys and values: a value that is a key's name confuses it.
    assume(not {"kind", "apiVersion", "machine", "cluster", "debug", "persist"} & set(map(str, document.values())))
    reordered = "".join(emit({key: value}) for key, value in fields)
    assert found(loaded(reordered)) == found(loaded(emit(document)))


@relaxed
@given(documents)
def test_a_verdict_is_of_the_tree_and_not_of_its_text(document):
    container = loaded(emit(document))
    bare = Container([Document(given.kind, copied(given.tree)) for given in container])
    assert found(bare) == found(container)
    assert all(problem.place is None for problem in validate(bare, "cloud"))


@relaxed
@given(
    documents,
    st.lists(st.sampled_from(["UdevRulesConfig", "TrustedRootsConfig", "SecurityProfileConfig"]), unique=True),
)
def test_documents_without_rules_change_no_verdict(document, kinds):
    assume(document.get("kind") not in kinds)
    more = [
        emit({"apiVersion": "v1alpha1", "kind": kind, "name": "n"}) for kind in kinds if kind == "TrustedRootsConfig"
    ]
    more += [emit({"apiVersion": "v1alpha1", "kind": kind}) for kind in kinds if kind != "TrustedRootsConfig"]
    text = emit(document)
    assert found(loaded("---\n".join([text, *more]))) == found(loaded(text))


@relaxed
@given(EXPRESSIONS | st.text(max_size=20), ENVIRONMENTS)
def test_every_text_is_an_expression_or_is_told_why_not(text, environment):
    assert isinstance(check(text, environment), str)


@relaxed
@given(st.integers(0, 10**9), ENVIRONMENTS)
def test_parentheses_around_an_expression_and_space_change_nothing(number, environment):
    made = Expressions(number, environment)
    text = made.of(made.wanted, 3)
    assert bool(check(f"( {text}\n)", environment)) == bool(check(text, environment))
