"""The tables of all releases, and what is told of a path: against the reference tables, field by field."""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path

import pytest
import scripted
from places import good, places
from vectors import FOLDER

import talosgen.schema
from talosgen.cli import main
from talosgen.config.codecs import ABSENT
from talosgen.config.engine import decoder, merger
from talosgen.config.mergers import KEYED_LISTS, MergeError
from talosgen.config.redact import Redactor
from talosgen.errors import InputError
from talosgen.goyaml.reader import read
from talosgen.goyaml.writer import emit
from talosgen.schema import RELEASES, entries, entry, find, kinds
from talosgen.schema.table import matrix, table

PACKAGE = Path(talosgen.schema.__file__).parent


def reference(name):
    return json.loads(gzip.decompress((FOLDER / "schema" / f"{name}.json.gz").read_bytes()))


@pytest.fixture(scope="module")
def script():
    """The script that writes the tables."""
    sys.path.insert(0, str(scripted.SCRIPTS))
    try:
        return scripted.script("table")
    finally:
        sys.path.remove(str(scripted.SCRIPTS))


def number(release):
    return int(release.split(".")[1].split("-")[0])


class TestTables:
    @pytest.mark.parametrize("release", RELEASES)
    def test_a_table_is_what_the_script_makes_of_the_reference(self, script, release):
        made = script.text(script.table(reference(f"v{release}")))
        assert made == (PACKAGE / f"v{release}.json").read_text(encoding="utf-8")

    def test_the_matrix_is_what_the_script_makes_of_the_reference(self, script):
        assert script.text(script.matrix(reference("matrix"))) == (PACKAGE / "matrix.json").read_text(encoding="utf-8")

    @pytest.mark.parametrize("release", RELEASES)
    def test_every_field_has_the_facts_of_the_reference(self, release):
        wanted, facts = reference(f"v{release}"), table(release)
        assert {entry["kind"]: entry["type"] for entry in wanted["documents"]} == {
            name: kind.type for name, kind in facts.kinds.items()
        }
        compared = 0
        for name, struct in wanted["types"].items():
            if struct["kind"] != "struct":
                continue
            listed = list(flat(wanted["types"], struct))
            assert [field["yaml"] for field in listed] == [field.key for field in facts.struct(name).fields]
            for theirs, ours in zip(listed, facts.struct(name).fields, strict=True):
                assert ours.go == theirs["go"]
                assert ours.type == theirs["type"]
                assert ours.pointer == theirs["pointer"]
                assert ours.omitempty == theirs["omitempty"]
                assert ours.omit_only_if_nil == theirs.get("omitonlyifnil", False)
                assert ours.merge == theirs.get("merge", "")
                assert ours.required == theirs.get("required", False)
                assert ours.hidden == theirs.get("nodoc", False)
                assert ours.deprecated == bool(theirs.get("deprecated", False))
                assert ours.replaced_by == tuple(theirs.get("replacedBy", ()))
                assert ours.enum == tuple(theirs.get("enum", ()))
                assert ours.default == theirs.get("docDefault")
                compared += 1
        assert compared > 300

    def test_what_is_secret_is_so_in_every_release_that_has_the_path(self):
        def listed(release):
            facts, out = table(release), {}
            for kind in (*facts.kinds, *facts.roots):
                for path, mask in Redactor(facts, "all").paths(kind):
                    out.setdefault((kind, path), []).append(mask)
            return out

        newest = listed("1.14")
        for release in RELEASES[:-1]:
            older = listed(release)
            there = {
                (kind, path)
                for kind, paths in matrix().items()
                for path, (since, last, *_) in paths.items()
                if number(since) <= number(release) and (last is None or number(last) >= number(release))
            }
            assert {key: masks for key, masks in newest.items() if key in there} == {
                key: masks for key, masks in older.items() if key[1] != "certs.admin.key"
            }


def flat(types, struct):
    for field in struct["fields"]:
        if field.get("inline"):
            yield from flat(types, types[field["type"]["ref"]])
        else:
            yield field


