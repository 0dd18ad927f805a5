"""The nodes of a project: what declares them, their own settings, and the patches in their files."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from talosgen.config.located import Mapping
from talosgen.errors import InputError, Problem
from talosgen.generation.options import MachineType
from talosgen.goyaml.construct import follow
from talosgen.goyaml.reader import decode, read
from talosgen.project import models
from talosgen.project.chain import Base
from talosgen.project.patches import PatchFile, require_patches
from talosgen.project.reading import check_written, document, is_node_document, without_first
from talosgen.source import Span

__all__ = ["Declared", "declarations", "node_file", "only"]


class Declared(NamedTuple):
    """A node as its files declare it, the bases' first."""

    role: MachineType
    settings: list[Mapping]
    patches: list[PatchFile]
    place: Span


def declarations(
    bases: Iterable[Base], settings: Mapping, read_file: Callable[[str], bytes],
    refused: Callable[[str, InputError], object], problems: list[Problem],
) -> dict[str, Declared]:  # fmt: skip
    """All nodes by name, control planes before workers, each in natural order.

    ``settings`` are those of the bases, merged. ``refused`` is given the names of nodes whose files are wrong, and
    what is wrong with them; all else goes to ``problems``.
    """
    found = _Declarations(problems)
    for base in bases:
        for name, (role, path) in base.folder.nodes.items():
            try:
                own, patch = node_file(path, read_file)
            except InputError as error:
                refused(name, error)
                continue
            found.add(name, role, own, patch, Span(path))
    for name, listed in settings.get("nodes", {}).items():
        role = listed.get("role")
        if role is None and name not in found.nodes:
            place = settings["nodes"].keys_at.get(name, listed.span)
            problems.append(Problem(f"nodes.{name}: role is missing", place, remedy="controlplane or worker"))
            continue
        kind = MachineType(role.value) if role is not None else found.nodes[name].role
        found.add(name, kind, only(listed, models.Node), None, listed.span)
    return dict(sorted(found.nodes.items(), key=lambda item: (not item[1].role.is_controlplane, _natural(item[0]))))


class _Declarations:
    def __init__(self, problems: list[Problem]) -> None:
        self.nodes: dict[str, Declared] = {}
        self._problems = problems

    def add(self, name: str, role: MachineType, settings: Mapping, patch: PatchFile | None, place: Span) -> None:
        before = self.nodes.get(name)
        if before is None:
            self.nodes[name] = Declared(role, [settings], [patch] if patch else [], place)
        elif before.role is not role:
            message = f"the node {name} is a {before.role.value} in {before.place}"
            self._problems.append(Problem(message, place, remedy="give it one role"))
        else:
            before.settings.append(settings)
            before.patches.extend([patch] if patch else [])


def node_file(path: str, read_file: Callable[[str], bytes]) -> tuple[Mapping, PatchFile | None]:
    """The settings of a node's file and the patch behind them. Raises InputError."""
    text = decode(read_file(path), path)
    roots = [follow(root) for root in read(text, path)]
    if not roots or not is_node_document(roots[0]):
        require_patches(roots, path)
        return Mapping(Span(path)), PatchFile(text, path) if roots else None
    problems: list[Problem] = []
    tree = document(roots[0], path, "Node", problems)
    if tree is not None:
        problems.extend(check_written(tree, models.NodeDocument))
    if problems or tree is None:
        raise InputError(problems)
    return only(tree, models.Node), PatchFile(without_first(text, roots), path) if len(roots) > 1 else None


def only(tree: Mapping, model: Any) -> Mapping:
    """The part of a tree that a model knows."""
    known = models.keys(model)
    return Mapping(tree.span, {key: item for key, item in tree.items() if key in known}, tree.keys_at)


def _natural(name: str) -> list[tuple[int, str]]:
    """A key that sorts w2 before w10."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", name) if part]
