"""Prints how talosgen's times compare with those of its peers, in one run.

    python tests/benchmarks/run.py

Beside the project's own dependencies it takes Go for the comparison with Talos's machinery, and makes a
clean virtual environment for the cold starts.
"""

from __future__ import annotations

import io
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from copy import copy
from pathlib import Path
from typing import Any

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS.parent), str(TESTS / "oracle")]

from build import Oracle, UnavailableError, build  # noqa: E402

import talosgen  # noqa: E402
from talosgen.config.container import Container, Document  # noqa: E402
from talosgen.config.loader import load  # noqa: E402
from talosgen.patching.load import apply_to_config, apply_to_text  # noqa: E402
from talosgen.patching.load import load as load_patch  # noqa: E402
from talosgen.patching.strategic import StrategicPatch  # noqa: E402
from talosgen.validation import validate  # noqa: E402

FOLDER = TESTS / "vectors" / "conformance"
CONFIG = (FOLDER / "bases" / "cp-1.14.yaml").read_text(encoding="utf-8")
BUNDLE = (FOLDER / "bundles" / "v1.14.yaml").read_text(encoding="utf-8")
#: Nothing is wrong with it: Talos has to look at all of it, as we have.
VERDICT = (FOLDER / "bases" / "val-v1.14-controlplane-rich.yaml").read_text(encoding="utf-8")
PATCH = """machine:
  certSANs: [k8s.example, 10.0.0.10]
  sysctls:
    net.core.somaxconn: "65535"
  network:
    nameservers: [1.1.1.1, 9.9.9.9]
    interfaces:
      - interface: eth0
        dhcp: true
        vlans:
          - vlanId: 7
            addresses: [10.7.0.2/24]
---
apiVersion: v1alpha1
kind: KubeletConfig
extraArgs:
  v: "4"
---
apiVersion: v1alpha1
kind: HostnameConfig
auto: off
hostname: cp1
"""
GEN = {
    "op": "gen", "contract": "v1.14", "role": "controlplane", "cluster": "demo", "endpoint": "https://10.0.0.1:6443",
    "kubernetes": "1.37.0", "bundle": BUNDLE,
}  # fmt: skip


def median(call: Callable[..., Any], times: int = 60, fresh: Callable[[], tuple[Any, ...]] = tuple) -> float:
    """Milliseconds. ``fresh`` makes what each call is given, outside of the time."""
    taken = []
    for _ in range(times):
        given = fresh()
        begun = time.perf_counter()
        call(*given)
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken) * 1000


def anew(config: Container) -> Container:
    """A config of which nothing was found out yet."""
    return Container(map(copy, config))


def patch_anew(patch: StrategicPatch) -> StrategicPatch:
    """A patch of which nothing was found out yet."""
    return patch._replace(parts=tuple(copy(part) if isinstance(part, Document) else part for part in patch.parts))


def row(what: str, ours: float, peer: str, theirs: float) -> None:
    print(f"  {what:<44} {ours:8.2f} ms   {peer:<34} {theirs:8.2f} ms   {ours / theirs:5.2f} x")


def yaml() -> None:
    import yaml as pyyaml
    from ruamel.yaml import YAML

    print(f"YAML: a config of {CONFIG.count(chr(10))} lines")
    config = load(CONFIG)
    documents = list(pyyaml.load_all(CONFIG, pyyaml.CSafeLoader))
    ruamel = YAML(typ="safe", pure=True)
    emit, decode = median(Container.to_yaml, fresh=lambda: (anew(config),)), median(lambda: load(CONFIG))
    row("emit", emit, "ruamel.yaml", median(lambda: ruamel.dump_all(documents, io.StringIO()), 10))
    dump = median(lambda: pyyaml.dump_all(documents, Dumper=pyyaml.CSafeDumper), 20)
    row("emit", emit, "PyYAML on libyaml", dump)
    row("decode, typed and checked", decode, "ruamel.yaml, untyped", median(lambda: list(ruamel.load_all(CONFIG)), 10))
    untyped = median(lambda: list(pyyaml.load_all(CONFIG, pyyaml.CSafeLoader)), 20)
    row("decode, typed and checked", decode, "PyYAML on libyaml, untyped", untyped)


def machinery() -> None:
    try:
        oracle = Oracle(build())
    except UnavailableError as error:
        print(f"Talos's machinery: not compared, {error}")
        return
    print("Talos's machinery v1.14.1 (Go, one core), in process")

    def theirs(request: dict[str, Any], n: int = 300) -> float:
        seconds: float = oracle.ask({"op": "bench", "request": request, "n": n})["seconds"]
        return seconds * 1000 / n

    bundle = talosgen.SecretsBundle.load(BUNDLE)
    options = talosgen.Options(cluster="demo", endpoint="https://10.0.0.1:6443", contract=talosgen.Contract(1, 14))
    generate = median(lambda: talosgen.generate(options, talosgen.MachineType.CONTROLPLANE, bundle).to_yaml())
    row("generate and encode a control plane", generate, "the same, and reading the bundle", theirs(GEN))
    row("load and encode", median(lambda: load(CONFIG).to_yaml()), "the same", theirs({"op": "load", "config": CONFIG}))
    verdicts(theirs)
    merged = load_patch(PATCH)
    config = load(CONFIG)
    assert isinstance(merged, StrategicPatch)

    def fresh() -> tuple[StrategicPatch, Container]:
        return patch_anew(merged), anew(config)

    merge = median(StrategicPatch.apply, fresh=fresh)
    print(f"  merge {PATCH.count(chr(10))} lines into a loaded config of {CONFIG.count(chr(10))}: {merge:.3f} ms")
    row(
        "the same, with every step recorded",
        median(lambda patch, given: patch.apply(given, [].append), fresh=fresh),
        "without",
        merge,
    )
    twice = load_patch(PATCH, merge="idempotent")
    assert isinstance(twice, StrategicPatch)
    guarded = median(StrategicPatch.apply, fresh=lambda: (patch_anew(twice), anew(config)))
    row("the same, idempotent and guarded", guarded, "talos", merge)
    fifty = median(apply_to_config, 10, lambda: (anew(config), [patch_anew(merged) for _ in range(50)]))
    row("50 patches", fifty, "50 times one", 50 * merge)
    print(f"  once more, what was made of it remembered: {median(lambda: merged.apply(config)):.3f} ms")
    for count in (1, 5):
        patches = [PATCH] * count
        ours = median(lambda patches=patches: apply_to_text(CONFIG, map(load_patch, patches)))
        row(
            f"load, patch, encode: {count} patches",
            ours,
            "the same",
            theirs({"op": "patch", "config": CONFIG, "patches": patches}),
        )
    oracle.close()


