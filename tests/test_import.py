"""``secrets import``: what a cluster has already comes into an encrypted bundle, whole and checked, or not at all."""

from __future__ import annotations

import json
import os
import re
import stat
from base64 import b64decode
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from certificates import stream

from talosgen.errors import InputError
from talosgen.generation.generate import generate
from talosgen.generation.options import MachineType, Options
from talosgen.machineconfig import MachineConfig
from talosgen.pki.secrets import SecretsBundle
from talosgen.secrets import bundle as bundles
from talosgen.secrets.access import Access
from talosgen.secrets.importing import import_secrets, taken
from talosgen.sops import file
from talosgen.sops.document import load

NOW = datetime(2031, 5, 6, 7, 8, 9, tzinfo=UTC)
ENDPOINT = "https://10.0.0.1:6443"
#: The files of a Kubernetes PKI folder and the parts of a bundle that they become.
FOLDER = {"ca": "k8s", "etcd/ca": "etcd", "front-proxy-ca": "k8saggregator"}


@pytest.fixture(scope="module")
def fresh() -> SecretsBundle:
    """Secrets that no file of another run holds."""
    return SecretsBundle.generate("v1.6")


@pytest.fixture
def home(repository, plaintext, fresh):
    """A repository with a key and a rule; all secrets of the bundle are looked for."""
    repository.rules(repository.key())
    plaintext.tell(*secrets_of(fresh))
    return repository


def secrets_of(bundle):
    out = [bundle.cluster.secret, bundle.secrets.secretboxencryptionsecret, bundle.secrets.bootstraptoken]
    # One line of each key: the search is through all temporary files.
    return [*out, bundle.trustdinfo.token, *(pair.key.splitlines()[1] for pair in bundle.certs)]


def config(bundle, contract="v1.14", role="controlplane"):
    from talosgen.contract import Contract

    options = Options("mars", ENDPOINT, contract=Contract.parse(contract))
    return MachineConfig(generate(options, MachineType(role), bundle)).to_yaml()


def given(repository, plaintext, name, text):
    """A file in the clear, which the search passes by."""
    path = repository.folder / name
    path.write_text(text, encoding="utf-8")
    plaintext.allow(path)
    return name


def imported(repository, name="secrets.yaml"):
    path = repository.folder / name
    assert file.is_encrypted(path.read_bytes())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    return bundles.load(path.read_bytes(), name, Access(os.environ, str(repository.folder)))


def pki_folder(repository, plaintext, bundle):
    folder = repository.folder / "pki"
    (folder / "etcd").mkdir(parents=True)
    contents = {"sa.key": bundle.certs.k8sserviceaccount.key}
    for stem, part in FOLDER.items():
        pair = getattr(bundle.certs, part)
        contents |= {f"{stem}.crt": pair.crt, f"{stem}.key": pair.key}
    for name, data in contents.items():
        (folder / name).write_bytes(data)
        plaintext.allow(folder / name)
    return "pki"


