"""A new repository: what is in it, that it compiles clean, that nothing is overwritten or left in the clear."""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import jsonschema
import pytest
import yaml

from talosgen import inputs
from talosgen.age import keys
from talosgen.cli import main
from talosgen.compiler import compile_iter
from talosgen.errors import InputError
from talosgen.project import editor, native
from talosgen.scaffold import Choices, argocd, create, layout
from talosgen.schema.releases import Release, known, newest
from talosgen.secrets import repository
from talosgen.secrets.access import Access
from talosgen.secrets.check import check
from talosgen.secrets.reading import clear
from talosgen.sops.selection import DEFAULT, Selection
from talosgen.sops.tree import plain

CHOICES = Choices("home", "https://10.0.0.11:6443", "v1.14.1", "", "https://git.example.com/platform.git", "main")
TREE = Path(create.__code__.co_filename).parent / "tree"
KEY = keys.generate()


@pytest.fixture
def access(tmp_path):
    """What a person without a key has."""
    return Access({}, str(tmp_path), home=str(tmp_path / "home"))


def opener(**given):
    return Access({}, identities=[KEY], **given)


@cache
def contents(choices):
    """The files of a new repository that ``KEY`` opens."""
    with tempfile.TemporaryDirectory() as folder:
        create(folder, choices, opener(), [str(KEY.recipient)])
        return {name: path.read_bytes() for name, path in paths(Path(folder))}


def paths(folder):
    return [(path.relative_to(folder).as_posix(), path) for path in sorted(folder.rglob("*")) if path.is_file()]


def made(folder, choices=CHOICES):
    """Such a repository, in this folder."""
    for name, data in contents(choices).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def loaded(folder):
    found = opener()
    return native.load(str(folder), native.Access(lambda path: clear(inputs.read(path), path, found)))


def texts(folder):
    return {name: path.read_text("utf-8") for name, path in paths(folder)}


def leaves(value):
    if isinstance(value, dict | list):
        for below in value.values() if isinstance(value, dict) else value:
            yield from leaves(below)
    else:
        yield value


def test_every_file_of_the_tree_is_written():
    assert layout.templates() == sorted(path.relative_to(TREE).as_posix() for path in TREE.rglob("*") if path.is_file())


def test_the_files_of_a_new_repository(tmp_path):
    done = create(str(tmp_path / "platform"), CHOICES, opener(), [str(KEY.recipient)])
    assert list(done.files) == sorted(texts(tmp_path / "platform")) == sorted(contents(CHOICES))
    assert {name.partition("/")[0] for name in done.files} == {
        ".editorconfig", ".github", ".gitignore", ".pre-commit-config.yaml", ".sops.yaml", "README.md", "apps",
        "bootstrap", "cluster", "helm-charts", "renovate.json", "schemas",
    }  # fmt: skip


@pytest.mark.parametrize("line", [line for line in known() if Release.parse(f"{line}.0") >= (1, 5)])
def test_it_compiles_clean_for_every_release(tmp_path, line):
    made(tmp_path, CHOICES._replace(talos=f"{line}.0"))
    cluster = loaded(tmp_path / "cluster")
    findings = list(cluster.notes)
    assert [name for name, _ in compile_iter(cluster, report=findings.append)] == ["cp1", "w1"]
    assert findings == []
    assert (cluster.name, cluster.talos, str(cluster.contract)) == ("home", f"{line}.0", line)


def test_a_node_is_a_file(tmp_path):
    made(tmp_path)
    text = (tmp_path / "cluster" / "worker-w1.yaml").read_text("utf-8")
    (tmp_path / "cluster" / "worker-w2.yaml").write_text(text.replace("10.0.0.21", "10.0.0.22"), encoding="utf-8")
    assert [node.name for node in loaded(tmp_path / "cluster").nodes] == ["cp1", "w1", "w2"]


def test_nothing_is_left_in_the_clear(tmp_path, plaintext):
    create(str(tmp_path / "platform"), CHOICES, opener(), [str(KEY.recipient)])
    tree = opener().tree((tmp_path / "platform" / "cluster" / "secrets.yaml").read_bytes())
    secrets = [text for text in leaves(plain(tree[0])) if isinstance(text, str) and len(text) >= 12]
    assert len(secrets) > 10
    plaintext.folders = [tmp_path]
    plaintext.tell(*secrets, KEY.secret_text())
    plaintext.require_none()


