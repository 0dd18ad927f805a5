"""Credentials made offline: the kubeconfig, what comes out the same each time, and the commands that write them."""

from __future__ import annotations

import hashlib
import hmac
import os
import shutil
import stat
import subprocess
import sys
from base64 import b64decode
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import yaml
from certificates import (
    AKI,
    LABELS,
    NOW,
    PURPOSES,
    PURPOSES_CLIENT,
    START,
    USAGE,
    extensions,
    instants,
    label,
    organization,
    pair,
    parts,
    read,
    same_key,
    stream,
)
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import SignatureAlgorithmOID

from talosgen.cli import main
from talosgen.errors import InputError
from talosgen.pki import certificates, keys
from talosgen.pki.certificates import Client
from talosgen.pki.kubeconfig import Kubeconfig
from talosgen.pki.parts import CertificateAndKey
from talosgen.pki.pem import MARKER
from talosgen.pki.secrets import SecretsBundle
from talosgen.pki.talosconfig import Talosconfig

BUNDLE = Path(__file__).parent / "vectors" / "conformance" / "bundles" / "v1.14.yaml"
ENDPOINT = "https://10.0.0.1:6443"
# Digital signature and key encipherment, read by hand off the DER.
USAGE_ENCIPHERMENT = bytes.fromhex("030205a0")
HOUR = timedelta(hours=1)


def with_authorities(bundle: SecretsBundle, authority: CertificateAndKey | None) -> SecretsBundle:
    """The bundle with one authority for Talos and Kubernetes both."""
    return bundle._replace(certs=parts(bundle)[0]._replace(os=authority, k8s=authority))


@pytest.fixture(scope="module")
def authorities(bundle: SecretsBundle, rsa_files: dict[str, bytes]) -> dict[str, CertificateAndKey]:
    """An authority of each kind."""
    return {
        "ed25519": pair(bundle, "os"),
        "ecdsa": pair(bundle, "k8s"),
        "rsa": CertificateAndKey(rsa_files["acme.crt"], rsa_files["acme.key"]),
    }


def common_name(text: str) -> bytes:
    inner = organization(text).replace(b"\x06\x03\x55\x04\x0a", b"\x06\x03\x55\x04\x03")
    return b"\x31" + bytes([len(inner)]) + inner


