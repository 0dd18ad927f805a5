"""The .gitignore of a project's folder: what is written there and must stay local."""

from __future__ import annotations

import os
from typing import Final

from talosgen import files, inputs
from talosgen.outputs import lock

__all__ = ["LOCAL", "NAME", "ignoring"]

NAME: Final = ".gitignore"
#: What holds secrets in the clear.
LOCAL: Final = ("/rendered/", "/talosconfig", "/kubeconfig")
#: There while a build runs, or was killed: no reason for a file, but lines in one.
_PASSING: Final = (f"/{lock.NAME}", "/.*.tmp")


def ignoring(folder: str) -> bytes | None:
    """The text of the folder's .gitignore with the lines that it lacks; None when nothing need be done.

    Lines that are there stay. Where Git ignores something by another file, no line is added for it. Raises InputError
    when the file cannot be read.
    """
    path = os.path.join(folder, NAME)
    text = inputs.read(path) if os.path.lexists(path) else b""
    there = {line.strip().strip(b"/") for line in text.splitlines()}
    missing = [line for line in LOCAL if line.strip("/").encode() not in there]
    if missing and files.work_tree(os.path.abspath(folder)) is not None:
        missing = [line for line in missing if files.in_git_in_the_clear(os.path.join(folder, _inside(line)))]
    if not missing:
        return None
    missing += [line for line in _PASSING if line.strip("/").encode() not in there]
    if text and not text.endswith(b"\n"):
        text += b"\n"
    if not text:
        text = b"# Written by `talosgen build`: these hold secrets in the clear and stay local.\n"
    return text + "".join(f"{line}\n" for line in missing).encode()


def _inside(line: str) -> str:
    """What a line is about: of a folder, something in it, which Git ignores with it."""
    return line.strip("/") + ("/node.yaml" if line.endswith("/") else "")
