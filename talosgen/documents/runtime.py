"""Talos itself: kernel, logs, files, installation.

Written by scripts/documents.py from the table.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from talosgen.documents.model import Document, Model, key
from talosgen.documents.values import (
    URL,
    Bool,
    Duration,
    DurationLike,
    Expression,
    ExpressionLike,
    FileMode,
    FileModeLike,
    Secret,
    String,
    URLLike,
    Value,
)

__all__ = [
    "DiskSelectorSpec",
    "EnvironmentConfig",
    "EtcFileConfig",
    "EventSinkConfig",
    "InstallerSpec",
    "KernelModuleConfig",
    "KmsgLogConfig",
    "OOMConfig",
    "ProvisioningSpec",
    "SecurityProfileConfig",
    "SysctlConfig",
    "SysfsConfig",
    "UdevRulesConfig",
    "UnattendedInstallConfig",
    "WatchdogTimerConfig",
]


class EnvironmentConfig(Document):
    """Environment variables of Talos's services. Since Talos 1.13.

    A config holds one.
    """

    talos_type: ClassVar[str] = "runtime.EnvironmentV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["EnvironmentConfig"] = key("kind")
    variables: dict[str, Secret] = key("variables")
    """The variables."""


class EtcFileConfig(Document):
    """A file below /etc. Since Talos 1.14.

    A config may hold several, told apart by ``name``.
    """

    talos_type: ClassVar[str] = "runtime.EtcFileConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["EtcFileConfig"] = key("kind")
    name: String = key("name")
    """Path below /etc."""
    mode: Value[FileMode, FileModeLike] = key("mode")
    """The file's mode."""
    contents: Secret = key("contents")
    """Its text."""


class EventSinkConfig(Document):
    """Where Talos sends its events. Since Talos 1.5.

    A config holds one.
    """

    talos_type: ClassVar[str] = "runtime.EventSinkV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["EventSinkConfig"] = key("kind")
    endpoint: String = key("endpoint")
    """Host and port."""


class KernelModuleConfig(Document):
    """A kernel module to load. Since Talos 1.14.

    A config may hold several, told apart by ``name``.
    """

    talos_type: ClassVar[str] = "runtime.KernelModuleConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["KernelModuleConfig"] = key("kind")
    name: String = key("name")
    parameters: list[String] = key("parameters")
    """Its parameters. A patch appends to it."""


class KmsgLogConfig(Document):
    """Where the kernel's log is sent. Since Talos 1.5.

    A config may hold several, told apart by ``name``.
    """

    talos_type: ClassVar[str] = "runtime.KmsgLogV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["KmsgLogConfig"] = key("kind")
    name: String = key("name")
    url: Value[URL, URLLike] = key("url")
    """``tcp://`` or ``udp://``, host and port."""


class OOMConfig(Document):
    """What is ended when memory runs out. Since Talos 1.12.

    A config holds one.
    """

    talos_type: ClassVar[str] = "runtime.OOMV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["OOMConfig"] = key("kind")
    trigger_expression: Value[Expression, ExpressionLike] = key("triggerExpression")
    """Condition in CEL: whether something is ended."""
    cgroup_ranking_expression: Value[Expression, ExpressionLike] = key("cgroupRankingExpression")
    """Value in CEL by which it is chosen."""
    strict_cgroup_class_ordering: Bool | None = key("strictCgroupClassOrdering")
    """Whether a more important class is spared while a lesser one is left."""
    sample_interval: Value[Duration, DurationLike] = key("sampleInterval")
    """Time between two looks."""


class SecurityProfileConfig(Document):
    """How strictly workloads are kept apart. Since Talos 1.14.

    A config holds one.
    """

    talos_type: ClassVar[str] = "runtime.SecurityProfileConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["SecurityProfileConfig"] = key("kind")
    workload_isolation: Bool | None = key("workloadIsolation")
    """Whether workloads are kept apart from each other and from Talos."""


class SysctlConfig(Document):
    """Kernel parameters below /proc/sys. Since Talos 1.14.

    A config holds one.
    """

    talos_type: ClassVar[str] = "runtime.SysctlConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["SysctlConfig"] = key("kind")
    params: dict[str, String] = key("params")
    """Values by their names."""


class SysfsConfig(Document):
    """Kernel parameters below /sys. Since Talos 1.14.

    A config holds one.
    """

    talos_type: ClassVar[str] = "runtime.SysfsConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["SysfsConfig"] = key("kind")
    params: dict[str, String] = key("params")
    """Values by their names."""


class UdevRulesConfig(Document):
    """Rules of udev. Since Talos 1.14.

    A config holds one.
    """

    talos_type: ClassVar[str] = "runtime.UdevRulesConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["UdevRulesConfig"] = key("kind")
    rules: list[String] = key("rules")
    """The rules, a line each. A patch appends to it."""


class InstallerSpec(Model):
    """The installer. Since Talos 1.14."""

    talos_type: ClassVar[str] = "runtime.InstallerSpec"

    image: String = key("image")
    """Reference of the container image."""


class DiskSelectorSpec(Model):
    """Chooses the disk to install to. Since Talos 1.14."""

    talos_type: ClassVar[str] = "runtime.DiskSelectorSpec"

    match: Value[Expression, ExpressionLike] = key("match")
    """Condition in CEL that chooses."""


class ProvisioningSpec(Model):
    """The disk that is installed to. Since Talos 1.14."""

    talos_type: ClassVar[str] = "runtime.ProvisioningSpec"

    disk_selector: DiskSelectorSpec = key("diskSelector")
    """Chooses the disk."""
    wipe: Bool | None = key("wipe")
    """Whether the disk is wiped first."""


class UnattendedInstallConfig(Document):
    """Installation without anyone's help. Since Talos 1.14.

    A config holds one.
    """

    talos_type: ClassVar[str] = "runtime.UnattendedInstallConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["UnattendedInstallConfig"] = key("kind")
    reboot: Bool | None = key("reboot")
    """Whether the machine reboots afterwards."""
    installer: InstallerSpec = key("installer")
    provisioning: ProvisioningSpec = key("provisioning")
    """Where and how large it is made."""


class WatchdogTimerConfig(Document):
    """A timer that resets the machine when Talos hangs. Since Talos 1.7.

    A config holds one.
    """

    talos_type: ClassVar[str] = "runtime.WatchdogTimerV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["WatchdogTimerConfig"] = key("kind")
    device: String = key("device")
    """Device of the timer."""
    timeout: Value[Duration, DurationLike] = key("timeout")
    """How long Talos may be silent."""
