"""The values of document fields: texts of a codec as types, taken from Python's own objects or from Talos's text.

Each is its canonical text, the one that Talos prints, so that a value read and written again keeps its bytes.
What codecs check here is what they check in a file. Raises ValueError, always without the value.
"""

from __future__ import annotations

import base64
import ipaddress
from collections.abc import Callable
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Final, Generic, TypeVar

from talosgen.config import codecs
from talosgen.config.codecs import Codec, url
from talosgen.config.codecs.quantity import duration_ns, duration_text, parse_bytes
from talosgen.config.codecs.text import MARKER
from talosgen.goyaml.node import SCALAR, Node

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema

__all__ = [
    "URL", "Address", "AddressLike", "AddressPort", "AddressPortLike", "Argument", "Base64", "Base64Like", "Bool",
    "ByteSize", "ByteSizeLike", "Bytes", "Duration", "DurationLike", "Enumeration", "Expression", "ExpressionLike",
    "FileMode", "FileModeLike", "Float", "Free", "HardwareAddress", "HardwareAddressLike", "Int", "Int32", "Int64",
    "PortRange", "Prefix", "PrefixLike", "Secret", "SecretBase64", "SecretText", "SecretURL", "Size", "SizeLike",
    "SizeMatcher", "SizeMatcherLike", "String", "Text", "UInt", "UInt8", "UInt16", "UInt32", "UInt64", "URLLike",
    "Value",
]  # fmt: skip

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_Interface = ipaddress.IPv4Interface | ipaddress.IPv6Interface
_Network = ipaddress.IPv4Network | ipaddress.IPv6Network

#: The enumerations by the names of their types in the table.
ENUMERATIONS: Final[dict[str, type[Enumeration]]] = {}


def read(codec: Codec, text: str) -> Any:
    """The canonical value that a codec makes of a text. Raises ValueError."""
    return codec.parse(Node(SCALAR, "!!str", text, 0, 0))


def schema(accept: Callable[[Any], Any]) -> CoreSchema:
    """Pydantic's schema of a value that ``accept`` makes of what it is given."""
    from pydantic_core import core_schema

    return core_schema.no_info_plain_validator_function(accept)


class Text(str):
    """A text that a codec reads. ``Text(value)`` checks and takes the canonical form."""

    __slots__ = ()

    codec: ClassVar[str]

    def __new__(cls, value: Any) -> Any:
        return value if type(value) is cls else cls.trusted(cls.canonical(value))

    @classmethod
    def trusted(cls, text: str) -> Any:
        """The value of a text that is canonical already."""
        return str.__new__(cls, text)

    @classmethod
    def written(cls, value: Any) -> str | None:
        """The text that stands for another Python object; None where it is none that this type takes."""
        return None

    @classmethod
    def canonical(cls, value: Any) -> str:
        """The canonical text of a value. Raises ValueError."""
        codec = codecs.codec(cls.codec)
        text = str(value) if isinstance(value, str) else cls.written(value)
        # A number is no text that a codec would take: it says what it wants.
        parsed = read(codec, "\0" if text is None else text)
        if text is None:
            raise ValueError(f"expected a {cls.__name__} or its text")
        return str(parsed)

    def __getnewargs__(self) -> tuple[str]:
        return (str(self),)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return schema(cls)

    @classmethod
    def __get_pydantic_json_schema__(cls, core: Any, handler: Any) -> dict[str, Any]:
        return {"type": "string"}


