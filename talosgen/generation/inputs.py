"""What both halves of the generator read: the options with everything derived from them once."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final, NamedTuple

from talosgen.config.codecs.network import parse_addr
from talosgen.config.codecs.url import URL
from talosgen.errors import InputError, Problem
from talosgen.generation.contract import wants
from talosgen.generation.options import MachineType, Options
from talosgen.pki.parts import Certs, Cluster, Secrets, TrustdInfo
from talosgen.pki.secrets import SecretsBundle

__all__ = ["KUBEPRISM_PORT", "Inputs", "Parts"]

KUBEPRISM_PORT: Final = 7445

_IPV4: Final = ("10.244.0.0/16", "10.96.0.0/12")
_IPV6: Final = ("fc00:db8:10::/56", "fc00:db8:20::/112")


class Parts(NamedTuple):
    """A bundle whose four parts are all there."""

    cluster: Cluster
    secrets: Secrets
    trustdinfo: TrustdInfo
    certs: Certs


class Inputs(NamedTuple):
    """The options of one machine type, checked, with what follows from them."""

    options: Options
    machine_type: MachineType
    bundle: Parts
    wants: Callable[[str], bool]
    endpoint: str
    api_sans: list[str]
    cni_url: str
    pod_subnet: str
    service_subnet: str

    @property
    def controlplane(self) -> bool:
        return self.machine_type.is_controlplane

    @classmethod
    def derive(cls, options: Options, machine_type: MachineType, bundle: SecretsBundle) -> Inputs:
        """Raises InputError for an endpoint or a URL that is none, and for missing secrets."""
        problems: list[Problem] = []
        contract_wants = partial(wants, options.contract)
        controlplane = machine_type.is_controlplane
        url = _url(options.endpoint, "the cluster endpoint is no URL", problems)
        if not options.kubernetes:
            problems.append(Problem("no Kubernetes version given", remedy="give one, such as 1.37.0"))
        cni_url = options.cni_url
        if cni_url and controlplane:
            parsed = _url(cni_url, "the URL of the CNI manifest is no URL", problems)
            cni_url = "" if parsed is None else str(parsed)
        problems.extend(_missing(options, controlplane, bundle))
        if problems or url is None:
            raise InputError(problems)
        cluster, secrets, trustdinfo, certs = bundle
        assert cluster is not None
        assert secrets is not None
        assert trustdinfo is not None
        assert certs is not None
        sans = list(options.additional_sans)
        if contract_wants("endpoint-in-sans"):
            sans.insert(0, url.hostname)
        pod_subnet, service_subnet = _IPV6 if _bare_ipv6(options.endpoint) else _IPV4
        return cls(
            options=options,
            machine_type=machine_type,
            bundle=Parts(cluster, secrets, trustdinfo, certs),
            wants=contract_wants,
            endpoint=str(url),
            api_sans=sans,
            cni_url=cni_url,
            pod_subnet=pod_subnet,
            service_subnet=service_subnet,
        )


def _url(text: str, what: str, problems: list[Problem]) -> URL | None:
    try:
        return URL.parse(text)
    except ValueError as error:
        problems.append(Problem(f"{what}: {error}", remedy="expected a form such as https://10.0.0.1:6443"))
        return None


def _bare_ipv6(text: str) -> bool:
    try:
        return parse_addr(text).version == 6
    except ValueError:
        return False


def _missing(options: Options, controlplane: bool, bundle: SecretsBundle) -> list[Problem]:
    """What the bundle lacks for this machine (an error for us where Talos's generator crashes)."""
    missing = [part for part in ("cluster", "secrets", "trustdinfo", "certs") if getattr(bundle, part) is None]
    certs = bundle.certs
    if certs is not None:
        documents = wants(options.contract, "documents")
        wanted = []
        if not controlplane:
            wanted.append("os")
        if options.with_kubernetes if documents else not controlplane:
            wanted.append("k8s")
        if documents and controlplane and options.with_kubernetes:
            wanted += ["k8saggregator", "k8sserviceaccount"]
        missing += [f"certs.{name}" for name in wanted if getattr(certs, name) is None]
    return [
        Problem(f"the secrets bundle has no {name}", remedy="generate a complete bundle with `gen secrets`")
        for name in missing
    ]
