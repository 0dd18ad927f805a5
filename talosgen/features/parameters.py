"""The parameters of a feature: what the user gave, checked where it stands, with the defaults of the manifest."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from typing import Any, Final

from talosgen.config.located import Mapping, Sequence, Tree, located_of, plain
from talosgen.errors import Problem
from talosgen.features.catalogue import Feature
from talosgen.features.manifest import Parameter
from talosgen.source import Span

__all__ = ["TYPES", "parameters"]

_NAME: Final = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_URL: Final = re.compile(r"[a-z][a-z0-9+]*://\S+")
_SIZE: Final = re.compile(r"-?\d{1,18}(\.\d{1,6})?\s*([KMGTPE]i?B|[KMGTPE]i|B|%)?")
_DURATION: Final = re.compile(r"([0-9]{1,9}(\.[0-9]{1,9})?(ns|us|ms|s|m|h))+")


def _network(text: str) -> bool:
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        return False
    return "/" in text


def _address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


#: What a value of each type is, in the user's words, and whether a plain value is one.
TYPES: Final[dict[str, tuple[str, Callable[[Any], bool]]]] = {
    "text": ("a text", lambda value: isinstance(value, str)),
    "name": ("a DNS label", lambda value: isinstance(value, str) and _NAME.fullmatch(value) is not None),
    "integer": ("an integer", lambda value: type(value) is int),
    "boolean": ("true or false", lambda value: type(value) is bool),
    "choice": ("a choice", lambda value: isinstance(value, str)),
    "list": ("a list", lambda value: isinstance(value, list)),
    "map": ("a mapping", lambda value: isinstance(value, dict)),
    "cidr": ("a network such as 10.0.0.0/24", lambda value: isinstance(value, str) and _network(value)),
    "address": ("an IP address", lambda value: isinstance(value, str) and _address(value)),
    "url": ("a URL", lambda value: isinstance(value, str) and _URL.fullmatch(value) is not None),
    "size": ("a size such as 50GB", lambda value: isinstance(value, str) and _SIZE.fullmatch(value) is not None),
    "duration": ("a duration as 10m", lambda value: isinstance(value, str) and _DURATION.fullmatch(value) is not None),
    "cel": ("a CEL expression", lambda value: isinstance(value, str) and bool(value)),
    "pem": ("a PEM text", lambda value: isinstance(value, str) and value.lstrip().startswith("-----BEGIN ")),
    "secret": ("a secret", lambda value: isinstance(value, str) and bool(value)),
    "any": ("any value", lambda value: True),
}  # fmt: skip


def parameters(feature: Feature, given: Mapping, secrets: frozenset[str], problems: list[Problem]) -> Mapping:
    """All parameters of a feature that have a value; what is wrong with those given is added to ``problems``.

    ``secrets``: the texts that came from encrypted variables, the only ones that a secret parameter takes.
    """
    known = feature.manifest.parameters
    out = Mapping(given.span)
    for name, tree in given.items():
        place = given.keys_at.get(name, tree.span)
        if name not in known:
            from difflib import get_close_matches

            near = get_close_matches(name[:80], known, 1)
            remedy = f'did you mean "{near[0]}"?' if near else f"known: {', '.join(known) or 'none'}"
            problems.append(Problem(f'{feature.name} has no parameter "{name[:80]}"', place, remedy=remedy))
        elif (problem := _fault(name, known[name], tree, secrets)) is not None:
            problems.append(problem)
        else:
            out[name] = tree
            out.keys_at[name] = place
    default_place = Span(f"{feature.shown}/feature.yaml")
    for name, parameter in known.items():
        if name in given:
            for other in parameter.needs or ():
                if other not in given:
                    problems.append(Problem(f"{feature.name}: {name} needs {other} as well", given.keys_at.get(name)))
        elif parameter.default is not None:
            out[name] = located_of(parameter.default, default_place)
        elif not parameter.optional:
            message = f"{feature.name} needs the parameter {name}: {parameter.about}"
            problems.append(Problem(message, given.span, remedy=f"write {{{feature.name}: {{{name}: …}}}}"))
    return out


def _fault(name: str, parameter: Parameter, tree: Tree, secrets: frozenset[str]) -> Problem | None:
    value = plain(tree)
    expected, right = TYPES[parameter.type]
    if parameter.type == "secret" and value not in secrets:
        return Problem(f"{name}: a secret", tree.span, remedy="give it as ${secrets.NAME}, from vars.sops.yaml")
    if not right(value):
        return Problem(f"{name}: expected {expected}", tree.span)
    if parameter.type == "choice" and value not in (parameter.values or ()):
        return Problem(f"{name}: expected one of {', '.join(parameter.values or ())}", tree.span)
    if parameter.minimum is not None and isinstance(value, int) and value < parameter.minimum:
        return Problem(f"{name}: expected {parameter.minimum} or more", tree.span)
    for item in tree.values() if isinstance(tree, Mapping) else tree if isinstance(tree, Sequence) else ():
        if parameter.values is not None and parameter.type == "list" and plain(item) not in parameter.values:
            return Problem(f"{name}: expected some of {', '.join(parameter.values)}", item.span)
        if parameter.of is not None and not TYPES[parameter.of][1](plain(item)):
            return Problem(f"{name}: expected {TYPES[parameter.of][0]}", item.span)
    return None
