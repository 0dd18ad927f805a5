"""Whether the images of a config fit the Talos release that it is for: Kubernetes's, and the installer's.

Since v1.11 a node refuses a Kubernetes that its Talos does not run; before, nobody asks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from talosgen.schema.releases import Line, Version
from talosgen.validation.rule import At, Context, Step
from talosgen.validation.settings import is_control_plane, machine_type

__all__ = ["images"]


class _Image(NamedTuple):
    """Where an image is named: in which kind, at which path. ``control_plane``: it runs on such machines alone."""

    kind: str
    path: tuple[Step, ...]
    control_plane: bool = False


_KUBERNETES: Final = (
    _Image("v1alpha1", ("machine", "kubelet", "image")),
    _Image("v1alpha1", ("cluster", "apiServer", "image"), control_plane=True),
    _Image("v1alpha1", ("cluster", "controllerManager", "image"), control_plane=True),
    _Image("v1alpha1", ("cluster", "scheduler", "image"), control_plane=True),
    _Image("KubeletConfig", ("image",)),
    _Image("KubeAPIServerConfig", ("image",)),
    _Image("KubeControllerManagerConfig", ("image",)),
    _Image("KubeSchedulerConfig", ("image",)),
    _Image("KubeProxyConfig", ("image",)),
)
_INSTALLERS: Final = (
    _Image("v1alpha1", ("machine", "install", "image")),
    _Image("UnattendedInstallConfig", ("installer", "image")),
)
# The installer's own names, whoever builds it: an image of another name may count its versions in another way.
_INSTALLER: Final = re.compile(r"(?:^|/)(?:[a-z0-9-]+-)?installer(?:-[a-z0-9-]+)?[/:@]")


def images(context: Context) -> None:
    """Report images that do not fit the release."""
    for text, at in _named(context, _KUBERNETES):
        _kubernetes(text, at)
    for text, at in _named(context, _INSTALLERS):
        _installer(text, at)


def _named(context: Context, images: tuple[_Image, ...]) -> Iterator[tuple[str, At]]:
    control_plane = is_control_plane(machine_type(context.container))
    for image in images:
        if image.control_plane and not control_plane:
            continue
        for document in context.container.of_kind(image.kind):
            # What is switched off runs no image.
            if document.tree.get("enabled") is False:
                continue
            value: Any = document.tree
            for step in image.path:
                value = value.get(step) or {}
            if value:
                yield value, context.at(document).below(*image.path)


def _version(image: str) -> str | None:
    """The text of the version in an image's tag, as Talos finds it; None when there is none."""
    _, mark, rest = image.rpartition(":v")
    return rest.partition("@")[0] if mark else None


def _kubernetes(image: str, at: At) -> None:
    release = at.context.release
    text = _version(image)
    version = None if text is None else Version.parse(text)
    if version is None:
        at("kubernetes-version-unknown")
        return
    line = Line.of(release)
    if line is None or line.runs(version):
        return
    message = f"Talos v{release} does not run Kubernetes v{version}"
    remedy = f"take one from v1.{line.oldest_kubernetes} to v1.{line.newest_kubernetes}"
    for name in ("kubernetes-unsupported", "kubernetes-untested"):
        at(name, message=message, remedy=remedy)


def _installer(image: str, at: At) -> None:
    if _INSTALLER.search(image) is None:
        return
    text = _version(image)
    version = None if text is None else Version.parse(text)
    release = at.context.release
    host = Version.parse(release)
    if version is None or host is None or version[:2] == host[:2]:
        return
    found = f"{version.major}.{version.minor}"
    message = f"the installer is of Talos v{found}, and the config is for v{release}"
    target = Line.of(found)
    if target is not None and not target.reached_from(host):
        message += f", which cannot be brought to v{found} in one step"
    at("installer-release", message=message)
