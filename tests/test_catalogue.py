"""The features of the catalogue: each is right for every release, base and role, and does what is recorded of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from catalogue import BASES, CATALOGUE, FOLDER, NAMES, asked, bases, cluster, compiled, is_for, refused, sets, tried
from scripted import script

import talosgen
from talosgen.contract import Contract
from talosgen.errors import InputError
from talosgen.features.conditions import Situation, holds
from talosgen.schema.releases import Release

CASES = [(name, *base) for name in NAMES for base in bases(name)]


@pytest.mark.parametrize(("name", "release", "contract"), CASES)
def test_a_feature_is_right_for_its_releases(name, release, contract):
    for node, made in tried(name, release, contract).items():
        found = made.config.validate("metal", talos_version=str(Release.newest(release)), lint=False)
        errors = [str(problem) for problem in found if problem.severity == "error"]
        assert errors == [], (node, sets(name, release, contract)[int(node[1:])])


@pytest.mark.parametrize(("name", "release", "contract"), CASES)
def test_applying_a_feature_twice_changes_nothing(name, release, contract):
    for node, made in tried(name, release, contract).items():
        assert made.again == made.config.to_yaml(), (node, sets(name, release, contract)[int(node[1:])])


@pytest.mark.oracle
@pytest.mark.parametrize("name", NAMES)
def test_talos_takes_what_a_feature_makes(oracle, name):
    texts = {made.config.to_yaml() for base in bases(name) for made in tried(name, *base).values()}
    for text in sorted(texts):
        answer = oracle.ask({"op": "validate", "config": text, "mode": "metal"})
        assert not answer.get("error"), answer["error"]


@pytest.mark.oracle
@pytest.mark.parametrize("name", NAMES)
def test_what_is_recorded_of_a_feature_is_a_patch_for_talos(oracle, name):
    for path in sorted((FOLDER / name).glob("*-v1.*.yaml")):
        role, _, contract = path.stem.partition("-")
        text = path.read_text(encoding="utf-8")
        if all(line.startswith("#") for line in text.splitlines()):
            continue
        (base,) = compiled(cluster(contract, contract, {"w0" if role == "worker" else "c0": []})).values()
        answer = oracle.ask({"op": "patch", "config": base.config.to_yaml(), "patches": [text]})
        assert answer.get("yaml") == talosgen.patch(base.config, text, merge="talos").to_yaml(), answer.get("error")


@pytest.mark.parametrize("name", NAMES)
def test_a_feature_gives_what_is_recorded(name):
    recorded = {path.name: path.read_text(encoding="utf-8") for path in (FOLDER / name).glob("*-v1.*.yaml")}
    # python scripts/features.py expected tests/vectors/features
    assert recorded == dict(script("features").expected(CATALOGUE.get(name)))


def test_the_pages_are_those_of_the_manifests():
    folder = Path(__file__).parent.parent / "docs" / "features"
    written = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.md")}
    # python scripts/features.py pages docs/features
    assert written == script("features").pages(CATALOGUE)


@pytest.mark.parametrize("name", NAMES)
def test_a_manifest_tells_all(name):
    feature = CATALOGUE.get(name)
    manifest = feature.manifest
    assert manifest.about.endswith(".")
    assert all(link.startswith("https://") for link in manifest.links)
    assert all(parameter.about and not parameter.about.endswith(".") for parameter in manifest.parameters.values())
    folder = Path(feature.folder)
    files = {path.relative_to(folder).parts[0] for path in folder.rglob("*") if path.is_file()}
    assert files - {"app"} == {"feature.yaml", *(part.file for part in manifest.patches)}
    assert {conflict.feature for conflict in manifest.conflicts} | set(manifest.requires) <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_feature_outside_its_releases_is_refused(name):
    outside = [base for base in BASES if not is_for(name, base[0])]
    for release, contract in outside[:1] + outside[-1:]:
        with pytest.raises(InputError) as caught:
            cluster(release, contract, {"c0": asked(name, sets(name)[0])})
        assert any(name in problem.message and problem.remedy for problem in caught.value.problems)


def in_force(name, conflict, parameters, release="v1.14"):
    """Whether a conflict of a feature holds with these parameters."""
    talos = Contract.parse(release)
    full = {key: parameter.default for key, parameter in CATALOGUE.get(name).manifest.parameters.items()}
    names = frozenset((name, conflict.feature))
    return holds(conflict.when, Situation("controlplane", talos, None, names, Contract(1, 37)), full | parameters)


def others(conflict, release, contract):
    """The sets of parameters of the other feature with which a conflict holds."""
    return [
        parameters
        for parameters in sets(conflict.feature, release, contract)
        if in_force(conflict.feature, conflict.model_copy(update={"when": conflict.other}), parameters, release)
    ]


CONFLICTS = [
    (name, conflict)
    for name in NAMES
    for conflict in CATALOGUE.get(name).manifest.conflicts
    if conflict.feature in NAMES
]


@pytest.mark.parametrize(("name", "conflict"), CONFLICTS, ids=[f"{name}-{other.feature}" for name, other in CONFLICTS])
def test_features_that_exclude_each_other_are_refused_together(name, conflict):
    found = [
        (base, own)
        for base in reversed(bases(name))
        if is_for(conflict.feature, base[0])
        for own in sets(name, *base)
        if in_force(name, conflict, own, base[0]) and others(conflict, *base)
    ]
    assert found, "no set of parameters in its cases.yaml brings the conflict about"
    (release, contract), own = found[0]
    features = [*asked(name, own), {conflict.feature: others(conflict, release, contract)[0]}]
    with pytest.raises(InputError) as caught:
        cluster(release, contract, {"c0": features, "w0": features})
    assert any(f"{name} and {conflict.feature} exclude each other" in item.message for item in caught.value.problems)


def excluded(name, parameters):
    """The features that one with these parameters excludes."""
    return {
        conflict.feature for conflict in CATALOGUE.get(name).manifest.conflicts if in_force(name, conflict, parameters)
    }


def compatible(release, contract):
    """As many features of a base as exclude none among them, each with its first set of parameters."""
    chosen = {}
    for name in NAMES:
        if is_for(name, release):
            own = sets(name, release, contract)[0]
            if not any(name in excluded(*one) or one[0] in excluded(name, own) for one in chosen.items()):
                chosen[name] = own
    return [{name: parameters} for name, parameters in chosen.items()]


@pytest.mark.parametrize(("release", "contract"), BASES)
def test_features_that_exclude_nothing_stand_together(release, contract):
    features = compatible(release, contract)
    for made in compiled(cluster(release, contract, {"c0": features, "w0": features})).values():
        assert made.again == made.config.to_yaml()
        found = made.config.validate("metal", talos_version=str(Release.newest(release)), lint=False)
        assert [str(problem) for problem in found if problem.severity == "error"] == []


@pytest.mark.parametrize("name", [name for name in NAMES if refused(name) or CATALOGUE.get(name).manifest.refuses])
def test_what_a_feature_refuses_is_refused(name):
    for item in refused(name):
        nodes = {node: asked(name, item["parameters"]) for node in ("c0", "w0")}
        with pytest.raises(InputError) as caught:
            compiled(cluster(item["talos"], item.get("contract", item["talos"]), nodes))
        messages = [problem.message for problem in caught.value.problems]
        assert any(message.startswith(f"{name}: {item['why']}") for message in messages), messages
        assert all(problem.remedy and problem.place is not None for problem in caught.value.problems)
    assert {item["why"] for item in refused(name)} == {row.why for row in CATALOGUE.get(name).manifest.refuses}
