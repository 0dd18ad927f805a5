"""What the catalogue writes checks clean: no feature, on any base, with any of its sets of parameters, is warned about."""

from __future__ import annotations

from pathlib import Path

import pytest
from catalogue import BASES, CATALOGUE, NAMES, asked, bases, cases, cluster, refusals, sets, with_certificate
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

KEYS = [
    [{"slot": 0, "static": {"passphrase": "${secrets.passphrase}"}}],
    [{"slot": 0, "kms": {"endpoint": "https://kms.example.com"}}, {"slot": 1, "tpm": {}}, {"slot": 2, "nodeID": {}}],
]
ENCRYPTED = [{"provider": "luks2", "keys": keys, "cipher": "aes-xts-plain64"} for keys in KEYS]
ONE, OTHER = ('disk.serial == "A"', 'disk.serial == "B"')

#: Sets of parameters beside those of the catalogue's cases, so that everything that is documented is tried.
MORE = {
    "argocd": [{"url": "https://git.example.com/raw/v1/rendered.yaml", "namespace": "deploy"}],
    "disk-encryption": [{"keys": KEYS[0], "state_keys": KEYS[1]}, {"keys": KEYS[1]}],
    "etcd": [{"volume_size": "8GB", "volume_keys": keys} for keys in KEYS],
    "github-runners": [
        {"github_url": "https://github.com/me", "runner_name": "pool", "min_runners": 1, "max_runners": 9, "vault_key": "github"}
    ],
    "longhorn": [{"disk_selector": ONE, "encryption": encryption} for encryption in ENCRYPTED],
    "oidc": [
        {
            "issuer_url": "https://a.example.com", "client_id": "k",
            "extra_issuers": [
                {
                    "issuer_url": "https://b.example.com", "client_id": "k", "username_claim": "sub", "username_prefix": "b:",
                    "groups_claim": "groups", "groups_prefix": "b:",
                }
            ],
        }
    ],
    "openebs": [{"engines": ["hostpath"], "volume_keys": keys} for keys in KEYS],
    "registry-mirrors": [
        {
            "mirrors": {"docker.io": {"endpoints": ["https://a.example.com"], "overridePath": True, "skipFallback": True}},
            "auth": {
                "a.example.com": {"username": "me", "password": "${secrets.word}"}, "b.example.com": {"auth": "${secrets.both}"},
                "c.example.com": {"identityToken": "${secrets.token}"},
            },
            "tls": {
                "a.example.com": {"ca": "CERTIFICATE", "clientCertificate": "CERTIFICATE", "clientKey": "${secrets.client_key}"},
                "b.example.com": {"insecureSkipVerify": True},
            },
        }
    ],
    "rook-ceph": [
        {"devices": ["/dev/sdb"]},
        *({"mode": "raw-volume", "disk_selector": ONE, "min_size": "10GB", "encryption": each} for each in ENCRYPTED),
    ],
    "spire": [{"trust_domain": "example.org", "cluster_name": "lab"}],
    "swap": [{"disk_selector": ONE, "keys": keys} for keys in KEYS],
    "tailscale": [{"auth_key": "${secrets.key}", "vault_key": "tailscale"}],
    "user-volume": [
        {
            "partitions": [{"name": "a", "disk_selector": "!system_disk", "min_size": "1GB", "encryption": each}],
            "disks": [{"name": "b", "disk_selector": ONE, "encryption": each}],
            "raw": [{"name": "c", "disk_selector": OTHER, "min_size": "1GB", "encryption": each}],
        }
        for each in ENCRYPTED
    ],
}  # fmt: skip


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
    more = [each for each in with_certificate(MORE.get(name, [])) if not refusals(name, release, contract, each)]
    for index, parameters in enumerate((*sets(name, release, contract), *more)):
        nodes[f"c{index}"] = nodes[f"w{index}"] = asked(name, parameters)
    found = findings(cluster(release, contract, nodes))
    right = RIGHT.get((name, release, contract), set())
    assert sorted(text for code, text in found if code not in right) == []
    assert right <= {code for code, _ in found}
    traps = " ".join(CATALOGUE.get(name).manifest.traps)
    assert all(code in traps for code in right)


def documented(parameters, path=()):
    for name, parameter in parameters.items():
        yield (*path, name)
        yield from documented(parameter.fields or {}, (*path, name))


def stated(known, given, path=()):
    """The parameters, and the fields of records, that are given."""
    for name, parameter in known.items():
        if name in given:
            yield (*path, name)
            below = [given[name]] if parameter.type == "record" else given[name]
            for record in (below.values() if isinstance(below, dict) else below) if parameter.fields else ():
                yield from stated(parameter.fields, record, (*path, name))


@pytest.mark.parametrize("name", NAMES)
def test_all_that_is_documented_is_tried(name):
    known = CATALOGUE.get(name).manifest.parameters
    tried = {
        where
        for given in (*(case.parameters for case in cases(name)), *MORE.get(name, ()))
        for where in stated(known, given)
    }
    assert sorted(set(documented(known)) - tried) == []


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