class TestEntries:
    @pytest.mark.parametrize("release", RELEASES)
    def test_all_paths_have_the_history_and_the_type_of_the_reference(self, release):
        wanted = reference("matrix")["paths"]
        facts = table(release)
        assert kinds(release) == tuple(sorted(facts.kinds))
        for kind in (*facts.kinds, *facts.roots):
            history = {
                path: fact
                for path, fact in wanted[kind].items()
                if number(fact["since"]) <= number(release) <= number(fact["last"] or "1.99")
            }
            found = entries(kind, f"v{release}.0")
            assert [one.path for one in found] == list(history)
            for one in found:
                fact = history[one.path]
                text = fact["type"]
                for changed, before in reversed(fact.get("retyped", [])):
                    if number(release) < number(changed):
                        text = before
                inherited = fact.get("inherited", {"release": fact["deprecated"] or "", "from": ""})
                assert (one.kind, one.release, one.since, one.type) == (kind, release, fact["since"], text)
                assert (one.deprecated, one.deprecated_with) == (inherited["release"], inherited["from"])
                if not one.deprecated_with:
                    assert one.replaced_by == tuple(fact.get("replacedBy", ()))
                assert one.outdated == (bool(one.deprecated) and number(one.deprecated) <= number(release))

    def test_secrecy_is_that_of_the_field(self):
        assert entry("v1alpha1", "machine.token").secret == "talos"
        assert entry("v1alpha1", "machine.env", "1.5").secret == "all"
        assert entry("v1alpha1", "machine.type").secret == ""

    def test_values_are_enforced_and_others_only_documented(self):
        assert entry("BondConfig", "bondMode").values[:2] == ("balance-rr", "active-backup")
        assert entry("v1alpha1", "machine.type").values == ()
        assert entry("v1alpha1", "machine.type").enum == ("controlplane", "worker")
        assert entry("v1alpha1", "machine.install.diskSelector.type", "1.8").values == ("ssd", "hdd", "nvme", "sd")

    def test_keyed_lists_are_those_that_the_merge_knows(self):
        types = {}
        for name in KEYED_LISTS:
            types[name] = table().facts(name)["mergeBy"][0]
        assert types == {name: keyed.field for name, keyed in KEYED_LISTS.items()}

    @pytest.mark.parametrize("kind", sorted(table().kinds))
    def test_the_merge_rule_is_what_the_merge_does(self, kind):
        """Two values at a place, one over the other: the result is as the rule says."""
        rules = {one.path: one for one in entries(kind)}
        struct = merger().struct(table().kinds[kind].type)
        for place in places():
            if place.kind != kind or not place.field or place.path not in rules:
                continue
            rule = rules[place.path].merge
            values = merging(place, rule)
            trees = [decoded(kind, place.document(value)) for value in values]
            if rule == "refused":
                with pytest.raises(MergeError):
                    struct(*trees)
                continue
            merged = at(struct(*trees), place.steps)
            left, right = (at(tree, place.steps) for tree in trees)
            if left is ABSENT or right is ABSENT:
                continue
            if any(step in ("[]", ".*") for step in place.steps):
                # The list around it decides.
                continue
            if rule == "append":
                assert merged == [*left, *right], place
            elif rule in ("keys", "deep", "fields"):
                assert merged == {**left, **right}, place
            elif rule == "replace":
                assert merged == right, place
            elif rule == "elements":
                assert len(merged) == 1, place
            elif rule == "parts":
                assert merged == "https://other:1/path?q", place
            else:
                assert rule == "sides"
                assert (merged.percent, merged.bytes) == ("50%", "1GiB"), place


def merging(place, rule):
    expr = table().opened(place.type)
    if rule == "append":
        inner = good(place._replace(type=table().opened(expr["list"]), steps=(*place.steps, "[]"))) or [{}]
        return [inner[0]], [inner[-1]]
    if rule == "elements":
        keys = {"interface": "a", "vlanId": 1, "name": "a", "mountPath": "/a", "image": "a"}
        struct = table().struct(table().struct_name(expr["list"]))
        element = {field.key: keys[field.key] for field in struct.fields if field.key in keys}
        return [element], [element]
    if rule == "keys":
        inner = good(place._replace(type=table().opened(expr["map"][1]), steps=(*place.steps, ".*"))) or [{}]
        return {"a": inner[0]}, {"b": inner[-1]}
    if rule == "deep":
        return {"a": 1}, {"b": 2}
    if rule == "parts":
        return "https://host:1/path?q", "https://other:1"
    if rule == "sides":
        return "1GiB", "50%"
    if rule == "refused":
        return "1GB", "2GB"
    values = [value for value in good(place) if value not in ("", 0, False)] or [{}]
    return values[0], values[-1]


def decoded(kind, document):
    from talosgen.config.decode import Faults

    faults = Faults("t")
    tree = decoder().root(table().kinds[kind].type)(read(emit(document), "t")[0], faults)
    assert not faults.found, document
    return tree


