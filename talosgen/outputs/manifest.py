"""What a build wrote into a folder: only that is its own to remove."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from talosgen import inputs
from talosgen.errors import InputError, Problem
from talosgen.outputs.commands import Machine
from talosgen.source import Span

__all__ = ["NAME", "Manifest", "read"]

NAME: Final = ".manifest.json"
_FILE: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.sops)?\.yaml")


class Manifest(NamedTuple):
    """The files of a folder, each with the machine that it configures. ``placeholder``: they keep nothing secret.

    ``masked`` are the places in files where texts stood that the project called secret when it was built: later nobody
    may know that they are. It has no texts: the manifest of encrypted files is committed in the clear.
    """

    files: dict[str, Machine]
    placeholder: bool = False
    masked: Mapping[str, tuple[str, ...]] = {}
    #: The name of the cluster that they are of.
    cluster: str = ""

    def to_json(self) -> bytes:
        """Its text: the same for the same content."""
        tree: dict[str, Any] = {
            "writtenBy": "talosgen build",
            "cluster": self.cluster,
            "placeholder": self.placeholder,
            "files": {name: machine._asdict() for name, machine in sorted(self.files.items())},
        }
        if self.masked:
            tree["masked"] = self._grouped()
        return json.dumps(tree, indent=2).encode("ascii") + b"\n"

    def united(self, other: Manifest) -> Manifest:
        """What is in this one or the other."""
        masked = {
            name: tuple(dict.fromkeys((*self.masked.get(name, ()), *other.masked.get(name, ()))))
            for name in {**self.masked, **other.masked}
        }
        return Manifest({**self.files, **other.files}, other.placeholder, masked, other.cluster)

    def _grouped(self) -> list[dict[str, list[str]]]:
        """What is masked, said once for all files that have it in the same places."""
        groups: dict[tuple[str, ...], list[str]] = {}
        for name, places in sorted(self.masked.items()):
            groups.setdefault(places, []).append(name)
        return [{"files": names, "places": list(places)} for places, names in groups.items()]


def read(folder: str) -> Manifest | None:
    """The manifest of a folder; None where there is none. Raises InputError for one that is none."""
    path = os.path.join(folder, NAME)
    if not os.path.lexists(path):
        return None
    try:
        tree = json.loads(inputs.read(path))
        files = {_name(name): _machine(entry) for name, entry in tree["files"].items()}
        masked, cluster = _masked(tree.get("masked", []), files), tree.get("cluster", "")
        if not isinstance(cluster, str):
            raise ValueError
        return Manifest(files, tree["placeholder"] is True, masked, cluster)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        if isinstance(error, InputError):
            raise
        remedy = "remove it: the next build writes it anew, and removes no file that it does not write"
        raise InputError(Problem("this is no manifest of a build", Span(path), remedy=remedy)) from None


def _name(text: str) -> str:
    # It may come from a repository: nothing else of a folder is ever touched.
    if not _FILE.fullmatch(text):
        raise ValueError
    return text


def _machine(entry: dict[str, Any]) -> Machine:
    made = Machine(*(entry[field] for field in Machine._fields))
    if not all(isinstance(text, str) for text in made):
        raise ValueError
    return made


def _masked(groups: Any, files: dict[str, Machine]) -> dict[str, tuple[str, ...]]:
    out: dict[str, tuple[str, ...]] = {}
    for group in groups:
        names, places = group["files"], group["places"]
        if not isinstance(names, list) or not isinstance(places, list) or not all(map(_is_place, places)):
            raise ValueError
        out.update(dict.fromkeys((name for name in names if name in files), tuple(places)))
    return out


def _is_place(found: Any) -> bool:
    return isinstance(found, str) and found.startswith("/")
