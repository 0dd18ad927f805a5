"""The platform in full: its repository is what `init` and `app add` write today, and the programs it is for take it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import charts
import jsonschema
import pytest
import yaml
from projects import bundle_text
from scripted import script
from test_apps_programs import OWN, argo_cd, asked, registration, rendered
from test_scaffold_programs import row, run

import talosgen

pytestmark = pytest.mark.apps

PLATFORM = Path(__file__).parent / "projects" / "platform"
CLUSTERS = ("nonprod", "prod")
APPS = ("external-secrets", "ingress-host-ports", "kubelet-certificates", "metallb", "openebs")


@pytest.fixture
def platform(tmp_path):
    """A copy of it, in a work tree of its own, with a bundle for each cluster."""
    shutil.copytree(PLATFORM, tmp_path / "platform")
    subprocess.run(["git", "init", "--quiet", tmp_path / "platform"], check=True)
    for name in CLUSTERS:
        (tmp_path / "platform" / "clusters" / name / "secrets.yaml").write_text(bundle_text(), encoding="utf-8")
    return tmp_path / "platform"


def configs(platform, cluster):
    """The documents of each node."""
    made = talosgen.compile(talosgen.load(platform / "clusters" / cluster, environment={}))
    return {name: list(yaml.safe_load_all(config.to_yaml())) for name, config in made.items()}


def of_kind(documents, kind):
    return [document for document in documents if document.get("kind") == kind]


# What the commands write


def test_the_repository_is_what_the_commands_write_today(tmp_path):
    # python scripts/repository.py tests/projects/platform
    found = {name: (PLATFORM / name).read_bytes() for name in script("repository").files(PLATFORM)}
    assert script("repository").written(PLATFORM, tmp_path / "new") == found
    assert sorted(path.name for path in (PLATFORM / "apps").iterdir()) == sorted(("hello", *APPS))


def test_what_a_cluster_says_otherwise_shows(tmp_path):
    # The judge itself.
    changed = tmp_path / "changed"
    shutil.copytree(PLATFORM, changed)
    file = changed / "clusters" / "prod" / "cluster.yaml"
    file.write_text(file.read_text("utf-8").replace("10.10.0.220", "10.10.0.230"), encoding="utf-8")
    base = changed / "clusters" / "base" / "cluster.yaml"
    base.write_text(base.read_text("utf-8").replace("zfs_pool: tank", "zfs_pool: data"), encoding="utf-8")
    made = script("repository").written(changed, tmp_path / "new")
    differ = {name for name, data in made.items() if (changed / name).read_bytes() != data}
    assert differ == {"apps/metallb/values-prod.yaml", "apps/openebs/templates/zfs.yaml"}


@pytest.mark.parametrize("cluster", CLUSTERS)
def test_the_cluster_begins_with_the_application_of_its_bootstrap(platform, cluster):
    (wanted,) = yaml.safe_load_all(
        (platform / "clusters" / cluster / "bootstrap" / "bootstrap.yaml").read_text("utf-8")
    )
    for name, documents in configs(platform, cluster).items():
        found = [
            manifest
            for document in of_kind(documents, "KubeInlineManifestConfig")
            for manifest in yaml.safe_load_all(document["manifest"])
            if manifest["kind"] == "Application"
        ]
        assert found == ([wanted] if name.startswith("cp") else []), name


# What the programs make of it


def chart_of(platform, name, cluster, *, real=False):
    """What helm makes of an app for a cluster, with the values that the ApplicationSet names."""
    app = platform / "apps" / name
    charts.vendor(app, real=real)
    environment = cluster.partition("-")[0]
    files = [f"apps/{name}/values{end}.yaml" for end in ("", f"-{environment}", f"-{cluster}")]
    given = [part for file in dict.fromkeys(files) if (platform / file).exists() for part in ("--values", file)]
    assert "0 chart(s) failed" in run("helm", "lint", "--strict", f"apps/{name}", *given, folder=platform)
    return rendered(app, "--include-crds", "--kube-version", "1.37.0", *given)


@pytest.mark.programs
@pytest.mark.parametrize("cluster", CLUSTERS)
@pytest.mark.parametrize(
    ("name", "module"),
    [("external-secrets", "external-secrets"), ("metallb", "metallb"), ("ingress-host-ports", "envoy-gateway")],
)
def test_resources_of_the_apps_are_those_of_the_definitions(platform, name, module, cluster):
    schemas = charts.definitions(module)
    seen = 0
    for document in chart_of(platform, name, cluster):
        if document["apiVersion"] not in OWN:
            jsonschema.Draft202012Validator(schemas[document["apiVersion"], document["kind"]]).validate(document)
            seen += 1
    assert seen


@pytest.mark.programs
@pytest.mark.parametrize("name", [name for name in APPS if name not in ("kubelet-certificates", "openebs")])
def test_the_projects_own_charts_take_the_apps(platform, name):
    assert len(chart_of(platform, name, "prod", real=True)) > 20


@pytest.mark.programs
@pytest.mark.parametrize("cluster", CLUSTERS)
def test_what_the_apps_look_for_is_on_the_nodes(platform, cluster):
    nodes = configs(platform, cluster)
    labels = {name: of_kind(found, "KubeNodeConfig")[0]["labels"] for name, found in nodes.items()}
    edge = ["w1", "w2"] if cluster == "prod" else ["w1"]
    storage = ["w3", "w4", "w5"] if cluster == "prod" else ["w1"]

    def chosen(selector):
        assert selector
        return sorted(name for name, own in labels.items() if selector.items() <= own.items())

    balancer = chart_of(platform, "metallb", cluster)
    (pool,) = of_kind(balancer, "IPAddressPool")
    assert pool["spec"]["addresses"] == (
        ["10.10.0.200-10.10.0.220"] if cluster == "prod" else ["10.11.0.200-10.11.0.210"]
    )
    (announced,) = of_kind(balancer, "L2Advertisement")
    assert [chosen(one["matchLabels"]) for one in announced["spec"]["nodeSelectors"]] == [edge]
    (proxy,) = of_kind(chart_of(platform, "ingress-host-ports", cluster), "EnvoyProxy")
    assert chosen(proxy["spec"]["provider"]["kubernetes"]["envoyDaemonSet"]["pod"]["nodeSelector"]) == edge
    (store,) = of_kind(chart_of(platform, "external-secrets", cluster), "ClusterSecretStore")
    assert store["spec"]["provider"]["vault"]["auth"]["jwt"]["path"] == f"jwt-{cluster}"
    (zfs,) = (
        one for one in of_kind(chart_of(platform, "openebs", cluster), "StorageClass") if "zfs" in one["provisioner"]
    )
    assert zfs["parameters"]["poolname"] == "tank"
    assert chosen({"openebs.io/engine": "mayastor"}) == storage
    # What runs with privileges is in a namespace that lets it, by its own label and by the cluster's exemptions.
    (admission,) = of_kind(nodes["cp1"], "KubeAdmissionControlConfig")
    assert {"metallb", "openebs"} <= set(admission["configuration"]["exemptions"]["namespaces"])


@pytest.mark.programs
@pytest.mark.parametrize("cluster", CLUSTERS)
def test_kustomize_builds_argo_cd(platform, cluster):
    built = argo_cd(platform, cluster)
    assert cluster in {one["metadata"]["name"] for one in of_kind(built, "Secret")}
    assert len(built) == 61


@pytest.mark.programs
@pytest.mark.parametrize("cluster", CLUSTERS)
def test_argo_cd_finds_every_app_of_the_platform(platform, cluster):
    found = asked(platform, cluster, [registration(platform, cluster)])
    apps = [row(f"{name}-{cluster}", f"apps-{cluster}", f"apps/{name}", name) for name in ("hello", *APPS)]
    apps += [
        row("argocd", "platform", f"clusters/{cluster}/bootstrap/argocd", "argocd"),
        row("bootstrap", "default", f"clusters/{cluster}/bootstrap", "argocd"),
    ]
    assert found == {"problems": [], "applications": sorted(apps, key=lambda one: one["name"])}
