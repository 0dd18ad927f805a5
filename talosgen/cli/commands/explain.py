"""What tells why configs are as they are, and what would change: ``explain``, ``blame``, ``plan``."""

from __future__ import annotations

from talosgen.cli.command import Command
from talosgen.cli.flags import Flag

__all__ = ["BLAME", "EXPLAIN", "PLAN"]

_PATCH = Flag(
    "patch", "texts", (), "a patch for every node, laid over all others: @file, a file's name, or the patch itself",
    short="p", value="PATCH",
)  # fmt: skip
_REVEAL = Flag("reveal", "bool", False, "show secrets as they are")
_PLACEHOLDERS = Flag(
    "placeholder-secrets", "bool", False, "constants of the package stand in for all secrets, and no key is asked for"
)
_JSON = Flag("json", "bool", False, "the same as --format json")


def _format(names: str) -> Flag:
    return Flag("format", "string", "text", f"how it is printed: {names}", value="NAME")


EXPLAIN = Command(
    "Tell what set a value of a node's config: the base, then each layer with file, line and column",
    "explain:explain",
    ("NODE", "PATH", "[DIR]"),
    (_format("text or json"), _JSON, _REVEAL, _PATCH, _PLACEHOLDERS),
    "A path is written machine.certSANs[0], or with a document in front: HostnameConfig.hostname,\n"
    "UserVolumeConfig/data.provisioning; a document alone means all of it. What was deleted is told of too.",
)

BLAME = Command(
    "Print a node's config, each line with the layer and the place that set it",
    "explain:blame",
    ("NODE", "[DIR]"),
    (
        _format("text, json or html"),
        _JSON,
        Flag(
            "output",
            "string",
            "",
            "the file to write instead of standard output; it is overwritten",
            short="o",
            value="FILE",
        ),
        _REVEAL,
        _PATCH,
        _PLACEHOLDERS,
    ),
)

PLAN = Command(
    "Show what would change on each node, against the last build or a Git revision",
    "explain:plan",
    ("[DIR]",),
    (
        Flag("against", "string", "", "the Git revision to compare with (default: what the last build wrote)", value="REV"),
        _format("text, json or markdown"),
        _JSON,
        _REVEAL,
        _PATCH,
        _PLACEHOLDERS,
    ),
    statuses={0: "nothing differs", 3: "something differs"},
)  # fmt: skip
