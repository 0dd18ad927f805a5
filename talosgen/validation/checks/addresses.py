"""Addresses, prefixes and host:port texts as Go's net and netip take them (Go 1.26)."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from talosgen.config.codecs.network import Addr, parse_addr

__all__ = [
    "Prefix", "host_port", "is_cidr", "is_host_port", "is_ip", "is_network", "is_prefix", "is_subnet_or_address",
    "is_unspecified", "overlapping", "parsed_address", "parsed_prefix",
]  # fmt: skip

_BITS: Final = re.compile(r"0|[1-9][0-9]{0,2}")
_MASK: Final = re.compile(r"[0-9]{1,8}")


def parsed_address(text: str) -> Addr | None:
    """The address of a text, IPv6 with a zone or without; None when it is none."""
    try:
        return parse_addr(text)
    except ValueError:
        return None


def is_ip(text: str) -> bool:
    """Whether a text is an address without a zone (Go's net.ParseIP)."""
    address = parsed_address(text)
    return address is not None and not address.zone


def is_cidr(text: str) -> bool:
    """Whether a text is an address and a mask's length (Go's net.ParseCIDR): leading zeros of the length pass."""
    head, slash, mask = text.partition("/")
    address = parsed_address(head) if slash else None
    if address is None or address.zone or _MASK.fullmatch(mask) is None:
        return False
    return int(mask) <= _width(address)


def is_network(text: str) -> bool:
    """Whether a text is an address, or one with a mask's length, as addresses of interfaces may be written."""
    return is_cidr(text) if "/" in text else is_ip(text)


class Prefix(NamedTuple):
    """An address and how many of its bits name the network; the other bits may be set."""

    address: Addr
    bits: int

    @property
    def width(self) -> int:
        """32 or 128."""
        return _width(self.address)

    @property
    def masked(self) -> bool:
        """Whether no bit beyond the network's is set."""
        return self.address.number & ((1 << (self.width - self.bits)) - 1) == 0

    @property
    def family(self) -> int:
        """4 or 6."""
        return self.address.version


def overlapping(prefixes: list[Prefix], limit: int) -> list[tuple[int, int]]:
    """The pairs of indices of networks that share an address, the smaller index first; at most ``limit`` of them."""
    # Of two networks that overlap one holds the other: in order of their beginnings, larger ones first, those that
    # hold the next one are a stack.
    spans = []
    for index, prefix in enumerate(prefixes):
        size = 1 << (prefix.width - prefix.bits)
        start = prefix.address.number & ~(size - 1)
        spans.append((prefix.family, start, -size, index))
    spans.sort()
    out: list[tuple[int, int]] = []
    around: list[tuple[int, int, int]] = []
    for family, start, size, index in spans:
        while around and (around[-1][0] != family or around[-1][1] <= start):
            around.pop()
        for _, _, other in around:
            if len(out) == limit:
                return sorted(out)
            out.append((min(index, other), max(index, other)))
        around.append((family, start - size, index))
    return sorted(out)


def parsed_prefix(text: str) -> Prefix | None:
    """The prefix of a text (Go's netip.ParsePrefix); None when it is none."""
    head, slash, bits = text.rpartition("/")
    address = parsed_address(head) if slash else None
    if address is None or address.zone or _BITS.fullmatch(bits) is None or int(bits) > _width(address):
        return None
    return Prefix(address, int(bits))


def is_prefix(text: str) -> bool:
    """Whether a text is a prefix (Go's netip.ParsePrefix)."""
    return parsed_prefix(text) is not None


def is_subnet_or_address(text: str, *, negated: bool = True) -> bool:
    """Whether a text is a prefix or an address; with ``negated`` one ``!`` may stand in front."""
    if negated:
        text = text.removeprefix("!")
    return parsed_prefix(text) is not None or parsed_address(text) is not None


def is_unspecified(text: str) -> bool:
    """Whether an address, or that of a prefix, is all zeros; IPv4 in IPv6 is not, nor one with a zone."""
    address = parsed_address(text.partition("/")[0])
    return address is not None and address.number == 0 and not address.zone


def host_port(text: str) -> tuple[str, str] | None:
    """Host and port of a text, as Go's net.SplitHostPort splits it: either may be empty; None when it does not."""
    colon = text.rfind(":")
    if colon < 0:
        return None
    if text.startswith("["):
        end = text.find("]")
        if end < 0 or end + 1 != colon:
            return None
        host = text[1:end]
        rest, tail = text[1:], text[end + 1 :]
    else:
        host = text[:colon]
        if ":" in host:
            return None
        rest = tail = text
    if "[" in rest or "]" in tail:
        return None
    return host, text[colon + 1 :]


def is_host_port(text: str) -> bool:
    """Whether a text is a host and a port, both of any form; a host with a colon must be an address."""
    found = host_port(text)
    return found is not None and (":" not in found[0] or parsed_address(found[0]) is not None)


def _width(address: Addr) -> int:
    return 32 if address.version == 4 else 128
