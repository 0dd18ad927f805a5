"""Free-form bodies that every generated cluster carries (Talos v1.14.1 generator)."""

from __future__ import annotations

from typing import Any, Final

__all__ = ["AUDIT_POLICY", "AUTHENTICATION", "POD_SECURITY"]

POD_SECURITY: Final[dict[str, Any]] = {
    "apiVersion": "pod-security.admission.config.k8s.io/v1alpha1",
    "defaults": {
        "audit": "restricted",
        "audit-version": "latest",
        "enforce": "baseline",
        "enforce-version": "latest",
        "warn": "restricted",
        "warn-version": "latest",
    },
    "exemptions": {"namespaces": ["kube-system"], "runtimeClasses": [], "usernames": []},
    "kind": "PodSecurityConfiguration",
}

AUDIT_POLICY: Final[dict[str, Any]] = {
    "apiVersion": "audit.k8s.io/v1",
    "kind": "Policy",
    "rules": [{"level": "Metadata"}],
}

AUTHENTICATION: Final[dict[str, Any]] = {
    "anonymous": {
        "conditions": [{"path": "/livez"}, {"path": "/readyz"}, {"path": "/healthz"}],
        "enabled": True,
    },
    "jwt": [],
}
