"""``explain``, ``blame`` and ``plan`` as commands; the page of ``blame`` in a real browser."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from browser import Browser, UnavailableError
from projects import CLUSTER, node, write

from talosgen.age import x25519

FILES = {
    "cluster.yaml": CLUSTER + "labels: {region: eu}\n",
    "worker.yaml": "machine:\n  certSANs: ['<b>one</b>']\n  env: {TOKEN: hunter2}\n",
    "worker-w1.yaml": node("10.0.0.31", "install: {disk: /dev/vda}\n"),
    "controlplane-cp1.yaml": node("10.0.0.21"),
}


def talosgen(folder, *arguments, status=0, env=None):
    done = subprocess.run(
        [sys.executable, "-m", "talosgen", *arguments], cwd=folder, capture_output=True, text=True, check=False, env=env
    )
    assert done.returncode == status, done.stderr
    return done.stdout if status in (0, 3) else done.stderr


@pytest.fixture
def project(tmp_path):
    return write(tmp_path, FILES)


def git(folder, *arguments):
    who = ["-c", "user.name=test", "-c", "user.email=test@example.org"]
    done = subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout


def test_explain_tells_the_layers_of_a_value(project):
    assert talosgen(project, "explain", "w1", "KubeNodeConfig.labels") == (
        "KubeNodeConfig labels.region: eu\n    settings ./cluster.yaml:7:18: eu\n"
    )
    (row,) = json.loads(
        talosgen(project, "explain", "w1", "UnattendedInstallConfig.provisioning.diskSelector", "--json")
    )
    assert [link["layer"] for link in row["history"]] == ["base for contract v1.14", "settings"]


def test_explain_masks_secrets_unless_asked(project):
    assert "hunter2" not in talosgen(project, "explain", "w1", "machine.env")
    assert "hunter2" in talosgen(project, "explain", "w1", "machine.env", "--reveal")


def test_explain_refuses_what_is_not_there(project):
    assert "did you mean w1?" in talosgen(project, "explain", "w11", "machine", status=1)
    assert "HostnameConfig" in talosgen(project, "explain", "w1", "machine.network.hostname", status=1)
    assert "--format takes text or json" in talosgen(project, "explain", "w1", "machine", "--format", "html", status=2)


def test_blame_prints_the_config(project):
    text = talosgen(project, "blame", "w1")
    assert "worker file ./worker.yaml:2:14" in text
    assert "hunter2" not in text
    config = "".join(
        line.partition("│ ")[2] + "\n" for line in talosgen(project, "blame", "w1", "--reveal").splitlines()
    )
    assert config == talosgen(project, "emit", "w1")


def test_plan_compares_with_the_last_build(project):
    assert "there is no build to compare with" in talosgen(project, "plan", status=1)
    talosgen(project, "build")
    assert talosgen(project, "plan") == "nothing changes\n"
    (project / "worker-w1.yaml").write_text(FILES["worker-w1.yaml"].replace("vda", "vdb"), encoding="utf-8")
    (project / "worker.yaml").write_text(FILES["worker.yaml"].replace("hunter2", "hunter3"), encoding="utf-8")
    text = talosgen(project, "plan", status=3)
    assert "machine.env.TOKEN: a secret" in text
    assert '/dev/vda" → disk.dev_path == "/dev/vdb"' in text
    assert "hunter" not in text


def test_plan_compares_with_a_revision(project):
    git(project, "init", "--quiet")
    git(project, "add", ".")
    git(project, "commit", "--quiet", "-m", "first")
    assert talosgen(project, "plan", "--against", "HEAD") == "nothing changes\n"
    (project / "worker-w2.yaml").write_text(node("10.0.0.32"), encoding="utf-8")
    (project / "controlplane-cp1.yaml").unlink()
    found = json.loads(talosgen(project, "plan", "--against", "HEAD", "--json", status=3))
    assert [(row["node"], row["action"]) for row in found] == [("w2", "added"), ("cp1", "removed")]
    assert talosgen(project, "plan", "--against", "HEAD", "--format", "markdown", status=3).startswith("| node |")
    for wrong in ("nonsense", "--help=x", "-v"):
        assert "revision" in talosgen(project, "plan", f"--against={wrong}", status=1)


def test_attributes_and_filters_of_a_repository_change_nothing_of_a_revision(project):
    (project / "worker.yaml").rename(project / "shared.yaml")
    (project / "worker.yaml").symlink_to("shared.yaml")
    (project / ".gitattributes").write_text("worker-w1.yaml export-ignore\ncluster.yaml filter=odd\n", encoding="utf-8")
    git(project, "init", "--quiet")
    git(project, "add", ".")
    git(project, "commit", "--quiet", "-m", "first")
    git(project, "config", "filter.odd.smudge", "touch ran; echo nonsense")
    assert talosgen(project, "plan", "--against", "HEAD") == "nothing changes\n"
    assert not (project / "ran").exists()


def test_a_revision_writes_nothing_elsewhere(project, tmp_path_factory):
    git(project, "init", "--quiet")
    git(project, "add", ".")
    git(project, "commit", "--quiet", "-m", "first")

    def made(kind, data):
        command = ["git", "hash-object", "-t", kind, "-w", "--stdin", "--literally"]
        done = subprocess.run(command, cwd=project, input=data, capture_output=True, check=True)
        return bytes.fromhex(done.stdout.decode().strip())

    evil = b"100644 evil\0" + made("blob", b"nonsense\n")
    head = subprocess.run(["git", "cat-file", "tree", "HEAD"], cwd=project, capture_output=True, check=True).stdout
    top = made("tree", b"40000 ..\0" + made("tree", evil) + head)
    commit = git(project, "commit-tree", "-m", "evil", top.hex()).strip()
    folder = tmp_path_factory.mktemp("temporary")
    env = {**os.environ, "TMPDIR": str(folder)}
    assert talosgen(project, "plan", "--against", commit, env=env) == "nothing changes\n"
    assert not list(folder.iterdir())


def test_a_faulty_revision_is_told_by_its_name(project):
    git(project, "init", "--quiet")
    good = (project / "cluster.yaml").read_text(encoding="utf-8")
    (project / "cluster.yaml").write_text(good + "nonsense: true\n", encoding="utf-8")
    git(project, "add", ".")
    git(project, "commit", "--quiet", "-m", "first")
    (project / "cluster.yaml").write_text(good, encoding="utf-8")
    text = talosgen(project, "plan", "--against", "HEAD", status=1)
    assert text.startswith("HEAD:cluster.yaml:8:1: ")
    assert "/tmp" not in text


@pytest.fixture
def browser():
    try:
        running = Browser()
    except UnavailableError as error:
        if os.environ.get("TALOSGEN_REQUIRE_SITE") == "1":
            pytest.fail(f"the browser is required: {error}")
        pytest.skip(str(error))
    yield running
    running.close()


@pytest.mark.site
def test_the_page_of_blame_works_in_a_browser(project, browser):
    page = project / "blame.html"
    talosgen(project, "blame", "w1", "--format", "html", "-o", str(page))
    assert page.stat().st_mode & 0o777 == 0o600
    browser.open(page.as_uri())
    # The user's text is text, and the styles are in force in spite of the policy.
    assert browser.run("return document.querySelectorAll('#lines b').length") == 0
    assert "<b>one</b>" in browser.run("return document.querySelector('#lines').innerText")
    colour = "return getComputedStyle(document.querySelector(arguments[0])).backgroundColor"
    assert browser.run(colour, "tr.c0") != browser.run(colour, "tr.c1")
    dimmed = "return document.querySelectorAll('#lines tr.dim').length"
    assert browser.run(dimmed) == 0
    browser.run("document.querySelectorAll('input[data-source]')[1].click()")
    assert browser.run(dimmed) == browser.run("return document.querySelectorAll('#lines tr.s1').length") > 0
    browser.run("document.querySelectorAll('input[data-source]')[1].click()")
    assert browser.run(dimmed) == 0
    assert browser.console() == []


def test_plan_looks_at_nothing_but_what_build_wrote(project):
    talosgen(project, "build")
    (project / "rendered" / "mine.yaml").write_text("- mine\n", encoding="utf-8")
    assert talosgen(project, "plan") == "nothing changes\n"


def test_plan_does_not_show_what_a_secret_was(project):
    (project / "vars.sops.yaml").write_text("note: before1234\n", encoding="utf-8")
    patch = "apiVersion: v1alpha1\nkind: KubeNodeConfig\nannotations: {note: 'is ${secrets.note}'}\n"
    (project / "worker.yaml").write_text(patch, encoding="utf-8")
    talosgen(project, "build")
    (project / "vars.sops.yaml").write_text("note: after1234\n", encoding="utf-8")
    text = talosgen(project, "plan", status=3)
    assert "annotations.note" in text
    assert "1234" not in text


def test_plan_compares_with_an_encrypted_build(project):
    identity = x25519.X25519Identity.generate()
    (project / "key.txt").write_text(f"{identity.secret_text()}\n", encoding="utf-8")
    rule = f"creation_rules:\n  - path_regex: \\.sops\\.yaml$\n    age: {identity.recipient}\n"
    (project / ".sops.yaml").write_text(rule, encoding="utf-8")
    keys = {**os.environ, "SOPS_AGE_KEY_FILE": str(project / "key.txt")}
    talosgen(project, "build", "--encrypt", env=keys)
    assert talosgen(project, "plan", env=keys) == "nothing changes\n"
    (project / "worker-w1.yaml").write_text(node("10.0.0.31", "labels: {a: b}\n"), encoding="utf-8")
    assert "labels.a" in talosgen(project, "plan", env=keys, status=3)
    assert "key" in talosgen(project, "plan", status=1)
