"""What the generator is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any, Final, NamedTuple

from talosgen.contract import Contract
from talosgen.errors import InputError, Problem

__all__ = ["DEFAULT_INSTALL_IMAGE", "DEFAULT_KUBERNETES", "TALOS_VERSION", "MachineType", "Options"]

#: The Talos release whose generator is matched.
TALOS_VERSION: Final = "v1.14.1"
#: The Kubernetes version that this release installs, without the v.
DEFAULT_KUBERNETES: Final = "1.37.0"
#: The installer that `gen config` names: the Image Factory's, for the empty schematic.
DEFAULT_INSTALL_IMAGE: Final = (
    "factory.talos.dev/metal-installer/376567988ad370138ad8b2698212367b8edcb69b5fd68c80be1f2ec7d603b4ba:"
    + TALOS_VERSION
)


class MachineType(Enum):
    """The role of a machine, as ``machine.type`` spells it."""

    INIT = "init"
    CONTROLPLANE = "controlplane"
    WORKER = "worker"

    @property
    def is_controlplane(self) -> bool:
        return self is not MachineType.WORKER

    @classmethod
    def parse(cls, text: str) -> MachineType:
        """The role that a text means: ``join`` and the empty text mean worker. Raises InputError."""
        if text in ("", "join"):
            return cls.WORKER
        try:
            return cls(text)
        except ValueError:
            known = ", ".join(member.value for member in cls)
            raise InputError(Problem("unknown machine type", remedy=f"expected one of {known}")) from None


_NONE: Final[Mapping[str, Any]] = {}


class Options(NamedTuple):
    """What a cluster's base configs are made from, beside the secrets bundle.

    ``kubernetes`` is a version without the v. ``kubeprism_port`` 0 turns KubePrism off. ``mirrors``
    are URLs by registry host, ``registry_cas`` PEM texts by host. ``network`` and ``disks`` are
    plain trees of ``machine.network`` and ``machine.disks``. ``None`` leaves the choice to the
    contract.
    """

    cluster: str
    endpoint: str
    kubernetes: str = DEFAULT_KUBERNETES
    contract: Contract = Contract()
    install_disk: str = ""
    install_image: str = ""
    install_extra_kernel_args: tuple[str, ...] = ()
    additional_sans: tuple[str, ...] = ()
    dns_domain: str = "cluster.local"
    discovery: bool = True
    kubespan: bool | None = None
    kubeprism_port: int | None = None
    host_dns_forward: bool | None = None
    mirrors: Mapping[str, tuple[str, ...]] = _NONE
    registry_cas: Mapping[str, str] = _NONE
    registry_insecure: tuple[str, ...] = ()
    sysctls: Mapping[str, str] = _NONE
    disks: tuple[Mapping[str, Any], ...] = ()
    network: Mapping[str, Any] | None = None
    cni_url: str = ""
    allow_scheduling_on_control_planes: bool = False
    local_api_server_port: int = 0
    debug: bool = False
    skip_unattended_install: bool = False
    with_kubernetes: bool = True
    with_etcd: bool = True