def at(tree, steps):
    for step in steps:
        if step in ("[]", ".*"):
            tree = next(iter(tree.values() if isinstance(tree, dict) else tree), ABSENT) if tree else ABSENT
        else:
            tree = tree.get(step, ABSENT) if isinstance(tree, dict) else ABSENT
        if tree is ABSENT:
            return ABSENT
    return tree


FOUND = [
    ("machine.network.interfaces[0].mtu", ["v1alpha1 machine.network.interfaces[].mtu"]),
    ("machine.network.interfaces.mtu", ["v1alpha1 machine.network.interfaces[].mtu"]),
    ("machine.network.interfaces[].vlans[*].vlanId", ["v1alpha1 machine.network.interfaces[].vlans[].vlanId"]),
    ("machine.registries.mirrors.docker.io.endpoints", ["v1alpha1 machine.registries.mirrors.*.endpoints"]),
    ("machine.registries.mirrors['docker.io'].endpoints[0]", ["v1alpha1 machine.registries.mirrors.*.endpoints"]),
    ('machine.registries.mirrors["a\\"b"].endpoints', ["v1alpha1 machine.registries.mirrors.*.endpoints"]),
    ("machine.registries.mirrors.*.endpoints", ["v1alpha1 machine.registries.mirrors.*.endpoints"]),
    ("machine.registries.mirrors.docker.io", ["v1alpha1 machine.registries.mirrors"]),
    ("machine.sysctls.net.core.somaxconn", ["v1alpha1 machine.sysctls"]),
    ("machine.kubelet.extraConfig.a[0].b", ["v1alpha1 machine.kubelet.extraConfig"]),
    ("cluster.apiServer.extraArgs.x[0]", ["v1alpha1 cluster.apiServer.extraArgs"]),
    ("LinkConfig.mtu", ["LinkConfig mtu"]),
    ("LinkConfig/mtu", ["LinkConfig mtu"]),
    (" hostname ", ["HostnameConfig hostname"]),
    ("certs.os.key", ["secrets certs.os.key"]),
    ("provisioning.grow", ["RawVolumeConfig provisioning.grow", "SwapVolumeConfig provisioning.grow"]),
]
LOST = [
    ("machine.netwrk", "", 'machine has no key "netwrk"; did you mean network?'),
    ("machine.network.interfaces[0].mtuu", "", "did you mean mtu?"),
    ("machine.registries.mirrors['a'].endpoint", "", "did you mean endpoints?"),
    ("machine.type.x", "", "machine.type holds a single value"),
    ("machine.zzzz", "", "known keys: type, token"),
    ("LinkConfig", "", "is a kind, not a path"),
    ("LinkConfig.mtuu", "", "did you mean mtu?"),
    ("nosuch.path", "", "no kind has such a path"),
    ("", "", "this is no path"),
    ("a[", "", "this is no path"),
    ("a." * 2000, "", "this is no path"),
    ("LinkConfig.mtu", "v1.5", "it is there since v1.12"),
    ("machine.nodeTaints", "1.5.1", "it is there since v1.6"),
    ("machine.type", "v1.4", "known are v1.5 to v1.14"),
    ("machine.type", "v1.15", "known are v1.5 to v1.14"),
    ("machine.type", "x", "no Talos version"),
]


class TestFind:
    @pytest.mark.parametrize(("path", "wanted"), FOUND)
    def test_found(self, path, wanted):
        assert [f"{one.kind} {one.path}" for one in find(path)][: len(wanted)] == wanted

    @pytest.mark.parametrize(("path", "release", "message"), LOST)
    def test_not_found(self, path, release, message):
        with pytest.raises(InputError) as caught:
            find(path, release)
        assert message in str(caught.value)
        assert len(str(caught.value)) < 1500

    @pytest.mark.parametrize("release", RELEASES)
    def test_every_path_is_found_as_it_is_written(self, release):
        for kind in (*table(release).kinds, *table(release).roots):
            for one in entries(kind, release):
                assert find(f"{kind}.{one.path}", release) == (one,)

    @pytest.mark.parametrize(
        ("kind", "message"), [("Linkconfig", "did you mean LinkConfig?"), ("x", "kinds of v1.14:")]
    )
    def test_unknown_kinds(self, kind, message):
        with pytest.raises(InputError, match=message.replace("?", r"\?")):
            entries(kind)

    def test_a_kind_of_a_later_release(self):
        with pytest.raises(InputError, match=r"v1\.9 has no kind LinkConfig; it is there since v1\.12"):
            entries("LinkConfig", "v1.9")

    def test_no_such_path_of_a_kind(self):
        with pytest.raises(InputError, match="has no such path"):
            entry("LinkConfig", "mtuu")


