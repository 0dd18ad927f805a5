"""SideroLink."""

from __future__ import annotations

from talosgen.validation.checks.urls import parsed_url
from talosgen.validation.rule import At, Tree, rule

__all__: list[str] = []


@rule("SideroLinkConfig")
def link(document: Tree, at: At) -> None:
    """One finding."""
    text = document.get("apiUrl")
    url = parsed_url(text) if text else None
    if url is None:
        at("siderolink-url-missing")
    elif url.scheme not in ("https", "grpc"):
        at("siderolink-scheme", "apiUrl")
    elif url.path not in (b"", b"/"):
        at("siderolink-path", "apiUrl")
