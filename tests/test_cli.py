"""The command line: what it writes, refuses, and says."""

from __future__ import annotations

import errno
import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from talosgen import files
from talosgen.cli import main
from talosgen.cli.flags import Flag, UsageError, parse
from talosgen.errors import InputError

BUNDLES = Path(__file__).parent / "vectors" / "conformance" / "bundles"
ENDPOINT = "https://10.0.0.1:6443"
SECRET = "FAKE-TOKEN-SECRET"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "secrets.yaml").write_bytes((BUNDLES / "v1.14.yaml").read_bytes())
    return tmp_path


def run(capsys, *arguments):
    status = main(list(arguments))
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def generate(capsys, *arguments):
    return run(capsys, "gen", "config", "demo", ENDPOINT, "--with-secrets", "secrets.yaml", *arguments)


class TestFlags:
    FLAGS = (
        Flag("force", "bool", False, "", short="f"),
        Flag("types", "strings", ("a", "b"), "", short="t"),
        Flag("name", "string", "x", "", short="n"),
        Flag("patch", "texts", (), "", short="p"),
        Flag("hours", "int", 24, ""),
    )

    @pytest.mark.parametrize(
        ("arguments", "expected"),
        [
            ([], {"force": False, "types": ("a", "b"), "name": "x", "patch": (), "hours": 24}),
            (["-f"], {"force": True}),
            (["--force=false"], {"force": False}),
            (["-f=F"], {"force": False}),
            (["-tworker"], {"types": ("worker",)}),
            (["-t=worker", "--types", 'c,"d,e"'], {"types": ("worker", "c", "d,e")}),
            (["--types="], {"types": ()}),
            (["-fn", "y"], {"force": True, "name": "y"}),
            (["-ny", "-p", "a,b", "-p=c"], {"name": "y", "patch": ("a,b", "c")}),
            (["--hours", "0x10"], {"hours": 16}),
            (["--name", "--force"], {"name": "--force"}),
        ],
    )
    def test_forms(self, arguments, expected):
        values, rest = parse(self.FLAGS, arguments)
        assert values | expected == values
        assert rest == []

    def test_flags_and_arguments_mix(self):
        assert parse(self.FLAGS, ["a", "-f", "b", "-", "--", "-n"])[1] == ["a", "b", "-", "-n"]

    @pytest.mark.parametrize(
        "arguments",
        [["--forc"], ["-x"], ["--name"], ["-t"], ["--force=maybe"], ["--hours", "x"], ["--types", '"a'], ["-fx"]],
    )
    def test_refused(self, arguments):
        with pytest.raises(UsageError):
            parse(self.FLAGS, arguments)


