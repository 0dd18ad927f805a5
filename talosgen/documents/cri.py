"""Models. Written by scripts/documents.py from the table."""

from __future__ import annotations

from typing import ClassVar, Literal

from talosgen.documents.meta import CertificateAndKey
from talosgen.documents.model import Document, Model, key
from talosgen.documents.values import URL, Bool, Free, Secret, String, URLLike, Value

__all__ = [
    "CRIBaseRuntimeSpecConfig",
    "CRICustomizationConfig",
    "ImageCacheConfig",
    "LocalImageCacheConfig",
    "RegistryAuthConfig",
    "RegistryEndpoint",
    "RegistryMirrorConfig",
    "RegistryTLSConfig",
]


class CRIBaseRuntimeSpecConfig(Document):
    """CRI base runtime spec config. Since Talos 1.14.

    A config holds one.
    """

    talos_type: ClassVar[str] = "cri.CRIBaseRuntimeSpecConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["CRIBaseRuntimeSpecConfig"] = key("kind")
    overrides: Free = key("overrides")
    """A patch replaces it whole."""


class CRICustomizationConfig(Document):
    """CRI customization config. Since Talos 1.14.

    A config may hold several, told apart by ``name``.
    """

    talos_type: ClassVar[str] = "cri.CRICustomizationConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["CRICustomizationConfig"] = key("kind")
    name: String = key("name")
    content: Secret = key("content")


class LocalImageCacheConfig(Model):
    """Local image cache config. Since Talos 1.14."""

    talos_type: ClassVar[str] = "cri.LocalImageCacheConfig"

    enabled: Bool | None = key("enabled")


class ImageCacheConfig(Document):
    """Image cache config. Since Talos 1.14.

    A config holds one.
    """

    talos_type: ClassVar[str] = "cri.ImageCacheConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["ImageCacheConfig"] = key("kind")
    local: LocalImageCacheConfig = key("local")


class RegistryAuthConfig(Document):
    """Registry auth config. Since Talos 1.12.

    A config may hold several, told apart by ``name``.
    """

    talos_type: ClassVar[str] = "cri.RegistryAuthConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["RegistryAuthConfig"] = key("kind")
    name: String = key("name")
    username: Secret = key("username")
    password: Secret = key("password")
    auth: Secret = key("auth")
    identity_token: Secret = key("identityToken")


class RegistryEndpoint(Model):
    """Registry endpoint. Since Talos 1.12."""

    talos_type: ClassVar[str] = "cri.RegistryEndpoint"

    url: Value[URL, URLLike] = key("url")
    override_path: Bool | None = key("overridePath")


class RegistryMirrorConfig(Document):
    """Registry mirror config. Since Talos 1.12.

    A config may hold several, told apart by ``name``.
    """

    talos_type: ClassVar[str] = "cri.RegistryMirrorConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["RegistryMirrorConfig"] = key("kind")
    name: String = key("name")
    endpoints: list[RegistryEndpoint] = key("endpoints")
    """A patch appends to it."""
    skip_fallback: Bool | None = key("skipFallback")


class RegistryTLSConfig(Document):
    """Registry TLS config. Since Talos 1.12.

    A config may hold several, told apart by ``name``.
    """

    talos_type: ClassVar[str] = "cri.RegistryTLSConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["RegistryTLSConfig"] = key("kind")
    name: String = key("name")
    client_identity: CertificateAndKey = key("clientIdentity")
    ca: String = key("ca")
    insecure_skip_verify: Bool | None = key("insecureSkipVerify")
