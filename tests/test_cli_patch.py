"""``patch``, ``patch derive`` and ``patch check`` on the command line, and the same in the library."""

from __future__ import annotations

import json
import stat

import pytest

import talosgen
from talosgen.cli import main

CONFIG = "machine:\n    type: worker\n    certSANs:\n        - a\n    nodeLabels:\n        x: z\n"
LINK = "apiVersion: v1alpha1\nkind: LinkConfig\nname: e0\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "c.yaml").write_text(CONFIG)
    (tmp_path / "p.yaml").write_text("machine: {certSANs: [b]}\n")
    return tmp_path


def run(capsys, *arguments):
    status = main(list(arguments))
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def test_merge_chooses_the_semantics(folder, capsys):
    patches = ("-p", "p.yaml", "-p", "p.yaml")
    assert run(capsys, "patch", "c.yaml", *patches)[1].count("- b\n") == 2
    assert run(capsys, "patch", "c.yaml", "--merge", "idempotent", *patches)[1].count("- b\n") == 1
    assert run(capsys, "patch", "c.yaml", "--merge=other", *patches)[0] == 2


def test_gen_config_takes_the_semantics_as_well(folder, capsys):
    arguments = ["gen", "config", "demo", "https://h:6443", "-t", "worker", "-o", "-"]
    patches = ["--config-patch", "machine: {sysctls: {$patch: replace, a: b}}"] * 2
    status, out, err = run(capsys, *arguments, *patches, "--merge", "idempotent")
    assert (status, out.count("$patch"), "warning" in err) == (0, 0, False)
    status, out, err = run(capsys, *arguments, *patches)
    assert (status, out.count("$patch: replace"), err.count("warning[TG0111 plain-directive]")) == (0, 1, 2)


def test_warnings_and_errors_are_told_with_their_texts_escaped(folder, capsys):
    (folder / "odd\x1b[31m.yaml").write_text("machine: {nodeLabels: {$patch: 'x'}}")
    status, _, err = run(capsys, "patch", "c.yaml", "-p", "@odd\x1b[31m.yaml")
    assert (status, err.startswith(r"odd\x1b[31m.yaml:1:24: warning[TG0111")) == (0, True)
    status, _, err = run(capsys, "patch", "c.yaml", "-p", "@no\x1bne.yaml")
    assert (status, err.startswith(r"no\x1bne.yaml: the file cannot be read")) == (1, True)


def test_an_empty_patch_under_talos_is_told_of(folder, capsys):
    (folder / "empty.yaml").write_text("# nothing\n")
    status, out, err = run(capsys, "patch", "c.yaml", "-p", "empty.yaml")
    assert (status, "note[TG0110 empty-patch]" in err) == (0, True)
    assert out.startswith("machine:\n  certSANs:\n  - a\n")
    assert run(capsys, "patch", "c.yaml", "-p", "empty.yaml", "--merge", "idempotent") == (0, CONFIG + "\n", "")


def test_documents_of_unknown_kinds_are_carried(folder, capsys):
    future = "apiVersion: v2\nkind: FutureConfig # new\nname: f\n"
    (folder / "c.yaml").write_text(f"{CONFIG}---\n{future}")
    assert run(capsys, "patch", "c.yaml", "-p", "p.yaml")[0] == 1
    status, out, _ = run(capsys, "patch", "c.yaml", "-p", "p.yaml", "--allow-unknown")
    assert (status, out.endswith(f"---\n{future}\n")) == (0, True)
    assert run(capsys, "patch", "check", "p.yaml", "--config", "c.yaml", "--allow-unknown")[0] == 0
    (folder / "d.yaml").write_text(f"{CONFIG}---\n{future}more: 1\n")
    status, out, _ = run(capsys, "patch", "derive", "c.yaml", "d.yaml", "--allow-unknown", "--reveal")
    assert (status, out) == (0, f"apiVersion: v2\nkind: FutureConfig\nname: f\n$patch: delete\n---\n{future}more: 1\n")


# -- derive ----------------------------------------------------------------------------------------


def test_the_patch_from_one_config_to_another(folder, capsys):
    (folder / "d.yaml").write_text("machine:\n    type: worker\n    certSANs:\n        - a\n        - b\n")
    status, out, err = run(capsys, "patch", "derive", "c.yaml", "d.yaml")
    assert (status, err) == (0, "")
    assert out == "machine:\n    nodeLabels:\n        $patch: delete\n---\nmachine:\n    certSANs:\n        - b\n"
    status, out, _ = run(capsys, "patch", "derive", "c.yaml", "d.yaml", "-o", "out.yaml")
    assert (status, out, stat.S_IMODE((folder / "out.yaml").stat().st_mode)) == (0, "", 0o600)
    patched = run(capsys, "patch", "c.yaml", "-p", "out.yaml")[1]
    assert patched == talosgen.MachineConfig.load((folder / "d.yaml").read_text()).to_yaml() + "\n"


def test_nothing_to_derive(folder, capsys):
    assert run(capsys, "patch", "derive", "c.yaml", "c.yaml") == (0, "", "nothing differs: there is no patch to make\n")


