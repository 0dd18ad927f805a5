"""Damaged projects through check and build: each must end in findings, never in a traceback, and nothing half-written.

    python tests/fuzz/projects.py [--count 5000] [--seed N] [--jobs 2] [--keep FOLDER]

The real projects are changed in their bytes, their tokens, their trees, their files and their names. Prints every
exception that is none of ours, once for each place that it comes from.
"""

from __future__ import annotations

import argparse
import atexit
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS.parent), str(TESTS), str(TESTS / "fuzz")]

import yaml  # noqa: E402
from projects import CLUSTER, bundle_text, node  # noqa: E402
from verdicts import PIECES, VALUES  # noqa: E402

from talosgen import InputError  # noqa: E402
from talosgen.outputs.build import build  # noqa: E402
from talosgen.outputs.check import check  # noqa: E402
from talosgen.outputs.reports import FORMATS, render  # noqa: E402
from talosgen.project.frontends import opened  # noqa: E402
from talosgen.secrets.access import Access  # noqa: E402

NOW = datetime(2030, 1, 1, tzinfo=UTC)
#: Texts with a meaning in a project.
WORDS: tuple[Any, ...] = (
    *VALUES, "${vars.x}", "${vars.a.b}", "${secrets.x}", "${env.HOME}", "${node.name}", "${cluster.name}", "$${vars.x}",
    "${vars.loop}", "../..", "..", "/etc/passwd", "patches/none.yaml", "cluster.yaml", "talosgen/v1", "talosgen/v2",
    "v1.14.1", "v1.7.0", "v1.99.0", "v1.14.99", "v0.1.0", "1e9", "controlplane", "worker", "none", "idempotent", "talos",
    {"file": "worker.yaml"}, {"file": "worker.yaml", "merge": "talos"}, {"metallb": {}}, ["metallb", "firewall"],
    {"disk": "/dev/sda", "selector": {"size": ">= 1GB"}}, {"loop": "${vars.loop}"}, {"x": ["${vars.x}"]}, 10**400, -0.0,
    "10.0.0.1", "fe80::1%eth0", "a" * 300, "-", "node/../../x", "x\nname: y", {"$patch": "delete"}, "2020-01-01",
)  # fmt: skip
NAMES: tuple[str, ...] = (
    "worker-.yaml", "worker-A.yaml", "worker-x.yml", "controlplane-cp1.yml", "worker.yml", "vars.sops.yaml", "worker-a b.yaml",
    "worker-\u202e.yaml", "controlplane-" + "x" * 63 + ".yaml", "worker-w99.yaml", "features/x/feature.yaml", "patches/x.yaml",
    "-rf.yaml", "worker-$(id).yaml", ".sops.yaml", "secrets.yaml", "cluster.yaml",
)  # fmt: skip


@cache
def originals() -> list[dict[str, bytes]]:
    """The real projects with all that is beside them, as the contents of files by name."""
    root = TESTS / "projects"
    out = [
        {str(path.relative_to(found.parent)): path.read_bytes() for path in found.parent.rglob("*.yaml")}
        for found in sorted(root.rglob("cluster.yaml"))
        if found.parent.parent.name != "overlays"
    ]
    overlays = {
        str(path.relative_to(root / "overlays")): path.read_bytes() for path in (root / "overlays").rglob("*.yaml")
    }
    moved = {
        f"../{name}" if not name.startswith("prod/") else name.removeprefix("prod/"): data
        for name, data in overlays.items()
    }
    small = {
        "cluster.yaml": (
            CLUSTER + "vars: {x: 1, loop: '${vars.x}'}\nenv: [HOME]\nfeatures: [metallb]\nchecks: {TG5022: off}\n"
        ).encode(),
        "controlplane-cp1.yaml": node("10.0.0.1").encode(),
        "worker-w1.yaml": (node("10.0.0.2", "groups: []\n") + "---\nmachine: {sysctls: {a: '${vars.x}'}}\n").encode(),
    }
    return [*out, moved, small]


@cache
def repository() -> Path:
    """What makes a folder a repository with nothing in it."""
    folder = Path(tempfile.mkdtemp(prefix="projects-"))
    subprocess.run(["git", "init", "--quiet", "--template=", folder], check=True)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder / ".git"


def damaged(random_: random.Random, files: dict[str, bytes]) -> dict[str, bytes]:
    """The files with some changes."""
    out = dict(files)
    for _ in range(random_.choice((1, 1, 1, 2, 3, 8))):
        name = random_.choice(sorted(out))
        data = out[name]
        kind = random_.randrange(9)
        if kind == 0:
            at = random_.randrange(len(data) + 1)
            out[name] = data[:at] + random_.choice(PIECES) + data[at:]
        elif kind == 1:
            start = random_.randrange(len(data) + 1)
            out[name] = data[:start] + data[start + random_.randrange(1, 40) :]
        elif kind == 2:
            other = out[random_.choice(sorted(out))]
            lines = data.splitlines(keepends=True)
            lines[random_.randrange(len(lines) + 1) :] = random_.choice((other, b"---\n" + other, b"")).splitlines(
                keepends=True
            )
            out[name] = b"".join(lines)
        elif kind == 3:
            out[random_.choice(NAMES)] = random_.choice((data, b"", b"\xff\xfe", b"a: &a [*a]\n", b"kind: Node\n"))
        elif kind == 4 and len(out) > 1:
            del out[name]
        else:
            out[name] = tree_damaged(random_, data)
    return out


