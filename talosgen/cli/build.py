"""``build``."""

from __future__ import annotations

import os
import sys
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from talosgen.cli.access import access
from talosgen.cli.flags import UsageError
from talosgen.cli.printing import report
from talosgen.cli.progress import Progress
from talosgen.cli.projects import chosen, left_out, named, project
from talosgen.errors import InputError, Problem
from talosgen.outputs.build import Built, Form, Prepared, prepare
from talosgen.outputs.reports import visible

if TYPE_CHECKING:
    from concurrent.futures import Executor
    from contextlib import AbstractContextManager

    from talosgen.project.cluster import Cluster

__all__ = ["run"]


def run(flags: dict[str, Any], arguments: list[str]) -> int:
    """Compile projects and write what has changed."""
    if flags["encrypt"] and flags["redact"]:
        raise UsageError("--encrypt and --redact exclude each other")
    if flags["placeholder-secrets"] and not flags["out"]:
        raise UsageError("--placeholder-secrets needs --out DIR: what is made with them is no config of the cluster")
    if flags["jobs"] < 1:
        raise UsageError("--jobs takes a number from 1 on")
    found = named(arguments)
    problems: list[Problem] = []
    ready: list[tuple[Cluster, Prepared | None]] = []
    for folder in found:
        try:
            cluster = project(folder, flags)
            ready.append((cluster, _prepared(cluster, flags, problems, several=len(found) > 1)))
        except InputError as error:
            problems += error.problems
    lines: list[str] = []
    if all(problem.severity != "error" for problem in problems):
        # Whatever is wrong with one of them, no other is written.
        for cluster, prepared in ready:
            lines += _base(cluster) if prepared is None else _lines(prepared.write(), cluster)
    out = sys.stdout if flags["format"] == "text" and not flags["json"] else sys.stderr
    out.write("".join(f"{visible(line)}\n" for line in lines))
    out.flush()
    return report(list(dict.fromkeys(problems)), flags, errors=True)


def _base(cluster: Cluster) -> list[str]:
    return [f"{cluster.folder}: a base without nodes, checked"]


def _prepared(cluster: Cluster, flags: dict[str, Any], problems: list[Problem], *, several: bool) -> Prepared | None:
    """A project's build, ready to be written; findings are added to ``problems``. None for a base."""
    problems += [*cluster.notes, *left_out(cluster)]
    if not cluster.nodes and not cluster.locked:
        return None
    form: Form = "encrypted" if flags["encrypt"] else "redacted" if flags["redact"] else "rendered"
    out = flags["out"] or None
    if out is not None and several:
        out = os.path.join(out, os.path.basename(os.path.abspath(cluster.folder)))
    nodes = chosen(cluster, flags)
    bar = Progress(len(cluster.nodes if nodes is None else nodes), cluster.folder)
    try:
        with _executor(flags["jobs"]) as executor:
            return prepare(
                cluster, out=out, nodes=nodes, form=form, access=access(), executor=executor,
                validate=not flags["no-validate"], report=problems.append, progress=bar,
            )  # fmt: skip
    finally:
        bar.close()


def _executor(jobs: int) -> AbstractContextManager[Executor | None]:
    if jobs == 1:
        return nullcontext()
    from concurrent.futures import ProcessPoolExecutor

    return ProcessPoolExecutor(jobs)


def _lines(built: Built, cluster: Cluster) -> list[str]:
    lines = [f"{file.action:<9}  {file.path}" for file in built.files]
    count = {action: sum(file.action == action for file in built.files) for action in ("written", "unchanged")}
    if count["written"] == 0 and len(built.files) == count["unchanged"]:
        lines.append(f"{cluster.folder}: nothing has changed")
    for machine, commands in built.retired:
        lines += [
            "",
            f"{machine.name} ({machine.address}) is no node any more. To take the machine out of the cluster:",
        ]
        lines += [f"  {command}" for command in commands]
    return lines
