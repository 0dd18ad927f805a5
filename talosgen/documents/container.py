"""Models. Written by scripts/documents.py from the table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from talosgen.documents.model import Document, Model, key
from talosgen.documents.values import Bool, Int32, Secret, String, Value

__all__ = [
    "ContainerCapabilities",
    "ContainerConfig",
    "ContainerDependsOn",
    "ContainerMount",
    "ContainerNetwork",
    "ContainerResourceLimits",
    "ContainerResources",
    "ContainerRunAs",
    "ContainerSecurity",
    "HostPathMount",
    "TmpfsMount",
    "UserVolumeMount",
]


class ContainerRunAs(Model):
    """Container run as. Since Talos 1.14."""

    talos_type: ClassVar[str] = "container.ContainerRunAs"

    uid: Int32 | None = key("uid")
    gid: Int32 | None = key("gid")


class UserVolumeMount(Model):
    """User volume mount. Since Talos 1.14."""

    talos_type: ClassVar[str] = "container.UserVolumeMount"

    name: String = key("name")
    destination: String = key("destination")
    options: Value[
        list[String], Sequence[Literal["ro", "rw", "noexec", "nosuid", "nodev", "noatime", "rbind", "rshared"] | str]
    ] = key("options")
    """A patch appends to it."""


class TmpfsMount(Model):
    """Tmpfs mount. Since Talos 1.14."""

    talos_type: ClassVar[str] = "container.TmpfsMount"

    destination: String = key("destination")
    size: String = key("size")
    options: list[String] = key("options")
    """A patch appends to it."""


class HostPathMount(Model):
    """Host path mount. Since Talos 1.14."""

    talos_type: ClassVar[str] = "container.HostPathMount"

    source: String = key("source")
    destination: String = key("destination")
    options: list[String] = key("options")
    """A patch appends to it."""


class ContainerMount(Model):
    """Container mount. Since Talos 1.14."""

    talos_type: ClassVar[str] = "container.ContainerMount"

    user_volume: UserVolumeMount = key("userVolume")
    tmpfs: TmpfsMount = key("tmpfs")
    host_path: HostPathMount = key("hostPath")


class ContainerCapabilities(Model):
    """Container capabilities. Since Talos 1.14."""

    talos_type: ClassVar[str] = "container.ContainerCapabilities"

    add: list[String] = key("add")
    """A patch appends to it."""
    drop: list[String] = key("drop")
    """A patch appends to it."""


class ContainerSecurity(Model):
    """Container security. Since Talos 1.14."""

    talos_type: ClassVar[str] = "container.ContainerSecurity"

    profile: Value[String, Literal["restricted", "privileged"] | str] = key("profile")
    capabilities: ContainerCapabilities = key("capabilities")
    machined_access: Bool = key("machinedAccess")


class ContainerNetwork(Model):
    """Container network. Since Talos 1.14."""

    talos_type: ClassVar[str] = "container.ContainerNetwork"

    mode: Value[String, Literal["none", "host"] | str] = key("mode")


class ContainerResourceLimits(Model):
    """Container resource limits. Since Talos 1.14."""

    talos_type: ClassVar[str] = "container.ContainerResourceLimits"

    cpu: String = key("cpu")
    memory: String = key("memory")


class ContainerResources(Model):
    """Container resources. Since Talos 1.14."""

    talos_type: ClassVar[str] = "container.ContainerResources"

    limits: ContainerResourceLimits = key("limits")


class ContainerDependsOn(Model):
    """Container depends on. Since Talos 1.14."""

    talos_type: ClassVar[str] = "container.ContainerDependsOn"

    paths: list[String] = key("paths")
    """A patch appends to it."""
    networks: Value[list[String], Sequence[Literal["addresses", "connectivity", "hostname", "etcfiles"] | str]] = key(
        "networks"
    )
    """A patch appends to it."""
    time: Bool | None = key("time")
    containers: list[String] = key("containers")
    """A patch appends to it."""


class ContainerConfig(Document):
    """Container config. Since Talos 1.14.

    A config may hold several, told apart by ``name``.
    """

    talos_type: ClassVar[str] = "container.ContainerConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["ContainerConfig"] = key("kind")
    name: String = key("name")
    image: String = key("image")
    entrypoint: list[String] = key("entrypoint")
    """A patch appends to it."""
    args: list[String] = key("args")
    """A patch appends to it."""
    working_dir: String = key("workingDir")
    run_as: ContainerRunAs = key("runAs")
    environment: list[Secret] = key("environment")
    """A patch appends to it."""
    mounts: list[ContainerMount] = key("mounts")
    """A patch appends to it."""
    security: ContainerSecurity = key("security")
    network: ContainerNetwork = key("network")
    resources: ContainerResources = key("resources")
    depends_on: ContainerDependsOn = key("dependsOn")
