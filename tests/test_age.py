"""age: keys, recipients of every kind, files made by age 1.3.2, hostile files; and the real program."""

from __future__ import annotations

import copy
import json
import pickle
import subprocess
import traceback

import pytest
from programs import program, required
from vectors import FOLDER

from talosgen.age import armor, bech32, file, header, hybrid, keys
from talosgen.age.errors import AgeError
from talosgen.age.header import Stanza
from talosgen.age.passphrase import PassphraseIdentity, PassphraseRecipient
from talosgen.age.ssh import SshIdentity
from talosgen.age.x25519 import X25519Identity
from talosgen.errors import InputError

VECTORS = json.loads((FOLDER / "sops" / "age.json").read_text(encoding="utf-8"))
PEOPLE = json.loads((FOLDER / "sops" / "identities.json").read_text(encoding="utf-8"))["identities"]
ALICE = PEOPLE["alice"]
NEEDS_HYBRID = pytest.mark.skipif(not hybrid.available(), reason="the installed cryptography has no ML-KEM-768")

#: A key made for this test by ssh-keygen, with the passphrase "talosgen".
LOCKED_SSH = """\
-----BEGIN OPENSSH PRIVATE KEY-----
b3BlbnNzaC1rZXktdjEAAAAACmFlczI1Ni1jdHIAAAAGYmNyeXB0AAAAGAAAABBYDVj03p
34KEMWVfHbMMw5AAAAAQAAAAEAAAAzAAAAC3NzaC1lZDI1NTE5AAAAIFotWMnC1iuothpd
2DziAp/NUN5e6rQiOuxwKEfjJavMAAAAkNLLNLHFG/NFF7CaqTnj+Y5pT6XHW4h3QDulli
XOhsdT/kEBn07y0y1GYlYZtTMwoowXNXFt/KGvjjTyXbMqEXLdH8NcfWkVxAGUZMMAwWtx
zYhBd5sMpHiauf4A2rA7Q5NaoQKG/7cu6YdP4qdf2LAg7o6Vwj9VishjktH8CJq8mrrCYH
OoiWy/pvPB5F6oKQ==
-----END OPENSSH PRIVATE KEY-----
"""


def fixed(size):
    """Randomness that is none."""
    return bytes(range(size))


KINDS = [
    pytest.param(person, id=name, marks=[NEEDS_HYBRID] if person["type"] == "mlkem768x25519" else [])
    for name, person in PEOPLE.items()
]


def one(text):
    (found,) = keys.identities(text)
    return found


# -- keys ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("pair", VECTORS["key_pairs"], ids=lambda pair: pair["type"])
def test_an_identity_has_the_recipient_that_age_says(pair):
    if pair["type"] != "x25519" and not hybrid.available():
        with pytest.raises(AgeError, match="install cryptography 47"):
            keys.identity(pair["identity"])
        return
    identity = keys.identity(pair["identity"])
    assert str(identity.recipient) == pair["recipient"]
    assert identity.recipient == keys.recipient(pair["recipient"])
    assert identity.secret_text() == pair["identity"]


@pytest.mark.parametrize("case", VECTORS["malformed_keys"], ids=lambda case: case["case"])
def test_a_malformed_key_is_refused_without_being_shown(case):
    text = case["text"]
    parse = keys.identity if text.upper().startswith("AGE-SECRET") else keys.recipient
    with pytest.raises(AgeError) as caught:
        parse(text)
    assert caught.value.reason == "key"
    assert text.strip()[20:40] not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("age1yubikey1qwerty", "age-plugin-yubikey"),
        ("ssh-dss AAAA", "kind of SSH key"),
        ("ssh-ed25519", "damaged"),
        ("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOEtbMx3", "damaged"),
        ("ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAAQE=", "right size"),
        (ALICE["identity"], "secret"),
        ("", "expected age1"),
        ("age1", "cut off"),
    ],
)
def test_another_recipient_is_refused_with_its_reason(text, words):
    with pytest.raises(AgeError, match=words) as caught:
        keys.recipient(text)
    assert ALICE["identity"][16:] not in str(caught.value)


