"""Apps of features, judged by the programs that they are for: helm with the projects' own charts, kustomize, Argo CD's
types; their resources by the projects' own definitions."""

from __future__ import annotations

import json
import subprocess

import charts
import jsonschema
import programs
import pytest
import yaml
from appfolder import EACH, NAMES, added
from test_apps import MULTI
from test_scaffold import made
from test_scaffold_programs import judged, row, run

pytestmark = [pytest.mark.programs, pytest.mark.apps]

OWN = ("v1", "rbac.authorization.k8s.io/v1", "storage.k8s.io/v1")
CHARTED = [(name, given) for name, given in EACH if name != "kubelet-certificates"]
CHARTED_NAMES = [name for name in NAMES if not name.startswith("kubelet-certificates")]

#: The apps whose charts Go modules have.
REAL = [
    (name, given) for name, given in CHARTED
    if name not in ("github-runners", "longhorn", "openebs", "spire") and "controller=ingress-nginx" not in given
]  # fmt: skip


@pytest.fixture
def repository(tmp_path):
    return made(tmp_path / "platform")


def rendered(app, *arguments):
    text = run(
        "helm", "template", app.name, f"apps/{app.name}", "--namespace", app.name, *arguments, folder=app.parent.parent
    )
    return [document for document in yaml.safe_load_all(text) if document]


def paths(value, path=()):
    """The paths of maps in values; a list or an empty map is one value."""
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from paths(item, (*path, key))
    else:
        yield path


@pytest.mark.parametrize(("name", "given"), CHARTED, ids=CHARTED_NAMES)
def test_helm_is_content_with_an_app_and_what_it_makes_of_itself(repository, name, given):
    added(repository, name, *given)
    app = repository / "apps" / name
    charts.vendor(app, real=False)
    assert "0 chart(s) failed" in run("helm", "lint", "--strict", f"apps/{name}", folder=repository)
    found = rendered(app)
    assert ("Namespace", name) in {(one["kind"], one["metadata"]["name"]) for one in found}
    for document in found:
        # Nothing of it goes elsewhere, and what another program defines waits for its definitions.
        assert document["metadata"].get("namespace", name) == name
        notes = document["metadata"].get("annotations", {})
        waits = notes.get("argocd.argoproj.io/sync-options") == "SkipDryRunOnMissingResource=true"
        assert waits == (document["apiVersion"] not in OWN), document


@pytest.mark.parametrize(("name", "given"), REAL, ids=[f"{name}-{EACH.index((name, given))}" for name, given in REAL])
def test_the_projects_own_charts_take_the_values(repository, name, given):
    added(repository, name, *given)
    app = repository / "apps" / name
    own = charts.vendor(app)
    values = yaml.safe_load((app / "values.yaml").read_text("utf-8"))
    version = ["--kube-version", "1.37.0"]
    found = rendered(app, "--include-crds", *version)
    assert len(found) > 5
    for chart in own:
        # A value that the chart does not know would do nothing.
        known = yaml.safe_load((app / "charts" / chart / "values.yaml").read_text("utf-8"))
        for path in paths(values.get(chart, {})):
            here = known
            for step in path:
                if here == {} or here is None or step == "cephClusterSpec":
                    # A free map, or a resource, which its definition judges.
                    break
                assert step in here, f"{chart}: {'.'.join(path)}"
                here = here[step]


@pytest.mark.parametrize(
    ("module", "name", "given"),
    [
        ("metallb", "metallb", EACH[NAMES.index("metallb-1")][1]),
        ("metallb", "metallb", EACH[NAMES.index("metallb-2")][1]),
        ("external-secrets", "external-secrets", EACH[NAMES.index("external-secrets-1")][1]),
        ("external-secrets", "external-secrets", EACH[NAMES.index("external-secrets-2")][1]),
        ("external-secrets", "github-runners", EACH[NAMES.index("github-runners-1")][1]),
        ("external-secrets", "tailscale", EACH[NAMES.index("tailscale-1")][1]),
        ("envoy-gateway", "ingress-host-ports", []),
    ],
)
def test_resources_are_those_of_the_projects_definitions(repository, module, name, given):
    schemas = charts.definitions(module)
    added(repository, name, *given)
    app = repository / "apps" / name
    charts.vendor(app, real=False)
    seen = 0
    for document in rendered(app):
        if document["apiVersion"] in OWN:
            continue
        jsonschema.Draft202012Validator(schemas[document["apiVersion"], document["kind"]]).validate(document)
        seen += 1
    assert seen