def test_the_first_key_is_made_in_its_usual_place(tmp_path, access):
    done = create(str(tmp_path / "platform"), CHOICES, access)
    file = tmp_path / "home" / ".config" / "sops" / "age" / "keys.txt"
    assert (done.key_file, done.new_key) == (str(file), True)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [note.message for note in done.notes] == [
        "one key alone opens this file; if it is lost, so is all that is in here"
    ]
    again = create(str(tmp_path / "other"), CHOICES, access)
    assert (again.key_file, again.new_key) == (str(file), False)
    access.refresh()
    assert access.tree((tmp_path / "other" / "cluster" / "secrets.yaml").read_bytes())


def test_named_recipients_are_those_of_every_rule_and_need_no_key_file(tmp_path, access):
    other = keys.generate()
    recipients = [str(KEY.recipient), str(other.recipient)]
    done = create(str(tmp_path / "platform"), CHOICES, access, recipients)
    assert done[1:] == ("", False, ())
    assert not (tmp_path / "home").exists()
    rules = yaml.safe_load((tmp_path / "platform" / ".sops.yaml").read_text("utf-8"))["creation_rules"]
    assert [rule["age"] for rule in rules] == [recipients] * 3
    for identity in (KEY, other):
        data = (tmp_path / "platform" / "cluster" / "secrets.yaml").read_bytes()
        assert Access({}, identities=[identity]).tree(data)


@pytest.mark.parametrize(
    ("path", "selection"),
    [
        ("cluster/secrets.yaml", ""), ("clusters/prod/secrets.yaml", ""), ("cluster/vars.sops.yaml", ""),
        ("bootstrap/repository.sops.yaml", "^(data|stringData)$"),
    ],
)  # fmt: skip
def test_a_rule_for_every_file_that_is_encrypted(tmp_path, path, selection):
    made(tmp_path)
    found = opener(folder=str(tmp_path)).rule(path).scheme(4).selection
    assert found == (Selection("encrypted_regex", selection) if selection else DEFAULT)


def test_what_is_there_is_never_overwritten_and_told_all_at_once(tmp_path, access):
    (tmp_path / "cluster").mkdir()
    (tmp_path / "cluster" / "cluster.yaml").write_text("mine", encoding="utf-8")
    (tmp_path / "README.md").write_text("mine", encoding="utf-8")
    (tmp_path / "LICENSE").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        create(str(tmp_path), CHOICES, access)
    assert {str(problem.place) for problem in caught.value.problems} == {
        str(tmp_path / "README.md"), str(tmp_path / "cluster" / "cluster.yaml"),
    }  # fmt: skip
    assert set(texts(tmp_path)) == {"README.md", "cluster/cluster.yaml", "LICENSE"}
    (tmp_path / "README.md").unlink()
    (tmp_path / "cluster" / "cluster.yaml").unlink()
    create(str(tmp_path), CHOICES, access)
    assert (tmp_path / "LICENSE").read_text("utf-8") == "mine"


def test_a_disk_that_refuses_leaves_nothing_behind(tmp_path, access):
    # A folder is wanted where a file is.
    (tmp_path / "platform").mkdir()
    (tmp_path / "platform" / "helm-charts").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="cannot be written"):
        create(str(tmp_path / "platform"), CHOICES, access, [str(KEY.recipient)])
    assert [path.name for path in (tmp_path / "platform").rglob("*")] == ["helm-charts"]


def test_wrong_choices_are_told_all_at_once(tmp_path, access):
    wrong = Choices("Home!", "10.0.0.1", "v1.99.0", "latest", "https://me:pass@host/x.git", "a b")
    with pytest.raises(InputError) as caught:
        create(str(tmp_path / "x"), wrong, access, ["age1nonsense"], ("i.yaml", b"kind: List\n"))
    assert [problem.message for problem in caught.value.problems] == [
        "'Home!' is no name for a cluster", "the cluster endpoint has no scheme",
        "the URL of the repository holds a password", "'a b' is no name of a branch or tag",
        "this is no version of Kubernetes", "Talos v1.99 is not known to this talosgen", "this is no age recipient: a character that is none of bech32's",
        "this is no install manifest of Argo CD that talosgen knows; its SHA-256 is " + hashlib.sha256(b"kind: List\n").hexdigest(),
    ]  # fmt: skip
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize(
    "url", ["git@github.com:me/platform.git", "ssh://git@host:22/x.git", "https://host/x", "https://[::1]/x.git"]
)
def test_urls_of_repositories(tmp_path, url):
    made(tmp_path, CHOICES._replace(repository=url, revision="release/1"))
    documents = [
        document
        for name in ("bootstrap", "config", "projects")
        for document in yaml.safe_load_all((tmp_path / "bootstrap" / f"{name}.yaml").read_text("utf-8"))
    ]
    found = [text for document in documents for text in leaves(document) if text == url]
    assert len(found) == 6
    assert "release/1" in leaves(documents[0])


