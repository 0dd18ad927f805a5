"""Strategies for the parameters of features, made from the types that manifests give them."""

from __future__ import annotations

import ipaddress

from catalogue import AUTHORITY, CATALOGUE, cases
from hypothesis import strategies as st

from talosgen.contract import Contract
from talosgen.features.conditions import in_range

NAME = st.from_regex(r"[a-z][a-z0-9]{0,6}(-[a-z0-9]{1,4})?", fullmatch=True)
ADDRESS = st.ip_addresses(network="10.0.0.0/8") | st.ip_addresses(network="2001:db8::/32")
PORT = st.integers(1, 65535)

ENDPOINT = st.builds("{}:{}".format, NAME | ADDRESS.map(lambda one: f"[{one}]" if one.version == 6 else str(one)), PORT)


def _network(address, length):
    bits = min(length, address.max_prefixlen)
    return str(ipaddress.ip_network(f"{address}/{bits}", strict=False))


#: Of types whose values need no more than that to be right.
SIMPLE = {
    "boolean": st.booleans(),
    "name": NAME,
    "text": NAME,
    "address": ADDRESS.map(str),
    "cidr": st.builds(_network, ADDRESS, st.integers(8, 128)),
    "exclusion": st.builds(_network, ADDRESS, st.integers(8, 128)).map("!{}".format),
    "ipv4": st.ip_addresses(v=4).map(str),
    "endpoint": ENDPOINT,
    "stream": st.builds("{}://{}{}".format, st.sampled_from(["tcp", "udp"]), ENDPOINT, st.sampled_from(["", "/"])),
    "url": st.builds("https://{}.example.com{}".format, NAME, st.sampled_from(["", "/a", ":8443/a/b"])),
    "size": st.builds("{}{}".format, st.integers(1, 900), st.sampled_from(["GB", "GiB", "TB"])),
    "duration": st.builds("{}{}".format, st.integers(10, 90), st.sampled_from(["s", "m"])),
    "cel": st.sampled_from(["!system_disk", 'disk.transport == "nvme"', "disk.size > 100u * GB && !system_disk"]),
    "pem": st.just(AUTHORITY.crt.decode()),
    "secret": NAME.map("${{secrets.{}}}".format),
    "port": PORT,
    "nodes": st.sampled_from([["c0"], ["w0"], ["w0", "c0"]]),
    "ports": PORT | st.integers(1, 60000).map(lambda port: f"{port}-{port + 100}"),
}
#: Types that do not say all that Talos wants: their values are those of the sets that a feature is tried with.
LOOSE = {"text", "size", "cel", "any", "record", "map", "list"}


def values(parameter, seen):
    """Values of a parameter. ``seen`` are those that sets of parameters have for it, and its default."""
    kind, of = parameter.type, parameter.of
    if seen and (of or "any" if kind in ("list", "map") else kind) in LOOSE and not parameter.values:
        return st.sampled_from(seen)
    if parameter.values and kind == "choice":
        return st.sampled_from(parameter.values)
    if parameter.values:
        return st.lists(st.sampled_from(parameter.values), min_size=1, unique=True)
    if kind == "integer":
        least = parameter.minimum if parameter.minimum is not None else 0
        return st.integers(least, parameter.maximum if parameter.maximum is not None else least + 10_000)
    if kind == "list" and of in SIMPLE:
        return st.lists(SIMPLE[of], max_size=3, unique=True)
    if kind == "map" and of in SIMPLE:
        return st.dictionaries(NAME, SIMPLE[of], max_size=3)
    if kind in SIMPLE:
        return SIMPLE[kind]
    return None


@st.composite
def uses(draw, name, release, contract):
    """Parameters of a feature: one of its sets, some of them others."""
    known = CATALOGUE.get(name).manifest.parameters
    fitting = [
        case.parameters
        for case in cases(name)
        if in_range(case.talos, Contract.parse(release)) and in_range(case.contract, Contract.parse(contract))
    ]
    out = dict(draw(st.sampled_from(fitting)))
    for key in draw(st.lists(st.sampled_from(sorted(known)), max_size=4, unique=True)) if known else []:
        seen = [found[key] for found in fitting if key in found]
        if known[key].default is not None:
            seen.append(known[key].default)
        strategy = values(known[key], seen)
        if strategy is not None:
            out[key] = draw(strategy)
    return out
