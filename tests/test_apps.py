"""Apps of features: what `app add` and `init --with` write, to apps/ and to cluster.yaml, and what they refuse."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from appfolder import CASES, EACH, NAMES, added
from test_scaffold import CHOICES, KEY, loaded, made, opener, texts

from talosgen.cli import main
from talosgen.compiler import compile_iter
from talosgen.errors import InputError
from talosgen.features.catalogue import Catalogue
from talosgen.scaffold import Wanted, apps, create

LEVELS = {"restricted", "baseline", "privileged"}


@pytest.fixture
def repository(tmp_path):
    return made(tmp_path / "platform")


def documents(folder):
    """The documents of an app that stand below its folder, by file; but those that helm makes of templates."""
    return {
        path.relative_to(folder).as_posix(): list(yaml.safe_load_all(path.read_text("utf-8")))
        for path in sorted(folder.rglob("*.yaml"))
        if "{{" not in path.read_text("utf-8")
    }


def messages(caught):
    return [problem.message for problem in caught.value.problems]


def test_every_feature_with_an_app_has_cases():
    assert {feature.name for feature in apps.apps(Catalogue())} == {*CASES, "argocd"}


@pytest.mark.parametrize(("name", "given"), EACH, ids=NAMES)
def test_an_app_is_a_folder_that_argo_cd_knows_what_to_do_with(repository, name, given):
    added(repository, name, *given)
    folder = repository / "apps" / name
    found = documents(folder)
    assert ("Chart.yaml" in found) != ("kustomization.yaml" in found)
    assert (folder / "README.md").read_text("utf-8").startswith(f"# {name}\n")
    space = found.get("templates/namespace.yaml") or found["namespace.yaml"]
    assert space[0]["metadata"]["name"] == name
    assert space[0]["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] in LEVELS
    if "Chart.yaml" in found:
        (chart,) = found["Chart.yaml"]
        (values,) = found["values.yaml"]
        assert chart["name"] == name
        own = set(values) - {one["name"] for one in chart["dependencies"]}
        templates = "".join(texts(Path(Catalogue().get(name).folder, "app", "templates")).values())
        assert all(f".Values.{key}." in templates for key in own)
        for dependency in chart["dependencies"]:
            # A version, no range of versions.
            assert re.fullmatch(r"v?\d+\.\d+\.\d+", dependency["version"])
            assert re.match(r"https://|oci://", dependency["repository"])


@pytest.mark.parametrize(("name", "given"), EACH, ids=NAMES)
def test_no_reference_and_no_condition_is_left_in_an_app(repository, name, given):
    added(repository, name, *given)
    for file, text in texts(repository / "apps" / name).items():
        assert "${" not in text, file
        assert not re.search(r"\b(when|each|join|base64):", text), file
        assert text.endswith("\n"), file
        assert not re.search(r"[ \t\r]+$|\t|\n\n\n", text, re.MULTILINE), file


@pytest.mark.parametrize(("name", "given"), EACH, ids=NAMES)
def test_the_nodes_compile_with_the_feature(repository, name, given):
    if name == "tailscale":
        (repository / "cluster" / "vars.sops.yaml").write_text("tailscale: tskey-1\n", encoding="utf-8")
    written = added(repository, name, *given)
    cluster = loaded(repository / "cluster")
    assert [node for node, _ in compile_iter(cluster)] == ["cp1", "w1"]
    assert name in {use.feature.name for node in cluster.nodes for use in node.features}
    assert str(repository / "cluster" / "cluster.yaml") == written.cluster


def test_comments_of_cluster_yaml_stay(repository):
    file = repository / "cluster" / "cluster.yaml"
    more = "# The last word.\nfeatures:\n  # For the shop.\n  - user-namespaces  # ours\n\nvars: {a: 1}  # b\n"
    file.write_text(file.read_text("utf-8") + more, encoding="utf-8")
    before = file.read_text("utf-8").splitlines()
    added(repository, "metallb", "addresses=10.0.0.200-10.0.0.220")
    after = file.read_text("utf-8").splitlines()
    new = ["  - metallb:", "      addresses:", "        - 10.0.0.200-10.0.0.220"]
    at = before.index("  - user-namespaces  # ours") + 1
    assert after == before[:at] + new + before[at:]


def test_parameters_of_cluster_yaml_are_those_of_the_app(repository):
    file = repository / "cluster" / "cluster.yaml"
    pool = "features:\n  - metallb: {addresses: ['${vars.pool}']}\nvars:\n  pool: 10.9.0.0/24\n"
    file.write_text(file.read_text("utf-8") + pool, encoding="utf-8")
    before = file.read_text("utf-8")
    added(repository, "metallb")
    assert file.read_text("utf-8") == before
    found = documents(repository / "apps" / "metallb")
    assert found["values.yaml"][0]["pool"] == {"addresses": ["10.9.0.0/24"]}


def test_a_variable_that_nodes_have_counts_where_the_app_asks_for_it(repository):
    file = repository / "cluster" / "cluster.yaml"
    features = (
        "features:\n  - swap: {disk_selector: '${vars.disk}'}\n"
        "  - metallb: {addresses: ['${vars.pool}'], firewall_subnets: ['${vars.net}']}\n"
        "  - openebs: {engines: '${vars.engines}', hugepages: '${vars.pages}'}\n"
    )
    file.write_text(file.read_text("utf-8") + features, encoding="utf-8")
    for node in ("controlplane-cp1", "worker-w1"):
        path = repository / "cluster" / f"{node}.yaml"
        own = "vars: {disk: '!system_disk', pool: 10.9.0.0/24, net: 10.0.0.0/8, engines: [zfs], pages: 2048}\n"
        path.write_text(path.read_text("utf-8").replace("kind: Node\n", f"kind: Node\n{own}"), encoding="utf-8")
    added(repository, "metrics-server")
    before = texts(repository)
    for name, missing in (("metallb", ["vars.pool"]), ("openebs", ["vars.engines"])):
        with pytest.raises(InputError) as caught:
            added(repository, name)
        assert set(messages(caught)) == {f"there is no {variable}" for variable in missing}
        assert all(problem.place.source == str(file) for problem in caught.value.problems)
        assert all("an app is the same for all nodes" in problem.remedy for problem in caught.value.problems)
    assert texts(repository) == before


def test_a_group_with_other_parameters_is_told_of_where_its_app_would_be_another(repository):
    file = repository / "cluster" / "cluster.yaml"
    features = (
        "features:\n  - openebs: {engines: [zfs]}\ngroups:\n  more: {features: [{openebs: {engines: [mayastor]}}]}\n"
        "  same: {features: [{openebs: {hugepages: 2048}}]}\n"
    )
    file.write_text(file.read_text("utf-8") + features, encoding="utf-8")
    (note,) = added(repository, "openebs").notes
    line = file.read_text("utf-8").split("\n").index("  more: {features: [{openebs: {engines: [mayastor]}}]}") + 1
    assert (note.severity, note.place.line) == ("note", line)
    assert note.message.startswith("openebs: the app is made of the cluster's parameters")


def test_a_parameter_is_added_to_those_that_are_there(repository):
    file = repository / "cluster" / "cluster.yaml"
    file.write_text(file.read_text("utf-8") + "features: [{openebs: {engines: [zfs]}}]\n", encoding="utf-8")
    added(repository, "openebs", "zfs_pool=tank")
    assert yaml.safe_load(file.read_text("utf-8"))["features"] == [
        {"openebs": {"engines": ["zfs"], "zfs_pool": "tank"}}
    ]
    assert file.read_text("utf-8").splitlines()[-1] == "features: [{openebs: {engines: [zfs], zfs_pool: tank}}]"


def test_a_feature_of_a_group(repository):
    file = repository / "cluster" / "cluster.yaml"
    file.write_text(file.read_text("utf-8") + "groups:\n  edge: {}\n", encoding="utf-8")
    added(repository, "ingress-host-ports", group="edge")
    found = yaml.safe_load(file.read_text("utf-8"))
    assert found["groups"] == {"edge": {"features": ["ingress-host-ports"]}}
    assert "features" not in found
    # It is the group's already: the cluster does not get it as well.
    shutil.rmtree(repository / "apps" / "ingress-host-ports")
    added(repository, "ingress-host-ports")
    assert yaml.safe_load(file.read_text("utf-8")) == found


def test_what_a_feature_requires_comes_with_it(repository):
    added(repository, "metrics-server")
    assert yaml.safe_load((repository / "cluster" / "cluster.yaml").read_text("utf-8"))["features"] == [
        "kubelet-certificates", "metrics-server",
    ]  # fmt: skip
    assert (repository / "apps" / "kubelet-certificates" / "kustomization.yaml").exists()


def test_an_app_that_is_there_is_not_touched_and_the_difference_is_shown(repository, capsys, monkeypatch):
    added(repository, "metallb", "addresses=10.0.0.0/28")
    before = texts(repository)
    monkeypatch.chdir(repository)
    assert main(["app", "add", "metallb", "--set", "addresses=10.0.0.16/28", "--set", "mode=bgp"]) == 1
    out, err = capsys.readouterr()
    assert texts(repository) == before
    assert err.startswith("apps/metallb: the app is there already, and differs; nothing was written")
    # The difference makes of the app what would have been written.
    subprocess.run(["git", "apply"], input=out, text=True, check=True, cwd=repository)
    patched = texts(repository / "apps" / "metallb")
    shutil.rmtree(repository / "apps" / "metallb")
    added(repository, "metallb", "addresses=10.0.0.16/28", "mode=bgp")
    assert patched == texts(repository / "apps" / "metallb")


def test_an_app_that_is_the_same_is_refused_as_well(repository, capsys, monkeypatch):
    monkeypatch.chdir(repository)
    assert main(["app", "add", "openebs"]) == 0
    capsys.readouterr()
    assert main(["app", "add", "openebs"]) == 1
    assert capsys.readouterr() == ("", "apps/openebs: the app is there already; nothing was written: delete the folder first, or take over the difference that you want\n")  # fmt: skip


def test_argo_cd_is_there_from_the_beginning(repository):
    with pytest.raises(InputError, match="the app is there already"):
        added(repository, "argocd")


def test_deleting_the_folder_removes_the_app(repository):
    before = texts(repository)
    added(repository, "cilium")
    shutil.rmtree(repository / "apps" / "cilium")
    after = texts(repository)
    assert {name for name in after if after[name] != before.get(name)} == {"cluster/cluster.yaml"}


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        ("metalb", [], 'there is no feature "metalb"'),
        ("vip", [], "vip has no app"),
        ("metallb", ["mode=l3"], "mode: expected one of l2, bgp"),
        ("metallb", ["mod=l2"], 'metallb has no parameter "mod"'),
        ("metallb", ["proxy_ipvs=perhaps"], "proxy_ipvs: expected true or false"),
        ("metallb", ["addresses"], "this is no setting of a parameter"),
        ("metallb", ["bgp_peers=[{name: x"], "a comma or } is due here"),
        ("metallb", ["bgp_peers=[{name: x, address: 10.0.0.1, asn: 1}]"], "metallb: bgp_peers needs bgp_asn as well"),
        ("longhorn", [], "longhorn: a partition needs a disk"),
        ("github-runners", [], "the app of github-runners needs the parameter github_url"),
        ("spire", [], "spire needs the parameter trust_domain"),
        ("spire", ["trust_domain=${secrets.x}"], "the app of spire would hold a secret"),
        ("spire", ["trust_domain=${env.X}"], "X is not among the names that `env:` of cluster.yaml allows"),
        ("tailscale", ["auth_key=tskey-1"], "auth_key: expected a secret"),
    ],
)  # fmt: skip
def test_what_is_refused_and_nothing_is_written(repository, name, given, expected):
    before = texts(repository)
    with pytest.raises(InputError) as caught:
        added(repository, name, *given)
    assert any(expected in message for message in messages(caught)), messages(caught)
    assert texts(repository) == before


def test_no_secret_parameter_gets_into_an_app():
    catalogue = Catalogue()
    for feature in apps.apps(catalogue):
        secrets = {name for name, one in feature.manifest.parameters.items() if one.type == "secret"}
        app = feature.manifest.app
        for source in (Path(feature.folder) / app.folder).rglob("*.yaml"):
            text = source.read_text("utf-8")
            assert not secrets & set(re.findall(r"\$\{params\.([a-z_]+)", text)), source


def test_references_and_conditions_of_apps_name_parameters():
    for feature in apps.apps(Catalogue()):
        known = set(feature.manifest.parameters)
        app = feature.manifest.app
        assert set(app.needs) | set(app.asks) <= known
        for entry in (*app.files, *app.states):
            if entry.when is not None:
                given = entry.when.given or []
                names = {given} if isinstance(given, str) else set(given)
                assert names | set(entry.when.param or {}) <= known, feature.name


def test_several_groups_and_a_file_that_cannot_be_edited(repository):
    file = repository / "cluster" / "cluster.yaml"
    file.write_text(file.read_text("utf-8") + "features: [\n  vip,  # ours\n]\n", encoding="utf-8")
    with pytest.raises(InputError, match="does not let it be changed without loss"):
        added(repository, "cilium")


def test_an_unknown_group_is_refused(repository):
    with pytest.raises(InputError, match='there is no group "edge"'):
        added(repository, "cilium", group="edge")


def test_init_with_features_is_init_and_then_app_add(tmp_path, repository):
    wanted = (Wanted("metallb", ("addresses=10.0.0.0/28",)), Wanted("openebs"))
    create(str(tmp_path / "whole"), CHOICES._replace(features=wanted), opener(), [str(KEY.recipient)])
    added(repository, "metallb", "addresses=10.0.0.0/28")
    added(repository, "openebs")
    left, right = texts(tmp_path / "whole"), texts(repository)
    assert {name for name in left if left[name] != right.get(name)} == {"cluster/secrets.yaml"}
    assert set(left) == set(right)


def test_init_refuses_features_before_it_writes(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert main(["init", "x", "--with", "metalb,longhorn"]) == 1
    assert "did you mean metallb?" in capsys.readouterr().err
    assert main(["init", "x", "--with", "longhorn", "--name", "Home!"]) == 1
    assert main(["init", "x", "--with", "openebs", "--set", "metallb.mode=l2"]) == 2
    assert main(["init", "x", "--clusters", "a"]) == 2
    assert main(["init", "x", "--layout", "many"]) == 2
    assert not (tmp_path / "x").exists()
    assert not (tmp_path / "home").exists()


def test_init_on_an_old_release_refuses_what_it_has_not(tmp_path):
    choices = CHOICES._replace(talos="v1.9.0", features=(Wanted("openebs", ("volume=directory",)),))
    with pytest.raises(InputError, match=r"a user volume is a directory from Talos 1\.12 on"):
        create(str(tmp_path / "x"), choices, opener(), [str(KEY.recipient)])


def test_nothing_is_written_through_a_link(tmp_path, repository):
    (tmp_path / "elsewhere").mkdir()
    (repository / "apps" / "metallb").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(InputError, match="the app is there already"):
        added(repository, "metallb")
    shutil.rmtree(repository / "apps")
    (repository / "apps").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(InputError, match="the app is there already"):
        added(repository, "metallb")
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_the_list_of_apps(capsys):
    assert main(["app", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == sorted({*CASES, "argocd"})
    assert main(["app", "list", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert {tuple(row) for row in rows} == {("name", "title", "app")}
    assert [row["name"] for row in rows] == [line.split()[0] for line in lines]


def test_renovate_finds_the_manifests_that_kustomizations_name(repository):
    added(repository, "kubelet-certificates")
    found = []
    for manager in json.loads((repository / "renovate.json").read_text("utf-8"))["customManagers"]:
        for name in ("bootstrap/argocd", "apps/kubelet-certificates"):
            text = (repository / name / "kustomization.yaml").read_text("utf-8")
            if any(
                re.search(pattern.strip("/"), f"{name}/kustomization.yaml")
                for pattern in manager["managerFilePatterns"]
            ):
                for pattern in manager["matchStrings"]:
                    found += [one["depName"] for one in re.finditer(pattern.replace("(?<", "(?P<"), text)]
    assert found == ["argoproj/argo-cd", "alex1989hu/kubelet-serving-cert-approver"]


def test_what_is_made_checks_clean(repository, several, tmp_path, capsys, monkeypatch):
    for name, given in {name: cases[len(cases) // 2] for name, cases in CASES.items() if name != "tailscale"}.items():
        # Of two that want the same disk, and of what excludes another, one.
        if name not in ("rook-ceph", "longhorn", "metallb"):
            added(repository, name, *given)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for folder in (repository, several):
        monkeypatch.chdir(folder)
        assert main(["check"]) == 0
        assert "warning" not in capsys.readouterr().out


# Several clusters

MULTI = CHOICES._replace(clusters=("nonprod", "prod-eu-west"), features=(Wanted("metrics-server"), Wanted("openebs")))


@pytest.fixture
def several(tmp_path):
    made(tmp_path / "several", MULTI)
    subprocess.run(["git", "init", "--quiet", tmp_path / "several"], check=True)
    return tmp_path / "several"


def test_several_clusters_compile_clean_with_the_features_of_their_base(several):
    for name in MULTI.clusters:
        cluster = loaded(several / "clusters" / name)
        findings = list(cluster.notes)
        assert [node for node, _ in compile_iter(cluster, report=findings.append)] == ["cp1", "w1"]
        assert findings == []
        assert cluster.name == name
        assert {use.feature.name for use in cluster.nodes[1].features} == {
            "kubelet-certificates",
            "openebs",
            "metrics-server",
        }


def test_several_clusters_are_told_to_be_in_one_work_tree(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    words = "run `git init` in it before you build"
    assert main(["init", str(tmp_path / "a"), "--layout", "multi", "--clusters", "prod"]) == 0
    assert words in capsys.readouterr().err
    subprocess.run(["git", "init", "--quiet", tmp_path / "b"], check=True)
    assert main(["init", str(tmp_path / "b"), "--layout", "multi", "--clusters", "prod"]) == 0
    assert words not in capsys.readouterr().err


def test_a_base_has_no_nodes_and_each_cluster_its_own_secrets(several):
    assert loaded(several / "clusters" / "base").nodes == ()
    bundles = [(several / "clusters" / name / "secrets.yaml").read_bytes() for name in MULTI.clusters]
    trees = [opener().tree(data) for data in bundles]
    assert trees[0] != trees[1]
    assert not (several / "clusters" / "base" / "secrets.yaml").exists()


def test_app_add_puts_features_into_the_base(several, monkeypatch, capsys):
    monkeypatch.chdir(several)
    assert main(["app", "add", "metallb"]) == 0
    assert "Wrote clusters/base/cluster.yaml" in capsys.readouterr().err
    assert (several / "apps" / "metallb" / "Chart.yaml").exists()
    assert main(["app", "add", "cilium", "clusters/prod-eu-west"]) == 0
    assert "cilium" in (several / "clusters" / "prod-eu-west" / "cluster.yaml").read_text("utf-8")
    assert "Wrote apps/cilium/Chart.yaml" in capsys.readouterr().err


POOLS = "  - metallb: {addresses: ['${vars.pool}'], interfaces: [eth0]}\n"


def with_pools(several, feature=POOLS):
    """A base with a feature whose parameters are each cluster's own."""
    base = several / "clusters" / "base" / "cluster.yaml"
    base.write_text(base.read_text("utf-8").replace("features:\n", f"features:\n{feature}"), encoding="utf-8")
    for number, name in enumerate(MULTI.clusters):
        file = several / "clusters" / name / "cluster.yaml"
        file.write_text(file.read_text("utf-8") + f"vars: {{pool: 10.9.{number}.0/24}}\n", encoding="utf-8")


