"""Volumes: system, user, raw, swap, existing and external ones; trimming, scrubbing, zswap."""

from __future__ import annotations

from typing import Final

from talosgen.validation.checks.sizes import is_negative, is_relative, magnitude, nanoseconds
from talosgen.validation.expressions import expression
from talosgen.validation.names import HYPHENS, limited_name
from talosgen.validation.rule import At, Tree, rule

__all__ = ["scrub_interval"]

#: The system volumes, each with the minor release that it came with.
_SYSTEM: Final = {"EPHEMERAL": 8, "IMAGECACHE": 9, "STATE": 11, "ETCD": 14, "CRI": 14, "KUBELET": 14, "LOG": 14}
_MOVABLE: Final = ("ETCD", "CRI", "KUBELET", "LOG")
_SIZES: Final = ("minSize", "maxSize", "grow")
_FILESYSTEMS: Final = ("none", "xfs", "ext4", "btrfs")
_KEYS: Final = ("static", "nodeID", "kms", "tpm")
_NAME_LIMIT: Final = 34
_TEN_SECONDS: Final = 10 * 10**9


def provisioning(volume: Tree, at: At, *, required: bool, sizes: bool) -> None:
    """The block ``provisioning``: where a volume goes, and how large it is."""
    block = volume.get("provisioning") or {}
    below = at.below("provisioning")
    match = (block.get("diskSelector") or {}).get("match")
    if match:
        expression(match, "disk", below.below("diskSelector", "match"), "disk-selector-invalid")
    elif required:
        below("disk-selector-missing")
    if not sizes:
        if any(key in block for key in _SIZES):
            below("sizes-unsupported")
        return
    least, most = block.get("minSize"), block.get("maxSize")
    if least and most and not is_relative(most) and not is_negative(most):
        if magnitude(least) > magnitude(most):
            below("sizes-crossed", "minSize")
    elif required and not least and not most:
        below("sizes-missing")
    if least and is_negative(least):
        below("min-size-negative", "minSize")


def encryption(volume: Tree, at: At) -> None:
    """The block ``encryption``."""
    block = volume.get("encryption") or {}
    below = at.below("encryption")
    keys = block.get("keys") or []
    provider = block.get("provider", "none")
    if provider == "none" and not keys:
        return
    if provider != "luks2":
        below("volume-encryption-provider")
    if not keys:
        below("volume-encryption-keys")
    seen: set[int] = set()
    for index, key in enumerate(keys):
        slot = key.get("slot", 0)
        if slot in seen:
            below("volume-encryption-slot", "keys", index)
        seen.add(slot)
        if not any(kind in key for kind in _KEYS):
            below("volume-encryption-key", "keys", index)
        for number, register in enumerate(((key.get("tpm") or {}).get("options") or {}).get("pcrs") or []):
            if not 0 <= register <= 23:
                below("tpm-register", "keys", index, "tpm", "options", "pcrs", number)


def filesystem(volume: Tree, at: At) -> None:
    """The block ``filesystem``: one finding."""
    block = volume.get("filesystem") or {}
    kind = block.get("type", "none")
    if kind not in _FILESYSTEMS:
        at("filesystem-type", "filesystem", "type")
    elif kind not in ("none", "xfs"):
        if block.get("projectQuotaSupport"):
            at("filesystem-quota", "filesystem", "projectQuotaSupport")
        elif "xfs" in block:
            at("filesystem-xfs", "filesystem", "xfs")


def scrub_interval(interval: str | None) -> bool:
    """Whether an interval between scrubs is unset, or long enough."""
    return nanoseconds(interval) == 0 or nanoseconds(interval) >= _TEN_SECONDS


@rule("block.TrimConfig", "FilesystemTrimConfig")
def trim(trim: Tree, at: At) -> None:
    if nanoseconds(trim.get("interval")) < 0:
        at("trim-interval", "interval")


