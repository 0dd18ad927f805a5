"""Commands whose inputs are encrypted: the output is that of the clear ones, and faults have the places of the file."""

from __future__ import annotations

from pathlib import Path

import pytest

import talosgen
from talosgen.sops import file
from talosgen.sops.document import load
from talosgen.sops.layout import dump

FOLDER = Path(__file__).parent / "vectors" / "conformance"
BUNDLE = (FOLDER / "bundles" / "v1.14.yaml").read_text(encoding="utf-8")
CONFIG = (FOLDER / "bases" / "cp-1.14.yaml").read_text(encoding="utf-8")
OLD = (FOLDER / "bases" / "cp-1.5.yaml").read_text(encoding="utf-8")
PATCH = "machine:\n  # note\n  env:\n    TOKEN: some-hidden-text\n  install:\n    wipe: true\n  kubelet:\n    nodeIP:\n      validSubnets: [10.0.0.0/8]\n"
PATCH_2 = "apiVersion: v1alpha1\nkind: EnvironmentConfig\nvariables:\n  TOKEN: another-hidden-text\n---\napiVersion: v1alpha1\nkind: HostnameConfig\nauto: off\nhostname: cp1\n"
GEN = ["gen", "config", "demo", "https://10.0.0.1:6443", "-o", "-"]


@pytest.fixture
def twins(repository):
    """Writes a text under a name in the clear, laid out as sops does, and under ``enc-`` and the name encrypted."""
    recipient = repository.key()

    def write(name, text, selection=file.DEFAULT):
        (repository.folder / name).write_text(dump(load(text)), encoding="utf-8")
        sealed = file.encrypt(load(text), file.Scheme(file.recipients(recipient), selection), "2026-01-01T00:00:00Z")
        (repository.folder / f"enc-{name}").write_text(sealed, encoding="utf-8")
        return sealed

    write("bundle.yaml", BUNDLE)
    write("config.yaml", CONFIG)
    write("old.yaml", OLD)
    write("patch.yaml", PATCH)
    write("many.yaml", PATCH_2)
    return write


NAMES = ("bundle.yaml", "config.yaml", "old.yaml", "patch.yaml", "many.yaml")
COMMANDS = [
    [*GEN, "--with-secrets", "bundle.yaml", "-t", "controlplane"],
    [*GEN, "--with-secrets", "bundle.yaml", "-t", "controlplane", "--config-patch", "@patch.yaml"],
    [*GEN, "--with-secrets", "bundle.yaml", "-t", "worker", "--config-patch-worker", "many.yaml"],
    [*GEN, "--with-secrets", "bundle.yaml", "-t", "controlplane", "--config-patch-control-plane", "@patch.yaml"],
    ["machineconfig", "patch", "config.yaml", "-p", "@patch.yaml", "-p", "@many.yaml"],
    ["patch", "config.yaml", "-p", "@patch.yaml", "--merge", "idempotent"],
    ["patch", "old.yaml", "-p", '[{"op": "remove", "path": "/machine/ca"}]'],
    ["patch", "check", "patch.yaml", "many.yaml", "--config", "config.yaml"],
    ["gen", "secrets", "--from-controlplane-config", "config.yaml", "-o", "-"],
    ["validate", "-c", "config.yaml", "-m", "metal"],
]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: " ".join(command[:2] + command[-2:])[:60])
def test_the_output_is_that_of_the_clear_files(repository, twins, command, plaintext):
    clear = repository.run(*command)
    assert clear[0] == 0
    encrypted = [_encrypted(argument) for argument in command]
    assert encrypted != command
    status, out, said = repository.run(*encrypted)
    assert (status, out.replace("enc-", ""), said.replace("enc-", "")) == clear
    plaintext.tell("some-hidden-text", "another-hidden-text", *repository.leaves("enc-bundle.yaml"))
    plaintext.allow(*(repository.folder / name for name in NAMES))
    plaintext.require_none(said)


def _encrypted(argument):
    return (
        argument[: len(argument) - len(name)] + f"enc-{name}" if (name := argument.lstrip("@")) in NAMES else argument
    )