class TestGenConfig:
    def test_files_and_messages(self, folder, capsys):
        status, out, err = generate(capsys)
        assert (status, out) == (0, "")
        for name in ("controlplane.yaml", "worker.yaml", "talosconfig"):
            assert f"Created {folder / name}" in err
            assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600
        assert (folder / "controlplane.yaml").read_text().startswith("version: v1alpha1\n")

    def test_the_same_input_gives_the_same_configs(self, folder, capsys):
        generate(capsys, "-o", "one")
        generate(capsys, "-o", "two")
        for name in ("controlplane.yaml", "worker.yaml"):
            assert (folder / "one" / name).read_bytes() == (folder / "two" / name).read_bytes()

    def test_one_type_to_standard_output(self, folder, capsys):
        status, out, _ = generate(capsys, "-tworker", "-o", "-")
        assert status == 0
        assert "type: worker" in out
        assert sorted(os.listdir(folder)) == ["secrets.yaml"]

    def test_one_type_to_a_file(self, folder, capsys):
        assert generate(capsys, "-t", "worker", "-o", "deep/er/w1.yaml")[0] == 0
        assert (folder / "deep" / "er" / "w1.yaml").exists()

    @pytest.mark.parametrize("words", [("machineconfig", "gen"), ("mc", "gen")])
    def test_other_names(self, folder, capsys, words):
        status, out, _ = run(
            capsys, *words, "demo", ENDPOINT, "--with-secrets", "secrets.yaml", "-t", "worker", "-o", "-"
        )
        assert status == 0
        assert "type: worker" in out

    def test_an_existing_file_stays_and_nothing_else_is_written(self, folder, capsys):
        (folder / "worker.yaml").write_text("mine")
        status, _, err = generate(capsys)
        assert status == 1
        assert "worker.yaml: the file exists; use --force" in err
        assert sorted(os.listdir(folder)) == ["secrets.yaml", "worker.yaml"]
        assert generate(capsys, "--force")[0] == 0
        assert (folder / "worker.yaml").read_text() != "mine"

    def test_all_faults_at_once(self, folder, capsys):
        (folder / "worker.yaml").write_text("mine")
        status, _, err = run(
            capsys, "gen", "config", "demo", "10.0.0.1", "--with-secrets", "none.yaml", "--talos-version", "x",
            "--kubernetes-version", "v",
        )  # fmt: skip
        assert status == 1
        for what in (
            "no scheme",
            "none.yaml: the file cannot be read",
            "no Talos version",
            "no Kubernetes",
            "file exists",
        ):
            assert what in err

    def test_a_missing_bundle_is_no_new_pki(self, folder, capsys):
        (folder / "secrets.yaml").unlink()
        assert generate(capsys)[0] == 1
        assert os.listdir(folder) == []

    @pytest.mark.parametrize(
        ("endpoint", "hint"),
        [
            ("1.2.3.4", 'try "https://1.2.3.4:6443"'),
            ("1.2.3.4:6443", 'try "https://1.2.3.4:6443"'),
            ("//host:6443", 'try "https://host:6443"'),
            ("http://1.2.3.4", "another scheme"),
            ("https://", "no host"),
            ("https://h:0", "1 to 65535"),
            ("https://fd00::1:6443", "brackets"),
        ],
    )
    def test_endpoints_that_are_none(self, folder, capsys, endpoint, hint):
        status, _, err = run(capsys, "gen", "config", "demo", endpoint, "--with-secrets", "secrets.yaml")
        assert status == 1
        assert hint in err

    @pytest.mark.parametrize("endpoint", ["https://1.2.3.4", "https://[::1]", "https://h:", "HTTPS://Host:6443/"])
    def test_endpoints_without_a_port(self, folder, capsys, endpoint):
        arguments = ("--with-secrets", "secrets.yaml", "-t", "worker", "-o", "-")
        assert run(capsys, "gen", "config", "demo", endpoint, *arguments)[0] == 0

    @pytest.mark.parametrize(
        "arguments",
        [
            ("--with-docs",), ("--with-examples=true",), ("-t", "init"), ("-t="),
            ("-o", "-"), ("-o", "a", "--output-dir", "b"), ("--registry-mirror", "x"), ("extra",), ("--forced",),
        ],
        ids=str,
    )  # fmt: skip
    def test_wrong_command_lines(self, folder, capsys, arguments):
        arguments = (arguments,) if isinstance(arguments, str) else arguments
        status, _, err = generate(capsys, *arguments)
        assert status == 2
        assert err.startswith("talosgen: ")
        assert os.listdir(folder) == ["secrets.yaml"]

    def test_comments_are_refused_with_the_reason(self, folder, capsys):
        assert "documentation site" in generate(capsys, "--with-docs")[2]
        assert generate(capsys, "--with-docs=false", "--with-examples=false")[0] == 0

    @pytest.mark.parametrize(
        ("text", "place"),
        [
            (f"cluster:\n  id: {SECRET}\n secret: x\n", "secrets.yaml:3:"),
            (f"cluster: [{SECRET}]\n", "secrets.yaml:1:10: cluster: expected a mapping"),
            (f"trustdinfo:\n  token: {SECRET}\n  token: {SECRET}\n", "secrets.yaml:3:3:"),
            (f"certs:\n  os:\n    crt: {SECRET}!\n", "secrets.yaml:3:10: certs.os.crt: expected standard base64"),
            (f"trustdinfo: {{token: {SECRET}}}\n", "secrets.yaml: cluster is required"),
            ("", "secrets.yaml: the secrets bundle is empty"),
        ],
    )
    def test_bundles_that_are_none(self, folder, capsys, text, place):
        (folder / "secrets.yaml").write_text(text)
        status, out, err = generate(capsys)
        assert status == 1
        assert place in err
        assert SECRET not in out + err

    def test_a_bundle_in_git_brings_a_warning(self, folder, capsys):
        subprocess.run(["git", "init", "-q", str(folder)], check=True)
        assert "does not ignore" in generate(capsys)[2]
        (folder / ".gitignore").write_text("*.yaml\ntalosconfig\n")
        assert "does not ignore" not in generate(capsys, "--force")[2]