class TestKubeconfig:
    def test_every_field_of_the_certificate(self, bundle: SecretsBundle) -> None:
        made = Kubeconfig.generate("mars", ENDPOINT, bundle, now=NOW, random=stream())
        authority, certificate = read(pair(bundle, "k8s").crt), read(made.crt)
        group = organization("system:masters")
        names = b"\x31" + bytes([len(group)]) + group + common_name("admin")
        assert certificate.subject.public_bytes() == b"\x30" + bytes([len(names)]) + names
        assert certificate.issuer == authority.subject
        assert instants(certificate) == (START - timedelta(seconds=10), START + timedelta(hours=8760))
        identifier = extensions(authority)[3][2][2:]
        assert extensions(certificate) == [
            (USAGE, True, USAGE_ENCIPHERMENT),
            (PURPOSES, False, PURPOSES_CLIENT),
            (AKI, False, b"\x30\x16\x80\x14" + identifier),
        ]
        assert certificate.signature_algorithm_oid == SignatureAlgorithmOID.ECDSA_WITH_SHA256
        certificate.verify_directly_issued_by(authority)
        assert label(made.key) == "EC PRIVATE KEY"
        assert same_key(certificate, made.key)

    def test_file(self, bundle: SecretsBundle) -> None:
        made = Kubeconfig.generate("mars", "https://Example.org/a b", bundle, now=NOW, random=stream())
        ca, crt, key = (b64decode(_data(made.to_yaml(), name)) for name in (
            "certificate-authority-data", "client-certificate-data", "client-key-data"))  # fmt: skip
        assert (ca, crt, key) == (pair(bundle, "k8s").crt, made.crt, made.key)
        assert _without_data(made.to_yaml()) == (
            "apiVersion: v1\nclusters:\n- cluster:\n    certificate-authority-data: …\n"
            "    server: https://Example.org/a%20b\n  name: mars\n"
            "contexts:\n- context:\n    cluster: mars\n    namespace: default\n    user: admin@mars\n  name: admin@mars\n"
            "current-context: admin@mars\nkind: Config\n"
            "users:\n- name: admin@mars\n  user:\n    client-certificate-data: …\n    client-key-data: …\n"
        )

    def test_another_user_and_context(self, bundle: SecretsBundle) -> None:
        made = Kubeconfig.generate(
            "mars", ENDPOINT, bundle, user="jo", groups=("b", "a", "b"), context="red", now=NOW, random=stream()
        )
        assert [attribute.value for attribute in read(made.crt).subject] == ["a", "b", "jo"]
        assert len(read(made.crt).subject.rdns) == 2
        tree = yaml.safe_load(made.to_yaml())
        assert tree["current-context"] == tree["contexts"][0]["name"] == "red"
        assert tree["contexts"][0]["context"]["user"] == tree["users"][0]["name"] == "jo@mars"

    def test_user_in_no_group(self, bundle: SecretsBundle) -> None:
        made = Kubeconfig.generate("mars", ENDPOINT, bundle, user="jo", groups=(), now=NOW)
        assert [attribute.value for attribute in read(made.crt).subject] == ["jo"]

    def test_names_beyond_the_printable_alphabet(self, bundle: SecretsBundle) -> None:
        made = Kubeconfig.generate("märz", ENDPOINT, bundle, user="jö@x", groups=("oidc:*",), now=NOW)
        assert [attribute.value for attribute in read(made.crt).subject] == ["oidc:*", "jö@x"]
        assert b"\x0c\x05j\xc3\xb6@x" in read(made.crt).subject.public_bytes()
        assert yaml.safe_load(made.to_yaml())["current-context"] == "jö@x@märz"

    def test_accepted_authorities_stand_behind_the_own(self, bundle: SecretsBundle) -> None:
        own, other = pair(bundle, "k8s").crt, pair(bundle, "etcd").crt
        made = Kubeconfig.generate("mars", ENDPOINT, bundle, accepted=[other.rstrip(b"\n")], now=NOW)
        assert made.ca == own + other

    @pytest.mark.parametrize("kind", ["ed25519", "rsa"])
    def test_key_is_of_the_authority_kind(
        self, kind: str, bundle: SecretsBundle, authorities: dict[str, CertificateAndKey]
    ) -> None:
        made = Kubeconfig.generate(
            "mars", ENDPOINT, with_authorities(bundle, authorities[kind]), lifetime=HOUR, now=NOW
        )
        assert label(made.key) == LABELS[kind]
        read(made.crt).verify_directly_issued_by(read(authorities[kind].crt))

    def test_repr_shows_no_key(self, bundle: SecretsBundle) -> None:
        assert repr(Kubeconfig.generate("mars", ENDPOINT, bundle, now=NOW)) == f"Kubeconfig('mars', '{ENDPOINT}', ***)"

    @pytest.mark.parametrize("cluster", ["mars", "yes", "0x1f", "a b" * 60, "jö: #1", "- x"])
    def test_kubectl_prints_it_alike(self, cluster: str, bundle: SecretsBundle, tmp_path: Path) -> None:
        program = shutil.which("kubectl")
        if program is None:
            pytest.skip("there is no kubectl here")
        made = Kubeconfig.generate(cluster, ENDPOINT, bundle, now=NOW, random=stream())
        (tmp_path / "kubeconfig").write_text(made.to_yaml(), encoding="utf-8")
        done = subprocess.run(
            [program, "config", "view", "--raw", "--kubeconfig", str(tmp_path / "kubeconfig")],
            capture_output=True, check=True, timeout=60,
        )  # fmt: skip
        # Which kubectl before 1.34 prints, and Talos v1.14 does not.
        assert done.stdout.decode().replace("preferences: {}\n", "") == made.to_yaml()

    def test_openssl_takes_the_certificate(self, bundle: SecretsBundle, tmp_path: Path) -> None:
        program = shutil.which("openssl")
        if program is None:
            pytest.skip("there is no openssl here")
        made = Kubeconfig.generate("mars", ENDPOINT, bundle, now=NOW, reproducible=True)
        (tmp_path / "ca").write_bytes(made.ca)
        (tmp_path / "crt").write_bytes(made.crt)
        moment = str(int(NOW.timestamp()) + 60)
        command = [program, "verify", "-x509_strict", "-attime", moment, "-purpose", "sslclient"]
        subprocess.run([*command, "-CAfile", tmp_path / "ca", tmp_path / "crt"], check=True, capture_output=True)