def test_what_differs_between_clusters_are_values_of_each(several):
    with_pools(several)
    before = texts(several / "clusters")
    added(several, "metallb", project="clusters/base")
    assert texts(several / "clusters") == before
    found = documents(several / "apps" / "metallb")
    (shared,) = found["values.yaml"]
    assert shared["pool"] == {"interfaces": ["eth0"]}
    assert set(shared) == {"metallb", "pool"}
    for number, name in enumerate(MULTI.clusters):
        assert found[f"values-{name}.yaml"] == [{"pool": {"addresses": [f"10.9.{number}.0/24"]}}]
    # Nothing has changed; then a pool does.
    with pytest.raises(InputError, match="the app is there already"):
        apps.write(apps.prepare(str(several / "clusters" / "base"), Wanted("metallb")))
    file = several / "clusters" / "nonprod" / "cluster.yaml"
    file.write_text(file.read_text("utf-8").replace("10.9.0.0", "10.8.0.0"), encoding="utf-8")
    changed = apps.prepare(str(several / "clusters" / "base"), Wanted("metallb"))
    assert re.findall(r"(?m)^[-+] .*", changed.difference) == ["-    - 10.9.0.0/24", "+    - 10.8.0.0/24"]


def test_an_app_that_clusters_cannot_share_is_refused(several):
    with_pools(several, "  - ingress-host-ports: {node_labels: {example.com/pool: '${vars.pool}'}}\n")
    before = texts(several)
    with pytest.raises(InputError) as caught:
        added(several, "ingress-host-ports", project="clusters/base")
    assert messages(caught) == ["templates/gateway.yaml of the app would not be the same for nonprod, prod-eu-west"]
    assert texts(several) == before


