"""SSH keys as recipients: ``ssh-ed25519`` and ``ssh-rsa``."""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from binascii import Error, a2b_base64
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from talosgen.age import base64
from talosgen.age.errors import AgeError
from talosgen.age.header import Stanza, failure
from talosgen.age.kdf import FILE_KEY_SIZE, SEALED_SIZE, hkdf, open_file_key, seal_file_key
from talosgen.age.party import Random, draw
from talosgen.age.x25519 import agree, public_of, share_of

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.asymmetric.padding import OAEP
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

__all__ = ["SshIdentity", "SshRecipient", "is_private_key"]

_ED25519: Final = "ssh-ed25519"
_RSA: Final = "ssh-rsa"
_ED25519_INFO: Final = b"age-encryption.org/v1/ssh-ed25519"
_RSA_LABEL: Final = b"age-encryption.org/v1/ssh-rsa"
_SMALLEST_RSA: Final = 2048
_LARGEST_RSA: Final = 16384
_PRIME: Final = 2**255 - 19
_MAGIC: Final = b"openssh-key-v1\0"
_OPENSSH: Final = re.compile(
    rb"\s*-----BEGIN OPENSSH PRIVATE KEY-----\s(.*?)-----END OPENSSH PRIVATE KEY-----\s*", re.DOTALL
)


def is_private_key(text: bytes) -> bool:
    """Whether a text looks like the file of an SSH private key."""
    return text.lstrip()[:64].startswith(
        (b"-----BEGIN OPENSSH PRIVATE KEY", b"-----BEGIN RSA PRIVATE KEY", b"-----BEGIN PRIVATE KEY")
    )


def _strings(blob: bytes, count: int) -> list[bytes]:
    """The first strings of SSH's wire form. Raises ValueError when it is cut off."""
    out: list[bytes] = []
    at = 0
    for _ in range(count):
        size = int.from_bytes(blob[at : at + 4], "big")
        if at + 4 + size > len(blob):
            raise ValueError("cut off")
        out.append(blob[at + 4 : at + 4 + size])
        at += 4 + size
    return out


def _tag(wire: bytes) -> str:
    return base64.encode(hashlib.sha256(wire).digest()[:4]).decode("ascii")


def _montgomery(public: bytes) -> bytes:
    """The X25519 public key of an Ed25519 one. Nothing here is secret. Raises ValueError."""
    y = int.from_bytes(public, "little") & (1 << 255) - 1
    if len(public) != 32 or y >= _PRIME or y == 1:
        raise ValueError("no point")
    return ((1 + y) * pow(1 - y, -1, _PRIME) % _PRIME).to_bytes(32, "little")


def _oaep() -> OAEP:
    from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
    from cryptography.hazmat.primitives.hashes import SHA256

    return OAEP(MGF1(SHA256()), SHA256(), _RSA_LABEL)


