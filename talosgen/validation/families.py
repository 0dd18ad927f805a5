"""The modules of rules that are in force, in the order in which their rules for one type run."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Final

__all__ = ["FAMILIES", "load"]

FAMILIES: Final = (
    "v1alpha1.config", "v1alpha1.cluster", "v1alpha1.machine", "v1alpha1.network", "v1alpha1.link", "block", "storage",
    "cluster", "container", "cri", "k8s", "network.links", "network.host", "network.routing", "runtime", "extensions",
    "security", "siderolink", "twins", "across",
)  # fmt: skip


@cache
def load() -> None:
    """Register the rules of all families, once."""
    for family in FAMILIES:
        import_module(f"{__package__}.{family}")
