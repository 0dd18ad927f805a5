"""What is done with a project: ``build``, ``check``, ``emit``, ``commands``."""

from __future__ import annotations

from talosgen.cli.command import Command
from talosgen.cli.commands.shared import FORMAT
from talosgen.cli.flags import Flag

__all__ = ["BUILD", "CHECK", "COMMANDS", "EMIT"]

_NODE = Flag("node", "strings", (), "these nodes alone", short="n", value="NAME,…")
_ROLE = Flag("role", "string", "", "the nodes of this role alone: controlplane or worker", value="ROLE")
_PATCH = Flag(
    "patch", "texts", (), "a patch for every node, laid over all others: @file, a file's name, or the patch itself",
    short="p", value="PATCH",
)  # fmt: skip
_NO_VALIDATE = Flag("no-validate", "bool", False, "do not look at the configs as Talos would")
_PLACEHOLDERS = "constants of the package stand in for all secrets, and no key is asked for"
_DRY_RUN = Flag("dry-run", "bool", False, "let talosctl only tell what it would do")

BUILD = Command(
    "Compile a project: each node's config, a talosconfig, and the commands that bring the cluster up",
    "build:run",
    ("[DIR…]",),
    (
        _NODE,
        _ROLE,
        _PATCH,
        Flag("encrypt", "bool", False, "write encrypted/NODE.sops.yaml, which can be committed, instead of rendered/NODE.yaml"),
        Flag("redact", "bool", False, "write redacted/NODE.yaml, a copy with its secrets masked, and nothing else"),
        Flag("out", "string", "", "write to this folder instead of the project's", value="DIR"),
        Flag("placeholder-secrets", "bool", False, f"{_PLACEHOLDERS}; with --out only"),
        _NO_VALIDATE,
        Flag("jobs", "int", 1, "as many processes compile; worth it from some hundred nodes on", short="j", value="N"),
        *FORMAT,
    ),
    "Without DIR it is this folder when it has a cluster.yaml, else cluster/, else each folder in clusters/. A folder\n"
    "without nodes is a base: it is checked. All nodes compile before anything is written; what has not changed is not\n"
    "touched, and what no longer belongs is removed.",
    statuses={1: "there is an error, and nothing was written"},
)  # fmt: skip

CHECK = Command(
    "Find all that should stop a change to projects: faults, what Talos refuses, secrets in the clear, stale outputs",
    "check:run",
    ("[DIR…]",),
    (
        Flag("strict", "bool", False, "warnings fail as well"),
        Flag("require-keys", "bool", False, "fail when no key at hand opens a file"),
        Flag("no-env", "bool", False, "placeholders stand in for variables of the environment"),
        *FORMAT,
    ),
    "Each node is compiled and judged by the project's release of Talos; placeholders stand in for what no key at hand\n"
    "opens, so that it needs none. Lints, the effects of each patch, committed outputs and what `secrets check` finds are\n"
    "told as well, with the severities that `checks:` of cluster.yaml gives.",
    statuses={1: "there is an error, or with --strict a warning"},
)

EMIT = Command(
    "Print the config of one node",
    "emit:run",
    ("NODE", "[DIR]"),
    (_PATCH, Flag("placeholder-secrets", "bool", False, _PLACEHOLDERS), _NO_VALIDATE),
)

_DIR = ("[DIR]",)
_APPLY = Command(
    "Hand the nodes their configs",
    "operations:apply",
    _DIR,
    (
        _NODE,
        _ROLE,
        Flag("mode", "string", "auto", "how they take them over: auto, no-reboot, staged or try", value="MODE"),
        Flag("insecure", "bool", False, "they are in maintenance mode, before their first config"),
        _DRY_RUN,
    ),
)
_UPGRADE = Command(
    "Install Talos of the project's release, control planes first", "operations:upgrade", _DIR, (_NODE, _ROLE)
)
_UPGRADE_K8S = Command(
    "Install Kubernetes of the project's version", "operations:upgrade_kubernetes", _DIR, (_DRY_RUN,)
)
_HEALTH = Command("Wait until the cluster is well", "operations:health", _DIR)
_RESET = Command(
    "Take machines back to maintenance mode; their data is lost",
    "operations:reset",
    _DIR,
    (_NODE, _ROLE, Flag("all", "bool", False, "all of them: the cluster is given up")),
)
_RETIRE = Command("Take nodes out of the cluster, which goes on without them", "operations:retire", _DIR, (_NODE,))

COMMANDS = Command(
    "Print the commands for a cluster's nodes, in order: what brings it up, or one of those below",
    "operations:bootstrap",
    _DIR,
    (),
    "They are printed, not run: look at them, then hand them to a shell. Without a word they are those of commands.sh,\n"
    "which `build` writes. They are for talosctl v1.14.",
    {
        "apply": _APPLY,
        "upgrade": _UPGRADE,
        "upgrade-k8s": _UPGRADE_K8S,
        "health": _HEALTH,
        "reset": _RESET,
        "retire": _RETIRE,
    },
)
