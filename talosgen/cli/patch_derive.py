"""``patch derive``."""

from __future__ import annotations

import sys
from typing import Any

from talosgen import files
from talosgen.cli.access import read
from talosgen.cli.printing import deliver
from talosgen.errors import InputError, Problem
from talosgen.machineconfig import MachineConfig, derive
from talosgen.patching.derive import joined

__all__ = ["run"]


def run(flags: dict[str, Any], arguments: list[str]) -> int:
    """Print or write the patch that turns one config into another."""
    configs: list[MachineConfig] = []
    problems: list[Problem] = []
    for file in arguments:
        try:
            configs.append(MachineConfig.load(read(file), file, allow_unknown=flags["allow-unknown"]))
        except InputError as error:
            problems.extend(error.problems)
    if problems:
        raise InputError(problems)
    before, after = configs
    patches = derive(before, after, reveal=flags["reveal"])
    if not patches:
        print("nothing differs: there is no patch to make", file=sys.stderr)
    data = joined(patches).encode("utf-8", "surrogateescape")
    if flags["output"] not in ("", "-"):
        files.write({flags["output"]: data}, force=True)
    else:
        deliver(data)
    return 0
