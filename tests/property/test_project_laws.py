"""Laws of projects: the same input gives the same bytes, however it is ordered, split, or told."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from projects import CLUSTER, bundle_text, node, write

import talosgen
from talosgen.compiler import compile_texts
from talosgen.config.located import located, plain
from talosgen.goyaml.reader import read
from talosgen.project.overlay import merged

REAL = Path(__file__).parents[1] / "projects"
ROOT = Path(talosgen.__file__).parents[1]
# Each example opens a folder.
FEW = settings(max_examples=25, deadline=None)

_KEYS = st.sampled_from(["a", "b", "example.org/c", "d"])
_LABELS = st.dictionaries(_KEYS, st.sampled_from(["x", "y", "z"]), min_size=1)
_SETTINGS = st.fixed_dictionaries(
    {},
    optional={
        "labels": _LABELS,
        "annotations": _LABELS,
        "nameservers": st.lists(st.sampled_from(["10.0.0.1", "10.0.0.2", "fd00::1"]), min_size=1, unique=True),
        "searchDomains": st.lists(st.sampled_from(["a.example", "b.example"]), min_size=1, unique=True),
        "timeServers": st.lists(st.sampled_from(["ntp1.example", "ntp2.example"]), min_size=1, unique=True),
        "kernelArgs": st.lists(st.sampled_from(["a=1", "b", "c=2"]), min_size=1, unique=True),
        "sysctls": _LABELS,
        "sans": st.lists(st.sampled_from(["a.example", "10.0.0.9"]), min_size=1, unique=True),
        "install": st.sampled_from([{"disk": "/dev/vda"}, {"selector": {"size": ">= 10GB"}}, {"disk": "/dev/vda", "wipe": True}]),
        "registries": st.sampled_from(
            [{"mirrors": {"docker.io": ["https://m.example"]}}, {"insecure": ["r.example"]}, {"auth": {"r.example": {"username": "u", "password": "p"}}}]
        ),
        "network": st.sampled_from(
            [{"interfaces": {"eth0": {"mtu": 1400, "dhcp": True}}}, {"interfaces": {"eth0": {"addresses": ["10.0.0.21/24"], "routes": [{"gateway": "10.0.0.1"}]}}}]
        ),
        "machine": st.sampled_from([{"platform": "nocloud"}, {"secureBoot": True}]),
    },
)  # fmt: skip
_RELEASES = st.sampled_from(["v1.9.6", "v1.11.6", "v1.12.7", "v1.13.9", "v1.14.1"])


def texts(folder):
    """The config of each node."""
    cluster = talosgen.load(folder, environment={})
    made = {each.name: each for each in compile_texts(cluster, cluster.nodes)}
    assert all(each.text for each in made.values()), [each.findings for each in made.values()]
    return {name: each.text for name, each in made.items()}


def of(files):
    """The configs of a project that has these files."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / ".git").mkdir()
        return texts(write(Path(folder) / "cluster", files))


def cluster_yaml(more, release="v1.14.1"):
    head = CLUSTER.replace("v1.14.1", release).replace("install: {disk: /dev/sda}\n", "")
    return head + (yaml.safe_dump(more, sort_keys=False) if more else "")


def told(more):
    return yaml.safe_dump(more, sort_keys=False) if more else ""


