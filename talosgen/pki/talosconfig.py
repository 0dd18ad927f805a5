"""The talosconfig: who may talk to the Talos API of a cluster, and where."""

from __future__ import annotations

import os
from base64 import b64encode
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

from talosgen.config.engine import encoder
from talosgen.errors import Problem
from talosgen.pki.certificates import CLIENT_LIFETIME, Client
from talosgen.pki.credential import Issue, issue
from talosgen.pki.secrets import SecretsBundle
from talosgen.schema.table import table

__all__ = ["PURPOSE", "ROLES", "Talosconfig", "check_roles"]

#: What reproducible keys are bound to.
PURPOSE: Final = "talosconfig"

#: The roles that the Talos API knows.
ROLES: Final = (
    "os:admin", "os:operator", "os:reader", "os:etcd:backup", "os:image:verifier", "os:meta:writer",
    "os:impersonator",
)  # fmt: skip


def check_roles(roles: Iterable[str]) -> list[Problem]:
    """What is wrong with a set of roles: none at all, unknown ones."""
    given = list(roles)
    if not given:
        return [Problem("at least one role is needed", remedy=f"known roles: {', '.join(ROLES)}")]
    unknown = [role for role in given if role not in ROLES]
    if unknown:
        return [Problem(f"unknown roles: {', '.join(unknown)}", remedy=f"known roles: {', '.join(ROLES)}")]
    return []


class Talosconfig(NamedTuple):
    """A client config with one context, named after the cluster. ``ca`` and the pair are PEM."""

    cluster: str
    ca: bytes
    crt: bytes
    key: bytes
    endpoints: tuple[str, ...] = ()
    nodes: tuple[str, ...] = ()

    @classmethod
    def generate(
        cls,
        cluster: str,
        bundle: SecretsBundle,
        *,
        endpoints: Iterable[str] = (),
        nodes: Iterable[str] = (),
        roles: Iterable[str] = ("os:admin",),
        lifetime: timedelta = CLIENT_LIFETIME,
        now: datetime | None = None,
        random: Callable[[int], bytes] = os.urandom,
        reproducible: bool = False,
        within_authority: bool = False,
    ) -> Talosconfig:
        """A new client certificate of the bundle's Talos authority, with these roles.

        ``now`` is its start, this moment by default. ``reproducible``: key, serial number and signature follow from
        the authority and the arguments, so that the same arguments give the same file. ``within_authority`` refuses a
        life beyond the authority's, which Talos's own generator does not look at.

        Raises InputError for unknown roles or none, and when the bundle has no usable authority (Talos v1.14.1).
        """
        organizations = tuple(sorted(set(roles)))
        problems = check_roles(organizations)
        authority = bundle.certs.os if bundle.certs is not None else None
        purpose = PURPOSE if reproducible else ""
        how = Issue(now or datetime.now(UTC), lifetime, random, purpose, bounded=within_authority)
        issued = issue(authority, "certs.os", "Talos", Client(organizations), how, problems)
        assert authority is not None
        return cls(cluster, authority.crt, issued.crt, issued.key, tuple(endpoints), tuple(nodes))

    def to_yaml(self) -> str:
        """The file's text, as Talos v1.14.1 writes it. It holds the private key."""
        context: dict[str, Any] = {"endpoints": list(self.endpoints)}
        if self.nodes:
            context["nodes"] = list(self.nodes)
        for name, pem in (("ca", self.ca), ("crt", self.crt), ("key", self.key)):
            context[name] = b64encode(pem).decode("ascii")
        tree: dict[str, Any] = {"context": self.cluster} if self.cluster else {}
        tree["contexts"] = {self.cluster: context}
        return encoder().text(table().roots["talosconfig"], tree)

    def __repr__(self) -> str:
        return f"Talosconfig({self.cluster!r}, ***)"
