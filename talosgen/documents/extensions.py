"""Services of system extensions.

Written by scripts/documents.py from the table.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from talosgen.documents.model import Document, Model, key
from talosgen.documents.values import Secret, String

__all__ = ["ConfigFile", "ExtensionServiceConfig"]


class ConfigFile(Model):
    """A file for an extension's service. Since Talos 1.7."""

    talos_type: ClassVar[str] = "extensions.ConfigFile"

    content: Secret = key("content")
    """The file's text."""
    mount_path: String = key("mountPath")
    """Where it is mounted."""


class ExtensionServiceConfig(Document):
    """Configuration of a system extension's service. Since Talos 1.7.

    A config may hold several, told apart by ``name``.
    """

    talos_type: ClassVar[str] = "extensions.ServiceConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["ExtensionServiceConfig"] = key("kind")
    name: String = key("name")
    """Name of the service."""
    config_files: list[ConfigFile] = key("configFiles")
    """Files to mount into it. A patch merges elements with the same ``mountPath``."""
    environment: list[Secret] = key("environment")
    """Environment variables. A patch appends to it."""
