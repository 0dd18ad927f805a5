"""``validate``."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, get_args

from talosgen.cli.access import read
from talosgen.cli.flags import UsageError
from talosgen.cli.printing import deliver, report
from talosgen.errors import InputError
from talosgen.machineconfig import MachineConfig
from talosgen.validation import Mode

__all__ = ["run"]


def run(flags: dict[str, Any], arguments: list[str]) -> int:
    """Print the verdict on a config."""
    file, mode = flags["config"], flags["mode"]
    if mode not in get_args(Mode):
        raise UsageError("--mode takes metal, cloud or container")
    try:
        config = MachineConfig.load(read(file), file, flags["allow-unknown"])
        found = config.validate(
            mode,
            strict=flags["strict"],
            talos_version=flags["talos-version"],
            lint=not flags["no-lint"],
            now=datetime.now(UTC),
        )
    except InputError as error:
        found = list(error.problems)
    status = report(found, flags, errors=True)
    if status == 0 and not flags["json"] and flags["format"] == "text":
        deliver(f"{file} is valid for {mode} mode\n".encode("utf-8", "backslashreplace"))
    return status