def test_a_file_of_recipients_names_every_bad_line():
    text = f"# friends\n{ALICE['recipient']}\n\nage1oops\r\n  {PEOPLE['erin']['recipient']}\nnobody\n"
    with pytest.raises(InputError) as caught:
        keys.recipients(text, "friends.txt")
    assert [str(problem.place) for problem in caught.value.problems] == ["friends.txt:4:1", "friends.txt:6:1"]
    good = text.replace("age1oops", "").replace("nobody", "")
    assert [str(each) for each in keys.recipients(good)] == [ALICE["recipient"], PEOPLE["erin"]["recipient"]]


def test_a_file_of_identities_is_read_with_comments_and_blanks():
    text = f"# created: today\r\n{ALICE['identity']}\r\n\n {PEOPLE['bob']['identity']} \n"
    assert [str(each.recipient) for each in keys.identities(text)] == [ALICE["recipient"], PEOPLE["bob"]["recipient"]]


def test_a_bad_identity_is_told_by_its_line_alone():
    text = f"{ALICE['identity'][:-1]}Q\nAGE-PLUGIN-YUBIKEY-1QQQ\n{ALICE['identity'].lower()}\n"
    with pytest.raises(InputError) as caught:
        keys.identities(text, "keys.txt")
    assert [problem.place.line for problem in caught.value.problems] == [1, 2, 3]
    shown = "".join(traceback.format_exception(caught.value))
    assert ALICE["identity"][20:40].lower() not in shown.lower()


def test_a_new_key_file_is_what_age_keygen_writes():
    new = keys.generate(random=fixed)
    text = keys.key_file(new, "2026-01-02T03:04:05Z")
    assert text == (
        f"# created: 2026-01-02T03:04:05Z\n# public key: {new.recipient}\n"
        "AGE-SECRET-KEY-1QQQSYQCYQ5RQWZQFPG9SCRGWPUGPZYSNZS23V9CCRYDPK8QARC0SWRYDWG\n"
    )
    assert one(text).recipient == new.recipient


def test_new_keys_differ():
    assert keys.generate().secret_text() != keys.generate().secret_text()


@NEEDS_HYBRID
def test_a_new_post_quantum_key_opens_what_is_sealed_to_it():
    new = keys.generate(post_quantum=True)
    assert str(new.recipient).startswith("age1pq1")
    assert file.decrypt(file.encrypt(b"x", [new.recipient]), [one(new.secret_text())]) == b"x"


@pytest.mark.skipif(hybrid.available(), reason="the installed cryptography has ML-KEM-768")
def test_without_ml_kem_post_quantum_keys_are_refused_by_name():
    recipient = keys.recipient(PEOPLE["dora"]["recipient"])
    for attempt in (lambda: keys.generate(post_quantum=True), lambda: file.encrypt(b"x", [recipient])):
        with pytest.raises(AgeError, match="install cryptography 47") as caught:
            attempt()
        assert caught.value.reason == "unsupported"


# -- files -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("vector", VECTORS["files"], ids=lambda vector: vector["name"])
def test_a_file_that_age_made_opens(vector):
    if "mlkem" in vector["name"] and not hybrid.available():
        pytest.skip("the installed cryptography has no ML-KEM-768")
    data = file.decrypt(vector["armored"].encode(), [one(vector["identity"])])
    assert data.hex() == vector["plaintext_hex"]


@pytest.mark.parametrize("armored", [False, True])
@pytest.mark.parametrize("person", KINDS)
def test_what_is_encrypted_to_a_recipient_decrypts_with_its_identity(person, armored):
    sealed = file.encrypt(b"some data", [keys.recipient(person["recipient"])], armored=armored)
    assert armor.is_armored(sealed) is armored
    assert file.decrypt(sealed, [one(person["identity"])]) == b"some data"
    with pytest.raises(AgeError) as caught:
        file.decrypt(sealed, [X25519Identity.generate()])
    assert caught.value.reason == "no match"


