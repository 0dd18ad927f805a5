"""``validate`` on the command line, and the same in the library."""

from __future__ import annotations

import json

import pytest

import talosgen
from talosgen.cli import main

GOOD = "machine:\n  type: worker\n  install: {disk: /dev/sda}\n  ca: {crt: Zm9v}\ncluster:\n  controlPlane: {endpoint: 'https://h:6443'}\n"
BAD = GOOD.replace("type: worker", "type: nope") + "---\napiVersion: v1alpha1\nkind: VLANConfig\nname: v\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "good.yaml").write_text(GOOD)
    (tmp_path / "bad.yaml").write_text(BAD)
    return tmp_path


def run(capsys, *arguments):
    status = main(["validate", *arguments])
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def test_a_config_that_talos_takes(folder, capsys):
    status, out, err = run(capsys, "-c", "good.yaml", "-m", "cloud")
    assert (status, out, "error" in err) == (0, "good.yaml is valid for cloud mode\n", False)


def test_all_findings_at_once_with_their_places(folder, capsys):
    status, out, err = run(capsys, "--config", "bad.yaml", "--mode", "metal")
    assert (status, out) == (1, "")
    assert "bad.yaml:2:9: error[TG" in err
    assert "bad.yaml:8:1: error[TG" in err
    assert "parent" in err


def test_the_other_formats_go_to_standard_output(folder, capsys):
    status, out, err = run(capsys, "-c", "bad.yaml", "-m", "metal", "--json")
    assert (status, err) == (1, "")
    assert {found["severity"] for found in json.loads(out)["findings"]} >= {"error"}
    assert run(capsys, "-c", "good.yaml", "-m", "cloud", "--format", "sarif")[0] == 0


@pytest.mark.parametrize("arguments", [["-c", "good.yaml"], ["-m", "metal"], ["-c", "good.yaml", "-m", "moon"]])
def test_what_is_asked_for(folder, capsys, arguments):
    assert run(capsys, *arguments)[0] == 2


def test_what_is_no_config_is_found_as_well(folder, capsys):
    (folder / "odd.yaml").write_text("machine: {nope: 1}")
    assert "odd.yaml:1:11: error" in run(capsys, "-c", "odd.yaml", "-m", "metal")[2]
    assert run(capsys, "-c", "none.yaml", "-m", "metal")[0] == 1
    (folder / "new.yaml").write_text(f"{GOOD}---\napiVersion: v2\nkind: New\n")
    assert run(capsys, "-c", "new.yaml", "-m", "cloud")[0] == 1
    assert run(capsys, "-c", "new.yaml", "-m", "cloud", "--allow-unknown")[0] == 0


def test_the_library_validates():
    config = talosgen.MachineConfig.load(GOOD)
    assert [problem for problem in config.validate("cloud") if problem.severity == "error"] == []
    assert [problem.path for problem in talosgen.MachineConfig.load(BAD).validate("cloud")].count("machine.type") == 1
