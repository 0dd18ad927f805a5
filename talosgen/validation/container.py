"""Containers that Talos itself runs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from talosgen.config.codecs.quantity import parse_bytes
from talosgen.validation.checks.reference import is_pinned, is_reference
from talosgen.validation.rule import At, Tree, rule

__all__: list[str] = []

_NAME: Final = re.compile(r"[a-z0-9-]+")
_CAPABILITY: Final = re.compile(r"[A-Z_]+")
_OPTIONS: Final = ("ro", "rw", "noexec", "nosuid", "nodev", "noatime", "rbind", "rshared")
_PROFILES: Final = ("", "restricted", "privileged")
_NETWORKS: Final = ("addresses", "connectivity", "hostname", "etcfiles")
_SOURCES: Final = ("userVolume", "tmpfs", "hostPath")


@rule("ContainerConfig")
def identity(container: Tree, at: At) -> None:
    name, image = container.get("name", ""), container.get("image", "")
    if not name:
        at("name-missing")
    elif len(name.encode("utf-8", "surrogatepass")) > 63:
        at("container-name", "name", message="a container's name has at most 63 characters")
    elif _NAME.fullmatch(name) is None:
        at("container-name", "name")
    if not image:
        at("container-image-missing")
    elif not is_reference(image):
        at("container-image", "image")
    elif not is_pinned(image):
        at("container-image-unpinned", "image")
    for index, entry in enumerate(container.get("environment") or []):
        if "=" not in entry:
            at("container-environment", "environment", index)
    user = container.get("runAs") or {}
    for key in ("uid", "gid"):
        if user.get(key, 0) < 0:
            at("container-user", "runAs", key)


@rule("ContainerConfig")
def mounts(container: Tree, at: At) -> None:
    seen: set[str] = set()
    for index, mount in enumerate(container.get("mounts") or []):
        below = at.below("mounts", index)
        kinds = [kind for kind in _SOURCES if kind in mount]
        if len(kinds) != 1:
            below("mount-kind")
            continue
        kind = kinds[0]
        faults = list(_mount_faults(kind, mount[kind]))
        for name, steps in faults:
            below(name, kind, *steps)
        if not faults:
            destination = mount[kind]["destination"]
            if destination in seen:
                below("mount-twice", kind, "destination")
            seen.add(destination)


def _mount_faults(kind: str, mount: Tree) -> Iterator[tuple[str, tuple[Any, ...]]]:
    if kind == "userVolume" and not mount.get("name"):
        yield "mount-volume", ()
    for key in ("source", "destination") if kind == "hostPath" else ("destination",):
        path = mount.get(key, "")
        if not path.startswith("/"):
            yield "mount-path", (key,)
    options = mount.get("options") or []
    for index, option in enumerate(options):
        if option not in _OPTIONS:
            yield "mount-option", ("options", index)
    if "ro" in options and "rw" in options:
        yield "mount-access", ("options",)


@rule("container.ContainerSecurity")
def security(security: Tree, at: At) -> None:
    if security.get("profile", "") not in _PROFILES:
        at("container-profile", "profile")
    capabilities = security.get("capabilities") or {}
    add, drop = capabilities.get("add") or [], capabilities.get("drop") or []
    for key, names in (("add", add), ("drop", drop)):
        for index, name in enumerate(names):
            if name == "ALL":
                if key == "add":
                    at("capability-all", "capabilities", key, index)
            elif fault := _capability_fault(name):
                at("capability-name", "capabilities", key, index, message=fault)
    dropped = set(drop)
    for index, name in enumerate(add):
        if name in dropped:
            at("capability-twice", "capabilities", "add", index)


def _capability_fault(name: str) -> str:
    if not name:
        return "a capability has no name"
    if name.startswith("CAP_"):
        return "a capability is given without CAP_ in front"
    if _CAPABILITY.fullmatch(name) is None:
        return "a capability is written in capital letters and underscores"
    return ""


@rule("ContainerConfig")
def resources(container: Tree, at: At) -> None:
    if (container.get("network") or {}).get("mode", "") not in ("", "none", "host"):
        at("container-network", "network", "mode")
    limits = (container.get("resources") or {}).get("limits") or {}
    memory, cpu = limits.get("memory"), limits.get("cpu")
    below = at.below("resources", "limits")
    if memory:
        try:
            parse_bytes(memory)
        except ValueError:
            below("container-memory", "memory")
    if cpu:
        number = cpu.removesuffix("m")
        if number == cpu or re.fullmatch(r"[0-9]{1,20}", number) is None or not 0 < int(number) < 2**64:
            below("container-cpu", "cpu")


@rule("ContainerConfig")
def depends_on(container: Tree, at: At) -> None:
    needs = container.get("dependsOn") or {}
    below = at.below("dependsOn")
    for index, path in enumerate(needs.get("paths") or []):
        if not path.startswith("/"):
            below("container-needs-path", "paths", index)
    for index, condition in enumerate(needs.get("networks") or []):
        if condition not in _NETWORKS:
            below("container-needs-network", "networks", index)
    for index, other in enumerate(needs.get("containers") or []):
        if not other:
            below("container-needs-unnamed", "containers", index)
        elif other == container.get("name", ""):
            below("container-needs-itself", "containers", index)
