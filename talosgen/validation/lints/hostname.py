"""A hostname that is set in two places."""

from __future__ import annotations

from typing import Final

from talosgen.config.codecs import ABSENT
from talosgen.config.container import Document
from talosgen.config.tree import at as value_at
from talosgen.validation.rule import LINTS, At, Context
from talosgen.validation.settings import machine_of, only

__all__: list[str] = []

_LEGACY: Final = ("machine", "network", "hostname")
_KERNEL: Final = "talos.hostname="
_KUBELET: Final = "hostname-override"


def _hostname(context: Context) -> tuple[str, Document, tuple[str, ...]] | None:
    """The hostname, and where it is set; None when the machine finds one itself."""
    container = context.container
    document = only(container, "HostnameConfig")
    if document is not None and document.tree.get("hostname"):
        return document.tree["hostname"], document, ("hostname",)
    name = (machine_of(container).get("network") or {}).get("hostname")
    return (name, container.legacy, _LEGACY) if name and container.legacy is not None else None


@LINTS.across
def twice(context: Context) -> None:
    """Kernel arguments and the kubelet's can name the node as well."""
    found = _hostname(context)
    if found is None:
        return
    name = found[0]
    machine = machine_of(context.container)
    at = context.at(context.container.legacy).below("machine")
    for index, argument in enumerate((machine.get("install") or {}).get("extraKernelArgs") or []):
        if argument.startswith(_KERNEL) and argument.removeprefix(_KERNEL) != name:
            at("hostname-elsewhere", "install", "extraKernelArgs", index)
    _kubelet((machine.get("kubelet") or {}).get("extraArgs") or {}, name, at.below("kubelet", "extraArgs"))
    document = only(context.container, "KubeletConfig")
    if document is not None:
        _kubelet(document.tree.get("extraArgs") or {}, name, context.at(document).below("extraArgs"))


def _kubelet(arguments: dict[str, str | list[str]], name: str, at: At) -> None:
    if arguments.get(_KUBELET, name) not in (name, [name]):
        at("hostname-elsewhere", _KUBELET)


@LINTS.across
def again(context: Context) -> None:
    """Two patches that name the node: the later one wins."""
    found = _hostname(context)
    if found is None:
        return
    _, document, steps = found
    names = [
        after
        for step in context.history
        if step.document == document.identity
        and (after := value_at(step.after, steps)) is not ABSENT
        and after != value_at(step.before, steps)
    ]
    if len(set(names)) > 1:
        context.at(document)("hostname-again", *steps)
