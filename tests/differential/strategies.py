"""Random documents of every kind, made from the table, and random options of the generator."""

from __future__ import annotations

import importlib
import pkgutil
import random
from typing import Any

import yaml
from hypothesis import strategies as st

import talosgen
from talosgen.goyaml.writer import emit
from talosgen.schema.table import Table, table

# Hypothesis draws numbers from the sources of the modules that are loaded: with all of them loaded, the
# same seed gives the same examples whichever tests run and in which order.
for _module in pkgutil.walk_packages(talosgen.__path__, "talosgen."):
    if not _module.name.endswith("__main__"):
        importlib.import_module(_module.name)

TEXTS = st.sampled_from(
    [
        "a", "x y", "yes", "12:30", "1", "1.5", "0x1F", "null", "", "a: b", "- x", "'q'", 'd"q', "tab\there", "é", "😀",
        "#c", "a #b", "@x", "line\nbreak\n", "two\n\n", " lead", "trail ", "~", "true", "2001-01-01", "k10", "<<", "on",
        "https://example.org:6443/x", "10.0.0.1", "%", "[x]", "{x}", "a'b", "\u2028", "x" * 130,
    ]
)  # fmt: skip
ODD = st.sampled_from([None, True, 0, -1, 1.5, "", "x", [], {}, [None], {"a": None}, ["a"], {"a": "b"}])

GOOD = {
    "duration": ["1m30s", "5s", "0s", "1h", "0", "-1.5h", "100ms", "1us"],
    "pem": ["Zm9v", "", "YmFy"],
    "base64": ["Zm9v", "", "YmFy"],
    "base64-or-marker": ["Zm9v", "******", ""],
    "endpoint-url": ["https://1.2.3.4:6443", "https://a b/é?x=1", "HTTP://Host", "/p", "https://[::1]:6443"],
    "url": ["https://1.2.3.4:6443", "udp://h:514", "", "tcp://1.2.3.4:1/#f"],
    "disk-size": ["100MB", "1.5GB", "10 GiB", "1000", "1"],
    "disk-size-matcher": [">= 100GB", "<= 1TB", "4GB", "== 10"],
    "disk-type": ["ssd", "x", "nvme"],
    "ip-addr": ["10.0.0.1", "fd00::1", "::ffff:1.2.3.4", "fe80::1%eth0", ""],
    "ip-prefix": ["10.0.0.0/8", "fd00::/64", "10.0.0.1/32", ""],
    "ip-addrport": ["10.0.0.1:80", "[fd00::1]:51820", ""],
    "hwaddr": ["02:00:5e:10:00:01", "AA:bb", ""],
    "byte-size": ["50GiB", "2.5GiB", "100", "-1GB", "", "1,000KB"],
    "size": ["50GiB", "80%", "-10%", "100", ""],
    "cel": ["disk.size > 10u", "true", "x", ""],
}
BAD = {
    "duration": ["5", "x", "1d", ""],
    "base64": ["Zm9", "é", "Zm9v====", "a b"],
    "base64-or-marker": ["Zm9", "*****"],
    "endpoint-url": ["1.2.3.4:6443", "https://h:x", ":x", "https://[::1"],
    "url": ["1.2.3.4:6443", "%zz"],
    "disk-size": ["x", "10 XB", "1..5GB"],
    "disk-size-matcher": [">", "x GB", "=> 1"],
    "ip-addr": ["10.0.0", "01.2.3.4", "fd00::1::", "300.1.1.1", "x"],
    "ip-prefix": ["10.0.0.0", "10.0.0.0/33", "fe80::1%e/64", "x/8"],
    "ip-addrport": ["10.0.0.1", "fd00::1:80", "[10.0.0.1]:80", "10.0.0.1:99999"],
    "hwaddr": ["02-00", "0", "zz"],
    "byte-size": ["x", "1QB", "%"],
    "size": ["101%", "x%", "10 %", "1QB"],
}


