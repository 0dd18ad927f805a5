"""Write what the documentation's page of commands says of each command, from the tree of commands.

python scripts/commands.py docs/commands.md

What stands by hand on the page is kept: all that is outside of the marks, before and after the made part of a section.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from talosgen.cli.command import Command, Group
from talosgen.cli.commands import ROOT
from talosgen.cli.flags import Flag

_TABLE = re.compile(r"(<!-- table -->\n).*(<!-- end of table -->)", re.DOTALL)
_SECTIONS = re.compile(r"(<!-- commands -->\n).*(<!-- end of commands -->)", re.DOTALL)
_SECTION = re.compile(
    r"^## (\S+)\n(.*?)<!-- made -->\n.*?<!-- end -->\n(.*?)(?=^## |^<!-- end of commands)", re.M | re.S
)


def table() -> str:
    """A row for each word that may stand behind ``talosgen``."""
    aliases = {word: alias for alias, word in ROOT.aliases.items()}
    rows = []
    for word, command in ROOT.commands.items():
        other = f", `{aliases[word]}`" if word in aliases else ""
        rows.append(f"| [`{word}`](#{word}){other} | {prose(command.summary.rstrip('.'))} |\n")
    return "\n| command | what it does |\n|---|---|\n" + "".join(rows) + "\n"


def walk(here: Command | Group, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Command | Group]]:
    """A command or a group, and all that stands below it, each with the words that lead to it."""
    yield path, here
    for word, below in here.commands.items():
        yield from walk(below, (*path, word))


def homes() -> dict[int, tuple[str, ...]]:
    """By the identity of each command the shortest words that lead to it, of two the first: some have several."""
    found: dict[int, tuple[str, ...]] = {}
    for path, command in walk(ROOT, ()):
        if id(command) not in found or len(path) < len(found[id(command)]):
            found[id(command)] = path
    return found


def section(word: str, known: dict[int, tuple[str, ...]]) -> str:
    """All about a word and what stands below it."""
    parts = []
    for path, command in walk(ROOT.commands[word], (word,)):
        home = known[id(command)]
        if home != path:
            name = " ".join(home)
            parts.append(f"`{' '.join(path)}` is another name of [`{name}`](#{'-'.join(home)}).\n")
            continue
        heading = "" if path == (word,) else f"### {' '.join(path)}\n\n"
        parts.append(heading + (about_group(command, path) if isinstance(command, Group) else about(command, path)))
    return "\n".join(parts)


def about_group(group: Group, path: tuple[str, ...]) -> str:
    """What a group is for."""
    also = "".join(f" `{alias}` stands for `{word}`." for alias, word in group.aliases.items())
    return f"{prose(group.summary)}{also}\n"


def about(command: Command, path: tuple[str, ...]) -> str:
    """Usage, summary, details, flags and exit statuses of a command."""
    shown = [flag for flag in command.flags if not flag.hidden]
    usage = " ".join(["talosgen", *path, *command.arguments, *(["[flags]"] if shown else [])])
    parts = [f"{prose(command.summary)}.\n", f"    {usage}\n"]
    if command.details:
        parts.append(f"{prose(command.details)}\n")
    if shown:
        rows = "".join(map(row, shown))
        parts.append(f"| flag | value | default | what it does |\n|---|---|---|---|\n{rows}")
    statuses = "; ".join(f"`{status}` {meaning}" for status, meaning in command.statuses.items())
    parts.append(f"Exit status: {statuses}.\n")
    return "\n".join(parts)


def row(flag: Flag) -> str:
    """One flag."""
    name = f"`-{flag.short}`, `--{flag.name}`" if flag.short else f"`--{flag.name}`"
    value = "" if flag.kind == "bool" else f"`{flag.value or flag.kind}`"
    several = "; may be repeated" if flag.kind in ("strings", "texts") and "repeat" not in flag.help else ""
    return f"| {name} | {value} | {default(flag)} | {prose(flag.help)}{several} |\n"


def default(flag: Flag) -> str:
    """The value that a flag has where it is not given."""
    if flag.required:
        return "required"
    if flag.default in ("", (), False, None):
        return ""
    if flag.default is True:
        return "`true`"
    return f"`{','.join(flag.default) if isinstance(flag.default, tuple) else flag.default}`"


def prose(text: str) -> str:
    """A text of the command line as Markdown: outside of backquotes nothing but itself."""
    parts = text.split("`")
    parts[::2] = [re.sub(r"([*_<|\[\]])", r"\\\1", part) for part in parts[::2]]
    return "`".join(parts)


def page(text: str) -> str:
    """The page with its table and its sections written anew, in the order of the tree.

    Raises SystemExit where words by hand stand in a section whose command is gone.
    """
    written = {word: (before, after) for word, before, after in _SECTION.findall(text)}
    if lost := [word for word in written if word not in ROOT.commands]:
        raise SystemExit(f"no command of these sections is there: {', '.join(lost)}")
    known = homes()
    sections = ""
    for word in ROOT.commands:
        before, after = written.get(word, ("\n", "\n"))
        sections += f"## {word}\n{before}<!-- made -->\n\n{section(word, known)}\n<!-- end -->\n{after}"
    text = _TABLE.sub(lambda found: found[1] + table() + found[2], text)
    return _SECTIONS.sub(lambda found: f"{found[1]}\n{sections}{found[2]}", text)


def main() -> None:
    path = Path(sys.argv[1])
    path.write_text(page(path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
