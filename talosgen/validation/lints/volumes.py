"""Room for volumes: what another one takes of the same disk."""

from __future__ import annotations

from collections.abc import Iterator

from talosgen.config.container import Document
from talosgen.validation.rule import LINTS, Context, Tree

__all__: list[str] = []

_KINDS = ("UserVolumeConfig", "RawVolumeConfig", "SwapVolumeConfig")
_SYSTEM_DISK = "system_disk"


def _provisioning(document: Document) -> Tree:
    return document.tree.get("provisioning") or {}


def _selector(provisioning: Tree) -> str:
    return " ".join(((provisioning.get("diskSelector") or {}).get("match") or "").split())


def _greedy(document: Document) -> bool:
    """Whether a volume takes all that is left of its disk."""
    provisioning = _provisioning(document)
    whole = document.tree.get("volumeType") == "disk"
    return whole or bool(provisioning.get("grow") and not provisioning.get("maxSize"))


def _volumes(context: Context) -> Iterator[Document]:
    for kind in _KINDS:
        yield from context.container.of_kind(kind)


@LINTS.across
def room(context: Context) -> None:
    """EPHEMERAL is made before all of these, and takes all of the system disk where nothing limits it."""
    system = [
        _provisioning(document)
        for document in context.container.of_kind("VolumeConfig")
        if document.name == "EPHEMERAL"
    ]
    if any(one.get("maxSize") or _selector(one) not in ("", _SYSTEM_DISK) for one in system):
        return
    for document in _volumes(context):
        if _selector(_provisioning(document)) == _SYSTEM_DISK:
            context.at(document)("volume-no-room", "provisioning", "diskSelector", "match")


@LINTS.across
def selectors(context: Context) -> None:
    """Which of the disks that fit a volume takes depends on the room that others left."""
    by_selector: dict[str, list[Document]] = {}
    for document in _volumes(context):
        by_selector.setdefault(_selector(_provisioning(document)), []).append(document)
    for selector, documents in by_selector.items():
        greedy = [document for document in documents if selector and _greedy(document)]
        for document in documents:
            other = next((one for one in greedy if one is not document), None)
            if other is not None:
                message = f"{other.kind.name}/{other.name} chooses its disk in the same way, and takes all of it"
                context.at(document)("volumes-one-disk", "provisioning", "diskSelector", "match", message=message)
