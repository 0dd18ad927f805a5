"""Features told to people and programs: what a manifest says, and what a feature gives to a node."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from talosgen.config.located import Mapping, plain
from talosgen.contract import Contract
from talosgen.features.catalogue import Feature
from talosgen.features.conditions import Situation
from talosgen.features.manifest import Conflict, Parameter, When
from talosgen.features.show import Shown, show
from talosgen.generation.kinds import kinds
from talosgen.generation.options import MachineType
from talosgen.outputs.reports import visible
from talosgen.schema.releases import Release, known

__all__ = [
    "REQUIRED", "described", "needs_of", "releases", "rows_of", "shown", "told", "told_conflict", "told_releases",
    "told_when",
]  # fmt: skip

#: What stands in the place of a default where there is none.
REQUIRED: Final = "required"


def releases(feature: Feature) -> list[Contract]:
    """The minor releases that a feature is for, oldest first."""
    found = feature.manifest.releases
    since, until = Contract.parse(found.since), Contract.parse(found.until or "")
    lines = [Contract.parse(line) for line in known()]
    return [line for line in lines if line >= since and (until.current or line <= until)]


def shown(feature: Feature, parameters: Mapping, role: str, talos: Contract, contract: Contract) -> Shown:
    """What a feature gives to a node of a role, release and base, with the release's own Kubernetes.

    Raises InputError as ``show`` does.
    """
    kubernetes = Contract.parse(Release.parse(f"{talos}.0").kubernetes or "")
    base = kinds(contract, MachineType(role))
    return show(feature, parameters, Situation(role, talos, base, frozenset((feature.name,)), kubernetes))


def described(feature: Feature) -> dict[str, Any]:
    """What the manifest says, for JSON."""
    manifest = feature.manifest.model_dump(mode="json", by_alias=True, exclude_none=True)
    kept = (
        "title", "about", "links", "traps", "roles", "releases", "parameters", "requires", "conflicts", "refuses",
        "example",
    )  # fmt: skip
    return {"name": feature.name, "own": feature.own, **{key: manifest[key] for key in kept}}


def told_releases(feature: Feature) -> str:
    """The releases of a feature in words."""
    found = releases(feature)
    if not found:
        return "none that is known"
    open_end = feature.manifest.releases.until is None
    return f"{found[0]} and newer" if open_end else f"{found[0]} to {found[-1]}"


def told_when(when: When | None) -> str:
    """A condition in words, in brackets behind what depends on it; empty where there is none."""
    text = "" if when is None else ", ".join(_conditions(when))
    return f" ({text})" if text else ""


def told_conflict(conflict: Conflict) -> str:
    """The conditions of a conflict in words: of the feature's own parameters, and of the other's."""
    own, other = (list(_conditions(when)) if when else [] for when in (conflict.when, conflict.other))
    told = own + [f"{conflict.feature} with {text}" for text in other]
    return f" ({', '.join(told)})" if told else ""


def _conditions(when: When) -> Iterator[str]:
    for name, value in (when.param or {}).items():
        yield f"{name}: {_yaml(value)}"
    for key, words in (("given", "is given"), ("missing", "is not given"), ("many", "has several elements")):
        names = getattr(when, key)
        if names:
            yield f"{' and '.join([names] if isinstance(names, str) else names)} {words}"
    if when.role is not None:
        yield when.role
    if when.talos is not None:
        yield f"Talos {when.talos}"
    if when.kubernetes is not None:
        yield f"Kubernetes {when.kubernetes}"
    if when.named is not None:
        yield f"on nodes that {when.named} names"
    for key, words in (
        ("has", "with"),
        ("lacks", "without"),
        ("feature", "with the feature"),
        ("without", "without the feature"),
    ):
        names = getattr(when, key)
        if names:
            yield f"{words} {', '.join([names] if isinstance(names, str) else names)}"


def _told_parameter(parameter: Parameter) -> tuple[str, str]:
    """The type of a parameter, and its default, in words."""
    kind: str = parameter.type
    if parameter.type in ("list", "map"):
        of = parameter.of or "any"
        kind = f"{parameter.type} of {of}"
    if parameter.values:
        kind += f" ({' | '.join(parameter.values)})"
    bounds = [
        f"{sign} {value}" for sign, value in (("≥", parameter.minimum), ("≤", parameter.maximum)) if value is not None
    ]
    bounds += [f"≥ {parameter.at_least}"] if parameter.at_least is not None else []
    kind = " ".join([kind, *bounds])
    if parameter.default is not None:
        return kind, _yaml(parameter.default)
    return kind, "" if parameter.optional else REQUIRED


def _yaml(value: Any) -> str:
    """A value as YAML's flow style has it; JSON is a part of that."""
    import json

    return value if isinstance(value, str) and value else json.dumps(value, ensure_ascii=False)


