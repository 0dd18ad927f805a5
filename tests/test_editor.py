"""JSON Schemas of configs and patches: what Talos takes they take, what it refuses they mostly refuse."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from functools import cache

import pytest
from check_jsonschema.parsers.yaml import construct_yaml_implementation, impl2loader
from jsonschema import Draft202012Validator
from ruamel.yaml import YAMLError
from strategies import KINDS
from test_conformance import resolved
from vectors import lines

from talosgen.cli import main
from talosgen.errors import InputError
from talosgen.schema import RELEASES, entries, json_schema
from talosgen.schema.editor import SUBJECTS

READ = impl2loader(construct_yaml_implementation(pure=True))


@cache
def validator(of="config", release="1.14"):
    return Draft202012Validator(json_schema(release, of))


def split(text):
    """The documents of a stream, each as the text of one."""
    return [part for part in re.split(r"(?m)^---(?:\n|$)", text) if part.strip()]


def read(text):
    """A document as check-jsonschema reads it; its YAML library does not know all of YAML 1.1."""
    return READ(io.BytesIO(text.encode("utf-8", "surrogateescape")))


def wrong(validator, document):
    found = next(validator.iter_errors(document), None)
    return None if found is None else f"{found.json_path}: {found.message[:200]}"


@cache
def generated():
    """Every document of the recorded answers of the generator, each text once."""
    answers = [case["answer"]["yaml"] for case in lines("conformance/gen.jsonl.gz") if "yaml" in case["answer"]]
    return tuple(dict.fromkeys(part for text in answers for part in split(text)))


@cache
def patches():
    """Every document of the strategic patches among those that people write and Talos takes."""
    cases = [
        case for case in lines("conformance/patch.jsonl.gz") if case["id"].startswith("patch-real-") and "yaml" in case["answer"]
    ]  # fmt: skip
    return tuple(dict.fromkeys(part for case in cases for patch in case["request"]["patches"] for part in split(patch)))


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("of", SUBJECTS)
def test_a_schema_is_one_by_its_draft(of, release):
    schema = json_schema(release, of)
    Draft202012Validator.check_schema(schema)
    references = set(re.findall(r'"\$ref": "#/\$defs/([^"]+)"', json.dumps(schema)))
    assert references == set(schema["$defs"])
    assert json.dumps(schema) == json.dumps(json_schema(f"v{release}.7", of))


def test_generated_documents_are_taken():
    taken, unread = 0, []
    for text in generated():
        try:
            document = read(text)
        except YAMLError:
            unread.append(text)
            continue
        assert wrong(validator(), document) is None, text
        assert wrong(validator("patch"), document) is None, text
        taken += 1
    assert taken > 700
    # A bare `=` is a value of its own kind in YAML 1.1.
    assert all(re.search(r"(?m)(?:- |: )=$", text) for text in unread)


def test_real_patches_are_taken():
    documents = [read(text) for text in patches()]
    assert len(documents) > 1000
    for document in documents:
        assert wrong(validator("patch"), document) is None, document


def test_check_jsonschema_takes_them(tmp_path):
    for of, texts in (("config", generated()), ("patch", patches())):
        schema = tmp_path / f"{of}.json"
        schema.write_text(json.dumps(json_schema(of=of)), encoding="utf-8")
        files = []
        for number, text in enumerate(texts):
            if re.search(r"(?m)(?:- |: )=$", text):
                continue
            files.append(tmp_path / f"{of}-{number}.yaml")
            files[-1].write_bytes(text.encode("utf-8", "surrogateescape"))
        command = [sys.executable, "-m", "check_jsonschema", "--schemafile", schema, *files]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]


# Documents that Talos takes and the schema of patches does not, and why.
BEYOND = {
    "load-hand-name-is-machine": "a name that Talos takes for the mark of a legacy document",
    "load-hand-tag-binary": "binary is no JSON",
    "load-hand-tag-set": "a set is no JSON",
    "load-hand-durations": "a fraction that stands for nanoseconds",
}


def test_what_talos_loads_the_schema_of_patches_takes():
    checked, refused = 0, []
    for case in lines("conformance/load.jsonl.gz"):
        if "yaml" not in case["answer"]:
            continue
        try:
            documents = [read(text) for text in split(resolved(case["request"])["config"])]
        except YAMLError:
            continue
        checked += 1
        if any(wrong(validator("patch"), document) for document in documents if document is not None):
            refused.append(case["id"])
    assert checked > 600
    assert set(refused) == set(BEYOND)


@pytest.mark.parametrize("of", SUBJECTS)
def test_unknown_keys_are_refused(of):
    refused = 0
    for case in lines("conformance/load.jsonl.gz"):
        if case["id"].startswith("load-unknown-") and "error" in case["answer"]:
            documents = [read(text) for text in split(resolved(case["request"])["config"])]
            assert any(wrong(validator(of), document) for document in documents if document is not None), case["id"]
            refused += 1
    assert refused > 20


def document(kind, **fields):
    return {"apiVersion": "v1alpha1", "kind": kind, **fields}


REFUSED = [
    ({"machine": {"typ": "worker"}}, "an unknown key"),
    ({"machine": {"type": {}}}, "an object for a text"),
    ({"machine": {"sysctls": {"a": ["b"]}}}, "a list for a text"),
    ({"machine": {"certSANs": "a"}}, "a text for a list"),
    ({"machine": {"install": {"wipe": "true"}}}, "a quoted truth value"),
    ({"machine": {"network": {"interfaces": [{"mtu": "1500"}]}}}, "a quoted number"),
    ({"machine": {"time": {"bootTimeout": "5"}}}, "a duration without a unit"),
    ({"machine": {"time": {"bootTimeout": 5}}}, "a number for a duration"),
    ({"machine": {"files": [{"permissions": "0644"}]}}, "a quoted mode"),
    ({"kind": "HostnameConfig", "hostname": "a"}, "no apiVersion"),
    (document("HostnamConfig"), "an unknown kind"),
    (document("BondConfig", name="b", links=[], bondMode="balanced"), "no value of the enumeration"),
    (document("BondConfig", name="b", links=[], bondMode="802.3ad", mtu=-1), "a number below zero"),
    ("text", "no object"),
]
TAKEN = [
    {"machine": {"type": "no such role", "install": {"wipe": "yes"}, "sysctls": {"a": 1, "b": True, "c": 1.5}}},
    {"machine": {"time": {"bootTimeout": "1h30m"}, "kubelet": {"extraConfig": {"a": [{"b": None}]}}, "network": None}},
    {"cluster": None},
    document("BondConfig", name="b", links=["a"], bondMode="802.3AD", lacpRate="FAST"),
    document("RoutingRuleConfig", name="1", table=100, action="unicast"),
    document("KubeAPIServerConfig", image="a", extraArgs={"a": "b", "c": ["d", 1], "e": None}),
]


@pytest.mark.parametrize(("tree", "why"), REFUSED, ids=[why for _, why in REFUSED])
@pytest.mark.parametrize("of", SUBJECTS)
def test_refused(of, tree, why):
    assert wrong(validator(of), tree)


@pytest.mark.parametrize("tree", TAKEN)
@pytest.mark.parametrize("of", SUBJECTS)
def test_taken(of, tree):
    assert wrong(validator(of), tree) is None


ONLY_PATCHES = [
    {"machine": {"network": {"$patch": "delete"}}},
    {"machine": {"certSANs": {"$patch": "delete"}, "type": {"$patch": "delete"}, "sysctls": {"a": {"$patch": "delete"}}}},
    {"machine": {"network": {"interfaces": [{"interface": "eth0", "$patch": "delete"}]}}},
    {"machine": {"network": {"interfaces": [{"$patch": "replace"}, {"interface": "eth0"}]}, "certSANs": [{"$patch": "replace"}, "a"]}},
    {"version": {"$patch": "delete"}},
    document("LinkConfig", name="eth0", **{"$patch": "delete"}),
    document("BondConfig"),
    [{"op": "add", "path": "/machine/type", "value": "worker"}],
    [],
]  # fmt: skip


@pytest.mark.parametrize("tree", ONLY_PATCHES)
def test_taken_in_patches_alone(tree):
    assert wrong(validator("patch"), tree) is None
    assert wrong(validator(), tree)


@pytest.mark.parametrize(
    "tree",
    [
        {"machine": {"network": {"$patch": "remove"}}}, [{"op": "put", "path": "/a"}], [{"op": "add"}],
        [{"op": "add", "path": "a"}], [1],
    ],
)  # fmt: skip
def test_refused_in_patches_too(tree):
    assert wrong(validator("patch"), tree)


def test_a_field_is_refused_before_the_release_that_has_it():
    link = document("LinkConfig", name="eth0")
    assert wrong(validator(release="1.11"), link)
    assert wrong(validator(release="1.12"), link) is None
    taints = {"machine": {"nodeTaints": {"a": "b:NoSchedule"}}}
    assert wrong(validator(release="1.5"), taints)
    assert wrong(validator(release="1.6"), taints) is None


def test_what_is_deprecated_is_marked():
    def marked(release):
        return json_schema(release)["$defs"]["v1alpha1.NetworkConfig"]["properties"]["hostname"].get("deprecated")

    assert (marked("1.11"), marked("1.12")) == (None, True)
    assert "Secret." in json_schema()["$defs"]["v1alpha1.MachineConfig"]["properties"]["token"]["description"]


def test_every_kind_and_field_is_in_the_schema():
    definitions = json_schema()["$defs"]
    names = {name for definition in definitions.values() for name in definition.get("properties", ())}
    assert {one.path.rpartition(".")[2] for kind in KINDS for one in entries(kind)} == names
    assert len(json_schema()["properties"]["kind"]["enum"]) == 89


def test_the_command_writes_it(tmp_path, capsys):
    target = tmp_path / "schema.json"
    assert main(["schema", "json", "--of", "patch", "--talos-version", "v1.9", "-o", str(target)]) == 0
    assert json.loads(target.read_text(encoding="utf-8")) == json_schema("1.9", "patch")
    assert main(["schema", "json", "-o", str(target)]) == 1
    assert "exists" in capsys.readouterr().err
    assert main(["schema", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == json_schema()


def test_there_is_no_schema_of_something_else():
    with pytest.raises(InputError, match="expected one of config, patch"):
        json_schema(of="bundle")
