"""The differential tests with fresh seeds, for as long as you like.

    python tests/fuzz/run.py [--minutes 5] [--seed N]

Prints each find as a request that can be put to both programs; every find becomes a vector.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from pathlib import Path
from typing import Any

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS.parent), *(str(TESTS / name) for name in ("", "oracle", "differential"))]

from agreement import difference  # noqa: E402
from build import Oracle, build  # noqa: E402
from hypothesis import HealthCheck, Phase, given, seed, settings  # noqa: E402
from hypothesis import strategies as st  # noqa: E402
from ours import answer  # noqa: E402
from strategies import DOCUMENTS, KINDS, options, schematics, stream, written  # noqa: E402
from test_patches_against_the_oracle import patches_of  # noqa: E402
from vectors import FOLDER  # noqa: E402

from talosgen.goyaml.writer import emit  # noqa: E402


def requests() -> st.SearchStrategy[dict[str, Any]]:
    """Any request that the differential tests make."""
    bundles = [
        (FOLDER / "conformance" / "bundles" / f"{name}.yaml").read_text(encoding="utf-8") for name in ("v1.14", "v1.2")
    ]
    documents = st.lists(st.sampled_from(KINDS).flatmap(DOCUMENTS.document), min_size=1, max_size=3)
    loads = documents.flatmap(stream).map(lambda text: {"op": "load", "config": text})
    made = schematics().flatmap(written).map(lambda text: {"op": "schematic", "config": text})
    generated = st.tuples(options(), st.sampled_from(bundles)).map(lambda parts: {**parts[0], "bundle": parts[1]})
    return loads | generated | made | patches()


@st.composite
def patches(draw: st.DrawFn) -> dict[str, Any]:
    """A config and patches for documents of the same kinds."""
    kinds = draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=3, unique=True))
    base = [draw(DOCUMENTS.document(kind)) for kind in kinds]
    found = [part for document, kind in zip(base, kinds, strict=True) for part in draw(patches_of(document, kind))]
    return {"op": "patch", "config": "---\n".join(map(emit, base)), "patches": [emit(part) for part in found]}


def main() -> int:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--minutes", type=float, default=5)
    arguments.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**32))
    given_arguments = arguments.parse_args()
    oracle = Oracle(build())
    finds: dict[str, str] = {}
    asked = 0

    end = time.monotonic() + 60 * given_arguments.minutes
    current = given_arguments.seed
    while time.monotonic() < end:

        @seed(current)
        @settings(
            max_examples=1000, database=None, deadline=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(requests())
        def check(request: dict[str, Any]) -> None:
            nonlocal asked
            asked += 1
            why = difference(request, oracle.ask(request), answer(request))
            if why is not None and why[:80] not in finds:
                finds[why[:80]] = json.dumps(request)
                print(f"{why[:300]}\n    {json.dumps(request)[:2000]}", flush=True)

        check()
        current += 1
    print(f"{asked} requests from seed {given_arguments.seed} on, {len(finds)} finds")
    oracle.close()
    return 1 if finds else 0


if __name__ == "__main__":
    sys.exit(main())
