"""Flags as talosctl takes them (the conventions of pflag).

``--name value``, ``--name=value``, ``-n value``, ``-nvalue``, ``-n=value``; a boolean stands alone or takes
``=true|false``; flags and arguments may be mixed; ``--`` ends the flags.
"""

from __future__ import annotations

# Not from typing: `--help` must not pay for its import.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Literal

    #: ``strings`` are split at commas by CSV rules, ``texts`` are not; both may be repeated.
    FlagKind = Literal["bool", "string", "int", "strings", "texts"]

__all__ = ["Flag", "UsageError", "parse"]


class UsageError(Exception):
    """The command line is at fault: exit status 2."""


class Flag:
    """One flag. ``default`` of a repeatable one is a tuple. ``value`` names the value in the help."""

    __slots__ = ("default", "help", "hidden", "kind", "name", "required", "short", "value")

    def __init__(
        self, name: str, kind: FlagKind, default: Any, help: str, *, short: str = "", value: str = "",  # noqa: A002
        hidden: bool = False, required: bool = False,
    ) -> None:  # fmt: skip
        self.name = name
        self.kind = kind
        self.default = default
        self.help = help
        self.short = short
        self.value = value
        self.hidden = hidden
        self.required = required


_BOOLEANS = {
    "1": True, "t": True, "T": True, "TRUE": True, "true": True, "True": True,
    "0": False, "f": False, "F": False, "FALSE": False, "false": False, "False": False,
}  # fmt: skip


def parse(flags: tuple[Flag, ...], arguments: list[str]) -> tuple[dict[str, Any], list[str]]:
    """The value of each flag by name, and the arguments that are no flags.

    Raises UsageError for an unknown flag, a missing or ill-typed value. ``help`` is set to True by
    ``-h`` and ``--help``.
    """
    by_name = {flag.name: flag for flag in flags}
    by_short = {flag.short: flag for flag in flags if flag.short}
    values: dict[str, Any] = {flag.name: flag.default for flag in flags}
    given: set[str] = set()
    rest: list[str] = []
    queue = list(reversed(arguments))

    def take(flag: Flag, text: str | None, spelled: str) -> None:
        if text is None:
            if flag.kind == "bool":
                text = "true"
            elif queue:
                text = queue.pop()
            else:
                raise UsageError(f"flag {spelled} needs a value")
        value = _value(flag, text, spelled)
        if flag.kind in ("strings", "texts") and flag.name in given:
            value = (*values[flag.name], *value)
        given.add(flag.name)
        values[flag.name] = value

    while queue:
        argument = queue.pop()
        if argument == "--":
            rest.extend(reversed(queue))
            break
        if argument.startswith("--"):
            name, equals, text = argument[2:].partition("=")
            if name == "help" and name not in by_name:
                values["help"] = True
                continue
            flag = by_name.get(name)
            if flag is None:
                raise UsageError(f"unknown flag --{name}{_nearest(name, by_name)}")
            take(flag, text if equals else None, f"--{name}")
        elif argument.startswith("-") and len(argument) > 1:
            _shorthands(argument[1:], by_short, values, take)
        else:
            rest.append(argument)
    missing = [f"--{flag.name}" for flag in flags if flag.required and flag.name not in given]
    if missing and not values.get("help"):
        raise UsageError(f"required: {', '.join(missing)}")
    return values, rest


def _shorthands(letters: str, by_short: dict[str, Flag], values: dict[str, Any], take: Any) -> None:
    while letters:
        letter, letters = letters[0], letters[1:]
        flag = by_short.get(letter)
        if flag is None:
            if letter == "h":
                values["help"] = True
                continue
            raise UsageError(f"unknown flag -{letter}")
        if letters.startswith("="):
            take(flag, letters[1:], f"-{letter}")
            return
        if flag.kind != "bool" and letters:
            take(flag, letters, f"-{letter}")
            return
        take(flag, None, f"-{letter}")


def _value(flag: Flag, text: str, spelled: str) -> Any:
    if flag.kind == "string":
        return text
    if flag.kind == "bool":
        if text not in _BOOLEANS:
            raise UsageError(f"flag {spelled} takes true or false")
        return _BOOLEANS[text]
    if flag.kind == "int":
        try:
            return int(text, 0)
        except ValueError:
            raise UsageError(f"flag {spelled} takes an integer") from None
    if flag.kind == "texts":
        return (text,)
    if not text:
        return ()
    import csv

    try:
        rows = list(csv.reader([text], strict=True))
    except csv.Error:
        raise UsageError(f"flag {spelled} takes a list separated by commas; a quote is not closed") from None
    return tuple(rows[0]) if rows else ()


def _nearest(name: str, known: dict[str, Flag]) -> str:
    from talosgen.errors import nearest

    near = nearest(name, [key for key, flag in known.items() if not flag.hidden])
    return f"; did you mean --{near}?" if near else ""
