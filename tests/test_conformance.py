"""Recorded answers of Talos's own machinery, put to talosgen through the oracle's protocol."""

from __future__ import annotations

import pytest
from agreement import difference
from ours import answer
from vectors import FOLDER, lines

CASES = {
    "gen": 883, "patch": 1500, "load": 957, "bundle": 37, "newbundle": 26, "schematic": 71, "redact": 273,
    "validate": 2651,
}  # fmt: skip


def resolved(request):
    """The request with each ``@NAME`` replaced by the file of that name."""
    out = dict(request)
    for key in ("bundle", "config"):
        text = out.get(key, "")
        if text.startswith("@") and "\n" not in text:
            found = [path for kind in ("bases", "bundles") if (path := folder(kind, text[1:])).exists()]
            out[key] = found[0].read_text(encoding="utf-8")
    return out


def folder(kind, name):
    return FOLDER / "conformance" / kind / f"{name}.yaml"


@pytest.mark.parametrize("name", CASES)
def test_recorded_answers_are_ours(name):
    cases = lines(f"conformance/{name}.jsonl.gz")
    assert len(cases) == CASES[name]
    wrong = []
    for case in cases:
        request = resolved(case["request"])
        if why := difference(request, case["answer"], answer(request)):
            wrong.append((case["id"], why))
    assert not wrong, (len(wrong), wrong[:5])
