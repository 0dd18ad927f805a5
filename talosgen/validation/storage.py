"""LVM and RAID."""

from __future__ import annotations

from typing import Final

from talosgen.validation.checks.sizes import is_negative, is_relative, magnitude
from talosgen.validation.expressions import expression
from talosgen.validation.names import UNDERSCORES, limited_name
from talosgen.validation.rule import At, Tree, rule

__all__: list[str] = []

_LVM_LIMIT: Final = 63
_RAID_LIMIT: Final = 32


@rule("LVMLogicalVolumeConfig")
def logical_volume(volume: Tree, at: At) -> None:
    limited_name(volume.get("name", ""), at, _LVM_LIMIT, UNDERSCORES)
    kind = volume.get("type", "linear")
    for key, kinds, least in (("mirrors", ("raid1", "raid10"), 1), ("stripes", ("raid0", "raid10"), 2)):
        number = volume.get(key)
        if number is None:
            continue
        if kind not in kinds:
            at("lvm-layout", key, message=f"{key} is for volumes of the types {' and '.join(kinds)} only")
        elif number < least:
            at("lvm-layout", key, message=f"{key} must be at least {least}")
    block = volume.get("provisioning") or {}
    below = at.below("provisioning")
    if not block.get("volumeGroup"):
        below("lvm-group-missing")
    least_size, most = block.get("minSize"), block.get("maxSize")
    if not most:
        below("lvm-max-size-missing")
    elif is_negative(most):
        below("lvm-max-size-negative", "maxSize")
    if least_size and not is_relative(most or "") and magnitude(least_size) > magnitude(most or ""):
        below("lvm-sizes-crossed", "minSize")


@rule("LVMVolumeGroupConfig", "RAIDArrayConfig")
def members(document: Tree, at: At) -> None:
    raid = document.get("kind") == "RAIDArrayConfig"
    limited_name(document.get("name", ""), at, _RAID_LIMIT if raid else _LVM_LIMIT, UNDERSCORES)
    match = ((document.get("provisioning") or {}).get("volumeSelector") or {}).get("match")
    below = at.below("provisioning", "volumeSelector", "match")
    if match:
        expression(match, "member", below, "member-selector-invalid")
    else:
        below("member-selector-missing")
