"""The legacy document as a whole."""

from __future__ import annotations

from talosgen.validation.rule import At, Tree, rule

__all__: list[str] = []


@rule("v1alpha1.Config")
def machine_is_there(config: Tree, at: At) -> bool:
    """Without a machine nothing else is looked at."""
    if "machine" in config:
        return False
    at("machine-missing")
    return True


@rule("v1alpha1.Config")
def document(config: Tree, at: At) -> None:
    if "cluster" not in config:
        at("cluster-missing")
    if config.get("persist") is False:
        at("persist-off", "persist")