def test_what_is_derived_from_encrypted_configs(repository, twins):
    twins("after.yaml", repository.run("patch", "config.yaml", "-p", "@many.yaml")[1].removesuffix("\n"))
    clear = repository.run("patch", "derive", "config.yaml", "after.yaml", "--reveal")
    assert clear[0] == 0
    assert repository.run("patch", "derive", "enc-config.yaml", "enc-after.yaml", "--reveal") == clear
    status, out, said = repository.run("patch", "derive", "enc-config.yaml", "enc-after.yaml")
    assert (status, out) == (1, "")
    assert "hidden" not in said


FAULTY = "machine:\n  type: controlplane\n  network:\n    interfaces:\n      - interface: eth0\n        mtu: much-hidden-text\n  sysctls: {a: b}\n  nonsense: 1\n"


def test_faults_are_told_with_the_places_of_the_encrypted_file(repository, twins):
    twins("bad.yaml", FAULTY)
    clear = repository.run("validate", "-c", "bad.yaml", "-m", "metal")
    assert clear[0] == 1
    assert "bad.yaml:6:20: " in clear[2]
    _, out, said = repository.run("validate", "-c", "enc-bad.yaml", "-m", "metal")
    assert said.replace("enc-", "") == clear[2]
    rows = (repository.folder / "enc-bad.yaml").read_text().splitlines()
    for line in said.splitlines():
        number, column = map(int, line.split(":")[1:3])
        assert rows[number - 1][column - 1 :].startswith(("ENC[", "nonsense:"))
    assert "hidden" not in out + said


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: " ".join(command[:2] + command[-2:])[:60])
def test_without_a_key_it_fails_in_our_words(repository, twins, command, plaintext):
    repository.key_file.unlink()
    plaintext.tell("some-hidden-text", "another-hidden-text")
    status, out, said = repository.run(*(_encrypted(argument) for argument in command))
    assert status == 1
    assert "no age identity was found" in out + said
    plaintext.allow(*(repository.folder / name for name in NAMES))
    plaintext.require_none(out, said)


def test_a_changed_file_is_refused_whole(repository, twins):
    path = repository.folder / "enc-config.yaml"
    lines = path.read_text().splitlines(keepends=True)
    at = next(index for index, line in enumerate(lines) if "wipe:" in line)
    path.write_text("".join((*lines[:at], *lines[at + 1 :])))
    status, out, said = repository.run("validate", "-c", "enc-config.yaml", "-m", "metal")
    assert (status, out) == (1, "")
    assert "does not fit its MAC" in said


def test_a_missing_or_misnamed_bundle_is_never_a_new_one(repository, twins):
    for name in ("secrets.yml", "enc-bundle.yml"):
        status, out, _ = repository.run(*GEN, "--with-secrets", name, "-t", "worker")
        assert (status, out) == (1, "")


@pytest.mark.parametrize("change", [lambda data: b"\xef\xbb\xbf" + data, lambda data: data.replace(b"\n", b"\r\n")])
def test_a_mark_or_crlf_changes_nothing(repository, twins, change):
    path = repository.folder / "enc-bundle.yaml"
    clear = repository.run(*GEN, "--with-secrets", "bundle.yaml", "-t", "worker")
    path.write_bytes(change(path.read_bytes()))
    assert repository.run(*GEN, "--with-secrets", "enc-bundle.yaml", "-t", "worker") == clear
    assert repository.run("secrets", "decrypt", "enc-bundle.yaml")[0] == 0


def test_the_library_reads_encrypted_files(repository, twins):
    identity = repository.key_file.read_text()
    repository.key_file.unlink()
    for name in ("enc-bundle.yaml", Path("enc-bundle.yaml")):
        text = talosgen.read_text(name, identities=identity)
        assert talosgen.SecretsBundle.load(text) == talosgen.SecretsBundle.load(BUNDLE)
    assert talosgen.read_text("bundle.yaml") == BUNDLE
    with pytest.raises(talosgen.InputError, match="no age identity was found"):
        talosgen.read_text("enc-bundle.yaml", environment={})
    with pytest.raises(talosgen.InputError, match=r"<identities>:1:1: this is no age identity"):
        talosgen.read_text("enc-bundle.yaml", identities="nonsense")
    config = talosgen.MachineConfig.load(talosgen.read_text("enc-config.yaml", identities=identity))
    assert config == talosgen.MachineConfig.load(CONFIG)
    patched = config.patch(talosgen.read_text("enc-many.yaml", identities=identity))
    assert patched.to_yaml() == config.patch(PATCH_2).to_yaml()


