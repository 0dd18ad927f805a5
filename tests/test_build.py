"""``talosgen build``: what it writes, what it leaves alone, and what is left when it is killed."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from killed import KILLED, killed_at
from projects import CLUSTER, bundle_text, node, write

import talosgen
from talosgen.age import x25519
from talosgen.cli import main
from talosgen.errors import InputError
from talosgen.outputs import lock
from talosgen.outputs.build import build
from talosgen.secrets.access import Access

NOW = datetime(2026, 6, 1, tzinfo=UTC)
FILES = {
    "controlplane-cp1.yaml": node("10.0.0.21"),
    "controlplane-cp2.yaml": node("10.0.0.22"),
    "worker-w1.yaml": node("10.0.0.31"),
    "worker.yaml": "machine:\n  sysctls: {a: '1'}\n",
}
#: A certificate of Talos begins when it is made: the bundle of these tests was made today.
LATER = datetime.now(UTC) + timedelta(days=1)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The folder of a project, in a folder that is the working one."""
    monkeypatch.chdir(tmp_path)
    return write(tmp_path / "cluster", FILES)


def seen(folder):
    """Every file below a folder: its content, its mode, when it was written."""
    return {
        str(path.relative_to(folder)): (path.read_bytes(), stat.S_IMODE(path.stat().st_mode), path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def built(folder, **options):
    return {Path(file.path).name: file.action for file in build(talosgen.load(folder), now=LATER, **options).files}


def run(capsys, *arguments):
    status = main(list(arguments))
    captured = capsys.readouterr()
    return status, captured.out, captured.err


# -- what is written -----------------------------------------------------------------------------------


def test_each_node_has_a_config_and_the_cluster_a_talosconfig_and_commands(folder, capsys):
    status, out, err = run(capsys, "build")
    assert (status, err) == (0, "")
    assert out.splitlines() == [
        f"written    cluster/{name}"
        for name in ("rendered/cp1.yaml", "rendered/cp2.yaml", "rendered/w1.yaml", "talosconfig", "commands.sh")
    ]
    configs = talosgen.compile(talosgen.load(folder))
    for name, config in configs.items():
        assert (folder / "rendered" / f"{name}.yaml").read_text(encoding="utf-8") == config.to_yaml()


def test_what_is_written_is_its_owner_s_alone(folder):
    built(folder)
    assert stat.S_IMODE((folder / "rendered").stat().st_mode) == 0o700
    modes = {name: mode for name, (_, mode, _) in seen(folder).items()}
    assert {name: modes[name] for name in ("rendered/cp1.yaml", "rendered/.manifest.json", "talosconfig")} == {
        "rendered/cp1.yaml": 0o600, "rendered/.manifest.json": 0o600, "talosconfig": 0o600
    }  # fmt: skip
    assert modes["commands.sh"] == 0o700


def test_the_talosconfig_names_the_control_plane_and_works_for_a_year(folder):
    from talosgen.goyaml.construct import construct
    from talosgen.goyaml.reader import read

    built(folder)
    (root,) = read((folder / "talosconfig").read_text(encoding="utf-8"), "talosconfig")
    tree = construct(root, lambda at, message: pytest.fail(message))
    assert tree["context"] == "home"
    assert tree["contexts"]["home"]["endpoints"] == ["10.0.0.21", "10.0.0.22"]
    assert "nodes" not in tree["contexts"]["home"]


def test_building_again_writes_nothing_and_says_so(folder, capsys):
    run(capsys, "build")
    before = seen(folder)
    status, out, _ = run(capsys, "build")
    assert status == 0
    assert out.splitlines()[-1] == "cluster: nothing has changed"
    assert "written" not in out
    assert seen(folder) == before


def test_only_what_changed_is_written(folder):
    built(folder)
    (folder / "worker.yaml").write_text("machine:\n  sysctls: {a: '2'}\n", encoding="utf-8")
    assert built(folder) == {
        "cp1.yaml": "unchanged", "cp2.yaml": "unchanged", "w1.yaml": "written",
        "talosconfig": "unchanged", "commands.sh": "unchanged",
    }  # fmt: skip


def test_a_file_that_was_changed_by_hand_is_written_again(folder):
    built(folder)
    (folder / "rendered" / "w1.yaml").write_text("mine\n", encoding="utf-8")
    assert built(folder)["w1.yaml"] == "written"


def test_nodes_can_be_chosen_and_then_nothing_is_removed(folder, capsys):
    run(capsys, "build")
    (folder / "controlplane-cp2.yaml").unlink()
    assert run(capsys, "build", "--node", "w1")[0] == 0
    assert (folder / "rendered" / "cp2.yaml").exists()
    status, out, _ = run(capsys, "build", "--role", "worker")
    assert status == 0
    assert "cp1" not in out
    assert run(capsys, "build", "--node", "w7")[2] == ("error: cluster has no node 'w7'; it has cp1, w1\n")
    assert run(capsys, "build", "--role", "boss")[0] == 2


def test_a_patch_of_the_command_line_is_the_last_layer(folder, capsys):
    assert run(capsys, "build", "-p", '{"machine": {"sysctls": {"a": "9"}}}', "-p", "@more.yaml")[0] == 1
    Path("more.yaml").write_text("machine: {sysctls: {b: '8'}}\n", encoding="utf-8")
    assert run(capsys, "build", "-p", '{"machine": {"sysctls": {"a": "9"}}}', "-p", "@more.yaml")[0] == 0
    assert 'a: "9"\n        b: "8"' in (folder / "rendered" / "w1.yaml").read_text(encoding="utf-8")


def test_other_processes_write_the_same(folder, capsys):
    run(capsys, "build")
    before = seen(folder)
    assert run(capsys, "build", "-j", "2")[0] == 0
    assert seen(folder) == before


# -- what is removed -------------------------------------------------------------------------------------


def test_a_process_that_is_ended_before_its_time_is_told(folder, capsys, monkeypatch):
    from concurrent.futures.process import BrokenProcessPool, ProcessPoolExecutor

    def ended(*_, **__):
        raise BrokenProcessPool("A process in the process pool was terminated abruptly")

    monkeypatch.setattr(ProcessPoolExecutor, "submit", ended)
    status, out, err = run(capsys, "build", "-j", "2")
    assert (status, out) == (1, "")
    assert "a process that compiles nodes was ended" in err
    assert not (folder / "rendered").exists()


def test_a_node_that_is_gone_loses_its_config_and_is_to_be_retired(folder, capsys):
    run(capsys, "build")
    (folder / "controlplane-cp2.yaml").unlink()
    (folder / "rendered" / "notes.yaml").write_text("mine\n", encoding="utf-8")
    status, out, _ = run(capsys, "build")
    assert status == 0
    assert not (folder / "rendered" / "cp2.yaml").exists()
    assert (folder / "rendered" / "notes.yaml").exists()
    assert "removed    cluster/rendered/cp2.yaml" in out
    assert out.splitlines()[-4:] == [
        "  kubectl --kubeconfig cluster/kubeconfig drain cp2 --ignore-daemonsets --delete-emptydir-data",
        "  talosctl --talosconfig cluster/talosconfig etcd leave --nodes 10.0.0.22",
        "  talosctl --talosconfig cluster/talosconfig reset --nodes 10.0.0.22 --graceful --reboot "
        "--system-labels-to-wipe STATE --system-labels-to-wipe EPHEMERAL",
        "  kubectl --kubeconfig cluster/kubeconfig delete node cp2",
    ]
    assert "cp2" not in run(capsys, "build")[1]


def test_without_a_control_plane_there_are_no_commands(folder, capsys):
    run(capsys, "build")
    for name in ("cp1", "cp2"):
        (folder / f"controlplane-{name}.yaml").unlink()
    status, out, _ = run(capsys, "build")
    assert status == 0
    assert "removed    cluster/commands.sh" in out.splitlines()
    assert not (folder / "commands.sh").exists()
    assert "nothing has changed" in run(capsys, "build")[1]
    # Somebody's own stays, and is told.
    (folder / "commands.sh").write_text("echo mine\n", encoding="utf-8")
    assert run(capsys, "build")[0] == 1
    assert (folder / "commands.sh").exists()


def test_a_machine_that_has_another_name_by_now_is_not_reset(folder, capsys):
    run(capsys, "build")
    (folder / "worker-w1.yaml").rename(folder / "worker-w9.yaml")
    _, out, _ = run(capsys, "build")
    assert "reset" not in out
    assert out.splitlines()[-1] == "  kubectl --kubeconfig cluster/kubeconfig delete node w1"


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"files": {"../../x.yaml": {}}, "placeholder": false}', '{"files": 1, "placeholder": 1}']
)
def test_a_manifest_that_is_none_is_refused_and_leads_nowhere(folder, text):
    built(folder)
    (folder / "rendered" / ".manifest.json").write_text(text, encoding="utf-8")
    before = seen(folder)
    with pytest.raises(InputError, match="no manifest of a build"):
        built(folder)
    assert seen(folder) == before


