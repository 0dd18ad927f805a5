"""What the catalogue writes checks clean: no feature, on any base, with any of its sets of parameters, is warned about."""

from __future__ import annotations

from pathlib import Path

import pytest
from catalogue import BASES, CATALOGUE, NAMES, asked, bases, cluster, sets
from projects import CLUSTER, node, opened, write
from test_catalogue import compatible

from talosgen.codes import graded, grades
from talosgen.compiler import examine
from talosgen.patching.analysis import effects_on

#: Warnings that are right: Talos has no better form for what was asked for, and the feature's traps say so.
RIGHT = {
    ("metallb", "v1.14", "v1.14"): {"TG2210"},
    ("oidc", "v1.14", "v1.13"): {"TG1115"},
}


def findings(made):
    """What `check` has to say of the nodes of a cluster, but notes: codes, and texts with places."""
    out = set()
    for judged in examine(made, made.nodes):
        found = list(judged.problems)
        for laid in judged.laid:
            found += effects_on(laid.layer.patch, laid.before, laid.after, judged.node.role.value)
        out |= {
            (problem.code, f"{judged.node.name}: {problem}")
            for problem in graded(found, grades({}))
            if problem.severity != "note"
        }
    return out


@pytest.mark.parametrize(("name", "release", "contract"), [(name, *base) for name in NAMES for base in bases(name)])
def test_a_feature_checks_clean(name, release, contract):
    nodes = {}
    for index, parameters in enumerate(sets(name, release, contract)):
        nodes[f"c{index}"] = nodes[f"w{index}"] = asked(name, parameters)
    found = findings(cluster(release, contract, nodes))
    right = RIGHT.get((name, release, contract), set())
    assert sorted(text for code, text in found if code not in right) == []
    assert right <= {code for code, _ in found}
    traps = " ".join(CATALOGUE.get(name).manifest.traps)
    assert all(code in traps for code in right)


@pytest.mark.parametrize(("release", "contract"), BASES)
def test_features_together_and_none_at_all_check_clean(release, contract):
    features = compatible(release, contract)
    assert findings(cluster(release, contract, {"c0": features, "w0": features, "c1": [], "w1": []})) == set()


def test_the_judge_finds_what_a_feature_wipes(tmp_path):
    # External Secrets without a word on the logins that the base has.
    patch = Path(CATALOGUE.get("external-secrets").folder, "anonymous.yaml").read_text(encoding="utf-8")
    files = {
        "cluster.yaml": CLUSTER + "features: [own]\n",
        "controlplane-cp1.yaml": node("10.0.0.21"),
        "features/own/feature.yaml": "apiVersion: talosgen/v1\nkind: Feature\ntitle: Own\nabout: Wipes.\n"
        "patches: [{file: own.yaml}]\nroles: [controlplane]\n",
        "features/own/own.yaml": patch.replace("  jwt: []\n", ""),
    }
    assert [code for code, _ in findings(opened(write(tmp_path, files)))] == ["TG0106"]
