"""The engine of validation, where it puts what it finds, and the table of codes; verdicts are checked by the vectors."""

from __future__ import annotations

import ast
import copy
import re
import subprocess
import sys
from pathlib import Path

import pytest

import talosgen.validation
from talosgen import SecretsBundle, codes
from talosgen.config.container import Container, Document
from talosgen.config.loader import load
from talosgen.pki.pem import encode
from talosgen.schema.table import table
from talosgen.validation import findings, validate
from talosgen.validation.checks.addresses import overlapping, parsed_prefix
from talosgen.validation.families import FAMILIES
from talosgen.validation.place import Places
from talosgen.validation.rule import Context

#: The codes of validation: Talos's rules, and lints; TG41 are about images.
CODES = [code for code in codes.CODES.values() if code.code[2] in "12345" and not code.code.startswith("TG41")]
BY_NAME = {code.name: code for code in CODES}

FOLDER = Path(talosgen.validation.__file__).parent
WORKER = "machine:\n  type: worker\n  ca: {crt: Zm9v}\ncluster:\n  controlPlane: {endpoint: 'https://h:6443'}\n"


def names(text, mode="cloud", **options):
    """The names of what is found, in order."""
    return [finding.name for finding in findings(load(text), mode, **options)]


def told(text, mode="cloud"):
    """The name, path and place of each problem, in order."""
    by_code = {entry.code: entry.name for entry in CODES}
    return [
        (by_code[problem.code], problem.path, (problem.place.line, problem.place.column) if problem.place else None)
        for problem in validate(load(text), mode)
    ]


def test_nothing_is_wrong_with_a_plain_worker():
    assert validate(load(WORKER), "cloud") == []


def test_all_faults_are_told_at_once_each_with_its_place():
    text = (
        "machine:\n"
        "  type: worker\n"
        "  ca: {crt: Zm9v}\n"
        "  network:\n"
        "    interfaces:\n"
        "      - addresses: [10.0.0.1, x]\n"
        "cluster: {}\n"
        "---\n"
        "apiVersion: v1alpha1\n"
        "kind: VLANConfig\n"
        "name: a\n"
        "vlanID: 5000\n"
    )
    assert told(text) == [
        ("interface-unnamed", "machine.network.interfaces[0]", (6, 9)),
        ("address-invalid", "machine.network.interfaces[0].addresses[1]", (6, 31)),
        ("vlan-parent", "", (9, 1)),
        ("vlan-id", "vlanID", (12, 9)),
    ]


def test_a_problem_has_the_code_and_severity_of_its_entry_and_says_what_to_do():
    (problem,) = validate(load(WORKER.replace("type: worker", "type: join")), "cloud")
    entry = BY_NAME["machine-type-alias"]
    assert (problem.code, problem.severity) == (entry.code, "warning")
    assert (problem.message, problem.remedy) == (entry.title, entry.help)
    assert str(problem) == f"<text>:2:9: machine.type: {entry.title}; {entry.help}"


def test_strictness_makes_errors_of_the_legacy_documents_warnings_only():
    text = (
        WORKER.replace("worker", "join") + "---\napiVersion: v1alpha1\nkind: BGPInstanceConfig\nname: a\nlocalASN: 1\n"
    )
    severities = {finding.name: finding.severity for finding in findings(load(text), "cloud", strict=True)}
    assert severities == {"machine-type-alias": "error", "bgp-no-neighbors": "warning"}


@pytest.mark.parametrize(
    ("mode", "expected"),
    [("metal", ["install-disk-missing"]), ("cloud", []), ("metal-agent", []), ("container", ["container-host-dns"])],
)
def test_the_mode_decides_which_rules_apply(mode, expected):
    assert names(WORKER.replace("cluster:", "  install: {}\ncluster:"), mode) == expected


def test_without_a_machine_nothing_else_of_the_document_is_looked_at():
    assert names("persist: false\ncluster: {etcd: {}}\n") == ["machine-missing"]


def test_an_interface_that_is_ignored_is_not_looked_at():
    faulty = "  network: {interfaces: [{%s interface: a, cidr: x, wireguard: {}, vlans: [{cidr: x}]}]}\ncluster:"
    assert names(WORKER.replace("cluster:", faulty % "ignore: true,")) == []
    assert set(names(WORKER.replace("cluster:", faulty % ""))) == {
        "cidr-invalid", "cidr-deprecated", "wireguard-key-legacy", "vlan-cidr",
    }  # fmt: skip


