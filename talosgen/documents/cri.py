"""The container runtime, and the registries that it pulls from.

Written by scripts/documents.py from the table.
"""

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
    """Changes of the OCI runtime specification that all containers start from. Since Talos 1.14.

    A config holds one.
    """

    talos_type: ClassVar[str] = "cri.CRIBaseRuntimeSpecConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["CRIBaseRuntimeSpecConfig"] = key("kind")
    overrides: Free = key("overrides")
    """What is laid over the specification. A patch replaces it whole."""


class CRICustomizationConfig(Document):
    """A part of containerd's configuration. Since Talos 1.14.

    A config may hold several, told apart by ``name``.
    """

    talos_type: ClassVar[str] = "cri.CRICustomizationConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["CRICustomizationConfig"] = key("kind")
    name: String = key("name")
    content: Secret = key("content")
    """The part, in TOML."""


class LocalImageCacheConfig(Model):
    """The cache of images on the disk. Since Talos 1.14."""

    talos_type: ClassVar[str] = "cri.LocalImageCacheConfig"

    enabled: Bool | None = key("enabled")
    """Whether there is one."""


class ImageCacheConfig(Document):
    """The cache of images. Since Talos 1.14.

    A config holds one.
    """

    talos_type: ClassVar[str] = "cri.ImageCacheConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["ImageCacheConfig"] = key("kind")
    local: LocalImageCacheConfig = key("local")
    """The cache on this machine's disk."""


class RegistryAuthConfig(Document):
    """Credentials of a registry. Since Talos 1.12.

    A config may hold several, told apart by ``name``.
    """

    talos_type: ClassVar[str] = "cri.RegistryAuthConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["RegistryAuthConfig"] = key("kind")
    name: String = key("name")
    """Host of the registry."""
    username: Secret = key("username")
    """Name of the user."""
    password: Secret = key("password")
    """Password of the user."""
    auth: Secret = key("auth")
    """User and password, joined and encoded as Docker's config has them."""
    identity_token: Secret = key("identityToken")
    """Token that stands for a user."""


class RegistryEndpoint(Model):
    """One mirror of a registry. Since Talos 1.12."""

    talos_type: ClassVar[str] = "cri.RegistryEndpoint"

    url: Value[URL, URLLike] = key("url")
    """URL of the mirror."""
    override_path: Bool | None = key("overridePath")
    """Whether the URL's path stands in the place of the registry's own (``/v2``)."""


class RegistryMirrorConfig(Document):
    """Mirrors of a registry, asked in order. Since Talos 1.12.

    A config may hold several, told apart by ``name``.
    """

    talos_type: ClassVar[str] = "cri.RegistryMirrorConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["RegistryMirrorConfig"] = key("kind")
    name: String = key("name")
    """Host of the registry; ``*`` is any other."""
    endpoints: list[RegistryEndpoint] = key("endpoints")
    """The mirrors. A patch appends to it."""
    skip_fallback: Bool | None = key("skipFallback")
    """Whether the registry itself is not asked when all mirrors fail."""


class RegistryTLSConfig(Document):
    """TLS with a registry. Since Talos 1.12.

    A config may hold several, told apart by ``name``.
    """

    talos_type: ClassVar[str] = "cri.RegistryTLSConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["RegistryTLSConfig"] = key("kind")
    name: String = key("name")
    """Host of the registry."""
    client_identity: CertificateAndKey = key("clientIdentity")
    """The client's certificate and key, for servers that ask for one."""
    ca: String = key("ca")
    """Authorities in PEM."""
    insecure_skip_verify: Bool | None = key("insecureSkipVerify")
    """Whether the server's certificate goes unchecked."""
