"""Disks, volumes and their encryption.

Written by scripts/documents.py from the table.
"""

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
    """Chooses volumes. Since Talos 1.11."""

    talos_type: ClassVar[str] = "block.VolumeSelector"

    match: Value[Expression, ExpressionLike] = key("match")
    """Condition in CEL that chooses."""


class VolumeDiscoverySpec(Model):
    """How an existing volume is found. Since Talos 1.11."""

    talos_type: ClassVar[str] = "block.VolumeDiscoverySpec"

    volume_selector: VolumeSelector = key("volumeSelector")


class ExistingMountSpec(Model):
    """How an existing volume is mounted. Since Talos 1.11."""

    talos_type: ClassVar[str] = "block.ExistingMountSpec"

    read_only: Bool | None = key("readOnly")
    """Whether nothing can be written."""
    disable_access_time: Bool | None = key("disableAccessTime")
    """Whether access times are left alone (``noatime``). Since Talos 1.13."""
    secure: Bool | None = key("secure")
    """Whether set-user-id, devices and programs are refused on it. Since Talos 1.13."""


class TrimConfig(Model):
    """Regular trimming of one file system. Since Talos 1.14."""

    talos_type: ClassVar[str] = "block.TrimConfig"

    enabled: Bool | None = key("enabled")
    """Whether it is trimmed."""
    interval: Value[Duration, DurationLike] = key("interval")
    """Time between two runs."""


class ScrubConfig(Model):
    """Regular checks of one file system. Since Talos 1.14."""

    talos_type: ClassVar[str] = "block.ScrubConfig"

    enabled: Bool | None = key("enabled")
    """Whether it is checked."""
    interval: Value[Duration, DurationLike] = key("interval")
    """Time between two runs."""


class ExistingVolumeConfig(Document):
    """A volume that is there already and is only mounted, below /var/mnt. Since Talos 1.11.

    A config may hold several, told apart by ``name``. Not beside ``UserVolumeConfig`` of the same name.
    """

    talos_type: ClassVar[str] = "block.ExistingVolumeConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["ExistingVolumeConfig"] = key("kind")
    name: String = key("name")
    discovery: VolumeDiscoverySpec = key("discovery")
    """How the volume is found."""
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
    """A share of the hypervisor's. Since Talos 1.13."""

    talos_type: ClassVar[str] = "block.VirtiofsMountSpec"

    tag: String = key("tag")
    """The share's tag."""


class ExternalMountSpec(Model):
    """How an external volume is mounted. Since Talos 1.13."""

    talos_type: ClassVar[str] = "block.ExternalMountSpec"

    read_only: Bool | None = key("readOnly")
    """Whether nothing can be written."""
    disable_access_time: Bool | None = key("disableAccessTime")
    """Whether access times are left alone (``noatime``)."""
    secure: Bool | None = key("secure")
    """Whether set-user-id, devices and programs are refused on it."""
    virtiofs: VirtiofsMountSpec = key("virtiofs")


class ExternalVolumeConfig(Document):
    """A volume that comes from outside the machine, such as virtiofs. Since Talos 1.13.

    A config may hold several, told apart by ``name``.
    """

    talos_type: ClassVar[str] = "block.ExternalVolumeConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["ExternalVolumeConfig"] = key("kind")
    name: String = key("name")
    filesystem_type: Value[
        FilesystemType, FilesystemType | Literal["none", "xfs", "vfat", "ext4", "iso9660", "swapi", "virtiofs", "btrfs"]
    ] = key("filesystemType")
    """Type of the file system."""
    mount: ExternalMountSpec = key("mount")


class FilesystemScrubConfig(Document):
    """Regular checks of all file systems. Since Talos 1.14.

    A config holds one.
    """

    talos_type: ClassVar[str] = "block.FilesystemScrubConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["FilesystemScrubConfig"] = key("kind")
    interval: Value[Duration, DurationLike] = key("interval")
    """Time between two runs."""


class FilesystemTrimConfig(Document):
    """Regular trimming of all file systems. Since Talos 1.14.

    A config holds one.
    """

    talos_type: ClassVar[str] = "block.FilesystemTrimConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["FilesystemTrimConfig"] = key("kind")
    interval: Value[Duration, DurationLike] = key("interval")
    """Time between two runs."""


