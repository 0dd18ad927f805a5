"""The page "Secrets in Git": its commands are run in order, and what Git shows afterwards is what it says."""

from __future__ import annotations

import os
import re

import pytest
from pages import ROOT, Shell, read, steps

from talosgen.sops.document import load
from talosgen.sops.metadata import split

PAGE = read("secrets.md")


@pytest.fixture
def shell(tree, tmp_path):
    return Shell(tree.folder, tmp_path / "bin")


def test_the_commands_of_the_page_lead_from_nothing_to_two_recipients(tree, shell):
    outputs = {}
    for line, printed, _ in steps(PAGE):
        outputs[line] = shell(line)
        if printed:
            assert outputs[line] == printed
        if line.startswith("git commit"):
            assert tree.git("status", "--porcelain").replace("?? break-glass.txt\n", "") == ""
    listed = outputs["talosgen secrets recipients list"].splitlines()
    assert [each for each in listed if each.startswith(" ")] == ["    secrets.yaml"] * 2
    text = (tree.folder / "secrets.yaml").read_text(encoding="utf-8")
    recipients = split(load(text), "secrets.yaml")[1].recipients
    assert len(set(recipients)) == 2
    assert (tree.folder.parent / "laptop.pub").read_text(encoding="utf-8").strip() not in recipients
    assert "not so secret" not in tree.git("show", ":vars.sops.yaml")
    key_file = tree.home / ".config" / "sops" / "age" / "keys.txt"
    assert key_file.stat().st_mode & 0o777 == 0o600
    assert set(os.listdir(tree.folder)) == {".git", ".gitattributes", ".sops.yaml", "secrets.yaml", "vars.sops.yaml"}


def test_git_diff_shows_the_clear_text_to_readers_and_the_ciphertext_to_others(tree, shell, monkeypatch):
    tree.key_file("alice")
    for line, *_ in steps(PAGE):
        if "diff=talosgen" in line or "git config" in line:
            shell(line)
    tree.write("a.sops.yaml", tree.encrypted({"user": "me", "password": "before it"}, "alice"))
    tree.write("plain.sops.yaml", "in: clear\n")
    tree.commit()
    tree.write("a.sops.yaml", tree.encrypted({"user": "me", "password": "after it"}, "alice"))
    tree.write("plain.sops.yaml", "in: clear too\n")
    shown = shell("git diff")
    assert "\n user: me\n-password: before it\n+password: after it\n" in shown
    assert "\n-in: clear\n+in: clear too\n" in shown
    assert "ENC[" not in shown
    tree.commit()
    assert "+password: after it" in shell("git log --patch -1")
    tree.key_file("mallory")
    shown = shell("git show")
    assert "it\n" not in re.sub(r"(?m)^[^-+].*\n", "", shown).replace("in: clear", "")
    assert "+password: ENC[AES256_GCM" in shown


def test_the_line_for_pre_commit_names_the_hook_that_there_is():
    hooks = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    (named,) = re.findall(r"- id: (\S+)", PAGE)
    assert f"- id: {named}\n" in hooks
