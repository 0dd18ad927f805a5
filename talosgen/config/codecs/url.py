"""URLs, parsed and printed as Go 1.26 does."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from talosgen.config.codecs import Codec, plain
from talosgen.config.codecs.network import parse_addr
from talosgen.goyaml.node import Node

__all__ = ["CODECS", "URL", "query_text", "query_values"]

_UNRESERVED: Final = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_HOST: Final = _UNRESERVED | frozenset(b"!\"$&'()*+,:;<=>[]")
_USER: Final = _UNRESERVED | frozenset(b"$&+,;=")
_PATH: Final = _UNRESERVED | frozenset(b"$&+,/:;=@")
_FRAGMENT: Final = _UNRESERVED | frozenset(b"!$&()*+,/:;=?@")
_PATH_RAW: Final = _PATH | frozenset(b"!'()*[]%")
_FRAGMENT_RAW: Final = _FRAGMENT | frozenset(b"'[]%")
_QUERY: Final = _UNRESERVED
_USERINFO: Final = _UNRESERVED | frozenset(b":!$&'()*+,;=%@")

_SCHEME: Final = re.compile(rb"[A-Za-z][A-Za-z0-9+.-]*:")
_PERCENT: Final = re.compile(rb"%(..?)?", re.DOTALL)
_PORT: Final = re.compile(rb"(?::[0-9]*)?")


def _escape(data: bytes, kept: frozenset[int]) -> str:
    return "".join(chr(byte) if byte in kept else f"%{byte:02X}" for byte in data)


def _unescape(data: bytes, allowed: frozenset[int] | None = None) -> bytes:
    """Decode ``%XX``; only those in ``allowed`` where it is given. Raises ValueError."""

    def decode(found: re.Match[bytes]) -> bytes:
        digits = found[1] or b""
        if re.fullmatch(rb"[0-9a-fA-F]{2}", digits) is None:
            raise ValueError("a % is not followed by two hexadecimal digits")
        byte = int(digits, 16)
        if allowed is not None and byte not in allowed:
            raise ValueError("an escape that a host cannot hold")
        return bytes((byte,))

    return _PERCENT.sub(decode, data)


_HOST_ESCAPES: Final = frozenset(range(0x80, 0x100)) | {0x25}
_ZONE_ESCAPES: Final = _HOST | {0x25, 0x20}


def _raw(data: bytes) -> None:
    if any(byte < 0x80 and byte not in _HOST and byte != 0x25 for byte in data):
        raise ValueError("a character that a host cannot hold")


class URL(NamedTuple):
    """A URL in its parts; decoded where Go decodes them. ``str`` gives the text that Go prints."""

    scheme: str = ""
    opaque: bytes = b""
    user: bytes | None = None
    password: bytes | None = None
    host: bytes = b""
    path: bytes = b""
    raw_path: bytes = b""
    omit_host: bool = False
    query: bytes = b""
    force_query: bool = False
    fragment: bytes = b""
    raw_fragment: bytes = b""

    @classmethod
    def parse(cls, text: str) -> URL:
        """The URL of a text. Raises ValueError saying what is wrong, in words without the text."""
        data = text.encode("utf-8", "surrogateescape")
        front, _, fragment = data.partition(b"#")
        if any(byte < 0x20 or byte == 0x7F for byte in front):
            raise ValueError("a control character")
        scheme = opaque = b""
        user: bytes | None = None
        password: bytes | None = None
        host = path = query = b""
        omit_host = force_query = False
        rest = front
        if front == b"*":
            path = b"*"
        else:
            found = _SCHEME.match(front)
            if found is not None:
                scheme, rest = found[0][:-1].lower(), front[found.end() :]
            elif front.startswith(b":"):
                raise ValueError("a colon in front, without a scheme")
            if rest.endswith(b"?") and rest.count(b"?") == 1:
                rest, force_query = rest[:-1], True
            else:
                rest, _, query = rest.partition(b"?")
            if not rest.startswith(b"/") and scheme:
                opaque = rest
            else:
                if not rest.startswith(b"/") and b":" in rest.partition(b"/")[0]:
                    raise ValueError("a colon in the first part of the path; a scheme such as https:// is missing")
                path = rest
                if rest.startswith(b"//") and (scheme or not rest.startswith(b"///")):
                    authority, slash, tail = rest[2:].partition(b"/")
                    path = slash + tail
                    user, password, host = _authority(authority, scheme)
                elif scheme and rest.startswith(b"/"):
                    omit_host = True
        return cls(
            scheme.decode("ascii"), opaque, user, password, host, _unescape(path), path, omit_host, query,
            force_query, _unescape(fragment), fragment,
        )  # fmt: skip

    @property
    def hostname(self) -> str:
        """The host's name without port and brackets."""
        name = self._split()[0]
        if name.startswith(b"[") and name.endswith(b"]"):
            name = name[1:-1]
        return name.decode("utf-8", "surrogateescape")

    @property
    def port(self) -> str:
        """The digits of the port; empty when there is none."""
        return self._split()[1].decode("ascii")

    def overlaid(self, other: URL) -> URL:
        """This URL with each part that ``other`` has set taken from there (Talos v1.14.1, strategic merge)."""
        path = other.path or self.path
        raw_path = _unusual(other.path, other.raw_path, _PATH) or _unusual(self.path, self.raw_path, _PATH)
        fragment = other.fragment or self.fragment
        raw_fragment = _unusual(other.fragment, other.raw_fragment, _FRAGMENT) or _unusual(
            self.fragment, self.raw_fragment, _FRAGMENT
        )
        return URL(
            other.scheme or self.scheme, other.opaque or self.opaque,
            self.user if other.user is None else other.user,
            self.password if other.user is None else other.password,
            other.host or self.host, path, _fitting(path, raw_path, _PATH), other.omit_host, other.query or self.query,
            other.force_query, fragment, _fitting(fragment, raw_fragment, _FRAGMENT),
        )  # fmt: skip

    def _split(self) -> tuple[bytes, bytes]:
        name, colon, port = self.host.rpartition(b":")
        if colon and re.fullmatch(rb"[0-9]*", port):
            return name, port
        return self.host, b""

    def __str__(self) -> str:
        out = f"{self.scheme}:" if self.scheme else ""
        if self.opaque:
            out += self.opaque.decode("utf-8", "surrogateescape")
        else:
            # Only a merge leaves a host beside the mark of none, or beside a path without its slash.
            omit = self.omit_host and not self.host and self.user is None
            if (self.scheme or self.host or self.user is not None) and not omit:
                if self.host or self.path or self.user is not None:
                    out += "//"
                if self.user is not None:
                    out += _escape(self.user, _USER)
                    if self.password is not None:
                        out += ":" + _escape(self.password, _USER)
                    out += "@"
                out += _escape(self.host, _HOST)
            path = _as_given(self.raw_path, _PATH_RAW) or _escape(self.path, _PATH)
            if self.path == b"*":
                path = "*"
            if path and path[0] != "/" and self.host:
                out += "/"
            if not out and ":" in path.partition("/")[0]:
                path = f"./{path}"
            out += path
        if self.force_query or self.query:
            out += "?" + self.query.decode("utf-8", "surrogateescape")
        if self.raw_fragment:
            out += "#" + (_as_given(self.raw_fragment, _FRAGMENT_RAW) or _escape(self.fragment, _FRAGMENT))
        return out


