"""Names, labels, annotations and taints of Kubernetes (Talos v1.14.1, label validation). Lengths are in bytes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

__all__ = ["MAX_ANNOTATIONS", "annotation_faults", "label_faults", "name_fault", "subdomain_fault", "taint_faults"]

#: What all annotations may have together.
MAX_ANNOTATIONS: Final = 256 * 1024

_NAME: Final = re.compile(r"[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?")
# One label of a domain; a name of many is looked at label by label, so that no text costs more than its length.
_LABEL: Final = re.compile(r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?")
_EFFECTS: Final = ("NoSchedule", "PreferNoSchedule", "NoExecute")
_RESERVED: Final = ("talos.dev/owned-annotations", "talos.dev/owned-labels", "talos.dev/owned-taints")


def _size(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def subdomain_fault(text: str) -> str:
    """Why a text is no DNS subdomain; empty when it is one."""
    if _size(text) > 253:
        return "a domain name has at most 253 bytes"
    if all(_LABEL.fullmatch(label) for label in text.split(".")):
        return ""
    return "a domain name is made of small letters, digits and hyphens, with dots between its parts"


def name_fault(text: str) -> str:
    """Why a text is no qualified name such as ``example.org/name``; empty when it is one."""
    prefix, slash, name = text.rpartition("/")
    if "/" in prefix:
        return "a name has at most one slash"
    if slash and not prefix:
        return "the part before the slash is empty"
    if slash and (fault := subdomain_fault(prefix)):
        return f"the part before the slash is no domain: {fault}"
    if not name:
        return "the name is empty"
    if _size(name) > 63:
        return "a name has at most 63 bytes"
    if _NAME.fullmatch(name) is None:
        return "a name begins and ends with a letter or digit, with -, _ and . between them"
    return ""


def _value_fault(text: str) -> str:
    if _size(text) > 63:
        return "a value has at most 63 bytes"
    if text and _NAME.fullmatch(text) is None:
        return "a value begins and ends with a letter or digit, with -, _ and . between them"
    return ""


def label_faults(labels: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The faults of labels: the key, and what is wrong."""
    for key in sorted(labels):
        if fault := name_fault(key):
            yield key, fault
        if fault := _value_fault(_text(labels[key])):
            yield key, fault


def annotation_faults(annotations: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The faults of annotations: the key, empty for all of them together, and what is wrong."""
    total = 0
    for key in sorted(annotations):
        total += _size(key) + _size(_text(annotations[key]))
        if fault := name_fault(key):
            yield key, fault
        if key in _RESERVED:
            yield key, "this annotation is Talos's own"
    if total > MAX_ANNOTATIONS:
        yield "", "all annotations together have at most 256 KiB"


def taint_faults(taints: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The faults of taints, whose values are ``value:Effect`` or ``Effect``: the key, and what is wrong."""
    for key in sorted(taints):
        if fault := name_fault(key):
            yield key, fault
            continue
        value, colon, effect = _text(taints[key]).partition(":")
        if not colon:
            value, effect = "", value
        if effect not in _EFFECTS:
            yield key, f"the effect is none of {', '.join(_EFFECTS)}"
        elif colon and (fault := _value_fault(value)):
            yield key, fault


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