def test_what_stands_behind_an_alias_or_after_a_null_has_its_own_place():
    text = (
        "apiVersion: v1alpha1\nkind: KubeNodeConfig\n"
        "nodeIP:\n  validSubnets:\n    - ~\n    - &bad x\n    - 10.0.0.1\n    - *bad\n"
        "labels: {a: b}\n"
    )
    assert told(text) == [
        ("kubelet-subnet", "nodeIP.validSubnets[0]", (6, 7)),
        ("kubelet-subnet", "nodeIP.validSubnets[2]", (6, 7)),
    ]


def test_a_document_that_no_text_stands_behind_has_no_place():
    tree = {"apiVersion": "v1alpha1", "kind": "KubeletConfig"}
    (problem,) = validate(Container([Document(table().kinds["KubeletConfig"], tree)]), "cloud")
    assert (problem.place, problem.path) == (None, "")


def test_what_no_document_is_at_fault_for_is_the_texts_as_a_whole():
    (problem,) = validate(load("apiVersion: v1alpha1\nkind: UdevRulesConfig\n", "x.yaml"), "container")
    assert str(problem).startswith("x.yaml: in a container")


def test_many_places_of_one_large_mapping_cost_little():
    count = 20_000
    text = WORKER.replace(
        "cluster:", "  nodeLabels:\n" + "".join(f"    '-{n}': x\n" for n in range(count)) + "cluster:"
    )
    loaded = load(text)
    places = Places()
    steps = [finding.steps for finding in findings(loaded, "cloud")]
    assert sorted(places.of(loaded.documents[0], step).line for step in steps) == list(range(5, count + 5))
    # Each mapping on the way is read once, however many the paths.
    assert len(places._known) == 3


def test_a_finding_made_twice_is_one_finding():
    loaded = load(WORKER)
    context = Context(loaded, "cloud")
    at = context.at(loaded.documents[0])
    at("machine-missing", "a")
    at.below("a")("machine-missing")
    at("machine-missing", "b")
    assert [finding.path for finding in context.found] == ["a", "b"]


def test_trees_are_left_as_they_are():
    loaded = load((Path(__file__).parent / "vectors/conformance/bases/rich-mixed.yaml").read_text(encoding="utf-8"))
    before = copy.deepcopy([document.tree for document in loaded])
    validate(loaded, "metal", strict=True)
    assert [document.tree for document in loaded] == before


SECRETS = [
    "apiVersion: v1alpha1\nkind: DiscoveryIdentityConfig\nclusterID: a\nclusterSecret: hunter2\n",
    "apiVersion: v1alpha1\nkind: WireguardConfig\nname: a\nprivateKey: hunter2\npeers: [{publicKey: hunter2, presharedKey: hunter2}]\n",
    "apiVersion: v1alpha1\nkind: KubeServiceAccountConfig\nissuer: {privateKey: hunter2}\n",
    "apiVersion: v1alpha1\nkind: KubeAggregatorCAConfig\nissuingCA: {cert: hunter2, key: hunter2}\n",
    "apiVersion: v1alpha1\nkind: RegistryAuthConfig\nname: a\nusername: hunter2\nauth: hunter2\nidentityToken: hunter2\n",
    "apiVersion: v1alpha1\nkind: ContainerConfig\nname: a\nimage: xy\nenvironment: [hunter2]\n",
    "machine: {type: worker, ca: {crt: Zm9v}, network: {interfaces: [{interface: a, wireguard: {privateKey: hunter2}}]}}\ncluster: {}\n",
]


@pytest.mark.parametrize("text", SECRETS)
def test_no_message_tells_a_secret(text):
    problems = validate(load(text), "metal")
    assert problems
    assert all("hunter2" not in str(problem) for problem in problems)
    assert all("hunter2" not in repr(finding) for finding in findings(load(text), "metal"))


def test_the_order_is_that_of_the_text_and_the_same_each_time():
    text = (Path(__file__).parent / "vectors/conformance/bases/rich-mixed.yaml").read_text(encoding="utf-8")
    first = validate(load(text), "container")
    assert first == validate(load(text), "container")
    lines = [problem.place.line for problem in first if problem.place]
    assert lines == sorted(lines)


def test_deep_and_wide_overrides_are_judged_without_recursion():
    deep = "{a: " * 9_000 + ".inf" + "}" * 9_000
    text = f"apiVersion: v1alpha1\nkind: CRIBaseRuntimeSpecConfig\noverrides: {deep}\n"
    (finding,) = findings(load(text), "cloud")
    assert (finding.name, len(finding.steps)) == ("runtime-spec-json", 9_001)


