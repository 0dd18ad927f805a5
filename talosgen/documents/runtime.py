"""Models. Written by scripts/documents.py from the table."""

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
    """Environment config. Since Talos 1.13.

    A config holds one.
    """

    talos_type: ClassVar[str] = "runtime.EnvironmentV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["EnvironmentConfig"] = key("kind")
    variables: dict[str, Secret] = key("variables")


class EtcFileConfig(Document):
    """Etc file config. Since Talos 1.14.

    A config may hold several, told apart by ``name``.
    """

    talos_type: ClassVar[str] = "runtime.EtcFileConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["EtcFileConfig"] = key("kind")
    name: String = key("name")
    mode: Value[FileMode, FileModeLike] = key("mode")
    contents: Secret = key("contents")


class EventSinkConfig(Document):
    """Event sink config. Since Talos 1.5.

    A config holds one.
    """

    talos_type: ClassVar[str] = "runtime.EventSinkV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["EventSinkConfig"] = key("kind")
    endpoint: String = key("endpoint")


class KernelModuleConfig(Document):
    """Kernel module config. Since Talos 1.14.

    A config may hold several, told apart by ``name``.
    """

    talos_type: ClassVar[str] = "runtime.KernelModuleConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["KernelModuleConfig"] = key("kind")
    name: String = key("name")
    parameters: list[String] = key("parameters")
    """A patch appends to it."""


class KmsgLogConfig(Document):
    """Kmsg log config. Since Talos 1.5.

    A config may hold several, told apart by ``name``.
    """

    talos_type: ClassVar[str] = "runtime.KmsgLogV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["KmsgLogConfig"] = key("kind")
    name: String = key("name")
    url: Value[URL, URLLike] = key("url")


class OOMConfig(Document):
    """OOM config. Since Talos 1.12.

    A config holds one.
    """

    talos_type: ClassVar[str] = "runtime.OOMV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["OOMConfig"] = key("kind")
    trigger_expression: Value[Expression, ExpressionLike] = key("triggerExpression")
    cgroup_ranking_expression: Value[Expression, ExpressionLike] = key("cgroupRankingExpression")
    strict_cgroup_class_ordering: Bool | None = key("strictCgroupClassOrdering")
    sample_interval: Value[Duration, DurationLike] = key("sampleInterval")


class SecurityProfileConfig(Document):
    """Security profile config. Since Talos 1.14.

    A config holds one.
    """

    talos_type: ClassVar[str] = "runtime.SecurityProfileConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["SecurityProfileConfig"] = key("kind")
    workload_isolation: Bool | None = key("workloadIsolation")


class SysctlConfig(Document):
    """Sysctl config. Since Talos 1.14.

    A config holds one.
    """

    talos_type: ClassVar[str] = "runtime.SysctlConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["SysctlConfig"] = key("kind")
    params: dict[str, String] = key("params")


class SysfsConfig(Document):
    """Sysfs config. Since Talos 1.14.

    A config holds one.
    """

    talos_type: ClassVar[str] = "runtime.SysfsConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["SysfsConfig"] = key("kind")
    params: dict[str, String] = key("params")


class UdevRulesConfig(Document):
    """Udev rules config. Since Talos 1.14.

    A config holds one.
    """

    talos_type: ClassVar[str] = "runtime.UdevRulesConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["UdevRulesConfig"] = key("kind")
    rules: list[String] = key("rules")
    """A patch appends to it."""


class InstallerSpec(Model):
    """Installer spec. Since Talos 1.14."""

    talos_type: ClassVar[str] = "runtime.InstallerSpec"

    image: String = key("image")


class DiskSelectorSpec(Model):
    """Disk selector spec. Since Talos 1.14."""

    talos_type: ClassVar[str] = "runtime.DiskSelectorSpec"

    match: Value[Expression, ExpressionLike] = key("match")


class ProvisioningSpec(Model):
    """Provisioning spec. Since Talos 1.14."""

    talos_type: ClassVar[str] = "runtime.ProvisioningSpec"

    disk_selector: DiskSelectorSpec = key("diskSelector")
    wipe: Bool | None = key("wipe")


class UnattendedInstallConfig(Document):
    """Unattended install config. Since Talos 1.14.

    A config holds one.
    """

    talos_type: ClassVar[str] = "runtime.UnattendedInstallConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["UnattendedInstallConfig"] = key("kind")
    reboot: Bool | None = key("reboot")
    installer: InstallerSpec = key("installer")
    provisioning: ProvisioningSpec = key("provisioning")


class WatchdogTimerConfig(Document):
    """Watchdog timer config. Since Talos 1.7.

    A config holds one.
    """

    talos_type: ClassVar[str] = "runtime.WatchdogTimerV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["WatchdogTimerConfig"] = key("kind")
    device: String = key("device")
    timeout: Value[Duration, DurationLike] = key("timeout")
