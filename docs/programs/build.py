"""Build a config from nothing: the network of a storage node, and its volumes."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Interface, IPv4Network

from talosgen import MachineConfig
from talosgen.documents import (
    BondConfig,
    HostnameConfig,
    NetworkDefaultActionConfig,
    NetworkRuleConfig,
    ResolverConfig,
    UserVolumeConfig,
    v1alpha1,
)
from talosgen.documents.block import DiskSelector, EncryptionKey, EncryptionKeyTPM, EncryptionSpec, ProvisioningSpec
from talosgen.documents.nethelpers import BondMode
from talosgen.documents.network import (
    AddressConfig,
    IngressRule,
    NameserverConfig,
    RouteConfig,
    RulePortSelector,
)

NETWORK = IPv4Network("10.0.0.0/24")
GATEWAY = IPv4Address("10.0.0.1")


def storage_node(number: int) -> MachineConfig:
    """The config of the storage node of that number."""
    address = IPv4Interface((NETWORK[100 + number], NETWORK.prefixlen))
    return MachineConfig.of(
        v1alpha1.Config(
            machine=v1alpha1.MachineConfig(type="worker", install=v1alpha1.InstallConfig(disk="/dev/sda", wipe=True)),
        ),
        HostnameConfig(hostname=f"storage-{number}"),
        BondConfig(
            name="bond0",
            links=["enp1s0f0", "enp1s0f1"],
            bond_mode=BondMode.IEEE_802_3AD,
            xmit_hash_policy="layer3+4",
            mtu=9000,
            addresses=[AddressConfig(address=address)],
            routes=[RouteConfig(gateway=GATEWAY)],
        ),
        ResolverConfig(nameservers=[NameserverConfig(address=GATEWAY)]),
        NetworkDefaultActionConfig(ingress="block"),
        NetworkRuleConfig(
            name="ceph",
            port_selector=RulePortSelector(ports=[3300, "6800-7300"], protocol="tcp"),
            ingress=[IngressRule(subnet=NETWORK)],
        ),
        UserVolumeConfig(
            name="ceph",
            provisioning=ProvisioningSpec(
                disk_selector=DiskSelector(match='disk.transport == "nvme"'), min_size="500GB", grow=True
            ),
            encryption=EncryptionSpec(provider="luks2", keys=[EncryptionKey(slot=0, tpm=EncryptionKeyTPM())]),
        ),
    )


def main() -> None:
    print("=== storage-1")
    print(storage_node(1).to_yaml(), end="")


if __name__ == "__main__":
    main()
