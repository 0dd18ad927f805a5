"""Models. Written by scripts/documents.py from the table."""

from __future__ import annotations

from typing import ClassVar, Literal

from talosgen.documents.model import Document, Model, key
from talosgen.documents.values import (
    Bool,
    ByteSize,
    ByteSizeLike,
    Duration,
    DurationLike,
    Enumeration,
    Expression,
    ExpressionLike,
    Int,
    Secret,
    Size,
    SizeLike,
    String,
    UInt,
    UInt64,
    Value,
)

__all__ = [
    "DiskSelector",
    "EncryptionKey",
    "EncryptionKeyKMS",
    "EncryptionKeyNodeID",
    "EncryptionKeyStatic",
    "EncryptionKeyTPM",
    "EncryptionKeyTPMOptions",
    "EncryptionProviderType",
    "EncryptionSpec",
    "ExistingMountSpec",
    "ExistingVolumeConfig",
    "ExternalMountSpec",
    "ExternalVolumeConfig",
    "FilesystemScrubConfig",
    "FilesystemSpec",
    "FilesystemTrimConfig",
    "FilesystemType",
    "MountSpec",
    "ProvisioningSpec",
    "RawVolumeConfig",
    "ScrubConfig",
    "SwapVolumeConfig",
    "SystemVolumeFilesystemSpec",
    "TrimConfig",
    "UserMountSpec",
    "UserVolumeConfig",
    "VirtiofsMountSpec",
    "VolumeConfig",
    "VolumeDiscoverySpec",
    "VolumeSelector",
    "VolumeType",
    "XFSSpec",
    "ZswapConfig",
]


class VolumeSelector(Model):
    """Volume selector. Since Talos 1.11."""

    talos_type: ClassVar[str] = "block.VolumeSelector"

    match: Value[Expression, ExpressionLike] = key("match")


class VolumeDiscoverySpec(Model):
    """Volume discovery spec. Since Talos 1.11."""

    talos_type: ClassVar[str] = "block.VolumeDiscoverySpec"

    volume_selector: VolumeSelector = key("volumeSelector")


class ExistingMountSpec(Model):
    """Existing mount spec. Since Talos 1.11."""

    talos_type: ClassVar[str] = "block.ExistingMountSpec"

    read_only: Bool | None = key("readOnly")
    disable_access_time: Bool | None = key("disableAccessTime")
    """Since Talos 1.13."""
    secure: Bool | None = key("secure")
    """Since Talos 1.13."""


class TrimConfig(Model):
    """Trim config. Since Talos 1.14."""

    talos_type: ClassVar[str] = "block.TrimConfig"

    enabled: Bool | None = key("enabled")
    interval: Value[Duration, DurationLike] = key("interval")


class ScrubConfig(Model):
    """Scrub config. Since Talos 1.14."""

    talos_type: ClassVar[str] = "block.ScrubConfig"

    enabled: Bool | None = key("enabled")
    interval: Value[Duration, DurationLike] = key("interval")


class ExistingVolumeConfig(Document):
    """Existing volume config. Since Talos 1.11.

    A config may hold several, told apart by ``name``. Not beside ``UserVolumeConfig`` of the same name.
    """

    talos_type: ClassVar[str] = "block.ExistingVolumeConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["ExistingVolumeConfig"] = key("kind")
    name: String = key("name")
    discovery: VolumeDiscoverySpec = key("discovery")
    mount: ExistingMountSpec = key("mount")
    trim: TrimConfig = key("trim")
    """Since Talos 1.14."""
    scrub: ScrubConfig = key("scrub")
    """Since Talos 1.14."""


class FilesystemType(Enumeration, type="resources/block.FilesystemType"):
    """Filesystem type."""

    NONE = "none"
    XFS = "xfs"
    VFAT = "vfat"
    EXT4 = "ext4"
    ISO9660 = "iso9660"
    SWAPI = "swapi"
    VIRTIOFS = "virtiofs"
    BTRFS = "btrfs"


class VirtiofsMountSpec(Model):
    """Virtiofs mount spec. Since Talos 1.13."""

    talos_type: ClassVar[str] = "block.VirtiofsMountSpec"

    tag: String = key("tag")


class ExternalMountSpec(Model):
    """External mount spec. Since Talos 1.13."""

    talos_type: ClassVar[str] = "block.ExternalMountSpec"

    read_only: Bool | None = key("readOnly")
    disable_access_time: Bool | None = key("disableAccessTime")
    secure: Bool | None = key("secure")
    virtiofs: VirtiofsMountSpec = key("virtiofs")