# -- errors ------------------------------------------------------------------------------------------------


def test_what_is_wrong_is_told_all_at_once_and_nothing_is_written(folder, capsys):
    run(capsys, "build")
    before = seen(folder / "rendered")
    (folder / "worker.yaml").write_text("machine:\n  netwrok: {}\n", encoding="utf-8")
    (folder / "controlplane.yaml").write_text("machine: [x]\n", encoding="utf-8")
    status, out, err = run(capsys, "build")
    assert (status, out) == (1, "")
    assert "cluster/worker.yaml:2:3: " in err
    assert "cluster/controlplane.yaml:1:10: " in err
    assert seen(folder / "rendered") == before


def test_what_talos_would_refuse_stops_the_build_unless_it_is_not_to_look(folder, capsys):
    bad = "---\napiVersion: v1alpha1\nkind: WatchdogTimerConfig\ntimeout: 1m0s\n"
    (folder / "worker-w1.yaml").write_text(node("10.0.0.31") + bad, encoding="utf-8")
    status, out, err = run(capsys, "build")
    assert (status, out) == (1, "")
    assert "TG2415" in err
    assert not (folder / "rendered").exists()
    assert run(capsys, "build", "--no-validate")[0] == 0


BAD = "---\napiVersion: v1alpha1\nkind: WatchdogTimerConfig\ntimeout: 1m0s\n"