def test_of_networks_the_pairs_that_overlap_are_found_up_to_a_limit():
    prefixes = [
        parsed_prefix(text)
        for text in ("10.1.0.0/16", "10.0.0.0/8", "fd00::/8", "10.1.2.3/32", "11.0.0.0/8", "fd00::/8")
    ]
    assert overlapping(prefixes, 100) == [(0, 1), (0, 3), (1, 3), (2, 5)]
    assert len(overlapping(prefixes * 1000, 50)) == 50


@pytest.mark.parametrize("name", ["cp-1.14", "worker-1.14", "cp-1.9"])
def test_configs_as_talos_makes_them_need_no_cryptography_library(name):
    path = Path(__file__).parent / "vectors/conformance/bases" / f"{name}.yaml"
    code = (
        "import sys; from talosgen.config.loader import load; from talosgen.validation import validate; "
        f"found = validate(load(open({str(path)!r}, encoding='utf-8').read()), 'cloud'); "
        "print(len(found), 'cryptography' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split()[1] == "False"


@pytest.mark.parametrize("part", ["cert", "key"])
def test_what_is_damaged_inside_its_armour_is_told(part):
    pair = {
        "cert": encode("CERTIFICATE", b"0\x03\x02\x01\x01").decode(),
        "key": encode("EC PRIVATE KEY", b"0\x00").decode(),
    }
    bundle = SecretsBundle.load(
        (Path(__file__).parent / "vectors/conformance/bundles/v1.14.yaml").read_text(encoding="utf-8")
    )
    good = {"cert": bundle.certs.k8s.crt.decode(), "key": bundle.certs.k8s.key.decode()}
    tree = {"apiVersion": "v1alpha1", "kind": "KubeAPIServerCAConfig"}
    for given, expected in ((good, []), ({**good, part: pair[part]}, [f"issuingCA.{part}"])):
        container = Container([Document(table().kinds["KubeAPIServerCAConfig"], {**tree, "issuingCA": given})])
        assert [finding.path for finding in findings(container, "cloud") if finding.name == "issuing-ca"] == expected


# The table of codes.


def rule_modules():
    return sorted(path for path in FOLDER.rglob("*.py") if path.stem not in ("engine", "rule"))


def reported():
    """Every text in the rules' modules that is the name of a code, or looks like one that is reported."""
    found = set()
    for path in rule_modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("at", "below"):
                arguments = node.args[:1]
                found |= {
                    part.value
                    for argument in arguments
                    for part in ast.walk(argument)
                    if isinstance(part, ast.Constant)
                }
            elif isinstance(node, ast.Constant) and node.value in BY_NAME:
                found.add(node.value)
    return found


def test_every_code_is_reported_somewhere_and_nothing_else_is():
    # A finding about patches is one about configs as well.
    assert reported() - {"no-round-trip"} == set(BY_NAME)


def test_codes_and_names_are_unique_and_of_their_forms():
    assert len({entry.code for entry in CODES}) == len(CODES) == len(BY_NAME)
    assert [entry.code for entry in CODES] == sorted(entry.code for entry in CODES)
    for entry in CODES:
        assert re.fullmatch(r"TG[1-9][0-9]{3}", entry.code), entry
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", entry.name), entry
        # Talos knows no notes.
        assert entry.severity in ("error", "warning", *(("note",) if entry.code[2] in "45" else ()))
        assert entry.title
        assert entry.help
        assert not entry.title.endswith(".")


def test_rules_are_for_types_and_kinds_that_the_table_has():
    known = set(table().kinds)
    for path in rule_modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "rule":
                for argument in node.args:
                    assert argument.value in known or table().is_struct(argument.value), (path, argument.value)


@pytest.mark.parametrize("module", ["engine", "rule", "place"])
def test_the_engine_names_no_kind_and_looks_at_no_field(module):
    tree = ast.parse((FOLDER / f"{module}.py").read_text(encoding="utf-8"))
    # How the table writes a type.
    forms = {"ptr", "list", "map", "ref", "ext", "of", "kind", "codec"}
    for node in ast.walk(tree):
        looked_up = None
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get":
            looked_up = node.args[0]
        elif isinstance(node, ast.Subscript):
            looked_up = node.slice
        elif isinstance(node, ast.Constant):
            assert node.value not in table().kinds
        if isinstance(looked_up, ast.Constant) and isinstance(looked_up.value, str):
            assert looked_up.value in forms


def test_every_module_of_rules_is_in_force():
    modules = {".".join(path.relative_to(FOLDER).with_suffix("").parts) for path in rule_modules()}
    with_rules = {
        name
        for name in modules
        if re.search(r"^@(rule|across)", (FOLDER / f"{name.replace('.', '/')}.py").read_text(), re.M)
    }
    assert with_rules == set(FAMILIES)
