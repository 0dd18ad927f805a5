"""Files that the node writes when it boots (Talos v1.14.1, machine files)."""

from __future__ import annotations

from typing import Final

from talosgen.validation.rule import LINTS, At, Tree

__all__: list[str] = []

_OPERATIONS: Final = ("create", "overwrite", "append")
#: What Talos takes out of the files and handles by itself.
_APART: Final = "/etc/cri/conf.d/20-customization.part"
_STATIC_PODS: Final = "/etc/kubernetes/manifests/"
#: Modes that people write in octal; read as decimal numbers they are others.
_MODES: Final = frozenset(
    int(text)
    for text in (
        "400", "440", "444", "500", "550", "555", "600", "640", "644", "660", "664", "666", "700", "750", "755", "770",
        "775", "777",
    )
)  # fmt: skip


@LINTS.rule("v1alpha1.MachineFile")
def file(file: Tree, at: At) -> None:
    path, operation = file.get("path", ""), file.get("op", "")
    if path == _APART:
        return
    if operation not in _OPERATIONS:
        at("file-operation", "op")
    if not path or path.endswith("/"):
        at("file-path", "path")
    elif not path.startswith("/"):
        at("file-path-relative", "path")
    elif operation == "create" and path.split("/", 2)[1] != "var" and not path.startswith(_STATIC_PODS):
        at("file-create", "path")


@LINTS.rule("v1alpha1.MachineFile")
def permissions(file: Tree, at: At) -> None:
    _mode(file.get("permissions", 0), at, "permissions")


@LINTS.rule("EtcFileConfig")
def etc_file(document: Tree, at: At) -> None:
    _mode(document.get("mode", 0), at, "mode")


def _mode(mode: int, at: At, key: str) -> None:
    """A mode that was written as a decimal number, or is none."""
    if mode in _MODES:
        at("file-mode", key, message=f"the mode {mode} is a decimal number, in octal 0o{mode:o}")
    elif mode > 0o7777:
        at("file-mode", key, message="the mode has bits that no file's mode has")
