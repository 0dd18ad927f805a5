"""Write what is made from the manifests of the catalogue: the expected outputs of tests, and the pages of the docs.

    python scripts/features.py expected tests/vectors/features
    python scripts/features.py pages docs/features mkdocs.yml

Names of features after it restrict the first to them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from talosgen.contract import Contract
from talosgen.features.catalogue import Catalogue, Feature
from talosgen.features.conditions import Situation
from talosgen.features.show import Shown, given, show
from talosgen.generation.kinds import kinds
from talosgen.generation.options import MachineType
from talosgen.schema.releases import Release

#: The bases whose outputs are kept.
KEPT = ("v1.11", "v1.13", "v1.14")


def releases(feature: Feature) -> Iterator[Contract]:
    """The minor releases that a feature is for."""
    found = feature.manifest.releases
    until = Contract.parse(found.until) if found.until else Contract(1, 14)
    for minor in range(9, 15):
        if Contract.parse(found.since) <= Contract(1, minor) <= until:
            yield Contract(1, minor)


def shown(feature: Feature, contract: Contract, role: str) -> Shown:
    """A feature with its example on a release's own base."""
    kubernetes = Contract.parse(Release.parse(f"{contract}.0").kubernetes or "")
    known = kinds(contract, MachineType(role))
    situation = Situation(role, contract, known, frozenset((feature.name,)), kubernetes)
    return show(feature, given(feature.manifest.example, f"{feature.shown}/feature.yaml"), situation)


def expected(feature: Feature) -> Iterator[tuple[str, str]]:
    """The names and the texts of the expected outputs of a feature."""
    for contract in releases(feature):
        for role in feature.manifest.roles:
            if str(contract) in KEPT:
                yield f"{role}-{contract}.yaml", shown(feature, contract, role).text() or "# nothing\n"


def write_expected(folder: Path, names: list[str]) -> None:
    catalogue = Catalogue()
    for name in names or catalogue.names():
        target = folder / name
        target.mkdir(parents=True, exist_ok=True)
        for old in target.glob("*-v1.*.yaml"):
            old.unlink()
        for file, text in expected(catalogue.get(name)):
            (target / file).write_text(text, encoding="utf-8")


def main() -> None:
    what, *rest = sys.argv[1:]
    if what == "expected":
        write_expected(Path(rest[0]), rest[1:])
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
