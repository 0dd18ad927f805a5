"""The facts of a cluster that all its nodes share: release, contract, Kubernetes, the generator's options."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

from talosgen.config.codecs.url import URL
from talosgen.config.located import Mapping, Sequence, Tree, Value, plain
from talosgen.config.mergers import MergeName
from talosgen.contract import Contract
from talosgen.errors import InputError, Problem
from talosgen.generation.options import Options
from talosgen.pki.endpoint import check_endpoint
from talosgen.project.variables import has_references
from talosgen.schema.releases import Release
from talosgen.source import Span
from talosgen.validation import Mode
from talosgen.validation.checks.addresses import is_ip

__all__ = ["NEEDED", "Facts", "facts", "known", "misstated"]

_KUBERNETES: Final = re.compile(r"v?\d{1,9}\.\d{1,9}\.\d{1,9}(-[0-9A-Za-z.-]{1,100})?")
_CNI: Final = re.compile(r"flannel|none|https?://.+")
#: DNS takes underscores, whatever host names may hold.
_HOST: Final = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,252}[A-Za-z0-9])?")
#: What no cluster can be without.
NEEDED: Final = ("name", "endpoint", "talosVersion")


class Facts(NamedTuple):
    """What is settled once for a cluster. The options lack the installer image, which the nodes' settings decide."""

    release: Release
    options: Options
    merge: MergeName
    mode: Mode


def facts(settings: Mapping, problems: list[Problem], notes: list[Problem]) -> Facts | None:
    """The facts of a cluster's settings, references resolved; None when something that is needed is wrong."""
    for key in (key for key in NEEDED if key not in settings):
        example = {"name": "home", "endpoint": "https://10.0.0.10:6443", "talosVersion": "v1.14.1"}[key]
        problems.append(Problem(f"{key} is missing", settings.span, remedy=f"write {key}: {example}"))
    release, contract, kubernetes = _judged(settings, problems, notes)
    problems.extend(_disagreements(settings))
    if problems or release is None or contract is None:
        return None
    return Facts(release, _options(settings, contract, kubernetes), _text(settings, "merge", "idempotent"),
                 _text(settings, "mode", "metal"))  # fmt: skip


def _disagreements(settings: Mapping) -> Iterator[Problem]:
    """What is wrong with settings together, in every contract: Talos looks at these in the newest alone."""
    pods, services = (settings.get(key) for key in ("podSubnets", "serviceSubnets"))
    if pods and services and _families(pods) != _families(services):
        message = "pods and services have subnets of other families"
        yield Problem(message, pods.span, "podSubnets", "give one of each for every family")


def _families(subnets: Sequence) -> set[int]:
    return {6 if ":" in item.value else 4 for item in subnets}


def misstated(layers: Iterable[Mapping]) -> list[Problem]:
    """What is wrong with what settings, the bases' first, state of these facts, as far as they are written out."""
    stated: dict[str, Tree] = {}
    for layer in layers:
        stated.update({key: item for key in _STATED if isinstance(item := layer.get(key), Value)})
    texts = {
        key: item
        for key, item in stated.items()
        if isinstance(item, Value) and isinstance(item.value, str) and not has_references(item.value)
    }
    problems: list[Problem] = []
    if "kubernetesVersion" in stated and "kubernetesVersion" not in texts:
        # It is given, and all that is asked of it here.
        texts["kubernetesVersion"] = Value("1.0.0", stated["kubernetesVersion"].span)
    if texts:
        _judged(Mapping(next(iter(texts.values())).span, dict(texts)), problems, [])
    return problems


#: What is judged by itself, without the rest of the settings.
_STATED: Final = ("talosVersion", "contract", "kubernetesVersion", "cni", "endpoint")


def _judged(
    settings: Mapping, problems: list[Problem], notes: list[Problem]
) -> tuple[Release | None, Contract | None, str]:  # fmt: skip
    release = _release(settings, problems, notes)
    contract = None if release is None else _contract(settings, release, problems)
    kubernetes = _kubernetes(settings, release, problems)
    if "cni" in settings and not _CNI.fullmatch(settings["cni"].value):
        remedy = "write flannel, none, or the URL of a manifest"
        problems.append(Problem("this is no CNI that Talos installs", settings["cni"].span, "cni", remedy))
    if "endpoint" in settings:
        given = settings["endpoint"]
        found = check_endpoint(given.value) or _check_host(given.value)
        problems.extend(problem._replace(place=given.span) for problem in found)
    return release, contract, kubernetes


