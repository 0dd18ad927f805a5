"""URLs as texts, judged as Talos judges endpoints and addresses of services."""

from __future__ import annotations

from talosgen.config.codecs.url import URL

__all__ = ["endpoint_fault", "parsed_url", "request_fault", "scheme_and_host"]


def parsed_url(text: str) -> URL | None:
    """The URL of a text; None when it is none."""
    try:
        return URL.parse(text)
    except ValueError:
        return None


def endpoint_fault(text: str) -> str:
    """Why a text is no endpoint, in words without it; empty when it is one.

    Any scheme will do, or none; the host must be there, and a port must be from 1 to 65535.
    """
    try:
        url = URL.parse(text)
    except ValueError as error:
        return f"this is no URL: {error}"
    if url.host.count(b":") > 2 and b"[" not in url.host and b"]" not in url.host:
        return "an IPv6 address must stand in brackets"
    if not url.hostname:
        return "the URL has no host"
    port = url.port
    if port and not 1 <= int(port[:8]) <= 65535:
        return "the port must be from 1 to 65535"
    return ""


def request_fault(text: str) -> str:
    """Why a text is no URL that a request could be made to, in words without it; empty when it is one.

    It must have a scheme or begin with a slash; ``#`` begins no fragment here (Go's url.ParseRequestURI).
    """
    try:
        url = URL.parse(text.replace("#", "%23"))
    except ValueError as error:
        return f"this is no URL: {error}"
    if not url.scheme and not text.startswith("/") and text != "*":
        return "this is no absolute URL"
    return ""


def scheme_and_host(text: str) -> tuple[str, str]:
    """The scheme and the host, with its port, of a text that is a URL; empty where it has none."""
    url = parsed_url(text)
    return ("", "") if url is None else (url.scheme, url.host.decode("utf-8", "surrogateescape"))
