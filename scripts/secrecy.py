"""Which fields of Talos's types hold secrets, and what of them is masked: laid over the reference tables.

A fact is a list ``[level, part, *names]``. ``talos`` is what Talos v1.14.1 itself masks, found by asking its
machinery about every field; ``all`` is what this project masks beside that. The parts are told in
``talosgen.schema.table.Mask``.
"""

from __future__ import annotations

from typing import Any

__all__ = ["facts", "strangers"]

Fact = list[str]

TALOS = [["talos", "whole"]]
OURS = [["all", "whole"]]
USERINFO = [["all", "userinfo"]]
# An address with user information in it, written in a plain text.
JOIN = "jointoken"
# Keys of the authorities' documents are written masked even where there is none.
AUTHORITY = [["talos", "present", "key"]]

# Entries of free-form values that are secret wherever they stand.
ENTRIES = ("env", "password", "secret", "token")

BY_FIELD: dict[str, dict[str, list[Fact]]] = {
    "block.EncryptionKeyKMS": {"endpoint": USERINFO},
    "block.EncryptionKeyStatic": {"passphrase": TALOS},
    "cluster.DiscoveryIdentityConfigV1Alpha1": {"clusterSecret": TALOS},
    "container.ContainerConfigV1Alpha1": {"args": USERINFO, "entrypoint": USERINFO, "environment": OURS},
    "cri.CRICustomizationConfigV1Alpha1": {"content": OURS},
    "cri.RegistryAuthConfigV1Alpha1": {"auth": TALOS, "identityToken": TALOS, "password": TALOS, "username": OURS},
    "extensions.ConfigFile": {"content": OURS},
    "extensions.ServiceConfigV1Alpha1": {"environment": OURS},
    "k8s.IssuerServiceAccountConfig": {"privateKey": TALOS},
    "k8s.KubeAPIServerCAConfigV1Alpha1": {"issuingCA": AUTHORITY},
    "k8s.KubeAPIServerConfigV1Alpha1": {"env": OURS, "extraArgs": USERINFO},
    "k8s.KubeAggregatorCAConfigV1Alpha1": {"issuingCA": AUTHORITY},
    "k8s.KubeControllerManagerConfigV1Alpha1": {"env": OURS, "extraArgs": USERINFO},
    "k8s.KubeEtcdEncryptionConfigV1Alpha1": {"config": [["talos", "direct-entries", "secret"], *OURS]},
    "k8s.KubeExternalManifestConfigV1Alpha1": {"headers": OURS},
    "k8s.KubeFlannelCNIConfigV1Alpha1": {
        "backendExtraConfig": [["all", "entries", "PSK", *ENTRIES]], "extraArgs": USERINFO,
    },
    "k8s.KubeInlineManifestConfigV1Alpha1": {"manifest": OURS},
    "k8s.KubeSchedulerConfigV1Alpha1": {"env": OURS, "extraArgs": USERINFO},
    "k8s.KubeProxyConfigV1Alpha1": {"extraArgs": USERINFO},
    "k8s.KubeStaticPodConfigV1Alpha1": {"pod": [["all", "entries", "httpHeaders", *ENTRIES]]},
    "k8s.KubeletConfigV1Alpha1": {
        "config": [["all", "entries", "staticPodURLHeader", *ENTRIES]], "extraArgs": USERINFO,
    },
    "meta.CertificateAndKey": {"key": TALOS},
    "network.HCloudVIPConfigV1Alpha1": {"apiToken": TALOS},
    "network.WireguardConfigV1Alpha1": {"privateKey": TALOS},
    "network.WireguardPeer": {"presharedKey": TALOS},
    "runtime.EnvironmentV1Alpha1": {"variables": OURS},
    "runtime.EtcFileConfigV1Alpha1": {"contents": OURS},
    "runtime.EventSinkV1Alpha1": {"endpoint": USERINFO},
    "secrets.Cluster": {"secret": OURS},
    "secrets.Secrets": {"aescbcencryptionsecret": OURS, "bootstraptoken": OURS, "secretboxencryptionsecret": OURS},
    "secrets.TrustdInfo": {"token": OURS},
    "siderolink.ConfigV1Alpha1": {"apiUrl": [["talos", "query", JOIN], *USERINFO], "uniqueToken": TALOS},
    "talosconfig.Basic": {"password": OURS, "username": OURS},
    "talosconfig.Context": {"key": OURS, "proxy-url": USERINFO},
    "v1alpha1.APIServerConfig": {"env": OURS, "extraArgs": USERINFO},
    "v1alpha1.CNIConfig": {"urls": USERINFO},
    "v1alpha1.ClusterConfig": {
        "aescbcEncryptionSecret": TALOS, "extraManifestHeaders": OURS, "extraManifests": USERINFO, "secret": TALOS,
        "secretboxEncryptionSecret": TALOS, "token": TALOS,
    },
    "v1alpha1.ClusterInlineManifest": {"contents": OURS},
    "v1alpha1.ControllerManagerConfig": {"env": OURS, "extraArgs": USERINFO},
    "v1alpha1.DeviceWireguardConfig": {"privateKey": TALOS},
    "v1alpha1.EncryptionKeyKMS": {"endpoint": USERINFO},
    "v1alpha1.EncryptionKeyStatic": {"passphrase": TALOS},
    "v1alpha1.EtcdConfig": {"extraArgs": USERINFO},
    "v1alpha1.ExternalCloudProviderConfig": {"manifests": USERINFO},
    "v1alpha1.FlannelCNIConfig": {"extraArgs": USERINFO},
    "v1alpha1.InstallConfig": {"extraKernelArgs": [["all", "query", JOIN], *USERINFO]},
    "v1alpha1.KubeletConfig": {
        "extraArgs": USERINFO, "extraConfig": [["all", "entries", "staticPodURLHeader", *ENTRIES]],
    },
    "v1alpha1.MachineConfig": {
        "env": OURS, "pods": [["all", "entries", "httpHeaders", *ENTRIES]], "token": TALOS,
    },
    "v1alpha1.MachineFile": {"content": OURS},
    "v1alpha1.ProxyConfig": {"extraArgs": USERINFO},
    "v1alpha1.RegistryAuthConfig": {"auth": TALOS, "identityToken": TALOS, "password": TALOS, "username": OURS},
    "v1alpha1.RegistryMirrorConfig": {"endpoints": USERINFO},
    "v1alpha1.RegistryServiceConfig": {"endpoint": USERINFO},
    "v1alpha1.SchedulerConfig": {"env": OURS, "extraArgs": USERINFO},
    "v1alpha1.VIPEquinixMetalConfig": {"apiToken": TALOS},
    "v1alpha1.VIPHCloudConfig": {"apiToken": TALOS},
    "x509.PEMEncodedCertificateAndKey": {"key": TALOS},
    "x509.PEMEncodedKey": {"key": TALOS},
}  # fmt: skip

