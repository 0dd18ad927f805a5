"""Versions of images, and whether they fit one another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final, NamedTuple

from talosgen.config.container import Container
from talosgen.schema.releases import Line, Version
from talosgen.schema.table import NEWEST, matrix
from talosgen.validation.rule import LINTS, At, Context
from talosgen.validation.settings import cluster_of, machine_of, only

__all__ = ["Release", "installer_of", "installer_release"]

Release = tuple[int, int]

_VERSION: Final = re.compile(r"v([0-9]{1,4})\.([0-9]{1,4})\.([0-9]{1,6})([-+][0-9A-Za-z.+-]{1,60})?")
_API_SERVER: Final = "kube-apiserver"
#: Documents with an image of Kubernetes, and the names of the components.
_DOCUMENTS: Final = {
    "KubeAPIServerConfig": _API_SERVER,
    "KubeControllerManagerConfig": "kube-controller-manager",
    "KubeSchedulerConfig": "kube-scheduler",
    "KubeProxyConfig": "kube-proxy",
    "KubeletConfig": "kubelet",
}
#: The same of the legacy section ``cluster``.
_LEGACY: Final = {
    "apiServer": _API_SERVER,
    "controllerManager": "kube-controller-manager",
    "scheduler": "kube-scheduler",
    "proxy": "kube-proxy",
}


class _Image(NamedTuple):
    component: str
    version: str
    at: At


def _version(image: str) -> str:
    """The version in an image's tag, behind the last ``:v``; empty when there is none."""
    tag = image.rpartition(":")[2].partition("@")[0] if "@" not in image else image.partition("@")[0].rpartition(":")[2]
    return tag if _VERSION.fullmatch(tag) else ""


def installer_release(image: str) -> Release | None:
    """The release of Talos that an installer's image is of; None when its tag does not say."""
    found = _VERSION.fullmatch(_version(image))
    return None if found is None else (int(found[1]), int(found[2]))


def installer_of(context: Context) -> tuple[str, At] | None:
    """The image of the installer, and where it is set."""
    container = context.container
    document = only(container, "UnattendedInstallConfig")
    if document is not None and (image := (document.tree.get("installer") or {}).get("image")):
        return image, context.at(document).below("installer", "image")
    image = (machine_of(container).get("install") or {}).get("image")
    return (image, context.at(container.legacy).below("machine", "install", "image")) if image else None


def _kubernetes(context: Context) -> Iterator[_Image]:
    """The images of Kubernetes whose version can be told, the API server's first."""
    container = context.container
    legacy = context.at(container.legacy)
    found: list[tuple[str, str, At]] = []
    for document in container:
        component = _DOCUMENTS.get(document.kind.name)
        if component and document.tree.get("enabled") is not False:
            found.append((component, document.tree.get("image", ""), context.at(document).below("image")))
    for key, component in _LEGACY.items():
        section = cluster_of(container).get(key) or {}
        if not section.get("disabled"):
            found.append((component, section.get("image", ""), legacy.below("cluster", key, "image")))
    kubelet = machine_of(container).get("kubelet") or {}
    found.append(("kubelet", kubelet.get("image", ""), legacy.below("machine", "kubelet", "image")))
    found.sort(key=lambda entry: entry[0] != _API_SERVER)
    for component, image, at in found:
        if version := _version(image):
            yield _Image(component, version, at)


@LINTS.across
def kubernetes_versions(context: Context) -> None:
    """Talos runs each component as its image says; those of one node are made for one version."""
    images = list(_kubernetes(context))
    for image in images[1:]:
        if image.version != images[0].version:
            image.at(
                "kubernetes-versions",
                message=f"{image.component} is {image.version}, {images[0].component} is {images[0].version}",
            )


@LINTS.across
def kubernetes_of_the_installer(context: Context) -> None:
    """Where a release is stated the verdict says more of this; here the installer states it."""
    found = installer_of(context)
    release = None if found is None else installer_release(found[0])
    runs = None if release is None else Line.of(".".join(map(str, release)))
    if release is None or runs is None:
        return
    for image in _kubernetes(context):
        version = Version.parse(image.version)
        if version is not None and not runs.runs(version):
            image.at(
                "installer-kubernetes",
                message=f"Talos v{release[0]}.{release[1]} runs Kubernetes 1.{runs.oldest_kubernetes} to "
                f"1.{runs.newest_kubernetes}, and this is {image.version}",
            )


@LINTS.across
def installer(context: Context) -> None:
    """A node boots the release that its installer brings, and that one must know the documents."""
    found = installer_of(context)
    release = None if found is None else installer_release(found[0])
    if found is None or release is None or release >= _minor(NEWEST):
        return
    unknown = [kind for kind in _kinds(context.container) if _minor(_since(kind)) > release]
    if unknown:
        shown = ", ".join(unknown[:8]) + (" …" if len(unknown) > 8 else "")
        found[1]("installer-older", message=f"Talos v{release[0]}.{release[1]} does not know these kinds: {shown}")


def _kinds(container: Container) -> list[str]:
    return sorted({document.kind.name for document in container if document.known and not document.kind.legacy})


@cache
def _since(kind: str) -> str:
    first: str = matrix()[kind]["kind"][0]
    return first


def _minor(release: str) -> Release:
    major, _, minor = release.partition(".")
    return int(major), int(minor)
