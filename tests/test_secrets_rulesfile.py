"""A .sops.yaml edited in place: every layout people write, and not a byte more than was asked for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talosgen.errors import InputError
from talosgen.secrets.rulesfile import edited
from talosgen.sops.rules import load

A, B, C, N, M = (f"age1{name * 58}" for name in "acdnm")

LAYOUTS = [
    # A list, an item a line, with comments.
    (
        f"# who\ncreation_rules:\n  - path_regex: x\n    age:\n      - {A} # laptop\n      - {B}  # off-line\n    # end\n",
        f"# who\ncreation_rules:\n  - path_regex: x\n    age:\n      - {A} # laptop\n      - {B}  # off-line\n      - {N}\n    # end\n",
        f"# who\ncreation_rules:\n  - path_regex: x\n    age:\n      - {B}  # off-line\n    # end\n",
    ),
    # The list in the column of its key; no line end at the end; Windows' line ends.
    (f"creation_rules:\n- age:\n  - {A}\n  - {B}", f"creation_rules:\n- age:\n  - {A}\n  - {B}\n  - {N}", f"creation_rules:\n- age:\n  - {B}"),
    (
        f"creation_rules:\r\n- age:\r\n  - {A}\r\n  - {B}\r\n",
        f"creation_rules:\r\n- age:\r\n  - {A}\r\n  - {B}\r\n  - {N}\r\n",
        f"creation_rules:\r\n- age:\r\n  - {B}\r\n",
    ),
    # Between brackets, in one line and in many.
    (f"creation_rules: [{{age: [{A}, {B}]}}]\n", f"creation_rules: [{{age: [{A}, {B}, {N}]}}]\n", f"creation_rules: [{{age: [{B}]}}]\n"),
    (
        f"creation_rules:\n  - age: [\n      {A},\n      \"{B}\"\n    ]\n",
        f"creation_rules:\n  - age: [\n      {A},\n      \"{B}\",\n      {N}\n    ]\n",
        f"creation_rules:\n  - age: [\n      \"{B}\"\n    ]\n",
    ),
    # A text with commas: plain, quoted, folded, literal.
    (f"creation_rules:\n  - age: {A},{B}\n", f"creation_rules:\n  - age: {A},{B},{N}\n", f"creation_rules:\n  - age: {B}\n"),
    (f"creation_rules:\n  - age: '{A}, {B}' # x\n", f"creation_rules:\n  - age: '{A}, {B}, {N}' # x\n", f"creation_rules:\n  - age: '{B}' # x\n"),
    (
        f"creation_rules:\n  - age: >-\n      {A},\n      {B}\n\n# end\n",
        f"creation_rules:\n  - age: >-\n      {A},\n      {B},\n      {N}\n\n# end\n",
        f"creation_rules:\n  - age: >-\n      {B}\n\n# end\n",
    ),
    (
        f"creation_rules:\n  - age: |\n      {A},\n      {B},\n",
        f"creation_rules:\n  - age: |\n      {A},\n      {B},\n      {N},\n",
        f"creation_rules:\n  - age: |\n      {B},\n",
    ),
    (
        f"creation_rules:\n  - age: {A},\n      {B}\n    path_regex: y\n",
        f"creation_rules:\n  - age: {A},\n      {B},\n      {N}\n    path_regex: y\n",
        f"creation_rules:\n  - age: {B}\n    path_regex: y\n",
    ),
    # A key group, with another service.
    (
        f"creation_rules:\n  - key_groups:\n      - pgp:\n          - F\n        age:\n          - {A}\n          - {B}\n",
        f"creation_rules:\n  - key_groups:\n      - pgp:\n          - F\n        age:\n          - {A}\n          - {B}\n          - {N}\n",
        f"creation_rules:\n  - key_groups:\n      - pgp:\n          - F\n        age:\n          - {B}\n",
    ),
    # Names for keys, and lists of them.
    (
        f"keys:\n  - &a {A}\n  - &b {B}\ncreation_rules:\n  - age:\n      - *a\n      - *b\n",
        f"keys:\n  - &a {A}\n  - &b {B}\ncreation_rules:\n  - age:\n      - *a\n      - *b\n      - {N}\n",
        f"keys:\n  - &a {A}\n  - &b {B}\ncreation_rules:\n  - age:\n      - *b\n",
    ),
    (
        f"creation_rules:\n  - age: &all\n      - {A}\n      - {B}\n  - path_regex: x\n    age: *all\n",
        f"creation_rules:\n  - age: &all\n      - {A}\n      - {B}\n      - {N}\n  - path_regex: x\n    age: *all\n",
        f"creation_rules:\n  - age: &all\n      - {B}\n  - path_regex: x\n    age: *all\n",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("before", "added", "removed"), LAYOUTS)
def test_a_recipient_is_put_in_and_taken_out(before, added, removed):
    assert edited(before, "x", add=[N]) == added
    assert edited(before, "x", remove=[A]) == removed
    # A line end before the last line is not the file's last.
    assert edited(added, "x", remove=[N]).rstrip("\n") == before.rstrip("\n")
    assert edited(before, "x", add=[A, B]) == before
    assert edited(before, "x", remove=[C]) == before


@pytest.mark.parametrize(("before", "added", "removed"), LAYOUTS)
def test_several_at_once_do_what_they_do_in_turn(before, added, removed):
    assert edited(before, "x", add=[N, M]) == edited(added, "x", add=[M])
    assert edited(before, "x", add=[N], like=A) == added
    assert edited(before, "x", add=[N], like=C) == before
    replaced = load(edited(before, "x", add=[N], remove=[A, B]))
    assert {recipient for rule in replaced.rules for group in rule.groups for recipient in group.recipients} == {N}


def test_an_ssh_key_with_its_comment_is_a_recipient():
    key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHsKLqeplhpW me@host: #1"
    made = edited(f"creation_rules:\n  - age:\n      - {A}\n", "x", add=[key])
    assert load(made).rules[0].groups[0].recipients == (A, key)


@pytest.mark.parametrize(
    "text",
    [
        f"creation_rules:\n  - age:\n      - >-\n        {A}\n", f'creation_rules:\n  - age: "{A}\\x2c{B}"\n',
        f"creation_rules:\n  - key_groups: [{{age: [{A}]}}, {{age: [{B}]}}]\n",
        f"creation_rules:\n  - age: &x {A}\n  - path_regex: *x\n", "creation_rules: [", "creation_rules:\n  - age: {a: b}\n",
    ],
)  # fmt: skip
def test_what_cannot_be_edited_is_refused(text):
    with pytest.raises(InputError):
        edited(text, "x", add=[N])


@pytest.mark.parametrize(("before", "added", "removed"), LAYOUTS)
def test_the_last_one_stays(before, added, removed):
    with pytest.raises(InputError) as caught:
        edited(before, "x", remove=[A, B])
    assert "nobody would be left" in str(caught.value)


@given(
    st.text(st.sampled_from("creation_rules: \n-[]{}age,&*'\">|#" + "ab"), max_size=60),
    st.sampled_from([A, "ä", "b c"]),
)
def test_any_text_is_edited_as_asked_or_refused(text, recipient):
    try:
        before = load(text)
        made = edited(text, "x", add=[recipient])
    except InputError:
        return
    after = load(made)
    assert len(before.rules) == len(after.rules)
    for old, new in zip(before.rules, after.rules, strict=True):
        for was, now in zip(old.groups, new.groups, strict=True):
            assert set(now.recipients) == set(was.recipients) | ({recipient} if was.recipients else set())
