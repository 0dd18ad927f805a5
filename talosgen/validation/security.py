"""Verification of images."""

from __future__ import annotations

from talosgen.validation.rule import At, Tree, rule

__all__: list[str] = []


@rule("security.ImageVerificationRuleV1Alpha1")
def image_rule(rule_: Tree, at: At) -> None:
    pattern: str = rule_.get("image", "")
    if not pattern:
        at("image-pattern-missing")
    if "@" in pattern:
        at("image-pattern-digest", "image")
    if ":" in pattern.partition("/")[2]:
        at("image-pattern-tag", "image")
    if pattern not in ("", "*") and "/" not in pattern:
        at("image-pattern-short", "image")
    if pattern and not _can_match(pattern):
        at("image-pattern-idle", "image")


def _can_match(pattern: str) -> bool:
    """Whether a pattern can match a normalized name, which has a registry's domain and a slash."""
    front, star, _ = pattern.partition("*")
    domain, slash, _ = front.partition("/")
    if not slash:
        return bool(star)
    return "." in domain or ":" in domain or domain.lower() == "localhost"


@rule("security.ImageVerificationRuleV1Alpha1")
def verifiers(rule_: Tree, at: At) -> None:
    skip, deny = rule_.get("skip"), rule_.get("deny")
    keyless, public = rule_.get("keyless"), rule_.get("publicKey")
    if skip and deny:
        at("image-skip-and-deny")
    if keyless is None and public is None:
        if not skip and not deny:
            at("image-verifier-missing")
    elif skip or deny:
        at("image-verifier-unused")
    if keyless is not None and public is not None:
        at("image-verifier-twice")
    if keyless is not None:
        if not keyless.get("issuer"):
            at("image-issuer", "keyless")
        if not keyless.get("subject") and not keyless.get("subjectRegex"):
            at("image-subject", "keyless")
    if public is not None and not public.get("certificate"):
        at("image-certificate", "publicKey")
