"""Reads the recorded vectors in tests/vectors."""

from __future__ import annotations

import base64
import gzip
import json
from functools import cache
from pathlib import Path
from typing import Any

from talosgen.goyaml.scalars import Key, timestamp

FOLDER = Path(__file__).with_suffix("")


@cache
def lines(name: str) -> list[dict[str, Any]]:
    """The objects of a gzipped JSON-lines file."""
    with gzip.open(FOLDER / name, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


class NoPlainValueError(Exception):
    """A vector's value is of a Go type that plain Python data does not have."""


def plain(value: Any) -> Any:
    """The plain value of a vector's typed tree. Raises NoPlainValueError."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, list):
        return [plain(item) for item in value]
    kind, content = next(iter(value.items()))
    if kind == "i":
        return int(content)
    if kind == "f":
        return float(content)
    if kind == "b64":
        return base64.b64decode(content).decode("utf-8", "surrogateescape")
    if kind == "time":
        return timestamp(content)
    if kind == "m":
        out = {}
        for key, item in content:
            name = plain(key)
            out[Key(name) if isinstance(name, (bool, float)) else name] = plain(item)
        return out
    raise NoPlainValueError(kind)
