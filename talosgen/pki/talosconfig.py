"""The talosconfig: who may talk to the Talos API of a cluster, and where."""

from __future__ import annotations

import os
from base64 import b64encode
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

from talosgen.config.engine import encoder
from talosgen.errors import InputError, Problem
from talosgen.pki.certificates import CLIENT_LIFETIME, LONGEST, Issued, sign_client
from talosgen.pki.pem import MARKER
from talosgen.pki.secrets import SecretsBundle
from talosgen.schema.table import table

__all__ = ["ROLES", "Talosconfig", "check_roles"]

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
    ) -> Talosconfig:
        """A new client certificate of the bundle's Talos authority, with these roles.

        ``now`` is its start, this moment by default. Raises InputError for unknown roles or none, and
        when the bundle has no usable authority (Talos v1.14.1).
        """
        roles = set(roles)
        problems = check_roles(sorted(roles))
        authority = bundle.certs.os if bundle.certs is not None else None
        if authority is None or authority.key in (b"", MARKER):
            missing = "has no certs.os" if authority is None else "holds no key of certs.os, the Talos authority"
            problems.append(Problem(f"the secrets bundle {missing}", remedy="make one with `gen secrets`"))
        start = now or datetime.now(UTC)
        if not timedelta(seconds=1) <= lifetime <= LONGEST or start.year + lifetime.days // 365 >= 9999:
            problems.append(Problem("the lifetime is out of range", remedy="give one of at least a second"))
        if problems or authority is None:
            raise InputError(problems)
        try:
            issued = sign_client(Issued(authority.crt, authority.key), roles, start, lifetime, random)
        except ValueError as error:
            raise InputError(Problem(f"the Talos authority of the bundle is unusable: {error}")) from None
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
