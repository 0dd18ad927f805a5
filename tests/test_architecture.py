"""The rooms of the house, and which may know of which."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import talosgen
from talosgen.age import keys
from talosgen.sops import file
from talosgen.sops.document import load

PACKAGE = Path(talosgen.__file__).parent

GROUND = {"source", "errors", "_version", "contract", "inputs", "git", "files", "codes"}
# What a room may import, beside the ground; and whatever these may.
DOORS = {
    "schema": set(),
    "goyaml": set(),
    "age": set(),
    "cel": {"schema"},
    "sops": {"goyaml", "age"},
    "config": {"goyaml", "schema"},
    "pki": {"config"},
    "image": {"config"},
    "documents": {"config"},
    "patching": {"config"},
    "secrets": {"pki", "sops"},
    "generation": {"pki"},
    "validation": {"pki", "cel"},
    "features": {"documents", "patching"},
    "machineconfig": {"documents", "generation", "patching", "validation"},
    "project": {"features", "generation", "image", "secrets", "validation"},
    "compiler": {"machineconfig", "project"},
    "outputs": {"compiler", "secrets"},
    "scaffold": {"project", "secrets"},
    "cli": {"outputs", "scaffold"},
}
# The ground, from below.
FLOORS = ["_version", "source", "errors", "codes", "contract", "inputs", "git", "files"]


def allowed(room):
    """All rooms that one may know of."""
    if room in FLOORS:
        return set(FLOORS[: FLOORS.index(room)])
    below = DOORS[room]
    return GROUND | below | set().union(*(allowed(other) for other in below))


def rooms_of(path):
    """The rooms that a module imports, wherever in it the import stands."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = (
                [f"{node.module}.{alias.name}" for alias in node.names] if node.module == "talosgen" else [node.module]
            )
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        for name in names:
            parts = name.split(".")
            if parts[0] == "talosgen" and len(parts) > 1:
                yield parts[1]


def modules():
    return sorted(
        path for path in PACKAGE.rglob("*.py") if path.parent != PACKAGE or path.stem not in ("__init__", "__main__")
    )


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_data_runs_one_way(path):
    room = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    assert set(rooms_of(path)) - {room} <= allowed(room)


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_module_is_long_that_people_write(path):
    if "scripts/documents.py" in path.read_text(encoding="utf-8"):
        # Nobody reads it from end to end.
        return
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 520


def test_every_public_name_is_there_and_no_module_shadows_it():
    for path in modules():
        __import__(".".join(("talosgen", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__"))
    for name in talosgen.__all__:
        assert not isinstance(getattr(talosgen, name), type(sys)), name


@pytest.mark.parametrize(
    ("arguments", "unwanted"),
    [
        (["--help"], ["typing", "dataclasses", "yaml", "cryptography", "pydantic", "json", "argparse", "pathlib"]),
        (
            ["gen", "config", "-t", "controlplane", "-o", "-", "--with-secrets", "SECRETS", "demo", "https://h:6443"],
            ["yaml", "cryptography", "pydantic", "ruamel", "subprocess", "pathlib"],
        ),
        (
            ["secrets", "decrypt", "ENCRYPTED"],
            ["yaml", "cryptography.x509", "pydantic", "ruamel", "subprocess", "talosgen.schema.table", "talosgen.pki"],
        ),
    ],
    ids=["help", "controlplane", "decrypt"],
)
def test_a_command_loads_what_it_needs(arguments, unwanted, tmp_path, monkeypatch):
    secrets = Path(__file__).parent / "vectors" / "conformance" / "bundles" / "v1.14.yaml"
    key = keys.generate()
    tree = load(secrets.read_bytes())
    encrypted = tmp_path / "secrets.yaml"
    scheme = file.Scheme(file.recipients(str(key.recipient)))
    encrypted.write_text(file.encrypt(tree, scheme, "2026-01-01T00:00:00Z"), encoding="utf-8")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("SOPS_AGE_KEY", key.secret_text())
    names = {"SECRETS": str(secrets), "ENCRYPTED": str(encrypted)}
    arguments = [names.get(argument, argument) for argument in arguments]
    code = (
        "import sys; before = set(sys.modules); from talosgen.cli import main; "
        f"status = main({arguments!r}); "
        f"print('LOADED', status, sorted({set(unwanted)!r} & (set(sys.modules) - before)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "LOADED 0 []"
