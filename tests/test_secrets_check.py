"""`secrets check`: what a repository's index holds that it must not, with real Git."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from talosgen.pki.secrets import SecretsBundle
from talosgen.secrets import allowed
from talosgen.secrets.check import check
from talosgen.sops.selection import Selection

KEY = "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIKJ3dGhpc2lzbm9rZXlhdGFsbGp1c3RhdGVzdA==\n-----END EC PRIVATE KEY-----\n"
BUNDLE = SecretsBundle.generate().to_tree()
TALOS_CONFIG = "machine:\n  token: abcdef.0123456789abcdef\n"


def texts(found):
    return "\n".join(map(str, found))


# -- what must be encrypted --------------------------------------------------------------------------


def test_a_repository_as_it_should_be_has_no_finding(tree):
    tree.rules("alice", "recovery")
    tree.write("secrets.yaml", tree.encrypted(BUNDLE, "alice", "recovery"))
    tree.write("apps/vars.sops.yaml", tree.encrypted({"a": "b"}, "alice", "recovery"))
    tree.write("README.md", "nothing\n")
    tree.stage()
    assert check(tree.repository(), tree.access("alice")) == []


@pytest.mark.parametrize(
    "name", ["secrets.yaml", "cluster/secrets.yml", "vars.sops.yaml", "a.sops.json", "b.sops.env", "x.sops.anything"]
)
def test_a_file_that_is_encrypted_by_its_name_must_be(tree, name):
    tree.write(name, "password: hunter2\n")
    tree.stage()
    (problem,) = tree.check()
    assert (problem.code, problem.place.source) == ("TG6001", name)
    assert "hunter2" not in str(problem)


def test_a_secrets_bundle_is_known_whatever_its_name(tree):
    tree.write("talos/old", "no YAML by its name\n")
    tree.write("talos/old.yaml", f"# the old one\n{json.dumps(BUNDLE)}\n")
    tree.stage()
    (problem,) = tree.check()
    assert (problem.code, str(problem.place)) == ("TG6001", "talos/old.yaml:2:1")


def test_what_a_rule_is_for_must_be_encrypted(tree):
    tree.rules("alice", pattern="^private/.*$", more="    encrypted_regex: ^(data|stringData)$")
    tree.write("private/a.yaml", "kind: Secret\nstringData:\n  a: b\n")
    tree.write("private/b.yaml", "kind: ConfigMap\nother: c\ndata: {}\n")
    tree.write("private/c.txt", "text\n")
    tree.write("d.yaml", "data: e\n")
    tree.stage()
    assert tree.codes() == [("TG6001", "private/a.yaml"), ("TG6001", "private/c.txt")]
    assert str(tree.check()[0].place) == "private/a.yaml:3:6"


@pytest.mark.parametrize("pattern", ["", ".*", "(?s).", "[^/]*$"])
def test_a_rule_for_all_files_demands_nothing(tree, pattern):
    tree.rules("alice", pattern=pattern)
    tree.write("README.md", "text\n")
    tree.write("values.yaml", "a: b\n")
    tree.stage()
    assert tree.codes() == []


def test_what_holds_nothing_needs_no_encryption(tree):
    tree.rules("alice", "bob")
    tree.write("secrets.yaml", "")
    tree.write("a.sops.yaml", "# nothing\na: {}\nb: ''\nc: null\n")
    tree.write("chart/templates/secrets.yaml", "{{ if .Values.a }}\nkind: Secret\n{{ end }}\n")
    tree.stage()
    assert tree.codes() == []


def test_files_that_are_encrypted_whole_are_encrypted(tree):
    tree.write("a.sops.bin", b"age-encryption.org/v1\n-> X25519 abc\n")
    tree.write("secrets.yaml", b"\0GITCRYPT\0\x01\x02")
    tree.write("b.sops.env", "A=ENC[AES256_GCM,data:x,iv:x,tag:x,type:str]\nsops_mac=ENC[AES256_GCM,data:y]\n")
    tree.write("c.sops.json", '{"a": "ENC[AES256_GCM,data:x]", "sops": {"mac": "ENC[AES256_GCM,data:y]"}}')
    tree.stage()
    assert tree.codes() == []


# -- keys and secrets in the clear -------------------------------------------------------------------


def test_keys_are_found_in_any_tracked_file_with_their_place(tree):
    tree.write("notes.txt", f"one\ntwo\n  {KEY}")
    tree.write("image.bin", b"\x00\xff\xfe" + KEY.encode() + b"\0")
    tree.write("keys.txt", f"# mine\n{tree.identity('alice').secret_text()}\n")
    tree.write("untracked.txt", KEY)
    tree.stage("notes.txt", "image.bin", "keys.txt")
    found = tree.check()
    assert [(each.code, str(each.place)) for each in found] == [
        ("TG6002", "image.bin:1:3"), ("TG6002", "keys.txt:2:1"), ("TG6002", "notes.txt:3:3"),
    ]  # fmt: skip
    assert tree.identity("alice").secret_text() not in texts(found)
    assert "MHcCAQ" not in texts(found)


def test_secrets_of_talos_documents_are_found_and_references_are_none(tree):
    tree.write("worker.yaml", TALOS_CONFIG)
    tree.write("patch.yaml", "cluster:\n  secret: ${secrets.CLUSTER}\n  token: ''\nmachine:\n  token: '******'\n")
    tree.write("wg.yaml", "apiVersion: v1alpha1\nkind: WireguardConfig\nname: wg0\nprivateKey: c2VjcmV0c2VjcmV0\n")
    tree.write("chart.yaml", "machine: {token: abc}\nother: 1\n")
    tree.stage()
    assert [(each.code, str(each.place), each.path) for each in tree.check()] == [
        ("TG6003", "wg.yaml:4:13", "privateKey"), ("TG6003", "worker.yaml:2:10", "machine.token"),
    ]  # fmt: skip


def test_the_allow_list_lets_keys_of_tests_stay(tree):
    for name in ("tests/a.pem", "tests/deep/b.pem", "c.pem", "deep/d.pem", "e.key"):
        tree.write(name, KEY)
    tree.write("tests/secrets.yaml", "a: b\n")
    tree.write(allowed.NAME, "# for tests\n\ntests/\n/c.pem\nnothing/*\n")
    tree.stage()
    assert tree.codes() == [
        ("TG6002", "deep/d.pem"), ("TG6002", "e.key"), ("TG6015", allowed.NAME),
    ]  # fmt: skip
    # What is not staged does not count.
    tree.write(allowed.NAME, "*\n")
    assert ("TG6002", "e.key") in tree.codes()
    tree.stage()
    assert tree.codes() == []


def test_an_allow_list_excuses_no_damage(tree):
    tree.write("a.sops.yaml", tree.encrypted({"a": "b"}, "alice").replace("2026-01-15", "2026-01-16"))
    tree.write(allowed.NAME, "*.yaml\n")
    tree.stage()
    assert tree.codes("alice")[0][0] == "TG6008"


@pytest.mark.parametrize(
    ("glob", "path", "fits"),
    [
        ("a.pem", "a.pem", True), ("a.pem", "x/a.pem", True), ("a.pem", "x/aXpem", False), ("/a.pem", "x/a.pem", False),
        ("*.pem", "x/y/a.pem", True), ("x/*.pem", "x/y/a.pem", False), ("x/**/*.pem", "x/y/z/a.pem", True),
        ("x/**/*.pem", "x/a.pem", True), ("x/", "x/y/a", True), ("x/", "y/x/a", True), ("x/", "yx/a", False),
        ("/x/", "y/x/a", False), ("a?", "ab", True), ("a?", "a/", False), ("[a]", "a", False), ("[a]", "[a]", True),
        ("a+(b)", "a+(b)", True), ("ü*", "ü\udcff", True), ("x/y/", "z/x/y/a", False), ("**", "any/thing", True),
    ],
)  # fmt: skip
def test_lines_of_the_allow_list(glob, path, fits):
    assert allowed.load(glob).has(path) is fits


# -- encrypted files ---------------------------------------------------------------------------------


def test_a_value_in_the_clear_is_found_without_a_key_and_with_its_place(tree):
    text = tree.encrypted({"a": {"b": "secret one"}, "c": [1, "secret two"]}, "alice", "bob")
    lines = text.split("\n")
    lines[1] = "    b: in the clear"
    tree.write("x.sops.yaml", "\n".join(lines))
    tree.stage()
    (problem,) = tree.check()
    assert (problem.code, str(problem.place), problem.path) == ("TG6004", "x.sops.yaml:2:8", "a.b")


def test_a_bundle_must_be_encrypted_whole(tree):
    part = Selection("encrypted_regex", "^(key|secret)$")
    tree.write("secrets.yaml", tree.encrypted(BUNDLE, "alice", "bob", selection=part))
    tree.stage()
    assert {code for code, _ in tree.codes("alice")} == {"TG6006"}


def test_recipients_must_be_those_of_the_rule(tree):
    tree.rules("alice", "bob")
    tree.write("secrets.yaml", tree.encrypted(BUNDLE, "alice", "mallory"))
    tree.stage()
    found = tree.check("alice")
    assert [problem.code for problem in found] == ["TG6007", "TG6007"]
    assert (
        str(found[0].place)
        == f"secrets.yaml:{tree.git('show', ':secrets.yaml').split('sops:')[0].count(chr(10)) + 2}:5"
    )
    assert tree.recipient("mallory") in texts(found)
    assert tree.recipient("bob") in texts(found)


def test_a_rule_that_names_nobody_leaves_that_to_the_file(tree):
    tree.write(".sops.yaml", "creation_rules:\n  - path_regex: sops\n    mac_only_encrypted: true\n")
    tree.write("a.sops.yaml", tree.encrypted({"a": "b"}, "alice", "bob"))
    tree.stage()
    (problem,) = tree.check()
    assert "mac_only_encrypted" in problem.message


def test_what_does_not_fit_the_mac_is_found_with_a_key_only(tree):
    selection = Selection("encrypted_regex", "^secret$")
    text = tree.encrypted({"secret": "x", "open": "before"}, "alice", "bob", selection=selection)
    tree.write("a.sops.yaml", text.replace("before", "after"))
    tree.stage()
    assert tree.codes("alice") == [("TG6008", "a.sops.yaml")]
    assert tree.codes() == []


def test_without_a_key_one_note_says_what_was_not_opened(tree):
    for number in range(7):
        tree.write(f"{number}.sops.yaml", tree.encrypted({"a": "b"}, "alice", "bob"))
    tree.stage()
    (note,) = check(tree.repository(), tree.access("mallory"))
    assert (note.severity, note.code) == ("note", "TG6010")
    assert "0.sops.yaml, 1.sops.yaml, 2.sops.yaml, 3.sops.yaml, 4.sops.yaml and 2 more" in note.message
    (error,) = tree.check("mallory", require_keys=True)
    assert (error.severity, error.code) == ("error", "TG6010")
    assert check(tree.repository(), tree.access("alice"), require_keys=True) == []


def test_one_note_says_which_files_have_one_reader(tree):
    for name in ("a", "b"):
        tree.write(f"{name}.sops.yaml", tree.encrypted({"a": "b"}, "alice"))
    tree.stage()
    (note,) = check(tree.repository(), tree.access("alice"))
    assert (note.severity, note.code) == ("note", "TG6009")
    assert "a.sops.yaml, b.sops.yaml" in note.message


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("lastmodified:", "changed:"), ("version: 3", "version: x"), ("mac: ENC", "mac: [ENC"), ("sops:", "sops:\n    age: 1\n#"),
        ("unencrypted_suffix:", "encrypted_regex: (\n    unencrypted_suffix:"),
    ],
)  # fmt: skip
def test_a_block_that_cannot_be_read_is_a_finding(tree, old, new):
    tree.write("a.sops.yaml", tree.encrypted({"a": "b"}, "alice", "bob").replace(old, new))
    tree.stage()
    assert {code for code, _ in tree.codes("alice")} <= {"TG6005", "TG6001"} != set()
    assert tree.codes("alice")


# -- .sops.yaml --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rules", "code"),
    [
        ("creation_rules:\n  - path_regex: (\n", "TG6013"), ("creation_rules: 1\n", "TG6013"), ("\t", "TG6013"),
        ("creation_rules:\n  - encrypted_regex: '(?!x)'\n", "TG6013"),
        ("creation_rules:\n  - path_regexp: x\n    age: age1x\n", "TG6014"),
        ("[" * 5000, "TG6013"), ("a: &a [*a]", "TG6013"), ("\0", "TG6013"), ("creation_rules: [" + "{}," * 1000 + "]", ""),
    ],
)  # fmt: skip
def test_rules_that_cannot_be_used_are_told_once(tree, rules, code):
    tree.write(".sops.yaml", rules)
    tree.write("a.yaml", "a: b\n")
    tree.write("b.yaml", "a: b\n")
    tree.stage()
    assert [found for found, _ in tree.codes()] == [code] * bool(code)


def test_the_rules_are_those_of_the_index(tree):
    tree.rules("alice", "bob")
    tree.write("secrets.yaml", tree.encrypted(BUNDLE, "alice", "bob"))
    tree.stage()
    tree.rules("mallory")
    assert tree.codes("alice") == []
    tree.stage()
    assert {code for code, _ in tree.codes("alice")} == {"TG6007"}


# -- the index ---------------------------------------------------------------------------------------


def test_what_is_staged_counts_and_not_the_work_tree(tree):
    tree.write("secrets.yaml", "a: b\n")
    tree.stage()
    tree.write("secrets.yaml", tree.encrypted(BUNDLE, "alice", "bob"))
    assert tree.codes() == [("TG6001", "secrets.yaml")]
    tree.stage()
    tree.write("secrets.yaml", "a: b\n")
    tree.write("notes.txt", KEY)
    assert tree.codes() == []
    (tree.folder / "secrets.yaml").unlink()
    assert tree.codes() == []


def test_a_file_of_which_a_part_is_staged(tree):
    tree.write("notes.txt", "one\n")
    tree.commit()
    tree.write("notes.txt", f"one\n{KEY}")
    tree.stage()
    tree.write("notes.txt", "one\n")
    assert tree.codes() == [("TG6002", "notes.txt")]


def test_each_side_of_a_conflict_is_looked_at(tree):
    tree.write("a.txt", "base\n")
    tree.commit()
    tree.git("switch", "--quiet", "--create", "other")
    tree.write("a.txt", KEY)
    tree.commit()
    tree.git("switch", "--quiet", "main")
    tree.write("a.txt", "ours\n")
    tree.commit()
    assert subprocess.run(["git", "merge", "other"], capture_output=True, check=False).returncode == 1
    tree.write("a.txt", "")
    assert tree.codes() == [("TG6002", "a.txt")]


@pytest.mark.skipif(os.name == "nt", reason="names of bytes")
@pytest.mark.parametrize(
    "name", [b"a b.pem", b"new\nline.pem", b"\xff\xfe.pem", "ü\"'$.pem".encode(), b"-n.pem", b":a.pem"]
)
def test_names_of_files_may_be_any_bytes(tree, name):
    try:
        tree.write(os.fsdecode(name), KEY)
    except OSError:
        pytest.skip("not here")
    tree.git("add", ".")
    assert [os.fsencode(source) for _, source in tree.codes()] == [name]
    status, out, _ = tree.run("secrets", "check")
    assert (status, out.count("\n")) == (1, 1)
    for name in ("json", "github", "sarif"):
        assert tree.run("secrets", "check", "--format", name)[0] == 1


def test_links_are_not_followed(tree, tmp_path):
    (tmp_path / "outside.pem").write_text(KEY, encoding="utf-8")
    (tree.folder / "secrets.yaml").symlink_to(tmp_path / "outside.pem")
    (tree.folder / "loop").symlink_to(".")
    tree.stage()
    assert tree.codes() == []


def test_a_linked_work_tree_has_an_index_of_its_own(tree, tmp_path):
    tree.write("a.txt", "x\n")
    tree.commit()
    other = tmp_path / "other"
    tree.git("worktree", "add", "--quiet", str(other))
    (other / "b.pem").write_text(KEY, encoding="utf-8")
    tree.git("add", ".", folder=other)
    assert [problem.code for problem in tree.check(folder=other)] == ["TG6002"]
    assert tree.codes() == []


def test_a_submodule_is_a_repository_of_its_own(tree, tmp_path):
    module = tmp_path / "module"
    module.mkdir()
    tree.git("init", "--quiet", folder=module)
    (module / "b.pem").write_text(KEY, encoding="utf-8")
    tree.git("add", ".", folder=module)
    tree.git("commit", "--quiet", "-m", "x", folder=module)
    tree.git("submodule", "--quiet", "add", str(module), "module")
    assert tree.codes() == []
    assert tree.repository().submodules() == ["module"]
    assert [problem.code for problem in tree.check(folder=tree.folder / "module")] == ["TG6002"]


def test_a_folder_below_the_top_shows_all_findings_as_seen_from_there(tree):
    tree.write("a.pem", KEY)
    tree.write("below/b.pem", KEY)
    tree.stage()
    assert [problem.place.source for problem in tree.check(folder=tree.folder / "below")] == ["../a.pem", "b.pem"]


def test_outside_of_git_the_folder_is_looked_at_and_a_note_says_so(tree, tmp_path):
    folder = tmp_path / "plain"
    (folder / "deep" / ".git").mkdir(parents=True)
    (folder / "deep" / "a.pem").write_text(KEY, encoding="utf-8")
    (folder / "deep" / ".git" / "b.pem").write_text(KEY, encoding="utf-8")
    (folder / "link").symlink_to("deep")
    found = check(tree.repository(folder), tree.access(folder=folder))
    assert [(each.code, each.severity) for each in found] == [("TG6002", "error"), ("TG6011", "note")]


def test_a_repository_that_git_refuses_is_an_error(tree):
    (tree.folder / ".git" / "HEAD").unlink()
    status, out, said = tree.run("secrets", "check")
    assert (status, out) == (1, "")
    assert "git rev-parse failed" in said


def test_a_content_that_is_not_there_is_a_warning(tree):
    tree.write("a.txt", "x\n")
    tree.stage()
    name = tree.git("hash-object", "a.txt").strip()
    (tree.folder / ".git" / "objects" / name[:2] / name[2:]).unlink()
    assert tree.codes() == [("TG6012", "a.txt")]


def test_no_program_that_a_repository_names_is_run(tree):
    ran = tree.folder / "ran"
    script = tree.write("monitor", f"#!/bin/sh\ntouch {ran}\n")
    script.chmod(0o755)
    tree.git("config", "core.fsmonitor", str(script))
    tree.git("config", "filter.x.clean", f"touch {ran}; cat")
    tree.git("config", "filter.x.smudge", f"touch {ran}; cat")
    tree.git("config", "diff.x.textconv", f"touch {ran}; cat")
    tree.write(".gitattributes", "*.txt filter=x diff=x\n")
    tree.write("a.txt", "x\n")
    tree.stage()
    ran.unlink(missing_ok=True)
    assert tree.codes() == []
    assert not ran.exists()


def test_odd_files_are_no_reason_to_fail(tree):
    odd = [
        b"", b"\0", b"\xff\xfe\x00", b"a: [", b"&a [*a, *a]", b"a: &a\n  b: *a\n", b"\xef\xbb\xbfmachine:\n  token: x\n",
        b"- 1\n", b"machine: 1\n---\ncluster: []\n", b"kind: {}\napiVersion: v1alpha1\n", b"? {a: b}\n: machine\nmachine: {}\n",
        b"sops: ENC[AES256_GCM,\n", b"sops: {}\na: ENC[AES256_GCM,data:x]\n", b"[" * 20_000, b"machine:\n" + b" " * 9000 + b"a: b\n",
        b"%YAML 9.9\n---\nmachine: {token: }\n", b"machine: !!binary AAAA\n", b"<<: {machine: {token: x}}\n", b"1: 2\ntrue: x\n",
        b"machine: {network: {interfaces: [1, {wireguard: 3}]}}\n",
    ]  # fmt: skip
    for number, data in enumerate(odd):
        for name in (f"{number}.yaml", f"{number}.sops.yaml", f"{number}/secrets.yaml"):
            tree.write(name, data)
    tree.stage()
    status, out, said = tree.run("secrets", "check")
    assert status == 1
    assert "Traceback" not in said
    assert all("TG60" in line for line in out.splitlines())


def test_a_file_beyond_the_limit_is_searched_for_keys(tree):
    tree.write("large.bin", b"\n" * (17 << 20) + KEY.encode())
    tree.write("small.txt", KEY)
    tree.stage()
    assert [str(each.place) for each in tree.check()] == [f"large.bin:{(17 << 20) + 1}:1", "small.txt:1:1"]


def test_the_command_prints_findings_in_each_format(tree):
    tree.key_file("alice")
    tree.write("a.pem", KEY)
    tree.write("b.sops.yaml", tree.encrypted({"a": "b"}, "alice", "bob"))
    tree.stage()
    status, out, _ = tree.run("secrets", "check")
    assert status == 1
    assert out.startswith("a.pem:1:1: error[TG6002 private-key]: a private key is in the clear; ")
    status, out, _ = tree.run("secrets", "check", "--json")
    assert json.loads(out)["findings"][0]["code"] == "TG6002"
    _, out, _ = tree.run("secrets", "check", "--format", "github")
    assert out.startswith("::error file=a.pem,line=1,col=1,")
    _, out, _ = tree.run("secrets", "check", "--format", "sarif")
    assert json.loads(out)["runs"][0]["results"][0]["ruleId"] == "TG6002"
    tree.git("rm", "--quiet", "--force", "a.pem")
    assert tree.run("secrets", "check", "--require-keys") == (0, "", "")


def test_a_hook_sees_the_index_of_its_commit(tree):
    """`git commit FILE` makes an index of its own for the commit, and tells the hook of it."""
    hook = tree.folder / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m talosgen secrets check\n', encoding="utf-8")
    hook.chmod(0o755)
    tree.write("bad.pem", "x\n")
    tree.write("good.txt", "x\n")
    tree.git("add", ".")
    tree.git("commit", "--quiet", "--message", "both")
    tree.write("bad.pem", KEY)
    tree.write("good.txt", "y\n")
    tree.git("add", "bad.pem")
    root = os.path.dirname(os.path.dirname(check.__code__.co_filename)).removesuffix("/talosgen")
    environment = {**os.environ, "PYTHONPATH": root}

    def commit(*names):
        command = ["git", "commit", "--quiet", "--message", "x", *names]
        return subprocess.run(command, capture_output=True, env=environment, check=False)

    assert commit("good.txt").returncode == 0
    refused = commit("bad.pem")
    assert refused.returncode == 1
    assert b"TG6002" in refused.stdout + refused.stderr