# -- determinism ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["single", "legacy", "bonds"])
def test_neither_the_seed_of_hashes_nor_the_order_of_files_shows(tmp_path, name):
    code = "import sys, talosgen\nfor n, c in talosgen.compile(talosgen.load(sys.argv[1], environment={})).items(): print(n, c.to_yaml())"
    seen = set()
    for index, seed in enumerate(("0", "1", "4711")):
        folder = tmp_path / seed / name
        # Files are made in another order each time, which is the order of many file systems.
        paths = sorted(
            (path for path in (REAL / name).rglob("*.yaml")), key=lambda path: (hash((str(path), index)), str(path))
        )
        for path in paths:
            target = folder / path.relative_to(REAL / name)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
        (folder / "secrets.yaml").write_text(bundle_text(), encoding="utf-8")
        environment = {
            **os.environ,
            "PYTHONHASHSEED": seed,
            "PYTHONPATH": str(ROOT),
            "LC_ALL": "C",
            "TZ": f"UTC+{index}",
        }
        done = subprocess.run(
            [sys.executable, "-c", code, str(folder)], env=environment, capture_output=True, check=True
        )
        seen.add(done.stdout)
    assert len(seen) == 1
    assert len(seen.pop()) > 10_000


def test_the_number_of_processes_does_not_show(tmp_path):
    files = {f"worker-w{number}.yaml": node(f"10.1.0.{number}") for number in range(150)}
    cluster = talosgen.load(write(tmp_path, files), environment={})
    alone = list(compile_texts(cluster, cluster.nodes))
    with ProcessPoolExecutor(2) as pool:
        assert list(compile_texts(cluster, cluster.nodes, pool)) == alone


@FEW
@given(st.permutations(["w1", "w2", "w10", "cp1"]), st.permutations(["x", "y", "z"]))
def test_the_order_of_nodes_and_groups_in_cluster_yaml_does_not_show(names, groups):
    def made(names, groups):
        nodes = {
            name: {"role": "controlplane" if name == "cp1" else "worker", "address": f"10.0.1.{name.strip('cpw')}{len(name)}", "groups": ["y", "x"]}
            for name in names
        }  # fmt: skip
        return of(
            {
                "cluster.yaml": cluster_yaml(
                    {"nodes": nodes, "groups": {group: {"labels": {"last": group, group: "x"}} for group in groups}}
                )
            }
        )

    wanted = made(["cp1", "w1", "w2", "w10"], ["x", "y", "z"])
    found = made(names, groups)
    assert found == wanted
    assert list(found) == ["cp1", "w1", "w2", "w10"]


# -- a setting is a setting wherever it stands -----------------------------------------------------------------


@FEW
@given(_SETTINGS, _RELEASES)
def test_a_setting_of_a_group_is_one_of_the_node(given_settings, release):
    of_group = {
        "cluster.yaml": cluster_yaml({"groups": {"g": given_settings}}, release),
        "controlplane-cp1.yaml": node("10.0.0.21", "groups: [g]\n"),
        "worker-w1.yaml": node("10.0.0.31", "groups: [g]\n"),
    }
    of_node = {
        "cluster.yaml": cluster_yaml({}, release),
        "controlplane-cp1.yaml": node("10.0.0.21", told(given_settings)),
        "worker-w1.yaml": node("10.0.0.31", told(given_settings)),
    }
    assert of(of_group) == of(of_node)


@FEW
@given(_SETTINGS, _RELEASES)
def test_a_setting_of_the_cluster_says_what_one_of_every_node_says(given_settings, release):
    # What goes through the generator stands in another order at times, and is written by another way; the values are
    # the same.
    nodes = {"controlplane-cp1.yaml": "10.0.0.21", "worker-w1.yaml": "10.0.0.31"}
    of_cluster = of(
        {
            "cluster.yaml": cluster_yaml(given_settings, release),
            **{name: node(address) for name, address in nodes.items()},
        }
    )
    of_nodes = of(
        {
            "cluster.yaml": cluster_yaml({}, release),
            **{name: node(address, told(given_settings)) for name, address in nodes.items()},
        }
    )
    assert {name: values(text) for name, text in of_cluster.items()} == {
        name: values(text) for name, text in of_nodes.items()
    }


def values(text):
    """The documents by what they are, lists without their order."""

    def bare(tree):
        if isinstance(tree, dict):
            return tuple(sorted((key, bare(item)) for key, item in tree.items()))
        return tuple(sorted(map(bare, tree), key=repr)) if isinstance(tree, list) else tree

    return sorted((bare(document) for document in yaml.safe_load_all(text)), key=repr)


