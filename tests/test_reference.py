"""The pages of the reference, and the examples on them."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest
from test_conformance import folder

from talosgen import InputError, MachineConfig
from talosgen.documents.binding import model_type
from talosgen.schema import entries
from talosgen.schema.table import table

ROOT = Path(__file__).parents[1]
PAGES = ROOT / "docs" / "reference"
EXAMPLES = ROOT / "docs" / "examples"
KINDS = sorted(table().kinds)


@pytest.fixture
def script(monkeypatch):
    """The script that writes the pages."""
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    return import_module("reference")


def example(kind):
    return (EXAMPLES / f"{kind}.yaml").read_text(encoding="utf-8")


def sections(kind):
    """The rows of a kind's page by the paths that they are about, each as its cells."""
    text = (PAGES / f"{kind}.md").read_text(encoding="utf-8")
    out, above = {}, None
    for line in text.partition("\n## Fields\n")[2].splitlines():
        if title := re.fullmatch(r"## `(.+)` \{ #(\S+) \}", line):
            above = title[1]
        elif line.startswith("| `"):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            key = cells[0].strip("`")
            out[f"{above}.{key}" if above else key] = cells
    return out


def test_the_pages_are_those_that_the_script_writes(script):
    written = script.pages()
    assert {path.name for path in PAGES.iterdir()} == written.keys()
    for name, text in written.items():
        assert (PAGES / name).read_text(encoding="utf-8") == text, f"run scripts/reference.py: {name} has changed"
    assert len(written) == 91


def test_every_field_and_every_type_is_described(script):
    for kind in KINDS:
        for path, cells in sections(kind).items():
            assert cells[-1], (kind, path)
    assert "| `string` | A text. |" in script.types()


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_has_what_the_schema_tells_of_each_field(kind):
    rows = sections(kind)
    known = {
        one.path: one for one in entries(kind) if kind == "v1alpha1" or one.path not in ("apiVersion", "kind")
    }  # fmt: skip
    assert list(rows.keys() ^ known.keys()) == []
    for path, one in known.items():
        _, kept, since, merge, secret, what = rows[path]
        assert re.search(r"`([^`]*)`", kept)[1] == one.type.partition("(")[0]
        assert since == f"v{one.since}"
        assert merge.split()[0] == one.merge
        assert all(name in merge for name in one.merge_by)
        assert bool(secret) == bool(one.secret)
        assert ("Talos:" in secret) == (one.secret == "talos")
        assert (f"**Deprecated** since v{one.deprecated}" in what) == bool(one.deprecated)
        assert all(name in what for name in one.replaced_by)


def test_the_page_of_a_secret_and_deprecated_field():
    assert sections("v1alpha1")["machine.network.interfaces[].wireguard.privateKey"] == [
        "`privateKey`", "`string`", "v1.0", "replace", "Talos: the value",
        "The private key. **Deprecated** since v1.12 with `machine.network.interfaces`.",
    ]  # fmt: skip


# The examples.


def test_there_is_an_example_of_each_kind():
    assert sorted(path.stem for path in EXAMPLES.iterdir()) == KINDS


@pytest.mark.parametrize("kind", KINDS)
def test_an_example_is_one_document_of_its_kind(kind):
    config = MachineConfig.load(example(kind), f"{kind}.yaml")
    assert [document.kind.name for document in config] == [kind]
    model = model_type(table().kinds[kind]).load(example(kind))
    assert model.to_yaml() == config.to_yaml()
    # It shows something: more than what every document has.
    assert len(model.model_fields_set - {"api_version", "kind", "name"}) > 0 or kind == "BlackholeRouteConfig"


def machines(kind):
    """Configs in which the example of a kind stands: a control plane's, a worker's, or itself."""
    config = MachineConfig.load(example(kind))
    if kind == "v1alpha1":
        return [config]
    (model,) = config.models()
    out = []
    for role in ("cp", "worker"):
        base = MachineConfig.load(folder("bases", f"{role}-1.14").read_text(encoding="utf-8"))
        out.append(base.replace(model) if base.get(type(model), getattr(model, "name", "")) else base.add(model))
    return out


def faults(config):
    return [problem for problem in config.validate("metal") if problem.severity == "error"]


@pytest.mark.parametrize("kind", KINDS)
def test_an_example_is_valid_on_some_machine(kind):
    assert [] in [faults(config) for config in machines(kind)]


@pytest.mark.oracle
def test_talos_takes_the_examples(oracle):
    for kind in KINDS:
        loaded = oracle.ask({"op": "load", "config": example(kind)})
        assert loaded == {"yaml": MachineConfig.load(example(kind)).to_yaml()}, kind
        answers = [
            oracle.ask({"op": "validate", "config": config.to_yaml(), "mode": "metal"}) for config in machines(kind)
        ]
        assert any("error" not in answer for answer in answers), (kind, answers)


def test_an_example_that_is_wrong_is_found():
    with pytest.raises(InputError):
        MachineConfig.load(example("LinkConfig").replace("mtu", "mtuu"))
    config = MachineConfig.load(example("BondConfig").replace("[enp1s0f0, enp1s0f1]", "[]"))
    assert faults(config)
