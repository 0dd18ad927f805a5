"""Runs a command in a process that ends, as hard as can be, at the Nth step that changes a file below a folder."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

#: The exit status of a process that was ended.
KILLED = 99
_CODE = """
import os, sys
folder, last = sys.argv[1], int(sys.argv[2])
steps = 0
from talosgen.cli import main
def hook(event, arguments):
    global steps
    if event == "open":
        path, mode, flags = arguments
        if not isinstance(path, str) or not flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            return
    elif event not in ("os.rename", "os.remove", "os.link", "os.chmod", "os.mkdir"):
        return
    if str(arguments[0]).startswith(folder):
        steps += 1
        if steps == last:
            os._exit(99)
os.chdir(folder)
sys.addaudithook(hook)
sys.exit(main(sys.argv[3:]))
"""
_ROOT = str(Path(__file__).resolve().parents[1])


def killed_at(step, folder, *arguments):
    """Run a command in a folder until that step; the exit status, KILLED or 0."""
    done = subprocess.run(
        [sys.executable, "-c", _CODE, str(folder), str(step), *arguments],
        capture_output=True, env={**os.environ, "PYTHONPATH": _ROOT}, check=False,
    )  # fmt: skip
    assert done.returncode in (0, KILLED), done.stderr.decode()
    return done.returncode
