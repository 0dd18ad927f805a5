"""The generator: one machine type's base config."""

from __future__ import annotations

from talosgen.config.container import Container, Document
from talosgen.generation.documents import documents
from talosgen.generation.inputs import Inputs
from talosgen.generation.legacy import legacy
from talosgen.generation.options import MachineType, Options
from talosgen.pki.secrets import SecretsBundle
from talosgen.schema.table import table

__all__ = ["generate"]


def generate(options: Options, machine_type: MachineType, bundle: SecretsBundle) -> Container:
    """The base config of a machine type.

    The same input gives the same documents. Raises InputError, with all faults, when the endpoint
    or another URL is none, the Kubernetes version is missing, or the bundle lacks a secret that this
    machine needs.
    """
    inputs = Inputs.derive(options, machine_type, bundle)
    kinds = table().kinds
    out = [Document(kinds["v1alpha1"], legacy(inputs))]
    for name, fields in documents(inputs):
        kind = kinds[name]
        out.append(Document(kind, {"apiVersion": kind.api_version, "kind": name, **fields}))
    return Container(out)
