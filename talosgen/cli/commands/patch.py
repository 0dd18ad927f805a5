"""``patch`` and what stands below it."""

from __future__ import annotations

from talosgen.cli.command import Command
from talosgen.cli.commands.shared import ALLOW_UNKNOWN, FORMAT, MERGE
from talosgen.cli.flags import Flag

__all__ = ["PATCH"]

_DERIVE = Command(
    "Print the patch that turns one machine config into another",
    "patch_derive:run",
    ("FILE", "TARGET"),
    (
        Flag("output", "string", "", "the file to write instead of standard output; it is overwritten", short="o", value="FILE"),
        Flag("reveal", "bool", False, "let the patch hold secrets"),
        ALLOW_UNKNOWN,
    ),
    "The patch is for Talos's own merge (v1.14 and later), and is tried before it is printed. Applied to FILE it gives\n"
    "TARGET, in the layout that Talos prints. Where the two hold different secrets --reveal is asked for.",
)  # fmt: skip

_CHECK = Command(
    "Find what patches do not do, do twice, or do behind one's back",
    "patch_check:run",
    ("PATCH…",),
    (
        Flag("config", "string", "", "the machine config that the patches are for; they are laid over it in order", value="FILE"),
        MERGE,
        ALLOW_UNKNOWN,
        *FORMAT,
        Flag("strict", "bool", False, "warnings fail as well"),
    ),
    "With --config the patches are tried, each of them twice; without, what may happen on some config is told.",
    statuses={1: "there is an error, or with --strict a warning"},
)  # fmt: skip

PATCH = Command(
    "Apply patches to a machine config, byte for byte as talosctl machineconfig patch does",
    "patch:run",
    ("FILE",),
    (
        Flag("patch", "texts", (), "a patch: @file, a file's name, or the patch itself; may be repeated", short="p", value="PATCH"),
        Flag("output", "string", "", "the file to write instead of standard output; it is overwritten", short="o", value="FILE"),
        MERGE,
        ALLOW_UNKNOWN,
    ),
    "A patch is strategic merge YAML of one or many documents, or a JSON6902 list in JSON or YAML. A file that is\n"
    "named derive or check is given as ./derive or ./check.",
    {"derive": _DERIVE, "check": _CHECK},
)  # fmt: skip
