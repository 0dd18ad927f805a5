"""Kills a command at each thing that it does to the disk, one after the other, and tells what it left.

``python faults.py TEMPLATE WORK COMMAND…`` copies the folder TEMPLATE to WORK, runs the command there and lets the
process die at its first step; then all anew and at the second; until it comes to its end. A step is a call that creates,
writes, syncs, renames, links or removes; one that writes dies once more half-way. The answer is JSON: for each death the
step, the exit status, and each file with its mode and its content in base64.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import stat
import sys
from pathlib import Path

DEAD = 77
STEPS = ("open", "write", "fsync", "replace", "rename", "link", "unlink", "remove", "mkdir", "rmdir", "chmod", "fdopen")


class Mortal:
    """Lets the process die at a step."""

    def __init__(self, at: int, report: int) -> None:
        self._left = at
        self._report = report

    def step(self, name: str) -> bool:
        """Count a step; whether it is the one to die at."""
        self._left -= 1
        if self._left == 0:
            os_write(self._report, name.encode())
            return True
        return False


os_write = os.write


class Half:
    """A file that dies before a write, or half-way through it."""

    def __init__(self, file, mortal: Mortal) -> None:
        self._file = file
        self._mortal = mortal

    def __enter__(self):
        return self

    def __exit__(self, *about):
        return self._file.__exit__(*about)

    def __getattr__(self, name):
        return getattr(self._file, name)

    def write(self, data):
        if self._mortal.step("write"):
            os._exit(DEAD)
        if self._mortal.step("half a write"):
            self._file.write(data[: len(data) // 2])
            self._file.flush()
            os._exit(DEAD)
        return self._file.write(data)


def arm(mortal: Mortal) -> None:
    """Put the steps under watch."""

    def watched(name, real):
        def call(*arguments, **named):
            creates = name != "open" or (len(arguments) > 1 and arguments[1] & (os.O_CREAT | os.O_WRONLY | os.O_RDWR))
            if name == "fdopen":
                return Half(real(*arguments, **named), mortal)
            if creates and mortal.step(name):
                os._exit(DEAD)
            return real(*arguments, **named)

        return call

    for name in STEPS:
        setattr(os, name, watched(name, getattr(os, name)))


def run(command: list[str], at: int, home: str) -> tuple[int, str]:
    """Run the command in a process of its own; its status and the step that it died at."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        os.environ["HOME"] = home
        from talosgen.cli import main

        arm(Mortal(at, writing))
        os._exit(main(command))
    os.close(writing)
    _, status = os.waitpid(child, 0)
    name = os.read(reading, 100).decode()
    os.close(reading)
    return os.waitstatus_to_exitcode(status), name


def left(folder: Path) -> dict[str, list[str]]:
    """Every file of a folder: mode and content."""
    return {
        str(path.relative_to(folder)): [
            f"{stat.S_IMODE(path.stat().st_mode):o}",
            base64.b64encode(path.read_bytes()).decode(),
        ]
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def main(template: str, work: str, command: list[str]) -> None:
    # What is imported once is there in every child.
    import talosgen.secrets.bundle
    import talosgen.secrets.editing
    import talosgen.secrets.keygen
    import talosgen.secrets.sealing  # noqa: F401

    out = []
    for at in range(1, 1000):
        shutil.rmtree(work, ignore_errors=True)
        shutil.copytree(template, work)
        os.chdir(Path(work, "repository"))
        status, step = run(command, at, str(Path(work, "home")))
        out.append({"step": step, "status": status, "left": left(Path(work))})
        if status != DEAD:
            break
    json.dump(out, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
