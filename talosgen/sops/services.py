"""The key services that SOPS knows: what names a key in ``.sops.yaml``, and what its entry in a file holds."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

__all__ = ["FLAT", "GROUPED", "TITLES", "Services", "identifier", "shortened"]

#: By the key of a rule or group: the service, and what makes an entry of a value. Raises ValueError for a wrong one.
Services = Mapping[str, tuple[str, Callable[[Any], dict[str, Any]]]]

#: The services as people know them.
TITLES: Final = {
    "age": "age", "azure_kv": "Azure Key Vault", "gcp_kms": "Google Cloud KMS", "hc_vault": "HashiCorp Vault",
    "hckms": "Huawei Cloud KMS", "kms": "AWS KMS", "pgp": "PGP",
}  # fmt: skip

_AZURE: Final = re.compile(r"(https://[^/]+)/keys/([^/]+)/([^/]*)")
_VAULT: Final = re.compile(r"(https?://[^/]+)/v1/(.+)/keys/([^/]+)")


def _named(field: str) -> Callable[[Any], dict[str, Any]]:
    def entry(value: Any) -> dict[str, Any]:
        if isinstance(value, dict):
            value = value.get(field)
        if not isinstance(value, str) or not value.strip():
            raise ValueError("expected texts")
        return {field: value.strip()}

    return entry


def _kms(value: Any) -> dict[str, Any]:
    if isinstance(value, str):
        arn, _, role = value.partition("+")
        return {"arn": arn, **({"role": role} if role else {})}
    if not isinstance(value, dict) or not isinstance(value.get("arn"), str):
        raise ValueError("expected an ARN")
    return {name: value[name] for name in ("arn", "aws_profile", "context", "role") if value.get(name)}


def _azure(value: Any) -> dict[str, Any]:
    if isinstance(value, dict):
        names = {"vaultUrl": "vault_url", "key": "name", "version": "version"}
        return {field: str(value.get(name) or "") for name, field in names.items()}
    found = _AZURE.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise ValueError("expected URLs such as https://vault.vault.azure.net/keys/name/version")
    return {"vault_url": found[1], "name": found[2], "version": found[3]}


def _vault(value: Any) -> dict[str, Any]:
    found = _VAULT.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise ValueError("expected URLs such as https://vault.example.com/v1/transit/keys/name")
    return {"vault_address": found[1], "engine_path": found[2], "key_name": found[3]}


#: The keys of a creation rule.
FLAT: Final[Services] = {
    "age": ("age", _named("recipient")),
    "pgp": ("pgp", _named("fp")),
    "kms": ("kms", _kms),
    "gcp_kms": ("gcp_kms", _named("resource_id")),
    "hckms": ("hckms", _named("key_id")),
    "azure_keyvault": ("azure_kv", _azure),
    "hc_vault_transit_uri": ("hc_vault", _vault),
}

#: The keys of a key group.
GROUPED: Final[Services] = {
    ("hc_vault" if key == "hc_vault_transit_uri" else key): value for key, value in FLAT.items()
}


def identifier(provider: str, entry: Mapping[str, Any]) -> str:
    """What names a key among those of its service."""
    if provider == "azure_kv":
        return f"{entry.get('vault_url', '')}/keys/{entry.get('name', '')}/{entry.get('version', '')}"
    if provider == "hc_vault":
        return f"{entry.get('vault_address', '')}/v1/{entry.get('engine_path', '')}/keys/{entry.get('key_name', '')}"
    field = {"age": "recipient", "pgp": "fp", "kms": "arn", "gcp_kms": "resource_id", "hckms": "key_id"}[provider]
    return str(entry.get(field, "")).strip()


def shortened(recipient: str) -> str:
    """A recipient as a message shows it; post-quantum and RSA ones are long."""
    return recipient if len(recipient) <= 80 else f"{recipient[:30]}…{recipient[-10:]}"