@pytest.mark.parametrize("size", [0, 1, 65535, 65536, 65537, 131072, 131073])
def test_data_of_every_size_around_a_chunk_comes_back(size):
    identity = X25519Identity.generate(fixed)
    data = bytes(index * 7 % 256 for index in range(size))
    sealed = file.encrypt(data, [identity.recipient])
    assert file.decrypt(sealed, [identity]) == data
    for cut in (1, 16, 17):
        with pytest.raises(AgeError) as caught:
            file.decrypt(sealed[:-cut], [identity])
        assert caught.value.reason in ("payload failure", "header failure")


def test_several_recipients_share_a_file_and_each_opens_it():
    people = [PEOPLE[name] for name in ("alice", "bob", "erin", "frank")]
    sealed = file.encrypt(b"shared", [keys.recipient(person["recipient"]) for person in people])
    for person in people:
        assert file.decrypt(sealed, [one(person["identity"])]) == b"shared"


@pytest.mark.parametrize(
    "recipients",
    [
        [],
        [PassphraseRecipient("a"), keys.recipient(ALICE["recipient"])],
        [PassphraseRecipient("a"), PassphraseRecipient("b")],
        [keys.recipient(PEOPLE["dora"]["recipient"]), keys.recipient(ALICE["recipient"])],
    ],
)
def test_recipients_that_cannot_share_a_file_are_refused(recipients):
    with pytest.raises(AgeError) as caught:
        file.encrypt(b"x", recipients)
    assert caught.value.reason == "key"


def test_the_randomness_passed_in_decides_the_bytes():
    recipients = [keys.recipient(ALICE["recipient"]), keys.recipient(PEOPLE["erin"]["recipient"])]
    assert file.encrypt(b"x", recipients, random=fixed) == file.encrypt(b"x", recipients, random=fixed)
    assert file.encrypt(b"x", recipients) != file.encrypt(b"x", recipients)


def test_a_passphrase_opens_what_it_closed():
    sealed = file.encrypt(b"x", [PassphraseRecipient("correct horse", 4)])
    assert file.decrypt(sealed, [PassphraseIdentity("correct horse")]) == b"x"
    with pytest.raises(AgeError) as caught:
        file.decrypt(sealed, [PassphraseIdentity("battery staple")])
    assert caught.value.reason == "no match"
    with pytest.raises(AgeError, match="empty"):
        PassphraseRecipient("")


def test_identities_under_a_passphrase_ask_once_and_only_when_needed():
    asked = []

    def ask(source):
        asked.append(source)
        return PEOPLE["bob"]["passphrase"]

    (locked,) = keys.identities(PEOPLE["bob"]["passphrase_protected_identity_file"], "bob.age", ask)
    assert not asked
    for _ in range(2):
        sealed = file.encrypt(b"x", [keys.recipient(PEOPLE["bob"]["recipient"])])
        assert file.decrypt(sealed, [locked]) == b"x"
    assert asked == ["bob.age"]


def test_a_wrong_passphrase_of_identities_is_said_and_not_asked_for_again():
    asked = []

    def ask(source):
        asked.append(source)
        return "wrong"

    (locked,) = keys.identities(PEOPLE["bob"]["passphrase_protected_identity_file"], "bob.age", ask)
    sealed = file.encrypt(b"x", [keys.recipient(PEOPLE["bob"]["recipient"])])
    for _ in range(2):
        with pytest.raises(InputError, match=r"bob\.age: the passphrase of the identities is wrong"):
            file.decrypt(sealed, [locked])
    assert len(asked) == 1


