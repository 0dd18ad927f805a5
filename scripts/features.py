"""Write what is made from the manifests of the catalogue: the expected outputs of tests, and the pages of the docs.

    python scripts/features.py expected tests/vectors/features
    python scripts/features.py pages docs/features

Names of features after it restrict the first to them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from talosgen.contract import Contract
from talosgen.errors import InputError
from talosgen.features.catalogue import Catalogue, Feature
from talosgen.features.show import Shown, given
from talosgen.goyaml.writer import emit
from talosgen.outputs.features import REQUIRED, releases, rows_of, told_conflict, told_releases, told_when
from talosgen.outputs.features import shown as shown_for

#: The bases whose outputs are kept.
KEPT = ("v1.11", "v1.13", "v1.14")


def shown(feature: Feature, contract: Contract, role: str) -> Shown:
    """A feature with its example on a release's own base."""
    example = given(feature.manifest.example, f"{feature.shown}/feature.yaml")
    return shown_for(feature, example, role, contract, contract)


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


def page(feature: Feature) -> str:
    """The page of a feature."""
    manifest = feature.manifest
    parts = [f"# {manifest.title}", f"`{feature.name}`: {manifest.about}"]
    facts = [f"Talos {told_releases(feature)}", " and ".join(f"{role} nodes" for role in manifest.roles)]
    parts.append(f"For {', '.join(facts)}.")
    if manifest.requires:
        parts.append("It needs " + " and ".join(f"[{name}]({name}.md)" for name in manifest.requires) + " as well.")
    rows = [
        f"| `{name}` | {_cell(kind)} | {_default(default)} | {_cell(about)} |"
        for name, kind, default, about in rows_of(manifest.parameters)
    ]
    if rows:
        head = "| parameter | type | default | what it is |\n|---|---|---|---|\n"
        parts += ["## Parameters", head + "\n".join(rows)]
    limits = [
        f"- Not together with [{conflict.feature}]({conflict.feature}.md){told_conflict(conflict)}: {conflict.why}."
        for conflict in manifest.conflicts
    ]
    limits += [f"- Refused{told_when(refusal.when)}: {refusal.why}." for refusal in manifest.refuses]
    if limits:
        parts += ["## What is refused", "\n".join(limits)]
    parts += ["## What it sets", _example(feature), *_sets(feature)]
    if manifest.app is not None:
        parts += ["## Inside Kubernetes", _app(feature)]
    if manifest.traps:
        parts += ["## Traps", "\n".join(f"- {trap}" for trap in manifest.traps)]
    if manifest.links:
        parts += ["## More", "\n".join(f"- <{link}>" for link in manifest.links)]
    return "\n\n".join(parts) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _default(text: str) -> str:
    return text if text in ("", REQUIRED) else f"`{_cell(text)}`"


def _example(feature: Feature) -> str:
    asked = {feature.name: feature.manifest.example} if feature.manifest.example else feature.name
    text = emit({"features": [asked]})
    return f"With this in cluster.yaml, in a group or in a node:\n\n```yaml\n{text}```"


def _app(feature: Feature) -> str:
    """What a page says of a feature's app."""
    app = feature.manifest.app
    assert app is not None
    what = app.about[0].upper() + app.about[1:] if app.about else feature.manifest.title
    if app.there is not None:
        return f"{what}: `{app.there}` of a repository has it from the beginning."
    told = [f"{what}. `talosgen app add {feature.name}` writes the [app](../apps.md)."]
    told += [f"It needs `{name}`." for name in app.needs]
    told += [f"Without `{name}` it does little." for name in app.asks]
    told += [f"{state.about[0].upper()}{state.about[1:]}." for state in app.states]
    return " ".join(told)


def _sets(feature: Feature) -> Iterator[str]:
    by_role = {role: _by_release(feature, role) for role in feature.manifest.roles}
    found = list(by_role.values())
    together = all(one == found[0] for one in found)
    titles = {" and ".join(by_role): found[0]} if together else by_role
    for role, told in titles.items():
        for text, contracts in told:
            span = f"{contracts[0]}" if len(contracts) == 1 else f"{contracts[0]} to {contracts[-1]}"
            yield f"### {role}, Talos {span}"
            yield f"```yaml\n{text}```" if text else "Nothing."


def _by_release(feature: Feature, role: str) -> list[tuple[str, list[Contract]]]:
    """What a role gets, with the releases in a row that it is the same for; not those that refuse the example."""
    told: list[tuple[str, list[Contract]]] = []
    for contract in releases(feature):
        try:
            text = shown(feature, contract, role).text()
        except InputError:
            continue
        if told and told[-1][0] == text:
            told[-1][1].append(contract)
        else:
            told.append((text, [contract]))
    return told


def index(catalogue: Catalogue) -> str:
    """The page that leads to those of the features."""
    rows = []
    for name in catalogue.names():
        manifest = catalogue.get(name).manifest
        roles = "all nodes" if len(manifest.roles) > 1 else f"{manifest.roles[0]} nodes"
        rows.append(
            f"| [`{name}`]({name}.md) | {_cell(manifest.title)} | {told_releases(catalogue.get(name))} | {roles} |"
        )
    return INDEX + "| feature | what it is | Talos | for |\n|---|---|---|---|\n" + "\n".join(rows) + "\n"


INDEX = """\
# Features

A feature is what a system on top of Talos needs from the nodes: patches in the form that each release and base takes,
extensions and kernel arguments of the image, ports of the firewall. It stands in `features:` of cluster.yaml, of a
group or of a node, by its name or with parameters:

```yaml
features:
  - metallb
  - openebs:
      engines: [zfs]
```

Features are a set. Their patches are laid over the settings of the project and below its own patches, whatever the
order in which they are named; where several meet in one place their values are added up, united, or refused when they
contradict each other. `talosgen features show NAME` prints what one gives, for a release and a role.

What they name of a cluster must be there: nodes by their names; labels that a node bears, by `labels:`, a patch or a
feature (those below kubernetes.io and k8s.io may come from elsewhere); disks other than the one that Talos is installed
to, and none that another feature takes whole. Of disks that is known which a device, a serial or another number names
alone; of other expressions nothing is said. `build`, `check` and `app add` tell all that is wrong at once, where it
stands, and write nothing.

A project has features of its own in `features/NAME/`, in the form of those in the folder `patches/` of talosgen:
`feature.yaml`, and patch files in which `${params.NAME}` stands for a parameter. `names: label`, `names: disk` (taken
whole) or `names: partition` beside the type of a parameter has what it names looked for as above.

"""


def pages(catalogue: Catalogue) -> dict[str, str]:
    """All pages by their file's name."""
    return {"index.md": index(catalogue), **{f"{name}.md": page(catalogue.get(name)) for name in catalogue.names()}}


def write_pages(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.md"):
        old.unlink()
    for name, text in pages(Catalogue()).items():
        (folder / name).write_text(text, encoding="utf-8")


def main() -> None:
    what, *rest = sys.argv[1:]
    if what == "expected":
        write_expected(Path(rest[0]), rest[1:])
    elif what == "pages":
        write_pages(Path(rest[0]))
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
