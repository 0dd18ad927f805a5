"""``validate``."""

from __future__ import annotations

from talosgen.cli.command import Command
from talosgen.cli.commands.shared import ALLOW_UNKNOWN, FORMAT
from talosgen.cli.flags import Flag

__all__ = ["VALIDATE"]

VALIDATE = Command(
    "Give the verdict of Talos on a machine config, as talosctl validate does, with places and remedies",
    "validate:run",
    (),
    (
        Flag("config", "string", "", "the machine config", short="c", value="FILE", required=True),
        Flag("mode", "string", "", "where it is to run: metal, cloud or container", short="m", value="MODE", required=True),
        Flag("strict", "bool", False, "warnings about the legacy document are errors"),
        Flag("talos-version", "string", "", "the release that is to judge, from v1.5 to v1.14", value="VERSION"),
        Flag("no-lint", "bool", False, "only what Talos finds: not what it takes and people regret"),
        ALLOW_UNKNOWN,
        *FORMAT,
    ),
    "The rules are those of Talos v1.14.1, or of the release that --talos-version states: fields and kinds that it does\n"
    "not know are errors then, what it deprecates are notes, and images must fit it. Beside them there are lints, of which\n"
    "only those that keep a node from booting are errors. Findings go to standard error as text, to standard output in the\n"
    "other formats.",
    statuses={0: "the node would take the config", 1: "it would not, or there is an error"},
)  # fmt: skip