def told(feature: Feature, given: dict[str, Any], made: dict[str, Shown]) -> str:
    """All about a feature as text. ``made`` is what it gives, by what is said above it."""
    manifest = feature.manifest
    lines = [f"{feature.name}: {manifest.title}", "", *_wrapped(manifest.about), ""]
    lines += [f"Talos:  {told_releases(feature)}", f"Roles:  {', '.join(manifest.roles)}"]
    if manifest.requires:
        lines.append(f"Needs:  {', '.join(manifest.requires)}")
    lines += _section("Parameters", list(_parameters(manifest.parameters)))
    excludes = [f"{conflict.feature}: {conflict.why}{told_conflict(conflict)}" for conflict in manifest.conflicts]
    lines += _section("Excludes", _listed(excludes))
    lines += _section("Refuses", _listed(f"{refusal.why}{told_when(refusal.when)}" for refusal in manifest.refuses))
    lines += _section("Traps", _listed(manifest.traps))
    lines += _section("More", _listed(manifest.links))
    out = "".join(f"{visible(line)}\n" for line in lines)
    if given:
        out += f"\nParameters of what follows: {visible(_yaml(given))}\n"
    for title, one in made.items():
        out += f"\n# {visible(title)}\n{one.text() or '# nothing' + chr(10)}"
    return out


def _section(title: str, rows: list[str]) -> list[str]:
    return ["", title, *(f"  {row}" for row in rows)] if rows else []


def _listed(texts: Iterable[str]) -> list[str]:
    return [f"{'- ' if first else '  '}{line}" for text in texts for first, line in _numbered(_wrapped(text))]


def _numbered(lines: list[str]) -> Iterator[tuple[bool, str]]:
    return ((index == 0, line) for index, line in enumerate(lines))


def _wrapped(text: str) -> list[str]:
    from textwrap import wrap

    # Links and expressions stay whole.
    return wrap(text, 100, break_long_words=False, break_on_hyphens=False)


def _parameters(found: dict[str, Parameter]) -> Iterator[str]:
    for name, kind, default, about in rows_of(found):
        mark = ", required" if default == REQUIRED else f" = {default}" if default else ""
        yield f"{name}: {kind}{mark}"
        yield from (f"    {line}" for line in _wrapped(about))


def rows_of(found: dict[str, Parameter], path: str = "") -> Iterator[tuple[str, str, str, str]]:
    """Name, type, default and purpose of parameters, the fields of records among them."""
    for name, parameter in found.items():
        since = f" (from Talos {parameter.since} on)" if parameter.since is not None else ""
        yield (f"{path}{name}", *_told_parameter(parameter), f"{parameter.about}{since}")
        mark = {"list": "[].", "map": ".*."}.get(parameter.type, ".")
        yield from rows_of(parameter.fields or {}, f"{path}{name}{mark}")


def needs_of(made: Shown) -> dict[str, Any]:
    """What a feature needs beside patches, for JSON."""
    ports = [plain(tree) for tree in made.needs.ports]
    return {
        "extensions": list(made.needs.extensions),
        "kernelArgs": list(made.needs.kernel_args),
        "ports": ports,
        "labels": dict(made.needs.labels),
    }
