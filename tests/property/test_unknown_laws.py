"""Laws of documents of unknown kinds, beside known ones; one a test."""

from __future__ import annotations

from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from strategies import KINDS
from strategies_documents import VALID
from test_reader_laws import BLOCKS, TEXTS

from talosgen import InputError, MachineConfig
from talosgen.goyaml import stream
from talosgen.goyaml.reader import read
from talosgen.goyaml.writer import emit

# The examples depend on the test alone, not on the day: fresh ones are for tests/fuzz.
relaxed = settings(
    deadline=None, max_examples=300, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)

PARTS = [
    "# c\n", "\n", "a: 1\n", "b: [x,   y]\n", "c: {d: 'e',\nf: g}\n", "h: |\n  ---\n  text\n", "i: >+\n  x\n\n", 'j: "k\n  %l"\n',
    "m: &n {o: p}\n", "q: !r s\n", "t:\n- u\n-   v # w\n", "x: 2001-01-01\n", "? y\n: z\n", "--- : x\n", "  # deep\n", "aa: 'b\n\n  c'\n",
    "bb: |-\n    ...\n", "cc: ---\n", "%: d\n",
]  # fmt: skip
MARKERS = ["---\n", "--- # c\n", "...\n---\n", "... # c\n# d\n---   \n", "%YAML 1.1\n---\n", "...\n%TAG !e! e:\n--- \n"]


@st.composite
def unknown(draw, number):
    """The text of a document of an unknown kind; most are read."""
    parts = ["apiVersion: v2\n", "kind: Unknown\n", f"name: n{number}\n"]
    for part in draw(st.lists(st.sampled_from(PARTS), max_size=5, unique=True)):
        parts.insert(draw(st.integers(0, len(parts))), part)
    return "".join(parts).replace("\n", draw(st.sampled_from(["\n", "\n", "\r\n"])))


@st.composite
def streams(draw):
    """A stream of some documents, with the texts of the unknown and of the known ones."""
    out, texts, known = [], [], []
    for number in range(draw(st.integers(1, 4))):
        marker = draw(st.sampled_from(MARKERS if number else ["", *MARKERS]))
        if draw(st.booleans()):
            text = draw(unknown(number))
            # A comment behind the marker is carried.
            texts.append(marker.partition("--- ")[2].lstrip() + text if "#" in marker[:5] else text)
        else:
            kind = draw(st.sampled_from(KINDS))
            text = emit(draw(VALID.document(kind)))
            known.append(text)
        out.append(marker + text)
    return "".join(out), texts, known


def load(text):
    """The config of a text; an example that is none is passed over."""
    try:
        return MachineConfig.load(text, allow_unknown=True)
    except InputError:
        assume(False)


@relaxed
@given(TEXTS | BLOCKS)
@example("a: b\n%YAML 1.1\n---\n")
@example("--- |\n---\nx\n")
def test_a_stream_has_as_many_texts_as_roots(text):
    try:
        roots = read(text)
    except InputError:
        assume(False)
    assert len(stream.texts(text)) == len(roots)


@relaxed
@given(TEXTS | BLOCKS)
def test_the_text_of_a_document_is_in_the_stream_in_order(text):
    try:
        read(text)
    except InputError:
        assume(False)
    at = 0
    for part in stream.texts(text):
        at = text.removeprefix("\ufeff").index(part, at) + len(part)


@relaxed
@given(streams())
def test_the_text_of_an_unknown_document_survives_byte_for_byte(given_stream):
    text, texts, _ = given_stream
    config = load(text)
    carried = [document.to_yaml() for document in config if not document.known]
    assert carried == texts
    again = load(config.to_yaml())
    assert [document.to_yaml() for document in again if not document.known] == texts
    assert again.to_yaml() == config.to_yaml()


@relaxed
@given(streams())
def test_an_unknown_document_says_what_it_said_in_its_stream(given_stream):
    text, texts, _ = given_stream
    config = load(text)
    assume(texts)
    found = [document.tree for document in config if not document.known]
    assert found == [load(part).documents[0].tree for part in texts]


@relaxed
@given(streams())
def test_known_documents_come_out_as_they_do_alone(given_stream):
    text, _, known = given_stream
    config = load(text)
    assume(known)
    alone = MachineConfig.load("---\n".join(known))
    assert [document.to_yaml() for document in config if document.known] == [part.to_yaml() for part in alone]


@relaxed
@given(streams(), unknown(9), st.sampled_from(["talos", "idempotent"]))
def test_what_a_patch_adds_whole_another_deletes_whole(given_stream, added, merge):
    config = load(given_stream[0])
    # What Talos cannot patch is no matter of this law.
    try:
        more = config.patch(added, merge=merge, allow_unknown=True)
    except InputError:
        assume(False)
    assert more.documents[-1].to_yaml() == added
    delete = "{apiVersion: v2, kind: Unknown, name: n9, $patch: delete}"
    assert more.patch(delete, merge=merge).to_yaml() == config.to_yaml()