class DiskSelector(Model):
    """Chooses disks. Since Talos 1.8."""

    talos_type: ClassVar[str] = "block.DiskSelector"

    match: Value[Expression, ExpressionLike] = key("match")
    """Condition in CEL that chooses."""


class ProvisioningSpec(Model):
    """Where a volume is made, and how large. Since Talos 1.8."""

    talos_type: ClassVar[str] = "block.ProvisioningSpec"

    disk_selector: DiskSelector = key("diskSelector")
    """Disks to take it from."""
    grow: Bool | None = key("grow")
    """Whether the volume grows into the space behind it."""
    min_size: Value[ByteSize, ByteSizeLike] = key("minSize")
    """Smallest size, in bytes."""
    max_size: Value[Size, SizeLike] = key("maxSize")
    """Largest size, in bytes or percent of the disk."""


class EncryptionProviderType(Enumeration, type="resources/block.EncryptionProviderType"):
    """Encryption provider type."""

    NONE = "none"
    LUKS2 = "luks2"


class EncryptionKeyStatic(Model):
    """A key that is written here. Since Talos 1.10."""

    talos_type: ClassVar[str] = "block.EncryptionKeyStatic"

    passphrase: Secret = key("passphrase")
    """The passphrase."""


class EncryptionKeyNodeID(Model):
    """A key made from the node's own id: keeps no one out who has the node."""

    talos_type: ClassVar[str] = "block.EncryptionKeyNodeID"


class EncryptionKeyKMS(Model):
    """A key that a network service seals. Since Talos 1.10."""

    talos_type: ClassVar[str] = "block.EncryptionKeyKMS"

    endpoint: String = key("endpoint")
    """URL of the service."""


class EncryptionKeyTPMOptions(Model):
    """What a TPM key is bound to. Since Talos 1.12."""

    talos_type: ClassVar[str] = "block.EncryptionKeyTPMOptions"

    pcrs: list[Int] = key("pcrs")
    """Platform configuration registers that the key is bound to. A patch appends to it."""


class EncryptionKeyTPM(Model):
    """A key that the node's TPM seals. Since Talos 1.10."""

    talos_type: ClassVar[str] = "block.EncryptionKeyTPM"

    options: EncryptionKeyTPMOptions = key("options")
    """Further options. Since Talos 1.12."""
    check_secureboot_status_on_enroll: Bool | None = key("checkSecurebootStatusOnEnroll")
    """Whether a key is only made when Secure Boot is on."""


class EncryptionKey(Model):
    """One key of an encrypted volume. Since Talos 1.10."""

    talos_type: ClassVar[str] = "block.EncryptionKey"

    slot: Int = key("slot")
    """Number of the key's slot."""
    static: EncryptionKeyStatic = key("static")
    node_id: EncryptionKeyNodeID = key("nodeID")
    kms: EncryptionKeyKMS = key("kms")
    tpm: EncryptionKeyTPM = key("tpm")
    lock_to_state: Bool | None = key("lockToState")
    """Whether the key also needs what the STATE partition holds. Since Talos 1.11."""


class EncryptionSpec(Model):
    """Encryption of a volume. Since Talos 1.10."""

    talos_type: ClassVar[str] = "block.EncryptionSpec"

    provider: Value[EncryptionProviderType, EncryptionProviderType | Literal["none", "luks2"]] = key("provider")
    """How the volume is encrypted."""
    keys: list[EncryptionKey] = key("keys")
    """The keys that open the volume; any one will do. A patch appends to it."""
    cipher: Value[
        String, Literal["aes-xts-plain64", "xchacha12,aes-adiantum-plain64", "xchacha20,aes-adiantum-plain64"] | str
    ] = key("cipher")
    """Cipher, in the notation of dm-crypt."""
    key_size: UInt = key("keySize")
    """Size of the key, in bits."""
    block_size: UInt64 = key("blockSize")
    """Size of an encrypted sector, in bytes."""
    options: list[String] = key("options")
    """Further options. A patch appends to it."""
    allow_discards: Bool | None = key("allowDiscards")
    """Whether discards reach the disk below; they tell which blocks are free. Since Talos 1.14."""


