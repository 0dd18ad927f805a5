"""Which files a new repository has, and their texts: ``tree/`` holds them, with placeholders written ``@{name}``."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from talosgen._version import __version__
from talosgen.scaffold.choices import Choices
from talosgen.schema.releases import Release

__all__ = ["Planned", "base", "plan", "projects", "render", "templates"]

#: The files of every repository. A leading dot is written ``dot-``: a .gitignore would hold for the package itself.
_SHARED: Final = (
    "apps/hello/Chart.yaml", "apps/hello/README.md", "apps/hello/values.yaml", "bootstrap/argocd/argocd-cm.yaml",
    "bootstrap/argocd/kustomization.yaml", "bootstrap/argocd/namespace.yaml", "dot-editorconfig",
    "dot-github/workflows/check.yaml", "dot-gitignore", "dot-pre-commit-config.yaml", "dot-sops.yaml",
    "helm-charts/README.md", "helm-charts/web/Chart.yaml", "helm-charts/web/templates/deployment.yaml",
    "helm-charts/web/templates/service.yaml", "helm-charts/web/values.yaml", "renovate.json",
)  # fmt: skip
_ROLES: Final = ("controlplane.yaml", "worker.yaml")
_NODES: Final = ("controlplane-cp1.yaml", "worker-w1.yaml")
#: Those of one cluster.
_SINGLE: Final = (
    "README.md", "bootstrap/bootstrap.yaml", "bootstrap/config.yaml", "bootstrap/projects.yaml", "cluster/cluster.yaml",
    *(f"cluster/{name}" for name in (*_ROLES, *_NODES)),
)  # fmt: skip
#: Those of several clusters: once, and for each of them below its folder.
_MULTI: Final = {
    "multi/README.md": "README.md",
    "multi/base.yaml": "clusters/base/cluster.yaml",
    **{f"cluster/{name}": f"clusters/base/{name}" for name in _ROLES},
}
_EACH: Final = {
    "multi/cluster.yaml": "cluster.yaml",
    **{f"cluster/{name}": name for name in _NODES},
    "multi/bootstrap.yaml": "bootstrap/bootstrap.yaml",
    "multi/config.yaml": "bootstrap/config.yaml",
    "multi/projects.yaml": "bootstrap/projects.yaml",
    "multi/kustomization.yaml": "bootstrap/argocd/kustomization.yaml",
    "multi/registration.yaml": "bootstrap/argocd/cluster.yaml",
}
_PLACEHOLDER: Final = re.compile(r"@\{([a-z_]+)\}")


class Planned(NamedTuple):
    """A file that is to be made: the template, where it goes, and the number of its cluster, 0 for all else."""

    template: str
    target: str
    cluster: int = 0


def templates() -> list[str]:
    """All templates, sorted."""
    return sorted({*_SHARED, *_SINGLE, *_MULTI, *_EACH})


def plan(choices: Choices) -> Iterator[Planned]:
    """The files of a repository from templates."""
    for name in _SHARED:
        yield Planned(name, re.sub(r"(^|/)dot-", r"\1.", name))
    if not choices.clusters:
        yield from (Planned(name, name) for name in _SINGLE)
        return
    yield from (Planned(template, target) for template, target in _MULTI.items())
    for number, cluster in enumerate(choices.clusters):
        yield from (Planned(template, f"clusters/{cluster}/{name}", number) for template, name in _EACH.items())


def projects(choices: Choices) -> list[str]:
    """The folders of the clusters that have nodes."""
    return [f"clusters/{name}" for name in choices.clusters] or ["cluster"]


def base(choices: Choices) -> str:
    """The folder of what all clusters share, where their features stand."""
    return "clusters/base" if choices.clusters else "cluster"


def render(choices: Choices, release: Release, recipients: str, install: str) -> dict[str, str]:
    """The texts of all files by where they go. ``install`` is Argo CD's manifest, as a kustomization names it."""
    common = {
        "name": choices.name,
        "talos_version": str(release),
        "contract": str(release.contract),
        "kubernetes": _kubernetes(choices, release),
        "repo_url": choices.repository,
        "revision": choices.revision,
        "recipients": recipients,
        "install": install,
        "version": __version__,
        "schemas": "../../schemas" if choices.clusters else "../schemas",
        "checked": "" if choices.clusters else " cluster",
    }
    own = [{**common, **_of_cluster(choices, number)} for number in range(len(choices.clusters) or 1)]
    return {
        target: _PLACEHOLDER.sub(lambda found, values=own[number]: values[found[1]], _text(template))  # type: ignore[misc]
        for template, target, number in plan(choices)
    }


def _of_cluster(choices: Choices, number: int) -> dict[str, str]:
    network = f"10.{number}.0"
    if not choices.clusters:
        return {"endpoint": choices.endpoint, "network": network}
    name = choices.clusters[number]
    environment, _, region = name.partition("-")
    return {
        "cluster": name,
        "environment": environment,
        "region": region or environment,
        "endpoint": f"https://{network}.11:6443",
        "network": network,
    }


def _kubernetes(choices: Choices, release: Release) -> str:
    if choices.kubernetes:
        given = choices.kubernetes.removeprefix("v")
        return f"# renovate: datasource=github-releases depName=kubernetes/kubernetes\nkubernetesVersion: {given}"
    return f"# Kubernetes is that of the release, {release.kubernetes}; kubernetesVersion states another one."


def _text(name: str) -> str:
    spec: Any = __spec__
    top = spec.origin.rpartition("layout.")[0]
    found: bytes = spec.loader.get_data(os.path.join(top, "tree", *name.split("/")))
    return found.decode("utf-8")
