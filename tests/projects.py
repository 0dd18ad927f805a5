"""Project folders for tests: written from texts, with a bundle that is made once."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from talosgen import compiler, inputs
from talosgen.errors import InputError
from talosgen.pki.secrets import SecretsBundle
from talosgen.project.native import Access, load

CLUSTER = """\
apiVersion: talosgen/v1
kind: Cluster
name: home
endpoint: https://10.0.0.10:6443
talosVersion: v1.14.1
install: {disk: /dev/sda}
"""


@cache
def bundle_text(contract="v1.14"):
    """A secrets bundle in the clear."""
    return SecretsBundle.generate(contract).to_yaml()


def node(address, rest=""):
    """The text of a Node document."""
    return f"apiVersion: talosgen/v1\nkind: Node\naddress: {address}\n{rest}"


def write(folder: Path, files: dict[str, str], secrets=True):
    """Write a project's files; cluster.yaml and the bundle are there without being named."""
    for name, text in {
        "cluster.yaml": CLUSTER,
        **({"secrets.yaml": bundle_text()} if secrets else {}),
        **files,
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def opened(folder: Path, **access):
    """The cluster of a folder."""
    return load(str(folder), Access(inputs.read, **access))


def configs(folder, files, **access):
    """The configs of a project of these files, by node."""
    return compiler.compile(opened(write(folder, files), **access))


def problems(folder, files, **access):
    """What is wrong with a project of these files; its own paths are short."""
    with pytest.raises(InputError) as caught:
        compiler.compile(opened(write(folder, files), **access))
    return [str(problem).replace(f"{folder}/", "") for problem in caught.value.problems]


def document(config, kind, name=""):
    """The tree of a config's document."""
    return next(part.tree for part in config if part.kind.name == kind and part.name == name)
