"""The check of a cluster endpoint that ``gen config`` makes (talosctl v1.14.1), and ``kubeconfig`` as well."""

from __future__ import annotations

from talosgen.config.codecs.url import URL
from talosgen.errors import Problem

__all__ = ["check_endpoint"]

_FORM = "expected a URL such as https://10.0.0.1:6443"


def check_endpoint(text: str) -> list[Problem]:
    """What is wrong with a cluster endpoint; an empty list when nothing is."""
    try:
        url = URL.parse(text)
    except ValueError as error:
        if "/" in text:
            return [Problem(f"the cluster endpoint is no URL: {error}", remedy=_FORM)]
        remedy = f'try "https://{text}"' if _port_in(text) else f'try "https://{text}:6443"'
        return [Problem("the cluster endpoint has no scheme", remedy=remedy)]
    if not url.scheme:
        host = text.lstrip("/")
        remedy = f'try "https://{host}"' if url.port else f'try "https://{host}:6443"'
        return [Problem("the cluster endpoint has no scheme", remedy=remedy if host else _FORM)]
    if url.scheme != "https":
        return [Problem("the cluster endpoint has another scheme than https", remedy=_FORM)]
    if not url.hostname:
        return [Problem("the cluster endpoint has no host", remedy=_FORM)]
    if url.port and not 1 <= int(url.port) <= 65535:
        return [Problem("the port of the cluster endpoint is out of range", remedy="expected 1 to 65535")]
    return []


def _port_in(text: str) -> bool:
    return text.rpartition(":")[2].isdigit() and ":" in text
