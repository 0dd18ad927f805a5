"""Services of system extensions."""

from __future__ import annotations

from talosgen.validation.rule import At, Tree, rule

__all__: list[str] = []


@rule("ExtensionServiceConfig")
def service(document: Tree, at: At) -> None:
    """One finding."""
    files = document.get("configFiles") or []
    if not document.get("name"):
        at("name-missing")
        return
    if not files and not document.get("environment"):
        at("extension-empty")
        return
    for index, file in enumerate(files):
        if not file.get("content"):
            at("extension-content", "configFiles", index)
            return
        if not file.get("mountPath"):
            at("extension-path", "configFiles", index)
            return
