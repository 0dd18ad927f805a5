"""The container runtime and its registries."""

from __future__ import annotations

from talosgen.validation.checks.labels import name_fault
from talosgen.validation.checks.pem import certificate_fault, has_certificate, pair_fault, unnamed_key_fault
from talosgen.validation.checks.runtime_spec import json_fault, type_fault
from talosgen.validation.checks.urls import scheme_and_host
from talosgen.validation.rule import At, Tree, rule

__all__ = ["runtime_spec"]


@rule("RegistryAuthConfig", "RegistryMirrorConfig", "RegistryTLSConfig")
def name(document: Tree, at: At) -> None:
    if not document.get("name"):
        at("name-missing")


@rule("RegistryAuthConfig")
def auth(auth: Tree, at: At) -> None:
    user, token = auth.get("username"), auth.get("identityToken")
    if user and token:
        at("registry-auth-twice", "identityToken")
    if auth.get("auth") and (user or token):
        at("registry-auth-with-auth", "auth")


@rule("RegistryMirrorConfig")
def mirror(mirror: Tree, at: At) -> None:
    for index, endpoint in enumerate(mirror.get("endpoints") or []):
        url = endpoint.get("url")
        if not url:
            at("mirror-url-missing", "endpoints", index)
        elif scheme_and_host(url)[0] not in ("http", "https"):
            at("mirror-url-scheme", "endpoints", index, "url")


@rule("RegistryTLSConfig")
def tls(tls: Tree, at: At) -> None:
    ca, identity = tls.get("ca"), tls.get("clientIdentity")
    if ca and not has_certificate(ca):
        at("registry-ca", "ca")
    if identity is None:
        return
    certificate, key = identity.get("cert", ""), identity.get("key", "")
    if at.makes("registry-client-identity"):
        part, fault = pair_fault(certificate, key, load=False)
        if fault:
            at("registry-client-identity", "clientIdentity", part, message=f"the client's identity: {fault}")
        return
    if fault := certificate_fault(certificate):
        at("registry-client-certificate", "clientIdentity", "cert", message=f"the client's certificate: {fault}")
    if fault := unnamed_key_fault(key):
        at("registry-client-key", "clientIdentity", "key", message=f"the client's key: {fault}")


def runtime_spec(overrides: Tree, at: At) -> None:
    """Overrides of the OCI runtime specification: one finding."""
    if (steps := json_fault(overrides)) is not None:
        at("runtime-spec-json", *steps)
    elif found := type_fault(overrides):
        at("runtime-spec-type", *found[0], message=f"the OCI runtime specification has {found[1]} here")


@rule("CRIBaseRuntimeSpecConfig")
def base_runtime_spec(document: Tree, at: At) -> None:
    runtime_spec(document.get("overrides") or {}, at.below("overrides"))


@rule("CRICustomizationConfig")
def customization(document: Tree, at: At) -> None:
    name: str = document.get("name", "")
    if fault := name_fault(name):
        at("customization-name", "name", message=f"the name of the customization: {fault}")
    if name == "customization":
        at("customization-reserved", "name")
