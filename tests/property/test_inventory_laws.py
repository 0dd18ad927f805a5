"""Laws of the inventory: every secret of a bundle is in it, and none of them can be read in it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from functools import cache

from certificates import stream
from hypothesis import given
from hypothesis import strategies as st

from talosgen.outputs.inventory import to_dict, to_text
from talosgen.pki import certificates, keys
from talosgen.pki.parts import CertificateAndKey, Certs, Cluster, Secrets, TrustdInfo
from talosgen.pki.secrets import SecretsBundle
from talosgen.secrets.inventory import entries

EPOCH = datetime(2025, 1, 1, tzinfo=UTC)
# Long and odd enough not to stand in anything else.
texts = st.text(st.characters(codec="ascii", categories=("L", "N", "P")), min_size=9, max_size=80).map("§{}".format)
moments = st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))


@cache
def key() -> keys.PrivateKey:
    return keys.generate("ed25519")


@st.composite
def pairs(draw):
    start = draw(st.datetimes(datetime(2025, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)))
    life = timedelta(seconds=draw(st.integers(1, 10**9)))
    made = certificates.self_signed(draw(st.sampled_from(["", "talos", "jö"])), key(), start, life, stream())
    return CertificateAndKey(made.crt, made.key)


certs = st.builds(Certs, *([st.none() | pairs()] * 3), st.none(), st.none() | pairs())
bundles = st.builds(
    SecretsBundle,
    st.builds(Cluster, texts, texts),
    st.builds(Secrets, texts, st.just("") | texts, st.just("") | texts),
    st.builds(TrustdInfo, texts),
    certs,
)


@given(bundles, moments)
def test_no_secret_is_shown(bundle, now):
    found = entries(bundle.to_yaml())
    shown = to_text(found, now) + repr(found) + json.dumps([to_dict(entry, now) for entry in found], ensure_ascii=False)
    assert bundle.cluster.secret not in shown
    assert all(secret not in shown for secret in (*filter(None, bundle.secrets), bundle.trustdinfo.token))
    assert keys.secret(key()).hex() not in shown
    assert keys.pem(key()).decode().splitlines()[1] not in shown


@given(bundles)
def test_every_secret_and_certificate_is_listed_once(bundle):
    found = [(entry.path, entry.kind) for entry in entries(bundle.to_yaml())]
    assert len(set(found)) == len(found)
    present = [name for name in ("etcd", "k8s", "k8saggregator", "os") if getattr(bundle.certs, name) is not None]
    secrets = [f"secrets.{name}" for name in bundle.secrets._fields if getattr(bundle.secrets, name)]
    assert {path for path, _ in found} == {
        "cluster.secret", "trustdinfo.token", *secrets, *(f"certs.{name}.{end}" for name in present for end in ("crt", "key"))
    }  # fmt: skip


@given(bundles, moments)
def test_a_certificate_lives_from_its_start_to_its_end(bundle, now):
    for entry in entries(bundle.to_yaml()):
        if entry.kind != "certificate":
            assert entry.state(now) == "does not expire"
            continue
        inside = entry.start <= now <= entry.end
        assert (entry.state(now) == "valid") == inside
        assert entry.state(entry.start) == entry.state(entry.end) == "valid"
        assert entry.state(entry.end + timedelta(seconds=1)) == "expired"
        plain = to_dict(entry, now)
        assert datetime.fromisoformat(plain["end"]) - datetime.fromisoformat(plain["start"]) == entry.lifetime


@given(bundles, moments)
def test_each_entry_has_one_row(bundle, now):
    found = entries(bundle.to_yaml(), "secrets.yaml")
    assert len(to_text(found, now).splitlines()) == len(found) + 2 * bool(found)
