"""The parts of a secrets bundle. None of them shows what it holds."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["CertificateAndKey", "Certs", "Cluster", "Key", "Secrets", "TrustdInfo"]


class CertificateAndKey(NamedTuple):
    """A certificate and its private key, as PEM; either may be empty. A masked key is ``******``."""

    crt: bytes = b""
    key: bytes = b""

    def __repr__(self) -> str:
        return "CertificateAndKey(***)"


class Key(NamedTuple):
    """A private key, as PEM."""

    key: bytes = b""

    def __repr__(self) -> str:
        return "Key(***)"


class Cluster(NamedTuple):
    """What the nodes find each other by: id and secret of the discovery service."""

    id: str = ""
    secret: str = ""

    def __repr__(self) -> str:
        return "Cluster(***)"


class Secrets(NamedTuple):
    """The bootstrap token, and the key that Kubernetes secrets are encrypted with in etcd."""

    bootstraptoken: str = ""
    aescbcencryptionsecret: str = ""
    secretboxencryptionsecret: str = ""

    def __repr__(self) -> str:
        return "Secrets(***)"


class TrustdInfo(NamedTuple):
    """The token by which a node joins."""

    token: str = ""

    def __repr__(self) -> str:
        return "TrustdInfo(***)"


class Certs(NamedTuple):
    """The certificate authorities, and the key that signs service accounts."""

    etcd: CertificateAndKey | None = None
    k8s: CertificateAndKey | None = None
    k8saggregator: CertificateAndKey | None = None
    k8sserviceaccount: Key | None = None
    os: CertificateAndKey | None = None