@rule("block.ScrubConfig", "FilesystemScrubConfig")
def scrub(scrub: Tree, at: At) -> None:
    if not scrub_interval(scrub.get("interval")):
        at("scrub-interval", "interval")


@rule("VolumeConfig")
def system_volume_name(volume: Tree, at: At) -> bool:
    """A volume of another name is not looked at."""
    if _SYSTEM.get(volume.get("name", ""), 99) <= at.context.minor:
        return False
    names = ", ".join(name for name, since in _SYSTEM.items() if since <= at.context.minor)
    at("system-volume-name", "name", remedy=f"choose one of {names}")
    return True


@rule("VolumeConfig")
def system_volume(volume: Tree, at: At) -> None:
    name = volume["name"]
    if name == "STATE":
        if volume.get("provisioning"):
            at("state-provisioning", "provisioning")
        for index, key in enumerate((volume.get("encryption") or {}).get("keys") or []):
            if key.get("lockToState"):
                at("state-locked-key", "encryption", "keys", index, "lockToState")
    if volume.get("mount"):
        if name in ("STATE", "IMAGECACHE"):
            at("system-volume-mount", "mount")
        elif name in _MOVABLE and not volume.get("provisioning"):
            at("system-volume-mount-directory", "mount")
    if name == "IMAGECACHE" and volume.get("filesystem"):
        at("system-volume-filesystem", "filesystem")
    provisioning(volume, at, required=False, sizes=True)
    encryption(volume, at)


@rule("UserVolumeConfig")
def user_volume(volume: Tree, at: At) -> None:
    limited_name(volume.get("name", ""), at, _NAME_LIMIT, HYPHENS)
    kind = volume.get("volumeType", "partition")
    if kind == "directory":
        crypt = volume.get("encryption") or {}
        for block, there in (
            ("provisioning", volume.get("provisioning")),
            ("encryption", crypt.get("provider") or crypt.get("keys")),
            ("filesystem", volume.get("filesystem")),
        ):
            if there:
                at("directory-volume", block, message=f"a volume of the type directory has no {block}")
        mount = volume.get("mount") or {}
        if mount:
            at("directory-volume-mounted", "mount")
        if "disableAccessTime" in mount:
            at("directory-volume-mount", "mount", "disableAccessTime")
    elif kind in ("disk", "partition"):
        provisioning(volume, at, required=True, sizes=kind == "partition")
        filesystem(volume, at)
        encryption(volume, at)
    else:
        at("volume-type", "volumeType")


@rule("RawVolumeConfig", "SwapVolumeConfig")
def raw_volume(volume: Tree, at: At) -> None:
    limited_name(volume.get("name", ""), at, _NAME_LIMIT, HYPHENS)
    provisioning(volume, at, required=True, sizes=True)
    encryption(volume, at)


@rule("ExistingVolumeConfig")
def existing_volume(volume: Tree, at: At) -> None:
    limited_name(volume.get("name", ""), at, 0, HYPHENS)
    match = ((volume.get("discovery") or {}).get("volumeSelector") or {}).get("match")
    if match:
        below = at.below("discovery", "volumeSelector", "match")
        expression(match, "volume", below, "volume-selector-invalid")
    else:
        at("volume-selector-missing")


@rule("ExternalVolumeConfig")
def external_volume(volume: Tree, at: At) -> None:
    limited_name(volume.get("name", ""), at, _NAME_LIMIT, HYPHENS)
    if volume.get("filesystemType", "none") != "virtiofs":
        at("external-filesystem", "filesystemType")
        return
    virtiofs = (volume.get("mount") or {}).get("virtiofs")
    if virtiofs is None:
        at("virtiofs-missing", "mount")
    elif not virtiofs.get("tag"):
        at("virtiofs-tag", "mount", "virtiofs")


@rule("ZswapConfig")
def zswap(zswap: Tree, at: At) -> None:
    if not 0 <= zswap.get("maxPoolPercent", 0) <= 100:
        at("zswap-percent", "maxPoolPercent")
