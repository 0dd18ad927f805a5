"""The secrets bundle of a cluster that takes over a Kubernetes PKI folder (Talos v1.14.1)."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

from talosgen import inputs
from talosgen.contract import Contract
from talosgen.errors import InputError, Problem
from talosgen.pki import certificates, keys
from talosgen.pki.parts import CertificateAndKey, Key
from talosgen.pki.secrets import SecretsBundle
from talosgen.source import Span

__all__ = ["from_kubernetes_pki"]

#: The bundle's part and the files without their ending.
_PAIRS: Final = {"k8s": "ca", "etcd": "etcd/ca", "k8saggregator": "front-proxy-ca"}


def from_kubernetes_pki(
    folder: Path,
    contract: Contract,
    bootstrap_token: str = "",
    *,
    now: datetime | None = None,
    random: Callable[[int], bytes] = os.urandom,
) -> SecretsBundle:
    """A bundle with the authorities and the service-account key of a kubeadm PKI folder, the rest new.

    An empty bootstrap token is drawn. Raises InputError naming every file that is missing or unusable.
    """
    if not folder.is_dir():
        raise InputError(Problem("this is no folder", Span(str(folder)), remedy="give a Kubernetes PKI folder"))
    problems: list[Problem] = []

    def part(name: str, check: Callable[[bytes], object]) -> bytes:
        path = folder / name
        try:
            data = inputs.read(path)
            check(data)
        except InputError as error:
            problems.extend(error.problems)
        except ValueError as error:
            problems.append(Problem(str(error), Span(str(path))))
        else:
            return data
        return b""

    pairs = {
        name: CertificateAndKey(part(f"{stem}.crt", certificates.load), part(f"{stem}.key", keys.load))
        for name, stem in _PAIRS.items()
    }
    for name, stem in _PAIRS.items():
        pair = pairs[name]
        try:
            if pair.crt and pair.key:
                certificates.check_pair(pair.crt, pair.key)
        except ValueError as error:
            problems.append(Problem(str(error), Span(str(folder / f"{stem}.key"))))
    service_account = Key(part("sa.key", keys.load))
    if problems:
        raise InputError(problems)
    fresh = SecretsBundle.generate(contract, kubernetes=False, etcd=False, now=now, random=random)
    assert fresh.certs is not None
    secrets = SecretsBundle.kubernetes_secrets(contract, random)
    if bootstrap_token:
        secrets = secrets._replace(bootstraptoken=bootstrap_token)
    certs = fresh.certs._replace(
        etcd=pairs["etcd"],
        k8s=pairs["k8s"],
        k8saggregator=pairs["k8saggregator"],
        k8sserviceaccount=service_account,
    )
    return fresh._replace(secrets=secrets, certs=certs)
