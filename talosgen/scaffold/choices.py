"""What a person decides about a new repository."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from talosgen.errors import InputError, Problem
from talosgen.pki.endpoint import check_endpoint
from talosgen.project.models import NAME
from talosgen.schema.releases import Release

__all__ = ["Choices", "Wanted"]

_URL: Final = re.compile(r"(?:(?:https?|ssh|git)://|[A-Za-z0-9._-]+@[A-Za-z0-9.-]+:)[A-Za-z0-9@:/._~%+\[\]-]+")
_PASSWORD: Final = re.compile(r"[a-z]+://[^/]*:[^/]*@")
_REVISION: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,200}")
_KUBERNETES: Final = re.compile(r"v?1\.\d{1,3}\.\d{1,3}")


class Wanted(NamedTuple):
    """A feature with its app, the ``NAME=VALUE`` of its parameters, and the group that it is for, "" for all nodes."""

    name: str
    settings: Sequence[str] = ()
    group: str = ""


class Choices(NamedTuple):
    """Names, versions and places.

    ``endpoint`` is the URL of the Kubernetes API, ``talos`` a full release, ``kubernetes`` a version or "" for that of
    the release, ``repository`` the URL by which Argo CD reads the repository, ``revision`` its branch. ``features``
    come with their apps. ``clusters`` are the names of several, each ENVIRONMENT or ENVIRONMENT-REGION; without any
    there is one, of the name ``name``.
    """

    name: str
    endpoint: str
    talos: str
    kubernetes: str
    repository: str
    revision: str
    features: tuple[Wanted, ...] = ()
    clusters: tuple[str, ...] = ()

    def release(self) -> Release:
        """The release of Talos. Raises InputError with all that is wrong with the choices."""
        problems: list[Problem] = []
        if not re.fullmatch(NAME, self.name):
            remedy = "expected up to 63 lower-case letters, digits and dashes, as in home"
            problems.append(Problem(f"{self.name[:80]!r} is no name for a cluster", remedy=remedy))
        problems += self._wrong_clusters()
        problems += check_endpoint(self.endpoint)
        if not problems and not re.fullmatch(r"[A-Za-z0-9.:/\[\]_-]+", self.endpoint):
            problems.append(Problem("the cluster endpoint holds strange characters", remedy="write https://HOST:6443"))
        if not _URL.fullmatch(self.repository):
            remedy = "expected a form such as https://github.com/me/platform.git or git@github.com:me/platform.git"
            problems.append(Problem("this is no URL of a Git repository", remedy=remedy))
        elif _PASSWORD.match(self.repository):
            remedy = "Argo CD reads it from a Secret with the label argocd.argoproj.io/secret-type: repository"
            problems.append(Problem("the URL of the repository holds a password", remedy=remedy))
        if not _REVISION.fullmatch(self.revision):
            problems.append(Problem(f"{self.revision[:80]!r} is no name of a branch or tag", remedy="as in main"))
        if self.kubernetes and not _KUBERNETES.fullmatch(self.kubernetes):
            problems.append(Problem("this is no version of Kubernetes", remedy="expected a form such as 1.37.0"))
        release = None
        try:
            release = Release.parse(self.talos)
        except InputError as error:
            problems += error.problems
        if release is not None and not self.kubernetes and release.kubernetes is None:
            message = f"which Kubernetes Talos {release} installs is not known to this talosgen"
            problems.append(Problem(message, remedy="give its version as well"))
        if release is None or problems:
            raise InputError(problems)
        return release

    def _wrong_clusters(self) -> list[Problem]:
        problems = []
        for name in self.clusters:
            if not re.fullmatch(NAME, name) or name == "base":
                remedy = "expected lower-case letters, digits and dashes, as in prod-eu; base is what all share"
                problems.append(Problem(f"{name[:80]!r} is no name for a cluster", remedy=remedy))
        if len(set(self.clusters)) < len(self.clusters):
            problems.append(Problem("two clusters have the same name", remedy="give each its own"))
        if len(self.clusters) > 200:
            problems.append(Problem("these are too many clusters for one go", remedy="name up to 200"))
        return problems
