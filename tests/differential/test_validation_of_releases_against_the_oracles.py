"""Verdicts of older releases on random configs: talosgen's, and those of the releases' own machineries.

The seeds are constants: what these tests find depends on what is in the repository alone.
"""

from __future__ import annotations

import json
from collections import Counter
from functools import cache

import pytest
from agreement import difference
from configs import Configs
from expressions import NAMES, Expressions
from ours import answer
from test_against_the_oracle import PLUMBING
from test_validation_against_the_oracle import SELECTORS
from vectors import FOLDER

import talosgen
from talosgen import InputError, MachineConfig
from talosgen.cel import check
from talosgen.config.loader import load
from talosgen.goyaml.writer import emit
from talosgen.schema.table import table

pytestmark = pytest.mark.oracle

SINGLE = 500
STREAMS = 250
MUTATED = 500
NEWER = 250
PER_ENVIRONMENT = 100
#: The machinery that judges, to the patch: fields came within the lines as well.
VERSIONS = {"1.13": "v1.13.9", "1.12": "v1.12.7"}
#: What v1.14.1 refuses to read, and older releases read: configs are read as v1.14.1 reads them.
STRICTER = (
    "null is not allowed", "expected a single value, found a mapping", "expected one of none, xfs, vfat",
)  # fmt: skip


def is_stricter(config):
    """Whether a config is refused for such reasons alone."""
    try:
        load(config)
    except InputError as error:
        return all(problem.message.startswith(STRICTER) for problem in error.problems)
    return False


def agree(older, requests):
    """Hold that both think alike of requests; what the release says of them, counted."""
    release, oracle = older
    said: Counter[str] = Counter()
    wrong = []
    for request in requests:
        wanted = oracle.ask(request)
        assert not wanted.get("error", "").startswith(PLUMBING), wanted["error"]
        got = answer({**request, "release": VERSIONS[release]})
        if wanted.get("error", "").startswith("panic"):
            # On a null that v1.14.1 does not read.
            said["panic"] += 1
            assert "error" in got, request
        elif why := difference(request, wanted, got):
            if "error" in got and "errors" not in got and is_stricter(request["config"]):
                said["stricter"] += 1
            else:
                wrong.append((request, why))
        else:
            said["refused" if wanted.get("error") and "errors" not in wanted else "judged"] += 1
    assert not wrong, (len(wrong), wrong[:2])
    assert said["panic"] + said["stricter"] <= sum(said.values()) / 50, said
    return said


@cache
def whole(release):
    """Configs that the release generates and takes, and richer ones."""
    bundle = (FOLDER / "conformance" / "bundles" / "v1.14.yaml").read_text(encoding="utf-8")
    out = []
    for contract in (f"v{release}", "v1.9", "v1.5"):
        for role in ("controlplane", "worker"):
            options = talosgen.Options(
                cluster="demo",
                endpoint="https://10.0.0.1:6443",
                contract=talosgen.Contract.parse(contract),
                kubernetes="1.33.0",
            )
            made = talosgen.generate(options, talosgen.MachineType.parse(role), talosgen.SecretsBundle.load(bundle))
            out.append(made.to_dict())
    for path in sorted((FOLDER / "conformance" / "bases").glob(f"*{release}-*rich.yaml")):
        documents = MachineConfig.load(path.read_text(encoding="utf-8"), str(path)).to_dict()
        out.append([document for document in documents if document.get("kind", "v1alpha1") in table(release).kinds])
    return out


def test_configs_of_a_release_are_judged_as_it_judges_them(older):
    configs = Configs(20261001, table(older[0]))
    requests = [configs.request("---\n".join(map(emit, documents))) for documents in whole(older[0])]
    said = agree(older, requests)
    assert said["judged"] >= len(requests) - 2


def test_documents_of_every_kind_of_a_release_are_judged_alike(older):
    configs = Configs(20261002, table(older[0]))
    kinds = [configs.kinds[number % len(configs.kinds)] for number in range(SINGLE)]
    said = agree(older, (configs.request(emit(configs.document(kind))) for kind in kinds))
    assert said["judged"] >= SINGLE * 0.8


def test_configs_of_several_documents_of_a_release_are_judged_alike(older):
    configs = Configs(20261003, table(older[0]))
    agree(older, (configs.request(configs.stream()) for _ in range(STREAMS)))


def test_whole_configs_of_a_release_with_one_thing_changed_are_judged_alike(older):
    configs = Configs(20261004, table(older[0]))
    known = whole(older[0])
    said = agree(older, (configs.request(configs.mutated(configs.random.choice(known))) for _ in range(MUTATED)))
    assert said["judged"] >= MUTATED * 0.8


def test_what_is_too_new_for_a_release_is_refused_as_it_refuses_it(older):
    configs = Configs(20261005)
    known = whole(older[0])
    said = agree(older, (configs.request(configs.mutated(configs.random.choice(known))) for _ in range(NEWER)))
    assert said["refused"] >= NEWER / 15
    assert said["judged"] >= NEWER / 3


@pytest.mark.parametrize("environment", [name for name in NAMES if name != "member"])
def test_expressions_of_a_release_are_judged_alike(older, environment):
    release, oracle = older
    made = Expressions(20261006, environment)
    wrong = []
    for _ in range(PER_ENVIRONMENT):
        text = made.text()
        config = f"apiVersion: v1alpha1\n{SELECTORS[environment] % json.dumps(text)}\n"
        wanted = oracle.ask({"op": "validate", "config": config, "mode": "cloud"})
        assert "errors" in wanted or "error" not in wanted, (text, wanted)
        if bool(check(text, environment, int(release.partition(".")[2]))) != ("error" in wanted):
            wrong.append((text, wanted.get("error")))
    assert not wrong, (len(wrong), wrong[:3])
