"""``secrets inventory``: every certificate, key and token with its life, and nothing secret."""

from __future__ import annotations

import json
import os
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from certificates import NOW, START, pair, parts, read, stream

from talosgen.contract import Contract
from talosgen.errors import InputError
from talosgen.generation.generate import generate
from talosgen.generation.options import MachineType, Options
from talosgen.machineconfig import MachineConfig
from talosgen.outputs.inventory import to_dict, to_text
from talosgen.pki import certificates, keys
from talosgen.pki.secrets import SecretsBundle
from talosgen.pki.talosconfig import Talosconfig
from talosgen.secrets.inventory import Entry, entries
from talosgen.sops import file
from talosgen.sops.document import load

END = START + timedelta(hours=87600)
BUNDLE_PATHS = [
    ("cluster.secret", "secret", ""),
    ("secrets.bootstraptoken", "token", ""),
    ("secrets.secretboxencryptionsecret", "secret", ""),
    ("trustdinfo.token", "token", ""),
    ("certs.etcd.crt", "certificate", "P-256"),
    ("certs.etcd.key", "private key", "P-256"),
    ("certs.k8s.crt", "certificate", "P-256"),
    ("certs.k8s.key", "private key", "P-256"),
    ("certs.k8saggregator.crt", "certificate", "P-256"),
    ("certs.k8saggregator.key", "private key", "P-256"),
    ("certs.k8sserviceaccount.key", "private key", "P-256"),
    ("certs.os.crt", "certificate", "Ed25519"),
    ("certs.os.key", "private key", "Ed25519"),
]


def shape(found: list[Entry]) -> list[tuple[str, str, str]]:
    return [(entry.path, entry.kind, entry.algorithm) for entry in found]


def config(bundle: SecretsBundle, contract: str, role: str = "controlplane") -> str:
    options = Options("mars", "https://h:6443", contract=Contract.parse(contract))
    return MachineConfig(generate(options, MachineType(role), bundle)).to_yaml()


def secrets_of(bundle: SecretsBundle) -> list[str]:
    certs, secrets = parts(bundle)
    assert bundle.cluster is not None
    assert bundle.trustdinfo is not None
    out = [bundle.cluster.secret, secrets.bootstraptoken, secrets.secretboxencryptionsecret, bundle.trustdinfo.token]
    for part in certs:
        assert part is not None
        lines = part.key.decode().splitlines()[1:-1]
        out += [*lines, b64encode(part.key).decode()]
    return out


