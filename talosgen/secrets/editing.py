"""An encrypted file in an editor: in the clear for as long as that is open, in a private place, and nowhere after."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Mapping
from typing import Any, Final

from talosgen import files
from talosgen.errors import InputError, Problem
from talosgen.inputs import read
from talosgen.secrets import bundle, private
from talosgen.secrets.access import Access
from talosgen.secrets.replace import Replaced, original, replace
from talosgen.sops import file
from talosgen.sops.document import load
from talosgen.sops.file import Opened
from talosgen.sops.layout import dump
from talosgen.sops.metadata import split
from talosgen.sops.tree import Branch, Entry, Items, same
from talosgen.source import Span

__all__ = ["edit", "editor"]

#: What may name an editor, and what is tried when nothing does.
_NAMES: Final = ("SOPS_EDITOR", "EDITOR", "VISUAL")
_EDITORS: Final = ("vim", "nano", "vi")


def editor(environment: Mapping[str, str] = os.environ) -> Callable[[str], None]:
    """What opens a file in the editor of an environment, SOPS_EDITOR, EDITOR or VISUAL, and waits for it.

    The first two as sops has them; the third is what many have set instead.

    Raises InputError when there is none; so does the call when the editor cannot be run or fails.
    """
    import shutil

    text = next((text for name in _NAMES if (text := environment.get(name, "").strip())), "")
    try:
        command = shlex.split(text)
    except ValueError:
        raise InputError(Problem("a quote in the name of the editor is not closed", remedy="correct EDITOR")) from None
    if not command:
        found = (path for name in _EDITORS if (path := shutil.which(name, path=environment.get("PATH", ""))))
        command = [path] if (path := next(found, "")) else []
    if not command:
        raise InputError(Problem("there is no editor", remedy="name one in EDITOR"))

    def run(path: str) -> None:
        import signal
        import subprocess

        # An interrupt is the editor's: it must not end what waits for it.
        try:
            before = signal.signal(signal.SIGINT, lambda number, frame: None)
        except ValueError:
            before = None
        try:
            status = subprocess.call([*command, path], env=dict(environment))
        except OSError:
            raise InputError(Problem("the editor cannot be run", Span(command[0]), remedy="correct EDITOR")) from None
        finally:
            if before is not None:
                signal.signal(signal.SIGINT, before)
        if status:
            raise InputError(
                Problem(f"the editor failed with status {status}; the file is as it was", Span(command[0]))
            )

    return run


def edit(
    path: str,
    access: Access,
    run: Callable[[str], None],
    again: Callable[[InputError], bool],
    *,
    accept: bool = False,
    report: Callable[[list[Problem]], None] = lambda notes: None,
) -> bool:
    """Let ``run`` change the clear text of an encrypted file, and save it; whether anything changed.

    Values that did not change keep their ciphertext. ``again`` is told what is wrong with the text and says whether
    to go on editing it; else the error is raised, and the file is as it was. ``accept``: as for
    ``Access.require_agreement``; ``report``: as for ``Access.tree``. Raises Replaced when the file was changed by
    somebody else meanwhile: what was edited is then, encrypted, in a file beside it.
    """
    data = original(path)
    opened = access.open(data, path)
    report(list(opened.notes))
    whole = bundle.is_bundle(opened.tree)
    if whole:
        bundle.require_whole(*split(load(data, path), path), path)
    access.require_agreement(opened.metadata, path, accept=accept)
    text = _edited(path, opened, whole, access, run, again)
    if text is None or text == opened.text:
        return False
    try:
        replace(path, data, text)
    except Replaced as error:
        beside = _beside(path, text)
        remedy = f"what you wrote is encrypted in {beside}: bring the two together"
        raise Replaced(problem._replace(remedy=remedy) for problem in error.problems) from None
    return True


def _edited(
    path: str,
    opened: Opened,
    whole: bool,
    access: Access,
    run: Callable[[str], None],
    again: Callable[[InputError], bool],
) -> str | None:
    """The encrypted text after editing; None when the clear text is what it was."""
    before = dump(opened.tree).encode("utf-8", "surrogateescape")
    known = _faults(before, path) if whole else []
    with private.folder(access.environment) as folder:
        temporary = os.path.join(folder, os.path.basename(path))
        files.write({temporary: before}, make_folders=False)
        while True:
            run(temporary)
            after = read(temporary)
            if after == before:
                return None
            try:
                tree = load(after, path)
                shown = load(before, path)
                if len(tree) == len(shown):
                    tree = tuple(map(_kept, tree, shown, opened.tree))
                text = file.save(opened, tree, access.now(), source=path)
                if whole:
                    _require_no_more(known, _faults(after, path))
                return text
            except InputError as error:
                if not again(error):
                    raise


def _faults(data: bytes, path: str) -> list[Problem]:
    """What is wrong with a bundle. Raises InputError for what is none."""
    from talosgen.pki.secrets import SecretsBundle

    return SecretsBundle.load(data, path).validate(full=True, source=path)


def _require_no_more(before: list[Problem], after: list[Problem]) -> None:
    if fresh := [problem for problem in after if problem not in before]:
        raise InputError(fresh)


def _kept(edited: Any, shown: Any, tree: Any) -> Any:
    """``edited`` with everything that is still as it was ``shown`` as the ``tree`` has it: its text may say less."""
    if same(edited, shown):
        return tree
    if isinstance(edited, Branch) and isinstance(shown, Branch):
        held = {item.key: (item.value, own.value) for item, own in _entries(shown, tree)}
        return Branch(
            item._replace(value=_kept(item.value, *held[item.key]))
            if isinstance(item, Entry) and item.key in held
            else item
            for item in edited
        )
    if isinstance(edited, Items) and isinstance(shown, Items) and len(edited) == len(shown) == len(tree):
        return Items(map(_kept, edited, shown, tree))
    return edited


def _entries(shown: Branch, tree: Branch) -> list[tuple[Entry, Entry]]:
    own = {item.key: item for item in tree if isinstance(item, Entry)}
    return [(item, own[item.key]) for item in shown if isinstance(item, Entry)]


def _beside(path: str, text: str) -> str:
    """Write a text into a fresh file beside another one; its name."""
    root, extension = os.path.splitext(path)
    for number in range(1, 1000):
        name = f"{root}.edited-{number}{extension}"
        if not os.path.lexists(name):
            break
    files.write({name: text.encode("utf-8", "surrogateescape")}, make_folders=False)
    return name
