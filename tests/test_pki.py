"""The bundle's keys and certificates, the talosconfig's, and those issued one by one."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from base64 import b64decode, b64encode
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import yaml
from certificates import (
    AKI,
    BASIC,
    CONSTRAINTS,
    LABELS,
    NOW,
    PURPOSES,
    PURPOSES_CA,
    PURPOSES_CLIENT,
    SIGNATURES,
    SKI,
    START,
    USAGE,
    USAGE_CA,
    USAGE_CLIENT,
    extensions,
    instants,
    label,
    pair,
    parts,
    read,
    recorded,
    same_key,
    stream,
    subject,
)
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import SignatureAlgorithmOID

from talosgen.contract import Contract
from talosgen.errors import InputError
from talosgen.pki import certificates, keys
from talosgen.pki.certificates import Issued
from talosgen.pki.parts import CertificateAndKey, Certs, Cluster, Key, Secrets, TrustdInfo
from talosgen.pki.pem import MARKER, decode, encode
from talosgen.pki.secrets import SecretsBundle
from talosgen.pki.talosconfig import ROLES, Talosconfig

AUTHORITIES = [
    ("etcd", "ecdsa", ("etcd",)),
    ("k8s", "ecdsa", ("kubernetes",)),
    ("k8saggregator", "ecdsa", ()),
    ("os", "ed25519", ("talos",)),
]


class TestAuthorities:
    @pytest.mark.parametrize(("name", "kind", "organizations"), AUTHORITIES)
    def test_every_field(self, bundle: SecretsBundle, name: str, kind: str, organizations: tuple[str, ...]) -> None:
        made = pair(bundle, name)
        certificate = read(made.crt)
        assert certificate.version == x509.Version.v3
        assert 0 < certificate.serial_number < 1 << 128
        assert certificate.subject.public_bytes() == subject(*organizations)
        assert certificate.issuer.public_bytes() == subject(*organizations)
        assert instants(certificate) == (START, START + timedelta(hours=87600))
        assert b"\x17\x0d310506070809Z\x17\x0d410503070809Z" in certificate.tbs_certificate_bytes
        identifier = certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
        assert len(identifier) == 20
        assert identifier != x509.SubjectKeyIdentifier.from_public_key(certificate.public_key()).digest  # type: ignore[arg-type]
        assert extensions(certificate) == [
            (USAGE, True, USAGE_CA),
            (PURPOSES, False, PURPOSES_CA),
            (BASIC, True, CONSTRAINTS),
            (SKI, False, b"\x04\x14" + identifier),
        ]
        assert certificate.signature_algorithm_oid == SIGNATURES[kind]
        certificate.verify_directly_issued_by(certificate)
        assert label(made.crt) == "CERTIFICATE"
        assert label(made.key) == LABELS[kind]
        assert same_key(certificate, made.key)

    def test_serial_and_identifier_are_the_drawn_bytes(self) -> None:
        random, drawn = recorded()
        certificate = read(certificates.authority("talos", NOW, random).crt)
        serial, identifier = certificate.serial_number.to_bytes(16, "big"), extensions(certificate)[3][2][2:]
        assert sorted(drawn, key=len) == [serial, identifier]

    def test_serial_zero_is_drawn_again(self) -> None:
        draws = iter([bytes(16), bytes(15) + b"\x07"])
        random = stream()
        made = certificates.authority("etcd", NOW, lambda size: next(draws) if size == 16 else random(size))
        assert read(made.crt).serial_number == 7

    def test_largest_serial(self) -> None:
        made = certificates.authority("etcd", NOW, lambda size: b"\xff" * size)
        assert read(made.crt).serial_number == (1 << 128) - 1

    def test_start_in_another_time_zone(self) -> None:
        there = NOW.astimezone(timezone(timedelta(hours=9)))
        assert instants(read(certificates.authority("talos", there, stream()).crt))[0] == START

    def test_dates_from_2050_on_are_generalized(self) -> None:
        start = datetime(2045, 1, 1, tzinfo=UTC)
        raw = read(certificates.authority("talos", start, stream()).crt).tbs_certificate_bytes
        assert b"\x17\x0d450101000000Z\x18\x0f20541230000000Z" in raw

    def test_clock_by_default(self) -> None:
        before = datetime.now(UTC).replace(microsecond=0)
        made = SecretsBundle.generate("v1.14", kubernetes=False, etcd=False)
        assert before <= instants(read(pair(made, "os").crt))[0] <= datetime.now(UTC)


class TestKeys:
    @pytest.mark.parametrize("kind", ["ed25519", "ecdsa"])
    def test_written_and_read_back(self, kind: keys.Algorithm) -> None:
        key = keys.generate(kind)
        text = keys.pem(key)
        assert label(text) == LABELS[kind]
        assert text.endswith(b"-----\n")
        assert max(map(len, text.splitlines()[1:-1])) <= 64
        assert keys.load(text).public_key() == key.public_key()
        assert keys.pem(keys.load(text)) == text

    def test_ecdsa_is_sec1_on_p256(self) -> None:
        key = load_pem_private_key(keys.pem(keys.generate("ecdsa")), None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        assert key.curve.name == "secp256r1"

    def test_ed25519_is_pkcs8_without_the_public_key(self) -> None:
        _, der = decode(keys.pem(keys.generate("ed25519")))
        assert len(der) == 48
        assert der.startswith(bytes.fromhex("302e020100300506032b657004220420"))

    def test_rsa_label_and_text(self, rsa_key: rsa.RSAPrivateKey) -> None:
        text = rsa_key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
        assert keys.pem(rsa_key) == text
        assert keys.load(text).public_key() == rsa_key.public_key()

    def test_pkcs8_label_takes_all_kinds(self, rsa_key: rsa.RSAPrivateKey) -> None:
        for key in (rsa_key, keys.generate("ed25519"), keys.generate("ecdsa")):
            text = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            assert keys.load(text).public_key() == key.public_key()

    @pytest.mark.parametrize(
        ("kind", "form"),
        [
            ("rsa", "PKCS#8"),
            ("rsa", "traditional"),
            ("ecdsa", "PKCS#8"),
            ("ecdsa", "traditional"),
            ("ed25519", "PKCS#8"),
        ],
    )
    @pytest.mark.parametrize("under", ["RSA PRIVATE KEY", "EC PRIVATE KEY", "ED25519 PRIVATE KEY", "PRIVATE KEY"])
    def test_label_decides_kind_and_form(self, rsa_key: rsa.RSAPrivateKey, kind: str, under: str, form: str) -> None:
        key = rsa_key if kind == "rsa" else keys.generate(kind)  # type: ignore[arg-type]
        chosen = PrivateFormat.PKCS8 if form == "PKCS#8" else PrivateFormat.TraditionalOpenSSL
        text = encode(under, key.private_bytes(Encoding.DER, chosen, NoEncryption()))
        fits = {
            "RSA PRIVATE KEY": (kind, form) == ("rsa", "traditional"),
            "EC PRIVATE KEY": (kind, form) == ("ecdsa", "traditional"),
            "ED25519 PRIVATE KEY": kind == "ed25519",
            "PRIVATE KEY": form == "PKCS#8",
        }[under]
        if fits:
            assert keys.load(text).public_key() == key.public_key()
        else:
            with pytest.raises(ValueError, match="private key"):
                keys.load(text)

    def test_refused(self) -> None:
        good = keys.generate("ecdsa")
        sealed = good.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, BestAvailableEncryption(b"x"))
        _, der = decode(keys.pem(good))
        odd = ec.generate_private_key(ec.SECP256K1())
        x25519 = bytes.fromhex("302e020100300506032b656e04220420") + bytes(range(32))
        for text in (
            b"",
            b"no PEM",
            MARKER,
            sealed,
            good.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"x")),
            encode("DSA PRIVATE KEY", der),
            encode("CERTIFICATE", der),
            encode("EC PRIVATE KEY", der[:-1]),
            encode("EC PRIVATE KEY", b"\x30\x00"),
            encode("PRIVATE KEY", b"\x30\x03\x02\x01\x00"),
            encode("PRIVATE KEY", x25519),
            keys.pem(odd),
        ):
            with pytest.raises(ValueError, match=r"PEM block|private key") as error:
                keys.load(text)
            assert b64encode(der).decode()[:20] not in str(error.value)
            assert error.value.__cause__ is None


class TestPairs:
    def test_belonging_together(self, bundle: SecretsBundle) -> None:
        for name, *_ in AUTHORITIES:
            certificates.check_pair(pair(bundle, name).crt, pair(bundle, name).key)

    def test_of_different_authorities(self, bundle: SecretsBundle) -> None:
        for other in ("k8s", "os"):
            with pytest.raises(ValueError, match="does not belong"):
                certificates.check_pair(pair(bundle, "etcd").crt, pair(bundle, other).key)

    def test_damaged_certificate(self, bundle: SecretsBundle) -> None:
        _, der = decode(pair(bundle, "etcd").crt)
        point = der.index(b"\x03\x42\x00\x04")
        off_curve = der[: point + 4] + b"\x01" * 8 + der[point + 12 :]
        usage = der.index(bytes.fromhex("0603551d0f"))
        twice = der.replace(bytes.fromhex("0603551d25"), der[usage : usage + 5])
        for broken in (der[:-1], b"\x30\x03\x02\x01\x01", off_curve, twice):
            with pytest.raises(ValueError, match="certificate"):
                certificates.load(encode("CERTIFICATE", broken))
        with pytest.raises(ValueError, match="PEM"):
            certificates.load(b"")


class TestBundle:
    @pytest.mark.parametrize("contract", ["v1.2", "v1.6"])
    def test_older_contracts(self, contract: str) -> None:
        random, drawn = recorded()
        made = SecretsBundle.generate(contract, now=NOW, random=random)
        certs, secrets = parts(made)
        assert certs.k8sserviceaccount is not None
        assert label(certs.k8sserviceaccount.key) == "EC PRIVATE KEY"
        assert bool(secrets.aescbcencryptionsecret) == (contract == "v1.2")
        assert bool(secrets.secretboxencryptionsecret) == (contract == "v1.6")
        assert made.cluster is not None
        drawn_texts = (made.cluster.id, made.cluster.secret, *secrets_texts(secrets))
        wide = [text for text in drawn_texts if text]
        assert len(wide) == 3
        assert {b64decode(text) for text in wide} == {drew for drew in drawn if len(drew) == 32}
        assert made.validate(full=True) == []

    @pytest.mark.parametrize("contract", ["v1.7", "v1.14", ""])
    def test_contract_decides_service_account_kind(self, contract: str, monkeypatch: pytest.MonkeyPatch) -> None:
        asked: list[str] = []
        real = keys.generate

        def generate(kind: keys.Algorithm) -> keys.PrivateKey:
            asked.append(kind)
            return real("ecdsa" if kind == "rsa" else kind)

        monkeypatch.setattr(keys, "generate", generate)
        _, secrets = parts(SecretsBundle.generate(contract, now=NOW, random=stream()))
        assert asked.count("rsa") == 1
        assert not secrets.aescbcencryptionsecret
        assert len(b64decode(secrets.secretboxencryptionsecret)) == 32

    def test_newest_service_account_is_rsa_4096(self, newest: SecretsBundle) -> None:
        account = parts(newest)[0].k8sserviceaccount
        assert account is not None
        assert label(account.key) == "RSA PRIVATE KEY"
        key = load_pem_private_key(account.key, None)
        assert isinstance(key, rsa.RSAPrivateKey)
        assert key.key_size == 4096
        assert key.public_key().public_numbers().e == 65537
        assert newest.validate(full=True) == []

    def test_without_kubernetes(self) -> None:
        made = SecretsBundle.generate("v1.14", kubernetes=False, now=NOW, random=stream())
        certs, secrets = parts(made)
        assert (certs.k8s, certs.k8saggregator, certs.k8sserviceaccount) == (None, None, None)
        assert certs.etcd is not None
        assert secrets == Secrets()
        assert made.validate(kubernetes=False, full=True) == []
        assert len(made.validate()) == 5

    def test_without_etcd(self) -> None:
        made = SecretsBundle.generate("v1.14", kubernetes=False, etcd=False, now=NOW, random=stream())
        assert parts(made)[0].etcd is None
        assert made.validate(kubernetes=False, etcd=False, full=True) == []
        assert [str(problem) for problem in made.validate(kubernetes=False)] == ["certs.etcd is required"]

    def test_same_now_and_random_give_the_same(self) -> None:
        one, two = (SecretsBundle.generate("v1.6", now=NOW, random=stream()) for _ in range(2))
        assert one.cluster == two.cluster
        assert one.secrets == two.secrets
        assert one.trustdinfo == two.trustdinfo
        for name, *_ in AUTHORITIES:
            first, second = read(pair(one, name).crt), read(pair(two, name).crt)
            assert first.serial_number == second.serial_number
            assert extensions(first) == extensions(second)
            assert pair(one, name).key != pair(two, name).key

    def test_different_random_gives_different(self, bundle: SecretsBundle) -> None:
        other = SecretsBundle.generate("v1.6", now=NOW)
        assert other.cluster != bundle.cluster
        assert other.secrets != bundle.secrets
        assert other.trustdinfo != bundle.trustdinfo

    def test_tokens_use_only_bytes_below_252(self) -> None:
        stock = iter(range(256))
        made = SecretsBundle.kubernetes_secrets(
            Contract(), lambda size: bytes(next(stock, 0) for _ in range(size)) if size < 32 else bytes(size)
        )
        assert made.bootstraptoken == "012345.6789abcdefghijkl"
        high = iter([b"\xff\xfc\xfd\xfe\xfb\x24", b"\x00\x01\x02\x03"])
        made = SecretsBundle.kubernetes_secrets(Contract(), lambda size: next(high, bytes(size)))
        assert made.bootstraptoken.startswith("z00123.")

    def test_file_and_back(self, bundle: SecretsBundle) -> None:
        assert SecretsBundle.load(bundle.to_yaml()) == bundle

    def test_malformed_contract(self) -> None:
        with pytest.raises(InputError, match="Talos version"):
            SecretsBundle.generate("newest")

    def test_repr_shows_no_secret(self, bundle: SecretsBundle) -> None:
        shown = repr(bundle)
        for tree in bundle.to_tree().values():
            for value in tree.values():
                for text in value.values() if isinstance(value, dict) else [value]:
                    assert text not in shown
        for name, *_ in AUTHORITIES:
            assert repr(pair(bundle, name).key) not in shown
        assert "PRIVATE KEY" not in shown
        issued = Issued(pair(bundle, "os").crt, pair(bundle, "os").key)
        assert "KEY" not in repr(issued)


def secrets_texts(secrets: Secrets) -> tuple[str, str]:
    return secrets.aescbcencryptionsecret, secrets.secretboxencryptionsecret


class TestValidate:
    def found(self, bundle: SecretsBundle, **options: bool) -> list[str]:
        return [problem.message for problem in bundle.validate(**options)]

    @pytest.mark.parametrize("full", [False, True])
    def test_nothing_there(self, full: bool) -> None:
        assert self.found(SecretsBundle(), full=full) == [
            "cluster is required",
            "secrets is required",
            "trustdinfo is required",
            "certs is required",
        ]
        assert self.found(SecretsBundle(), full=full, kubernetes=False) == [
            "cluster is required",
            "trustdinfo is required",
            "certs is required",
        ]

    @pytest.mark.parametrize("full", [False, True])
    def test_everything_empty(self, full: bool) -> None:
        empty = SecretsBundle(Cluster(), Secrets(), TrustdInfo(), Certs())
        found = self.found(empty, full=full)
        assert found[:3] == [
            "cluster.id is required",
            "cluster.secret is required",
            "secrets.bootstraptoken is required",
        ]
        assert found[3].startswith("one of ")
        assert found[4:] == [
            "trustdinfo.token is required",
            "certs.etcd is required",
            "certs.k8s is required",
            "certs.k8saggregator is required",
            "certs.k8sserviceaccount is required",
            "certs.os is required",
        ]

    def test_both_encryption_secrets(self, bundle: SecretsBundle) -> None:
        both = parts(bundle)[1]._replace(aescbcencryptionsecret="YQ==")
        found = self.found(bundle._replace(secrets=both))
        assert len(found) == 1
        assert found[0].startswith("only one of ")

    @pytest.mark.parametrize("full", [False, True])
    @pytest.mark.parametrize("name", ["etcd", "k8s", "k8saggregator", "os"])
    def test_unusable_pair(self, bundle: SecretsBundle, name: str, full: bool) -> None:
        good = pair(bundle, name)
        _, der = decode(good.key)
        for bad in (
            good._replace(key=b""),
            good._replace(key=MARKER),
            good._replace(crt=b""),
            good._replace(key=encode("SOME PRIVATE KEY", der)),
            good._replace(key=encode(label(good.key), der[:-1])),
            good._replace(crt=encode("CERTIFICATE", decode(good.crt)[1] + b"\x00")),
        ):
            found = self.found(bundle._replace(certs=parts(bundle)[0]._replace(**{name: bad})), full=full)
            assert len(found) == 1
            assert found[0].startswith(f"certs.{name} is invalid: ")

    @pytest.mark.parametrize("full", [False, True])
    def test_unusable_service_account(self, bundle: SecretsBundle, full: bool) -> None:
        broken = bundle._replace(certs=parts(bundle)[0]._replace(k8sserviceaccount=Key(b"")))
        (found,) = self.found(broken, full=full)
        assert found.startswith("certs.k8sserviceaccount.key is invalid: ")

    def test_what_only_the_full_check_finds(self, bundle: SecretsBundle) -> None:
        certs = parts(bundle)[0]
        framed = encode("EC PRIVATE KEY", b"\x30\x03\x02\x01\x01")
        mixed = pair(bundle, "etcd")._replace(key=pair(bundle, "k8s").key)
        hollow = pair(bundle, "os")._replace(crt=encode("CERTIFICATE", b"\x30\x00"))
        broken = bundle._replace(certs=certs._replace(etcd=mixed, os=hollow, k8sserviceaccount=Key(framed)))
        assert self.found(broken) == []
        found = self.found(broken, full=True)
        assert [text.partition(" is invalid")[0] for text in found] == [
            "certs.etcd",
            "certs.k8sserviceaccount.key",
            "certs.os",
        ]
        assert "does not belong" in found[0]

    def test_source_is_named(self) -> None:
        assert str(SecretsBundle().validate(source="a.yaml")[0]) == "a.yaml: cluster is required"

    def test_structure_needs_no_cryptography(self, bundle: SecretsBundle) -> None:
        code = (
            "import sys\n"
            "from talosgen.pki.secrets import SecretsBundle\n"
            "bundle = SecretsBundle.load(sys.stdin.read())\n"
            "print(len(bundle.validate()), 'cryptography' in sys.modules)\n"
            "bundle.validate(full=True)\n"
            "print('cryptography' in sys.modules)\n"
        )
        ran = subprocess.run(
            [sys.executable, "-c", code], input=bundle.to_yaml(), capture_output=True, text=True, check=True
        )
        assert ran.stdout.split() == ["0", "False", "True"]


class TestTalosconfig:
    def test_every_field_of_the_certificate(self, bundle: SecretsBundle) -> None:
        made = Talosconfig.generate("mars", bundle, now=NOW, random=stream())
        authority, certificate = read(pair(bundle, "os").crt), read(made.crt)
        assert made.ca == pair(bundle, "os").crt
        assert certificate.version == x509.Version.v3
        assert 0 < certificate.serial_number < 1 << 128
        assert certificate.subject.public_bytes() == subject("os:admin")
        assert certificate.issuer.public_bytes() == subject("talos")
        assert instants(certificate) == (START, START + timedelta(hours=8760))
        identifier = extensions(authority)[3][2][2:]
        assert extensions(certificate) == [
            (USAGE, True, USAGE_CLIENT),
            (PURPOSES, False, PURPOSES_CLIENT),
            (AKI, False, b"\x30\x16\x80\x14" + identifier),
        ]
        assert certificate.signature_algorithm_oid == SignatureAlgorithmOID.ED25519
        certificate.verify_directly_issued_by(authority)
        assert label(made.crt) == "CERTIFICATE"
        assert label(made.key) == "ED25519 PRIVATE KEY"
        assert same_key(certificate, made.key)
        assert made.key != pair(bundle, "os").key

    def test_roles_stand_in_one_sorted_set(self, bundle: SecretsBundle) -> None:
        roles = ("os:etcd:backup", "os:reader", "os:operator", "os:reader")
        made = Talosconfig.generate("mars", bundle, roles=roles, now=NOW, random=stream())
        certificate = read(made.crt)
        assert certificate.subject.public_bytes() == subject("os:reader", "os:operator", "os:etcd:backup")
        assert len(certificate.subject.rdns) == 1

    def test_all_roles(self, bundle: SecretsBundle) -> None:
        made = Talosconfig.generate("mars", bundle, roles=ROLES, now=NOW, random=stream())
        values = {attribute.value for attribute in read(made.crt).subject}
        assert values == {
            "os:admin", "os:operator", "os:reader", "os:etcd:backup", "os:image:verifier", "os:meta:writer",
            "os:impersonator",
        }  # fmt: skip

    @pytest.mark.parametrize("kind", ["ecdsa", "rsa"])
    def test_key_is_of_the_authority_kind(self, kind: str, bundle: SecretsBundle, rsa_files: dict[str, bytes]) -> None:
        authority = pair(bundle, "etcd")
        if kind == "rsa":
            authority = CertificateAndKey(rsa_files["acme.crt"], rsa_files["acme.key"])
        other = bundle._replace(certs=parts(bundle)[0]._replace(os=authority))
        made = Talosconfig.generate("mars", other, now=NOW, random=stream())
        certificate = read(made.crt)
        assert label(made.key) == LABELS[kind]
        assert same_key(certificate, made.key)
        assert certificate.signature_algorithm_oid == SIGNATURES[kind]
        certificate.verify_directly_issued_by(read(authority.crt))
        if kind == "rsa":
            assert certificate.public_key().key_size == 4096  # type: ignore[union-attr]

    def test_lifetime(self, bundle: SecretsBundle) -> None:
        lifetime = timedelta(hours=1, microseconds=400_000)
        made = Talosconfig.generate("mars", bundle, lifetime=lifetime, now=NOW, random=stream())
        # The fractions add up to more than a second before they are cut off.
        assert instants(read(made.crt)) == (START, START + timedelta(hours=1, seconds=1))

    def test_file(self, bundle: SecretsBundle) -> None:
        made = Talosconfig.generate("mars", bundle, now=NOW, random=stream())
        ca, crt, key = (b64encode(pem).decode() for pem in (made.ca, made.crt, made.key))
        assert made.to_yaml() == (
            "context: mars\ncontexts:\n    mars:\n        endpoints: []\n"
            f"        ca: {ca}\n        crt: {crt}\n        key: {key}\n"
        )

    def test_file_with_endpoints_and_nodes(self, bundle: SecretsBundle) -> None:
        made = Talosconfig.generate(
            "mars",
            bundle,
            endpoints=["10.0.0.1", "cp.example.org"],
            nodes=["10.0.0.2"],
            now=NOW,
            random=stream(),
        )
        context = yaml.safe_load(made.to_yaml())["contexts"]["mars"]
        assert list(context) == ["endpoints", "nodes", "ca", "crt", "key"]
        assert context["endpoints"] == ["10.0.0.1", "cp.example.org"]
        assert context["nodes"] == ["10.0.0.2"]

    def test_refused_roles(self, bundle: SecretsBundle) -> None:
        with pytest.raises(InputError, match="at least one role"):
            Talosconfig.generate("mars", bundle, roles=())
        with pytest.raises(InputError, match="os:king, os:queen"):
            Talosconfig.generate("mars", bundle, roles=("os:queen", "os:admin", "os:king"))

    def test_refused_authority(self, bundle: SecretsBundle) -> None:
        certs = parts(bundle)[0]
        good = pair(bundle, "os")
        for bad in (None, good._replace(key=b""), good._replace(key=MARKER), good._replace(crt=b""),
                    good._replace(key=pair(bundle, "etcd").key)):  # fmt: skip
            with pytest.raises(InputError, match=r"authority|certs\.os"):
                Talosconfig.generate("mars", bundle._replace(certs=certs._replace(os=bad)))
        with pytest.raises(InputError, match=r"certs\.os"):
            Talosconfig.generate("mars", SecretsBundle())

    @pytest.mark.parametrize(
        "lifetime", [timedelta(0), timedelta(hours=-1), timedelta.max], ids=["none", "negative", "endless"]
    )
    def test_refused_lifetime(self, bundle: SecretsBundle, lifetime: timedelta) -> None:
        with pytest.raises(InputError, match="lifetime"):
            Talosconfig.generate("mars", bundle, lifetime=lifetime, now=NOW)

    def test_repr_shows_no_key(self, bundle: SecretsBundle) -> None:
        made = Talosconfig.generate("mars", bundle, now=NOW, random=stream())
        assert repr(made) == "Talosconfig('mars', ***)"


class TestOpenSSL:
    def test_verifies_what_was_signed(self, bundle: SecretsBundle, tmp_path: Path) -> None:
        program = shutil.which("openssl")
        if program is None:
            pytest.skip("there is no openssl here")
        authority, client = tmp_path / "ca.crt", tmp_path / "client.crt"

        def verified(*purpose: str) -> bool:
            moment = str(int(NOW.timestamp()) + 60)
            command = [
                program,
                "verify",
                "-x509_strict",
                "-attime",
                moment,
                *purpose,
                "-CAfile",
                str(authority),
            ]
            return subprocess.run([*command, str(client)], capture_output=True).returncode == 0

        authority.write_bytes(pair(bundle, "os").crt)
        client.write_bytes(Talosconfig.generate("mars", bundle, now=NOW, random=stream()).crt)
        strict = verified("-purpose", "sslclient")
        assert strict
        assert not verified("-purpose", "sslserver")
        authority.write_bytes(pair(bundle, "etcd").crt)
        assert not verified("-purpose", "sslclient")


@pytest.mark.parametrize(
    "line",
    [
        b"-----BEGIN A-----\n",
        b"-----BEGIN A%d-----\n",
        b"-----END A-----\n",
        b"-----BEGIN A-----\n!\n-----END A-----\n",
    ],
)
def test_armour_takes_no_longer_than_its_length(line):
    def taken(count):
        text = b"".join(line.replace(b"%d", b"%d" % number) + b"%\n" for number in range(count))
        times = []
        for _ in range(3):
            begun = time.process_time()
            with pytest.raises(ValueError, match="PEM block"):
                decode(text)
            times.append(time.process_time() - begun)
        return min(times)

    # Eight times the text: a search that is quadratic takes 64 times as long.
    assert taken(64_000) < 32 * max(taken(8_000), 0.001)


def test_the_first_block_that_is_whole_counts():
    good = encode("CERTIFICATE", b"0\x00")
    for text in (
        good,
        b"junk\n" + good,
        b"-----BEGIN X-----\n" + good,
        b"-----BEGIN X-----\n!\n-----END X-----\n" + good,
    ):
        assert decode(text) == ("CERTIFICATE", b"0\x00")
    with pytest.raises(ValueError, match="PEM block"):
        decode(b"x" + good)


def test_a_key_at_which_the_library_itself_fails_is_damaged():
    key = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    der = bytearray(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))
    # Another algorithm's number in the key: the library calls that an internal error.
    der[11] = 111
    with pytest.raises(ValueError, match="damaged"):
        keys.load(encode("PRIVATE KEY", bytes(der)))
