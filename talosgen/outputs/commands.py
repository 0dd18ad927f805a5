"""The commands of talosctl v1.14 and kubectl for a cluster's nodes, day by day; each is one line for a shell.

Every word was checked and is quoted (``words``). A cluster with words that cannot be is refused.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Final, Literal, NamedTuple

from talosgen.errors import InputError, Problem
from talosgen.generation.options import MachineType
from talosgen.outputs import words
from talosgen.outputs.words import command
from talosgen.project.cluster import Cluster, Node
from talosgen.validation.checks.addresses import is_ip

__all__ = ["MODES", "Machine", "apply", "health", "reset", "retire", "retired", "upgrade", "upgrade_kubernetes"]

Mode = Literal["auto", "no-reboot", "staged", "try"]
#: How a node takes a config over. ``reboot`` is no mode of talosctl since v1.14.
MODES: Final[tuple[Mode, ...]] = ("auto", "no-reboot", "staged", "try")


class Machine(NamedTuple):
    """What is known of a node that is, or was, one of the cluster."""

    name: str
    role: str
    address: str
    hostname: str

    @classmethod
    def of(cls, node: Node) -> Machine:
        return cls(node.name, node.role.value, node.address, node.hostname)


def _talosctl(cluster: Cluster, *rest: str) -> str:
    return command("talosctl", "--talosconfig", words.path(os.path.join(cluster.folder, "talosconfig")), *rest)


def _ordered(cluster: Cluster, nodes: Iterable[Node] | None) -> list[Node]:
    """Nodes in the order in which they are changed: control planes first. Raises InputError."""
    chosen = list(cluster.nodes if nodes is None else nodes)
    words.check(cluster, [*chosen, *cluster.role(MachineType.CONTROLPLANE)])
    return sorted(chosen, key=lambda node: not node.role.is_controlplane)


def first(cluster: Cluster) -> Node:
    """The control-plane node that is asked for the cluster as a whole. Raises InputError when there is none."""
    for node in cluster.nodes:
        if node.role.is_controlplane:
            return node
    message = "the cluster has no control-plane node"
    raise InputError(Problem(message, remedy="declare one: controlplane-NAME.yaml"))


def apply(
    cluster: Cluster,
    nodes: Iterable[Node] | None = None,
    *,
    mode: Mode = "auto",
    dry_run: bool = False,
    insecure: bool = False,
    folder: str = "rendered",
) -> list[str]:
    """Hand the nodes their configs, one by one; ``insecure`` those in maintenance mode. Raises InputError."""
    lines = []
    for node in _ordered(cluster, nodes):
        file = words.path(os.path.join(cluster.folder, folder, f"{node.name}.yaml"))
        to = ("apply-config", "--nodes", node.address, "--file", file)
        if insecure:
            lines.append(command("talosctl", *to, "--insecure"))
        else:
            lines.append(_talosctl(cluster, *to, "--mode", mode, *(["--dry-run"] if dry_run else [])))
    return lines


def health(cluster: Cluster) -> str:
    """Wait until the cluster is well. Raises InputError."""
    words.check(cluster)
    return _talosctl(cluster, *health_words(cluster))


def health_words(cluster: Cluster) -> list[str]:
    """The command ``health``. Without discovery it is told the nodes, which it takes by their IP addresses only."""
    node = first(cluster)
    out = ["health", "--nodes", node.address, "--wait-timeout", "20m"]
    if all(is_ip(each.address) for each in cluster.nodes):
        for flag, controlplane in (("--control-plane-nodes", True), ("--worker-nodes", False)):
            addresses = [each.address for each in cluster.nodes if each.role.is_controlplane is controlplane]
            if addresses:
                out += [flag, ",".join(addresses)]
    return out


def upgrade(cluster: Cluster, nodes: Iterable[Node] | None = None) -> list[str]:
    """Install Talos of the project's release: control planes one by one, each well before the next, then workers.

    Only from one minor release to the next. Raises InputError.
    """
    lines = []
    for node in _ordered(cluster, nodes):
        if not node.image:
            raise InputError(Problem(f"node {node.name!r} has no installer image", remedy="set install.image"))
        lines.append(_talosctl(cluster, "upgrade", "--nodes", node.address, "--image", node.image))
        if node.role.is_controlplane:
            lines.append(_talosctl(cluster, *health_words(cluster)))
    return lines


def upgrade_kubernetes(cluster: Cluster, *, dry_run: bool = False) -> list[str]:
    """Install Kubernetes of the project's version, once for the cluster. Raises InputError.

    It rewrites the images in the nodes' configs, so the project must name the version as well, which it does.
    """
    words.check(cluster)
    rest = ["--with-docs=false", "--with-examples=false", *(["--dry-run"] if dry_run else [])]
    node = first(cluster)
    return [_talosctl(cluster, "upgrade-k8s", "--nodes", node.address, "--to", cluster.options.kubernetes, *rest)]


_WIPE: Final = ("--reboot", "--system-labels-to-wipe", "STATE", "--system-labels-to-wipe", "EPHEMERAL")


def reset(cluster: Cluster, nodes: Iterable[Node] | None = None) -> list[str]:
    """Take machines back to maintenance mode, workers first; their data is lost.

    Without ``nodes`` the cluster is given up as a whole: then nobody waits for etcd. Raises InputError.
    """
    graceful = "--graceful" if nodes is not None else "--graceful=false"
    return [
        _talosctl(cluster, "reset", "--nodes", node.address, graceful, *_WIPE)
        for node in reversed(_ordered(cluster, nodes))
    ]


def retire(cluster: Cluster, nodes: Iterable[Node]) -> list[str]:
    """Take nodes out of the cluster, which goes on without them. Raises InputError."""
    chosen = _ordered(cluster, nodes)
    return [line for node in reversed(chosen) for line in retired(cluster, Machine.of(node))]


def retired(cluster: Cluster, machine: Machine) -> list[str]:
    """The same for a machine that the project no longer knows. Raises InputError for one that is none.

    The address that another node has by now is left alone.
    """
    address, host = words.address(machine.address), words.hostname(machine.hostname).lower()
    kubectl = ("kubectl", "--kubeconfig", words.path(os.path.join(cluster.folder, "kubeconfig")))
    delete = command(*kubectl, "delete", "node", host)
    if any(node.address == address and node.name != machine.name for node in cluster.nodes):
        return [delete]
    lines = [command(*kubectl, "drain", host, "--ignore-daemonsets", "--delete-emptydir-data")]
    if machine.role != MachineType.WORKER.value:
        lines.append(_talosctl(cluster, "etcd", "leave", "--nodes", address))
    return [*lines, _talosctl(cluster, "reset", "--nodes", address, "--graceful", *_WIPE), delete]