class TestPatch:
    CONFIG = "# mine\nmachine:\n  type: worker\n  certSANs: [a]\n"

    @pytest.fixture
    def config(self, folder):
        (folder / "w.yaml").write_text(self.CONFIG)
        return folder

    def test_without_patches_the_text_stays(self, config, capsys):
        assert run(capsys, "patch", "w.yaml") == (0, self.CONFIG + "\n", "")

    def test_inline_and_files_in_order(self, config, capsys):
        (config / "p.yaml").write_text("machine:\n  certSANs: [c]\n")
        arguments = ("-p", "machine: {certSANs: [b]}", "-p", "@p.yaml", "--patch", "p.yaml")
        status, out, _ = run(capsys, "machineconfig", "patch", "w.yaml", *arguments)
        assert status == 0
        assert "    certSANs:\n        - a\n        - b\n        - c\n        - c\n" in out
        assert out.endswith("cluster: null\n\n")

    def test_operations(self, config, capsys):
        patch = '[{"op": "replace", "path": "/machine/type", "value": "controlplane"}]'
        status, out, _ = run(capsys, "mc", "patch", "w.yaml", "-p", patch)
        assert (status, out) == (0, "machine:\n  certSANs:\n  - a\n  type: controlplane\n\n")

    def test_the_output_file_is_overwritten(self, config, capsys):
        assert run(capsys, "patch", "w.yaml", "-p", "debug: true ", "-o", "w.yaml") == (0, "", "")
        text = (config / "w.yaml").read_text()
        assert text.startswith('version: ""\ndebug: true\n')
        assert text.endswith("cluster: null\n")
        assert stat.S_IMODE((config / "w.yaml").stat().st_mode) == 0o600

    def test_a_bad_patch_does_not_hide_another(self, config, capsys):
        (config / "bad.yaml").write_text("machine:\n  nope: 1\n")
        status, out, err = run(
            capsys, "patch", "w.yaml", "-p", "bad.yaml", "-p", "none.yaml", "-p", "machine: {x: 1}", "-p", "@"
        )
        assert (status, out) == (1, "")
        for place in (
            "bad.yaml:2:3: machine.nope",
            "none.yaml: the file cannot be read",
            "--patch 3:1:11: machine.x",
            "--patch 4: this is neither a patch nor the name of a file",
        ):
            assert place in err

    @pytest.mark.parametrize(
        ("patch", "message"),
        [
            (
                "machine:\n  install: {$patch: delete}\n  token: {$patch: delete}\ncluster:\n  id: {$patch: delete}\n",
                "cluster.id",
            ),
            ("cluster:\n  network: {cni: {$patch: delete}}\n", "nothing here to delete"),
            ("$patch: delete\n", "apiVersion and kind"),
            ("machine:\n  certSANs:\n    - $patch: delete\n", "by one of its keys"),
            ("- {op: remove, path: /machine/none}\n", "operation 1: there is nothing here to remove"),
            ('[{"op": "x", "path": "/a"}]', "unknown op"),
            ("just text\n", "expected a document"),
        ],
    )
    def test_patches_that_do_not_apply(self, config, capsys, patch, message):
        (config / "p.yaml").write_text(patch)
        status, out, err = run(capsys, "patch", "w.yaml", "-p", "p.yaml", "-o", "out.yaml")
        assert (status, out) == (1, "")
        assert message in err
        assert not (config / "out.yaml").exists()

    def test_operations_need_a_config_of_one_document(self, folder, capsys):
        generate(capsys, "-t", "worker")
        status, _, err = run(capsys, "patch", "worker.yaml", "-p", '[{"op": "add", "path": "/a", "value": 1}]')
        assert status == 1
        assert "one document" in err

    def test_gen_config_takes_patches(self, folder, capsys):
        status, _, _ = generate(
            capsys, "--config-patch", "machine: {certSANs: [all]}", "--config-patch-control-plane", "machine: {certSANs: [cp]}",
            "--config-patch-worker", "machine: {certSANs: [w]}",
        )  # fmt: skip
        assert status == 0
        assert "certSANs:\n        - all\n        - cp\n" in (folder / "controlplane.yaml").read_text()
        assert "certSANs:\n        - all\n        - w\n" in (folder / "worker.yaml").read_text()


