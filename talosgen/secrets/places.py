"""Where a value stands in a file, by the path that messages give it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from talosgen.goyaml.construct import follow
from talosgen.goyaml.node import MAPPING, SCALAR, SEQUENCE, Node
from talosgen.source import Span

__all__ = ["places"]

#: Longer paths are not looked for.
_LONGEST: Final = 1000
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
