"""The kubeconfig: who may talk to the Kubernetes API of a cluster, and where."""

from __future__ import annotations

import os
from base64 import b64encode
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

from talosgen.config.codecs.url import URL
from talosgen.errors import Problem
from talosgen.goyaml import json, yaml2
from talosgen.pki.certificates import CLIENT_LIFETIME, Client
from talosgen.pki.credential import Issue, issue
from talosgen.pki.endpoint import check_endpoint
from talosgen.pki.secrets import SecretsBundle

__all__ = ["ADMINS", "PURPOSE", "Kubeconfig"]

#: The group that may do everything, whatever the cluster's own roles are.
ADMINS: Final = "system:masters"
#: What reproducible keys are bound to.
PURPOSE: Final = "kubeconfig"
#: A cluster whose clock is behind takes the certificate at once (Talos v1.14.1).
_SKEW: Final = timedelta(seconds=10)
#: RFC 5280: the upper bound of a common name.
_LONGEST_NAME: Final = 64


class Kubeconfig(NamedTuple):
    """A client config of one cluster, one user and one context. ``ca`` and the pair are PEM.

    ``user`` is the name in the certificate; in the file it stands as ``user@cluster``, which is the name of the
    context as well unless ``context`` gives another.
    """

    cluster: str
    server: str
    ca: bytes
    crt: bytes
    key: bytes
    user: str = "admin"
    context: str = ""

    @classmethod
    def generate(
        cls,
        cluster: str,
        endpoint: str,
        bundle: SecretsBundle,
        *,
        user: str = "admin",
        groups: Iterable[str] = (ADMINS,),
        context: str = "",
        accepted: Iterable[bytes] = (),
        lifetime: timedelta = CLIENT_LIFETIME,
        now: datetime | None = None,
        random: Callable[[int], bytes] = os.urandom,
        reproducible: bool = False,
    ) -> Kubeconfig:
        """A new client certificate of the bundle's Kubernetes authority for a user in these groups.

        ``endpoint`` is the URL of the Kubernetes API, printed as Go does. ``accepted`` are further authorities, as
        PEM, that the client is to trust. ``now``, this moment by default, is the start; the certificate is valid ten
        seconds before (Talos v1.14.1). ``reproducible``: key, serial number and signature follow from the authority
        and the arguments, the validity begins at ``now`` itself: the same arguments give the same file.

        Raises InputError for malformed names or endpoint, for a bundle without usable Kubernetes authority, and for a
        life beyond the authority's.
        """
        organizations = tuple(sorted(set(groups)))
        problems = [
            *_name_problems(cluster, user, organizations, context),
            *check_endpoint(endpoint),
        ]
        authority = bundle.certs.k8s if bundle.certs is not None else None
        purpose = PURPOSE if reproducible else ""
        how = Issue(now or datetime.now(UTC), lifetime, random, purpose, _SKEW)
        client = Client(organizations, user, encipherment=True)
        issued = issue(authority, "certs.k8s", "Kubernetes", client, how, problems)
        assert authority is not None
        ca = b"".join(_closed(pem) for pem in (authority.crt, *accepted))
        return cls(cluster, str(URL.parse(endpoint)), ca, issued.crt, issued.key, user, context)

    def to_yaml(self) -> str:
        """The file's text, as Talos v1.14.1 makes it. It holds the private key."""
        user = f"{self.user}@{self.cluster}"
        context = self.context or user
        tree: dict[str, Any] = {
            "apiVersion": "v1",
            "clusters": [
                {
                    "cluster": {"certificate-authority-data": _base64(self.ca), "server": self.server},
                    "name": self.cluster,
                }
            ],
            "contexts": [{"context": {"cluster": self.cluster, "namespace": "default", "user": user}, "name": context}],
            "current-context": context,
            "kind": "Config",
            "users": [
                {
                    "name": user,
                    "user": {"client-certificate-data": _base64(self.crt), "client-key-data": _base64(self.key)},
                }
            ],
        }
        return yaml2.emit(json.dump(tree))

    def __repr__(self) -> str:
        return f"Kubeconfig({self.cluster!r}, {self.server!r}, ***)"


def _name_problems(cluster: str, user: str, groups: tuple[str, ...], context: str) -> list[Problem]:
    """What keeps names from standing in a certificate and in the file."""
    problems = [
        Problem(f"the name of the {what} is empty", remedy="give one")
        for what, text in [("cluster", cluster), ("user", user), *(("group", group) for group in groups)]
        if not text
    ]
    problems += [
        Problem(f"the name of the {what} holds a character that cannot be printed", remedy="give another")
        for what, text in [("cluster", cluster), ("user", user), ("context", context)]
        + [("group", group) for group in groups]
        if not text.isprintable()
    ]
    if user.isprintable() and len(user.encode()) > _LONGEST_NAME:
        problems.append(
            Problem(
                "the name of the user is too long for a certificate", remedy=f"expected {_LONGEST_NAME} bytes at most"
            )
        )
    return problems


def _closed(pem: bytes) -> bytes:
    return pem if pem.endswith(b"\n") else pem + b"\n"


def _base64(pem: bytes) -> str:
    return b64encode(pem).decode("ascii")