# -- extends ---------------------------------------------------------------------------------------------------


@FEW
@given(_SETTINGS, _SETTINGS)
def test_what_a_base_says_is_said_as_well_by_who_extends_it(below, above):
    head = yaml.safe_load(CLUSTER)
    rest = "apiVersion: talosgen/v1\nkind: Cluster\n"
    nodes = {"cluster/controlplane-cp1.yaml": node("10.0.0.21"), "cluster/worker-w1.yaml": node("10.0.0.31")}
    layers = [located(read(told(each) or "{}", "t")[0], "t", []) for each in (below, above)]
    flat = plain(merged(layers))

    def made(files):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            (root / ".git").mkdir()
            write(root, {"cluster/secrets.yaml": bundle_text(), **files}, secrets=False)
            (root / "cluster.yaml").unlink()
            return texts(root / "cluster")

    del head["install"]
    extended = made(
        {
            "base/cluster.yaml": rest + told(below),
            "cluster/cluster.yaml": yaml.safe_dump({**head, **above, "extends": ["../base"]}, sort_keys=False),
            **nodes,
        }
    )
    assert extended == made({"cluster/cluster.yaml": yaml.safe_dump({**head, **flat}, sort_keys=False), **nodes})


_TREES = st.recursive(
    st.none() | st.integers(0, 3) | st.sampled_from("xyz"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=8,
)
_MAPPINGS = st.dictionaries(st.sampled_from("abc"), _TREES, max_size=3)


def tree_of(value):
    return located(read(yaml.safe_dump(value), "t")[0], "t", [])


def laid(*layers, nulls=False):
    return merged(map(tree_of, layers), nulls=nulls)


@given(_MAPPINGS, _MAPPINGS, _MAPPINGS)
def test_bases_may_be_merged_in_any_grouping(a, b, c):
    left = merged([laid(a, b, nulls=True), tree_of(c)])
    assert plain(left) == plain(laid(a, b, c))


@given(_MAPPINGS, _MAPPINGS)
def test_a_base_that_comes_twice_says_no_more(a, b):
    once = laid(a, b)
    assert plain(merged([once, once])) == plain(once)


@given(_MAPPINGS)
def test_nothing_extended_is_the_same(a):
    assert plain(laid({}, a)) == plain(laid(a, {})) == plain(laid(a))


def test_a_base_that_two_ways_lead_to_comes_once(tmp_path):
    (tmp_path / ".git").mkdir()
    base = "apiVersion: talosgen/v1\nkind: Cluster\n"
    write(
        tmp_path,
        {
            "root/cluster.yaml": base + "patches: [a.yaml]\n",
            "root/a.yaml": "- {op: add, path: /machine/certSANs/-, value: once.example}\n",
            "left/cluster.yaml": base + "extends: [../root]\n",
            "right/cluster.yaml": base + "extends: [../root]\n",
            "cluster/cluster.yaml": CLUSTER.replace("v1.14.1", "v1.9.6")
            + "extends: [../left, ../right]\nmerge: talos\nsans: [x.example]\n",
            "cluster/worker-w1.yaml": node("10.0.0.31"),
            "cluster/secrets.yaml": bundle_text(),
        },
    )
    assert texts(tmp_path / "cluster")["w1"].count("once.example") == 1


def test_all_orders_of_two_groups_are_those_that_the_node_names(tmp_path):
    groups = {"a": {"labels": {"last": "a"}}, "b": {"labels": {"last": "b"}}}
    for order in itertools.permutations("ab"):
        made = of(
            {
                "cluster.yaml": cluster_yaml({"groups": groups}),
                "worker-w1.yaml": node("10.0.0.31", f"groups: [{', '.join(order)}]\n"),
            }
        )
        assert f"last: {order[-1]}\n" in made["w1"]
