"""Compile a project, in several processes, and look at what comes out: ``python fleet.py [FOLDER]``."""

from __future__ import annotations

import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import talosgen
from talosgen.documents import HostnameConfig

CLUSTER = """\
apiVersion: talosgen/v1
kind: Cluster
name: fleet
endpoint: https://10.0.0.10:6443
talosVersion: v1.14.1
install: {disk: /dev/sda}
vars: {region: eu}
"""
WORKER = """\
apiVersion: v1alpha1
kind: KubeNodeConfig
labels:
  topology.kubernetes.io/region: ${vars.region}
"""


def example(folder: Path) -> None:
    """A project of one control plane and two workers."""
    files = {
        "cluster.yaml": CLUSTER,
        "worker.yaml": WORKER,
        "secrets.yaml": talosgen.SecretsBundle.generate("v1.14").to_yaml(),
    }
    for name, address in (("controlplane-cp1", "10.0.0.21"), ("worker-w1", "10.0.0.31"), ("worker-w2", "10.0.0.32")):
        files[f"{name}.yaml"] = f"apiVersion: talosgen/v1\nkind: Node\naddress: {address}\n"
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")


def show(folder: Path) -> None:
    """Print the configs of a project's nodes."""
    try:
        cluster = talosgen.load(folder)
        with ProcessPoolExecutor(2) as pool:
            for name, config in talosgen.compile_iter(cluster, pool):
                node = cluster.node(name)
                hostname = config.get(HostnameConfig)
                assert hostname is not None
                assert hostname.hostname == node.hostname
                print(f"=== {name}, a {node.role.value} at {node.address}")
                print(config.to_yaml(), end="")
    except talosgen.InputError as error:
        sys.exit("\n".join(map(str, error.problems)))


def main() -> None:
    if len(sys.argv) > 1:
        show(Path(sys.argv[1]))
        return
    with TemporaryDirectory() as folder:
        example(Path(folder))
        show(Path(folder))


if __name__ == "__main__":
    main()
