"""Prints how long fleets take to build, beside talhelper v3.1.17 in the same run: whole processes, on one core.

    python tests/benchmarks/fleet.py [NODES]

talhelper comes from the Go module proxy, once, into the cache folder; where it cannot be had, ours is timed alone.
Both make the same nodes: contract v1.13, two patches each.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS.parent), str(TESTS), str(TESTS / "oracle")]

from build import UnavailableError, cache  # noqa: E402

from talosgen.pki.secrets import SecretsBundle  # noqa: E402

VERSION = "github.com/budimanjojo/talhelper/v3@v3.1.17"
PATCHES = {
    "a.yaml": "machine:\n  certSANs: [example.org]\n  env: {A: b}\n",
    "b.yaml": 'machine:\n  sysctls: {net.ipv4.ip_forward: "1"}\n  kubelet:\n    extraArgs: {v: "2"}\n',
}


def talhelper() -> Path:
    """The program, built when it is not there yet. Raises UnavailableError."""
    folder = cache() / f"programs-talhelper-{VERSION.rpartition('@')[2]}"
    program = folder / "talhelper"
    if program.exists():
        return program
    go = shutil.which("go") or shutil.which("go", path="/usr/local/go/bin")
    if go is None:
        raise UnavailableError("Go is not installed")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        # Its dependencies are to be had only with the replacements that the oracle takes, too.
        module = (TESTS / "oracle" / "go.mod").read_text(encoding="utf-8")
        replaced = "\n".join(line for line in module.splitlines() if line.startswith("replace"))
        Path(scratch, "go.mod").write_text(f"module scratch\n\ngo 1.26.5\n\n{replaced}\n", encoding="utf-8")
        for arguments in (["get", VERSION], ["build", "-mod=mod", "-o", str(program), VERSION.partition("@")[0]]):
            done = subprocess.run([go, *arguments], cwd=scratch, capture_output=True, text=True, check=False)
            if done.returncode:
                raise UnavailableError(done.stderr.strip()[-300:])
    return program


def address(index: int) -> str:
    return f"10.{index // 62500}.{index // 250 % 250}.{index % 250 + 1}"


def projects(folder: Path, nodes: int) -> None:
    """The same fleet for both, in the folders ``ours`` and ``theirs``."""
    ours, theirs = folder / "ours", folder / "theirs"
    for place in (ours, theirs):
        place.mkdir(parents=True)
        for name, text in PATCHES.items():
            (place / name).write_text(text, encoding="utf-8")
    head = (
        "apiVersion: talosgen/v1\nkind: Cluster\nname: home\nendpoint: https://10.0.0.10:6443\ntalosVersion: v1.13.0\n"
    )
    rows = "".join(
        f"  n{i}: {{role: {'worker' if i else 'controlplane'}, address: {address(i)}, patches: [a.yaml, b.yaml]}}\n"
        for i in range(nodes)
    )
    (ours / "cluster.yaml").write_text(f"{head}install: {{disk: /dev/sda}}\nnodes:\n{rows}", encoding="utf-8")
    (ours / "secrets.yaml").write_text(SecretsBundle.generate("v1.13").to_yaml(), encoding="utf-8")
    rows = "".join(
        f"  - hostname: n{i}\n    ipAddress: {address(i)}\n    controlPlane: {'false' if i else 'true'}\n"
        '    installDisk: /dev/sda\n    patches: ["@./a.yaml", "@./b.yaml"]\n'
        for i in range(nodes)
    )
    head = "clusterName: home\nendpoint: https://10.0.0.10:6443\ntalosVersion: v1.13.0\nkubernetesVersion: v1.36.0\n"
    (theirs / "talconfig.yaml").write_text(f"{head}nodes:\n{rows}", encoding="utf-8")


def timed(command: list[str], folder: Path, core: str = "0") -> tuple[float, float, float]:
    """Seconds of the clock and of the processor, and the largest memory so far, in MiB."""
    pinned = ["taskset", "-c", core, *command] if shutil.which("taskset") else command
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    subprocess.run(
        pinned, cwd=folder, check=True, capture_output=True, env={**os.environ, "PYTHONPATH": str(TESTS.parent)}
    )
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, after.ru_maxrss / 1024


def main() -> None:
    counts = [int(sys.argv[1])] if len(sys.argv) > 1 else [10, 1000, 10000]
    try:
        peer = talhelper()
    except UnavailableError as error:
        peer = None
        print(f"without talhelper: {error}")
    for count in counts:
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch)
            projects(folder, count)
            build = [sys.executable, "-m", "talosgen", "build"]
            wall, cpu, memory = timed(build, folder / "ours")
            print(
                f"{count} nodes: talosgen {wall:.2f} s ({cpu:.2f} s of the processor), up to {memory:.0f} MiB", end=""
            )
            if peer is not None and count <= 1000:
                with (folder / "theirs" / "talsecret.yaml").open("wb") as out:
                    subprocess.run([peer, "gensecret"], cwd=folder / "theirs", stdout=out, check=True)
                theirs = timed([str(peer), "genconfig", "--offline-mode"], folder / "theirs")
                print(
                    f"; talhelper {theirs[0]:.2f} s ({theirs[1]:.2f}): {wall / theirs[0]:.2f} x, {cpu / theirs[1]:.2f} x",
                    end="",
                )
            print()
            if count >= 1000:
                shutil.rmtree(folder / "ours" / "rendered")
                wall, _, _ = timed([*build, "-j", "2"], folder / "ours", "0,1")
                print(f"{count} nodes: talosgen -j 2 {wall:.2f} s")


if __name__ == "__main__":
    main()
