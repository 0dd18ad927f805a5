"""Single keys and certificates, and the bundle of a Kubernetes PKI folder."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from certificates import (
    AKI,
    BASIC,
    NOW,
    PURPOSES,
    PURPOSES_CLIENT,
    SAN,
    SIGNATURES,
    SKI,
    START,
    USAGE,
    USAGE_CLIENT,
    extensions,
    instants,
    label,
    messages,
    pair,
    parts,
    read,
    same_key,
    stream,
    subject,
)
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import SignatureAlgorithmOID

from talosgen.contract import Contract
from talosgen.errors import InputError
from talosgen.pki import issue, keys
from talosgen.pki.kubernetes import from_kubernetes_pki
from talosgen.pki.pem import MARKER, decode, encode
from talosgen.pki.secrets import SecretsBundle


def pkcs8(key: keys.PrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


class TestIssue:
    def test_ca(self) -> None:
        files = issue.ca("acme", 48, now=NOW, random=stream())
        assert list(files) == ["acme.crt", "acme.sha256", "acme.key"]
        certificate = read(files["acme.crt"])
        assert certificate.subject.public_bytes() == certificate.issuer.public_bytes() == subject("acme")
        assert instants(certificate) == (START, START + timedelta(hours=48))
        assert [entry[0] for entry in extensions(certificate)] == [USAGE, PURPOSES, BASIC, SKI]
        assert label(files["acme.key"]) == "ED25519 PRIVATE KEY"
        assert same_key(certificate, files["acme.key"])
        spki = bytes.fromhex("302a300506032b6570032100") + certificate.public_key().public_bytes_raw()  # type: ignore[union-attr]
        assert files["acme.sha256"] == b"sha256:" + hashlib.sha256(spki).hexdigest().encode()

    def test_ca_lives_ten_years_by_default(self) -> None:
        certificate = read(issue.ca("acme", now=NOW, random=stream())["acme.crt"])
        assert instants(certificate)[1] == START + timedelta(hours=87600)

    def test_rsa_ca(self, rsa_files: dict[str, bytes]) -> None:
        certificate = read(rsa_files["acme.crt"])
        assert certificate.signature_algorithm_oid == SignatureAlgorithmOID.RSA_WITH_SHA512
        assert certificate.public_key().key_size == 4096  # type: ignore[union-attr]
        assert label(rsa_files["acme.key"]) == "RSA PRIVATE KEY"
        assert same_key(certificate, rsa_files["acme.key"])
        certificate.verify_directly_issued_by(certificate)

    def test_name_beyond_the_printable_alphabet_is_utf8(self) -> None:
        for name in ("snow_man", "schön"):
            certificate = read(issue.ca(name, now=NOW, random=stream())[f"{name}.crt"])
            assert certificate.subject.public_bytes() == subject(name, tag=0x0C)

    def test_key(self) -> None:
        files = issue.key("node")
        assert list(files) == ["node.key"]
        assert isinstance(keys.load(files["node.key"]), ed25519.Ed25519PrivateKey)

    @pytest.mark.parametrize("kind", ["ed25519", "ecdsa", "rsa"])
    def test_csr(self, kind: str, rsa_key: rsa.RSAPrivateKey) -> None:
        key = rsa_key if kind == "rsa" else keys.generate(kind)  # type: ignore[arg-type]
        text = issue.csr(pkcs8(key), "10.0.0.1", ["os:reader", "os:admin"])
        assert label(text) == "CERTIFICATE REQUEST"
        request = x509.load_pem_x509_csr(text)
        assert request.is_signature_valid
        assert request.signature_algorithm_oid == SIGNATURES[kind]
        assert request.subject.public_bytes() == subject("os:admin", "os:reader")
        assert extensions(request) == [(SAN, False, bytes.fromhex("300687040a000001"))]
        assert request.public_key() == key.public_key()

    @pytest.mark.parametrize(
        ("text", "packed"),
        [("10.0.0.1", "0a000001"), ("fd00::1", "fd" + "00" * 14 + "01"), ("::ffff:10.0.0.1", "0a000001")],
    )
    def test_csr_address(self, text: str, packed: str) -> None:
        request = x509.load_pem_x509_csr(issue.csr(issue.key("k")["k.key"], text, ["os:admin"]))
        assert extensions(request)[0][2].hex().endswith(f"87{len(packed) // 2:02x}{packed}")

    def test_csr_refused(self, rsa_key: rsa.RSAPrivateKey) -> None:
        good = issue.key("k")["k.key"]
        for bad in ("", "host", "10.0.0.256", "010.0.0.1", "fe80::1%eth0", "10.0.0.0/8"):
            with pytest.raises(InputError, match="IP address"):
                issue.csr(good, bad, ["os:admin"])
        with pytest.raises(InputError, match="os:king"):
            issue.csr(good, "10.0.0.1", ["os:king"])
        with pytest.raises(InputError, match="at least one role"):
            issue.csr(good, "10.0.0.1", [])
        for key in (b"", MARKER, keys.pem(keys.generate("ecdsa")), keys.pem(rsa_key)):
            with pytest.raises(InputError, match=r"^node\.key: "):
                issue.csr(key, "10.0.0.1", ["os:admin"], "node.key")
        with pytest.raises(InputError) as error:
            issue.csr(b"", "host", ["os:king"])
        assert len(error.value.problems) == 3

    def test_crt(self) -> None:
        ca, key = issue.ca("acme", now=NOW, random=stream()), issue.key("node")["node.key"]
        asked = issue.csr(key, "fd00::1", ["os:reader", "os:operator"])
        text = issue.crt(ca["acme.crt"], ca["acme.key"], asked, now=NOW, random=stream())
        authority, certificate = read(ca["acme.crt"]), read(text)
        assert 0 < certificate.serial_number < 1 << 128
        assert certificate.subject.public_bytes() == subject("os:reader", "os:operator")
        assert certificate.issuer == authority.subject
        assert instants(certificate) == (START, START + timedelta(hours=24))
        address = ip_address("fd00::1").packed
        assert extensions(certificate) == [
            (USAGE, True, USAGE_CLIENT),
            (PURPOSES, False, PURPOSES_CLIENT),
            (AKI, False, b"\x30\x16\x80\x14" + extensions(authority)[3][2][2:]),
            (SAN, False, b"\x30\x12\x87\x10" + address),
        ]
        certificate.verify_directly_issued_by(authority)
        assert same_key(certificate, key)

    def test_crt_of_a_foreign_request(self) -> None:
        """Names that Talos does not sign fall away; an empty subject makes the others critical."""
        ca, key = issue.ca("acme", now=NOW, random=stream()), keys.generate("ed25519")
        names = [
            x509.IPAddress(ip_address("10.0.0.1")),
            x509.RFC822Name("a@example.org"),
            x509.DNSName("node.example.org"),
        ]
        builder = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([]))
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        asked = builder.sign(key, None).public_bytes(Encoding.PEM)
        certificate = read(issue.crt(ca["acme.crt"], ca["acme.key"], asked, 1, now=NOW, random=stream()))
        kept = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
        assert kept.critical
        assert list(kept.value) == [names[2], names[0]]

    def test_crt_without_names_of_the_authority_itself(self) -> None:
        ca, key = issue.ca("acme", now=NOW, random=stream()), keys.generate("ed25519")
        builder = x509.CertificateSigningRequestBuilder().subject_name(read(ca["acme.crt"]).subject)
        asked = builder.sign(key, None).public_bytes(Encoding.PEM)
        certificate = read(issue.crt(ca["acme.crt"], ca["acme.key"], asked, 1, now=NOW, random=stream()))
        assert [entry[0] for entry in extensions(certificate)] == [USAGE, PURPOSES]

    def test_crt_refused(self, bundle: SecretsBundle, rsa_files: dict[str, bytes]) -> None:
        ca, other = issue.ca("acme"), issue.ca("acme")
        asked = issue.csr(issue.key("k")["k.key"], "10.0.0.1", ["os:admin"])
        crt, key = ca["acme.crt"], ca["acme.key"]
        _, der = decode(asked)
        forged = encode("CERTIFICATE REQUEST", der[:-1] + bytes([der[-1] ^ 1]))
        ecdsa = keys.generate("ecdsa")
        foreign = issue.csr(pkcs8(ecdsa), "10.0.0.1", ["os:admin"])
        for arguments in (
            (b"", key, asked),
            (crt, b"", asked),
            (crt, key, b""),
            (crt, key, crt),
            (crt, key, encode("CERTIFICATE REQUEST", der[:-1])),
            (crt, key, forged),
            (crt, key, foreign),
            (crt, other["acme.key"], asked),
            (rsa_files["acme.crt"], rsa_files["acme.key"], asked),
            (pair(bundle, "etcd").crt, pair(bundle, "etcd").key, foreign),
        ):
            with pytest.raises(InputError):
                issue.crt(*arguments)
        with pytest.raises(InputError) as error:
            issue.crt(b"", b"", b"", 0)
        assert len(error.value.problems) == 4

    def test_keypair(self) -> None:
        files = issue.keypair("acme", "10.0.0.1", now=NOW, random=stream())
        assert list(files) == ["acme.crt", "acme.key"]
        certificate = read(files["acme.crt"])
        assert instants(certificate) == (START, START + timedelta(hours=24))
        assert certificate.subject.public_bytes() == certificate.issuer.public_bytes() == subject("acme")
        found = extensions(certificate)
        assert [entry[0] for entry in found] == [USAGE, PURPOSES, BASIC, SKI, SAN]
        assert found[4] == (SAN, False, bytes.fromhex("300687040a000001"))
        assert label(files["acme.key"]) == "ED25519 PRIVATE KEY"
        assert same_key(certificate, files["acme.key"])

    def test_keypair_without_address(self) -> None:
        certificate = read(issue.keypair("acme", "", now=NOW, random=stream())["acme.crt"])
        assert [entry[0] for entry in extensions(certificate)] == [USAGE, PURPOSES, BASIC, SKI]

    @pytest.mark.parametrize("hours", [0, -1, 10**9, 10**30])
    def test_refused_hours(self, hours: int) -> None:
        with pytest.raises(InputError, match="hours"):
            issue.ca("acme", hours)
        with pytest.raises(InputError, match="hours"):
            issue.crt(b"", b"", b"", hours)

    def test_refused_names(self) -> None:
        for bad in ("", "a/b", "a\0b"):
            for make in (issue.ca, issue.key, issue.keypair):
                with pytest.raises(InputError, match="name"):
                    make(bad)  # type: ignore[operator]
        with pytest.raises(InputError, match="IP address"):
            issue.keypair("acme", "host")


@pytest.fixture
def folder(bundle: SecretsBundle, tmp_path: Path) -> Path:
    """A folder as kubeadm leaves it, with the keys of a bundle."""
    (tmp_path / "etcd").mkdir()
    certs = parts(bundle)[0]
    for name, stem in (("k8s", "ca"), ("etcd", "etcd/ca"), ("k8saggregator", "front-proxy-ca")):
        (tmp_path / f"{stem}.crt").write_bytes(pair(bundle, name).crt)
        (tmp_path / f"{stem}.key").write_bytes(pair(bundle, name).key)
    assert certs.k8sserviceaccount is not None
    (tmp_path / "sa.key").write_bytes(certs.k8sserviceaccount.key)
    return tmp_path


FILES = (
    "ca.crt",
    "ca.key",
    "etcd/ca.crt",
    "etcd/ca.key",
    "front-proxy-ca.crt",
    "front-proxy-ca.key",
    "sa.key",
)


class TestKubernetesFolder:
    def test_files_are_taken_verbatim(self, folder: Path, bundle: SecretsBundle) -> None:
        text = b"# of the old cluster\n" + (folder / "ca.crt").read_bytes()
        (folder / "ca.crt").write_bytes(text)
        made = from_kubernetes_pki(folder, Contract(1, 14), now=NOW, random=stream())
        old, new = parts(bundle)[0], parts(made)[0]
        assert new.k8s is not None
        assert new.k8s.crt == text
        assert (new.etcd, new.k8saggregator, new.k8sserviceaccount) == (
            old.etcd,
            old.k8saggregator,
            old.k8sserviceaccount,
        )
        assert new.os != old.os
        assert made.validate(full=True) == []
        assert instants(read(pair(made, "os").crt))[0] == START

    def test_contract_decides_the_encryption_secret(self, folder: Path) -> None:
        for contract, older in ((Contract(1, 2), True), (Contract(1, 3), False), (Contract(), False)):
            _, secrets = parts(from_kubernetes_pki(folder, contract))
            assert bool(secrets.aescbcencryptionsecret) == older
            assert bool(secrets.secretboxencryptionsecret) != older

    def test_given_token(self, folder: Path) -> None:
        _, secrets = parts(from_kubernetes_pki(folder, Contract(), "abcdef.0123456789abcdef"))
        assert secrets.bootstraptoken == "abcdef.0123456789abcdef"

    def test_no_folder(self, tmp_path: Path) -> None:
        for path in (tmp_path / "absent", Path(__file__)):
            with pytest.raises(InputError) as error:
                from_kubernetes_pki(path, Contract())
            assert str(path) in messages(error)

    def test_every_missing_file_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(InputError) as error:
            from_kubernetes_pki(tmp_path, Contract())
        assert len(error.value.problems) == len(FILES)
        for name in FILES:
            assert f"{tmp_path / name}: " in messages(error)

    def test_every_bad_file_is_named(self, folder: Path) -> None:
        for name in FILES:
            (folder / name).write_bytes(b"-----BEGIN NOTHING-----\nAAAA\n-----END NOTHING-----\n")
        (folder / "sa.key").unlink()
        (folder / "sa.key").mkdir()
        with pytest.raises(InputError) as error:
            from_kubernetes_pki(folder, Contract())
        assert len(error.value.problems) == len(FILES)
        for name in FILES:
            assert f"{folder / name}: " in messages(error)

    def test_pair_that_does_not_belong_together(self, folder: Path) -> None:
        (folder / "ca.key").write_bytes((folder / "etcd/ca.key").read_bytes())
        with pytest.raises(InputError) as error:
            from_kubernetes_pki(folder, Contract())
        assert len(error.value.problems) == 1
        assert f"{folder / 'ca.key'}: " in messages(error)
        assert "does not belong" in messages(error)