@pytest.mark.parametrize("secrets", [True, False])
def test_a_file_that_is_wrong_hides_nothing_that_is_wrong_with_other_nodes(folder, capsys, secrets):
    (folder / "worker-w1.yaml").write_text(node("10.0.0.31") + "---\nmachine: [x]\n", encoding="utf-8")
    (folder / "controlplane-cp1.yaml").write_text(node("10.0.0.21") + BAD, encoding="utf-8")
    if not secrets:
        (folder / "secrets.yaml").unlink()
    status, out, err = run(capsys, "build")
    assert (status, out) == (1, "")
    assert "cluster/worker-w1.yaml:5:10: " in err
    assert "TG2415" in err
    assert len(err.splitlines()) == (2 if secrets else 3)
    assert not (folder / "rendered").exists()
    # Only what is asked for is compiled, and looked at when it does not.
    assert "TG2415" not in run(capsys, "build", "--role", "worker")[2]
    assert "TG2415" not in run(capsys, "build", "--no-validate")[2]


@pytest.mark.parametrize("command", ["build", "check"])
def test_a_format_that_there_is_not_is_told_before_anything_is_done(folder, capsys, command):
    status, out, err = run(capsys, command, "--format", "xml")
    assert (status, out) == (2, "")
    assert "--format takes text, json, github or sarif" in err
    assert not (folder / "rendered").exists()


@pytest.mark.parametrize("command", ["build", "check"])
def test_no_project_is_a_finding_as_others_are(tmp_path, monkeypatch, capsys, command):
    monkeypatch.chdir(tmp_path)
    status, out, _ = run(capsys, command, "--json")
    assert status == 1
    assert ["there is no cluster.yaml here" in finding["message"] for finding in json.loads(out)["findings"]] == [True]


def test_a_project_that_is_named_twice_is_built_once(folder, tmp_path, capsys):
    (tmp_path / "link").symlink_to("cluster")
    status, out, err = run(capsys, "build", "cluster", "./cluster", str(folder), "link")
    assert (status, err) == (0, "")
    assert out.count("cp1.yaml") == 1


