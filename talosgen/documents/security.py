"""Models. Written by scripts/documents.py from the table."""

from __future__ import annotations

from typing import ClassVar, Literal

from talosgen.documents.model import Document, Model, key
from talosgen.documents.values import Bool, String

__all__ = [
    "ImageKeylessVerifier",
    "ImagePublicKeyVerifier",
    "ImageVerificationConfig",
    "ImageVerificationRule",
    "TrustedRootsConfig",
]


class ImageKeylessVerifier(Model):
    """Image keyless verifier. Since Talos 1.13."""

    talos_type: ClassVar[str] = "security.ImageKeylessVerifierV1Alpha1"

    issuer: String = key("issuer")
    subject: String = key("subject")
    subject_regex: String = key("subjectRegex")


class ImagePublicKeyVerifier(Model):
    """Image public key verifier. Since Talos 1.13."""

    talos_type: ClassVar[str] = "security.ImagePublicKeyVerifierV1Alpha1"

    certificate: String = key("certificate")


class ImageVerificationRule(Model):
    """Image verification rule. Since Talos 1.13."""

    talos_type: ClassVar[str] = "security.ImageVerificationRuleV1Alpha1"

    image: String = key("image")
    skip: Bool | None = key("skip")
    deny: Bool | None = key("deny")
    keyless: ImageKeylessVerifier = key("keyless")
    public_key: ImagePublicKeyVerifier = key("publicKey")


class ImageVerificationConfig(Document):
    """Image verification config. Since Talos 1.13.

    A config holds one.
    """

    talos_type: ClassVar[str] = "security.ImageVerificationConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["ImageVerificationConfig"] = key("kind")
    rules: list[ImageVerificationRule] = key("rules")
    """An element of a patch takes the place of the one with the same ``image``."""


class TrustedRootsConfig(Document):
    """Trusted roots config. Since Talos 1.8.

    A config may hold several, told apart by ``name``.
    """

    talos_type: ClassVar[str] = "security.TrustedRootsConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["TrustedRootsConfig"] = key("kind")
    name: String = key("name")
    certificates: String = key("certificates")
