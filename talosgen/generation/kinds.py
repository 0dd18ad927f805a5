"""Which kinds of documents a base config has: a fact of contract and role, for which no secret is needed."""

from __future__ import annotations

from typing import Final

from talosgen.contract import Contract
from talosgen.generation.generate import generate
from talosgen.generation.options import MachineType, Options
from talosgen.pki.parts import CertificateAndKey, Certs, Cluster, Key, Secrets, TrustdInfo
from talosgen.pki.secrets import SecretsBundle

__all__ = ["kinds"]

_PAIR: Final = CertificateAndKey()
_BLANK: Final = SecretsBundle(
    Cluster(),
    Secrets(),
    TrustdInfo(),
    Certs(etcd=_PAIR, k8s=_PAIR, k8saggregator=_PAIR, k8sserviceaccount=Key(), os=_PAIR),
)


def kinds(contract: Contract, role: MachineType) -> frozenset[str]:
    """The names of the kinds in the base of a node that is installed to a disk and told nothing else."""
    options = Options("home", "https://10.0.0.10:6443", contract=contract, install_disk="/dev/sda")
    return frozenset(document.kind.name for document in generate(options, role, _BLANK))
