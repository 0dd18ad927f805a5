"""A process that dies at any step leaves each file as it was or as it should be, and nothing in the clear beside it."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import faults
import pytest

import talosgen
from talosgen.age import keys
from talosgen.sops import file

SECRET = "some-very-hidden-text"
CLEAR = f"a: {SECRET}\nb: [1, x]\n"


@pytest.fixture
def template(repository, tmp_path):
    """A folder with a key, a rule, an encrypted file and a clear one; the key's identities."""
    repository.rules(repository.key())
    (repository.folder / "enc.yaml").write_text(CLEAR)
    assert repository.run("secrets", "encrypt", "enc.yaml")[0] == 0
    made = tmp_path / "template"
    shutil.copytree(repository.folder, made / "repository")
    shutil.copytree(repository.home, made / "home")
    return made


def deaths(template, tmp_path, *command, **variables):
    """What is left by each death, and by the run that came to its end."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("SOPS_")}
    environment |= {"PYTHONPATH": str(Path(talosgen.__file__).parents[1]), **variables}
    done = subprocess.run(
        [sys.executable, faults.__file__, str(template), str(tmp_path / "work"), *command],
        capture_output=True, env=environment, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()
    *died, whole = json.loads(done.stdout)
    assert whole["status"] == 0
    assert {"open", "write", "half a write", "fsync"} <= {each["step"] for each in died}
    assert all(each["status"] == faults.DEAD for each in died)
    for each in (*died, whole):
        each["left"] = {name: (mode, base64.b64decode(data)) for name, (mode, data) in each["left"].items()}
    return died, whole


def contents(template):
    return {
        str(path.relative_to(template)): path.read_bytes() for path in sorted(template.rglob("*")) if path.is_file()
    }


def require_old_or_new(template, died, whole, names):
    """Each of the files is whole, old or new; what else is there now is a temporary file, its owner's alone."""
    before = contents(template)
    fresh = 0
    for each in died:
        for name, (mode, data) in each["left"].items():
            if name in before:
                if data != before[name]:
                    assert name in names, (each["step"], name)
                    fresh += 1
                    yield name, data
            elif name in whole["left"]:
                fresh += 1
                yield name, data
            else:
                # It takes the mode of the file whose place it is to take when all is in it.
                assert name.endswith(".tmp"), (each["step"], name)
                assert mode in ("600", whole["left"][_target(name)][0])
    assert fresh or len(whole["left"]) == len(before), "no death came after the first file was in its place"


def _target(name):
    folder, _, temporary = name.rpartition("/")
    return f"{folder}/{temporary.removeprefix('.').rpartition('.tmp')[0].rpartition('.')[0]}"


def identities(template):
    return keys.identities((template / "home/.config/sops/age/keys.txt").read_bytes())


@pytest.mark.parametrize("arguments", [["clear.yaml"], ["--again", "enc.yaml"]], ids=["clear", "again"])
def test_an_encryption_that_dies_leaves_the_old_file_whole(template, tmp_path, arguments):
    (template / "repository/clear.yaml").write_text(CLEAR)
    died, whole = deaths(template, tmp_path, "secrets", "encrypt", *arguments)
    for name, data in require_old_or_new(template, died, whole, {f"repository/{arguments[-1]}"}):
        assert name == f"repository/{arguments[-1]}"
        assert file.decrypt(data, identities(template)).tree == file.load(CLEAR)
    for each in died:
        clear = [name for name, (_, data) in each["left"].items() if SECRET.encode() in data]
        assert [name for name in clear if name != "repository/clear.yaml"] == []


def test_an_edit_that_dies_leaves_the_old_file_whole(template, tmp_path):
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    editor = f"{sys.executable} -c \"import sys; p = sys.argv[-1]; t = open(p).read(); open(p, 'w').write(t + 'c: 1')\""
    before = set(Path("/dev/shm").glob("talosgen-*"))
    died, whole = deaths(template, tmp_path, "secrets", "edit", "enc.yaml", EDITOR=editor, TMPDIR=str(private))
    for name, data in require_old_or_new(template, died, whole, {"repository/enc.yaml"}):
        assert name == "repository/enc.yaml"
        assert file.decrypt(data, identities(template)).tree == file.load(CLEAR + "c: 1")
    assert not [name for each in died for name, (_, data) in each["left"].items() if SECRET.encode() in data]
    # Nothing can be wiped by a process that is dead: what it leaves is in memory, and its owner's alone.
    remains = (set(Path("/dev/shm").glob("talosgen-*")) - before) | set(private.iterdir())
    for folder in remains:
        assert folder.stat().st_mode & 0o777 == 0o700
        assert folder.stat().st_uid == os.getuid()
        shutil.rmtree(folder)


def test_a_new_bundle_that_dies_is_there_whole_or_not_at_all(template, tmp_path):
    shutil.rmtree(template / "home")
    (template / "home").mkdir()
    shutil.rmtree(template / "repository")
    (template / "repository").mkdir()
    died, whole = deaths(template, tmp_path, "secrets", "new", "--keygen")
    key_file, rules, bundle = "home/.config/sops/age/keys.txt", "repository/.sops.yaml", "repository/secrets.yaml"
    assert list(whole["left"]) == [key_file, rules, bundle]
    stages = set()
    for each in died:
        for name, (mode, data) in each["left"].items():
            assert mode == "600" or (name, mode) == (rules, "644") or (".sops.yaml." in name and mode == "644")
            assert name in whole["left"] or name.endswith(".tmp")
            assert b"LS0tLS1CRUdJ" not in data
        there = [name for name in whole["left"] if name in each["left"]]
        stages.add(len(there))
        # Never a bundle without its rules, nor rules without their key.
        assert there == [key_file, rules, bundle][: len(there)]
        if bundle in there:
            me = keys.identities(each["left"][key_file][1])
            assert len(file.decrypt(each["left"][bundle][1], me).tree[0]) == 4
        elif rules in there:
            assert str(keys.identities(each["left"][key_file][1])[0].recipient).encode() in each["left"][rules][1]
    assert stages == {0, 1, 2, 3}


def test_a_decryption_into_a_file_that_dies_leaves_the_old_one(template, tmp_path):
    (template / "repository/out.yaml").write_text("old: 1\n")
    died, whole = deaths(template, tmp_path, "secrets", "decrypt", "enc.yaml", "-o", "out.yaml", "--force")
    for name, data in require_old_or_new(template, died, whole, {"repository/out.yaml"}):
        assert (name, data) == ("repository/out.yaml", f"a: {SECRET}\nb:\n    - 1\n    - x\n".encode())


@pytest.mark.parametrize("error", ["ENOSPC", "EIO", "EROFS"])
def test_a_disk_that_refuses_leaves_the_old_file_and_no_other(repository, monkeypatch, plaintext, error):
    import errno

    repository.rules(repository.key())
    (repository.folder / "a.yaml").write_text(CLEAR)

    def refuse(*arguments):
        raise OSError(getattr(errno, error), os.strerror(getattr(errno, error)))

    monkeypatch.setattr(os, "fsync", refuse)
    status, _, said = repository.run("secrets", "encrypt", "a.yaml")
    assert status == 1
    assert "the file cannot be written" in said
    assert repository.entries() == [".sops.yaml", "a.yaml"]
    assert (repository.folder / "a.yaml").read_text() == CLEAR
    plaintext.tell(SECRET)
    plaintext.allow(repository.folder / "a.yaml")
    plaintext.require_none(said)
