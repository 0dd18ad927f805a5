"""``talosgen secrets``: made encrypted, changed encrypted, shown only when asked for, and nothing left behind."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import stat
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest
from programs import program, required

import talosgen
from talosgen.age import hybrid, keys

BUNDLES = Path(__file__).parent / "vectors" / "conformance" / "bundles"
CLEAR = (BUNDLES / "v1.14.yaml").read_text(encoding="utf-8")


def mode(path):
    return stat.S_IMODE(os.stat(path).st_mode)


@pytest.fixture
def bundle(repository, plaintext):
    """A repository with a key, a rule, and an encrypted bundle whose secrets are looked for."""
    repository.rules(repository.key())
    assert repository.run("secrets", "new")[0] == 0
    plaintext.tell(*repository.leaves("secrets.yaml"))
    plaintext.require_none()
    return repository


@pytest.fixture
def editor(repository, monkeypatch, plaintext):
    """Makes a program the editor; its source sees the file as ``path``, ``text``, and how often it ran as ``times``."""
    script = repository.home / "editor.py"
    count = repository.home / "times"
    plaintext.allow(script)

    def set_to(source):
        script.write_text(
            "import os, sys, pathlib\n"
            f"count = pathlib.Path({str(count)!r})\n"
            "count.write_text('x' + (count.read_text() if count.exists() else ''))\n"
            "times = len(count.read_text())\n"
            "path = pathlib.Path(sys.argv[-1])\n"
            "text = path.read_text(encoding='utf-8')\n" + textwrap.dedent(source),
            encoding="utf-8",
        )
        monkeypatch.setenv("EDITOR", f"'{sys.executable}' '{script}'")
        return count

    return set_to


def private_folders():
    places = [os.environ.get("TMPDIR", "/tmp"), "/tmp", "/dev/shm", os.environ.get("XDG_RUNTIME_DIR", "/tmp")]
    return {str(path) for place in places for path in Path(place).glob("talosgen-*")}


# -- new -------------------------------------------------------------------------------------------


def test_without_a_recipient_nothing_is_made_and_keygen_is_named(repository):
    status, out, said = repository.run("secrets", "new")
    assert (status, out) == (1, "")
    assert "nobody to encrypt for" in said
    assert "--keygen" in said
    assert repository.entries() == []
    assert not repository.key_file.exists()


def test_the_first_key_the_first_rule_and_the_bundle_in_one_step(repository, plaintext):
    status, out, said = repository.run("secrets", "new", "--keygen")
    assert (status, out) == (0, "")
    assert said.count("break-glass") == 1
    assert repository.entries() == [".sops.yaml", "secrets.yaml"]
    assert [mode(path) for path in (repository.key_file, repository.key_file.parent)] == [0o600, 0o700]
    assert [mode(repository.folder / name) for name in ("secrets.yaml", ".sops.yaml")] == [0o600, 0o644]
    recipient = str(keys.identities(repository.key_file.read_bytes())[0].recipient)
    assert recipient in (repository.folder / ".sops.yaml").read_text()
    plaintext.tell(*repository.leaves("secrets.yaml"))
    plaintext.require_none(out, said)
    plaintext.tell(re.search("AGE-SECRET-KEY-\\S+", repository.key_file.read_text())[0])
    plaintext.allow(repository.key_file)
    plaintext.require_none(out, said)
    assert talosgen.SecretsBundle.load(talosgen.read_text("secrets.yaml")).validate(full=True) == []


def test_the_rule_comes_to_the_top_of_the_work_tree_and_fits_the_file(repository):
    (repository.folder / ".git").mkdir()
    (repository.folder / "cluster").mkdir()
    assert repository.run("secrets", "new", "--keygen", "-o", "cluster/talsecret's.yaml")[0] == 0
    assert repository.entries() == [".sops.yaml", "cluster/talsecret's.yaml"]
    (repository.folder / "more.yaml").write_text("a: some-clear-text\n")
    assert "nobody to encrypt for" in repository.run("secrets", "encrypt", "more.yaml")[2]


def test_a_key_file_and_rules_that_are_there_stay(repository):
    recipient = repository.key()
    before = repository.key_file.read_bytes()
    assert repository.run("secrets", "new", "--keygen")[0] == 0
    assert repository.key_file.read_bytes() == before
    assert recipient in (repository.folder / "secrets.yaml").read_text()
    rules = (repository.folder / ".sops.yaml").read_bytes()
    assert repository.run("secrets", "new", "--keygen", "-o", "b/secrets.yaml")[0] == 1
    (repository.folder / "b").mkdir()
    assert repository.run("secrets", "new", "--keygen", "-o", "b/secrets.yaml")[0] == 0
    assert (repository.folder / ".sops.yaml").read_bytes() == rules


def test_keygen_says_when_the_rules_do_not_have_the_new_key(repository):
    other = repository.key(write=False)
    repository.rules(other)
    status, _, said = repository.run("secrets", "new", "--keygen")
    assert status == 0
    assert re.search(r"\.sops\.yaml: warning: no rule has the new key age1\w+", said)


def test_keygen_does_not_touch_rules_that_do_not_fit(repository):
    recipient = repository.key(write=False)
    repository.rules(recipient, path_regex="^other$")
    status, _, said = repository.run("secrets", "new", "--keygen")
    assert (status, repository.entries()) == (1, [".sops.yaml"])
    assert "no creation rule matches secrets.yaml" in said
    assert not repository.key_file.exists()


def test_a_bundle_is_never_overwritten(bundle):
    before = (bundle.folder / "secrets.yaml").read_bytes()
    status, _, said = bundle.run("secrets", "new")
    assert status == 1
    assert said == "secrets.yaml: the file exists; a bundle is never overwritten: give another file with -o\n"
    assert (bundle.folder / "secrets.yaml").read_bytes() == before


def test_recipients_on_the_command_line_and_in_the_environment(repository, monkeypatch):
    one, two = repository.key(), repository.key(write=False)
    status, _, said = repository.run("secrets", "new", "--age", f"{one},{two}")
    assert (status, said) == (0, "Created secrets.yaml\n")
    text = (repository.folder / "secrets.yaml").read_text()
    assert text.count("recipient: age1") == 2
    monkeypatch.setenv("SOPS_AGE_RECIPIENTS", two)
    assert repository.run("secrets", "new", "-o", "b.yaml")[0] == 0
    text = (repository.folder / "b.yaml").read_text()
    assert one not in text
    assert two in text
    assert repository.run("secrets", "new", "--age", "age1nonsense", "-o", "c.yaml")[0] == 1
    assert not (repository.folder / "c.yaml").exists()


@pytest.mark.skipif(not hybrid.available(), reason="the installed cryptography has no ML-KEM-768")
def test_a_post_quantum_key(repository):
    assert repository.run("secrets", "new", "--keygen", "--post-quantum")[0] == 0
    assert "recipient: age1pq1" in (repository.folder / "secrets.yaml").read_text()
    assert repository.run("secrets", "decrypt", "secrets.yaml")[0] == 0
    classic = repository.key(write=False)
    strong = str(keys.identities(repository.key_file.read_bytes())[0].recipient)
    said = repository.run("secrets", "new", "-o", "b.yaml", "--age", f"{classic},{strong}")[2]
    assert "a post-quantum one protects nothing" in said


@pytest.mark.parametrize(
    "setting", [{"encrypted_regex": "key|token"}, {"unencrypted_suffix": "_x"}, {"encrypted_suffix": "y"}]
)
def test_a_bundle_is_made_whole_or_not_at_all(repository, setting):
    repository.rules(repository.key(), **setting)
    status, _, said = repository.run("secrets", "new")
    assert (status, repository.entries()) == (1, [".sops.yaml"])
    assert "a secrets bundle is encrypted whole" in said
    (repository.folder / "clear.yaml").write_text(CLEAR)
    status, _, said = repository.run("secrets", "encrypt", "clear.yaml")
    assert status == 1
    assert "a secrets bundle is encrypted whole" in said
    assert (repository.folder / "clear.yaml").read_text() == CLEAR


# -- show, decrypt ---------------------------------------------------------------------------------


def test_what_is_shown_has_no_secret(bundle, plaintext):
    plaintext.allow(bundle.folder)
    keys_and_tokens = [
        line.split(": ", 1)[1]
        for line in bundle.run("secrets", "show", "--reveal", "secrets.yaml")[1].splitlines()
        if re.match(r"\s+(key|token|secret|bootstraptoken|secretboxencryptionsecret): ", line)
    ]
    assert len(keys_and_tokens) == 9
    status, out, said = bundle.run("secrets", "show", "secrets.yaml")
    assert (status, said) == (0, "")
    assert out.count("'******'") == 9
    assert not any(secret in out for secret in keys_and_tokens)
    assert "crt: LS0t" in out
    revealed = bundle.run("secrets", "show", "secrets.yaml", "--reveal")
    assert revealed == bundle.run("secrets", "decrypt", "secrets.yaml")
    assert talosgen.SecretsBundle.load(revealed[1]).validate(full=True) == []


def test_what_is_shown_of_another_file(repository):
    repository.rules(repository.key(), encrypted_regex="^(token|list)$")
    (repository.folder / "a.yaml").write_text(
        "# clear\nname: web\ntoken: # hidden-remark\n  a-hidden-text\nlist:\n  - 17\n  - x: null\n"
    )
    assert repository.run("secrets", "encrypt", "a.yaml")[0] == 0
    _, out, _ = repository.run("secrets", "show", "a.yaml")
    assert "hidden" not in out.replace("hidden-remark", "")
    assert "name: web" in out
    assert "token: '******'" in out
    assert "- '******'" in out
    assert "sops" not in out


def test_a_clear_file_is_not_shown_as_if_it_were_encrypted(repository):
    (repository.folder / "clear.yaml").write_text(CLEAR)
    for command in (["show"], ["decrypt"], ["edit"]):
        status, out, said = repository.run("secrets", *command, "clear.yaml")
        assert (status, out) == (1, "")
        assert "not encrypted" in said or "no editor" in said


def test_a_file_in_the_clear_is_written_when_it_is_named(bundle, plaintext):
    status, out, said = bundle.run("secrets", "decrypt", "secrets.yaml", "-o", "clear.yaml")
    assert (status, out, said) == (0, "", "")
    assert mode(bundle.folder / "clear.yaml") == 0o600
    plaintext.allow(bundle.folder / "clear.yaml")
    plaintext.require_none(said)
    assert bundle.run("secrets", "decrypt", "secrets.yaml", "-o", "clear.yaml")[0] == 1
    (bundle.folder / ".git").mkdir()
    said = bundle.run("secrets", "decrypt", "secrets.yaml", "-o", "clear.yaml", "--force")[2]
    assert "warning: this holds secrets in the clear" in said


def test_without_a_key_it_is_said_for_whom_the_file_is_and_what_was_tried(bundle, plaintext):
    wanted = str(keys.identities(bundle.key_file.read_bytes())[0].recipient)
    other = bundle.key()
    for command in (["decrypt"], ["show"], ["show", "--reveal"]):
        status, out, said = bundle.run("secrets", *command, "secrets.yaml")
        assert (status, out) == (1, "")
        assert f"no identity fits {wanted}" in said
        assert f"{bundle.key_file}: this key was tried: {other}" in said
        assert "SOPS_AGE_KEY_FILE" in said
        plaintext.require_none(said)


# -- encrypt ---------------------------------------------------------------------------------------


def test_a_file_is_encrypted_in_its_place(repository, plaintext):
    repository.rules(repository.key())
    target = repository.folder / "vars.yaml"
    target.write_text("a: some-hidden-text\nb: [1, true]\n")
    target.chmod(0o640)
    plaintext.tell("some-hidden-text")
    status, out, said = repository.run("secrets", "encrypt", "vars.yaml")
    assert (status, out) == (0, "")
    assert mode(target) == 0o640
    plaintext.require_none(said)
    assert repository.entries() == [".sops.yaml", "vars.yaml"]
    assert repository.run("secrets", "decrypt", "vars.yaml")[1] == "a: some-hidden-text\nb:\n    - 1\n    - true\n"
    before = target.read_bytes()
    status, _, said = repository.run("secrets", "encrypt", "vars.yaml")
    assert status == 1
    assert "encrypted already" in said
    assert target.read_bytes() == before


def test_a_link_is_followed(repository):
    repository.rules(repository.key())
    (repository.folder / "real.yaml").write_text("a: some-hidden-text\n")
    (repository.folder / "link.yaml").symlink_to("real.yaml")
    assert repository.run("secrets", "encrypt", "link.yaml")[0] == 0
    assert (repository.folder / "link.yaml").is_symlink()
    assert "hidden" not in (repository.folder / "real.yaml").read_text()


def test_a_file_that_is_not_whole_is_encrypted_again(repository, plaintext):
    repository.rules(repository.key())
    assert repository.run("secrets", "new")[0] == 0
    plaintext.tell(*repository.leaves("secrets.yaml"))
    data = (repository.folder / "secrets.yaml").read_text()
    clear = repository.run("secrets", "decrypt", "secrets.yaml")[1]
    from talosgen.sops import file
    from talosgen.sops.document import load

    me = keys.identities(repository.key_file.read_bytes())
    partial = file.encrypt(
        load(clear),
        file.Scheme(file.recipients(str(me[0].recipient)), file.Selection("unencrypted_regex", "^id$")),
        "2026-01-01T00:00:00Z",
    )
    (repository.folder / "secrets.yaml").write_text(partial)
    for arguments in (
        ["secrets", "show", "secrets.yaml"],
        ["gen", "config", "demo", "https://10.0.0.1:6443", "--with-secrets", "secrets.yaml", "-o", "-", "-tworker"],
    ):
        status, out, said = repository.run(*arguments)
        assert (status, out) == (1, "")
        assert "unencrypted_regex may leave parts of it in the clear" in said
        assert "secrets.yaml: cluster.id: a secrets bundle is encrypted whole, and this value is in the clear" in said
    status, _, said = repository.run("secrets", "encrypt", "--again", "secrets.yaml")
    assert status == 0
    plaintext.require_none(said)
    assert repository.run("secrets", "decrypt", "secrets.yaml")[1] == clear
    assert (repository.folder / "secrets.yaml").read_text() != data


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: [1\n", "s.yaml:2:1: "),
        ("- 1\n", "no mapping"),
        ("", "the file is empty"),
        ("a: 1\na: 2\n", "stands already"),
        ("a: null\n", ""),
        ("a: 99999999999999999999\n", "64 bits"),
    ],
)
def test_what_cannot_be_encrypted_stays_as_it_was(repository, text, message):
    repository.rules(repository.key())
    (repository.folder / "s.yaml").write_text(text)
    status, _, said = repository.run("secrets", "encrypt", "s.yaml")
    assert message in said
    if message:
        assert status == 1
        assert (repository.folder / "s.yaml").read_text() == text


@pytest.mark.parametrize("command", ["encrypt", "edit", "rotate"])
def test_a_pipe_is_not_waited_for_where_it_would_be_replaced(repository, monkeypatch, command):
    monkeypatch.setenv("EDITOR", "true")
    os.mkfifo("pipe")
    status, _, said = repository.run("secrets", command, "pipe")
    assert status == 1
    assert "pipe: this is no regular file, and cannot be changed in its place" in said
    assert stat.S_ISFIFO(os.stat("pipe").st_mode)


def test_a_bad_recipient_is_named_where_it_stands(repository):
    good, secret = repository.key(), keys.generate().secret_text()
    (repository.folder / "a.yaml").write_text("a: 1\n")
    status, _, said = repository.run("secrets", "encrypt", "a.yaml", "--age", f"{good},age1qqqq,{secret},nobody")
    assert status == 1
    assert said.splitlines() == [
        "a.yaml: recipient age1qqqq: this is no age recipient: the text is cut off; copy it whole",
        "a.yaml: recipient 3: this is an identity, which is secret, and no recipient; give its public key, age1…",
        "a.yaml: recipient 4: this is no age recipient; expected age1…, age1pq1…, ssh-ed25519 … or ssh-rsa …",
    ]
    repository.rules(good, "age1qqqq")
    status, _, said = repository.run("secrets", "encrypt", "a.yaml")
    assert status == 1
    assert re.search(r"/\.sops\.yaml:2:5: recipient age1qqqq: this is no age recipient", said)
    assert (repository.folder / "a.yaml").read_text() == "a: 1\n"


def test_what_is_wrong_with_a_value_is_told_with_its_line(repository):
    repository.rules(repository.key())
    (repository.folder / "a.yaml").write_text('a: 1\nb:\n  - x\n  - "\\tx\\ny"\n')
    status, _, said = repository.run("secrets", "encrypt", "a.yaml")
    assert status == 1
    assert said.startswith("a.yaml:4:5: b[1]: ")
    (repository.folder / "a.yaml").write_text("a: 1\nb:\n  - x\n  - y\n")
    assert repository.run("secrets", "encrypt", "a.yaml")[0] == 0
    lines = (repository.folder / "a.yaml").read_text().splitlines(keepends=True)
    lines[2:4] = lines[2], lines[2].replace("type:str", "type:int")
    (repository.folder / "a.yaml").write_text("".join(lines))
    for command in (["decrypt", "a.yaml"], ["show", "a.yaml"], ["rotate"], ["rotate", "a.yaml"]):
        status, _, said = repository.run("secrets", *command)
        assert status == 1
        assert said.startswith("a.yaml:4:7: b[1]: this value ")


def test_the_name_of_standard_output_is_no_file(bundle, plaintext):
    status, out, said = bundle.run("secrets", "decrypt", "secrets.yaml", "-o", "-")
    assert (status, said) == (0, "")
    assert out == bundle.run("secrets", "decrypt", "secrets.yaml")[1]
    assert bundle.entries() == [".sops.yaml", "secrets.yaml"]
    for command in (["new"], ["import", "secrets.yaml"], ["keygen"]):
        status, out, said = bundle.run("secrets", *command, "-o", "-")
        assert (status, out) == (2, "")
        assert "-o takes the name of a file" in said
    assert bundle.entries() == [".sops.yaml", "secrets.yaml"]


def test_a_folder_that_is_not_there_is_told_of_by_the_name_of_the_file(repository):
    repository.rules(repository.key())
    status, _, said = repository.run("secrets", "new", "-o", "none/secrets.yaml")
    assert status == 1
    assert said.startswith("none/secrets.yaml: the file cannot be written: No such file or directory; ")


def test_a_new_file_is_for_those_that_its_rule_names(repository):
    mine, other = repository.key(), repository.key(write=False)
    repository.rules(mine)
    (repository.folder / "a.yaml").write_text("a: some-hidden-text\n")
    for command in (["new"], ["encrypt", "a.yaml"]):
        status, _, said = repository.run("secrets", *command, "--age", other)
        assert status == 1
        assert f"- {other}: the file has it, the rule has not" in said
        assert "--accept-recipients" in said
    assert repository.entries() == [".sops.yaml", "a.yaml"]
    for command in (["new"], ["encrypt", "a.yaml"]):
        assert repository.run("secrets", *command, "--age", other, "--accept-recipients")[0] == 0
        assert repository.run("secrets", *command, "--age", mine)[0] == 1
    assert other in (repository.folder / "a.yaml").read_text()


def test_what_is_odd_about_a_file_is_told(repository, editor):
    repository.rules(repository.key())
    (repository.folder / "a.yaml").write_text("# remark\na: some-hidden-text\n")
    assert repository.run("secrets", "encrypt", "a.yaml")[0] == 0
    text = (repository.folder / "a.yaml").read_text()
    text = re.sub("(?m)^#.*", "# clear", text).replace("    version:", "    vendor: x\n    version:")
    (repository.folder / "a.yaml").write_text(text)
    editor("path.write_text(text)")
    for command in (["decrypt"], ["show", "--reveal"], ["edit"]):
        status, _, said = repository.run("secrets", *command, "a.yaml")
        assert status == 0
        assert "warning: a comment here is in the clear" in said
        assert "sops.vendor: this key is unknown; writing the file drops it" in said


# -- edit ------------------------------------------------------------------------------------------


def test_an_edit_changes_what_was_changed_and_leaves_nothing(bundle, editor, plaintext):
    before = (bundle.folder / "secrets.yaml").read_text()
    report = bundle.home / "report"
    editor(f"""
        import stat
        pathlib.Path({str(report)!r}).write_text(f"{{path.name}} {{stat.S_IMODE(path.stat().st_mode):o}} "
            f"{{stat.S_IMODE(path.parent.stat().st_mode):o}} {{path}}")
        pathlib.Path(path.parent, ".backup~").write_text(text)
        path.write_text(text.replace("cluster:", "cluster: # note").replace("trustdinfo:\\n    token: ", "trustdinfo:\\n    token: abcdef."))
    """)
    plaintext.tell("token: abcdef.")
    existing = private_folders()
    status, out, said = bundle.run("secrets", "edit", "secrets.yaml")
    assert (status, out, said) == (0, "", "")
    name, file_mode, folder_mode, place = report.read_text().split(" ")
    assert (name, file_mode, folder_mode) == ("secrets.yaml", "600", "700")
    if os.path.isdir("/dev/shm"):
        assert str(Path(place).parents[1]) in ("/dev/shm", os.environ["XDG_RUNTIME_DIR"])
    assert private_folders() == existing
    plaintext.require_none()
    assert mode(bundle.folder / "secrets.yaml") == 0o600
    assert re.search("token: abcdef\\.", bundle.run("secrets", "decrypt", "secrets.yaml")[1])
    after = (bundle.folder / "secrets.yaml").read_text()
    changed = [line for line in after.splitlines() if line not in before.splitlines()]
    # It was made in this very second, or in the one before.
    changed = [name for line in changed if (name := line.split(":")[0].strip()) != "lastmodified"]
    assert changed == ["#ENC[AES256_GCM,data", "token", "mac"]


def test_an_edit_without_a_change_writes_nothing(bundle, editor):
    path = bundle.folder / "secrets.yaml"
    before = path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_ino
    editor("path.write_text(text)\n")
    assert bundle.run("secrets", "edit", "secrets.yaml") == (0, "", "secrets.yaml: nothing was changed\n")
    assert (path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_ino) == before


BAD = [
    ("path.write_text(text + '  bad: [\\n')", "secrets.yaml:"),
    ("path.write_text(text + 'sops: {}\\n')", "the key sops is the encryption's own"),
    ("path.write_text(text.replace('crt: LS0t', 'crt: LS0', 1))", "certs.etcd"),
    ("path.write_text(text.replace('trustdinfo', 'trustdinf'))", "trustdinfo is required"),
    ("path.write_text('')", "the file is empty"),
    ("path.write_bytes(b'a: \\xff\\n')", "these bytes are no text"),
]


@pytest.mark.parametrize(("source", "message"), BAD)
def test_a_bad_edit_is_told_and_nothing_is_lost_or_left(bundle, editor, plaintext, source, message):
    before = (bundle.folder / "secrets.yaml").read_bytes()
    editor(source)
    existing = private_folders()
    status, out, said = bundle.run("secrets", "edit", "secrets.yaml")
    assert (status, out) == (1, "")
    assert message in said
    assert (bundle.folder / "secrets.yaml").read_bytes() == before
    assert private_folders() == existing
    plaintext.require_none(said)


@pytest.mark.parametrize(("source", "message"), BAD[:3])
def test_a_bad_edit_may_be_edited_again(bundle, editor, monkeypatch, source, message):
    from talosgen.secrets import editing
    from talosgen.secrets.access import Access

    editor(
        f"if times == 1:\n    {source}\n"
        "elif times == 2:\n    good = text.splitlines(True)\n    assert good\n    path.write_text('trustdinfo: {token: abc.def}\\n"
        "certs: {}\\n')\n"
    )
    told = []
    access = Access(os.environ, str(bundle.folder))
    run = editing.editor(os.environ)
    # The second text lacks what a bundle needs: it is refused as well, and then given up.
    with pytest.raises(talosgen.InputError, match="cluster is required"):
        editing.edit("secrets.yaml", access, run, lambda error: (told.append(str(error)), len(told) < 2)[1])
    assert message in told[0]
    assert len(told) == 2


def test_a_change_by_somebody_else_is_not_overwritten_and_the_edit_not_lost(bundle, editor, plaintext):
    target = bundle.folder / "secrets.yaml"
    theirs = target.read_bytes() + b"# theirs\n"
    editor(f"""
        pathlib.Path({str(target)!r}).write_bytes({theirs!r})
        path.write_text(text.replace("token: ", "token: mine.", 1))
    """)
    plaintext.tell("token: mine")
    status, _, said = bundle.run("secrets", "edit", "secrets.yaml")
    assert status == 1
    assert "changed by somebody else" in said
    assert "secrets.edited-1.yaml" in said
    assert target.read_bytes() == theirs
    assert mode(bundle.folder / "secrets.edited-1.yaml") == 0o600
    plaintext.require_none(said)
    assert "token: mine." in bundle.run("secrets", "decrypt", "secrets.edited-1.yaml")[1]


def test_an_editor_that_fails_or_is_not_there(bundle, editor, monkeypatch, plaintext):
    before = (bundle.folder / "secrets.yaml").read_bytes()
    editor("path.write_text('lost: 1\\n'); sys.exit(3)")
    status, _, said = bundle.run("secrets", "edit", "secrets.yaml")
    assert status == 1
    assert "the editor failed with status 3" in said
    for name, message in (("/nonexistent/editor", "cannot be run"), ("'open", "quote")):
        monkeypatch.setenv("EDITOR", name)
        status, _, said = bundle.run("secrets", "edit", "secrets.yaml")
        assert status == 1
        assert message in said
    monkeypatch.setenv("EDITOR", "")
    monkeypatch.setenv("PATH", "/nonexistent")
    assert "there is no editor" in bundle.run("secrets", "edit", "secrets.yaml")[2]
    assert (bundle.folder / "secrets.yaml").read_bytes() == before
    plaintext.require_none(said)


@pytest.mark.parametrize("first", ["SOPS_EDITOR", "EDITOR", "VISUAL"])
def test_the_editor_is_the_first_that_is_named(bundle, editor, monkeypatch, first):
    editor("sys.exit(0)")
    wanted = os.environ["EDITOR"]
    names = ["SOPS_EDITOR", "EDITOR", "VISUAL"]
    for name in names:
        monkeypatch.setenv(name, " " if names.index(name) < names.index(first) else "/nonexistent/editor")
    monkeypatch.setenv(first, wanted)
    status, _, said = bundle.run("secrets", "edit", "secrets.yaml")
    assert (status, said) == (0, "secrets.yaml: nothing was changed\n")


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_a_stop_while_the_editor_is_open_leaves_nothing(bundle, editor, plaintext, name):
    ready = bundle.home / "ready"
    before = (bundle.folder / "secrets.yaml").read_bytes()
    existing = private_folders()
    editor(f"""
        import time
        pathlib.Path(path.parent, "swap").write_text(text)
        pathlib.Path({str(ready)!r}).write_text(str(os.getpid()))
        time.sleep(30)
    """)
    running = subprocess.Popen(
        [sys.executable, "-m", "talosgen", "secrets", "edit", "secrets.yaml"],
        env={**os.environ, "PYTHONPATH": str(Path(talosgen.__file__).parents[1])},
        start_new_session=True,
        stderr=subprocess.PIPE,
    )
    try:
        while not ready.exists() or not ready.read_text():
            assert running.poll() is None
            time.sleep(0.02)
        assert private_folders() - existing
        running.send_signal(getattr(signal, name))
        said = running.communicate(timeout=20)[1]
        assert running.returncode == 128 + getattr(signal, name)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(running.pid, signal.SIGKILL)
        running.wait()
    assert private_folders() == existing
    assert (bundle.folder / "secrets.yaml").read_bytes() == before
    plaintext.require_none(said)


def test_recipients_that_the_rules_do_not_have_stop_every_write(bundle, editor, plaintext):
    mine = str(keys.identities(bundle.key_file.read_bytes())[0].recipient)
    other = bundle.key(write=False)
    bundle.rules(mine, other)
    before = (bundle.folder / "secrets.yaml").read_bytes()
    count = editor("path.write_text(text.replace('token: ', 'token: mine.', 1))")
    status, _, said = bundle.run("secrets", "edit", "secrets.yaml")
    assert status == 1
    assert f"+ {other}: the rule has it, the file has not" in said
    assert "--accept-recipients" in said
    assert not count.exists()
    assert (bundle.folder / "secrets.yaml").read_bytes() == before
    assert bundle.run("secrets", "edit", "secrets.yaml", "--accept-recipients")[0] == 0
    assert other not in (bundle.folder / "secrets.yaml").read_text()
    bundle.rules(other, path_regex="^elsewhere$")
    editor("path.write_text(text.replace('token: mine.', 'token: ', 1))")
    assert bundle.run("secrets", "edit", "secrets.yaml")[0] == 0


def test_a_number_keeps_its_type_where_it_is_not_edited(repository, editor):
    recipient = repository.key()
    from talosgen.sops import file
    from talosgen.sops.tree import branch

    tree = (branch({"a": 3.0, "b": [1.0, {"c": 2.0}], "d": "x"}),)
    text = file.encrypt(tree, file.Scheme(file.recipients(recipient)), "2026-01-01T00:00:00Z")
    (repository.folder / "n.yaml").write_text(text)
    editor("path.write_text(text.replace('d: x', 'd: z'))")
    assert repository.run("secrets", "edit", "n.yaml")[0] == 0
    after = (repository.folder / "n.yaml").read_text()
    assert after.count("type:float]") == 3
    assert [line for line in text.splitlines()[:4] if line not in after] == []


# -- other key services ----------------------------------------------------------------------------

FINGERPRINT = "FBC7B9E2A4F9289AC0C1D4843D16CEE4A27381B4"


def test_a_rule_with_keys_of_others_names_the_program(repository, monkeypatch, plaintext):
    (repository.folder / ".sops.yaml").write_text(f"creation_rules:\n  - pgp: {FINGERPRINT}\n")
    (repository.folder / "a.yaml").write_text("a: some-hidden-text\n")
    monkeypatch.setenv("PATH", "/nonexistent")
    status, _, said = repository.run("secrets", "encrypt", "a.yaml")
    assert status == 1
    assert "only the sops program can use: PGP" in said
    status, _, said = repository.run("secrets", "new")
    assert (status, (repository.folder / "secrets.yaml").exists()) == (1, False)
    assert "put sops on PATH" in said


def test_a_file_for_others_is_decrypted_through_the_program(repository, monkeypatch, tmp_path):
    text = (
        "a: ENC[AES256_GCM,data:AAAA,iv:AAAAAAAAAAAAAAAA,tag:AAAAAAAAAAAAAAAAAAAAAA==,type:str]\n"
        'sops:\n    lastmodified: "2026-01-01T00:00:00Z"\n    mac: x\n    pgp:\n'
        f'        - created_at: "2026-01-01T00:00:00Z"\n          enc: x\n          fp: {FINGERPRINT}\n'
        "    unencrypted_suffix: _unencrypted\n    version: 3.13.3\n"
    )
    (repository.folder / "a.yaml").write_text(text)
    monkeypatch.setenv("PATH", "/nonexistent")
    status, _, said = repository.run("secrets", "decrypt", "a.yaml")
    assert status == 1
    assert "PGP can only be used through sops" in said
    programs = tmp_path / "programs"
    programs.mkdir()
    stand_in = programs / "sops"
    stand_in.write_text("#!/bin/sh\ncat > /dev/null\necho 'a: some-hidden-text'\n")
    stand_in.chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    assert repository.run("secrets", "decrypt", "a.yaml") == (0, "a: some-hidden-text\n", "")
    assert repository.run("secrets", "show", "a.yaml") == (0, "a: '******'\n", "")
    assert talosgen.read_text("a.yaml") == 'a: "some-hidden-text"\n'


@pytest.fixture(scope="module")
def sops():
    """The real program; it is looked for before a test has a home of its own."""
    return required(lambda: program("sops"))


@pytest.mark.programs
def test_the_real_sops_reads_what_is_made_and_edited(sops, bundle, editor):
    editor("path.write_text(text.replace('token: ', 'token: mine.', 1))")
    assert bundle.run("secrets", "edit", "secrets.yaml")[0] == 0
    command = [sops, "--disable-version-check", "decrypt", "secrets.yaml"]
    done = subprocess.run(command, capture_output=True, check=True)
    assert done.stdout.decode() == bundle.run("secrets", "decrypt", "secrets.yaml")[1]
    assert b"token: mine." in done.stdout