class TestEntries:
    def test_bundle(self, bundle: SecretsBundle) -> None:
        found = entries(bundle.to_yaml(), "secrets.yaml")
        assert shape(found) == BUNDLE_PATHS
        assert {entry.file for entry in found} == {"secrets.yaml"}
        assert {entry.document for entry in found} == {""}

    def test_everything_about_a_certificate(self, bundle: SecretsBundle) -> None:
        entry = next(entry for entry in entries(bundle.to_yaml()) if entry.path == "certs.os.crt")
        certificate = read(pair(bundle, "os").crt)
        assert (entry.start, entry.end, entry.lifetime) == (START, END, timedelta(hours=87600))
        assert (entry.subject, entry.issuer, entry.authority) == ("O=talos", "O=talos", True)
        assert int(entry.serial, 16) == certificate.serial_number
        from cryptography.hazmat.primitives.hashes import SHA256

        assert entry.sha256 == certificate.fingerprint(SHA256()).hex()

    def test_what_does_not_expire(self, bundle: SecretsBundle) -> None:
        for entry in entries(bundle.to_yaml()):
            if entry.kind != "certificate":
                assert (entry.start, entry.end, entry.lifetime) == (None, None, None)
                assert entry.state(NOW) == "does not expire"

    def test_states_of_a_certificate(self, bundle: SecretsBundle) -> None:
        entry = next(entry for entry in entries(bundle.to_yaml()) if entry.kind == "certificate")
        second = timedelta(seconds=1)
        states = [entry.state(moment) for moment in (START - second, START, END, END + second)]
        assert states == ["not yet valid", "valid", "valid", "expired"]

    def test_talosconfig(self, bundle: SecretsBundle) -> None:
        made = Talosconfig.generate("mars", bundle, now=NOW, lifetime=timedelta(days=9))
        found = entries(made.to_yaml())
        assert shape(found) == [
            ("contexts.mars.ca", "certificate", "Ed25519"),
            ("contexts.mars.crt", "certificate", "Ed25519"),
            ("contexts.mars.key", "private key", "Ed25519"),
        ]
        assert [entry.authority for entry in found] == [True, False, False]
        assert found[1].lifetime == timedelta(days=9)

    @pytest.mark.parametrize(("contract", "role"), [*product(("v1.14", "v1.12", "v1.2"), ("controlplane", "worker"))])
    def test_machine_configs(self, bundle: SecretsBundle, contract: str, role: str) -> None:
        if contract == "v1.2":
            bundle = bundle._replace(secrets=parts(bundle)[1]._replace(aescbcencryptionsecret="YWVzY2JjIHNlY3JldA=="))
        found = entries(config(bundle, contract, role))
        certs = {entry.sha256 for entry in found if entry.kind == "certificate"}
        wanted = ("os", "k8s", "k8saggregator", "etcd") if role == "controlplane" else ("os", "k8s")
        from cryptography.hazmat.primitives.hashes import SHA256

        assert certs == {read(pair(bundle, name).crt).fingerprint(SHA256()).hex() for name in wanted}
        assert ("machine.token", "token", "") in shape(found)
        assert all(entry.fault == "" for entry in found)
        count = sum(entry.kind == "private key" for entry in found)
        assert count == (5 if role == "controlplane" else 0)

    def test_documents_are_named(self, bundle: SecretsBundle) -> None:
        found = entries(config(bundle, "v1.14"))
        named = {entry.document for entry in found}
        assert {"", "KubeAPIServerCAConfig", "DiscoveryIdentityConfig"} <= named
        text = "apiVersion: v1alpha1\nkind: TrustedRootsConfig\nname: mine\ncertificates: |\n"
        text += "".join(f"  {line}\n" for line in pair(bundle, "etcd").crt.decode().splitlines())
        (entry,) = entries(text)
        assert (entry.document, entry.path, entry.subject) == ("TrustedRootsConfig/mine", "certificates", "O=etcd")

    def test_several_certificates_at_one_path_and_a_key_behind(self, bundle: SecretsBundle) -> None:
        tree = bundle.to_tree()
        chain = b"# the own one\n" + pair(bundle, "os").crt + pair(bundle, "etcd").crt + pair(bundle, "os").key
        tree["certs"]["os"]["crt"] = b64encode(chain).decode()
        found = [entry for entry in entries(json.dumps(tree)) if entry.path == "certs.os.crt"]
        assert [(entry.number, entry.kind, entry.subject) for entry in found] == [
            (1, "certificate", "O=talos"), (2, "certificate", "O=etcd"), (1, "private key", ""),
        ]  # fmt: skip

    def test_documents_that_are_not_known(self, bundle: SecretsBundle) -> None:
        text = (
            "apiVersion: v1\nkind: NewConfig\nname: x\ntoken: abcdef\n"
            f"ca: {b64encode(pair(bundle, 'etcd').crt).decode()}\n"
            f"key: {b64encode(pair(bundle, 'etcd').key).decode()}\n"
        )
        assert shape(entries(text)) == [("ca", "certificate", "P-256"), ("key", "private key", "P-256")]

    def test_what_cannot_be_read_is_told(self, bundle: SecretsBundle) -> None:
        certs = parts(bundle)[0]
        _, good = pair(bundle, "os")
        odd = bundle._replace(
            certs=certs._replace(
                os=pair(bundle, "os")._replace(crt=pair(bundle, "os").crt.replace(b"MII", b"AAA", 1)),
                etcd=pair(bundle, "etcd")._replace(key=good.replace(b"MC4", b"AAA", 1)),
                k8s=pair(bundle, "k8s")._replace(key=b"******"),
                k8saggregator=pair(bundle, "k8saggregator")._replace(key=b"no armour"),
            )
        )
        found = {entry.path: (entry.fault, entry.state(NOW)) for entry in entries(odd.to_yaml())}
        broken = {path: what for path, what in found.items() if what[0]}
        assert broken == {
            "certs.os.crt": ("the certificate is damaged", "unreadable"),
            "certs.etcd.key": ("the private key cannot be read", "unreadable"),
            "certs.k8s.key": ("masked", "masked"),
        }
        assert found["certs.k8saggregator.key"] == ("", "does not expire")

    def test_rsa_and_other_curves(self, rsa_files: dict[str, bytes], bundle: SecretsBundle) -> None:
        from cryptography.hazmat.primitives.asymmetric import ec

        certs = parts(bundle)[0]
        wide = certificates.self_signed("x", ec.generate_private_key(ec.SECP384R1()), NOW, timedelta(1), stream())
        odd = certs._replace(
            os=pair(bundle, "os")._replace(crt=rsa_files["acme.crt"], key=rsa_files["acme.key"]),
            etcd=pair(bundle, "etcd")._replace(crt=wide.crt, key=wide.key),
        )
        kinds = {path: algorithm for path, _, algorithm in shape(entries(bundle._replace(certs=odd).to_yaml()))}
        assert (kinds["certs.os.crt"], kinds["certs.os.key"]) == ("RSA-4096", "RSA-4096")
        assert (kinds["certs.etcd.crt"], kinds["certs.etcd.key"]) == ("P-384", "P-384")

    @pytest.mark.parametrize("text", ["", "- a\n", "text\n", "a: [\n", "contexts: text\n", "certs: {os: {crt: '?'}}\n"])
    def test_refused(self, text: str) -> None:
        with pytest.raises(InputError) as error:
            entries(text, "odd.yaml")
        assert all(str(problem).startswith("odd.yaml") for problem in error.value.problems)

    @pytest.mark.parametrize("text", [" " * 100_000 + "!", "-----BEGIN CERTIFICATE-----\\n" * 20_000, "A" * 1_000_001])
    def test_large_texts(self, text: str) -> None:
        found = entries(f'trustdinfo: {{token: "{text}"}}\n')
        assert {entry.path for entry in found} == {"trustdinfo.token"}

    def test_deep_documents(self) -> None:
        deep = "{a: " * 5_000 + "{}" + "}" * 5_000
        text = f"machine: {{}}\n---\napiVersion: v1alpha1\nkind: KubeEtcdEncryptionConfig\nconfig: {deep}\n"
        assert entries(text) == []