def test_an_ssh_key_under_a_passphrase_is_left_alone_until_a_file_is_for_it():
    def ask(source):
        raise AssertionError("asked")

    (locked,) = keys.identities(LOCKED_SSH, "id_ed25519", ask)
    sealed = file.encrypt(b"x", [keys.recipient(PEOPLE["erin"]["recipient"])])
    with pytest.raises(AgeError) as caught:
        file.decrypt(sealed, [locked])
    assert caught.value.reason == "no match"
    sealed = file.encrypt(b"x", [locked.recipient])
    (silent,) = keys.identities(LOCKED_SSH)
    with pytest.raises(AgeError, match="under a passphrase"):
        file.decrypt(sealed, [silent])
    (wrong,) = keys.identities(LOCKED_SSH, "id", lambda source: "wrong")
    with pytest.raises(AgeError, match=r"bcrypt|passphrase of the SSH key is wrong"):
        file.decrypt(sealed, [wrong])


@pytest.mark.parametrize("text", ["-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n",
                                  "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n", "-----BEGIN PRIVATE KEY-----\n"])  # fmt: skip
def test_a_damaged_ssh_key_is_refused(text):
    with pytest.raises(AgeError) as caught:
        keys.identities(text, "id_rsa")
    assert caught.value.reason == "key"
    assert caught.value.problems[0].place.source == "id_rsa"


# -- what is hostile -------------------------------------------------------------------------------


def test_a_million_recipients_are_refused_before_any_is_tried():
    class Tried:
        def unwrap(self, stanza):
            raise AssertionError("tried")

    data = header.INTRO + b"\n" + b"-> X25519 AAAA\n\n" * 1_000_000 + b"--- " + b"A" * 43 + b"\n"
    with pytest.raises(AgeError, match="more than 1000 recipients"):
        file.decrypt(data, [Tried()])


@pytest.mark.parametrize("work", ["21", "62", "99999999999999999999999999", "9" * 5000, "0", "+1", "１"])
def test_a_huge_work_factor_is_refused_before_it_is_computed(work):
    stanza = Stanza("scrypt", ("AAAAAAAAAAAAAAAAAAAAAA", work), bytes(32))
    with pytest.raises(AgeError) as caught:
        PassphraseIdentity("x").unwrap(stanza)
    assert caught.value.reason == "header failure"


def test_every_truncation_is_refused():
    identity = X25519Identity.generate(fixed)
    for armored in (False, True):
        sealed = file.encrypt(b"some data", [identity.recipient], armored=armored, random=fixed)
        for end in range(len(sealed) - armored):
            with pytest.raises(AgeError):
                file.decrypt(sealed[:end], [identity], armored=armored)


def test_every_flipped_bit_is_detected():
    identity = X25519Identity.generate(fixed)
    sealed = file.encrypt(b"some data", [identity.recipient], random=fixed)
    for index in range(len(sealed)):
        for bit in range(8):
            flipped = bytearray(sealed)
            flipped[index] ^= 1 << bit
            with pytest.raises(AgeError):
                file.decrypt(bytes(flipped), [identity], armored=False)


@pytest.mark.parametrize("prefix", ["", "age", "age1", "AGE-SECRET-KEY-"])
@pytest.mark.parametrize("junk", ["1", "1q", "\0" * 10, "é" * 10, "1" * 10, "1" + "q" * 20])
def test_junk_is_no_bech32(prefix, junk):
    with pytest.raises(ValueError, match=r"."):
        bech32.decode(prefix + junk)


def test_no_secret_is_seen_in_a_repr_or_a_pickled_error():
    for person in PEOPLE.values():
        if person["type"] == "mlkem768x25519" and not hybrid.available():
            continue
        identity = one(person["identity"])
        for shown in (repr(identity), str(identity), repr([identity]), f"{identity}"):
            assert "***" in shown
            assert person["identity"][30:50] not in shown
    for secret in (PassphraseRecipient("open sesame"), PassphraseIdentity("open sesame")):
        assert "sesame" not in repr(secret)
    error = AgeError("key", "bad", "do better")
    assert pickle.loads(pickle.dumps(error)).problems == error.problems
    assert copy.copy(error).reason == "key"


