"""The test kit of the age format (C2SP/CCTV), read where Go keeps its published module."""

from __future__ import annotations

import hashlib
import zlib
from collections import Counter
from typing import NamedTuple

import pytest
from build import UnavailableError
from programs import kit, required

from talosgen.age import file, hybrid, keys
from talosgen.age.errors import AgeError
from talosgen.age.passphrase import PassphraseIdentity

pytestmark = pytest.mark.programs

#: How many files of each outcome the kit has.
OUTCOMES = {
    "success": 26,
    "no match": 13,
    "HMAC failure": 1,
    "header failure": 62,
    "payload failure": 19,
    "armor failure": 22,
}


class Vector(NamedTuple):
    outcome: str
    payload: str
    identities: list[str]
    passphrases: list[str]
    armored: bool
    data: bytes


def names():
    try:
        return sorted(path.name for path in kit().iterdir())
    except UnavailableError:
        return []


def vector(name):
    head, _, data = (required(kit) / name).read_bytes().partition(b"\n\n")
    lines = [line.split(": ", 1) for line in head.decode("utf-8").split("\n")]
    fields = dict(lines)
    if fields.get("compressed") == "zlib":
        data = zlib.decompress(data)
    return Vector(
        fields["expect"],
        fields.get("payload", ""),
        [value for key, value in lines if key == "identity"],
        [value for key, value in lines if key == "passphrase"],
        fields.get("armored") == "yes",
        data,
    )


def outcome(vector):
    """What becomes of a vector: its outcome, and the digest of what was decrypted."""
    identities = [*map(keys.identity, vector.identities), *map(PassphraseIdentity, vector.passphrases)]
    try:
        data = file.decrypt(vector.data, identities, armored=vector.armored)
    except AgeError as error:
        return error.reason, ""
    return "success", hashlib.sha256(data).hexdigest()


def test_the_kit_is_whole():
    required(kit)
    assert Counter(vector(name).outcome for name in names()) == OUTCOMES


@pytest.mark.parametrize("name", names())
def test_every_file_decrypts_or_fails_as_the_kit_says(name):
    wanted = vector(name)
    if any(text.startswith("AGE-SECRET-KEY-PQ-") for text in wanted.identities) and not hybrid.available():
        with pytest.raises(AgeError, match="cryptography 47"):
            outcome(wanted)
        return
    # Of a damaged payload nothing is released, though the kit would let pass what came before the damage.
    digest = wanted.payload if wanted.outcome == "success" else ""
    assert outcome(wanted) == (wanted.outcome, digest)