def verdicts(theirs: Callable[[dict[str, Any]], float]) -> None:
    """The verdict on a decoded config, and from the text on; a stated release judges more."""
    decoded = load(VERDICT)
    lines = VERDICT.count("\n")
    request = {"op": "validate", "config": VERDICT, "mode": "cloud"}
    taken = median(lambda given: validate(given, "cloud"), fresh=lambda: (anew(decoded),))
    print(f"  validate {lines} lines once decoded: {taken:.3f} ms")
    for release in ("v1.14", "v1.13"):
        taken = median(
            lambda given, release=release: validate(given, "cloud", release=release), fresh=lambda: (anew(decoded),)
        )
        print(f"  the same, {release} stated: {taken:.3f} ms")
    whole = median(lambda: validate(load(VERDICT), "cloud"))
    row(f"load and validate {lines} lines", whole, "the same", theirs(request))


def _key(file: Path) -> str:
    """Make an age key in a file; its recipient."""
    from talosgen.age import keys

    made = keys.generate()
    file.write_text(keys.key_file(made, "2026-01-01T00:00:00Z"), encoding="utf-8")
    return str(made.recipient)


def cold() -> None:
    print("Cold starts, in a clean virtual environment")
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        python = Path(folder) / "bin" / "python"
        quiet = ["--quiet", "--disable-pip-version-check"]
        subprocess.run([python, "-m", "pip", "install", *quiet, str(TESTS.parent)], check=True)
        secrets = Path(folder) / "secrets.yaml"
        secrets.write_text(BUNDLE, encoding="utf-8")
        environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}

        def run(*arguments: str) -> float:
            def call() -> None:
                subprocess.run([python, *arguments], cwd=folder, env=environment, capture_output=True, check=True)

            call()
            return median(call, 15)

        bare = run("-c", "import argparse, json")
        keys = Path(folder) / "keys.txt"
        environment = {name: text for name, text in environment.items() if not name.startswith("SOPS_")}
        environment |= {"HOME": folder, "SOPS_AGE_KEY_FILE": str(keys), "SOPS_AGE_RECIPIENTS": _key(keys)}
        new = [python, "-m", "talosgen", "secrets", "new", "-o", "encrypted.yaml"]
        subprocess.run(new, cwd=folder, env=environment, capture_output=True, check=True)
        gen_encrypted = (
            "gen",
            "config",
            "demo",
            "https://10.0.0.1:6443",
            "--with-secrets",
            "encrypted.yaml",
            "-o",
            "-",
        )
        # Without its last document, which has the only expression.
        (Path(folder) / "config.yaml").write_text(VERDICT.rpartition("---\n")[0], encoding="utf-8")
        check = ("-m", "talosgen", "validate", "-c", "config.yaml", "-m", "cloud")
        gen = ("-m", "talosgen", "gen", "config", "demo", "https://10.0.0.1:6443", "--with-secrets", str(secrets))
        for what, *arguments in (
            ("--help", "-m", "talosgen", "--help"),
            ("--version", "-m", "talosgen", "--version"),
            ("gen config -t controlplane", *gen, "-t", "controlplane", "-o", "-"),
            ("gen config, all three", *gen, "-o", "out", "--force"),
            ("secrets decrypt (budget: 8 x)", "-m", "talosgen", "secrets", "decrypt", "encrypted.yaml"),
            ("gen config -t worker, bundle encrypted", "-m", "talosgen", *gen_encrypted, "-t", "worker"),
            ("validate", *check),
            ("validate --talos-version v1.14", *check, "--talos-version", "v1.14"),
        ):
            row(what, run(*arguments), "python -c 'import argparse, json'", bare)
        row("import talosgen (budget: 1.3 x)", run("-c", "import talosgen"), "python -c 'import argparse, json'", bare)
        pydantic = run("-c", "from pydantic import BaseModel")
        for kind in ("SysctlConfig", "LinkConfig", "UserVolumeConfig", "KubeletConfig", "v1alpha1"):
            code = f"from talosgen.documents import {kind}"
            row(f"{kind}: its family (budget: 250 ms)", run("-c", code), "from pydantic import BaseModel", pydantic)


if __name__ == "__main__":
    yaml()
    machinery()
    cold()
