"""Builds the Go oracles into a cache folder outside the repository, and speaks to them."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent


class UnavailableError(Exception):
    """The oracle cannot be had on this machine; the text says why."""


def cache() -> Path:
    """Where what the checks install is kept: ``TALOSGEN_CACHE``, else the user's cache folder."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(os.environ.get("TALOSGEN_CACHE") or Path(base) / "talosgen")


#: What the programs of older releases are made of: they load and validate.
COMMON = ("main.go", "validate.go")


def build(release: str = "") -> Path:
    """The program of a release (``1.13``), by default the newest, built when its sources have changed.

    The newest answers everything. An older one is built from the two files that both have, against the module of its
    own folder. Raises UnavailableError.
    """
    go = shutil.which("go") or shutil.which("go", path="/usr/local/go/bin")
    if go is None:
        raise UnavailableError("Go is not installed")
    code = [HERE / name for name in COMMON] if release else HERE.glob("*.go")
    module = HERE / f"v{release}" if release else HERE
    sources = sorted([*code, module / "go.mod", module / "go.sum"])
    digest = hashlib.sha256(b"".join(path.name.encode() + path.read_bytes() for path in sources)).hexdigest()
    program = cache() / f"oracle-{digest[:16]}" / "oracle"
    if not program.exists():
        program.parent.mkdir(parents=True, exist_ok=True)
        fresh = program.with_name(f"oracle-{os.getpid()}")
        with tempfile.TemporaryDirectory() as folder:
            for path in sources:
                shutil.copy(path, folder)
            done = subprocess.run(
                [go, "build", "-o", str(fresh), "."], cwd=folder, capture_output=True, text=True, check=False
            )
        if done.returncode:
            raise UnavailableError(f"the oracle does not build: {done.stderr.strip()[-500:]}")
        os.replace(fresh, program)
    return program


class Oracle:
    """The program, running; one question at a time."""

    def __init__(self, program: Path) -> None:
        self._program = program
        self._process: subprocess.Popen[str] | None = None

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """The answer to a request. Raises RuntimeError when the program dies; the next question starts it anew."""
        if self._process is None or self._process.poll() is not None:
            environment = {**os.environ, "GOMAXPROCS": "1"}
            self._process = subprocess.Popen(
                [str(self._program)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                text=True, encoding="utf-8", env=environment,
            )  # fmt: skip
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            self.close()
            # No refusal: that would agree with any of ours.
            raise RuntimeError(f"the oracle died of {json.dumps(request)[:2000]}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def close(self) -> None:
        """End the program."""
        if self._process is not None:
            for stream in (self._process.stdin, self._process.stdout):
                if stream is not None:
                    stream.close()
            self._process.kill()
            self._process.wait()
            self._process = None


if __name__ == "__main__":
    for release in ("", "1.13", "1.12"):
        print(build(release))