class TestGenSecrets:
    def test_a_new_bundle(self, tmp_path, monkeypatch, capsys):
        monkeypatch.chdir(tmp_path)
        assert run(capsys, "gen", "secrets", "--talos-version", "v1.6") == (0, "", "")
        assert stat.S_IMODE((tmp_path / "secrets.yaml").stat().st_mode) == 0o600
        status, _, err = run(capsys, "gen", "secrets")
        assert status == 1
        assert "use --force" in err
        assert run(capsys, "gen", "config", "demo", ENDPOINT, "--with-secrets", "secrets.yaml")[0] == 0

    def test_the_bundle_of_a_control_plane_is_its_own(self, folder, capsys):
        generate(capsys, "-t", "controlplane")
        status, out, _ = run(capsys, "gen", "secrets", "--from-controlplane-config", "controlplane.yaml", "-o", "-")
        assert status == 0
        assert out == (folder / "secrets.yaml").read_text()

    def test_a_folder_is_not_made(self, tmp_path, capsys):
        status, _, err = run(capsys, "gen", "secrets", "--talos-version", "v1.6", "-o", str(tmp_path / "no" / "s.yaml"))
        assert status == 1
        assert "cannot be written" in err


def test_single_keys_and_certificates(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run(capsys, "gen", "ca", "--organization", "acme")[0] == 0
    assert run(capsys, "gen", "key", "--name", "leaf")[0] == 0
    assert run(capsys, "gen", "csr", "--key", "leaf.key", "--ip", "10.0.0.1", "--roles", "os:reader")[0] == 0
    assert run(capsys, "gen", "crt", "--name", "leaf", "--ca", "acme", "--csr", "leaf.csr")[0] == 0
    assert run(capsys, "gen", "keypair", "--organization", "pair")[0] == 0
    names = ["acme.crt", "acme.key", "acme.sha256", "leaf.crt", "leaf.csr", "leaf.key", "pair.crt", "pair.key"]
    assert sorted(os.listdir(tmp_path)) == names
    assert {stat.S_IMODE((tmp_path / name).stat().st_mode) for name in names} == {0o600}
    assert run(capsys, "gen", "ca", "--organization", "acme")[0] == 1
    assert run(capsys, "gen", "ca")[0] == 2


@pytest.mark.parametrize(
    ("arguments", "status", "hint"),
    [
        ([], 0, "Commands:"),
        (["--help"], 0, "Commands:"),
        (["gen"], 0, "secrets"),
        (["gen", "config", "--help"], 0, "--with-secrets"),
        (["help", "gen", "config"], 0, "CLUSTER_NAME"),
        (["--version"], 0, "talosgen "),
        (["gne"], 2, "did you mean gen?"),
        (["--nope"], 2, "unknown flag"),
        (["gen", "config", "x"], 2, "takes 2 arguments"),
    ],
)
def test_finding_a_command(capsys, arguments, status, hint):
    got, out, err = run(capsys, *arguments)
    assert got == status
    assert hint in out + err


class TestFiles:
    def test_a_full_disk_leaves_all_as_it_was(self, tmp_path, monkeypatch):
        (tmp_path / "a").write_text("old")

        def full(descriptor):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(Exception, match="No space left"):
            files.write({str(tmp_path / "a"): b"new", str(tmp_path / "b"): b"new"}, force=True)
        assert os.listdir(tmp_path) == ["a"]
        assert (tmp_path / "a").read_text() == "old"

    def test_what_was_overwritten_before_another_file_was_refused_is_told(self, tmp_path, monkeypatch):
        for name in "ab":
            (tmp_path / name).write_text("old", encoding="utf-8")
        replace = os.replace

        def refuse(source, target):
            if target.endswith("b"):
                raise OSError(errno.EBUSY, os.strerror(errno.EBUSY), source, None, target)
            replace(source, target)

        monkeypatch.setattr(os, "replace", refuse)
        with pytest.raises(InputError, match=r"b: the file cannot be written: .*; 1 other file is new already"):
            files.write({str(tmp_path / name): b"new" for name in "ab"}, force=True)
        assert [path.read_bytes() for path in sorted(tmp_path.iterdir())] == [b"new", b"old"]

    def test_an_interrupt_leaves_all_as_it_was(self, folder, monkeypatch, capsys):
        calls = []

        def interrupt(descriptor):
            calls.append(descriptor)
            if len(calls) == 2:
                raise KeyboardInterrupt

        monkeypatch.setattr(os, "fsync", interrupt)
        status, _, err = generate(capsys)
        assert status == 1
        assert "interrupted" in err
        assert os.listdir(folder) == ["secrets.yaml"]

    def test_a_folder_in_the_place_of_a_file(self, folder, capsys):
        (folder / "worker.yaml").mkdir()
        status, _, err = generate(capsys, "--force")
        assert status == 1
        assert "this is a folder" in err

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
    def test_an_unreadable_file(self, folder, capsys):
        (folder / "secrets.yaml").chmod(0)
        assert "cannot be read" in generate(capsys)[2]

    def test_a_reader_that_goes_away(self, folder):
        command = (
            f"{sys.executable} -m talosgen gen config demo {ENDPOINT} --with-secrets secrets.yaml -t worker -o - | true"
        )
        done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
        assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["--help", "gen config demo https://10.0.0.1:6443 --with-secrets secrets.yaml -t worker -o -",
                                     "schema show OOMConfig", "secrets check"])  # fmt: skip
