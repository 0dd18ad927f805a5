"""LVM and RAID.

Written by scripts/documents.py from the table.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from talosgen.documents.model import Document, Model, key
from talosgen.documents.values import (
    ByteSize,
    ByteSizeLike,
    Enumeration,
    Expression,
    ExpressionLike,
    Size,
    SizeLike,
    String,
    UInt32,
    Value,
)

__all__ = [
    "LVMLogicalVolumeConfig",
    "LVMLogicalVolumeProvisioningSpec",
    "LVMLogicalVolumeType",
    "LVMVolumeGroupConfig",
    "LVMVolumeSelectorSpec",
    "MDLevel",
    "MDMetadata",
    "ProvisioningSpec",
    "RAIDArrayConfig",
    "RAIDProvisioningSpec",
    "RAIDVolumeSelector",
]


class LVMLogicalVolumeType(Enumeration, type="resources/storage.LVMLogicalVolumeType"):
    """LVM logical volume type."""

    LINEAR = "linear"
    RAID1 = "raid1"
    RAID0 = "raid0"
    RAID10 = "raid10"


class LVMLogicalVolumeProvisioningSpec(Model):
    """Where a logical volume is made. Since Talos 1.14."""

    talos_type: ClassVar[str] = "storage.LVMLogicalVolumeProvisioningSpec"

    volume_group: String = key("volumeGroup")
    """Name of the group."""
    min_size: Value[ByteSize, ByteSizeLike] = key("minSize")
    """Smallest size, in bytes."""
    max_size: Value[Size, SizeLike] = key("maxSize")
    """Largest size, in bytes or percent of the disk."""


class LVMLogicalVolumeConfig(Document):
    """A logical volume of LVM. Since Talos 1.14.

    A config may hold several, told apart by ``name``.
    """

    talos_type: ClassVar[str] = "storage.LVMLogicalVolumeConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["LVMLogicalVolumeConfig"] = key("kind")
    name: String = key("name")
    type: Value[LVMLogicalVolumeType, LVMLogicalVolumeType | Literal["linear", "raid1", "raid0", "raid10"]] = key(
        "type"
    )
    """How the data lies on the disks."""
    mirrors: UInt32 | None = key("mirrors")
    """Further copies."""
    stripes: UInt32 | None = key("stripes")
    """Parts side by side."""
    provisioning: LVMLogicalVolumeProvisioningSpec = key("provisioning")
    """Where and how large it is made."""


class LVMVolumeSelectorSpec(Model):
    """Chooses the volumes of a group. Since Talos 1.14."""

    talos_type: ClassVar[str] = "storage.LVMVolumeSelectorSpec"

    match: Value[Expression, ExpressionLike] = key("match")
    """Condition in CEL that chooses."""


class ProvisioningSpec(Model):
    """What a volume group is made of. Since Talos 1.14."""

    talos_type: ClassVar[str] = "storage.ProvisioningSpec"

    volume_selector: LVMVolumeSelectorSpec = key("volumeSelector")


class LVMVolumeGroupConfig(Document):
    """A volume group of LVM. Since Talos 1.14.

    A config may hold several, told apart by ``name``.
    """

    talos_type: ClassVar[str] = "storage.LVMVolumeGroupConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["LVMVolumeGroupConfig"] = key("kind")
    name: String = key("name")
    provisioning: ProvisioningSpec = key("provisioning")
    """Where and how large it is made."""


class MDLevel(Enumeration, type="resources/storage.MDLevel"):
    """MD level."""

    RAID1 = "raid1"


class MDMetadata(Enumeration, type="resources/storage.MDMetadata"):
    """MD metadata."""

    V1_0 = "1.0"
    V1_2 = "1.2"


class RAIDVolumeSelector(Model):
    """Chooses the volumes of a RAID. Since Talos 1.14."""

    talos_type: ClassVar[str] = "storage.RAIDVolumeSelector"

    match: Value[Expression, ExpressionLike] = key("match")
    """Condition in CEL that chooses."""


class RAIDProvisioningSpec(Model):
    """What a RAID is made of. Since Talos 1.14."""

    talos_type: ClassVar[str] = "storage.RAIDProvisioningSpec"

    volume_selector: RAIDVolumeSelector = key("volumeSelector")


class RAIDArrayConfig(Document):
    """A software RAID. Since Talos 1.14.

    A config may hold several, told apart by ``name``.
    """

    talos_type: ClassVar[str] = "storage.RAIDArrayConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["RAIDArrayConfig"] = key("kind")
    name: String = key("name")
    level: Value[MDLevel, MDLevel | Literal["raid1"]] = key("level")
    """How the data lies on the disks."""
    metadata: Value[MDMetadata, MDMetadata | Literal["1.0", "1.2"]] = key("metadata")
    """Version of the superblock."""
    provisioning: RAIDProvisioningSpec = key("provisioning")
    """Where and how large it is made."""
