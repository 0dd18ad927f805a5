"""What is installed: kernel arguments beside a unified kernel image."""

from __future__ import annotations

from talosgen.validation.lints.images import installer_release
from talosgen.validation.rule import LINTS, At, Tree

__all__: list[str] = []

_UNIFIED = (1, 10)


@LINTS.rule("v1alpha1.InstallConfig")
def kernel_arguments(install: Tree, at: At) -> None:
    """With a unified kernel image the arguments are part of it (since Talos 1.10, and with Secure Boot always)."""
    if not install.get("extraKernelArgs") or install.get("grubUseUKICmdline"):
        return
    image = install.get("image", "")
    release = installer_release(image)
    if "installer-secureboot" in image:
        at("kernel-arguments-lost", "extraKernelArgs")
    elif release is None or release >= _UNIFIED:
        at("kernel-arguments-uki", "extraKernelArgs")