class TestSources:
    @pytest.mark.parametrize("contract", ["v1.14", "v1.13", "v1.6", "v1.3"])
    def test_control_plane_config(self, home, plaintext, fresh, contract):
        name = given(home, plaintext, "controlplane.yaml", config(fresh, contract))
        status, out, said = home.run("secrets", "import", name)
        assert (status, out) == (0, "")
        assert said.startswith("controlplane.yaml: warning: the secrets still stand in the clear here")
        assert said.endswith("Created secrets.yaml\n")
        assert imported(home) == fresh
        plaintext.require_none(said)

    def test_plain_bundle(self, home, plaintext, fresh):
        name = given(home, plaintext, "plain.yaml", fresh.to_yaml())
        status, out, said = home.run("secrets", "import", name, "-o", "made.yaml")
        assert (status, out) == (0, "")
        assert imported(home, "made.yaml") == fresh
        plaintext.require_none(said)
        assert home.entries() == [".sops.yaml", "made.yaml", "plain.yaml"]

    def test_talhelper_bundle(self, home, plaintext, fresh):
        # Indented by two, comments and all parts there, as `talhelper gensecret` prints them.
        text = "# talsecret\n" + yaml.safe_dump(fresh.to_tree(), indent=2, sort_keys=False, width=10**6)
        name = given(home, plaintext, "talsecret.yaml", text)
        assert home.run("secrets", "import", name)[0] == 0
        assert imported(home) == fresh
        plaintext.require_none()

    def test_bundle_as_json(self, home, plaintext, fresh):
        name = given(home, plaintext, "bundle.json", json.dumps(fresh.to_tree()))
        assert home.run("secrets", "import", name)[0] == 0
        assert imported(home) == fresh

    @pytest.mark.parametrize("what", ["talsecret.sops.yaml", "controlplane.yaml"])
    def test_encrypted_sources_are_read_in_memory(self, home, plaintext, fresh, what):
        text = fresh.to_yaml() if what.startswith("talsecret") else config(fresh, "v1.6")
        access = Access(os.environ, str(home.folder))
        sealed = file.encrypt(load(text), access.scheme(what), "2031-01-01T00:00:00Z")
        (home.folder / what).write_text(sealed, encoding="utf-8")
        status, _, said = home.run("secrets", "import", what)
        assert status == 0
        assert "still stand in the clear" not in said
        assert imported(home) == fresh
        plaintext.require_none(said)

    def test_kubernetes_pki_folder(self, home, plaintext, fresh):
        name = pki_folder(home, plaintext, fresh)
        status, out, said = home.run(
            "secrets", "import", name, "-t", "abcdef.0123456789abcdef", "--talos-version", "v1.2"
        )
        assert (status, out) == (0, "")
        made = imported(home)
        for part in (*FOLDER.values(), "k8sserviceaccount"):
            assert getattr(made.certs, part) == getattr(fresh.certs, part)
        assert made.certs.os != fresh.certs.os
        assert made.secrets.bootstraptoken == "abcdef.0123456789abcdef"
        assert made.secrets.aescbcencryptionsecret
        assert "encrypted with in etcd: the bundle has a new one" in said
        assert made.validate(full=True) == []
        plaintext.require_none(said)

    def test_bundle_without_kubernetes(self, home, plaintext):
        bundle = SecretsBundle.generate("v1.14", kubernetes=False, etcd=False)
        name = given(home, plaintext, "plain.yaml", bundle.to_yaml())
        assert home.run("secrets", "import", name)[0] == 0
        assert imported(home) == bundle

    def test_in_the_library(self, home, plaintext, fresh):
        name = given(home, plaintext, "plain.yaml", fresh.to_yaml())
        access = Access(os.environ, str(home.folder))
        notes = import_secrets(name, "made.yaml", access)
        assert [problem.severity for problem in notes] == ["warning", "note"]
        assert imported(home, "made.yaml") == fresh

    def test_what_a_folder_lacks_is_drawn_from_what_is_passed_in(self, home, plaintext, fresh):
        name = pki_folder(home, plaintext, fresh)
        access = Access(os.environ, str(home.folder))
        one, two = (taken(name, access, "v1.14", now=NOW, random=stream()).bundle for _ in "12")
        assert (one.cluster, one.secrets, one.trustdinfo) == (two.cluster, two.secrets, two.trustdinfo)


