"""``explain``, ``blame`` and ``plan``."""

from __future__ import annotations

import os
from typing import Any

from talosgen.cli.access import read
from talosgen.cli.flags import UsageError
from talosgen.cli.printing import deliver, tell
from talosgen.cli.projects import left_out, node, only, project
from talosgen.compiler import compile_iter
from talosgen.errors import Problem
from talosgen.machineconfig import MachineConfig
from talosgen.outputs import blame as blaming
from talosgen.outputs import explain as explaining
from talosgen.outputs import last
from talosgen.outputs import plan as planning
from talosgen.outputs.build import texts
from talosgen.outputs.masks import Masks
from talosgen.outputs.plan import Before
from talosgen.source import Span

__all__ = ["blame", "explain", "plan"]

#: The exit status of a plan in which something differs.
_DIFFERS = 3


def _format(flags: dict[str, Any], *names: str) -> str:
    name: str = "json" if flags["json"] else flags["format"]
    if name not in names:
        raise UsageError(f"--format takes {', '.join(names[:-1])} or {names[-1]}")
    return name


def _one(flags: dict[str, Any], name: str, rest: list[str]) -> tuple[MachineConfig, Masks]:
    """The config of a node, and what of it is not shown. What validation says of it is not asked for."""
    cluster = project(only(rest), flags)
    tell(list(cluster.notes))
    alone = cluster._replace(nodes=(node(cluster, name),))
    ((_, config),) = compile_iter(alone, validate=False)
    return config, Masks.of(cluster, flags["reveal"])


def _print(text: str) -> None:
    deliver(text.encode("utf-8", "backslashreplace"))


def explain(flags: dict[str, Any], arguments: list[str]) -> int:
    """Print the history of what stands at a path."""
    form = _format(flags, "text", "json")
    name, path, *rest = arguments
    config, masks = _one(flags, name, rest)
    found = explaining.explain(config, path)
    _print((explaining.as_json if form == "json" else explaining.as_text)(found, masks))
    return 0


def blame(flags: dict[str, Any], arguments: list[str]) -> int:
    """Print a config, each line with its source."""
    form = _format(flags, "text", "json", "html")
    name, *rest = arguments
    config, masks = _one(flags, name, rest)
    lines = blaming.blame(config, masks)
    if form == "html":
        text = blaming.as_html(lines, f"{name}: the sources of its config", blaming.deleted(config, masks))
    else:
        text = (blaming.as_json if form == "json" else blaming.as_text)(lines)
    if flags["output"] not in ("", "-"):
        from talosgen import files

        files.write({flags["output"]: text.encode("utf-8", "backslashreplace")}, force=True)
    else:
        _print(text)
    return 0


def plan(flags: dict[str, Any], arguments: list[str]) -> int:
    """Print what would change; 3 when something does."""
    form = _format(flags, "text", "json", "markdown")
    folder = only(arguments)
    cluster = project(folder, flags)
    tell([*cluster.notes, *left_out(cluster)])
    after = texts(cluster, cluster.nodes, validate=False)
    before, unknown = _before(folder, flags)
    # Nothing can be said of a node that one side cannot compile.
    unknown |= cluster.locked.keys()
    before = before._replace(texts={name: text for name, text in before.texts.items() if name not in unknown})
    after = {name: text for name, text in after.items() if name not in unknown}
    found = planning.against(before, after, cluster, reveal=flags["reveal"])
    printer = {"text": planning.as_text, "json": planning.as_json, "markdown": planning.as_markdown}[form]
    _print(printer(found) or "nothing changes\n")
    return _DIFFERS if found else 0


def _before(folder: str, flags: dict[str, Any]) -> tuple[Before, set[str]]:
    """What to compare with, and the nodes of which nobody knows what they were."""
    revision = flags["against"]
    if not revision:
        return _last_build(folder), set()
    from talosgen.project.revision import checked_out

    with checked_out(folder, revision) as copy:
        old = project(copy, {**flags, "patch": ()})
        made = texts(old, old.nodes, validate=False)
    data = {name: text.encode("utf-8", "surrogateescape") for name, text in made.items()}
    return Before(data, dict.fromkeys(data, revision), old), set(old.locked)


def _last_build(folder: str) -> Before:
    """The configs that the last build wrote, in the clear or encrypted."""
    found = last.find(folder)
    if found.others:
        message = f"this is what is compared with: it was built later than what is in {' and '.join(found.others)}"
        tell([Problem(message, Span(found.folder), severity="note")])
    sources = {name: os.path.join(found.folder, file) for name, file in found.files.items()}
    return Before({name: read(file) for name, file in sources.items()}, sources, masked=found.masked)
