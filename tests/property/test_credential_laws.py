"""Laws of reproducible credentials: the same input gives the same bytes, any other input another key."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from functools import cache

from certificates import instants, read, stream
from hypothesis import assume, given
from hypothesis import strategies as st

from talosgen.pki import certificates, keys
from talosgen.pki.certificates import Client, Issued
from talosgen.pki.keys import Algorithm
from talosgen.pki.kubeconfig import Kubeconfig
from talosgen.pki.reproducible import Derivation
from talosgen.pki.secrets import SecretsBundle

EPOCH = datetime(2025, 1, 1, tzinfo=UTC)


@cache
def authority(kind: Algorithm) -> Issued:
    key = keys.generate(kind)
    return certificates.self_signed(kind, key, EPOCH, timedelta(days=36500), stream())


@cache
def bundle() -> SecretsBundle:
    return SecretsBundle.generate("v1.6", now=EPOCH, random=stream())


kinds = st.sampled_from(["ed25519", "ecdsa"])
names = st.text(
    st.characters(codec="utf-8", categories=("L", "N", "P", "S")), min_size=1, max_size=12
)  # fmt: skip
clients = st.builds(
    Client, st.lists(names, max_size=4, unique=True).map(tuple), names, st.booleans()
)  # fmt: skip
starts = st.datetimes(datetime(2025, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC))
zones = st.integers(-12, 14).map(lambda hours: timezone(timedelta(hours=hours)))
lifetimes = st.timedeltas(timedelta(seconds=1), timedelta(days=9999))
purposes = st.text(min_size=1, max_size=12)
inputs = st.tuples(clients, starts, lifetimes, purposes)


def made(kind, client, start, lifetime, purpose):
    return certificates.sign_client(authority(kind), client, start, lifetime, stream(), purpose=purpose)


def drawn(kind, subject, start, lifetime, purpose):
    derivation = Derivation(keys.load(authority(kind).key), purpose, subject, start, lifetime)
    return keys.pem(derivation.key(kind)), derivation.random(16)


def counted(client, *others):
    return sorted(client.organizations), client.common_name, *others


@given(kinds, inputs, zones)
def test_the_same_input_gives_the_same_bytes_in_any_zone(kind, given, zone):
    client, start, lifetime, purpose = given
    other = Client(client.organizations[::-1], client.common_name, client.encipherment)
    assert made(kind, *given) == made(kind, other, start.astimezone(zone), lifetime, purpose)


@given(kinds, inputs)
def test_the_certificate_verifies_and_is_as_asked_for(kind, given):
    client, start, lifetime, _ = given
    issued = made(kind, *given)
    certificate = read(issued.crt)
    certificate.verify_directly_issued_by(read(authority(kind).crt))
    assert certificate.public_key() == keys.load(issued.key).public_key()
    assert instants(certificate) == (
        start.replace(microsecond=0),
        (start + lifetime).replace(microsecond=0),
    )
    values = [attribute.value for attribute in certificate.subject]
    assert sorted(values[:-1]) == sorted(client.organizations)
    assert values[-1] == client.common_name


@given(kinds, inputs, inputs)
def test_another_input_gives_another_key_and_serial_number(kind, one, two):
    # What a certificate says of the use of its key is no part of the subject: its purpose decides that.
    assume(counted(*one) != counted(*two))
    first, second = made(kind, *one), made(kind, *two)
    assert first.key != second.key
    assert read(first.crt).serial_number != read(second.crt).serial_number


@given(kinds, st.binary(max_size=20), starts, lifetimes, purposes, st.data())
def test_each_part_of_the_input_counts(kind, subject, start, lifetime, purpose, data):
    same = drawn(kind, subject, start, lifetime, purpose)
    part = data.draw(st.integers(0, 3))
    changed = [subject, start, lifetime, purpose]
    changed[part] = data.draw((st.binary(max_size=20), starts, lifetimes, purposes)[part])
    assume(changed[part] != (subject, start, lifetime, purpose)[part])
    other = drawn(kind, *changed)
    assert same[0] != other[0]
    assert same[1] != other[1]


@given(st.binary(min_size=1, max_size=9).map(bytes.hex), st.data(), starts, lifetimes)
def test_where_one_part_ends_and_the_next_begins_counts(text, data, start, lifetime):
    ends = data.draw(st.lists(st.integers(0, len(text)), min_size=2, max_size=2, unique=True))
    one, two = (drawn("ed25519", text[end:].encode(), start, lifetime, text[:end]) for end in ends)
    assert one[0] != two[0]
    assert one[1] != two[1]


@given(starts, lifetimes)
def test_another_authority_gives_another_key(start, lifetime):
    one = drawn("ed25519", b"", start, lifetime, "talosconfig")
    key = keys.generate("ed25519")
    assert keys.pem(Derivation(key, "talosconfig", b"", start, lifetime).key("ed25519")) != one[0]


@given(st.binary(min_size=48, max_size=48))
def test_any_bytes_make_a_key(material):
    for kind in ("ed25519", "ecdsa"):
        key = keys.derive(kind, material[: keys.DERIVED_SIZE[kind]])
        assert keys.load(keys.pem(key)).public_key() == key.public_key()
        assert keys.pem(keys.derive(kind, material[: keys.DERIVED_SIZE[kind]])) == keys.pem(key)


@given(names, names, st.lists(names, max_size=3), starts.filter(lambda start: start.year < 2034))
def test_a_kubeconfig_is_the_same_twice(cluster, user, groups, start):
    one, two = (
        Kubeconfig.generate(
            cluster, "https://h:6443", bundle(), user=user, groups=given, lifetime=timedelta(hours=1), now=start,
            reproducible=True,
        )
        for given in (groups, [*groups[::-1], *groups])
    )  # fmt: skip
    assert one == two
    assert one.to_yaml() == two.to_yaml()
