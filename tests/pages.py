"""The commands that a page of the documentation shows, to be run as it shows them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import talosgen

ROOT = Path(talosgen.__file__).parents[1]


class Step(NamedTuple):
    """A command with what the page says that it prints, or a file (its name in ``path``) with its content."""

    line: str
    printed: str
    path: str = ""


def read(name: str) -> str:
    """The text of a page."""
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def steps(text: str) -> Iterator[Step]:
    """The steps of a page, in order: its console blocks, and the YAML blocks that begin with a file's name."""
    for language, block in re.findall(r"```(console|yaml)\n(.*?)```", text, re.DOTALL):
        if language == "console":
            for line, printed in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE):
                yield Step(line, printed)
        elif named := re.match(r"# (\S+\.yaml)\n", block):
            yield Step("", block, named[1])


class Shell:
    """Runs lines in a shell that has the command talosgen, in a folder that ``cd`` changes."""

    def __init__(self, here: Path, programs: Path) -> None:
        self.here = here
        programs.mkdir()
        script = programs / "talosgen"
        script.write_text(
            f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m talosgen "$@"\n', encoding="utf-8"
        )
        script.chmod(0o755)
        self._path = f"{programs}{os.pathsep}{os.environ['PATH']}"

    def __call__(self, line: str, statuses: tuple[int, ...] = (0,)) -> str:
        """What a line prints to standard output; its exit status must be one of these."""
        if line.startswith("cd "):
            self.here /= line.removeprefix("cd ")
            return ""
        environment = {**os.environ, "PATH": self._path}
        done = subprocess.run(
            ["sh", "-c", line], cwd=self.here, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode in statuses, f"{line}\n{done.returncode}: {done.stdout}{done.stderr}"
        return done.stdout

    def follow(self, text: str) -> dict[str, str]:
        """Do what a page says, and compare what is printed where it says that; the outputs by their lines."""
        outputs = {}
        for step in steps(text):
            if step.path:
                (self.here / step.path).write_text(step.printed, encoding="utf-8")
                continue
            # A plan in which something differs has a status of its own.
            outputs[step.line] = self(step.line, (0, 3) if " plan" in step.line else (0,))
            if step.printed:
                assert outputs[step.line] == step.printed, f"{step.line} prints\n{outputs[step.line]}"
        return outputs
