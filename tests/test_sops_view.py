"""Encrypted files in the clear, in place: the same content, every line where it was, or a refusal."""

from __future__ import annotations

import re

import pytest
from test_sops import MANIFEST, NEGATIVE, opened, text_of_file

from talosgen.age.x25519 import X25519Identity
from talosgen.errors import InputError
from talosgen.goyaml.node import FLOW, MAPPING, SCALAR, SEQUENCE
from talosgen.goyaml.reader import read
from talosgen.sops import file
from talosgen.sops.document import load
from talosgen.sops.tree import same, without_comments
from talosgen.sops.view import view

ME = X25519Identity(bytes(range(32)))
NOW = "2026-01-15T12:34:56Z"


def encrypted(text, **settings):
    return file.encrypt(load(text), file.Scheme(file.recipients(str(ME.recipient)), **settings), NOW)


def seen(text):
    got = file.decrypt(text, [ME])
    return view(text, got.tree), got.tree


def assert_in_place(text, made, tree):
    assert same(without_comments(load(made)), without_comments(tree))
    assert "AGE ENCRYPTED" not in made
    for before, after in zip(read(text), read(made), strict=True):
        assert list(places(after)) == list(places(before))


def places(root):
    """Where every key and leaf of a document stands, but the ``sops`` block and encrypted comments.

    In flow style only the line: what follows on it moves.
    """
    work = [(root, False)]
    while work:
        node, flow = work.pop()
        if node.kind == SCALAR:
            yield (node.line, 0 if flow else node.column)
        elif node.kind == MAPPING:
            flow |= node.style == FLOW
            for key, value in zip(node.value[::2], node.value[1::2], strict=True):
                if not (node is root and key.value == "sops"):
                    work += [(key, flow), (value, flow)]
        elif node.kind == SEQUENCE:
            work += [(item, flow or node.style == FLOW) for item in node.value if not is_comment(item)]


def is_comment(node):
    return node.kind == SCALAR and node.value.endswith("type:comment]")


@pytest.mark.parametrize("entry", MANIFEST, ids=lambda entry: entry["file"])
def test_a_recorded_file_is_seen_in_place(entry):
    got = opened(entry)
    made = view(text_of_file(entry["file"]), got.tree)
    assert_in_place(text_of_file(entry["file"]), made, got.tree)


SMALL = encrypted('a: hidden-text\nb:\n    - 1\n    - x: true\nz: null\ne: ""\n')
LINES = SMALL.split("\n")


def test_what_is_seen_of_a_small_file():
    made, _ = seen(SMALL)
    assert made == 'a: "hidden-text"\nb:\n    - 1\n    - x: true\nz: null\ne: ""\n'


@pytest.mark.parametrize(
    "change",
    [
        lambda text: "\ufeff" + text,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: "# a comment\n\n" + text,
        lambda text: "---\n" + text,
        lambda text: "%YAML 1.1\n---\n" + text + "...\n",
        lambda text: re.sub(r"^a: (ENC.*)$", r"a: '\1' # odd", text, flags=re.M),
        lambda text: re.sub(r"^a: (ENC.*)$", r'a:   "\1"', text, flags=re.M),
        lambda text: re.sub(r"^a: (ENC.*)$", r"a:\n  \1", text, flags=re.M),
        lambda text: re.sub(r"^a: (ENC.*)$", r"a: !!str &x \1", text, flags=re.M),
        lambda text: re.sub(r"^a: (ENC.*)$", r"? a\n: \1", text, flags=re.M),
        lambda text: re.sub(r"^    - (ENC.*)$", r"    - &one \1", text, count=1, flags=re.M),
        lambda text: re.sub(r"^b:\n    - (ENC.*)\n    - x: (ENC.*)$", r'b: ["\1", {x: "\2"}]', text, flags=re.M),
        lambda text: re.sub("(?m)^sops:", "? sops\n:", text),
        lambda text: re.sub("(?m)^sops:", "'sops':", text),
        lambda text: text + "y_: null\n",
        lambda text: text + "# the end\n",
        lambda text: text.rstrip("\n"),
    ],
)
def test_an_odd_layout_is_seen_in_place(change):
    text = change(SMALL)
    made, tree = seen(text)
    assert_in_place(text, made, tree)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: re.sub(r"^a: (ENC.*)$", r"a: |-\n  \1", text, flags=re.M),
        lambda text: re.sub(r"^a: (ENC.*),type", r'a: "\1,\\\n  type', text, flags=re.M).replace(
            "type:str]\nb:", 'type:str]"\nb:'
        ),
        lambda text: re.sub(r"^a: E(NC.*)$", r'a: "\\x45\1"', text, flags=re.M),
    ],
)
def test_a_layout_that_cannot_be_seen_in_place_is_refused_with_its_place(change):
    text = change(SMALL)
    tree = file.decrypt(text, [ME]).tree
    with pytest.raises(InputError) as caught:
        view(text, tree, "f.yaml")
    (problem,) = caught.value.problems
    assert problem.code == "sops-layout"
    assert str(problem).startswith("f.yaml:1:4: this file is encrypted")
    assert "hidden-text" not in str(problem)


def test_bytes_that_are_no_text_are_seen_as_bytes():
    made, tree = seen(encrypted("a: !!binary /w==\nb: [!!binary gA==]\n"))
    assert made == 'a: !!binary "/w=="\nb:\n    - !!binary "gA=="\n'
    assert load(made) == tree


def test_a_text_above_the_block_keeps_its_last_lines():
    text = encrypted("a: hidden-text\nb_unencrypted: |+\n    x\n\n") + "z: null\n"
    made, tree = seen(text)
    assert load(made)[0][1].value == "x\n\n"
    assert_in_place(text, made, tree)


def test_documents_with_nothing_else_are_empty():
    text = encrypted("---\na: hidden-text\n---\n{}\n---\nb: 1\n")
    made, tree = seen(text)
    assert_in_place(text, made, tree)


@pytest.mark.parametrize(
    "text",
    [
        "a:\n    # one\n    - x\n    # two\n    - y\n",
        "a:\n    - x # one\nb: 1 # two\n# three\n",
        "a:\n    - - x\n      # inner\n      - y\n",
        "a: x\nb:\n    # alone\n    - # more\n",
    ],
)
def test_an_encrypted_comment_stays_one(text):
    made, tree = seen(encrypted(text, selection=file.Selection("encrypted_regex", "a|b")))
    assert same(without_comments(load(made)), without_comments(tree))


def test_json_is_seen_in_place():
    import json

    from talosgen.sops.tree import plain

    block = {"x": [1, {"y": "hidden-text"}], "t": True, "sops": 0}
    whole = encrypted("x:\n    - 1\n    - y: hidden-text\nt: true\n")
    text = json.dumps({**block, **plain(load(whole)[0])}, indent=1)
    made, tree = seen(text)
    assert plain(load(made)[0]) == {"x": [1, {"y": "hidden-text"}], "t": True}
    assert_in_place(text, made, tree)


@pytest.mark.parametrize("entry", [e for e in NEGATIVE if e.get("file")][:5], ids=lambda entry: entry["file"])
def test_nothing_is_seen_of_a_tree_of_another_file(entry):
    tree = file.decrypt(SMALL, [ME]).tree
    with pytest.raises((InputError, ValueError, StopIteration)):
        view(text_of_file(entry["file"]), tree)
