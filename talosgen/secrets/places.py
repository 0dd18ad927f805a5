"""Where a value stands in a file, by the path that messages give it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from talosgen.errors import Problem
from talosgen.goyaml.construct import follow
from talosgen.goyaml.node import MAPPING, SCALAR, SEQUENCE, Node
from talosgen.goyaml.reader import read
from talosgen.source import Span

__all__ = ["located", "places"]

#: Longer paths are not looked for.
_LONGEST: Final = 1000
#: The most parts of a path that are tried, from its end.
_MAX: Final = 20
_STEP: Final = re.compile(r"[.\[]")


def places(roots: Iterable[Node], wanted: Iterable[str], source: str) -> Mapping[str, Span]:
    """The places of the paths that are ``wanted`` (``a.b[0]``); the first where several documents have one.

    A path that is not there is left out.
    """
    left = {path for path in wanted if len(path) <= _LONGEST}
    above = {path[: found.start()] for path in left for found in _STEP.finditer(path)} | {""}
    found: dict[str, Span] = {}
    for root in roots:
        work = [("", root)]
        while work and left:
            path, node = work.pop()
            if path in left:
                left.discard(path)
                found[path] = Span(source, node.line, node.column)
            if path not in above:
                continue
            node = follow(node)
            if node.kind == MAPPING:
                for key, value in zip(node.value[-2::-2], node.value[::-2], strict=True):
                    name = follow(key).value if follow(key).kind == SCALAR else ""
                    work.append((f"{path}.{name}" if path else name, value))
            elif node.kind == SEQUENCE:
                work += [(f"{path}[{index}]", item) for index, item in reversed(list(enumerate(node.value)))]
    return found


def located(problems: Sequence[Problem], data: bytes | str, name: str) -> list[Problem]:
    """The problems of a file that name it alone, each where its path leads, or what of it is there.

    Raises InputError for what is no YAML.
    """
    paths = {problem.path for problem in problems if problem.path and problem.place == Span(name)}
    if not paths:
        return list(problems)
    where = places(read(data, name), {part for path in paths for part in _upwards(path)}, name)
    return [
        next((problem._replace(place=where[part]) for part in _upwards(problem.path) if part in where), problem)
        if problem.place == Span(name)
        else problem
        for problem in problems
    ]


def _upwards(path: str) -> list[str]:
    """A path and what it begins with, shorter and shorter; of a long one only itself."""
    cuts = [found.start() for found in re.finditer(r"[.\[]", path)][-_MAX:]
    return [path, *(path[:cut] for cut in reversed(cuts))]