class Duration(Text):
    """A time span in Go's notation: ``1h30m0s``. Takes a ``timedelta`` or such a text."""

    __slots__ = ()
    codec = "duration"

    @classmethod
    def written(cls, value: Any) -> str | None:
        if not isinstance(value, timedelta):
            return None
        return duration_text((value.days * 86400 + value.seconds) * 10**9 + value.microseconds * 1000)

    @property
    def timedelta(self) -> timedelta:
        """The span, to the microsecond."""
        return timedelta(microseconds=duration_ns(str(self)) // 1000)


class Address(Text):
    """An IP address, with its zone if any. Takes an ``ipaddress`` object or a text."""

    __slots__ = ()
    codec = "ip-addr"

    @classmethod
    def written(cls, value: Any) -> str | None:
        # An interface is an address too, and has a length that would be lost.
        return str(value) if isinstance(value, _Address) and not isinstance(value, _Interface) else None

    @property
    def ip(self) -> _Address:
        """The address. Raises ValueError where the text is empty."""
        return ipaddress.ip_address(str(self))


class Prefix(Text):
    """An address and its prefix length: ``10.0.0.0/8``. Takes an ``ipaddress`` network or interface, or a text."""

    __slots__ = ()
    codec = "ip-prefix"

    @classmethod
    def written(cls, value: Any) -> str | None:
        return str(value) if isinstance(value, (_Network, _Interface)) else None

    @property
    def interface(self) -> _Interface:
        """The address with its prefix. Raises ValueError where the text is empty."""
        return ipaddress.ip_interface(str(self))

    @property
    def network(self) -> _Network:
        """The network. Raises ValueError where the text is empty."""
        return ipaddress.ip_network(str(self), strict=False)


class AddressPort(Text):
    """An address and a port: ``10.0.0.1:51820``, ``[fd00::1]:51820``. Takes such a text, or both as a tuple."""

    __slots__ = ()
    codec = "ip-addrport"

    @classmethod
    def written(cls, value: Any) -> str | None:
        if not isinstance(value, tuple) or len(value) != 2:
            return None
        address, port = Address(value[0]), value[1]
        return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"

    @property
    def ip(self) -> _Address:
        """The address. Raises ValueError where the text is empty."""
        return ipaddress.ip_address(self.rpartition(":")[0].strip("[]"))

    @property
    def port(self) -> int:
        """The port. Raises ValueError where the text is empty."""
        return int(self.rpartition(":")[2])


class HardwareAddress(Text):
    """A hardware address, ``02:00:5e:10:00:01``. Takes its bytes or a text."""

    __slots__ = ()
    codec = "hwaddr"

    @classmethod
    def written(cls, value: Any) -> str | None:
        return value.hex(":") if isinstance(value, bytes) else None


class ByteSize(Text):
    """A number of bytes, ``10GiB``. Takes an integer or a text."""

    __slots__ = ()
    codec = "byte-size"

    @classmethod
    def written(cls, value: Any) -> str | None:
        return str(value) if isinstance(value, int) and not isinstance(value, bool) else None

    @property
    def bytes(self) -> int:
        """The number of bytes. Raises ValueError where the text is none."""
        sign, text = (-1, self[1:]) if self.startswith("-") else (1, str(self))
        return sign * parse_bytes(text)


class Size(ByteSize):
    """A number of bytes, or a share in percent: ``10GiB``, ``80%``. Takes an integer or a text."""

    __slots__ = ()
    codec = "size"


class SizeMatcher(Text):
    """A size to compare with, with or without an operator: ``>= 100GB``."""

    __slots__ = ()
    codec = "disk-size-matcher"


class Expression(Text):
    """A condition in CEL. Its grammar is not checked here."""

    __slots__ = ()
    codec = "cel"


class URL(Text):
    """A URL. Its ``repr`` shows no user information."""

    __slots__ = ()
    codec = "url"

    def __repr__(self) -> str:
        try:
            parsed = url.URL.parse(str(self))
        except ValueError:
            return "'***'"
        return repr(str(self) if parsed.user is None else str(parsed._replace(user=MARKER.encode(), password=None)))


class Base64(Text):
    """Bytes in base64, mostly of a PEM text. Takes the bytes, or their base64."""

    __slots__ = ()
    codec = "base64-or-marker"

    @classmethod
    def written(cls, value: Any) -> str | None:
        return base64.b64encode(value).decode("ascii") if isinstance(value, bytes) else None

    @property
    def data(self) -> bytes:
        """The bytes. Raises ValueError where a mask stands in their place."""
        if self == MARKER:
            raise ValueError("the value is masked")
        return base64.b64decode(str(self))


class SecretBase64(Base64):
    """Base64 of what is secret: its ``repr`` says nothing."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'***'"


class SecretURL(URL):
    """A URL that is secret in a part: its ``repr`` says nothing."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'***'"


class SecretText(str):
    """A text that is secret: its ``repr`` says nothing."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'***'"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return schema(accept_secret)

    @classmethod
    def __get_pydantic_json_schema__(cls, core: Any, handler: Any) -> dict[str, Any]:
        return {"type": "string"}


class FileMode(int):
    """A file's mode; prints in octal. Takes an integer, or digits as Talos writes them: ``0o644``."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"0o{int(self):o}"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return schema(accept_mode)

    @classmethod
    def __get_pydantic_json_schema__(cls, core: Any, handler: Any) -> dict[str, Any]:
        return {"type": ["integer", "string"]}


class Enumeration(StrEnum):
    """Texts of which Talos takes no other. A value is found by its text, whatever its case where Talos says so."""

    def __init_subclass__(cls, type: str = "", **kwargs: Any) -> None:  # noqa: A002
        super().__init_subclass__(**kwargs)
        ENUMERATIONS[type] = cls

    @classmethod
    def accept(cls, value: Any) -> Any:
        """The member of a text. Raises ValueError."""
        if type(value) is cls:
            return value
        name = next(name for name, known in ENUMERATIONS.items() if known is cls)
        text = value if isinstance(value, str) else str(value) if type(value) is int else "\0"
        return cls(read(_enumeration(name), str(text)))

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return schema(cls.accept)

    @classmethod
    def __get_pydantic_json_schema__(cls, core: Any, handler: Any) -> dict[str, Any]:
        return {"enum": [str(member) for member in cls]}


def _enumeration(name: str) -> Codec:
    from talosgen.config.decode import codec_for
    from talosgen.schema.table import table

    codec = codec_for({"ref": name}, table())
    assert codec is not None
    return codec


def accept_string(value: Any) -> str:
    """A text. Raises ValueError."""
    if not isinstance(value, str):
        raise ValueError("expected a text")
    return value if type(value) is str else str(value)


def accept_secret(value: Any) -> SecretText:
    """A text that is secret. Raises ValueError."""
    return value if type(value) is SecretText else SecretText(accept_string(value))


def accept_bool(value: Any) -> bool:
    """True or False. Raises ValueError."""
    if not isinstance(value, bool):
        raise ValueError("expected true or false, without quotes")
    return value


def accept_float(value: Any) -> float:
    """A number. Raises ValueError."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError("expected a number, without quotes")
    return float(value)


def whole(kind: str) -> Callable[[Any], int]:
    """Takes integers of a Go type."""
    codec = codecs.plain(kind)

    def accept(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            codec.parse(Node(SCALAR, "!!str", "", 0, 0))
        # Go's decimal reader is asked, so that bounds and messages have one home.
        number: int = codec.parse(Node(SCALAR, "!!int", str(int(value)) if abs(value) < 2**64 else str(2**64), 0, 0))
        return number

    return accept


def accept_mode(value: Any) -> FileMode:
    """A file mode. Raises ValueError."""
    text = value if isinstance(value, str) else str(whole("uint32")(value))
    tag = "!!int" if text[:1].isdecimal() else "!!str"
    return FileMode(codecs.codec("octal-mode").parse(Node(SCALAR, tag, str(text), 0, 0)))


def accept_disk_size(value: Any) -> int:
    """A number of bytes, or a size such as ``10GB``. Raises ValueError."""
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        raise ValueError("expected a size such as 10GiB or 500MB")
    size: int = read(codecs.codec("disk-size"), str(value))
    return size


def accept_port_range(value: Any) -> int | str:
    """A port, or a range of ports such as ``8000-8080``. Raises ValueError."""
    if isinstance(value, int) and not isinstance(value, bool):
        return whole("uint16")(value)
    ports: int | str = read(codecs.codec("port-range"), str(value) if isinstance(value, str) else "")
    return ports


def accept_argument(value: Any) -> str | list[str]:
    """A text or a list of texts. Raises ValueError."""
    if isinstance(value, str):
        return accept_string(value)
    if not isinstance(value, (list, tuple)):
        raise ValueError("expected a text or a list of texts")
    return [accept_string(item) for item in value]


def accept_free(value: Any) -> Any:
    """A free-form mapping. Raises ValueError."""
    from talosgen.documents.plan import accept_object

    return accept_object(value)


class Accepted:
    """Marks an annotation: pydantic takes what ``accept`` takes; ``types`` are those of JSON Schema."""

    __slots__ = ("accept", "types")

    def __init__(self, accept: Callable[[Any], Any], *types: str) -> None:
        self.accept = accept
        self.types = types

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return schema(self.accept)

    def __get_pydantic_json_schema__(self, core: Any, handler: Any) -> dict[str, Any]:
        return {"type": self.types[0] if len(self.types) == 1 else list(self.types)}


Get = TypeVar("Get", covariant=True)
Set = TypeVar("Set", contravariant=True)

if TYPE_CHECKING:
    Secret = str

    class Value(Generic[Get, Set]):
        """A field that is read as one type and takes more."""

        def __get__(self, instance: Any, owner: Any) -> Get: ...
        def __set__(self, instance: Any, value: Set) -> None: ...
else:
    Secret = SecretText

    class Value:
        """A field that is read as one type and takes more; pydantic sees the first."""

        def __class_getitem__(cls, types):
            return types[0]


# Plain types as Talos bounds them. To a type checker they are str, int, bool, float, and a secret is a str.
String = Annotated[str, Accepted(accept_string, "string")]
Bool = Annotated[bool, Accepted(accept_bool, "boolean")]
Float = Annotated[float, Accepted(accept_float, "number")]
Int = Annotated[int, Accepted(whole("int"), "integer")]
Int32 = Annotated[int, Accepted(whole("int32"), "integer")]
Int64 = Annotated[int, Accepted(whole("int64"), "integer")]
UInt = Annotated[int, Accepted(whole("uint"), "integer")]
UInt8 = Annotated[int, Accepted(whole("uint8"), "integer")]
UInt16 = Annotated[int, Accepted(whole("uint16"), "integer")]
UInt32 = Annotated[int, Accepted(whole("uint32"), "integer")]
UInt64 = Annotated[int, Accepted(whole("uint64"), "integer")]
Bytes = Annotated[int, Accepted(accept_disk_size, "integer", "string")]
PortRange = Annotated[int | str, Accepted(accept_port_range, "integer", "string")]
Argument = Annotated[str | list[str], Accepted(accept_argument, "string", "array")]
#: A free-form mapping.
Free = Annotated[dict[str, Any], Accepted(accept_free, "object")]

# What may be given for a value.
AddressLike = Address | ipaddress.IPv4Address | ipaddress.IPv6Address | str
AddressPortLike = AddressPort | tuple[AddressLike, int] | str
Base64Like = Base64 | bytes | str
ByteSizeLike = ByteSize | int | str
DurationLike = Duration | timedelta | str
ExpressionLike = Expression | str
FileModeLike = FileMode | int | str
HardwareAddressLike = HardwareAddress | bytes | str
PrefixLike = (
    Prefix | ipaddress.IPv4Interface | ipaddress.IPv6Interface | ipaddress.IPv4Network | ipaddress.IPv6Network | str
)
SizeLike = Size | int | str
SizeMatcherLike = SizeMatcher | str
URLLike = URL | str
