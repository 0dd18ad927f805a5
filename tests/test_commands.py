"""commands.sh and ``talosgen commands``: what is printed, and what a shell makes of it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from projects import CLUSTER, node, write
from stubs import Stubs

import talosgen
from talosgen.cli import main
from talosgen.errors import InputError
from talosgen.outputs import commands
from talosgen.outputs.build import build
from talosgen.outputs.script import gitops, script

FILES = {
    "controlplane-cp1.yaml": node("10.0.0.21"),
    "controlplane-cp2.yaml": node("fd00::22"),
    "worker-w1.yaml": node("10.0.0.31"),
    "worker-w2.yaml": node("w2.example.org"),
}
LEADER = ["--nodes", "10.0.0.21", "--endpoints", "10.0.0.21"]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    return write(tmp_path / "cluster", FILES)


def argocd(root):
    """The part of a repository that Argo CD starts from."""
    (root / "bootstrap" / "argocd").mkdir(parents=True)
    (root / "bootstrap" / "argocd" / "kustomization.yaml").touch()
    (root / "bootstrap" / "it's $(a) secret.sops.yaml").touch()


def run(capsys, *arguments):
    status = main(list(arguments))
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def printed(capsys, *arguments):
    status, out, err = run(capsys, "commands", *arguments)
    assert (status, err) == (0, "")
    return out.splitlines()


# -- commands.sh ---------------------------------------------------------------------------------------


def test_commands_bring_a_cluster_up_in_order(folder, tmp_path):
    argocd(tmp_path)
    build(talosgen.load(folder))
    stubs = Stubs(tmp_path, {"--endpoints 10.0.0.21 version": [0, ""], "version": [1, "no answer"]})
    # From anywhere: it knows where it stands.
    status, calls, out = stubs.run("bash", str(folder / "commands.sh"), cwd=Path("/"))
    assert status == 0, out
    # The two ends of a pipe start at once.
    calls[-3:-1] = sorted(calls[-3:-1])
    insecure = ["talosctl", "apply-config", "--insecure", "--nodes"]
    assert calls == [
        ["talosctl", *LEADER, "version"],
        ["talosctl", "--nodes", "fd00::22", "--endpoints", "fd00::22", "version"],
        [*insecure, "fd00::22", "--file", "rendered/cp2.yaml"],
        ["talosctl", *LEADER, "version"],
        ["talosctl", "bootstrap", *LEADER],
        ["talosctl", "kubeconfig", "kubeconfig", *LEADER, "--merge=false", "--force"],
        ["talosctl", "--nodes", "10.0.0.31", "--endpoints", "10.0.0.31", "version"],
        [*insecure, "10.0.0.31", "--file", "rendered/w1.yaml"],
        ["talosctl", "--nodes", "w2.example.org", "--endpoints", "w2.example.org", "version"],
        [*insecure, "w2.example.org", "--file", "rendered/w2.yaml"],
        ["talosctl", "health", "--nodes", "10.0.0.21", "--wait-timeout", "20m", "--endpoints", "10.0.0.21"],
        ["kubectl", "apply", "--server-side", "--force-conflicts", "-k", "../bootstrap/argocd"],
        ["kubectl", "wait", "--for=condition=Established", "--timeout=2m", "crd/applications.argoproj.io",
         "crd/applicationsets.argoproj.io", "crd/appprojects.argoproj.io"],
        ["kubectl", "--namespace", "argocd", "rollout", "status", "deploy/argocd-server", "--timeout=10m"],
        ["kubectl", "apply", "-f", "-"],
        ["talosgen", "secrets", "decrypt", "../bootstrap/it's $(a) secret.sops.yaml"],
        ["kubectl", "apply", "-f", "../bootstrap/bootstrap.yaml"],
    ]  # fmt: skip


def test_a_cluster_that_is_bootstrapped_already_is_no_failure(folder, tmp_path):
    build(talosgen.load(folder))
    answers = {"bootstrap": [1, "rpc error: code = AlreadyExists desc = etcd data directory is not empty"]}
    status, calls, out = Stubs(tmp_path, answers).run("bash", str(folder / "commands.sh"))
    assert status == 0, out
    assert calls[-1][1] == "health"
    assert not any("apply-config" in call for call in calls)


@pytest.mark.parametrize("part", ["apply-config", "version", "bootstrap", "kubeconfig", "health"])
def test_a_step_that_fails_ends_the_script(folder, tmp_path, part):
    build(talosgen.load(folder))
    answers = {part: [1, "no\n"], **({"version": [1, ""]} if part == "apply-config" else {})}
    status, calls, _ = Stubs(tmp_path, answers).run("bash", str(folder / "commands.sh"))
    assert status != 0
    wanted = {"apply-config": "apply-config", "version": "version"}.get(part, part)
    assert wanted in calls[-1]


@pytest.mark.parametrize("encrypted", [False, True])
def test_shellcheck_finds_nothing(folder, tmp_path, encrypted):
    program = shutil.which("shellcheck") or shutil.which("shellcheck", path=str(Path(sys.executable).parent))
    if program is None:
        pytest.skip("needs shellcheck")
    argocd(tmp_path)
    text = script(talosgen.load(folder), encrypted=encrypted, apps=gitops(str(folder), str(tmp_path)))
    # That nothing is expanded in a file's name is what is wanted.
    done = subprocess.run([program, "--exclude=SC2016", "-"], input=text, capture_output=True, text=True, check=False)
    assert done.stdout == ""
    assert done.returncode == 0


def test_argo_cd_is_looked_for_no_further_than_the_repository(tmp_path):
    argocd(tmp_path)
    (tmp_path / "inner" / "cluster").mkdir(parents=True)
    assert gitops(str(tmp_path / "inner" / "cluster"), str(tmp_path / "inner")) is None
    assert gitops(str(tmp_path / "inner" / "cluster"), str(tmp_path)).folder == "../../bootstrap"


def test_without_a_control_plane_there_is_no_script(tmp_path):
    folder = write(tmp_path, {"worker-w1.yaml": node("10.0.0.31")})
    assert [Path(file.path).name for file in build(talosgen.load(folder)).files] == ["w1.yaml", "talosconfig"]


# -- day two ----------------------------------------------------------------------------------------------

CONFIG = "talosctl --talosconfig cluster/talosconfig"
IMAGE = "factory.talos.dev/metal-installer/376567988ad370138ad8b2698212367b8edcb69b5fd68c80be1f2ec7d603b4ba:v1.14.1"


def test_configs_are_handed_over(folder, capsys):
    assert printed(capsys, "apply", "--node", "w1,cp1", "--mode", "staged", "--dry-run") == [
        f"{CONFIG} apply-config --nodes 10.0.0.21 --file cluster/rendered/cp1.yaml --mode staged --dry-run",
        f"{CONFIG} apply-config --nodes 10.0.0.31 --file cluster/rendered/w1.yaml --mode staged --dry-run",
    ]
    assert printed(capsys, "apply", "--role", "worker", "--insecure", "cluster")[0] == (
        "talosctl apply-config --nodes 10.0.0.31 --file cluster/rendered/w1.yaml --insecure"
    )
    # No mode of talosctl any more.
    assert run(capsys, "commands", "apply", "--mode", "reboot")[0] == 2


def test_talos_is_upgraded_control_planes_first_each_well_before_the_next(folder, capsys):
    health = f"{CONFIG} health --nodes 10.0.0.21 --wait-timeout 20m"
    assert printed(capsys, "upgrade") == [
        f"{CONFIG} upgrade --nodes 10.0.0.21 --image {IMAGE}",
        health,
        f"{CONFIG} upgrade --nodes fd00::22 --image {IMAGE}",
        health,
        f"{CONFIG} upgrade --nodes 10.0.0.31 --image {IMAGE}",
        f"{CONFIG} upgrade --nodes w2.example.org --image {IMAGE}",
    ]


def test_kubernetes_is_upgraded_once(folder, capsys):
    assert printed(capsys, "upgrade-k8s", "--dry-run") == [
        f"{CONFIG} upgrade-k8s --nodes 10.0.0.21 --to 1.37.0 --with-docs=false --with-examples=false --dry-run"
    ]


def test_health_names_the_nodes_where_all_have_ip_addresses(folder, capsys):
    assert printed(capsys, "health") == [f"{CONFIG} health --nodes 10.0.0.21 --wait-timeout 20m"]
    (folder / "worker-w2.yaml").unlink()
    assert printed(capsys, "health") == [
        f"{CONFIG} health --nodes 10.0.0.21 --wait-timeout 20m --control-plane-nodes 10.0.0.21,fd00::22 "
        "--worker-nodes 10.0.0.31"
    ]


def test_machines_are_reset_only_when_they_are_named(folder, capsys):
    wipe = "--reboot --system-labels-to-wipe STATE --system-labels-to-wipe EPHEMERAL"
    assert run(capsys, "commands", "reset")[0] == 2
    assert run(capsys, "commands", "reset", "--all", "--node", "w1")[0] == 2
    assert printed(capsys, "reset", "--node", "cp1") == [f"{CONFIG} reset --nodes 10.0.0.21 --graceful {wipe}"]
    # The last member of etcd cannot leave it.
    assert printed(capsys, "reset", "--all") == [
        f"{CONFIG} reset --nodes {address} --graceful=false {wipe}"
        for address in ("w2.example.org", "10.0.0.31", "fd00::22", "10.0.0.21")
    ]


def test_a_node_is_taken_out_of_the_cluster(folder, capsys):
    lines = printed(capsys, "retire", "--node", "w1")
    assert [line.split()[0] for line in lines] == ["kubectl", "talosctl", "kubectl"]
    assert run(capsys, "commands", "retire")[0] == 2


def test_without_a_word_the_script_is_printed(folder, capsys):
    build(talosgen.load(folder))
    status, out, _ = run(capsys, "commands")
    assert status == 0
    assert out == (folder / "commands.sh").read_text(encoding="utf-8")


def test_there_are_no_commands_with_placeholders(folder):
    cluster = talosgen.load(folder, placeholders=True)
    for made in (script, commands.apply, commands.upgrade, commands.health, commands.upgrade_kubernetes):
        with pytest.raises(InputError, match="placeholders"):
            made(cluster)


def test_a_secret_never_becomes_a_word(folder):
    (folder / "vars.sops.yaml").write_text("name: secret-registry\n", encoding="utf-8")
    (folder / "cluster.yaml").write_text(
        CLUSTER.replace("disk: /dev/sda", "disk: /dev/sda, image: 'r.example.org/${secrets.name}:v1'"), encoding="utf-8"
    )
    with pytest.raises(InputError, match="a secret would stand in a command"):
        script(talosgen.load(folder))
    with pytest.raises(InputError):
        build(talosgen.load(folder))
    assert not (folder / "rendered").exists()
