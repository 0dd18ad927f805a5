"""Glue that makes ten nodes: what an inventory says goes in, one file for each node comes out."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from ipaddress import IPv4Interface
from pathlib import Path
from typing import NamedTuple

from talosgen import InputError, MachineConfig, MachineType, Options, SecretsBundle, generate
from talosgen.documents import HostnameConfig, LinkConfig, v1alpha1
from talosgen.documents.network import AddressConfig, RouteConfig


class Node(NamedTuple):
    """A row of the inventory."""

    name: str
    role: MachineType
    address: IPv4Interface
    disk: str


INVENTORY = [
    Node(
        name=f"{'cp' if number < 3 else 'worker'}-{number}",
        role=MachineType.CONTROLPLANE if number < 3 else MachineType.WORKER,
        address=IPv4Interface(f"192.168.10.{10 + number}/24"),
        disk="/dev/nvme0n1" if number < 3 else "/dev/sda",
    )
    for number in range(10)
]


def own(node: Node) -> Iterator[v1alpha1.Config | HostnameConfig | LinkConfig]:
    """What only this node has, as patches."""
    yield v1alpha1.Config(
        machine=v1alpha1.MachineConfig(
            node_labels={"topology.kubernetes.io/zone": f"rack-{int(node.address.ip) % 2}"},
        )
    )
    yield HostnameConfig(hostname=node.name, auto="off")
    gateway = node.address.network[1]
    yield LinkConfig(
        name="eth0", addresses=[AddressConfig(address=node.address)], routes=[RouteConfig(gateway=gateway)]
    )


def compiled(nodes: list[Node], secrets: SecretsBundle) -> dict[str, MachineConfig]:
    """The config of each node. Each role is generated once; the nodes share what they have in common."""
    bases = {
        (role, disk): generate(
            Options(cluster="demo", endpoint="https://192.168.10.5:6443", install_disk=disk), role, secrets
        )
        for role, disk in {(node.role, node.disk): None for node in nodes}
    }
    return {node.name: bases[node.role, node.disk].patch(*own(node)) for node in nodes}


def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    try:
        configs = compiled(INVENTORY, SecretsBundle.generate())
    except InputError as error:
        sys.exit("\n".join(map(str, error.problems)))
    for name, config in configs.items():
        (folder / f"{name}.yaml").write_text(config.to_yaml(), encoding="utf-8")
        print(name, f"{len(config)} documents", config.v1alpha1.machine.node_labels)


if __name__ == "__main__":
    main()
