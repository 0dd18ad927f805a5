"""Base configs: role × contract × options × secrets bundle → documents (Talos v1.14.1 generator)."""

from talosgen.generation.generate import generate
from talosgen.generation.options import MachineType, Options

__all__ = ["MachineType", "Options", "generate"]