@pytest.mark.parametrize("given", [given for name, given in EACH if name == "rook-ceph"])
def test_the_ceph_cluster_is_what_rook_defines(repository, given):
    schemas = charts.definitions("rook-ceph")
    added(repository, "rook-ceph", *given)
    charts.vendor(repository / "apps" / "rook-ceph")
    (cluster,) = (one for one in rendered(repository / "apps" / "rook-ceph") if one["kind"] == "CephCluster")
    jsonschema.Draft202012Validator(schemas["ceph.rook.io/v1", "CephCluster"]).validate(cluster)
    storage = cluster["spec"]["storage"]
    assert storage["useAllDevices"] is False
    raw = "mode=raw-volume" in given
    wanted = ["/dev/disk/by-partlabel/r-ceph"] if raw else ["/dev/sdb", "/dev/sdc"]
    assert [device["name"] for device in storage["devices"]] == wanted
    assert cluster["spec"]["network"].get("provider") == ("host" if raw else None)


def test_the_definitions_find_faults():
    # The judge itself.
    schema = charts.definitions("metallb")["metallb.io/v1beta1", "IPAddressPool"]
    pool = {
        "apiVersion": "metallb.io/v1beta1",
        "kind": "IPAddressPool",
        "metadata": {"name": "x"},
        "spec": {"addresses": ["10.0.0.0/24"]},
    }
    jsonschema.Draft202012Validator(schema).validate(pool)
    for spec in ({}, {"addresses": "10.0.0.0/24"}, {"addresses": [], "adresses": []}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.Draft202012Validator(schema).validate({**pool, "spec": spec})


@pytest.mark.parametrize("name", ["external-secrets", "metrics-server"])
def test_pods_are_what_the_namespace_allows(repository, name):
    added(repository, name)
    charts.vendor(repository / "apps" / name)
    found = rendered(repository / "apps" / name)
    (space,) = (one for one in found if one["kind"] == "Namespace")
    assert space["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"
    pods = [one["spec"]["template"]["spec"] for one in found if one["kind"] in ("Deployment", "DaemonSet")]
    assert pods
    for pod in pods:
        assert not pod.get("hostNetwork")
        for container in pod["containers"]:
            context = {**pod.get("securityContext", {}), **container["securityContext"]}
            assert context["runAsNonRoot"]
            assert context["seccompProfile"] == {"type": "RuntimeDefault"}
            assert context["allowPrivilegeEscalation"] is False
            assert context["capabilities"] == {"drop": ["ALL"]}


@pytest.mark.parametrize(("given", "file"), [([], "standalone-install.yaml"), (["ha=true"], "ha-install.yaml")])
def test_kustomize_moves_the_approver_into_the_namespace_of_its_folder(repository, given, file):
    added(repository, "kubelet-certificates", *given)
    app = repository / "apps" / "kubelet-certificates"
    # In the place of the release's manifest, which is fetched: what counts of it.
    kustomization = yaml.safe_load((app / "kustomization.yaml").read_text("utf-8"))
    (remote,) = (name for name in kustomization["resources"] if name.startswith("https://"))
    assert remote.endswith(f"/v0.11.0/deploy/{file}")
    space = "kubelet-serving-cert-approver"
    account = {"kind": "ServiceAccount", "name": space, "namespace": space}
    release = [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": space}},
        {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": space, "namespace": space}},
        {
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding", "metadata": {"name": space},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "x"}, "subjects": [account],
        },
    ]  # fmt: skip
    (app / "release.yaml").write_text(yaml.safe_dump_all(release), encoding="utf-8")
    text = (app / "kustomization.yaml").read_text("utf-8").replace(remote, "release.yaml")
    (app / "kustomization.yaml").write_text(text, encoding="utf-8")
    built = list(yaml.safe_load_all(run("kustomize", "build", "apps/kubelet-certificates", folder=repository)))
    assert [(one["kind"], one["metadata"]["name"]) for one in built if one["kind"] == "Namespace"] == [
        ("Namespace", app.name)
    ]
    (binding,) = (one for one in built if one["kind"] == "ClusterRoleBinding")
    assert binding["subjects"][0]["namespace"] == app.name
    (moved,) = (one for one in built if one["kind"] == "ServiceAccount")
    assert moved["metadata"]["namespace"] == app.name


def test_argo_cd_finds_every_app_and_lets_it_in(repository):
    for name, given in dict(EACH).items():
        if name != "tailscale":
            added(repository, name, *given)
    found = judged(repository)
    assert found["problems"] == []
    names = {name for name, _ in EACH} - {"tailscale"} | {"hello"}
    assert [one for one in found["applications"] if one["project"] == "apps"] == [
        row(name, "apps", f"apps/{name}", name) for name in sorted(names)
    ]


# Several clusters


def asked(repository, cluster, clusters):
    folder = repository / "clusters" / cluster / "bootstrap"
    names = [path.relative_to(repository).as_posix() for path in sorted(repository.rglob("*")) if path.is_file()]
    request = {
        "manifests": "---\n".join((folder / f"{name}.yaml").read_text("utf-8") for name in ("bootstrap", "projects", "config")),
        "directories": sorted({name.rpartition("/")[0] for name in names}),
        "files": names,
        "clusters": clusters,
    }  # fmt: skip
    done = subprocess.run(
        [programs.required(programs.argocd)], input=json.dumps(request), capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def registration(repository, cluster):
    """A cluster as Argo CD reads it from its Secret."""
    path = repository / "clusters" / cluster / "bootstrap" / "argocd" / "cluster.yaml"
    secret = yaml.safe_load(path.read_text("utf-8"))
    assert secret["metadata"]["labels"]["argocd.argoproj.io/secret-type"] == "cluster"
    assert json.loads(secret["stringData"]["config"]) == {}
    given = secret["stringData"]
    return {"name": given["name"], "server": given["server"], "labels": secret["metadata"]["labels"]}


@pytest.fixture
def several(tmp_path):
    return made(tmp_path / "platform", MULTI)


def test_each_cluster_gets_the_apps_of_its_environment(several):
    (several / "apps" / "shop" / "overlays" / "prod").mkdir(parents=True)
    (several / "apps" / "shop" / "overlays" / "prod" / "kustomization.yaml").write_text(
        "resources: []\n", encoding="utf-8"
    )
    (several / "apps" / "hello" / "charts" / "web").mkdir(parents=True)
    (several / "apps" / "hello" / "charts" / "web" / "Chart.yaml").write_text("name: web\n", encoding="utf-8")
    for cluster, more in (
        ("nonprod", []),
        ("prod-eu-west", [row("shop-prod-eu-west", "apps-prod", "apps/shop/overlays/prod", "shop")]),
    ):
        environment = cluster.partition("-")[0]
        apps = [
            row(f"{name}-{cluster}", f"apps-{environment}", f"apps/{name}", name)
            for name in ("hello", "kubelet-certificates", "metrics-server", "openebs")
        ]
        apps += [
            row("argocd", "platform", f"clusters/{cluster}/bootstrap/argocd", "argocd"),
            row("bootstrap", "default", f"clusters/{cluster}/bootstrap", "argocd"),
            *more,
        ]
        found = asked(several, cluster, [registration(several, cluster)])
        assert found == {"problems": [], "applications": sorted(apps, key=lambda one: one["name"])}


def test_a_cluster_of_another_environment_gets_nothing(several):
    found = asked(several, "prod-eu-west", [registration(several, "nonprod")])
    assert [one["name"] for one in found["applications"]] == ["argocd", "bootstrap"]


def test_a_project_of_an_environment_keeps_off_argo_cd(several):
    (several / "apps" / "argocd").mkdir()
    (several / "apps" / "argocd" / "Chart.yaml").write_text("name: argocd\n", encoding="utf-8")
    found = asked(several, "prod-eu-west", [registration(several, "prod-eu-west")])
    assert found["problems"] == [
        "Application argocd-prod-eu-west: project apps-prod does not permit the namespace argocd"
    ]


def argo_cd(repository, cluster):
    """What kustomize makes of a cluster's Argo CD, the install manifest of which comes from the Go module."""
    manifest = programs.required(programs.argocd_manifests) / "install.yaml"
    (repository / "bootstrap" / "argocd" / "install.yaml").write_bytes(manifest.read_bytes())
    file = repository / "bootstrap" / "argocd" / "kustomization.yaml"
    document = yaml.safe_load(file.read_text("utf-8"))
    document["resources"] = ["namespace.yaml", "install.yaml"]
    file.write_text(yaml.safe_dump(document), encoding="utf-8")
    text = run("kustomize", "build", f"clusters/{cluster}/bootstrap/argocd", folder=repository)
    return [one for one in yaml.safe_load_all(text) if one]


def test_kustomize_builds_argo_cd_of_each_cluster_with_its_registration(several, tmp_path):
    for cluster in MULTI.clusters:
        built = argo_cd(several, cluster)
        secrets = {one["metadata"]["name"]: one["metadata"]["namespace"] for one in built if one["kind"] == "Secret"}
        assert secrets[cluster] == "argocd"
        assert len(built) == 61