def _data(text: str, name: str) -> str:
    return next(line.partition(": ")[2] for line in text.splitlines() if line.strip().startswith(f"{name}:"))


def _without_data(text: str) -> str:
    return "".join(
        f"{line.partition('-data: ')[0]}-data: …\n" if "-data: " in line else f"{line}\n" for line in text.splitlines()
    )


class TestRefused:
    def refused(self, bundle: SecretsBundle, **how: object) -> list[str]:
        wanted = {"cluster": "mars", "endpoint": ENDPOINT, "now": NOW, **how}
        with pytest.raises(InputError) as error:
            Kubeconfig.generate(bundle=bundle, **wanted)  # type: ignore[arg-type]
        assert error.value.__cause__ is None
        return [str(problem) for problem in error.value.problems]

    def test_all_faults_at_once(self) -> None:
        found = self.refused(
            SecretsBundle(), cluster="", user="\n", groups=("", "a\0"), context="\x1b[31m", endpoint="10.0.0.1",
            lifetime=timedelta(0),
        )  # fmt: skip
        assert [text.partition(";")[0] for text in found] == [
            "the name of the cluster is empty",
            "the name of the group is empty",
            "the name of the user holds a character that cannot be printed",
            "the name of the context holds a character that cannot be printed",
            "the name of the group holds a character that cannot be printed",
            "the cluster endpoint has no scheme",
            "the secrets bundle has no certs.k8s, the Kubernetes authority",
            "the lifetime is out of range",
        ]

    def test_long_user(self, bundle: SecretsBundle) -> None:
        Kubeconfig.generate("mars", ENDPOINT, bundle, user="j" * 64, now=NOW)
        assert self.refused(bundle, user="ö" * 33)[0].startswith("the name of the user is too long")

    def test_authority_without_key(self, bundle: SecretsBundle) -> None:
        for key in (b"", MARKER):
            worker = with_authorities(bundle, CertificateAndKey(pair(bundle, "k8s").crt, key))
            assert "holds no key of certs.k8s" in self.refused(worker)[0]

    def test_authority_of_two_parts_that_do_not_belong_together(self, bundle: SecretsBundle) -> None:
        mixed = with_authorities(bundle, CertificateAndKey(pair(bundle, "k8s").crt, pair(bundle, "os").key))
        assert "does not belong" in self.refused(mixed)[0]

    def test_damaged_certificate(self, bundle: SecretsBundle) -> None:
        damaged = with_authorities(bundle, CertificateAndKey(b"no certificate", pair(bundle, "k8s").key))
        assert "Kubernetes authority of the bundle is unusable" in self.refused(damaged)[0]

    def test_life_beyond_the_authority(self, bundle: SecretsBundle) -> None:
        end = instants(read(pair(bundle, "k8s").crt))[1]
        last = end - timedelta(hours=2, minutes=30)
        made = Kubeconfig.generate("mars", ENDPOINT, bundle, now=last, lifetime=end - last)
        assert instants(read(made.crt))[1] == end
        (message,) = self.refused(bundle, now=last, lifetime=end - last + timedelta(seconds=1))
        assert "valid until 2041-05-03T07:08:09Z" in message
        assert message.endswith("give one of at most 2h")
        (message,) = self.refused(bundle, now=end - timedelta(minutes=1))
        assert message.endswith("give one that ends before 2041-05-03T07:08:09Z")

    @pytest.mark.parametrize("after", [timedelta(0), timedelta(days=9)])
    def test_expired_authority(self, bundle: SecretsBundle, after: timedelta) -> None:
        end = instants(read(pair(bundle, "k8s").crt))[1]
        (message,) = self.refused(bundle, now=end + after)
        assert "has expired: it was valid until 2041-05-03T07:08:09Z" in message

    def test_talosconfig_is_bounded_where_asked(self, bundle: SecretsBundle) -> None:
        long = timedelta(days=36500)
        Talosconfig.generate("mars", bundle, lifetime=long, now=NOW)
        with pytest.raises(InputError, match="beyond that of the Talos authority"):
            Talosconfig.generate("mars", bundle, lifetime=long, now=NOW, within_authority=True)

    @pytest.mark.parametrize("year", [1, 1949])
    def test_start_before_certificates_have_dates(self, bundle: SecretsBundle, year: int) -> None:
        assert "the start is out of range" in self.refused(bundle, now=datetime(year, 1, 1, tzinfo=UTC))[0]


