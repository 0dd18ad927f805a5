"""The verdict that Talos gives on a config, before anything boots."""

from talosgen.validation.engine import can_be_stated, findings, problems, validate
from talosgen.validation.rule import Finding, Mode

__all__ = ["Finding", "Mode", "can_be_stated", "findings", "problems", "validate"]
