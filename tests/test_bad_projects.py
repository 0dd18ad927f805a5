"""Projects that are wrong: all that is wrong is told together, with place and remedy, and nothing is written."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from projects import CLUSTER, bundle_text, node, write

import talosgen
from talosgen.age import x25519
from talosgen.cli import main
from talosgen.errors import InputError
from talosgen.outputs.check import check
from talosgen.secrets.access import Access
from talosgen.sops import file as sops
from talosgen.sops.document import load as tree_of

RIGHT = {"controlplane-cp1.yaml": node("10.0.0.21"), "worker-w1.yaml": node("10.0.0.31")}
BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{chr(ord('b') + number)}: &{chr(ord('b') + number)} [{', '.join(['*' + chr(ord('a') + number)] * 9)}]\n"
    for number in range(9)
)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The folder of a project that was built."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name in list(os.environ):
        if name.startswith("SOPS_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    made = write(tmp_path / "cluster", RIGHT)
    assert main(["build"]) == 0
    return made


def seen(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and not path.is_symlink()
        and ("rendered" in str(path) or path.name in ("talosconfig", "commands.sh"))
    }


def refused(folder, capsys):
    """What a build says that refuses a project; the last one stays whole."""
    capsys.readouterr()
    before = seen(folder)
    assert before
    assert main(["build"]) == 1
    assert seen(folder) == before
    told = capsys.readouterr().err.splitlines()
    assert all("Traceback" not in line for line in told)
    # What a check finds is the same, and more.
    with pytest.raises(InputError) as caught:
        talosgen.compile(talosgen.load("cluster"))
    assert all(problem.place or problem.message for problem in caught.value.problems)
    return [line.replace("cluster/", "") for line in told]


def starts(lines, *beginnings):
    """Whether each of the lines begins as one wants, whatever their order."""
    left = list(lines)
    for beginning in beginnings:
        found = [line for line in left if line.startswith(beginning)]
        assert len(found) == 1, "\n".join((beginning, *left))
        left.remove(found[0])
    assert left == []


# -- all at once ---------------------------------------------------------------------------------------------


def test_all_that_is_wrong_is_told_together(folder, capsys, tmp_path):
    identity = x25519.X25519Identity.generate()
    scheme = sops.Scheme(sops.recipients(str(identity.recipient)))
    whole = (folder / "rendered" / "w1.yaml").read_text(encoding="utf-8")
    write(
        folder,
        {
            "cluster.yaml": CLUSTER.replace("v1.14.1", "v1.77.0")
            + "nodes: {n1: {role: master, address: 10.0.1.1}}\npatches: [patches/none.yaml, ../../outside.yaml]\n",
            "secrets.yaml": sops.encrypt(tree_of(bundle_text()), scheme, "2026-01-01T00:00:00Z"),
            "worker-cp1.yaml": node("10.0.0.41"),
            "worker-w2.yaml": "machine: {}\n",
            "worker-w3.yaml": whole,
            "worker-w4.yaml": node("10.0.0.34", "labels: {a: '${vars.none}'}\n"),
            "worker-w5.yaml": BOMB,
        },
    )
    (folder / "worker-w6.yaml").symlink_to("worker-w6.yaml")
    told = refused(folder, capsys)
    # What is wrong with cluster.yaml leaves open what it means; the files are looked at all the same.
    wanted = f"no age identity was found to open this file with; it is for {str(identity.recipient)[:9]}"
    assert any(line.startswith("secrets.yaml:") and wanted in line for line in told), told
    for beginning in (
        "cluster.yaml:5:15: error: Talos v1.77 is not known to this talosgen",
        "cluster.yaml:7:14: error: nodes.n1.role: ",
        "cluster.yaml:8:11: error: there is no file patches/none.yaml",
        "cluster.yaml:8:30: error: ../outside.yaml lies outside of the project",
        "worker-cp1.yaml: error: the node cp1 is declared by controlplane-cp1.yaml already",
        "worker-w3.yaml:1:1: error: this is a generated config, not a patch",
        "worker-w5.yaml:",
        "worker-w6.yaml: error: the file cannot be read",
    ):
        assert any(line.startswith(beginning) for line in told), (beginning, told)
    # Once the role is right, the rest follows.
    write(
        folder,
        {
            "cluster.yaml": CLUSTER.replace("v1.14.1", "v1.77.0")
            + "nodes: {n1: {role: worker, address: 10.0.1.1}}\npatches: [patches/none.yaml, ../../outside.yaml]\n"
        },
        secrets=False,
    )
    told = refused(folder, capsys)
    for beginning in (
        "cluster.yaml:5:15: error: Talos v1.77 is not known to this talosgen",
        "cluster.yaml:8:11: error: there is no file patches/none.yaml",
        "cluster.yaml:8:30: error: ../outside.yaml lies outside of the project",
        "worker-cp1.yaml: error: the node cp1 is declared by controlplane-cp1.yaml already",
        "worker-w2.yaml: error: the node w2 has no address",
        "worker-w3.yaml:1:1: error: this is a generated config, not a patch",
        "worker-w4.yaml:4:13: error: there is no vars.none",
        "worker-w5.yaml:",
        "worker-w6.yaml: error: the file cannot be read",
    ):
        assert any(line.startswith(beginning) for line in told), (beginning, told)
    # For whom the bundle is, and which places were searched for keys.
    assert any(line.startswith("secrets.yaml:") and wanted in line for line in told), told
    assert any("no identities were found in" in line and "SOPS_AGE_KEY" in line for line in told), told


def test_a_base_that_is_wrong_hides_nothing_of_what_lies_beside_and_below_it(folder, capsys):
    head = "apiVersion: talosgen/v1\nkind: Cluster\n"
    write(
        folder,
        {
            "cluster.yaml": CLUSTER + "extends: [b]\ngroups: {g: {patches: [g.yaml]}}\n",
            "worker-w1.yaml": node("10.0.0.31", "patches: [n.yaml]\n"),
            "b/cluster.yaml": head + "extends: [../none, ../c, '${vars.x}', 3]\nbogus: 1\n"
            "patches: [b.yaml, {file: x.yaml, merge: 3}, {file: m.yaml, merge: talos}, [1]]\n",
            "b/vars.sops.yaml": "x: 1\nx: 2\n",
            "c/cluster.yaml": head + "extends: [../zip]\n",
            "c/worker.yaml": "machine: {sysctls: {a: '${vars.x}'\n",
        },
        secrets=False,
    )
    starts(
        refused(folder, capsys),
        "b/cluster.yaml:3:11: error: there is no folder none; it is extended by cluster → b",
        "b/cluster.yaml:3:26: error: extends[2]: no reference is resolved here",
        "b/cluster.yaml:3:39: error: extends[3]: expected a text",
        'b/cluster.yaml:4:1: error: bogus: unknown field "bogus"',
        "b/cluster.yaml:5:34: error: patches[1].merge: ",
        "b/cluster.yaml:5:11: error: there is no file b/b.yaml",
        "b/cluster.yaml:5:52: error: there is no file b/m.yaml",
        "b/cluster.yaml:5:75: error: patches[3]: expected a text or a mapping",
        "b/vars.sops.yaml:2:1: error: this key stands already in line 1",
        "c/cluster.yaml:3:11: error: there is no folder zip; it is extended by cluster → b → c",
        "c/worker.yaml:",
        "cluster.yaml:8:24: error: there is no file g.yaml",
        "worker-w1.yaml:4:11: error: there is no file n.yaml",
    )


@pytest.mark.parametrize(("merge", "faults"), [("talos", 1), ("idempotent", 0)])
def test_a_cluster_that_is_wrong_says_all_the_same_how_its_patches_merge(folder, capsys, merge, faults):
    files = {
        "cluster.yaml": CLUSTER + f"merge: {merge}\nbogus: 1\n",
        "worker.yaml": "machine: {certSANs: [{$patch: replace}, a]}\n",
    }
    write(folder, files, secrets=False)
    told = refused(folder, capsys)
    assert told[0].startswith("cluster.yaml:8:1: ")
    assert [line.split(":")[0] for line in told[1:]] == ["worker.yaml"] * faults


def test_a_file_in_the_place_of_a_folder(folder, capsys):
    assert main(["build", "cluster/cluster.yaml"]) == 1
    assert (
        "cluster/cluster.yaml: error: the folder cannot be read: Not a directory; name the folder"
        in capsys.readouterr().err
    )


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (
            {"worker-cp1.yaml": node("10.0.0.41")},
            ["worker-cp1.yaml: error: the node cp1 is declared by controlplane-cp1.yaml already; keep one of the files"],
        ),
        (
            {"cluster.yaml": CLUSTER + "nodes: {w1: {role: controlplane, address: 10.0.0.41}}\n"},
            ["cluster.yaml:7:13: error: the node w1 is a worker in worker-w1.yaml; give it one role"],
        ),
        (
            {"cluster.yaml": CLUSTER + "nodes: {w9: {role: master, address: 10.0.0.41}}\n"},
            ["cluster.yaml:7:14: error: nodes.w9.role: expected 'controlplane' or 'worker'"],
        ),
        (
            {"worker-w1.yaml": "machine: {}\n"},
            ["worker-w1.yaml: error: the node w1 has no address; begin its file with a document of kind Node"],
        ),
        (
            {"worker-w1.yaml": node("10.0.0.31", "patches: [patches/none.yaml]\n")},
            ["worker-w1.yaml:4:11: error: there is no file patches/none.yaml; check the name"],
        ),
        (
            {"worker-w1.yaml": node("10.0.0.31", "patches: [../../../etc/hostname]\n")},
            ["worker-w1.yaml:4:11: error: ../../etc/hostname lies outside of the project; inputs lie in"],
        ),
        (
            {"worker-w1.yaml": node("10.0.0.31", "labels: {x: '${vars.none}'}\n")},
            ["worker-w1.yaml:4:13: error: there is no vars.none; set it, or write $${…} for the text itself"],
        ),
        (
            {"cluster.yaml": CLUSTER + "vars: {x: '${vars.y}', y: '${vars.x}'}\nlabels: {a: '${vars.x}'}\n"},
            ["cluster.yaml:8:13: error: this variable refers to itself"],
        ),
        (
            {"cluster.yaml": CLUSTER.replace("talosgen/v1", "talosgen/v3")},
            ["cluster.yaml:1:13: error: apiVersion: this was made for a newer talosgen; install the newest talosgen"],
        ),
        (
            {"worker-w1.yaml": node("10.0.0.31").replace("talosgen/v1", "talosgen/v3")},
            ["worker-w1.yaml:1:13: error: apiVersion: this was made for a newer talosgen; install the newest talosgen"],
        ),
        (
            {"cluster.yaml": CLUSTER.replace("v1.14.1", "v1.99.0")},
            ["cluster.yaml:5:15: error: Talos v1.99 is not known to this talosgen; v1.0 … v1.14 are"],
        ),
        (
            {"cluster.yaml": CLUSTER.replace("v1.14.1", "latest")},
            ["cluster.yaml:5:15: error: "],
        ),
        (
            {"cluster.yaml": CLUSTER + "extends: [../none]\n"},
            ["cluster.yaml:7:11: error: there is no folder none; it is extended by cluster"],
        ),
        ({"worker-w1.yaml": node("10.0.0.31") + "---\n" + BOMB}, ["worker-w1.yaml:"]),
        ({"cluster.yaml": CLUSTER + BOMB}, ["cluster.yaml:"]),
        ({"worker.yaml": "machine: {sysctls: {a: " + "[" * 20_000 + "]" * 20_000 + "}}\n"}, ["worker.yaml:"]),
        ({"cluster.yaml": CLUSTER + "vars: {x: " + "[" * 5_000 + "]" * 5_000 + "}\n"}, ["cluster.yaml:"]),
        ({"worker.yaml": b"machine: {\xff}\n".decode("latin-1").encode("utf-8").decode("utf-8") + "\x00"}, ["worker.yaml:"]),
        (
            {"worker-w1.yaml": node("10.0.0.31", "network: {interfaces: {eth0: {mtu: 99999999999999999999}}}\n")},
            ["worker-w1.yaml:4:"],
        ),
        (
            {"worker-w1.yaml": node("10.0.0.31", f"network: {{interfaces: {{eth0: {{vlans: {{'{'9' * 5000}': {{}}}}}}}}}}\n")},
            ["worker-w1.yaml:4:"],
        ),
        ({"worker-w1.yaml": node("10.0.0.31", f"install: {{selector: {{size: '{'9' * 5000}GB'}}}}\n")}, ["worker-w1.yaml:4:"]),
        ({"cluster.yaml": CLUSTER + f"vars: {{x: {'9' * 5000}}}\nlabels: {{a: '${{vars.x}}'}}\n"}, ["cluster.yaml:"]),
        ({"worker-w1.yaml": node("'10.0.0.31; reboot'")}, ["worker-w1.yaml:3:10: error: address: this is neither an address"]),
        ({"worker-w1.yaml": node("-oProxyCommand=x")}, ["worker-w1.yaml:3:10: error: address: this is neither an address"]),
        ({"worker-w1.yaml": node("10.0.0.300")}, ["worker-w1.yaml:3:10: error: address: this is neither an address nor a host name; write one such as 10.0.0.21"]),
        ({"worker-w1.yaml": node("'fe80::1%eth0'")}, ["worker-w1.yaml:3:10: error: address: this is neither an address"]),
        ({"worker-w1.yaml": node("10.0.0.31", "hostname: a_b\n")}, ["worker-w1.yaml:4:1: error: hostname: this is no host name; expected a DNS name"]),
        ({"worker-w1.yaml": node("10.0.0.31", "hostname: CP1\n")}, ["worker-w1.yaml:4:11: error: hostname: the nodes cp1 and w1 have the same host name"]),
        ({"cluster.yaml": CLUSTER + "hostname: a\n"}, ["cluster.yaml:7:11: error: hostname: the nodes cp1 and w1 have the same host name"]),
        ({"worker-w1.yaml": node("10.0.0.31", "install: {image: 'a;b'}\n")}, ["worker-w1.yaml:4:11: error: install.image: this is no name of an image"]),
        ({"worker-w1.yaml": node("10.0.0.31").removeprefix("apiVersion: talosgen/v1\n")}, ["worker-w1.yaml:1:1: error: apiVersion: expected apiVersion: talosgen/v1"]),
        ({"worker-w1.yaml": node("10.0.0.31") + "---\n" + node("10.0.0.32")}, ["worker-w1.yaml:5:1: error: this is a document of talosgen, not a patch; a Node document begins the file of a node"]),
        ({"worker.yaml": node("10.0.0.31")}, ["worker.yaml:1:1: error: this is a document of talosgen, not a patch"]),
        ({"wroker-w2.yaml": "# a node\n---\n" + node("10.0.0.41")}, ["wroker-w2.yaml: error: this file has a Node document, and its name declares no node; call it"]),
        ({"worker-a\nb.yaml": node("10.0.0.41")}, ["worker-a\\nb.yaml: error: this looks like a node's file"]),
        ({"worker-$(id).yaml": node("10.0.0.41")}, ["worker-$(id).yaml: error: this looks like a node's file"]),
        ({"worker-a b.yaml": node("10.0.0.41")}, ["worker-a b.yaml: error: this looks like a node's file"]),
        ({"worker-\u202eb.yaml": node("10.0.0.41")}, ["worker-\\u202eb.yaml: error: this looks like a node's file"]),
        ({f"worker-{'x' * 64}.yaml": node("10.0.0.41")}, [f"worker-{'x' * 64}.yaml: error: this looks like a node's file"]),
        ({"cluster.yaml": CLUSTER.replace("home", "'x; reboot'")}, ["cluster.yaml:3:1: error: name: expected a DNS label; use lower-case letters, digits and hyphens"]),
        ({"cluster.yaml": CLUSTER.replace("name: home", "name: ${env.HOME}")}, ["cluster.yaml:3:7: error: "]),
        (
            {"cluster.yaml": CLUSTER + "groups: null\n", "worker-w1.yaml": node("10.0.0.31", "groups: [g]\n")},
            ['worker-w1.yaml:4:10: error: there is no group "g"'],
        ),
        (
            {"cluster.yaml": CLUSTER + "groups: {g: null}\n", "worker-w1.yaml": node("10.0.0.31", "groups: [g]\n")},
            ['worker-w1.yaml:4:10: error: there is no group "g"'],
        ),
        (
            {"cluster.yaml": CLUSTER + "groups: {g: '${vars.x}'}\npatches: ['${vars.x}']\n"},
            [
                "cluster.yaml:7:13: error: groups.g: no reference is resolved here; write it out",
                "cluster.yaml:8:11: error: patches[0]: no reference is resolved here; write it out",
            ],
        ),
        (
            {"cluster.yaml": CLUSTER + "nodes: {w9: {role: '${vars.x}', address: 10.0.0.41}}\n"},
            ["cluster.yaml:7:20: error: nodes.w9.role: no reference is resolved here; write it out"],
        ),
        (
            {"worker-w1.yaml": node("10.0.0.31", 'patches: ["a\\0b"]\n')},
            ["worker-w1.yaml:4:11: error: this is no name of a file"],
        ),
        (
            {"cluster.yaml": CLUSTER + "groups: {g: {patches: [none.yaml, bad.yaml]}, h: null}\n", "bad.yaml": "machine: [x]\n"},
            ["cluster.yaml:7:24: error: there is no file none.yaml", "bad.yaml:1:10: error: "],
        ),
        (
            {"cluster.yaml": CLUSTER + "extends: [rendered]\n"},
            ["cluster.yaml:7:11: error: rendered cannot be extended: there is no cluster.yaml in this folder; it is extended by cluster"],
        ),
        (
            {"cluster.yaml": CLUSTER.replace("v1.14.1", "v1.99.0") + "labels: {a: '${vars.none}'}\nkubernetesVersion: '1.2'\ncni: calico\n"},
            [
                "cluster.yaml:5:15: error: Talos v1.99 is not known",
                "cluster.yaml:7:13: error: there is no vars.none",
                "cluster.yaml:8:20: error: this is no version of Kubernetes",
                "cluster.yaml:9:6: error: cni: this is no CNI that Talos installs",
            ],
        ),
        (
            {"cluster.yaml": CLUSTER.replace("https://10.0.0.10", "http://10.0.0.10") + "contract: v1.20\nkubernetesVersion: '1.2'\n"},
            [
                "cluster.yaml:4:11: error: the cluster endpoint has another scheme than https",
                "cluster.yaml:7:11: error: the contract is newer than Talos v1.14.1",
                "cluster.yaml:8:20: error: this is no version of Kubernetes",
            ],
        ),
        (
            {"cluster.yaml": CLUSTER.replace("v1.14.1", "v1.14.99") + "labels: {a: '${vars.none}'}\nkubernetesVersion: '${vars.k}'\nvars: {k: 1.37.0}\n"},
            ["cluster.yaml:7:13: error: there is no vars.none"],
        ),
        ({"cluster.yaml": CLUSTER.replace("10.0.0.10", "$(id)")}, ["cluster.yaml:4:11: error: the host of the cluster endpoint is none"]),
        ({"cluster.yaml": CLUSTER.replace("10.0.0.10", "me:hunter2@10.0.0.10")}, ["cluster.yaml:4:11: error: the cluster endpoint holds a user"]),
        ({"cluster.yaml": ""}, ["cluster.yaml: error: there is no document"]),
        ({"cluster.yaml": CLUSTER + "---\n" + CLUSTER}, ["cluster.yaml:8:1: error: there are several documents"]),
        ({"cluster.yaml": "[]\n"}, ["cluster.yaml:1:1: error: expected a mapping; begin with apiVersion"]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_place_and_remedy(folder, capsys, files, expected):
    write(folder, files, secrets=False) if "cluster.yaml" in files else write(
        folder, {"cluster.yaml": CLUSTER, **files}, secrets=False
    )
    starts(refused(folder, capsys), *expected)


def test_a_link_that_leads_to_itself_and_one_that_leaves_are_refused(folder, capsys, tmp_path):
    (folder / "worker-w2.yaml").symlink_to("worker-w2.yaml")
    (folder / "worker-w3.yaml").symlink_to("/etc/hostname")
    (folder / "worker.yaml").symlink_to("..")
    (folder / "loop.yaml").symlink_to("loop.yaml")
    os.mkfifo(folder / "worker-w4.yaml")
    write(folder, {"cluster.yaml": CLUSTER + "patches: [loop.yaml, rendered]\n"})
    starts(
        refused(folder, capsys),
        "cluster.yaml:7:11: error: loop.yaml is a symbolic link that leads to no file; mend the link",
        "cluster.yaml:7:22: error: rendered is a folder, not a file",
        "worker-w4.yaml: error: this is a pipe or a device, not a file",
        "worker-w2.yaml: error: the file cannot be read",
        "worker-w3.yaml: error: worker-w3.yaml lies outside of the project",
        "worker.yaml: error: the file cannot be read",
    )


def test_folders_in_a_circle_of_links(folder, capsys):
    (folder / "again").symlink_to(".")
    write(folder, {"cluster.yaml": CLUSTER + "extends: [again]\n"}, secrets=False)
    starts(refused(folder, capsys), "cluster.yaml:7:11: error: the folders extend each other: cluster → cluster")


def test_a_key_that_does_not_fit_is_named_with_those_that_would(folder, capsys, monkeypatch):
    wanted, other = (x25519.X25519Identity.generate() for _ in range(2))
    text = sops.encrypt(
        tree_of(bundle_text()), sops.Scheme(sops.recipients(str(wanted.recipient))), "2026-01-01T00:00:00Z"
    )
    (folder / "secrets.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setenv("SOPS_AGE_KEY", other.secret_text())
    told = refused(folder, capsys)
    assert any(f"no identity fits {str(wanted.recipient)[:8]}" in line for line in told), told
    assert any("this key was tried:" in line and str(other.recipient)[:8] in line for line in told), told
    assert other.secret_text() not in "\n".join(told)


def test_names_that_the_system_has_no_characters_for_are_told(folder):
    write(folder, {"cluster.yaml": CLUSTER + "patches: [pä.yaml]\nextends: [ö]\nschematic: ü.yaml\n"}, secrets=False)
    ascii_alone = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    done = subprocess.run(
        [sys.executable, "-m", "talosgen", "build"], capture_output=True, text=True, check=False,
        env={**os.environ, **ascii_alone, "PYTHONPATH": str(Path(__file__).parents[1])},
    )  # fmt: skip
    assert done.returncode == 1
    starts(
        done.stderr.splitlines(),
        "cluster/cluster.yaml:7:11: error: this is no name of a file",
        "cluster/cluster.yaml:8:11: error: this is no name of a folder",
    )


@pytest.mark.parametrize("encrypted", [True, False])
def test_variables_that_cannot_be_read_are_told_once(folder, capsys, encrypted):
    identity = x25519.X25519Identity.generate()
    scheme = sops.Scheme(sops.recipients(str(identity.recipient)))
    text = sops.encrypt(tree_of("a: x\n"), scheme, "2026-01-01T00:00:00Z") if encrypted else "a: [\n"
    files = {"vars.sops.yaml": text, "worker.yaml": "machine: {sysctls: {a: '${secrets.a}', b: '${vars.b}'}}\n"}
    write(folder, files, secrets=False)
    told = [line for line in refused(folder, capsys) if not line.startswith("note: ")]
    assert [line.split(":")[0] for line in told] == ["vars.sops.yaml", "worker.yaml"]
    assert "worker.yaml:1:43: error: there is no vars.b" in told[1]


def test_what_is_wrong_with_variables_is_told_line_by_line(folder, capsys):
    lines = "".join(f"    a{number}: ${{vars.n{number}}}\n" for number in range(5))
    write(folder, {"worker.yaml": f"machine:\n  sysctls:\n{lines}"})
    told = refused(folder, capsys)
    assert [line.split(": ")[0] for line in told] == [f"worker.yaml:{number}:9" for number in range(3, 8)]


def test_ten_thousand_faults_are_told_in_good_time(folder, capsys):
    lines = "".join(f"  k{number}: {{}}\n" for number in range(5000))
    files = {
        "worker.yaml": f"machine:\n{lines}",
        **{f"worker-n{number}.yaml": f"# {number}\nx: y\n" for number in range(5000)},
    }
    write(folder, files, secrets=False)
    begun = time.process_time()
    told = refused(folder, capsys)
    assert len(told) == 10_000 + 5000
    # No square of anything: this takes seconds.
    assert time.process_time() - begun < 300


def test_a_fleet_at_fault_is_told_of_once(folder, capsys):
    write(
        folder,
        {f"worker-n{number}.yaml": node(f"10.1.{number // 200}.{number % 200}") for number in range(1000)},
        secrets=False,
    )
    write(folder, {"worker.yaml": "apiVersion: v1alpha1\nkind: WatchdogTimerConfig\ntimeout: 1m\n"}, secrets=False)
    (line,) = refused(folder, capsys)
    assert "and 998 more" in line


def test_no_finding_of_a_check_is_without_place_and_code(folder):
    write(
        folder,
        {"worker-w2.yaml": "machine: {}\n", "worker-w3.yaml": BOMB, "cluster.yaml": CLUSTER + "x: y\n"},
        secrets=False,
    )
    found = check(["cluster"], Access({"HOME": "/nonexistent"}, "."))
    assert found.findings
    assert all(problem.place and problem.code for problem in found.findings)
