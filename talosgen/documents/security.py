"""Trust in images and certificates.

Written by scripts/documents.py from the table.
"""

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
    """Signatures by identity, through Sigstore. Since Talos 1.13."""

    talos_type: ClassVar[str] = "security.ImageKeylessVerifierV1Alpha1"

    issuer: String = key("issuer")
    """Issuer of the identity."""
    subject: String = key("subject")
    """The identity."""
    subject_regex: String = key("subjectRegex")
    """Pattern that the identity matches."""


class ImagePublicKeyVerifier(Model):
    """Signatures by a key. Since Talos 1.13."""

    talos_type: ClassVar[str] = "security.ImagePublicKeyVerifierV1Alpha1"

    certificate: String = key("certificate")
    """Key or certificate in PEM."""


class ImageVerificationRule(Model):
    """What images that fit must fulfil. Since Talos 1.13."""

    talos_type: ClassVar[str] = "security.ImageVerificationRuleV1Alpha1"

    image: String = key("image")
    """Pattern of image references."""
    skip: Bool | None = key("skip")
    """Whether they are taken unchecked."""
    deny: Bool | None = key("deny")
    """Whether they are refused."""
    keyless: ImageKeylessVerifier = key("keyless")
    public_key: ImagePublicKeyVerifier = key("publicKey")


class ImageVerificationConfig(Document):
    """Which images may be pulled, by their signatures. Since Talos 1.13.

    A config holds one.
    """

    talos_type: ClassVar[str] = "security.ImageVerificationConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["ImageVerificationConfig"] = key("kind")
    rules: list[ImageVerificationRule] = key("rules")
    """The rules, of which the first that fits an image counts. An element of a patch takes the place of the one
    with the same ``image``.
    """


class TrustedRootsConfig(Document):
    """Further authorities to trust. Since Talos 1.8.

    A config may hold several, told apart by ``name``.
    """

    talos_type: ClassVar[str] = "security.TrustedRootsConfigV1Alpha1"

    api_version: Literal["v1alpha1"] = key("apiVersion")
    kind: Literal["TrustedRootsConfig"] = key("kind")
    name: String = key("name")
    certificates: String = key("certificates")
    """Their certificates in PEM."""
