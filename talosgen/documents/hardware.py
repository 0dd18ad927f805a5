"""Drivers of hardware.

Written by scripts/documents.py from the table.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from talosgen.documents.model import Document, key
from talosgen.documents.values import String

__all__ = ["PCIDriverRebindConfig"]


class PCIDriverRebindConfig(Document):
    """Another driver for a PCI device. Since Talos 1.10.

    A config may hold several, told apart by ``name``.
    """

    talos_type: ClassVar[str] = "hardware.PCIDriverRebindConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["PCIDriverRebindConfig"] = key("kind")
    name: String = key("name")
    """PCI address of the device."""
    target_driver: String = key("targetDriver")
    """Driver to bind it to; without one it is unbound."""