@pytest.mark.parametrize(
    ("config", "path"),
    [
        ("machine: {token: FAKE-SECRET}", "machine.token"),
        ("machine: {files: [{path: /a, content: FAKE-SECRET}]}", "machine.files[0].content"),
        ("apiVersion: v1alpha1\nkind: KmsgLogConfig\nname: k\nurl: tcp://u:FAKE-SECRET@h:1/", "url"),
    ],
)
def test_a_patch_that_would_hold_a_secret_is_refused(folder, capsys, config, path):
    (folder / "d.yaml").write_text(config)
    status, out, err = run(capsys, "patch", "derive", "c.yaml", "d.yaml")
    assert (status, out, "FAKE-SECRET" in err) == (1, "", False)
    assert f"{path}: the patch would hold this secret" in err
    status, out, _ = run(capsys, "patch", "derive", "c.yaml", "d.yaml", "--reveal")
    assert (status, "FAKE-SECRET" in out) == (0, True)


def test_faults_of_both_configs_are_told(folder, capsys):
    (folder / "bad.yaml").write_text("machine: {nope: 1}")
    status, _, err = run(capsys, "patch", "derive", "bad.yaml", "none.yaml")
    assert (status, err.count("\n"), "bad.yaml:1:11" in err, "none.yaml: " in err) == (1, 2, True, True)


def test_a_file_that_is_named_like_a_command(folder, capsys):
    (folder / "derive").write_text(CONFIG)
    assert run(capsys, "patch", "./derive", "-p", "p.yaml")[0] == 0
    assert run(capsys, "patch", "-p", "p.yaml", "derive")[0] == 0
    assert run(capsys, "mc", "patch", "check", "p.yaml")[0] == 0


def test_the_library_derives_and_compiles(folder):
    before = talosgen.MachineConfig.load(CONFIG)
    after = before.patch("machine: {nodeLabels: {$patch: replace, q: r}, certSANs: [a, b]}", merge="idempotent")
    patches = talosgen.derive(before, after)
    assert len(patches) == 2
    assert before.patch(*patches) == after
    compiled = talosgen.compile_to_talos("machine: {nodeLabels: {$patch: replace, q: r}, certSANs: [a, b]}", before)
    assert compiled == patches
    assert talosgen.compile_to_talos("machine: {certSANs: [b]}", before) == ["machine: {certSANs: [b]}"]
    with pytest.raises(talosgen.InputError, match=r"machine\.token"):
        talosgen.derive(before, before.patch("machine: {token: x}"))


# -- check -----------------------------------------------------------------------------------------


def test_findings_and_the_exit_status(folder, capsys):
    status, out, _ = run(capsys, "patch", "check", "p.yaml")
    assert status == 0
    assert out == (
        "p.yaml:1:21: warning[TG0105 may-not-be-idempotent]: machine.certSANs: the elements of this list are appended each time\n"
    )
    assert run(capsys, "patch", "check", "p.yaml", "--strict")[0] == 1
    status, out, _ = run(capsys, "patch", "check", "p.yaml", "--config", "c.yaml")
    assert (status, "warning[TG0104 not-idempotent]: machine.certSANs" in out) == (0, True)
    assert run(capsys, "patch", "check", "p.yaml", "--config", "c.yaml", "--merge", "idempotent") == (0, "", "")
    assert run(capsys, "patch", "check", "p.yaml", "machine: {nope: 1}", "none.yaml")[0] == 1
    assert run(capsys, "patch", "check")[0] == 2
    assert run(capsys, "patch", "check", "p.yaml", "--format", "xml")[0] == 2


def test_the_formats(folder, capsys):
    status, out, _ = run(capsys, "patch", "check", "p.yaml", "--json")
    assert (status, [found["code"] for found in json.loads(out)["findings"]]) == (0, ["TG0105"])
    assert run(capsys, "patch", "check", "p.yaml", "--format", "github")[1].startswith(
        "::warning file=p.yaml,line=1,col=21,"
    )
    sarif = json.loads(run(capsys, "patch", "check", "p.yaml", "--format", "sarif")[1])
    assert sarif["runs"][0]["results"][0]["ruleId"] == "TG0105"


def test_no_secret_is_in_a_finding(folder, capsys):
    (folder / "c.yaml").write_text("machine: {ca: {crt: YQ==, key: RkFLRS1TRUNSRVQ=}, token: FAKE-SECRET}")
    (folder / "p.yaml").write_text("machine: {ca: {crt: Yg==}, token: FAKE-SECRET}")
    (folder / "q.yaml").write_text("machine: {token: FAKE-SECRET-2}")
    for name in ("text", "json", "github", "sarif"):
        _, out, err = run(capsys, "patch", "check", "p.yaml", "q.yaml", "--config", "c.yaml", "--format", name)
        assert "wiped-by-absence" in out
        assert "conflicting-patches" in out
        assert not any(secret in out + err for secret in ("FAKE-SECRET", "RkFLRS1TRUNSRVQ="))


def test_the_library_checks():
    config = talosgen.MachineConfig.load(CONFIG)
    (found,) = talosgen.check_patches("machine: {certSANs: [b]}", config=config)
    assert (found.code, found.severity, str(found.place)) == ("TG0104", "warning", "<patch 1>:1:21")
    assert talosgen.check_patches("machine: {certSANs: [b]}", config=config, merge="idempotent") == []
