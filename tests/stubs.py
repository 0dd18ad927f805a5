"""Stub programs on a PATH of their own: each call is written down, word for word."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

_STUB = """\
#!{python}
import json, os, sys
with open({log!r}, "a", encoding="utf-8", errors="surrogateescape") as file:
    file.write(json.dumps(sys.argv[1:] and [os.path.basename(sys.argv[0]), *sys.argv[1:]]) + "\\n")
answers = json.loads(os.environ.get("STUB_ANSWERS", "{{}}"))
line = " ".join([os.path.basename(sys.argv[0]), *sys.argv[1:]])
for part, (status, text) in answers.items():
    if part in line:
        sys.stderr.write(text)
        sys.exit(status)
"""


class Stubs:
    """``talosctl``, ``kubectl`` and ``talosgen`` that do nothing; ``answers`` has status and text by a part of a call."""

    def __init__(self, folder: Path, answers: dict[str, Any] | None = None) -> None:
        self._folder = folder / "bin"
        self._log = folder / "calls.jsonl"
        self._folder.mkdir()
        self.answers = answers or {}
        # `sleep` must not take time.
        for name in ("talosctl", "kubectl", "talosgen", "sleep"):
            path = self._folder / name
            path.write_text(_STUB.format(python=sys.executable, log=str(self._log)), encoding="utf-8")
            path.chmod(0o755)

    def run(self, *command: str, cwd: Path | None = None, text: str | None = None) -> tuple[int, list[list[str]], str]:
        """Run a command with the stubs on the PATH: its status, the calls, what it printed."""
        self._log.unlink(missing_ok=True)
        done = subprocess.run(
            command,
            cwd=cwd,
            input=text,
            text=True,
            encoding="utf-8",
            errors="surrogateescape",
            env={"PATH": f"{self._folder}:/usr/bin:/bin", "STUB_ANSWERS": json.dumps(self.answers), "HOME": os.sep},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=60,
            check=False,
        )
        calls = self._log.read_text(encoding="utf-8", errors="surrogateescape") if self._log.exists() else ""
        return (
            done.returncode,
            [call for line in calls.splitlines() if (call := json.loads(line))[0] != "sleep"],
            done.stdout,
        )
