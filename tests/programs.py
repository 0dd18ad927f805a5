"""The real programs and the test kit that age, SOPS and new repositories are checked against, at exact versions.

They are fetched with Go, once, into the cache folder outside the repository: ``python tests/programs.py``
does it for all of them. Tests ask ``required``, which skips where Go is absent.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent / "oracle"))

from build import UnavailableError, cache

KIT = "c2sp.org/CCTV/age@v0.0.0-20251208015420-e9274a7bdbfd"
VERSIONS = {
    "sops": "github.com/getsops/sops/v3/cmd/sops@v3.13.3",
    "age": "filippo.io/age/cmd/age@v1.3.2",
    "kustomize": "sigs.k8s.io/kustomize/kustomize/v5@v5.7.1",
    "helm": "helm.sh/helm/v3/cmd/helm@v3.19.0",
}


#: Modules that carry the charts and definitions of what apps deploy; where a chart's own release has no module, the
#: nearest one that has.
MODULES = {
    "cilium": "github.com/cilium/cilium@v1.20.2",
    "envoy-gateway": "github.com/envoyproxy/gateway@v1.9.1",
    "external-secrets": "github.com/external-secrets/external-secrets@v1.3.2",
    "metallb": "go.universe.tf/metallb@v0.16.1",
    "metrics-server": "sigs.k8s.io/metrics-server@v0.9.0",
    "rook-ceph": "github.com/rook/rook@v1.20.6",
    "tailscale": "tailscale.com@v1.102.4",
}

#: The program that judges with Argo CD's own types; its go.mod says which release.
ARGOCD = Path(__file__).resolve().parent / "oracle" / "argocd"


def _go(arguments: list[str], folder: Path | None = None, **environment: str) -> str:
    go = shutil.which("go") or shutil.which("go", path="/usr/local/go/bin")
    if go is None:
        raise UnavailableError("Go is not installed")
    # Not in this folder: a module here would decide what is fetched.
    done = subprocess.run(
        [go, *arguments],
        cwd=folder or cache(),
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise UnavailableError(f"go {arguments[0]} failed: {(done.stderr + done.stdout).strip()[-500:]}")
    return done.stdout


def program(name: str) -> Path:
    """A real program, installed when it is not there yet. Raises UnavailableError."""
    package = VERSIONS[name]
    folder = cache() / f"programs-{name}-{package.rpartition('@')[2]}"
    if not (folder / name).exists():
        fresh = folder.with_name(f"{folder.name}-{os.getpid()}")
        fresh.mkdir(parents=True)
        try:
            # The sources of sops take more than a gigabyte: they go when the program is there.
            _go(["install", package], GOBIN=str(fresh), GOMODCACHE=str(fresh / "modules"), GOFLAGS="-modcacherw")
            folder.mkdir(exist_ok=True)
            os.replace(fresh / name, folder / name)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    return folder / name


def argocd() -> Path:
    """The program that judges Argo CD's resources, built when its sources have changed. Raises UnavailableError."""
    sources = sorted(path for path in ARGOCD.iterdir() if path.suffix in (".go", ".mod", ".sum"))
    digest = hashlib.sha256(b"".join(path.name.encode() + path.read_bytes() for path in sources)).hexdigest()
    built = cache() / f"argocd-{digest[:16]}" / "argocd"
    if not built.exists():
        built.parent.mkdir(parents=True, exist_ok=True)
        fresh = built.with_name(f"argocd-{os.getpid()}")
        _go(["build", "-o", str(fresh), "."], ARGOCD)
        os.replace(fresh, built)
    return built


def argocd_manifests() -> Path:
    """The folder of Argo CD's install manifests and CRDs, in Go's module cache. Raises UnavailableError."""
    answer = _go(["mod", "download", "-json", "github.com/argoproj/argo-cd/v3"], ARGOCD)
    return Path(json.loads(answer)["Dir"]) / "manifests"


def kit() -> Path:
    """The folder of the age test kit's files, in Go's module cache. Raises UnavailableError."""
    return _module(KIT) / "testdata"


def module(name: str) -> Path:
    """The folder of a module of ``MODULES``, in Go's module cache. Raises UnavailableError."""
    return _module(MODULES[name])


def _module(which: str) -> Path:
    module, version = which.split("@")
    modules = cache() / "modules"
    # Go's cache writes an upper-case letter as ! and the lower-case one.
    escaped = "".join(f"!{char.lower()}" if char.isupper() else char for char in module)
    folder = modules / f"{escaped}@{version}"
    if not folder.is_dir():
        modules.mkdir(parents=True, exist_ok=True)
        answer = _go(["mod", "download", "-json", which], GOMODCACHE=str(modules), GOFLAGS="-modcacherw")
        folder = Path(json.loads(answer)["Dir"])
    return folder


def required(get: Callable[[], Path]) -> Path:
    """What ``get`` finds; where it cannot be had the test is skipped, or fails where the oracle is required."""
    try:
        return get()
    except UnavailableError as error:
        if os.environ.get("TALOSGEN_REQUIRE_ORACLE") == "1":
            pytest.fail(f"the real programs are required: {error}")
        pytest.skip(f"needs a real program: {error}")


if __name__ == "__main__":
    print(kit())
    print(argocd())
    print(argocd_manifests())
    for each in VERSIONS:
        print(program(each))
    for each in MODULES:
        print(module(each))
