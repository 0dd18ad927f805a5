"""The hook for pre-commit, with the real pre-commit and a real commit."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from build import cache

import talosgen

pytestmark = pytest.mark.programs

ROOT = Path(talosgen.__file__).parents[1]
KEY = "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIKJ3dGhpc2lzbm9rZXlhdGFsbGp1c3RhdGVzdA==\n-----END EC PRIVATE KEY-----\n"
#: What of the repository a hook is installed from.
PARTS = ("talosgen", "patches", "pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml")


@pytest.fixture(scope="module")
def installed():
    """The program pre-commit, and a folder where what pip fetches is kept."""
    beside = Path(sys.executable).with_name("pre-commit")
    path = str(beside) if beside.exists() else shutil.which("pre-commit")
    if path is None:
        if os.environ.get("TALOSGEN_REQUIRE_ORACLE") == "1":
            pytest.fail("pre-commit is required: it is in the extra `test`")
        pytest.skip("needs pre-commit")
    return path, cache() / "pip"


@pytest.fixture
def hooked(tree, tmp_path, installed, monkeypatch):
    """Makes the work tree one whose commits pre-commit looks at; the hooks come from a clone of this repository."""
    program, downloads = installed
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    for name in PARTS:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, hooks / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, hooks / name)
    tree.git("init", "--quiet", folder=hooks)
    tree.git("add", ".", folder=hooks)
    tree.git("commit", "--quiet", "--message", "hooks", folder=hooks)
    revision = tree.git("rev-parse", "HEAD", folder=hooks).strip()
    monkeypatch.setenv("PRE_COMMIT_HOME", str(tmp_path / "pre-commit"))
    monkeypatch.setenv("PIP_CACHE_DIR", str(downloads))
    monkeypatch.delenv("PYTHONPATH", raising=False)

    def install(more=""):
        tree.write(
            ".pre-commit-config.yaml",
            f"repos:\n  - repo: {hooks.as_uri()}\n    rev: {revision}\n    hooks:\n      - id: talosgen-secrets\n{more}",
        )
        subprocess.run([program, "install"], check=True, capture_output=True)

    return install


def commit(tree, *names):
    done = subprocess.run(
        ["git", "commit", "--message", "x", *names], cwd=tree.folder, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


def test_a_commit_with_a_secret_in_the_clear_is_stopped(tree, hooked, tmp_path, monkeypatch):
    """With the program that is there, so without a network."""
    folder = tmp_path / "bin"
    folder.mkdir()
    script = folder / "talosgen"
    script.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m talosgen "$@"\n', encoding="utf-8")
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    hooked("        language: system\n")
    tree.rules("alice", "bob")
    tree.write("secrets.yaml", "cluster:\n  secret: not so secret\n")
    tree.stage()
    status, said = commit(tree)
    assert status == 1
    assert "no secret in the clear" in said
    assert "secrets.yaml:2:11: error[TG6001" in said
    assert "not so secret" not in said
    tree.write("secrets.yaml", tree.encrypted({"cluster": {"secret": "not so secret"}}, "alice", "bob"))
    # The work tree is as it should be, the index is not.
    assert commit(tree)[0] == 1
    tree.stage()
    assert commit(tree)[0] == 0
    tree.write("key.pem", KEY)
    tree.stage()
    assert "TG6002" in commit(tree)[1]
    tree.write(".talosgen-allow", "/key.pem\n")
    tree.stage()
    assert commit(tree)[0] == 0


def test_pre_commit_installs_the_hook_by_itself(tree, hooked):
    """As its users have it: pre-commit makes an environment and fetches what talosgen needs from PyPI."""
    hooked()
    tree.write("key.pem", KEY)
    tree.stage()
    status, said = commit(tree)
    assert status == 1
    assert "key.pem:1:1: error[TG6002" in said, said
    tree.git("rm", "--quiet", "--cached", "key.pem")
    tree.write(".gitignore", "*.pem\n")
    tree.stage()
    assert commit(tree)[0] == 0
