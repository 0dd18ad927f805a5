"""The models of documents, and the config that gives and takes them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from datetime import timedelta
from importlib import import_module
from ipaddress import ip_address, ip_interface, ip_network
from pathlib import Path

import pytest
from canaries import CANARY, canaries
from vectors import lines

import talosgen.documents
from talosgen import InputError, MachineConfig
from talosgen.config.equality import difference, fingerprint
from talosgen.documents import (
    BondConfig,
    DummyLinkConfig,
    EtcFileConfig,
    HostnameConfig,
    HTTPProbeConfig,
    KubeletConfig,
    KubeSpanConfig,
    KubeSpanEndpointsConfig,
    LinkConfig,
    NetworkRuleConfig,
    SideroLinkConfig,
    SysctlConfig,
    TCPProbeConfig,
    UserVolumeConfig,
    VLANConfig,
    WireguardConfig,
    v1alpha1,
)
from talosgen.documents.binding import model_of, model_type
from talosgen.documents.model import Model
from talosgen.documents.nethelpers import BondMode, Protocol
from talosgen.documents.network import AddressConfig, RouteConfig
from talosgen.documents.plan import MODELS
from talosgen.documents.values import Duration, FileMode, Prefix, Size
from talosgen.goyaml.writer import emit
from talosgen.schema.table import table

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "talosgen" / "documents"
EXAMPLES = ROOT / "docs" / "examples"
PROGRAMS = sorted((ROOT / "docs" / "programs").glob("*.py"))
WRITTEN_BY_HAND = {"binding.py", "faults.py", "model.py", "plan.py", "values.py"}
LANE = {**os.environ, "PYTHONPATH": str(ROOT)}


def problems(action, *arguments, **named):
    """The faults that an action ends in."""
    with pytest.raises(InputError) as caught:
        action(*arguments, **named)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    return list(map(str, caught.value.problems))


# What is written, and what is loaded when.


def test_the_models_are_those_that_the_script_writes(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    written = import_module("documents").modules()
    assert {path.name for path in PACKAGE.glob("*.py")} == written.keys() | WRITTEN_BY_HAND
    for name, text in written.items():
        assert (PACKAGE / name).read_text(encoding="utf-8") == text, f"run scripts/documents.py: {name} has changed"


def test_every_description_is_of_a_type_and_a_field(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    descriptions = import_module("descriptions")
    known = {name: {field.key for field in table().struct(name).fields} for name in MODELS}
    for name, texts in descriptions.BY_TYPE.items():
        assert texts.keys() - known.get(name, set()) <= {""}, name
    assert descriptions.BY_KEY.keys() <= set().union(*known.values())


def test_every_kind_is_offered_by_its_name():
    kinds = {name for name, kind in table().kinds.items() if not kind.legacy}
    assert set(talosgen.documents.__all__) == kinds == set(dir(talosgen.documents))
    assert len(kinds) == 89
    for name in kinds:
        model = getattr(talosgen.documents, name)
        assert (model.__name__, model.talos_kind().name) == (name, name)
    assert model_type(table().kinds["v1alpha1"]) is v1alpha1.Config
    with pytest.raises(AttributeError):
        talosgen.documents.Config  # noqa: B018


@pytest.mark.parametrize(
    ("code", "unwanted"),
    [
        ("import talosgen", {"argparse", "json", "pathlib", "pydantic", "re", "typing", "talosgen.config"}),
        ("import talosgen.documents", {"pydantic", "typing", "talosgen.documents.model"}),
        ("from talosgen import MachineConfig; MachineConfig.load('machine: {}').to_yaml()", {"pydantic"}),
        ("from talosgen.documents import SysctlConfig", {f"talosgen.documents.{name}" for name in ("v1alpha1", "network", "block", "k8s")}),
        ("from talosgen.documents import LinkConfig", {f"talosgen.documents.{name}" for name in ("v1alpha1", "block", "k8s", "runtime")}),
        ("from talosgen.documents import v1alpha1", {f"talosgen.documents.{name}" for name in ("network", "block", "k8s", "runtime")}),
    ],
    ids=["talosgen", "package", "engines", "runtime", "network", "v1alpha1"],
)  # fmt: skip
def test_what_is_not_asked_for_is_not_loaded(code, unwanted):
    shown = f"import sys; before = set(sys.modules); {code}; print(sorted({unwanted!r} & (set(sys.modules) - before)))"
    done = subprocess.run([sys.executable, "-c", shown], capture_output=True, text=True, check=True, env=LANE)
    assert done.stdout == "[]\n"


# There and back.


def recorded():
    """The texts of all recorded configs that load."""
    texts = {}
    for name in ("load", "gen", "patch"):
        for case in lines(f"conformance/{name}.jsonl.gz"):
            texts[case["answer"].get("yaml")] = None
            if name == "load" and "yaml" in case["answer"]:
                texts[case["request"]["config"]] = None
    return [text for text in texts if text]


def test_every_recorded_config_comes_back_from_its_models():
    seen, count = set(), 0
    for text in recorded():
        try:
            config = MachineConfig.load(text)
        except InputError:
            # An answer need not load again.
            continue
        models = config.models()
        for model, document in zip(models, config, strict=True):
            assert difference(model.to_tree(), document.tree, unset_is_empty=True) is None
        assert MachineConfig.of(*models).to_yaml() == config.to_yaml()
        seen |= {document.kind.name for document in config}
        count += 1
    assert seen == table().kinds.keys()
    assert count > 2500


def test_a_text_is_read_and_printed():
    text = 'apiVersion: v1alpha1\nkind: SysctlConfig\nparams:\n    a.b: "1"\n'
    model = SysctlConfig.load(text)
    assert model.params == {"a.b": "1"}
    assert model.to_yaml() == text
    assert v1alpha1.InstallConfig.load("disk: /dev/vda").disk == "/dev/vda"
    assert problems(HostnameConfig.load, text) == ["<text>: expected one document, of the kind HostnameConfig"]
    assert problems(SysctlConfig.load, "apiVersion: v1alpha1\nkind: SysctlConfig\nparam: {}\n", "a.yaml") == [
        'a.yaml:3:1: param: unknown key "param"; did you mean "params"?'
    ]
    assert problems(v1alpha1.InstallConfig.load, "dsk: x", "a.yaml")[0].startswith('a.yaml:1:1: dsk: unknown key "dsk"')


# Building.


def test_values_are_taken_as_python_has_them_and_as_talos_writes_them():
    probe = TCPProbeConfig(name="p", interval=timedelta(minutes=1, milliseconds=500), timeout="90s")
    assert (probe.interval, probe.timeout) == ("1m0.5s", "1m30s")
    assert (probe.interval.timedelta, probe.timeout.timedelta) == (timedelta(seconds=60.5), timedelta(seconds=90))
    link = LinkConfig(name="eth0", addresses=[AddressConfig(address=ip_interface("10.0.0.1/24"))])
    assert link.addresses[0].address.network == ip_network("10.0.0.0/24")
    assert link.addresses[0].address.interface == ip_interface("10.0.0.1/24")
    rule = NetworkRuleConfig.model_validate(
        {"name": "r", "portSelector": {"ports": [80, "8000-8080"], "protocol": "TCP"}, "ingress": [{"subnet": ip_network("fd00::/8")}]}
    )  # fmt: skip
    assert rule.port_selector.ports == [80, "8000-8080"]
    assert rule.port_selector.protocol is Protocol.TCP
    assert rule.ingress[0].subnet == "fd00::/8"
    assert DummyLinkConfig(name="d", hardware_addr=bytes.fromhex("02005e100001")).hardware_addr == "02:00:5e:10:00:01"
    endpoints = KubeSpanEndpointsConfig(extra_announced_endpoints=[(ip_address("fd00::1"), 51820), "10.0.0.1:1"])
    assert endpoints.extra_announced_endpoints == ["[fd00::1]:51820", "10.0.0.1:1"]
    assert endpoints.extra_announced_endpoints[0].port == 51820
    assert endpoints.extra_announced_endpoints[0].ip == ip_address("fd00::1")
    volume = UserVolumeConfig(name="v")
    volume.provisioning.min_size = 10 * 2**30
    volume.provisioning.max_size = "80%"
    assert volume.provisioning.min_size.bytes == 10 * 2**30
    assert BondConfig(name="b", bond_mode="802.3ad").bond_mode is BondMode.IEEE_802_3AD
    file = EtcFileConfig(name="f", mode=0o644)
    assert repr(file.mode) == "0o644"
    assert EtcFileConfig(name="f", mode="0o644") == file
    assert v1alpha1.InstallDiskSelector(size=">= 100GB").size == ">= 100GB"
    assert v1alpha1.DiskPartition(size="10GB").size == 10**10
    ca = v1alpha1.MachineConfig(ca={"crt": b"pem", "key": "******"}).ca
    assert (ca.crt, ca.crt.data, ca.key) == ("cGVt", b"pem", "******")
    kubelet = KubeletConfig(extra_args={"a": "1", "b": ["2", "3"]}, config={"x": [1, {"y": None}]})
    assert kubelet.extra_args == {"a": "1", "b": ["2", "3"]}
    assert kubelet.config == {"x": [1, {"y": None}]}


def test_a_list_on_a_plain_text_is_a_hint_and_an_enumeration_is_a_rule():
    assert v1alpha1.MachineConfig(type="something").type == "something"
    assert problems(BondConfig, name="b", bond_mode="something") == [
        "bondMode: expected one of balance-rr, active-backup, balance-xor, broadcast, 802.3ad, balance-tlb, balance-alb"
    ]


def test_the_nearest_text_of_an_enumeration_is_told():
    assert problems(HostnameConfig, auto="Of") == ['auto: expected one of off, talos-addr, stable; did you mean "off"?']
    assert problems(RouteConfig, table="mian") == [
        'table: expected one of unspec, default, main, local, 252 numbers; did you mean "main"?'
    ]
    assert problems(RouteConfig, table="999")[0].endswith("local, 252 numbers")
    assert problems(MachineConfig.load, "kind: BondConfig\napiVersion: v1alpha1\nname: b\nbondMode: 802.3da\n") == [
        "<text>:4:11: bondMode: expected one of balance-rr, active-backup, balance-xor, broadcast, 802.3ad, balance-tlb, "
        'balance-alb; did you mean "802.3ad"?'
    ]


def test_fields_are_set_by_their_names_or_keys():
    by_name = v1alpha1.MachineConfig(cert_sans=["a"], node_labels={"x": "y"})
    assert by_name == v1alpha1.MachineConfig(certSANs=["a"], nodeLabels={"x": "y"})
    assert by_name == v1alpha1.MachineConfig.model_validate_json('{"certSANs": ["a"], "nodeLabels": {"x": "y"}}')
    assert by_name != v1alpha1.MachineConfig(cert_sans=["a"])
    assert by_name != v1alpha1.ClusterConfig()


def test_what_is_unset_reads_as_talos_has_it_and_can_be_filled():
    legacy = v1alpha1.Config()
    assert (legacy.machine.token, legacy.machine.install.wipe, legacy.debug) == ("", None, None)
    assert HTTPProbeConfig().interval == "0s"
    assert legacy.model_fields_set == {"version"}
    legacy.machine.install.disk = "/dev/vda"
    legacy.machine.network.interfaces.append(v1alpha1.Device(interface="eth0"))
    legacy.machine.sysctls["a"] = "b"
    assert legacy.machine.model_fields_set == {"install", "network", "sysctls"}
    assert legacy.to_patch() == (
        "version: v1alpha1\nmachine:\n    network:\n        interfaces:\n            - interface: eth0\n"
        "    install:\n        disk: /dev/vda\n    sysctls:\n        a: b\n"
    ).removeprefix("version: v1alpha1\n")
    legacy.machine.install.disk = None
    del legacy.machine.sysctls
    legacy.machine.network.interfaces.clear()
    assert legacy.to_patch() == "{}\n"


def test_unset_empty_and_zero_differ_where_they_do_in_talos():
    assert v1alpha1.MachineConfig(install={}).to_tree() == {"install": {}}
    assert v1alpha1.MachineConfig(install=None).to_tree() == {}
    assert v1alpha1.MachineConfig(token="", certSANs=[]).to_tree() == {"certSANs": []}
    assert v1alpha1.InstallConfig(wipe=False).to_tree() == {"wipe": False}
    assert UserVolumeConfig(name="v", mount={}).to_tree() == {
        "apiVersion": "v1alpha1",
        "kind": "UserVolumeConfig",
        "name": "v",
    }


def test_a_model_shares_nothing_with_a_tree():
    def tree():
        return {
            "clusterDNS": ["10.0.0.1"],
            "extraArgs": {"x": ["https://u:p@h"]},
            "extraConfig": {"a": [1], "env": "s"},
        }

    given = tree()
    model = v1alpha1.KubeletConfig.from_tree(given)
    assert "u:p" not in repr(model.extra_args)
    model.extra_config["a"].append(2)
    model.extra_args["x"].append("2")
    model.cluster_dns.append("10.0.0.2")
    assert fingerprint(given) == fingerprint(tree())
    made = model.to_tree()
    made["extraConfig"]["a"].append(3)
    assert model.extra_config == {"a": [1, 2], "env": "s"}
    assert fingerprint(model.to_tree()["extraArgs"]) == fingerprint({"x": ["https://u:p@h", "2"]})


def test_constructed_values_check_and_print_themselves():
    assert Duration("90m") == "1h30m0s"
    assert Prefix(ip_network("10.0.0.0/8")).network == ip_network("10.0.0.0/8")
    assert Size("80%") == "80%"
    assert FileMode(0o600) == 0o600
    for make in (lambda: Duration(90), lambda: Prefix("10.0.0.0"), lambda: Duration("SECRET")):
        with pytest.raises(ValueError, match="expected") as caught:
            make()
        assert "SECRET" not in str(caught.value)


def test_each_model_has_a_json_schema():
    for model in MODELS.values():
        assert model.model_json_schema()["type"] == "object"


# Bad input.


def test_all_faults_are_told_at_once_with_their_paths():
    given = {
        "netwrk": {},
        "network": {
            "hostnam": "x",
            "interfaces": [{"mtu": "SECRET", "bond": {"modes": 1}, "addresses": "SECRET"}, 3],
        },
        "registries": {"mirrors": {"docker.io": {"endpoint": "SECRET"}}},
        "sysctls": {"a": 1},
        "nodeLabels": {1: "SECRET"},
        "install": {"wipe": "SECRET", "diskSelector": {"size": "SECRET"}},
        "pods": [{"a": object()}],
        "token": ["SECRET"],
    }
    found = problems(v1alpha1.Config, machine=given)
    assert sorted(found) == sorted([
        "machine.install.diskSelector.size: expected a size with or without an operator, such as >= 100GB",
        "machine.install.wipe: expected true or false, without quotes",
        'machine.network.interfaces[0].bond: unknown field "modes"; did you mean "mode"?',
        "machine.network.interfaces[0].addresses: expected a list",
        "machine.network.interfaces[0].mtu: expected an integer from -9223372036854775808 to 9223372036854775807, without quotes",
        "machine.network.interfaces[1]: expected a mapping or a Device",
        'machine.network: unknown field "hostnam"; did you mean "hostname"?',
        "machine.nodeLabels.1: expected a text",
        "machine.pods[0]: expected plain data: mappings, lists, texts, numbers, booleans, None",
        'machine.registries.mirrors.docker.io: unknown field "endpoint"; did you mean "endpoints"?',
        "machine.sysctls.a: expected a text",
        "machine.token: expected a text",
        'machine: unknown field "netwrk"; did you mean "network"?',
    ])  # fmt: skip


def test_a_value_out_of_bounds_says_them():
    assert problems(VLANConfig, name="v", vlan_id=70000) == ["vlanID: expected an integer from 0 to 65535"]
    assert problems(VLANConfig, name="v", vlan_id=-(10**40)) == ["vlanID: expected an integer from 0 to 65535"]
    assert problems(VLANConfig, name="v", vlan_id=True) == [
        "vlanID: expected an integer from 0 to 65535, without quotes"
    ]
    assert problems(UserVolumeConfig, kind="Other") == ["kind: expected 'UserVolumeConfig'"]


def test_assignment_checks():
    model = v1alpha1.MachineConfig()
    assert problems(setattr, model, "certSANs", 1) == ['unknown field "certSANs"; did you mean "cert_sans"?']
    assert problems(setattr, model, "cert_sans", "SECRET") == ["certSANs: expected a list"]
    model.cert_sans.append(3)
    model.network.interfaces.append({"mtuu": 3})
    assert problems(model.to_tree) == [
        "certSANs[0]: expected a text",
        'network.interfaces[0]: unknown field "mtuu"; did you mean "mtu"?',
    ]
    with pytest.raises(AttributeError):
        model.certSANs  # noqa: B018


def test_a_part_of_another_kind_is_refused():
    assert problems(LinkConfig, name="l", routes=[v1alpha1.Route()]) == [
        "routes[0]: expected a mapping or a RouteConfig"
    ]
    assert problems(LinkConfig.model_validate, {1: 2}) == ["1: expected a text as key"]
    assert problems(LinkConfig.model_validate, "SECRET") == ["expected a mapping or a LinkConfig"]
    assert problems(LinkConfig.model_validate_json, "{SECRET") == ["expected JSON"]


def test_what_holds_itself_is_refused():
    loop = {}
    loop["a"] = [loop, loop]
    assert problems(KubeletConfig, config=loop) == ["config: expected a value that is nested at most 10000 deep"]


def test_depth_costs_no_stack():
    deep = value = {}
    for _ in range(9000):
        value["a"] = value = {}
    model = KubeletConfig(config=deep)
    assert len(repr(model)) < 1000
    assert model.to_yaml().count("a:") == 9000


# Secrets.


def voices(model):
    """All that a model and what it holds say of themselves."""
    yield from (repr(model), str(model), repr(list(model.__repr_args__())))
    work = [model]
    while work:
        value = work.pop()
        if isinstance(value, Model):
            work += [getattr(value, name) for name in value.model_fields_set]
        elif isinstance(value, dict):
            work += value.values()
        elif isinstance(value, list):
            work += value
        yield repr(value)


@pytest.mark.parametrize("canary", canaries(), ids=lambda canary: canary.id)
def test_no_model_says_a_secret(canary):
    document = MachineConfig.load(emit(canary.document())).documents[0]
    for model in (model_of(document), model_type(document.kind).model_validate(document.tree)):
        assert canary.sung(model.to_yaml())
        for text in voices(model):
            assert not canary.sung(text)


def test_a_model_with_unchecked_values_can_be_looked_at_but_not_dumped():
    model = v1alpha1.RegistriesConfig(mirrors={"docker.io": {"skipFallback": True}})
    model.mirrors["a"] = CANARY
    assert repr(model) == "RegistriesConfig(mirrors={'docker.io': RegistryMirrorConfig(skip_fallback=True)})"
    for dump in (model.model_dump, model.model_dump_json, model.to_yaml):
        assert problems(dump) == ["mirrors.a: expected a mapping or a RegistryMirrorConfig"]
    assert problems(v1alpha1.RegistriesConfig.model_validate_strings, {"mirors": {}}) == [
        'unknown field "mirors"; did you mean "mirrors"?'
    ]
    model = WireguardConfig(name="w", private_key=CANARY)
    assert repr(model.model_dump(exclude={"kind", "api_version"})) == "{'name': 'w', 'private_key': '***'}"
    assert WireguardConfig.model_validate_json(model.model_dump_json()) == model


def test_an_assigned_secret_is_hidden():
    model = SideroLinkConfig()
    model.api_url = f"https://u:{CANARY}@host/?jointoken={CANARY}"
    wireguard = WireguardConfig(name="w")
    wireguard.private_key = CANARY
    machine = v1alpha1.MachineConfig()
    machine.pods.append({"spec": {"containers": [{"env": [{"value": CANARY}]}]}})
    for held in (model, model.api_url, wireguard, wireguard.private_key, machine):
        assert CANARY not in repr(held)
    assert wireguard.private_key == CANARY


@pytest.mark.parametrize("wrap", [
    lambda value: [value],
    lambda value: {"a": value},
    lambda value: [[value, object()]],
    lambda value: {"a": {"b": [value, object()]}},
    lambda value: str(value).encode(),
], ids=["list", "mapping", "objects", "deep", "bytes"])  # fmt: skip
def test_no_fault_of_a_model_says_a_value(wrap):
    faults = 0
    for canary in canaries():
        document = canary.document(wrap(canary.value))
        model = model_type(table().kinds[document.get("kind", "v1alpha1")])
        try:
            said = [repr(model.model_validate(document))]
        except InputError as error:
            assert error.__context__ is None
            said = [*map(str, error.problems), *map(repr, error.problems), repr(error)]
            faults += 1
        assert not any(map(canary.sung, said)), (canary.id, said)
    assert faults


# The config.

CONFIG = """\
machine:
    type: worker
    install:
        disk: /dev/sda
