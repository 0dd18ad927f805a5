"""``secrets`` and what stands below it."""

from __future__ import annotations

from talosgen.cli.command import Command, Group
from talosgen.cli.commands.shared import FORCE
from talosgen.cli.flags import Flag

__all__ = ["ACCEPT", "SECRETS"]

ACCEPT = Flag(
    "accept-recipients", "bool", False, "let recipients and rules of the file stand that .sops.yaml does not have"
)

_DECRYPT = Command(
    "Print an encrypted file in the clear",
    "secrets:decrypt",
    ("FILE",),
    (Flag("output", "string", "", "the file to write instead of standard output", short="o", value="FILE"), FORCE),
)

SECRETS = Group(
    "Keep the secrets of a cluster in Git, encrypted with age in the format of SOPS.",
    {
        "decrypt": _DECRYPT,
    },
    {},
)  # fmt: skip
