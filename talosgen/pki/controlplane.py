"""The secrets bundle out of a control-plane config (Talos v1.14.1)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from talosgen.errors import InputError, Problem
from talosgen.pki.parts import CertificateAndKey, Certs, Cluster, Key, Secrets, TrustdInfo
from talosgen.pki.pem import from_base64

__all__ = ["extract"]


def extract(documents: Iterable[tuple[str, dict[str, Any]]]) -> tuple[Cluster, Secrets, TrustdInfo, Certs]:
    """The parts of the bundle in these documents. Raises InputError."""
    trees: dict[str, dict[str, Any]] = {}
    for kind, tree in documents:
        trees.setdefault(kind, tree)
    legacy = trees.get("v1alpha1")
    if legacy is None:
        raise InputError(Problem("the config has no v1alpha1 document", remedy="give a control-plane config"))
    machine = legacy.get("machine", {})
    cluster = legacy.get("cluster", {})
    identity = trees.get("DiscoveryIdentityConfig", {})
    if cluster.get("id") or cluster.get("secret"):
        discovery = Cluster(cluster.get("id", ""), cluster.get("secret", ""))
    else:
        discovery = Cluster(identity.get("clusterID", ""), identity.get("clusterSecret", ""))
    token = cluster.get("token", "").split(".")
    aescbc = cluster.get("aescbcEncryptionSecret", "")
    secretbox = cluster.get("secretboxEncryptionSecret", "")
    encryption = trees.get("KubeEtcdEncryptionConfig", {}).get("config")
    if encryption is not None:
        found = _secretbox(encryption)
        secretbox = secretbox if found is None else found
    return (
        discovery,
        Secrets(".".join(token) if len(token) == 2 else ".", aescbc, secretbox),
        TrustdInfo(machine.get("token", "")),
        Certs(
            etcd=_pair(cluster.get("etcd", {}).get("ca")),
            k8s=_authority(trees.get("KubeAPIServerCAConfig"), cluster.get("ca")),
            k8saggregator=_authority(trees.get("KubeAggregatorCAConfig"), cluster.get("aggregatorCA")),
            k8sserviceaccount=_service_account(trees.get("KubeServiceAccountConfig"), cluster),
            os=_pair(machine.get("ca")),
        ),
    )


def _pair(pair: dict[str, str] | None) -> CertificateAndKey | None:
    if pair is None:
        return None
    return CertificateAndKey(from_base64(pair.get("crt", "")), from_base64(pair.get("key", "")))


def _authority(document: dict[str, Any] | None, legacy: dict[str, str] | None) -> CertificateAndKey | None:
    if document is not None:
        issuing = document.get("issuingCA")
        if issuing is None:
            return None
        pair = CertificateAndKey(_text(issuing.get("cert", "")), _text(issuing.get("key", "")))
    else:
        given = _pair(legacy)
        if given is None:
            return None
        pair = given
    return pair if pair.key else None


def _text(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _service_account(document: dict[str, Any] | None, cluster: dict[str, Any]) -> Key | None:
    if document is not None:
        key = document.get("issuer", {}).get("privateKey", "")
        return Key(_text(key)) if key else None
    pair = cluster.get("serviceAccount")
    if pair is None or "endpoint" not in cluster.get("controlPlane", {}):
        return None
    return Key(from_base64(pair.get("key", "")))


def _secretbox(config: dict[str, Any]) -> str | None:
    """The first secretbox key for secrets in an encryption config; None when it has none."""
    for entry in _list(config.get("resources"), "resources", dict):
        names = _list(entry.get("resources"), "resources[].resources", str)
        providers = _list(entry.get("providers"), "resources[].providers", dict)
        if "secrets" not in names or not providers:
            continue
        box = providers[0].get("secretbox")
        keys = _list((box or {}).get("keys"), "secretbox.keys", dict)
        if keys:
            secret = keys[0].get("secret", "")
            if isinstance(secret, (list, dict)):
                raise _bad("secretbox.keys[].secret")
            return "" if secret is None else str(secret)
    return None


def _list(value: Any, path: str, kind: type) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise _bad(path)
    out = [item for item in value if item is not None]
    if kind is dict and not all(isinstance(item, dict) for item in out):
        raise _bad(path)
    return out


def _bad(path: str) -> InputError:
    return InputError(Problem("the encryption config has another form than Kubernetes knows", path=f"config.{path}"))