def rarely(one_in: int, usual: st.SearchStrategy[Any], rare: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """``rare`` once in so many draws. Nothing odd at zero, which is what Hypothesis tries first and shrinks to."""
    return st.integers(0, one_in - 1).flatmap(lambda n: rare if n == one_in * 2 // 3 else usual)


def scalars(codec: str) -> st.SearchStrategy[Any]:
    good = st.sampled_from(GOOD[codec])
    # One in ten is a text that the codec refuses: a document has many fields.
    bad = st.sampled_from(BAD.get(codec, GOOD[codec]))
    return rarely(10, good, bad)


def integers(kind: str) -> st.SearchStrategy[int]:
    bits = int(kind.lstrip("uint") or 64)
    low, high = (0, 2**bits - 1) if kind.startswith("u") else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
    return st.sampled_from([0, 1, 7, 80, 100, high, low]) | st.integers(low, high)


class Documents:
    """Strategies of one table, one for each type."""

    def __init__(self, facts: Table) -> None:
        self._table = facts
        self._made: dict[str, st.SearchStrategy[Any]] = {}

    def value(self, expr: Any) -> st.SearchStrategy[Any]:
        return rarely(30, self._value(expr), ODD)

    def _value(self, expr: Any) -> st.SearchStrategy[Any]:
        if expr == "any":
            return ODD
        if expr == "string":
            return TEXTS
        if expr == "bool":
            return st.booleans()
        if isinstance(expr, str):
            return integers(expr)
        if "ptr" in expr:
            return self.value(expr["ptr"])
        if "list" in expr:
            return st.lists(self.value(expr["list"]), max_size=3)
        if "map" in expr:
            return st.dictionaries(TEXTS, self.value(expr["map"][1]), max_size=3)
        name = expr.get("ref") or expr["ext"]
        if self._table.is_struct(name):
            return st.deferred(lambda: self.struct(name))
        if "ext" in expr:
            return scalars(self._table.codec_of(name))
        facts = self._table.facts(name)
        codec = facts.get("codec", "")
        if codec == "enum-text":
            return st.sampled_from([*facts["values"], facts["values"][0].upper()])
        if codec == "unstructured":
            return st.dictionaries(TEXTS, ODD | TEXTS, max_size=4)
        if codec == "octal-mode":
            return st.sampled_from([0o644, 0, 0o600, 493])
        if codec == "port-range":
            return st.sampled_from([80, "80-90", "8-8", 0, 65535, "9-8", 65536, "80"])
        if codec == "arg-value":
            return TEXTS | st.lists(TEXTS, max_size=2)
        if codec and codec != "inline-manifests":
            return scalars(codec)
        if facts["kind"] in ("list", "map"):
            return self.value({facts["kind"]: facts["of"]})
        if facts["kind"] == "alias":
            return self.value(facts["of"])
        return self.value(facts["kind"])

    def struct(self, name: str, **fixed: Any) -> st.SearchStrategy[dict[str, Any]]:
        if name not in self._made:
            fields = {field.key: self.value(field.type) for field in self._table.struct(name).fields}
            keys = st.lists(st.sampled_from(sorted(fields)), max_size=6, unique=True) if fields else st.just([])
            self._made[name] = keys.flatmap(lambda chosen: st.fixed_dictionaries({key: fields[key] for key in chosen}))
        unknown = rarely(25, st.just({}), st.just({"unknownKey": 1}))
        return st.tuples(self._made[name], unknown).map(lambda parts: {**parts[0], **parts[1], **fixed})

    def document(self, kind: str) -> st.SearchStrategy[dict[str, Any]]:
        facts = self._table.kinds[kind]
        if facts.legacy:
            machine = self.value({"ref": "v1alpha1.MachineConfig"})
            return st.tuples(self.struct(facts.type), machine).map(lambda parts: {"machine": parts[1], **parts[0]})
        return self.struct(facts.type).map(lambda tree: {**tree, "apiVersion": facts.api_version, "kind": kind})


def _shuffled(tree: Any, order: random.Random) -> Any:
    if isinstance(tree, dict):
        keys = list(tree)
        order.shuffle(keys)
        return {key: _shuffled(tree[key], order) for key in keys}
    return [_shuffled(item, order) for item in tree] if isinstance(tree, list) else tree


def written(tree: Any) -> st.SearchStrategy[str]:
    """Texts of a tree: talosgen's own, or PyYAML's in one of its styles with the keys in any order."""
    styles = st.fixed_dictionaries(
        {
            "default_flow_style": st.sampled_from([False, None, True]),
            "default_style": st.sampled_from([None, '"', "'"]),
            "width": st.sampled_from([80, 20, 10_000]),
            "indent": st.sampled_from([2, 4]),
            "allow_unicode": st.booleans(),
        }
    )
    foreign = st.tuples(styles, st.integers(0, 999)).map(
        lambda parts: str(yaml.safe_dump(_shuffled(tree, random.Random(parts[1])), sort_keys=False, **parts[0]))
    )
    return st.just(emit(tree)) | foreign


def stream(documents: list[Any]) -> st.SearchStrategy[str]:
    """Texts of several documents, each written in its own way."""
    return st.tuples(*map(written, documents)).map("---\n".join)


DOCUMENTS = Documents(table())
KINDS = sorted(table().kinds)


def options() -> st.SearchStrategy[dict[str, Any]]:
    """Requests of the op ``gen``, without the bundle."""
    hosts = st.sampled_from(["docker.io", "k8s.gcr.io", "ghcr.io", "r10", "r9", "*"])
    urls = st.sampled_from(["https://m.example", "http://10.0.0.1:5000", "HTTPS://A b", "", "1.2.3.4:5"])
    good_endpoints = ["https://10.0.0.1:6443", "https://demo.example", "HTTPS://[::1]:6443/x?y", "fd00::1", "host"]
    return st.fixed_dictionaries(
        {
            "op": st.just("gen"),
            "contract": st.sampled_from(
                [f"v1.{minor}" for minor in range(16)] + ["", "v0.0", "v0.9", "1.13.2", "v2.0"]
            ),
            "role": st.sampled_from(["controlplane", "worker", "init", "join", "", "controlplane", "worker"]),
            "cluster": TEXTS,
            "endpoint": st.sampled_from(good_endpoints * 4 + ["1.2.3.4:6443", "", "https://a:b"]),
            "kubernetes": st.sampled_from(["1.37.0", "1.36.1", "1.30.0-rc.1", "v1.35.0", "x"]),
        },
        optional={
            "disk": st.sampled_from(["/dev/sda", "", "/dev/disk/by-id/x'\"\\y", "é\u00ad", "\x7f"]),
            "image": TEXTS,
            "dns": st.sampled_from(["cluster.local", "", "x.y"]),
            "cni": st.sampled_from(["", "https://c.example/cni.yaml", "HTTPS://h/a b?#", "1.2.3.4:5"]),
            "sans": st.lists(TEXTS, max_size=3),
            "kernelArgs": st.lists(TEXTS, max_size=3),
            "sysctls": st.dictionaries(TEXTS, TEXTS, max_size=3),
            "mirrors": st.dictionaries(hosts, st.lists(urls, max_size=2), max_size=3),
            "registryCAs": st.dictionaries(hosts, TEXTS, max_size=2),
            "registryInsecure": st.lists(hosts, max_size=2),
            "apiPort": st.sampled_from([0, 6443, 5443]),
            "kubePrism": st.sampled_from([0, 7445, 1]),
            "discovery": st.booleans(),
            "kubeSpan": st.booleans(),
            "hostDNSForward": st.booleans(),
            "allowScheduling": st.booleans(),
            "debug": st.booleans(),
            "noKubernetes": st.booleans(),
            "noEtcd": st.booleans(),
            "skipUnattendedInstall": st.booleans(),
        },
    )


def schematics() -> st.SearchStrategy[dict[str, Any]]:
    """Image Factory schematics."""
    customization = st.fixed_dictionaries(
        {},
        optional={
            "extraKernelArgs": st.lists(TEXTS, max_size=3) | ODD,
            "meta": st.lists(
                st.fixed_dictionaries({}, optional={"key": integers("uint8"), "value": TEXTS}), max_size=2
            ),
            "systemExtensions": st.fixed_dictionaries({"officialExtensions": st.lists(TEXTS, max_size=3)}),
            "bootloader": st.sampled_from(["none", "grub", "SD-BOOT", "dual-boot", "", "auto"]),
            "secureboot": st.fixed_dictionaries(
                {}, optional={"enrollKeys": TEXTS, "includeWellKnownCertificates": st.booleans() | TEXTS}
            ),
            "diskImage": st.fixed_dictionaries({}, optional={"sectorSize": integers("uint64") | ODD}),
            "embeddedMachineConfiguration": TEXTS,
        },
    )
    overlay = st.fixed_dictionaries(
        {}, optional={"image": TEXTS, "name": TEXTS, "options": st.dictionaries(TEXTS, ODD | TEXTS, max_size=3)}
    )
    return st.fixed_dictionaries({}, optional={"customization": customization, "overlay": overlay, "owner": TEXTS})
