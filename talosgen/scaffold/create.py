"""Makes the files of a new repository, and writes them all or none."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from talosgen import files
from talosgen._version import __version__
from talosgen.age import keys
from talosgen.errors import InputError, Problem
from talosgen.goyaml.writer import quoted
from talosgen.pki.secrets import SecretsBundle
from talosgen.project.editor import json_schema
from talosgen.scaffold import argocd
from talosgen.scaffold.choices import Choices
from talosgen.schema.releases import Release
from talosgen.secrets.access import Access
from talosgen.secrets.keygen import own_key
from talosgen.secrets.sealing import advice
from talosgen.sops import file
from talosgen.sops.file import Scheme
from talosgen.sops.tree import branch

__all__ = ["Created", "create"]

#: The files of ``tree/``. A leading dot is written ``dot-`` there: a .gitignore would hold for the package itself.
_TREE: Final = (
    "README.md", "apps/hello/Chart.yaml", "apps/hello/README.md", "apps/hello/values.yaml",
    "bootstrap/argocd/argocd-cm.yaml", "bootstrap/argocd/kustomization.yaml", "bootstrap/argocd/namespace.yaml",
    "bootstrap/bootstrap.yaml", "bootstrap/config.yaml", "bootstrap/projects.yaml", "cluster/cluster.yaml",
    "cluster/controlplane-cp1.yaml", "cluster/controlplane.yaml", "cluster/worker-w1.yaml", "cluster/worker.yaml",
    "dot-editorconfig", "dot-github/workflows/check.yaml", "dot-gitignore", "dot-pre-commit-config.yaml",
    "dot-sops.yaml", "helm-charts/README.md", "helm-charts/web/Chart.yaml",
    "helm-charts/web/templates/deployment.yaml", "helm-charts/web/templates/service.yaml",
    "helm-charts/web/values.yaml", "renovate.json",
)  # fmt: skip
_SECRETS: Final = "cluster/secrets.yaml"
_VENDORED: Final = "bootstrap/argocd/install.yaml"
_PLACEHOLDER: Final = re.compile(r"@\{([a-z_]+)\}")


class Created(NamedTuple):
    """What there is now: the files, in order, below the folder; the key file, "" where recipients were named; whether
    it was made just now; what is worth knowing about the recipients."""

    files: tuple[str, ...]
    key_file: str
    new_key: bool
    notes: tuple[Problem, ...]


def create(
    folder: str,
    choices: Choices,
    access: Access,
    recipients: Sequence[str] = (),
    vendored: tuple[str, bytes] | None = None,
) -> Created:
    """Write a new repository into a folder, which may hold other files already.

    The secrets of its cluster are made anew and encrypted for ``recipients``; without any, for the key in the usual
    file, which is made where there is none. ``vendored`` is the name and content of an install manifest of Argo CD that
    is taken into the repository. Nothing in the clear touches the disk but that key.

    Raises InputError with all that is wrong, and with every file that is there already; nothing is written then.
    """
    problems: list[Problem] = []
    recipients = [recipient.strip() for recipient in recipients]
    release = _checked(choices, recipients, vendored, problems)
    wanted = [*map(_target, _TREE), _SECRETS, *_schemas(), *([_VENDORED] if vendored else [])]
    problems += [
        problem._replace(remedy="nothing is overwritten: move it away, or choose another folder")
        for problem in files.targets(os.path.join(folder, name) for name in wanted)
    ]
    if release is None or problems:
        raise InputError(problems)
    key_file, new_key = "", False
    if not recipients:
        key = own_key(access)
        recipients, key_file, new_key = key.recipients, key.file, key.new
    scheme = Scheme(file.recipients(*recipients))
    contents = {**_rendered(choices, release, recipients, bool(vendored)), **_schemas()}
    if vendored is not None:
        contents[_VENDORED] = vendored[1]
    tree = branch(SecretsBundle.generate(release.contract).to_tree())
    sealed = file.encrypt((tree,), scheme, access.now(), random=access.random, source=_SECRETS)
    contents[_SECRETS] = sealed.encode("utf-8", "surrogateescape")
    contents = dict(sorted(contents.items()))
    files.write({os.path.join(folder, name): content for name, content in contents.items()}, mode=0o644)
    return Created(tuple(contents), key_file, new_key, tuple(advice(scheme, os.path.join(folder, _SECRETS))))


def _checked(
    choices: Choices, recipients: Sequence[str], vendored: tuple[str, bytes] | None, problems: list[Problem]
) -> Release | None:
    """The release, once everything that was given is right."""
    release = None
    try:
        release = choices.release()
    except InputError as error:
        problems += error.problems
    for recipient in recipients:
        try:
            keys.recipient(recipient)
        except InputError as error:
            problems += error.problems
    try:
        if vendored is not None:
            argocd.require_known(vendored[1], vendored[0])
    except InputError as error:
        problems += error.problems
    return release


def _target(name: str) -> str:
    return re.sub(r"(^|/)dot-", r"\1.", name)


def _schemas() -> dict[str, bytes]:
    return {
        f"schemas/{of}.json": json.dumps(json_schema(of), indent=2, ensure_ascii=False).encode() + b"\n"
        for of in ("cluster", "node")
    }


def _rendered(choices: Choices, release: Release, recipients: Sequence[str], vendored: bool) -> dict[str, bytes]:
    values = {
        "name": choices.name,
        "endpoint": choices.endpoint,
        "talos_version": str(release),
        "contract": str(release.contract),
        "kubernetes": _kubernetes(choices, release),
        "repo_url": choices.repository,
        "revision": choices.revision,
        "recipients": "\n".join(f"      - {quoted(recipient)}" for recipient in recipients),
        "install": "install.yaml" if vendored else argocd.url(argocd.version()),
        "version": __version__,
    }
    return {
        _target(name): _PLACEHOLDER.sub(lambda found: values[found[1]], _text(name)).encode("utf-8") for name in _TREE
    }


def _kubernetes(choices: Choices, release: Release) -> str:
    if choices.kubernetes:
        given = choices.kubernetes.removeprefix("v")
        return f"# renovate: datasource=github-releases depName=kubernetes/kubernetes\nkubernetesVersion: {given}"
    return f"# Kubernetes is that of the release, {release.kubernetes}; kubernetesVersion states another one."


def _text(name: str) -> str:
    spec: Any = __spec__
    base = spec.origin.rpartition("create.")[0]
    found: bytes = spec.loader.get_data(os.path.join(base, "tree", *name.split("/")))
    return found.decode("utf-8")
