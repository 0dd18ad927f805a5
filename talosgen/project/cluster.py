"""What a front end makes, and all that the compiler reads: a cluster, its nodes, and their ordered patches."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from talosgen.config.mergers import MergeName
from talosgen.contract import Contract
from talosgen.errors import Problem
from talosgen.features.resolve import Needs, Use
from talosgen.generation.options import MachineType, Options
from talosgen.image.references import Machine
from talosgen.image.schematic import Schematic
from talosgen.patching.load import Patch
from talosgen.pki.secrets import SecretsBundle
from talosgen.source import Span
from talosgen.validation import Mode

if TYPE_CHECKING:
    from talosgen.codes import Grade

__all__ = ["Cluster", "Layer", "Node"]


class Layer(NamedTuple):
    """One layer of a node: a patch, and what it is in the user's words.

    ``place`` turns a place in the patch into one that the user knows, for patches that stand in no file. Nodes that
    have the same patches share them: a layer is known by the identity of its patch.
    """

    title: str
    patch: Patch
    place: Callable[[Span], Span] | None = None

    def __repr__(self) -> str:
        return f"<Layer {self.title}>"


class Node(NamedTuple):
    """A node: who it is, and what is laid over the base: its settings, its features, its other layers in order.

    ``image`` is the installer image, ``schematic`` the id of what is in it, ``content``; ``machine`` is what it is for.
    """

    name: str
    role: MachineType
    address: str
    hostname: str
    layers: tuple[Layer, ...]
    settings: Layer | None = None
    features: tuple[Use, ...] = ()
    needs: Needs = Needs()
    image: str = ""
    schematic: str = ""
    machine: Machine = Machine()
    content: Schematic = Schematic({})

    def __repr__(self) -> str:
        return f"<Node {self.name} ({self.role.value})>"


class Cluster(NamedTuple):
    """A cluster as its front end read it.

    ``merge`` are the semantics of patches that state none. ``masked`` are texts that are shown to nobody. ``notes``
    are warnings and notes about the project. ``checks`` are severities of findings by code.
    """

    name: str
    folder: str
    options: Options
    talos: str
    nodes: tuple[Node, ...]
    bundle: SecretsBundle
    mode: Mode = "metal"
    merge: MergeName = "idempotent"
    checks: Mapping[str, Grade] = {}
    masked: frozenset[str] = frozenset()
    notes: tuple[Problem, ...] = ()
    #: Where settings stand that the generator was given, by their names; `secrets` is the bundle.
    given: Mapping[str, Span] = {}
    #: Names of nodes that could not be read for want of a key, with the files at fault.
    locked: Mapping[str, str] = {}
    #: The files that no key at hand opened, with what is said of each.
    closed: Mapping[str, tuple[Problem, ...]] = {}
    #: Values that stand encrypted in other files of the project than vars.sops.yaml and the bundle.
    encrypted: frozenset[str] = frozenset()
    #: Where secrets and the environment's values stand.
    secret_places: frozenset[Span] = frozenset()
    #: Whether the secrets are constants of the package that keep nothing secret.
    placeholder: bool = False
    #: The addresses of all control planes: one that is compiled in parts has not all nodes at hand.
    control_planes: tuple[str, ...] = ()

    @property
    def contract(self) -> Contract:
        return self.options.contract

    @property
    def known(self) -> dict[str, Any]:
        """What patches of features may know: of control planes the networks, if no host name is among them."""
        networks = [_network(address) for address in self.control_planes]
        facts: dict[str, Any] = {"name": self.name, "endpoint": self.options.endpoint}
        return {**facts, "controlPlaneNetworks": networks} if all(networks) else facts

    def __repr__(self) -> str:
        # No options: their values may be secret.
        return f"<Cluster {self.name}, {len(self.nodes)} nodes>"

    def role(self, role: MachineType) -> list[Node]:
        """The nodes of a role, in order."""
        return [node for node in self.nodes if node.role is role]

    def node(self, name: str) -> Node:
        """The node of a name. Raises KeyError."""
        for node in self.nodes:
            if node.name == name:
                return node
        raise KeyError(name)


def _network(address: str) -> str:
    """The network of one address; empty for a host name."""
    from ipaddress import ip_network

    try:
        return str(ip_network(address))
    except ValueError:
        return ""