@pytest.mark.parametrize("form", ["--redact", "--placeholder-secrets"])
def test_a_folder_of_another_cluster_stays_as_it_is(folder, tmp_path, capsys, form):
    """What it has and the other has not would look as if it had been taken out of the cluster."""
    write(tmp_path / "other", {**FILES, "cluster.yaml": CLUSTER.replace("name: home", "name: away")})
    assert run(capsys, "build", "cluster", form, "--out", "there")[0] == 0
    before = seen(tmp_path / "there")
    status, out, err = run(capsys, "build", "other", form, "--out", "there")
    assert (status, out) == (1, "")
    assert "there: error: configs of the cluster home are in this folder; give another folder" in err
    assert seen(tmp_path / "there") == before
    assert "nothing has changed" in run(capsys, "build", "cluster", form, "--out", "there")[1]


def test_a_cluster_that_is_renamed_is_built_where_it_was(folder, capsys):
    run(capsys, "build", "--redact")
    (folder / "cluster.yaml").write_text(CLUSTER.replace("name: home", "name: away"), encoding="utf-8")
    assert run(capsys, "build", "--redact")[0] == 0


def test_a_folder_without_a_name_is_no_folder(folder, capsys):
    assert run(capsys, "build", "") == (2, "", "talosgen: DIR is empty\n")


def test_two_projects_do_not_share_a_folder(folder, tmp_path, capsys):
    write(tmp_path / "other" / "cluster", FILES)
    status, out, err = run(capsys, "build", "cluster", "other/cluster", "--out", "there")
    assert (status, out) == (1, "")
    assert "other/cluster: error: cluster and other/cluster would both be written to there/cluster" in err
    assert not (tmp_path / "there").exists()


def test_secrets_in_the_clear_where_git_takes_them_are_warned_of(folder, tmp_path, capsys):
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    assert "there/cp1.yaml: warning: this holds secrets in the clear" in run(capsys, "build", "--out", "there")[2]
    assert "secrets in the clear" not in run(capsys, "build")[2]
    assert "secrets in the clear" not in run(capsys, "build", "--redact", "--out", "masked")[2]
    assert "secrets in the clear" not in run(capsys, "build", "--placeholder-secrets", "--out", "nothing")[2]
    (tmp_path / ".gitignore").write_text("/there/\n", encoding="utf-8")
    assert "secrets in the clear" not in run(capsys, "build", "--out", "there")[2]


def test_findings_have_formats(folder, capsys):
    bad = "---\napiVersion: v1alpha1\nkind: WatchdogTimerConfig\ntimeout: 1m0s\n"
    (folder / "worker-w1.yaml").write_text(node("10.0.0.31") + bad, encoding="utf-8")
    status, out, _ = run(capsys, "build", "--json")
    assert status == 1
    assert [finding["code"] for finding in json.loads(out)["findings"]] == ["TG2415"]


