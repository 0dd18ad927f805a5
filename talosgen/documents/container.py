"""Containers that Talos runs beside Kubernetes.

Written by scripts/documents.py from the table.
"""

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
    """The user and group of a container's process. Since Talos 1.14."""

    talos_type: ClassVar[str] = "container.ContainerRunAs"

    uid: Int32 | None = key("uid")
    """Id of the user."""
    gid: Int32 | None = key("gid")
    """Id of the group."""


class UserVolumeMount(Model):
    """A user volume in a container. Since Talos 1.14."""

    talos_type: ClassVar[str] = "container.UserVolumeMount"

    name: String = key("name")
    """Name of the volume."""
    destination: String = key("destination")
    """Where it is mounted."""
    options: Value[
        list[String], Sequence[Literal["ro", "rw", "noexec", "nosuid", "nodev", "noatime", "rbind", "rshared"] | str]
    ] = key("options")
    """Further options. A patch appends to it."""


class TmpfsMount(Model):
    """Memory as a file system in a container. Since Talos 1.14."""

    talos_type: ClassVar[str] = "container.TmpfsMount"

    destination: String = key("destination")
    """Where it is mounted."""
    size: String = key("size")
    """Largest size, as mount options have it."""
    options: list[String] = key("options")
    """Further options. A patch appends to it."""


class HostPathMount(Model):
    """A path of the host in a container. Since Talos 1.14."""

    talos_type: ClassVar[str] = "container.HostPathMount"

    source: String = key("source")
    """What it comes from."""
    destination: String = key("destination")
    """Where it is mounted."""
    options: list[String] = key("options")
    """Further options. A patch appends to it."""


class ContainerMount(Model):
    """One mount of a container: one of its fields is set. Since Talos 1.14."""

    talos_type: ClassVar[str] = "container.ContainerMount"

    user_volume: UserVolumeMount = key("userVolume")
    tmpfs: TmpfsMount = key("tmpfs")
    host_path: HostPathMount = key("hostPath")
    """Path on the node."""


class ContainerCapabilities(Model):
    """Capabilities of a container. Since Talos 1.14."""

    talos_type: ClassVar[str] = "container.ContainerCapabilities"

    add: list[String] = key("add")
    """Capabilities to give. A patch appends to it."""
    drop: list[String] = key("drop")
    """Capabilities to take away. A patch appends to it."""


class ContainerSecurity(Model):
    """What a container may do. Since Talos 1.14."""

    talos_type: ClassVar[str] = "container.ContainerSecurity"

    profile: Value[String, Literal["restricted", "privileged"] | str] = key("profile")
    """Set of rules to begin with."""
    capabilities: ContainerCapabilities = key("capabilities")
    machined_access: Bool = key("machinedAccess")
    """Whether it reaches Talos's own API."""


class ContainerNetwork(Model):
    """Network of a container. Since Talos 1.14."""

    talos_type: ClassVar[str] = "container.ContainerNetwork"

    mode: Value[String, Literal["none", "host"] | str] = key("mode")
    """The host's network, or none."""


class ContainerResourceLimits(Model):
    """Limits of a container. Since Talos 1.14."""

    talos_type: ClassVar[str] = "container.ContainerResourceLimits"

    cpu: String = key("cpu")
    """Largest share of processors, as Kubernetes writes it."""
    memory: String = key("memory")
    """Most memory, as Kubernetes writes it."""


class ContainerResources(Model):
    """Resources of a container. Since Talos 1.14."""

    talos_type: ClassVar[str] = "container.ContainerResources"

    limits: ContainerResourceLimits = key("limits")
    """What is allowed at most."""


class ContainerDependsOn(Model):
    """What a container waits for. Since Talos 1.14."""

    talos_type: ClassVar[str] = "container.ContainerDependsOn"

    paths: list[String] = key("paths")
    """Paths that must be there. A patch appends to it."""
    networks: Value[list[String], Sequence[Literal["addresses", "connectivity", "hostname", "etcfiles"] | str]] = key(
        "networks"
    )
    """States of the network that must be reached. A patch appends to it."""
    time: Bool | None = key("time")
    """Whether the time must be in sync."""
    containers: list[String] = key("containers")
    """Containers that must run. A patch appends to it."""


class ContainerConfig(Document):
    """A container that Talos runs itself. Since Talos 1.14.

    A config may hold several, told apart by ``name``.
    """

    talos_type: ClassVar[str] = "container.ContainerConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["ContainerConfig"] = key("kind")
    name: String = key("name")
    image: String = key("image")
    """Reference of the container image."""
    entrypoint: list[String] = key("entrypoint")
    """The command, in the place of the image's. A patch appends to it."""
    args: list[String] = key("args")
    """Arguments, in the place of the image's. A patch appends to it."""
    working_dir: String = key("workingDir")
    """Working directory."""
    run_as: ContainerRunAs = key("runAs")
    environment: list[Secret] = key("environment")
    """Environment variables. A patch appends to it."""
    mounts: list[ContainerMount] = key("mounts")
    """A patch appends to it."""
    security: ContainerSecurity = key("security")
    network: ContainerNetwork = key("network")
    resources: ContainerResources = key("resources")
    """What the pod asks for and may use."""
    depends_on: ContainerDependsOn = key("dependsOn")
    """What it waits for before it starts."""
