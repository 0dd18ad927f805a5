"""The parameters of a feature: what the user gave, checked where it stands, with the defaults of the manifest."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from talosgen.config.codecs.quantity import parse_bytes
from talosgen.config.located import Mapping, Sequence, Tree, Value, plain
from talosgen.contract import Contract
from talosgen.errors import Problem, nearest
from talosgen.features.catalogue import Feature
from talosgen.features.manifest import Parameter
from talosgen.source import Span

__all__ = ["TYPES", "Later", "default_faults", "early", "parameters"]

_NAME: Final = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_URL: Final = re.compile(r"[a-z][a-z0-9+]*://\S+")
_ENDPOINT: Final = re.compile(r"([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\]):(\d{1,5})")
_SIZE: Final = re.compile(r"-?\d{1,18}(\.\d{1,6})?\s*([KMGTPE]i?B|[KMGTPE]i|B|%)?")
_DURATION: Final = re.compile(r"([0-9]{1,9}(\.[0-9]{1,9})?(ns|us|ms|s|m|h))+")


class Later(Value):
    """A value that is not known yet, of any type, and what is wrong with asking for it."""

    __slots__ = ("problem",)

    #: What it is as a text.
    TEXT: Final = "${later}"

    def __init__(self, problem: Problem, span: Span) -> None:
        super().__init__(self.TEXT, span)
        self.problem = problem


def _network(text: str) -> bool:
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        return False
    return "/" in text


def _exclusion(text: str) -> bool:
    return text.startswith("!") and _network(text[1:])


def _address(text: str, family: tuple[int, ...] = (4, 6)) -> bool:
    try:
        return ipaddress.ip_address(text).version in family
    except ValueError:
        return False


def _endpoint(text: str) -> bool:
    found = _ENDPOINT.fullmatch(text)
    return found is not None and _port(int(found[2]))


def _stream(text: str) -> bool:
    scheme, _, rest = text.partition("://")
    return scheme in ("tcp", "udp") and _endpoint(rest.removesuffix("/"))


def _filter(text: str) -> bool:
    return _network(text.removeprefix("!"))


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _port(value: Any) -> bool:
    return type(value) is int and 0 < value < 65536


def _port_range(value: Any) -> bool:
    found = re.fullmatch(r"(\d{1,5})-(\d{1,5})", value) if isinstance(value, str) else None
    return found is not None and 0 < int(found[1]) <= int(found[2]) < 65536


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
    "exclusion": (
        "a network to leave out, such as !10.0.0.10/32",
        lambda value: isinstance(value, str) and _exclusion(value),
    ),
    "filter": (
        "a network such as 10.0.0.0/24, or !10.0.0.0/24 to leave it out",
        lambda value: isinstance(value, str) and _filter(value),
    ),
    "ipv4": ("an IPv4 address", lambda value: isinstance(value, str) and _address(value, (4,))),
    "endpoint": ("HOST:PORT", lambda value: isinstance(value, str) and _endpoint(value)),
    "stream": ("tcp://HOST:PORT/ or udp://HOST:PORT/", lambda value: isinstance(value, str) and _stream(value)),
    "address": ("an IP address", lambda value: isinstance(value, str) and _address(value)),
    "url": ("a URL", lambda value: isinstance(value, str) and _URL.fullmatch(value) is not None),
    "https": (
        "an https URL",
        lambda value: isinstance(value, str) and value.startswith("https://") and _URL.fullmatch(value) is not None,
    ),
    "size": ("a size such as 50GB", lambda value: isinstance(value, str) and _SIZE.fullmatch(value) is not None),
    "duration": ("a duration as 10m", lambda value: isinstance(value, str) and _DURATION.fullmatch(value) is not None),
    "cel": ("a CEL expression", lambda value: isinstance(value, str) and bool(value)),
    "pem": ("a PEM text", lambda value: isinstance(value, str) and value.lstrip().startswith("-----BEGIN ")),
    "port": ("a port number", lambda value: _port(value)),
    "ports": ("a port number, or a range as 2379-2380", lambda value: _port(value) or _port_range(value)),
    "record": ("a mapping", lambda value: isinstance(value, dict)),
    "secret": ("a secret", lambda value: isinstance(value, str) and bool(value)),
    "nodes": ("a list of nodes' names", lambda value: isinstance(value, list) and all(map(_is_text, value))),
    "any": ("any value", lambda value: True),
}  # fmt: skip


def parameters(feature: Feature, given: Mapping, secrets: frozenset[str], problems: list[Problem]) -> Mapping:
    """All parameters of a feature that have a value; what is wrong with those given is added to ``problems``, and what
    is no value for its parameter left out.

    ``secrets``: the texts that came from encrypted variables, the only ones that a secret parameter takes.
    """
    known = feature.manifest.parameters
    found = list(_faults(known, given, secrets, feature.name))
    problems.extend(problem._replace(place=problem.place or given.span) for problem in found)
    out = Mapping(given.span)
    for name, parameter in known.items():
        if name in given and found and any(_fault(name, parameter, given[name], secrets)):
            continue
        if name in given:
            out[name] = given[name]
            out.keys_at[name] = given.keys_at.get(name, given.span)
        elif parameter.default is not None:
            out[name] = feature.written("parameters", name, "default")
    return out


def _faults(
    known: dict[str, Parameter], given: Mapping, secrets: frozenset[str], owner: str, path: str = ""
) -> Iterator[Problem]:  # fmt: skip
    """What is wrong with the parameters of a feature, or with a record, whose fields are described alike."""
    what = "field" if path else "parameter"
    for name, tree in given.items():
        place = given.keys_at.get(name, tree.span)
        if name not in known:
            near = nearest(name, known)
            remedy = f'did you mean "{near}"?' if near else f"known: {', '.join(known) or 'none'}"
            yield Problem(f'{owner} has no {what} "{name[:80]}"', place, remedy=remedy)
        else:
            yield from _fault(f"{path}.{name}" if path else name, known[name], tree, secrets)
            for other in known[name].needs or ():
                if other not in given:
                    yield Problem(f"{owner}: {name} needs {other} as well", place)
            for other in known[name].excludes or ():
                if other in given:
                    message = f"{owner}: {name} and {other} exclude each other"
                    yield Problem(message, place, remedy="keep one of the two")
    yield from _crossed(known, given, owner, path)
    for name, parameter in known.items():
        if name not in given and parameter.default is None and not parameter.optional:
            remedy = f"write {{{owner}: {{{name}: …}}}}" if not path else ""
            yield Problem(f"{owner} needs the {what} {name}: {parameter.about}", given.span, remedy=remedy)


def default_faults(name: str, parameter: Parameter, tree: Tree) -> Iterator[Problem]:
    """What is wrong with the default of a parameter, for which the same holds as for what is given."""
    return _fault(name, parameter, tree, frozenset())


def _crossed(known: dict[str, Parameter], given: Mapping, owner: str, path: str) -> Iterator[Problem]:
    """What is less than the parameter beside it that it may not be less than, where either was given."""
    for name, parameter in known.items():
        other = parameter.at_least
        if other is None or other not in known or not (name in given or other in given):
            continue
        more, less = (
            _amount(known[each].type, plain(given[each]) if each in given else known[each].default)
            for each in (name, other)
        )
        if more is None or less is None or more >= less:
            continue
        said = "" if other in given else f", which is {known[other].default} when left out"
        yield Problem(
            f"{owner}{'.' if path else ': '}{name}: expected no less than {other}{said}",
            given[name].span if name in given else given[other].span,
            remedy=f"raise {name}, or lower {other}",
        )


def _amount(kind: str, value: Any) -> int | None:
    """What a value amounts to; None for one that cannot be compared: a share, or what is to be left free."""
    if type(value) is int:
        return value
    if kind != "size" or not isinstance(value, str) or "%" in value or value.startswith("-"):
        return None
    try:
        return parse_bytes(value)
    except ValueError:
        return None


def _fault(name: str, parameter: Parameter, tree: Tree, secrets: frozenset[str]) -> Iterator[Problem]:
    if isinstance(tree, Later):
        return
    value = plain(tree)
    expected, right = TYPES[parameter.type]
    if parameter.type == "secret" and (not isinstance(value, str) or value not in secrets):
        yield Problem(f"{name}: expected a secret", tree.span, remedy="write ${secrets.NAME}, from vars.sops.yaml")
    elif not right(value):
        yield Problem(f"{name}: expected {expected}", tree.span)
    elif parameter.type == "choice" and value not in (parameter.values or ()):
        yield Problem(f"{name}: expected one of {', '.join(parameter.values or ())}", tree.span)
    elif parameter.minimum is not None and isinstance(value, int) and value < parameter.minimum:
        yield Problem(f"{name}: expected {parameter.minimum} or more", tree.span)
    elif parameter.maximum is not None and isinstance(value, int) and value > parameter.maximum:
        yield Problem(f"{name}: expected {parameter.maximum} or less", tree.span)
    elif isinstance(tree, Mapping) and parameter.type == "record":
        yield from _faults(parameter.fields or {}, tree, secrets, name, name)
    elif isinstance(tree, Mapping | Sequence) and parameter.type in ("list", "map"):
        yield from _elements(name, parameter, tree, secrets)


def _elements(name: str, parameter: Parameter, tree: Mapping | Sequence, secrets: frozenset[str]) -> Iterator[Problem]:
    items = tree.items() if isinstance(tree, Mapping) else enumerate(tree)
    # An element is described by what describes the whole.
    element = parameter.model_copy(update={"type": parameter.of or "any", "of": None})
    for step, item in items:
        if parameter.values is not None and plain(item) not in parameter.values:
            yield Problem(f"{name}: expected some of {', '.join(parameter.values)}", item.span)
        else:
            yield from _fault(f"{name}.{step}" if isinstance(step, str) else f"{name}[{step}]", element, item, secrets)


def early(known: dict[str, Parameter], given: Mapping, talos: Contract, path: str = "") -> Iterator[Problem]:
    """What was given of parameters and fields of records that a release does not know yet."""
    for name, tree in given.items():
        parameter, where = known.get(name), f"{path}{name}"
        if parameter is None:
            continue
        if parameter.since is not None and talos < Contract.parse(parameter.since):
            message = f"{where} is for Talos {parameter.since} and newer"
            place = given.keys_at.get(name, given.span)
            yield Problem(message, place, remedy="leave it out, or upgrade Talos")
        elif parameter.fields:
            records = [tree] if parameter.type == "record" else tree.values() if isinstance(tree, Mapping) else tree
            for record in records if isinstance(records, Iterable) else ():
                if isinstance(record, Mapping):
                    yield from early(parameter.fields, record, talos, f"{where}.")
