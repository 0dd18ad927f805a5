"""The talosconfig that a build writes, and whether the one that is there will do."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final, NamedTuple

from talosgen import inputs
from talosgen.config.decode import Faults
from talosgen.config.engine import decoder
from talosgen.errors import InputError, Problem
from talosgen.goyaml.construct import follow
from talosgen.goyaml.node import MAPPING
from talosgen.goyaml.reader import read_first
from talosgen.pki.pem import from_base64
from talosgen.pki.talosconfig import Talosconfig
from talosgen.project.cluster import Cluster
from talosgen.schema.table import table
from talosgen.source import Span

__all__ = ["NAME", "Wanted", "talosconfig"]

NAME: Final = "talosconfig"
#: One is made anew when less of its life is left.
_LEAST: Final = 1 / 3


class Wanted(NamedTuple):
    """What a talosconfig is to say. No nodes: a command that names none is to fail, not to reach them all."""

    cluster: str
    ca: bytes
    endpoints: tuple[str, ...]
    roles: frozenset[str] = frozenset(("os:admin",))
    nodes: tuple[str, ...] = ()

    @classmethod
    def of(cls, cluster: Cluster) -> Wanted:
        """What that of a cluster is to say: its control planes are the endpoints."""
        certs = cluster.bundle.certs
        authority = certs.os.crt if certs is not None and certs.os is not None else b""
        endpoints = tuple(node.address for node in cluster.nodes if node.role.is_controlplane)
        return cls(cluster.name, authority, endpoints)


def talosconfig(path: str, cluster: Cluster, now: datetime) -> bytes | None:
    """The text of a new talosconfig; None when the one at ``path`` stays.

    It stays while authority, context, endpoints, nodes and roles agree, and a third of its life remains. Raises
    InputError for a file that holds something else as well: it would be lost.
    """
    wanted = Wanted.of(cluster)
    if os.path.lexists(path) and _stays(_read(path), wanted, path, now):
        return None
    made = Talosconfig.generate(
        wanted.cluster, cluster.bundle, endpoints=wanted.endpoints, nodes=wanted.nodes, roles=wanted.roles, now=now
    )
    return made.to_yaml().encode("utf-8", "surrogateescape")


def _read(path: str) -> dict[str, Any]:
    root = read_first(inputs.read(path), path)
    node = None if root is None else follow(root)
    if node is None or node.kind != MAPPING:
        return {}
    faults = Faults(path, strict=False, merges=True)
    tree: dict[str, Any] = decoder().root(table().roots["talosconfig"])(node, faults)
    if faults.found:
        raise InputError([*faults.problems(node), _in_the_way("this is no talosconfig", path)])
    return tree


def _in_the_way(message: str, path: str) -> Problem:
    return Problem(message, Span(path), remedy="a build would overwrite it: move it away")


def _stays(tree: dict[str, Any], wanted: Wanted, path: str, now: datetime) -> bool:
    contexts = tree.get("contexts") or {}
    if others := sorted(name for name in contexts if name != wanted.cluster):
        raise InputError(_in_the_way(f"it holds contexts of other clusters as well: {', '.join(others)[:200]}", path))
    found = contexts.get(wanted.cluster)
    if found is None or tree.get("context") != wanted.cluster:
        return False
    texts = [found.get(key) or "" for key in ("ca", "crt", "key")]
    try:
        ca, crt, key = (from_base64(text) for text in texts)
    except ValueError:
        return False
    return (
        ca == wanted.ca
        and _same(found.get("endpoints"), wanted.endpoints)
        and _same(found.get("nodes"), wanted.nodes)
        and _will_do(ca, crt, key, wanted, now)
    )


def _same(given: Iterable[str] | None, wanted: tuple[str, ...]) -> bool:
    return tuple(given or ()) == wanted


def _will_do(ca: bytes, crt: bytes, key: bytes, wanted: Wanted, now: datetime) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.x509.oid import NameOID

    from talosgen.pki import certificates

    try:
        certificates.check_pair(crt, key)
        made = certificates.load(crt)
        made.verify_directly_issued_by(certificates.load(ca))
    except (ValueError, TypeError, InvalidSignature):
        return False
    roles = {item.value for item in made.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)}
    begin, end = made.not_valid_before_utc, made.not_valid_after_utc
    return roles == wanted.roles and begin <= now and end - now >= (end - begin) * _LEAST
