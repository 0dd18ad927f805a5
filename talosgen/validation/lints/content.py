"""Texts in a config that hold secrets: files, manifests and pods, which no list of secrets covers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from talosgen.config.loader import raw_text
from talosgen.errors import InputError
from talosgen.goyaml.construct import follow, pairs
from talosgen.goyaml.node import MAPPING, SCALAR, SEQUENCE, Node
from talosgen.goyaml.reader import read
from talosgen.validation.lints.leaves import leaves
from talosgen.validation.rule import LINTS, At, Tree

__all__: list[str] = []

_KEY: Final = re.compile(
    r"-----BEGIN (?!ENCRYPTED )[A-Z0-9 ]{0,20}PRIVATE KEY-----|AGE-SECRET-KEY-(?:PQ-)?1[0-9A-Z]{20}"
)
# A quick look: most manifests hold none.
_SECRET: Final = re.compile(r"""kind["']?[ \t]{0,20}:[ \t]{0,20}["']?Secret["']?[ \t]{0,20}(?:[,}#\r\n]|\Z)""")
_DOCUMENTS: Final = re.compile(r"^---(?=[ \t\r\n]|\Z)", re.MULTILINE)
_VALUES: Final = ("data", "stringData")


@LINTS.rule("v1alpha1.MachineFile", "extensions.ConfigFile", "CRICustomizationConfig")
def content(holder: Tree, at: At) -> None:
    _text(holder.get("content", ""), at.below("content"))


@LINTS.rule("EtcFileConfig")
def etc_file(document: Tree, at: At) -> None:
    _text(document.get("contents", ""), at.below("contents"))


@LINTS.rule("v1alpha1.ClusterInlineManifest")
def inline_manifest(manifest: Tree, at: At) -> None:
    _text(manifest.get("contents", ""), at.below("contents"))


@LINTS.rule("KubeInlineManifestConfig")
def manifest(document: Tree, at: At) -> None:
    _text(document.get("manifest", ""), at.below("manifest"))


@LINTS.rule("v1alpha1.MachineConfig")
def pods(machine: Tree, at: At) -> None:
    if machine.get("pods"):
        _leaves(machine["pods"], at.below("pods"))


@LINTS.rule("KubeStaticPodConfig")
def static_pod(document: Tree, at: At) -> None:
    if document.get("pod"):
        _leaves(document["pod"], at.below("pod"))


def _leaves(tree: Any, at: At) -> None:
    for steps, text in leaves(tree):
        if _KEY.search(text):
            at("inline-key", *steps)


def _text(text: str, at: At) -> None:
    if _KEY.search(text):
        at("inline-key")
    if _SECRET.search(text) and any(map(_has_secret, _DOCUMENTS.split(text))):
        at("inline-secret")


def _has_secret(text: str) -> bool:
    """Whether a document of YAML or JSON is, or lists, a Secret with values that are not encrypted."""
    if not _SECRET.search(text) or not any(name in text for name in _VALUES):
        return False
    try:
        roots = read(text, "")
    except InputError:
        # Whoever can read it will find a Secret in it.
        return True
    return any(_is_secret(node) for root in roots for node in _objects(follow(root)))


def _objects(root: Node) -> Iterator[Node]:
    """An object, and the items of a list of objects."""
    if root.kind != MAPPING:
        return
    yield root
    for key, value in pairs(root):
        items = follow(value)
        if raw_text(key) == "items" and items.kind == SEQUENCE:
            yield from (item for item in map(follow, items.value) if item.kind == MAPPING)


def _is_secret(node: Node) -> bool:
    fields = {raw_text(key): follow(value) for key, value in pairs(node)}
    if "kind" not in fields or raw_text(fields["kind"]) != "Secret" or "sops" in fields:
        return False
    values = [
        follow(value)
        for name in _VALUES
        if name in fields and fields[name].kind == MAPPING
        for _, value in pairs(fields[name])
    ]
    return any(value.kind == SCALAR and raw_text(value) and value.tag != "!!null" for value in values)