@pytest.mark.parametrize(
    "url", ["", "platform", "https://a b", 'https://h/"x', "https://h/\n", "file:///x", "https://h/$(x)"]
)
def test_what_is_no_url_of_a_repository(url):
    with pytest.raises(InputError, match="no URL of a Git repository"):
        CHOICES._replace(repository=url).release()


def test_an_unknown_patch_release_needs_the_version_of_kubernetes(tmp_path):
    with pytest.raises(InputError, match="which Kubernetes Talos v1"):
        CHOICES._replace(talos="v1.14.77").release()
    made(tmp_path, CHOICES._replace(talos="v1.14.77", kubernetes="v1.37.4"))
    cluster = loaded(tmp_path / "cluster")
    assert (cluster.talos, cluster.options.kubernetes) == ("v1.14.77", "1.37.4")


def test_files_are_tidy_and_no_placeholder_is_left(tmp_path):
    made(tmp_path)
    for name, text in texts(tmp_path).items():
        assert not re.search(r"@\{", text), name
        assert text.endswith("\n"), name
        assert not re.search(r"[ \t\r]+$|\t", text, re.MULTILINE), name
        if name.endswith((".yaml", ".yml")) and "/templates/" not in name:
            # The files of roles hold nothing but comments.
            assert list(yaml.safe_load_all(text)) or name in ("cluster/controlplane.yaml", "cluster/worker.yaml"), name
        elif name.endswith(".json"):
            json.loads(text)


def test_renovate_finds_the_versions(tmp_path):
    made(tmp_path, CHOICES._replace(kubernetes="1.37.0"))
    found = []
    for manager in json.loads((tmp_path / "renovate.json").read_text("utf-8"))["customManagers"]:
        files = [re.compile(pattern.strip("/")) for pattern in manager["managerFilePatterns"]]
        for name, text in texts(tmp_path).items():
            if any(pattern.search(name) for pattern in files):
                for pattern in manager["matchStrings"]:
                    matches = re.finditer(pattern.replace("(?<", "(?P<"), text)
                    found += [(name, match["depName"], match["currentValue"]) for match in matches]
    assert sorted(found) == [
        ("bootstrap/argocd/kustomization.yaml", "argoproj/argo-cd", argocd.version()),
        ("cluster/cluster.yaml", "kubernetes/kubernetes", "1.37.0"), ("cluster/cluster.yaml", "siderolabs/talos", "1.14.1"),
    ]  # fmt: skip


def test_git_takes_the_secrets_encrypted_and_nothing_in_the_clear(tmp_path):
    made(tmp_path)
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    names = ["cluster/talosconfig", "cluster/rendered/cp1.yaml", "clusters/a/rendered/cp1.yaml", "kubeconfig",
             "a/keys.txt", "apps/hello/charts/web-0.1.0.tgz", "cluster/secrets.yaml", "cluster/commands.sh",
             "apps/hello/Chart.lock", "cluster/vars.sops.yaml"]  # fmt: skip
    done = subprocess.run(
        ["git", "-C", str(tmp_path), "check-ignore", "--", *names], capture_output=True, text=True, check=False
    )
    assert done.stdout.split() == names[:6]


@pytest.mark.parametrize("identities", [[KEY], []], ids=["with the key", "as a fork"])
def test_the_check_of_secrets_finds_nothing(tmp_path, identities):
    created = create(str(tmp_path), CHOICES, opener(), [str(KEY.recipient), str(keys.generate().recipient)])
    assert created.notes == ()
    for arguments in (["init", "-q"], ["add", "-A"]):
        subprocess.run(["git", "-C", str(tmp_path), *arguments], check=True)
    found = check(repository.find(str(tmp_path)), Access({}, str(tmp_path), identities=identities))
    # Without a key nobody can check MACs, which is told.
    assert [problem.code for problem in found] == ([] if identities else ["TG6010"])