class ExternalVolumeConfig(Document):
    """External volume config. Since Talos 1.13.

    A config may hold several, told apart by ``name``.
    """

    talos_type: ClassVar[str] = "block.ExternalVolumeConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["ExternalVolumeConfig"] = key("kind")
    name: String = key("name")
    filesystem_type: Value[
        FilesystemType, FilesystemType | Literal["none", "xfs", "vfat", "ext4", "iso9660", "swapi", "virtiofs", "btrfs"]
    ] = key("filesystemType")
    mount: ExternalMountSpec = key("mount")


class FilesystemScrubConfig(Document):
    """Filesystem scrub config. Since Talos 1.14.

    A config holds one.
    """

    talos_type: ClassVar[str] = "block.FilesystemScrubConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["FilesystemScrubConfig"] = key("kind")
    interval: Value[Duration, DurationLike] = key("interval")


class FilesystemTrimConfig(Document):
    """Filesystem trim config. Since Talos 1.14.

    A config holds one.
    """

    talos_type: ClassVar[str] = "block.FilesystemTrimConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["FilesystemTrimConfig"] = key("kind")
    interval: Value[Duration, DurationLike] = key("interval")


class DiskSelector(Model):
    """Disk selector. Since Talos 1.8."""

    talos_type: ClassVar[str] = "block.DiskSelector"

    match: Value[Expression, ExpressionLike] = key("match")


class ProvisioningSpec(Model):
    """Provisioning spec. Since Talos 1.8."""

    talos_type: ClassVar[str] = "block.ProvisioningSpec"

    disk_selector: DiskSelector = key("diskSelector")
    grow: Bool | None = key("grow")
    min_size: Value[ByteSize, ByteSizeLike] = key("minSize")
    max_size: Value[Size, SizeLike] = key("maxSize")


class EncryptionProviderType(Enumeration, type="resources/block.EncryptionProviderType"):
    """Encryption provider type."""

    NONE = "none"
    LUKS2 = "luks2"


class EncryptionKeyStatic(Model):
    """Encryption key static. Since Talos 1.10."""

    talos_type: ClassVar[str] = "block.EncryptionKeyStatic"

    passphrase: Secret = key("passphrase")


class EncryptionKeyNodeID(Model):
    """Encryption key node ID."""

    talos_type: ClassVar[str] = "block.EncryptionKeyNodeID"


class EncryptionKeyKMS(Model):
    """Encryption key KMS. Since Talos 1.10."""

    talos_type: ClassVar[str] = "block.EncryptionKeyKMS"

    endpoint: String = key("endpoint")


class EncryptionKeyTPMOptions(Model):
    """Encryption key TPM options. Since Talos 1.12."""

    talos_type: ClassVar[str] = "block.EncryptionKeyTPMOptions"

    pcrs: list[Int] = key("pcrs")
    """A patch appends to it."""


class EncryptionKeyTPM(Model):
    """Encryption key TPM. Since Talos 1.10."""

    talos_type: ClassVar[str] = "block.EncryptionKeyTPM"

    options: EncryptionKeyTPMOptions = key("options")
    """Since Talos 1.12."""
    check_secureboot_status_on_enroll: Bool | None = key("checkSecurebootStatusOnEnroll")


class EncryptionKey(Model):
    """Encryption key. Since Talos 1.10."""

    talos_type: ClassVar[str] = "block.EncryptionKey"

    slot: Int = key("slot")
    static: EncryptionKeyStatic = key("static")
    node_id: EncryptionKeyNodeID = key("nodeID")
    kms: EncryptionKeyKMS = key("kms")
    tpm: EncryptionKeyTPM = key("tpm")
    lock_to_state: Bool | None = key("lockToState")
    """Since Talos 1.11."""


class EncryptionSpec(Model):
    """Encryption spec. Since Talos 1.10."""

    talos_type: ClassVar[str] = "block.EncryptionSpec"

    provider: Value[EncryptionProviderType, EncryptionProviderType | Literal["none", "luks2"]] = key("provider")
    keys: list[EncryptionKey] = key("keys")
    """A patch appends to it."""
    cipher: Value[
        String, Literal["aes-xts-plain64", "xchacha12,aes-adiantum-plain64", "xchacha20,aes-adiantum-plain64"] | str
    ] = key("cipher")
    key_size: UInt = key("keySize")
    block_size: UInt64 = key("blockSize")
    options: list[String] = key("options")
    """A patch appends to it."""
    allow_discards: Bool | None = key("allowDiscards")
    """Since Talos 1.14."""