---
apiVersion: v1alpha1
kind: UserVolumeConfig
name: data
---
apiVersion: v1alpha1
kind: HostnameConfig
hostname: a
---
apiVersion: v1alpha1
kind: UserVolumeConfig
name: more
"""


def test_documents_are_found_by_kind_and_name():
    config = MachineConfig.load(CONFIG)
    assert config.v1alpha1.machine.install.disk == "/dev/sda"
    assert config.get(UserVolumeConfig, "more").name == "more"
    assert config.get(UserVolumeConfig, "other") is None
    assert config.get(KubeSpanConfig) is None
    assert [volume.name for volume in config.all(UserVolumeConfig)] == ["data", "more"]
    assert [type(model).__name__ for model in config.models()] == [
        "Config", "UserVolumeConfig", "HostnameConfig", "UserVolumeConfig",
    ]  # fmt: skip
    assert problems(lambda: MachineConfig.of(HostnameConfig(hostname="a")).v1alpha1) == [
        "the config has no v1alpha1 document"
    ]


def test_a_config_never_changes_and_a_changed_one_is_another():
    config = MachineConfig.load(CONFIG)
    legacy = config.v1alpha1
    legacy.machine.install.disk = "/dev/vda"
    changed = config.replace(legacy, HostnameConfig(hostname="b"))
    assert config.to_yaml() == MachineConfig.load(CONFIG).to_yaml()
    assert changed.v1alpha1.machine.install.disk == "/dev/vda"
    assert [document.identity for document in changed] == [document.identity for document in config]
    assert changed.remove(UserVolumeConfig, "data").remove("HostnameConfig").to_yaml().count("kind:") == 1
    added = config.add(SysctlConfig(params={"a": "b"}))
    assert added.documents[-1].kind.name == "SysctlConfig"
    assert added.to_dict()[-1] == {"apiVersion": "v1alpha1", "kind": "SysctlConfig", "params": {"a": "b"}}
    [change] = changed.history("machine.install.disk")[1:]
    assert (change.before, change.after, change.place) == ("/dev/sda", "/dev/vda", None)
    assert changed.history("hostname", "HostnameConfig/")[-1].after == "b"


def test_documents_that_cannot_be_are_refused():
    config = MachineConfig.load(CONFIG)
    assert problems(config.add, HostnameConfig(hostname="b")) == [
        "a second document HostnameConfig/; a config holds one; merge the two"
    ]
    assert problems(config.replace, SysctlConfig(), UserVolumeConfig(name="x")) == [
        "the config has no document SysctlConfig/; use add",
        "the config has no document UserVolumeConfig/x; use add",
    ]
    assert problems(config.remove, UserVolumeConfig, "x") == ["the config has no document UserVolumeConfig/x"]
    broken = SysctlConfig()
    broken.params["a"] = 1
    assert problems(MachineConfig.of, broken) == ["params.a: expected a text"]
    assert problems(config.patch, broken) == ["params.a: expected a text"]


def test_configs_are_equal_by_their_documents():
    data, more, host = UserVolumeConfig(name="data"), UserVolumeConfig(name="more"), HostnameConfig(hostname="a")
    assert MachineConfig.of(data, host, more) == MachineConfig.of(host, data, more)
    assert MachineConfig.of(data, more) != MachineConfig.of(more, data)
    assert MachineConfig.of(data) != MachineConfig.of(data, more)


def test_a_model_is_a_patch():
    config = MachineConfig.load(CONFIG)
    wanted = v1alpha1.Config(machine=v1alpha1.MachineConfig(install=v1alpha1.InstallConfig(wipe=False)))
    patched = config.patch(wanted, SysctlConfig(params={"a": "b"}))
    assert patched.v1alpha1.machine.install.disk == "/dev/sda"
    assert patched.v1alpha1.machine.install.wipe is False
    assert patched.get(SysctlConfig).params == {"a": "b"}
    assert wanted.to_patch() == "machine:\n    install:\n        wipe: false\n"
    assert talosgen.check_patches(wanted) == []
    assert talosgen.compile_to_talos(wanted, config) == [wanted.to_patch()]


# The programs of the documentation.


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.stem)
def test_a_program_runs(program, tmp_path):
    done = subprocess.run(
        [sys.executable, program], capture_output=True, text=True, encoding="utf-8", check=True, cwd=tmp_path, env=LANE
    )
    assert done.stderr == ""
    for text in done.stdout.split("=== ")[1:]:
        MachineConfig.load(text.partition("\n")[2])
    assert done.stdout


def test_there_are_four_programs():
    assert len(PROGRAMS) == 4


def readme():
    """The program in README."""
    (code,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    return code


def test_mypy_accepts_the_programs(tmp_path):
    pytest.importorskip("mypy")
    (tmp_path / "readme.py").write_text(readme(), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", tmp_path / "cache", *PROGRAMS, tmp_path / "readme.py"],
        capture_output=True, text=True, cwd=ROOT, env=LANE,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


@pytest.fixture(scope="module")
def pyright():
    """Runs pyright, which is fetched with npm (.ci/run does); skipped where it is absent."""
    program = shutil.which("pyright")
    if program is None:
        if os.environ.get("TALOSGEN_REQUIRE_PYRIGHT") == "1":
            pytest.fail("pyright is required, and not installed")
        pytest.skip("pyright is not installed")

    def run(folder, *programs):
        command = [program, "--pythonpath", sys.executable, *programs]
        # Not in the repository: the settings of the folder that it runs in are its own.
        return subprocess.run(command, capture_output=True, text=True, cwd=folder, env=LANE, check=False)

    return run


def test_pyright_accepts_the_programs(pyright, tmp_path):
    texts = {program.name: program.read_text(encoding="utf-8") for program in PROGRAMS} | {"readme.py": readme()}
    for name, text in texts.items():
        (tmp_path / name).write_text(f"# pyright: strict\n{text}", encoding="utf-8")
    done = pyright(tmp_path, *texts)
    assert done.returncode == 0, done.stdout
    assert "0 errors" in done.stdout


WRONG = [
    ('TCPProbeConfig(name="p", interval=5)', "interval"),
    ('BondConfig(name="b", bond_mode="802.4ad")', "bond_mode"),
    ('LinkConfig(nam="eth0")', "nam"),
    ("LinkConfig().upp", "upp"),
    ("LinkConfig().up + 1", "perator"),
]


def test_pyright_finds_what_is_wrong(pyright, tmp_path):
    head = "from talosgen.documents import BondConfig, LinkConfig, TCPProbeConfig"
    (tmp_path / "program.py").write_text("\n".join([head, *(line for line, _ in WRONG)]))
    done = pyright(tmp_path, "program.py")
    assert done.returncode == 1
    for number, (_, complaint) in enumerate(WRONG, 2):
        assert any(complaint in line for line in done.stdout.splitlines() if f"program.py:{number}:" in line), (
            done.stdout
        )


@pytest.mark.parametrize(("line", "complaint"), WRONG)
def test_mypy_finds_what_is_wrong(line, complaint, tmp_path):
    pytest.importorskip("mypy")
    program = tmp_path / "program.py"
    program.write_text(f"from talosgen.documents import BondConfig, LinkConfig, TCPProbeConfig\n\n{line}\n")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", tmp_path.parent / "cache", program],
        capture_output=True, text=True, cwd=ROOT, env=LANE,
    )  # fmt: skip
    assert done.returncode == 1
    assert complaint in done.stdout