class RawVolumeConfig(Document):
    """A volume without file system, for whoever wants a bare partition. Since Talos 1.11.

    A config may hold several, told apart by ``name``.
    """

    talos_type: ClassVar[str] = "block.RawVolumeConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["RawVolumeConfig"] = key("kind")
    name: String = key("name")
    provisioning: ProvisioningSpec = key("provisioning")
    """Where and how large it is made."""
    encryption: EncryptionSpec = key("encryption")


class SwapVolumeConfig(Document):
    """A volume to swap to. Since Talos 1.11.

    A config may hold several, told apart by ``name``.
    """

    talos_type: ClassVar[str] = "block.SwapVolumeConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["SwapVolumeConfig"] = key("kind")
    name: String = key("name")
    provisioning: ProvisioningSpec = key("provisioning")
    """Where and how large it is made."""
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
    """Options of XFS. Since Talos 1.14."""

    talos_type: ClassVar[str] = "block.XFSSpec"

    min_allocation_group_size: Value[ByteSize, ByteSizeLike] = key("minAllocationGroupSize")
    """Smallest size of an allocation group."""


class FilesystemSpec(Model):
    """File system of a user volume. Since Talos 1.10."""

    talos_type: ClassVar[str] = "block.FilesystemSpec"

    type: Value[
        FilesystemType, FilesystemType | Literal["none", "xfs", "vfat", "ext4", "iso9660", "swapi", "virtiofs", "btrfs"]
    ] = key("type")
    """Type of the file system."""
    project_quota_support: Bool | None = key("projectQuotaSupport")
    """Whether project quotas can be used. Since Talos 1.11."""
    xfs: XFSSpec = key("xfs")
    """Since Talos 1.14."""


class UserMountSpec(Model):
    """How a user volume is mounted. Since Talos 1.13."""

    talos_type: ClassVar[str] = "block.UserMountSpec"

    disable_access_time: Bool | None = key("disableAccessTime")
    """Whether access times are left alone (``noatime``)."""
    secure: Bool | None = key("secure")
    """Whether set-user-id, devices and programs are refused on it."""


class UserVolumeConfig(Document):
    """A volume of the user's, mounted below /var/mnt by its name. Since Talos 1.10.

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
    """What holds it: a partition, a whole disk, a directory. Since Talos 1.12."""
    provisioning: ProvisioningSpec = key("provisioning")
    """Where and how large it is made."""
    filesystem: FilesystemSpec = key("filesystem")
    encryption: EncryptionSpec = key("encryption")
    mount: UserMountSpec = key("mount")
    """Since Talos 1.13."""
    trim: TrimConfig = key("trim")
    """Trimming, in the place of what FilesystemTrimConfig says. Since Talos 1.14."""
    scrub: ScrubConfig = key("scrub")
    """Checks, in the place of what FilesystemScrubConfig says. Since Talos 1.14."""


class SystemVolumeFilesystemSpec(Model):
    """File system of a system volume. Since Talos 1.14."""

    talos_type: ClassVar[str] = "block.SystemVolumeFilesystemSpec"

    xfs: XFSSpec = key("xfs")


class MountSpec(Model):
    """How a system volume is mounted. Since Talos 1.13."""

    talos_type: ClassVar[str] = "block.MountSpec"

    secure: Bool | None = key("secure")
    """Whether set-user-id, devices and programs are refused on it."""
    disable_access_time: Bool | None = key("disableAccessTime")
    """Whether access times are left alone (``noatime``). Since Talos 1.14."""


class VolumeConfig(Document):
    """Changes of one of Talos's own volumes, such as EPHEMERAL. Since Talos 1.8.

    A config may hold several, told apart by ``name``.
    """

    talos_type: ClassVar[str] = "block.VolumeConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["VolumeConfig"] = key("kind")
    name: String = key("name")
    """The system volume: ``STATE``, ``EPHEMERAL``, ``IMAGECACHE``."""
    provisioning: ProvisioningSpec = key("provisioning")
    """Where and how large it is made."""
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
    """A compressed cache in memory before swapping. Since Talos 1.11.

    A config holds one.
    """

    talos_type: ClassVar[str] = "block.ZswapConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["ZswapConfig"] = key("kind")
    max_pool_percent: Int | None = key("maxPoolPercent")
    """Largest share of the memory, in percent."""
    shrinker_enabled: Bool | None = key("shrinkerEnabled")
    """Whether it shrinks when memory is short."""
