"""Every single bit of a small file is turned round: it is found out, or it is of what the format does not protect."""

from __future__ import annotations

import pytest

from talosgen.age.x25519 import X25519Identity
from talosgen.errors import InputError
from talosgen.sops import file
from talosgen.sops.document import load
from talosgen.sops.tree import plain

ME = X25519Identity(bytes(range(32)))
CLEAR = "a: hidden\n# remark\nb:\n    - 17\n    - true\nc_unencrypted: open\n"

#: What SOPS does not protect, field by field. In all of these but one the content comes out as it was.
OUTSIDE = {
    "comment": "comments are not under the MAC: a damaged one stays ciphertext, and is told",
    "end of a": "what stands behind the last bracket of a ciphertext is passed over, here the comment of the next line",
    "sops.recipient": "who is named as a reader; whether they are, the entry itself tells",
    "sops.unencrypted_suffix key": "an unknown key is passed over, and the suffix is the one that holds without it",
    "sops.version": "any release may have written it",
    "c_unencrypted key": "the name of a value in the clear; the names of encrypted ones are sealed with them",
}


def fields(text):
    """The name of the field that each byte belongs to, and whether it is in its key."""
    out = []
    name = ""
    block = False
    for line in text.split("\n"):
        content = line.lstrip(" -")
        indent = len(line) - len(content)
        block |= line.startswith("sops")
        key = content.partition(":")[0] if ":" in content else ""
        if content.startswith("#"):
            name, key = "comment", ""
        elif content.startswith("-----") or (block and not key):
            name, key = "sops.enc", ""
        elif key:
            name = f"sops.{key}" if block and key != "sops" else key
        else:
            key = ""
        if key.startswith("ENC"):
            name, key = "b", ""
        out += [(name, at < indent + len(key) and bool(key)) for at in range(len(line))]
        out.append((f"end of {name}", False))
    return out


@pytest.fixture(scope="module")
def outcomes():
    """What comes of each turned bit: (field, in its key) to whether it was refused, and what came out else."""
    text = file.encrypt(load(CLEAR), file.Scheme(file.recipients(str(ME.recipient))), "2026-01-15T12:34:56Z")
    want = [plain(document) for document in file.decrypt(text, [ME]).tree]
    data = text.encode("ascii")
    out = {}
    for at, field in enumerate(fields(text)[: len(data)]):
        for bit in range(8):
            flipped = bytes((*data[:at], data[at] ^ 1 << bit, *data[at + 1 :]))
            try:
                got = [plain(document) for document in file.decrypt(flipped, [ME]).tree]
            except InputError as error:
                assert "hidden" not in str(error)
                out.setdefault(field, set()).add("refused")
            else:
                out.setdefault(field, set()).add("as it was" if got == want else "changed")
    return out


def test_every_field_was_tried(outcomes):
    names = {name for name, _ in outcomes}
    assert names >= {"a", "b", "comment", "c_unencrypted", "sops", "sops.age", "sops.enc", "sops.recipient"}
    assert names >= {"sops.lastmodified", "sops.mac", "sops.unencrypted_suffix", "sops.version"}


def test_a_bit_that_is_not_found_out_is_of_what_is_not_protected(outcomes):
    open_fields = {f"{name}{' key' * key}" for (name, key), results in outcomes.items() if results != {"refused"}}
    outside = {*OUTSIDE, "sops.recipient key"}
    # Whether a bit of an end of line matters depends on nothing but the next line.
    assert {name for name in open_fields if not name.startswith("end of ")} <= outside
    assert {name for name in open_fields if name.startswith("end of ")} <= {"end of a", "end of comment"}


def test_no_bit_changes_a_value(outcomes):
    changed = {f"{name}{' key' * key}" for (name, key), results in outcomes.items() if "changed" in results}
    assert changed == {"c_unencrypted key"}