class RawVolumeConfig(Document):
    """Raw volume config. Since Talos 1.11.

    A config may hold several, told apart by ``name``.
    """

    talos_type: ClassVar[str] = "block.RawVolumeConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["RawVolumeConfig"] = key("kind")
    name: String = key("name")
    provisioning: ProvisioningSpec = key("provisioning")
    encryption: EncryptionSpec = key("encryption")


class SwapVolumeConfig(Document):
    """Swap volume config. Since Talos 1.11.

    A config may hold several, told apart by ``name``.
    """

    talos_type: ClassVar[str] = "block.SwapVolumeConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["SwapVolumeConfig"] = key("kind")
    name: String = key("name")
    provisioning: ProvisioningSpec = key("provisioning")
    encryption: EncryptionSpec = key("encryption")


class VolumeType(Enumeration, type="resources/block.VolumeType"):
    """Volume type."""

    PARTITION = "partition"
    DISK = "disk"
    TMPFS = "tmpfs"
    DIRECTORY = "directory"
    SYMLINK = "symlink"
    OVERLAY = "overlay"
    EXTERNAL = "external"


class XFSSpec(Model):
    """XFS spec. Since Talos 1.14."""

    talos_type: ClassVar[str] = "block.XFSSpec"

    min_allocation_group_size: Value[ByteSize, ByteSizeLike] = key("minAllocationGroupSize")


class FilesystemSpec(Model):
    """Filesystem spec. Since Talos 1.10."""

    talos_type: ClassVar[str] = "block.FilesystemSpec"

    type: Value[
        FilesystemType, FilesystemType | Literal["none", "xfs", "vfat", "ext4", "iso9660", "swapi", "virtiofs", "btrfs"]
    ] = key("type")
    project_quota_support: Bool | None = key("projectQuotaSupport")
    """Since Talos 1.11."""
    xfs: XFSSpec = key("xfs")
    """Since Talos 1.14."""


class UserMountSpec(Model):
    """User mount spec. Since Talos 1.13."""

    talos_type: ClassVar[str] = "block.UserMountSpec"

    disable_access_time: Bool | None = key("disableAccessTime")
    secure: Bool | None = key("secure")


class UserVolumeConfig(Document):
    """User volume config. Since Talos 1.10.

    A config may hold several, told apart by ``name``. Not beside ``ExistingVolumeConfig`` of the same name.
    """

    talos_type: ClassVar[str] = "block.UserVolumeConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["UserVolumeConfig"] = key("kind")
    name: String = key("name")
    volume_type: Value[
        VolumeType | None,
        VolumeType | Literal["partition", "disk", "tmpfs", "directory", "symlink", "overlay", "external"] | None,
    ] = key("volumeType")
    """Since Talos 1.12."""
    provisioning: ProvisioningSpec = key("provisioning")
    filesystem: FilesystemSpec = key("filesystem")
    encryption: EncryptionSpec = key("encryption")
    mount: UserMountSpec = key("mount")
    """Since Talos 1.13."""
    trim: TrimConfig = key("trim")
    """Since Talos 1.14."""
    scrub: ScrubConfig = key("scrub")
    """Since Talos 1.14."""


class SystemVolumeFilesystemSpec(Model):
    """System volume filesystem spec. Since Talos 1.14."""

    talos_type: ClassVar[str] = "block.SystemVolumeFilesystemSpec"

    xfs: XFSSpec = key("xfs")


class MountSpec(Model):
    """Mount spec. Since Talos 1.13."""

    talos_type: ClassVar[str] = "block.MountSpec"

    secure: Bool | None = key("secure")
    disable_access_time: Bool | None = key("disableAccessTime")
    """Since Talos 1.14."""


class VolumeConfig(Document):
    """Volume config. Since Talos 1.8.

    A config may hold several, told apart by ``name``.
    """

    talos_type: ClassVar[str] = "block.VolumeConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["VolumeConfig"] = key("kind")
    name: String = key("name")
    provisioning: ProvisioningSpec = key("provisioning")
    filesystem: SystemVolumeFilesystemSpec = key("filesystem")
    """Since Talos 1.14."""
    encryption: EncryptionSpec = key("encryption")
    """Since Talos 1.11."""
    mount: MountSpec = key("mount")
    """Since Talos 1.13."""
    trim: TrimConfig = key("trim")
    """Since Talos 1.14."""
    scrub: ScrubConfig = key("scrub")
    """Since Talos 1.14."""


class ZswapConfig(Document):
    """Zswap config. Since Talos 1.11.

    A config holds one.
    """

    talos_type: ClassVar[str] = "block.ZswapConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["ZswapConfig"] = key("kind")
    max_pool_percent: Int | None = key("maxPoolPercent")
    shrinker_enabled: Bool | None = key("shrinkerEnabled")