class TestCommands:
    def told(self, capsys, *arguments):
        assert main(["schema", *arguments]) == 0
        return capsys.readouterr().out

    def test_why(self, capsys):
        assert self.told(capsys, "why", "machine.network.interfaces[0].wireguard.privateKey") == (
            "v1alpha1 machine.network.interfaces[].wireguard.privateKey (Talos v1.14)\n"
            "  type         string\n"
            "  since        v1.0 or before\n"
            "  deprecated   since v1.12, with machine.network.interfaces\n"
            "  merge        a patch's value replaces it\n"
            "  secret       the value (Talos masks it)\n"
        )

    def test_why_in_an_older_release(self, capsys):
        out = self.told(capsys, "why", "machine.network.interfaces", "--talos-version", "v1.9.3")
        assert "deprecated   since v1.12; not yet in v1.9\n" in out
        assert "elements merge that agree in interface or deviceSelector; others are appended" in out
        assert "secret       not itself; below it machine.network.interfaces[].vlans[]" in out

    def test_why_tells_of_all_kinds_that_have_the_path(self, capsys):
        out = self.told(capsys, "why", "provisioning.maxSize")
        assert [line.split()[0] for line in out.splitlines() if line and line[0] != " "] == [
            "LVMLogicalVolumeConfig", "RawVolumeConfig", "SwapVolumeConfig", "UserVolumeConfig", "VolumeConfig",
        ]  # fmt: skip

    def test_why_tells_the_values_and_the_default(self, capsys):
        out = self.told(capsys, "why", "RoutingRuleConfig.table")
        assert "values       unspec, 1, 2, 3" in out
        assert "documented   controlplane, worker" in self.told(capsys, "why", "machine.type")
        with_default = next(one for one in entries("v1alpha1") if isinstance(one.default, bool))
        assert "default      true" in self.told(capsys, "why", with_default.path) or with_default.default is False

    def test_show(self, capsys):
        out = self.told(capsys, "show", "KubeAPIServerCAConfig").splitlines()
        assert out[0] == "KubeAPIServerCAConfig, as Talos v1.14 has it"
        assert out[3:] == [
            "issuingCA       object    v1.14",
            "issuingCA.cert  string    v1.14",
            "issuingCA.key   string    v1.14  secret",
            "acceptedCAs     []string  v1.14",
        ]

    def test_show_marks_what_is_deprecated_in_its_release(self, capsys):
        line = "machine.network.hostname"
        new = next(row for row in self.told(capsys, "show", "v1alpha1").splitlines() if row.startswith(line))
        old = next(
            row for row in self.told(capsys, "show", "v1alpha1", "--talos-version", "1.11").splitlines() if row.startswith(line)
        )  # fmt: skip
        assert new.endswith("deprecated")
        assert not old.endswith("deprecated")

    @pytest.mark.parametrize(
        "arguments", [("why", "no.such"), ("show", "NoSuch"), ("json", "--of", "x"), ("why", "machine.type", "--talos-version", "v9")]
    )  # fmt: skip
    def test_bad_input_is_one_line_and_status_1(self, capsys, arguments):
        assert main(["schema", *arguments]) == 1
        assert len(capsys.readouterr().err.splitlines()) == 1


def test_the_public_names_are_there():
    assert [name for name in talosgen.schema.__all__ if not hasattr(talosgen.schema, name)] == []
    assert "find" in dir(talosgen.schema)
    with pytest.raises(AttributeError):
        _ = talosgen.schema.nosuch


def test_the_example_of_the_documentation_runs():
    page = (Path(__file__).parents[1] / "docs" / "schema.md").read_text(encoding="utf-8")
    names = {}
    exec(page.split("```python\n")[1].split("```")[0], names)
    field = names["field"]
    assert (field.since, field.deprecated, field.replaced_by) == ("1.0", "1.12", ("HostnameConfig",))
    assert (field.merge, field.secret) == ("replace", "")


def test_the_commands_of_the_documentation_run(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    page = (Path(__file__).parents[1] / "docs" / "schema.md").read_text(encoding="utf-8")
    commands = [line.split()[1:] for line in page.splitlines() if line.startswith("    talosgen ")]
    assert len(commands) == 4
    for arguments in commands:
        assert main([argument.strip("'") for argument in arguments]) == 0
    assert "{" in (tmp_path / "patch.schema.json").read_text(encoding="utf-8")