def query_values(query: bytes) -> dict[bytes, list[bytes]]:
    """The parameters of a query with their values, decoded; those that Go cannot decode are passed over."""
    out: dict[bytes, list[bytes]] = {}
    for part in query.split(b"&"):
        if not part or b";" in part:
            continue
        name, _, value = part.replace(b"+", b" ").partition(b"=")
        try:
            out.setdefault(_unescape(name), []).append(_unescape(value))
        except ValueError:
            continue
    return {name: values for name, values in out.items() if values}


def query_text(values: dict[bytes, list[bytes]]) -> bytes:
    """The query that Go writes for parameters: sorted by their names."""
    pairs = [(name, value) for name in sorted(values) for value in values[name]]
    return "&".join(
        "=".join(_escape(part, _QUERY | {0x20}).replace(" ", "+") for part in pair) for pair in pairs
    ).encode()


def _unusual(decoded: bytes, raw: bytes, kept: frozenset[int]) -> bytes:
    """The text of a part where it is not the one that escaping gives."""
    return b"" if raw == _escape(decoded, kept).encode() else raw


def _fitting(decoded: bytes, raw: bytes, kept: frozenset[int]) -> bytes:
    """The text to print for a decoded part: the one given, if it stands for it."""
    try:
        if raw and _unescape(raw) == decoded:
            return raw
    except ValueError:
        pass
    return _escape(decoded, kept).encode()


def _as_given(raw: bytes, kept: frozenset[int]) -> str:
    return raw.decode("ascii") if all(byte in kept for byte in raw) else ""


def _authority(text: bytes, scheme: bytes) -> tuple[bytes | None, bytes | None, bytes]:
    userinfo, at, host = text.rpartition(b"@")
    user: bytes | None = None
    password: bytes | None = None
    if at:
        if any(byte not in _USERINFO for byte in userinfo):
            raise ValueError("a character that user information cannot hold")
        name, colon, secret = userinfo.partition(b":")
        user = _unescape(name)
        password = _unescape(secret) if colon else None
    return user, password, _host(host, scheme)


def _host(text: bytes, scheme: bytes) -> bytes:
    if text.find(b"[") > 0:
        raise ValueError("a bracket inside the host")
    if text.startswith(b"["):
        end = text.rfind(b"]")
        if end < 0:
            raise ValueError("a bracket of the host is not closed")
        inside, port = text[1:end], text[end + 1 :]
        if _PORT.fullmatch(port) is None:
            raise ValueError("a port that is no number")
        mark = inside.find(b"%25")
        address = inside if mark < 0 else inside[:mark]
        zone = b"" if mark < 0 else inside[mark:]
        _raw(address)
        _raw(zone)
        decoded = _unescape(address, _HOST_ESCAPES) + _unescape(zone, _ZONE_ESCAPES)
        try:
            version = parse_addr(decoded.decode("utf-8", "surrogateescape")).version
        except ValueError:
            version = 0
        if version != 6:
            raise ValueError("no IPv6 address between the brackets")
        return b"[" + decoded + b"]" + port
    if b":" in text:
        start = text.find(b":") if scheme in (b"http", b"https") else text.rfind(b":")
        if _PORT.fullmatch(text[start:]) is None:
            raise ValueError("a port that is no number; an IPv6 address stands in brackets")
    _raw(text)
    return _unescape(text, _HOST_ESCAPES)


def _url(node: Node) -> str:
    text: str = plain("string").parse(node)
    if not text:
        return ""
    try:
        return str(URL.parse(text))
    except ValueError as error:
        raise ValueError(f"expected a URL such as https://10.0.0.1:6443; found {error}") from None


CODECS: Final = {"url": Codec("url", _url, ""), "endpoint-url": Codec("endpoint-url", _url, "")}
