"""The data key of a file: given to each recipient in an age file of its own, or shared among key groups."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from talosgen.age import file as age
from talosgen.age import keys
from talosgen.age.errors import AgeError
from talosgen.age.party import Identity, Random, draw
from talosgen.errors import InputError, Problem, some
from talosgen.sops import shamir
from talosgen.sops.cipher import KEY_SIZE
from talosgen.sops.metadata import MAX_KEYS, Group, Metadata
from talosgen.sops.services import TITLES, shortened
from talosgen.source import Span

__all__ = ["new", "recover", "share"]

#: An armored file with the data key for one recipient; more than this is none.
_SHOWN: Final = 5
_MAX_ENTRY: Final = 64 * 1024
#: One of SOPS's age files is for one recipient; a few more may be there to keep readers honest.
_MAX_STANZAS: Final = 20


def new(random: Random = draw) -> bytes:
    """A new data key."""
    return random(KEY_SIZE)


def share(key: bytes, groups: Sequence[Group], threshold: int = 0, random: Random = draw) -> tuple[Group, ...]:
    """The groups with a fresh entry for each age recipient; what other key services hold stays as it is.

    With two groups or more each gets a share of the key; ``threshold`` shares, or all, give it back.
    Raises InputError naming each recipient that cannot be served.
    """
    if sum(len(group.recipients) for group in groups) > MAX_KEYS:
        raise InputError(Problem(f"there are more than {MAX_KEYS} recipients"))
    if len(groups) > 1:
        try:
            parts = shamir.split(key, len(groups), threshold or len(groups), random)
        except ValueError as error:
            raise InputError(Problem(str(error), path="shamir_threshold")) from None
    else:
        parts = [key]
    problems: list[Problem] = []
    out = []
    for group, part in zip(groups, parts, strict=True):
        entries = tuple(
            _sealed(recipient, number, part, random, problems) for number, recipient in enumerate(group.recipients, 1)
        )
        others = tuple((name, held) for name, held in group.entries if name != "age")
        out.append(Group(((("age", entries),) if entries else ()) + others))
    if problems:
        raise InputError(problems)
    return tuple(out)


def _sealed(recipient: str, number: int, part: bytes, random: Random, problems: list[Problem]) -> dict[str, Any]:
    text = ""
    try:
        text = age.encrypt(part, [keys.recipient(recipient)], armored=True, random=random).decode("ascii")
    except AgeError as error:
        # Of what may be anything, a secret too, only what looks like a recipient is shown.
        shown = recipient.startswith(("age1", "ssh-"))
        problems.append(error.problems[0]._replace(path=f"recipient {shortened(recipient) if shown else number}"))
    return {"recipient": recipient, "enc": text}


def recover(metadata: Metadata, identities: Sequence[Identity], source: str = "<text>") -> bytes:
    """The data key, with the identities at hand.

    Raises InputError that says for each recipient why not, and which key services would have to be asked.
    """
    problems: list[Problem] = []
    parts: list[bytes] = []
    for index, group in enumerate(metadata.groups):
        path = "sops.age" if len(metadata.groups) == 1 else f"sops.key_groups[{index}].age"
        part = _opened(group, identities, path, source, problems)
        if part is not None:
            parts.append(part)
    if len(metadata.groups) > 1:
        wanted = metadata.threshold or len(metadata.groups)
        if len(parts) < wanted:
            message = f"{wanted} of the {len(metadata.groups)} key groups are needed; {len(parts)} opened"
            raise InputError([Problem(message, Span(source), "sops.key_groups", code="sops-no-identity"), *problems])
        try:
            key = shamir.combine(parts)
        except ValueError as error:
            raise InputError(Problem(str(error), Span(source), "sops.key_groups", code="sops-data-key")) from None
    elif parts:
        key = parts[0]
    else:
        raise InputError(problems)
    if len(key) != KEY_SIZE:
        raise InputError(Problem("the data key has not the right size", Span(source), "sops", code="sops-data-key"))
    return key


def _opened(
    group: Group, identities: Sequence[Identity], path: str, source: str, problems: list[Problem]
) -> bytes | None:
    place = Span(source)
    own: list[Problem] = []
    if not identities and group.recipients:
        names = some([shortened(recipient) for recipient in group.recipients], _SHOWN)
        message = f"no age identity was found to open this file with; it is for {names}"
        own.append(Problem(message, place, path, code="sops-no-identity"))
    for index, entry in enumerate(group.of("age") if identities else ()):
        try:
            text = str(entry.get("enc", "")).encode("utf-8", "surrogateescape")
            if len(text) > _MAX_ENTRY:
                raise AgeError("armor failure", "the entry is larger than 64 KiB")
            return age.decrypt(text, identities, armored=True, most=_MAX_STANZAS)
        except InputError as error:
            first = error.problems[0]
            if isinstance(error, AgeError) and error.reason == "no match":
                code, message = "sops-no-identity", f"no identity fits {shortened(str(entry.get('recipient', '')))}"
            else:
                code, message = "sops-data-key", first.message
            own.append(Problem(message, first.place or place, f"{path}[{index}]", first.remedy, code=code))
    own += [
        Problem(
            f"a key of {TITLES[name]} can only be used through sops", place, path.removesuffix("age") + name,
            "put sops on PATH, or ask someone who can open the file to add your age recipient",
            code="sops-foreign",
        )
        for name in group.foreign
    ]  # fmt: skip
    problems += own[:20]
    return None
