"""talosgen compiles the node configurations of Talos Linux.

Everything public is here by name and loaded when first used: importing the package costs nothing.
"""

from __future__ import annotations

from talosgen._version import __version__

# Not from typing: importing the package must not pay for its import.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from talosgen.compiler import compile, compile_iter  # noqa: A004
    from talosgen.contract import Contract
    from talosgen.errors import InputError, NonIdempotentPatch, Problem
    from talosgen.generation.options import MachineType, Options
    from talosgen.image.schematic import Schematic
    from talosgen.machineconfig import MachineConfig, check_patches, compile_to_talos, derive, generate, patch
    from talosgen.pki.kubeconfig import Kubeconfig
    from talosgen.pki.secrets import SecretsBundle
    from talosgen.pki.talosconfig import Talosconfig
    from talosgen.project.cluster import Cluster, Node
    from talosgen.project.frontends import load
    from talosgen.secrets.reading import read_text
    from talosgen.source import Span

__all__ = [
    "Cluster", "Contract", "InputError", "Kubeconfig", "MachineConfig", "MachineType", "Node", "NonIdempotentPatch",
    "Options", "Problem", "Schematic", "SecretsBundle", "Span", "Talosconfig", "__version__", "check_patches",
    "compile", "compile_iter", "compile_to_talos", "derive", "generate", "load", "patch", "read_text",
]  # fmt: skip

_HOMES = {
    "Cluster": "project.cluster",
    "Contract": "contract",
    "InputError": "errors",
    "Kubeconfig": "pki.kubeconfig",
    "MachineConfig": "machineconfig",
    "MachineType": "generation.options",
    "Node": "project.cluster",
    "NonIdempotentPatch": "errors",
    "Options": "generation.options",
    "Problem": "errors",
    "Schematic": "image.schematic",
    "SecretsBundle": "pki.secrets",
    "Span": "source",
    "Talosconfig": "pki.talosconfig",
    "check_patches": "machineconfig",
    "compile": "compiler",
    "compile_iter": "compiler",
    "compile_to_talos": "machineconfig",
    "derive": "machineconfig",
    "generate": "machineconfig",
    "load": "project.frontends",
    "patch": "machineconfig",
    "read_text": "secrets.reading",
}


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
