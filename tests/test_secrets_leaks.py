"""Private keys in the clear, in whatever they are wrapped."""

from __future__ import annotations

import base64
import io
import json

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from talosgen.age import keys
from talosgen.secrets.leaks import find, scan
from talosgen.secrets.repository import Content

PEM, OPENSSH = serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH
PKCS8, OLD = serialization.PrivateFormat.PKCS8, serialization.PrivateFormat.TraditionalOpenSSL
OPEN = serialization.NoEncryption()
EC, ED = ec.generate_private_key(ec.SECP256R1()), ed25519.Ed25519PrivateKey.generate()
KEYS = {
    "pkcs8": EC.private_bytes(PEM, PKCS8, OPEN),
    "ec": EC.private_bytes(PEM, OLD, OPEN),
    "locked": EC.private_bytes(PEM, OLD, serialization.BestAvailableEncryption(b"x")),
    "openssh": ED.private_bytes(PEM, OPENSSH, OPEN),
    # The label that Talos gives its own keys.
    "talos": ED.private_bytes(PEM, PKCS8, OPEN).replace(b"PRIVATE", b"ED25519 PRIVATE"),
    "pgp": b"-----BEGIN PGP PRIVATE KEY BLOCK-----\nVersion: GnuPG v2\n\nlQOYBFabcdefghijklmnop\n",
    "age": keys.generate().secret_text().encode(),
}
WRAPPINGS = {
    "as it is": lambda key: key,
    "indented": lambda key: b"".join(b"      " + line for line in key.splitlines(keepends=True)),
    "commented": lambda key: b"".join(b"# " + line for line in key.splitlines(keepends=True)),
    "in JSON": lambda key: json.dumps({"k": key.decode()}).encode(),
    "in source code": lambda key: b"KEY = (\n" + b"".join(b'    "%s\\n"\n' % line for line in key.split(b"\n")) + b")",
    "UTF-16": lambda key: key.decode().encode("utf-16"),
    "Windows' line ends": lambda key: key.replace(b"\n", b"\r\n"),
    "base64": base64.b64encode,
    "base64 in lines": base64.encodebytes,
    "base64 for URLs": base64.urlsafe_b64encode,
    "base64 in base64": lambda key: base64.b64encode(base64.b64encode(key)),
}


@pytest.mark.parametrize("wrapping", WRAPPINGS)
@pytest.mark.parametrize("name", KEYS)
@pytest.mark.parametrize("before", [b"", b"a", b"ab", b"a: \n"])
def test_a_key_is_found_however_it_is_wrapped(name, wrapping, before):
    wrapped = WRAPPINGS[wrapping](before + KEYS[name])
    if wrapping != "UTF-16":
        wrapped = b"first: line\n" + wrapped
    (found,) = find(wrapped)
    assert found.what.startswith("an age identity" if name == "age" else "a private key")
    assert found.line >= 1


@pytest.mark.parametrize("shift", range(3))
def test_a_kubeconfig_in_a_kubernetes_secret_shows_its_key(shift):
    config = b"users:\n- user:\n    client-key-data: " + b" " * shift + base64.b64encode(KEYS["ec"])
    assert [leak.what for leak in find(b"data:\n  value: " + base64.b64encode(config))] == ["a private key in base64"]


def test_a_post_quantum_identity_is_found():
    pytest.importorskip("cryptography.hazmat.primitives.asymmetric.mlkem")
    text = keys.key_file(keys.generate(post_quantum=True), "2026-01-01T00:00:00Z")
    assert [leak.line for leak in find(text.encode())] == [3]


@pytest.mark.parametrize(
    "text",
    [
        "grep -e '-----BEGIN PRIVATE KEY-----' .",
        'HEADER = "-----BEGIN RSA PRIVATE KEY-----"\nFOOTER = "-----END RSA PRIVATE KEY-----"\n',
        "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----\n",
        "AGE-SECRET-KEY-1XXXX, the key of nobody",
        "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p",
        "-----BEGIN CERTIFICATE-----\nMIIBhTCCASugAwIBAgIQIRi6zePL6mKjOipn+dNuaTAKBggqhkjOPQQDAjASMRAw\n",
        base64.b64encode(b"-----BEGIN CERTIFICATE-----\n" + b"A" * 300).decode(),
        "-----BEGIN PUBLIC KEY-----\nMIIBhTCCASugAwIBAgIQIRi6zePL6mKjOipn+dNuaTAKBggqhkjOPQQDAjASMRAw\n",
        "",
    ],
)  # fmt: skip
def test_what_is_no_key_is_none(text):
    assert find(text.encode()) == []


def test_a_place_counts_characters_from_one():
    assert find("é\nü: -----".encode() + KEYS["ec"][5:])[0][1:] == (2, 4)


def test_nothing_of_a_key_is_in_what_is_told():
    told = repr(find(KEYS["ec"] + b"\n" + KEYS["age"]))
    assert "-----" not in told
    assert "SECRET" not in told


def test_of_many_keys_in_a_file_twenty_are_told():
    assert len(find(KEYS["ec"] * 100)) == 20


@pytest.mark.parametrize("at", [0, 1, (4 << 20) - 20, (4 << 20) - 4096, (4 << 20) + 7, (8 << 20) - 100])
@pytest.mark.parametrize("name", ["ec", "age"])
def test_a_large_file_is_searched_in_pieces_and_misses_nothing_between_them(at, name):
    data = b"x\n" * (at // 2) + b"y" * (at % 2) + KEYS[name] + b"\nz" * 5000
    (found,) = scan(Content(io.BytesIO(data), len(data)))
    assert (found.line, found.column) == (at // 2 + 1, at % 2 + 1)