class TestOutput:
    def test_table(self, bundle: SecretsBundle) -> None:
        text = to_text(entries(bundle.to_yaml(), "secrets.yaml"), NOW + timedelta(days=10))
        lines = text.splitlines()
        assert lines[0] == "secrets.yaml"
        assert lines[1].split() == ["WHERE", "WHAT", "SUBJECT", "UNTIL", "LIFETIME", "LEFT"]
        row = next(line for line in lines if line.startswith("certs.os.crt"))
        assert row.split() == ["certs.os.crt", "certificate", "Ed25519", "O=talos", "2041-05-03", "3650d", "3639d"]
        assert next(line for line in lines if line.startswith("trustdinfo")).endswith("does not expire")
        assert len(lines) == 2 + len(BUNDLE_PATHS)
        assert all(line == line.rstrip() for line in lines)

    @pytest.mark.parametrize(
        ("now", "left"),
        [
            (END + timedelta(seconds=1), "expired"),
            (START - timedelta(days=1), "not yet valid"),
            (END - timedelta(hours=47, minutes=59), "47h"),
            (END - timedelta(hours=48), "2d"),
            (END, "0h"),
        ],
    )
    def test_what_is_left(self, bundle: SecretsBundle, now: datetime, left: str) -> None:
        text = to_text(entries(bundle.to_yaml()), now)
        assert next(line for line in text.splitlines() if line.startswith("certs.os.crt")).endswith(f"3650d     {left}")

    def test_nothing_there(self) -> None:
        assert to_text([], NOW) == ""

    def test_text_of_others_does_not_act(self, bundle: SecretsBundle) -> None:
        key = keys.generate("ed25519")
        odd = certificates.self_signed("\x1b[31mred\n::error::", key, NOW, timedelta(1), stream())
        certs = parts(bundle)[0]._replace(os=pair(bundle, "os")._replace(crt=odd.crt))
        text = to_text(entries(bundle._replace(certs=certs).to_yaml(), "a\x1bb\nc"), NOW)
        assert "\x1b" not in text
        assert len(text.splitlines()) == 2 + len(BUNDLE_PATHS)

    def test_plain_data(self, bundle: SecretsBundle) -> None:
        found = [to_dict(entry, NOW) for entry in entries(bundle.to_yaml(), "secrets.yaml")]
        assert len({tuple(item) for item in found}) == 1
        by_path = {item["path"]: item for item in found}
        certificate = by_path["certs.k8s.crt"]
        assert certificate["start"] == "2031-05-06T07:08:09Z"
        assert certificate["end"] == "2041-05-03T07:08:09Z"
        assert certificate["lifetime"] == 87600 * 3600
        assert certificate["left"] == 87600 * 3600 - 1
        assert (certificate["state"], certificate["authority"]) == ("valid", True)
        assert (by_path["certs.k8saggregator.crt"]["subject"], by_path["certs.k8s.key"]["subject"]) == ("", None)
        assert by_path["trustdinfo.token"]["state"] == "does not expire"
        assert json.loads(json.dumps(found)) == found

    def test_nothing_secret(self, bundle: SecretsBundle) -> None:
        texts = [bundle.to_yaml(), config(bundle, "v1.14"), config(bundle, "v1.6")]
        texts.append(Talosconfig.generate("mars", bundle, now=NOW).to_yaml())
        for text in texts:
            found = entries(text)
            shown = repr(found) + to_text(found, NOW) + json.dumps([to_dict(entry, NOW) for entry in found])
            assert [secret for secret in secrets_of(bundle) if secret in shown] == []


