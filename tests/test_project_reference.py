"""The page of the project reference: its tables are the models', and it leaves none of them out."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest
from pydantic import BaseModel

from talosgen.project import models

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "project.md").read_text(encoding="utf-8")


@pytest.fixture
def script(monkeypatch):
    """The script that writes the tables."""
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    return import_module("project")


def test_the_tables_are_those_of_the_models(script):
    assert script.page(PAGE) == PAGE


def test_every_part_has_a_table_and_every_table_a_place(script):
    parts = {
        each
        for each in vars(models).values()
        if isinstance(each, type) and issubclass(each, BaseModel) and each.__module__ == models.__name__
    }
    # What others are made of, and what has nothing of its own.
    known = {model for model, _ in script.TABLES.values()} | {
        models.Part,
        models.Link,
        models.Group,
        models.Node,
        BaseModel,
    }
    assert parts - known == set()
    for name in script.TABLES:
        assert f"<!-- table: {name} -->" in PAGE
        assert f"#{name} }}" in PAGE or f'id="{name}"' in PAGE


def test_every_field_is_described_once(script):
    for name, (model, without) in script.TABLES.items():
        table = script.table(name)
        inherited = set() if without is None else {field.alias for field in without.model_fields.values()}
        for field in model.model_fields.values():
            assert table.count(f"| `{field.alias}` |") == (field.alias not in inherited), (name, field.alias)
