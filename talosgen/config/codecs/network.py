"""Codecs of the network: addresses, prefixes, ports, hardware addresses (Go's netip)."""

from __future__ import annotations

import re
from typing import Any, Final, NamedTuple

from talosgen.config.codecs import Codec, plain
from talosgen.config.codecs.text import source_text
from talosgen.goyaml.node import Node

__all__ = ["CODECS", "Addr", "parse_addr"]

_IPV4: Final = re.compile(r"(?:(?:0|[1-9][0-9]{0,2})\.){3}(?:0|[1-9][0-9]{0,2})")
_GROUP: Final = re.compile(r"[0-9a-fA-F]{1,4}")


class Addr(NamedTuple):
    """An IP address with its zone, if any."""

    version: int
    number: int
    zone: str = ""

    def __str__(self) -> str:
        if self.version == 4:
            return _dotted(self.number)
        if self.number >> 32 == 0xFFFF:
            text = f"::ffff:{_dotted(self.number & 0xFFFFFFFF)}"
        else:
            text = _compress(self.number)
        return f"{text}%{self.zone}" if self.zone else text


def _dotted(number: int) -> str:
    return ".".join(map(str, number.to_bytes(4, "big")))


def _compress(number: int) -> str:
    groups = [(number >> shift) & 0xFFFF for shift in range(112, -1, -16)]
    best_start = best_length = 0
    start = 0
    while start < 8:
        end = start
        while end < 8 and groups[end] == 0:
            end += 1
        if end - start > max(best_length, 1):
            best_start, best_length = start, end - start
        start = max(end, start + 1)
    if not best_length:
        return ":".join(f"{group:x}" for group in groups)
    head = ":".join(f"{group:x}" for group in groups[:best_start])
    tail = ":".join(f"{group:x}" for group in groups[best_start + best_length :])
    return f"{head}::{tail}"


def parse_addr(text: str) -> Addr:
    """An IP address: dotted IPv4 without leading zeros, or IPv6, with or without a zone. Raises ValueError."""
    expected = "expected an IP address such as 10.0.0.1 or fd00::1"
    if ":" not in text:
        return Addr(4, _ipv4(text, expected))
    address, percent, zone = text.partition("%")
    if percent and not zone:
        raise ValueError(expected)
    return Addr(6, _ipv6(address, expected), zone)


def _ipv4(text: str, expected: str) -> int:
    if _IPV4.fullmatch(text) is None:
        raise ValueError(expected)
    octets = [int(part) for part in text.split(".")]
    if max(octets) > 255:
        raise ValueError(expected)
    return int.from_bytes(octets, "big")


def _ipv6(text: str, expected: str) -> int:
    if text.count("::") > 1 or ":::" in text:
        raise ValueError(expected)
    head, gap, tail = text.partition("::")
    left = _groups(head, expected, last=not gap)
    right = _groups(tail, expected, last=True) if gap else []
    if gap:
        # At least one group is left out.
        if len(left) + len(right) > 7:
            raise ValueError(expected)
        left += [0] * (8 - len(left) - len(right))
    groups = left + right
    if len(groups) != 8:
        raise ValueError(expected)
    number = 0
    for group in groups:
        number = number << 16 | group
    return number


def _groups(text: str, expected: str, last: bool) -> list[int]:
    if not text:
        return []
    parts = text.split(":")
    out: list[int] = []
    for index, part in enumerate(parts):
        if last and index == len(parts) - 1 and "." in part:
            number = _ipv4(part, expected)
            out += [number >> 16, number & 0xFFFF]
        elif _GROUP.fullmatch(part):
            out.append(int(part, 16))
        else:
            raise ValueError(expected)
    return out


def _addr(node: Node) -> str:
    text = source_text(node)
    return str(parse_addr(text)) if text else ""


def _prefix(node: Node) -> str:
    text = source_text(node)
    if not text:
        return ""
    expected = "expected an address and its prefix length, such as 10.0.0.0/8"
    address, slash, bits = text.rpartition("/")
    if not slash or re.fullmatch(r"0|[1-9][0-9]{0,2}", bits) is None:
        raise ValueError(expected)
    try:
        addr = parse_addr(address)
    except ValueError:
        raise ValueError(expected) from None
    if addr.zone or int(bits) > (32 if addr.version == 4 else 128):
        raise ValueError(expected)
    return f"{addr}/{bits}"


def _addrport(node: Node) -> str:
    text = source_text(node)
    if not text:
        return ""
    expected = "expected an address and a port, such as 10.0.0.1:51820 or [fd00::1]:51820"
    host, colon, port = text.rpartition(":")
    bracketed = host.startswith("[") and host.endswith("]")
    if not colon or re.fullmatch(r"[0-9]+", port) is None or int(port) > 65535:
        raise ValueError(expected)
    try:
        addr = parse_addr(host[1:-1] if bracketed else host)
    except ValueError:
        raise ValueError(expected) from None
    if bracketed != (addr.version == 6):
        raise ValueError(expected)
    return f"[{addr}]:{int(port)}" if bracketed else f"{addr}:{int(port)}"


def _hwaddr(node: Node) -> str:
    digits = source_text(node).replace(":", "")
    if len(digits) % 2 or re.fullmatch(r"[0-9a-fA-F]*", digits) is None:
        raise ValueError("expected a hardware address such as 02:00:5e:10:00:01")
    digits = digits.lower()
    return ":".join(digits[start : start + 2] for start in range(0, len(digits), 2))


def _port_range(node: Node) -> Any:
    if node.tag in ("!!int", "!!float"):
        return plain("uint16").parse(node)
    if node.tag == "!!merge":
        return 0
    expected = "expected a port, or a range of ports such as 8000-8080"
    text = plain("string").parse(node)
    low, dash, high = text.partition("-")
    if not dash:
        raise ValueError(f"{expected}; a single port stands without quotes")
    first, last = _port(low, expected), _port(high, expected)
    return first if first == last else f"{first}-{last}"


def _port(text: str, expected: str) -> int:
    if re.fullmatch(r"[0-9]+", text) is None or int(text) > 65535:
        raise ValueError(expected)
    return int(text)


CODECS: Final = {
    "ip-addr": Codec("ip-addr", _addr, ""),
    "ip-prefix": Codec("ip-prefix", _prefix, ""),
    "ip-addrport": Codec("ip-addrport", _addrport, ""),
    "hwaddr": Codec("hwaddr", _hwaddr, "", nillable=True),
    "port-range": Codec("port-range", _port_range, 0),
}