class TestReaders:
    def test_recipients_that_are_named(self, repository, plaintext, fresh):
        plaintext.tell(*secrets_of(fresh))
        recipient = repository.key()
        other = repository.key(write=False)
        name = given(repository, plaintext, "plain.yaml", fresh.to_yaml())
        status, _, said = repository.run("secrets", "import", name, "--age", f"{recipient},{other}")
        assert status == 0
        assert "break-glass" not in said
        assert imported(repository) == fresh
        assert yaml.safe_load((repository.folder / "secrets.yaml").read_text())["sops"]["age"][1]["recipient"] == other
        plaintext.require_none()

    def test_without_anybody_nothing_is_written(self, repository, plaintext, fresh):
        plaintext.tell(*secrets_of(fresh))
        name = given(repository, plaintext, "plain.yaml", fresh.to_yaml())
        status, out, said = repository.run("secrets", "import", name)
        assert (status, out) == (1, "")
        assert "nobody to encrypt for" in said
        assert "--keygen" in said
        assert repository.entries() == ["plain.yaml"]
        plaintext.require_none(said)

    def test_the_first_key_is_made_on_the_way(self, repository, plaintext, fresh):
        plaintext.tell(*secrets_of(fresh))
        name = given(repository, plaintext, "plain.yaml", fresh.to_yaml())
        assert repository.run("secrets", "import", name, "--keygen")[0] == 0
        assert repository.entries() == [".sops.yaml", "plain.yaml", "secrets.yaml"]
        assert imported(repository) == fresh
        plaintext.require_none()

    def test_no_key_is_made_for_what_cannot_be_imported(self, repository, plaintext, fresh):
        name = given(repository, plaintext, "worker.yaml", config(fresh, role="worker"))
        assert repository.run("secrets", "import", name, "--keygen")[0] == 1
        assert repository.entries() == ["worker.yaml"]
        assert not repository.key_file.exists()

    def test_a_rule_that_leaves_parts_in_the_clear(self, repository, plaintext, fresh):
        plaintext.tell(*secrets_of(fresh))
        repository.rules(repository.key(), encrypted_regex="'^key$'")
        name = given(repository, plaintext, "plain.yaml", fresh.to_yaml())
        status, _, said = repository.run("secrets", "import", name)
        assert status == 1
        assert "encrypted whole" in said
        assert repository.entries() == [".sops.yaml", "plain.yaml"]
        plaintext.require_none(said)


