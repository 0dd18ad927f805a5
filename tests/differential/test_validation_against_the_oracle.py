"""Verdicts on random configs and expressions, talosgen's and Talos's own.

The seeds are constants: what these tests find depends on what is in the repository alone.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from functools import cache

import pytest
from agreement import difference
from configs import POOLS, Configs
from expressions import NAMES, Expressions
from ours import answer
from test_against_the_oracle import PLUMBING
from vectors import FOLDER

import talosgen
from talosgen import InputError, MachineConfig
from talosgen.cel import check
from talosgen.codes import CODES
from talosgen.config.loader import load
from talosgen.config.tree import copied
from talosgen.goyaml.writer import emit
from talosgen.pki.pem import decode, encode
from talosgen.validation import findings
from talosgen.validation.checks.der import is_usual_certificate, is_usual_key

pytestmark = pytest.mark.oracle

SINGLE = 1500
LEGACY = 800
STREAMS = 500
MUTATED = 1500
PER_ENVIRONMENT = 400
DAMAGED = 2000
IMAGES = 600

SELECTORS = {
    "disk": "kind: VolumeConfig\nname: EPHEMERAL\nprovisioning: {diskSelector: {match: %s}}",
    "volume": "kind: ExistingVolumeConfig\nname: e\ndiscovery: {volumeSelector: {match: %s}}",
    "member": "kind: RAIDArrayConfig\nname: e\nprovisioning: {volumeSelector: {match: %s}}",
    "link": "kind: LinkAliasConfig\nname: e\nselector: {match: %s}",
    "oom-trigger": "kind: OOMConfig\ntriggerExpression: %s",
    "oom-ranking": "kind: OOMConfig\ncgroupRankingExpression: %s",
}


def disagreements(oracle, requests):
    """What Talos says of requests, counted, and those of which the two programs think differently."""
    said: Counter[str] = Counter()
    wrong = []
    for request in requests:
        wanted = oracle.ask(request)
        assert not wanted.get("error", "").startswith((*PLUMBING, "panic")), wanted["error"]
        said[
            "refused" if wanted.get("error") and "errors" not in wanted else "bad" if "error" in wanted else "good"
        ] += 1
        if why := difference(request, wanted, answer(request)):
            wrong.append((request, why))
    return said, wrong


def test_documents_of_every_kind_are_judged_alike(oracle):
    configs = Configs(20260922)
    kinds = (configs.kinds[number % len(configs.kinds)] for number in range(SINGLE))
    said, wrong = disagreements(oracle, (configs.request(emit(configs.document(kind))) for kind in kinds))
    assert not wrong, (len(wrong), wrong[:2])
    assert said["good"] >= SINGLE / 10
    assert said["bad"] >= SINGLE / 3


def test_legacy_documents_are_judged_alike(oracle):
    configs = Configs(20260923)
    said, wrong = disagreements(oracle, (configs.request(emit(configs.document("v1alpha1"))) for _ in range(LEGACY)))
    assert not wrong, (len(wrong), wrong[:2])
    assert said["refused"] <= LEGACY / 4


def test_configs_of_several_documents_are_judged_alike(oracle):
    configs = Configs(20260924)
    _, wrong = disagreements(oracle, (configs.request(configs.stream()) for _ in range(STREAMS)))
    assert not wrong, (len(wrong), wrong[:2])


@cache
def whole():
    """Configs that nothing is wrong with: generated ones, and rich ones."""
    bundle = (FOLDER / "conformance" / "bundles" / "v1.14.yaml").read_text(encoding="utf-8")
    out = []
    for contract in ("", "v1.13", "v1.12", "v1.9", "v1.5"):
        for role in ("controlplane", "worker"):
            options = talosgen.Options(
                cluster="demo",
                endpoint="https://10.0.0.1:6443",
                contract=talosgen.Contract.parse(contract),
                kubernetes="1.37.0",
            )
            made = talosgen.generate(options, talosgen.MachineType.parse(role), talosgen.SecretsBundle.load(bundle))
            out.append([copied(document.tree) for document in made])
    for path in sorted((FOLDER / "conformance" / "bases").glob("rich-*.yaml")):
        out.append(MachineConfig.load(path.read_text(encoding="utf-8"), str(path)).to_dict())
    return out


def test_whole_configs_with_one_thing_changed_are_judged_alike(oracle):
    configs = Configs(20260925)
    requests = (configs.request(configs.mutated(configs.random.choice(whole()))) for _ in range(MUTATED))
    said, wrong = disagreements(oracle, requests)
    assert not wrong, (len(wrong), wrong[:2])
    assert said["good"] >= MUTATED / 10
    assert said["bad"] >= MUTATED / 10


@pytest.mark.parametrize("environment", NAMES)
def test_expressions_are_judged_alike(oracle, environment):
    made = Expressions(20260926, environment)
    wrong, good = [], 0
    for _ in range(PER_ENVIRONMENT):
        text = made.text()
        # A text in double quotes is the same in JSON and in YAML.
        config = f"apiVersion: v1alpha1\n{SELECTORS[environment] % json.dumps(text)}\n"
        wanted = oracle.ask({"op": "validate", "config": config, "mode": "cloud"})
        assert "errors" in wanted or "error" not in wanted, (text, wanted)
        good += "error" not in wanted
        if bool(check(text, environment)) != ("error" in wanted):
            wrong.append((text, wanted.get("error"), check(text, environment)))
    assert not wrong, (len(wrong), wrong[:3])
    assert PER_ENVIRONMENT / 3 <= good <= PER_ENVIRONMENT * 0.9


def test_what_is_known_for_good_without_the_cryptography_library_talos_reads(oracle):
    bundle = talosgen.SecretsBundle.load(
        (FOLDER / "conformance" / "bundles" / "v1.14.yaml").read_text(encoding="utf-8")
    )
    order = random.Random(20260928)
    pairs = [bundle.certs.k8s, bundle.certs.k8saggregator, bundle.certs.etcd]
    usual = 0
    for _ in range(DAMAGED):
        pair = order.choice(pairs)
        part = order.choice(["cert", "key"])
        label, der = decode(pair.crt if part == "cert" else pair.key)
        damaged = bytearray(der)
        damaged[order.randrange(len(der))] = order.randrange(256)
        if not (is_usual_certificate(bytes(damaged)) if part == "cert" else is_usual_key(label, bytes(damaged))):
            continue
        usual += 1
        texts = {"cert": pair.crt.decode(), "key": pair.key.decode(), part: encode(label, bytes(damaged)).decode()}
        config = emit({"apiVersion": "v1alpha1", "kind": "KubeAggregatorCAConfig", "issuingCA": texts})
        assert "issuing CA" not in oracle.ask({"op": "validate", "config": config, "mode": "cloud"})["error"], texts
    assert DAMAGED / 10 <= usual <= DAMAGED * 0.8


def test_random_configs_meet_nearly_every_code():
    configs = Configs(20260927)
    met = set()
    for number in range(6000):
        text = (
            configs.stream() if number % 3 == 0 else emit(configs.document(configs.kinds[number % len(configs.kinds)]))
        )
        try:
            loaded = load(text)
        except InputError:
            continue
        # What only older releases find is met when one is stated.
        release = configs.random.choice(["", "v1.14", "v1.13", "v1.12", "v1.10"])
        met |= {finding.name for finding in findings(loaded, "metal" if number % 2 else "container", release=release)}
    judged = [code for code in CODES if code[2] in "1234" and not code.startswith("TG41")]
    unmet = {CODES[code].name for code in judged} - met
    assert len(unmet) <= 25, sorted(unmet)


KUBERNETES = (
    "1.32.0", "1.31.9", "1.37.0", "1.37.99", "1.37.98", "1.38.0", "1.32", "1", "01.33.0", "1.33.0-rc.1", "1.33.0+b", "x", "",
    "1.33.x", "1.33.1.1", "1.33.0-", "1.33.0-01", "1.33.0-a..b", "2.0.0", "1.99999999999999999999.0", "1.33.0 ", "1.0.0",
)  # fmt: skip
RUNNING = (
    "v1alpha1", "KubeletConfig", "KubeAPIServerConfig", "KubeControllerManagerConfig", "KubeSchedulerConfig",
    "KubeProxyConfig",
)  # fmt: skip


def test_images_are_judged_as_a_node_judges_them(oracle, monkeypatch):
    digests = ("", "@sha256:" + "a" * 64)
    names = ("a/kubelet", "reg:5000/x", "a:v1.33.0")
    images = [f"{name}:v{version}{digest}" for name in names for version in KUBERNETES for digest in digests]
    monkeypatch.setitem(POOLS, "image", [*images, "a/b", f"a/b{digests[1]}", "a:1.33.0", ":v", "a:vx:v1.33.0", ""])
    configs = Configs(20260929)
    documents = (configs.document(RUNNING[number % len(RUNNING)]) for number in range(IMAGES))
    requests = [configs.request(emit(document)) | {"node": True, "release": "v1.14.1"} for document in documents]
    _, wrong = disagreements(oracle, requests)
    assert not wrong, (len(wrong), wrong[:2])
    refused = sum("image is not valid" in oracle.ask(request).get("error", "") for request in requests)
    assert IMAGES / 6 <= refused <= IMAGES * 0.9