def test_names_in_the_modelines_are_those_of_the_schemas(tmp_path):
    made(tmp_path)
    for name, of in (("cluster", "cluster"), ("controlplane-cp1", "node"), ("worker-w1", "node")):
        file = tmp_path / "cluster" / f"{name}.yaml"
        first, _, text = file.read_text("utf-8").partition("\n")
        schema = json.loads((file.parent / first.removeprefix("# yaml-language-server: $schema=")).read_text("utf-8"))
        assert schema == editor.json_schema(of)
        for document in yaml.safe_load_all(text):
            jsonschema.validate(document, schema, cls=jsonschema.Draft202012Validator)


@pytest.mark.parametrize(
    ("of", "document", "valid"),
    [
        ("cluster", {"kubespan": "${vars.kubespan}"}, True),
        ("cluster", {"kubespan": "yes"}, False),
        ("cluster", {"name": "${vars.name}", "labels": {"a": None}, "sans": ["${node.name}.local"]}, True),
        ("cluster", {"name": "Home"}, False),
        ("cluster", {"nodes": {"w1": {"role": "worker", "address": "10.0.0.1"}}}, True),
        ("cluster", {"nodes": {"W1": {"role": "worker"}}}, False),
        ("cluster", {"endpont": "x"}, False),
        ("cluster", {"kind": "${vars.kind}"}, False),
        ("cluster", {"network": {"interfaces": {"eth0": {"mtu": "${vars.mtu}", "dhcp": True}}}}, True),
        ("cluster", {"network": {"interfaces": {"eth0": {"mtu": "nine"}}}}, False),
        ("cluster", {"schematic": {"customization": {}}}, True),
        ("node", {"kind": "Node", "address": "10.0.0.1", "groups": ["gpu"]}, True),
        ("node", {"kind": "Node", "adress": "10.0.0.1"}, False),
        ("node", {"kind": "Cluster"}, False),
        ("node", {"apiVersion": "v1alpha1", "kind": "SysctlConfig"}, True),
    ],
)
def test_the_schemas_of_projects(of, document, valid):
    schema = editor.json_schema(of)
    jsonschema.Draft202012Validator.check_schema(schema)
    kind = {"cluster": "Cluster", "node": "Node"}[of]
    document = {"apiVersion": "talosgen/v1", "kind": kind, **document}
    assert jsonschema.Draft202012Validator(schema).is_valid(document) == valid


@pytest.mark.parametrize("of", editor.SUBJECTS)
def test_schemas_of_projects_on_the_command_line(of, capsys):
    assert main(["schema", "json", "--of", of]) == 0
    assert json.loads(capsys.readouterr().out) == editor.json_schema(of)


def test_init_on_the_command_line(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith(("SOPS_", "XDG_CONFIG"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert main(["init", "platform"]) == 0
    told = capsys.readouterr()
    assert told.out == ""
    assert "keys.txt: keep a copy of it, it opens everything" in told.err
    assert "Argo CD will read https://git.example.com/platform.git, which is an example" in told.err
    assert f"talosVersion: {newest()}\n" in (tmp_path / "platform" / "cluster" / "cluster.yaml").read_text("utf-8")
    assert "name: platform\n" in (tmp_path / "platform" / "cluster" / "cluster.yaml").read_text("utf-8")
    assert main(["image", "node", "w1", "platform/cluster"]) == 0
    capsys.readouterr()
    monkeypatch.chdir(tmp_path / "platform")
    for state in ("written", "unchanged"):
        assert main(["build"]) == 0
        told = capsys.readouterr()
        rows = [line.split() for line in (told.out + told.err).splitlines()]
        written = ["rendered/cp1.yaml", "rendered/w1.yaml", "talosconfig", "commands.sh"]
        assert rows[:4] == [[state, f"cluster/{name}"] for name in written]
        assert "warning" not in told.out + told.err
    subprocess.run(["git", "init", "-q"], check=True)
    subprocess.run(["git", "add", "-A"], check=True)
    assert main(["secrets", "check"]) == 0
    capsys.readouterr()
    monkeypatch.chdir(tmp_path)
    assert main(["init", "platform"]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == len(contents(CHOICES))
    assert all("the file exists; nothing is overwritten" in line for line in lines)
    assert main(["init", "a", "b"]) == 2
    (tmp_path / "install.yaml").write_text("kind: List\n", encoding="utf-8")
    assert main(["init", "other", "--vendor-argocd", "install.yaml"]) == 1
    assert "install.yaml: this is no install manifest of Argo CD that talosgen knows" in capsys.readouterr().err
    assert not (tmp_path / "other").exists()
