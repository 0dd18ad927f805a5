"""``gen ca``, ``gen key``, ``gen csr``, ``gen crt``, ``gen keypair``."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from talosgen import files, inputs
from talosgen.pki import issue

__all__ = ["ca", "crt", "csr", "key", "keypair"]


def _write(blobs: Mapping[str, bytes], flags: dict[str, Any]) -> int:
    files.write(blobs, force=flags["force"], make_folders=False)
    return 0


def ca(flags: dict[str, Any], arguments: list[str]) -> int:
    """Write a certificate authority."""
    return _write(issue.ca(flags["organization"], flags["hours"], flags["rsa"]), flags)


def key(flags: dict[str, Any], arguments: list[str]) -> int:
    """Write a private key."""
    return _write(issue.key(flags["name"]), flags)


def csr(flags: dict[str, Any], arguments: list[str]) -> int:
    """Write a certificate signing request beside its key."""
    file = flags["key"]
    name = os.path.splitext(file)[0] + ".csr"
    return _write({name: issue.csr(inputs.read(file), flags["ip"], flags["roles"], file)}, flags)


def crt(flags: dict[str, Any], arguments: list[str]) -> int:
    """Write a signed certificate."""
    authority, request = flags["ca"], flags["csr"]
    certificate = issue.crt(
        inputs.read(f"{authority}.crt"), inputs.read(f"{authority}.key"), inputs.read(request), flags["hours"]
    )
    return _write({f"{flags['name']}.crt": certificate}, flags)


def keypair(flags: dict[str, Any], arguments: list[str]) -> int:
    """Write a self-signed key pair."""
    return _write(issue.keypair(flags["organization"], flags["ip"]), flags)
