"""``features`` and ``features show``."""

from __future__ import annotations

import json
import os
from typing import Any

from talosgen.cli.access import read
from talosgen.cli.flags import UsageError
from talosgen.cli.printing import deliver
from talosgen.config.located import Mapping, located, plain
from talosgen.contract import Contract
from talosgen.errors import InputError, Problem
from talosgen.features.catalogue import Catalogue, Feature
from talosgen.features.show import given
from talosgen.outputs.features import described, needs_of, releases, shown, told, told_releases
from talosgen.outputs.reports import visible
from talosgen.project.chain import chain
from talosgen.project.folder import boundary
from talosgen.source import Span

__all__ = ["list_all", "show"]


def list_all(flags: dict[str, Any], arguments: list[str]) -> int:
    """Print the features that there are."""
    catalogue = _catalogue(arguments)
    problems: list[Problem] = []
    found: list[Feature] = []
    for name in catalogue.names():
        try:
            found.append(catalogue.get(name))
        except InputError as error:
            problems.extend(error.problems)
    if problems:
        raise InputError(problems)
    if flags["json"]:
        _print([described(feature) for feature in found])
        return 0
    width = max(len(feature.name) for feature in found)
    lines = [f"{feature.name.ljust(width)}  {visible(feature.manifest.title)}{_limits(feature)}" for feature in found]
    deliver("".join(f"{line}\n" for line in lines).encode("utf-8", "backslashreplace"))
    return 0


def _limits(feature: Feature) -> str:
    """What a feature is not for, in words; and whose it is."""
    limits = (
        [told_releases(feature)] if feature.manifest.releases.since != "v1.9" or feature.manifest.releases.until else []
    )
    if len(feature.manifest.roles) == 1:
        limits.append(f"{feature.manifest.roles[0]} only")
    if feature.own:
        limits.append("of this project")
    return f" ({', '.join(limits)})" if limits else ""


def show(flags: dict[str, Any], arguments: list[str]) -> int:
    """Print all about a feature."""
    name, *folders = arguments
    feature = _catalogue(folders).get(name)
    if flags["role"] not in ("", "controlplane", "worker"):
        raise UsageError("--role takes controlplane or worker")
    roles = [flags["role"]] if flags["role"] else list(feature.manifest.roles)
    talos = _version(flags["talos-version"], "--talos-version") or releases(feature)[-1]
    contract = _version(flags["contract"], "--contract") or talos
    if contract > talos:
        raise InputError(
            Problem(f"--contract: it is newer than Talos {talos}", remedy="a base is never newer than Talos")
        )
    parameters = _parameters(flags["param"]) or given(feature.manifest.example, f"{feature.shown}/feature.yaml")
    made = {role: shown(feature, parameters, role, talos, contract) for role in roles}
    if flags["json"]:
        rows = [
            {
                "role": role, "talosVersion": str(talos), "contract": str(contract), "parameters": one.parameters,
                "needs": needs_of(one), "patches": one.patches,
            }
            for role, one in made.items()
        ]  # fmt: skip
        _print({**described(feature), "shown": rows})
    else:
        base = "" if contract == talos else f" with a base of {contract}"
        titles = {f"{role}, Talos {talos}{base}": one for role, one in made.items()}
        text = told(feature, plain(parameters), titles)
        deliver(text.encode("utf-8", "backslashreplace"))
    return 0


def _catalogue(folders: list[str]) -> Catalogue:
    """The shipped features, and those of a project with its bases. Raises InputError."""
    if not folders:
        return Catalogue()
    problems: list[Problem] = []
    bases = chain(folders[0], boundary(folders[0]), read, problems)
    if problems:
        raise InputError(problems)
    return Catalogue(tuple(os.path.join(base.folder.path, "features") for base in bases), read)


def _version(text: str, flag: str) -> Contract | None:
    if not text:
        return None
    try:
        found = Contract.parse(text)
    except InputError as error:
        raise InputError(problem._replace(message=f"{flag}: {problem.message}") for problem in error.problems) from None
    from talosgen.schema.releases import known

    if f"{found}" not in known():
        first, *_, last = known()
        raise InputError(
            Problem(f"{flag}: Talos {found} is not known to this talosgen", remedy=f"{first} … {last} are")
        )
    return found


def _parameters(texts: list[str]) -> Mapping | None:
    """The parameters of a command line; None when there are none. Raises InputError."""
    from talosgen.goyaml.construct import follow
    from talosgen.goyaml.reader import read as parse

    out = Mapping(Span("--param"))
    problems: list[Problem] = []
    for text in texts:
        name, sign, value = text.partition("=")
        source = f"--param {name[:80]}"
        if not sign:
            problems.append(Problem("expected a form such as limit=5", Span(source)))
            continue
        try:
            roots = parse(value, source)
        except InputError as error:
            problems.extend(error.problems)
            continue
        if len(roots) != 1:
            problems.append(Problem("expected one value", Span(source)))
            continue
        out[name] = located(follow(roots[0]), source, problems)
        out.keys_at[name] = Span(source, 1, 1)
    if problems:
        raise InputError(problems)
    return out if texts else None


def _print(tree: Any) -> None:
    deliver(json.dumps(tree, indent=2, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n")