class TestCommand:
    @pytest.fixture
    def sealed(self, repository, plaintext):
        """An encrypted bundle of secrets that no other file holds."""
        bundle = SecretsBundle.generate("v1.6", now=NOW)
        plaintext.tell(*secrets_of(bundle)[:6])
        text = file.encrypt(
            load(bundle.to_yaml()), file.Scheme(file.recipients(repository.key())), "2031-01-01T00:00:00Z"
        )
        (repository.folder / "secrets.yaml").write_text(text, encoding="utf-8")
        return repository

    def test_of_an_encrypted_bundle(self, sealed, plaintext):
        status, out, error = sealed.run("secrets", "inventory", "secrets.yaml", "--at", "2031-05-16")
        assert (status, error) == (0, "")
        assert len(out.splitlines()) == 2 + len(BUNDLE_PATHS)
        row = next(line for line in out.splitlines() if line.startswith("certs.os.crt"))
        assert row.split()[-3:] == ["2041-05-03", "3650d", "3640d"]
        assert sealed.entries() == ["secrets.yaml"]
        plaintext.require_none(out)

    def test_json(self, sealed, plaintext):
        status, out, _ = sealed.run("secrets", "inventory", "secrets.yaml", "--json", "--at", "2050-01-01T00:00:00Z")
        assert status == 0
        found = json.loads(out)
        assert [item["path"] for item in found] == [path for path, _, _ in BUNDLE_PATHS]
        assert {item["state"] for item in found} == {"expired", "does not expire"}
        plaintext.require_none(out)
        assert sealed.run("secrets", "inventory", "secrets.yaml", "--format", "json", "--at", "2050-01-01") == (
            0,
            out,
            "",
        )

    def test_the_clock_by_default(self, sealed):
        out = sealed.run("secrets", "inventory", "secrets.yaml", "--json")[1]
        left = next(item["left"] for item in json.loads(out) if item["left"] is not None)
        assert abs(left - (END - datetime.now(UTC)).total_seconds()) < 60

    def test_several_files(self, sealed):
        assert sealed.run("talosconfig", "--cluster-name", "mars", "--start", "2031-06-01", "--reproducible")[0] == 0
        status, out, _ = sealed.run("secrets", "inventory", "secrets.yaml", "talosconfig", "--at", "2031-06-02")
        assert status == 0
        assert "\n\ntalosconfig\n" in out
        assert out.splitlines()[-2].endswith("O=os:admin    2032-05-31       365d      364d")

    def test_faults_of_all_files(self, sealed):
        (sealed.folder / "odd.yaml").write_text("- a\n", encoding="utf-8")
        status, out, error = sealed.run("secrets", "inventory", "odd.yaml", "secrets.yaml", "nowhere.yaml")
        assert (status, out) == (1, "")
        assert [line.partition(":")[0] for line in error.splitlines()] == ["odd.yaml", "nowhere.yaml"]

    @pytest.mark.parametrize(
        "arguments", [(), ("secrets.yaml", "--at", "soon"), ("secrets.yaml", "--format", "sarif")], ids=str
    )
    def test_command_lines_at_fault(self, sealed, arguments):
        assert sealed.run("secrets", "inventory", *arguments)[0] == 2

    def test_without_a_key(self, sealed, plaintext):
        os.unlink(sealed.key_file)
        status, out, error = sealed.run("secrets", "inventory", "secrets.yaml")
        assert (status, out) == (1, "")
        assert "secrets.yaml" in error
        plaintext.require_none(error)
