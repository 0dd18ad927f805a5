"""Laws of age: what is encrypted comes back, and of text that is not whole nothing does."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from talosgen.age import armor, base64, bech32, file, keys
from talosgen.age.errors import AgeError
from talosgen.age.header import Stanza, encode, parse
from talosgen.age.x25519 import X25519Identity
from talosgen.errors import InputError

ANY = X25519Identity(bytes(range(32)))
words = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=20)
stanzas = st.lists(
    st.builds(Stanza, words, st.lists(words, max_size=3).map(tuple), st.binary(max_size=200)), min_size=1
)


@given(st.binary(max_size=300))
def test_armor_comes_back(data):
    assert armor.decode(armor.encode(data)) == data


@given(st.binary(max_size=100))
def test_base64_has_one_text_for_each_value(data):
    assert base64.decode(base64.encode(data)) == data


@given(st.sampled_from(["age", "age1pq", "AGE-SECRET-KEY-"]), st.binary(max_size=60))
def test_bech32_comes_back(prefix, data):
    assert bech32.decode(bech32.encode(prefix, data)) == (prefix, data)


@given(st.sampled_from(["age", "AGE-SECRET-KEY-"]), st.binary(max_size=40), st.data())
def test_bech32_notices_every_changed_character(prefix, data, choose):
    text = bech32.encode(prefix, data)
    index = choose.draw(st.integers(len(prefix) + 1, len(text) - 1))
    alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
    other = choose.draw(st.sampled_from(alphabet.upper() if prefix.isupper() else alphabet))
    changed = text[:index] + other + text[index + 1 :]
    try:
        assert bech32.decode(changed) == (prefix, data)
    except ValueError:
        assert changed != text
    else:
        assert changed == text


@given(stanzas, st.binary(min_size=16, max_size=16), st.binary(max_size=40))
def test_a_header_comes_back(parts, file_key, rest):
    read = parse(encode(tuple(parts), file_key) + rest, 1000)
    assert read.stanzas == tuple(parts)
    read.check(file_key)


@given(st.binary(max_size=2000))
def test_data_comes_back(data):
    assert file.decrypt(file.encrypt(data, [ANY.recipient]), [ANY]) == data


@given(st.binary(max_size=400) | st.binary(max_size=400).map(lambda tail: b"age-encryption.org/v1\n-> X25519 " + tail))
def test_junk_is_refused_in_our_words(data):
    try:
        file.decrypt(data, [ANY])
    except AgeError:
        return
    raise AssertionError("junk was decrypted")


@given(st.text(max_size=100) | st.text(max_size=60).map(lambda tail: f"AGE-SECRET-KEY-1{tail}"))
def test_text_that_is_no_key_is_refused_in_our_words(text):
    for parse_all in (keys.identities, keys.recipients):
        try:
            parse_all(text)
        except InputError as error:
            for line in text.split("\n"):
                assert len(line) < 20 or line not in str(error)
