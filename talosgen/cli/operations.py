"""``commands`` and what stands below it."""

from __future__ import annotations

from typing import Any

from talosgen import files
from talosgen.cli.flags import UsageError
from talosgen.cli.printing import deliver
from talosgen.cli.projects import chosen, only, project
from talosgen.outputs import commands, script

__all__ = ["apply", "bootstrap", "health", "reset", "retire", "upgrade", "upgrade_kubernetes"]


def _print(lines: list[str]) -> int:
    deliver("".join(f"{line}\n" for line in lines).encode("utf-8", "surrogateescape"))
    return 0


def bootstrap(flags: dict[str, Any], arguments: list[str]) -> int:
    """Print commands.sh."""
    cluster = project(only(arguments), flags)
    apps = script.gitops(cluster.folder, files.work_tree(cluster.folder) or cluster.folder)
    return _print([script.script(cluster, apps=apps).rstrip("\n")])


def apply(flags: dict[str, Any], arguments: list[str]) -> int:
    """Print the commands that hand nodes their configs."""
    if flags["mode"] not in commands.MODES:
        raise UsageError(f"--mode takes {', '.join(commands.MODES[:-1])} or {commands.MODES[-1]}")
    if flags["insecure"] and (flags["dry-run"] or flags["mode"] != "auto"):
        raise UsageError("a machine in maintenance mode takes its config at once: no --mode, no --dry-run")
    cluster = project(only(arguments), flags)
    return _print(
        commands.apply(
            cluster, chosen(cluster, flags), mode=flags["mode"], dry_run=flags["dry-run"], insecure=flags["insecure"]
        )
    )


def upgrade(flags: dict[str, Any], arguments: list[str]) -> int:
    """Print the commands that install Talos."""
    cluster = project(only(arguments), flags)
    return _print(commands.upgrade(cluster, chosen(cluster, flags)))


def upgrade_kubernetes(flags: dict[str, Any], arguments: list[str]) -> int:
    """Print the command that installs Kubernetes."""
    return _print(commands.upgrade_kubernetes(project(only(arguments), flags), dry_run=flags["dry-run"]))


def health(flags: dict[str, Any], arguments: list[str]) -> int:
    """Print the command that waits for the cluster."""
    return _print([commands.health(project(only(arguments), flags))])


def reset(flags: dict[str, Any], arguments: list[str]) -> int:
    """Print the commands that reset machines."""
    if flags["all"] is bool(flags["node"] or flags["role"]):
        raise UsageError("name machines with --node or --role, or all of them with --all")
    cluster = project(only(arguments), flags)
    return _print(commands.reset(cluster, chosen(cluster, flags)))


def retire(flags: dict[str, Any], arguments: list[str]) -> int:
    """Print the commands that take nodes out of the cluster."""
    if not flags["node"]:
        raise UsageError("name the nodes with --node")
    cluster = project(only(arguments), flags)
    return _print(commands.retire(cluster, chosen(cluster, flags) or []))
