"""`secrets recipients` and `secrets rotate`: all encrypted files of a repository at once, or none of them."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess

import pytest
from gitfolder import NOW
from killed import KILLED, killed_at
from programs import program, required

from talosgen import files
from talosgen.errors import InputError
from talosgen.pki.secrets import SecretsBundle
from talosgen.secrets import recipients
from talosgen.secrets.replace import Replaced, replace_all
from talosgen.sops import file
from talosgen.sops.document import load
from talosgen.sops.metadata import split
from talosgen.sops.selection import Selection
from talosgen.sops.tree import branch, plain, same

BUNDLE = SecretsBundle.generate().to_tree()


def readers_of(tree, name):
    text = (tree.folder / name).read_text(encoding="utf-8")
    return set(split(load(text, name), name)[1].recipients)


def opened(tree, name, *people):
    text = (tree.folder / name).read_text(encoding="utf-8")
    return file.decrypt(text, [tree.identity(person) for person in people], name)


def ciphertexts(text):
    return [line for line in text.split("\n") if "ENC[" in line]


def snapshot(tree):
    return {
        str(path.relative_to(tree.folder)): path.read_bytes()
        for path in sorted(tree.folder.rglob("*"))
        if path.is_file() and ".git" not in path.parts
    }


@pytest.fixture
def filled(tree):
    """A repository with three encrypted files, one of them new, of which alice and bob are readers."""
    tree.rules("alice", "bob")
    tree.write("secrets.yaml", tree.encrypted(BUNDLE, "alice", "bob")).chmod(0o640)
    tree.write("two words/ü.sops.yaml", tree.encrypted({"a": "b"}, "alice", "bob"))
    tree.commit()
    tree.write("new.sops.yaml", tree.encrypted({"c": "d"}, "alice", "bob"))
    return tree


FILES = ("secrets.yaml", "two words/ü.sops.yaml", "new.sops.yaml")


def test_the_list_has_each_reader_of_each_file(filled):
    filled.key_file("alice")
    filled.write("c.sops.yaml", filled.encrypted({"a": "b"}, "alice"))
    status, out, _ = filled.run("secrets", "recipients", "list")
    assert status == 0
    lines = out.splitlines()
    bob = lines.index(filled.recipient("bob"))
    assert sorted(lines[bob + 1 : bob + 4]) == ["    new.sops.yaml", "    secrets.yaml", "    two words/ü.sops.yaml"]
    assert "    c.sops.yaml" in lines


def test_a_new_device_is_one_command(filled):
    filled.key_file("alice")
    before = {name: (filled.folder / name).read_text(encoding="utf-8") for name in FILES}
    status, out, said = filled.run("secrets", "recipients", "add", filled.recipient("laptop"))
    assert (status, out) == (0, "")
    assert sorted(said.splitlines()) == sorted(f"Changed {name}" for name in (".sops.yaml", *FILES))
    for name in FILES:
        assert readers_of(filled, name) == set(map(filled.recipient, ("alice", "bob", "laptop")))
        assert opened(filled, name, "laptop")
        # The data key and all ciphertexts stay.
        assert ciphertexts(before[name]) == ciphertexts((filled.folder / name).read_text(encoding="utf-8"))
    assert filled.check("laptop") == []
    assert stat.S_IMODE((filled.folder / "secrets.yaml").stat().st_mode) == 0o640
    # Once more changes nothing.
    before = snapshot(filled)
    assert filled.run("secrets", "recipients", "add", filled.recipient("laptop"))[2].startswith("Nothing was changed")
    assert snapshot(filled) == before


def test_a_reader_is_removed_and_what_stays_known_is_told(filled):
    filled.key_file("alice")
    status, _, said = filled.run("secrets", "recipients", "remove", filled.recipient("bob"))
    assert status == 0
    assert "old commits still decrypt" in said
    assert "run `secrets rotate`" in said
    for name in FILES:
        assert readers_of(filled, name) == {filled.recipient("alice")}
        with pytest.raises(InputError):
            opened(filled, name, "bob")
    assert filled.recipient("bob") not in (filled.folder / ".sops.yaml").read_text(encoding="utf-8")


def test_removing_with_rotation_draws_new_data_keys(filled):
    filled.key_file("alice")
    before = {name: (filled.folder / name).read_text(encoding="utf-8") for name in FILES}
    old = {name: opened(filled, name, "alice").tree for name in FILES}
    assert filled.run("secrets", "recipients", "remove", "--rotate", filled.recipient("bob"))[0] == 0
    for name in FILES:
        after = (filled.folder / name).read_text(encoding="utf-8")
        assert not set(ciphertexts(before[name])) & set(ciphertexts(after))
        assert same(opened(filled, name, "alice").tree, old[name])
        assert readers_of(filled, name) == {filled.recipient("alice")}


def test_rotation_changes_every_value_and_tells_what_is_still_known(filled):
    filled.key_file("bob")
    before = (filled.folder / "secrets.yaml").read_text(encoding="utf-8")
    status, out, said = filled.run("secrets", "rotate")
    assert status == 0
    after = (filled.folder / "secrets.yaml").read_text(encoding="utf-8")
    assert len(ciphertexts(before)) == len(ciphertexts(after))
    assert not set(ciphertexts(before)) & set(ciphertexts(after))
    assert plain(opened(filled, "secrets.yaml", "alice").tree[0]) == BUNDLE
    lines = out.splitlines()
    assert {"secrets.yaml: cluster.secret", "secrets.yaml: certs.os.key", "new.sops.yaml: 1 values"} <= set(lines)
    assert "secrets.yaml: cluster.id" not in lines
    assert "secrets.yaml: certs.os.crt" not in lines
    assert "from old commits" in said
    assert all(text not in out + said for text in (BUNDLE["cluster"]["secret"], BUNDLE["trustdinfo"]["token"]))
    assert filled.check("alice") == []


def test_every_file_that_cannot_be_rotated_is_named(filled):
    status, said = filled.run("secrets", "rotate", "none.yaml", "neither.yaml")[::2]
    assert status == 1
    assert [line.partition(": ")[0] for line in said.splitlines()] == ["none.yaml", "neither.yaml"]


def test_rotation_of_one_file_leaves_the_others(filled):
    filled.key_file("bob")
    before = snapshot(filled)
    assert filled.run("secrets", "rotate", "new.sops.yaml")[0] == 0
    after = snapshot(filled)
    assert [name for name in before if before[name] != after[name]] == ["new.sops.yaml"]


def test_update_gives_files_the_readers_of_their_rule(filled):
    filled.key_file("alice")
    filled.rules("alice", "carol")
    assert [code for code, _ in filled.codes("alice")] == []
    filled.stage()
    assert {code for code, _ in filled.codes("alice")} == {"TG6007"}
    assert filled.run("secrets", "recipients", "update")[0] == 0
    filled.stage()
    assert filled.check("carol") == []


# -- all or nothing ----------------------------------------------------------------------------------


def refused(tree, *arguments):
    """A command that fails and changes nothing; what it says."""
    before = snapshot(tree)
    status, out, said = tree.run("secrets", *arguments)
    assert (status, out) == (1, "")
    assert snapshot(tree) == before
    assert "Traceback" not in said
    return said


@pytest.mark.parametrize("command", [("recipients", "add", "NEW"), ("recipients", "remove", "BOB"), ("rotate",)])
def test_when_one_file_does_not_open_none_is_written(filled, command):
    filled.key_file("alice")
    filled.write("z.sops.yaml", filled.encrypted({"a": "b"}, "alice", "bob").replace("2026-01-15", "2026-01-16"))
    names = {"NEW": filled.recipient("new"), "BOB": filled.recipient("bob")}
    said = refused(filled, *(names.get(word, word) for word in command))
    assert "z.sops.yaml" in said
    assert "MAC" in said


@pytest.mark.parametrize("command", [("recipients", "add", "NEW"), ("rotate",)])
def test_without_a_key_nothing_is_written(filled, command):
    filled.key_file("mallory")
    said = refused(filled, *(word.replace("NEW", filled.recipient("new")) for word in command))
    assert all(name in said for name in FILES)


@pytest.mark.parametrize("command", [("recipients", "add", "NEW"), ("recipients", "remove", "BOB"), ("rotate",)])
def test_a_reader_that_the_rule_does_not_have_is_let_in_by_nobody(filled, command):
    filled.key_file("alice")
    filled.write("new.sops.yaml", filled.encrypted({"c": "d"}, "alice", "bob", "mallory"))
    names = {"NEW": filled.recipient("new"), "BOB": filled.recipient("bob")}
    command = [names.get(word, word) for word in command]
    said = refused(filled, *command)
    assert filled.recipient("mallory") in said
    assert "--accept-recipients" in said
    assert filled.run("secrets", *command, "--accept-recipients")[0] == 0
    assert filled.recipient("mallory") in readers_of(filled, "new.sops.yaml")
    assert filled.recipient("mallory") not in readers_of(filled, "secrets.yaml")


def test_another_selection_than_the_rules_is_refused(filled):
    filled.key_file("alice")
    selection = Selection("encrypted_regex", "^c$")
    filled.write("new.sops.yaml", filled.encrypted({"c": "d"}, "alice", "bob", selection=selection))
    for command in (("add", filled.recipient("new")), ("update",)):
        assert "encrypted_regex" in refused(filled, "recipients", *command)


def test_the_last_reader_stays(filled):
    filled.key_file("alice")
    said = refused(filled, "recipients", "remove", filled.recipient("alice"), filled.recipient("bob"))
    assert "nobody would be left" in said


@pytest.mark.parametrize("more", [[], ["--rotate"]])
def test_nobody_locks_himself_out(filled, more):
    filled.key_file("alice")
    refused(filled, "recipients", "remove", filled.recipient("alice"), *more)


def test_a_recipient_that_is_none_is_refused(filled):
    filled.key_file("alice")
    assert "no age recipient" in refused(filled, "recipients", "add", "age1wrong")
    secret = filled.identity("new").secret_text()
    for command in (("add", secret), ("remove", secret), ("add", filled.recipient("new"), "--like", secret)):
        assert secret not in refused(filled, "recipients", *command)
    assert "no encrypted file" in refused(filled, "recipients", "remove", filled.recipient("new"))
    assert "no encrypted file" in refused(
        filled, "recipients", "add", filled.recipient("new"), "--like", filled.recipient("x")
    )


def test_a_rule_file_that_cannot_be_edited_is_left_alone(filled):
    filled.key_file("alice")
    filled.write(".sops.yaml", f"creation_rules: [{{age: {{a: b}}}}]\n# {filled.recipient('bob')}\n")
    refused(filled, "recipients", "add", filled.recipient("new"))


def test_when_the_disk_refuses_half_way_the_old_files_are_back(filled, monkeypatch):
    filled.key_file("alice")
    moves = []
    real = files._move

    def failing(temporary, path, force):
        moves.append(path)
        if len(moves) == 3:
            raise OSError(28, "No space left on device", path)
        real(temporary, path, force)

    monkeypatch.setattr(files, "_move", failing)
    assert "No space left" in refused(filled, "recipients", "add", filled.recipient("new"))
    assert len(moves) > 3
    assert not list(filled.folder.rglob("*.tmp"))


def test_a_file_that_somebody_changes_in_the_meantime_is_not_written_over(tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_bytes(b"1")
    two.write_bytes(b"other")
    with pytest.raises(Replaced):
        replace_all({str(one): (b"1", "new"), str(two): (b"2", "new")})
    assert (one.read_bytes(), two.read_bytes()) == (b"1", b"other")


def test_a_run_that_was_cut_short_is_taken_up_again(filled):
    """The rules are written and one of the files: the next run does the rest."""
    filled.key_file("alice")
    old = snapshot(filled)
    assert filled.run("secrets", "recipients", "add", filled.recipient("new"))[0] == 0
    for name in ("secrets.yaml", "new.sops.yaml"):
        (filled.folder / name).write_bytes(old[name])
    assert filled.run("secrets", "recipients", "update")[0] == 0
    assert all(filled.recipient("new") in readers_of(filled, name) for name in FILES)
    # And where the files came first.
    (filled.folder / ".sops.yaml").write_bytes(old[".sops.yaml"])
    (filled.folder / "new.sops.yaml").write_bytes(old["new.sops.yaml"])
    assert filled.run("secrets", "recipients", "add", filled.recipient("new"))[0] == 0
    assert all(filled.recipient("new") in readers_of(filled, name) for name in FILES)


@pytest.mark.parametrize("command", [("recipients", "add", "NEW"), ("recipients", "remove", "BOB", "--rotate")])
def test_when_it_is_killed_every_file_is_whole_and_the_next_run_does_the_rest(filled, tmp_path, command):
    filled.key_file("alice")
    names = {"NEW": filled.recipient("new"), "BOB": filled.recipient("bob")}
    wanted = {filled.recipient(name) for name in ("alice", *(["bob", "new"] if "NEW" in command else []))}
    arguments = [names.get(word, word) for word in command]
    old = {name: opened(filled, name, "alice").tree for name in FILES}
    root, step, status = filled.folder, 0, KILLED
    while status == KILLED:
        step += 1
        filled.folder = tmp_path / f"killed-{step}"
        shutil.copytree(root, filled.folder)
        status = killed_at(step, filled.folder, "secrets", *arguments)
        assert all(same(opened(filled, name, "alice").tree, old[name]) for name in FILES)
        os.chdir(filled.folder)
        again = filled.run("secrets", *arguments)
        # The last rule stands: there is nothing to do, or nobody left to take away.
        assert again[0] == 0 or (status == 0 or "no encrypted file" in again[2])
        assert all(readers_of(filled, name) == wanted for name in FILES)
        assert all(same(opened(filled, name, "alice").tree, old[name]) for name in FILES)
    # Four files, each of them opened, its mode set, renamed.
    assert step > 10


def test_nothing_in_the_clear_is_left_behind(filled, plaintext):
    filled.key_file("alice")
    secrets = [BUNDLE["cluster"]["secret"], BUNDLE["trustdinfo"]["token"], BUNDLE["certs"]["os"]["key"]]
    plaintext.tell(*secrets)
    said = []
    for command in (
        ("recipients", "list"), ("recipients", "add", filled.recipient("new")), ("rotate",), ("check",),
        ("recipients", "remove", filled.recipient("new"), "--rotate"), ("recipients", "update"),
    ):  # fmt: skip
        _, out, err = filled.run("secrets", *command)
        said += [out, err]
    plaintext.require_none(*said)


# -- which files, which rules ------------------------------------------------------------------------


def test_with_like_only_files_of_that_reader_get_the_new_one(tree):
    tree.key_file("alice")
    tree.write(
        ".sops.yaml",
        "creation_rules:\n"
        f"  - path_regex: ^a/\n    age: {tree.recipient('alice')},{tree.recipient('bob')}\n"
        f"  - path_regex: ^b/\n    key_groups:\n      - age: [{tree.recipient('alice')}]\n      - age: [{tree.recipient('carol')}]\n"
        "    shamir_threshold: 2\n",
    )
    tree.write("a/x.sops.yaml", tree.encrypted({"a": "b"}, "alice", "bob"))
    groups = (*file.recipients(tree.recipient("alice")), *file.recipients(tree.recipient("carol")))
    shared = file.encrypt((branch({"a": "b"}),), file.Scheme(groups, threshold=2), NOW)
    tree.write("b/x.sops.yaml", shared)
    tree.stage()
    assert "several groups" in refused(tree, "recipients", "add", tree.recipient("new"))
    assert tree.run("secrets", "recipients", "add", tree.recipient("new"), "--like", tree.recipient("bob"))[0] == 0
    assert tree.recipient("new") in readers_of(tree, "a/x.sops.yaml")
    assert tree.recipient("new") not in readers_of(tree, "b/x.sops.yaml")


def test_files_without_a_rule_get_the_reader_too(tree):
    tree.key_file("alice")
    tree.write("a.sops.yaml", tree.encrypted({"a": "b"}, "alice"))
    tree.stage()
    assert tree.run("secrets", "recipients", "add", tree.recipient("new"))[0] == 0
    assert readers_of(tree, "a.sops.yaml") == {tree.recipient("alice"), tree.recipient("new")}
    assert tree.run("secrets", "recipients", "remove", tree.recipient("new"))[0] == 0
    assert readers_of(tree, "a.sops.yaml") == {tree.recipient("alice")}


def test_ignored_files_links_and_submodules_are_left_alone(tree, tmp_path):
    tree.key_file("alice")
    text = tree.encrypted({"a": "b"}, "alice")
    tree.write(".gitignore", "ignored*\n")
    tree.write("ignored.sops.yaml", text)
    (tmp_path / "outside.sops.yaml").write_text(text, encoding="utf-8")
    (tree.folder / "link.sops.yaml").symlink_to(tmp_path / "outside.sops.yaml")
    tree.write("json.sops.json", '{"a": "ENC[AES256_GCM,data:x]", "sops": {}}')
    tree.write("in.sops.yaml", text)
    tree.stage()
    status, _, said = tree.run("secrets", "recipients", "add", tree.recipient("new"))
    assert status == 0
    assert "json.sops.json: warning: this file is no YAML" in said
    assert (tree.folder / "ignored.sops.yaml").read_text(encoding="utf-8") == text
    assert (tmp_path / "outside.sops.yaml").read_text(encoding="utf-8") == text
    assert tree.recipient("new") in readers_of(tree, "in.sops.yaml")


def test_a_file_that_was_deleted_is_none(filled):
    filled.key_file("alice")
    (filled.folder / "secrets.yaml").unlink()
    assert filled.run("secrets", "recipients", "add", filled.recipient("new"))[0] == 0


def test_it_works_from_a_folder_below_and_outside_of_git(filled, tmp_path, monkeypatch):
    filled.key_file("alice")
    monkeypatch.chdir(filled.folder / "two words")
    status, _, said = filled.run("secrets", "recipients", "add", filled.recipient("new"))
    assert (status, sorted(said.split("\n"))[1]) == (0, "Changed ../.sops.yaml")
    assert filled.recipient("new") in readers_of(filled, "secrets.yaml")
    folder = tmp_path / "copy"
    shutil.copytree(filled.folder, folder, ignore=shutil.ignore_patterns(".git"))
    monkeypatch.chdir(folder)
    assert filled.run("secrets", "recipients", "remove", filled.recipient("new"))[0] == 0


def test_two_clones_meet_again(filled, tmp_path):
    """One adds a reader, the other changed another file: Git joins both."""
    filled.key_file("alice")
    filled.commit()
    other = tmp_path / "other"
    filled.git("clone", "--quiet", str(filled.folder), str(other))
    assert filled.run("secrets", "recipients", "add", filled.recipient("laptop"))[0] == 0
    filled.commit()
    (other / "README.md").write_text("text\n", encoding="utf-8")
    filled.git("add", ".", folder=other)
    filled.git("commit", "--quiet", "--message", "x", folder=other)
    filled.git("pull", "--quiet", "--no-rebase", "--no-edit", folder=other)
    assert filled.check("laptop", folder=other) == []


def test_a_key_is_made_and_never_written_over(tree):
    status, out, said = tree.run("secrets", "keygen")
    path = tree.home / ".config" / "sops" / "age" / "keys.txt"
    assert status == 0
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert out.strip() in path.read_text(encoding="utf-8")
    assert "SECRET" not in out + said
    before = path.read_bytes()
    assert tree.run("secrets", "keygen")[0] == 1
    assert path.read_bytes() == before
    assert tree.run("secrets", "keygen", "-o", "other.txt")[0] == 0
    assert stat.S_IMODE((tree.folder / "other.txt").stat().st_mode) == 0o600


# -- the real program --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def real_sops():
    """The program, found before a test has a home of its own."""
    return required(lambda: program("sops"))


@pytest.fixture
def sops(real_sops, filled):
    """Runs the real sops in the repository for a person."""

    def call(person, *arguments):
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(filled.home),
            "SOPS_AGE_KEY": filled.identity(person).secret_text(),
        }
        done = subprocess.run(
            [real_sops, "--disable-version-check", *arguments],
            cwd=filled.folder,
            capture_output=True,
            env=environment,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode()

    return call


@pytest.mark.programs
def test_sops_reads_what_recipients_and_rotate_wrote(filled, sops):
    filled.key_file("alice")
    clear = {name: sops("bob", "decrypt", name) for name in FILES}
    assert filled.run("secrets", "recipients", "add", filled.recipient("laptop"))[0] == 0
    assert {name: sops("laptop", "decrypt", name) for name in FILES} == clear
    # It finds nothing to do: the rules say what the files have.
    for name in FILES:
        before = (filled.folder / name).read_bytes()
        sops("laptop", "updatekeys", "--yes", name)
        assert (filled.folder / name).read_bytes() == before
    assert filled.run("secrets", "recipients", "remove", filled.recipient("bob"), "--rotate")[0] == 0
    assert filled.run("secrets", "rotate")[0] == 0
    assert {name: sops("laptop", "decrypt", name) for name in FILES} == clear


@pytest.mark.programs
def test_we_follow_what_sops_changes(filled, sops):
    filled.key_file("laptop")
    filled.rules("alice", "laptop")
    for name in FILES:
        sops("alice", "updatekeys", "--yes", name)
        sops("alice", "rotate", "--in-place", name)
    filled.stage()
    assert filled.check("laptop", require_keys=True) == []
    assert filled.run("secrets", "recipients", "add", filled.recipient("bob"))[0] == 0
    assert all(sops("bob", "decrypt", name) for name in FILES)


def test_readers_as_a_library_call(filled):
    found = recipients.readers(filled.repository(), filled.access())
    assert {each.path for each in found} == set(FILES)
    assert all(each.names == (filled.recipient("alice"), filled.recipient("bob")) for each in found)
