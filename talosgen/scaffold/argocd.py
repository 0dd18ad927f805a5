"""The install manifests of Argo CD: where the one of the day is, and which files are known for what they are."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Any

from talosgen.errors import InputError, Problem
from talosgen.schema.table import data
from talosgen.source import Span

__all__ = ["require_known", "url", "version"]


@cache
def _table() -> dict[str, Any]:
    found: dict[str, Any] = data(__spec__, "argocd.json")
    return found


def version() -> str:
    """The release that a new repository installs."""
    found: str = _table()["version"]
    return found


def url(release: str, manifest: str = "install.yaml") -> str:
    """Where an install manifest is published."""
    return f"https://raw.githubusercontent.com/argoproj/argo-cd/{release}/manifests/{manifest}"


def require_known(content: bytes, source: str) -> str:
    """The release of a downloaded install manifest. Raises InputError unless its checksum is in the table."""
    digest = hashlib.sha256(content).hexdigest()
    known: dict[str, list[str]] = _table()["manifests"]
    if digest not in known:
        releases = ", ".join(dict.fromkeys(release for release, _ in known.values()))
        message = f"this is no install manifest of Argo CD that talosgen knows; its SHA-256 is {digest}"
        remedy = f"download {url(version())}; install.yaml and ha/install.yaml of {releases} are known"
        raise InputError(Problem(message, Span(source), remedy=remedy))
    return known[digest][0]
