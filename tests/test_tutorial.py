"""The tutorial: its commands are run in order, with programs in the place of machines that write down what they are asked."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import yaml

import talosgen

ROOT = Path(talosgen.__file__).parents[1]
PAGE = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")


def commands():
    for block in re.findall(r"```console\n(.*?)```", PAGE, re.S):
        yield from re.findall(r"^\$ (.*)$", block, re.M)


def programs(folder):
    """talosgen itself; talosctl, kubectl and less, which write down how they are called."""
    folder.mkdir()
    own = f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m talosgen "$@"\n'
    other = f'#!/bin/sh\necho "$(basename "$0") $*" >> "{folder / "calls"}"\n'
    # A machine that has no config yet does not say its version.
    machine = f'{other}case "$*" in *version) grep -q "apply-config.*$2 " "{folder / "calls"}" || exit 1;; esac\n'
    for name, text in {"talosgen": own, "talosctl": machine, "kubectl": other, "less": other}.items():
        (folder / name).write_text(text, encoding="utf-8")
        (folder / name).chmod(0o755)


def test_the_commands_lead_from_nothing_to_a_cluster_with_apps(tmp_path):
    programs(tmp_path / "bin")
    subprocess.run(["git", "init", "--quiet", "--bare", tmp_path / "remote.git"], check=True)
    environment = {
        "PATH": f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}", "HOME": str(tmp_path / "home"),
        "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_COUNT": "2",
        "GIT_CONFIG_KEY_0": "user.name", "GIT_CONFIG_VALUE_0": "me",
        "GIT_CONFIG_KEY_1": "user.email", "GIT_CONFIG_VALUE_1": "me@example.com",
    }  # fmt: skip
    folder = tmp_path
    outputs = {}
    for line in commands():
        if line.startswith("cd "):
            folder = folder / line.removeprefix("cd ")
            continue
        if line.startswith("git init"):
            line += f" && git remote add origin {tmp_path / 'remote.git'}"
        done = subprocess.run(
            ["sh", "-c", line], cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=300
        )
        # A plan that has something to tell says so.
        assert done.returncode == (3 if line == "talosgen plan" else 0), f"{line}\n{done.stderr}"
        outputs[line] = done.stdout
    calls = (tmp_path / "bin" / "calls").read_text("utf-8").splitlines()
    last = [call for call in calls if call.startswith("kubectl")]
    # The chain that the page names, in its order.
    chain = [
        "kubectl apply --server-side --force-conflicts -k bootstrap/argocd", "kubectl apply -f bootstrap/bootstrap.yaml",
    ]  # fmt: skip
    assert [call.replace("../", "") for call in last if " apply " in call] == chain
    assert all(line in PAGE for line in chain)
    applied = [call for call in calls if "talosctl apply-config" in call]
    assert len(applied) == 3
    assert len([call for call in calls if call.startswith("talosctl bootstrap")]) == 1
    features = yaml.safe_load((folder / "cluster" / "cluster.yaml").read_text("utf-8"))["features"]
    assert [next(iter(one)) if isinstance(one, dict) else one for one in features] == [
        "metallb", "openebs", "kubelet-certificates", "metrics-server",
    ]  # fmt: skip
    pushed = subprocess.run(
        ["git", "--git-dir", tmp_path / "remote.git", "ls-tree", "--name-only", "main", "apps/"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert pushed.stdout.split() == [
        "apps/hello",
        "apps/kubelet-certificates",
        "apps/metallb",
        "apps/metrics-server",
        "apps/openebs",
    ]
    assert "rotate-server-certificates" in outputs["talosgen plan"]
    assert outputs["talosgen commands apply"].count(" apply-config ") == 3
