"""Commands and groups of commands: finding the one that is meant, and its help."""

from __future__ import annotations

from talosgen.cli.flags import Flag, UsageError, parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    # Takes the flags' values by name and the arguments; gives the exit status.
    Run = Callable[[dict[str, Any], list[str]], int]

__all__ = ["Command", "Group", "UsageError", "dispatch"]

#: What the exit statuses of a command mean where it says nothing else.
_STATUSES = {0: "done", 1: "the input is at fault", 2: "the command line is at fault"}


class Command:
    """One command. ``run`` names its function (``module:function``), imported when it is called.

    ``arguments``: the names of its arguments; one that ends in ``…`` takes one or more, one in brackets may be left
    out. ``commands``: words that in the place of its first argument are commands of their own. ``statuses``: what its
    exit statuses mean, where that is not what they mean with most commands.
    """

    __slots__ = ("arguments", "commands", "details", "flags", "run", "statuses", "summary")

    def __init__(
        self,
        summary: str,
        run: str,
        arguments: tuple[str, ...] = (),
        flags: tuple[Flag, ...] = (),
        details: str = "",
        commands: dict[str, Command] | None = None,
        statuses: dict[int, str] | None = None,
    ) -> None:
        self.summary = summary
        self.run = run
        self.arguments = arguments
        self.flags = flags
        self.details = details
        self.commands = commands or {}
        self.statuses = {**_STATUSES, **(statuses or {})}


class Group:
    """Commands below a word; ``aliases`` are other words for some of them."""

    __slots__ = ("aliases", "commands", "summary")

    def __init__(self, summary: str, commands: dict[str, Command | Group], aliases: dict[str, str]) -> None:
        self.summary = summary
        self.commands = commands
        self.aliases = aliases


def dispatch(root: Group, arguments: list[str]) -> int:
    """Find the command, parse its flags, run it. Raises UsageError."""
    here: Command | Group = root
    path = ["talosgen"]
    rest = list(arguments)
    while isinstance(here, Group):
        word = next((argument for argument in rest if not argument.startswith("-")), None)
        if "--version" in rest[:1]:
            from talosgen._version import __version__

            print(f"talosgen {__version__}")
            return 0
        if word is None or rest[0] in ("-h", "--help"):
            wanted = not rest or rest[0] in ("-h", "--help")
            if not wanted:
                raise UsageError(f"unknown flag {rest[0]}; see `{' '.join(path)} --help`")
            print(_group_help(here, path))
            return 0
        if rest[0] != word:
            raise UsageError(f"unknown flag {rest[0]}; see `{' '.join(path)} --help`")
        name = here.aliases.get(word, word)
        if name == "help" and name not in here.commands:
            rest = [*rest[1:], "--help"]
            continue
        if name not in here.commands:
            raise UsageError(f'unknown command "{word}"{_nearest(word, here)}; see `{" ".join(path)} --help`')
        path.append(name)
        here = here.commands[name]
        rest = rest[1:]
    while rest and rest[0] in here.commands:
        path.append(rest[0])
        here = here.commands[rest[0]]
        rest = rest[1:]
    values, positional = parse(here.flags, rest)
    if values.pop("help", False):
        print(_command_help(here, path))
        return 0
    several = bool(here.arguments) and here.arguments[-1].rstrip("]").endswith("…")
    least, most = sum(not name.startswith("[") for name in here.arguments), len(here.arguments)
    if len(positional) < least or (len(positional) > most and not several):
        names = " ".join(here.arguments) or "none"
        count = f"{least}{' or more' if several else f' to {most}' if most > least else ''}"
        raise UsageError(f"`{' '.join(path)}` takes {count} arguments ({names}), {len(positional)} given")
    module, _, function = here.run.partition(":")
    from importlib import import_module

    run: Run = getattr(import_module(f"talosgen.cli.{module}"), function)
    return run(values, positional)


def _nearest(word: str, group: Group) -> str:
    from talosgen.errors import nearest

    near = nearest(word, [*group.commands, *group.aliases])
    return f", did you mean {near}?" if near else ""


def _group_help(group: Group, path: list[str]) -> str:
    names = {value: key for key, value in group.aliases.items()}
    rows = []
    for name, command in group.commands.items():
        label = f"{name}, {names[name]}" if name in names else name
        rows.append(f"  {label:<20} {command.summary}")
    return "\n".join(
        [group.summary, "", f"Usage: {' '.join(path)} COMMAND", "", "Commands:", *rows, "",
         f"`{' '.join(path)} COMMAND --help` tells more."]
    )  # fmt: skip


def _command_help(command: Command, path: list[str]) -> str:
    usage = " ".join([*path, *command.arguments, "[flags]"])
    lines = [command.summary, "", f"Usage: {usage}"]
    if command.details:
        lines += ["", command.details]
    if command.commands:
        lines += ["", "Commands:", *(f"  {name:<20} {inner.summary}" for name, inner in command.commands.items())]
    lines += ["", "Flags:"]
    for flag in command.flags:
        if flag.hidden:
            continue
        short = f"-{flag.short}, " if flag.short else "    "
        value = "" if flag.kind == "bool" else f" {flag.value or flag.kind}"
        default = ""
        if flag.default not in ("", (), False, 0, None):
            shown = ",".join(flag.default) if isinstance(flag.default, tuple) else flag.default
            default = f" (default {str(shown).lower() if flag.kind == 'bool' else shown})"
        lines.append(f"  {short}--{flag.name}{value}")
        lines.append(f"          {flag.help}{default}")
    lines += ["  -h, --help", "          this text", ""]
    lines.append("Exit status: " + "; ".join(f"{status} {meaning}" for status, meaning in command.statuses.items()))
    return "\n".join(lines)
