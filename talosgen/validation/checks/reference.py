"""References of container images, as the weak rules of go-containerregistry take them."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["is_pinned", "is_reference"]

_DIGEST: Final = re.compile(r"sha256:[0-9a-f]{64}")
_TAG: Final = re.compile(r"[A-Za-z0-9_.-]{1,128}")
_REPOSITORY: Final = re.compile(r"[a-z0-9_./-]{2,255}")
_AUTHORITY: Final = re.compile(r"[^\x00-\x20\x7f/?#@\\]+")
_DEFAULT: Final = "index.docker.io"


def is_pinned(text: str) -> bool:
    """Whether a text is a reference by digest."""
    name, at, digest = text.partition("@")
    if not at or _DIGEST.fullmatch(digest) is None:
        return False
    # A tag beside the digest is dropped.
    head, colon, tag = name.rpartition(":")
    if colon and "/" not in tag and _TAG.fullmatch(tag):
        name = head
    return _is_name(name)


def is_reference(text: str) -> bool:
    """Whether a text is a reference, by digest or by tag."""
    if is_pinned(text):
        return True
    name, colon, tag = text.rpartition(":")
    if not colon or "/" in tag:
        return _is_name(text)
    return _TAG.fullmatch(tag) is not None and _is_name(name)


def _is_name(text: str) -> bool:
    registry, slash, repository = text.partition("/")
    if not slash or not (registry == "localhost" or "." in registry or ":" in registry):
        registry, repository = _DEFAULT, text
    implied = len("library/") if registry == _DEFAULT and "/" not in repository else 0
    fits = _REPOSITORY.fullmatch(repository) is not None and len(repository) + implied <= 255
    return fits and _is_registry(registry)


def _is_registry(text: str) -> bool:
    if _AUTHORITY.fullmatch(text) is None:
        return False
    from talosgen.validation.checks.urls import parsed_url

    url = parsed_url(f"//{text}")
    return url is not None and url.host.decode("utf-8", "surrogateescape") == text
