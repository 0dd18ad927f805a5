"""The verdict that Talos gives on a config, before anything boots."""

from talosgen.validation.engine import findings, problems, validate
from talosgen.validation.rule import Finding, Mode

__all__ = ["Finding", "Mode", "findings", "problems", "validate"]
