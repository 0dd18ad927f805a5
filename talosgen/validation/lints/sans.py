"""Names and addresses that the certificates of a control plane node are for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from talosgen.validation.checks.addresses import parsed_address
from talosgen.validation.checks.urls import parsed_url
from talosgen.validation.rule import LINTS, At, Context
from talosgen.validation.settings import cluster_of, is_control_plane, machine_of, machine_type, only

__all__: list[str] = []


def _same(text: str) -> str:
    """What two ways to write one name or address have in common."""
    address = parsed_address(text)
    return text.lower() if address is None else str(address)


def _endpoint(context: Context) -> str:
    """The host of the cluster's endpoint; empty when there is none."""
    container = context.container
    document = only(container, "KubeClusterConfig")
    text = (
        (cluster_of(container).get("controlPlane") or {}).get("endpoint")
        if document is None
        else document.tree.get("endpoint")
    )
    url = parsed_url(text or "")
    return "" if url is None else _same(url.hostname)


def _shared(context: Context) -> Iterator[tuple[str, At]]:
    """The addresses that the control plane nodes share, and where they are set."""
    container = context.container
    at = context.at(container.legacy).below("machine", "network", "interfaces")
    for index, device in enumerate((machine_of(container).get("network") or {}).get("interfaces") or []):
        holders = [((), device), *((("vlans", n), vlan) for n, vlan in enumerate(device.get("vlans") or []))]
        for steps, holder in holders:
            if ip := (holder.get("vip") or {}).get("ip"):
                yield ip, at.below(index, *steps, "vip", "ip")
    for document in container:
        if document.kind.name in ("Layer2VIPConfig", "HCloudVIPConfig"):
            yield document.name, context.at(document).below("name")


def _kubernetes(context: Context) -> Iterable[str]:
    document = only(context.container, "KubeAPIServerConfig")
    if document is not None:
        return document.tree.get("certExtraSANs") or []
    return (cluster_of(context.container).get("apiServer") or {}).get("certSANs") or []


@LINTS.across
def names(context: Context) -> None:
    """Kubernetes' certificate has the endpoint's host by itself; that of the Talos API has not."""
    if not is_control_plane(machine_type(context.container)):
        return
    host = _endpoint(context)
    if not host:
        return
    shared = [(_same(address), at) for address, at in _shared(context)]
    given = machine_of(context.container).get("certSANs") or []
    # A shared address is none to reach the Talos API at.
    if given and host not in map(_same, given) and host not in [address for address, _ in shared]:
        context.at(context.container.legacy)("endpoint-not-in-sans", "machine", "certSANs")
    # Whoever comes by a name has it checked, not the address behind it.
    if parsed_address(host) is not None:
        known = {host, *map(_same, _kubernetes(context))}
        for address, at in shared:
            if address not in known:
                at("vip-not-in-sans")