# What holds for every field of a type that has no fact of its own.
BY_CODEC: dict[str, list[Fact]] = {
    "endpoint-url": USERINFO,
    "unstructured": [["all", "entries", *ENTRIES]],
    "url": USERINFO,
}


def facts(struct: str, field: dict[str, Any], types: dict[str, Any]) -> dict[str, Any]:
    """The facts of one field, as a part of its entry in the table."""
    found = BY_FIELD.get(struct, {}).get(field["yaml"]) or BY_CODEC.get(_codec(field["type"], types))
    return {"secret": found} if found else {}


def strangers(types: dict[str, Any]) -> list[str]:
    """The fields named here that none of ``types`` has."""
    return [
        f"{struct}.{key}"
        for struct, fields in BY_FIELD.items()
        for key in fields
        if key not in {field["yaml"] for field in types.get(struct, {}).get("fields", ())}
    ]


def _codec(expr: Any, types: dict[str, Any]) -> str:
    """The codec of what a type holds, behind pointers, lists, maps and names for these."""
    while isinstance(expr, dict):
        if "ptr" in expr or "list" in expr:
            expr = expr.get("ptr") or expr["list"]
        elif "map" in expr:
            expr = expr["map"][1]
        else:
            entry = types.get(expr.get("ref", ""), {})
            if "codec" in entry or "of" not in entry:
                return str(entry.get("codec", ""))
            expr = {entry["kind"]: entry["of"]} if entry["kind"] in ("list", "map") else entry["of"]
    return ""