@pytest.mark.parametrize("where", [">&-", ">/dev/full", ">&- 2>&-", "<&- >&-"])
def test_output_that_cannot_be_written_is_an_error(folder, command, where):
    if "/dev/full" in where and not os.path.exists("/dev/full"):
        pytest.skip("needs /dev/full")
    done = subprocess.run(
        ["bash", "-c", f"'{sys.executable}' -m talosgen {command} {where}"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert ("2>&-" in where) == (done.stderr == "")
    assert not re.search("Traceback|Exception ignored|None", done.stderr)


def test_without_a_standard_error_nothing_else_is_printed(folder):
    done = subprocess.run(
        ["bash", "-c", f"'{sys.executable}' -m talosgen secrets keygen -o key.txt 2>&-"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert re.fullmatch(r"age1[0-9a-z]+\n", done.stdout)


def test_determinism_across_processes(folder):
    outputs = set()
    for seed, locale, zone in (("0", "C", "UTC"), ("1", "C.UTF-8", "Asia/Tokyo"), ("2", "de_DE.UTF-8", "EST5EDT")):
        done = subprocess.run(
            [sys.executable, "-m", "talosgen", "gen", "config", "demo", ENDPOINT, "--with-secrets", "secrets.yaml",
             "-t", "controlplane", "-o", "-"],
            env={**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": locale, "TZ": zone}, capture_output=True, check=True,
        )  # fmt: skip
        outputs.add(done.stdout)
    assert len(outputs) == 1