# -- the real program ------------------------------------------------------------------------------


@pytest.mark.programs
@pytest.mark.parametrize("armored", [False, True])
@pytest.mark.parametrize("person", KINDS)
def test_age_opens_what_we_encrypt(person, armored, tmp_path):
    age = required(lambda: program("age"))
    (tmp_path / "key").write_text(person["identity"], encoding="ascii")
    (tmp_path / "key").chmod(0o600)
    sealed = file.encrypt(b"from us\n" * 20000, [keys.recipient(person["recipient"])], armored=armored)
    done = subprocess.run([age, "-d", "-i", tmp_path / "key"], input=sealed, capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (0, b"from us\n" * 20000), done.stderr


@pytest.mark.programs
@pytest.mark.parametrize("armored", [False, True])
@pytest.mark.parametrize("person", KINDS)
def test_we_open_what_age_encrypts(person, armored):
    age = required(lambda: program("age"))
    command = [age, "-e", "-r", person["recipient"], *(["-a"] if armored else [])]
    done = subprocess.run(command, input=b"from age\n" * 20000, capture_output=True, check=True)
    assert file.decrypt(done.stdout, [one(person["identity"])]) == b"from age\n" * 20000


@pytest.mark.programs
def test_age_takes_a_new_key_file(tmp_path):
    age = required(lambda: program("age"))
    new = keys.generate(random=fixed)
    (tmp_path / "key").write_text(keys.key_file(new, "2026-01-02T03:04:05Z"), encoding="ascii")
    done = subprocess.run([age, "-e", "-i", tmp_path / "key"], input=b"x", capture_output=True, check=True)
    assert file.decrypt(done.stdout, [new]) == b"x"


def test_ssh_identities_are_told_apart_by_their_public_half():
    erin, frank = (one(PEOPLE[name]["identity"]) for name in ("erin", "frank"))
    assert isinstance(erin, SshIdentity)
    assert erin.recipient == keys.recipient(PEOPLE["erin"]["recipient"])
    assert frank.recipient == keys.recipient(PEOPLE["frank"]["recipient"])
    assert erin.recipient != frank.recipient


# -- a second opinion: pyrage, the age of Rust ------------------------------------------------------


def second_opinion(person):
    """The recipient and the identity of a person as pyrage has them."""
    import pyrage

    if person["type"] == "x25519":
        return pyrage.x25519.Recipient.from_str(person["recipient"]), pyrage.x25519.Identity.from_str(
            person["identity"]
        )
    identity = pyrage.ssh.Identity.from_buffer(person["identity"].encode())
    return pyrage.ssh.Recipient.from_str(person["recipient"]), identity


RUST = [
    pytest.param(person, id=name) for name, person in PEOPLE.items() if person["type"] in ("x25519", "ssh-ed25519", "ssh-rsa")
]  # fmt: skip


@pytest.mark.parametrize("person", RUST)
@pytest.mark.parametrize("size", [0, 1, 65536, 200_000])
def test_pyrage_opens_what_we_make_and_we_what_it_makes(person, size):
    import pyrage

    plain = bytes(index % 251 for index in range(size))
    recipient, identity = second_opinion(person)
    assert pyrage.decrypt(file.encrypt(plain, [keys.recipient(person["recipient"])]), [identity]) == plain
    assert file.decrypt(pyrage.encrypt(plain, [recipient]), [one(person["identity"])]) == plain
    assert file.decrypt(pyrage.encrypt(plain, [recipient], armored=True), [one(person["identity"])]) == plain


def test_pyrage_and_we_take_the_same_passphrase():
    import pyrage

    ours = file.encrypt(b"plain", [PassphraseRecipient("correct horse", work=10)])
    assert pyrage.passphrase.decrypt(ours, "correct horse") == b"plain"
    theirs = pyrage.passphrase.encrypt(b"plain", "correct horse")
    assert file.decrypt(theirs, [PassphraseIdentity("correct horse", most=22)]) == b"plain"