class SshRecipient:
    """The public half of an SSH key; ``str()`` gives its line, comment included."""

    __slots__ = ("_line", "_type", "_wire")

    label: Final = ""

    def __init__(self, kind: str, wire: bytes, line: str = "") -> None:
        self._type = kind
        self._wire = wire
        self._line = line or f"{kind} {b64encode(wire).decode('ascii')}"

    @classmethod
    def parse(cls, line: str) -> SshRecipient:
        """The recipient of a line ``ssh-ed25519 AAAA… comment``. Raises AgeError (key)."""
        kind, _, rest = line.partition(" ")
        encoded = rest.split()[0] if rest.split() else ""
        if kind not in (_ED25519, _RSA):
            raise AgeError("key", "this kind of SSH key is no age recipient", "expected ssh-ed25519 or ssh-rsa")
        try:
            wire = a2b_base64(encoded.encode("ascii"), strict_mode=True)
            named, *numbers = _strings(wire, 2 if kind == _ED25519 else 3)
            if named != kind.encode():
                raise ValueError
            if kind == _ED25519:
                _montgomery(numbers[0])
        except (ValueError, Error):
            raise AgeError("key", "this SSH public key is damaged", "copy its line whole") from None
        if kind == _RSA and not _SMALLEST_RSA <= int.from_bytes(numbers[1], "big").bit_length() <= _LARGEST_RSA:
            raise AgeError("key", "this RSA key has not the right size", "use one of 2048 to 16384 bits")
        return cls(kind, wire, line)

    def __str__(self) -> str:
        return self._line

    def __repr__(self) -> str:
        return f"SshRecipient({self._line!r})"

    def __eq__(self, other: object) -> bool:
        return self._wire == other._wire if isinstance(other, SshRecipient) else NotImplemented

    def __hash__(self) -> int:
        return hash((SshRecipient, self._wire))

    def wrap(self, file_key: bytes, random: Random = draw) -> Stanza:
        """The stanza for this recipient; for RSA the randomness is the cryptography library's own.

        Raises AgeError (key) for a key that cannot be used.
        """
        try:
            if self._type == _RSA:
                return self._wrap_rsa(file_key)
            return self._wrap_ed25519(file_key, random)
        except ValueError:
            raise AgeError("key", "this SSH recipient is no usable key", "ask its owner for another") from None

    def _wrap_rsa(self, file_key: bytes) -> Stanza:
        from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers

        exponent, modulus = (int.from_bytes(number, "big") for number in _strings(self._wire, 3)[1:])
        public = RSAPublicNumbers(exponent, modulus).public_key()
        return Stanza(_RSA, (_tag(self._wire),), public.encrypt(file_key, _oaep()))

    def _wrap_ed25519(self, file_key: bytes, random: Random) -> Stanza:
        from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

        point = _montgomery(_strings(self._wire, 2)[1])
        ephemeral = X25519PrivateKey.from_private_bytes(random(32))
        share = public_of(ephemeral)
        tweak = X25519PrivateKey.from_private_bytes(hkdf(b"", self._wire, _ED25519_INFO))
        secret = agree(tweak, agree(ephemeral, point))
        sealed = seal_file_key(hkdf(secret, share + point, _ED25519_INFO), file_key)
        return Stanza(_ED25519, (_tag(self._wire), base64.encode(share).decode("ascii")), sealed)


