"""``talosgen check``: all that should stop a change to projects, each finding once."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta

import pytest
from projects import CLUSTER, bundle_text, node

from talosgen import files
from talosgen.goyaml.construct import construct
from talosgen.goyaml.reader import read
from talosgen.outputs.build import build
from talosgen.outputs.check import check
from talosgen.project.frontends import opened

#: The bundle of these tests was made today.
NOW = datetime.now(UTC) + timedelta(days=1)
WATCHDOG = "---\napiVersion: v1alpha1\nkind: WatchdogTimerConfig\ntimeout: 1m0s\n"


def plain(text):
    (root,) = read(text, "<test>")
    return construct(root, lambda at, message: pytest.fail(message))


@pytest.fixture
def project(tree):
    """A project in a Git work tree, its secrets encrypted for two people."""
    tree.rules("ann", "bob")
    tree.write("cluster/secrets.yaml", tree.encrypted(plain(bundle_text()), "ann", "bob"))
    tree.write("cluster/cluster.yaml", CLUSTER)
    tree.write("cluster/controlplane-cp1.yaml", node("10.0.0.21"))
    tree.write("cluster/worker-w1.yaml", node("10.0.0.31"))
    tree.write("cluster/worker-w2.yaml", node("10.0.0.32"))
    tree.stage()
    return tree


def found(tree, *people, folders=("cluster",), **options):
    """The findings: severity, code, place, message."""
    tree.stage()
    made = check(folders, tree.access(*people), now=NOW, **options)
    return [(problem.severity, problem.code, str(problem.place or ""), problem.message) for problem in made.findings]


def codes(tree, *people, **options):
    return [(severity, code, place) for severity, code, place, _ in found(tree, *people, **options)]


# -- what passes ---------------------------------------------------------------------------------------


def test_a_project_that_is_right_has_no_finding(project):
    assert found(project, "ann") == []


def test_it_passes_without_any_key(project):
    made = found(project)
    assert [(severity, code) for severity, code, _, _ in made] == [("note", "TG7003"), ("note", "TG6010")]
    status, out, err = project.run("check")
    assert status == 0
    assert err == "cluster: 3 nodes compiled\n"
    assert out.count("\n") == 2


def test_that_no_key_is_there_can_be_an_error(project):
    project.write("cluster/worker-w3.yaml", project.encrypted(plain(node("10.0.0.33")), "ann", "bob"))
    made = found(project, require_keys=True)
    assert {code for severity, code, _, _ in made if severity == "error"} == {
        "sops-no-identity", "TG7002", "TG7003", "TG6010"
    }  # fmt: skip
    assert project.run("check", "--require-keys")[0] == 1
    # Which recipients, and which keys were tried.
    told = [message for _, code, _, message in made if code == "sops-no-identity"]
    assert any(project.recipient("ann")[:10] in message for message in told), told


def test_a_placeholder_is_of_the_type_that_the_value_states(project):
    project.write(
        "cluster/vars.sops.yaml",
        project.encrypted(
            {"mtu": 1400, "on": True, "password": "hunter22", "url": "https://m.example.org"}, "ann", "bob"
        ),
    )
    project.write(
        "cluster/worker.yaml",
        "apiVersion: v1alpha1\nkind: LinkConfig\nname: eth0\nmtu: ${secrets.mtu}\nup: ${secrets.on}\n"
        "---\napiVersion: v1alpha1\nkind: RegistryAuthConfig\nname: ghcr.io\nusername: u\npassword: ${secrets.password}\n"
        # No text that stands in for another is a URL.
        "---\napiVersion: v1alpha1\nkind: RegistryMirrorConfig\nname: ghcr.io\nendpoints:\n  - url: ${secrets.url}\n",
    )
    assert [each for each in found(project) if each[0] != "note"] == []
    assert codes(project, "ann") == []
    assert project.run("check")[2] == "cluster: 3 nodes compiled\n"


def test_a_fault_beside_a_placeholder_is_found(project):
    project.write("cluster/vars.sops.yaml", project.encrypted({"a": "hunter22"}, "ann", "bob"))
    project.write("cluster/worker.yaml", "machine:\n  env: {A: '${secrets.a}', B: '${secrets.b}'}\n  netwrok: {}\n")
    assert [code for code in codes(project) if code[0] == "error"] == [
        ("error", "TG7001", "cluster/worker.yaml:2:31"),
        ("error", "TG7001", "cluster/worker.yaml:3:3"),
    ]  # fmt: skip


def test_a_node_with_an_encrypted_file_is_not_compiled_and_one_note_names_it(project):
    project.write(
        "cluster/patches/x.sops.yaml", project.encrypted({"machine": {"env": {"A": "hunter22"}}}, "ann", "bob")
    )
    project.write("cluster/worker-w2.yaml", node("10.0.0.32", "patches: [patches/x.sops.yaml, patches/none.yaml]\n"))
    project.write("cluster/worker-w3.yaml", node("10.0.0.33", "patches: [patches/x.sops.yaml]\n"))
    made = found(project)
    assert [each[:3] for each in made if each[0] == "error"] == [
        # What can be read is looked at.
        ("error", "TG7001", "cluster/worker-w2.yaml:4:32"),
    ]  # fmt: skip
    (note,) = [message for _, code, _, message in made if code == "TG7002"]
    assert note == "the nodes w2, w3 are not compiled: no key at hand opens cluster/patches/x.sops.yaml"


def test_an_encrypted_role_file_leaves_out_its_nodes(project):
    project.write("cluster/worker.yaml", project.encrypted({"machine": {"env": {"A": "hunter22"}}}, "ann", "bob"))
    (note,) = [message for _, code, _, message in found(project) if code == "TG7002"]
    assert note == "the nodes w1, w2 are not compiled: no key at hand opens cluster/worker.yaml"


def test_the_environment_need_not_be_there(project, monkeypatch):
    monkeypatch.delenv("TOKEN", raising=False)
    project.write("cluster/cluster.yaml", CLUSTER + "env: [TOKEN]\n")
    project.write("cluster/worker.yaml", "machine: {certSANs: ['${env.TOKEN}']}\n")
    assert [each[:2] for each in codes(project, "ann")] == [("error", "TG7001")]
    assert codes(project, "ann", environment=False) == []
    monkeypatch.setenv("TOKEN", "hunter22")
    assert codes(project, "ann") == []


# -- what is found ---------------------------------------------------------------------------------------


def test_what_nodes_share_is_told_once_with_their_names(project):
    project.write("cluster/worker.yaml", WATCHDOG.removeprefix("---\n"))
    (only,) = found(project, "ann")
    assert only[0] == "error"
    assert only[3].endswith("(nodes w1, w2)")
    assert only[2].startswith("cluster/worker.yaml:")


def test_faults_of_settings_nodes_and_configs_are_found_together(project):
    project.write("cluster/worker-w1.yaml", node("10.0.0.31", "groups: [none]\n"))
    project.write("cluster/worker-w2.yaml", node("10.0.0.32") + WATCHDOG)
    project.write("clear/secrets.yaml", bundle_text())
    made = codes(project, "ann")
    assert [each[1] for each in made][:1] == ["TG7001"]
    assert {each[2].partition(":")[0] for each in made} == {
        "cluster/worker-w1.yaml", "cluster/worker-w2.yaml", "clear/secrets.yaml"
    }  # fmt: skip
    assert len(made) == 3


def test_lints_and_effects_of_patches_are_told(project):
    project.write(
        "cluster/worker.yaml",
        "machine:\n  files: [{path: /etc/x, op: create, content: x, permissions: 0o644}]\n  env: {A: ''}\n  sysctls: {$patch: delete}\n",
    )
    made = {code for _, code, _ in codes(project, "ann")}
    assert {"TG5002", "TG0102"} <= made


def test_a_patch_that_does_nothing_is_found_once_for_all_nodes(project):
    project.write("cluster/cluster.yaml", CLUSTER + "labels: {a: b}\n")
    project.write("cluster/worker.yaml", "apiVersion: v1alpha1\nkind: KubeNodeConfig\nlabels: {a: b}\n")
    ((severity, code, place, message),) = found(project, "ann")
    assert (severity, code, place) == ("note", "TG0103", "cluster/worker.yaml:3:13")
    assert message.endswith("(nodes w1, w2)")


def test_the_project_sets_severities_of_all_findings(project):
    project.write("cluster/worker.yaml", "apiVersion: v1alpha1\nkind: KubeNodeConfig\nlabels: {a: b}\n")
    project.write(
        "cluster/cluster.yaml", CLUSTER + "labels: {a: b}\nchecks: {already-so: error, not-encrypted: warning}\n"
    )
    project.write("cluster/x.sops.yaml", "a: b\n")
    assert codes(project, "ann") == [
        ("error", "TG0103", "cluster/worker.yaml:3:13"), ("warning", "TG6001", "cluster/x.sops.yaml:1:4")
    ]  # fmt: skip


def test_a_fault_cannot_be_turned_off(project):
    project.write("cluster/cluster.yaml", CLUSTER + "checks: {project-fault: 'off'}\n")
    project.write("cluster/worker-w1.yaml", "machine: {}\n")
    assert [each[:2] for each in codes(project, "ann")] == [("error", "TG7001")]


def test_warnings_fail_with_strict_alone(project):
    project.write("cluster/worker.yaml", "machine:\n  sysctls: {$patch: delete}\n")
    project.key_file("ann")
    project.stage()
    assert project.run("check")[0] == 0
    assert project.run("check", "--strict")[0] == 1


def test_an_older_contract_under_a_newer_release_is_right(project):
    project.write("cluster/cluster.yaml", CLUSTER + "contract: v1.13\nnameservers: [10.0.0.1]\nlabels: {a: b}\n")
    assert found(project, "ann") == []
    # What a user writes anew is another matter.
    project.write("cluster/worker.yaml", "machine: {sysctls: {a: b}}\n")
    assert codes(project, "ann") == [("note", "TG4004", "cluster/worker.yaml:1:20")]


def test_a_base_is_checked_and_what_extends_it(project):
    project.write("base/cluster.yaml", "apiVersion: talosgen/v1\nkind: Cluster\nlabels: {a: '${vars.later}'}\n")
    project.write("base/worker.yaml", "machine: {netwrok: {}}\n")
    project.write("cluster/cluster.yaml", CLUSTER + "extends: [../base]\nvars: {later: x}\n")
    assert codes(project, "ann", folders=("base", "cluster")) == [("error", "TG7001", "base/worker.yaml:1:11")]
    assert project.run("check", "base")[0] == 1


def test_no_secret_shows(project):
    project.write("cluster/vars.sops.yaml", project.encrypted({"size": "hunter22", "pin": "u7Y"}, "ann", "bob"))
    project.write(
        "cluster/worker.yaml",
        "apiVersion: v1alpha1\nkind: UserVolumeConfig\nname: data\nprovisioning:\n"
        '  diskSelector: {match: \'disk.model == "${secrets.size}" && disk.serial == "${secrets.pin}"\'}\n  minSize: 10GB\n',
    )
    project.write(
        "cluster/worker-w1.yaml",
        node("10.0.0.31")
        + "---\napiVersion: v1alpha1\nkind: UserVolumeConfig\nname: data\nprovisioning: {grow: true}\n",
    )
    made = found(project, "ann")
    assert "TG0106" in {code for _, code, _, _ in made}
    assert "hunter22" not in str(made)
    assert "u7Y" not in str(made)


# -- what is committed -----------------------------------------------------------------------------------


def built(tree, form, *people):
    access = tree.access(*people)
    build(opened("cluster", access), form=form, access=access, now=NOW)
    tree.write("cluster/talosconfig", "")
    (tree.folder / "cluster" / "talosconfig").unlink()


def test_encrypted_configs_are_those_of_the_project(project):
    built(project, "encrypted", "ann")
    assert found(project, "ann") == []
    project.write("cluster/worker-w1.yaml", node("10.0.0.31", "labels: {a: b}\n"))
    assert codes(project, "ann") == [("error", "TG7005", "cluster/encrypted/w1.sops.yaml")]
    # Without a key nobody can tell.
    assert ("note", "TG7007", "cluster/encrypted/cp1.sops.yaml") in codes(project)
    assert [each for each in found(project) if each[0] != "note"] == []


def test_encrypted_configs_are_there_for_all_nodes_and_no_other(project):
    built(project, "encrypted", "ann")
    (project.folder / "cluster" / "worker-w1.yaml").unlink()
    project.write("cluster/worker-w3.yaml", node("10.0.0.33"))
    assert codes(project, "ann") == [
        ("error", "TG7006", "cluster/encrypted/w1.sops.yaml"),
        ("error", "TG7005", "cluster/encrypted/w3.sops.yaml"),
        ("error", "TG7005", "cluster/commands.sh"),
    ]
    assert ("error", "TG7006", "cluster/encrypted/w1.sops.yaml") in codes(project)


def test_commands_are_those_of_the_project_where_they_are_committed(project):
    built(project, "rendered", "ann")
    assert found(project, "ann") == []
    project.write("cluster/worker-w1.yaml", node("10.0.0.39"))
    assert codes(project, "ann") == [("error", "TG7005", "cluster/commands.sh")]
    project.git("rm", "--quiet", "--cached", "cluster/commands.sh")
    project.write("cluster/.gitignore", "commands.sh\nrendered\ntalosconfig\n")
    assert codes(project, "ann") == []


def test_without_git_what_a_build_writes_is_its_own(tmp_path, monkeypatch, capsys):
    from projects import write

    from talosgen.cli import main

    write(tmp_path / "cluster", {"controlplane-cp1.yaml": node("10.0.0.21")})
    monkeypatch.chdir(tmp_path)
    main(["build", "cluster"])
    capsys.readouterr()
    assert main(["check", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)["findings"]
    assert [(each["code"], each["file"]) for each in told if each["severity"] == "error"] == [
        ("TG6001", "cluster/secrets.yaml")
    ]


# -- formats ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["text", "json", "github", "sarif"])
def test_findings_are_told_in_every_format_with_codes(project, form):
    project.write("cluster/worker-w1.yaml", "machine: {}\n")
    project.key_file("ann")
    project.stage()
    status, out, _ = project.run("check", "--format", form)
    assert status == 1
    assert "TG7001" in out
    assert "cluster/worker-w1.yaml" in out


def test_a_name_that_no_command_can_hold_is_found(project):
    project.write("cluster/worker-w1.yaml", node("10.0.0.31", "hostname: 'fe80::1%eth0'\n"))
    assert any(severity == "error" and "host name" in message for severity, _, _, message in found(project, "ann"))


# -- in a hook -------------------------------------------------------------------------------------------


def test_a_hook_of_a_linked_work_tree_names_the_repository_and_not_its_top(tree, monkeypatch):
    """Git sets GIT_DIR there, and not GIT_WORK_TREE."""
    tree.write(".gitignore", "rendered/\n")
    tree.write("cluster/secrets.txt", "-----BEGIN PRIVATE KEY-----\n")
    tree.commit()
    linked = tree.folder.parent / "linked"
    tree.git("worktree", "add", "--quiet", str(linked))
    monkeypatch.setenv("GIT_DIR", tree.git("rev-parse", "--absolute-git-dir", folder=linked).strip())
    found = tree.repository(linked / "cluster")
    assert os.path.realpath(found.top) == os.path.realpath(linked)
    assert [file.path for file in found.files()] == [".gitignore", "cluster/secrets.txt"]
    (linked / "cluster" / "rendered").mkdir()
    assert not files.in_git_in_the_clear(linked / "cluster" / "rendered" / "w1.yaml")