def test_what_is_wrong_with_one_of_the_clusters_is_told_of_the_base(several):
    before = texts(several)
    with pytest.raises(InputError) as caught:
        added(several, "metallb", "node_labels={example.com/edge: a}", project="clusters/base")
    assert messages(caught) == ['metallb: node_labels: no node of this cluster bears the label "example.com/edge"']
    assert texts(several) == before


def test_a_base_may_be_where_one_stands(several, monkeypatch, capsys):
    with_pools(several)
    monkeypatch.chdir(several / "clusters" / "base")
    assert main(["app", "add", "metallb", "--set", "node_labels={example.com/edge: a}"]) == 1
    assert 'metallb: node_labels: no node of this cluster bears the label "example.com/edge"' in capsys.readouterr().err
    assert main(["app", "add", "metallb"]) == 0
    assert (several / "apps" / "metallb" / "values-nonprod.yaml").exists()


@pytest.mark.parametrize("names", [("base",), ("a", "a"), ("A",), ("x/y",)])
def test_names_of_clusters(tmp_path, names):
    with pytest.raises(InputError, match=r"is no name for a cluster|two clusters have the same name"):
        create(str(tmp_path / "x"), CHOICES._replace(clusters=names), opener(), [str(KEY.recipient)])


def test_features_without_an_app_come_by_with(tmp_path):
    made(tmp_path / "x", CHOICES._replace(features=(Wanted("user-namespaces"),)))
    assert (tmp_path / "x" / "cluster" / "cluster.yaml").read_text("utf-8").count("- user-namespaces") == 1
    assert [path.name for path in (tmp_path / "x" / "apps").iterdir()] == ["hello"]