def hkdf(secret: bytes, size: int, info: bytes) -> bytes:
    """RFC 5869 with SHA-256, by hand."""
    early = hmac.digest(b"talosgen reproducible credential 1", secret, "sha256")
    out, block = b"", b""
    while len(out) < size:
        block = hmac.digest(early, block + info + bytes([len(out) // 32 + 1]), "sha256")
        out += block
    return out[:size]


def framed(*parts: bytes) -> bytes:
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def deterministic_r(key: ec.EllipticCurvePrivateKey, message: bytes) -> int:
    """The first half of an ECDSA signature as RFC 6979 has it, for P-256 with SHA-256, by hand."""
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    seed = key.private_numbers().private_value.to_bytes(32, "big")
    seed += (int.from_bytes(hashlib.sha256(message).digest(), "big") % order).to_bytes(32, "big")
    v, k = b"\1" * 32, bytes(32)
    for step in (b"\0", b"\1"):
        k = hmac.digest(k, v + step + seed, "sha256")
        v = hmac.digest(k, v, "sha256")
    nonce = int.from_bytes(hmac.digest(k, v, "sha256"), "big")
    assert 0 < nonce < order
    return ec.derive_private_key(nonce, ec.SECP256R1()).public_key().public_numbers().x % order


class TestReproducible:
    @pytest.mark.parametrize("kind", ["ed25519", "ecdsa", "rsa"])
    def test_same_arguments_give_the_same_bytes(
        self, kind: str, bundle: SecretsBundle, authorities: dict[str, CertificateAndKey]
    ) -> None:
        given = with_authorities(bundle, authorities[kind])

        def files(now: datetime = NOW) -> tuple[str, str]:
            how = {"lifetime": HOUR, "now": now, "reproducible": True}
            kube = Kubeconfig.generate("mars", ENDPOINT, given, **how)  # type: ignore[arg-type]
            talos = Talosconfig.generate("mars", given, **how)  # type: ignore[arg-type]
            return kube.to_yaml(), talos.to_yaml()

        assert files() == files() == files(NOW.astimezone(timezone(timedelta(hours=-9))))
        assert files() == files(NOW.replace(tzinfo=None))
        assert files() != files(NOW + timedelta(seconds=1))

    @pytest.mark.parametrize("kind", ["ed25519", "ecdsa", "rsa"])
    def test_certificate(self, kind: str, bundle: SecretsBundle, authorities: dict[str, CertificateAndKey]) -> None:
        authority = authorities[kind]
        made = Kubeconfig.generate(
            "mars", ENDPOINT, with_authorities(bundle, authority), lifetime=HOUR, now=NOW, reproducible=True
        )
        certificate = read(made.crt)
        certificate.verify_directly_issued_by(read(authority.crt))
        assert instants(certificate) == (START, START + HOUR)
        assert same_key(certificate, made.key)
        assert label(made.key) == ("ED25519 PRIVATE KEY" if kind == "ed25519" else "EC PRIVATE KEY")
        assert (
            certificate.signature_algorithm_oid
            == {
                "ed25519": SignatureAlgorithmOID.ED25519,
                "ecdsa": SignatureAlgorithmOID.ECDSA_WITH_SHA256,
                "rsa": SignatureAlgorithmOID.RSA_WITH_SHA512,
            }[kind]
        )

    def test_key_and_serial_number_are_those_of_hkdf(self, bundle: SecretsBundle) -> None:
        made = Talosconfig.generate("mars", bundle, lifetime=HOUR, now=NOW, reproducible=True)
        authority = keys.load(pair(bundle, "os").key)
        assert isinstance(authority, ed25519.Ed25519PrivateKey)
        micros = int((NOW - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(microseconds=1))
        bound = framed(
            b"talosconfig", read(made.crt).subject.public_bytes(), str(micros).encode(), str(3600 * 10**6).encode()
        )
        secret = authority.private_bytes_raw()
        key = keys.load(made.key)
        assert isinstance(key, ed25519.Ed25519PrivateKey)
        assert key.private_bytes_raw() == hkdf(secret, 32, bound + framed(b"key ed25519"))
        serial = hkdf(secret, 16, bound + framed(b"draw 0"))
        assert read(made.crt).serial_number == int.from_bytes(serial, "big")

    def test_ecdsa_is_that_of_rfc_6979(self, bundle: SecretsBundle) -> None:
        made = read(Kubeconfig.generate("mars", ENDPOINT, bundle, now=NOW, reproducible=True).crt)
        authority = keys.load(pair(bundle, "k8s").key)
        assert isinstance(authority, ec.EllipticCurvePrivateKey)
        assert decode_dss_signature(made.signature)[0] == deterministic_r(authority, made.tbs_certificate_bytes)

    @pytest.mark.parametrize("curve", [ec.SECP224R1(), ec.SECP384R1(), ec.SECP521R1()], ids=lambda curve: curve.name)
    def test_authorities_on_other_curves(self, curve: ec.EllipticCurve, bundle: SecretsBundle) -> None:
        key = ec.generate_private_key(curve)
        made = certificates.self_signed("x", key, NOW, timedelta(days=9), stream())
        given = with_authorities(bundle, CertificateAndKey(made.crt, made.key))
        one, two = (
            Kubeconfig.generate("mars", ENDPOINT, given, lifetime=HOUR, now=NOW, reproducible=True) for _ in "12"
        )
        assert one == two
        read(one.crt).verify_directly_issued_by(read(made.crt))

    def test_form_of_the_authority_key_does_not_count(self, bundle: SecretsBundle, rsa_key: rsa.RSAPrivateKey) -> None:
        for key in (rsa_key, keys.generate("ecdsa"), keys.generate("ed25519")):
            made = certificates.self_signed("x", key, NOW, timedelta(days=9), stream())
            other = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            one, two = (
                Talosconfig.generate(
                    "mars", with_authorities(bundle, CertificateAndKey(made.crt, text)), lifetime=HOUR, now=NOW,
                    reproducible=True,
                )
                for text in (made.key, other)
            )  # fmt: skip
            assert one == two

    def test_nothing_is_drawn(self, bundle: SecretsBundle) -> None:
        def random(size: int) -> bytes:
            raise AssertionError("something was drawn")

        Kubeconfig.generate("mars", ENDPOINT, bundle, now=NOW, random=random, reproducible=True)
        Talosconfig.generate("mars", bundle, now=NOW, random=random, reproducible=True)

    def test_without_it_keys_are_drawn(self, bundle: SecretsBundle) -> None:
        one, two = (Kubeconfig.generate("mars", ENDPOINT, bundle, now=NOW, random=stream()) for _ in "12")
        assert one.key != two.key

    def test_openssl_without_deterministic_signatures(
        self, bundle: SecretsBundle, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        real = ec.ECDSA

        def old(algorithm: object, deterministic_signing: bool = False) -> ec.ECDSA:
            if deterministic_signing:
                raise UnsupportedAlgorithm("ECDSA with deterministic signature (RFC 6979) is not supported")
            return real(algorithm)  # type: ignore[arg-type]

        monkeypatch.setattr(ec, "ECDSA", old)
        with pytest.raises(InputError, match=r"no deterministic ECDSA; expected OpenSSL 3\.2"):
            Kubeconfig.generate("mars", ENDPOINT, bundle, now=NOW, reproducible=True)
        Talosconfig.generate("mars", bundle, now=NOW, reproducible=True)
        Kubeconfig.generate("mars", ENDPOINT, bundle, now=NOW)

    def test_derivation_shows_no_secret(self, bundle: SecretsBundle) -> None:
        from talosgen.pki.reproducible import Derivation

        derivation = Derivation(keys.load(pair(bundle, "os").key), "talosconfig", b"", NOW, HOUR)
        assert repr(derivation) == "Derivation(***)"

    def test_the_command_in_other_processes(self, tmp_path: Path) -> None:
        shutil.copy(BUNDLE, tmp_path / "secrets.yaml")
        arguments = ["--cluster-name", "mars", "--reproducible", "--start", "2030-01-31", "-o", "-"]

        def run(command: list[str], seed: str, zone: str, language: str) -> bytes:
            environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": language}
            done = subprocess.run(
                [sys.executable, "-m", "talosgen", *command, *arguments], cwd=tmp_path, env=environment,
                capture_output=True, check=True,
            )  # fmt: skip
            return done.stdout

        groups = "one,two,three,four,five,six,seven"
        for command in (
            ["talosconfig", "--roles", "os:reader,os:operator,os:etcd:backup"],
            ["kubeconfig", "--cluster-endpoint", ENDPOINT, "--groups", groups],
        ):
            first = run(command, "1", "UTC", "C")
            assert b"client-key-data" in first or b"key: " in first
            assert run(command, "2", "Pacific/Kiritimati", "C.UTF-8") == first

    def test_recorded_files(self) -> None:
        """Users keep these: another way of deriving would change what is in their repositories."""
        bundle = SecretsBundle.load(BUNDLE.read_bytes())
        start = datetime(2030, 1, 31, tzinfo=UTC)
        files = [
            Talosconfig.generate("mars", bundle, now=start, reproducible=True).to_yaml(),
            Kubeconfig.generate("mars", ENDPOINT, bundle, now=start, reproducible=True).to_yaml(),
        ]
        assert [hashlib.sha256(text.encode()).hexdigest() for text in files] == RECORDED


RECORDED = [
    "ab779154248da57bb7d431378a3fd00232d5e2f74b08f07d9ddd8aa29bbb3dac",
    "5ba29a4919e3a6aca8f3c98f0774e479e4af6b01e33924a1b73616ebe2f0648d",
]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copy(BUNDLE, tmp_path / "secrets.yaml")
    return tmp_path


def run(capsys, *arguments):
    status = main(list(arguments))
    captured = capsys.readouterr()
    return status, captured.out, captured.err


TALOS = ("talosconfig", "--cluster-name", "mars")
KUBE = ("kubeconfig", "--cluster-name", "mars", "--cluster-endpoint", ENDPOINT)


@pytest.mark.parametrize("command", [TALOS, KUBE], ids=["talosconfig", "kubeconfig"])
class TestCommands:
    def test_file_has_the_usual_name_and_a_close_mode(self, folder, capsys, command):
        assert run(capsys, *command) == (0, "", "")
        assert stat.S_IMODE((folder / command[0]).stat().st_mode) == 0o600
        before = (folder / command[0]).read_bytes()
        status, _, error = run(capsys, *command)
        assert (status, error) == (1, f"{command[0]}: the file exists; use --force to overwrite it\n")
        assert (folder / command[0]).read_bytes() == before
        assert run(capsys, *command, "-f")[0] == 0
        assert (folder / command[0]).read_bytes() != before
        assert sorted(path.name for path in folder.iterdir()) == sorted(["secrets.yaml", command[0]])

    def test_standard_output(self, folder, capsys, command):
        status, out, error = run(capsys, *command, "-o", "-")
        assert (status, error) == (0, "")
        assert "mars" in out
        assert [path.name for path in folder.iterdir()] == ["secrets.yaml"]

    def test_another_bundle_and_another_file(self, folder, capsys, command):
        (folder / "secrets.yaml").rename(folder / "bundle.yaml")
        assert run(capsys, *command)[0] == 1
        assert run(capsys, *command, "--with-secrets", "bundle.yaml", "-o", "made") == (0, "", "")
        assert (folder / "made").exists()

    def test_without_bundle_no_new_authority_is_made(self, folder, capsys, command):
        (folder / "secrets.yaml").unlink()
        status, out, error = run(capsys, *command)
        assert (status, out) == (1, "")
        assert error.startswith("secrets.yaml: the file cannot be read")
        assert list(folder.iterdir()) == []

    @pytest.mark.parametrize(
        "arguments",
        [
            ("--reproducible",),
            ("--start", "2030-01-01"),
            ("--crt-ttl", "1y"),
            ("--crt-ttl", ""),
            ("--crt-ttl", "9999999999h"),
            *(
                ("--reproducible", "--start", text)
                for text in (
                    "today", "2030", "2030-13-01", "2030-02-30", "2030-1-1", "20300101", "2030-W01-1", "01/02/2030",
                    "2030-01-01T00:00:00", "2030-01-01T25:00:00Z", "2030-01-01T00:00Z", "2030-01-01Z", " 2030-01-01",
                    "٢٠٣٠-٠١-٠١", "0001-01-01T00:00:00+14:00",
                )
            ),
        ],
    )  # fmt: skip
    def test_malformed_dates_and_durations(self, folder, capsys, command, arguments):
        status, out, error = run(capsys, *command, *arguments)
        assert (status, out) == (2, "")
        assert error.startswith("talosgen: ")
        assert [path.name for path in folder.iterdir()] == ["secrets.yaml"]

    @pytest.mark.parametrize("lifetime", ["0s", "-1h", "876000h"])
    def test_refused_lifetimes(self, folder, capsys, command, lifetime):
        status, out, error = run(capsys, *command, f"--crt-ttl={lifetime}")
        assert (status, out) == (1, "")
        assert error.startswith("the lifetime ")

    @pytest.mark.parametrize(
        ("start", "instant"),
        [
            ("2030-02-28", datetime(2030, 2, 28, tzinfo=UTC)),
            ("2030-02-28T23:59:59Z", datetime(2030, 2, 28, 23, 59, 59, tzinfo=UTC)),
            ("2030-02-28 01:00:00+02:00", datetime(2030, 2, 27, 23, tzinfo=UTC)),
        ],
    )
    def test_start_and_lifetime(self, folder, capsys, command, start, instant):
        status, out, error = run(
            capsys, *command, "--reproducible", "--start", start, "--crt-ttl", "90m", "--output", "-"
        )
        assert (status, error) == (0, "")
        tree = yaml.safe_load(out)
        text = (
            tree["contexts"]["mars"]["crt"] if command == TALOS else tree["users"][0]["user"]["client-certificate-data"]
        )
        assert instants(read(b64decode(text))) == (instant, instant + timedelta(minutes=90))

    def test_what_has_expired_is_told(self, folder, capsys, command):
        status, out, error = run(capsys, *command, "--reproducible", "--start", "2020-01-01", "-o", "-")
        assert status == 0
        assert out
        assert error == "warning: the certificate expired at 2020-12-31T00:00:00Z; give a later --start\n"

    def test_warned_of_in_a_work_tree(self, folder, capsys, command):
        subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
        status, _, error = run(capsys, *command)
        assert status == 0
        assert error.startswith(f"{command[0]}: warning: this holds a private key in the clear")
        (folder / ".gitignore").write_text(f"{command[0]}\n", encoding="utf-8")
        assert run(capsys, *command, "--force") == (0, "", "")

    def test_bundle_without_authorities(self, folder, capsys, command):
        (folder / "secrets.yaml").write_text("cluster: {id: a, secret: b}\n", encoding="utf-8")
        status, _, error = run(capsys, *command)
        assert status == 1
        assert error.startswith("the secrets bundle has no certs.")

    def test_help_tells_of_rsa(self, capsys, command):
        status, out, _ = run(capsys, *command[:1], "--help")
        assert status == 0
        assert "Under an RSA authority the certificate's key is then P-256, the signature PKCS#1 v1.5." in out

    def test_encrypted_bundle(self, folder, capsys, command, monkeypatch):
        from talosgen.age.x25519 import X25519Identity
        from talosgen.sops import file
        from talosgen.sops.document import load

        identity = X25519Identity(bytes(range(32)))
        scheme = file.Scheme(file.recipients(str(identity.recipient)))
        sealed = file.encrypt(load(BUNDLE.read_bytes()), scheme, "2030-01-01T00:00:00Z")
        monkeypatch.setenv("SOPS_AGE_KEY", identity.secret_text())
        how = ("--reproducible", "--start", "2030-01-01", "-o", "-")
        plain = run(capsys, *command, *how)
        (folder / "secrets.yaml").write_text(sealed, encoding="utf-8")
        assert run(capsys, *command, *how) == plain
        assert plain[0] == 0


def test_flags_reach_the_talosconfig(folder, capsys):
    arguments = ("--roles", "os:reader,os:operator", "-e", "10.0.0.2,cp.example.org", "--nodes", "10.0.0.9", "-o", "-")
    context = yaml.safe_load(run(capsys, *TALOS, *arguments)[1])["contexts"]["mars"]
    assert context["endpoints"] == ["10.0.0.2", "cp.example.org"]
    assert context["nodes"] == ["10.0.0.9"]
    subject = {attribute.value for attribute in read(b64decode(context["crt"])).subject}
    assert subject == {"os:reader", "os:operator"}


def test_unknown_roles(folder, capsys):
    status, out, error = run(capsys, *TALOS, "--roles", "os:king,os:admin,os:queen")
    assert (status, out) == (1, "")
    assert error.startswith("unknown roles: os:king, os:queen; known roles: os:admin, ")
    assert run(capsys, *TALOS, "--roles", "")[2].startswith("at least one role is needed")


def test_flags_reach_the_kubeconfig(folder, capsys):
    arguments = ("--user", "jo", "--groups", "dev,ops", "--force-context-name", "red", "-o", "-")
    tree = yaml.safe_load(run(capsys, *KUBE, *arguments)[1])
    assert tree["current-context"] == "red"
    assert tree["clusters"][0]["cluster"]["server"] == ENDPOINT
    crt = b64decode(tree["users"][0]["user"]["client-certificate-data"])
    assert [attribute.value for attribute in read(crt).subject] == ["dev", "ops", "jo"]


def test_signing_refuses_an_authority_that_another_kind_signed(
    bundle: SecretsBundle, authorities: dict[str, CertificateAndKey]
) -> None:
    root, key = authorities["ed25519"], keys.generate("ecdsa")
    from cryptography import x509

    issuer, signer = read(root.crt), keys.load(root.key)
    builder = certificates._builder(issuer.subject, issuer.subject, key.public_key(), NOW, HOUR, stream())
    crt = builder.add_extension(x509.BasicConstraints(True, None), True).sign(signer, None).public_bytes(Encoding.PEM)
    with pytest.raises(ValueError, match="another kind"):
        certificates.sign_client(
            certificates.Issued(crt, keys.pem(key)), Client(("x",)), NOW, HOUR, stream(), purpose="kubeconfig"
        )
