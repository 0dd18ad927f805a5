"""A new repository, judged by the programs that it is for: kustomize, helm, sops, and Argo CD's own types."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from functools import partial

import jsonschema
import programs
import pytest
import yaml
from test_scaffold import CHOICES, KEY, made, opener

from talosgen.scaffold import argocd, create

pytestmark = [pytest.mark.programs, pytest.mark.apps]

SERVER = "https://kubernetes.default.svc"


@pytest.fixture
def repository(tmp_path):
    return made(tmp_path / "platform")


@pytest.fixture
def vendored(tmp_path):
    """A repository that has the install manifest in it."""
    manifest = programs.required(programs.argocd_manifests) / "install.yaml"
    create(str(tmp_path / "vendored"), CHOICES, opener(), [str(KEY.recipient)], (str(manifest), manifest.read_bytes()))
    return tmp_path / "vendored"


def run(program, *arguments, folder, **environment):
    """What a real program prints; it must be content."""
    found = programs.required(partial(programs.program, program))
    done = subprocess.run(
        [found, *arguments], cwd=folder, env={**os.environ, "HOME": str(folder), **environment}, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def judged(repository, names=("bootstrap", "projects", "config")):
    """Argo CD's types on the files of bootstrap/, and the applications that come of them."""
    asked = {
        "manifests": "---\n".join((repository / "bootstrap" / f"{name}.yaml").read_text("utf-8") for name in names),
        "directories": sorted(
            path.relative_to(repository).as_posix() for path in repository.glob("*/*") if path.is_dir()
        ),
    }
    done = subprocess.run(
        [programs.required(programs.argocd)], input=json.dumps(asked), capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def row(name, project, path, namespace):
    return {"name": name, "project": project, "path": path, "namespace": namespace}


def test_argo_cd_takes_the_chain_and_finds_the_apps(repository):
    assert judged(repository) == {
        "problems": [],
        "applications": [
            row("argocd", "platform", "bootstrap/argocd", "argocd"), row("bootstrap", "default", "bootstrap", "argocd"),
            row("hello", "apps", "apps/hello", "hello"),
        ],
    }  # fmt: skip


def test_an_app_is_a_folder(repository):
    (repository / "apps" / "shop").mkdir()
    (repository / "apps" / ".hidden").mkdir()
    assert [app["name"] for app in judged(repository)["applications"]] == ["argocd", "bootstrap", "hello", "shop"]
    shutil.rmtree(repository / "apps" / "hello")
    assert [app["name"] for app in judged(repository)["applications"]] == ["argocd", "bootstrap", "shop"]


def test_an_app_cannot_write_where_argo_cd_is(repository):
    (repository / "apps" / "argocd").mkdir()
    problems = judged(repository)["problems"]
    assert problems == ["Application argocd: project apps does not permit the namespace argocd"]


def test_argo_cds_types_find_faults(repository):
    # The judge itself: an unknown field, a project that is not there, a source that it does not permit.
    file = repository / "bootstrap" / "config.yaml"
    text = file.read_text("utf-8")
    file.write_text(text.replace("selfHeal", "selfheal", 1).replace("project: apps", "project: web"), encoding="utf-8")
    problems = judged(repository)["problems"]
    assert 'unknown field "spec.syncPolicy.automated.selfheal"' in problems[0]
    assert problems[1] == 'Application hello: there is no project "web"'
    file.write_text(text.replace("platform.git", "other.git"), encoding="utf-8")
    assert len(judged(repository)["problems"]) == 2


def test_resources_are_those_of_the_definitions(repository):
    manifests = programs.required(programs.argocd_manifests)
    schemas = {}
    for file in sorted((manifests / "crds").glob("*-crd.yaml")):
        definition = yaml.safe_load(file.read_text("utf-8"))
        (version,) = definition["spec"]["versions"]
        schemas[definition["spec"]["names"]["kind"]] = version["schema"]["openAPIV3Schema"]
    seen = []
    for name in ("bootstrap", "projects", "config"):
        for document in yaml.safe_load_all((repository / "bootstrap" / f"{name}.yaml").read_text("utf-8")):
            assert document["apiVersion"] == "argoproj.io/v1alpha1"
            jsonschema.Draft202012Validator(schemas[document["kind"]]).validate(document)
            seen.append((document["kind"], document["metadata"]["name"]))
    assert seen == [
        ("Application", "bootstrap"), ("AppProject", "platform"), ("AppProject", "apps"), ("Application", "argocd"),
        ("ApplicationSet", "apps"),
    ]  # fmt: skip


def test_kustomize_builds_argo_cd_in_its_namespace(vendored):
    built = [
        document
        for document in yaml.safe_load_all(run("kustomize", "build", "bootstrap/argocd", folder=vendored))
        if document
    ]
    assert len(built) == 60
    clustered = {"Namespace", "CustomResourceDefinition", "ClusterRole", "ClusterRoleBinding"}
    for document in built:
        wanted = None if document["kind"] in clustered else "argocd"
        assert document["metadata"].get("namespace") == wanted, document["metadata"]
        if document["kind"].endswith("RoleBinding"):
            assert {subject["namespace"] for subject in document["subjects"]} == {"argocd"}
    (namespace,) = (document for document in built if document["kind"] == "Namespace")
    assert namespace["metadata"]["name"] == "argocd"
    (settings,) = (document for document in built if document["metadata"]["name"] == "argocd-cm")
    assert "resource.customizations.health.argoproj.io_Application" in settings["data"]


def test_the_remote_form_names_the_release_that_is_known(repository, vendored):
    remote = yaml.safe_load((repository / "bootstrap" / "argocd" / "kustomization.yaml").read_text("utf-8"))
    local = yaml.safe_load((vendored / "bootstrap" / "argocd" / "kustomization.yaml").read_text("utf-8"))
    assert remote["resources"] == ["namespace.yaml", argocd.url(argocd.version())]
    assert local == {**remote, "resources": ["namespace.yaml", "install.yaml"]}


def test_the_checksums_are_those_of_the_releases():
    manifests = programs.required(programs.argocd_manifests)
    for name in ("install.yaml", "ha/install.yaml"):
        assert argocd.require_known((manifests / name).read_bytes(), name) == argocd.version()


def test_helm_is_content_with_the_chart_and_the_app(repository):
    image = ["--set", "image.repository=registry.example.com/web,image.tag=1.0"]
    assert "0 chart(s) failed" in run("helm", "lint", "--strict", "helm-charts/web", *image, folder=repository)
    run("helm", "dependency", "build", "apps/hello", folder=repository)
    assert "0 chart(s) failed" in run("helm", "lint", "--strict", "apps/hello", folder=repository)
    made = run("helm", "template", "hello", "apps/hello", "--namespace", "hello", folder=repository)
    found = {document["kind"]: document for document in yaml.safe_load_all(made)}
    assert set(found) == {"Deployment", "Service"}
    pod = found["Deployment"]["spec"]["template"]
    (container,) = pod["spec"]["containers"]
    values = yaml.safe_load((repository / "apps" / "hello" / "values.yaml").read_text("utf-8"))["web"]
    assert container["image"] == f"{values['image']['repository']}:{values['image']['tag']}"
    assert container["readinessProbe"]["httpGet"]["path"] == values["probe"]
    (port,) = found["Service"]["spec"]["ports"]
    assert port["targetPort"] == container["ports"][0]["name"]
    assert found["Service"]["spec"]["selector"].items() <= pod["metadata"]["labels"].items()
    assert found["Deployment"]["spec"]["selector"]["matchLabels"].items() <= pod["metadata"]["labels"].items()
    # The Pod Security level `restricted`.
    context = {**pod["spec"]["securityContext"], **container["securityContext"]}
    assert context["runAsNonRoot"]
    assert context["seccompProfile"] == {"type": "RuntimeDefault"}
    assert context["allowPrivilegeEscalation"] is False
    assert context["capabilities"] == {"drop": ["ALL"]}


def test_the_steps_of_the_workflow_pass(vendored, tmp_path):
    workflow = yaml.safe_load((vendored / ".github" / "workflows" / "check.yaml").read_text("utf-8"))
    (job,) = workflow["jobs"].values()
    (step,) = (step["run"] for step in job["steps"] if "helm" in step.get("run", ""))
    (tmp_path / "bin").mkdir()
    os.symlink(programs.required(partial(programs.program, "helm")), tmp_path / "bin" / "helm")
    # kubectl has kustomize in it.
    kustomize = programs.required(partial(programs.program, "kustomize"))
    stub = tmp_path / "bin" / "kubectl"
    stub.write_text(f'#!/bin/sh\n[ "$1" = kustomize ] && exec {kustomize} build "$2"\n', encoding="utf-8")
    stub.chmod(0o755)
    environment = {**os.environ, "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}", "HOME": str(tmp_path)}

    def steps():
        return subprocess.run(
            ["bash", "-c", step], cwd=vendored, env=environment, capture_output=True, text=True, check=False
        )

    done = steps()
    assert done.returncode == 0, done.stderr
    (vendored / "apps" / "hello" / "values.yaml").write_text("web: {port: 80}\n", encoding="utf-8")
    done = steps()
    assert done.returncode != 0
    assert "image.repository is needed" in done.stdout + done.stderr


def test_sops_opens_the_secrets_by_the_rules(repository, tmp_path):
    key = tmp_path / "keys.txt"
    key.write_text(KEY.secret_text(), encoding="utf-8")
    bundle = yaml.safe_load(
        run("sops", "decrypt", "cluster/secrets.yaml", folder=repository, SOPS_AGE_KEY_FILE=str(key))
    )
    assert set(bundle) == {"cluster", "secrets", "trustdinfo", "certs"}
    login = repository / "bootstrap" / "repository.sops.yaml"
    login.write_text("kind: Secret\nstringData:\n  password: hunter22\n", encoding="utf-8")
    run("sops", "encrypt", "--in-place", "bootstrap/repository.sops.yaml", folder=repository)
    text = login.read_text("utf-8")
    assert "kind: Secret" in text
    assert "hunter22" not in text