def test_ciphertext_is_never_taken_for_secrets(repository, twins):
    with pytest.raises(talosgen.InputError, match=r"s\.yaml: this bundle is encrypted"):
        talosgen.SecretsBundle.load((repository.folder / "enc-bundle.yaml").read_text(), "s.yaml")
    with pytest.raises(talosgen.InputError, match="sops"):
        talosgen.MachineConfig.load((repository.folder / "enc-config.yaml").read_text())
    with pytest.raises(talosgen.InputError, match="sops"):
        talosgen.MachineConfig.load(CONFIG).patch(repository.folder / "enc-patch.yaml")


HEAD = """sops:
    lastmodified: "2026-01-01T00:00:00Z"
    mac: x
    unencrypted_suffix: _unencrypted
    version: 3.13.3
    age:
"""
ONE = HEAD + "        - {recipient: a, enc: x}\n"
HOSTILE = {
    "a million recipients": ("a: x\n" + HEAD + "        - x\n" * 1_000_000, "more than 1000 keys"),
    "deep content": ("a: " + "[" * 9000 + "]" * 9000 + "\n" + ONE, "nesting deeper than 100 levels"),
    "a deep block": ("a: x\nsops: " + "{a: " * 9000 + "}" * 9000 + "\n", "nesting deeper than 100 levels"),
    "aliases without end": (
        "a0: &a0 [x, x]\n"
        + "".join(f"a{at}: &a{at} [*a{at - 1}, *a{at - 1}, *a{at - 1}]\n" for at in range(1, 40))
        + ONE,
        "more than a million nodes",
    ),
    "a pattern without end": (
        ONE.replace("unencrypted_suffix: _unencrypted", "encrypted_regex: ((a{1000}){1000}){1000}"),
        "no usable regular expression",
    ),
    "an empty block": ("a: x\nsops: {}\n", "sops.lastmodified"),
    "a key that is no key": ("a: x\n" + HEAD + "        - {recipient: [a], enc: 1}\n", "sops.age[0]"),
    "a foreign key without end": (
        "a: x\n" + HEAD.replace("    age:\n", "    pgp:\n") + "        - {fp: x}\n" * 999,
        "PGP can only be used through sops",
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize(
    "command",
    [["secrets", "decrypt"], ["secrets", "show"], ["validate", "-m", "metal", "-c"]],
    ids=["decrypt", "show", "validate"],
)
def test_a_hostile_file_is_refused_in_our_words(repository, monkeypatch, name, command):
    monkeypatch.setenv("PATH", "/nonexistent")
    repository.key()
    text, message = HOSTILE[name]
    (repository.folder / "h.yaml").write_text(text)
    status, out, said = repository.run(*command, "h.yaml")
    assert (status, out) == (1, "")
    assert message in said
    assert said.count("\n") <= 25


def test_a_key_file_under_a_passphrase_that_takes_for_ever_is_refused(repository, twins, monkeypatch):
    from talosgen.age import file as age
    from talosgen.age.passphrase import PassphraseRecipient

    locked = age.encrypt(repository.key_file.read_bytes(), [PassphraseRecipient("correct horse", 4)])
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("getpass.getpass", lambda prompt: "correct horse")
    repository.key_file.write_bytes(locked)
    assert repository.run("validate", "-c", "enc-config.yaml", "-m", "metal")[0] == 0
    repository.key_file.write_bytes(locked.replace(b" 4\n", b" 40\n", 1))
    status, out, said = repository.run("validate", "-c", "enc-config.yaml", "-m", "metal")
    assert (status, out) == (1, "")
    assert "its work factor is larger than 20" in said
