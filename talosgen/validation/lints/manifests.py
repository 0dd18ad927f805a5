"""Manifests that are fetched when the cluster is bootstrapped, and again with each upgrade of Kubernetes."""

from __future__ import annotations

import re
from typing import Final

from talosgen.config.codecs.url import query_values
from talosgen.validation.checks.urls import parsed_url
from talosgen.validation.rule import LINTS, At, Tree

__all__: list[str] = []

_MOVING: Final = frozenset(
    ("develop", "dev", "edge", "head", "latest", "main", "master", "nightly", "trunk")
)  # fmt: skip
#: A version, or the name of a commit.
_FIXED: Final = re.compile(
    r"(?:[A-Za-z-]{0,40}[-v])?[0-9]{1,9}(?:\.[0-9]{1,9}){1,3}(?:[-+].{0,60})?|[0-9a-f]{40}|[0-9a-f]{64}"
)
_RAW: Final = "raw.githubusercontent.com"


@LINTS.rule("v1alpha1.ClusterConfig")
def extra_manifests(cluster: Tree, at: At) -> None:
    _urls(cluster.get("extraManifests") or [], at.below("extraManifests"))


@LINTS.rule("v1alpha1.ExternalCloudProviderConfig")
def cloud_provider(provider: Tree, at: At) -> None:
    _urls(provider.get("manifests") or [], at.below("manifests"))


@LINTS.rule("v1alpha1.CNIConfig")
def cni(cni: Tree, at: At) -> None:
    _urls(cni.get("urls") or [], at.below("urls"))


@LINTS.rule("KubeExternalManifestConfig")
def external_manifest(document: Tree, at: At) -> None:
    _urls([document.get("url", "")], at, "url")


def _urls(urls: list[str], at: At, *steps: str) -> None:
    for index, url in enumerate(urls):
        if name := _moving(url):
            at("manifest-unpinned", *(steps or (index,)), message=f'what "{name}" means in this URL can change')


def _moving(text: str) -> str:
    """The part of a URL that names another content from time to time; empty when there is none."""
    url = parsed_url(text)
    if url is None:
        return ""
    parts = [part for part in url.path.decode("utf-8", "replace").split("/") if part]
    if url.hostname.lower() == _RAW:
        # OWNER/REPOSITORY/REF/…: of what follows nothing matters.
        parts = [part for part in parts[2:5] if part not in ("refs", "heads", "tags")][:1]
    else:
        for values in (query_values(url.query).get(name, []) for name in (b"ref", b"version")):
            parts += [value.decode("utf-8", "replace") for value in values]
    if any(map(_FIXED.fullmatch, parts)):
        return ""
    return next((part for part in parts if part.lower() in _MOVING), "")
