"""Certificates and tokens that end, or have ended, by the time that the caller gives."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from talosgen.validation.checks.der import validity
from talosgen.validation.checks.keys import decoded
from talosgen.validation.checks.pem import blocks
from talosgen.validation.lints.leaves import leaves
from talosgen.validation.rule import LINTS, At, Context, Tree

__all__ = ["SOON"]

#: How long before its end something is told of.
SOON: Final = timedelta(days=30)

_NAMES: Final = {
    "certificate": ("certificate-expired", "certificate-expires"), "token": ("token-expired", "token-expires"),
}  # fmt: skip
# What a JSON Web Token is made of; each is three parts, and the first two are JSON objects in base64.
_WORDS: Final = re.compile(r"[A-Za-z0-9_.-]{20,}")
_OBJECT: Final = "eyJ"


@LINTS.rule("x509.PEMEncodedCertificateAndKey", "x509.PEMEncodedCertificate")
def encoded(pair: Tree, at: At) -> None:
    if at.context.now is not None:
        content = decoded(pair.get("crt", ""))
        _certificates((content or b"").decode("utf-8", "replace"), at.below("crt"))


@LINTS.rule("meta.CertificateAndKey")
def pair(pair: Tree, at: At) -> None:
    _certificates(pair.get("cert", ""), at.below("cert"))


@LINTS.rule("KubeAPIServerCAConfig", "KubeAggregatorCAConfig")
def accepted(document: Tree, at: At) -> None:
    for index, text in enumerate(document.get("acceptedCAs") or []):
        _certificates(text, at.below("acceptedCAs", index))


@LINTS.rule("TrustedRootsConfig")
def trusted(document: Tree, at: At) -> None:
    _certificates(document.get("certificates", ""), at.below("certificates"))


@LINTS.rule("RegistryTLSConfig")
def registry(document: Tree, at: At) -> None:
    _certificates(document.get("ca", ""), at.below("ca"))


@LINTS.rule("v1alpha1.RegistryTLSConfig")
def legacy_registry(tls: Tree, at: At) -> None:
    if at.context.now is not None:
        _certificates((decoded(tls.get("ca", "")) or b"").decode("utf-8", "replace"), at.below("ca"))


def _certificates(text: str, at: At) -> None:
    """One finding for a text, of the certificate that ends first."""
    now = at.context.now
    if now is None or not text:
        return
    times = [found for block in blocks(text) if block.label == "CERTIFICATE" and (found := validity(block.content))]
    if times:
        start, end = max(found[0] for found in times), min(found[1] for found in times)
        if start > now:
            at("certificate-early", message=f"the certificate is not valid before {_day(start)}")
        _judge("certificate", end, now, at)


def _judge(what: str, end: datetime, now: datetime, at: At) -> None:
    expired, expires = _NAMES[what]
    if end <= now:
        at(expired, message=f"the {what} ended on {_day(end)}")
    elif end - now <= SOON:
        at(expires, message=f"the {what} ends on {_day(end)}")


def _day(time: datetime) -> str:
    return f"{time.year:04}-{time.month:02}-{time.day:02}"


@LINTS.across
def tokens(context: Context) -> None:
    """Wherever a JSON Web Token stands: what logs in to a registry, a header, a variable."""
    if context.now is None:
        return
    for document in context.container:
        for steps, text in leaves(document.tree):
            if _OBJECT in text:
                for end in _ends(text):
                    _judge("token", end, context.now, context.at(document).below(*steps))


def _ends(text: str) -> Iterator[datetime]:
    """When the tokens in a text end, those that say so."""
    import json

    for word in _WORDS.findall(text):
        parts = word.split(".")
        if len(parts) != 3 or not all(part.startswith(_OBJECT) for part in parts[:2]):
            continue
        content = decoded(parts[1].replace("-", "+").replace("_", "/") + "=" * (-len(parts[1]) % 4))
        try:
            claims: Any = json.loads(content or b"")
        except (ValueError, RecursionError):
            continue
        end = claims.get("exp") if isinstance(claims, dict) else None
        if isinstance(end, (int, float)) and 0 < end < 253_402_300_800:
            yield datetime.fromtimestamp(end, UTC)
