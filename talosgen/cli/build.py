"""``build``."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from talosgen import files
from talosgen.cli.access import access
from talosgen.cli.flags import UsageError
from talosgen.cli.printing import report, report_format
from talosgen.cli.progress import Progress
from talosgen.cli.projects import chosen, left_out, meant, named, project
from talosgen.errors import InputError, Problem
from talosgen.outputs import credentials
from talosgen.outputs.build import Built, Form, Prepared, prepare, texts
from talosgen.outputs.reports import visible
from talosgen.source import Span

if TYPE_CHECKING:
    from concurrent.futures import Executor

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
    report_format(flags)
    problems: list[Problem] = []
    ready: list[tuple[Cluster, Prepared | None]] = []
    try:
        for folder, target in _targets(named(arguments), flags["out"]).items():
            try:
                cluster = _loaded(folder, flags, problems)
                if cluster is not None:
                    ready.append((cluster, _prepared(cluster, flags, problems, target)))
            except InputError as error:
                problems += error.problems
    except InputError as error:
        problems += error.problems
    # Whatever is wrong with one of them, no other is written.
    right = all(problem.severity != "error" for problem in problems)
    lines = _write(ready, flags, problems) if right else []
    out = sys.stdout if flags["format"] == "text" and not flags["json"] else sys.stderr
    out.write("".join(f"{visible(line)}\n" for line in lines))
    out.flush()
    return report(list(dict.fromkeys(problems)), flags, errors=True)


def _write(ready: list[tuple[Cluster, Prepared | None]], flags: dict[str, Any], problems: list[Problem]) -> list[str]:
    """Write what is ready; what is to be told of it. The first that cannot be written is the last one."""
    lines: list[str] = []
    for cluster, prepared in ready:
        if prepared is None:
            lines.append(f"{cluster.folder}: a base without nodes, checked")
            continue
        try:
            built = prepared.write()
        except InputError as error:
            problems += error.problems
            break
        lines += _lines(built, cluster)
        if flags["out"] and not flags["redact"] and not cluster.placeholder:
            problems += _in_git(built)
    return lines


def _targets(found: list[str], out: str) -> dict[str, str | None]:
    """The folder that each project is written to; None for its own. Raises InputError for two that are to share one."""
    if not out or len(found) == 1:
        return dict.fromkeys(found, out or None)
    targets: dict[str, str] = {}
    problems = []
    for folder in found:
        target = os.path.join(out, os.path.basename(os.path.abspath(folder)))
        if (other := targets.setdefault(target, folder)) != folder:
            message = f"{other} and {folder} would both be written to {target}"
            problems.append(
                Problem(message, Span(folder), remedy="build them one by one, each with an --out of its own")
            )
    if problems:
        raise InputError(problems)
    return {folder: target for target, folder in targets.items()}


def _loaded(folder: str, flags: dict[str, Any], problems: list[Problem]) -> Cluster | None:
    """A project that is right; of one that is not, what is wrong with it and with the nodes that can be compiled."""
    faults: list[Problem] = []
    cluster = project(folder, flags, faults)
    if not faults:
        return cluster
    problems += [*faults, *cluster.notes]
    # Of secrets that placeholders stand in for nothing can be said.
    unseen = cluster.given.get("secrets") if cluster.placeholder and not flags["placeholder-secrets"] else None
    found: list[Problem] = []
    try:
        texts(cluster, meant(cluster, flags), validate=not flags["no-validate"], report=found.append)
    except InputError as error:
        found += error.problems
    problems += [problem for problem in found if unseen is None or problem.place != unseen]
    return None


def _in_git(built: Built) -> Iterator[Problem]:
    """A warning where what a build wrote in the clear is for anybody who reads the repository."""
    clear = [file.path for file in built.files if file.node and file.action != "removed" and ".sops." not in file.path]
    own = [file.path for file in built.files if os.path.basename(file.path) == credentials.NAME]
    if path := next((path for path in (*clear[:1], *own) if files.in_git_in_the_clear(path)), None):
        message = "this holds secrets in the clear, inside a Git work tree that does not ignore it"
        yield Problem(message, Span(path), remedy="add its folder to .gitignore", severity="warning")


def _prepared(
    cluster: Cluster, flags: dict[str, Any], problems: list[Problem], out: str | None
) -> Prepared | None:  # fmt: skip
    """A project's build, ready to be written; findings are added to ``problems``. None for a base."""
    problems += [*cluster.notes, *left_out(cluster)]
    if not cluster.nodes and not cluster.locked:
        return None
    form: Form = "encrypted" if flags["encrypt"] else "redacted" if flags["redact"] else "rendered"
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


@contextmanager
def _executor(jobs: int) -> Iterator[Executor | None]:
    """So many processes; None for this one alone. Raises InputError when one of them ends before its time."""
    if jobs == 1:
        yield None
        return
    import gc
    from concurrent.futures import BrokenExecutor, ProcessPoolExecutor

    # Forks share what is there for as long as nobody looks through it for cycles.
    gc.freeze()
    try:
        with ProcessPoolExecutor(jobs) as executor:
            yield executor
    except BrokenExecutor:
        message = "a process that compiles nodes was ended, for want of memory perhaps"
        raise InputError(Problem(message, remedy="give a smaller number with --jobs")) from None


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