def _check_host(endpoint: str) -> list[Problem]:
    """What is wrong with an endpoint that Talos takes, and nobody can mean."""
    url = URL.parse(endpoint)
    if url.user is not None:
        return [Problem("the cluster endpoint holds a user", remedy="leave it out: kubeconfigs hold certificates")]
    if not is_ip(url.hostname) and not _HOST.fullmatch(url.hostname):
        remedy = "write an IP address or a DNS name, as https://10.0.0.10:6443"
        return [Problem("the host of the cluster endpoint is none", remedy=remedy)]
    return []


def known(settings: Mapping) -> Mapping:
    """What ``${cluster.…}`` may name: what is set, and what follows from the release where it is not."""
    given = settings.get("talosVersion")
    place = given.span if isinstance(given, Value) else settings.span
    follows = {"dnsDomain": "cluster.local"}
    try:
        release = Release.parse(given.value) if isinstance(given, Value) and isinstance(given.value, str) else None
    except InputError:
        # It is told of where it matters.
        release = None
    if release is not None:
        follows["contract"] = str(release.contract)
        if release.kubernetes is not None:
            follows["kubernetesVersion"] = release.kubernetes
    out = Mapping(settings.span, {key: Value(value, place) for key, value in follows.items()})
    out.update({key: settings[key] for key in (*NEEDED, *follows, "kubernetesVersion") if key in settings})
    return out


def _text(settings: Mapping, key: str, default: Any = "") -> Any:
    return settings[key].value if key in settings else default


def _release(settings: Mapping, problems: list[Problem], notes: list[Problem]) -> Release | None:
    given = settings.get("talosVersion")
    if given is None:
        return None
    try:
        release = Release.parse(given.value)
    except InputError as error:
        problems.extend(problem._replace(place=given.span) for problem in error.problems)
        return None
    if not release.tried:
        message = f"Talos {release} is not among the releases that this talosgen was tried with"
        notes.append(Problem(message, given.span, severity="note", code="TG7004"))
    return release


def _contract(settings: Mapping, release: Release, problems: list[Problem]) -> Contract | None:
    given = settings.get("contract")
    if given is None:
        return release.contract
    try:
        contract = Contract.parse(given.value)
    except InputError as error:
        problems.extend(problem._replace(place=given.span) for problem in error.problems)
        return None
    if contract.current or contract > release.contract:
        message = f"the contract is newer than Talos {release}"
        problems.append(Problem(message, given.span, remedy=f"{release.contract} is the newest for it"))
        return None
    return contract


def _kubernetes(settings: Mapping, release: Release | None, problems: list[Problem]) -> str:
    given = settings.get("kubernetesVersion")
    if given is not None:
        if not _KUBERNETES.fullmatch(given.value):
            remedy = "write it in full, as 1.36.3"
            problems.append(Problem("this is no version of Kubernetes", given.span, remedy=remedy))
        return str(given.value).removeprefix("v")
    if release is None:
        return ""
    if release.kubernetes is None:
        place: Span = settings["talosVersion"].span
        message = f"which Kubernetes Talos {release} installs is not known to this talosgen"
        problems.append(Problem(message, place, remedy="write kubernetesVersion"))
        return ""
    return release.kubernetes


def _options(settings: Mapping, contract: Contract, kubernetes: str) -> Options:
    install = plain(settings.get("install", Mapping(settings.span)))
    registries = plain(settings.get("registries", Mapping(settings.span)))
    cni = _text(settings, "cni", "flannel")
    kubespan = settings.get("kubespan")
    return Options(
        cluster=settings["name"].value,
        endpoint=settings["endpoint"].value,
        kubernetes=kubernetes,
        contract=contract,
        install_disk=install.get("disk", ""),
        install_extra_kernel_args=() if contract.at_least(12) else tuple(plain(settings["kernelArgs"]))
        if "kernelArgs" in settings else (),
        additional_sans=_texts(settings, "sans"),
        dns_domain=_text(settings, "dnsDomain", "cluster.local"),
        discovery=_text(settings, "discovery", True),
        kubespan=None if kubespan is None else kubespan.value,
        mirrors={host: tuple(urls) for host, urls in registries.get("mirrors", {}).items()},
        registry_cas=registries.get("cas", {}),
        registry_insecure=tuple(registries.get("insecure", ())),
        sysctls=plain(settings["sysctls"]) if "sysctls" in settings else {},
        cni_url=cni if "://" in cni else "",
        allow_scheduling_on_control_planes=_text(settings, "allowSchedulingOnControlPlanes", False),
    )  # fmt: skip


def _texts(settings: Mapping, key: str) -> tuple[str, ...]:
    found = settings.get(key)
    return () if found is None else tuple(item.value for item in found if isinstance(item, Value))
