"""When two answers to one request agree."""

from __future__ import annotations

import base64
import re
from typing import Any


def shape(text: str) -> str:
    """A secrets bundle with what is random in it replaced by what kind of thing it is."""

    def kind(found: re.Match[str]) -> str:
        value = found[2].strip('"')
        if re.fullmatch(r"[0-9a-z]{6}\.[0-9a-z]{16}", value):
            return found[1] + "<token>"
        try:
            data = base64.b64decode(value, validate=True)
        except ValueError:
            return found[0]
        label = re.match(rb"-----BEGIN ([A-Z0-9 ]+)-----\n", data)
        return f"{found[1]}<{label[1].decode() if label else f'{len(data)} bytes'}>"

    return re.sub(r'(?m)^( *\w+: )(?!null$|""$)(.+)$', kind, text)


def difference(request: dict[str, Any], wanted: dict[str, Any], got: dict[str, Any]) -> str | None:
    """Why two answers do not agree; None when they do. The wording of an error is each one's own."""
    if bool(wanted.get("error")) != bool(got.get("error")):
        return f"wanted error {wanted.get('error')!r}, got {got.get('error')!r}"
    if request["op"] == "validate":
        return _verdicts(wanted, got)
    if wanted.get("error"):
        return None
    texts = wanted.get("yaml") or "", got.get("yaml") or ""
    if request["op"] == "newbundle":
        texts = shape(texts[0]), shape(texts[1])
    if texts[0] != texts[1]:
        return f"wanted {texts[0]!r}, got {texts[1]!r}"
    if wanted.get("id") != got.get("id"):
        return f"wanted id {wanted.get('id')}, got {got.get('id')}"
    return None


def _verdicts(wanted: dict[str, Any], got: dict[str, Any]) -> str | None:
    """Why two verdicts differ: as many errors, where decoding came to its end, and as many warnings."""
    if wanted.get("errors") != got.get("errors"):
        return f"wanted {wanted.get('errors')} errors {wanted.get('error')!r}, got {got.get('errors')} {got.get('error')!r}"
    warnings = wanted.get("warnings") or [], got.get("warnings") or []
    if len(warnings[0]) != len(warnings[1]):
        return f"wanted warnings {warnings[0]}, got {warnings[1]}"
    return None