def test_no_project_is_written_when_another_is_at_fault(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for name in ("a", "b"):
        write(tmp_path / "clusters" / name, FILES)
    (tmp_path / "clusters" / "b" / "worker.yaml").write_text("machine: [x]\n", encoding="utf-8")
    assert run(capsys, "build")[0] == 1
    assert not (tmp_path / "clusters" / "a" / "rendered").exists()
    (tmp_path / "clusters" / "b" / "worker.yaml").unlink()
    assert run(capsys, "build")[0] == 0
    assert (tmp_path / "clusters" / "a" / "rendered" / "w1.yaml").exists()
    assert (tmp_path / "clusters" / "b" / "rendered" / "w1.yaml").exists()


def test_a_base_is_checked_and_not_built(tmp_path, capsys):
    write(tmp_path, {"cluster.yaml": "apiVersion: talosgen/v1\nkind: Cluster\n"}, secrets=False)
    status, out, _ = run(capsys, "build", str(tmp_path))
    assert (status, out) == (0, f"{tmp_path}: a base without nodes, checked\n")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cluster.yaml"]


@pytest.mark.parametrize("name", ["rendered", "rendered/w1.yaml", "commands.sh", "talosconfig"])
def test_a_target_that_cannot_be_written_is_told_before_anything_is(folder, name):
    if name == "rendered":
        (folder / name).write_text("x", encoding="utf-8")
    else:
        (folder / name).mkdir(parents=True)
    with pytest.raises(InputError):
        built(folder)
    assert not (folder / "rendered" / "cp1.yaml").exists()


def test_a_folder_that_is_a_symbolic_link_is_refused(folder, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (folder / "rendered").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(InputError, match="symbolic link"):
        built(folder)
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_file_that_is_a_symbolic_link_is_replaced_not_followed(folder, tmp_path):
    (tmp_path / "victim").write_text("mine\n", encoding="utf-8")
    (folder / "rendered").mkdir()
    (folder / "rendered" / "w1.yaml").symlink_to(tmp_path / "victim")
    built(folder)
    assert (tmp_path / "victim").read_text(encoding="utf-8") == "mine\n"
    assert not (folder / "rendered" / "w1.yaml").is_symlink()


def test_commands_that_a_build_did_not_write_stay(folder):
    (folder / "commands.sh").write_text("#!/bin/sh\necho mine\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"commands\.sh"):
        built(folder)
    assert not (folder / "rendered").exists()


# -- the talosconfig ---------------------------------------------------------------------------------------


def talosconfig_at(folder, moment):
    build(talosgen.load(folder), now=moment)
    return (folder / "talosconfig").read_bytes()


def test_a_talosconfig_is_kept_while_a_third_of_its_life_remains(folder):
    first = talosconfig_at(folder, LATER)
    year = timedelta(hours=8760)
    assert talosconfig_at(folder, LATER + year * 0.66) == first
    second = talosconfig_at(folder, LATER + year * 0.67)
    assert second != first
    assert talosconfig_at(folder, LATER + year * 0.68) == second


@pytest.mark.parametrize("what", ["endpoints", "name", "bundle", "damage", "key", "context"])
def test_a_talosconfig_is_made_anew_when_it_does_not_agree(folder, what):
    first = talosconfig_at(folder, LATER)
    path = folder / "talosconfig"
    text = first.decode()
    if what == "endpoints":
        (folder / "controlplane-cp2.yaml").write_text(node("10.0.0.29"), encoding="utf-8")
    elif what == "name":
        (folder / "cluster.yaml").write_text(CLUSTER.replace("name: home", "name: house"), encoding="utf-8")
        path.unlink()
    elif what == "bundle":
        (folder / "secrets.yaml").write_text(talosgen.SecretsBundle.generate("v1.14").to_yaml(), encoding="utf-8")
    elif what == "damage":
        path.write_text(text.replace("crt: LS0t", "crt: XX0t"), encoding="utf-8")
    elif what == "key":
        other = talosgen.Talosconfig.generate("home", talosgen.load(folder).bundle).to_yaml()
        line = next(line for line in other.splitlines() if " key: " in line)
        path.write_text("".join(line + "\n" if " key: " in each else each + "\n" for each in text.splitlines()))
    else:
        path.write_text(text.replace("context: home", "context: other", 1), encoding="utf-8")
    assert talosconfig_at(folder, LATER) != first


def test_a_talosconfig_of_several_clusters_is_not_overwritten(folder):
    first = talosconfig_at(folder, LATER).decode()
    context = first.partition("contexts:\n")[2]
    (folder / "talosconfig").write_text(first + context.replace("home:", "work:"), encoding="utf-8")
    with pytest.raises(InputError, match="contexts of other clusters"):
        built(folder)


# -- .gitignore ----------------------------------------------------------------------------------------------


def git(folder, *arguments):
    return subprocess.run(["git", "-C", folder, *arguments], capture_output=True, text=True, check=True).stdout


def test_what_must_stay_local_is_ignored(folder, tmp_path):
    git(tmp_path, "init", "-q")
    built(folder)
    told = git(tmp_path, "status", "--porcelain", "-uall")
    assert not any(name in told for name in ("rendered", "talosconfig", "lock"))
    assert "commands.sh" in told


def test_lines_of_a_gitignore_stay_and_missing_ones_are_added(folder):
    (folder / ".gitignore").write_text("mine\nrendered/", encoding="utf-8")
    built(folder)
    assert (folder / ".gitignore").read_text(encoding="utf-8") == (
        "mine\nrendered/\n/talosconfig\n/kubeconfig\n/.talosgen.lock\n/.*.tmp\n"
    )


def test_what_git_ignores_already_needs_no_file(folder, tmp_path):
    git(tmp_path, "init", "-q")
    (tmp_path / ".gitignore").write_text("**/rendered/\ntalosconfig\nkubeconfig\n", encoding="utf-8")
    built(folder)
    assert not (folder / ".gitignore").exists()


# -- --out, --redact, placeholders --------------------------------------------------------------------------


def test_another_folder_takes_everything(folder, tmp_path, capsys):
    assert run(capsys, "build", "--out", "out")[0] == 0
    assert sorted(path.name for path in Path("out").iterdir()) == [
        ".manifest.json", "commands.sh", "cp1.yaml", "cp2.yaml", "talosconfig", "w1.yaml"
    ]  # fmt: skip
    assert not (folder / "rendered").exists()
    assert "./cp1.yaml" in Path("out/commands.sh").read_text(encoding="utf-8")


def test_another_folder_is_not_overwritten(folder, capsys):
    Path("out").mkdir()
    Path("out/w1.yaml").write_text("mine\n", encoding="utf-8")
    assert run(capsys, "build", "--out", "out")[0] == 1
    assert Path("out/w1.yaml").read_text(encoding="utf-8") == "mine\n"
    assert run(capsys, "build", "--out", "cluster")[0] == 1


def test_placeholders_go_nowhere_but_to_a_folder_of_their_own(folder, capsys):
    assert run(capsys, "build", "--placeholder-secrets")[0] == 2
    assert run(capsys, "build", "--placeholder-secrets", "--out", "cluster/rendered")[0] == 1
    assert run(capsys, "build", "--placeholder-secrets", "--out", "out")[0] == 0
    assert sorted(path.name for path in Path("out").iterdir()) == [".manifest.json", "cp1.yaml", "cp2.yaml", "w1.yaml"]
    assert "placeholder/" in Path("out/cp1.yaml").read_text(encoding="utf-8")
    assert run(capsys, "build", "--out", "out")[0] == 1
    assert run(capsys, "build", "--out", "real")[0] == 0
    assert run(capsys, "build", "--placeholder-secrets", "--out", "real")[0] == 1


def test_a_bundle_of_placeholders_in_a_project_is_seen_for_what_it_is(folder, capsys):
    from talosgen.project import placeholder

    (folder / "secrets.yaml").write_text(placeholder.bundle().to_yaml(), encoding="utf-8")
    assert run(capsys, "build")[0] == 1
    assert run(capsys, "commands")[0] == 1
    assert run(capsys, "emit", "w1")[0] == 0
    for command in (["talosconfig"], ["kubeconfig", "--cluster-endpoint", "https://10.0.0.10:6443"]):
        status, out, err = run(
            capsys, *command, "--with-secrets", "cluster/secrets.yaml", "--cluster-name", "home", "-o", "-"
        )
        assert (status, out) == (1, "")
        assert "placeholders" in err


def test_a_redacted_copy_shows_no_secret(folder, capsys):
    (folder / "worker.yaml").write_text("machine:\n  env: {PASSWORD: hunter22}\n", encoding="utf-8")
    (folder / "vars.sops.yaml").write_text("label: bigsecret\nnumber: 700123\n", encoding="utf-8")
    (folder / "worker-w1.yaml").write_text(
        node("10.0.0.31") + "---\nmachine:\n  sysctls: {a: 'x-${secrets.label}'}\n---\n"
        "apiVersion: v1alpha1\nkind: LinkConfig\nname: eth0\nmtu: ${secrets.number}\n",
        encoding="utf-8",
    )
    assert run(capsys, "build", "--redact")[0] == 0
    text = (folder / "redacted" / "w1.yaml").read_text(encoding="utf-8")
    assert not any(secret in text for secret in ("hunter22", "bigsecret", "700123"))
    assert 'a: "******"' in text or "a: '******'" in text
    token = talosgen.SecretsBundle.load(bundle_text()).trustdinfo.token
    assert token not in "".join(path.read_text(encoding="utf-8") for path in (folder / "redacted").iterdir())
    assert not (folder / "talosconfig").exists()


# -- --encrypt ------------------------------------------------------------------------------------------------


@pytest.fixture
def encrypting(folder, tmp_path):
    """A project with a rule for encrypted configs, and who opens them."""
    identity = x25519.X25519Identity.generate()
    rule = f"creation_rules:\n  - path_regex: \\.sops\\.yaml$\n    age: {identity.recipient}\n"
    (tmp_path / ".sops.yaml").write_text(rule, encoding="utf-8")
    return folder, identity


def encrypted(folder, identity, moment="2026-01-01T00:00:00Z"):
    access = Access({}, str(folder.parent), identities=[identity], now=lambda: moment)
    return build(talosgen.load(folder), form="encrypted", access=access, now=LATER)


def test_encrypted_configs_hold_every_value_and_nothing_in_the_clear(encrypting):
    folder, identity = encrypting
    encrypted(folder, identity)
    texts = {name: config.to_yaml() for name, config in talosgen.compile(talosgen.load(folder)).items()}
    for name, text in texts.items():
        path = folder / "encrypted" / f"{name}.sops.yaml"
        assert talosgen.MachineConfig.load(
            talosgen.read_text(path, identities=identity.secret_text()), name
        ) == talosgen.MachineConfig.load(text)
        for line in path.read_text(encoding="utf-8").partition("\nsops:")[0].splitlines():
            _, _, value = line.partition(": ")
            assert value in ("", "[]", "{}", '""') or "ENC[" in value, line
    assert not (folder / "rendered").exists()
    script = (folder / "commands.sh").read_text(encoding="utf-8")
    assert "configure 10.0.0.21 encrypted/cp1.sops.yaml" in script
    assert 'talosgen secrets decrypt "$2"' in script


def test_encrypted_configs_stay_untouched_while_nothing_changes(encrypting):
    folder, identity = encrypting
    encrypted(folder, identity)
    before = seen(folder)
    assert {file.action for file in encrypted(folder, identity, "2027-01-01T00:00:00Z").files} == {"unchanged"}
    assert seen(folder) == before


def test_a_change_leaves_the_ciphertext_of_everything_else(encrypting):
    folder, identity = encrypting
    encrypted(folder, identity)
    before = (folder / "encrypted" / "w1.sops.yaml").read_text(encoding="utf-8").splitlines()
    (folder / "worker.yaml").write_text("machine:\n  sysctls: {a: '2'}\n", encoding="utf-8")
    encrypted(folder, identity, "2027-01-01T00:00:00Z")
    after = (folder / "encrypted" / "w1.sops.yaml").read_text(encoding="utf-8").splitlines()
    different = [line.strip() for line in set(after) - set(before)]
    assert sorted(line.split(":")[0] for line in different) == ["a", "lastmodified", "mac"]


def test_another_recipient_encrypts_anew(encrypting):
    folder, identity = encrypting
    encrypted(folder, identity)
    other = x25519.X25519Identity.generate()
    path = folder.parent / ".sops.yaml"
    path.write_text(path.read_text(encoding="utf-8").rstrip("\n") + f",{other.recipient}\n", encoding="utf-8")
    encrypted(folder, identity)
    assert talosgen.read_text(folder / "encrypted" / "w1.sops.yaml", identities=other.secret_text())


def test_whoever_cannot_open_the_files_writes_them_anew(encrypting):
    folder, identity = encrypting
    encrypted(folder, identity)
    assert {file.action for file in encrypted(folder, x25519.X25519Identity.generate()).files} == {
        "written", "unchanged"
    }  # fmt: skip
    assert talosgen.read_text(folder / "encrypted" / "w1.sops.yaml", identities=identity.secret_text())


@pytest.mark.parametrize("more", ["encrypted_regex: ^key$", "unencrypted_suffix: _x", "encrypted_suffix: key"])
def test_a_rule_that_leaves_values_in_the_clear_is_refused(encrypting, more):
    folder, identity = encrypting
    path = folder.parent / ".sops.yaml"
    path.write_text(path.read_text(encoding="utf-8") + f"    {more}\n", encoding="utf-8")
    with pytest.raises(InputError, match="encrypted whole"):
        encrypted(folder, identity)
    assert not (folder / "encrypted").exists()


def test_a_key_that_sops_leaves_in_the_clear_is_refused(encrypting):
    folder, identity = encrypting
    (folder / "worker.yaml").write_text("machine:\n  env: {TOKEN_unencrypted: secret}\n", encoding="utf-8")
    with pytest.raises(InputError, match="would stay in the clear"):
        encrypted(folder, identity)
    assert not (folder / "encrypted").exists()


def test_nobody_to_encrypt_for_is_said_once(folder, capsys):
    status, _, err = run(capsys, "build", "--encrypt")
    assert status == 1
    assert len(err.splitlines()) == 1


# -- two builds, and one that is killed ----------------------------------------------------------------------


def test_two_builds_do_not_write_at_once(folder):
    with lock.held(str(folder)), pytest.raises(InputError, match="another build"):
        built(folder)
    assert not (folder / "rendered").exists()
    assert built(folder)["w1.yaml"] == "written"
    assert not (folder / lock.NAME).exists()


def test_a_process_that_is_told_to_end_leaves_nothing_unfinished(tmp_path):
    """What waits to be renamed may be a key, where Git does not ignore it."""
    code = (
        "import os, signal, sys\n"
        "from talosgen import files\n"
        "os.fsync = lambda descriptor: os.kill(os.getpid(), signal.SIGTERM)\n"
        "files.write({'key': b'secret', 'other': b'secret'}, make_folders=False)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, check=False,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (143, b"")
    assert list(tmp_path.iterdir()) == []


def test_a_lock_that_was_left_behind_holds_nobody(folder):
    (folder / lock.NAME).touch()
    assert built(folder)["w1.yaml"] == "written"


def test_a_build_that_is_killed_leaves_whole_files_and_the_next_one_is_right(tmp_path):
    source = write(tmp_path / "source", FILES)
    built(source)
    old = {name: content for name, (content, _, _) in seen(source).items()}
    (source / "worker.yaml").write_text("machine:\n  sysctls: {a: '2'}\n", encoding="utf-8")
    (source / "controlplane.yaml").write_text("machine:\n  sysctls: {a: '2'}\n", encoding="utf-8")
    (source / "controlplane-cp2.yaml").unlink()
    (source / "worker-w2.yaml").write_text(node("10.0.0.32"), encoding="utf-8")
    changed = tmp_path / "changed"
    shutil.copytree(source, changed)
    built(changed)
    new = {name: content for name, (content, _, _) in seen(changed).items()}
    step = 0
    alive = True
    while alive:
        step += 1
        folder = tmp_path / f"killed-{step}"
        shutil.copytree(source, folder)
        alive = killed_at(step, folder, "build", str(folder)) == KILLED
        for name, (content, _, _) in seen(folder).items():
            if not name.endswith(".tmp") and name not in (lock.NAME, "talosconfig", "rendered/.manifest.json"):
                assert content in (old.get(name), new.get(name)), (step, name)
        assert (folder / "talosconfig").read_bytes().startswith(b"context: home\n")
        built(folder)
        after = {name: content for name, (content, _, _) in seen(folder).items()}
        assert set(after) == set(new)
        del after["talosconfig"]
        assert after == {name: content for name, content in new.items() if name != "talosconfig"}, step
    # Three configs, the talosconfig, commands.sh, the manifest twice: each is opened, synced and renamed.
    assert step > 15


# -- emit ------------------------------------------------------------------------------------------------------


def test_emit_prints_what_build_writes(folder, capsys):
    run(capsys, "build")
    status, out, err = run(capsys, "emit", "w1")
    assert (status, err) == (0, "")
    assert out == (folder / "rendered" / "w1.yaml").read_text(encoding="utf-8")
    assert run(capsys, "emit", "w1", "cluster")[1] == out
    assert run(capsys, "emit", "w9")[0] == 1
    assert run(capsys, "emit")[0] == 2


def test_emit_with_placeholders_is_the_same_for_everybody(folder, capsys):
    first = run(capsys, "emit", "cp1", "--placeholder-secrets")[1]
    (folder / "secrets.yaml").unlink()
    assert run(capsys, "emit", "cp1", "--placeholder-secrets")[1] == first
    assert "placeholder/" in first