class TestRefused:
    def refused(self, home, plaintext, *arguments):
        before = {name: (home.folder / name).read_bytes() for name in home.entries()}
        status, out, said = home.run("secrets", "import", *arguments)
        assert (status, out) == (1, "")
        assert {name: (home.folder / name).read_bytes() for name in home.entries()} == before
        plaintext.require_none(said)
        return said

    def test_nothing_is_overwritten(self, home, plaintext, fresh):
        name = given(home, plaintext, "plain.yaml", fresh.to_yaml())
        (home.folder / "secrets.yaml").write_text("mine\n", encoding="utf-8")
        (home.folder / "link.yaml").symlink_to("nowhere")
        for target in ("secrets.yaml", "link.yaml", "plain.yaml", "."):
            said = self.refused(home, plaintext, name, "-o", target)
            assert "never overwritten" in said
        assert (home.folder / "secrets.yaml").read_text() == "mine\n"

    def test_no_such_file(self, home, plaintext):
        assert self.refused(home, plaintext, "nowhere.yaml").startswith("nowhere.yaml: the file cannot be read")

    @pytest.mark.parametrize("text", ["", "- a\n", "text\n", "null\n", "a: [\n", "kind: Config\napiVersion: v1\n"])
    def test_no_file_of_talos(self, home, plaintext, text):
        given(home, plaintext, "odd.yaml", text)
        assert self.refused(home, plaintext, "odd.yaml").startswith("odd.yaml:")

    def test_a_client_file(self, home, plaintext):
        given(home, plaintext, "talosconfig", "context: a\ncontexts:\n  a: {endpoints: []}\n")
        assert "this is a client's file" in self.refused(home, plaintext, "talosconfig")

    @pytest.mark.parametrize("contract", ["v1.14", "v1.6"])
    def test_worker_config(self, home, plaintext, fresh, contract):
        name = given(home, plaintext, "worker.yaml", config(fresh, contract, "worker"))
        said = self.refused(home, plaintext, name)
        assert "certs.os is invalid" in said
        assert "give a control-plane config" in said

    def test_all_that_is_missing(self, home, plaintext, fresh):
        bundle = fresh._replace(
            cluster=None,
            trustdinfo=None,
            certs=fresh.certs._replace(k8saggregator=None, k8s=fresh.certs.k8s._replace(key=b"")),
        )
        name = given(home, plaintext, "plain.yaml", bundle.to_yaml())
        said = self.refused(home, plaintext, name)
        for part in (
            "cluster is required",
            "trustdinfo is required",
            "certs.k8saggregator is required",
            "certs.k8s is invalid",
        ):
            assert f"plain.yaml: {part}" in said

    def test_pair_that_does_not_belong_together(self, home, plaintext, fresh):
        mixed = fresh.certs.etcd._replace(key=fresh.certs.k8s.key)
        bundle = fresh._replace(certs=fresh.certs._replace(etcd=mixed))
        name = given(home, plaintext, "plain.yaml", bundle.to_yaml())
        assert "certs.etcd is invalid: the private key does not belong" in self.refused(home, plaintext, name)

    def test_config_without_bootstrap_token(self, home, plaintext, fresh):
        text = re.sub("\n    token: .*", "", config(fresh, "v1.6"))
        given(home, plaintext, "cp.yaml", text)
        assert "the bootstrap token (cluster.token) is missing" in self.refused(home, plaintext, "cp.yaml")

    def test_masked_config(self, home, plaintext, fresh):
        masked = MachineConfig.load(config(fresh, "v1.6")).redacted().to_yaml()
        given(home, plaintext, "cp.yaml", masked)
        assert "certs.os is invalid" in self.refused(home, plaintext, "cp.yaml")

    @pytest.mark.parametrize("value", ["${TOKEN}", "$TOKEN", "a${X:-b}"])
    def test_variables_of_talhelper(self, home, plaintext, fresh, value):
        bundle = fresh._replace(trustdinfo=fresh.trustdinfo._replace(token=value))
        given(home, plaintext, "talsecret.yaml", bundle.to_yaml())
        said = self.refused(home, plaintext, "talsecret.yaml")
        assert "trustdinfo.token: this holds a variable of the environment" in said

    def test_folder_without_anything(self, home, plaintext):
        (home.folder / "pki").mkdir()
        said = self.refused(home, plaintext, "pki")
        assert said.count("the file cannot be read") == 7

    def test_encrypted_for_somebody_else(self, home, plaintext, fresh):
        other = home.key(write=False)
        sealed = file.encrypt(load(fresh.to_yaml()), file.Scheme(file.recipients(other)), "2031-01-01T00:00:00Z")
        given(home, plaintext, "talsecret.yaml", sealed)
        assert "talsecret.yaml" in self.refused(home, plaintext, "talsecret.yaml")

    def test_no_secret_in_an_exception(self, home, plaintext, fresh):
        bundle = fresh._replace(certs=fresh.certs._replace(os=fresh.certs.os._replace(crt=b"damaged")))
        given(home, plaintext, "plain.yaml", bundle.to_yaml())
        with pytest.raises(InputError) as error:
            taken("plain.yaml", Access(os.environ, str(home.folder)))
        assert error.value.__cause__ is None
        plaintext.require_none(str(error.value), repr(error.value))

    def test_repr_shows_no_secret(self, home, plaintext, fresh):
        given(home, plaintext, "plain.yaml", fresh.to_yaml())
        plaintext.require_none(repr(taken("plain.yaml", Access(os.environ, str(home.folder)))))


def test_conformance_bundles_are_taken(home, plaintext):
    folder = Path(__file__).parent / "vectors" / "conformance" / "bundles"
    access = Access(os.environ, str(home.folder))
    for path in sorted(folder.glob("*.yaml")):
        bundle = SecretsBundle.load(path.read_bytes())
        faulty = path.stem in ("both-secrets", "no-encryption", "hidden-keys")
        try:
            assert taken(str(path), access).bundle == bundle
        except InputError as error:
            assert faulty, error
        else:
            assert not faulty
    assert b64decode(bundle.cluster.id)
