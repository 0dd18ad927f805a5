"""Codecs that the recorded configs reach only in part."""

from __future__ import annotations

import json

import pytest
from vectors import FOLDER

from talosgen.config.codecs import codec, enum
from talosgen.config.codecs.network import parse_addr
from talosgen.config.codecs.quantity import duration_ns, duration_text, parse_bytes
from talosgen.config.codecs.url import URL
from talosgen.contract import Contract
from talosgen.errors import InputError
from talosgen.generation.cel import quote
from talosgen.generation.options import MachineType
from talosgen.goyaml.reader import read
from talosgen.schema.table import table


def parsed(name, text):
    return codec(name).parse(read(json.dumps(text))[0])


def test_urls_are_those_of_go():
    vectors = json.loads((FOLDER / "go-url.json").read_text(encoding="utf-8"))
    wrong = []
    for vector in vectors:
        try:
            got = str(URL.parse(vector["in"]))
        except ValueError:
            got = None
        if got != (None if vector.get("error") else vector["out"]):
            wrong.append((vector, got))
    assert len(vectors) > 200
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "name", "port"),
    [
        ("https://h:1", "h", "1"), ("https://[fe80::1%25en0]:6443", "fe80::1%en0", "6443"), ("https://h:", "h", ""),
        ("https://%C3%A9", "é", ""), ("https:h:1", "", ""),
    ],
)  # fmt: skip
def test_host_and_port(text, name, port):
    url = URL.parse(text)
    assert (url.hostname, url.port) == (name, port)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("1h30m", "1h30m0s"), ("90s", "1m30s"), ("-1.5s", "-1.5s"), ("1.5us", "1.5µs"), (".5s", "500ms"), ("0", "0s"),
        ("1ns", "1ns"), ("100h0.001s", "100h0m0.001s"), ("2562047h47m16.854775807s", "2562047h47m16.854775807s"),
        ("-9223372036854775808ns", "-2562047h47m16.854775808s"), ("+5m", "5m0s"),
    ],
)  # fmt: skip
def test_durations(text, canonical):
    assert duration_text(duration_ns(text)) == canonical


@pytest.mark.parametrize("text", ["", "5", "1d", ".s", "1h 2m", "9223372036854775808ns", "2562048h", "-", "1e3s", "٣s"])
def test_durations_that_are_none(text):
    with pytest.raises(ValueError, match="expected a duration"):
        duration_ns(text)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("::", "::"), ("0:0:0:0:0:0:0:1", "::1"), ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"), ("1:0:2:3:4:5:6:7", "1:0:2:3:4:5:6:7"),
        ("::ffff:1.2.3.4", "::ffff:1.2.3.4"), ("::1.2.3.4", "::102:304"), ("FE80::1%eth0", "fe80::1%eth0"), ("1::", "1::"),
        ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"), ("10.0.0.1", "10.0.0.1"),
    ],
)  # fmt: skip
def test_addresses(text, canonical):
    assert str(parse_addr(text)) == canonical


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1.2.3",
        "01.2.3.4",
        "256.1.1.1",
        "1::2::3",
        ":::",
        "1:2:3:4:5:6:7:8:9",
        "::1%",
        "1.2.3.4%e",
        "12345::",
        "::1.2.3",
        ":1",
    ],
)
def test_addresses_that_are_none(text):
    with pytest.raises(ValueError, match="expected an IP address"):
        parse_addr(text)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1kB", 1000),
        ("1KiB", 1024),
        ("1,000", 1000),
        ("1.5 GB", 1_500_000_000),
        ("0", 0),
        ("1.", 1),
        ("10 mib", 10 << 20),
    ],
)
def test_sizes(text, number):
    assert parse_bytes(text) == number


@pytest.mark.parametrize("text", ["", "x", "1 XB", "1..2", "-1", "20000000TB", "16EiB", "kB"])
def test_sizes_that_are_none(text):
    with pytest.raises(ValueError, match="expected a size"):
        parse_bytes(text)


@pytest.mark.parametrize(
    ("number", "printed"),
    [(100_000_000, "100 MB"), (1_500_000_000, "1.5 GB"), (1_230_000_000, 1_230_000_000), (1, 1), (1000, "1.0 kB")],
)
def test_disk_sizes_print_as_people_write_them(number, printed):
    assert codec("disk-size").dump(number) == printed


def test_base64_is_normalised_and_strict():
    assert parsed("base64", "Zm9v\nYmE=") == "Zm9vYmE="
    assert parsed("base64", "Zm9vYmF=") == "Zm9vYmE="
    for text in ("Zm9", "Zm9v=", "Zm 9v", "Zm9-"):
        with pytest.raises(ValueError, match="expected standard base64"):
            parsed("base64", text)


def test_an_enumeration_with_numbers():
    kind = enum("x.Mode", ["none", "active"], [0, 1], "legacy-number")
    assert [kind.parse(read(text)[0]) for text in ("active", "'1'", '""')] == ["active", "active", "none"]
    assert kind.zero == "none"


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("/dev/sda", '"/dev/sda"'),
        ('a"b\\', '"a\\"b\\\\"'),
        ("\x7f\n", '"\\x7f\\n"'),
        ("é\xad", '"é\\u00ad"'),
        ("\U000e0001😀", '"\\U000e0001😀"'),
    ],
)
def test_text_literals_of_cel(text, quoted):
    assert quote(text) == quoted


@pytest.mark.parametrize(
    ("text", "contract"),
    [
        ("", (0, 0)),
        ("v1.14", (1, 14)),
        ("1.14", (1, 14)),
        ("v1.14.0-rc.1", (1, 14)),
        ("v0.8", (0, 8)),
        ("v99.1", (99, 1)),
    ],
)
def test_contracts(text, contract):
    assert Contract.parse(text) == contract


@pytest.mark.parametrize("text", ["v1.14-rc.1", "1", "x", "v", "vv1.2", "1.2 "])
def test_contracts_that_are_none(text):
    with pytest.raises(InputError, match="no Talos version"):
        Contract.parse(text)


def test_the_order_of_contracts():
    assert Contract().at_least(15)
    assert Contract(0, 0).current
    assert Contract(0, 9).at_least(0)
    assert not Contract(0, 9).at_least(1)
    assert Contract(2, 0).at_least(14)


def test_machine_types():
    assert MachineType.parse("join") is MachineType.parse("") is MachineType.WORKER
    with pytest.raises(InputError, match="expected one of init, controlplane, worker"):
        MachineType.parse("Worker")


class TestTable:
    def test_it_knows_all_kinds(self):
        assert len(table().kinds) == 90
        assert sum(kind.legacy for kind in table().kinds.values()) == 1

    def test_first_releases(self):
        assert table().since("v1alpha1", "machine.network.interfaces[].vlans[].vlanId") == "1.0"
        assert table().since("UserVolumeConfig", "provisioning.diskSelector.match") == "1.10"
        assert table().since("KubeletConfig", "image") == "1.14"

    def test_an_unknown_release(self):
        with pytest.raises(KeyError):
            table("0.1")