class SshIdentity:
    """An SSH private key. One under a passphrase is opened when a stanza is for it, and asks once."""

    __slots__ = ("_ask", "_failed", "_key", "_tag", "_text", "_type", "_wire")

    def __init__(self, text: bytes, ask: Callable[[], str] | None = None) -> None:
        """Read a key file. Raises AgeError (key or unsupported), without the key."""
        self._text = text
        self._ask = ask
        self._failed: AgeError | None = None
        self._key: Ed25519PrivateKey | RSAPrivateKey | None = None
        wire = _locked(text)
        if wire is None:
            self._key = _load(text, None)
            self._wire = _wire_of(self._key)
        else:
            self._wire = wire
        self._type = _strings(self._wire, 1)[0].decode("ascii", "replace")
        if self._type not in (_ED25519, _RSA):
            raise AgeError("key", "this kind of SSH key is no age identity", "expected ssh-ed25519 or ssh-rsa")
        self._tag = _tag(self._wire)

    @property
    def recipient(self) -> SshRecipient:
        """The public half."""
        return SshRecipient(self._type, self._wire)

    def __repr__(self) -> str:
        return f"SshIdentity({self._type}, ***)"

    def unwrap(self, stanza: Stanza) -> bytes | None:
        """The file key in a stanza; None when it is for another key. Raises AgeError."""
        if stanza.type != self._type:
            return None
        count = 2 if self._type == _ED25519 else 1
        if len(stanza.arguments) != count:
            raise failure(f"an {self._type} recipient has not the right number of arguments")
        if stanza.arguments[0] != self._tag:
            share_of(stanza.arguments[0], 4)
            return None
        if self._type == _RSA:
            return self._unwrap_rsa(stanza)
        share = share_of(stanza.arguments[1])
        if len(stanza.body) != SEALED_SIZE:
            raise failure("an ssh-ed25519 recipient has not the right size")
        return self._unwrap_ed25519(stanza, share)

    def _unlocked(self) -> Ed25519PrivateKey | RSAPrivateKey:
        if self._failed is not None:
            raise self._failed
        if self._key is None:
            if self._ask is None:
                raise AgeError("key", "this SSH key is under a passphrase", "give it, or use an age identity")
            try:
                self._key = _load(self._text, self._ask().encode("utf-8", "surrogateescape"))
            except AgeError as error:
                self._failed = error
                raise
        return self._key

    def _unwrap_rsa(self, stanza: Stanza) -> bytes:
        from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

        key = self._unlocked()
        assert isinstance(key, RSAPrivateKey)
        try:
            file_key = key.decrypt(stanza.body, _oaep())
        except ValueError:
            raise failure("an ssh-rsa recipient does not open") from None
        if len(file_key) != FILE_KEY_SIZE:
            raise failure("an ssh-rsa recipient has not the right size")
        return file_key

    def _unwrap_ed25519(self, stanza: Stanza, share: bytes) -> bytes:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
        from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

        key = self._unlocked()
        assert isinstance(key, Ed25519PrivateKey)
        secret = X25519PrivateKey.from_private_bytes(hashlib.sha512(key.private_bytes_raw()).digest()[:32])
        tweak = X25519PrivateKey.from_private_bytes(hkdf(b"", self._wire, _ED25519_INFO))
        try:
            shared = agree(tweak, agree(secret, share))
        except ValueError:
            raise failure("an ssh-ed25519 share is of low order") from None
        file_key = open_file_key(hkdf(shared, share + public_of(secret), _ED25519_INFO), stanza.body)
        if file_key is None:
            raise failure("an ssh-ed25519 recipient does not open")
        return file_key


def _damaged() -> AgeError:
    return AgeError("key", "this SSH private key cannot be read", "expected an OpenSSH or PEM key file")


def _locked(text: bytes) -> bytes | None:
    """The public key in an OpenSSH key file that is under a passphrase; None for one that is not."""
    found = _OPENSSH.fullmatch(text)
    if found is None:
        if b"ENCRYPTED" in text[:256]:
            raise AgeError("key", "this PEM key is under a passphrase", "convert it with ssh-keygen -p")
        return None
    try:
        blob = a2b_base64(b"".join(found[1].split()), strict_mode=True)
        if not blob.startswith(_MAGIC):
            raise ValueError
        cipher, kdf, options = _strings(blob[len(_MAGIC) :], 3)
        if cipher == b"none":
            return None
        rest = blob[len(_MAGIC) + 12 + len(cipher) + len(kdf) + len(options) + 4 :]
        wire = _strings(rest, 1)[0]
        _strings(wire, 1)
    except (ValueError, Error):
        raise _damaged() from None
    return wire


def _load(text: bytes, passphrase: bytes | None) -> Ed25519PrivateKey | RSAPrivateKey:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_ssh_private_key

    load = load_ssh_private_key if _OPENSSH.fullmatch(text) else load_pem_private_key
    try:
        key = load(text.strip() + b"\n", passphrase)
    except UnsupportedAlgorithm:
        if passphrase is None:
            raise _damaged() from None
        raise AgeError(
            "unsupported", "SSH keys under a passphrase need bcrypt", "pip install bcrypt, or use an age identity"
        ) from None
    except (ValueError, TypeError):
        if passphrase is None:
            raise _damaged() from None
        raise AgeError("key", "the passphrase of the SSH key is wrong") from None
    if not isinstance(key, (Ed25519PrivateKey, RSAPrivateKey)):
        raise AgeError("key", "this kind of SSH key is no age identity", "expected ssh-ed25519 or ssh-rsa")
    return key


def _wire_of(key: Ed25519PrivateKey | RSAPrivateKey) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    line = key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
    return a2b_base64(line.split()[1])