def tree_damaged(random_: random.Random, data: bytes) -> bytes:
    """A file with another value, a further key or none somewhere in its documents."""
    try:
        documents = list(yaml.safe_load_all(data.decode("utf-8", "replace")))
    except (yaml.YAMLError, ValueError):
        return data
    places: list[tuple[Any, Any]] = []
    work: list[Any] = [documents]
    seen: set[int] = set()
    while work:
        found = work.pop()
        if id(found) in seen:
            # A list may hold itself.
            continue
        seen.add(id(found))
        for key in list(found) if isinstance(found, dict) else range(len(found)):
            places.append((found, key))
            if isinstance(found[key], dict | list):
                work.append(found[key])
    if not places:
        return data
    for _ in range(random_.choice((1, 1, 2, 4))):
        found, key = random_.choice(places)
        action = random_.randrange(4)
        try:
            if action == 0:
                del found[key]
            elif action == 1 and isinstance(found, dict):
                found[
                    random_.choice(
                        ("apiVersion", "kind", "nodes", "groups", "extends", "x", "", "machine", "${vars.x}")
                    )
                ] = found[key]
            else:
                found[key] = random_.choice(WORDS)
        except (IndexError, KeyError):
            continue
    try:
        return yaml.safe_dump_all(documents, allow_unicode=True).encode("utf-8", "surrogatepass")
    except (yaml.YAMLError, RecursionError):
        return data


def written(root: Path, random_: random.Random, files: dict[str, bytes]) -> Path:
    """A folder with the files; some of them links."""
    folder = root / "project"
    folder.mkdir(parents=True)
    shutil.copytree(repository(), root / ".git")
    files.setdefault("secrets.yaml", bundle_text().encode())
    for name, data in files.items():
        path = folder / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if random_.randrange(200) == 0:
                path.symlink_to(
                    random_.choice((path.name, "/etc/passwd", "../nothing", "cluster.yaml", "/dev/null", "."))
                )
            elif random_.randrange(300) == 0:
                path.mkdir()
            else:
                path.write_bytes(data)
        except (OSError, ValueError):
            continue
    return folder


def attempt(seed: int) -> tuple[int, str, str]:
    """One damaged project: its seed, how it ended, and where from an exception that is none of ours came."""
    random_ = random.Random(seed)
    root = Path(tempfile.mkdtemp(prefix="projects-"))
    try:
        folder = written(root, random_, damaged(random_, random_.choice(originals())))
        access = Access({**os.environ, "HOME": str(root)}, str(root), identities=())
        try:
            found = check([str(folder)], access, now=NOW)
            for form in FORMATS:
                render(found.findings, form, tool_version="0")
            if any(not problem.code for problem in found.findings):
                return seed, "a finding without a code", "code"
            errors = [problem for problem in found.findings if problem.severity == "error"]
            before = sorted(path.name for path in folder.rglob("*"))
            try:
                cluster = opened(str(folder), access)
                if cluster.nodes:
                    build(cluster, access=access, now=NOW)
            except InputError:
                if sorted(path.name for path in folder.rglob("*")) != before:
                    return seed, "a build that failed has written", "written"
                return (seed, "refused", "") if errors else (seed, "check let pass what is refused", "passed")
            return seed, "built" if not errors else "built, and check has errors", ""
        except InputError as error:
            return seed, f"check raised {error}", "raised"
    except Exception as error:
        frames = traceback.extract_tb(error.__traceback__)
        own = [frame for frame in frames if "talosgen" in frame.filename] or frames
        where = f"{type(error).__name__} at {os.path.basename(own[-1].filename)}:{own[-1].lineno}"
        return seed, "".join(traceback.format_exception(error)[-6:]), where
    finally:
        shutil.rmtree(root, ignore_errors=True)


def main() -> int:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--count", type=int, default=5000)
    arguments.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**32))
    arguments.add_argument("--jobs", type=int, default=1)
    arguments.add_argument("--keep", type=Path)
    given = arguments.parse_args()
    ends: Counter[str] = Counter()
    finds: dict[str, int] = {}
    begun = time.monotonic()
    bundle_text()
    with ProcessPoolExecutor(given.jobs) as pool:
        seeds = range(given.seed, given.seed + given.count)
        for seed, end, where in map(attempt, seeds) if given.jobs == 1 else pool.map(attempt, seeds, chunksize=20):
            ends["find" if where else end] += 1
            if where and where not in finds:
                finds[where] = seed
                print(f"seed {seed}: {where}\n{end}", flush=True)
                if given.keep:
                    random_ = random.Random(seed)
                    written(given.keep / str(seed), random_, damaged(random_, random_.choice(originals())))
    print(
        f"{given.count} projects from seed {given.seed} on in {time.monotonic() - begun:.0f} s: {dict(ends)}; {len(finds)} finds"
    )
    return 1 if finds else 0


if __name__ == "__main__":
    sys.exit(main())
