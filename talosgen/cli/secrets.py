"""``secrets new``, ``show``, ``edit``, ``encrypt`` and ``decrypt``."""

from __future__ import annotations

import sys
from typing import Any

from talosgen import files, inputs
from talosgen.cli.access import access
from talosgen.cli.printing import deliver
from talosgen.errors import InputError

__all__ = ["decrypt"]


def decrypt(flags: dict[str, Any], arguments: list[str]) -> int:
    """Print or write a file in the clear."""
    from talosgen.sops.layout import dump

    (file,) = arguments
    target = flags["output"]
    if target and (problems := files.targets([target], flags["force"])):
        raise InputError(problems)
    text = dump(access().tree(inputs.read(file), file)).encode("utf-8", "surrogateescape")
    if not target:
        deliver(text)
        return 0
    files.write({target: text}, force=flags["force"], make_folders=False)
    if files.in_git_in_the_clear(target):
        print(
            f"{target}: warning: this holds secrets in the clear, inside a Git work tree that does not ignore it",
            file=sys.stderr,
        )
    return 0
