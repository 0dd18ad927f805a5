"""``plan`` against builds: secrets that the project no longer knows stay masked; the last build is what counts."""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path

import pytest
from killed import KILLED, killed_at
from projects import CLUSTER, bundle_text, node, write

from talosgen.age import x25519
from talosgen.cli import main
from talosgen.outputs import manifest
from talosgen.outputs.commands import Machine
from talosgen.outputs.leaves import Finder
from talosgen.outputs.manifest import Manifest
from talosgen.outputs.masks import Masks
from talosgen.secrets.reading import values

#: Each stands in ordinary fields; all that is left of one of them in an output holds one of these words.
SECRETS = {
    "token": "tokhunter2", "list": "lishunter2", "number": 54231, "lines": "aaahunter2\nbbbhunter2\n",
    "url": "tcp://log.example:514#hunter2 x", "wait": "5430s", "nic": "enphunter2", "flag": "--x=hunter2",
}  # fmt: skip
CLEAR = re.compile(r"hunter2|54231|5430s|1h30m30s|%20x")
WORKER = """\
machine:
  udev: {rules: [first, '${secrets.list}', 'in ${secrets.token}']}
  sysctls: {a: '${secrets.lines}', b: '${secrets.number}'}
  kubelet: {extraArgs: {x: ['${secrets.flag}', other]}}
---
apiVersion: v1alpha1
kind: LinkConfig
name: ${secrets.nic}
mtu: ${secrets.number}
---
apiVersion: v1alpha1
kind: KmsgLogConfig
name: remote
url: ${secrets.url}
---
apiVersion: v1alpha1
kind: WatchdogTimerConfig
device: /dev/watchdog0
timeout: ${secrets.wait}
"""
FILES = {
    "cluster.yaml": CLUSTER.replace("v1.14.1", "v1.14.1\ncontract: v1.11") + "annotations: {note: 'is ${secrets.token}'}\n",
    "worker.yaml": WORKER,
    "worker-w1.yaml": node("10.0.0.31"),
    "controlplane-cp1.yaml": node("10.0.0.21"),
}  # fmt: skip


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A project with encrypted secrets, in a folder that is the working one, and a key at hand."""
    monkeypatch.chdir(tmp_path)
    identity = x25519.X25519Identity.generate()
    (tmp_path / "key.txt").write_text(f"{identity.secret_text()}\n", encoding="utf-8")
    monkeypatch.setenv("SOPS_AGE_KEY_FILE", str(tmp_path / "key.txt"))
    rule = f"creation_rules:\n  - path_regex: (\\.sops|secrets)\\.yaml$\n    age: {identity.recipient}\n"
    (tmp_path / ".sops.yaml").write_text(rule, encoding="utf-8")
    made = write(tmp_path / "cluster", FILES)
    assert main(["secrets", "encrypt", "cluster/secrets.yaml"]) == 0
    keep(made, SECRETS)
    return made


def keep(folder, secrets):
    """Write vars.sops.yaml, encrypted."""
    path = folder / "vars.sops.yaml"
    path.write_text(json.dumps(secrets), encoding="utf-8")
    assert main(["secrets", "encrypt", str(path)]) == 0
    assert b"hunter2" not in path.read_bytes()


def run(capsys, *arguments, status=0):
    capsys.readouterr()
    found = main(list(arguments))
    captured = capsys.readouterr()
    assert found == status, captured.err
    return captured.out, captured.err


def without(text, *lines):
    """A file without the lines that hold these words."""
    return "".join(line for line in text.splitlines(keepends=True) if not any(word in line for word in lines))


def all_gone(folder):
    (folder / "cluster.yaml").write_text(without(FILES["cluster.yaml"], "secrets."), encoding="utf-8")
    (folder / "worker.yaml").unlink()


def fields_gone(folder):
    (folder / "cluster.yaml").write_text(FILES["cluster.yaml"].replace("is ${secrets.token}", "none"), encoding="utf-8")
    text = without(WORKER, "udev", "sysctls", "kubelet", "url:", "mtu:").replace("machine:\n", "debug: true\n")
    text = text.replace("${secrets.nic}", "eth0").replace("timeout: ${secrets.wait}", "timeout: 1m")
    (folder / "worker.yaml").write_text(text + "---\nmachine: {udev: {rules: [first]}}\n", encoding="utf-8")


def replaced(folder):
    for name in ("cluster.yaml", "worker.yaml"):
        text = FILES[name].replace("'${secrets.lines}'", "plain").replace("'${secrets.number}'", "'1'")
        text = (
            text.replace("${secrets.number}", "1500")
            .replace("${secrets.wait}", "2m")
            .replace("url: ${secrets.url}", "url: tcp://h:1/")
        )
        (folder / name).write_text(re.sub(r"\$\{secrets\.\w+\}", "plain", text), encoding="utf-8")


def moved(folder):
    replaced(folder)
    text = (folder / "worker.yaml").read_text(encoding="utf-8")
    (folder / "worker.yaml").write_text(text.replace("[first, 'plain'", "['plain', second, first"), encoding="utf-8")


def nodes_gone(folder):
    (folder / "worker-w1.yaml").rename(folder / "worker-w2.yaml")
    all_gone(folder)


def changed(folder):
    text = json.dumps(SECRETS).replace("hunter2", "newer77").replace("54231", "9000").replace("5430s", "77s")
    keep(folder, json.loads(text))


CHANGES = {
    "all gone": all_gone, "fields gone": fields_gone, "replaced": replaced, "moved": moved, "nodes gone": nodes_gone,
    "changed": changed,
}  # fmt: skip


@pytest.mark.parametrize("form", ["rendered", "encrypted"])
@pytest.mark.parametrize("change", CHANGES)
def test_what_was_secret_in_the_last_build_is_not_shown(folder, capsys, form, change):
    run(capsys, "build", *(["--encrypt"] if form == "encrypted" else []), "cluster")
    assert run(capsys, "plan", "cluster")[0] == "nothing changes\n"
    CHANGES[change](folder)
    if change != "changed":
        (folder / "vars.sops.yaml").unlink()
    for kind in ("text", "json", "markdown"):
        out, err = run(capsys, "plan", "cluster", "--format", kind, status=3)
        assert not CLEAR.search(out + err), CLEAR.search(out + err)
        assert "newer77" not in out
        assert ("a secret" if change == "changed" and kind != "json" else "******") in out
    assert "hunter2" in run(capsys, "plan", "cluster", "--reveal", status=3)[0]


def test_the_manifest_tells_places_and_no_texts(folder, capsys):
    run(capsys, "build", "--encrypt", "cluster")
    path = folder / "encrypted" / ".manifest.json"
    text = path.read_text(encoding="utf-8")
    assert not CLEAR.search(text)
    groups = json.loads(text)["masked"]
    assert [group["files"] for group in groups] == [["cp1.sops.yaml"], ["w1.sops.yaml"]]
    assert "/0/machine/udev/rules/1" in groups[1]["places"]
    assert "/0/machine/udev/rules/0" not in groups[1]["places"]
    before = {each: each.stat().st_mtime_ns for each in folder.rglob("*")}
    assert "nothing has changed" in run(capsys, "build", "--encrypt", "cluster")[0]
    assert {each: each.stat().st_mtime_ns for each in folder.rglob("*")} == before


def test_a_text_that_is_a_secret_from_now_on_is_noted_where_no_file_changes(folder, capsys):
    for name in ("cluster.yaml", "worker.yaml"):
        (folder / name).write_text(FILES[name].replace("${secrets.token}", "tokhunter2"), encoding="utf-8")
    run(capsys, "build", "cluster")
    noted = "/0/machine/udev/rules/2"
    assert noted not in (folder / "rendered" / ".manifest.json").read_text(encoding="utf-8")
    for name in ("cluster.yaml", "worker.yaml"):
        (folder / name).write_text(FILES[name], encoding="utf-8")
    run(capsys, "build", "cluster")
    assert noted in (folder / "rendered" / ".manifest.json").read_text(encoding="utf-8")


def test_a_build_of_some_nodes_keeps_what_is_noted_of_others(folder, capsys):
    run(capsys, "build", "cluster")
    all_gone(folder)
    (folder / "vars.sops.yaml").unlink()
    run(capsys, "build", "--node", "cp1", "cluster")
    assert list(manifest.read(str(folder / "rendered")).masked) == ["w1.yaml"]
    out, _ = run(capsys, "plan", "cluster", status=3)
    assert "cp1" not in out
    assert not CLEAR.search(out)
    run(capsys, "build", "cluster")
    assert "masked" not in (folder / "rendered" / ".manifest.json").read_text(encoding="utf-8")


def test_a_project_without_secrets_notes_nothing(folder, capsys):
    all_gone(folder)
    run(capsys, "build", "cluster")
    assert "masked" not in json.loads((folder / "rendered" / ".manifest.json").read_text(encoding="utf-8"))


MACHINE = Machine("w1", "worker", "10.0.0.31", "w1")


@pytest.mark.parametrize(
    "masked",
    [1, "x", [1], {"a": 1}, [{}], [{"files": "w1.yaml", "places": []}], [{"files": ["w1.yaml"], "places": [1]}],
     [{"files": ["w1.yaml"], "places": ["x"]}], [{"files": [[]], "places": ["/0"]}], [None], None],
)  # fmt: skip
def test_a_manifest_that_notes_something_else_is_none(tmp_path, capsys, masked):
    tree = {"placeholder": False, "files": {"w1.yaml": MACHINE._asdict()}, "masked": masked}
    (tmp_path / ".manifest.json").write_text(json.dumps(tree), encoding="utf-8")
    with pytest.raises(manifest.InputError, match="no manifest of a build"):
        manifest.read(str(tmp_path))


def test_a_manifest_notes_nothing_of_files_that_it_has_not(tmp_path):
    tree = {"placeholder": False, "files": {"w1.yaml": MACHINE._asdict()}}
    path = tmp_path / ".manifest.json"
    path.write_text(json.dumps(tree), encoding="utf-8")
    assert manifest.read(str(tmp_path)) == Manifest({"w1.yaml": MACHINE})
    groups = [{"files": ["../x", "w1.yaml", "w9.yaml"], "places": ["/9/nowhere", "/", "/0"]}]
    path.write_text(json.dumps({**tree, "masked": groups}), encoding="utf-8")
    read = manifest.read(str(tmp_path))
    assert read.masked == {"w1.yaml": ("/9/nowhere", "/", "/0")}
    path.write_bytes(read.to_json())
    assert manifest.read(str(tmp_path)) == read


def test_a_short_secret_that_is_gone_hides_nothing_else(folder, capsys):
    (folder / "worker.yaml").write_text("machine: {sysctls: {a: '${secrets.flag}', b: '13'}}\n", encoding="utf-8")
    (folder / "cluster.yaml").write_text(CLUSTER, encoding="utf-8")
    keep(folder, {"flag": "2"})
    run(capsys, "build", "cluster")
    (folder / "worker.yaml").write_text("machine: {sysctls: {a: '4', b: '321'}}\n", encoding="utf-8")
    lines = run(capsys, "plan", "cluster", status=3)[0].splitlines()
    assert [line.strip() for line in lines if "sysctls" in line] == [
        "~ machine.sysctls.a: a secret", "~ machine.sysctls.b: 13 → 321"
    ]  # fmt: skip


def test_places_that_lead_nowhere_change_nothing(folder, capsys):
    all_gone(folder)
    run(capsys, "build", "cluster")
    path = folder / "rendered" / ".manifest.json"
    tree = json.loads(path.read_text(encoding="utf-8"))
    tree["masked"] = [{"files": ["w1.yaml"], "places": ["/0", "/0/machine", "/99/x", "/-1/y", "/", "/0/machine/0"]}]
    path.write_text(json.dumps(tree), encoding="utf-8")
    (folder / "worker.yaml").write_text("machine: {udev: {rules: [shown]}}\n", encoding="utf-8")
    assert "shown" in run(capsys, "plan", "cluster", status=3)[0]


# -- the last build --------------------------------------------------------------------------------------------


def age(folder, seconds):
    """Let all that a build wrote be some seconds older."""
    for path in folder.iterdir():
        moment = path.stat().st_mtime_ns - seconds * 10**9
        os.utime(path, ns=(moment, moment))


def label(folder, value):
    (folder / "worker-w1.yaml").write_text(node("10.0.0.31", f"labels: {{a: {value}}}\n"), encoding="utf-8")


def test_the_build_that_was_written_later_is_compared_with(folder, capsys):
    label(folder, "one")
    run(capsys, "build", "cluster")
    assert run(capsys, "plan", "cluster") == ("nothing changes\n", "")
    age(folder / "rendered", 100)
    label(folder, "two")
    run(capsys, "build", "--encrypt", "cluster")
    out, err = run(capsys, "plan", "cluster")
    assert out == "nothing changes\n"
    assert err.startswith(f"{Path('cluster') / 'encrypted'}: note: ")
    age(folder / "encrypted", 200)
    out, err = run(capsys, "plan", "cluster", "--json", status=3)
    assert json.loads(out)[0]["documents"][0]["values"][0]["before"] == "one"
    assert err.startswith(f"{Path('cluster') / 'rendered'}: note: ")


def test_configs_that_git_brought_are_newer_even_with_an_old_manifest(folder, capsys):
    run(capsys, "build", "--encrypt", "cluster")
    age(folder / "encrypted", 100)
    run(capsys, "build", "cluster")
    assert "rendered: note" in run(capsys, "plan", "cluster")[1]
    moment = (folder / "rendered" / ".manifest.json").stat().st_mtime_ns + 10**9
    os.utime(folder / "encrypted" / "w1.sops.yaml", ns=(moment, moment))
    assert "encrypted: note" in run(capsys, "plan", "cluster")[1]


def test_a_build_that_had_nothing_to_write_is_the_last_one_all_the_same(folder, capsys):
    label(folder, "one")
    run(capsys, "build", "--encrypt", "cluster")
    age(folder / "encrypted", 100)
    label(folder, "two")
    run(capsys, "build", "cluster")
    age(folder / "rendered", 50)
    label(folder, "one")
    assert "unchanged  cluster/encrypted/w1.sops.yaml" in run(capsys, "build", "--encrypt", "cluster")[0]
    assert run(capsys, "plan", "cluster")[0] == "nothing changes\n"
    run(capsys, "build", "--redact", "cluster")
    run(capsys, "build", "--out", "elsewhere", "cluster")
    assert "encrypted: note" in run(capsys, "plan", "cluster")[1]


def test_a_manifest_without_files_is_no_build(folder, capsys):
    run(capsys, "build", "cluster")
    age(folder / "rendered", 100)
    (folder / "encrypted").mkdir()
    (folder / "encrypted" / ".manifest.json").write_bytes(Manifest({}).to_json())
    assert run(capsys, "plan", "cluster") == ("nothing changes\n", "")


def test_a_build_that_is_killed_notes_what_is_secret_in_the_files_as_they_are(folder, tmp_path, capsys):
    (folder / "vars.sops.yaml").write_text("token: tokhunter2\n", encoding="utf-8")
    (folder / "secrets.yaml").write_text(bundle_text(), encoding="utf-8")
    (folder / "cluster.yaml").write_text(CLUSTER, encoding="utf-8")
    (folder / "worker.yaml").write_text("machine: {sysctls: {a: '${secrets.token}'}}\n", encoding="utf-8")
    run(capsys, "build", "cluster")
    (folder / "worker.yaml").write_text("machine: {sysctls: {b: '${secrets.token}'}}\n", encoding="utf-8")
    finder, step, seen, alive = Finder(Masks(["tokhunter2"])), 0, set(), True
    while alive:
        step += 1
        copy = tmp_path / f"killed-{step}"
        shutil.copytree(folder, copy)
        alive = killed_at(step, copy, "build", str(copy)) == KILLED
        places = finder.places((copy / "rendered" / "w1.yaml").read_text(encoding="utf-8"))
        assert set(places) <= set(manifest.read(str(copy / "rendered")).masked["w1.yaml"])
        seen |= set(places)
    assert seen == {"/0/machine/sysctls/a", "/0/machine/sysctls/b"}
    assert manifest.read(str(copy / "rendered")).masked == {"w1.yaml": ("/0/machine/sysctls/b",)}


def test_what_stands_encrypted_in_a_patch_is_a_secret_there_and_afterwards(folder, capsys):
    hidden = re.compile(r"hunter2|1437|/dev/wd7")
    text = WORKER.replace("${secrets.wait}", "1m").replace("watchdog0", "wd7")
    text = re.sub(r"\$\{secrets\.(\w+)\}", lambda found: str(SECRETS[found[1]]).strip().replace("\n", " "), text)
    text = text.replace("mtu: 54231", "mtu: 1437").replace("'54231'", "'yes'").replace("name: enphunter2", "name: eth0")
    (folder / "worker.yaml").write_text(text, encoding="utf-8")
    (folder / "cluster.yaml").write_text(CLUSTER.replace("v1.14.1", "v1.14.1\ncontract: v1.11"), encoding="utf-8")
    rules = Path(".sops.yaml").read_text(encoding="utf-8").replace(r"(\.sops|secrets)", r".*")
    Path(".sops.yaml").write_text(rules, encoding="utf-8")
    assert main(["secrets", "encrypt", "cluster/worker.yaml"]) == 0
    outputs = [run(capsys, "build", "cluster")[0], run(capsys, "build", "--redact", "cluster")[0]]
    assert hidden.search((folder / "rendered" / "w1.yaml").read_text(encoding="utf-8"))
    outputs.append((folder / "redacted" / "w1.yaml").read_text(encoding="utf-8"))
    assert "name: eth0\n" in outputs[-1]
    outputs += [run(capsys, "blame", "w1", "cluster", "--format", form)[0] for form in ("text", "json", "html")]
    outputs += [
        run(capsys, "explain", "w1", each, "cluster")[0] for each in ("v1alpha1", "LinkConfig", "KmsgLogConfig")
    ]
    (folder / "worker.yaml").rename(folder / "gone")
    outputs += [run(capsys, "plan", "cluster", "--format", form, status=3)[0] for form in ("text", "json", "markdown")]
    (folder / "gone").rename(folder / "worker.yaml")
    assert run(capsys, "plan", "cluster")[0] == "nothing changes\n"
    assert [hidden.findall(output) for output in outputs if hidden.search(output)] == []
    assert "hunter2" in run(capsys, "blame", "w1", "cluster", "--reveal")[0]


def test_what_a_file_keeps_secret():
    sealed = "machine: {type: 'ENC[a]', env: [x, 'ENC[b]', 'ENC[c]'], up: 'ENC[d]', z: plain}\nsops: {mac: 'ENC[e]'}\n---\nname: 'ENC[f]'\n"
    clear = "machine: {type: worker, env: [x, secret, ''], up: true, z: plain}\n---\nname: eth0\n"
    assert values(sealed.encode(), clear.encode()) == {"worker", "secret"}
