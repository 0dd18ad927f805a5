"""``schema`` and what stands below it."""

from __future__ import annotations

from talosgen.cli.command import Command, Group
from talosgen.cli.commands.shared import FORCE
from talosgen.cli.flags import Flag

__all__ = ["SCHEMA"]

_RELEASE = Flag(
    "talos-version", "string", "", "the release that is asked about (v1.5 … v1.14); newest if empty", value="VERSION"
)

_WHY = Command(
    "Tell all about a path: type, since when, deprecated and by what replaced, how patches merge it, secret or not",
    "schema:why",
    ("PATH",),
    (_RELEASE,),
    "A path is written machine.network.interfaces[0].mtu, or with a kind in front LinkConfig.mtu; without a kind\n"
    "all kinds that have the path are told about.",
)

_SHOW = Command(
    "List the paths of a kind with their types",
    "schema:show",
    ("KIND",),
    (_RELEASE,),
    "The legacy document is the kind v1alpha1; secrets and talosconfig are taken for kinds as well.",
)

_JSON_SCHEMA = Command(
    "Write a JSON Schema (draft 2020-12) for editors and checks; it is about one document of a file",
    "schema:json",
    (),
    (
        Flag("of", "string", "config", "what the schema is of: config or patch, of Talos; cluster or node, of a project", value="SUBJECT"),
        _RELEASE,
        Flag("output", "string", "", "the file to write instead of standard output", short="o", value="FILE"),
        FORCE,
    ),
)  # fmt: skip

SCHEMA = Group(
    "Ask what Talos's releases know: kinds, fields, deprecations, secrets; schemas for editors.",
    {"why": _WHY, "show": _SHOW, "json": _JSON_SCHEMA},
    {},
)
