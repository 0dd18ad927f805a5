"""Faults of configs: place, path, remedy; no secret in a message."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import talosgen
from talosgen import InputError, MachineConfig
from talosgen.config.loader import load
from talosgen.patching.load import load as load_patch

DOCUMENT = "apiVersion: v1alpha1\nkind: "


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("machine:\n  tpye: worker\n", 'c.yaml:2:3: machine.tpye: unknown key "tpye"; did you mean "type"?'),
        (DOCUMENT + "KubeletConfg\n", 'c.yaml:1:1: unknown kind "KubeletConfg"; did you mean KubeletConfig?'),
        ("kind: KubeletConfig\n", "c.yaml:1:1: the document has no apiVersion; add `apiVersion: v1alpha1`"),
        ("version: v1alpha1\n", "the document has no kind; add `kind:`"),
        ("machine:\n  certSANs: x\n", "c.yaml:2:13: machine.certSANs: expected a list, found a single value"),
        ("machine:\n  time:\n    disabled: 1\n", "c.yaml:3:15: machine.time.disabled: expected true or false"),
        ("machine:\n  files: [null]\n", "c.yaml:2:11: machine.files[0]: null is not allowed"),
        ("debug: true\n---\ndebug: true\n", "c.yaml:3:1: document v1alpha1 stands already in line 1"),
        ("machine: {}\nmachine: {}\n", "c.yaml:2:1: machine: this key stands already in line 1"),
        ("- a\n", "c.yaml:1:1: expected a document: a mapping at the root"),
        ("", "c.yaml: no config document found"),
        ("machine:\n  sysctls: {<<: {a: b}}\n", "a merge key cannot be used here"),
        (DOCUMENT + "LinkConfig\nname: e\n---\n" + DOCUMENT + "BondConfig\nname: e\n", "exclude each other"),
        (DOCUMENT + "FilesystemTrimConfig\ninterval: 5\n", "c.yaml:3:11: interval: expected a duration such as 1h30m"),
    ],
)
def test_a_fault_says_where_what_and_how(text, message):
    with pytest.raises(InputError) as caught:
        MachineConfig.load(text, "c.yaml")
    assert message in str(caught.value)


def test_all_faults_come_at_once():
    text = (
        "machine:\n  tpye: worker\n  certSANs: x\n---\n"
        + DOCUMENT
        + "Nope\n---\n"
        + DOCUMENT
        + "KubePrismConfig\nport: x\n"
    )
    with pytest.raises(InputError) as caught:
        MachineConfig.load(text, "c.yaml")
    lines = [problem.place.line for problem in caught.value.problems]
    assert lines == [2, 3, 5, 10]


def test_no_value_is_in_a_message():
    secret = "S3CR3T"
    texts = [
        f"machine:\n  token: [{secret}]\n", f"machine:\n  ca: {{key: '{secret}!'}}\n", f"cluster:\n  secret: {{{secret}: 1}}\n",
        f"machine:\n  token: {secret}\n  token: {secret}\n", f"machine: {secret}\n", f"machine:\n  token: '{secret}\n",
    ]  # fmt: skip
    for text in texts:
        with pytest.raises(InputError) as caught:
            MachineConfig.load(text, "c.yaml")
        assert secret not in str(caught.value).replace(f".{secret}", "")


def test_nothing_shows_a_secret_by_accident():
    config = MachineConfig.load("machine:\n  token: S3CR3T\n")
    shown = [repr(config), repr(config.documents), repr(list(config)), str(config)]
    assert not any("S3CR3T" in text for text in shown)


def test_a_long_key_of_a_typed_map_takes_the_explicit_form():
    host = "h" * 129
    config = MachineConfig.load(
        f"machine:\n  registries:\n    mirrors:\n      {host}: {{endpoints: [a]}}\n      x: {{}}\n"
    )
    assert (
        f"            ? {host}\n            :   endpoints:\n                    - a\n            x:\n"
        in config.to_yaml()
    )


def test_deep_free_form_values_need_no_recursion():
    deep = "{a: " * 2_000 + "1" + "}" * 2_000
    text = f"machine:\n  kubelet:\n    extraConfig: {deep}\n"
    config = MachineConfig.load(text)
    assert config == MachineConfig.load(text)
    assert config.to_dict()[0]["machine"]["kubelet"]["extraConfig"]["a"]["a"]
    assert load_patch(text).apply(load(text)).to_yaml() == config.to_yaml()


def test_a_config_is_patched_by_texts_and_files(tmp_path):
    config = MachineConfig.load("machine: {type: worker}\n")
    file = tmp_path / "p.yaml"
    file.write_text("machine: {certSANs: [b]}\n")
    patched = talosgen.patch(config, "machine: {certSANs: [a]}", file)
    assert patched.to_dict() == [{"machine": {"type": "worker", "certSANs": ["a", "b"]}}]
    assert config.to_dict() == [{"machine": {"type": "worker"}}]
    told = [(change.action, change.path, str(change.place)) for change in patched.history("machine.certSANs")]
    assert told == [("set", "machine.certSANs[0]", "<patch 1>:1:22"), ("set", "machine.certSANs[1]", f"{file}:1:22")]
    assert patched.history("machine.cert") == patched.history("machine.certSANs", "KubeletConfig/") == []
    with pytest.raises(InputError) as caught:
        config.patch("machine: {nope: 1}", tmp_path / "none.yaml", "cluster: [1]")
    assert len(caught.value.problems) == 3
    with pytest.raises(InputError, match="no file name"):
        config.patch(tmp_path / "a\0b")


def test_equality_is_by_meaning():
    assert MachineConfig.load("machine: {type: worker}\n") == MachineConfig.load('{"machine": {"type": "worker"}}')
    assert MachineConfig.load("debug: true\n") != MachineConfig.load("debug: false\n")


def test_the_plain_data_is_a_copy():
    config = MachineConfig.load("machine:\n  certSANs: [a]\n")
    config.to_dict()[0]["machine"]["certSANs"].append("b")
    assert config.to_dict() == [{"machine": {"certSANs": ["a"]}}]


def test_the_library_section_of_readme_runs(capsys):
    readme = (Path(talosgen.__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", readme, re.DOTALL)
    exec(compile(code, "README.md", "exec"), {})
    out = capsys.readouterr().out
    assert "kind: KubePrismConfig\nport: 7445\n" in out
    assert "\nenp1s0 10.0.0.11 None\nhostname cp1\nTG5071 " in out
    assert "\nTG2413 the installer has no image" in out
    assert "kind: UserVolumeConfig\nname: data\nprovisioning:\n" in out
    assert "key: LS0t" in out.partition("enp1s0 10")[0]
    assert "key: LS0t" not in out.partition("enp1s0 10")[2]
    assert out.endswith("\nstring 1.0 1.12 ('HostnameConfig',)\n")


def test_ci_runs_the_test_command_of_readme():
    root = Path(talosgen.__file__).parents[1]
    commands = [
        line.strip() for line in (root / "README.md").read_text(encoding="utf-8").splitlines() if line[:4] == "    "
    ]
    tests = [command for command in commands if "pytest" in command]
    assert len(tests) == 1
    assert tests[0].endswith("python -m pytest -q -n auto --dist worksteal")
    assert "\npython -m pytest -q -n auto --dist worksteal" in (root / ".ci" / "run").read_text(encoding="utf-8")
