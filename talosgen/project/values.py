"""What texts and numbers of settings must be, whatever a contract makes of them: older ones take what fails later."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Annotated, Any, Final, NamedTuple

from pydantic import AfterValidator

from talosgen.image.references import is_platform
from talosgen.project.names import is_host
from talosgen.project.placeholder import TEXT
from talosgen.validation.checks.addresses import is_ip, is_prefix
from talosgen.validation.checks.pem import has_certificate
from talosgen.validation.checks.reference import is_reference
from talosgen.validation.checks.urls import scheme_and_host

__all__ = [
    "Address", "AddressWithLength", "Argument", "Certificate", "Device", "Domain", "Hostname", "Image", "LinkName",
    "Mtu", "NameOrAddress", "NetworkText", "Platform", "RegistryHost", "Said", "Sysctl", "TimeServer", "Url",
]  # fmt: skip


class _Kind(NamedTuple):
    """A kind of value: what it is called, whether a value is one, and what one looks like."""

    name: str
    fits: Callable[[Any], object]
    example: str

    def __call__(self, value: Any) -> Any:
        """The value. Raises ValueError, which says what was expected, for one that does not fit."""
        # A placeholder stands for a secret that is right.
        if value != TEXT and not self.fits(value):
            raise ValueError(f"this is no {self.name}; expected {self.example}")
        return value


_LABEL: Final = r"[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_NAME: Final = re.compile(rf"(?=.{{1,253}}\.?\Z){_LABEL}(\.{_LABEL})*")
_DOMAIN: Final = re.compile(rf"{_NAME.pattern}\.?")
_PATTERN: Final = re.compile(rf"(\*\.)?{_NAME.pattern}")
_LINK: Final = re.compile(r"[^\s/\x00-\x1f]{1,127}")
_DEVICE: Final = re.compile(r"/[^\s\x00-\x1f]+")
_HOST: Final = re.compile(r"[^\s/\x00-\x1f]+")
_WORD: Final = re.compile(r"[^\s\x00-\x1f]+")
_LINE: Final = re.compile(r"[^\x00-\x1f]*[^\s\x00-\x1f][^\x00-\x1f]*")


def _is_url(text: str) -> bool:
    scheme, host = scheme_and_host(text)
    return scheme in ("http", "https") and bool(host)


Address = Annotated[str, AfterValidator(_Kind("address", is_ip, "one such as 10.0.0.1 or fd00::1"))]
AddressWithLength = Annotated[
    str, AfterValidator(_Kind("address with a prefix length", is_prefix, "one such as 10.0.0.21/24"))
]
NetworkText = Annotated[str, AfterValidator(_Kind("network", is_prefix, "one such as 10.1.0.0/16"))]
Hostname = Annotated[str, AfterValidator(_Kind("host name", is_host, "a DNS name such as node-1.example.org"))]
Domain = Annotated[str, AfterValidator(_Kind("domain", _DOMAIN.fullmatch, "one such as example.org"))]
NameOrAddress = Annotated[
    str,
    AfterValidator(
        _Kind("name or address", lambda text: _PATTERN.fullmatch(text) or is_ip(text), "api.example.org or 10.0.0.1")
    ),
]
TimeServer = Annotated[
    str,
    AfterValidator(
        _Kind(
            "time server",
            lambda text: _DOMAIN.fullmatch(text) or is_ip(text) or _DEVICE.fullmatch(text),
            "a name, an address, or a device such as /dev/ptp0",
        )
    ),
]
LinkName = Annotated[str, AfterValidator(_Kind("name of a link", _LINK.fullmatch, "one such as eth0"))]
Device = Annotated[str, AfterValidator(_Kind("device", _DEVICE.fullmatch, "one such as /dev/sda"))]
Image = Annotated[
    str,
    AfterValidator(_Kind("name of an image", is_reference, "one such as factory.talos.dev/metal-installer/ID:v1.14.1")),
]
Platform = Annotated[str, AfterValidator(_Kind("platform", is_platform, "one such as metal"))]
Argument = Annotated[str, AfterValidator(_Kind("kernel argument", _LINE.fullmatch, "one such as console=ttyS0"))]
Sysctl = Annotated[
    str, AfterValidator(_Kind("name of a kernel parameter", _WORD.fullmatch, "one such as net.ipv4.ip_forward"))
]
RegistryHost = Annotated[
    str, AfterValidator(_Kind("host of a registry", _HOST.fullmatch, "one such as docker.io or 10.0.0.1:5000"))
]
Url = Annotated[str, AfterValidator(_Kind("URL", _is_url, "one such as https://mirror.example.org"))]
Certificate = Annotated[str, AfterValidator(_Kind("certificate", lru_cache(64)(has_certificate), "one in PEM"))]
#: A text in which something is.
Said = Annotated[str, AfterValidator(_Kind("text that says something", _LINE.fullmatch, "one that is not empty"))]
Mtu = Annotated[int, AfterValidator(_Kind("MTU", range(1, 65536).__contains__, "a number from 1 to 65535"))]
